//! Whole places: the built program on the made-up town, and real places through the importer and the store.

mod cli;
mod common;
mod demo;
mod real_data;
mod real_traps;
mod snapshots;
