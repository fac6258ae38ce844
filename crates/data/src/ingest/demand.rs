//! Referrals by area, need and quarter.

mod breakdown;
mod reader;
mod sums;
mod suppressed;
mod wide;

use super::columns::MappedColumns;
use super::imported_rows::{ImportedRows, RecordsRead, rejected};
use super::keyed::{KeyedRows, RepeatedKeys};
use super::period::Period;
use super::rows::SourceRows;
use super::{FileError, KnownReferences, stem};
use crate::ingest::map::{DemandBasis, ImportMap};
use crate::record::{DemandRecord, H3, StoredBasis};
use crate::text::plain;
use breakdown::GivenDemand;
use hereabouts_core::cell::DemandCell;
use reader::{DemandReader, DemandRow, ReadRow, TotalRow, WithheldRow};
use std::collections::BTreeSet;
use suppressed::Suppression;

pub(super) const FIELDS: &[(&str, &[&str])] = &[
    ("code", &["areacode", "code", "gsscode", "geographycode"]),
    ("cell", &["cell", "h3", "h3index", "h3cell", "h3id", "hex", "hexagon", "hexid"]),
    ("need", &["need", "needid", "needs", "category", "reason", "referralreason", "theme"]),
    (
        "quarter",
        &[
            "quarter",
            "period",
            "date",
            "month",
            "week",
            "day",
            "referralquarter",
            "referraldate",
            "referralmonth",
            "yearmonth",
            "reportingperiod",
            "weekcommencing",
            "weekending",
            "qtr",
        ],
    ),
    ("year", &["year", "financialyear", "calendaryear"]),
    ("referrals", &["referrals", "count", "n", "number", "total", "referralcount", "value"]),
    ("no_match", &["nomatch", "unmatched", "notmatched", "nomatchfound", "unmet"]),
    (SYSTEM, &["sourcesystem", "recordingsystem", "clinicalsystem", "gpsystem", "clinicalitsystem"]),
];

/// The field of the system in which a count was recorded. Counts of several systems are parts of one.
const SYSTEM: &str = "source_system";

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
    tables.iter().try_for_each(refuse_persons)?;
    let (narrowed, mut told) = narrow(tables, map, known)?;
    let tables = narrowed.as_deref().unwrap_or(tables);
    let (mut columns, mut periods) = (Vec::with_capacity(tables.len()), Vec::with_capacity(tables.len()));
    for table in tables {
        let (found, notes) = MappedColumns::find(table, map, FIELDS)?;
        told.note_all(notes);
        let of_file = if found.has("quarter") { None } else { period_of(table, map) };
        let (period, note) = of_file.unzip();
        told.note_all(note);
        found.must_have(table, if period.is_some() { &["need", "referrals"] } else { &MUST_HAVE })?;
        columns.push(found);
        periods.push(period);
    }
    let by_cell = columns.iter().all(|c| c.has("cell") && !c.is_mapped("code"));
    let geography = if by_cell {
        cells_of(tables, &columns)?
    } else {
        let by_code = known.areas_of(tables, &mut columns, map);
        let (geography, notes) =
            by_code.or_else(|error| known.areas_by_name(tables, &mut columns, map).ok_or(error))?;
        told.note_all(notes);
        geography
    };
    let mut rows = ReadRows::default();
    for (nth, (table, (columns, of_file))) in tables.iter().zip(columns.iter().zip(&periods)).enumerate() {
        let reader = DemandReader {
            table,
            columns,
            map,
            known,
            geography: &geography,
            by_cell,
            of_file: *of_file,
            small: Suppression::of(map),
        };
        told.add(rows.read(nth, table, &reader));
    }
    told.note_all(breakdown::name_quarters_by_their_days(&mut rows.given, tables, &columns));
    let (agreed, more) = rows.agreed(tables, &columns);
    told.add(more);
    let basis = match map.basis {
        Some(DemandBasis::Synthetic) => StoredBasis::Synthetic,
        _ => StoredBasis::Unprotected,
    };
    let read =
        sums::ReadDemand { geography, basis, rows: agreed, totals: rows.totals, withheld: rows.withheld };
    let (records, more) = sums::records(&read, map);
    told.add(more);
    told.note_outside();
    Ok((records, told))
}

/// Fields that a file without a period in its name or titles has columns of.
const MUST_HAVE: [&str; 3] = ["need", "quarter", "referrals"];

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

/// Wide tables as long ones, others as they are; `None` where no table is wide.
fn narrow(
    tables: &[SourceRows],
    map: &ImportMap,
    known: &KnownReferences,
) -> Result<(Option<Vec<SourceRows>>, ImportedRows), FileError> {
    let mut told = ImportedRows::default();
    let mut all = Vec::with_capacity(tables.len());
    for table in tables {
        let (columns, _) = MappedColumns::find(table, map, FIELDS)?;
        all.push(wide::narrowed(table, map, &known.needs, &columns));
    }
    if all.iter().all(Option::is_none) {
        return Ok((None, told));
    }
    let as_long = |(narrowed, table): (Option<wide::NarrowedTable>, &SourceRows)| match narrowed {
        Some(narrowed) => {
            told.more_rows += narrowed.more_rows;
            told.note(narrowed.note);
            narrowed.table
        }
        None => table.clone(),
    };
    let long = all.into_iter().zip(tables).map(as_long).collect();
    Ok((Some(long), told))
}

/// The quarter or month of a file without a column of them: as its titles say, else its name; and the note of it.
fn period_of(table: &SourceRows, map: &ImportMap) -> Option<(Period, String)> {
    let of_titles = table.titles.iter().find_map(|title| map.period.read_in(title));
    let (period, by) = match of_titles {
        Some(period) => (period, "a title above the header"),
        None => (map.period.read_in(stem(&table.file))?, "its name"),
    };
    let when = match period {
        Period::Month(day) => day.format("%B %Y").to_string(),
        other => other.quarters().first().map(ToString::to_string)?,
    };
    let note =
        format!("{}: {when}, by {by} (constants = {{ quarter = … }} in the map says otherwise)", table.file);
    Some((period, note))
}

/// Rows of all files, as they are read.
#[derive(Default)]
struct ReadRows<'a> {
    given: Vec<GivenDemand<'a>>,
    totals: Vec<TotalRow>,
    withheld: BTreeSet<WithheldRow>,
}

impl<'a> ReadRows<'a> {
    /// Reads the rows of the `nth` table.
    fn read(&mut self, nth: usize, table: &'a SourceRows, reader: &DemandReader<'_>) -> ImportedRows {
        let mut told = ImportedRows::default();
        for row in &table.rows {
            // What can be told of a row also tells what is unknown when the rest of it cannot.
            let mut about = WithheldRow::default();
            match reader.read(row, &mut about) {
                Ok(ReadRow::LeftOut) => told.left_out += 1,
                Ok(ReadRow::Outside(code)) => told.pass_outside(code),
                Ok(ReadRow::Total(total)) => self.totals.push(total),
                Ok(ReadRow::Figure(record, shown)) => {
                    self.given.push(GivenDemand { record, shown, table: nth, row });
                }
                Err((field, value, why)) => {
                    told.rejected.push(rejected(table, row, field, &value, why));
                    if !about.code.is_empty() {
                        self.withheld.insert(about);
                    }
                }
            }
        }
        told
    }

    /// The figures that no other row contradicts. Those that one does are withheld.
    fn agreed(
        &mut self,
        tables: &'a [SourceRows],
        columns: &[MappedColumns<'_>],
    ) -> (Vec<DemandRow>, ImportedRows) {
        let is_field = |table: usize, at: usize| {
            let fields = FIELDS.iter().filter(|(field, _)| *field != SYSTEM);
            fields.into_iter().any(|(field, _)| columns[table].column(field) == Some(at))
        };
        let (parts, mut told) = breakdown::parts(&self.given, tables, is_field);
        let mut figures = KeyedRows::new();
        let mut keys = BTreeSet::new();
        for (GivenDemand { record, shown, table, row }, part) in self.given.drain(..).zip(parts) {
            let Some(part) = part else { continue };
            let key = (record.code.clone(), record.need.clone(), record.period);
            keys.insert(key.clone());
            figures.add((key, part), record, shown, &tables[table], row);
        }
        let what = "the figure of its area, need and quarter";
        let (agreed, repeats) = figures.agreed("referrals", what, RepeatedKeys::Reject);
        if !repeats.rejected.is_empty() {
            for row in &agreed {
                keys.remove(&(row.code.clone(), row.need.clone(), row.period));
            }
            let withheld =
                |(code, need, period)| WithheldRow { code, need: Some(need), period: Some(period) };
            self.withheld.extend(keys.into_iter().map(withheld));
        }
        told.add(repeats);
        (agreed, told)
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
