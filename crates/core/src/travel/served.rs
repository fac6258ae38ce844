//! Travel to assets that do not serve whoever comes: only people of an area, or at their homes.

use super::{ReachedOrigins, TravelBasis, TravelTimes};
use crate::place::Place;
use crate::units::Minutes;
use std::collections::BTreeMap;

/// Where an asset is met and whom it serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AssetReach {
    /// Position in the inner travel's assets; `None` where the asset comes to people.
    pub at: Option<usize>,
    /// Position of the set of origins that it serves; `None` is whoever comes. Without a place *and* without a set nobody
    /// is served.
    pub only: Option<usize>,
}

/// Travel limited to whom each asset serves.
///
/// Who is not served does not reach the asset, however near. To an asset without a place the people it serves have no way
/// to go: 0 minutes.
#[derive(Debug, Clone)]
pub struct ServedTravel<T> {
    inner: T,
    assets: Vec<AssetReach>,
    sets: Vec<Vec<u32>>,
    /// Whether the inner travel answers for every asset, at its own position.
    plain: bool,
}

impl<T: TravelTimes> ServedTravel<T> {
    /// `assets` has an entry for every asset of the study; `sets` are origins, each set rising.
    #[must_use]
    pub fn new(inner: T, assets: Vec<AssetReach>, sets: Vec<Vec<u32>>) -> Self {
        let plain = assets.iter().enumerate().all(|(i, a)| *a == AssetReach { at: Some(i), only: None });
        Self { inner, assets, sets, plain }
    }

    /// The travel between places.
    #[must_use]
    pub const fn inner(&self) -> &T {
        &self.inner
    }

    /// Number of the set of origins that an asset serves, and the set, rising; `None` is whoever comes.
    #[must_use]
    pub fn served(&self, asset: usize) -> Option<(usize, &[u32])> {
        self.assets[asset].only.map(|set| (set, self.sets[set].as_slice()))
    }

    fn set(&self, asset: usize) -> Option<&[u32]> {
        self.assets[asset].only.map(|set| self.sets[set].as_slice())
    }
}

impl<T: TravelTimes> TravelTimes for ServedTravel<T> {
    fn origins(&self) -> usize {
        self.inner.origins()
    }

    fn assets(&self) -> usize {
        self.assets.len()
    }

    fn reach(&self, asset: usize, limit: Minutes, out: &mut ReachedOrigins) {
        out.origins.clear();
        out.minutes.clear();
        match (self.assets[asset].at, self.set(asset)) {
            (Some(at), None) => self.inner.reach(at, limit, out),
            (Some(at), Some(set)) => {
                self.inner.reach(at, limit, out);
                let kept = |origin: &u32| set.binary_search(origin).is_ok();
                let mut keep = out.origins.iter().map(kept);
                out.minutes.retain(|_| keep.next().unwrap_or(false));
                out.origins.retain(kept);
            }
            (None, Some(set)) => {
                out.origins.extend_from_slice(set);
                out.minutes.resize(set.len(), 0.0);
            }
            (None, None) => {}
        }
    }

    fn reach_each(&self, assets: &[usize], limit: Minutes, mut visit: impl FnMut(usize, &[u32], &mut [f64])) {
        if self.plain {
            return self.inner.reach_each(assets, limit, visit);
        }
        let is_free = |&p: &usize| matches!(self.assets[assets[p]], AssetReach { at: Some(_), only: None });
        let (free, bound): (Vec<usize>, Vec<usize>) = (0..assets.len()).partition(is_free);
        let inner: Vec<usize> = free.iter().filter_map(|&p| self.assets[assets[p]].at).collect();
        self.inner.reach_each(&inner, limit, |i, origins, minutes| visit(free[i], origins, minutes));
        let mut reached = ReachedOrigins::default();
        for position in bound {
            self.reach(assets[position], limit, &mut reached);
            visit(position, &reached.origins, &mut reached.minutes);
        }
    }

    fn nearest(&self, assets: &[usize]) -> Vec<Option<f64>> {
        if self.plain {
            return self.inner.nearest(assets);
        }
        let mut groups: BTreeMap<Option<usize>, (Vec<usize>, bool)> = BTreeMap::new();
        for &asset in assets {
            let (places, comes) = groups.entry(self.assets[asset].only).or_default();
            match self.assets[asset].at {
                Some(at) => places.push(at),
                None => *comes = true,
            }
        }
        let mut nearest: Vec<Option<f64>> = vec![None; self.origins()];
        let mut take = |origin: usize, minutes: Option<f64>| {
            let best = &mut nearest[origin];
            *best = match (*best, minutes) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
        };
        for (set, (places, comes)) in groups {
            let minutes = if places.is_empty() { Vec::new() } else { self.inner.nearest(&places) };
            match set {
                None => minutes.into_iter().enumerate().for_each(|(origin, m)| take(origin, m)),
                Some(set) => {
                    for &origin in &self.sets[set] {
                        let way = minutes.get(origin as usize).copied().flatten();
                        take(origin as usize, if comes { Some(0.0) } else { way });
                    }
                }
            }
        }
        nearest
    }

    fn basis(&self, origin: usize) -> TravelBasis {
        self.inner.basis(origin)
    }

    fn edge(&self) -> Vec<Place> {
        self.inner.edge()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::travel::TravelTable;

    /// Two places and four origins a minute apart; asset 0 stands at the first, 1 at the second for origins 2 and 3 alone,
    /// 2 comes to origins 0 and 3, 3 serves nobody that is known.
    fn served() -> ServedTravel<TravelTable> {
        let rows = (0..2_usize).flat_map(|a| (0..4_usize).map(move |o| (a, o, (3 * a).abs_diff(o) as f64)));
        let assets = [(Some(0), None), (Some(1), Some(0)), (None, Some(1)), (None, None)];
        ServedTravel::new(
            TravelTable::new(2, 4, rows, TravelBasis::Network).unwrap(),
            assets.map(|(at, only)| AssetReach { at, only }).to_vec(),
            vec![vec![2, 3], vec![0, 3]],
        )
    }

    #[test]
    fn only_those_served_reach_it() {
        let travel = served();
        let mut out = ReachedOrigins::default();
        let reached: Vec<Vec<(u32, f64)>> = (0..4)
            .map(|asset| {
                travel.reach(asset, Minutes::new(2.0).unwrap(), &mut out);
                let mut pairs: Vec<_> =
                    out.origins.iter().copied().zip(out.minutes.iter().copied()).collect();
                pairs.sort_by_key(|p| p.0);
                pairs
            })
            .collect();
        assert_eq!(reached[0], [(0, 0.0), (1, 1.0), (2, 2.0)]);
        assert_eq!(reached[1], [(2, 1.0), (3, 0.0)]);
        assert_eq!(reached[2], [(0, 0.0), (3, 0.0)]);
        assert_eq!(reached[3], []);
    }

    #[test]
    fn each_is_visited_once_as_if_alone() {
        let travel = served();
        let limit = Minutes::new(2.0).unwrap();
        let mut visited = BTreeMap::new();
        travel.reach_each(&[3, 2, 1, 0], limit, |position, origins, minutes| {
            assert!(visited.insert(position, (origins.to_vec(), minutes.to_vec())).is_none());
        });
        let mut out = ReachedOrigins::default();
        for (position, asset) in [3, 2, 1, 0].into_iter().enumerate() {
            travel.reach(asset, limit, &mut out);
            assert_eq!(visited[&position], (out.origins.clone(), out.minutes.clone()));
        }
    }

    #[test]
    fn the_nearest_is_the_nearest_of_those_that_serve_the_origin() {
        let travel = served();
        assert_eq!(travel.nearest(&[0, 1, 2]), [Some(0.0), Some(1.0), Some(1.0), Some(0.0)]);
        assert_eq!(travel.nearest(&[1]), [None, None, Some(1.0), Some(0.0)]);
        assert_eq!(travel.nearest(&[3]), [None; 4]);
    }
}
