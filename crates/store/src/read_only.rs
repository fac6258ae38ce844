//! Stores on disks that take no writes. sled writes when it opens: it is given a copy.

use super::{StopCause, Store, StoreError};
use rustix::fs::{FlockOperation, flock};
use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

impl Store {
    pub(super) const fn is_read_only(&self) -> bool {
        matches!(self.stopped, Some(StopCause::ReadOnlyDisk))
    }
}

/// Whether the disk takes no writes, as opposed to this user's.
pub(super) fn is_on_read_only_disk(dir: &Path) -> bool {
    let opened = File::options().write(true).open(dir.join("db"));
    opened.is_err_and(|error| error.kind() == io::ErrorKind::ReadOnlyFilesystem)
}

/// A copy of the files of a store, until it is dropped: what was opened from it stays open, and nobody finds it later.
pub(super) struct StoreCopy(PathBuf);

impl StoreCopy {
    pub(super) fn of(dir: &Path) -> Result<Self, StoreError> {
        let db = dir.join("db");
        let file = File::open(&db).map_err(StoreError::io(&db))?;
        // The disk may take writes by another way.
        flock(&file, FlockOperation::NonBlockingLockShared)
            .map_err(|_| StoreError::InUse { dir: dir.to_owned() })?;
        let copy = Self(new_dir()?);
        for entry in fs::read_dir(dir).map_err(StoreError::io(dir))? {
            let entry = entry.map_err(StoreError::io(dir))?;
            let name = entry.file_name();
            if ["db", "conf"].iter().any(|own| name == *own) || name.to_string_lossy().starts_with("snap.") {
                fs::copy(entry.path(), copy.0.join(&name)).map_err(StoreError::io(&entry.path()))?;
            }
        }
        Ok(copy)
    }

    pub(super) fn dir(&self) -> &Path {
        &self.0
    }
}

impl Drop for StoreCopy {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A new directory among those that are temporary, its owner's alone.
fn new_dir() -> Result<PathBuf, StoreError> {
    static MADE: AtomicU32 = AtomicU32::new(0);
    let number = MADE.fetch_add(1, Ordering::Relaxed);
    let dir = std::env::temp_dir().join(format!("hereabouts-{}-{number}", std::process::id()));
    DirBuilder::new().mode(0o700).create(&dir).map_err(StoreError::io(&dir))?;
    Ok(dir)
}
