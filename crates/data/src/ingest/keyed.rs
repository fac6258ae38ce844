//! Rows that speak of the same thing: alike they are one record; where they differ none counts, since which of them is right
//! cannot be known, and the first would be another one in another order of rows.

use super::imported_rows::{ImportedRows, rejected};
use super::rows::{SourceRow, SourceRows};
use std::collections::BTreeMap;

/// Records by key, each with the row that gave it.
pub(super) struct KeyedRows<'a, K, R> {
    given: BTreeMap<K, Vec<GivenRow<'a, R>>>,
}

struct GivenRow<'a, R> {
    record: R,
    shown: String,
    table: &'a SourceRows,
    row: &'a SourceRow,
}

impl<R> GivenRow<'_, R> {
    fn place(&self) -> String {
        format!("line {} of {}", self.row.line, self.table.file)
    }
}

/// What becomes of a row that says what another has said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RepeatedKeys {
    /// It is passed over, and the import tells how many were.
    Pass,
    /// It is rejected: twice the same may well mean two of it.
    Reject,
}

impl<'a, K: Ord, R: PartialEq> KeyedRows<'a, K, R> {
    pub(super) const fn new() -> Self {
        Self { given: BTreeMap::new() }
    }

    /// Takes a row's record; `shown` is its value in a message.
    pub(super) fn add(
        &mut self,
        key: K,
        record: R,
        shown: String,
        table: &'a SourceRows,
        row: &'a SourceRow,
    ) {
        self.given.entry(key).or_default().push(GivenRow { record, shown, table, row });
    }

    /// The records that no other row contradicts, by key, and what becomes of the other rows. `what` is a record in a message.
    pub(super) fn agreed(self, field: &str, what: &str, repeats: RepeatedKeys) -> (Vec<R>, ImportedRows) {
        let mut told = ImportedRows::default();
        let mut agreed = Vec::with_capacity(self.given.len());
        let mut repeated = 0;
        for mut given in self.given.into_values() {
            let first = given.swap_remove(0);
            match given.iter().position(|g| g.record != first.record) {
                Some(at) => {
                    for this in std::iter::once(&first).chain(&given) {
                        let other = if this.record == first.record { &given[at] } else { &first };
                        let place = other.place();
                        let why = format!("{place} gives {what} otherwise; which is right cannot be known");
                        told.rejected.push(rejected(this.table, this.row, field, &this.shown, why));
                    }
                }
                None => {
                    for again in &given {
                        match repeats {
                            RepeatedKeys::Pass => repeated += 1,
                            RepeatedKeys::Reject => {
                                let why = format!("{} has {what} already", first.place());
                                told.rejected.push(rejected(
                                    again.table,
                                    again.row,
                                    field,
                                    &again.shown,
                                    why,
                                ));
                            }
                        }
                    }
                    agreed.push(first.record);
                }
            }
        }
        if repeated > 0 {
            told.passed_over += repeated;
            told.note(format!("{repeated} rows repeat {what} alike and are counted once"));
        }
        (agreed, told)
    }
}
