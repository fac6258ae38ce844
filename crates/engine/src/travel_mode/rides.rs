//! How long it takes by public transport and on foot, whichever is sooner.

use crate::snapshot::{JourneyEnds, OriginJourneys, seconds};
use hereabouts_core::place::Place;
use hereabouts_core::travel::TravelBasis;
use hereabouts_core::units::Minutes;
use hereabouts_find::listing_index::{ListingTrip, WayToListings};

/// Walks of up to so many minutes are told beside a ride.
const WALKED: f64 = 60.0;

/// How long it takes to one place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TransitTime {
    /// Its position.
    pub place: usize,
    /// Minutes from door to door at half of the departures, or on foot where that is no longer.
    pub minutes: f64,
    /// The same at nine departures in ten; `None` where it is longer than any journey may be.
    pub p90: Option<f64>,
    /// Minutes on foot alone; `None` where that is farther than was looked.
    pub on_foot: Option<f64>,
    /// How the ways on foot were found.
    pub basis: TravelBasis,
}

impl TransitTime {
    /// Whether at half of the departures one is there sooner by a vehicle than on foot.
    #[must_use]
    pub fn is_by_vehicle(&self) -> bool {
        self.on_foot.is_none_or(|walk| self.minutes < walk)
    }
}

/// How long it takes from one place to others.
#[derive(Debug)]
pub struct TransitTimes {
    all: Vec<TransitTime>,
    stop_near: bool,
}

impl TransitTimes {
    /// To every asset; `on_foot` is the way without any vehicle, which is looked at up to `limit` or an hour.
    pub(crate) fn to_assets(
        ridden: &OriginJourneys<'_>,
        from: Place,
        limit: Minutes,
        on_foot: &impl WayToListings,
    ) -> Self {
        let walked = Minutes::new(limit.get().max(WALKED)).unwrap_or(limit);
        let walks = on_foot.within(from, walked).into_iter();
        let walks = walks.map(|trip| (trip.listing, trip.minutes, trip.basis)).collect();
        Self::new(ridden, ridden.journeys.to_assets(), walks)
    }

    /// To every cell; `walks` are the ways without any vehicle: positions, minutes and how they were found, by position.
    pub(crate) fn to_cells(ridden: &OriginJourneys<'_>, walks: Vec<(usize, f64, TravelBasis)>) -> Self {
        Self::new(ridden, ridden.journeys.to_cells(), walks)
    }

    fn new(ridden: &OriginJourneys<'_>, ends: &JourneyEnds, walks: Vec<(usize, f64, TravelBasis)>) -> Self {
        let in_seconds: Vec<(u32, u32)> = walks.iter().map(|walk| (walk.0 as u32, seconds(walk.1))).collect();
        let places = ridden.profile.places(&ends.ways, &in_seconds).into_iter();
        let all = places.filter_map(|(place, times)| {
            let walk = walks.binary_search_by_key(&place, |walk| walk.0).ok().map(|at| walks[at]);
            let on_foot = walk.map(|walk| walk.1);
            // Seconds are whole, and a walk is not: no way is longer than the walk, not by a second.
            let soonest = |minutes: Minutes| on_foot.map_or(minutes.get(), |walk| walk.min(minutes.get()));
            let minutes = soonest(times.median?);
            let by_vehicle =
                || [ridden.access, ends.bases[place]].into_iter().flatten().reduce(TravelBasis::with);
            let basis = match walk {
                Some((_, walk, basis)) if walk <= minutes => basis,
                _ => by_vehicle()?,
            };
            Some(TransitTime { place, minutes, p90: times.p90.map(soonest), on_foot, basis })
        });
        Self { all: all.collect(), stop_near: ridden.access.is_some() }
    }

    /// All places that are reached, by position.
    #[must_use]
    pub fn all(&self) -> &[TransitTime] {
        &self.all
    }

    /// To the place in this position.
    #[must_use]
    pub fn to(&self, place: usize) -> Option<&TransitTime> {
        self.all.binary_search_by_key(&place, |ride| ride.place).ok().map(|at| &self.all[at])
    }

    /// Whether any stop is near enough to where one sets out.
    #[must_use]
    pub const fn stop_near(&self) -> bool {
        self.stop_near
    }
}

/// From the place that they were found from.
impl WayToListings for TransitTimes {
    fn within(&self, _: Place, limit: Minutes) -> Vec<ListingTrip> {
        let within = self.all.iter().filter(|ride| ride.minutes <= limit.get());
        within
            .map(|ride| ListingTrip { listing: ride.place, minutes: ride.minutes, basis: ride.basis })
            .collect()
    }
}
