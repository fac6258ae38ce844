//! One figure for each area: people, deprivation.

use super::columns::MappedColumns;
use super::imported_rows::{ImportedRows, RecordsRead, RowOutcome, read_rows};
use super::keyed::{KeyedRows, RepeatedKeys};
use super::rows::{SourceRow, SourceRows};
use super::unread::RefusedValue;
use super::{FileError, KnownReferences};
use crate::ingest::map::ImportMap;
use crate::record::{DeprivationRecord, PopulationRecord};
use crate::text;

const CODE: (&str, &[&str]) = ("code", &["areacode", "code", "gsscode", "geographycode"]);

const PEOPLE: &[&str] = &[
    "people",
    "population",
    "totalpopulation",
    "allages",
    "totalresidents",
    "allpersons",
    "usualresidents",
    "allusualresidents",
    "totalallusualresidents",
    "persons",
    "pop",
    "total",
    "all",
    "count",
    "observation",
    "obsvalue",
    "value",
];

const DECILE: &[&str] = &["decile", "imddecile", "imddecil", "imdd", "deprivationdecile", "deciles"];

pub(super) const POPULATION: &[(&str, &[&str])] =
    &[CODE, ("people", PEOPLE), ("sex", &["sex", "gender", "sexlabel"])];

pub(super) const DEPRIVATION: &[(&str, &[&str])] =
    &[CODE, ("decile", DECILE), ("rank", &["rank", "imdrank", "indexofmultipledeprivationimdrank"])];

/// Words for the rows of everybody in a column of sexes.
const EVERYBODY: [&str; 10] = [
    "persons",
    "person",
    "people",
    "all",
    "allpersons",
    "allpeople",
    "everyone",
    "total",
    "both",
    "bothsexes",
];

/// People by area. Several rows for one area that say the same are one figure; where there is a column of sexes, the rows
/// for everybody count.
pub(super) fn population(
    tables: &[SourceRows],
    map: &ImportMap,
    known: &KnownReferences,
) -> RecordsRead<PopulationRecord> {
    let figures = by_area(tables, map, known, POPULATION, ("people", people_column), |columns, row| {
        let given = columns.required(row, "people")?;
        text::amount(given).map_err(|why| ("people", given.to_owned(), why))
    })?;
    let record = |(code, people)| PopulationRecord { geography: figures.geography.clone(), code, people };
    Ok((figures.by_code.into_iter().map(record).collect(), figures.told))
}

/// Deciles by area, from a column of deciles, or of ranks where the map says how many areas are ranked.
pub(super) fn deprivation(
    tables: &[SourceRows],
    map: &ImportMap,
    known: &KnownReferences,
) -> RecordsRead<DeprivationRecord> {
    let ranked = map.areas_ranked;
    let needs_rank = tables.first().is_some_and(|t| {
        MappedColumns::find(t, map, DEPRIVATION)
            .is_ok_and(|(c, _)| !c.has("decile") && decile_column(t).is_none() && c.has("rank"))
    });
    if needs_rank && ranked.is_none() {
        return Err(FileError {
            file: tables[0].file.clone(),
            reason: "it has ranks and no deciles; say in the map how many areas are ranked (areas_ranked)"
                .into(),
        });
    }
    if !needs_rank {
        tables.iter().try_for_each(|table| check_deciles(table, map))?;
    }
    let (field, guess): (_, ColumnGuess) =
        if needs_rank { ("rank", |_| None) } else { ("decile", decile_column) };
    let figures = by_area(tables, map, known, DEPRIVATION, (field, guess), |columns, row| {
        let given = columns.required(row, field)?;
        let number = text::number(given).map_err(|why| (field, given.to_owned(), why))?;
        let decile = match ranked {
            Some(areas) if needs_rank && (1.0..=areas).contains(&number) => (number * 10.0 / areas).ceil(),
            Some(areas) if needs_rank => {
                return Err((field, given.to_owned(), format!("not a rank from 1 to {areas}")));
            }
            _ => number,
        };
        if decile.fract() == 0.0 && (1.0..=10.0).contains(&decile) {
            Ok(decile)
        } else {
            Err((field, given.to_owned(), "not a decile, a whole number from 1 (most deprived) to 10".into()))
        }
    })?;
    let record = |(code, decile)| DeprivationRecord {
        geography: figures.geography.clone(),
        code,
        decile: decile as u8,
    };
    Ok((figures.by_code.into_iter().map(record).collect(), figures.told))
}

/// The column that a kind of figure is likely to be in, when it goes by none of its usual names.
type ColumnGuess = fn(&SourceRows) -> Option<usize>;

fn by_area(
    tables: &[SourceRows],
    map: &ImportMap,
    known: &KnownReferences,
    fields: &[(&'static str, &[&str])],
    (field, guess): (&'static str, ColumnGuess),
    value: impl Fn(&MappedColumns<'_>, &SourceRow) -> Result<f64, RefusedValue>,
) -> Result<AreaFigures, FileError> {
    let mut told = ImportedRows::default();
    let mut columns = Vec::with_capacity(tables.len());
    for table in tables {
        let (found, notes) = MappedColumns::find(table, map, fields)?;
        told.note_all(notes);
        columns.push(found);
    }
    let (geography, notes) = known.areas_of(tables, &mut columns, map)?;
    told.note_all(notes);
    for (table, columns) in tables.iter().zip(&mut columns) {
        told.note_all(columns.guess(field, guess(table), &table.headers));
        columns.must_have(table, &[field])?;
        told.note_all(of_one_sex(table, columns)?);
        told.note_all(columns.unread(table, |_| false));
    }
    let mut figures = KeyedRows::new();
    for (table, columns) in tables.iter().zip(&columns) {
        let figure = |row| {
            if !is_everybody(columns, row) {
                return Ok(RowOutcome::PassedOver);
            }
            let code = columns.required(row, "code")?;
            if known.is_outside(&geography, code) {
                return Ok(RowOutcome::Outside(code.to_owned()));
            }
            known.check(&geography, code).map_err(|why| ("code", code.to_owned(), why))?;
            Ok(RowOutcome::Record((code.to_owned(), value(columns, row)?), Vec::new()))
        };
        told.add(read_rows(table, figure, |figure: (String, f64), row| {
            figures.add(figure.0.clone(), figure.clone(), figure.1.to_string(), table, row);
        }));
    }
    // Of figures that differ one may be of a column of ages, and would pass for the whole.
    let (by_code, repeats) = figures.agreed(field, "the figure of its area", RepeatedKeys::Pass);
    told.add(repeats);
    told.note_outside();
    told.note(known.told_of(&geography, by_code.iter().map(|(code, _)| code.as_str())));
    Ok(AreaFigures { geography, by_code, told })
}

/// Figures of one geography, by code.
struct AreaFigures {
    geography: String,
    by_code: Vec<(String, f64)>,
    told: ImportedRows,
}

/// A note of how many rows are for one sex.
///
/// # Errors
/// All are.
fn of_one_sex(table: &SourceRows, columns: &MappedColumns<'_>) -> Result<Option<String>, FileError> {
    let not_counted = table.rows.iter().filter(|row| !is_everybody(columns, row)).count();
    if not_counted > 0 && not_counted == table.rows.len() {
        let reason = "its column of sexes has no rows for everybody; say in the map which rows count (keep)";
        return Err(FileError { file: table.file.clone(), reason: reason.into() });
    }
    Ok((not_counted > 0).then(|| format!("{not_counted} rows for one sex are not counted again")))
}

/// Whether a row is for both sexes, or the file does not tell them apart.
fn is_everybody(columns: &MappedColumns<'_>, row: &SourceRow) -> bool {
    columns.get(row, "sex").is_none_or(|s| EVERYBODY.contains(&text::plain(s).as_str()))
}

/// The only column of numbers that speaks of people or totals, else the only column of numbers.
fn people_column(table: &SourceRows) -> Option<usize> {
    const NOT: [&str; 16] = [
        "lon",
        "long",
        "longitude",
        "lat",
        "latitude",
        "x",
        "y",
        "easting",
        "northing",
        "objectid",
        "fid",
        "id",
        "year",
        "date",
        "hectares",
        "areaha",
    ];
    let numbers = |at: &usize| {
        let mut given = table
            .rows
            .iter()
            .filter_map(|r| r.values.get(*at)?.as_deref().and_then(text::present))
            .peekable();
        given.peek().is_some()
            && given.all(|v| text::amount(v).is_ok())
            && !NOT.contains(&text::plain(&table.headers[*at]).as_str())
    };
    let columns: Vec<usize> = (0..table.headers.len()).filter(numbers).collect();
    let speaks = |at: &&usize| {
        let header = text::plain(&table.headers[**at]);
        ["population", "residents", "people", "persons", "total"].iter().any(|w| header.contains(w))
    };
    let only = |columns: Vec<usize>| if let [one] = columns[..] { Some(one) } else { None };
    only(columns.iter().filter(speaks).copied().collect()).or_else(|| only(columns))
}

/// Words that the name of a column of deciles of deprivation may have.
const OF_DEPRIVATION: [&str; 31] = [
    "index",
    "multiple",
    "deprivation",
    "deprived",
    "decile",
    "deciles",
    "decil",
    "indices",
    "imd",
    "iod",
    "wimd",
    "simd",
    "nimdm",
    "imddecil",
    "imddecile",
    "imdd",
    "deprivationdecile",
    "national",
    "overall",
    "england",
    "wales",
    "scotland",
    "where",
    "is",
    "of",
    "the",
    "by",
    "in",
    "most",
    "lsoa",
    "lsoas",
];

/// # Errors
/// What would be read as deciles of deprivation says that it is of something else, or counts from the other end.
fn check_deciles(table: &SourceRows, map: &ImportMap) -> Result<(), FileError> {
    let (columns, _) = MappedColumns::find(table, map, DEPRIVATION)?;
    let at = columns.column("decile").or_else(|| decile_column(table));
    let header = at.filter(|_| !columns.is_mapped("decile")).map(|at| &table.headers[at]);
    let Some(header) = header else { return Ok(()) };
    let lower = header.to_lowercase();
    let mut words = lower.split(|c: char| !c.is_alphabetic());
    let other = words.find(|word| !word.is_empty() && !OF_DEPRIVATION.contains(word));
    let reversed = ["10mostdeprived", "10ismostdeprived", "10isthemostdeprived"];
    let is_reversed =
        reversed.iter().any(|words| text::plain(header).contains(words)) && !lower.contains("10%");
    let why = match (other, is_reversed) {
        (Some(word), _) => format!("speaks of something else ({word})"),
        (None, true) => "counts from the other end (10 is the most deprived)".to_owned(),
        (None, false) => return Ok(()),
    };
    let reason = format!(
        "column {header:?} {why}; deciles of deprivation run from 1, the most deprived, to 10. If it is that all the same, say in the map which column it is (fields.decile)"
    );
    Err(FileError { file: table.file.clone(), reason })
}

/// The column of deciles of the whole index, else the only column of deciles.
fn decile_column(table: &SourceRows) -> Option<usize> {
    let plains: Vec<String> = table.headers.iter().map(|h| text::plain(h)).collect();
    let deciles: Vec<usize> = (0..plains.len()).filter(|&at| plains[at].contains("decile")).collect();
    let whole = |at: &&usize| plains[**at].contains("imd") || plains[**at].contains("multiple");
    match (deciles.iter().find(whole), deciles.as_slice()) {
        (Some(&at), _) | (None, &[at]) => Some(at),
        _ => None,
    }
}
