//! Places in the network by the junctions through which people leave them or come to them.

use crate::network::WalkNetwork;
use crate::one_to_many::{OneToMany, SearchDirection};
use crate::persona::Persona;
use crate::snap::SnappedPoint;

/// Places with streets, each by the junctions at the ends of its street.
#[derive(Debug, Clone)]
pub(crate) struct SnappedStops {
    way: SearchDirection,
    spots: Vec<Option<SnappedPoint>>,
    /// By junction: its places with the millimetres between each and the junction.
    first: Vec<u32>,
    places: Vec<(u32, u32)>,
    /// By street: the places along it.
    along: Vec<(u32, u32)>,
}

impl SnappedStops {
    /// Of places where `spots` has them, from which people walk `way`.
    pub(crate) fn new(
        network: &WalkNetwork,
        persona: Persona,
        way: SearchDirection,
        spots: Vec<Option<SnappedPoint>>,
    ) -> Self {
        let located = || (0_u32..).zip(&spots).filter_map(|(place, spot)| Some((place, (*spot)?)));
        let mut by_junction: Vec<(u32, u32, u32)> = located()
            .flat_map(|(place, spot)| {
                spot.ends(network, persona, way).map(move |(junction, length)| (junction, place, length))
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
        let places = by_junction.into_iter().map(|(_, place, length)| (place, length)).collect();
        let mut along: Vec<(u32, u32)> = located().map(|(place, spot)| (spot.edge, place)).collect();
        along.sort_unstable();
        Self { way, spots, first, places, along }
    }

    pub(crate) fn spot(&self, place: usize) -> Option<SnappedPoint> {
        self.spots[place]
    }

    fn at(&self, junction: u32) -> &[(u32, u32)] {
        &self.places[self.first[junction as usize] as usize..self.first[junction as usize + 1] as usize]
    }

    /// Places on the same street as a spot, each with the millimetres between the two straight along it.
    pub(crate) fn beside(
        &self,
        spot: SnappedPoint,
        network: &WalkNetwork,
    ) -> impl Iterator<Item = (u32, u32)> {
        let from = self.along.partition_point(|place| place.0 < spot.edge);
        let beside = self.along[from..].iter().take_while(move |place| place.0 == spot.edge);
        beside.filter_map(move |&(_, place)| {
            let own = self.spots[place as usize]?;
            let (from, to) = match self.way {
                SearchDirection::From => (own, spot),
                SearchDirection::To => (spot, own),
            };
            Some((place, from.along_to(to, network)?))
        })
    }

    /// Places at the junctions that a search has reached, each with the millimetres; one may come more than once.
    pub(crate) fn through(&self, search: &OneToMany) -> impl Iterator<Item = (u32, u32)> {
        search.reached().iter().flat_map(move |&junction| {
            let to = search.millimetres(junction).unwrap_or(u32::MAX);
            self.at(junction).iter().map(move |&(place, from)| (place, to.saturating_add(from)))
        })
    }

    /// Places within `limit` millimetres of a spot, by position, each with the millimetres of the shortest way.
    pub(crate) fn within(
        &self,
        network: &WalkNetwork,
        persona: Persona,
        spot: SnappedPoint,
        limit: u32,
        search: &mut OneToMany,
    ) -> Vec<(u32, u32)> {
        let way = self.way.reversed();
        search.run(network, persona, way, spot.ends(network, persona, way), limit);
        let mut found: Vec<(u32, u32)> = self.beside(spot, network).chain(self.through(search)).collect();
        found.retain(|way| way.1 <= limit);
        // By place, the shortest way first, and of each place that one alone.
        found.sort_unstable();
        found.dedup_by_key(|way| way.0);
        found
    }
}
