//! Where the real places lie that tests and benches run on.

use std::path::{Path, PathBuf};

/// The folder of real places beside the project, `../shared/data`; nothing, and a word on the error stream, when it is absent.
///
/// # Panics
/// When it is absent and `HEREABOUTS_TEST_BED` is `required`.
#[must_use]
pub fn test_bed() -> Option<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let bed = here.ancestors().map(|dir| dir.join("../shared/data")).find(|bed| bed.is_dir());
    if bed.is_none() {
        let required = std::env::var("HEREABOUTS_TEST_BED").is_ok_and(|value| value == "required");
        assert!(!required, "HEREABOUTS_TEST_BED=required, and there is no test bed at ../shared/data");
        eprintln!("SKIPPED: no test bed at ../shared/data; what needs it checks or measures nothing");
    }
    bed
}
