//! A file and a map in; good records, rejected rows and what was decided out. No file is read and no clock asked here.

mod area;
mod asset;
mod calendar;
mod cells;
mod closed;
mod columns;
mod contacts;
mod covers;
mod csv;
mod demand;
mod event;
mod figure;
mod file_format;
mod fitting;
mod foreign_format;
mod geojson;
mod grant;
mod grant_json;
mod imported_rows;
mod json_list;
mod keyed;
mod kinds;
mod known;
mod listing;
mod listing_columns;
pub mod map;
mod national_grid;
mod open_referral;
mod osm;
mod packed;
pub mod period;
mod postcode;
mod projection;
mod release;
mod rings;
mod rows;
mod service_area;
mod shape;
mod streets;
mod transit;
mod unread;
mod workbook;

pub use covers::with_boundary;
pub use csv::MAX_LINE_BYTES;
pub use file_format::FileFormat;
pub use known::{Crosswalk, KnownReferences};
pub use rows::{SourceRow, SourceRows};

use crate::ingest::map::ImportMap;
use crate::record::{RecordKind, RecordList, SourceHeader};
use hereabouts_release::document::ReleaseDocument;
use imported_rows::ImportedRows;
use std::borrow::Cow;
use std::fmt;
use thiserror::Error;

/// Largest file read, in bytes: 512 MiB.
pub const MAX_FILE_BYTES: u64 = 512 << 20;

/// A file as given: its base name and its bytes.
#[derive(Debug, Clone, Copy)]
pub struct SourceFile<'a> {
    /// Base name, for messages and detection.
    pub name: &'a str,
    /// Content.
    pub bytes: &'a [u8],
}

/// A row that did not land, and why.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RowError {
    /// File.
    pub file: String,
    /// Line in a CSV (the header is line 1), feature in GeoJSON (from 1).
    pub line: u64,
    /// Field.
    pub field: String,
    /// Value given.
    pub value: String,
    /// Why it did not land.
    pub reason: String,
}

impl fmt::Display for RowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {} {:?}: {}", self.file, self.line, self.field, self.value, self.reason)
    }
}

/// A file that cannot be read at all.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{file}: {reason}")]
pub struct FileError {
    /// File.
    pub file: String,
    /// Why.
    pub reason: String,
}

/// What an import found.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportedRecords {
    /// Name of the source.
    pub source: String,
    /// Rows that the files have. Each is among the records, the rejected or the left out: none disappears.
    pub rows: u64,
    /// Rows that land: several may make one record, and one several.
    pub landed: u64,
    /// What lands.
    pub records: RecordList,
    /// What does not, by file and line.
    pub rejected: Vec<RowError>,
    /// Rows left out because the map says so, or for a reason that the notes give.
    pub left_out: u64,
    /// What was decided, in words.
    pub notes: Vec<String>,
    /// For the store.
    pub header: SourceHeader,
}

/// Reads files as records of a kind.
///
/// # Errors
/// [`FileError`] for the first file that cannot be read at all; a bad row is in [`ImportedRecords::rejected`].
pub fn import(
    kind: RecordKind,
    files: &[SourceFile<'_>],
    map: &ImportMap,
    known: &KnownReferences,
) -> Result<ImportedRecords, FileError> {
    let source =
        map.source.clone().unwrap_or_else(|| files.first().map_or("none", |f| stem(f.name)).to_owned());
    // A timetable is an archive, and is read as one.
    let (unpacked, of_archives) = match kind {
        RecordKind::Transit => (Vec::new(), Vec::new()),
        _ => packed::unpacked(files)?,
    };
    let given = files;
    let within: Vec<SourceFile<'_>> =
        unpacked.iter().map(|file| SourceFile { name: &file.name, bytes: &file.bytes }).collect();
    let files = if kind == RecordKind::Transit { given } else { within.as_slice() };
    let of_osm = files.iter().any(|f| osm::is_one(f.bytes));
    let licensed = ImportMap {
        licence: map.licence.clone().or_else(|| of_osm.then(|| osm::LICENCE.to_owned())),
        attribution: map.attribution.clone().or_else(|| of_osm.then(|| osm::ATTRIBUTION.to_owned())),
        ..map.clone()
    };
    let map = &licensed;
    let mut outlines = Vec::new();
    let (records, rows, mut out) = match kind {
        // They are no tables: a row for each would take ten times their room.
        RecordKind::Streets => {
            let (streets, rows, told) = streets::read(files, map)?;
            (RecordList::Streets(streets), rows, told)
        }
        RecordKind::Transit => {
            let (feed, rows, told) = transit::read(files, map)?;
            (RecordList::Transit(feed), rows, told)
        }
        RecordKind::Releases => {
            let (releases, rows, told) = release::read(files, map, known, &source)?;
            (RecordList::Releases(releases), rows, told)
        }
        _ => {
            let (tables, rows, mut out) = tables(kind, files, map, known)?;
            outlines.extend(tables.iter().filter_map(|table| table.outline.clone()));
            let (records, told) = records(kind, &tables, map, known, &source)?;
            out.add(told);
            (records, rows, out)
        }
    };
    out.note_all(of_archives);
    if out.left_out > 0 {
        out.notes.push(format!("{} rows left out, as the map says", out.left_out));
    }
    out.rejected.sort();
    let listed = match &records {
        RecordList::Assets(records) => records.as_slice(),
        _ => &[],
    };
    let (list, of_list) = covers::read(kind, map, known, listed, &outlines).map_err(|reason| FileError {
        file: files.first().map_or_else(String::new, |file| file.name.to_owned()),
        reason,
    })?;
    out.note_all(of_list);
    let header = SourceHeader {
        files: given.iter().map(|f| f.name.to_owned()).collect(),
        licence: map.licence.clone(),
        attribution: map.attribution.clone(),
        retrieved: map.retrieved,
        imported_on: map.as_of.filter(|_| kind == RecordKind::Assets && map.retrieved.is_none()),
        currency: map.currency.clone(),
        list,
        imported: out.landed.unwrap_or(records.len() as u64),
        rejected: out.rejected.len() as u64,
        notes: out.notes.clone(),
    };
    let left_out = out.left_out + out.passed_over;
    let landed = header.imported;
    let rows = rows + out.more_rows;
    let (rejected, notes) = (out.rejected, out.notes);
    Ok(ImportedRecords { source, rows, landed, records, rejected, left_out, notes, header })
}

/// Tables as records of a kind.
fn records(
    kind: RecordKind,
    tables: &[SourceRows],
    map: &ImportMap,
    known: &KnownReferences,
    source: &str,
) -> Result<(RecordList, ImportedRows), FileError> {
    fn of<R>(
        list: fn(Vec<R>) -> RecordList,
        (records, told): (Vec<R>, ImportedRows),
    ) -> (RecordList, ImportedRows) {
        (list(records), told)
    }
    Ok(match kind {
        RecordKind::Neighbourhoods => of(RecordList::Neighbourhoods, area::read(tables, map, known, source)?),
        RecordKind::Population => of(RecordList::Population, figure::population(tables, map, known)?),
        RecordKind::Deprivation => of(RecordList::Deprivation, figure::deprivation(tables, map, known)?),
        RecordKind::Postcodes => of(RecordList::Postcodes, postcode::read(tables, map)?),
        RecordKind::Assets => of(RecordList::Assets, asset::read(tables, map, known, source)?),
        RecordKind::Demand => of(RecordList::Demand, demand::read(tables, map, known)?),
        RecordKind::Grants => of(RecordList::Grants, grant::read(tables, map, known, source)?),
        RecordKind::Events => of(RecordList::Events, event::read(tables, map, known, source)?),
        RecordKind::Streets | RecordKind::Transit | RecordKind::Releases => {
            let file = tables.first().map_or_else(String::new, |table| table.file.clone());
            return Err(FileError { file, reason: format!("{kind} are no tables") });
        }
    })
}

/// The tables of files, without the rows that the map leaves out, how many rows there are in all, and what to tell of them.
fn tables(
    kind: RecordKind,
    files: &[SourceFile<'_>],
    map: &ImportMap,
    known: &KnownReferences,
) -> Result<(Vec<SourceRows>, u64, ImportedRows), FileError> {
    let (mut tables, mut out) = (Vec::new(), ImportedRows::default());
    let mut count = 0;
    let together = if kind == RecordKind::Assets && open_referral::are_some(files) {
        let wrong = |(file, reason)| FileError { file, reason };
        Some(open_referral::rows(files, known).map_err(wrong)?)
    } else {
        None
    };
    let each = match together {
        Some(rows) => vec![rows],
        None => files.iter().map(|file| read(file, kind, map, known)).collect::<Result<_, _>>()?,
    };
    for mut rows in each.into_iter().flatten() {
        rows.drop_controls();
        count += (rows.rows.len() + rows.broken.len()) as u64 + rows.passed_over;
        out.passed_over += rows.passed_over;
        out.rejected.append(&mut rows.broken);
        out.notes.append(&mut rows.notes);
        let before = rows.rows.len();
        check_conditions(&rows, map)?;
        rows.rows.retain(|row| {
            let holds =
                |c: &crate::ingest::map::RowCondition| c.holds(rows_value(&rows.headers, row, &c.column));
            map.keep.iter().all(holds) && !map.drop.iter().any(holds)
        });
        out.left_out += (before - rows.rows.len()) as u64;
        tables.push(rows);
    }
    Ok((tables, count, out))
}

/// The tables of a file: one, but for an OpenStreetMap extract.
fn read(
    file: &SourceFile<'_>,
    kind: RecordKind,
    map: &ImportMap,
    known: &KnownReferences,
) -> Result<Vec<SourceRows>, FileError> {
    let wrong = |reason: String| FileError { file: file.name.to_owned(), reason };
    if file.bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(wrong(format!("larger than {} MiB", MAX_FILE_BYTES >> 20)));
    }
    if osm::is_one(file.bytes) {
        return match kind {
            RecordKind::Assets => osm::rows(file.name, file.bytes, &known.kinds, map.as_of).map_err(wrong),
            other => Err(wrong(format!("an OpenStreetMap extract; it is read for assets, not for {other}"))),
        };
    }
    if packed::is_workbook(file.bytes) {
        return match kind {
            RecordKind::Events => Err(wrong("not a calendar (.ics); events are read from those".into())),
            _ => Ok(vec![workbook::rows(file.name, file.bytes, kind, map).map_err(wrong)?]),
        };
    }
    if let Some(sheet) = &map.sheet {
        return Err(wrong(format!("the map says sheet {sheet:?}, and this is no workbook")));
    }
    if let Some(why) = foreign_format::refused(file.bytes) {
        return Err(wrong(why));
    }
    if ReleaseDocument::is_meant(file.bytes) {
        return Err(wrong(
            "a release of protected figures; `hereabouts import releases` reads it".to_owned(),
        ));
    }
    let (text, encoding) = decode(file.bytes);
    if text.trim().is_empty() {
        return Err(wrong("empty".into()));
    }
    let format = FileFormat::of_text(&text);
    if kind == RecordKind::Events && format != FileFormat::Calendar {
        return Err(wrong("not a calendar (.ics); events are read from those".into()));
    }
    let mut rows = match (format, kind) {
        (FileFormat::Calendar, RecordKind::Events | RecordKind::Assets) => {
            let zone = map.time_zone.as_deref().map(|name| {
                let unknown =
                    |_| wrong(format!("the map has time_zone {name:?}; write it like Europe/London"));
                name.parse().map_err(unknown)
            });
            calendar::rows(file.name, &text, zone.transpose()?)
        }
        (FileFormat::Calendar, _) => {
            Err(format!("a calendar; it is read for events and assets, not for {kind}"))
        }
        (FileFormat::Geojson, RecordKind::Grants) => {
            grant_json::rows(file.name, text.trim_start_matches('\u{feff}'))
        }
        (FileFormat::Geojson, _) => geojson::rows(file.name, &text, map.crs),
        _ => csv::rows(file.name, &text, map.header.as_deref()),
    }
    .map_err(wrong)?;
    // A map that says which column is what is of somebody who knows the table.
    if kind == RecordKind::Assets
        && format != FileFormat::Calendar
        && map.fields.is_empty()
        && map.keep.is_empty()
        && map.drop.is_empty()
        && let Some(assets) = osm::table::assets(&rows, &known.kinds, map.as_of)
    {
        rows = assets;
    }
    if encoding != encoding_rs::UTF_8 {
        rows.notes.push(format!("{}: read as {}", file.name, encoding.name()));
    }
    Ok(vec![rows])
}

/// UTF-8 with or without its mark, UTF-16 by its mark or its zeros, else Windows-1252 (what Excel writes here).
fn decode(bytes: &[u8]) -> (Cow<'_, str>, &'static encoding_rs::Encoding) {
    let (encoding, mark) = encoding_rs::Encoding::for_bom(bytes).unwrap_or_else(|| {
        let utf8 = std::str::from_utf8(bytes).is_ok();
        let of_eight = if utf8 { encoding_rs::UTF_8 } else { encoding_rs::WINDOWS_1252 };
        (foreign_format::sixteen_bits(bytes).unwrap_or(of_eight), 0)
    });
    (encoding.decode_without_bom_handling(&bytes[mark..]).0, encoding)
}

/// A condition on a column that is not there would keep or drop everything without a word.
fn check_conditions(rows: &SourceRows, map: &ImportMap) -> Result<(), FileError> {
    for condition in map.keep.iter().chain(&map.drop) {
        if !rows.headers.contains(&condition.column) {
            return Err(FileError {
                file: rows.file.clone(),
                reason: format!(
                    "the map has a condition on column {:?}; the columns are {}",
                    condition.column,
                    rows.headers.join(", ")
                ),
            });
        }
    }
    Ok(())
}

fn rows_value<'a>(headers: &[String], row: &'a SourceRow, column: &str) -> Option<&'a str> {
    let at = headers.iter().position(|h| h == column)?;
    row.values.get(at)?.as_deref().and_then(crate::text::present)
}

/// A file's name without its last extension.
pub(crate) fn stem(name: &str) -> &str {
    let name = name.strip_suffix(".gz").unwrap_or(name);
    let name = name.strip_suffix(".pbf").filter(|n| n.ends_with(".osm")).unwrap_or(name);
    name.rsplit_once('.').map_or(name, |(stem, _)| if stem.is_empty() { name } else { stem })
}

#[cfg(test)]
mod tests;
