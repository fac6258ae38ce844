//! The hereabouts server and command line: what a study says, as GeoJSON, CSV and pages.
//!
//! | room | what |
//! |---|---|
//! | [`snapshot`] | one study and what follows from it, never changed, only swapped whole |
//! | [`feature`] | rows with exact names, rounded once: GeoJSON, CSV |
//! | [`query`] | parameters: described once, checked and published by the description |
//! | [`routes`] | every route in one table, and the application around it |
//! | [`ogc`], [`api`] | OGC API Features; JSON beside it |
//! | [`near`], [`reach`] | what is near a place and fits; what is reached from it |
//! | `calendar` | sessions as a calendar that other programs take up |
//! | `tiles` | the streets as vector tiles |
//! | [`pages`] | the same for people, as HTML |
//! | [`http`], [`state`] | limits, headers, validators, logs; what requests share |
//! | [`access`], [`desk`] | who asks; where entries are taken |
//! | [`queue`] | what to check next |
//! | [`serve`] | addresses, signals, start and stop |
//! | [`error`] | the one error, and its status and body |

pub mod access;
pub mod api;
mod calendar;
pub mod desk;
pub mod error;
pub mod feature;
pub mod http;
mod language;
pub mod mode;
pub mod near;
pub mod ogc;
mod oruk;
pub mod pages;
pub mod query;
pub mod queue;
pub mod reach;
pub mod routes;
mod searches;
pub mod serve;
pub mod snapshot;
pub mod state;
mod tiles;
