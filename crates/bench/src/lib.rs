//! The work that speed is measured on: streets, and places for twelve needs shared among the demand of a country, from coordinates to
//! scores, as other tools are given it too.

// By path, because the tests' own crate would build the whole server to time the core.
#[path = "../../../tests/src/bed.rs"]
#[expect(clippy::print_stderr, reason = "a bench that measures nothing must be heard of")]
mod bed;
pub mod streets;
pub mod workload;

pub use bed::test_bed;
