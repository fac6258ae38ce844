//! The lines of an iCalendar file: unfolding, properties, moments, lengths.

use chrono::{DateTime, Duration, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use std::collections::BTreeMap;

/// The properties of an event that are kept; no other is, above all not who organises or attends it.
const READ: [&str; 18] = [
    "UID",
    "SUMMARY",
    "LOCATION",
    "GEO",
    "URL",
    "DTSTART",
    "DTEND",
    "DURATION",
    "RRULE",
    "EXRULE",
    "EXDATE",
    "RDATE",
    "RECURRENCE-ID",
    "STATUS",
    "CLASS",
    "SEQUENCE",
    "LAST-MODIFIED",
    "DTSTAMP",
];

/// Longer files are no calendar of a group.
const MAX_EVENTS: usize = 50_000;

/// A property's parameters and value.
pub(super) type CalendarProperty = (String, String);

/// One `VEVENT` as written.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct CalendarParts {
    of: BTreeMap<String, Vec<CalendarProperty>>,
    /// Line of its `BEGIN:VEVENT`.
    pub(super) line: u64,
}

impl CalendarParts {
    pub(super) fn all(&self, name: &str) -> &[CalendarProperty] {
        self.of.get(name).map_or(&[], Vec::as_slice)
    }

    pub(super) fn first(&self, name: &str) -> Option<&CalendarProperty> {
        self.all(name).first()
    }

    /// Its value in one line of plain text.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        let mut plain = String::new();
        let mut chars = self.first(name)?.1.chars();
        while let Some(c) = chars.next() {
            match (c, c == '\\') {
                (_, false) => plain.push(c),
                (_, true) => match chars.next() {
                    Some('n' | 'N') => plain.push(' '),
                    Some(escaped) => plain.push(escaped),
                    None => {}
                },
            }
        }
        Some(plain.split_whitespace().collect::<Vec<_>>().join(" ")).filter(|t| !t.is_empty())
    }

    pub(super) fn is(&self, name: &str, value: &str) -> bool {
        self.text(name).is_some_and(|text| text.eq_ignore_ascii_case(value))
    }
}

/// The events of a file, and what it says of itself (`METHOD`, `X-WR-TIMEZONE`).
///
/// # Errors
/// The text is no calendar, or has too many events.
pub(super) fn events(text: &str) -> Result<(Vec<CalendarParts>, BTreeMap<String, String>), String> {
    let (mut events, mut about) = (Vec::new(), BTreeMap::new());
    let mut open: Option<CalendarParts> = None;
    let (mut is_calendar, mut inside) = (false, 0_usize);
    for (line, content) in unfolded(text) {
        let Some((name, value)) = split(&content) else { continue };
        let (name, parameters) = name.split_once(';').unwrap_or((name, ""));
        let (name, value) = (name.trim().to_uppercase(), value.trim());
        let component = value.to_uppercase();
        match (name.as_str(), component.as_str(), &mut open) {
            ("BEGIN", "VCALENDAR", _) => is_calendar = true,
            ("BEGIN", "VEVENT", _) => {
                (open, inside) = (Some(CalendarParts { line, ..CalendarParts::default() }), 0)
            }
            ("END", "VEVENT", _) => events.extend(open.take()),
            // An alarm inside an event has properties of the same names.
            ("BEGIN", ..) => inside += 1,
            ("END", ..) => inside = inside.saturating_sub(1),
            (property, _, Some(parts)) if inside == 0 && READ.contains(&property) => {
                parts.of.entry(name).or_default().push((parameters.to_owned(), value.to_owned()));
            }
            ("METHOD" | "X-WR-TIMEZONE", _, None) => drop(about.insert(name, value.to_owned())),
            _ => {}
        }
        if events.len() > MAX_EVENTS {
            return Err(format!("more than {MAX_EVENTS} events"));
        }
    }
    if is_calendar { Ok((events, about)) } else { Err("not a calendar: no BEGIN:VCALENDAR".into()) }
}

/// Lines with their continuations, and the number of the first.
fn unfolded(text: &str) -> Vec<(u64, String)> {
    let mut lines: Vec<(u64, String)> = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let line = line.trim_end_matches('\r');
        match (line.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(rest), Some(last)) => last.1.push_str(rest),
            _ => lines.push((at as u64 + 1, line.to_owned())),
        }
    }
    lines
}

/// Name with parameters, and value; a colon in a quoted parameter is not the one between them.
fn split(line: &str) -> Option<(&str, &str)> {
    let mut quoted = false;
    let at = line.find(|c| {
        quoted ^= c == '"';
        c == ':' && !quoted
    })?;
    Some((&line[..at], &line[at + 1..]))
}

/// The day of a value that is one without a time.
pub(super) fn whole_day(value: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(value.trim(), "%Y%m%d").ok()
}

/// A moment as written: on whose clock is another matter.
pub(super) fn written(value: &str) -> Result<NaiveDateTime, String> {
    if let Some(day) = whole_day(value) {
        return Ok(day.and_time(NaiveTime::MIN));
    }
    NaiveDateTime::parse_from_str(value.trim().trim_end_matches('Z'), "%Y%m%dT%H%M%S")
        .map_err(|_| "not a moment".to_owned())
}

/// A moment on the clock of `zone`; midnight for a whole day. One of UTC or of another zone by its IANA name is converted; one
/// without a zone, or of a zone by a name of the program's own (`GMT Standard Time`), is on the clock of the place.
pub(super) fn local(parameters: &str, value: &str, zone: Tz) -> Result<NaiveDateTime, String> {
    let plain = written(value)?;
    if whole_day(value).is_some() {
        return Ok(plain);
    }
    if value.trim().ends_with('Z') {
        let utc: DateTime<Utc> = Utc.from_utc_datetime(&plain);
        return Ok(utc.with_timezone(&zone).naive_local());
    }
    let named = parameters.split(';').find_map(|p| p.strip_prefix("TZID="));
    let named = named.and_then(|name| name.trim_matches('"').parse::<Tz>().ok()).filter(|own| *own != zone);
    // In the hour that the clock jumps over there is no such moment; it is taken as written.
    let elsewhere = named.and_then(|own| own.from_local_datetime(&plain).earliest());
    Ok(elsewhere.map_or(plain, |moment| moment.with_timezone(&zone).naive_local()))
}

/// `PT1H30M`, `P1D`, `P2W`.
pub(super) fn length(text: &str) -> Option<Duration> {
    let mut rest = text.trim().trim_start_matches('+').strip_prefix('P')?;
    let mut whole = Duration::zero();
    while !rest.is_empty() {
        rest = rest.strip_prefix('T').unwrap_or(rest);
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let number: i64 = rest[..digits].parse().ok().filter(|n| *n < 1_000_000)?;
        let unit = rest[digits..].chars().next()?;
        whole += match unit {
            'W' => Duration::weeks(number),
            'D' => Duration::days(number),
            'H' => Duration::hours(number),
            'M' => Duration::minutes(number),
            'S' => Duration::seconds(number),
            _ => return None,
        };
        rest = &rest[digits + 1..];
    }
    Some(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_and_moments() {
        assert_eq!(length("PT1H30M"), Some(Duration::minutes(90)));
        assert_eq!((length("P1DT2H"), length("P2W")), (Some(Duration::hours(26)), Some(Duration::days(14))));
        assert!(["", "1H", "P1", "PT99999999999H", "P1X", "Pé"].iter().all(|text| length(text).is_none()));
        let at = |parameters, value| local(parameters, value, Tz::Europe__London).unwrap().to_string();
        assert_eq!(at("", "20260701T180000Z"), "2026-07-01 19:00:00");
        assert_eq!(at("TZID=Europe/Paris", "20260701T200000"), "2026-07-01 19:00:00");
        assert_eq!(at("TZID=\"GMT Standard Time\"", "20260701T190000"), "2026-07-01 19:00:00");
        assert_eq!(at("VALUE=DATE", "20260701"), "2026-07-01 00:00:00");
        assert!(local("", "soon", Tz::UTC).is_err());
    }

    #[test]
    fn text_is_unescaped_once() {
        let (events, _) = events(
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY;X=\"a:b\":Tea\\, talk\\nC:\\\\new\n  room\nEND:VEVENT\nEND:VCALENDAR",
        )
        .unwrap();
        assert_eq!(events[0].text("SUMMARY").unwrap(), "Tea, talk C:\\new room");
    }
}
