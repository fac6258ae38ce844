//! What a search needs to know of a listing.

use crate::ask::{Ask, Condition, Failed, Open};
use crate::text;
use chrono::{NaiveDate, NaiveDateTime};
use hereabouts_core::place::Place;
use hereabouts_core::schedule::Timetable;
use std::sync::Arc;

/// Whom a listing is for, by where they live.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Audience {
    /// Whoever comes.
    #[default]
    Anyone,
    /// People of these cells, rising positions in the study's grid.
    Cells(Arc<[u32]>),
    /// Anybody anywhere: online, by telephone, national.
    Remote,
}

/// One listing as it is searched.
#[derive(Debug, Clone, Default)]
pub struct Listing<'a> {
    /// Its id; ties are broken by it.
    pub id: &'a str,
    /// Its words.
    pub words: text::Words<'a>,
    /// Facts that conditions are about.
    pub facts: Facts,
}

/// Facts that conditions are about.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facts {
    /// Where people come to it.
    pub place: Option<Place>,
    /// Whom it is for, by where they live.
    pub audience: Audience,
    /// Needs that it answers, a bit each by position.
    pub needs: u64,
    /// Position of its kind.
    pub kind: usize,
    /// The least that it costs; `None` is unknown.
    pub cost_from: Option<f64>,
    /// Whether it can be entered without a step; `None` is unknown.
    pub step_free: Option<bool>,
    /// Youngest age in years.
    pub age_from: Option<f64>,
    /// Oldest age in years.
    pub age_to: Option<f64>,
    /// Languages spoken there, as written.
    pub languages: Vec<String>,
    /// When somebody last confirmed it.
    pub verified_on: Option<NaiveDate>,
    /// Chance that it still runs, 0 to 1.
    pub chance: f64,
    /// It has closed: it is not looked for any more.
    pub closed: bool,
    /// When it is on; `None` is unknown.
    pub timetable: Option<Timetable>,
    /// A course of fixed length; `None` is unknown.
    pub course: Option<bool>,
    /// Whether somebody meets newcomers; `None` is unknown.
    pub welcome: Option<bool>,
}

impl Facts {
    /// Whether it is offered online, by telephone or to a whole nation alone.
    #[must_use]
    pub fn is_remote(&self) -> bool {
        self.audience == Audience::Remote
    }

    /// Whether it is known to be on now or soon.
    #[must_use]
    pub fn is_open(&self, open: Open, now: NaiveDateTime) -> bool {
        self.timetable.as_ref().is_some_and(|timetable| match open {
            Open::Now => timetable.is_on_at(now),
            Open::Week => {
                let (from, to) = Open::week(now);
                timetable.starts_between(from, to)
            }
        })
    }

    /// Every condition that it fails; how far it is and its words are judged by the finder.
    #[must_use]
    pub fn failed(&self, ask: &Ask) -> Failed {
        let within =
            |age: f64| self.age_from.is_none_or(|from| age >= from) && self.age_to.is_none_or(|to| age <= to);
        let speaks = |asked: &str| self.languages.iter().any(|l| l.eq_ignore_ascii_case(asked));
        Failed::default()
            .and(Condition::Need, ask.need.is_some_and(|n| self.needs >> n & 1 == 0))
            .and(Condition::Kind, ask.kind.is_some_and(|k| self.kind != k))
            .and(Condition::Cost, ask.cost.is_some_and(|most| self.cost_from.is_none_or(|c| c > most)))
            .and(Condition::StepFree, ask.step_free && self.step_free != Some(true))
            .and(Condition::Age, ask.age.is_some_and(|age| !within(age)))
            .and(Condition::Language, ask.language.as_deref().is_some_and(|l| !speaks(l)))
            .and(Condition::Remote, ask.remote.is_some_and(|remote| self.is_remote() != remote))
            .and(
                Condition::Verified,
                ask.verified_since.is_some_and(|since| self.verified_on.is_none_or(|day| day < since)),
            )
            .and(Condition::Course, ask.course.is_some_and(|course| self.course != Some(course)))
            .and(Condition::Welcome, ask.welcome && self.welcome != Some(true))
            .and(Condition::Open, ask.open.is_some_and(|open| !self.is_open(open, ask.now)))
            .and(
                Condition::When,
                ask.when.is_some_and(|w| {
                    !self.timetable.as_ref().is_some_and(|t| t.falls(w.weekdays, w.from, w.to, w.today))
                }),
            )
    }
}
