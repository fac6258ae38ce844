//! The files of a feed, out of an archive or as they are.

use super::Unreadable;
use std::collections::BTreeMap;
use std::io::{Cursor, Read};

/// The most that the files of a feed may come to, unpacked. An archive of a few kilobytes can claim terabytes; the timetable
/// of a metropolis is 300 MiB.
pub const MOST_BYTES: u64 = 768 << 20;

/// The files that are read. Others, such as shapes, are not even unpacked.
const NAMES: [&str; 8] = [
    "stops.txt",
    "routes.txt",
    "trips.txt",
    "stop_times.txt",
    "calendar.txt",
    "calendar_dates.txt",
    "frequencies.txt",
    "transfers.txt",
];

/// One file of a feed.
#[derive(Debug, Clone, Copy)]
pub struct File<'a> {
    /// Its name, such as `stops.txt`.
    pub name: &'a str,
    /// What is in it.
    pub bytes: &'a [u8],
}

/// The files of one feed by name.
pub(super) struct Files<'a>(BTreeMap<&'static str, &'a [u8]>);

impl<'a> Files<'a> {
    pub(super) fn new(files: &[File<'a>]) -> Result<Self, Unreadable> {
        let mut known = BTreeMap::new();
        let mut total = 0;
        for file in files {
            if let Some(name) = NAMES.into_iter().find(|name| *name == file.name) {
                known.entry(name).or_insert(file.bytes);
                total += file.bytes.len() as u64;
            }
        }
        if total > MOST_BYTES { Err(Unreadable::TooLarge(MOST_BYTES)) } else { Ok(Self(known)) }
    }

    pub(super) fn get(&self, name: &'static str) -> Option<&'a [u8]> {
        self.0.get(name).copied()
    }

    pub(super) fn need(&self, name: &'static str) -> Result<&'a [u8], Unreadable> {
        self.get(name).ok_or(Unreadable::NoFile(name))
    }
}

/// The files of an archive that are read, whether they lie at its top or in a folder (then the shortest path is taken: some
/// programs add a copy of each under `__MACOSX`).
pub(super) fn unpack(bytes: &[u8]) -> Result<Vec<(&'static str, Vec<u8>)>, Unreadable> {
    let damaged = |e: &dyn std::fmt::Display| Unreadable::Archive(e.to_string());
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|e| damaged(&e))?;
    let mut found: BTreeMap<&'static str, String> = BTreeMap::new();
    for path in archive.file_names().filter_map(Result::ok) {
        let base = path.rsplit('/').next().unwrap_or_default();
        if let Some(name) = NAMES.into_iter().find(|name| *name == base) {
            let shortest = found.entry(name).or_insert_with(|| path.clone().into_owned());
            if (path.len(), &*path) < (shortest.len(), shortest.as_str()) {
                *shortest = path.into_owned();
            }
        }
    }
    let mut left = MOST_BYTES;
    let mut files = Vec::new();
    for (name, path) in found {
        let mut unpacked = Vec::new();
        // What an entry says of its own size is not believed.
        let mut entry = archive.by_name(&path).map_err(|e| damaged(&e))?.take(left + 1);
        entry.read_to_end(&mut unpacked).map_err(|e| damaged(&format!("{name}: {e}")))?;
        left = left.checked_sub(unpacked.len() as u64).ok_or(Unreadable::TooLarge(MOST_BYTES))?;
        files.push((name, unpacked));
    }
    Ok(files)
}
