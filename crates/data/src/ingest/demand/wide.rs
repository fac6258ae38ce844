//! Tables with a column for each need, or for each quarter or month: turned into one row for each figure.

use super::suppressed::{Suppression, count};
use crate::ingest::columns::MappedColumns;
use crate::ingest::map::{ImportMap, WideColumns};
use crate::ingest::rows::{SourceRow, SourceRows};
use crate::text::{plain, present};
use crate::words::{TermWords, id_of};

/// Columns of numbers that are no counts of referrals.
const NO_COUNTS: [&str; 8] = ["population", "people", "decile", "imd", "imddecile", "rank", "year", "row"];

/// Words for everything together.
const TOTALS: [&str; 12] = [
    "total",
    "totals",
    "grandtotal",
    "all",
    "alltotal",
    "overall",
    "sum",
    "allareas",
    "allneeds",
    "allages",
    "persons",
    "everyone",
];

/// Whether a value stands for everything together.
pub(super) fn is_total(value: &str) -> bool {
    TOTALS.contains(&plain(value).as_str())
}

/// A wide table with one row for each figure.
pub(super) struct NarrowedTable {
    pub(super) table: SourceRows,
    /// How many rows that makes more.
    pub(super) more_rows: u64,
    pub(super) note: String,
}

/// The table with one row for each figure, if it has columns of needs or of periods.
pub(super) fn narrowed(
    table: &SourceRows,
    map: &ImportMap,
    needs: &[TermWords],
    fields: &MappedColumns<'_>,
) -> Option<NarrowedTable> {
    let small = Suppression::of(map);
    let taken = |at: usize| {
        let named = ["code", "cell", "need", "quarter", "year", "no_match"];
        named.iter().any(|field| fields.column(field) == Some(at))
    };
    let values =
        |at: usize| table.rows.iter().filter_map(move |row| row.values.get(at)?.as_deref().and_then(present));
    let counts = |at: usize| values(at).all(|value| count(Some(value), small).is_ok());
    let words = map.values.get("need");
    let is_need = |header: &str| {
        id_of(needs, header).is_some()
            || words.is_some_and(|words| words.keys().any(|word| plain(word) == plain(header)))
    };
    let is_period = |header: &str| map.period.read(None, header).is_ok_and(|p| (1..4).contains(&p.grain().0));
    let named = |test: &dyn Fn(&str) -> bool| -> Vec<usize> {
        let free = |at: &usize| !map.fields.values().any(|column| *column == table.headers[*at]);
        (0..table.headers.len()).filter(free).filter(|&at| test(&table.headers[at])).collect()
    };
    let of = match map.wide {
        Some(of) => of,
        None if !fields.has("need") && named(&is_need).len() > 1 => WideColumns::Need,
        None if !fields.has("quarter") && fields.has("need") && named(&is_period).len() > 1 => {
            WideColumns::Quarter
        }
        None => return None,
    };
    let mut columns = named(match of {
        WideColumns::Need => &is_need,
        WideColumns::Quarter => &is_period,
    });
    if of == WideColumns::Need {
        // A column of counts under a word that is not known may be a need that is not understood.
        let more = |at: &usize| {
            !columns.contains(at)
                && !taken(*at)
                && counts(*at)
                && values(*at).next().is_some()
                && !NO_COUNTS.contains(&plain(&table.headers[*at]).as_str())
        };
        let mut more: Vec<usize> = (0..table.headers.len()).filter(more).collect();
        columns.append(&mut more);
        columns.sort_unstable();
    }
    if columns.is_empty() {
        return None;
    }
    let field = match of {
        WideColumns::Need => "need",
        WideColumns::Quarter => "quarter",
    };
    let kept: Vec<usize> = (0..table.headers.len()).filter(|at| !columns.contains(at)).collect();
    let mut headers: Vec<String> = kept.iter().map(|&at| table.headers[at].clone()).collect();
    headers.extend([field.to_owned(), "referrals".to_owned()]);
    let mut rows = Vec::with_capacity(table.rows.len() * columns.len());
    for row in &table.rows {
        let value = |at: usize| row.values.get(at).cloned().flatten();
        for &column in &columns {
            let mut values: Vec<Option<String>> = kept.iter().map(|&at| value(at)).collect();
            values.extend([Some(table.headers[column].clone()), value(column)]);
            rows.push(SourceRow { line: row.line, values, ..SourceRow::default() });
        }
    }
    let listed: Vec<&str> = columns.iter().map(|&at| table.headers[at].as_str()).collect();
    let guessed = if map.wide.is_some() { "" } else { " (guessed; say wide in the map to be sure)" };
    let note = format!(
        "{}: a column for each {field}{guessed}: {}; {} rows are {} figures",
        table.file,
        listed.join(", "),
        table.rows.len(),
        rows.len()
    );
    let more_rows = (rows.len() - table.rows.len()) as u64;
    let file = table.file.clone();
    let table = SourceRows { file, headers, rows, titles: table.titles.clone(), ..SourceRows::default() };
    Some(NarrowedTable { table, more_rows, note })
}
