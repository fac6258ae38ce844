//! What runs on one day, as patterns in which no trip overtakes another.

use crate::gtfs::TransitFeed;
use crate::gtfs::{FeedTrip, StopCall, TransferKind, TransitStop, TripFrequency, TripRuns};
use crate::leg::WalkLeg;
use chrono::{Days, NaiveDate};
use std::collections::BTreeMap;

const DAY: i32 = 86_400;

/// Days whose trips may touch the one asked about: times of a service day go up to 72:00, and who leaves late in the evening
/// arrives on the next day.
const AROUND: std::ops::RangeInclusive<i32> = -2..=1;

/// Stops in order, whether one may get on, whether one may get off.
pub(crate) type PatternStops = Vec<(usize, bool, bool)>;

/// Arrivals and departures at each stop of a vehicle.
type TripTiming = Vec<(i32, i32)>;

/// What runs on one day, of one or more feeds.
#[derive(Debug, Clone)]
pub struct DayTimetable {
    /// Stops of all feeds, one feed after the other.
    stops: Vec<TransitStop>,
    /// What the feeds say of changing, by stops.
    changes: BTreeMap<(usize, usize), TransferKind>,
    pub(crate) patterns: Vec<TripPattern>,
    /// Patterns that stop at a stop, and where in them that is.
    pub(crate) at: Vec<Vec<(u32, u32)>>,
}

/// A sequence of stops, and what runs along it.
#[derive(Debug, Clone)]
pub(crate) struct TripPattern {
    pub(crate) stops: PatternStops,
    pub(crate) runs: RunningTrips,
}

/// What runs along a pattern.
#[derive(Debug, Clone)]
pub(crate) enum RunningTrips {
    /// Trips, each at every stop no earlier than the one before it.
    Timed {
        trips: usize,
        /// By stop, then trip: the search looks for a trip at a stop, and finds those of a stop side by side.
        arrives: Vec<i32>,
        departs: Vec<i32>,
    },
    /// About so often: who waits at a stop gets on half a headway later.
    Often {
        /// When it first and before when it last leaves the first stop.
        from: i32,
        until: i32,
        /// Half of the time between two, rounded up.
        wait: i32,
        /// Arrivals and departures after leaving the first stop.
        times: Vec<(i32, i32)>,
    },
}

/// How one gets from where one gets off to where one gets on next: for each stop, the stops that one may change to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StopChanges {
    first: Vec<u32>,
    legs: Vec<WalkLeg>,
}

impl StopChanges {
    /// From a stop, by position.
    pub(crate) fn from(&self, stop: usize) -> &[WalkLeg] {
        &self.legs[self.first[stop] as usize..self.first[stop + 1] as usize]
    }
}

impl DayTimetable {
    /// What runs on `date`: its own trips, what of the days before runs after their midnights, and the next day's, which who
    /// leaves late may take. Stops of several feeds stand one after the other, in the feeds' order.
    #[must_use]
    pub fn new(feeds: &[&TransitFeed], date: NaiveDate) -> Self {
        Self::of(feeds, date, false)
    }

    /// The same for who takes no steps: without the vehicles and the stops of which a feed says that they cannot be used by
    /// somebody in a wheelchair. Those of which it says nothing are used.
    #[must_use]
    pub fn step_free(feeds: &[&TransitFeed], date: NaiveDate) -> Self {
        Self::of(feeds, date, true)
    }

    fn of(feeds: &[&TransitFeed], date: NaiveDate, step_free: bool) -> Self {
        let barred = |known: Option<bool>| step_free && known == Some(false);
        let mut stops = Vec::new();
        let mut changes = BTreeMap::new();
        let mut timed: BTreeMap<PatternStops, Vec<TripTiming>> = BTreeMap::new();
        let mut patterns = Vec::new();
        for feed in feeds {
            let before = stops.len();
            for transfer in &feed.transfers {
                changes.insert((before + transfer.from, before + transfer.to), transfer.change);
            }
            for day in AROUND {
                let ahead = Days::new(u64::from(day.unsigned_abs()));
                let on = if day < 0 { date.checked_sub_days(ahead) } else { date.checked_add_days(ahead) };
                let Some(on) = on else { continue };
                let running: Vec<bool> = feed.services.iter().map(|service| service.runs_on(on)).collect();
                let usable = |trip: &&FeedTrip| running[trip.service] && !barred(trip.step_free);
                for trip in feed.trips.iter().filter(usable) {
                    let call = |c: &StopCall| {
                        let open = !barred(feed.stops[c.stop].step_free);
                        (before + c.stop, c.board && open, c.alight && open)
                    };
                    let along = || trip.calls.iter().map(call).collect();
                    for leaves in departures(trip) {
                        let times = shifted(&trip.calls, leaves + day * DAY);
                        // What arrives before the day begins is of no use on it.
                        if times.last().is_some_and(|last| last.0 >= 0) {
                            timed.entry(along()).or_default().push(times);
                        }
                    }
                    for often in about(trip) {
                        patterns.push(TripPattern {
                            stops: along(),
                            runs: RunningTrips::Often {
                                from: often.from + day * DAY,
                                until: often.until + day * DAY,
                                wait: often.headway / 2 + often.headway % 2,
                                times: shifted(&trip.calls, 0),
                            },
                        });
                    }
                }
            }
            stops.extend(feed.stops.iter().cloned());
        }
        for (along, trips) in timed {
            let runs = without_overtaking(trips).into_iter().map(|trips| by_stop(&trips, along.len()));
            patterns.extend(runs.map(|runs| TripPattern { stops: along.clone(), runs }));
        }
        let mut at = vec![Vec::new(); stops.len()];
        for (pattern, of) in patterns.iter().enumerate() {
            for (position, (stop, board, _)) in of.stops.iter().enumerate() {
                if *board {
                    at[*stop].push((pattern as u32, position as u32));
                }
            }
        }
        Self { stops, changes, patterns, at }
    }

    /// Where one gets on and off: the stops of the feeds, one feed after the other. [`WalkLeg::stop`] is a position in it.
    #[must_use]
    pub fn stops(&self) -> &[TransitStop] {
        &self.stops
    }

    /// How many vehicles run, where that is said to the minute; what runs about so often counts once for each period.
    #[must_use]
    pub fn vehicles(&self) -> usize {
        let of = |pattern: &TripPattern| match &pattern.runs {
            RunningTrips::Timed { trips, .. } => *trips,
            RunningTrips::Often { .. } => 1,
        };
        self.patterns.iter().map(of).sum()
    }

    /// How one changes: at the same stop at once, between others on foot as `walk` says, by what the feeds say before both.
    #[must_use]
    pub fn changes(&self, walk: impl Fn(usize) -> Vec<WalkLeg>) -> StopChanges {
        let mut given: BTreeMap<usize, Vec<(u32, TransferKind)>> = BTreeMap::new();
        for ((from, to), change) in &self.changes {
            given.entry(*from).or_default().push((*to as u32, *change));
        }
        let (mut first, mut legs) = (vec![0], Vec::new());
        for stop in 0..self.stops.len() {
            let mut own = BTreeMap::from([(stop as u32, 0)]);
            for leg in walk(stop).into_iter().filter(|leg| (leg.stop as usize) < self.stops.len()) {
                own.entry(leg.stop).and_modify(|s: &mut u32| *s = leg.seconds.min(*s)).or_insert(leg.seconds);
            }
            for (to, change) in given.remove(&stop).unwrap_or_default() {
                match change {
                    TransferKind::Seconds(seconds) => own.insert(to, seconds),
                    TransferKind::No => own.remove(&to),
                };
            }
            legs.extend(own.into_iter().map(|(stop, seconds)| WalkLeg { stop, seconds }));
            first.push(legs.len() as u32);
        }
        StopChanges { first, legs }
    }
}

/// When a trip leaves its first stop, where that is said to the second.
fn departures(trip: &FeedTrip) -> Vec<i32> {
    let exact =
        |period: &TripFrequency| (period.from..period.until).step_by(period.headway.unsigned_abs() as usize);
    match &trip.runs {
        TripRuns::Once => trip.calls.first().map(|call| call.depart).into_iter().collect(),
        TripRuns::Every(periods) => periods.iter().filter(|period| period.exact).flat_map(exact).collect(),
    }
}

/// Periods in which a trip runs about so often.
fn about(trip: &FeedTrip) -> impl Iterator<Item = TripFrequency> {
    let periods = if let TripRuns::Every(periods) = &trip.runs { periods.as_slice() } else { &[] };
    periods.iter().filter(|period| !period.exact).copied()
}

/// The times of a trip that leaves its first stop then.
fn shifted(calls: &[StopCall], leaves: i32) -> TripTiming {
    let by = leaves - calls.first().map_or(0, |call| call.depart);
    calls.iter().map(|call| (call.arrive + by, call.depart + by)).collect()
}

/// Trips along the same stops as few lists in each of which they stay in order at every stop: the search takes the first that
/// one can still catch, and would miss one that overtakes it.
fn without_overtaking(mut trips: Vec<TripTiming>) -> Vec<Vec<TripTiming>> {
    trips.sort_unstable();
    trips.dedup();
    let mut lists: Vec<Vec<TripTiming>> = Vec::new();
    for trip in trips {
        let follows = |list: &&mut Vec<TripTiming>| {
            list.last().is_some_and(|last| last.iter().zip(&trip).all(|(l, t)| l.0 <= t.0 && l.1 <= t.1))
        };
        match lists.iter_mut().find(follows) {
            Some(list) => list.push(trip),
            None => lists.push(vec![trip]),
        }
    }
    lists
}

/// Trips as the search looks at them.
fn by_stop(trips: &[TripTiming], stops: usize) -> RunningTrips {
    let of = |time: fn(&(i32, i32)) -> i32| {
        (0..stops).flat_map(|position| trips.iter().map(move |trip| time(&trip[position]))).collect()
    };
    RunningTrips::Timed { trips: trips.len(), arrives: of(|call| call.0), departs: of(|call| call.1) }
}
