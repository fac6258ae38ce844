//! A made-up timetable of a metropolitan county.

use chrono::NaiveDate;
use hereabouts_core::place::Place;
use hereabouts_transit::TransitFeed;
use hereabouts_transit::gtfs::{FeedTrip, ServiceCalendar, StopCall, TransitRoute, TransitStop, TripRuns};
use std::collections::BTreeMap;

/// Lines, each there and back.
const LINES: usize = 450;

/// Stops of a line.
const STOPS: usize = 50;

/// Seconds from one vehicle of a line to the next, from 5:00 to midnight.
const HEADWAY: i32 = 600;

/// Buses between these stops, all day on all days of 2026: each line goes from west to east through a band of the county, so
/// that lines cross where bands do and nowhere share a street for long.
#[must_use]
pub fn metropolis(places: &[Place]) -> TransitFeed {
    let stop = |(n, place): (usize, &Place)| TransitStop {
        id: format!("{n:06}"),
        name: String::new(),
        place: *place,
        step_free: None,
    };
    let mut trips = Vec::new();
    for line in 0..LINES {
        // Every other line goes from south to north.
        let along = |at: &usize| if line % 2 == 0 { places[*at].lon() } else { places[*at].lat() };
        let first = line * 7_919 % places.len();
        let mut stops: Vec<usize> = (0..STOPS).map(|n| (first + n * 241) % places.len()).collect();
        stops.sort_by(|a, b| along(a).total_cmp(&along(b)));
        for back in [false, true] {
            let stops: Vec<usize> = if back { stops.iter().rev().copied().collect() } else { stops.clone() };
            for leaves in (18_000..86_400).step_by(HEADWAY.unsigned_abs() as usize) {
                trips.push(trip(line, back, leaves + (line as i32 * 37) % HEADWAY, &stops));
            }
        }
    }
    trips.sort_by(|a, b| a.id.cmp(&b.id));
    let days = NaiveDate::from_ymd_opt(2026, 1, 1).zip(NaiveDate::from_ymd_opt(2026, 12, 31));
    let weekly = days.map(|(first, last)| ([true; 7], first, last));
    TransitFeed {
        stops: places.iter().enumerate().map(stop).collect(),
        routes: (0..LINES)
            .map(|line| TransitRoute { id: format!("{line:04}"), name: String::new(), kind: 3 })
            .collect(),
        services: vec![ServiceCalendar { id: "all".into(), weekly, exceptions: BTreeMap::new() }],
        trips,
        transfers: Vec::new(),
    }
}

/// Two minutes from each stop to the next.
fn trip(line: usize, back: bool, leaves: i32, stops: &[usize]) -> FeedTrip {
    let call = |(n, stop): (usize, &usize)| {
        let time = leaves + n as i32 * 120;
        StopCall { stop: *stop, arrive: time, depart: time, board: true, alight: true }
    };
    FeedTrip {
        id: format!("{line:04}-{}-{leaves:06}", u8::from(back)),
        route: line,
        service: 0,
        calls: stops.iter().enumerate().map(call).collect(),
        runs: TripRuns::Once,
        step_free: None,
    }
}
