//! Why a listing stands where it does.

use crate::format;
use crate::snapshot::Snapshot;
use crate::travel_mode::{self, TransitTime};
use hereabouts_core::asset::ServiceArea;
use hereabouts_core::supply;
use hereabouts_core::travel::TravelBasis;
use hereabouts_data::feedback::verification::{ListingState, VerifiedStanding};
use hereabouts_find::SearchHit;

/// In words for the person beside the screen.
pub(super) fn reasons(snapshot: &Snapshot, hit: &SearchHit, ride: Option<&TransitTime>) -> Vec<String> {
    let listing = hit.listing;
    let (record, asset) = (&snapshot.assets()[listing].record, &snapshot.study().assets()[listing].asset);
    let mut reasons = Vec::new();
    match (hit.minutes, asset.place) {
        _ if ride.is_some_and(TransitTime::is_by_vehicle) => {
            reasons.extend(ride.map(|ride| by_vehicle(snapshot, ride)))
        }
        (Some(m), _) => {
            let straight =
                if hit.basis == Some(TravelBasis::Network) { "" } else { " (from a straight line)" };
            reasons.push(format!("about {} min walk{straight}", format::minutes_of_way(m)));
        }
        (None, None) if asset.serves == ServiceArea::Remote => {
            reasons.push("online or by telephone".to_owned())
        }
        (None, None) if !record.service_area.is_empty() => reasons.push("comes to you".to_owned()),
        _ => {}
    }
    match record.cost_from {
        Some(0.0) => reasons.push("free".to_owned()),
        Some(cost) => reasons.push(format!("from {}", format::money(cost, snapshot.currency()))),
        None => {}
    }
    if record.step_free == Some(true) {
        reasons.push("step-free".to_owned());
    }
    let chance = supply::chance_it_runs(snapshot.study(), snapshot.policy(), listing);
    let standing = snapshot.standing(listing);
    reasons.push(match asset.verified_on {
        None => "nobody says when it was last checked".to_owned(),
        Some(day) => {
            let days = (snapshot.as_of() - day).num_days().max(0);
            let ago = match days {
                0 => "today".to_owned(),
                1 => "yesterday".to_owned(),
                2..=13 => format!("{days} days ago"),
                14..=59 => format!("{} weeks ago", days / 7),
                60..=729 => format!("{} months ago", days / 30),
                _ => format!("{} years ago", days / 365),
            };
            match standing.and_then(|s| s.verified_by) {
                Some(by) => format!("last checked {ago} by {}", by.label()),
                None => format!("last checked {ago}"),
            }
        }
    });
    if let Some(standing) = standing {
        reasons.extend(verified_reasons(snapshot, standing));
    }
    if chance < 0.5 && standing.is_none_or(|s| s.state == ListingState::Listed) {
        reasons.push(format!(
            "may have closed: ring first ({}% likely still running)",
            (chance * 100.0).round()
        ));
    }
    reasons
}

/// The way by public transport: what is usual, what to reckon with, and the walk where there is one.
fn by_vehicle(snapshot: &Snapshot, ride: &TransitTime) -> String {
    let up = format::minutes_of_way;
    let p90 = match ride.p90 {
        Some(p90) if up(p90) > up(ride.minutes) => format!(", {} at the 90th percentile", up(p90)),
        Some(_) => String::new(),
        None => ", at times much longer".to_owned(),
    };
    let walk = ride.on_foot.map(|walk| format!(" ({} on foot)", up(walk))).unwrap_or_default();
    format!("about {} min {}{p90}{walk}", up(ride.minutes), travel_mode::by_what(snapshot))
}

/// What people said of it, beside when.
fn verified_reasons(snapshot: &Snapshot, standing: &VerifiedStanding) -> Vec<String> {
    let mut reasons = Vec::new();
    match standing.state {
        ListingState::Listed => {}
        ListingState::Closed => reasons.push("has closed".to_owned()),
        ListingState::Moved => reasons.push("is no longer at this place: ask where it is".to_owned()),
    }
    if let Some(until) = standing.full_until.filter(|until| *until >= snapshot.as_of()) {
        reasons.push(format!("full until {until}"));
    }
    if !standing.changed.is_empty() {
        let parts: Vec<&str> = standing.changed.iter().map(|part| part.as_str()).collect();
        reasons.push(format!("no longer as listed: {}", parts.join(", ")));
    }
    reasons.extend(
        standing.problems.iter().map(|problem| format!("reported: {}", snapshot.problems().label(*problem))),
    );
    reasons
}
