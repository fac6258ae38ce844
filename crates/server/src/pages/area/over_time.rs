//! The latest quarters as a line.

use super::AreaPage;
use crate::pages::chart::{TrendPoint, trend};
use crate::quarters::{QuarterFigure, QuarterTable};
use hereabouts_core::demand::Quarter;
use hereabouts_core::idx::NeedIdx;
use hereabouts_core::interval::wilson;
use hereabouts_engine::format;
use maud::{Markup, html};

const MONTHS: [&str; 4] = ["Jan–Mar", "Apr–Jun", "Jul–Sep", "Oct–Dec"];

fn months(quarter: Quarter) -> &'static str {
    MONTHS[usize::from(quarter.quarter()).clamp(1, 4) - 1]
}

/// Unmet referrals of all needs together, quarter by quarter.
pub(super) fn panel(of: &AreaPage<'_>) -> Markup {
    let Some(table) = &of.quarters else {
        return html! { section.panel { h2 { "Quarter by quarter" } p { "Earlier quarters are being worked out. Load the page again in a moment." } } };
    };
    let needs: Vec<NeedIdx> = of.page.snapshot.study().need_indices().collect();
    let points = points(of, table, &needs);
    let known: Vec<f64> = points.iter().filter_map(|point| Some(point.figures?[1])).collect();
    html! {
        @if known.len() > 1 {
            section.panel {
                h2 { "Quarter by quarter" }
                p { (sentence(&points)) }
                (trend("Unmet referrals, quarter by quarter", &points))
            }
        }
    }
}

/// The same of one need; nothing while it is worked out.
pub(super) fn of_need(of: &AreaPage<'_>, need: NeedIdx) -> Vec<TrendPoint> {
    of.quarters.as_ref().map_or_else(Vec::new, |table| points(of, table, &[need]))
}

fn points(of: &AreaPage<'_>, table: &QuarterTable, needs: &[NeedIdx]) -> Vec<TrendPoint> {
    let by_need: Vec<Vec<Option<QuarterFigure>>> =
        needs.iter().map(|need| table.of(of.about.area, *need)).collect();
    let point = |(at, quarter): (usize, &Quarter)| {
        let known: Vec<QuarterFigure> = by_need.iter().filter_map(|of| *of.get(at)?).collect();
        let year = if at == 0 || quarter.quarter() == 1 { quarter.year().to_string() } else { String::new() };
        let (name, ticks) =
            (format!("{} {}", months(*quarter), quarter.year()), [months(*quarter).to_owned(), year]);
        if known.is_empty() {
            return TrendPoint { name, ticks, figures: None, band: None };
        }
        let sum = |figure: fn(&QuarterFigure) -> f64| known.iter().map(figure).sum::<f64>();
        let (referrals, likely) = (sum(|f| f.referrals), sum(|f| f.unmet[1]));
        let chance = wilson(likely, referrals).map(|(low, high)| (low * referrals, high * referrals));
        let ends = (sum(|f| f.ends.0), sum(|f| f.ends.1));
        let band = chance.map_or(ends, |(low, high)| (low.min(ends.0), high.max(ends.1)));
        TrendPoint { name, ticks, figures: Some([sum(|f| f.unmet[0]), likely]), band: Some(band) }
    };
    table.quarters.iter().enumerate().map(point).collect()
}

/// Whether it has grown: only where the first range and the last do not meet.
fn sentence(points: &[TrendPoint]) -> String {
    let known: Vec<&TrendPoint> = points.iter().filter(|point| point.figures.is_some()).collect();
    let (Some(first), Some(last)) = (known.first(), known.last()) else { return String::new() };
    let (Some((first_low, first_high)), Some((last_low, last_high))) = (first.band, last.band) else {
        return String::new();
    };
    let figure = |point: &TrendPoint| point.figures.map_or(0.0, |of| of[1]);
    let (from, to) = (format::about(figure(first)), format::about(figure(last)));
    if last_low > first_high {
        format!("Unmet referrals have grown, from {from} to {to} a quarter.")
    } else if last_high < first_low {
        format!("Unmet referrals have fallen, from {from} to {to} a quarter.")
    } else {
        format!("From {from} to {to} a quarter: no change that can be told from chance.")
    }
}
