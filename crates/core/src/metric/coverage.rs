//! Who has anything at all within reach.
//!
//! The cumulative-opportunities measure (Wachs & Kumagai 1973, "Physical accessibility as a social indicator",
//! Socio-Economic Planning Sciences 7): opportunities within a threshold, inclusive, each counting one.

use crate::travel::TravelTimes;
use crate::units::Minutes;

/// How many of `assets` each origin has within `limit` (inclusive).
#[must_use]
pub fn counts<T: TravelTimes>(travel: &T, assets: &[usize], limit: Minutes) -> Vec<u32> {
    let mut counts = vec![0; travel.origins()];
    travel.reach_each(assets, limit, |_, origins, _| {
        for &origin in origins {
            counts[origin as usize] += 1;
        }
    });
    counts
}

/// Whether each origin has any of `assets` within `limit` (inclusive).
#[must_use]
pub fn covered<T: TravelTimes>(travel: &T, assets: &[usize], limit: Minutes) -> Vec<bool> {
    counts(travel, assets, limit).into_iter().map(|count| count > 0).collect()
}
