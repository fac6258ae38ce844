//! What is served, through the real routes: OGC API Features (the numbers are the abstract tests of 17-069r4), JSON, CSV,
//! and what holds for every request.

#[path = "api/common.rs"]
mod common;
#[path = "api/entries.rs"]
mod entries;
#[path = "api/features.rs"]
mod features;
#[path = "api/guards.rs"]
mod guards;
#[path = "api/near.rs"]
mod near;
#[path = "api/ogc.rs"]
mod ogc;
#[path = "api/operations.rs"]
mod operations;
#[path = "api/oruk.rs"]
mod oruk;
#[path = "api/reach.rs"]
mod reach;
#[path = "api/rows.rs"]
mod rows;
#[path = "api/transit.rs"]
mod transit;
