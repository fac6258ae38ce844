//! Timetables made up in a test, as the files of a feed and as an archive of them.

use hereabouts_data::record::{FeedRecord, KeptFeed};
use hereabouts_transit::gtfs::{FeedFile, TransitFeed};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

/// Files of a feed by name.
pub type Files = BTreeMap<String, String>;

/// A line: stops by position with the minutes from the first, and when it leaves the first, `H:MM`.
#[derive(Debug, Clone)]
pub struct Line<'a> {
    /// `week` (Monday to Friday), `sat`, or what the feed has besides.
    pub service: &'a str,
    /// Stops by position in the feed's, and minutes after the first.
    pub calls: &'a [(usize, i32)],
    /// Minutes after midnight at which it leaves the first stop.
    pub leaves: Vec<i32>,
    /// `wheelchair_accessible`.
    pub wheelchair: &'a str,
}

/// Minutes after midnight from `first` to `last`, so many apart.
#[must_use]
pub fn every(first: (i32, i32), last: (i32, i32), minutes: usize) -> Vec<i32> {
    (first.0 * 60 + first.1..=last.0 * 60 + last.1).step_by(minutes).collect()
}

/// A feed of 2026 with stops at `[longitude, latitude]`, each with its `wheelchair_boarding`.
///
/// # Panics
/// Never: writing to a text does not fail.
#[must_use]
pub fn feed(stops: &[(&str, [f64; 2], &str)], lines: &[Line<'_>]) -> Files {
    let mut all = Files::new();
    let mut add = |name: &str, text: String| all.insert(name.to_owned(), text);
    let mut text = "stop_id,stop_name,stop_lat,stop_lon,wheelchair_boarding\n".to_owned();
    for (id, [lon, lat], wheelchair) in stops {
        writeln!(text, "{id},Stop {id},{lat},{lon},{wheelchair}").unwrap();
    }
    add("stops.txt", text);
    let days = "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n\
                week,1,1,1,1,1,0,0,20260101,20261231\nsat,0,0,0,0,0,1,0,20260101,20261231\n";
    add("calendar.txt", days.to_owned());
    let mut routes = "route_id,route_short_name,route_type\n".to_owned();
    let mut trips = "route_id,service_id,trip_id,wheelchair_accessible\n".to_owned();
    let mut times = "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n".to_owned();
    for (n, line) in lines.iter().enumerate() {
        writeln!(routes, "r{n},{n},3").unwrap();
        for leaves in &line.leaves {
            writeln!(trips, "r{n},{},r{n}-{leaves},{}", line.service, line.wheelchair).unwrap();
            for (at, (stop, after)) in line.calls.iter().enumerate() {
                let time = format!("{:02}:{:02}:00", (leaves + after) / 60, (leaves + after) % 60);
                writeln!(times, "r{n}-{leaves},{time},{time},{},{at}", stops[*stop].0).unwrap();
            }
        }
    }
    add("routes.txt", routes);
    add("trips.txt", trips);
    add("stop_times.txt", times);
    all
}

/// The archive of some files.
///
/// # Panics
/// When it cannot be written, which does not happen in memory.
#[must_use]
pub fn zipped(files: &Files) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// The feed as a store keeps it.
///
/// # Panics
/// When it is none.
#[must_use]
pub fn kept(source: &str, files: &Files) -> KeptFeed {
    let files: Vec<FeedFile<'_>> =
        files.iter().map(|(name, text)| FeedFile { name, bytes: text.as_bytes() }).collect();
    let read = TransitFeed::from_files(&files).unwrap();
    assert_eq!(read.rejected, []);
    let entries = FeedRecord { feed: read.feed }.entries().unwrap();
    KeptFeed::new(source.to_owned(), entries.into_iter().map(|entry| entry.1)).unwrap()
}
