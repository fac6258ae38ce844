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
    let (of, columns) = Headers { table, map, needs, fields }.wide()?;
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

/// What the headers of a table say.
struct Headers<'a> {
    table: &'a SourceRows,
    map: &'a ImportMap,
    needs: &'a [TermWords],
    fields: &'a MappedColumns<'a>,
}

impl Headers<'_> {
    /// What has a column each, and which columns those are.
    fn wide(&self) -> Option<(WideColumns, Vec<usize>)> {
        let of_needs = || self.named(|header| self.is_need(header));
        let of_periods = || self.named(|header| self.is_period(header));
        let of = match self.map.wide {
            Some(of) => of,
            None if !self.fields.has("need") && of_needs().len() > 1 => WideColumns::Need,
            None if !self.fields.has("quarter") && self.fields.has("need") && of_periods().len() > 1 => {
                WideColumns::Quarter
            }
            None => return None,
        };
        let mut columns = match of {
            WideColumns::Need => of_needs(),
            WideColumns::Quarter => of_periods(),
        };
        if of == WideColumns::Need {
            let more = |at: &usize| !columns.contains(at) && self.may_be_a_need(*at);
            let mut more: Vec<usize> = (0..self.table.headers.len()).filter(more).collect();
            columns.append(&mut more);
            columns.sort_unstable();
        }
        (!columns.is_empty()).then_some((of, columns))
    }

    fn is_need(&self, header: &str) -> bool {
        let words = self.map.values.get("need");
        id_of(self.needs, header).is_some()
            || words.is_some_and(|words| words.keys().any(|word| plain(word) == plain(header)))
    }

    fn is_period(&self, header: &str) -> bool {
        self.map.period.read(None, header).is_ok_and(|p| (1..4).contains(&p.grain().0))
    }

    /// Columns whose header passes, of those that the map gives to no field.
    fn named(&self, test: impl Fn(&str) -> bool) -> Vec<usize> {
        let free = |at: &usize| !self.map.fields.values().any(|column| *column == self.table.headers[*at]);
        (0..self.table.headers.len()).filter(free).filter(|&at| test(&self.table.headers[at])).collect()
    }

    /// A column of counts under a word that is not known may be a need that is not understood.
    fn may_be_a_need(&self, at: usize) -> bool {
        let named = ["code", "cell", "need", "quarter", "year", "no_match", super::SYSTEM];
        let taken = named.iter().any(|field| self.fields.column(field) == Some(at));
        let small = Suppression::of(self.map);
        let value = |row: &SourceRow| row.values.get(at)?.as_deref().and_then(present).map(str::to_owned);
        let mut values = self.table.rows.iter().filter_map(value).peekable();
        !taken
            && !NO_COUNTS.contains(&plain(&self.table.headers[at]).as_str())
            && values.peek().is_some()
            && values.all(|value| count(Some(&value), small).is_ok())
    }
}
