//! The work that speed is measured on: streets, and places for twelve needs shared among the demand of a country, from coordinates to
//! scores, as other tools are given it too.

// By path, because the tests' own crate would build the whole server to time the core.
#[path = "../../../tests/src/bed.rs"]
#[expect(clippy::print_stderr, reason = "a bench that measures nothing must be heard of")]
mod bed;
pub mod listings;
pub mod streets;
pub mod timetable;
pub mod workload;

pub use bed::test_bed;

/// Peak of resident memory of this process in MB; not a number where the system does not say.
#[must_use]
pub fn peak() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok());
    kib.unwrap_or(f64::NAN) / 1024.0
}
