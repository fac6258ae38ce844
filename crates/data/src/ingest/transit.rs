//! Timetables: one GTFS feed, as an archive or as its files.

use super::imported_rows::ImportedRows;
use super::{FileError, MAX_FILE_BYTES, RowError, SourceFile};
use crate::ingest::map::ImportMap;
use crate::record::FeedRecord;
use hereabouts_transit::gtfs::{self, TransitFeed};

/// The feed of the files, and how many trips they have.
///
/// # Errors
/// [`FileError`] for what gives no feed, for two feeds at once, or a map that says what feeds do not have.
pub(super) fn read(
    files: &[SourceFile<'_>],
    map: &ImportMap,
) -> Result<(FeedRecord, u64, ImportedRows), FileError> {
    let first = files.first().map_or("none", |file| file.name);
    let wrong = |file: &str, reason: String| FileError { file: file.to_owned(), reason };
    if !map.says_only_where_from() {
        let reason =
            "the map of a timetable says source, licence, attribution and retrieved alone".to_owned();
        return Err(wrong(first, reason));
    }
    if let Some(large) = files.iter().find(|file| file.bytes.len() as u64 > MAX_FILE_BYTES) {
        return Err(wrong(large.name, format!("larger than {} MiB", MAX_FILE_BYTES >> 20)));
    }
    let mut archives = files.iter().filter(|file| is_one(file.bytes));
    let (archive, another) = (archives.next(), archives.next());
    let read = match (archive, another, files.len()) {
        (Some(archive), None, 1) => TransitFeed::from_zip(archive.bytes),
        (None, ..) if map.source.is_none() => {
            let reason = "tables of a timetable have no name of their own: say --source NAME".to_owned();
            return Err(wrong(first, reason));
        }
        (None, ..) => {
            let files: Vec<gtfs::FeedFile<'_>> =
                files.iter().map(|file| gtfs::FeedFile { name: file.name, bytes: file.bytes }).collect();
            TransitFeed::from_files(&files)
        }
        // Ids of one feed mean nothing in another.
        _ => {
            let reason = "a source is one feed: import each .zip under a name of its own".to_owned();
            return Err(wrong(another.or(archive).map_or(first, |file| file.name), reason));
        }
    };
    let read = read.map_err(|error| wrong(first, error.to_string()))?;
    let mut told = ImportedRows::default();
    told.note_all(read.notes);
    let within = archive.map(|archive| format!("{}/", archive.name)).unwrap_or_default();
    told.rejected.extend(read.rejected.into_iter().map(|rejected| RowError {
        file: format!("{within}{}", rejected.file),
        line: rejected.line,
        field: rejected.field.to_owned(),
        value: rejected.value,
        reason: rejected.reason,
    }));
    let trips = read.feed.trips.len() + told.rejected.len();
    Ok((FeedRecord { feed: read.feed }, trips as u64, told))
}

/// Whether bytes are an archive.
pub(super) fn is_one(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}
