//! Minutes between assets and origins: along streets where streets are known, else in a straight line.

mod table;

use crate::map_edge;
use crate::network::WalkNetwork;
use crate::one_to_many::{OneToMany, SearchDirection};
use crate::persona::Persona;
use crate::snap::SnappedPoint;
use crate::snapped_stops::SnappedStops;
use crate::walk_graph::{SnapResult, WalkGraph};
use hereabouts_core::place::Place;
use hereabouts_core::travel::{ReachedOrigins, StraightLine, TravelBasis, TravelTimes};
use hereabouts_core::units::Minutes;
use std::sync::Arc;
use table::MinuteTable;

/// Travel on foot in a network.
///
/// Between two places where streets are known it is the shortest way along them, with the way from each place to its street.
/// Where streets are not known at either, it is the straight line with a detour: reach goes on across the edge of a map
/// instead of ending there, and [`TravelTimes::basis`] says so.
#[derive(Debug, Clone)]
pub struct WalkTravel {
    persona: Persona,
    assets: Vec<SnapResult>,
    basis: Vec<TravelBasis>,
    homes: SnappedStops,
    /// Whether anybody sets out along streets.
    any_streets: bool,
    /// What each asset reaches along streets within the horizon.
    table: MinuteTable,
    horizon: u32,
    network: Arc<WalkNetwork>,
    line: StraightLine,
    /// From every asset to the origins without streets, whose positions these are.
    beyond: Option<(StraightLine, Vec<u32>)>,
}

impl WalkTravel {
    /// Between `assets` and `origins` for a persona. What each asset reaches within `horizon` is worked out now, on all
    /// threads, once for all needs; further limits are searched when asked for. `detour` is the metres walked for each metre
    /// of straight line.
    #[must_use]
    pub fn new(
        network: Arc<WalkNetwork>,
        persona: Persona,
        assets: &[Place],
        origins: &[Place],
        horizon: Minutes,
        detour: f64,
    ) -> Self {
        let ground = WalkGraph::new(network, persona);
        let (at, from) =
            (ground.stands(assets, SearchDirection::To), ground.stands(origins, SearchDirection::From));
        Self::standing(Arc::clone(ground.network()), persona, (assets, at), (origins, from), horizon, detour)
    }

    /// The same from known spots, one for each place: how minutes are found where places are put on the network by others.
    #[must_use]
    pub fn between(
        network: Arc<WalkNetwork>,
        persona: Persona,
        (assets, asset_spots): (&[Place], Vec<Option<SnappedPoint>>),
        (origins, origin_spots): (&[Place], Vec<Option<SnappedPoint>>),
        horizon: Minutes,
        detour: f64,
    ) -> Self {
        let stands = |spots: Vec<Option<SnappedPoint>>| {
            spots.into_iter().map(|spot| spot.map_or(SnapResult::Unknown, SnapResult::At)).collect()
        };
        let (at, from) = (stands(asset_spots), stands(origin_spots));
        Self::standing(network, persona, (assets, at), (origins, from), horizon, detour)
    }

    fn standing(
        network: Arc<WalkNetwork>,
        persona: Persona,
        (assets, at): (&[Place], Vec<SnapResult>),
        (origins, from): (&[Place], Vec<SnapResult>),
        horizon: Minutes,
        detour: f64,
    ) -> Self {
        let line = StraightLine::new(assets, origins, persona.speed, detour);
        let outside: Vec<u32> = (0..).zip(&from).filter(|(_, s)| !s.is_known()).map(|(o, _)| o).collect();
        let any_streets = outside.len() < origins.len();
        let beyond = (!outside.is_empty() && any_streets).then(|| {
            let places: Vec<Place> = outside.iter().map(|&origin| origins[origin as usize]).collect();
            (StraightLine::new(assets, &places, persona.speed, detour), outside)
        });
        let basis = basis(&at, &from, &line, horizon);
        let spots = from.into_iter().map(SnapResult::spot).collect();
        let homes = SnappedStops::new(&network, persona, SearchDirection::From, spots);
        let reach = persona.millimetres(horizon.get());
        let table = MinuteTable::new(&at, &network, |spot, search| {
            walked(&network, persona, &homes, spot, reach, search)
        });
        Self { persona, assets: at, basis, homes, any_streets, table, horizon: reach, network, line, beyond }
    }

    /// The network.
    #[must_use]
    pub fn network(&self) -> &WalkNetwork {
        &self.network
    }

    /// Who walks.
    #[must_use]
    pub const fn persona(&self) -> Persona {
        self.persona
    }

    /// Where an asset stands in the network; `None` where streets are not known.
    #[must_use]
    pub fn asset(&self, asset: usize) -> Option<SnappedPoint> {
        self.assets[asset].spot()
    }

    /// Where an origin stands in the network; `None` where streets are not known.
    #[must_use]
    pub fn origin(&self, origin: usize) -> Option<SnappedPoint> {
        self.homes.spot(origin)
    }

    /// Whether anybody comes to an asset along streets.
    fn has_streets(&self, asset: usize) -> bool {
        self.any_streets && self.assets[asset].is_known()
    }

    /// Adds what an asset with streets reaches along them.
    fn along_streets(&self, asset: usize, spot: SnappedPoint, limit: Minutes, out: &mut ReachedOrigins) {
        let most = self.persona.millimetres(limit.get());
        let mut add = |&(length, origin): &(u32, u32)| {
            out.origins.push(origin);
            out.minutes.push(self.persona.minutes(length));
        };
        if most <= self.horizon {
            self.table.of(asset).iter().take_while(|pair| pair.0 <= most).for_each(&mut add);
        } else {
            let mut search = OneToMany::new(&self.network);
            walked(&self.network, self.persona, &self.homes, spot, most, &mut search)
                .iter()
                .for_each(&mut add);
        }
    }
}

/// Origins within `limit` millimetres of a spot, the nearest first.
fn walked(
    network: &WalkNetwork,
    persona: Persona,
    homes: &SnappedStops,
    spot: SnappedPoint,
    limit: u32,
    search: &mut OneToMany,
) -> Vec<(u32, u32)> {
    let found = homes.within(network, persona, spot, limit, search);
    let mut nearest: Vec<(u32, u32)> = found.into_iter().map(|(origin, length)| (length, origin)).collect();
    nearest.sort_unstable();
    nearest
}

/// An origin with streets is of mixed basis where an asset without any may be in its reach.
fn basis(
    assets: &[SnapResult],
    origins: &[SnapResult],
    line: &StraightLine,
    horizon: Minutes,
) -> Vec<TravelBasis> {
    let known = |stand: &SnapResult| match stand {
        SnapResult::At(_) | SnapResult::Cut => TravelBasis::Network,
        SnapResult::Unknown => TravelBasis::StraightLine,
    };
    let mut basis: Vec<TravelBasis> = origins.iter().map(known).collect();
    if origins.iter().any(|stand| stand.is_known()) {
        let outside: Vec<usize> = (0..assets.len()).filter(|&asset| !assets[asset].is_known()).collect();
        line.reach_each(&outside, horizon, |_, reached, _| {
            for &origin in reached {
                if basis[origin as usize] == TravelBasis::Network {
                    basis[origin as usize] = TravelBasis::Mixed;
                }
            }
        });
    }
    basis
}

impl TravelTimes for WalkTravel {
    fn origins(&self) -> usize {
        self.basis.len()
    }

    fn assets(&self) -> usize {
        self.assets.len()
    }

    fn reach(&self, asset: usize, limit: Minutes, out: &mut ReachedOrigins) {
        if !self.has_streets(asset) {
            return self.line.reach(asset, limit, out);
        }
        match &self.beyond {
            Some((line, positions)) => {
                line.reach(asset, limit, out);
                out.origins.iter_mut().for_each(|origin| *origin = positions[*origin as usize]);
            }
            None => {
                out.origins.clear();
                out.minutes.clear();
            }
        }
        if let SnapResult::At(spot) = self.assets[asset] {
            self.along_streets(asset, spot, limit, out);
        }
    }

    fn reach_each(&self, assets: &[usize], limit: Minutes, mut visit: impl FnMut(usize, &[u32], &mut [f64])) {
        let (inside, outside): (Vec<usize>, Vec<usize>) =
            (0..assets.len()).partition(|&position| self.has_streets(assets[position]));
        let lines: Vec<usize> = outside.iter().map(|&position| assets[position]).collect();
        self.line.reach_each(&lines, limit, |at, origins, minutes| visit(outside[at], origins, minutes));
        let mut reached = ReachedOrigins::default();
        for position in inside {
            self.reach(assets[position], limit, &mut reached);
            visit(position, &reached.origins, &mut reached.minutes);
        }
    }

    fn nearest(&self, assets: &[usize]) -> Vec<Option<f64>> {
        let (inside, outside): (Vec<usize>, Vec<usize>) =
            assets.iter().partition(|&&asset| self.has_streets(asset));
        if inside.is_empty() {
            return self.line.nearest(assets);
        }
        // Origins without streets may be nearest to any asset, those with streets to assets without.
        let mut nearest =
            if outside.is_empty() { vec![None; self.origins()] } else { self.line.nearest(&outside) };
        let all = if self.beyond.is_some() { self.line.nearest(assets) } else { Vec::new() };
        let mut walked: Vec<Option<u32>> = vec![None; self.origins()];
        let mut take = |origin: u32, length: u32| {
            let best = &mut walked[origin as usize];
            *best = Some(best.map_or(length, |known| known.min(length)));
        };
        let mut spots: Vec<SnappedPoint> =
            inside.iter().filter_map(|&asset| self.assets[asset].spot()).collect();
        spots.sort_unstable();
        spots.dedup();
        if !spots.is_empty() {
            let mut search = OneToMany::new(&self.network);
            let seeds =
                spots.iter().flat_map(|spot| spot.ends(&self.network, self.persona, SearchDirection::To));
            search.run(&self.network, self.persona, SearchDirection::To, seeds, u32::MAX);
            self.homes.through(&search).for_each(|(origin, length)| take(origin, length));
            for spot in spots {
                self.homes.beside(spot, &self.network).for_each(|(origin, length)| take(origin, length));
            }
        }
        for (origin, best) in nearest.iter_mut().enumerate() {
            if self.basis[origin] == TravelBasis::StraightLine {
                *best = all.get(origin).copied().flatten();
            } else if let Some(length) = walked[origin] {
                let minutes = self.persona.minutes(length);
                *best = Some(best.map_or(minutes, |line| line.min(minutes)));
            }
        }
        nearest
    }

    fn basis(&self, origin: usize) -> TravelBasis {
        self.basis[origin]
    }

    fn edge(&self) -> Vec<Place> {
        if self.any_streets { map_edge::edge(&self.network) } else { Vec::new() }
    }
}

#[cfg(test)]
mod tests;
