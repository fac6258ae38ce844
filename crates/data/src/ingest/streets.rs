//! Streets: OpenStreetMap extracts, which are one map together, and files of lines as GeoJSON, which are joined where the
//! ends of their lines nearly touch.

use super::imported_rows::ImportedRows;
use super::{FileError, MAX_FILE_BYTES, RowError, SourceFile, decode, foreign_format, osm};
use crate::ingest::map::ImportMap;
use crate::record::StreetMap;
use hereabouts_streets::read::{ReadStreets, UnreadableStreets};
use hereabouts_streets::{geojson as street_lines, osm::pbf};
use std::borrow::Cow;

/// The streets of all files, and how many the files have.
///
/// # Errors
/// [`FileError`] for a file that gives none, or a map that says what streets do not have.
pub(super) fn read(
    files: &[SourceFile<'_>],
    map: &ImportMap,
) -> Result<(StreetMap, u64, ImportedRows), FileError> {
    let wrong = |file: &str, reason: String| FileError { file: file.to_owned(), reason };
    let first = files.first().map_or("none", |file| file.name);
    if !map.says_only_where_from() {
        let reason = "the map of streets says source, licence, attribution and retrieved alone".to_owned();
        return Err(wrong(first, reason));
    }
    if let Some(large) = files.iter().find(|file| file.bytes.len() as u64 > MAX_FILE_BYTES) {
        return Err(wrong(large.name, format!("larger than {} MiB", MAX_FILE_BYTES >> 20)));
    }
    let refused = |file: &SourceFile<'_>| Some(wrong(file.name, foreign_format::refused(file.bytes)?));
    if let Some(refused) = files.iter().filter(|file| !osm::is_one(file.bytes)).find_map(refused) {
        return Err(refused);
    }
    let (extracts, plain): (Vec<&SourceFile<'_>>, Vec<&SourceFile<'_>>) =
        files.iter().partition(|file| osm::is_one(file.bytes));
    let mut maps = Vec::new();
    let (mut streets, mut rows, mut told) = (0, 0, ImportedRows::default());
    let mut take = |name: &str, read: Result<ReadStreets, UnreadableStreets>| {
        let read = read.map_err(|error| wrong(name, error.to_string()))?;
        streets += read.streets;
        rows += (read.streets + read.rejected.len() + read.left_out) as u64;
        told.passed_over += read.left_out as u64;
        read.notes.iter().for_each(|note| told.note(format!("{name}: {note}")));
        told.rejected.extend(read.rejected.into_iter().map(|rejected| RowError {
            file: name.to_owned(),
            line: rejected.record,
            field: rejected.field.to_owned(),
            value: rejected.value.chars().take(200).collect(),
            reason: rejected.reason,
        }));
        maps.push(read.lines);
        Ok::<_, FileError>(())
    };
    if !extracts.is_empty() {
        let names: Vec<&str> = extracts.iter().map(|file| file.name).collect();
        let bytes: Vec<&[u8]> = extracts.iter().map(|file| file.bytes).collect();
        take(&names.join(", "), pbf::read(&bytes))?;
    }
    // Names of files decide nothing: the same lines in another order are the same map.
    let mut texts: Vec<(Cow<'_, str>, &str)> = plain.iter().map(|f| (decode(f.bytes).0, f.name)).collect();
    texts.sort_unstable();
    for (text, name) in texts {
        take(name, street_lines::read(&text))?;
    }
    Ok((StreetMap::of(streets, maps), rows, told))
}
