//! Timetables that nobody would print, against the plain search.

use super::plain::{arrivals, vehicles};
use super::town::{Files, TUESDAY, at, day, read, town};
use hereabouts_core::units::Minutes;
use hereabouts_transit::{DayTimetable, DepartureWindow, RaptorRouter, WalkLeg};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Stops of a trip, when it leaves, minutes between, whether on Saturdays alone, and how it is repeated.
type Made = (Vec<usize>, i32, Vec<i32>, bool, Option<(i32, i32, bool)>);

fn clock(seconds: i32) -> String {
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

fn files(made: &[Made]) -> Files {
    let (mut trips, mut times) = (String::new(), String::new());
    let mut often = "trip_id,start_time,end_time,headway_secs,exact_times\n".to_owned();
    for (i, (stops, leaves, minutes, saturday, repeat)) in made.iter().enumerate() {
        writeln!(trips, "1,{},t{i}", if *saturday { "sat" } else { "week" }).unwrap();
        let mut now = leaves * 60;
        for (at, (stop, ride)) in stops.iter().zip(minutes).enumerate() {
            let name = ["A", "B", "C", "D", "E"][*stop];
            // Every third stop on the way has no time of its own.
            let time = if at % 3 == 1 && at + 1 < stops.len().min(minutes.len()) {
                String::new()
            } else {
                clock(now)
            };
            writeln!(times, "t{i},{time},{time},{name},{at}").unwrap();
            now += ride * 60;
        }
        if let Some((length, headway, exact)) = repeat {
            let (from, until) = (clock(leaves * 60), clock((leaves + length) * 60));
            writeln!(often, "t{i},{from},{until},{headway},{}", u8::from(*exact)).unwrap();
        }
    }
    let mut files = town(&trips, &times);
    files.insert("frequencies.txt".into(), often);
    files
}

fn made() -> impl Strategy<Value = Made> {
    let stops = prop::collection::vec(0..5_usize, 2..6);
    let repeat = prop::option::weighted(0.3, (10..200_i32, 60..3000_i32, any::<bool>()));
    // From the morning of the service day to the morning two days on.
    let leaves = prop_oneof![480..700_i32, 1900..2200_i32, 3380..3500_i32];
    (stops, leaves, prop::collection::vec(0..25_i32, 6), prop::bool::weighted(0.1), repeat)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn every_departure_equals_the_plain_search(
        trips in prop::collection::vec(made(), 1..14),
        walks in prop::collection::vec((0..5_usize, 0..5_usize, 0..900_u32), 0..6),
        access in prop::collection::vec((0..5_usize, 0..1200_u32), 1..3),
        rides in 1..5_usize,
    ) {
        let files = files(&trips);
        let feed = read(&files);
        prop_assert_eq!(&feed.rejected, &[]);
        let timetable = DayTimetable::new(&[&feed.feed], day(TUESDAY));
        let of = |stop: usize| -> Vec<WalkLeg> {
            walks.iter().filter(|w| w.0 == stop).map(|w| WalkLeg { stop: w.1 as u32, seconds: w.2 }).collect()
        };
        let changes = timetable.changes(of);
        let router = RaptorRouter::new(&timetable, &changes, rides, Minutes::new(600.0).unwrap());
        let legs: Vec<WalkLeg> = access.iter().map(|(stop, seconds)| WalkLeg { stop: *stop as u32, seconds: *seconds }).collect();
        let window = DepartureWindow { from: at("8:00"), until: at("11:00"), ..DepartureWindow::TUESDAY };
        let profile = router.from(&legs, window);
        let running = vehicles(std::slice::from_ref(&files), day(TUESDAY));
        let name = |stop: usize| format!("0:{}", timetable.stops()[stop].id);
        let on_foot = |stop: &str| {
            let from = timetable.stops().iter().position(|s| stop == format!("0:{}", s.id)).unwrap();
            of(from).into_iter().map(|leg| (name(leg.stop as usize), leg.seconds as i32)).collect()
        };
        for (at, departure) in profile.departures().iter().enumerate().step_by(7) {
            let mut from = BTreeMap::new();
            for leg in &legs {
                let there = departure + leg.seconds as i32;
                from.entry(name(leg.stop as usize)).and_modify(|t: &mut i32| *t = there.min(*t)).or_insert(there);
            }
            let plain = arrivals(&running, &from, rides, &on_foot);
            for stop in 0..5 {
                let ours = profile.seconds(&[WalkLeg { stop: stop as u32, seconds: 0 }], None)[at].map(|s| s + departure);
                let plain = plain.get(&name(stop)).copied().filter(|time| time - departure <= 36_000);
                prop_assert_eq!(ours, plain, "to {} at {}", name(stop), departure);
            }
        }
    }
}
