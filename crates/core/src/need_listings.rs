//! Needs that hardly any listing answers: a gap in lists before it is one in the place.

use crate::analyse::Analysis;
use crate::idx::NeedIdx;
use crate::report::{NeedListings, Neighbourhood};
use crate::study::Study;
use crate::travel::TravelTimes;

/// One listing for so many people is hardly any.
pub const PEOPLE_TO_A_LISTING: f64 = 50_000.0;

/// How many listings answer each need, beside the people of the neighbourhoods reported on.
#[must_use]
pub fn need_listings<T: TravelTimes>(
    analysis: &Analysis<T>,
    study: &Study,
    neighbourhoods: &[Neighbourhood],
) -> Vec<NeedListings> {
    let people: f64 = neighbourhoods.iter().filter_map(|n| n.population).sum();
    // A list that says it has all there is of a kind leaves no doubt that there is no more.
    let is_complete = |need: NeedIdx| study.lists().iter().any(|list| list.complete_for.contains(&need));
    study
        .need_indices()
        .map(|need| {
            let count = analysis.providers(need).len();
            let few = !is_complete(need) && (count == 0 || count as f64 * PEOPLE_TO_A_LISTING < people);
            NeedListings { count, few }
        })
        .collect()
}
