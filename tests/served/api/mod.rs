//! What is served, through the real routes: OGC API Features (the numbers are the abstract tests of 17-069r4), JSON, CSV,
//! and what holds for every request.

mod attacks;
mod crowds;
mod entries;
mod features;
mod guards;
mod near;
mod ogc;
mod operations;
mod oruk;
mod plans;
mod reach;
mod rows;
mod transit;
mod unknown;
