//! A feed written in a test, and what one asks of it.

use chrono::NaiveDate;
use hereabouts_core::units::Minutes;
use hereabouts_transit::gtfs::{FeedFile, ReadFeed, UnreadableFeed};
use hereabouts_transit::{DayTimetable, DepartureWindow, RaptorRouter, TransitFeed, WalkLeg};
use std::collections::BTreeMap;

/// Files by name.
pub(crate) type Files = BTreeMap<String, String>;

pub(crate) const TUESDAY: &str = "2026-03-03";

/// Stops A to E, one route, a service on weekdays of 2026 and one on Saturdays, and no trip.
pub(crate) fn town(trips: &str, stop_times: &str) -> Files {
    let services = "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n\
                    week,1,1,1,1,1,0,0,20260101,20261231\nsat,0,0,0,0,0,1,0,20260101,20261231\n";
    let stops = "stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station\n\
                 A,Quay,53.1,-1.1,,\nB,Mill,53.2,-1.2,0,S\nC,Green,53.3,-1.3,,S\nD,Lane,53.4,-1.4,,\nE,End,53.5,-1.5,,\n\
                 S,Mill and Green,53.25,-1.25,1,\n";
    let all = [
        ("stops.txt", stops.to_owned()),
        ("routes.txt", "route_id,route_short_name,route_type\n1,One,3\n".to_owned()),
        ("calendar.txt", services.to_owned()),
        ("trips.txt", format!("route_id,service_id,trip_id\n{trips}")),
        (
            "stop_times.txt",
            format!("trip_id,arrival_time,departure_time,stop_id,stop_sequence\n{stop_times}"),
        ),
    ];
    all.into_iter().map(|(name, text)| (name.to_owned(), text)).collect()
}

pub(crate) fn try_read(files: &Files) -> Result<ReadFeed, UnreadableFeed> {
    let files: Vec<FeedFile<'_>> =
        files.iter().map(|(name, text)| FeedFile { name, bytes: text.as_bytes() }).collect();
    TransitFeed::from_files(&files)
}

pub(crate) fn read(files: &Files) -> ReadFeed {
    try_read(files).unwrap()
}

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// `9:30` or `9:30:15` in seconds.
pub(crate) fn at(text: &str) -> i32 {
    text.split(':').zip([3600, 60, 1]).map(|(part, unit)| part.parse::<i32>().unwrap() * unit).sum()
}

/// When who leaves from a stop at this time is at another, with up to four rides in five hours and these ways on foot.
pub(crate) fn arrival(
    files: &Files,
    date: &str,
    from: &str,
    to: &str,
    leave: &str,
    walks: &[(&str, &str, u32)],
) -> Option<i32> {
    let feed = read(files).feed;
    let timetable = DayTimetable::new(&[&feed], day(date));
    let stop = |id: &str| timetable.stops().iter().position(|s| s.id == id).unwrap();
    let walk = |of: usize| {
        let own = walks.iter().filter(|(a, ..)| stop(a) == of);
        own.map(|(_, b, seconds)| WalkLeg { stop: stop(b) as u32, seconds: *seconds }).collect()
    };
    let changes = timetable.changes(walk);
    let router = RaptorRouter::new(&timetable, &changes, 4, Minutes::new(300.0).unwrap());
    let from = [WalkLeg { stop: stop(from) as u32, seconds: 0 }];
    let weekday = chrono::Datelike::weekday(&day(date));
    let profile = router.from(&from, DepartureWindow { weekday, from: at(leave), until: at(leave) + 1 });
    assert_eq!(profile.departures(), [at(leave)]);
    profile.seconds(&[WalkLeg { stop: stop(to) as u32, seconds: 0 }], None)[0]
        .map(|seconds| at(leave) + seconds)
}
