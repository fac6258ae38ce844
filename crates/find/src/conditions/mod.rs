//! Every condition that a listing may fail, as one table. A row says what may be asked, which facts of a listing answer it,
//! what of them is kept small and side by side because a search reads it of every listing, when a listing fails, and what is
//! counted of those that would be left. [`SearchCondition`], [`SearchRequest`], [`SearchFacts`], [`ListingBits`] and
//! [`FacetCounts`](crate::facets::FacetCounts) are made from it, so that one more condition is one more row.
//!
//! What is not known of a listing never meets a condition: a row that tests a fact says so by itself.

mod asked;
mod failed;
mod open;
mod table;

pub use failed::FailedConditions;
pub(crate) use open::weekdays;
pub use open::{OpenWhen, SessionWindow};

use crate::audience::ListingAudience;
use crate::need_set::NeedSet;
use asked::AskedValue;
use chrono::{NaiveDate, NaiveDateTime};
use hereabouts_core::place::Place;
use hereabouts_core::schedule::Timetable;
use hereabouts_core::units::Minutes;
use std::sync::Arc;
use table::search_conditions;

search_conditions! {
    /// Too far; the finder judges it.
    Minutes = "minutes" {
        asks {
            /// How far they go; inclusive. `None` is [`SearchRequest::MINUTES`].
            minutes: Option<Minutes>
        }
    }
    /// None of its words is meant; the finder judges it.
    Text = "q" {
        asks {
            /// Words that the listing has, in its own words or others.
            text: Option<String>
        }
    }
    /// It does not answer the need.
    Need = "need" {
        asks {
            /// Position of a need that it answers.
            need: Option<usize>
        }
        facts {
            /// Needs that it answers, by position.
            needs: NeedSet,
        }
        bits {
            needs: NeedSet = |facts| facts.needs.clone(),
        }
        fails |bits, _, _, need| !bits.needs.contains(*need);
    }
    /// It is of another kind.
    Kind = "kind" {
        asks {
            /// Position of its kind.
            kind: Option<usize>
        }
        facts {
            /// Position of its kind.
            kind: usize,
        }
        bits {
            kind: usize = |facts| facts.kind,
        }
        fails |bits, _, _, kind| bits.kind != *kind;
    }
    /// It costs more, or does not say what it costs.
    Cost = "cost" {
        asks {
            /// The most it may cost, 0 for free. A listing that does not say what it costs does not fit.
            cost: Option<f64>
        }
        facts {
            /// The least that it costs; `None` is unknown.
            cost_from: Option<f64>,
        }
        bits {
            // NaN is unknown, and so not within any cost.
            cost_from: f64 = |facts| facts.cost_from.unwrap_or(f64::NAN),
            free: bool = |facts| facts.cost_from == Some(0.0),
        }
        fails |bits, _, _, most| bits.cost_from.is_nan() || bits.cost_from > *most;
        counts {
            /// Free.
            free: |bits, _, _| bits.free,
        }
    }
    /// It is not known to be entered without a step.
    StepFree = "step_free" {
        asks {
            /// Whether it must be known to be entered without a step.
            step_free: bool
        }
        facts {
            /// Whether it can be entered without a step; `None` is unknown.
            step_free: Option<bool>,
        }
        bits {
            step_free: bool = |facts| facts.step_free == Some(true),
        }
        fails |bits, _, _, _| !bits.step_free;
        counts {
            /// Known to be step-free.
            step_free: |bits, _, _| bits.step_free,
        }
    }
    /// It is for people of another age.
    Age = "age" {
        asks {
            /// Age of the person in years. A listing without ages takes everybody.
            age: Option<f64>
        }
        facts {
            /// Youngest age in years.
            age_from: Option<f64>,
            /// Oldest age in years.
            age_to: Option<f64>,
        }
        fails |_, facts, _, age| {
            !(facts.age_from.is_none_or(|from| *age >= from) && facts.age_to.is_none_or(|to| *age <= to))
        };
    }
    /// The language is not spoken there.
    Language = "language" {
        asks {
            /// A language spoken there.
            language: Option<String>
        }
        facts {
            /// Languages spoken there, as written.
            languages: Vec<String>,
        }
        fails |_, facts, _, asked| !facts.languages.iter().any(|l| l.eq_ignore_ascii_case(asked));
    }
    /// It is online and must not be, or the other way round.
    Remote = "online" {
        asks {
            /// Only what is offered online, by telephone or to a whole nation (`true`), or only the rest.
            remote: Option<bool>
        }
        facts {
            /// Whom it is for, by where they live.
            audience: ListingAudience,
        }
        bits {
            remote: bool = |facts| facts.audience == ListingAudience::Remote,
        }
        fails |bits, _, _, remote| bits.remote != *remote;
        counts {
            /// Online, by telephone or national.
            remote: |bits, _, _| bits.remote,
        }
    }
    /// Nobody has confirmed it since.
    Verified = "verified_within" {
        asks {
            /// Confirmed on this day or later.
            verified_since: Option<NaiveDate>
        }
        facts {
            /// When somebody last confirmed it.
            verified_on: Option<NaiveDate>,
        }
        bits {
            verified_on: Option<NaiveDate> = |facts| facts.verified_on,
        }
        fails |bits, _, _, since| bits.verified_on.is_none_or(|day| day < *since);
    }
    /// It is ongoing and must be a course, or the other way round, or does not say.
    Course = "course" {
        asks {
            /// A course of fixed length (`true`), or something ongoing.
            course: Option<bool>
        }
        facts {
            /// A course of fixed length; `None` is unknown.
            course: Option<bool>,
        }
        bits {
            course: Option<bool> = |facts| facts.course,
        }
        fails |bits, _, _, course| bits.course != Some(*course);
        counts {
            /// Courses of fixed length.
            courses: |bits, _, _| bits.course == Some(true),
            /// Ongoing.
            ongoing: |bits, _, _| bits.course == Some(false),
        }
    }
    /// Nobody is known to meet newcomers.
    Welcome = "welcome" {
        asks {
            /// Whether somebody must be known to meet newcomers.
            welcome: bool
        }
        facts {
            /// Whether somebody meets newcomers; `None` is unknown.
            welcome: Option<bool>,
        }
        bits {
            welcome: bool = |facts| facts.welcome == Some(true),
        }
        fails |bits, _, _, _| !bits.welcome;
        counts {
            /// Somebody meets newcomers.
            welcome: |bits, _, _| bits.welcome,
        }
    }
    /// It is not known to need no booking.
    NoBooking = "no_booking" {
        asks {
            /// Whether it must be known that nobody has to book.
            no_booking: bool
        }
        facts {
            /// Whether a place has to be booked beforehand; `None` is unknown.
            booking_required: Option<bool>,
        }
        bits {
            no_booking: bool = |facts| facts.booking_required == Some(false),
        }
        fails |bits, _, _, _| !bits.no_booking;
        counts {
            /// Known to need no booking.
            no_booking: |bits, _, _| bits.no_booking,
        }
    }
    /// No session starts then, or its timetable is not known.
    When = "day" {
        asks {
            /// When a session may start. A listing whose timetable is not known does not fit.
            when: Option<SessionWindow>
        }
        facts {
            /// When it is on, by itself and by every calendar that is of it; none is unknown.
            timetables: Arc<[Timetable]>,
        }
        bits {
            // Weekdays on which a session may start, ever; bit 0 is Monday.
            days: u8 = |facts| open::ever(facts),
        }
        fails |bits, facts, _, when| !open::starts_within(bits, facts, when);
    }
    /// It is not known to be on then.
    Open = "open" {
        asks {
            /// Whether it must be on now or soon, by its timetable.
            open: Option<OpenWhen>
        }
        bits {
            // From the first of these days to the last it is on in every seven days on end.
            every_week: Option<(NaiveDate, NaiveDate)> = |facts| open::every_week(facts),
            // The earliest start and the latest end in minutes of the day; one that passes midnight ends on the next.
            hours: (u16, u16) = |facts| open::hours(facts),
        }
        fails |bits, facts, ask, open| !open::is_open(bits, facts, *open, ask.now);
        counts {
            /// On now.
            open_now: |bits, facts, now| open::is_open(bits, facts, OpenWhen::Now, now),
            /// With a session that starts within seven days.
            open_week: |bits, facts, now| open::is_open(bits, facts, OpenWhen::Week, now),
        }
    }
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
