//! What lies around any place for somebody: the ways from wherever they stand to places that are known beforehand.

use crate::one_to_many::{OneToMany, SearchDirection};
use crate::snapped_stops::SnappedStops;
use crate::walk_graph::{SnapResult, WalkGraph};
use hereabouts_core::index::PlaceIndex;
use hereabouts_core::place::Place;
use hereabouts_core::travel::TravelBasis;
use hereabouts_core::units::{Metres, Minutes};
use rayon::prelude::*;
use std::sync::Arc;

/// Places looked around by one thread before it takes more.
const AT_ONCE: usize = 16;

/// Places to go to.
#[derive(Debug, Clone)]
pub struct PlacesAround {
    ground: Arc<WalkGraph>,
    stops: SnappedStops,
    known: Vec<bool>,
    index: PlaceIndex,
    minutes_per_metre: f64,
}

/// The way to one of them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WalkTrip {
    /// Its position.
    pub place: usize,
    /// Minutes on foot.
    pub minutes: f64,
    /// Along streets, or in a straight line where streets are not known at either end.
    pub basis: TravelBasis,
}

impl PlacesAround {
    /// To `places`; `detour` is the metres walked for each metre of straight line where streets are not known.
    #[must_use]
    pub fn new(ground: Arc<WalkGraph>, places: &[Place], detour: f64) -> Self {
        let stands = ground.stands(places, SearchDirection::To);
        let known = stands.iter().map(|stand| stand.is_known()).collect();
        let spots = stands.into_iter().map(SnapResult::spot).collect();
        let persona = ground.persona();
        let stops = SnappedStops::new(ground.network(), persona, SearchDirection::To, spots);
        let minutes_per_metre = detour * 60.0 / (persona.speed.get() * 1000.0);
        Self { ground, stops, known, index: PlaceIndex::new(places), minutes_per_metre }
    }

    /// Whether ways from a place run along streets or in a straight line.
    #[must_use]
    pub fn basis(&self, from: Place) -> TravelBasis {
        match self.ground.stand(from, SearchDirection::From, &mut None) {
            SnapResult::Unknown => TravelBasis::StraightLine,
            SnapResult::At(_) | SnapResult::Cut => TravelBasis::Network,
        }
    }

    /// Every place within `limit` (inclusive) of where somebody sets out, by position.
    #[must_use]
    pub fn within(&self, from: Place, limit: Minutes) -> Vec<WalkTrip> {
        self.look(from, limit, &mut None)
    }

    /// The same in `room` for a search, made when first needed.
    fn look(&self, from: Place, limit: Minutes, room: &mut Option<OneToMany>) -> Vec<WalkTrip> {
        let stand = self.ground.stand(from, SearchDirection::From, room);
        let mut trips = self.straight(from, limit, |place| !(stand.is_known() && self.known[place]));
        if let SnapResult::At(spot) = stand {
            let (network, persona) = (self.ground.network(), self.ground.persona());
            let search = room.get_or_insert_with(|| OneToMany::new(network));
            let most = persona.millimetres(limit.get());
            let ways = self.stops.within(network, persona, spot, most, search);
            trips.extend(ways.into_iter().map(|(place, millimetres)| WalkTrip {
                place: place as usize,
                minutes: persona.minutes(millimetres),
                basis: TravelBasis::Network,
            }));
            trips.sort_unstable_by_key(|trip| trip.place);
        }
        trips
    }

    /// The same from each of many places, found on all threads; `keep` makes of the ways from one of them what is kept.
    #[must_use]
    pub fn each<T: Send>(
        &self,
        from: &[Place],
        limit: Minutes,
        keep: impl Fn(Vec<WalkTrip>) -> T + Sync,
    ) -> Vec<T> {
        let each = from.par_iter().with_min_len(AT_ONCE);
        each.map_init(|| None, |room, &from| keep(self.look(from, limit, room))).collect()
    }

    fn straight(&self, from: Place, limit: Minutes, is_one: impl Fn(usize) -> bool) -> Vec<WalkTrip> {
        // A hair more than the limit, and the minutes decide: so the limit is inclusive whatever division rounds to.
        let Ok(metres) = Metres::new(limit.get() / self.minutes_per_metre * (1.0 + 1e-12)) else {
            return Vec::new();
        };
        let mut trips: Vec<WalkTrip> = self
            .index
            .within(from, metres)
            .into_iter()
            .filter(|(place, _)| is_one(*place))
            .map(|(place, metres)| WalkTrip {
                place,
                minutes: metres.get() * self.minutes_per_metre,
                basis: TravelBasis::StraightLine,
            })
            .filter(|trip| trip.minutes <= limit.get())
            .collect();
        trips.sort_unstable_by_key(|trip| trip.place);
        trips
    }
}
