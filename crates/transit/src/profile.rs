//! What is usual among the departures of a window.

use crate::leg::{NEVER, WalkLeg};
use hereabouts_core::units::Minutes;

/// How long it takes at the departures of a window.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct JourneyTimes {
    /// At half of the departures one is there within this; the waiting before the first vehicle counts. `None` where fewer
    /// than half get there.
    pub median: Option<Minutes>,
    /// The same of nine departures in ten: what to reckon with.
    pub p90: Option<Minutes>,
}

/// When one arrives at each stop, for each departure of a window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArrivalProfile {
    /// Seconds after midnight, from first to last.
    departures: Vec<i32>,
    /// By stop, then departure, at the end of a ride; [`NEVER`] where one does not get there within the limit. Those of a stop
    /// stand side by side: a place is looked at for all departures at once.
    arrivals: Vec<i32>,
    /// Whether one gets to a stop at any departure.
    reached: Vec<bool>,
    limit: i32,
}

/// Places by the stops from which they are walked to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EgressWalks {
    first: Vec<u32>,
    ways: Vec<(u32, u32)>,
    places: usize,
}

impl EgressWalks {
    /// For each stop, in order, positions of places and whole seconds to each on foot; there are so many `places`. Ways to
    /// others are left out.
    #[must_use]
    pub fn new(by_stop: impl IntoIterator<Item = Vec<(u32, u32)>>, places: usize) -> Self {
        let (mut first, mut ways) = (vec![0], Vec::new());
        for own in by_stop {
            ways.extend(own.into_iter().filter(|way| (way.0 as usize) < places));
            first.push(ways.len() as u32);
        }
        ways.shrink_to_fit();
        Self { first, ways, places }
    }

    fn of(&self, stop: usize) -> &[(u32, u32)] {
        match self.first.get(stop..=stop + 1) {
            Some(&[from, to]) => &self.ways[from as usize..to as usize],
            _ => &[],
        }
    }
}

impl ArrivalProfile {
    pub(crate) const fn new(
        departures: Vec<i32>,
        arrivals: Vec<i32>,
        reached: Vec<bool>,
        limit: i32,
    ) -> Self {
        Self { departures, arrivals, reached, limit }
    }

    /// The departures, in seconds after midnight.
    #[must_use]
    pub fn departures(&self) -> &[i32] {
        &self.departures
    }

    /// Seconds from door to door for each departure, to a place to which one walks from these stops, or all the way in
    /// `on_foot` seconds; `None` where one does not get there within the limit.
    #[must_use]
    pub fn seconds(&self, egress: &[WalkLeg], on_foot: Option<u32>) -> Vec<Option<i32>> {
        let mut best = self.best(egress);
        self.door_to_door(&mut best, on_foot);
        best.into_iter().map(|seconds| (seconds < NEVER).then_some(seconds)).collect()
    }

    /// What is usual among them: the nearest rank, so that each is the time of a departure.
    #[must_use]
    pub fn times(&self, egress: &[WalkLeg], on_foot: Option<u32>) -> JourneyTimes {
        let mut best = self.best(egress);
        self.door_to_door(&mut best, on_foot);
        usual(&mut best)
    }

    /// The times to every place that one gets to at any departure, by a vehicle or in so many seconds `on_foot`, by position.
    #[must_use]
    pub fn places(&self, egress: &EgressWalks, on_foot: &[(u32, u32)]) -> Vec<(usize, JourneyTimes)> {
        let count = self.departures.len();
        if count == 0 {
            return Vec::new();
        }
        // Where the arrivals at a place stand, counted from 1; most places of a country are out of reach.
        let mut row = vec![0_u32; egress.places];
        let mut found: Vec<u32> = Vec::new();
        let mut arrivals: Vec<i32> = Vec::new();
        for stop in (0..self.reached.len()).filter(|stop| self.reached[*stop]) {
            for &(place, walk) in egress.of(stop) {
                let at = &mut row[place as usize];
                if *at == 0 {
                    found.push(place);
                    *at = found.len() as u32;
                    arrivals.resize(found.len() * count, NEVER);
                }
                let best = &mut arrivals[(*at as usize - 1) * count..][..count];
                self.sooner(best, stop, walk);
            }
        }
        let mut walks: Vec<Option<u32>> = vec![None; found.len()];
        for &(place, seconds) in on_foot.iter().filter(|way| (way.0 as usize) < egress.places) {
            match row[place as usize] {
                0 => {
                    found.push(place);
                    walks.push(Some(seconds));
                    arrivals.resize(found.len() * count, NEVER);
                }
                at => walks[at as usize - 1] = Some(seconds),
            }
        }
        let each = found.into_iter().zip(walks).zip(arrivals.chunks_mut(count));
        let mut all: Vec<(usize, JourneyTimes)> = each
            .map(|((place, walk), best)| {
                self.door_to_door(best, walk);
                (place as usize, usual(best))
            })
            .filter(|(_, times)| times.median.is_some())
            .collect();
        all.sort_unstable_by_key(|place| place.0);
        all
    }

    /// The soonest arrivals by these ways.
    fn best(&self, egress: &[WalkLeg]) -> Vec<i32> {
        let mut best = vec![NEVER; self.departures.len()];
        for leg in egress.iter().filter(|leg| self.reached.get(leg.stop as usize) == Some(&true)) {
            self.sooner(&mut best, leg.stop as usize, leg.seconds);
        }
        best
    }

    /// With the way from one more stop.
    fn sooner(&self, best: &mut [i32], stop: usize, walk: u32) {
        let walk = i32::try_from(walk).unwrap_or(NEVER);
        let arrivals = &self.arrivals[stop * best.len()..][..best.len()];
        for (best, arrival) in best.iter_mut().zip(arrivals) {
            // One that is never stays so.
            *best = arrival.saturating_add(walk).min(*best);
        }
    }

    /// Arrivals as seconds on the way; [`NEVER`] where that is more than the limit.
    fn door_to_door(&self, best: &mut [i32], on_foot: Option<u32>) {
        let on_foot = on_foot.and_then(|seconds| i32::try_from(seconds).ok()).unwrap_or(NEVER);
        for (best, departure) in best.iter_mut().zip(&self.departures) {
            let by_vehicle = if *best < NEVER { *best - departure } else { NEVER };
            let soonest = by_vehicle.min(on_foot);
            *best = if soonest <= self.limit { soonest } else { NEVER };
        }
    }
}

/// The median and the ninetieth percentile by nearest rank.
fn usual(seconds: &mut [i32]) -> JourneyTimes {
    seconds.sort_unstable();
    let rank = |tenths: usize| {
        let rank = (seconds.len() * tenths).div_ceil(10).max(1);
        let within = seconds.get(rank - 1).filter(|seconds| **seconds < NEVER);
        within.and_then(|seconds| Minutes::new(f64::from(*seconds) / 60.0).ok())
    };
    JourneyTimes { median: rank(5), p90: rank(9) }
}
