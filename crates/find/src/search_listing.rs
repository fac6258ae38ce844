//! What a search needs to know of a listing.

use crate::need_set::NeedSet;
use crate::text;
use chrono::NaiveDate;
use hereabouts_core::place::Place;
use hereabouts_core::schedule::Timetable;
use std::sync::Arc;

/// Whom a listing is for, by where they live.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum ListingAudience {
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
pub struct SearchListing<'a> {
    /// Its id; ties are broken by it.
    pub id: &'a str,
    /// Its words.
    pub words: text::ListingWords<'a>,
    /// Facts that conditions are about.
    pub facts: SearchFacts,
}

/// Facts that conditions are about.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SearchFacts {
    /// Where people come to it.
    pub place: Option<Place>,
    /// Whom it is for, by where they live.
    pub audience: ListingAudience,
    /// Needs that it answers, by position.
    pub needs: NeedSet,
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
    /// When it is on, by itself and by every calendar that is of it; none is unknown.
    pub timetables: Arc<[Timetable]>,
    /// A course of fixed length; `None` is unknown.
    pub course: Option<bool>,
    /// Whether somebody meets newcomers; `None` is unknown.
    pub welcome: Option<bool>,
}
