//! OpenStreetMap's `opening_hours`.

mod written;

use super::fit;
use chrono::{Days, NaiveDate, NaiveDateTime};
use hereabouts_core::schedule::{DAY, Timetable};
use opening_hours::{OpeningHours, RuleKind};
use written::{HoursRule, HoursState, RuleJoin};

/// Two years: what comes back by the week or month shows, and so does what changes with the season.
const WEEKS: u64 = 104;

/// What is written otherwise: plain English, most likely.
pub(super) const NOT_HOURS: &str = "not opening hours";

/// Longer rules are no opening hours; the cap bounds what evaluating one can cost.
const MAX_CHARS: usize = 500;

/// What of it is open for certain. When it may be is left out, as when it is closed.
///
/// # Errors
/// What is not understood, nothing open for certain, or what comes back neither by the week nor by the month.
pub(super) fn read(text: &str) -> Result<Timetable, String> {
    if text.len() > MAX_CHARS {
        return Err("too long".into());
    }
    let rules = written::rules(text)?;
    let monday = NaiveDate::from_ymd_opt(2024, 1, 1).ok_or("no such day")?;
    // A night that ends in the first week began before it, and one that begins in the last is cut by the day after it.
    let first = monday - Days::new(7);
    let days = 7 * (WEEKS + 2);
    let on = rules.iter().map(|rule| days_of(&rule.days, first, days)).collect::<Result<Vec<_>, _>>()?;
    let mut spans = Vec::new();
    for (at, day) in first.iter_days().enumerate().take(days as usize - 1) {
        for (from, to) in open(&rules, &on, at) {
            let later = from / DAY;
            spans.push((day + Days::new(u64::from(later)), from - later * DAY, to - later * DAY));
        }
    }
    spans.retain(|(day, ..)| (monday..monday + Days::new(7 * WEEKS)).contains(day));
    if spans.is_empty() && rules.iter().any(|rule| rule.state == HoursState::Unknown) {
        return Err("open at times that it does not tell".into());
    }
    fit::timetable(&spans, monday, WEEKS)
}

/// Which of so many days from the first a selector takes.
fn days_of(selector: &str, first: NaiveDate, count: u64) -> Result<Vec<bool>, String> {
    if selector.is_empty() {
        return Ok(vec![true; count as usize]);
    }
    let whole_days: OpeningHours =
        format!("{selector} 00:00-24:00").parse().map_err(|_| NOT_HOURS.to_owned())?;
    let mut taken = vec![false; count as usize];
    for range in whole_days.iter_range(midnight(first), midnight(first + Days::new(count))) {
        if range.kind == RuleKind::Open {
            let at = |time: NaiveDateTime| (time.date() - first).num_days() as usize;
            taken[at(range.range.start)..at(range.range.end)].fill(true);
        }
    }
    Ok(taken)
}

/// Minutes of a day between which it is open: a start on that day, and an end that may be on the next. What a later rule
/// says of a day takes what earlier ones say, a night that reaches into it included.
fn open(rules: &[HoursRule], on: &[Vec<bool>], at: usize) -> Vec<(u16, u16)> {
    let mut open = Vec::new();
    for (number, rule) in
        rules.iter().enumerate().filter(|(n, rule)| rule.state == HoursState::Open && on[*n][at])
    {
        let mut spans = rule.spans.clone();
        for (other, taker) in rules.iter().enumerate().filter(|(n, _)| *n != number) {
            let later = other > number && taker.join != RuleJoin::Fallback;
            let before_fallback =
                other < number && rule.join == RuleJoin::Fallback && taker.state != HoursState::Open;
            for (days, offset) in [(at, 0), (at + 1, DAY)] {
                if (later || before_fallback) && on[other][days] {
                    for (from, to) in taker.takes() {
                        spans = spans
                            .iter()
                            .flat_map(|span| without(*span, (from + offset, to + offset)))
                            .collect();
                    }
                }
            }
        }
        open.extend(spans);
    }
    open.sort_unstable();
    let mut merged: Vec<(u16, u16)> = Vec::with_capacity(open.len());
    for (from, to) in open {
        match merged.last_mut() {
            Some(last) if from <= last.1 && to.max(last.1) - last.0 <= DAY => last.1 = last.1.max(to),
            _ => merged.push((from, to)),
        }
    }
    merged
}

impl HoursRule {
    /// Minutes of a day of its own that it takes from rules before it.
    fn takes(&self) -> Vec<(u16, u16)> {
        match (self.join, self.state) {
            (RuleJoin::Instead, HoursState::Open | HoursState::Unknown) => vec![(0, DAY)],
            (_, HoursState::Open) => Vec::new(),
            (_, HoursState::Closed | HoursState::Unknown) if self.spans.is_empty() => vec![(0, DAY)],
            (_, HoursState::Closed | HoursState::Unknown) => self.spans.clone(),
        }
    }
}

/// A span without another: before it and after it.
fn without((from, to): (u16, u16), (taken_from, taken_to): (u16, u16)) -> impl Iterator<Item = (u16, u16)> {
    let parts = [(from, to.min(taken_from)), (from.max(taken_to), to)];
    let parts = if taken_to <= from || taken_from >= to { [(from, to), (0, 0)] } else { parts };
    parts.into_iter().filter(|(from, to)| from < to)
}

fn midnight(day: NaiveDate) -> NaiveDateTime {
    day.and_time(chrono::NaiveTime::MIN)
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
        assert_eq!(words("Su 20:00-02:00").unwrap(), "Sundays 20:00–02:00");
        assert_eq!(words("Mo-Su 22:00-06:00").unwrap(), "every day 22:00–06:00");
        assert_eq!(words("Tu 10:00-12:00 || \"ring us\"").unwrap(), "Tuesdays 10:00–12:00");
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
            "Mo-Fr",
            "open",
            "off",
            "PH 10:00-12:00",
            "\"closed for refurbishment\"",
            "Mo-Fr \"by appointment\"",
            "Tu 10:00-12:00; \"check the website\"",
            "Mo-Fr 09:00+",
            "SH Tu 10:00-12:00",
            "Tu 10:00-12:00; SH off",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
