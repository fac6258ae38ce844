//! Earliest arrivals for every minute of a window.
//!
//! RAPTOR and its range variant: Delling, Pajor and Werneck, *Round-Based Public Transit Routing*, Transportation Science
//! 49(3), 2015. In each round one more vehicle is taken. Departures go from the last to the first: what was reached by leaving
//! later is also reached by leaving earlier and waiting, so only what is better is looked at again.

use crate::leg::{NEVER, WalkLeg};
use crate::timetable::{RunningTrips, StopChanges, TripPattern};
use crate::{ArrivalProfile, DayTimetable, DepartureWindow};
use hereabouts_core::units::Minutes;

/// A timetable with the ways on foot between its stops.
#[derive(Debug, Clone, Copy)]
pub struct RaptorRouter<'a> {
    timetable: &'a DayTimetable,
    changes: &'a StopChanges,
    most_rides: usize,
    limit: i32,
}

impl<'a> RaptorRouter<'a> {
    /// Vehicles taken one after the other, at most, where nothing else is said.
    pub const MOST_RIDES: usize = 4;

    /// The network as `changes` join its stops ([`DayTimetable::changes`]): between two rides there is one such way. `limit` is the
    /// longest that a journey may take from door to door.
    #[must_use]
    pub fn new(
        timetable: &'a DayTimetable,
        changes: &'a StopChanges,
        most_rides: usize,
        limit: Minutes,
    ) -> Self {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "minutes are not negative, and the cast saturates"
        )]
        let limit = (limit.get() * 60.0) as i32;
        Self { timetable, changes, most_rides, limit }
    }

    /// When one is where, leaving from a place from which these stops can be walked to.
    #[must_use]
    pub fn from(&self, access: &[WalkLeg], window: DepartureWindow) -> ArrivalProfile {
        let departures: Vec<i32> = window.departures().collect();
        let stops = self.timetable.stops().len();
        let mut room = RoundBuffers::new(self.most_rides, stops, self.timetable.patterns.len());
        let mut arrivals = vec![NEVER; departures.len() * stops];
        let mut reached = vec![false; stops];
        for (nth, &departure) in departures.iter().enumerate().rev() {
            self.leave(departure, access, &mut room);
            for &stop in &room.ever {
                arrivals[stop as usize * departures.len() + nth] = room.rides.last(stop);
                reached[stop as usize] = true;
            }
        }
        ArrivalProfile::new(departures, arrivals, reached, self.limit)
    }

    /// All rounds of one departure.
    fn leave(&self, departure: i32, access: &[WalkLeg], room: &mut RoundBuffers) {
        let latest = departure.saturating_add(self.limit);
        room.marked.clear();
        for leg in access.iter().filter(|leg| (leg.stop as usize) < self.timetable.stops().len()) {
            let there = departure.saturating_add_unsigned(leg.seconds);
            if there <= latest && room.ready.lower(0, leg.stop as usize, there) {
                room.marked.push(leg.stop);
            }
        }
        for round in 1..=self.most_rides {
            if room.marked.is_empty() {
                break;
            }
            self.plan_scans(room);
            for &pattern in &room.scans {
                let from = std::mem::replace(&mut room.first[pattern as usize], u32::MAX) as usize;
                let (rides, ready) = (&mut room.rides, &room.ready);
                ride(
                    &self.timetable.patterns[pattern as usize],
                    from,
                    |stop| ready.at(round - 1, stop),
                    |stop, time| {
                        let sooner = time <= latest && rides.lower(round, stop, time);
                        if sooner && !std::mem::replace(&mut room.is_arrived[stop], true) {
                            room.arrived.push(stop as u32);
                        }
                    },
                );
            }
            room.marked.clear();
            for stop in room.arrived.drain(..) {
                room.is_arrived[stop as usize] = false;
                if !std::mem::replace(&mut room.is_ever[stop as usize], true) {
                    room.ever.push(stop);
                }
                let off = room.rides.at(round, stop as usize);
                for leg in self.changes.from(stop as usize) {
                    let then = off.saturating_add_unsigned(leg.seconds);
                    if then <= latest && room.ready.lower(round, leg.stop as usize, then) {
                        room.marked.push(leg.stop);
                    }
                }
            }
        }
    }

    /// Finds the patterns that stop at marked stops, each from the first of them on.
    fn plan_scans(&self, room: &mut RoundBuffers) {
        room.scans.clear();
        for &stop in &room.marked {
            for &(pattern, position) in &self.timetable.at[stop as usize] {
                let first = &mut room.first[pattern as usize];
                if *first == u32::MAX {
                    room.scans.push(pattern);
                }
                *first = position.min(*first);
            }
        }
    }
}

/// Rides along a pattern from a position on, always in the vehicle that one can be in earliest; `ready` is when one can get on,
/// `arrive` is told where one may get off, and when.
fn ride(
    pattern: &TripPattern,
    from: usize,
    ready: impl Fn(usize) -> i32,
    mut arrive: impl FnMut(usize, i32),
) {
    let stops = pattern.stops.iter().enumerate().skip(from);
    match &pattern.runs {
        RunningTrips::Timed { trips, arrives, departs } => {
            // None is the one after the last.
            let mut aboard = *trips;
            for (position, &(stop, board, alight)) in stops {
                if alight && aboard < *trips {
                    arrive(stop, arrives[position * trips + aboard]);
                }
                if board && aboard > 0 {
                    let (ready, earlier) = (ready(stop), &departs[position * trips..][..aboard]);
                    if earlier[aboard - 1] >= ready {
                        aboard = earlier.partition_point(|departs| *departs < ready);
                    }
                }
            }
        }
        RunningTrips::Often { from, until, wait, times } => {
            // When the vehicle that one is in left the first stop.
            let mut aboard: Option<i32> = None;
            for (position, &(stop, board, alight)) in stops {
                let (arrives, departs) = times[position];
                if alight && let Some(left) = aboard {
                    arrive(stop, left + arrives);
                }
                let ready = ready(stop);
                if board && ready < NEVER {
                    let left = (ready - departs).max(*from).saturating_add(*wait);
                    if left < *until && aboard.is_none_or(|before| left < before) {
                        aboard = Some(left);
                    }
                }
            }
        }
    }
}

/// Times by stop and round, in seconds after midnight; no later in one round than in the round before.
struct ArrivalLabels {
    rounds: usize,
    times: Vec<i32>,
}

impl ArrivalLabels {
    fn new(rounds: usize, stops: usize) -> Self {
        Self { rounds, times: vec![NEVER; rounds * stops] }
    }

    fn at(&self, round: usize, stop: usize) -> i32 {
        self.times[stop * self.rounds + round]
    }

    /// With as many rides as are taken at most.
    fn last(&self, stop: u32) -> i32 {
        self.at(self.rounds - 1, stop as usize)
    }

    /// Writes down a time where it is better than what is known with as many rides or fewer.
    fn lower(&mut self, round: usize, stop: usize, time: i32) -> bool {
        let own = &mut self.times[stop * self.rounds..(stop + 1) * self.rounds];
        let better = time < own[round];
        if better {
            for later in &mut own[round..] {
                *later = time.min(*later);
            }
        }
        better
    }
}

/// What a search writes in.
struct RoundBuffers {
    /// When one gets off at a stop.
    rides: ArrivalLabels,
    /// When one is at a stop and can get on.
    ready: ArrivalLabels,
    /// Stops at which one can get on sooner since the last round.
    marked: Vec<u32>,
    /// Stops at which one got off sooner in this round.
    arrived: Vec<u32>,
    is_arrived: Vec<bool>,
    /// Stops at which one ever got off.
    ever: Vec<u32>,
    is_ever: Vec<bool>,
    /// Patterns to ride along, and by pattern from which position on.
    scans: Vec<u32>,
    first: Vec<u32>,
}

impl RoundBuffers {
    fn new(most_rides: usize, stops: usize, patterns: usize) -> Self {
        Self {
            rides: ArrivalLabels::new(most_rides + 1, stops),
            ready: ArrivalLabels::new(most_rides + 1, stops),
            marked: Vec::new(),
            arrived: Vec::new(),
            is_arrived: vec![false; stops],
            ever: Vec::new(),
            is_ever: vec![false; stops],
            scans: Vec::new(),
            first: vec![u32::MAX; patterns],
        }
    }
}
