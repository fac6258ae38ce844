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
    /// How large it is, above 0; `None` where nobody has measured it, which is not 0.
    pub hectares: Option<f64>,
    /// Chance that it is still there, 0 to 1: what it counts, not how large it is.
    pub chance: f64,
}

impl LandSite {
    /// Metres from its point to its edge: it is taken for a disc. One that nobody has measured is a point.
    #[must_use]
    pub fn radius_m(&self) -> f64 {
        (self.hectares.unwrap_or(0.0) * 10_000.0 / std::f64::consts::PI).sqrt()
    }
}

/// How far land reaches, and what a metre of its standard's distance takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LandReach<'a> {
    /// The standard.
    pub floor: &'a LandFloor,
    /// Minutes that a metre in a straight line takes.
    pub minutes_per_metre: f64,
}

impl LandReach<'_> {
    /// Within so many minutes of its point a site is in reach: the way to it ends at its edge. The one definition of it.
    #[must_use]
    pub fn limit(&self, site: &LandSite) -> Minutes {
        let metres = self.floor.within.get() + site.radius_m();
        Minutes::new(metres * self.minutes_per_metre).unwrap_or(Minutes::ZERO)
    }
}

/// What land there is for each origin.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LandInReach {
    /// Share of the floor standard that measured land meets, 0 to 1.
    pub shares: Vec<f64>,
    /// How many sites are in reach, measured or not.
    pub sites: Vec<u32>,
    /// Whether more of the standard may be met than `shares` says, by a site that nobody has measured.
    pub not_measured: Vec<bool>,
    /// Minutes to the edge of the nearest site in reach; of none in reach, to the point of the nearest.
    pub nearest: Vec<Option<f64>>,
}

/// Land in reach of each origin, where `people` stand.
///
/// An origin with no land in reach meets none of the standard; land that nobody can reach counts for nobody.
#[must_use]
pub fn in_reach<T: TravelTimes>(
    travel: &T,
    land: &[LandSite],
    people: &[f64],
    reach: LandReach<'_>,
) -> LandInReach {
    let origins = travel.origins();
    let (mut per_1000, mut sites, mut not_measured) =
        (vec![0.0; origins], vec![0; origins], vec![false; origins]);
    let mut edge = vec![f64::INFINITY; origins];
    let mut reached = ReachedOrigins::default();
    for site in land {
        travel.reach(site.asset, reach.limit(site), &mut reached);
        let thousands: f64 = reached.origins.iter().map(|&i| people[i as usize]).sum::<f64>() / 1000.0;
        let inside = site.radius_m() * reach.minutes_per_metre;
        for (&origin, minutes) in reached.origins.iter().zip(&reached.minutes) {
            let at = origin as usize;
            sites[at] += 1;
            edge[at] = edge[at].min((minutes - inside).max(0.0));
            match site.hectares {
                Some(hectares) if thousands > 0.0 => per_1000[at] += hectares * site.chance / thousands,
                Some(_) => {}
                None => not_measured[at] = true,
            }
        }
    }
    let shares: Vec<f64> =
        per_1000.into_iter().map(|ha: f64| (ha / reach.floor.hectares_per_1000).min(1.0)).collect();
    // More land than is enough changes nothing.
    not_measured.iter_mut().zip(&shares).for_each(|(more, share)| *more &= *share < 1.0);
    let points: Vec<usize> = land.iter().map(|site| site.asset).collect();
    let by_point = if points.is_empty() { vec![None; origins] } else { travel.nearest(&points) };
    let nearest = edge.into_iter().zip(by_point);
    let nearest = nearest.map(|(edge, point)| if edge.is_finite() { Some(edge) } else { point }).collect();
    LandInReach { shares, sites, not_measured, nearest }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::travel::StraightLine;
    use crate::units::Metres;

    /// A hundred hectares, 564 m to its edge, and a park that nobody has measured 3 km on; 1,000 people at each origin.
    fn by_two_parks(chance: f64) -> LandInReach {
        let origins = [[500.0, 0.0], [1500.0, 0.0], [1600.0, 0.0], [3700.0, 0.0]];
        let travel = StraightLine::planar(&[[0.0, 0.0], [3000.0, 0.0]], &origins, 80.0);
        let land =
            [(0, Some(100.0)), (1, None)].map(|(asset, hectares)| LandSite { asset, hectares, chance });
        let floor =
            LandFloor { hectares_per_1000: 80.0, within: Metres::new(1000.0).unwrap(), counts_for: 0.5 };
        in_reach(&travel, &land, &[1000.0; 4], LandReach { floor: &floor, minutes_per_metre: 1.0 / 80.0 })
    }

    #[test]
    fn land_is_reached_at_its_edge_and_doubt_makes_it_no_smaller() {
        for chance in [1.0, 0.5] {
            let land = by_two_parks(chance);
            // Two reach it, 50 ha each.
            assert_eq!(land.shares, [0.625 * chance, 0.625 * chance, 0.0, 0.0]);
            assert_eq!(land.sites, [1, 1, 0, 1]);
            let minutes: Vec<f64> = land.nearest.iter().map(|m| m.unwrap()).collect();
            let edge = (100.0 * 10_000.0 / std::f64::consts::PI).sqrt();
            assert!(minutes[0] == 0.0 && (minutes[1] - (1500.0 - edge) / 80.0).abs() < 1e-9, "{minutes:?}");
            assert!((minutes[2] - 1400.0 / 80.0).abs() < 1e-9 && (minutes[3] - 700.0 / 80.0).abs() < 1e-9);
        }
    }

    #[test]
    fn land_that_nobody_measured_is_not_known() {
        assert_eq!(by_two_parks(1.0).not_measured, [false, false, false, true]);
    }
}
