//! Sessions of assets as a calendar that other programs take up (RFC 5545).

use crate::snapshot::Snapshot;
use hereabouts_core::schedule::Timetable;
use hereabouts_data::feedback::verification::ListingState;
use hereabouts_schedule::ical_writer::{CalendarWriter, escape, uid};

/// The media type of [`calendar`].
pub const MIME: &str = "text/calendar; charset=utf-8";

/// Whether there is anything to put in a calendar.
#[must_use]
pub fn has_sessions(snapshot: &Snapshot, at: usize) -> bool {
    !events(snapshot, at).is_empty()
}

/// Sessions of these assets, by position, from the day that the data are looked at.
#[must_use]
pub fn calendar(snapshot: &Snapshot, assets: &[usize]) -> String {
    let mut out = CalendarWriter::new();
    for &at in assets {
        for event in events(snapshot, at) {
            out.event(&event);
        }
    }
    out.finish()
}

/// Each session as lines; none of what has closed.
fn events(snapshot: &Snapshot, at: usize) -> Vec<Vec<String>> {
    let record = &snapshot.assets()[at].record;
    if snapshot.standing(at).is_some_and(|standing| standing.state == ListingState::Closed) {
        return Vec::new();
    }
    // What a calendar says of it where the listing has no timetable of its own.
    let own = record.timetable.as_ref().and_then(|t| Timetable::try_from(t).ok());
    let calendars = snapshot.study().assets()[at].asset.calendars.iter().map(|c| c.timetable.clone());
    let tables: Vec<Timetable> = own.map_or_else(|| calendars.collect(), |own| vec![own]);
    let from = snapshot.as_of();
    let sessions =
        tables.iter().flat_map(|table| table.sessions().iter().map(move |session| (table, session)));
    sessions
        .enumerate()
        .filter_map(|(n, (table, session))| {
            let mut lines = hereabouts_schedule::ical_writer::session(table, session, from)?;
            lines.insert(0, format!("UID:{}-{n}@hereabouts", uid(&record.id())));
            lines.insert(0, "BEGIN:VEVENT".to_owned());
            lines.push(format!("SUMMARY:{}", escape(&record.name)));
            lines.extend(record.address.as_ref().map(|address| format!("LOCATION:{}", escape(address))));
            let about = [record.cost.as_deref(), record.eligibility.as_deref(), record.phone.as_deref()];
            let about: Vec<&str> = about.into_iter().flatten().collect();
            if !about.is_empty() {
                lines.push(format!("DESCRIPTION:{}", escape(&about.join("\n"))));
            }
            lines.push("END:VEVENT".to_owned());
            Some(lines)
        })
        .collect()
}
