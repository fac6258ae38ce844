//! OpenStreetMap's `opening_hours`.

use super::fit;
use chrono::{Days, NaiveDate, NaiveDateTime, Timelike};
use hereabouts_core::schedule::{DAY, Timetable};
use opening_hours::{OpeningHours, RuleKind};

/// Two years: what comes back by the week or month shows, and so does what changes with the season.
const WEEKS: u64 = 104;

/// Longer rules are no opening hours; the cap bounds what evaluating one can cost.
const MAX_CHARS: usize = 500;

/// # Errors
/// What is not understood, or comes back neither by the week nor by the month.
pub(super) fn read(text: &str) -> Result<Timetable, String> {
    let lower = text.to_lowercase();
    if text.len() > MAX_CHARS {
        return Err("too long".into());
    }
    // The sun is somewhere else every day.
    if ["sun", "dawn", "dusk"].iter().any(|word| {
        lower.match_indices(word).any(|(at, _)| {
            lower[at..].starts_with("sunr") || lower[at..].starts_with("suns") || *word != "sun"
        })
    }) {
        return Err("times by the sun".into());
    }
    let hours: OpeningHours =
        text.parse().map_err(|e| format!("{e}").lines().next().unwrap_or("not opening hours").to_owned())?;
    let monday = NaiveDate::from_ymd_opt(2024, 1, 1).ok_or("no such day")?;
    let (from, to) = (midnight(monday), midnight(monday + Days::new(7 * WEEKS)));
    let mut spans = Vec::new();
    for range in hours.iter_range(from, to) {
        match range.kind {
            RuleKind::Closed => {}
            RuleKind::Unknown => return Err("open at times that it does not tell".into()),
            RuleKind::Open => days(range.range.start, range.range.end, &mut spans),
        }
    }
    fit::timetable(&spans, monday, WEEKS)
}

fn midnight(day: NaiveDate) -> NaiveDateTime {
    day.and_time(chrono::NaiveTime::MIN)
}

/// A stretch of open time as one span for each day that it starts on; one of a day or more is whole days.
fn days(start: NaiveDateTime, end: NaiveDateTime, spans: &mut Vec<(NaiveDate, u16, u16)>) {
    let minute = |t: NaiveDateTime| (t.hour() * 60 + t.minute()) as u16;
    let long = (end - start).num_minutes();
    if long <= i64::from(DAY) {
        spans.push((start.date(), minute(start), minute(start) + long as u16));
        return;
    }
    let mut day = start.date();
    let mut from = minute(start);
    while midnight(day) < end {
        let left = (end - midnight(day)).num_minutes();
        spans.push((day, from, left.min(i64::from(DAY)) as u16));
        (day, from) = (day + Days::new(1), 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Result<String, String> {
        read(text).map(|t| t.in_words())
    }

    #[test]
    fn reads_what_comes_back_by_the_week_or_month() {
        assert_eq!(words("Mo-Fr 09:00-17:00").unwrap(), "Monday to Friday 09:00–17:00");
        assert_eq!(words("24/7").unwrap(), "every day all day");
        assert_eq!(words("Tu[2] 18:30-20:00").unwrap(), "second Tuesday of the month 18:30–20:00");
        assert_eq!(
            words("Mo-Fr 09:00-17:00; We 09:00-12:00").unwrap(),
            "Mondays, Tuesdays, Thursdays and Fridays 09:00–17:00; Wednesdays 09:00–12:00"
        );
        assert_eq!(words("Fr 22:00-02:00; PH off").unwrap(), "Fridays 22:00–02:00");
    }

    #[test]
    fn refuses_what_it_would_have_to_guess() {
        for text in [
            "9am to 5pm",
            "by appointment",
            "sunrise-sunset",
            "Apr-Sep Mo 10:00-12:00",
            "",
            "Mo 10:00-12:00 unknown",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
