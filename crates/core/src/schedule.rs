//! When something is on: sessions that come back by the week or month, and single dates, in the local time of the place.

mod vague;
mod words;

pub use words::day_in_words;

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, Timelike, Weekday};
use thiserror::Error;

/// Minutes in a day.
pub const DAY: u16 = 24 * 60;

/// How far ahead the next session is looked for, in days: one that comes once a year is found.
const HORIZON: u64 = 400;

/// How far back the last session is looked for, in days: what nobody has heard of for three years is as good as unknown.
const LOOK_BACK: usize = 1_096;

/// On which days a session is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Recurrence {
    /// Every `every` weeks. Which weeks, where it is not every one, is told by a day in one of them.
    Weekly {
        /// 0 is Monday.
        day: u8,
        /// 1 and more.
        every: u8,
        /// A day in a week that has it; `None` is unknown: how often is known then, and when is not.
        anchor: Option<NaiveDate>,
    },
    /// The nth such weekday of every `every` months, from the end if negative.
    Monthly {
        /// 0 is Monday.
        day: u8,
        /// 1 to 5 or -1 to -5.
        nth: i8,
        /// 1 and more.
        every: u8,
        /// A day in a month that has it, as for weeks.
        anchor: Option<NaiveDate>,
    },
    /// A day of every month; months without it have none.
    DayOfMonth {
        /// 1 to 31.
        day: u8,
    },
    /// On one day.
    Once(NaiveDate),
}

/// A session and the time that it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Session {
    /// On which days.
    pub on: Recurrence,
    /// Minutes from midnight to its start, below [`DAY`].
    pub from: u16,
    /// Minutes from the same midnight to its end: above `from` and at most a day later; `None` is unknown.
    pub to: Option<u16>,
    /// First day on which it may be.
    pub first: Option<NaiveDate>,
    /// Last day on which it may be.
    pub last: Option<NaiveDate>,
}

/// A session that there cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum InvalidSession {
    /// A time outside the day, or an end that is not within a day after the start.
    #[error("{from} to {to:?} minutes from midnight is no time of day")]
    Time {
        /// Start.
        from: u16,
        /// End.
        to: Option<u16>,
    },
    /// A weekday, ordinal, day of the month or interval that there is not.
    #[error("there is no such day: {0:?}")]
    Day(Recurrence),
}

impl Session {
    /// A session on every day that the recurrence gives.
    ///
    /// # Errors
    /// [`InvalidSession`].
    pub fn new(on: Recurrence, from: u16, to: Option<u16>) -> Result<Self, InvalidSession> {
        if from >= DAY || to.is_some_and(|to| to <= from || to > from + DAY) {
            return Err(InvalidSession::Time { from, to });
        }
        let fits = match on {
            Recurrence::Weekly { day, every, .. } => day < 7 && every > 0,
            Recurrence::Monthly { day, nth, every, .. } => {
                day < 7 && every > 0 && (1..=5).contains(&nth.unsigned_abs())
            }
            Recurrence::DayOfMonth { day } => (1..=31).contains(&day),
            Recurrence::Once(_) => true,
        };
        if fits { Ok(Self { on, from, to, first: None, last: None }) } else { Err(InvalidSession::Day(on)) }
    }

    /// The same, limited to days from `first` to `last`, both included.
    #[must_use]
    pub const fn within(self, first: Option<NaiveDate>, last: Option<NaiveDate>) -> Self {
        Self { first, last, ..self }
    }

    /// Whether it is on a day.
    #[must_use]
    pub fn is_on(&self, date: NaiveDate) -> bool {
        if self.first.is_some_and(|first| date < first) || self.last.is_some_and(|last| date > last) {
            return false;
        }
        match self.on {
            Recurrence::Weekly { day, every, anchor } => {
                weekday(date) == day
                    && (every == 1 || anchor.is_some_and(|a| weeks(a, date) % i64::from(every) == 0))
            }
            Recurrence::Monthly { day, nth, every, anchor } => {
                let in_month = every == 1 || anchor.is_some_and(|a| months(a, date) % i64::from(every) == 0);
                weekday(date) == day && in_month && (nth == ordinal(date) || nth == ordinal_from_end(date))
            }
            Recurrence::DayOfMonth { day } => date.day() == u32::from(day),
            Recurrence::Once(on) => date == on,
        }
    }

    /// Sessions in 13 weeks, on average; 0 for single dates.
    fn a_quarter(&self) -> f64 {
        match self.on {
            Recurrence::Weekly { every, .. } => 13.0 / f64::from(every),
            // The fifth of a weekday comes in four months of twelve, give or take.
            Recurrence::Monthly { nth, every, .. } => {
                3.0 / f64::from(every) * if nth.unsigned_abs() == 5 { 52.18 / 12.0 - 4.0 } else { 1.0 }
            }
            Recurrence::DayOfMonth { day } => {
                3.0 * match day {
                    31 => 7.0 / 12.0,
                    29 | 30 => 11.0 / 12.0,
                    _ => 1.0,
                }
            }
            Recurrence::Once(_) => 0.0,
        }
    }
}

/// One session of a timetable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Occurrence {
    /// When it starts.
    pub start: NaiveDateTime,
    /// When it ends; `None` is unknown.
    pub end: Option<NaiveDateTime>,
}

/// All sessions, in an order of their own whatever order they came in, and days on which those that come back are not: a
/// single date stands on such a day too, as what was moved within it. None at all is a known empty timetable, which is not
/// the same as an unknown one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Timetable {
    sessions: Vec<Session>,
    except: Vec<NaiveDate>,
}

impl Timetable {
    /// Of sessions, of which those that come back are not on the days in `except`.
    #[must_use]
    pub fn new(mut sessions: Vec<Session>, mut except: Vec<NaiveDate>) -> Self {
        sessions.sort_unstable();
        sessions.dedup();
        except.sort_unstable();
        except.dedup();
        Self { sessions, except }
    }

    /// Its sessions.
    #[must_use]
    pub fn sessions(&self) -> &[Session] {
        &self.sessions
    }

    /// Days on which what comes back is not.
    #[must_use]
    pub fn except(&self) -> &[NaiveDate] {
        &self.except
    }

    /// Whether one of its sessions is on a day.
    fn has(&self, session: &Session, date: NaiveDate) -> bool {
        let stands = matches!(session.on, Recurrence::Once(_)) || self.except.binary_search(&date).is_err();
        stands && session.is_on(date)
    }

    /// Sessions that start on a day, by time.
    #[must_use]
    pub fn on(&self, date: NaiveDate) -> Vec<Occurrence> {
        let at = |minutes: u16| {
            let day = date + Days::new(u64::from(minutes / DAY));
            NaiveTime::from_num_seconds_from_midnight_opt(u32::from(minutes % DAY) * 60, 0)
                .map(|time| day.and_time(time))
        };
        let mut all: Vec<Occurrence> = self
            .sessions
            .iter()
            .filter(|session| self.has(session, date))
            .filter_map(|session| Some(Occurrence { start: at(session.from)?, end: session.to.and_then(at) }))
            .collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Sessions that start from `from` (included) to `to` (not included), in order.
    pub fn between(&self, from: NaiveDateTime, to: NaiveDateTime) -> impl Iterator<Item = Occurrence> + '_ {
        let days = from.date().iter_days().take_while(move |day| day.and_time(NaiveTime::MIN) < to);
        days.flat_map(|day| self.on(day)).filter(move |o| o.start >= from && o.start < to)
    }

    /// The first session that starts at `from` or later, within some 400 days.
    #[must_use]
    pub fn next(&self, from: NaiveDateTime) -> Option<Occurrence> {
        let to = from.checked_add_days(Days::new(HORIZON))?;
        self.between(from, to).next()
    }

    /// The last day up to `until`, itself included, on which a session starts; of sessions that ended before, it is within
    /// three years of their end.
    #[must_use]
    pub fn last_day(&self, until: NaiveDate) -> Option<NaiveDate> {
        let last = |session: &Session| {
            let end = match session.on {
                Recurrence::Once(date) => date,
                _ => session.last.unwrap_or(until),
            };
            let days = std::iter::successors(Some(end.min(until)), NaiveDate::pred_opt);
            days.take(LOOK_BACK).find(|day| self.has(session, *day))
        };
        self.sessions.iter().filter_map(last).max()
    }

    /// Whether some session comes back without an end.
    #[must_use]
    pub fn is_endless(&self) -> bool {
        self.sessions.iter().any(|s| s.last.is_none() && !matches!(s.on, Recurrence::Once(_)))
    }

    /// Whether it is on: a session has started and not ended. Sessions without an end are on for an instant.
    #[must_use]
    pub fn is_on_at(&self, at: NaiveDateTime) -> bool {
        self.sessions.iter().any(|session| self.has_at(session, at))
    }

    /// Whether a session has started and not ended.
    fn has_at(&self, session: &Session, at: NaiveDateTime) -> bool {
        let minute = minute(at);
        let on = |day: NaiveDate, minute: u16| {
            session.from <= minute && session.to.is_some_and(|to| minute < to) && self.has(session, day)
        };
        // One that passes midnight started the day before.
        on(at.date(), minute) || at.date().pred_opt().is_some_and(|day| on(day, minute + DAY))
    }

    /// Whether a session starts at `from` or later and before `to`.
    #[must_use]
    pub fn starts_between(&self, from: NaiveDateTime, to: NaiveDateTime) -> bool {
        self.sessions.iter().any(|session| self.has_start(session, from, to))
    }

    fn has_start(&self, session: &Session, from: NaiveDateTime, to: NaiveDateTime) -> bool {
        let (first, last) = ((from.date(), minute(from)), (to.date(), minute(to)));
        let mut days = from.date().iter_days().take_while(|day| *day <= to.date());
        days.any(|day| (first..last).contains(&(day, session.from)) && self.has(session, day))
    }

    /// The days from which and to which a session starts in any seven days on end, where that can be told without looking at
    /// the days one by one; [`Self::starts_between`] needs not be asked there.
    #[must_use]
    pub fn every_week(&self) -> Option<(NaiveDate, NaiveDate)> {
        let weekly = self.sessions.iter().filter(|s| matches!(s.on, Recurrence::Weekly { every: 1, .. }));
        let days = weekly.map(|s| (s.first.unwrap_or(NaiveDate::MIN), s.last.unwrap_or(NaiveDate::MAX)));
        days.max_by_key(|(_, last)| *last).filter(|_| self.except.is_empty())
    }

    /// Whether a session may start on one of these weekdays (bit 0 is Monday) at `from` or later and before `to` (minutes
    /// from midnight), on `today` or a later day. Sessions whose weeks are unknown count.
    #[must_use]
    pub fn falls(&self, weekdays: u8, from: u16, to: u16, today: NaiveDate) -> bool {
        self.weekdays(from, to, today) & weekdays != 0
    }

    /// The weekdays of [`Self::falls`], bit 0 is Monday.
    #[must_use]
    pub fn weekdays(&self, from: u16, to: u16, today: NaiveDate) -> u8 {
        self.sessions
            .iter()
            .filter(|s| (from..to).contains(&s.from) && s.last.is_none_or(|last| last >= today))
            .map(|s| match s.on {
                Recurrence::Weekly { day, .. } | Recurrence::Monthly { day, .. } => 1 << day,
                Recurrence::DayOfMonth { .. } => EVERY_WEEKDAY,
                Recurrence::Once(date) if date >= today => 1 << weekday(date),
                Recurrence::Once(_) => 0,
            })
            .fold(0, |all, days| all | days)
    }

    /// Sessions in 13 weeks on average, of those that come back; `None` if none does.
    #[must_use]
    pub fn sessions_a_quarter(&self) -> Option<f64> {
        let sum: f64 = self.sessions.iter().map(Session::a_quarter).sum();
        (sum > 0.0).then_some(sum)
    }
}

/// All seven, bit 0 is Monday.
const EVERY_WEEKDAY: u8 = 0x7f;

/// Minutes from midnight.
fn minute(at: NaiveDateTime) -> u16 {
    (at.hour() * 60 + at.minute()) as u16
}

/// 0 is Monday.
#[must_use]
pub fn weekday(date: NaiveDate) -> u8 {
    date.weekday().num_days_from_monday() as u8
}

fn weeks(a: NaiveDate, b: NaiveDate) -> i64 {
    let monday = |d: NaiveDate| d.week(Weekday::Mon).first_day();
    (monday(b) - monday(a)).num_weeks()
}

fn months(a: NaiveDate, b: NaiveDate) -> i64 {
    i64::from(b.year() - a.year()) * 12 + i64::from(b.month()) - i64::from(a.month())
}

/// Which of its weekday in the month a day is, from 1.
#[must_use]
pub fn ordinal(date: NaiveDate) -> i8 {
    ((date.day() - 1) / 7 + 1) as i8
}

/// The same from the end: -1 is the last.
#[must_use]
pub fn ordinal_from_end(date: NaiveDate) -> i8 {
    -(((u32::from(date.num_days_in_month()) - date.day()) / 7 + 1) as i8)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(y: i32, m: u32, d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(y, m, d).unwrap()
    }

    fn at(y: i32, m: u32, d: u32, minutes: u32) -> NaiveDateTime {
        day(y, m, d).and_hms_opt(minutes / 60, minutes % 60, 0).unwrap()
    }

    fn weekly(day: u8) -> Recurrence {
        Recurrence::Weekly { day, every: 1, anchor: None }
    }

    fn one(on: Recurrence) -> Timetable {
        Timetable::new(vec![Session::new(on, 600, Some(720)).unwrap()], vec![])
    }

    #[test]
    fn the_next_of_each_kind() {
        let from = at(2026, 11, 21, 0);
        let next = |on| one(on).next(from).unwrap().start;
        assert_eq!(next(weekly(3)), at(2026, 11, 26, 600));
        let monthly = |nth| Recurrence::Monthly { day: 1, nth, every: 1, anchor: None };
        assert_eq!(next(monthly(1)), at(2026, 12, 1, 600));
        assert_eq!(next(monthly(-1)), at(2026, 11, 24, 600));
        assert_eq!(next(Recurrence::DayOfMonth { day: 31 }), at(2026, 12, 31, 600));
        let fortnightly = Recurrence::Weekly { day: 0, every: 2, anchor: Some(day(2026, 11, 18)) };
        assert_eq!(next(fortnightly), at(2026, 11, 30, 600));
        assert_eq!(one(Recurrence::Once(day(2026, 1, 1))).next(from), None);
    }

    #[test]
    fn limits_and_exceptions_hold() {
        let session = Session::new(weekly(3), 600, None).unwrap();
        let until = session.within(Some(day(2026, 11, 27)), Some(day(2026, 12, 9)));
        let found = |t: &Timetable| t.between(at(2026, 11, 1, 0), at(2027, 1, 1, 0)).count();
        assert_eq!(found(&Timetable::new(vec![until], vec![])), 1);
        assert_eq!(found(&Timetable::new(vec![until], vec![day(2026, 12, 3)])), 0);
    }

    #[test]
    fn the_last_day_is_before_exceptions_and_ends() {
        let thursdays = Timetable::new(one(weekly(3)).sessions().to_vec(), vec![day(2026, 11, 19)]);
        assert_eq!(thursdays.last_day(day(2026, 11, 26)), Some(day(2026, 11, 26)));
        assert_eq!(thursdays.last_day(day(2026, 11, 25)), Some(day(2026, 11, 12)));
        let ended = one(weekly(3)).sessions()[0].within(None, Some(day(2019, 1, 1)));
        let ended = Timetable::new(vec![ended], vec![]);
        assert_eq!(ended.last_day(day(2026, 1, 1)), Some(day(2018, 12, 27)));
        assert_eq!(one(Recurrence::Once(day(2027, 1, 1))).last_day(day(2026, 1, 1)), None);
        assert!(thursdays.is_endless() && !ended.is_endless());
    }

    #[test]
    fn a_single_date_stands_where_the_rule_is_off() {
        let moved = Session::new(Recurrence::Once(day(2026, 11, 19)), 900, None).unwrap();
        let both = Timetable::new(
            one(weekly(3)).sessions().iter().copied().chain([moved]).collect(),
            vec![day(2026, 11, 19)],
        );
        let starts: Vec<_> = both.on(day(2026, 11, 19)).iter().map(|o| o.start).collect();
        assert_eq!(starts, [at(2026, 11, 19, 900)]);
    }

    #[test]
    fn a_session_may_pass_midnight() {
        let night = Timetable::new(vec![Session::new(weekly(4), 1_320, Some(1_560)).unwrap()], vec![]);
        assert!(!night.is_on_at(at(2026, 11, 21, 1_380)));
        assert!(night.starts_between(at(2026, 11, 20, 0), at(2026, 11, 21, 0)));
        assert!(!night.starts_between(at(2026, 11, 21, 0), at(2026, 11, 27, 0)));
        assert!(night.is_on_at(at(2026, 11, 20, 1_380)) && night.is_on_at(at(2026, 11, 21, 60)));
        assert!(!night.is_on_at(at(2026, 11, 21, 120)) && !night.is_on_at(at(2026, 11, 20, 1_319)));
    }

    #[test]
    fn falls_on_days_and_in_hours() {
        let thursdays = one(weekly(3));
        let today = day(2026, 11, 21);
        assert!(thursdays.falls(1 << 3, 0, DAY, today) && !thursdays.falls(1 << 2, 0, DAY, today));
        assert!(thursdays.falls(1 << 3, 600, 601, today) && !thursdays.falls(1 << 3, 601, DAY, today));
        assert!(!one(Recurrence::Once(day(2026, 11, 19))).falls(0x7f, 0, DAY, today));
    }

    #[test]
    fn every_week_is_without_exception() {
        let bounded = |first, last| Session::new(weekly(3), 600, None).unwrap().within(first, last);
        let timetable = |except| {
            let ends = bounded(None, Some(day(2026, 3, 1)));
            Timetable::new(vec![ends, bounded(Some(day(2026, 1, 8)), Some(day(2026, 9, 3)))], except)
        };
        assert_eq!(timetable(vec![]).every_week(), Some((day(2026, 1, 8), day(2026, 9, 3))));
        assert_eq!(timetable(vec![day(2026, 5, 7)]).every_week(), None);
        let fortnightly = Recurrence::Weekly { day: 3, every: 2, anchor: Some(day(2026, 1, 8)) };
        assert_eq!(one(fortnightly).every_week(), None);
        // Seven days on end hold each weekday once, at whatever time they begin.
        for minute in [0, 599, 600, 601, 1_439] {
            let from = at(2026, 3, 5, minute);
            assert!(timetable(vec![]).starts_between(from, from + chrono::TimeDelta::days(7)), "{minute}");
        }
    }

    #[test]
    fn a_quarter_has_thirteen_weeks() {
        assert_eq!(one(weekly(0)).sessions_a_quarter(), Some(13.0));
        let other = Recurrence::Weekly { day: 0, every: 2, anchor: None };
        assert_eq!(one(other).sessions_a_quarter(), Some(6.5));
        assert_eq!(one(other).next(at(2026, 1, 1, 0)), None, "which weeks is not known");
        assert_eq!(
            one(Recurrence::Monthly { day: 0, nth: 1, every: 1, anchor: None }).sessions_a_quarter(),
            Some(3.0)
        );
        assert_eq!(Timetable::default().sessions_a_quarter(), None);
    }

    #[test]
    fn there_is_no_such_session() {
        assert!(Session::new(weekly(7), 0, None).is_err());
        assert!(Session::new(weekly(0), DAY, None).is_err());
        assert!(Session::new(weekly(0), 600, Some(600)).is_err());
        assert!(Session::new(Recurrence::DayOfMonth { day: 0 }, 0, None).is_err());
        assert!(
            Session::new(Recurrence::Monthly { day: 0, nth: 0, every: 1, anchor: None }, 0, None).is_err()
        );
    }
}
