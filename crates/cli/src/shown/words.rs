//! Gaps in sentences.

use hereabouts_core::need::Need;
use hereabouts_core::policy::AnalysisPolicy;
use hereabouts_core::report::Gap;
use hereabouts_engine::confidence_words;
use hereabouts_engine::format::{about, in_sentence, no_list_reaches, plain_percent};
use hereabouts_engine::view::GapRow;
use hereabouts_engine::wire::RoundedFigure;

/// One gap as a sentence or three: who misses what, how much, and how sure that is. Unmet figures are the likely ones.
pub(crate) fn gap(need: &Need, gap: &Gap, row: &GapRow<'_>, policy: &AnalysisPolicy) -> String {
    let label = in_sentence(&need.label);
    let (Some(referrals), Some(unmet)) = (row.referrals, row.unmet_likely) else {
        if row.status == "partial" {
            return format!(
                "{}, {label}: only {} of {} months are known, so nothing can be compared.",
                row.area_name,
                row.complete_months.unwrap_or(0),
                gap.whole_months
            );
        }
        if row.status == "no-list" {
            return format!(
                "{}, {label}: {}, so nothing can be said of a gap.",
                row.area_name,
                no_list_reaches(&need.label)
            );
        }
        return format!("{}, {label}: no data on referrals, so nothing can be said of a gap.", row.area_name);
    };
    let missing = match row.unmet_rate_likely {
        Some(rate) if unmet.get() > 0.0 => {
            format!(
                "about {} of {} referrals are not met ({})",
                about(unmet.get()),
                about(referrals.get()),
                plain_percent(rate.get())
            )
        }
        _ => format!("all of {} referrals can be met", about(referrals.get())),
    };
    let mut text = format!("{}, {label}: {missing}", row.area_name);
    if let Some(short) = row.shortfall_places_likely.filter(|short| short.get() > 0.0) {
        text += &format!("; {} more place-sessions would bring it to the adequate level", about(short.get()));
    }
    text += ". ";
    text += &match (row.assets_in_reach, row.nearest_minutes) {
        (Some(0), None) => "There is no provider at all. ".to_owned(),
        (Some(0), Some(minutes)) => format!(
            "No provider within {} minutes on foot; the nearest is {} minutes away on average. ",
            need.catchment.get(),
            about(minutes.get())
        ),
        (Some(1), minutes) => format!("One provider in reach{}. ", nearest(minutes)),
        (None, minutes) => format!(
            "No provider is listed within reach, where lists that tell of it reach only {} of the people{}. ",
            row.supply_known_share.map_or_else(|| "some".to_owned(), |share| plain_percent(share.get())),
            nearest(minutes)
        ),
        (Some(many), minutes) => format!("{many} providers in reach{}. ", nearest(minutes)),
    };
    text + &surety(gap, policy)
}

fn nearest(minutes: Option<RoundedFigure>) -> String {
    minutes
        .map(|minutes| format!(", the nearest {} minutes on foot on average", about(minutes.get())))
        .unwrap_or_default()
}

/// How far the figures can be leant on, and why no further.
fn surety(gap: &Gap, policy: &AnalysisPolicy) -> String {
    let mut said = format!("How sure: {}.", gap.grounds.confidence().as_str());
    for sentence in confidence_words::sentences(gap, policy) {
        said += " ";
        said += &sentence;
    }
    said
}
