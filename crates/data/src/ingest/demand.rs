//! Referrals by area, need and quarter.

use super::columns::MappedColumns;
use super::keyed::{KeyedRows, RepeatedKeys};
use super::rows::SourceRows;
use super::unread::RefusedValue;
use super::{FileError, ImportedRows, KnownReferences};
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
    out: &mut ImportedRows,
) -> Result<Vec<DemandRecord>, FileError> {
    let mut columns = tables
        .iter()
        .map(|t| MappedColumns::find(t, map, FIELDS, out))
        .collect::<Result<Vec<_>, FileError>>()?;
    for (table, columns) in tables.iter().zip(&columns) {
        if let Some(person) = table.headers.iter().find(|h| OF_PERSONS.contains(&plain(h).as_str())) {
            return Err(FileError {
                file: table.file.clone(),
                reason: format!(
                    "column {person:?} speaks of persons; only counts by area, need and quarter are taken. Count them where \
                     they are kept and import the counts"
                ),
            });
        }
        if let Some(missing) = ["need", "quarter", "referrals"].into_iter().find(|f| !columns.has(f)) {
            return Err(FileError {
                file: table.file.clone(),
                reason: format!(
                    "no column for {missing}; say in the map which it is. The columns are {}",
                    table.headers.join(", ")
                ),
            });
        }
    }
    let by_cell = columns.iter().all(|c| c.has("cell") && !c.is_mapped("code"));
    let geography =
        if by_cell { cells_of(tables, &columns)? } else { known.areas_of(tables, &mut columns, map, out)? };
    let basis = if map.basis == Some(DemandBasis::Synthetic) {
        StoredBasis::Synthetic
    } else {
        StoredBasis::Unprotected
    };
    let mut figures = KeyedRows::new();
    for (table, columns) in tables.iter().zip(&columns) {
        for row in &table.rows {
            let one = || -> Result<Option<DemandRecord>, RefusedValue> {
                let required = |field: &'static str| {
                    columns.get(row, field).ok_or((field, String::new(), "missing".to_owned()))
                };
                let code = if by_cell {
                    cell(required("cell")?, known)?
                } else {
                    let code = required("code")?;
                    known.check(&geography, code).map_err(|why| ("code", code.to_owned(), why))?;
                    code.to_owned()
                };
                let given = columns.get(row, "need").unwrap_or_default().to_owned();
                let Some(need) = columns.meaning(row, "need").map_err(|why| ("need", given, why))? else {
                    return Ok(None);
                };
                let need = need.ok_or(("need", String::new(), "missing".to_owned()))?;
                let id = id_of(&known.needs, need)
                    .ok_or_else(|| ("need", need.to_owned(), "not in the needs table".to_owned()))?;
                let quarter = required("quarter")?;
                let quarter = map
                    .period
                    .read(columns.get(row, "year"), quarter)
                    .map_err(|why| ("quarter", quarter.to_owned(), why))?;
                let referrals = required("referrals")?;
                let amount = |field: &'static str, given: &str| {
                    text::amount(given).map_err(|why| (field, given.to_owned(), why))
                };
                let referrals = amount("referrals", referrals)?;
                let no_match = columns.get(row, "no_match").map(|n| amount("no_match", n)).transpose()?;
                if let Some(n) = no_match.filter(|n| *n > referrals) {
                    return Err(("no_match", n.to_string(), format!("more than the {referrals} referrals")));
                }
                Ok(Some(DemandRecord {
                    geography: geography.clone(),
                    code,
                    need: id.to_owned(),
                    quarter: quarter.to_string(),
                    referrals,
                    no_match,
                    basis,
                }))
            };
            match one() {
                Ok(None) => out.left_out += 1,
                Err((field, value, why)) => out.reject(table, row, field, &value, why),
                Ok(Some(record)) => {
                    let key = (record.code.clone(), record.need.clone(), record.quarter.clone());
                    let shown = record.referrals.to_string();
                    figures.add(key, record, shown, table, row);
                }
            }
        }
    }
    Ok(figures.agreed("referrals", "the figure of its area, need and quarter", RepeatedKeys::Reject, out))
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
