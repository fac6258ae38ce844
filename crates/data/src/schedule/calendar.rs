//! Events of an iCalendar file (RFC 5545). Who organises or attends one is never read.

use super::rule::{Reading, Rule, timetable};
use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Tz;
use hereabouts_core::schedule::{Recurrence, Session, Timetable};
use std::collections::BTreeMap;

/// An event, with all its dates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Unique in its calendar.
    pub uid: String,
    /// What it is called.
    pub summary: String,
    /// Where it is, in words.
    pub location: Option<String>,
    /// Latitude and longitude as written, `53.5;-2.2`.
    pub geo: Option<String>,
    /// Address on the web.
    pub url: Option<String>,
    /// When it is on, in local time.
    pub timetable: Timetable,
}

/// An event that could not be read, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// Line of its `BEGIN:VEVENT`.
    pub line: u64,
    /// The property at fault.
    pub property: &'static str,
    /// Its value.
    pub value: String,
    /// Why.
    pub reason: String,
}

/// Longer files are no calendar of a group.
const MAX_EVENTS: usize = 50_000;

#[derive(Debug, Default)]
struct Parts {
    line: u64,
    /// Property → its parameters and value, all of them.
    of: BTreeMap<String, Vec<(String, String)>>,
}

impl Parts {
    fn text(&self, name: &str) -> Option<String> {
        let value = &self.of.get(name)?.first()?.1;
        let plain = value
            .replace("\\n", " ")
            .replace("\\N", " ")
            .replace("\\,", ",")
            .replace("\\;", ";")
            .replace("\\\\", "\\");
        Some(plain.split_whitespace().collect::<Vec<_>>().join(" ")).filter(|t| !t.is_empty())
    }
}

/// Events that go on or will be, with the times of `zone` where the file gives them in UTC; and those that are not read.
///
/// # Errors
/// The text is no calendar.
pub fn read(text: &str, zone: Tz) -> Result<(Vec<Event>, Vec<Unread>), String> {
    let lines = unfolded(text);
    if !lines.iter().any(|(_, line)| line.trim().eq_ignore_ascii_case("BEGIN:VCALENDAR")) {
        return Err("not a calendar: no BEGIN:VCALENDAR".into());
    }
    let mut by_uid: BTreeMap<String, Vec<Parts>> = BTreeMap::new();
    let mut open: Option<Parts> = None;
    let mut count = 0;
    let mut inside = 0_usize;
    for (number, line) in lines {
        let upper = line.trim().to_uppercase();
        match (&mut open, upper.as_str()) {
            (_, "BEGIN:VEVENT") => (open, inside) = (Some(Parts { line: number, ..Parts::default() }), 0),
            (Some(_), "END:VEVENT") => {
                if let Some(parts) = open.take() {
                    count += 1;
                    if count > MAX_EVENTS {
                        return Err(format!("more than {MAX_EVENTS} events"));
                    }
                    let uid = parts.text("UID").unwrap_or_else(|| format!("line {}", parts.line));
                    by_uid.entry(uid).or_default().push(parts);
                }
            }
            // An alarm inside an event has properties of the same names.
            (Some(_), other) if other.starts_with("BEGIN:") => inside += 1,
            (Some(_), other) if other.starts_with("END:") => inside = inside.saturating_sub(1),
            (Some(parts), _) if inside == 0 => {
                let Some((name, value)) = split(&line) else { continue };
                let (name, parameters) = name.split_once(';').unwrap_or((name, ""));
                parts
                    .of
                    .entry(name.to_uppercase())
                    .or_default()
                    .push((parameters.to_owned(), value.to_owned()));
            }
            _ => {}
        }
    }
    let (mut events, mut unread) = (Vec::new(), Vec::new());
    for (uid, parts) in by_uid {
        match event(&uid, &parts, zone) {
            Ok(Some(event)) => events.push(event),
            Ok(None) => {}
            Err(why) => unread.push(why),
        }
    }
    unread.sort_by_key(|u| u.line);
    Ok((events, unread))
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

fn event(uid: &str, all: &[Parts], zone: Tz) -> Result<Option<Event>, Unread> {
    let is_change = |p: &&Parts| p.of.contains_key("RECURRENCE-ID");
    let Some(main) = all.iter().find(|p| !is_change(p)).or(all.first()) else { return Ok(None) };
    let cancelled = |p: &Parts| p.text("STATUS").is_some_and(|s| s.eq_ignore_ascii_case("CANCELLED"));
    if cancelled(main) {
        return Ok(None);
    }
    let wrong = |line: u64, property: &'static str, value: &str, reason: String| Unread {
        line,
        property,
        value: value.chars().take(200).collect(),
        reason,
    };
    let moment = |p: &Parts, name: &'static str| -> Result<Option<NaiveDateTime>, Unread> {
        let Some((parameters, value)) = p.of.get(name).and_then(|all| all.first()) else { return Ok(None) };
        local(parameters, value, zone).map(Some).map_err(|why| wrong(p.line, name, value, why))
    };
    let Some(start) = moment(main, "DTSTART")? else {
        return Err(wrong(main.line, "DTSTART", "", "missing".into()));
    };
    let clock = |t: NaiveDateTime| t.format("%H:%M").to_string();
    let rule_text = main.of.get("RRULE").and_then(|r| r.first()).map_or("", |r| r.1.as_str());
    let mut rule = Rule::parse(rule_text);
    rule.dtstart = Some(start.format("%Y-%m-%dT%H:%M:%S").to_string());
    rule.opens = Some(clock(start));
    rule.closes = moment(main, "DTEND")?
        .filter(|end| *end > start && *end - start <= chrono::Duration::days(1))
        .map(clock);
    // UNTIL is a moment in UTC; its day is what counts.
    rule.until = rule.until.map(|until| until.split('T').next().unwrap_or_default().to_owned());
    let regular = timetable(&[rule], Reading::ByTheStandard)
        .map_err(|why| wrong(main.line, "RRULE", rule_text, why))?;
    let mut sessions = regular.sessions().to_vec();
    let mut except: Vec<NaiveDate> = Vec::new();
    let times = |name: &'static str| -> Result<Vec<NaiveDate>, Unread> {
        let all = main.of.get(name).map_or(&[][..], Vec::as_slice);
        let one = |(parameters, value): &(String, String)| {
            value
                .split(',')
                .map(|v| {
                    local(parameters, v, zone).map(|t| t.date()).map_err(|why| wrong(main.line, name, v, why))
                })
                .collect::<Result<Vec<_>, _>>()
        };
        all.iter().map(one).collect::<Result<Vec<_>, _>>().map(|days| days.concat())
    };
    except.extend(times("EXDATE")?);
    let minutes = |t: NaiveDateTime| (chrono::Timelike::hour(&t) * 60 + chrono::Timelike::minute(&t)) as u16;
    for date in times("RDATE")? {
        let to = sessions.first().and_then(|s| s.to);
        sessions.extend(Session::new(Recurrence::Once(date), minutes(start), to));
    }
    for change in all.iter().filter(is_change) {
        except.extend(moment(change, "RECURRENCE-ID")?.map(|t| t.date()));
        if let Some(at) = moment(change, "DTSTART")?.filter(|_| !cancelled(change)) {
            // On a day with an exception nothing is on: one moved within its day stays where the rule has it.
            except.retain(|day| *day != at.date());
            if !regular.on(at.date()).iter().any(|o| o.start.date() == at.date()) {
                sessions.extend(Session::new(Recurrence::Once(at.date()), minutes(at), None));
            }
        }
    }
    Ok(Some(Event {
        uid: uid.to_owned(),
        summary: main.text("SUMMARY").unwrap_or_default(),
        location: main.text("LOCATION"),
        geo: main.text("GEO"),
        url: main.text("URL"),
        timetable: Timetable::new(sessions, except),
    }))
}

/// A moment in the time of the place: as written, or from UTC; midnight for a whole day.
fn local(parameters: &str, value: &str, zone: Tz) -> Result<NaiveDateTime, String> {
    let value = value.trim();
    if let Ok(day) = NaiveDate::parse_from_str(value, "%Y%m%d") {
        return Ok(day.and_time(chrono::NaiveTime::MIN));
    }
    let plain = NaiveDateTime::parse_from_str(value.trim_end_matches('Z'), "%Y%m%dT%H%M%S")
        .map_err(|_| "not a moment".to_owned())?;
    if value.ends_with('Z') {
        let utc: DateTime<Utc> = Utc.from_utc_datetime(&plain);
        return Ok(utc.with_timezone(&zone).naive_local());
    }
    let named = parameters.split(';').find_map(|p| p.strip_prefix("TZID="));
    match named.map(|n| n.trim_matches('"').parse::<Tz>()) {
        // A named zone is the place's own for a group that meets: its clock is on the wall there.
        Some(Ok(_)) | None => Ok(plain),
        // `GMT Standard Time` and its like are local times as well.
        Some(Err(_)) => Ok(plain),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CALENDAR: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:walk@example.org\r\nDTSTART;TZID=Europe/London:20260108T100000\r\nDTEND;TZID=Europe/London:20260108T120000\r\nRRULE:FREQ=WEEKLY;BYDAY=TH;UNTIL=20261231T235959Z\r\nEXDATE;TZID=Europe/London:20260409T100000\r\nSUMMARY:Walk\\, talk\r\n  and tea\r\nORGANIZER;CN=\"A: Person\":mailto:someone@example.org\r\nBEGIN:VALARM\r\nSUMMARY:Alarm\r\nEND:VALARM\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:walk@example.org\r\nRECURRENCE-ID:20260604T090000Z\r\nDTSTART;TZID=Europe/London:20260605T100000\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:choir\r\nDTSTART:20260701T180000Z\r\nSUMMARY:Choir\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:off\r\nDTSTART:20260701T180000Z\r\nSTATUS:CANCELLED\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:bad\r\nDTSTART:soon\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

    fn events() -> (Vec<Event>, Vec<Unread>) {
        read(CALENDAR, chrono_tz::Europe::London).unwrap()
    }

    #[test]
    fn an_event_with_its_exceptions_and_changes() {
        let (events, unread) = events();
        let walk = events.iter().find(|e| e.uid == "walk@example.org").unwrap();
        assert_eq!(walk.summary, "Walk, talk and tea");
        let on = |m: u32, d: u32| walk.timetable.on(NaiveDate::from_ymd_opt(2026, m, d).unwrap()).len();
        assert_eq!([on(1, 8), on(4, 2), on(4, 9), on(6, 4), on(6, 5), on(12, 31)], [1, 1, 0, 0, 1, 1]);
        assert_eq!(walk.timetable.next(NaiveDate::from_ymd_opt(2027, 1, 1).unwrap().into()), None);
        assert_eq!((unread.len(), unread[0].property, unread[0].value.as_str()), (1, "DTSTART", "soon"));
    }

    #[test]
    fn utc_is_told_by_the_clock_of_the_place_and_cancelled_events_are_none() {
        let (events, _) = events();
        let choir = events.iter().find(|e| e.uid == "choir").unwrap();
        assert_eq!(choir.timetable.in_words(), "1 July 2026 19:00");
        assert!(events.iter().all(|e| e.uid != "off"));
    }

    #[test]
    fn nobody_is_read() {
        assert!(
            !format!("{:?}", events()).contains("Person") && !format!("{:?}", events()).contains("mailto")
        );
    }

    #[test]
    fn damage_is_an_error_or_fewer_events() {
        assert!(read("hello", chrono_tz::UTC).is_err());
        for cut in 0..CALENDAR.len() {
            if CALENDAR.is_char_boundary(cut) {
                let _ = read(&CALENDAR[..cut], chrono_tz::UTC);
            }
        }
    }
}
