//! Need by need, and where the neighbourhood stands among all.

use super::{AreaPage, over_time};
use crate::pages::chart::{Scale, sparkline, strip, swarm};
use crate::pages::unmet_figure::UnmetFigure;
use crate::pages::{areas, need, needs, parts};
use hereabouts_core::report::{DemandStatus, Gap};
use hereabouts_engine::format;
use maud::{Markup, html};

/// The most unmet first; what has no figure last, in the order of the table.
fn in_order<'a>(of: &AreaPage<'a>) -> Vec<(&'a Gap, Option<UnmetFigure>)> {
    let mut all: Vec<_> =
        of.gaps.iter().map(|gap| (gap, UnmetFigure::of(gap, of.page.asked.reading))).collect();
    let most = |of: &Option<UnmetFigure>| of.map_or(-1.0, |of| of.unmet);
    all.sort_by(|a, b| most(&b.1).total_cmp(&most(&a.1)));
    all
}

/// Each need in a row: what is unmet, beside the same share of every other neighbourhood.
pub(super) fn panel(of: &AreaPage<'_>) -> Markup {
    let study = of.page.snapshot.study();
    html! {
        section.panel {
            h2 { "Need by need" }
            div.scroll role="region" aria-label="Need by need" tabindex="0" { table.ranking {
                caption { "The dot is the share unmet here with its range, from none to all; lines are the other neighbourhoods." }
                thead { tr {
                    th scope="col" { "Need" }
                    th.number scope="col" { "Unmet, of referrals" }
                    th.picture scope="col" { "Share unmet" }
                    @if of.quarters.is_some() { th scope="col" { "By quarter" } }
                    th scope="col" { "Rank" }
                    th scope="col" { "Confidence" }
                } }
                tbody { @for (gap, figure) in in_order(of) { tr {
                    th scope="row" { a href=(needs::page_of(of.page, gap.need, need::OFFERED)) { (study.needs()[gap.need.get()].label) } }
                    td.number { (unmet(of, gap, figure)) }
                    td.picture { @if figure.is_some() { (strip(Scale::of_shares(), &others(of, gap), figure.map(|f| (f.share(), f.share_range())))) } }
                    @if of.quarters.is_some() { td.spark { (sparkline(&over_time::of_need(of, gap.need))) } }
                    td.rank { (rank(gap)) }
                    td { (parts::tag(gap)) }
                } } }
            } }
        }
    }
}

fn unmet(of: &AreaPage<'_>, gap: &Gap, figure: Option<UnmetFigure>) -> Markup {
    html! {
        @match figure {
            Some(figure) => { (format::unmet(gap, of.page.asked.reading)) " of " (format::referrals(gap)) br; span.small.muted { (figure.range_in_words()) } }
            None if gap.referrals == Some(0.0) => { (format::NO_REFERRALS) }
            None if gap.status == DemandStatus::NoList => { (format::referrals_in_words(gap)) }
            None => { (format::NO_DATA) }
        }
    }
}

/// Shares of the need in every neighbourhood of which it is known.
fn others(of: &AreaPage<'_>, gap: &Gap) -> Vec<f64> {
    let about = of.view.report().neighbourhoods.iter();
    let figure = |area| UnmetFigure::of(of.view.gap(area, gap.need)?, of.page.asked.reading);
    about.filter_map(|n| Some(figure(n.area)?.share())).collect()
}

/// A range before a rank.
fn rank(gap: &Gap) -> String {
    match (gap.rank_low, gap.rank_high, gap.rank) {
        (Some(low), Some(high), _) if low != high => format!("{low} to {high} of {}", gap.of),
        (_, _, Some(rank)) => format!("{rank} of {}", gap.of),
        _ => "not ranked".to_owned(),
    }
}

/// All neighbourhoods by the share of referrals that is unmet, this one marked.
pub(super) fn among_all(of: &AreaPage<'_>) -> Markup {
    let about = &of.view.report().neighbourhoods;
    let share = |n| Some(areas::total(of.page, of.view, n)?.share());
    let all: Vec<f64> = about.iter().filter_map(share).collect();
    let own = share(of.about);
    let words = match own {
        Some(own) => {
            let more = all.iter().filter(|other| **other > own).count();
            match more {
                0 => format!("Of {} none has a larger share of its referrals unmet.", known(all.len())),
                1 => format!("Of {} one has a larger share of its referrals unmet.", known(all.len())),
                more => {
                    format!("Of {} {more} have a larger share of their referrals unmet.", known(all.len()))
                }
            }
        }
        None => format!("{} are known, and this one is not.", known(all.len())),
    };
    html! {
        section.panel {
            h2 { "Among all neighbourhoods" }
            (swarm(Scale::of_shares(), &all, own, &words, of.name))
        }
    }
}

fn known(count: usize) -> String {
    format::some(count, "neighbourhood", "neighbourhoods")
}
