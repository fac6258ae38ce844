//! What may be asked.

use chrono::{Days, NaiveDate, NaiveDateTime};
use hereabouts_core::place::Place;
use hereabouts_core::units::Minutes;

/// A question. Everything that is not given limits nothing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SearchRequest {
    /// Where the person sets out. Without it nothing is near or far.
    pub from: Option<Place>,
    /// How far they go; inclusive. `None` is [`SearchRequest::MINUTES`].
    pub minutes: Option<Minutes>,
    /// Words that the listing has, in its own words or others.
    pub text: Option<String>,
    /// Position of a need that it answers.
    pub need: Option<usize>,
    /// Position of its kind.
    pub kind: Option<usize>,
    /// The most it may cost, 0 for free. A listing that does not say what it costs does not fit.
    pub cost: Option<f64>,
    /// Whether it must be known to be entered without a step.
    pub step_free: bool,
    /// Age of the person in years. A listing without ages takes everybody.
    pub age: Option<f64>,
    /// A language spoken there.
    pub language: Option<String>,
    /// Only what is offered online, by telephone or to a whole nation (`true`), or only the rest.
    pub remote: Option<bool>,
    /// Confirmed on this day or later.
    pub verified_since: Option<NaiveDate>,
    /// When a session may start. A listing whose timetable is not known does not fit.
    pub when: Option<SessionWindow>,
    /// Whether it must be on now or soon, by its timetable.
    pub open: Option<OpenWhen>,
    /// The moment that now is, on the clock there.
    pub now: NaiveDateTime,
    /// A course of fixed length (`true`), or something ongoing.
    pub course: Option<bool>,
    /// Whether somebody must be known to meet newcomers.
    pub welcome: bool,
    /// How many to give at most.
    pub limit: usize,
    /// How many to leave out at the front.
    pub offset: usize,
}

impl SearchRequest {
    /// How far people are taken to go if they do not say: the catchment of every need in the table.
    pub const MINUTES: f64 = 15.0;

    /// Whether it says no more of listings than their words, and where from.
    pub(crate) fn is_of_words_alone(&self) -> bool {
        let (now, none) = (self.now, Self::default());
        Self { from: None, minutes: None, text: None, limit: 0, offset: 0, ..self.clone() }
            == Self { now, ..none }
    }
}

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

/// A condition that a listing may fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SearchCondition {
    /// [`SearchRequest::minutes`]: too far.
    Minutes,
    /// [`SearchRequest::text`]
    Text,
    /// [`SearchRequest::need`]
    Need,
    /// [`SearchRequest::kind`]
    Kind,
    /// [`SearchRequest::cost`]
    Cost,
    /// [`SearchRequest::step_free`]
    StepFree,
    /// [`SearchRequest::age`]
    Age,
    /// [`SearchRequest::language`]
    Language,
    /// [`SearchRequest::remote`]
    Remote,
    /// [`SearchRequest::verified_since`]
    Verified,
    /// [`SearchRequest::course`]
    Course,
    /// [`SearchRequest::welcome`]
    Welcome,
    /// [`SearchRequest::when`]
    When,
    /// [`SearchRequest::open`]
    Open,
}

impl SearchCondition {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::Minutes,
        Self::Text,
        Self::Need,
        Self::Kind,
        Self::Cost,
        Self::StepFree,
        Self::Age,
        Self::Language,
        Self::Remote,
        Self::Verified,
        Self::Course,
        Self::Welcome,
        Self::When,
        Self::Open,
    ];

    /// The word for it in queries and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Minutes => "minutes",
            Self::Text => "q",
            Self::Need => "need",
            Self::Kind => "kind",
            Self::Cost => "cost",
            Self::StepFree => "step_free",
            Self::Age => "age",
            Self::Language => "language",
            Self::Remote => "online",
            Self::Verified => "verified_within",
            Self::Course => "course",
            Self::Welcome => "welcome",
            Self::When => "day",
            Self::Open => "open",
        }
    }
}

/// Conditions that a listing fails.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FailedConditions(u16);

const _: () = {
    assert!(SearchCondition::ALL.len() <= u16::BITS as usize);
    let mut at = 0;
    while at < SearchCondition::ALL.len() {
        assert!(SearchCondition::ALL[at] as usize == at);
        at += 1;
    }
};

impl FailedConditions {
    /// With one more, if it failed.
    #[must_use]
    pub const fn and(self, condition: SearchCondition, failed: bool) -> Self {
        if failed { Self(self.0 | 1 << condition as u16) } else { self }
    }

    /// Whether it fits.
    #[must_use]
    pub const fn none(self) -> bool {
        self.0 == 0
    }

    /// The only condition that it fails, if it is one.
    #[must_use]
    pub fn only(self) -> Option<SearchCondition> {
        if self.0.count_ones() != 1 {
            return None;
        }
        // They stand in ALL in the order of their bits.
        SearchCondition::ALL.get(self.0.trailing_zeros() as usize).copied()
    }

    /// Whether it fits but for this condition, failed or not.
    #[must_use]
    pub const fn none_but(self, condition: SearchCondition) -> bool {
        self.0 & !(1 << condition as u16) == 0
    }
}
