//! Journeys that can be reckoned by hand.

use super::town::{Files, TUESDAY, arrival, at, day, read, town, try_read};
use hereabouts_core::units::Minutes;
use hereabouts_transit::gtfs::{TripRuns, UnreadableFeed};
use hereabouts_transit::{DayTimetable, DepartureWindow, RaptorRouter, TransitFeed, WalkLeg};
use std::io::Write;

/// A bus from A over B to C at 9:00 and 10:00.
fn two_buses() -> Files {
    town(
        "1,week,t1\n1,week,t2\n",
        "t1,9:00:00,9:00:00,A,1\nt1,9:10:00,9:12:00,B,2\nt1,9:20:00,9:20:00,C,3\n\
         t2,10:00:00,10:00:00,A,1\nt2,10:10:00,10:12:00,B,2\nt2,10:20:00,10:20:00,C,3\n",
    )
}

#[test]
fn one_takes_the_next_bus() {
    let files = two_buses();
    let to = |to, leave| arrival(&files, TUESDAY, "A", to, leave, &[]);
    assert_eq!(to("C", "9:00"), Some(at("9:20")));
    assert_eq!(to("B", "8:55"), Some(at("9:10")));
    assert_eq!(to("C", "9:01"), Some(at("10:20")));
    assert_eq!(to("C", "10:01"), None);
    assert_eq!(to("D", "9:00"), None);
    assert_eq!(arrival(&files, TUESDAY, "B", "A", "9:00", &[]), None, "buses do not run backwards");
}

#[test]
fn calendars_and_their_exceptions() {
    let mut files = two_buses();
    let dates = "service_id,date,exception_type\nweek,20260303,2\nweek,20260307,1\nextra,20260308,1\n";
    files.insert("calendar_dates.txt".into(), dates.into());
    let on = |files: &Files, date| arrival(files, date, "A", "C", "9:00", &[]);
    assert_eq!(on(&files, "2026-03-03"), None, "a Tuesday taken out");
    assert_eq!(on(&files, "2026-03-04"), Some(at("9:20")));
    assert_eq!(on(&files, "2026-03-07"), Some(at("9:20")), "a Saturday put in");
    assert_eq!(on(&files, "2026-03-14"), None);
    assert_eq!(on(&files, "2027-03-03"), None, "after the last day");
    // A service may be of exceptions alone.
    let trips = files["trips.txt"].replace("week", "extra");
    files.insert("trips.txt".into(), trips);
    assert_eq!(on(&files, "2026-03-08"), Some(at("9:20")));
    assert_eq!(on(&files, "2026-03-09"), None);
}

#[test]
fn trips_run_on_after_midnight() {
    let files =
        town("1,week,n\n", "n,24:30:00,24:30:00,A,1\nn,49:00:00,49:00:00,B,2\nn,50:00:00,50:00:00,C,3\n");
    let from = |date, stop, to, leave| arrival(&files, date, stop, to, leave, &[]);
    // Monday's trip leaves A in the first hour of Tuesday, and B in the second of Wednesday.
    assert_eq!(from("2026-03-03", "B", "C", "0:30"), None, "Sunday has none");
    assert_eq!(from("2026-03-04", "B", "C", "0:30"), Some(at("2:00")));
    assert_eq!(from("2026-03-04", "B", "C", "1:00"), Some(at("2:00")));
    assert_eq!(from("2026-03-04", "B", "C", "1:01"), None);
    let files = town("1,week,n\n", "n,24:30:00,24:30:00,A,1\nn,25:00:00,25:00:00,B,2\n");
    let from = |date, leave| arrival(&files, date, "A", "B", leave, &[]);
    assert_eq!(from("2026-03-07", "0:10"), Some(at("1:00")), "Friday's, on Saturday");
    assert_eq!(from("2026-03-02", "0:10"), None, "Sunday has none that would run on into Monday");
    assert_eq!(from("2026-03-03", "23:50"), Some(at("25:00")), "the same day's, for who leaves late");
    let early = town("1,sat,e\n", "e,0:20:00,0:20:00,A,1\ne,0:40:00,0:40:00,B,2\n");
    assert_eq!(arrival(&early, "2026-03-06", "A", "B", "23:50", &[]), Some(at("24:40")), "the next day's");
}

#[test]
fn frequencies_exact_and_about() {
    let mut files =
        town("1,week,f\n", "f,0:00:00,0:00:00,A,1\nf,0:10:00,0:11:00,B,2\nf,0:20:00,0:20:00,C,3\n");
    let mut with = |rows: &str| {
        let head = "trip_id,start_time,end_time,headway_secs,exact_times\n";
        files.insert("frequencies.txt".into(), format!("{head}{rows}"));
        files.clone()
    };
    let exact = with("f,9:00:00,10:00:00,1200,1\n");
    let to = |files, from, to, leave| arrival(files, TUESDAY, from, to, leave, &[]);
    assert_eq!(to(&exact, "A", "C", "9:01"), Some(at("9:40")), "at 9:20");
    assert_eq!(to(&exact, "A", "C", "9:40"), Some(at("10:00")));
    assert_eq!(to(&exact, "A", "C", "9:41"), None, "none at the end itself");
    assert_eq!(to(&exact, "B", "C", "9:12"), Some(at("9:40")), "the one that left A at 9:20");
    assert_eq!(to(&exact, "A", "C", "0:00"), None, "the trip does not run by itself");
    let about = with("f,9:00:00,10:00:00,1200,\n");
    assert_eq!(to(&about, "A", "C", "9:01"), Some(at("9:31")), "half of twenty minutes later");
    assert_eq!(to(&about, "A", "C", "8:30"), Some(at("9:30")), "ten minutes after they begin");
    assert_eq!(to(&about, "B", "C", "9:21"), Some(at("9:40")), "ten minutes' waiting, nine on the way");
    assert_eq!(to(&about, "A", "C", "9:50"), None, "the last has left when it would come");
    let two = with("f,9:00:00,9:30:00,600,0\nf,9:30:00,12:00:00,3600,0\n");
    assert_eq!(to(&two, "A", "C", "9:20"), Some(at("9:45")));
    assert_eq!(to(&two, "A", "C", "9:26"), Some(at("10:20")), "half an hour after the next period begins");
    let bad = read(&with("f,9:00:00,10:00:00,0,1\n"));
    assert_eq!(bad.rejected.len(), 1);
    assert_eq!(bad.feed.trips[0].runs, TripRuns::Every(vec![]));
}

#[test]
fn changes_on_foot_and_as_the_feed_says() {
    let mut files = town(
        "1,week,x\n1,week,y\n1,week,z\n",
        "x,9:00:00,9:00:00,A,1\nx,9:10:00,9:10:00,B,2\n\
         y,9:14:00,9:14:00,C,1\ny,9:30:00,9:30:00,D,2\n\
         z,9:44:00,9:44:00,C,1\nz,10:00:00,10:00:00,D,2\n",
    );
    let to = |files: &Files, walks: &[_]| arrival(files, TUESDAY, "A", "D", "9:00", walks);
    let walks = [("B", "C", 240)];
    assert_eq!(to(&files, &walks), Some(at("9:30")), "just in time");
    assert_eq!(to(&files, &[("B", "C", 241)]), Some(at("10:00")), "just too late");
    assert_eq!(to(&files, &[]), None);
    let mut say = |rows: &str| {
        let head = "from_stop_id,to_stop_id,transfer_type,min_transfer_time\n";
        files.insert("transfers.txt".into(), format!("{head}{rows}"));
        files.clone()
    };
    assert_eq!(to(&say("B,C,2,300\n"), &walks), Some(at("10:00")));
    assert_eq!(to(&say("B,C,2,200\n"), &[]), Some(at("9:30")), "no street joins them, but the feed does");
    assert_eq!(to(&say("B,C,3,\n"), &walks), None);
    assert_eq!(to(&say("B,C,1,\n"), &[]), Some(at("9:30")));
    assert_eq!(to(&say("B,C,0,\n"), &walks), Some(at("9:30")));
    assert_eq!(to(&say("S,S,3,\n"), &walks), None, "both are parts of S");
    assert_eq!(to(&say("S,S,3,\nB,C,2,100\n"), &walks), Some(at("9:30")), "the stops' own row goes first");
    assert_eq!(to(&say("B,C,2,100\nS,S,3,\n"), &walks), Some(at("9:30")), "in either order");
}

#[test]
fn changing_at_one_stop_takes_what_the_feed_says() {
    let mut files = town(
        "1,week,x\n1,week,y\n",
        "x,9:00:00,9:00:00,A,1\nx,9:10:00,9:10:00,B,2\ny,9:12:00,9:12:00,B,1\ny,9:30:00,9:30:00,D,2\n",
    );
    assert_eq!(arrival(&files, TUESDAY, "A", "D", "9:00", &[]), Some(at("9:30")));
    let slow = "from_stop_id,to_stop_id,transfer_type,min_transfer_time\nB,B,2,121\n";
    files.insert("transfers.txt".into(), slow.into());
    assert_eq!(arrival(&files, TUESDAY, "A", "D", "9:00", &[]), None);
    assert_eq!(
        arrival(&files, TUESDAY, "B", "D", "9:12", &[]),
        Some(at("9:30")),
        "who comes on foot is there"
    );
}

#[test]
fn an_express_overtakes() {
    let files = town(
        "1,week,slow\n1,week,fast\n",
        "slow,9:00:00,9:00:00,A,1\nslow,9:50:00,9:50:00,C,2\nfast,9:10:00,9:10:00,A,1\nfast,9:30:00,9:30:00,C,2\n",
    );
    assert_eq!(arrival(&files, TUESDAY, "A", "C", "8:55", &[]), Some(at("9:30")));
}

#[test]
fn nobody_gets_on_or_off_where_that_is_not_done() {
    let mut files = two_buses();
    let times = "trip_id,arrival_time,departure_time,stop_id,stop_sequence,pickup_type,drop_off_type\n\
                 t1,9:00:00,9:00:00,A,1,0,1\nt1,9:10:00,9:12:00,B,2,1,2\nt1,9:20:00,9:20:00,C,3,,3\n";
    files.insert("stop_times.txt".into(), times.into());
    assert_eq!(arrival(&files, TUESDAY, "A", "B", "9:00", &[]), None);
    assert_eq!(arrival(&files, TUESDAY, "B", "C", "9:00", &[]), None);
    assert_eq!(arrival(&files, TUESDAY, "A", "C", "9:00", &[]), Some(at("9:20")));
}

#[test]
fn times_between_are_spread_evenly() {
    let files =
        town("1,week,t\n", "t,9:00:00,9:00:00,A,1\nt,,,B,5\nt,,,C,6\nt,9:10:00,,D,70\nt,,9:20:00,E,71\n");
    let times: Vec<_> = read(&files).feed.trips[0].calls.iter().map(|c| (c.arrive, c.depart)).collect();
    let known = |text| (at(text), at(text));
    assert_eq!(times, [known("9:00"), known("9:03:20"), known("9:06:40"), known("9:10"), known("9:20")]);
}

#[test]
fn what_cannot_be_used_is_listed_and_the_rest_lands() {
    let mut files = two_buses();
    let more = [
        ("stops.txt", "X,Nowhere,99,1,,\nA,Again,53,1,,\nZ,Zero,0,0,,\n,Nameless,53,1,,\n"),
        ("calendar.txt", "odd,1,1,1,1,1,1,1,20261231,20260101\nodder,1,1,1,1,1,1,7,20260101,20261231\n"),
        ("trips.txt", "9,week,t3\n1,never,t4\n1,week,t5\n1,week,t6\n1,week,t7\n"),
        (
            "stop_times.txt",
            "t1,9:61:00,9:59:00,D,4\nt1,9:30:00,9:30:00,Q,5\nt1,9:31:00,9:30:00,D,6\nt1,9:31:00,9:31:00,D,3\n\
             t6,,,A,1\nt6,9:00:00,9:00:00,B,2\nt7,9:00:00,9:00:00,A,1\nt7,8:00:00,8:00:00,B,2\n",
        ),
    ];
    for (name, rows) in more {
        files.get_mut(name).unwrap().push_str(rows);
    }
    let read = read(&files);
    let told: Vec<String> =
        read.rejected.iter().map(|r| format!("{} {} {} {:?}", r.file, r.line, r.field, r.value)).collect();
    assert_eq!(
        told,
        [
            "stops.txt 8 stop_lat \"99 1\"",
            "stops.txt 9 stop_id \"A\"",
            "stops.txt 10 stop_lat \"0 0\"",
            "stops.txt 11 stop_id \"\"",
            "calendar.txt 4 end_date \"20260101\"",
            "calendar.txt 5 sunday \"7\"",
            "trips.txt 4 route_id \"9\"",
            "trips.txt 5 service_id \"never\"",
            "stop_times.txt 8 arrival_time \"9:61:00\"",
            "stop_times.txt 9 stop_id \"Q\"",
            "stop_times.txt 10 departure_time \"9:30:00\"",
            "stop_times.txt 11 stop_sequence \"3\"",
            "trips.txt 6 trip_id \"t5\"",
            "stop_times.txt 12 trip_id \"t6\"",
            "stop_times.txt 15 trip_id \"t7\"",
        ]
    );
    assert_eq!(read.feed.trips.iter().map(|t| t.id.as_str()).collect::<Vec<_>>(), ["t1", "t2"]);
    assert_eq!(read.notes, ["1 stations, entrances and other places where nothing stops"]);
    assert_eq!(arrival(&files, TUESDAY, "A", "C", "9:00", &[]), Some(at("9:20")));
}

#[test]
fn feeds_that_are_none_say_why() {
    let mut files = two_buses();
    files.remove("calendar.txt");
    assert_eq!(try_read(&files).unwrap_err(), UnreadableFeed::NoFile("calendar.txt"));
    let empty = try_read(&town("", "")).unwrap_err();
    assert_eq!(empty, UnreadableFeed::NothingRuns(None));
    assert!(matches!(TransitFeed::from_zip(b"PK\x03\x04"), Err(UnreadableFeed::Archive(_))));
}

/// An archive of files.
fn zipped<'a>(files: impl Iterator<Item = (String, &'a [u8])>) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn an_archive_reads_as_its_files() {
    let files = two_buses();
    let own = |folder: &'static str| {
        zipped(files.iter().map(move |(name, text)| (format!("{folder}{name}"), text.as_bytes())))
    };
    assert_eq!(TransitFeed::from_zip(&own("")).unwrap(), read(&files));
    assert_eq!(TransitFeed::from_zip(&own("feed/2026/")).unwrap(), read(&files));
}

#[test]
fn the_corpus_of_damage_is_a_feed_before_it_is_damaged() {
    let bytes = include_bytes!("../../fuzz/corpus/timetables/feed.zip");
    let read = TransitFeed::from_zip(bytes).unwrap();
    assert_eq!((read.rejected, read.feed.trips.len(), read.feed.transfers.len()), (vec![], 3, 4));
}

#[test]
fn usual_times_are_those_of_departures() {
    let feed = read(&two_buses()).feed;
    let timetable = DayTimetable::new(&[&feed], day(TUESDAY));
    assert_eq!(
        timetable.vehicles(),
        4,
        "the day's own and the next day's; those of the days before are done by midnight"
    );
    let changes = timetable.changes(|_| vec![]);
    let router = RaptorRouter::new(&timetable, &changes, 4, Minutes::new(120.0).unwrap());
    let profile = router.from(&[WalkLeg { stop: 0, seconds: 300 }], DepartureWindow::TUESDAY);
    // Five minutes to A and six from C: who leaves from 9:30 to 9:55 is in the bus of 10:00 and there at 10:26.
    let to_c = [WalkLeg { stop: 2, seconds: 360 }];
    let seconds = profile.seconds(&to_c, None);
    assert_eq!(
        (seconds.len(), seconds[0], seconds[25], seconds[26]),
        (60, Some(56 * 60), Some(31 * 60), None)
    );
    // 26 of 60 departures get there, fewer than half.
    let times = profile.times(&to_c, None);
    assert_eq!((times.median, times.p90), (None, None));
    // On foot in 50 minutes: six departures wait longer for the bus, 20 are faster by it, so the median is the walk.
    let times = profile.times(&to_c, Some(50 * 60));
    assert_eq!((times.median, times.p90), (Minutes::new(50.0).ok(), Minutes::new(50.0).ok()));
    let earlier = DepartureWindow { from: at("9:30"), until: at("9:56"), ..DepartureWindow::TUESDAY };
    let times = router.from(&[WalkLeg { stop: 0, seconds: 300 }], earlier).times(&to_c, None);
    // 31, 32 … 56 minutes: the 13th and the 24th of 26.
    assert_eq!((times.median, times.p90), (Minutes::new(43.0).ok(), Minutes::new(54.0).ok()));
}

/// One runs on weekdays, the other on every day: on Saturdays there is the other.
#[test]
fn a_feed_that_rests_on_saturdays_takes_them_from_no_other() {
    let weekdays = read(&two_buses()).feed;
    let mut files = two_buses();
    let daily = "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n\
                 week,1,1,1,1,1,1,1,20260601,20261231\n";
    files.insert("calendar.txt".into(), daily.into());
    files.remove("calendar_dates.txt");
    let daily = read(&files).feed;
    let on = |feeds: &[&TransitFeed], today: &str| {
        DepartureWindow::SATURDAY.day(feeds, day(today)).map(|d| d.to_string())
    };
    assert_eq!(on(&[&weekdays], "2026-02-25"), None);
    assert_eq!(on(&[&weekdays, &daily], "2026-02-25").as_deref(), Some("2026-06-06"), "both are in force");
    assert_eq!(on(&[&daily, &weekdays], "2026-08-01").as_deref(), Some("2026-08-01"));
}

#[test]
fn the_day_is_one_on_which_all_run() {
    let mut files = two_buses();
    files.insert("calendar_dates.txt".into(), "service_id,date,exception_type\nweek,20260303,2\n".into());
    let feed = read(&files).feed;
    let on = |window: DepartureWindow, today: &str| window.day(&[&feed], day(today)).map(|d| d.to_string());
    assert_eq!(
        on(DepartureWindow::TUESDAY, "2026-02-25").as_deref(),
        Some("2026-03-10"),
        "the third is taken out"
    );
    assert_eq!(on(DepartureWindow::EVENING, "2026-03-10").as_deref(), Some("2026-03-10"));
    assert_eq!(on(DepartureWindow::TUESDAY, "2031-05-05").as_deref(), Some("2026-12-29"), "long run out");
    assert_eq!(on(DepartureWindow::SATURDAY, "2026-02-25"), None, "no trip is of the Saturdays' service");
}
