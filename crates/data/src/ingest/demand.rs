//! Referrals by area, need and quarter.

use super::columns::MappedColumns;
use super::imported_rows::{ImportedRows, RecordsRead, RowOutcome, RowResult, read_rows};
use super::keyed::{KeyedRows, RepeatedKeys};
use super::rows::{SourceRow, SourceRows};
use super::unread::RefusedValue;
use super::{FileError, KnownReferences};
use crate::ingest::map::{DemandBasis, ImportMap};
use crate::record::{DemandRecord, H3, StoredBasis};
use crate::text::{self, plain};
use crate::words::id_of;
use hereabouts_core::cell::{DemandCell, InvalidCell};
use std::collections::BTreeSet;

pub(super) const FIELDS: &[(&str, &[&str])] = &[
    ("code", &["areacode", "code", "gsscode", "geographycode"]),
    ("cell", &["cell", "h3", "h3index", "h3cell", "h3id", "hex", "hexagon", "hexid"]),
    ("need", &["need", "needid", "needs", "category", "reason", "referralreason", "theme"]),
    ("quarter", &["quarter", "period", "date", "month", "referralquarter", "referraldate", "qtr"]),
    ("year", &["year", "financialyear", "calendaryear"]),
    ("referrals", &["referrals", "count", "n", "number", "total", "referralcount", "value"]),
    ("no_match", &["nomatch", "unmatched", "notmatched", "nomatchfound", "unmet"]),
];

/// Columns of files that have a row for each person. Their rows are not read even to be counted.
const OF_PERSONS: [&str; 14] = [
    "nhsnumber",
    "nhsno",
    "patientid",
    "patient",
    "clientid",
    "client",
    "surname",
    "lastname",
    "forename",
    "firstname",
    "dateofbirth",
    "dob",
    "birthdate",
    "email",
];

pub(super) fn read(
    tables: &[SourceRows],
    map: &ImportMap,
    known: &KnownReferences,
) -> RecordsRead<DemandRecord> {
    let mut told = ImportedRows::default();
    let mut columns = Vec::with_capacity(tables.len());
    for table in tables {
        let (found, notes) = MappedColumns::find(table, map, FIELDS)?;
        told.note_all(notes);
        columns.push(found);
    }
    for (table, columns) in tables.iter().zip(&columns) {
        refuse_persons(table)?;
        columns.must_have(table, &["need", "quarter", "referrals"])?;
    }
    let by_cell = columns.iter().all(|c| c.has("cell") && !c.is_mapped("code"));
    let geography = if by_cell {
        cells_of(tables, &columns)?
    } else {
        let (geography, notes) = known.areas_of(tables, &mut columns, map)?;
        told.note_all(notes);
        geography
    };
    let mut figures = KeyedRows::new();
    for (table, columns) in tables.iter().zip(&columns) {
        let reader = DemandReader { columns, map, known, by_cell, geography: &geography };
        told.add(read_rows(
            table,
            |row| reader.read(row),
            |record: DemandRecord, row| {
                let key = (record.code.clone(), record.need.clone(), record.quarter.clone());
                let shown = record.referrals.to_string();
                figures.add(key, record, shown, table, row);
            },
        ));
    }
    let what = "the figure of its area, need and quarter";
    let (agreed, repeats) = figures.agreed("referrals", what, RepeatedKeys::Reject);
    told.add(repeats);
    Ok((agreed, told))
}

/// # Errors
/// The file has a row for each person.
fn refuse_persons(table: &SourceRows) -> Result<(), FileError> {
    let Some(person) = table.headers.iter().find(|h| OF_PERSONS.contains(&plain(h).as_str())) else {
        return Ok(());
    };
    Err(FileError {
        file: table.file.clone(),
        reason: format!(
            "column {person:?} speaks of persons; only counts by area, need and quarter are taken. Count them where \
             they are kept and import the counts"
        ),
    })
}

/// Reads the rows of one file.
struct DemandReader<'a> {
    columns: &'a MappedColumns<'a>,
    map: &'a ImportMap,
    known: &'a KnownReferences,
    /// Rows are of cells, not of areas.
    by_cell: bool,
    geography: &'a str,
}

impl DemandReader<'_> {
    fn read(&self, row: &SourceRow) -> RowResult<DemandRecord> {
        let code = self.code(row)?;
        let Some(need) = self.need(row)? else { return Ok(RowOutcome::LeftOut) };
        let quarter = self.columns.required(row, "quarter")?;
        let year = self.columns.get(row, "year");
        let wrong = |why| ("quarter", quarter.to_owned(), why);
        let quarter = self.map.period.read(year, quarter).map_err(wrong)?;
        let amount = |field: &'static str, given: &str| {
            text::amount(given).map_err(|why| (field, given.to_owned(), why))
        };
        let referrals = amount("referrals", self.columns.required(row, "referrals")?)?;
        let no_match = self.columns.get(row, "no_match").map(|n| amount("no_match", n)).transpose()?;
        if let Some(n) = no_match.filter(|n| *n > referrals) {
            return Err(("no_match", n.to_string(), format!("more than the {referrals} referrals")));
        }
        let record = DemandRecord {
            geography: self.geography.to_owned(),
            code,
            need,
            quarter: quarter.to_string(),
            referrals,
            no_match,
            basis: match self.map.basis {
                Some(DemandBasis::Synthetic) => StoredBasis::Synthetic,
                _ => StoredBasis::Unprotected,
            },
        };
        Ok(RowOutcome::Record(record, Vec::new()))
    }

    /// The code of the area, or the index of the cell.
    fn code(&self, row: &SourceRow) -> Result<String, RefusedValue> {
        if self.by_cell {
            return cell(self.columns.required(row, "cell")?, self.known);
        }
        let code = self.columns.required(row, "code")?;
        self.known.check(self.geography, code).map_err(|why| ("code", code.to_owned(), why))?;
        Ok(code.to_owned())
    }

    /// The id of the need; `None` where the map leaves what the row says out.
    fn need(&self, row: &SourceRow) -> Result<Option<String>, RefusedValue> {
        let given = self.columns.get(row, "need").unwrap_or_default().to_owned();
        let meaning = self.columns.meaning(row, "need").map_err(|why| ("need", given, why))?;
        let Some(need) = meaning else { return Ok(None) };
        let need = need.ok_or_else(|| ("need", String::new(), "missing".to_owned()))?;
        let id = id_of(&self.known.needs, need);
        let id = id.ok_or_else(|| ("need", need.to_owned(), "not in the needs table".to_owned()))?;
        Ok(Some(id.to_owned()))
    }
}

/// The geography of cells, if those of the files are all of one size: figures of two sizes may count the same people twice.
///
/// # Errors
/// They are of several.
fn cells_of(tables: &[SourceRows], columns: &[MappedColumns<'_>]) -> Result<String, FileError> {
    let mut sizes: BTreeSet<u8> = BTreeSet::new();
    for (table, columns) in tables.iter().zip(columns) {
        for row in &table.rows {
            if let Some(cell) = columns.get(row, "cell").and_then(|c| c.parse::<DemandCell>().ok()) {
                sizes.insert(cell.resolution());
            }
        }
    }
    if sizes.len() > 1 {
        let all: Vec<String> = sizes.iter().map(ToString::to_string).collect();
        let reason = format!("cells of resolutions {}; a source has cells of one size", all.join(", "));
        let file = tables.first().map_or_else(String::new, |table| table.file.clone());
        return Err(FileError { file, reason });
    }
    Ok(H3.to_owned())
}

fn cell(given: &str, known: &KnownReferences) -> Result<String, RefusedValue> {
    let wrong = |why: String| ("cell", given.to_owned(), why);
    let cell: DemandCell = given.parse().map_err(|e: InvalidCell| wrong(e.to_string()))?;
    let centre = cell.centre();
    if known.is_near(centre.lon(), centre.lat()) == Some(false) {
        return Err(wrong("more than a degree from all neighbourhoods".into()));
    }
    Ok(cell.to_string())
}
