//! Opening, and the few things done to the files beside sled.

use super::guard::{self, guarded};
use super::read_only::{StoreCopy, is_on_read_only_disk};
use super::{StopCause, Store, StoreError, layout, owner};
use rustix::fs::{FlockOperation, OFlags, flock};
use sled::{Config, Db};
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// A page above a quarter of this would become a blob file.
const SEGMENT_BYTES: usize = 8 << 20;

/// sled's default is 1 GiB; a store is read through once.
const CACHE_BYTES: u64 = 64 << 20;

/// sled's background thread is the only one that syncs file metadata.
const FLUSH_EVERY_MS: u64 = 500;

/// The lock can outlive the last handle of this process for a moment.
const LOCK_PATIENCE: Duration = Duration::from_secs(2);

const WITNESS: &str = "witness";
const SET_ASIDE: &str = "set-aside";

pub(super) fn existing(dir: &Path) -> Result<Store, StoreError> {
    if !dir.join("db").is_file() || !dir.join("conf").is_file() {
        return Err(match witness(dir)? {
            Some(_) => StoreError::damaged(dir, "a file of the database is missing"),
            None => StoreError::NotFound { dir: dir.to_owned() },
        });
    }
    if is_on_read_only_disk(dir) {
        let copy = StoreCopy::of(dir)?;
        let mut store = store(dir, open_ladder(copy.dir()).map_err(|error| error.of(dir))?)?;
        store.stopped = Some(StopCause::ReadOnlyDisk);
        return Ok(store);
    }
    owner::may_write(dir)?;
    store(dir, open_ladder(dir)?)
}

pub(super) fn create(dir: &Path) -> Result<Store, StoreError> {
    if !is_on_read_only_disk(dir) {
        owner::may_write(dir)?;
    }
    match fs::read_dir(dir) {
        Ok(mut entries) => match entries.next() {
            None => {}
            Some(_) if dir.join("db").is_file() || dir.join(WITNESS).is_file() => return existing(dir),
            Some(_) => return Err(StoreError::NotEmpty { dir: dir.to_owned() }),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            // Counts in it may identify people: nobody but the owner looks in.
            DirBuilder::new().recursive(true).mode(0o700).create(dir).map_err(StoreError::io(dir))?;
        }
        Err(error) => return Err(StoreError::io(dir)(error)),
    }
    let db = open_locked(dir)?;
    guarded(dir, || {
        db.insert(layout::FORMAT_KEY, layout::seal(layout::FORMAT_KEY, guard::FORMAT.as_bytes()))
    })?;
    guard::flushed(dir, &db, || sync_data(dir))?;
    sync_data(dir)?;
    write_witness(dir, 0)?;
    sync_dir(dir)?;
    if let Some(parent) = dir.canonicalize().map_err(StoreError::io(dir))?.parent() {
        sync_dir(parent)?;
    }
    store(dir, db)
}

/// Checks what was opened, and that it is not older than what was once acknowledged.
fn store(dir: &Path, db: Db) -> Result<Store, StoreError> {
    no_blobs(dir)?;
    let index: sled::Tree = (*db).clone();
    let records = guarded(dir, || db.open_tree("records"))?;
    let witnessed = witness(dir)?;
    let revision = layout::revision(dir, &index)?;
    match guarded(dir, || index.get(layout::FORMAT_KEY))? {
        Some(value) => {
            let format = layout::unseal(layout::FORMAT_KEY, &value)
                .ok_or_else(|| StoreError::damaged(dir, "its format does not match its checksum"))?;
            if format != guard::FORMAT.as_bytes() {
                return Err(StoreError::Format {
                    dir: dir.to_owned(),
                    found: String::from_utf8_lossy(format).into_owned(),
                    expected: guard::FORMAT.to_owned(),
                });
            }
        }
        // Killed while it was being made: there was never anything in it.
        None if witnessed.is_none() && revision == 0 && index.is_empty() => {
            guarded(dir, || {
                index.insert(layout::FORMAT_KEY, layout::seal(layout::FORMAT_KEY, guard::FORMAT.as_bytes()))
            })?;
        }
        None => return Err(StoreError::damaged(dir, "it has lost what was written to it")),
    }
    if witnessed.is_some_and(|witnessed| witnessed > revision) {
        let what =
            format!("it holds revision {revision}, and revision {} was acknowledged", witnessed.unwrap_or(0));
        return Err(StoreError::damaged(dir, what));
    }
    Ok(Store { dir: dir.to_owned(), index, records, db, revision, needs_room: true, stopped: None })
}

/// Open; else set sled's snapshots aside, which it can rebuild from its log, and open; else say so.
fn open_ladder(dir: &Path) -> Result<Db, StoreError> {
    match open_locked(dir) {
        Err(StoreError::Damaged { .. }) if set_snapshots_aside(dir)? => open_locked(dir),
        opened => opened,
    }
}

fn open_locked(dir: &Path) -> Result<Db, StoreError> {
    let config = Config::new()
        .path(dir)
        .segment_size(SEGMENT_BYTES)
        .cache_capacity(CACHE_BYTES)
        .flush_every_ms(Some(FLUSH_EVERY_MS));
    let started = Instant::now();
    loop {
        match guarded(dir, || config.open()) {
            // sled has no error of its own for this.
            Err(StoreError::Io { cause, .. }) if cause.to_string().contains("could not acquire lock") => {
                if started.elapsed() > LOCK_PATIENCE {
                    return Err(StoreError::InUse { dir: dir.to_owned() });
                }
                std::thread::sleep(Duration::from_millis(50));
            }
            opened => return opened,
        }
    }
}

/// Whether there were any.
fn set_snapshots_aside(dir: &Path) -> Result<bool, StoreError> {
    let aside = dir.join(SET_ASIDE);
    let mut moved = false;
    for entry in fs::read_dir(dir).map_err(StoreError::io(dir))? {
        let entry = entry.map_err(StoreError::io(dir))?;
        let name = entry.file_name();
        if name.to_string_lossy().starts_with("snap.") {
            fs::create_dir_all(&aside).map_err(StoreError::io(&aside))?;
            fs::rename(entry.path(), aside.join(&name)).map_err(StoreError::io(&entry.path()))?;
            moved = true;
        }
    }
    Ok(moved)
}

/// What sled's flush leaves out: the data and the length of its file, past the cache of the device.
pub(super) fn sync_data(dir: &Path) -> Result<(), StoreError> {
    let path = dir.join("db");
    File::open(&path).and_then(|file| file.sync_data()).map_err(StoreError::io(&path))
}

fn sync_dir(dir: &Path) -> Result<(), StoreError> {
    File::open(dir).and_then(|dir| dir.sync_all()).map_err(StoreError::io(dir))
}

/// Blob files are never synced by sled. The cap on values keeps it from making any; this is the proof.
pub(super) fn no_blobs(dir: &Path) -> Result<(), StoreError> {
    let blobs = dir.join("blobs");
    match fs::read_dir(&blobs) {
        Ok(mut entries) => match entries.next() {
            Some(_) => {
                Err(StoreError::damaged(dir, "there are files in blobs/, which this program never writes"))
            }
            None => Ok(()),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(StoreError::io(&blobs)(error)),
    }
}

/// The last revision that was acknowledged; `None` before the first.
pub(super) fn witness(dir: &Path) -> Result<Option<u64>, StoreError> {
    let path = dir.join(WITNESS);
    match fs::read_to_string(&path) {
        Ok(text) => match text.strip_prefix("revision ").and_then(|text| text.trim_end().parse().ok()) {
            Some(revision) => Ok(Some(revision)),
            None => Err(StoreError::damaged(dir, "its witness file cannot be read")),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => {
            Err(StoreError::damaged(dir, "its witness file cannot be read"))
        }
        Err(error) => Err(StoreError::io(&path)(error)),
    }
}

pub(super) fn write_witness(dir: &Path, revision: u64) -> Result<(), StoreError> {
    write_whole(&dir.join(WITNESS), format!("revision {revision}\n").as_bytes())
}

/// Writes a file whole or not at all: beside it, synced, renamed over it, directory synced.
pub(super) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let beside = beside(path);
    let mut file = new_beside(&beside, bytes)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(StoreError::io(&beside))?;
    put_in_place(&beside, path)
}

/// The name under which a file is written before it takes its place.
pub(super) fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".part");
    PathBuf::from(name)
}

/// Makes that file: new, its owner's alone, and nothing that a link of its name leads to. One that a killed command left is
/// replaced: nobody holds it, and it begins as what is to be written does, or was never written to.
pub(super) fn new_beside(beside: &Path, begins: &[u8]) -> Result<File, StoreError> {
    let io = || StoreError::io(beside);
    if fs::symlink_metadata(beside).is_ok_and(|found| found.is_file()) {
        let left = OpenOptions::new()
            .read(true)
            .custom_flags(OFlags::NOFOLLOW.bits() as i32)
            .open(beside)
            .map_err(io())?;
        hold(&left, beside)?;
        let mut head = Vec::new();
        let known = begins.len().min(KNOWN_BY_BYTES);
        left.take(known as u64).read_to_end(&mut head).map_err(io())?;
        if !begins.starts_with(&head) {
            let what = "is there and was not left by this program; move it away";
            return Err(io()(io::Error::new(io::ErrorKind::AlreadyExists, what)));
        }
        fs::remove_file(beside).map_err(io())?;
    }
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(beside).map_err(io())?;
    hold(&file, beside)?;
    Ok(file)
}

/// How much of a file tells what it is.
const KNOWN_BY_BYTES: usize = 9;

/// Has a file or directory to itself for as long as it is open.
pub(super) fn hold(file: &File, path: &Path) -> Result<(), StoreError> {
    flock(file, FlockOperation::NonBlockingLockExclusive).map_err(|_| {
        let what = "another command is writing it; wait for it to end";
        StoreError::io(path)(io::Error::new(io::ErrorKind::ResourceBusy, what))
    })
}

pub(super) fn put_in_place(beside: &Path, path: &Path) -> Result<(), StoreError> {
    fs::rename(beside, path).map_err(StoreError::io(path))?;
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => sync_dir(parent),
        _ => sync_dir(Path::new(".")),
    }
}

/// Bytes that are free on the disk of a directory.
///
/// # Errors
/// [`StoreError::Io`].
pub fn free_bytes(dir: &Path) -> Result<u64, StoreError> {
    let stat = rustix::fs::statvfs(dir).map_err(|errno| StoreError::io(dir)(errno.into()))?;
    Ok(stat.f_bavail.saturating_mul(stat.f_frsize))
}
