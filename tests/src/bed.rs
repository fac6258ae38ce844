//! Where the real places lie that tests and benches run on.

use std::path::{Path, PathBuf};

/// The folder of real places beside the project, `../shared/data`; says loudly when it is absent, since what needs it then
/// checks or measures nothing.
#[must_use]
pub fn test_bed() -> Option<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let bed = here.ancestors().map(|dir| dir.join("../shared/data")).find(|bed| bed.is_dir());
    if bed.is_none() {
        eprintln!("SKIPPED: no real data at ../shared/data; nothing was checked or measured here");
    }
    bed
}
