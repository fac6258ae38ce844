//! Rows that are parts of one figure: what divides a count, and what dates only name a quarter.

use super::reader::DemandRow;
use super::wide;
use crate::ingest::columns::MappedColumns;
use crate::ingest::imported_rows::ImportedRows;
use crate::ingest::period::Period;
use crate::ingest::rows::{SourceRow, SourceRows};
use crate::text::{self, plain, present};
use chrono::{Datelike, NaiveDate};
use std::collections::{BTreeMap, BTreeSet};

/// What a row says, and where.
pub(super) struct GivenDemand<'a> {
    pub(super) record: DemandRow,
    pub(super) shown: String,
    /// Which of the tables it stands in.
    pub(super) table: usize,
    pub(super) row: &'a SourceRow,
}

/// Days and months that only name a quarter: all of them are its first day, or its last, or the columns speak of quarters and
/// have one for each. Days that are all the first of a month name the month. The note says what they were taken for.
pub(super) fn name_quarters_by_their_days(
    given: &mut [GivenDemand<'_>],
    tables: &[SourceRows],
    columns: &[MappedColumns<'_>],
) -> Option<String> {
    let days: BTreeSet<Period> = given.iter().map(|g| g.record.period).filter(|p| p.grain().0 < 3).collect();
    if days.is_empty() {
        return None;
    }
    let all = |test: &dyn Fn(NaiveDate) -> bool| {
        days.iter().all(|period| matches!(period, Period::Day(day) if test(*day)))
    };
    let first = |day: NaiveDate| day.day() == 1 && day.month0().is_multiple_of(3);
    let last = |day: NaiveDate| day.succ_opt().is_some_and(first);
    let quarters: BTreeSet<_> = days.iter().flat_map(|period| period.quarters()).collect();
    let speaks_of_quarters = tables.iter().zip(columns).all(|(table, columns)| {
        let header = columns.column("quarter").map(|at| plain(&table.headers[at]));
        header.is_some_and(|header| header.contains("quarter") || header.contains("qtr"))
    });
    let label = all(&first) || all(&last) || (speaks_of_quarters && quarters.len() == days.len());
    let months = !label && all(&|day: NaiveDate| day.day() == 1);
    for record in given.iter_mut().map(|g| &mut g.record).filter(|r| r.period.grain().0 < 3) {
        match (record.period, record.period.quarters().first()) {
            (_, Some(&quarter)) if label => record.period = Period::Quarter(quarter),
            (Period::Day(day), _) if months => record.period = Period::month(day),
            _ => {}
        }
    }
    if label {
        Some("every date is one of a quarter of its own: taken for the whole quarter".to_owned())
    } else {
        months.then(|| "every date is the first of a month: taken for the month".to_owned())
    }
}

/// Words in the names of columns that divide a count: who referred, how old people are.
const DIVIDES: [&str; 17] = [
    "system",
    "practice",
    "age",
    "band",
    "sex",
    "gender",
    "ethnic",
    "referrer",
    "referredby",
    "source",
    "provider",
    "team",
    "pcn",
    "worker",
    "outcome",
    "status",
    "type",
];

/// For each row its part of a breakdown, `None` for one that is the total of the others. `is_field` says of a table, by its
/// position, and a column whether it is a field.
pub(super) fn parts(
    given: &[GivenDemand<'_>],
    tables: &[SourceRows],
    is_field: impl Fn(usize, usize) -> bool,
) -> (Vec<Option<Vec<String>>>, ImportedRows) {
    let dividing: Vec<Vec<usize>> =
        tables.iter().enumerate().map(|(nth, table)| dividing(table, |at| is_field(nth, at))).collect();
    let value = |g: &GivenDemand<'_>, at: usize| g.row.values.get(at).cloned().flatten().unwrap_or_default();
    let part =
        |g: &GivenDemand<'_>| -> Vec<String> { dividing[g.table].iter().map(|&at| value(g, at)).collect() };
    let mut parts: Vec<Option<Vec<String>>> = given.iter().map(|g| Some(part(g))).collect();
    let mut by_key: BTreeMap<(&str, &str, Period), Vec<usize>> = BTreeMap::new();
    for (at, g) in given.iter().enumerate() {
        by_key.entry((&g.record.code, &g.record.need, g.record.period)).or_default().push(at);
    }
    let (mut names, mut totals) = (BTreeSet::new(), 0_u64);
    for rows in by_key.values().filter(|rows| rows.len() > 1) {
        let table = given[rows[0]].table;
        for (nth, &column) in dividing[table].iter().enumerate() {
            let at = |row: &usize| parts[*row].as_ref().and_then(|part| part.get(nth)).cloned();
            let values: BTreeSet<String> = rows.iter().filter_map(at).collect();
            if values.len() < 2 {
                continue;
            }
            names.insert(format!("{:?}", tables[table].headers[column]));
            let is_total = |row: &usize| at(row).is_some_and(|v| wide::is_total(&v));
            let total: Vec<usize> = rows.iter().copied().filter(is_total).collect();
            if total.len() < rows.len() {
                for row in total {
                    parts[row] = None;
                    totals += 1;
                }
            }
        }
    }
    let mut told = ImportedRows::default();
    told.passed_over = totals;
    if totals > 0 {
        told.note(format!("{totals} rows of everything together are left out beside their parts"));
    }
    if !names.is_empty() {
        told.note(format!("rows by {} are added up", names.into_iter().collect::<Vec<_>>().join(", ")));
    }
    (parts, told)
}

/// The columns of a table that divide its counts: words, under a name that says so, or fewer words than rows.
fn dividing(table: &SourceRows, is_field: impl Fn(usize) -> bool) -> Vec<usize> {
    let divides = |at: &usize| {
        if is_field(*at) {
            return false;
        }
        let name = plain(&table.headers[*at]);
        let values: Vec<&str> =
            table.rows.iter().filter_map(|r| r.values.get(*at)?.as_deref().and_then(present)).collect();
        let different: BTreeSet<&str> = values.iter().copied().collect();
        let words = values.iter().any(|value| text::number(value).is_err());
        words && (DIVIDES.iter().any(|word| name.contains(word)) || different.len() * 2 <= values.len())
    };
    (0..table.headers.len()).filter(divides).collect()
}
