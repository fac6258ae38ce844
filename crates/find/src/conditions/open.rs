//! When a listing is on: what a request may ask, and what of its timetables is read first.

use super::{ListingBits, SearchFacts};
use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, Timelike};
use hereabouts_core::schedule::{DAY, Timetable};

/// Days and hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionWindow {
    /// Weekdays, bit 0 is Monday.
    pub weekdays: u8,
    /// From this minute of the day…
    pub from: u16,
    /// …to before this one.
    pub to: u16,
    /// Sessions that ended before this day are over.
    pub today: NaiveDate,
}

/// On now, or soon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenWhen {
    /// A session has started and not ended.
    Now,
    /// A session starts within seven days.
    Week,
}

impl OpenWhen {
    /// The moments between which a session starts that counts as soon.
    #[must_use]
    pub fn week(now: NaiveDateTime) -> (NaiveDateTime, NaiveDateTime) {
        (now, now.checked_add_days(Days::new(7)).unwrap_or(now))
    }
}

/// Weekdays on which a session may start, ever; bit 0 is Monday.
pub(super) fn ever(facts: &SearchFacts) -> u8 {
    weekdays(facts, 0, DAY, NaiveDate::MIN)
}

/// Weekdays on which a session may start at these minutes of the day, on `today` or a later day; bit 0 is Monday.
pub(crate) fn weekdays(facts: &SearchFacts, from: u16, to: u16, today: NaiveDate) -> u8 {
    facts.timetables.iter().fold(0, |days, timetable| days | timetable.weekdays(from, to, today))
}

pub(super) fn every_week(facts: &SearchFacts) -> Option<(NaiveDate, NaiveDate)> {
    facts.timetables.iter().filter_map(Timetable::every_week).max_by_key(|(_, last)| *last)
}

pub(super) fn hours(facts: &SearchFacts) -> (u16, u16) {
    facts.timetables.iter().flat_map(Timetable::sessions).fold((DAY, 0), |(first, last), session| {
        (first.min(session.from), last.max(session.to.unwrap_or(session.from)))
    })
}

/// Whether a session may start within a window; `None` where none of those that are understood does and there may be more.
pub(super) fn starts_within(bits: &ListingBits, facts: &SearchFacts, when: &SessionWindow) -> Option<bool> {
    let starts = bits.days & when.weekdays != 0
        && facts.timetables.iter().any(|t| t.falls(when.weekdays, when.from, when.to, when.today));
    (starts || bits.times_known).then_some(starts)
}

/// Whether it is on now or soon; `None` where its timetables do not say.
pub(super) fn is_open(
    bits: &ListingBits,
    facts: &SearchFacts,
    open: OpenWhen,
    now: NaiveDateTime,
) -> Option<bool> {
    let mut timetables = facts.timetables.iter();
    let is_open = match open {
        OpenWhen::Now => may_be_on(bits, now) && timetables.any(|timetable| timetable.is_on_at(now)),
        OpenWhen::Week => {
            let (from, to) = OpenWhen::week(now);
            let surely = |(first, last)| first <= from.date() && to.date() <= last;
            bits.every_week.is_some_and(surely)
                || bits.days != 0 && timetables.any(|timetable| timetable.starts_between(from, to))
        }
    };
    let is_known = || is_open || bits.times_known && !(bits.vague && may_be_open(facts, open, now));
    is_known().then_some(is_open)
}

/// Whether a session of which the weeks or the end are not known may be on now or start soon.
fn may_be_open(facts: &SearchFacts, open: OpenWhen, now: NaiveDateTime) -> bool {
    facts.timetables.iter().any(|timetable| match open {
        OpenWhen::Now => timetable.may_be_on_at(now),
        OpenWhen::Week => {
            let (from, to) = OpenWhen::week(now);
            timetable.may_start_between(from, to)
        }
    })
}

/// Whether its days and hours leave it open that it is on: most listings are not, and their timetables need not be read.
fn may_be_on(bits: &ListingBits, now: NaiveDateTime) -> bool {
    let (today, minute) = (now.weekday().num_days_from_monday(), (now.hour() * 60 + now.minute()) as u16);
    let yesterday = (today + 6) % 7;
    let (first, last) = bits.hours;
    let since = |day: u32, minute: u16| bits.days >> day & 1 == 1 && first <= minute && minute < last;
    since(today, minute) || since(yesterday, minute + DAY)
}
