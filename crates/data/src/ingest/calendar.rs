//! iCalendar files as rows: an event with all its dates is one.

use super::RowError;
use super::rows::{MAX_VALUE_BYTES, SourceRow, SourceRows, too_long};
use chrono_tz::Tz;
use hereabouts_schedule::calendar;

/// Columns, in the names that listings go by.
const HEADERS: [&str; 9] =
    ["id", "name", "address", "latitude", "longitude", "postcode", "website", "schedule", "changed_on"];

const BEGIN: &str = "BEGIN:VCALENDAR";

/// Whether a text is a calendar.
pub(super) fn is_one(text: &str) -> bool {
    text.trim_start().get(..BEGIN.len()).is_some_and(|start| start.eq_ignore_ascii_case(BEGIN))
}

/// # Errors
/// Why the file is no calendar.
pub(super) fn rows(file: &str, text: &str, zone: Option<Tz>) -> Result<SourceRows, String> {
    let read = calendar::read(text, zone)?;
    let mut table = SourceRows {
        file: file.to_owned(),
        headers: HEADERS.map(str::to_owned).to_vec(),
        passed_over: read.cancelled + read.private,
        ..SourceRows::default()
    };
    table.notes.push(format!("{file}: times are on the clock of {}", read.zone));
    for (count, what) in [(read.cancelled, "cancelled"), (read.private, "marked as private")] {
        if count > 0 {
            table.notes.push(format!("{file}: {count} events {what} are left out"));
        }
    }
    let broken = |line, field: &str, value, reason| RowError {
        file: file.to_owned(),
        line,
        field: field.to_owned(),
        value,
        reason,
    };
    table.broken.extend(read.unread.into_iter().map(|u| broken(u.line, u.property, u.value, u.reason)));
    for event in read.events {
        let (lat, lon) = event.geo.unzip();
        let postcode = event.location.as_deref().and_then(crate::text::postcode_in);
        let schedule = Some(event.timetable.in_words()).filter(|words| !words.is_empty());
        let changed_on = event.changed_on.map(|day| day.to_string());
        let values = vec![
            Some(event.uid),
            Some(event.summary),
            event.location,
            lat,
            lon,
            postcode,
            event.url,
            schedule,
            changed_on,
        ];
        if values.iter().flatten().any(|value| value.len() > MAX_VALUE_BYTES) {
            table.broken.push(broken(event.line, "event", String::new(), too_long()));
        } else {
            let timetable = Some(event.timetable);
            table.rows.push(SourceRow { line: event.line, values, timetable, ..SourceRow::default() });
        }
    }
    Ok(table)
}
