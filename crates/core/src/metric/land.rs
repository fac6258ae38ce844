//! Open land against a floor standard.
//!
//! The form of Natural England's Accessible Greenspace Standards (2023): so many hectares within so many metres for every
//! 1,000 people. Land is shared like places are (two-step floating catchment, Luo & Wang 2003, closed binary weight), so
//! that a park that serves a whole town counts less for each of its people than one that serves a street.

use crate::need::LandFloor;
use crate::travel::{ReachedOrigins, TravelTimes};
use crate::units::Minutes;

/// Land that counts for a need.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LandSite {
    /// Position of the asset in the travel's assets.
    pub asset: usize,
    /// Hectares, each listing weighted by the chance that it still exists; above 0.
    pub hectares: f64,
}

/// Share of the floor standard that each origin meets, 0 to 1.
///
/// `people` stand at the origins. `minutes_per_metre` turns the standard's straight-line distance into travel time. A site
/// is taken as a disc about its point: the way to it ends at its edge, not at its middle.
/// An origin with no land in reach meets none of it; land that nobody can reach counts for nobody.
#[must_use]
pub fn shares<T: TravelTimes>(
    travel: &T,
    land: &[LandSite],
    people: &[f64],
    floor: &LandFloor,
    minutes_per_metre: f64,
) -> Vec<f64> {
    let mut per_1000 = vec![0.0; travel.origins()];
    let mut reached = ReachedOrigins::default();
    for site in land {
        let radius_m = (site.hectares * 10_000.0 / std::f64::consts::PI).sqrt();
        let limit =
            Minutes::new((floor.within.get() + radius_m) * minutes_per_metre).unwrap_or(Minutes::ZERO);
        travel.reach(site.asset, limit, &mut reached);
        let thousands: f64 = reached.origins.iter().map(|&i| people[i as usize]).sum::<f64>() / 1000.0;
        if thousands > 0.0 {
            for &i in &reached.origins {
                per_1000[i as usize] += site.hectares / thousands;
            }
        }
    }
    per_1000.into_iter().map(|ha| (ha / floor.hectares_per_1000).min(1.0)).collect()
}
