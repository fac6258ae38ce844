//! The server: what a site says, as GeoJSON, CSV and pages, and what people enter.
//!
//! | room | what |
//! |---|---|
//! | [`routes`], [`endpoint`] | every route in one table, and the application around it; what a route is made of |
//! | `openapi` | the definition of the API, written from the list of routes |
//! | [`ogc`], [`api`], `oruk`, `tiles` | OGC API Features; JSON beside it; Open Referral UK; streets as vector tiles |
//! | [`pages`] | the same for people, as HTML |
//! | [`http`] | parameters, forms, limits, headers, validators, logs |
//! | [`room`], `shared` | what is done and held at a time; large answers that are one buffer for all |
//! | [`state`], `live`, `metrics`, `searches` | what requests share; what is in use now; figures for the operator; counts of searches |
//! | [`address`] | where the server is reached, as the operator says it |
//! | [`access`], `entries`, [`entry_writer`] | who asks; what is entered; the one thread that keeps it |
//! | [`serve`], [`listen`] | addresses, signals, start and stop; connections, whose requests come one after the other |
//! | [`error`] | the one error, and its status and body |

pub mod access;
pub mod address;
pub mod api;
pub mod endpoint;
mod entries;
pub mod entry_writer;
pub mod error;
pub mod http;
pub mod listen;
mod live;
mod metrics;
pub mod ogc;
mod openapi;
mod oruk;
pub mod pages;
mod quarters;
pub mod room;
pub mod routes;
mod searches;
pub mod serve;
mod shared;
pub mod state;
mod tiles;
