//! Where one stands among all: a swarm of dots, or a strip of lines as high as a word.

use super::{ACROSS, Scale, percent, short};
use hereabouts_engine::format;
use maud::{Markup, html};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// Dots stand in columns so wide, in units of the drawing.
const COLUMN: f64 = 12.5;
/// Height of a dot with the room around it.
const DOT: f64 = 7.0;
/// Dots in the highest column; more of them stand for several each.
const HIGHEST: usize = 16;

/// All figures as dots with one marked; `words` say what is to be seen.
pub(in crate::pages) fn swarm(
    scale: Scale,
    all: &[f64],
    marked: Option<f64>,
    words: &str,
    mark: &str,
) -> Markup {
    let column =
        |value: f64| ((scale.at(value) * ACROSS / COLUMN) as usize).min((ACROSS / COLUMN) as usize - 1);
    let mut columns: BTreeMap<usize, usize> = BTreeMap::new();
    for value in all {
        *columns.entry(column(*value)).or_default() += 1;
    }
    let most = columns.values().copied().max().unwrap_or(1);
    let each = most.div_ceil(HIGHEST);
    let rows = most.div_ceil(each);
    let (top, ground) = (22.0, 22.0 + rows as f64 * DOT);
    let mut d = String::new();
    for (at, count) in &columns {
        for row in 0..count.div_ceil(each) {
            // Writing to a String does not fail.
            let _ = write!(
                d,
                "M{} {}h0",
                short((*at as f64 + 0.5) * COLUMN),
                short(ground - (row as f64 + 0.5) * DOT)
            );
        }
    }
    let height = ground + 24.0;
    html! {
        figure.chart {
            svg width="100%" height=(short(height)) role="img" aria-label=(words) {
                svg width="100%" height=(short(height)) viewBox=(format!("0 0 {ACROSS} {}", short(height))) preserveAspectRatio="none" {
                    path.swarm d=(d) {}
                }
                line.ground x1="0" x2="100%" y1=(short(ground + 2.0)) y2=(short(ground + 2.0)) {}
                @for at in scale.marks() {
                    @let place = scale.at(at);
                    text class=(anchored(place)) x=(percent(place)) y=(short(height - 5.0)) { (format::plain_percent(at)) }
                }
                @if let Some(value) = marked {
                    @let place = (column(value) as f64 + 0.5) * COLUMN / ACROSS;
                    line.marked x1=(percent(place)) x2=(percent(place)) y1=(short(top - 4.0)) y2=(short(ground + 2.0)) {}
                    text class={ "marked " (anchored(place)) } x=(percent(place)) y="13" { (mark) }
                }
            }
            figcaption { (words) @if each > 1 { " A dot stands for up to " (each) "." } }
        }
    }
}

/// Words near an end stand inside of it.
fn anchored(place: f64) -> &'static str {
    match place {
        p if p < 0.2 => "from-here",
        p if p > 0.8 => "to-here",
        _ => "around",
    }
}

/// All figures as thin lines with one marked, with its range: a cell of a table that says the same.
pub(in crate::pages) fn strip(scale: Scale, all: &[f64], marked: Option<(f64, (f64, f64))>) -> Markup {
    const LINES: f64 = 125.0;
    // Room for half a dot at either end.
    let along = |value: f64| 0.03 + 0.94 * scale.at(value);
    let places: BTreeSet<usize> = all.iter().map(|value| (along(*value) * LINES).round() as usize).collect();
    let d = places.iter().fold(String::new(), |mut d, at| {
        // Writing to a String does not fail.
        let _ = write!(d, "M{at} 5v14");
        d
    });
    let at = |value: f64| percent(along(value));
    html! {
        svg.strip width="100%" height="24" aria-hidden="true" focusable="false" {
            svg width="100%" height="24" viewBox="0 0 125 24" preserveAspectRatio="none" { path.others d=(d) {} }
            @if let Some((value, (low, high))) = marked {
                line.range x1=(at(low)) x2=(at(high)) y1="12" y2="12" {}
                circle.dot cx=(at(value)) cy="12" r="5" {}
            }
        }
    }
}
