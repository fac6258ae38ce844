//! Events of an iCalendar file (RFC 5545). Who organises or attends one is never read.

mod parts;

use super::rule::{RuleReading, ScheduleRule, timetable};
use chrono::{Datelike, Duration, NaiveDate, NaiveDateTime, Timelike};
use chrono_tz::Tz;
use hereabouts_core::schedule::{DAY, InvalidSession, Recurrence, Session, Timetable};
use parts::{CalendarParts, CalendarProperty, length, local, whole_day, written};
use std::collections::BTreeMap;

/// The zone of a calendar that names none, and for which none is named.
const HOME: Tz = Tz::Europe__London;

/// What a file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarFile {
    /// Events that are on, by uid.
    pub events: Vec<CalendarEvent>,
    /// Events that could not be read, by line.
    pub unread: Vec<UnreadEvent>,
    /// How many were cancelled.
    pub cancelled: u64,
    /// How many are marked as private or confidential.
    pub private: u64,
    /// The zone on whose clock the events are told.
    pub zone: Tz,
}

/// An event with all its dates, and what was changed of single ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarEvent {
    /// Line at which it begins.
    pub line: u64,
    /// Unique in its calendar.
    pub uid: String,
    /// What it is called.
    pub summary: String,
    /// Where it is, in words.
    pub location: Option<String>,
    /// Latitude and longitude in degrees, as written.
    pub geo: Option<(String, String)>,
    /// Address on the web.
    pub url: Option<String>,
    /// When it was last changed, as far as the file knows.
    pub changed_on: Option<NaiveDate>,
    /// When it is on, in local time.
    pub timetable: Timetable,
}

/// An event that could not be read, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadEvent {
    /// Line of its `BEGIN:VEVENT`.
    pub line: u64,
    /// The property at fault.
    pub property: &'static str,
    /// Its value.
    pub value: String,
    /// Why.
    pub reason: String,
}

/// Reads a calendar, on the clock of `zone`; without one, on that which the file names (`X-WR-TIMEZONE`), else London's.
///
/// # Errors
/// The text is no calendar, or has more than 50,000 events.
pub fn read(text: &str, zone: Option<Tz>) -> Result<CalendarFile, String> {
    let (all, about) = parts::events(text)?;
    let own = about.get("X-WR-TIMEZONE").and_then(|name| name.parse().ok());
    let mut calendar = CalendarFile {
        events: Vec::new(),
        unread: Vec::new(),
        cancelled: 0,
        private: 0,
        zone: zone.or(own).unwrap_or(HOME),
    };
    let all_off = about.get("METHOD").is_some_and(|method| method.eq_ignore_ascii_case("CANCEL"));
    let mut by_uid: BTreeMap<String, Vec<CalendarParts>> = BTreeMap::new();
    for parts in all {
        // Without an id the event is known by its name and first moment, wherever it stands in the file.
        let made = || format!("{} {}", text_of(&parts, "SUMMARY"), text_of(&parts, "DTSTART"));
        by_uid.entry(parts.text("UID").unwrap_or_else(made)).or_default().push(parts);
    }
    for (uid, mut versions) in by_uid {
        versions.sort_by_cached_key(|p| (number(p, "SEQUENCE"), text_of(p, "LAST-MODIFIED"), p.clone()));
        let series = EventSeries::of(versions);
        if series.face().is_some_and(|face| !face.is("CLASS", "PUBLIC") && face.first("CLASS").is_some()) {
            calendar.private += 1;
        } else if all_off || series.is_cancelled() {
            calendar.cancelled += 1;
        } else {
            match series.event(uid, calendar.zone) {
                Ok(event) => calendar.events.push(event),
                Err(why) => calendar.unread.push(why),
            }
        }
    }
    calendar.unread.sort_by_key(|unread| unread.line);
    Ok(calendar)
}

fn text_of(parts: &CalendarParts, name: &str) -> String {
    parts.text(name).unwrap_or_default()
}

fn number(parts: &CalendarParts, name: &str) -> u64 {
    parts.text(name).and_then(|n| n.parse().ok()).unwrap_or(0)
}

/// All that a file has of one event.
struct EventSeries {
    /// The event itself, in its latest version.
    main: Option<CalendarParts>,
    /// Single dates that were changed, each in its latest version, by the date as written.
    changes: BTreeMap<String, CalendarParts>,
}

impl EventSeries {
    /// Versions from the oldest to the latest.
    fn of(versions: Vec<CalendarParts>) -> Self {
        let mut series = Self { main: None, changes: BTreeMap::new() };
        for parts in versions {
            match parts.text("RECURRENCE-ID") {
                Some(date) => drop(series.changes.insert(date, parts)),
                None => series.main = Some(parts),
            }
        }
        series
    }

    /// What tells of it: the event itself, or where the file has only changes, the first of these.
    fn face(&self) -> Option<&CalendarParts> {
        self.main.as_ref().or(self.changes.values().next())
    }

    fn is_cancelled(&self) -> bool {
        self.face().is_some_and(is_cancelled)
    }

    /// # Errors
    /// What of it is not understood.
    fn event(&self, uid: String, zone: Tz) -> Result<CalendarEvent, UnreadEvent> {
        let missing =
            || UnreadEvent { line: 0, property: "DTSTART", value: String::new(), reason: "missing".into() };
        let face = self.face().ok_or_else(missing)?;
        let regular = self.main.as_ref().map(|main| regular(main, zone)).transpose()?.unwrap_or_default();
        let (mut sessions, mut except) = (regular.sessions().to_vec(), regular.except().to_vec());
        for change in self.changes.values() {
            let (_, was) = moment(change, "RECURRENCE-ID", zone)?.ok_or_else(missing)?;
            if change
                .first("RECURRENCE-ID")
                .is_some_and(|(parameters, _)| parameters.contains("THISANDFUTURE"))
            {
                return Err(wrong(change, "RECURRENCE-ID", "a change of all that follow"));
            }
            except.push(was.date());
            sessions.retain(|s| s.on != Recurrence::Once(was.date()));
            if !is_cancelled(change)
                && let Some((_, start)) = moment(change, "DTSTART", zone)?
            {
                sessions
                    .push(once(start, end(change, start, zone)?).map_err(|e| wrong(change, "DTSTART", e))?);
            }
        }
        let geo = face.text("GEO").and_then(|geo| {
            let (lat, lon) = geo.split_once([';', ','])?;
            Some((lat.trim().to_owned(), lon.trim().to_owned()))
        });
        let changed = ["LAST-MODIFIED", "DTSTAMP"].iter().find_map(|name| face.first(name));
        Ok(CalendarEvent {
            line: face.line,
            uid,
            summary: text_of(face, "SUMMARY"),
            location: face.text("LOCATION"),
            geo,
            url: face.text("URL"),
            changed_on: changed.and_then(|(p, value)| local(p, value, zone).ok()).map(|at| at.date()),
            timetable: Timetable::new(sessions, except),
        })
    }
}

fn is_cancelled(parts: &CalendarParts) -> bool {
    parts.is("STATUS", "CANCELLED")
}

fn wrong(parts: &CalendarParts, property: &'static str, reason: impl ToString) -> UnreadEvent {
    let value = parts.first(property).map_or("", |(_, value)| value);
    UnreadEvent {
        line: parts.line,
        property,
        value: value.chars().take(200).collect(),
        reason: reason.to_string(),
    }
}

/// A moment as written and on the clock of the place.
fn moment(
    parts: &CalendarParts,
    property: &'static str,
    zone: Tz,
) -> Result<Option<(NaiveDateTime, NaiveDateTime)>, UnreadEvent> {
    let Some((parameters, value)) = parts.first(property) else { return Ok(None) };
    let read = written(value).and_then(|written| Ok((written, local(parameters, value, zone)?)));
    read.map(Some).map_err(|why| wrong(parts, property, why))
}

/// Minutes from midnight.
fn minutes(at: NaiveDateTime) -> u16 {
    (at.hour() * 60 + at.minute()) as u16
}

fn once(start: NaiveDateTime, to: Option<u16>) -> Result<Session, InvalidSession> {
    Session::new(Recurrence::Once(start.date()), minutes(start), to)
}

/// Minutes from the midnight before the start to the end: `None` where it is not told, or more than a day later.
fn end(parts: &CalendarParts, start: NaiveDateTime, zone: Tz) -> Result<Option<u16>, UnreadEvent> {
    // A whole day without an end is one day.
    if parts.first("DTSTART").is_some_and(|(_, value)| whole_day(value).is_some()) {
        return Ok(Some(DAY));
    }
    let lasts = match moment(parts, "DTEND", zone)? {
        Some((_, end)) => Some(end - start),
        None => parts.text("DURATION").and_then(|text| length(&text)),
    };
    let lasts = lasts.filter(|l| *l > Duration::zero() && *l <= Duration::days(1));
    Ok(lasts.map(|l| minutes(start) + l.num_minutes() as u16).filter(|to| *to > minutes(start)))
}

/// The dates of an event by its rule, without the changes of single ones.
fn regular(main: &CalendarParts, zone: Tz) -> Result<Timetable, UnreadEvent> {
    let (as_written, start) =
        moment(main, "DTSTART", zone)?.ok_or_else(|| wrong(main, "DTSTART", "missing"))?;
    if main.first("EXRULE").is_some() || main.all("RRULE").len() > 1 {
        return Err(wrong(main, "RRULE", "more than one rule"));
    }
    let text = main.first("RRULE").map_or("", |(_, rule)| rule);
    let mut rule = ScheduleRule::parse(text);
    if as_written.date() != start.date() && (rule.byday.is_some() || rule.bymonthday.is_some()) {
        return Err(wrong(main, "RRULE", "its days are those of another time zone"));
    }
    let to = end(main, start, zone)?;
    let clock = |minutes: u16| format!("{:02}:{:02}", minutes / 60 % 24, minutes % 60);
    rule.dtstart = Some(start.format("%Y-%m-%dT%H:%M:%S").to_string());
    rule.opens = Some(clock(minutes(start)));
    rule.closes = to.map(clock);
    if let Some(until) = &rule.until {
        let until = local("", until, zone).map_err(|why| wrong(main, "RRULE", why))?;
        // A session that starts later on the last day is not in it; a day alone is the whole day.
        let whole = rule.until.as_deref().is_some_and(|text| whole_day(text).is_some());
        let last =
            if whole || until.time() >= start.time() { Some(until.date()) } else { until.date().pred_opt() };
        rule.until = last.map(|day| day.to_string());
    }
    let without: Vec<String> =
        moments(main, "EXDATE", zone)?.iter().map(|at| at.date().to_string()).collect();
    rule.exdate = (!without.is_empty()).then(|| without.join(","));
    let regular = timetable(&[rule], RuleReading::ByTheStandard).map_err(|why| wrong(main, "RRULE", why))?;
    let lasts = to.map(|to| to - minutes(start));
    let mut sessions = regular.sessions().to_vec();
    for at in moments(main, "RDATE", zone)? {
        if !regular.except().contains(&at.date()) {
            let session = once(at, lasts.map(|lasts| minutes(at) + lasts));
            sessions.push(session.map_err(|e| wrong(main, "RDATE", e))?);
        }
    }
    Ok(Timetable::new(sessions, regular.except().to_vec()))
}

/// Moments of all lists of a property; of a period, its beginning.
fn moments(
    main: &CalendarParts,
    property: &'static str,
    zone: Tz,
) -> Result<Vec<NaiveDateTime>, UnreadEvent> {
    let one = |(parameters, list): &CalendarProperty| {
        let values = list.split(',').filter_map(|value| value.split('/').next());
        values.map(|value| local(parameters, value, zone)).collect::<Result<Vec<_>, _>>()
    };
    let all: Result<Vec<_>, _> = main.all(property).iter().map(one).collect();
    let all = all.map_err(|why| wrong(main, property, why))?.concat();
    // Years that no clock of ours can count with.
    Ok(all.into_iter().filter(|at| (1900..2200).contains(&at.year())).collect())
}

#[cfg(test)]
mod tests;
