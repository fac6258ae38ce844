//! Room kept on the disk for what has to be written when there is none: who lost a key must not wait until somebody makes room.

use super::{Store, StoreError, open};
use rustix::fs::{FallocateFlags, fallocate};
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

const RESERVE: &str = "reserve";

/// What opening sled and one small change take at most, twice.
const RESERVE_BYTES: u64 = 16 << 20;

/// With less than this on the disk the reserve is given back to it.
const SCARCE_BYTES: u64 = 64 << 20;

impl Store {
    /// Opens the store for a small change that must not fail for want of room: the reserve in its directory is given up where
    /// there is little, and the change is begun however little is left.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn open_on_reserve(dir: &Path) -> Result<Self, StoreError> {
        if open::free_bytes(dir).is_ok_and(|free| free < SCARCE_BYTES) {
            // Without one there is nothing to give up.
            let _ = fs::remove_file(dir.join(RESERVE));
        }
        let mut store = Self::open(dir)?;
        store.needs_room = false;
        Ok(store)
    }

    /// Sets room aside for [`Store::open_on_reserve`], where there is enough and it is not set aside yet.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn keep_reserve(&self) -> Result<(), StoreError> {
        let path = self.dir.join(RESERVE);
        let is_whole = fs::metadata(&path).is_ok_and(|found| found.len() == RESERVE_BYTES);
        if is_whole || open::free_bytes(&self.dir)? < SCARCE_BYTES + RESERVE_BYTES {
            return Ok(());
        }
        let mut file = File::create(&path).map_err(StoreError::io(&path))?;
        if fallocate(&file, FallocateFlags::empty(), 0, RESERVE_BYTES).is_err() {
            // A file system that sets nothing aside has it written; zeros that are kept as holes are no loss there.
            let part = vec![0; 1 << 20];
            (0..RESERVE_BYTES >> 20)
                .try_for_each(|_| file.write_all(&part))
                .map_err(StoreError::io(&path))?;
        }
        file.sync_all().map_err(StoreError::io(&path))
    }
}
