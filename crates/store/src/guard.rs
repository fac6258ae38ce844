//! The one way of calling into sled: every other file here goes through it, and it knows none of them.

use super::StoreError;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

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
            match no_resources(what) {
                Some(cause) => Err(StoreError::Io { path: dir.to_owned(), cause }),
                None => Err(StoreError::damaged(dir, what.lines().next().unwrap_or(what))),
            }
        }
    }
}

/// sled's own flush. It waits for sled's threads, and one of those that met an error from the disk may have ended without a word:
/// whoever waits for it waits for ever. `disk` returns once the disk has taken what it was given; a flush that has not returned
/// soon after will not.
pub(super) fn flushed(
    dir: &Path,
    db: &sled::Db,
    disk: impl FnOnce() -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let (done, waits) = mpsc::sync_channel(1);
    let (at, own) = (dir.to_owned(), db.clone());
    let flush = move || {
        let flushed = guarded(&at, || own.flush()).map(drop);
        if flushed.is_err() {
            abandon(&own);
        }
        let _ = done.send(flushed);
    };
    let io = |cause| StoreError::Io { path: dir.to_owned(), cause };
    thread::Builder::new().name("flush".to_owned()).spawn(flush).map_err(io)?;
    if let Ok(flushed) = waits.recv_timeout(PATIENCE) {
        return flushed;
    }
    disk()?;
    waits.recv_timeout(PATIENCE).unwrap_or_else(|_| {
        Err(io(io::Error::new(io::ErrorKind::TimedOut, "the database did not finish writing; start again")))
    })
}

/// How long a flush may take beside what the disk takes.
const PATIENCE: Duration = Duration::from_secs(5);

/// Leaves a database open for as long as the process lasts: closing it flushes once more, which may never return after an error.
pub(super) fn abandon(db: &sled::Db) {
    std::mem::forget(db.clone());
}

/// That the system had no thread, memory or file to give, where sled panics over that: nothing on disk is wrong.
fn no_resources(panic: &str) -> Option<io::Error> {
    let (_, after) = panic.split_once("code: ")?;
    let code = after.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()?;
    [11, 12, 23, 24].contains(&code).then(|| io::Error::from_raw_os_error(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn want_of_resources_is_no_damage() {
        for (code, damaged) in [(11, false), (12, false), (24, false), (5, true)] {
            let panics = || -> sled::Result<()> {
                let error = io::Error::from_raw_os_error(code);
                panic!("called `Result::unwrap()` on an `Err` value: {error:?}");
            };
            let error = guarded(Path::new("store"), panics).unwrap_err();
            assert_eq!(matches!(error, StoreError::Damaged { .. }), damaged, "{code}: {error}");
            assert_eq!(error.to_string().contains(&format!("os error {code}")), !damaged, "{error}");
        }
    }
}
