//! What every test target shares.

pub mod bed;
pub mod binary;
pub mod gtfs;
pub mod imports;
pub mod pbf;
pub mod readers;
pub mod snapshot;
pub mod town;

/// The folder of real places. A test that asks for it carries `#[cfg_attr(no_test_bed, ignore = "needs the test bed")]`.
///
/// # Panics
/// When it is absent.
#[must_use]
pub fn test_bed() -> std::path::PathBuf {
    bed::test_bed().expect("this test needs the test bed, and carries the attribute that says so")
}
