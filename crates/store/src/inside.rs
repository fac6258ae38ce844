//! The small stores inside the directory of a store, and that they are missed when they are gone.

use super::{JOURNAL, Store, StoreError, UNMET_NEEDS, open};
use std::path::{Path, PathBuf};

impl Store {
    /// The small store of this name inside the directory of a store; `None` where there never was one.
    ///
    /// # Errors
    /// As [`Store::open`], and [`StoreError::Missing`] where there was one.
    pub fn open_inside(dir: &Path, name: &'static str) -> Result<Option<Self>, StoreError> {
        match Self::open(&dir.join(name)) {
            Ok(store) => Ok(Some(store)),
            Err(StoreError::NotFound { .. }) if made(dir, name).exists() => {
                Err(StoreError::Missing { dir: dir.join(name), made: made(dir, name) })
            }
            Err(StoreError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The same, made where there never was one.
    ///
    /// # Errors
    /// As [`Store::create`], and [`StoreError::Missing`].
    pub fn create_inside(dir: &Path, name: &'static str) -> Result<Self, StoreError> {
        let store = match Self::open_inside(dir, name)? {
            Some(store) => store,
            None => Self::create(&dir.join(name))?,
        };
        let made = made(dir, name);
        // Also beside one that is from before this was noted.
        if !made.exists() && !store.is_read_only() {
            open::write_whole(&made, NOTE)?;
        }
        Ok(store)
    }

    /// The small stores inside its directory that are there, by name.
    ///
    /// # Errors
    /// As [`Store::open_inside`].
    pub fn beside(&self) -> Result<Vec<(&'static str, Self)>, StoreError> {
        let mut all = Vec::new();
        for name in [JOURNAL, UNMET_NEEDS] {
            all.extend(Self::open_inside(&self.dir, name)?.map(|store| (name, store)));
        }
        Ok(all)
    }
}

const NOTE: &[u8] = b"made: the directory of this name belongs beside this file\n";

/// The file that says that there was one: a directory that is gone leaves no other trace.
fn made(dir: &Path, name: &str) -> PathBuf {
    dir.join(format!("{name}.made"))
}
