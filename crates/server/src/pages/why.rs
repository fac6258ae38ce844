//! Why there is a gap, from its own figures.

use hereabouts_core::need::Need;
use hereabouts_core::report::Gap;
use hereabouts_engine::format;

/// What is in reach comes to this for each referral, once everybody who reaches it has had a share.
fn shared(gap: &Gap, need: &Need) -> String {
    let (Some(access), true) = (gap.access_likely, gap.places_likely > Some(0.0)) else {
        return String::new();
    };
    let of_people = match gap.coverage_share {
        Some(share) if share < 0.995 => format!(", {} of its people", format::percent(share)),
        _ => String::new(),
    };
    let adequate = need.adequate.places_per_referral;
    // The mean can be enough where some have more than enough and others hardly any.
    let but = match gap.shortfall_places_likely {
        Some(short) if short > 0.0 && access >= adequate => {
            ", but not all of its people have so many, or surely"
        }
        _ => "",
    };
    format!(
        " Shared with all who reach them{of_people}, likely ones come to {} places for each referral here on average; {} are enough{but}.",
        format::count(access),
        format::count(adequate)
    )
}

/// Why there is a gap, from its own figures.
pub(super) fn why(gap: &Gap, need: &Need) -> String {
    let adequate = need.adequate.places_per_referral;
    let shortfall = gap.shortfall_places_likely.map_or(String::new(), |s| {
        format!(
            " About {} more places would bring it to the adequate level of {} for each referral.",
            format::count(s),
            format::count(adequate)
        )
    });
    let reach = match (gap.assets_in_reach, gap.nearest_minutes) {
        (Some(0), None) => "There is no such place anywhere here.".to_owned(),
        (Some(0), Some(m)) => {
            format!("Nothing is in reach; the nearest is {} away on foot.", format::minutes(m))
        }
        (None, nearest) => {
            let nearest = nearest.map_or(String::new(), |m| {
                format!("; the nearest that is listed is {} away on foot", format::minutes(m))
            });
            let share = format::percent(gap.supply_known_share.unwrap_or(0.0));
            format!(
                "Nothing is listed in reach, but lists that tell of it reach only {share} of the people{nearest}."
            )
        }
        (Some(n), _) => match (gap.places_listed, gap.places_likely) {
            (Some(listed), Some(likely)) if listed > 0.0 => format!(
                "{} in reach with {} places listed, {} of them likely still running.",
                format::some(n as usize, "asset is", "assets are"),
                format::count(listed),
                format::count(likely)
            ),
            _ => format!("{} in reach, but none with places.", format::some(n as usize, "is", "are")),
        },
    };
    format!("{reach}{}{shortfall}", shared(gap, need))
}
