//! When a service is on.

use super::json::{list, plain, string, strings};
use crate::ingest::closed;
use chrono::{Days, NaiveDate};
use hereabouts_core::schedule::{Session, Timetable};
use hereabouts_schedule::{self as schedule, RuleReading, ScheduleRule};
use serde_json::Value;
use std::collections::BTreeSet;

/// Days of one holiday at most: a longer one is no exception.
const LONGEST_HOLIDAY: u64 = 366;

/// When a service is on at a place.
#[derive(Debug, Default)]
pub(super) struct ServiceTimes {
    /// What is understood.
    pub(super) timetable: Option<Timetable>,
    /// All in words: the source's own where it has any, and what was not understood as it was written.
    pub(super) words: Option<String>,
    /// What was not understood.
    pub(super) not_read: Vec<String>,
}

/// The schedules of the service there, else of the location, else of the service, less the days on which it is closed. Each
/// is read for itself: one that is not understood costs no other.
pub(super) fn when(place: &Value, location: &Value, service: &Value) -> ServiceTimes {
    const NAMES: [&str; 3] = ["schedules", "regular_schedules", "regular_schedule"];
    let all = [place, location, service].into_iter().map(|of| list(of, &NAMES)).find(|all| !all.is_empty());
    let all = all.unwrap_or_default();
    let mut times = ServiceTimes::default();
    let mut words: BTreeSet<String> =
        all.iter().filter_map(|s| string(s, &["description"])).map(|d| plain(&d)).collect();
    let described = words.clone();
    let mut sessions: Vec<Session> = Vec::new();
    for one in &all {
        if let Some(notice) =
            string(one, &["notes", "description"]).map(|n| plain(&n)).filter(|n| closed::is_notice(n))
        {
            words.insert(notice.clone());
            times.not_read.push(notice);
            continue;
        }
        let rule = rule(one);
        if rule == ScheduleRule::default() {
            continue;
        }
        match schedule::timetable(std::slice::from_ref(&rule), RuleReading::ByHand) {
            Ok(read) => sessions.extend(read.sessions()),
            // Its words may be as good as a rule.
            Err(_) => match string(one, &["description"]).and_then(|d| schedule::read(&plain(&d)).ok()) {
                Some(read) => sessions.extend(read.sessions()),
                None => {
                    words.insert(rule.as_written());
                    times.not_read.push(rule.as_written());
                }
            },
        }
    }
    if sessions.is_empty() && times.not_read.is_empty() && described.len() == 1 {
        match described.first().map(|words| schedule::read(words)) {
            Some(Ok(read)) => sessions.extend(read.sessions()),
            _ => times.not_read.extend(described.clone()),
        }
    }
    let holidays = holidays([place, location, service]);
    times.timetable = (!sessions.is_empty()).then(|| Timetable::new(sessions, holidays));
    words.remove("");
    times.words = match (described.is_empty(), &times.timetable) {
        // The source's words tell all of it; without any, what is understood is put into words.
        (true, Some(read)) => {
            Some(std::iter::once(read.in_words()).chain(words).collect::<Vec<_>>().join("; "))
        }
        _ => (!words.is_empty()).then(|| words.into_iter().collect::<Vec<_>>().join("; ")),
    };
    times
}

/// Days on which it is closed or on at other times than usual.
fn holidays(of: [&Value; 3]) -> Vec<NaiveDate> {
    let day = |one: &Value, name: &str| crate::text::day(&string(one, &[name])?).ok();
    let all = of.into_iter().flat_map(|of| list(of, &["holiday_schedules", "holiday_schedule"]));
    let spans = all
        .filter_map(|one| Some((day(one, "start_date")?, day(one, "end_date").or(day(one, "start_date"))?)));
    let within = spans.filter(|(from, to)| from <= to && *to <= *from + Days::new(LONGEST_HOLIDAY));
    within.flat_map(|(from, to)| from.iter_days().take_while(move |day| *day <= to)).collect()
}

fn rule(schedule: &Value) -> ScheduleRule {
    let field = |names: &[&str]| strings(schedule, names);
    ScheduleRule {
        freq: field(&["freq"]),
        interval: field(&["interval"]),
        byday: field(&["byday"]).or_else(|| field(&["weekday"]).map(|day| numbered(&day))),
        bymonthday: field(&["bymonthday"]),
        dtstart: field(&["dtstart"]),
        until: field(&["until"]),
        count: field(&["count"]),
        wkst: field(&["wkst"]),
        opens: field(&["opens_at"]),
        closes: field(&["closes_at"]),
        valid_from: field(&["valid_from"]),
        valid_to: field(&["valid_to"]),
        ..ScheduleRule::default()
    }
}

/// A weekday that is a number as its code: 1 is Monday and 7 Sunday.
fn numbered(day: &str) -> String {
    let codes = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
    let code = |d: &str| d.trim().parse::<usize>().ok().and_then(|n| codes.get(n.checked_sub(1)?));
    day.split(',').map(|d| code(d).map_or(d, |code| *code)).collect::<Vec<_>>().join(",")
}
