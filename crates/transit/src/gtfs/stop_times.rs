//! `stop_times.txt`.

use super::stops::{TransitStop, position};
use super::table::{FeedReport, WrongValue, each, wrong};
use super::trips::PlannedTrip;
use super::values::{choice, time, whole};
use super::{FeedTrip, StopCall, TripRuns};

/// One row.
struct TimedCall {
    trip: usize,
    sequence: u32,
    stop: usize,
    times: Option<(i32, i32)>,
    board: bool,
    alight: bool,
    line: u64,
}

/// Trips with their stops, in the order in which they were planned; those without at least two are rejected.
pub(super) fn read(
    bytes: &[u8],
    planned: Vec<PlannedTrip>,
    stops: &[TransitStop],
    out: &mut FeedReport,
) -> Vec<FeedTrip> {
    let mut rows: Vec<TimedCall> = Vec::new();
    each("stop_times.txt", bytes, out, |row, _| {
        let trip = row.need("trip_id")?;
        let Ok(trip) = planned.binary_search_by(|p| p.id.as_str().cmp(&trip)) else {
            return wrong("trip_id", &trip, "is not among the trips that can be used");
        };
        let stop = row.need("stop_id")?;
        let Some(stop) = position(stops, &stop) else {
            return wrong("stop_id", &stop, "is not among the stops that can be used");
        };
        let times = match (time(row, "arrival_time")?, time(row, "departure_time")?) {
            (None, None) => None,
            (Some(one), None) | (None, Some(one)) => Some((one, one)),
            (Some(arrive), Some(depart)) if arrive <= depart => Some((arrive, depart)),
            _ => return wrong("departure_time", &row.get("departure_time"), "is before arrival_time"),
        };
        // 0: as usual, 3: tell the driver; 1: not at all, 2: telephone beforehand.
        let open = |field| Ok(matches!(choice(row, field, 3)?, 0 | 3));
        let (board, alight) = (open("pickup_type")?, open("drop_off_type")?);
        let sequence = whole(row, "stop_sequence")?;
        rows.push(TimedCall { trip, sequence, stop, times, board, alight, line: row.line });
        Ok(())
    });
    rows.sort_by_key(|row| (row.trip, row.sequence, row.line));
    rows.dedup_by(|next, kept| {
        let twice = (next.trip, next.sequence) == (kept.trip, kept.sequence);
        if twice {
            let value = next.sequence.to_string();
            let reason = "stands there twice for this trip; the first is used".to_owned();
            out.reject("stop_times.txt", next.line, WrongValue { field: "stop_sequence", value, reason });
        }
        twice
    });
    let mut trips = Vec::new();
    let mut rest = rows.as_slice();
    for (at, PlannedTrip { id, route, service, step_free, line }) in planned.into_iter().enumerate() {
        let (own, others) = rest.split_at(rest.partition_point(|row| row.trip <= at));
        rest = others;
        match calls(&id, own) {
            Ok(calls) => trips.push(FeedTrip { id, route, service, calls, runs: TripRuns::Once, step_free }),
            Err((None, wrong)) => out.reject("trips.txt", line, wrong),
            Err((Some(line), wrong)) => out.reject("stop_times.txt", line, wrong),
        }
    }
    trips
}

/// The stops of one trip. Where times are missing between two that are given, they are spread evenly over the stops between,
/// rounded down to seconds. Why not, and at which line of `stop_times.txt`, if it is one of them.
fn calls(id: &str, rows: &[TimedCall]) -> Result<Vec<StopCall>, (Option<u64>, WrongValue)> {
    let refuse = |line, field, value: &str, reason: &str| {
        Err((line, WrongValue { field, value: value.to_owned(), reason: reason.to_owned() }))
    };
    let [first, .., last] = rows else {
        return refuse(None, "trip_id", id, "has fewer than two stops with times that can be used");
    };
    for end in [first, last] {
        if end.times.is_none() {
            let reason = "has no time at its first or last stop that can be used, so the trip is left out";
            return refuse(Some(end.line), "trip_id", id, reason);
        }
    }
    let mut calls: Vec<StopCall> = Vec::with_capacity(rows.len());
    let mut known = 0;
    for (at, row) in rows.iter().enumerate() {
        let Some((arrive, depart)) = row.times else { continue };
        let from = calls.last().map_or(arrive, |call| call.depart);
        if arrive < from {
            let reason = "arrives before it left the stop before, so the trip is left out";
            return refuse(Some(row.line), "trip_id", id, reason);
        }
        let steps = (at - known).max(1);
        for (step, between) in rows[known..at].iter().enumerate().skip(1) {
            let spread = i64::from(arrive - from) * step as i64 / steps as i64;
            let then = from + i32::try_from(spread).unwrap_or_default();
            calls.push(between.call(then, then));
        }
        calls.push(row.call(arrive, depart));
        known = at;
    }
    Ok(calls)
}

impl TimedCall {
    fn call(&self, arrive: i32, depart: i32) -> StopCall {
        StopCall { stop: self.stop, arrive, depart, board: self.board, alight: self.alight }
    }
}
