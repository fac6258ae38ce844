//! Earliest arrivals for every minute of a window.
//!
//! RAPTOR and its range variant: Delling, Pajor and Werneck, *Round-Based Public Transit Routing*, Transportation Science
//! 49(3), 2015. In each round one more vehicle is taken. Departures go from the last to the first: what was reached by leaving
//! later is also reached by leaving earlier and waiting, so only what is better is looked at again.

use crate::timetable::{Pattern, Running};
use crate::{Timetable, Window};
use hereabouts_core::units::Minutes;

/// Never.
const NEVER: i32 = i32::MAX;

/// A way on foot to or from a stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leg {
    /// Position in [`Timetable::stops`]; a leg to a stop that is not there leads nowhere.
    pub stop: usize,
    /// Whole seconds on foot.
    pub seconds: u32,
}

/// What is usual among the departures of a window.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Times {
    /// At half of the departures one is there within this; the waiting before the first vehicle counts. `None` where fewer
    /// than half get there.
    pub median: Option<Minutes>,
    /// The same of nine departures in ten: what to reckon with.
    pub p90: Option<Minutes>,
}

/// A timetable with the ways on foot between its stops.
#[derive(Debug, Clone)]
pub struct Router<'a> {
    timetable: &'a Timetable,
    changes: Vec<Vec<Leg>>,
    most_rides: usize,
    limit: i32,
}

/// When one arrives at each stop, for each departure of a window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Seconds after midnight, from first to last.
    departures: Vec<i32>,
    /// By departure and stop, at the end of a ride; [`NEVER`] where one does not get there within the limit.
    arrivals: Vec<Vec<i32>>,
    limit: i32,
}

impl<'a> Router<'a> {
    /// Vehicles taken one after the other, at most, where nothing else is said.
    pub const MOST_RIDES: usize = 4;

    /// The network as `walk` joins its stops: the stops that one may walk to from each, and how long that takes. Between two
    /// rides there is one such way. What a feed says of changing goes before it. `limit` is the longest that a journey may
    /// take from door to door.
    #[must_use]
    pub fn new(
        timetable: &'a Timetable,
        walk: impl Fn(usize) -> Vec<Leg>,
        most_rides: usize,
        limit: Minutes,
    ) -> Self {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "minutes are not negative, and the cast saturates"
        )]
        let limit = (limit.get() * 60.0) as i32;
        Self { timetable, changes: timetable.changes(walk), most_rides, limit }
    }

    /// When one is where, leaving from a place from which these stops can be walked to.
    #[must_use]
    pub fn from(&self, access: &[Leg], window: Window) -> Profile {
        let departures: Vec<i32> = window.departures().collect();
        let mut labels = Labels::new(self.most_rides, self.timetable.stops().len());
        let mut arrivals = Vec::with_capacity(departures.len());
        for &departure in departures.iter().rev() {
            self.leave(departure, access, &mut labels);
            arrivals.push(labels.rides.last().cloned().unwrap_or_default());
        }
        arrivals.reverse();
        Profile { departures, arrivals, limit: self.limit }
    }

    /// All rounds of one departure.
    fn leave(&self, departure: i32, access: &[Leg], labels: &mut Labels) {
        let latest = departure.saturating_add(self.limit);
        let mut marked = Vec::new();
        for leg in access.iter().filter(|leg| leg.stop < self.timetable.stops().len()) {
            if lower(&mut labels.ready, 0, leg.stop, departure.saturating_add_unsigned(leg.seconds), latest) {
                marked.push(leg.stop);
            }
        }
        for round in 1..=self.most_rides {
            let mut arrived = Vec::new();
            for (pattern, position) in self.to_scan(&marked) {
                let pattern = &self.timetable.patterns[pattern];
                let Labels { rides, ready } = &mut *labels;
                let ready = &ready[round - 1];
                ride(pattern, position, ready, |stop, time| {
                    if lower(rides, round, stop, time, latest) {
                        arrived.push(stop);
                    }
                });
            }
            arrived.sort_unstable();
            arrived.dedup();
            marked.clear();
            for stop in arrived {
                for leg in &self.changes[stop] {
                    let then = labels.rides[round][stop].saturating_add_unsigned(leg.seconds);
                    if lower(&mut labels.ready, round, leg.stop, then, latest) {
                        marked.push(leg.stop);
                    }
                }
            }
        }
    }

    /// Patterns that stop at these stops, each from the first of them on.
    fn to_scan(&self, marked: &[usize]) -> Vec<(usize, usize)> {
        let mut scans: Vec<(usize, usize)> =
            marked.iter().flat_map(|stop| self.timetable.at[*stop].iter().copied()).collect();
        scans.sort_unstable();
        scans.dedup_by_key(|scan| scan.0);
        scans
    }
}

/// Rides along a pattern from a position on, always in the vehicle that one can be in earliest; `arrive` is told where one may
/// get off, and when.
fn ride(pattern: &Pattern, from: usize, ready: &[i32], mut arrive: impl FnMut(usize, i32)) {
    let stops = pattern.stops.iter().enumerate().skip(from);
    match &pattern.runs {
        Running::Timed(trips) => {
            // None is the one after the last.
            let mut aboard = trips.len();
            for (position, &(stop, board, alight)) in stops {
                if alight && let Some(trip) = trips.get(aboard) {
                    arrive(stop, trip[position].0);
                }
                if board && ready[stop] < NEVER {
                    let sooner = trips[..aboard].partition_point(|trip| trip[position].1 < ready[stop]);
                    aboard = aboard.min(sooner);
                }
            }
        }
        Running::Often { from, until, wait, times } => {
            // When the vehicle that one is in left the first stop.
            let mut aboard: Option<i32> = None;
            for (position, &(stop, board, alight)) in stops {
                let (arrives, departs) = times[position];
                if alight && let Some(left) = aboard {
                    arrive(stop, left + arrives);
                }
                if board && ready[stop] < NEVER {
                    let left = (ready[stop] - departs).max(*from).saturating_add(*wait);
                    if left < *until && aboard.is_none_or(|before| left < before) {
                        aboard = Some(left);
                    }
                }
            }
        }
    }
}

/// By round and stop, in seconds after midnight; no later in one round than in the round before.
struct Labels {
    /// When one gets off at a stop.
    rides: Vec<Vec<i32>>,
    /// When one is at a stop and can get on.
    ready: Vec<Vec<i32>>,
}

impl Labels {
    fn new(most_rides: usize, stops: usize) -> Self {
        let never = vec![vec![NEVER; stops]; most_rides + 1];
        Self { rides: never.clone(), ready: never }
    }
}

/// Writes down a time where it is better than what is known with as many rides or fewer, and not too late.
fn lower(labels: &mut [Vec<i32>], round: usize, stop: usize, time: i32, latest: i32) -> bool {
    let better = time <= latest && time < labels[round][stop];
    if better {
        for later in &mut labels[round..] {
            later[stop] = later[stop].min(time);
        }
    }
    better
}

impl Profile {
    /// The departures, in seconds after midnight.
    #[must_use]
    pub fn departures(&self) -> &[i32] {
        &self.departures
    }

    /// Seconds from door to door for each departure, to a place to which one walks from these stops, or all the way in
    /// `on_foot` seconds; `None` where one does not get there within the limit.
    #[must_use]
    pub fn seconds(&self, egress: &[Leg], on_foot: Option<u32>) -> Vec<Option<i32>> {
        let walk = on_foot.and_then(|seconds| i32::try_from(seconds).ok());
        let each = self.departures.iter().zip(&self.arrivals);
        each.map(|(departure, arrivals)| {
            let at = |leg: &Leg| arrivals.get(leg.stop).copied().filter(|time| *time < NEVER);
            let by_ride = egress.iter().filter_map(|leg| Some(at(leg)?.saturating_add_unsigned(leg.seconds)));
            let seconds = by_ride.map(|arrival| arrival - departure).chain(walk).min();
            seconds.filter(|seconds| *seconds <= self.limit)
        })
        .collect()
    }

    /// What is usual among them: the nearest rank, so that each is the time of a departure.
    #[must_use]
    pub fn times(&self, egress: &[Leg], on_foot: Option<u32>) -> Times {
        let mut seconds = self.seconds(egress, on_foot);
        seconds.sort_unstable_by_key(|seconds| seconds.unwrap_or(NEVER));
        let rank = |tenths: usize| {
            let rank = (seconds.len() * tenths).div_ceil(10).max(1);
            seconds.get(rank - 1).copied().flatten().and_then(|s| Minutes::new(f64::from(s) / 60.0).ok())
        };
        Times { median: rank(5), p90: rank(9) }
    }
}
