//! Values that cannot be read and do not cost their row: the field stays unknown, and the import tells how many were.

use super::rows::{SourceRow, SourceRows};
use std::collections::BTreeMap;

/// A field, its value and why it was refused.
pub(super) type RefusedValue = (&'static str, String, String);

/// Counts by field, with the first of each in words.
#[derive(Debug, Default)]
pub(super) struct UnreadValues(BTreeMap<&'static str, (usize, String)>);

impl UnreadValues {
    pub(super) fn add(&mut self, table: &SourceRows, row: &SourceRow, (field, value, why): RefusedValue) {
        let first = || (0, format!("{} line {}: {value:?}: {why}", table.file, row.line));
        self.0.entry(field).or_insert_with(first).0 += 1;
    }

    /// Those of the rows after these.
    pub(super) fn add_all(&mut self, later: Self) {
        for (field, (count, first)) in later.0 {
            self.0.entry(field).or_insert((0, first)).0 += count;
        }
    }

    pub(super) fn notes(self) -> impl Iterator<Item = String> {
        self.0.into_iter().map(|(field, (count, first))| {
            format!("{field}: {count} not understood and left unknown; the first: {first}")
        })
    }
}
