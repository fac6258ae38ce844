//! Recurrence rules (RFC 5545) as Open Referral, spreadsheets and calendars hold them.

use super::left_out::leaving_out;
use super::values::{dates, moment, time, weekdays};
use chrono::{Datelike, Days, NaiveDate, NaiveTime};
use hereabouts_core::schedule::{DAY, Occurrence, Recurrence, Session, Timetable, weekday};
use std::collections::BTreeSet;

/// A schedule as separate fields, as Open Referral has it; each as written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScheduleRule {
    /// `DAILY`, `WEEKLY`, `MONTHLY`, `YEARLY`.
    pub freq: Option<String>,
    /// Every so many of those.
    pub interval: Option<String>,
    /// `MO,TH`, `1TU`, `-1FR`.
    pub byday: Option<String>,
    /// `1,15`.
    pub bymonthday: Option<String>,
    /// Day, or day and time, of the first.
    pub dtstart: Option<String>,
    /// Day of the last.
    pub until: Option<String>,
    /// How many there are.
    pub count: Option<String>,
    /// First day of a week, `MO` unless it says otherwise; it matters to rules of every second week and more.
    pub wkst: Option<String>,
    /// Days, with or without a time, on which there is none: a list.
    pub exdate: Option<String>,
    /// Further days.
    pub rdate: Option<String>,
    /// Parts that are rare (`BYSETPOS=1;BYMONTH=5`).
    pub other: Option<String>,
    /// When a session starts, `HH:MM`.
    pub opens: Option<String>,
    /// When it ends.
    pub closes: Option<String>,
    /// First day on which the rule holds.
    pub valid_from: Option<String>,
    /// Last day on which it holds.
    pub valid_to: Option<String>,
}

/// How a rule that leaves something out is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuleReading {
    /// As the standard has it: monthly on Friday is every Friday of the month. Programs write so.
    ByTheStandard,
    /// As people fill in a form: monthly on Friday is one Friday a month, and which is not said.
    ByHand,
}

/// Dates that a rule outside the usual ones is written out to.
const MAX_DATES: u16 = 500;

impl ScheduleRule {
    /// The parts of an `RRULE` text, with or without its name; lines of `DTSTART`, `EXDATE` and `RDATE` may stand by it.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut rule = Self::default();
        for line in text.lines().map(str::trim) {
            let (name, value) = line.split_once(':').unwrap_or(("RRULE", line));
            let name = name.split(';').next().unwrap_or_default().trim().to_uppercase();
            let list = |so_far: &mut Option<String>| {
                *so_far = Some(so_far.take().map_or(value.to_owned(), |days| format!("{days},{value}")));
            };
            match name.as_str() {
                "DTSTART" => rule.dtstart = Some(value.to_owned()),
                "EXDATE" => list(&mut rule.exdate),
                "RDATE" => list(&mut rule.rdate),
                _ => rule.parts(value),
            }
        }
        rule
    }

    fn parts(&mut self, text: &str) {
        let mut other: Vec<String> = self.other.take().into_iter().collect();
        for (name, value) in text.split(';').filter_map(|part| part.split_once('=')) {
            let value = value.trim().to_owned();
            let field = match name.trim().to_uppercase().as_str() {
                "FREQ" => &mut self.freq,
                "INTERVAL" => &mut self.interval,
                "BYDAY" => &mut self.byday,
                "BYMONTHDAY" => &mut self.bymonthday,
                "DTSTART" => &mut self.dtstart,
                "UNTIL" => &mut self.until,
                "COUNT" => &mut self.count,
                "WKST" => &mut self.wkst,
                name => {
                    other.push(format!("{name}={value}"));
                    continue;
                }
            };
            *field = Some(value);
        }
        self.other = (!other.is_empty()).then(|| other.join(";"));
    }
}

/// The timetable of several rules together.
///
/// # Errors
/// What is not understood of any of them.
pub fn timetable(rules: &[ScheduleRule], reading: RuleReading) -> Result<Timetable, String> {
    let (mut sessions, mut except) = (Vec::new(), Vec::new());
    for rule in rules {
        let (mut of_rule, without) = (sessions_of(rule, reading)?, dates(&rule.exdate)?);
        of_rule.retain(|s| !matches!(s.on, Recurrence::Once(day) if without.contains(&day)));
        if let [_] = rules {
            (sessions, except) = (of_rule, without);
        } else {
            // What one rule leaves out the others may have.
            sessions.extend(of_rule.into_iter().flat_map(|session| leaving_out(session, &without)));
        }
    }
    let never = sessions.is_empty() && except.is_empty();
    if never { Err("no rule".into()) } else { Ok(Timetable::new(sessions, except)) }
}

impl ScheduleRule {
    /// As it was written, for people: what a rule that is not understood leaves.
    #[must_use]
    pub fn as_written(&self) -> String {
        let freq = self.freq.as_ref().map(|freq| freq.to_lowercase());
        let words = [&freq, &self.byday, &self.bymonthday, &self.other].into_iter().filter_map(given);
        let times = match (given(&self.opens), given(&self.closes)) {
            (Some(opens), Some(closes)) => Some(format!("{opens}–{closes}")),
            (Some(opens), None) => Some(format!("from {opens}")),
            (None, Some(closes)) => Some(format!("until {closes}")),
            (None, None) => None,
        };
        words.map(str::to_owned).chain(times).collect::<Vec<_>>().join(" ")
    }
}

fn given(field: &Option<String>) -> Option<&str> {
    field.as_deref().map(str::trim).filter(|v| !v.is_empty())
}

fn sessions_of(rule: &ScheduleRule, reading: RuleReading) -> Result<Vec<Session>, String> {
    let rule = ReadRule::new(rule)?;
    let session = |on| Session::new(on, rule.from, rule.to).map_err(|e| e.to_string());
    let recurrences = rule.recurrences(reading)?;
    let count = given(&rule.given.count).map(|n| n.parse::<usize>().map_err(|_| format!("count {n:?}")));
    let count = count.transpose()?;
    let further = dates(&rule.given.rdate)?.into_iter().map(|day| session(Recurrence::Once(day)));
    let further = further.collect::<Result<Vec<_>, _>>()?;
    let mut sessions = match recurrences {
        None => rule.written_out()?,
        Some(recurrences) => {
            let within = |on| session(on).map(|s| s.within(rule.first, rule.last));
            let sessions = recurrences.into_iter().map(within).collect::<Result<Vec<_>, _>>()?;
            match count.filter(|count| *count > 0) {
                Some(count) => rule.so_many(sessions, count)?,
                None => sessions,
            }
        }
    };
    sessions.extend(further);
    Ok(sessions)
}

/// A rule whose fields are understood one by one; what they come to together is not yet.
struct ReadRule<'a> {
    given: &'a ScheduleRule,
    freq: Option<String>,
    every: u8,
    /// Weekdays, 0 is Monday, each with which of the month it is if the rule says so.
    byday: Vec<(Option<i8>, u8)>,
    /// The day of the first, and its minute of the day.
    start: Option<(NaiveDate, Option<u16>)>,
    /// The day from which weeks and months are counted.
    anchor: Option<NaiveDate>,
    /// First and last day on which a session may be.
    first: Option<NaiveDate>,
    last: Option<NaiveDate>,
    /// Minutes of the day; an end before the start is on the next day.
    from: u16,
    to: Option<u16>,
}

impl<'a> ReadRule<'a> {
    fn new(rule: &'a ScheduleRule) -> Result<Self, String> {
        let start = given(&rule.dtstart).map(moment).transpose()?;
        let first = given(&rule.valid_from).map(|d| moment(d).map(|m| m.0)).transpose()?;
        let last = [&rule.until, &rule.valid_to]
            .into_iter()
            .filter_map(|d| given(d))
            .map(|d| moment(d).map(|m| m.0))
            .collect::<Result<Vec<_>, _>>()?
            .into_iter()
            .min();
        let opens = given(&rule.opens).map(time).transpose()?.or(start.and_then(|s| s.1));
        let from = opens.ok_or("no time of day")?;
        let to = given(&rule.closes).map(time).transpose()?;
        let every = match given(&rule.interval) {
            None => 1,
            Some(n) => n.parse::<u8>().ok().filter(|n| *n > 0).ok_or_else(|| format!("interval {n:?}"))?,
        };
        let byday = given(&rule.byday).map(weekdays).transpose()?.unwrap_or_default();
        let freq = given(&rule.freq).map(str::to_uppercase);
        if let Some(freq) = freq.as_deref().filter(|f| !["DAILY", "WEEKLY", "MONTHLY", "YEARLY"].contains(f))
        {
            return Err(format!("how often {freq:?}"));
        }
        let clock = |other: &&str| ["BYHOUR", "BYMINUTE", "BYSECOND"].iter().any(|p| other.contains(p));
        if let Some(clock) = given(&rule.other).filter(clock) {
            return Err(format!("several times a day: {clock:?}"));
        }
        Ok(Self {
            given: rule,
            freq,
            every,
            byday,
            start,
            anchor: start.map(|s| s.0).or(first),
            first: start.map(|s| s.0).max(first),
            last,
            from,
            to: to.map(|to| if to <= from { to + DAY } else { to }),
        })
    }

    /// On which days it comes; `None` for a rule that is none of the usual ones.
    fn recurrences(&self, reading: RuleReading) -> Result<Option<Vec<Recurrence>>, String> {
        let plain_days = !self.byday.is_empty() && self.byday.iter().all(|d| d.0.is_none());
        let of_month = given(&self.given.bymonthday);
        let week = self.first_day_of_week()?;
        let weekly = |day, every, anchor| Recurrence::Weekly { day, every, anchor };
        Ok(match self.freq.as_deref() {
            _ if given(&self.given.other).is_some() => None,
            // A rule of days alone is a weekly one: forms are filled in so.
            Some("WEEKLY") | None if plain_days => {
                let days =
                    self.byday.iter().map(|&(_, day)| weekly(day, self.every, self.anchor_of(day, week)));
                Some(days.collect())
            }
            Some("WEEKLY") if self.byday.is_empty() => {
                let day = weekday(self.anchor.ok_or("weekly, and on which day is not said")?);
                Some(vec![weekly(day, self.every, self.anchor_if_counted())])
            }
            Some("DAILY") if self.every == 1 => {
                let days: Vec<u8> = self.byday.iter().map(|d| d.1).collect();
                let days = if days.is_empty() { (0..7).collect() } else { days };
                Some(days.into_iter().map(|day| weekly(day, 1, None)).collect())
            }
            Some("MONTHLY") if of_month.is_none() && !self.byday.is_empty() => {
                Some(self.weekdays_of_month(reading, plain_days)?)
            }
            Some("MONTHLY") if self.every == 1 && self.byday.is_empty() => {
                Some(self.days_of_month(of_month)?)
            }
            None if self.byday.is_empty() => {
                Some(vec![Recurrence::Once(self.anchor.ok_or("no rule and no day")?)])
            }
            _ => None,
        })
    }

    fn first_day_of_week(&self) -> Result<u8, String> {
        let days = given(&self.given.wkst).map(weekdays).transpose()?;
        Ok(days.and_then(|days| days.first().map(|d| d.1)).unwrap_or(0))
    }

    /// Where every week or month counts there is nothing to count from.
    fn anchor_if_counted(&self) -> Option<NaiveDate> {
        self.anchor.filter(|_| self.every > 1)
    }

    /// Which weeks are counted goes by the week's first day: a Sunday belongs to the week before it or after it.
    fn anchor_of(&self, day: u8, week: u8) -> Option<NaiveDate> {
        let anchor = self.anchor_if_counted()?;
        let back = |to: u8, from: u8| u64::from((7 + to - from) % 7);
        if week == 0 {
            return Some(anchor);
        }
        anchor
            .checked_sub_days(Days::new(back(weekday(anchor), week)))?
            .checked_add_days(Days::new(back(day, week)))
    }

    fn weekdays_of_month(&self, reading: RuleReading, plain_days: bool) -> Result<Vec<Recurrence>, String> {
        if self.byday.iter().all(|d| d.0.is_some()) {
            let (every, anchor) = (self.every, self.anchor_if_counted());
            let monthly = |&(nth, day): &(Option<i8>, u8)| Recurrence::Monthly {
                day,
                nth: nth.unwrap_or(1),
                every,
                anchor,
            };
            return Ok(self.byday.iter().map(monthly).collect());
        }
        if reading == RuleReading::ByTheStandard && self.every == 1 && plain_days {
            let weekly = |&(_, day): &(Option<i8>, u8)| Recurrence::Weekly { day, every: 1, anchor: None };
            return Ok(self.byday.iter().map(weekly).collect());
        }
        Err("monthly on a weekday, and which one of the month is not said".into())
    }

    /// Days of the month that are listed, else that of the first.
    fn days_of_month(&self, listed: Option<&str>) -> Result<Vec<Recurrence>, String> {
        let on = |day| Recurrence::DayOfMonth { day };
        let Some(days) = listed else {
            let first = self.anchor.ok_or("monthly, and on which day is not said")?;
            return Ok(vec![on(first.day() as u8)]);
        };
        let day = |d: &str| d.trim().parse::<u8>().ok().filter(|d| (1..=31).contains(d));
        days.split(',').map(|d| day(d).map(on).ok_or_else(|| format!("day {d:?} of the month"))).collect()
    }

    /// The same sessions up to the one that is the last of so many.
    fn so_many(&self, sessions: Vec<Session>, count: usize) -> Result<Vec<Session>, String> {
        let begin = self.start.ok_or("so many times, and from when is not said")?.0.and_time(NaiveTime::MIN);
        let all = Timetable::new(sessions.clone(), Vec::new());
        let end = begin.checked_add_days(Days::new(40 * 366)).ok_or("too far ahead")?;
        let last: Option<Occurrence> = all.between(begin, end).nth(count - 1);
        let last = last.ok_or("it does not come back so many times")?.start.date();
        Ok(sessions.into_iter().map(|s| s.within(s.first, Some(last))).collect())
    }

    /// Any other rule, as single dates.
    fn written_out(&self) -> Result<Vec<Session>, String> {
        let rule = self.given;
        let start = self.start.ok_or("a rule of this kind needs its first day")?.0;
        let parts = [
            ("FREQ", &rule.freq),
            ("INTERVAL", &rule.interval),
            ("BYDAY", &rule.byday),
            ("BYMONTHDAY", &rule.bymonthday),
            ("COUNT", &rule.count),
            ("WKST", &rule.wkst),
        ];
        let mut text: Vec<String> =
            parts.iter().filter_map(|(name, value)| Some(format!("{name}={}", given(value)?))).collect();
        text.extend(given(&rule.other).map(str::to_owned));
        let text = format!("DTSTART:{}T000000Z\nRRULE:{}", start.format("%Y%m%d"), text.join(";"));
        let set: rrule::RRuleSet = text.parse().map_err(|e: rrule::RRuleError| e.to_string())?;
        let dates: BTreeSet<NaiveDate> = set.all(MAX_DATES).dates.iter().map(|d| d.date_naive()).collect();
        let within = |date: &NaiveDate| {
            self.last.is_none_or(|last| *date <= last) && self.first.is_none_or(|first| *date >= first)
        };
        let session =
            |date| Session::new(Recurrence::Once(date), self.from, self.to).map_err(|e| e.to_string());
        dates.into_iter().filter(within).map(session).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str, opens: &str) -> Result<String, String> {
        let rule = ScheduleRule { opens: Some(opens.into()), ..ScheduleRule::parse(text) };
        timetable(&[rule], RuleReading::ByHand).map(|t| t.in_words())
    }

    #[test]
    fn usual_rules() {
        assert_eq!(words("FREQ=WEEKLY;BYDAY=TH", "10:00").unwrap(), "Thursdays 10:00");
        assert_eq!(words("RRULE:FREQ=MONTHLY;BYDAY=-1FR", "1900").unwrap(), "last Friday of the month 19:00");
        assert_eq!(words("FREQ=DAILY", "09:00:00").unwrap(), "every day 09:00");
        assert_eq!(
            words("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;DTSTART=20260105", "09:00").unwrap(),
            "every other Monday 09:00"
        );
        assert_eq!(words("FREQ=MONTHLY;BYMONTHDAY=15", "09:00").unwrap(), "day 15 of the month 09:00");
    }

    #[test]
    fn what_is_left_out_is_not_guessed() {
        assert!(words("FREQ=MONTHLY;BYDAY=FR", "19:00").unwrap_err().contains("which one"));
        assert!(words("FREQ=WEEKLY", "19:00").unwrap_err().contains("which day"));
        assert!(
            timetable(&[ScheduleRule::parse("FREQ=WEEKLY;BYDAY=TH")], RuleReading::ByHand)
                .unwrap_err()
                .contains("time")
        );
        assert!(words("FREQ=WEEKLY;BYDAY=XX", "10:00").is_err());
        let every_friday =
            ScheduleRule { opens: Some("19:00".into()), ..ScheduleRule::parse("FREQ=MONTHLY;BYDAY=FR") };
        assert_eq!(
            timetable(&[every_friday], RuleReading::ByTheStandard).unwrap().in_words(),
            "Fridays 19:00"
        );
    }

    #[test]
    fn counted_and_rare_rules_end_when_they_end() {
        let rule = |text: &str| ScheduleRule { opens: Some("10:00".into()), ..ScheduleRule::parse(text) };
        let counted =
            timetable(&[rule("FREQ=WEEKLY;BYDAY=MO,WE;COUNT=3;DTSTART=20260105")], RuleReading::ByHand)
                .unwrap();
        assert_eq!(counted.sessions()[0].last, NaiveDate::from_ymd_opt(2026, 1, 12));
        let rare = rule("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=3;DTSTART=20260101");
        let dates = timetable(&[rare], RuleReading::ByHand).unwrap();
        let on: Vec<String> = dates.sessions().iter().map(|s| format!("{:?}", s.on)).collect();
        assert_eq!(on, ["Once(2026-01-30)", "Once(2026-02-27)", "Once(2026-03-31)"]);
    }

    #[test]
    fn lines_beside_a_rule_are_read_too() {
        let text = "DTSTART;TZID=Europe/London:20260105T100000\nRRULE:FREQ=WEEKLY;BYDAY=MO\nEXDATE:20260112T100000,20260119T100000\nRDATE:20260113";
        let table = timetable(&[ScheduleRule::parse(text)], RuleReading::ByTheStandard).unwrap();
        let day = |d| NaiveDate::from_ymd_opt(2026, 1, d).unwrap();
        let on: Vec<u32> = (1..=31).filter(|d| !table.on(day(*d)).is_empty()).collect();
        assert_eq!(on, [5, 13, 26]);
        assert_eq!(table.in_words(), "Mondays 10:00; 13 January 2026 10:00");
        let other =
            ScheduleRule { opens: Some("18:00".into()), ..ScheduleRule::parse("FREQ=WEEKLY;BYDAY=MO") };
        let both = timetable(&[ScheduleRule::parse(text), other], RuleReading::ByTheStandard).unwrap();
        assert_eq!([5, 12, 19, 26].map(|d| both.on(day(d)).len()), [2, 1, 1, 2]);
    }

    #[test]
    fn weeks_begin_where_the_rule_says() {
        // The example of RFC 5545, 3.8.5.3: with weeks from Sunday the second Sunday is five days earlier.
        let dates = |wkst: &str| {
            let rule = format!("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST={wkst}");
            let rule =
                ScheduleRule { dtstart: Some("1997-08-05T09:00:00".into()), ..ScheduleRule::parse(&rule) };
            let table = timetable(&[rule], RuleReading::ByTheStandard).unwrap();
            let august = (1..=31).map(|d| NaiveDate::from_ymd_opt(1997, 8, d).unwrap());
            august.filter(|d| !table.on(*d).is_empty()).map(|d| chrono::Datelike::day(&d)).collect::<Vec<_>>()
        };
        assert_eq!((dates("MO"), dates("SU")), (vec![5, 10, 19, 24], vec![5, 17, 19, 31]));
    }

    #[test]
    fn several_times_a_day_are_not_made_one() {
        for rule in
            ["FREQ=DAILY;BYHOUR=9,14;DTSTART=20260101", "FREQ=HOURLY;DTSTART=20260101", "FREQ=SOMETIMES"]
        {
            assert!(words(rule, "09:00").is_err(), "{rule}");
        }
    }
}
