//! Why a figure can be leant on no further, in sentences.

use crate::format::{about, percent, some};
use hereabouts_core::confidence::{ConfidenceSummary, Ground, SERIES_ENOUGH};
use hereabouts_core::noise::WITHIN_90;
use hereabouts_core::period::Period;
use hereabouts_core::report::Gap;
use hereabouts_core::{AnalysisPolicy, confidence};

/// A ground for doubt about a gap, as a sentence.
#[must_use]
pub fn sentence(ground: Ground, gap: &Gap, policy: &AnalysisPolicy) -> String {
    match ground {
        Ground::DemandUnknown if gap.no_data_share > 0.0 => {
            format!("Referrals for it are unknown for {} of its people.", percent(gap.no_data_share))
        }
        Ground::DemandUnknown => "Nothing is known of referrals for it.".to_owned(),
        Ground::MonthsMissing => format!(
            "Only {} of {} months are there for {} of its people.",
            gap.complete_months.unwrap_or(0),
            gap.whole_months,
            percent(gap.partial_share)
        ),
        Ground::Silent if gap.silent_share < 1.0 => format!(
            "{} of its people live where fewer referrals are made than expected, so need may go unseen.",
            percent(gap.silent_share)
        ),
        Ground::Silent => {
            "There are fewer referrals than expected of areas like it, so need may go unseen.".to_owned()
        }
        Ground::TooFew => format!("Fewer than {} referrals: too few to compare.", policy.few_below),
        Ground::ShortSeries => format!(
            "There are fewer than {SERIES_ENOUGH} quarters of referrals, too few to tell whether it refers as others do."
        ),
        Ground::NoList => match gap.supply_known_share {
            Some(share) if share > 0.0 => {
                format!("No list that tells of this need reaches {} of its people.", percent(1.0 - share))
            }
            _ => "No list that tells of this need reaches here.".to_owned(),
        },
        Ground::NothingListed => {
            "No places are listed around: none on record is not the same as none there.".to_owned()
        }
        Ground::NotConfirmed => {
            "Fewer than half of the places listed around were confirmed in the last twelve months.".to_owned()
        }
        Ground::AssumedPlaces => {
            "Most of the places listed around are typical numbers for their kind, not the provider's own."
                .to_owned()
        }
        Ground::DemandRange => "Referrals are known only to lie between two numbers.".to_owned(),
        Ground::Protected => {
            let error = gap.referrals_error.map_or(0.0, |error| WITHIN_90 * error);
            format!(
                "The noise that protects people is large beside it: 9 times in 10 within {}.",
                about(error)
            )
        }
        Ground::NoStreets => match gap.streets_share {
            Some(share) if share > 0.0 => format!(
                "Streets are known to {} of its people; elsewhere walks are a straight line made longer.",
                percent(share)
            ),
            _ => "Streets are not known: walks are a straight line made longer.".to_owned(),
        },
        Ground::Edge => "Many live near where the areas end; what lies beyond is not counted.".to_owned(),
    }
}

/// Why a gap can be leant on no further, as sentences, the weightiest first.
#[must_use]
pub fn sentences(gap: &Gap, policy: &AnalysisPolicy) -> Vec<String> {
    gap.grounds.iter().map(|(ground, _)| sentence(ground, gap, policy)).collect()
}

/// What would take a ground away, for whoever keeps the data.
#[must_use]
pub fn remedy(ground: Ground, period: Option<Period>) -> &'static str {
    match ground {
        Ground::DemandUnknown => {
            "import the referrals that are missing, or say in their map that they are complete"
        }
        Ground::MonthsMissing => "import the months that are missing",
        Ground::Silent => "ask the areas with fewer referrals than expected how they record them",
        Ground::TooFew if period.map_or(1, Period::len) == 1 => {
            "look at four quarters together, or at larger areas"
        }
        Ground::TooFew => "look at larger areas",
        Ground::ShortSeries => "import four quarters of referrals",
        Ground::NoList => "import a list that tells of the need, or say in its map what it covers",
        Ground::NothingListed => "import a list that covers the area, or say of one that it is complete",
        Ground::NotConfirmed => "confirm listings, those of the worklist first",
        Ground::AssumedPlaces => "ask providers how many they take",
        Ground::DemandRange => "import counts that are not suppressed",
        Ground::Protected => "look at four quarters together, or at larger areas",
        Ground::NoStreets => "import streets",
        Ground::Edge => "import the areas around as context",
    }
}

/// That most figures can hardly be leant on, and what would change that most; `None` where it is not so.
#[must_use]
pub fn mostly_low(summary: &ConfidenceSummary, period: Option<Period>) -> Option<String> {
    let (ground, raised) = summary.raises_most.filter(|_| summary.is_mostly_low())?;
    let low = summary.count(confidence::Confidence::Low);
    Some(format!(
        "Confidence is low for {} of {}. What would raise most of them, {}: {}.",
        some(low, "figure", "figures"),
        summary.all(),
        crate::format::whole(raised as u64),
        remedy(ground, period)
    ))
}

/// A ground in few words, for several figures together.
#[must_use]
pub const fn short(ground: Ground) -> &'static str {
    match ground {
        Ground::DemandUnknown => "Referrals are unknown for some or all of its people",
        Ground::MonthsMissing => "Months are missing",
        Ground::Silent => "Fewer referrals are made than expected, here or in parts of it",
        Ground::TooFew => "Too few referrals to compare",
        Ground::ShortSeries => "Too few quarters to tell whether it refers as others do",
        Ground::NoList => "No list that tells of the need reaches some or all of its people",
        Ground::NothingListed => "Nothing is listed around, which is not the same as nothing there",
        Ground::NotConfirmed => {
            "Fewer than half of the places listed around were confirmed in the last twelve months"
        }
        Ground::AssumedPlaces => "Most of the places listed around are typical numbers for their kind",
        Ground::DemandRange => "Referrals are known only to lie between two numbers",
        Ground::Protected => "The noise that protects people is large beside the referrals",
        Ground::NoStreets => "Streets are not known for some or all of its people",
        Ground::Edge => "Many live near where the areas end",
    }
}
