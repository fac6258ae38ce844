//! The files of a feed, out of an archive or as they are.

use super::UnreadableFeed;
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
pub struct FeedFile<'a> {
    /// Its name, such as `stops.txt`.
    pub name: &'a str,
    /// What is in it.
    pub bytes: &'a [u8],
}

/// The files of one feed by name.
pub(super) struct FeedFiles<'a>(BTreeMap<&'static str, &'a [u8]>);

impl<'a> FeedFiles<'a> {
    pub(super) fn new(files: &[FeedFile<'a>]) -> Result<Self, UnreadableFeed> {
        let mut known = BTreeMap::new();
        let mut total = 0;
        for file in files {
            if let Some(name) = NAMES.into_iter().find(|name| *name == file.name) {
                known.entry(name).or_insert(file.bytes);
                total += file.bytes.len() as u64;
            }
        }
        if total > MOST_BYTES { Err(UnreadableFeed::TooLarge(MOST_BYTES)) } else { Ok(Self(known)) }
    }

    pub(super) fn get(&self, name: &'static str) -> Option<&'a [u8]> {
        self.0.get(name).copied()
    }

    pub(super) fn need(&self, name: &'static str) -> Result<&'a [u8], UnreadableFeed> {
        self.get(name).ok_or(UnreadableFeed::NoFile(name))
    }
}

/// Times its packed size that a file may have: tables of timetables have 5 to 20.
const MOST_TIMES: u64 = 100;
/// Up to so many bytes any times will do.
const SMALL_BYTES: u64 = 16 << 20;

/// The files of an archive that are read, whether they lie at its top or in a folder (then the shortest path is taken: some
/// programs add a copy of each under `__MACOSX`); at most so many bytes of them together.
pub(super) fn unpack(bytes: &[u8], most: u64) -> Result<Vec<(&'static str, Vec<u8>)>, UnreadableFeed> {
    let damaged = |e: &dyn std::fmt::Display| UnreadableFeed::Archive(e.to_string());
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
    let mut left = most;
    let mut files = Vec::new();
    for (name, path) in found {
        let mut unpacked = Vec::new();
        // What an entry says of its own size is not believed.
        let entry = archive.by_name(&path).map_err(|e| damaged(&e))?;
        let packed = entry.compressed_size().min(bytes.len() as u64);
        let most_of_it = SMALL_BYTES.max(packed.saturating_mul(MOST_TIMES));
        let mut entry = entry.take((left + 1).min(most_of_it + 1));
        entry.read_to_end(&mut unpacked).map_err(|e| damaged(&format!("{name}: {e}")))?;
        if unpacked.len() as u64 > most_of_it && most_of_it < left {
            return Err(damaged(&format!("{name}: more than {MOST_TIMES} times as large unpacked")));
        }
        left = left.checked_sub(unpacked.len() as u64).ok_or(UnreadableFeed::TooLarge(most))?;
        files.push((name, unpacked));
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn a_small_archive_of_large_files_is_not_unpacked() {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for name in ["stops.txt", "trips.txt", "shapes.txt"] {
            zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(&vec![b'0'; 1 << 20]).unwrap();
        }
        let bytes = zip.finish().unwrap().into_inner();
        assert!(bytes.len() < 10_000, "{}", bytes.len());
        // Shapes are not unpacked at all.
        assert_eq!(unpack(&bytes, 2 << 20).unwrap().len(), 2);
        assert_eq!(unpack(&bytes, (2 << 20) - 1), Err(UnreadableFeed::TooLarge((2 << 20) - 1)));
        // An archive that says less than there is in it: the sizes in its directory are bytes 24 to 27 of each entry.
        let mut lying = bytes.clone();
        let entries: Vec<usize> =
            lying.windows(4).enumerate().filter(|w| w.1 == b"PK\x01\x02").map(|w| w.0).collect();
        assert_eq!(entries.len(), 3);
        for entry in entries {
            lying[entry + 24..entry + 28].copy_from_slice(&10_u32.to_le_bytes());
        }
        assert!(unpack(&lying, 1 << 20).is_err());
    }
}
