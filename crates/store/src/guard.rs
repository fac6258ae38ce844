//! The one way of calling into sled: every other file here goes through it, and it knows none of them.

use super::StoreError;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

/// The layout of records in sled that this program reads and writes.
pub(super) const FORMAT: &str = "1";

/// Runs a call into sled. On damaged files sled panics in places where it should return an error; both are an error here.
pub(super) fn guarded<T>(dir: &Path, call: impl FnOnce() -> sled::Result<T>) -> Result<T, StoreError> {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(sled::Error::Io(cause))) => Err(StoreError::Io { path: dir.to_owned(), cause }),
        Ok(Err(sled::Error::Unsupported(what))) => {
            Err(StoreError::Format { dir: dir.to_owned(), found: what, expected: FORMAT.to_owned() })
        }
        Ok(Err(error)) => Err(StoreError::damaged(dir, error.to_string())),
        Err(panic) => {
            let what = panic
                .downcast_ref::<String>()
                .map(String::as_str)
                .or_else(|| panic.downcast_ref::<&str>().copied())
                .unwrap_or("its files cannot be read");
            Err(StoreError::damaged(dir, what.lines().next().unwrap_or(what)))
        }
    }
}
