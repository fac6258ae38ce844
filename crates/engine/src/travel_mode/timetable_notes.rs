//! What an answer says of the timetables behind it: of which day, whose, how far they are known.

use crate::format;
use crate::snapshot::{LONGEST, Snapshot, TransitJourneys, WALK_TO_STOP};
use crate::wire::WrittenDay;
use chrono::NaiveDate;
use hereabouts_data::record::KeptFeed;
use hereabouts_transit::DepartureWindow;
use serde::Serialize;
use serde_json::{Value, json};

/// What the second figure beside a listing is.
pub const P90_NOTE: &str = "90th percentile: nine departures in ten take no longer.";

/// What is said of the timetables behind an answer.
#[derive(Debug, Clone, Serialize)]
pub struct TimetableNotes {
    /// Name of the window.
    leaving: &'static str,
    /// The day whose timetable was used.
    day: WrittenDay,
    /// The first departure, `HH:MM`.
    from: String,
    /// Before when the last departure is, `HH:MM`.
    until: String,
    /// No journey is longer, in minutes.
    longest: f64,
    /// Nobody walks longer to a stop or from one, in minutes.
    walk_to_stop: f64,
    /// Whether a stop is that near to where one sets out.
    stop_near: bool,
    feeds: Vec<FeedNote>,
    /// The same for people.
    #[serde(rename = "said")]
    sentences: Vec<String>,
}

/// One timetable.
#[derive(Debug, Clone, Serialize)]
pub struct FeedNote {
    source: String,
    first_day: Option<WrittenDay>,
    last_day: Option<WrittenDay>,
    /// Whether anything of it runs on the day that was used.
    runs: bool,
    /// Whether nothing of it runs any more.
    has_run_out: bool,
}

impl TimetableNotes {
    pub(super) fn new(
        snapshot: &Snapshot,
        journeys: &TransitJourneys<'_>,
        window: usize,
        stop_near: bool,
    ) -> Self {
        let (leaving, times) = DepartureWindow::NAMED[window];
        let (day, today) = (journeys.running.day, snapshot.as_of());
        let [from, until] = times.clock();
        let feed = |(kept, runs): (&KeptFeed, &bool)| FeedNote {
            runs: *runs,
            source: kept.source.clone(),
            first_day: kept.about.first_day.map(WrittenDay),
            last_day: kept.about.last_day.map(WrittenDay),
            has_run_out: kept.about.has_run_out(today),
        };
        let mut sentences = vec![format!(
            "Minutes are from door to door, on foot and {}, for who leaves between {from} and {until} on {}, {}: half of the \
             departures take no longer.",
            by_what(snapshot),
            day.format("%A"),
            format::day(day),
        )];
        sentences.extend(run_out(snapshot.timetables(), day, today));
        sentences.extend(resting(snapshot.timetables(), &journeys.running.runs, day));
        if !stop_near {
            sentences.push(format!(
                "No stop is within {WALK_TO_STOP} minutes\u{2019} walk of here: all minutes are on foot."
            ));
        }
        if journeys.is_step_free() {
            sentences.push(step_free(snapshot.timetables()));
        }
        Self {
            leaving,
            day: WrittenDay(day),
            from,
            until,
            longest: LONGEST,
            walk_to_stop: WALK_TO_STOP,
            stop_near,
            feeds: snapshot.timetables().iter().zip(&journeys.running.runs).map(feed).collect(),
            sentences,
        }
    }

    /// As a schema object of OpenAPI 3.0.
    pub fn schema() -> Value {
        let day = json!({ "type": "string", "format": "date" });
        let ends = json!({ "type": "string", "format": "date", "nullable": true });
        json!({
            "type": "object", "nullable": true,
            "required": ["leaving", "day", "from", "until", "longest", "walk_to_stop", "stop_near", "feeds", "said"],
            "properties": {
                "leaving": { "type": "string", "enum": DepartureWindow::NAMED.map(|window| window.0) },
                "day": day, "from": { "type": "string" }, "until": { "type": "string" },
                "longest": { "type": "number" }, "walk_to_stop": { "type": "number" },
                "stop_near": { "type": "boolean" },
                "feeds": { "type": "array", "items": {
                    "type": "object", "required": ["source", "first_day", "last_day", "runs", "has_run_out"],
                    "properties": {
                        "source": { "type": "string" }, "first_day": ends.clone(), "last_day": ends,
                        "runs": { "type": "boolean" }, "has_run_out": { "type": "boolean" },
                    },
                } },
                "said": { "type": "array", "items": { "type": "string" } },
            },
        })
    }

    /// For people, a sentence or two each.
    #[must_use]
    pub fn sentences(&self) -> &[String] {
        &self.sentences
    }
}

/// "by bus", where nothing else runs.
#[must_use]
pub fn by_what(snapshot: &Snapshot) -> &'static str {
    // Buses, trolleybuses and coaches, in the specification and in its extended list of types.
    let is_bus = |kind: &u32| matches!(kind, 3 | 11 | 200..=209 | 700..=716 | 800);
    let mut kinds = snapshot.timetables().iter().flat_map(|kept| &kept.about.route_kinds);
    if kinds.all(is_bus) { "by bus" } else { "by public transport" }
}

/// That timetables say nothing of today, if they do not.
fn run_out(feeds: &[KeptFeed], day: NaiveDate, today: NaiveDate) -> Option<String> {
    if day >= today {
        return None;
    }
    let ended: Vec<String> = feeds
        .iter()
        .filter(|kept| kept.about.has_run_out(today))
        .filter_map(|kept| Some(format!("{} on {}", kept.source, format::day(kept.about.last_day?))))
        .collect();
    let why = if ended.is_empty() { String::new() } else { format!(" ({})", ended.join(", ")) };
    let weekday = day.format("%A");
    Some(format!(
        "The timetables have run out{why}: this is the last {weekday} on which all of them were in force, and it may be different today."
    ))
}

/// That nothing of some timetables runs on this day, if so.
fn resting(feeds: &[KeptFeed], runs: &[bool], day: NaiveDate) -> Option<String> {
    let resting = feeds.iter().zip(runs).filter(|(_, runs)| !**runs);
    let names: Vec<&str> = resting.map(|(kept, _)| kept.source.as_str()).collect();
    let weekday = day.format("%A");
    (!names.is_empty()).then(|| format!("Nothing of {} runs on this {weekday}.", names.join(", ")))
}

/// What is made of stops and vehicles of which nothing is said.
fn step_free(feeds: &[KeptFeed]) -> String {
    let share = |of: fn(&KeptFeed) -> (u64, u64)| {
        let (known, all) = feeds.iter().map(of).fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        format::percent(1.0 - known as f64 / all.max(1) as f64)
    };
    let stops = share(|kept| (kept.about.stops_known_step_free, kept.about.stops));
    let trips = share(|kept| (kept.about.trips_known_step_free, kept.about.trips));
    format!(
        "Stops and vehicles that are marked as not for wheelchairs are left out. Nothing is said of {stops} of the stops and \
         {trips} of the journeys of vehicles, which are counted as if they could be used: ask before you rely on them."
    )
}
