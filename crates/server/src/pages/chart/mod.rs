//! Figures as pictures, drawn here as SVG: they print, need no script and no inline style, and take the colours of the page.
//!
//! Each stands in or beside the same figures as text, so that nobody has to see it. Widths are shares of the room that there is;
//! letters and dots keep their size on a telephone: what scales is a nested drawing, whose lines do not.

mod dots;
mod heat;
mod parts;
mod scale;
mod swarm;
mod trend;

pub(super) use dots::{DotRow, dots, dots_axis};
pub(super) use heat::{HeatCell, heat_cell, heat_key};
pub(super) use parts::parts_of;
pub(super) use scale::Scale;
pub(super) use swarm::{strip, swarm};
pub(super) use trend::{TrendPoint, sparkline, trend};

/// Units across a nested drawing.
const ACROSS: f64 = 1000.0;

/// A coordinate without more digits than can be seen.
fn short(value: f64) -> String {
    let rounded = (value * 10.0).round() / 10.0 + 0.0;
    format!("{rounded}")
}

/// A share of the width.
fn percent(share: f64) -> String {
    format!("{}%", short(share * 100.0))
}

#[cfg(test)]
mod tests;
