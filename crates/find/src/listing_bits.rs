//! What is asked most often of every listing, small and side by side: a search goes through two hundred thousand of them,
//! and the rest of their facts is looked at only where these say that it matters.

use crate::need_set::NeedSet;
use crate::search_listing::{ListingAudience, SearchFacts};
use crate::search_request::{FailedConditions, OpenWhen, SearchCondition, SearchRequest};
use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike};
use hereabouts_core::schedule::{DAY, Timetable};

/// The greater part of [`SearchFacts`].
#[derive(Debug, Clone)]
pub(crate) struct ListingBits {
    pub(crate) needs: NeedSet,
    /// NaN is unknown, and so not within any cost.
    cost_from: f64,
    pub(crate) chance: f64,
    pub(crate) kind: usize,
    /// Its place in the order of ids.
    pub(crate) rank: u32,
    /// Position of the languages spoken there, among all sets of languages.
    pub(crate) languages: u32,
    verified_on: Option<NaiveDate>,
    /// From the first of these days to the last it is on in every seven days on end.
    every_week: Option<(NaiveDate, NaiveDate)>,
    /// The earliest start and the latest end in minutes of the day; one that passes midnight ends on the next.
    hours: (u16, u16),
    /// Weekdays on which a session may start, ever; bit 0 is Monday.
    pub(crate) days: u8,
    pub(crate) closed: bool,
    pub(crate) free: bool,
    pub(crate) step_free: bool,
    pub(crate) welcome: bool,
    pub(crate) remote: bool,
    pub(crate) course: Option<bool>,
}

impl ListingBits {
    pub(crate) fn new(facts: &SearchFacts, rank: u32, languages: u32) -> Self {
        let timetables = || facts.timetables.iter();
        Self {
            needs: facts.needs.clone(),
            cost_from: facts.cost_from.unwrap_or(f64::NAN),
            chance: facts.chance,
            kind: facts.kind,
            rank,
            languages,
            verified_on: facts.verified_on,
            every_week: timetables().filter_map(Timetable::every_week).max_by_key(|(_, last)| *last),
            hours: timetables().flat_map(Timetable::sessions).fold((DAY, 0), |(first, last), session| {
                (first.min(session.from), last.max(session.to.unwrap_or(session.from)))
            }),
            days: weekdays(facts, 0, DAY, NaiveDate::MIN),
            closed: facts.closed,
            free: facts.cost_from == Some(0.0),
            step_free: facts.step_free == Some(true),
            welcome: facts.welcome == Some(true),
            remote: facts.audience == ListingAudience::Remote,
            course: facts.course,
        }
    }

    /// Every condition that the listing fails; how far it is and its words are judged by the finder.
    pub(crate) fn failed(&self, facts: &SearchFacts, ask: &SearchRequest) -> FailedConditions {
        let within = |age: f64| {
            facts.age_from.is_none_or(|from| age >= from) && facts.age_to.is_none_or(|to| age <= to)
        };
        let speaks = |asked: &str| facts.languages.iter().any(|l| l.eq_ignore_ascii_case(asked));
        FailedConditions::default()
            .and(SearchCondition::Need, ask.need.is_some_and(|n| !self.needs.contains(n)))
            .and(SearchCondition::Kind, ask.kind.is_some_and(|k| self.kind != k))
            .and(
                SearchCondition::Cost,
                ask.cost.is_some_and(|most| self.cost_from.is_nan() || self.cost_from > most),
            )
            .and(SearchCondition::StepFree, ask.step_free && !self.step_free)
            .and(SearchCondition::Age, ask.age.is_some_and(|age| !within(age)))
            .and(SearchCondition::Language, ask.language.as_deref().is_some_and(|l| !speaks(l)))
            .and(SearchCondition::Remote, ask.remote.is_some_and(|remote| self.remote != remote))
            .and(
                SearchCondition::Verified,
                ask.verified_since.is_some_and(|since| self.verified_on.is_none_or(|day| day < since)),
            )
            .and(SearchCondition::Course, ask.course.is_some_and(|course| self.course != Some(course)))
            .and(SearchCondition::Welcome, ask.welcome && !self.welcome)
            .and(SearchCondition::Open, ask.open.is_some_and(|open| !self.is_open(facts, open, ask.now)))
            .and(
                SearchCondition::When,
                ask.when.is_some_and(|w| {
                    self.days & w.weekdays == 0
                        || !facts.timetables.iter().any(|t| t.falls(w.weekdays, w.from, w.to, w.today))
                }),
            )
    }

    /// Whether it is known to be on now or soon.
    pub(crate) fn is_open(&self, facts: &SearchFacts, open: OpenWhen, now: NaiveDateTime) -> bool {
        let mut timetables = facts.timetables.iter();
        match open {
            OpenWhen::Now => self.may_be_on(now) && timetables.any(|timetable| timetable.is_on_at(now)),
            OpenWhen::Week => {
                let (from, to) = OpenWhen::week(now);
                let surely = |(first, last)| first <= from.date() && to.date() <= last;
                self.every_week.is_some_and(surely)
                    || self.days != 0 && timetables.any(|timetable| timetable.starts_between(from, to))
            }
        }
    }

    /// Whether its days and hours leave it open that it is on: most listings are not, and their timetables need not be read.
    fn may_be_on(&self, now: NaiveDateTime) -> bool {
        let (today, minute) = (now.weekday().num_days_from_monday(), (now.hour() * 60 + now.minute()) as u16);
        let yesterday = (today + 6) % 7;
        let (first, last) = self.hours;
        let since = |day: u32, minute: u16| self.days >> day & 1 == 1 && first <= minute && minute < last;
        since(today, minute) || since(yesterday, minute + DAY)
    }
}

/// Weekdays on which a session may start at these minutes of the day, on `today` or a later day; bit 0 is Monday.
pub(crate) fn weekdays(facts: &SearchFacts, from: u16, to: u16, today: NaiveDate) -> u8 {
    facts.timetables.iter().fold(0, |days, timetable| days | timetable.weekdays(from, to, today))
}
