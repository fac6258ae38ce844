//! In which order rows are listed, so that old clients understand the columns.

use crate::wire::{FeatureRow, RowValue};
use std::cmp::Ordering;

/// Positions of rows, those with the fewest nulls first, then by `then`, then as given; before all of them the first row
/// to show each property that the first of all does not.
///
/// Old clients take the type of a column from the first ten rows, and a column of nulls for text.
pub fn fullest_first<R: FeatureRow>(
    rows: impl Iterator<Item = R>,
    then: impl Fn(u32, u32) -> Ordering,
) -> Vec<u32> {
    let filled: Vec<u64> = rows.map(|row| filled(&row)).collect();
    let has = |at: u32| filled[at as usize];
    let mut order: Vec<u32> = (0..filled.len() as u32).collect();
    order.sort_by(|&a, &b| {
        has(b).count_ones().cmp(&has(a).count_ones()).then_with(|| then(a, b)).then(a.cmp(&b))
    });
    let mut seen = 0;
    let (mut lead, rest): (Vec<u32>, Vec<u32>) = order.into_iter().partition(|&at| {
        let shows_more = has(at) & !seen != 0;
        seen |= has(at);
        shows_more
    });
    lead.extend(rest);
    lead
}

/// One bit for each property that is not null.
fn filled<R: FeatureRow>(row: &R) -> u64 {
    const { assert!(R::PROPERTIES.len() <= 64, "one bit for each property") };
    row.values().enumerate().filter(|(_, v)| *v != RowValue::Null).fold(0, |bits, (at, _)| bits | 1 << at)
}
