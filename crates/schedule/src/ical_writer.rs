//! A calendar that other programs take up (RFC 5545).
//!
//! Times are those of the clock there, without a time zone: what is said of a place is meant at that place, and calendars
//! show such times as they stand (3.3.5, form 1).

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use hereabouts_core::schedule::{Recurrence, Session, Timetable};
use std::fmt::Write;

/// Days ahead in which a session must come to be in the calendar.
const AHEAD: usize = 400;

/// Octets of a line at most, without its end (3.1).
const LINE: usize = 75;

/// A calendar on its way to text.
#[derive(Debug)]
pub struct CalendarWriter(String);

impl CalendarWriter {
    /// Without any event.
    #[must_use]
    pub fn new() -> Self {
        let mut out = String::new();
        for line in [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//Hereabouts//EN",
            "CALSCALE:GREGORIAN",
            "METHOD:PUBLISH",
        ] {
            fold(line, &mut out);
        }
        Self(out)
    }

    /// Adds an event, given as its lines.
    pub fn event(&mut self, lines: &[String]) {
        for line in lines {
            fold(line, &mut self.0);
        }
    }

    /// The whole of it.
    #[must_use]
    pub fn finish(mut self) -> String {
        fold("END:VCALENDAR", &mut self.0);
        self.0
    }
}

impl Default for CalendarWriter {
    fn default() -> Self {
        Self::new()
    }
}

/// When a session is, as lines of an event: from its first day on or after `from`, as long as it comes back, less the days on which it is not.
#[must_use]
pub fn session(table: &Timetable, session: &Session, from: NaiveDate) -> Option<Vec<String>> {
    let stands = |day: NaiveDate| {
        let single = matches!(session.on, Recurrence::Once(_));
        session.is_on(day) && (single || table.except().binary_search(&day).is_err())
    };
    let first = from.iter_days().take(AHEAD).find(|day| stands(*day))?;
    let at = |day: NaiveDate, minute: u16| {
        written(day.and_time(NaiveTime::MIN) + TimeDelta::minutes(i64::from(minute)))
    };
    // The moment of its making says when the data were looked at: the same data make the same bytes.
    let mut lines = vec![format!("DTSTAMP:{}Z", at(from, 0)), format!("DTSTART:{}", at(first, session.from))];
    lines.extend(session.to.map(|to| format!("DTEND:{}", at(first, to))));
    lines.extend(rule(session).map(|mut rule| {
        if let Some(last) = session.last {
            // Writing to a String does not fail.
            let _ = write!(rule, ";UNTIL={}", at(last, 24 * 60 - 1));
        }
        rule
    }));
    if !matches!(session.on, Recurrence::Once(_)) {
        let off = table.except().iter().filter(|day| **day > first && session.is_on(**day));
        lines.extend(off.map(|day| format!("EXDATE:{}", at(*day, session.from))));
    }
    Some(lines)
}

fn rule(session: &Session) -> Option<String> {
    const DAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
    let often = |every: u8| if every > 1 { format!(";INTERVAL={every}") } else { String::new() };
    match session.on {
        Recurrence::Weekly { day, every, .. } => {
            Some(format!("RRULE:FREQ=WEEKLY{};BYDAY={}", often(every), DAYS[usize::from(day)]))
        }
        Recurrence::Monthly { day, nth, every, .. } => {
            Some(format!("RRULE:FREQ=MONTHLY{};BYDAY={nth}{}", often(every), DAYS[usize::from(day)]))
        }
        Recurrence::DayOfMonth { day } => Some(format!("RRULE:FREQ=MONTHLY;BYMONTHDAY={day}")),
        Recurrence::Once(_) => None,
    }
}

fn written(at: NaiveDateTime) -> String {
    at.format("%Y%m%dT%H%M%S").to_string()
}

/// Text as a value (3.3.11).
#[must_use]
pub fn escape(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// An id without what means something in a calendar.
#[must_use]
pub fn uid(id: &str) -> String {
    id.chars().filter(|c| c.is_ascii_graphic() && !",;:\\\"".contains(*c)).collect()
}

/// A line with its end, broken where it is too long, never within a character.
fn fold(line: &str, out: &mut String) {
    let mut room = LINE;
    for c in line.chars() {
        if c.len_utf8() > room {
            out.push_str("\r\n ");
            room = LINE - 1;
        }
        out.push(c);
        room -= c.len_utf8();
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn lines(on: Recurrence, first: Option<&str>, last: Option<&str>, except: &[&str]) -> Vec<String> {
        let session = Session::new(on, 1_380, Some(1_500)).unwrap().within(first.map(day), last.map(day));
        let table = Timetable::new(vec![session], except.iter().map(|d| day(d)).collect());
        super::session(&table, &session, day("2026-11-21")).unwrap_or_default()
    }

    #[test]
    fn a_session_begins_on_its_first_day_to_come() {
        let weekly = Recurrence::Weekly { day: 3, every: 2, anchor: Some(day("2026-11-05")) };
        // The first Thursday of those weeks is left out, and so is one after it; one between the weeks says nothing.
        let written = lines(weekly, None, Some("2027-03-31"), &["2026-12-03", "2026-12-10", "2026-12-31"]);
        assert_eq!(
            written,
            [
                "DTSTAMP:20261121T000000Z",
                "DTSTART:20261217T230000",
                "DTEND:20261218T010000",
                "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TH;UNTIL=20270331T235900",
                "EXDATE:20261231T230000"
            ]
        );
        let second = Recurrence::Monthly { day: 1, nth: -1, every: 1, anchor: None };
        assert!(lines(second, None, None, &[]).contains(&"RRULE:FREQ=MONTHLY;BYDAY=-1TU".to_owned()));
        assert_eq!(lines(Recurrence::Once(day("2026-11-20")), None, None, &[]), Vec::<String>::new());
        let unknown = Recurrence::Weekly { day: 3, every: 2, anchor: None };
        assert_eq!(lines(unknown, None, None, &[]), Vec::<String>::new(), "nobody knows which weeks");
    }

    #[test]
    fn lines_are_short_and_text_is_text() {
        assert_eq!(escape("Tea, cake; talk\\\nA\rB"), "Tea\\, cake\\; talk\\\\\\nAB");
        assert_eq!(uid("s/1;X:2"), "s/1X2");
        let mut out = String::new();
        fold(&format!("SUMMARY:{}", "é".repeat(100)), &mut out);
        assert!(out.ends_with("\r\n") && out.split("\r\n").all(|line| line.len() <= LINE));
        assert_eq!(out.replace("\r\n ", "").trim_end().chars().filter(|c| *c == 'é').count(), 100);
    }
}
