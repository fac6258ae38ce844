//! As the crow flies, times a detour.

use super::bands::{Banded, Bands};
use super::{Reached, Travel, TravelBasis};
use crate::index::Points;
use crate::place::{EARTH_RADIUS_M, Place};
use crate::units::{KilometresPerHour, Minutes};
use std::f64::consts::{FRAC_PI_2, PI};
use std::ops::Range;

/// Walking in a straight line made longer by a detour.
///
/// In three dimensions points are unit vectors and distance is the great circle's, found from the chord, exact and
/// without trigonometry for each pair; in two they are metres on a plane.
#[derive(Debug, Clone)]
pub struct StraightLine<const D: usize = 3> {
    assets: Vec<Banded<D>>,
    origins: Vec<Banded<D>>,
    bands: Bands<D>,
    units_per_minute: f64,
}

impl StraightLine<3> {
    /// On the sphere, at a `speed` above 0, with `detour` metres walked for each metre of the great circle.
    #[must_use]
    pub fn new(assets: &[Place], origins: &[Place], speed: KilometresPerHour, detour: f64) -> Self {
        // East is counted from the middle of the origins, so that a study may lie across the 180th meridian.
        let middle = origins.iter().map(|p| p.unit()).fold([0.0, 0.0], |m, u| [m[0] + u[0], m[1] + u[1]]);
        let middle = if middle == [0.0, 0.0] { 0.0 } else { middle[1].atan2(middle[0]) };
        let banded = |place: &Place| {
            let east = place.lon().to_radians() - middle;
            Banded {
                at: place.unit(),
                east: if east > PI {
                    east - 2.0 * PI
                } else if east < -PI {
                    east + 2.0 * PI
                } else {
                    east
                },
                north: place.lat().to_radians(),
            }
        };
        let metres_per_minute = speed.get() * 1000.0 / 60.0;
        Self::with(
            assets.iter().map(banded).collect(),
            origins.iter().map(banded).collect(),
            metres_per_minute / (detour * EARTH_RADIUS_M),
        )
    }
}

impl StraightLine<2> {
    /// On a plane, x and y in metres and finite, at `metres_per_minute` above 0.
    #[must_use]
    pub fn planar(assets: &[[f64; 2]], origins: &[[f64; 2]], metres_per_minute: f64) -> Self {
        let banded = |&at: &[f64; 2]| Banded { at, east: at[0], north: at[1] };
        Self::with(
            assets.iter().map(banded).collect(),
            origins.iter().map(banded).collect(),
            metres_per_minute,
        )
    }
}

/// Chords below this are turned into arcs by a series that is exact to the last bit or two, those above by the arcsine.
const SHORT_CHORD_SQUARED: f64 = 4e-4;

impl<const D: usize> StraightLine<D> {
    fn with(assets: Vec<Banded<D>>, origins: Vec<Banded<D>>, units_per_minute: f64) -> Self {
        let mut by_east: Vec<u32> = (0..origins.len() as u32).collect();
        by_east.sort_unstable_by(|&a, &b| {
            origins[a as usize].east.total_cmp(&origins[b as usize].east).then(a.cmp(&b))
        });
        let (south, north) = origins
            .iter()
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(s, n), p| (s.min(p.north), n.max(p.north)));
        let height = (north - south) / (origins.len() as f64).sqrt().max(1.0);
        let bands = Bands::new(&origins, &by_east, height);
        Self { assets, origins, bands, units_per_minute }
    }

    /// Minutes from a squared straight distance: rises with it.
    #[inline(always)]
    fn minutes(&self, squared: f64) -> f64 {
        let chord = squared.sqrt();
        let distance = if D == 2 {
            chord
        } else if squared < SHORT_CHORD_SQUARED {
            chord * (1.0 + squared * (1.0 / 24.0 + squared * (3.0 / 640.0 + squared * (5.0 / 7168.0))))
        } else {
            2.0 * (chord / 2.0).min(1.0).asin()
        };
        distance / self.units_per_minute
    }

    /// The largest squared distance that takes at most `limit`: comparing squares then decides exactly as comparing
    /// minutes would.
    fn threshold(&self, limit: Minutes) -> f64 {
        let distance = limit.get() * self.units_per_minute;
        let mut squared = if D == 2 {
            distance * distance
        } else {
            let chord = 2.0 * (distance.min(PI) / 2.0).sin();
            chord * chord
        };
        while squared > 0.0 && self.minutes(squared) > limit.get() {
            squared = squared.next_down();
        }
        while squared.is_finite()
            && squared < 4.0_f64.powi(300)
            && self.minutes(squared.next_up()) <= limit.get()
        {
            squared = squared.next_up();
        }
        squared
    }
}

impl<const D: usize> StraightLine<D> {
    /// Half the width to the east and west within which everything at most `distance` away lies; more than half a turn
    /// where a pole is within reach.
    fn half_width(&self, from: &Banded<D>, distance: f64) -> f64 {
        if D == 2 {
            distance
        } else if from.north.abs() + distance >= FRAC_PI_2 {
            2.0 * PI
        } else {
            // The meridians that touch a circle about a point at this latitude.
            (distance.sin() / from.north.cos()).min(1.0).asin()
        }
    }

    /// Positions in the bands of everything that may be within `distance` of a point; `visit` decides.
    fn candidates(&self, from: &Banded<D>, distance: f64, mut visit: impl FnMut(Range<usize>)) {
        // A hair wider than asked: the squared distance decides, and rounding must not decide before it.
        let reach = distance * (1.0 + 1e-9) + 1e-12;
        let width = self.half_width(from, reach);
        let whole = D == 3 && (from.east - width < -PI || from.east + width > PI);
        let (low, high) = (self.bands.band(from.north - reach), self.bands.band(from.north + reach));
        for band in low.max(0)..=high.min(self.bands.count() - 1) {
            let range = self.bands.range(band);
            if whole {
                visit(range);
                continue;
            }
            let east = &self.bands.east[range.clone()];
            let first = east.partition_point(|&e| e < from.east - width);
            let run = east[first..].partition_point(|&e| e <= from.east + width);
            visit(range.start + first..range.start + first + run);
        }
    }
}

impl<const D: usize> Travel for StraightLine<D> {
    fn origins(&self) -> usize {
        self.origins.len()
    }

    fn assets(&self) -> usize {
        self.assets.len()
    }

    fn reach(&self, asset: usize, limit: Minutes, out: &mut Reached) {
        out.origins.clear();
        out.minutes.clear();
        let from = &self.assets[asset];
        let threshold = self.threshold(limit);
        let distance = limit.get() * self.units_per_minute;
        let distance = if D == 2 { distance } else { distance.min(PI) };
        self.candidates(from, distance, |range| {
            for at in range {
                let squared: f64 = (0..D).map(|d| (self.bands.at[d][at] - from.at[d]).powi(2)).sum();
                if squared <= threshold {
                    out.origins.push(self.bands.position[at]);
                    out.minutes.push(self.minutes(squared));
                }
            }
        });
    }

    fn nearest(&self, assets: &[usize]) -> Vec<Option<f64>> {
        let near = Points::new(assets.iter().map(|&a| self.assets[a].at));
        self.origins.iter().map(|o| near.nearest_squared(o.at).map(|squared| self.minutes(squared))).collect()
    }

    fn basis(&self, _origin: usize) -> TravelBasis {
        TravelBasis::StraightLine
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn speed() -> KilometresPerHour {
        KilometresPerHour::new(4.8).unwrap()
    }

    fn place() -> impl Strategy<Value = Place> {
        // Towns, a country, the far north and both sides of the 180th meridian.
        prop_oneof![
            (-2.5..-2.0, 53.3..53.6),
            (-6.0..2.0, 50.0..60.0),
            (-180.0..180.0, 80.0..90.0),
            (179.9..180.0, -17.0..-16.9),
            (-180.0..-179.9, -17.0..-16.9),
        ]
        .prop_map(|(lon, lat)| Place::new(lon, lat).unwrap())
    }

    proptest! {
        #[test]
        fn reach_and_nearest_agree_with_looking_at_everything(
            assets in prop::collection::vec(place(), 1..12),
            origins in prop::collection::vec(place(), 1..60),
            limit in 0.0..3000.0_f64,
        ) {
            let travel = StraightLine::new(&assets, &origins, speed(), 1.3);
            let minutes = |a: usize, o: usize| assets[a].distance(origins[o]).get() * 1.3 / 80.0;
            let mut reached = Reached::default();
            for a in 0..assets.len() {
                travel.reach(a, Minutes::new(limit).unwrap(), &mut reached);
                for (o, m) in reached.origins.iter().zip(&reached.minutes) {
                    prop_assert!(*m <= limit && (m - minutes(a, *o as usize)).abs() < 1e-6 * (1.0 + m));
                }
                let sure = (0..origins.len()).filter(|&o| minutes(a, o) < limit - 1e-5).count();
                let most = (0..origins.len()).filter(|&o| minutes(a, o) < limit + 1e-5).count();
                prop_assert!((sure..=most).contains(&reached.origins.len()));
            }
            let all: Vec<usize> = (0..assets.len()).collect();
            for (o, m) in travel.nearest(&all).into_iter().enumerate() {
                let best = all.iter().map(|&a| minutes(a, o)).fold(f64::INFINITY, f64::min);
                prop_assert!((m.unwrap() - best).abs() < 1e-6 * (1.0 + best));
            }
        }
    }

    #[test]
    fn the_limit_is_inside() {
        let travel = StraightLine::planar(&[[0.0, 0.0]], &[[1600.0, 0.0], [0.0, 1600.001], [0.0, 0.0]], 1.0);
        let mut reached = Reached::default();
        travel.reach(0, Minutes::new(1600.0).unwrap(), &mut reached);
        reached.origins.sort_unstable();
        assert_eq!(reached.origins, [0, 2]);
    }
}
