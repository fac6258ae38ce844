//! A ranking as dots with their ranges: one row of a table each, so that the table is its text.

use super::{Scale, percent};
use maud::{Markup, html};

/// A figure with what it may be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::pages) struct DotRow {
    /// The figure.
    pub(in crate::pages) value: f64,
    /// What it may be, from and to.
    pub(in crate::pages) range: (f64, f64),
    /// Whether it can be leant on: an open dot says that it can not.
    pub(in crate::pages) sure: bool,
}

/// Room at either end, for half a dot and half a number.
const EDGE: f64 = 0.03;

fn along(scale: Scale, value: f64) -> f64 {
    EDGE + (1.0 - 2.0 * EDGE) * scale.at(value)
}

/// The picture of one row; nothing to hear, since the row says the same.
pub(in crate::pages) fn dots(scale: Scale, row: DotRow) -> Markup {
    let at = |value: f64| percent(along(scale, value));
    html! {
        svg.dots width="100%" height="26" aria-hidden="true" focusable="false" {
            @for mark in scale.marks() { line.rule x1=(at(mark)) x2=(at(mark)) y1="0" y2="26" {} }
            line.range x1=(at(row.range.0)) x2=(at(row.range.1)) y1="13" y2="13" {}
            circle class=(if row.sure { "dot" } else { "dot open" }) cx=(at(row.value)) cy="13" r="5.5" {}
        }
    }
}

/// The numbers above the rows, in words that suit them.
pub(in crate::pages) fn dots_axis(scale: Scale, words: impl Fn(f64) -> String) -> Markup {
    html! {
        svg.dots width="100%" height="20" aria-hidden="true" focusable="false" {
            @for mark in scale.marks() { text x=(percent(along(scale, mark))) y="14" { (words(mark)) } }
        }
    }
}
