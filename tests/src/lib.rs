//! What every test target shares.

pub mod binary;
pub mod town;

use std::path::{Path, PathBuf};

/// The folder of real places beside the project, `../shared/data`; says loudly when it is absent, since the tests that
/// need it then check nothing.
#[must_use]
#[expect(clippy::print_stderr, reason = "a set of tests that checks nothing must be heard of")]
pub fn test_bed() -> Option<PathBuf> {
    let bed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    if bed.is_dir() {
        return Some(bed);
    }
    eprintln!("SKIPPED: no real data at ../shared/data; this test checked nothing");
    None
}
