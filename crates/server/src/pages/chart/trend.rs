//! Quarters as a line with its band, and the same as small as a word.

use super::{ACROSS, Scale, percent, short};
use hereabouts_engine::format;
use maud::{Markup, html};

/// One quarter; nothing where it is not known, which breaks the line.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::pages) struct TrendPoint {
    /// What the quarter is called: `Oct–Dec 2025`.
    pub(in crate::pages) name: String,
    /// The same as it stands below a line: the months, and the year where it begins.
    pub(in crate::pages) ticks: [String; 2],
    /// The figure, with each listing at its word and as likely as it is to run.
    pub(in crate::pages) figures: Option<[f64; 2]>,
    /// What the second may be, from and to.
    pub(in crate::pages) band: Option<(f64, f64)>,
}

const HEIGHT: f64 = 196.0;
/// Shares of the width beside the lines, for numbers.
const LEFT: f64 = 0.07;
const TOP: f64 = 10.0;
const BELOW: f64 = 42.0;

/// The line of a series; each run of known quarters is one path.
fn path(of: impl Iterator<Item = Option<(f64, f64)>>) -> String {
    let (mut d, mut on) = (String::new(), false);
    for point in of {
        if let Some((x, y)) = point {
            d += &format!("{}{} {}", if on { "L" } else { "M" }, short(x), short(y));
        }
        on = point.is_some();
    }
    d
}

/// What lies between the ends of the band: a closed shape for each run of known quarters.
fn band(points: &[TrendPoint], x: impl Fn(usize) -> f64, y: impl Fn(f64) -> f64) -> String {
    let mut d = String::new();
    let bands: Vec<Option<(f64, f64)>> = points.iter().map(|p| p.figures.and(p.band)).collect();
    let mut at = 0;
    while at < bands.len() {
        let run: Vec<(f64, f64)> = bands[at..].iter().map_while(|band| *band).collect();
        if run.len() > 1 {
            let above = run.iter().enumerate().map(|(i, ends)| (x(at + i), y(ends.1)));
            let below = run.iter().enumerate().rev().map(|(i, ends)| (x(at + i), y(ends.0)));
            d += &path(above.chain(below).map(Some));
            d.push('Z');
        }
        at += run.len().max(1);
    }
    d
}

/// The line of quarters with its band, numbers beside it, and the figures as a table below.
pub(in crate::pages) fn trend(title: &str, points: &[TrendPoint]) -> Markup {
    let most =
        points.iter().filter_map(|p| Some(p.figures?[0].max(p.figures?[1]).max(p.band.map_or(0.0, |b| b.1))));
    let scale = Scale::to(most.fold(0.0, f64::max));
    let room = HEIGHT - TOP - BELOW;
    let y = |value: f64| TOP + room * (1.0 - scale.at(value));
    let step = 1.0 / points.len().max(1) as f64;
    let x = |at: usize| ACROSS * step * (at as f64 + 0.5);
    let line =
        |which: usize| path(points.iter().enumerate().map(|(at, p)| Some((x(at), y(p.figures?[which])))));
    let across = |at: usize| percent(LEFT + (1.0 - LEFT) * step * (at as f64 + 0.5));
    html! {
        figure.chart {
            svg width="100%" height=(HEIGHT) role="img" aria-label=(title) {
                @for mark in scale.marks() {
                    line.rule x1=(percent(LEFT)) x2="100%" y1=(short(y(mark))) y2=(short(y(mark))) {}
                    text.number x=(percent(LEFT - 0.012)) y=(short(y(mark) + 4.5)) { (format::about(mark)) }
                }
                svg x=(percent(LEFT)) width=(percent(1.0 - LEFT)) height=(HEIGHT) viewBox=(format!("0 0 {ACROSS} {HEIGHT}"))
                    preserveAspectRatio="none" {
                    path.band d=(band(points, x, y)) {}
                    path.line.second d=(line(0)) {}
                    path.line d=(line(1)) {}
                }
                @for (at, point) in points.iter().enumerate() {
                    @if let Some(figures) = point.figures { circle.dot cx=(across(at)) cy=(short(y(figures[1]))) r="4" {} }
                    @else { text.gap x=(across(at)) y=(short(TOP + room / 2.0)) { "?" } }
                    @let skipped = points.len() > 4 && at % 2 == (points.len() % 2);
                    text class=(if skipped { "tick wide" } else { "tick" }) x=(across(at)) y=(HEIGHT - 23.0) { (point.ticks[0]) }
                    text.tick x=(across(at)) y=(HEIGHT - 6.0) { (point.ticks[1]) }
                }
            }
            figcaption { ul.series {
                li { span.swatch.line aria-hidden="true" {} "likely still running, with its range" }
                li { span.swatch.second aria-hidden="true" {} "as listed" }
            } }
            (twin(title, points))
        }
    }
}

fn twin(title: &str, points: &[TrendPoint]) -> Markup {
    html! {
        details.twin { summary { "As a table" }
            div.scroll role="region" tabindex="0" aria-label=(title) { table {
                thead { tr { th scope="col" { "Quarter" } th.number scope="col" { "Likely" } th.number scope="col" { "Range" } th.number scope="col" { "As listed" } } }
                tbody { @for point in points { tr {
                    th scope="row" { (point.name) }
                    td.number { (format::or_no_data(point.figures.map(|f| f[1]), format::count)) }
                    td.number { @match point.figures.and(point.band) { Some((low, high)) => (format::between(Some(low), Some(high), format::count)), None => "–" } }
                    td.number { (format::or_no_data(point.figures.map(|f| f[0]), format::count)) }
                } } }
            } }
        }
    }
}

/// As small as a word, and said as one.
pub(in crate::pages) fn sparkline(points: &[TrendPoint]) -> Markup {
    const SIZE: (f64, f64) = (88.0, 22.0);
    let figures: Vec<Option<f64>> = points.iter().map(|p| Some(p.figures?[1])).collect();
    let scale = Scale::to(figures.iter().flatten().copied().fold(0.0, f64::max));
    let x = |at: usize| 3.0 + (SIZE.0 - 6.0) * at as f64 / (points.len().max(2) - 1) as f64;
    let y = |value: f64| SIZE.1 - 3.0 - (SIZE.1 - 6.0) * scale.at(value);
    let last = figures.iter().rposition(Option::is_some);
    let said = figures.iter().map(|f| f.map_or_else(|| "not known".to_owned(), format::count));
    let words = format!("Quarter by quarter: {}", said.collect::<Vec<_>>().join(", "));
    html! {
        svg.sparkline width=(SIZE.0) height=(SIZE.1) viewBox=(format!("0 0 {} {}", SIZE.0, SIZE.1)) role="img" aria-label=(words) {
            path.line d=(path(figures.iter().enumerate().map(|(at, f)| Some((x(at), y((*f)?)))))) {}
            @if let Some((at, value)) = last.and_then(|at| Some((at, figures[at]?))) {
                circle.dot cx=(short(x(at))) cy=(short(y(value))) r="2.6" {}
            }
        }
    }
}
