//! As the crow flies, times a detour.

use super::bands::{BandedPoints, LatitudeBands};
use super::{ReachedOrigins, TravelBasis, TravelTimes};
use crate::index::PointIndex;
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
    assets: Vec<BandedPoints<D>>,
    origins: Vec<BandedPoints<D>>,
    by_east: Vec<u32>,
    bands: LatitudeBands<D>,
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
            BandedPoints {
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
        let banded = |&at: &[f64; 2]| BandedPoints { at, east: at[0], north: at[1] };
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
    fn with(assets: Vec<BandedPoints<D>>, origins: Vec<BandedPoints<D>>, units_per_minute: f64) -> Self {
        let mut by_east: Vec<u32> = (0..origins.len() as u32).collect();
        by_east.sort_unstable_by(|&a, &b| {
            origins[a as usize].east.total_cmp(&origins[b as usize].east).then(a.cmp(&b))
        });
        let (south, north) = origins
            .iter()
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(s, n), p| (s.min(p.north), n.max(p.north)));
        let height = (north - south) / (origins.len() as f64).sqrt().max(1.0);
        let bands = LatitudeBands::new(&origins, &by_east, height);
        Self { assets, origins, by_east, bands, units_per_minute }
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
        } else if distance < PI {
            4.0 * (distance / 2.0).sin().powi(2)
        } else {
            return f64::INFINITY;
        };
        // A unit or two in the last place at most.
        while squared > 0.0 && self.minutes(squared) > limit.get() {
            squared = squared.next_down();
        }
        while squared.is_finite() && self.minutes(squared.next_up()) <= limit.get() {
            squared = squared.next_up();
        }
        squared
    }

    /// How far north or south of an asset what it reaches can be, padded for rounding.
    fn reach_north(&self, limit: Minutes) -> f64 {
        limit.get() * self.units_per_minute * (1.0 + 1e-9) + 1e-12
    }

    /// The same eastwards, at most `from_equator` (radians) from the equator.
    fn reach_east(from_equator: f64, north: f64) -> f64 {
        if D == 2 {
            north
        } else if from_equator + north >= FRAC_PI_2 {
            f64::INFINITY
        } else {
            (north.sin() / from_equator.cos()).asin() + 1e-12
        }
    }

    /// Whether the points so far east of a point may lie across the meridian where east is cut.
    fn crosses_the_cut(east: f64, reach: f64) -> bool {
        D == 3 && east.abs() + reach > PI
    }

    /// Writes those of a run of points that are within the threshold after the first `kept`, with their squared distance,
    /// and returns how many there are then. No branch depends on the distance: half of them would be mispredicted.
    #[inline(always)]
    fn keep(
        bands: &LatitudeBands<D>,
        run: Range<usize>,
        from: [f64; D],
        threshold: f64,
        (origins, squared): (&mut [u32], &mut [f64]),
        mut kept: usize,
    ) -> usize {
        let position = &bands.position[run.clone()];
        let at: [&[f64]; D] = std::array::from_fn(|d| &bands.at[d][run.clone()][..position.len()]);
        for (i, &origin) in position.iter().enumerate() {
            let distance: f64 = (0..D).map(|d| (at[d][i] - from[d]).powi(2)).sum();
            (origins[kept], squared[kept]) = (origin, distance);
            kept += usize::from(distance <= threshold);
        }
        kept
    }

    fn to_minutes(&self, squared: &mut [f64], limit: Minutes) {
        for minutes in squared {
            *minutes = self.minutes(*minutes).min(limit.get());
        }
    }
}

impl<const D: usize> TravelTimes for StraightLine<D> {
    fn origins(&self) -> usize {
        self.origins.len()
    }

    fn assets(&self) -> usize {
        self.assets.len()
    }

    fn reach(&self, asset: usize, limit: Minutes, out: &mut ReachedOrigins) {
        out.origins.clear();
        out.minutes.clear();
        let bands = &self.bands;
        let from = &self.assets[asset];
        let threshold = self.threshold(limit);
        let north = self.reach_north(limit);
        let reach = Self::reach_east(from.north.abs(), north);
        let runs = (bands.band(from.north - north)..=bands.band(from.north + north)).map(|band| {
            let run = bands.range(band);
            if Self::crosses_the_cut(from.east, reach) {
                return run;
            }
            let east = &bands.east[run.clone()];
            let first = run.start + east.partition_point(|&e| e < from.east - reach);
            first..run.start + east.partition_point(|&e| e <= from.east + reach)
        });
        let mut kept = 0;
        for run in runs {
            // One more than there are candidates: what is not kept is written all the same, and written over.
            out.origins.resize(kept + run.len() + 1, 0);
            out.minutes.resize(kept + run.len() + 1, 0.0);
            kept = Self::keep(bands, run, from.at, threshold, (&mut out.origins, &mut out.minutes), kept);
        }
        out.origins.truncate(kept);
        out.minutes.truncate(kept);
        self.to_minutes(&mut out.minutes, limit);
    }

    fn reach_each(&self, assets: &[usize], limit: Minutes, mut visit: impl FnMut(usize, &[u32], &mut [f64])) {
        let threshold = self.threshold(limit);
        let north = self.reach_north(limit);
        let bands = LatitudeBands::new(&self.origins, &self.by_east, north);
        let (mut origins, mut minutes) = (vec![0; self.origins.len() + 1], vec![0.0; self.origins.len() + 1]);
        for (home, neighbours) in bands.visits(assets.iter().map(|&asset| &self.assets[asset])).by_band() {
            let reach = Self::reach_east(bands.farthest_from_equator(home), north);
            // Bands are at least as high as the reach, so that what is near stands in three of them.
            let whole = [home - 1, home, home + 1].map(|band| bands.range(band));
            let mut runs = whole.clone().map(|band| band.start..band.start);
            for asset in neighbours {
                let mut kept = 0;
                for (run, band) in runs.iter_mut().zip(&whole) {
                    let run = if Self::crosses_the_cut(asset.east, reach) {
                        band.clone()
                    } else {
                        bands.slide(run, band.end, asset.east, reach);
                        run.clone()
                    };
                    let found = (&mut origins[..], &mut minutes[..]);
                    kept = Self::keep(&bands, run, asset.at, threshold, found, kept);
                }
                self.to_minutes(&mut minutes[..kept], limit);
                visit(asset.position, &origins[..kept], &mut minutes[..kept]);
            }
        }
    }

    fn nearest(&self, assets: &[usize]) -> Vec<Option<f64>> {
        let index = PointIndex::new(assets.iter().map(|&a| self.assets[a].at));
        let minutes =
            |origin: &BandedPoints<D>| index.nearest_squared(origin.at).map(|squared| self.minutes(squared));
        self.origins.iter().map(minutes).collect()
    }

    fn basis(&self, _origin: usize) -> TravelBasis {
        TravelBasis::StraightLine
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn brute(
        line: &StraightLine,
        assets: &[Place],
        origins: &[Place],
        asset: usize,
        limit: f64,
    ) -> Vec<(u32, f64)> {
        let metres_per_minute = line.units_per_minute * EARTH_RADIUS_M;
        origins
            .iter()
            .enumerate()
            .map(|(i, o)| (i as u32, o.distance(assets[asset]).get() / metres_per_minute))
            .filter(|&(_, minutes)| minutes <= limit)
            .collect()
    }

    fn sorted(reached: &ReachedOrigins) -> Vec<(u32, f64)> {
        let mut pairs: Vec<(u32, f64)> =
            reached.origins.iter().copied().zip(reached.minutes.iter().copied()).collect();
        pairs.sort_by_key(|p| p.0);
        pairs
    }

    fn places(around: (f64, f64), spread: f64, most: usize) -> impl Strategy<Value = Vec<Place>> {
        let at = (-1.0..1.0, -1.0..1.0).prop_map(move |(x, y): (f64, f64)| {
            let lon = around.0 + x * spread;
            let lon = if lon > 180.0 {
                lon - 360.0
            } else if lon < -180.0 {
                lon + 360.0
            } else {
                lon
            };
            Place::new(lon, (around.1 + y * spread).clamp(-90.0, 90.0)).unwrap()
        });
        prop::collection::vec(at, 0..most)
    }

    proptest! {
        #[test]
        fn reaches_what_a_plain_search_reaches_anywhere_on_earth(
            (origins, assets) in prop::sample::select(vec![
                ((-2.0, 53.0), 0.05), ((-2.0, 53.0), 4.0), ((179.99, -17.0), 0.1), ((30.0, 89.9), 0.5),
                ((0.0, 0.0), 90.0), ((170.0, -60.0), 60.0),
            ]).prop_flat_map(|(around, spread)| (places(around, spread, 60), places(around, spread, 20))),
            limit in prop::sample::select(vec![0.0, 3.0, 15.0, 60.0, 1_000.0, 60_000.0, 1_000_000.0]),
        ) {
            let line = StraightLine::new(&assets, &origins, KilometresPerHour::new(4.8).unwrap(), 1.3);
            let limit_minutes = Minutes::new(limit).unwrap();
            let mut each = vec![None; assets.len()];
            let all: Vec<usize> = (0..assets.len()).rev().collect();
            line.reach_each(&all, limit_minutes, |position, origins, minutes| {
                let reached = ReachedOrigins { origins: origins.to_vec(), minutes: minutes.to_vec() };
                assert!(each[all[position]].replace(sorted(&reached)).is_none(), "visited twice");
            });
            for (asset, visited) in each.into_iter().enumerate() {
                let mut one = ReachedOrigins::default();
                line.reach(asset, limit_minutes, &mut one);
                let expected = brute(&line, &assets, &origins, asset, limit);
                for found in [sorted(&one), visited.unwrap()] {
                    prop_assert_eq!(
                        found.iter().map(|p| p.0).collect::<Vec<_>>(),
                        expected.iter().map(|p| p.0).collect::<Vec<_>>()
                    );
                    for (a, b) in found.iter().zip(&expected) {
                        // The haversine itself loses digits at the far side of the earth.
                        prop_assert!((a.1 - b.1).abs() <= 1e-6 + b.1 * 1e-7, "{} {}", a.1, b.1);
                    }
                }
            }
        }

        #[test]
        fn finds_the_nearest_at_any_distance(
            origins in places((0.0, 20.0), 60.0, 30), assets in places((0.0, 20.0), 60.0, 10),
        ) {
            let line = StraightLine::new(&assets, &origins, KilometresPerHour::new(4.8).unwrap(), 1.0);
            let all: Vec<usize> = (0..assets.len()).collect();
            for (origin, found) in origins.iter().zip(line.nearest(&all)) {
                let metres = assets.iter().map(|a| a.distance(*origin).get()).min_by(f64::total_cmp);
                prop_assert_eq!(found.is_some(), metres.is_some());
                if let (Some(minutes), Some(metres)) = (found, metres) {
                    prop_assert!((minutes * 80.0 - metres).abs() < 1e-3);
                }
            }
        }
    }

    #[test]
    fn the_edge_is_inside_to_the_last_bit() {
        let line =
            StraightLine::planar(&[[0.0, 0.0]], &[[1200.0, 0.0], [0.0, -1200.1], [720.0, 960.0]], 80.0);
        let mut reached = ReachedOrigins::default();
        line.reach(0, Minutes::new(15.0).unwrap(), &mut reached);
        assert_eq!(sorted(&reached), [(0, 15.0), (2, 15.0)]);
    }

    #[test]
    fn one_place_is_nowhere_far() {
        let here = Place::new(-2.0, 53.0).unwrap();
        let line = StraightLine::new(&[here], &[here], KilometresPerHour::new(4.8).unwrap(), 1.3);
        let mut reached = ReachedOrigins::default();
        line.reach(0, Minutes::ZERO, &mut reached);
        assert_eq!(sorted(&reached), [(0, 0.0)]);
        let nobody = StraightLine::new(&[here], &[], KilometresPerHour::new(4.8).unwrap(), 1.3);
        nobody.reach(0, Minutes::new(15.0).unwrap(), &mut reached);
        assert!(reached.origins.is_empty());
        assert_eq!(nobody.nearest(&[0]), []);
        assert_eq!(line.nearest(&[]), [None]);
    }
}
