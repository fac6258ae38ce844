//! Whose a store is. What root writes into the directory of somebody else is root's: its owner could not open the store again.

use super::StoreError;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// That this process may write there and leave nothing that the owner of the directory, or of the one it will lie in, could not
/// open.
///
/// # Errors
/// [`StoreError::OfAnother`].
pub(super) fn may_write(dir: &Path) -> Result<(), StoreError> {
    if !rustix::process::geteuid().is_root() {
        return Ok(());
    }
    match owner(dir) {
        Some((at, owner)) if owner != 0 => {
            Err(StoreError::OfAnother { dir: dir.to_owned(), is_there: at == dir, owner })
        }
        _ => Ok(()),
    }
}

/// The directory that is there, this one or the nearest above it, and whose it is.
fn owner(dir: &Path) -> Option<(PathBuf, u32)> {
    let whole = std::path::absolute(dir).ok()?;
    let (at, found) = whole.ancestors().find_map(|at| Some((at.to_owned(), fs::metadata(at).ok()?)))?;
    Some((if at == whole { dir.to_owned() } else { at }, found.uid()))
}
