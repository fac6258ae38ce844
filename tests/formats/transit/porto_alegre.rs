//! The two feeds of Porto Alegre, buses and trains, against the plain search.

use super::plain::{arrivals, vehicles};
use super::town::{Files, at, day, read};
use hereabouts_core::units::Minutes;
use hereabouts_tests::test_bed;
use hereabouts_transit::gtfs::TransitStop;
use hereabouts_transit::{DayTimetable, DepartureWindow, RaptorRouter, TransitFeed, WalkLeg};
use std::collections::BTreeMap;
use std::io::Read;

/// One walks between stops up to 400 m apart, at 4.8 km/h in a straight line made longer by 30 %.
fn walk(a: &TransitStop, b: &TransitStop) -> Option<u32> {
    let metres = a.place.distance(b.place).get();
    (metres <= 400.0).then(|| (metres * 1.3 / 4.8 * 3.6).ceil() as u32)
}

#[test]
#[cfg_attr(no_test_bed, ignore = "needs the test bed")]
fn both_feeds_load_and_their_journeys_equal_the_plain_search() {
    let bed = test_bed();
    let mut texts: Vec<Files> = Vec::new();
    let mut feeds: Vec<TransitFeed> = Vec::new();
    for name in ["poa_eptc.zip", "poa_trensurb.zip"] {
        let bytes = std::fs::read(bed.join("porto_alegre_r5r").join(name)).unwrap();
        let mut zip = zip::ZipArchive::new(std::io::Cursor::new(&bytes)).unwrap();
        let names: Vec<String> = zip.file_names().map(|name| name.unwrap().into_owned()).collect();
        let mut files = Files::new();
        for name in names {
            let mut text = String::new();
            zip.by_name(&name).unwrap().read_to_string(&mut text).unwrap();
            files.insert(name, text);
        }
        let of_zip = TransitFeed::from_zip(&bytes).unwrap();
        println!(
            "{name}: {} rejected, first {:?}; {:?}",
            of_zip.rejected.len(),
            of_zip.rejected.first(),
            of_zip.notes
        );
        assert_eq!(of_zip, read(&files));
        texts.push(files);
        feeds.push(of_zip.feed);
    }
    let sizes: Vec<_> = feeds.iter().map(|f| (f.stops.len(), f.routes.len(), f.trips.len())).collect();
    assert_eq!(sizes, [(3986, 115, 2374), (24, 2, 1248)]);
    let both: Vec<&TransitFeed> = feeds.iter().collect();
    let date = DepartureWindow::TUESDAY.day(&both, day("2026-11-21")).unwrap();
    // Its buses are given for weekdays alone, its trains for every day.
    let saturday = DepartureWindow::SATURDAY.day(&both, day("2026-11-21")).unwrap();
    let runs: Vec<bool> = both.iter().map(|feed| feed.runs_on(saturday)).collect();
    assert_eq!(runs, [false, true], "{saturday}");
    assert_eq!(date.to_string(), "2019-07-09", "the last Tuesday on which both run");
    let timetable = DayTimetable::new(&both, date);
    let stops = timetable.stops();
    let ways: Vec<Vec<WalkLeg>> = stops
        .iter()
        .map(|a| {
            let near = stops
                .iter()
                .enumerate()
                .filter_map(|(stop, b)| Some(WalkLeg { stop: stop as u32, seconds: walk(a, b)? }));
            near.collect()
        })
        .collect();
    let rides = 3;
    let changes = timetable.changes(|stop| ways[stop].clone());
    let router = RaptorRouter::new(&timetable, &changes, rides, Minutes::new(120.0).unwrap());
    let running = vehicles(&texts, date);
    let name = |stop: usize| format!("{}:{}", usize::from(stop >= feeds[0].stops.len()), stops[stop].id);
    let position: BTreeMap<String, usize> = (0..stops.len()).map(|stop| (name(stop), stop)).collect();
    let on_foot = |stop: &str| {
        let ways = &ways[position[stop]];
        ways.iter().map(|leg| (name(leg.stop as usize), leg.seconds as i32)).collect()
    };
    let (mut journeys, mut got_there) = (0, 0);
    for origin in [0, 1500, stops.len() - 5] {
        // The feed of buses is of trips that begin from 11:00 to 17:00.
        let window = DepartureWindow { from: at("14:00"), until: at("15:00"), ..DepartureWindow::TUESDAY };
        let profile = router.from(&ways[origin], window);
        for nth in [0, 31, 59] {
            let departure = profile.departures()[nth];
            let from = ways[origin]
                .iter()
                .map(|leg| (name(leg.stop as usize), departure + leg.seconds as i32))
                .collect();
            let plain = arrivals(&running, &from, rides, &on_foot);
            for stop in 0..stops.len() {
                let ours = profile.seconds(&[WalkLeg { stop: stop as u32, seconds: 0 }], None)[nth]
                    .map(|s| s + departure);
                let plain = plain.get(&name(stop)).copied().filter(|time| time - departure <= 7200);
                assert_eq!(ours, plain, "from {origin} to {stop} at {departure}");
                journeys += 1;
                got_there += usize::from(ours.is_some());
            }
        }
    }
    println!("{journeys} journeys, {got_there} get there");
    assert!(got_there * 4 > journeys, "{got_there} of {journeys}");
}
