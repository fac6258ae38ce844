//! Every condition that a listing may fail, as one table. A row says what may be asked, which facts of a listing answer it,
//! what of them is kept small and side by side because a search reads it of every listing, when a listing meets it, and what is
//! counted of those that would be left. [`SearchCondition`], [`SearchRequest`], [`SearchFacts`], [`ListingBits`] and
//! [`FacetCounts`](crate::facets::FacetCounts) are made from it, so that one more condition is one more row.
//!
//! A condition is met, failed or not known ([`ConditionVerdict`]). What a listing may not say is an `Option`, and a row that
//! looks at it gives one: `None` is "ask", in the words that the row has for it.

mod asked;
mod judgement;
mod open;
mod table;

pub use judgement::{ConditionSet, ConditionVerdict, FitCount, ListingJudgement};
pub(crate) use open::weekdays;
pub use open::{OpenWhen, SessionWindow};

use crate::ages::ListingAges;
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
        met |bits, _, _, need| bits.needs.contains(*need);
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
        met |bits, _, _, kind| bits.kind == *kind;
    }
    /// It costs more.
    Cost = "cost" {
        asks {
            /// The most it may cost, 0 for free.
            cost: Option<f64>
        }
        facts {
            /// The least that it costs; `None` is unknown.
            cost_from: Option<f64>,
        }
        bits {
            cost_from: Option<f64> = |facts| facts.cost_from,
        }
        met_or_ask "the cost" |bits, _, _, most| bits.cost_from.map(|cost| cost <= *most);
        counts {
            /// Free.
            free: |bits, _, _| bits.cost_from.map(|cost| cost <= 0.0),
        }
    }
    /// It cannot be entered without a step.
    StepFree = "step_free" {
        asks {
            /// Whether it must be entered without a step.
            step_free: bool
        }
        facts {
            /// Whether it can be entered without a step; `None` is unknown.
            step_free: Option<bool>,
        }
        bits {
            step_free: Option<bool> = |facts| facts.step_free,
        }
        met_or_ask "step-free access" |bits, _, _, _| bits.step_free;
        counts {
            /// Step-free.
            step_free: |bits, _, _| bits.step_free,
        }
    }
    /// It is for people of another age.
    Age = "age" {
        asks {
            /// Age of the person in years.
            age: Option<f64>
        }
        facts {
            /// Whom it takes by age.
            ages: ListingAges,
        }
        met_or_ask "the age" |_, facts, _, age| facts.ages.take(*age);
    }
    /// The language is not spoken there.
    Language = "language" {
        asks {
            /// A language spoken there.
            language: Option<String>
        }
        facts {
            /// Languages spoken there, as written; none is unknown.
            languages: Vec<String>,
        }
        met_or_ask "the language" |_, facts, _, asked| {
            let spoken = || facts.languages.iter().any(|l| l.eq_ignore_ascii_case(asked));
            (!facts.languages.is_empty()).then(spoken)
        };
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
        met |bits, _, _, remote| bits.remote == *remote;
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
        // It is of what has been said: where nobody said it, nobody confirmed it.
        met |bits, _, _, since| bits.verified_on.is_some_and(|day| day >= *since);
    }
    /// It is ongoing and must be a course, or the other way round.
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
        met_or_ask "whether it is a course or ongoing" |bits, _, _, course| bits.course.map(|is| is == *course);
        counts {
            /// Courses of fixed length.
            courses: |bits, _, _| bits.course,
            /// Ongoing.
            ongoing: |bits, _, _| bits.course.map(|is| !is),
        }
    }
    /// Nobody meets newcomers.
    Welcome = "welcome" {
        asks {
            /// Whether somebody must meet newcomers.
            welcome: bool
        }
        facts {
            /// Whether somebody meets newcomers; `None` is unknown.
            welcome: Option<bool>,
        }
        bits {
            welcome: Option<bool> = |facts| facts.welcome,
        }
        met_or_ask "whether somebody meets newcomers" |bits, _, _, _| bits.welcome;
        counts {
            /// Somebody meets newcomers.
            welcome: |bits, _, _| bits.welcome,
        }
    }
    /// It has to be booked.
    NoBooking = "no_booking" {
        asks {
            /// Whether it must need no booking.
            no_booking: bool
        }
        facts {
            /// Whether a place has to be booked beforehand; `None` is unknown.
            booking_required: Option<bool>,
        }
        bits {
            no_booking: Option<bool> = |facts| facts.booking_required.map(|required| !required),
        }
        met_or_ask "whether it has to be booked" |bits, _, _, _| bits.no_booking;
        counts {
            /// Without booking.
            no_booking: |bits, _, _| bits.no_booking,
        }
    }
    /// No session starts then.
    When = "day" {
        asks {
            /// When a session may start.
            when: Option<SessionWindow>
        }
        facts {
            /// When it is on, by itself and by every calendar that is of it; none is unknown.
            timetables: Arc<[Timetable]>,
            /// Whether it says more of when it is on than is understood.
            more_times: bool,
        }
        bits {
            // Whether its timetables are all there is.
            times_known: bool = |facts| !facts.timetables.is_empty() && !facts.more_times,
            // Weekdays on which a session may start, ever; bit 0 is Monday.
            days: u8 = |facts| open::ever(facts),
        }
        met_or_ask "the times" |bits, facts, _, when| open::starts_within(bits, facts, when);
    }
    /// It is not on then.
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
            // Whether of some session the weeks or the end are not known.
            vague: bool = |facts| facts.timetables.iter().any(Timetable::is_vague),
        }
        met_or_ask "the opening times" |bits, facts, ask, open| open::is_open(bits, facts, *open, ask.now);
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
        Self {
            from: None,
            minutes: None,
            text: None,
            activities_first: false,
            limit: 0,
            offset: 0,
            ..self.clone()
        } == Self { now, ..none }
    }
}
