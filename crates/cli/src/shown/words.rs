//! Gaps in sentences.

use hereabouts_core::need::Need;
use hereabouts_engine::format::{about, in_sentence, no_list_reaches, plain_percent};
use hereabouts_engine::view::GapRow;
use hereabouts_engine::wire::RoundedFigure;

/// One gap as a sentence or three: who misses what, how much, and how sure that is. Unmet figures are the likely ones.
pub(crate) fn gap(need: &Need, row: &GapRow<'_>) -> String {
    let label = in_sentence(&need.label);
    let (Some(referrals), Some(unmet)) = (row.referrals, row.unmet_likely) else {
        if row.status == "partial" {
            return format!(
                "{}, {label}: only {} of the quarter's three months are known, so nothing can be compared.",
                row.area_name,
                row.complete_months.unwrap_or(0)
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
                "about {} of {} referrals a quarter are not met ({})",
                about(unmet.get()),
                about(referrals.get()),
                plain_percent(rate.get())
            )
        }
        _ => format!("all of {} referrals a quarter can be met", about(referrals.get())),
    };
    let mut text = format!("{}, {label}: {missing}", row.area_name);
    if let Some(short) = row.shortfall_places_likely.filter(|short| short.get() > 0.0) {
        text += &format!(
            "; {} more place-sessions a quarter would bring it to the adequate level",
            about(short.get())
        );
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
    text + &surety(row)
}

fn nearest(minutes: Option<RoundedFigure>) -> String {
    minutes
        .map(|minutes| format!(", the nearest {} minutes on foot on average", about(minutes.get())))
        .unwrap_or_default()
}

/// What the figures rest on.
fn surety(row: &GapRow<'_>) -> String {
    let mut rests = Vec::new();
    match (row.unmet_listed, row.unmet_likely) {
        (Some(listed), Some(likely)) if listed != likely => {
            rests.push(format!("{} if every listing still runs", about(listed.get())));
        }
        _ => {}
    }
    match row.verified_share {
        Some(verified) => {
            rests.push(format!("{} of the places confirmed within a year", plain_percent(verified.get())));
        }
        None => rests.push("none on record is not the same as none there".to_owned()),
    }
    if let Some(assumed) = row.assumed_share {
        rests.push(format!("{} of the places assumed from the kind of venue", plain_percent(assumed.get())));
    }
    if let Some(edge) = row.edge_share.filter(|share| share.get() >= 0.005) {
        rests.push(format!("{} of the people live where the data end nearby", plain_percent(edge.get())));
    }
    match row.travel {
        "straight-line" => rests.push("walking times estimated from straight lines".to_owned()),
        "mixed" => {
            rests.push("walking times estimated from straight lines where streets are not known".to_owned())
        }
        _ => rests.push("walking times along streets".to_owned()),
    }
    if row.referrals_low != row.referrals_high {
        let most = row.referrals_high.map_or("more than anybody knows".to_owned(), |most| about(most.get()));
        let least = row.referrals_low.map_or("none".to_owned(), |least| about(least.get()));
        rests.push(format!("between {least} and {most} referrals, since small counts or parts are not told"));
    }
    if row.status == "silent" {
        rests.push("the area refers far less than its people predict, so need may be larger".to_owned());
    }
    format!("How sure: {}.", rests.join("; "))
}
