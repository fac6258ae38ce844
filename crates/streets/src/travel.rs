//! Minutes between assets and origins: along streets where streets are known, else in a straight line.

mod table;

use crate::network::Network;
use crate::persona::Persona;
use crate::search::{Search, Way};
use crate::snap::Spot;
use crate::walkable::Walkable;
use hereabouts_core::place::Place;
use hereabouts_core::travel::{Reached, StraightLine, Travel, TravelBasis};
use hereabouts_core::units::Minutes;
use std::sync::Arc;
use table::Table;

/// Travel on foot in a network.
///
/// Between two places where streets are known it is the shortest way along them, with the way from each place to its street.
/// Where streets are not known at either, it is the straight line with a detour: reach goes on across the edge of a map
/// instead of ending there, and [`Travel::basis`] says so.
#[derive(Debug, Clone)]
pub struct Walks {
    persona: Persona,
    assets: Vec<Option<Spot>>,
    basis: Vec<TravelBasis>,
    homes: Homes,
    /// What each asset reaches along streets within the horizon.
    table: Table,
    horizon: u32,
    network: Arc<Network>,
    line: StraightLine,
    /// From every asset to the origins without streets, whose positions these are.
    beyond: Option<(StraightLine, Vec<u32>)>,
}

/// Origins with streets, by the junctions through which their people set out.
#[derive(Debug, Clone)]
struct Homes {
    spots: Vec<Option<Spot>>,
    /// By junction: its homes with the millimetres from each to the junction.
    first: Vec<u32>,
    homes: Vec<(u32, u32)>,
    /// By street: those that live along it.
    along: Vec<(u32, u32)>,
}

impl Homes {
    fn new(network: &Network, persona: Persona, spots: Vec<Option<Spot>>) -> Self {
        let located = || (0_u32..).zip(&spots).filter_map(|(origin, spot)| Some((origin, (*spot)?)));
        let mut by_junction: Vec<(u32, u32, u32)> = located()
            .flat_map(|(origin, spot)| {
                spot.ends(network, persona, Way::From)
                    .map(move |(junction, length)| (junction, origin, length))
            })
            .collect();
        by_junction.sort_unstable();
        let mut first = vec![0_u32; network.junctions().len() + 1];
        for (junction, ..) in &by_junction {
            first[*junction as usize + 1] += 1;
        }
        for junction in 0..network.junctions().len() {
            first[junction + 1] += first[junction];
        }
        let homes = by_junction.into_iter().map(|(_, origin, length)| (origin, length)).collect();
        let mut along: Vec<(u32, u32)> = located().map(|(origin, spot)| (spot.edge, origin)).collect();
        along.sort_unstable();
        Self { spots, first, homes, along }
    }

    fn at(&self, junction: u32) -> &[(u32, u32)] {
        &self.homes[self.first[junction as usize] as usize..self.first[junction as usize + 1] as usize]
    }

    /// Homes that share the street of a spot, each with the millimetres from there straight along it.
    fn beside(&self, spot: Spot, network: &Network) -> impl Iterator<Item = (u32, u32)> {
        let from = self.along.partition_point(|home| home.0 < spot.edge);
        let beside = self.along[from..].iter().take_while(move |home| home.0 == spot.edge);
        beside.filter_map(move |&(_, origin)| {
            Some((origin, self.spots[origin as usize]?.along_to(spot, network)?))
        })
    }
}

impl Walks {
    /// Between `assets` and `origins` for a persona. What each asset reaches within `horizon` is worked out now, on all
    /// threads, once for all needs; further limits are searched when asked for. `detour` is the metres walked for each metre
    /// of straight line.
    #[must_use]
    pub fn new(
        network: Arc<Network>,
        persona: Persona,
        assets: &[Place],
        origins: &[Place],
        horizon: Minutes,
        detour: f64,
    ) -> Self {
        let walkable = Walkable::new(&network, persona);
        let spots = |places| table::spots(&network, &walkable, places);
        let (assets, origins) = ((assets, spots(assets)), (origins, spots(origins)));
        Self::between(network, persona, assets, origins, horizon, detour)
    }

    /// The same from known spots, one for each place: how minutes are found where places are put on the network by others.
    #[must_use]
    pub fn between(
        network: Arc<Network>,
        persona: Persona,
        (assets, asset_spots): (&[Place], Vec<Option<Spot>>),
        (origins, origin_spots): (&[Place], Vec<Option<Spot>>),
        horizon: Minutes,
        detour: f64,
    ) -> Self {
        let homes = Homes::new(&network, persona, origin_spots);
        let line = StraightLine::new(assets, origins, persona.speed, detour);
        let outside: Vec<u32> =
            (0..).zip(&homes.spots).filter(|(_, s)| s.is_none()).map(|(o, _)| o).collect();
        let beyond = (!outside.is_empty() && outside.len() < origins.len()).then(|| {
            let places: Vec<Place> = outside.iter().map(|&origin| origins[origin as usize]).collect();
            (StraightLine::new(assets, &places, persona.speed, detour), outside)
        });
        let reach = persona.millimetres(horizon.get());
        let table = Table::new(&asset_spots, &network, |spot, search| {
            walked(&network, persona, &homes, spot, reach, search)
        });
        let basis = basis(&asset_spots, &homes.spots, &line, horizon);
        Self { persona, assets: asset_spots, basis, homes, table, horizon: reach, network, line, beyond }
    }

    /// The network.
    #[must_use]
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// Who walks.
    #[must_use]
    pub const fn persona(&self) -> Persona {
        self.persona
    }

    /// Where an asset stands in the network; `None` where streets are not known.
    #[must_use]
    pub fn asset(&self, asset: usize) -> Option<Spot> {
        self.assets[asset]
    }

    /// Where an origin stands in the network; `None` where streets are not known.
    #[must_use]
    pub fn origin(&self, origin: usize) -> Option<Spot> {
        self.homes.spots[origin]
    }

    /// Adds what an asset with streets reaches along them.
    fn along_streets(&self, asset: usize, spot: Spot, limit: Minutes, out: &mut Reached) {
        let most = self.persona.millimetres(limit.get());
        let mut add = |&(length, origin): &(u32, u32)| {
            out.origins.push(origin);
            out.minutes.push(self.persona.minutes(length));
        };
        if most <= self.horizon {
            self.table.of(asset).iter().take_while(|pair| pair.0 <= most).for_each(&mut add);
        } else {
            let mut search = Search::new(&self.network);
            walked(&self.network, self.persona, &self.homes, spot, most, &mut search)
                .iter()
                .for_each(&mut add);
        }
    }
}

/// Origins within `limit` millimetres of a spot, the nearest first.
fn walked(
    network: &Network,
    persona: Persona,
    homes: &Homes,
    spot: Spot,
    limit: u32,
    search: &mut Search,
) -> Vec<(u32, u32)> {
    search.run(network, persona, Way::To, spot.ends(network, persona, Way::To), limit);
    let mut found: Vec<(u32, u32)> = homes.beside(spot, network).collect();
    for &junction in search.reached() {
        let to = search.millimetres(junction).unwrap_or(u32::MAX);
        found.extend(homes.at(junction).iter().map(|&(origin, from)| (origin, to.saturating_add(from))));
    }
    found.retain(|way| way.1 <= limit);
    // By origin, the shortest way first, and of each origin that one alone.
    found.sort_unstable();
    found.dedup_by_key(|way| way.0);
    let mut nearest: Vec<(u32, u32)> = found.into_iter().map(|(origin, length)| (length, origin)).collect();
    nearest.sort_unstable();
    nearest
}

/// An origin with streets is of mixed basis where an asset without any may be in its reach.
fn basis(
    assets: &[Option<Spot>],
    origins: &[Option<Spot>],
    line: &StraightLine,
    horizon: Minutes,
) -> Vec<TravelBasis> {
    let known = |spot: &Option<Spot>| match spot {
        Some(_) => TravelBasis::Network,
        None => TravelBasis::StraightLine,
    };
    let mut basis: Vec<TravelBasis> = origins.iter().map(known).collect();
    if origins.iter().any(Option::is_some) {
        let outside: Vec<usize> = (0..assets.len()).filter(|&asset| assets[asset].is_none()).collect();
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

impl Travel for Walks {
    fn origins(&self) -> usize {
        self.basis.len()
    }

    fn assets(&self) -> usize {
        self.assets.len()
    }

    fn reach(&self, asset: usize, limit: Minutes, out: &mut Reached) {
        let Some(spot) = self.assets[asset] else { return self.line.reach(asset, limit, out) };
        match &self.beyond {
            Some((line, positions)) => {
                line.reach(asset, limit, out);
                out.origins.iter_mut().for_each(|origin| *origin = positions[*origin as usize]);
            }
            None => {
                out.origins.clear();
                out.minutes.clear();
                if self.homes.along.is_empty() {
                    self.line.reach(asset, limit, out);
                }
            }
        }
        self.along_streets(asset, spot, limit, out);
    }

    fn reach_each(&self, assets: &[usize], limit: Minutes, mut visit: impl FnMut(usize, &[u32], &mut [f64])) {
        let (inside, outside): (Vec<usize>, Vec<usize>) =
            (0..assets.len()).partition(|&position| self.assets[assets[position]].is_some());
        let lines: Vec<usize> = outside.iter().map(|&position| assets[position]).collect();
        self.line.reach_each(&lines, limit, |at, origins, minutes| visit(outside[at], origins, minutes));
        let mut reached = Reached::default();
        for position in inside {
            self.reach(assets[position], limit, &mut reached);
            visit(position, &reached.origins, &mut reached.minutes);
        }
    }

    fn nearest(&self, assets: &[usize]) -> Vec<Option<f64>> {
        let (inside, outside): (Vec<usize>, Vec<usize>) =
            assets.iter().partition(|&&asset| self.assets[asset].is_some());
        // Origins without streets may be nearest to any asset, those with streets to assets without.
        let mut nearest =
            if outside.is_empty() { vec![None; self.origins()] } else { self.line.nearest(&outside) };
        let all =
            if self.homes.along.len() < self.origins() { self.line.nearest(assets) } else { Vec::new() };
        let mut walked: Vec<Option<u32>> = vec![None; self.origins()];
        let mut take = |origin: u32, length: u32| {
            let best = &mut walked[origin as usize];
            *best = Some(best.map_or(length, |known| known.min(length)));
        };
        let mut spots: Vec<Spot> = inside.iter().filter_map(|&asset| self.assets[asset]).collect();
        spots.sort_unstable();
        spots.dedup();
        if !spots.is_empty() {
            let mut search = Search::new(&self.network);
            let seeds = spots.iter().flat_map(|spot| spot.ends(&self.network, self.persona, Way::To));
            search.run(&self.network, self.persona, Way::To, seeds, u32::MAX);
            for &junction in search.reached() {
                let to = search.millimetres(junction).unwrap_or(u32::MAX);
                self.homes
                    .at(junction)
                    .iter()
                    .for_each(|&(origin, from)| take(origin, to.saturating_add(from)));
            }
            for spot in spots {
                self.homes.beside(spot, &self.network).for_each(|(origin, length)| take(origin, length));
            }
        }
        for (origin, best) in nearest.iter_mut().enumerate() {
            if self.homes.spots[origin].is_none() {
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
}

#[cfg(test)]
mod tests;
