//! How many listings each further condition would leave.

pub use crate::conditions::ConditionCounts;

use crate::conditions::{
    FailedConditions, ListingBits, SearchCondition, SearchFacts, SearchRequest, weekdays,
};
use chrono::{NaiveDate, NaiveDateTime};
use std::collections::BTreeMap;

/// Counts of listings that would fit if the one condition were set so and all others stayed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FacetCounts {
    /// By position of the need.
    pub needs: BTreeMap<usize, usize>,
    /// By position of the kind.
    pub kinds: BTreeMap<usize, usize>,
    /// By language, in lower case.
    pub languages: BTreeMap<String, usize>,
    /// With a session that starts on the day, Monday first.
    pub days: [usize; 7],
    /// Of conditions that hold or do not.
    pub conditions: ConditionCounts,
}

/// Counts while listings go by.
#[derive(Debug)]
pub(crate) struct FacetTally {
    counts: FacetCounts,
    /// By position of the need.
    needs: Vec<usize>,
    /// By position of the kind.
    kinds: Vec<usize>,
    /// By position of the set of languages.
    languages: Vec<usize>,
    /// Hours and day that the days are counted for; `None` is ever.
    hours: Option<(u16, u16, NaiveDate)>,
    now: NaiveDateTime,
}

impl FacetTally {
    pub(crate) fn new(ask: &SearchRequest) -> Self {
        Self {
            counts: FacetCounts::default(),
            needs: Vec::new(),
            kinds: Vec::new(),
            languages: Vec::new(),
            hours: ask.when.map(|w| (w.from, w.to, w.today)),
            now: ask.now,
        }
    }

    pub(crate) fn count(&mut self, brief: &ListingBits, facts: &SearchFacts, failed: FailedConditions) {
        // What fails two conditions is left by no single change, and no facet is of words.
        if !failed.none() && failed.only().is_none_or(|only| only == SearchCondition::Text) {
            return;
        }
        let of = &mut self.counts;
        if failed.none_but(SearchCondition::Need) {
            brief.needs.iter().for_each(|need| one_more(&mut self.needs, need));
        }
        if failed.none_but(SearchCondition::Kind) {
            one_more(&mut self.kinds, brief.kind);
        }
        if failed.none_but(SearchCondition::Language) {
            one_more(&mut self.languages, brief.languages as usize);
        }
        if failed.none_but(SearchCondition::When) && brief.days != 0 {
            let days = self.hours.map_or(brief.days, |(from, to, today)| weekdays(facts, from, to, today));
            for (day, count) in of.days.iter_mut().enumerate() {
                *count += usize::from(days >> day & 1);
            }
        }
        of.conditions.count(brief, facts, self.now, failed);
    }

    /// The counts, by the sets of languages that there are.
    pub(crate) fn facets(self, sets: &[Vec<String>]) -> FacetCounts {
        let counted = |counts: &[usize]| counts.iter().copied().enumerate().filter(|c| c.1 > 0).collect();
        let mut languages = BTreeMap::new();
        for (set, count) in sets.iter().zip(self.languages).filter(|(_, count)| *count > 0) {
            for language in set {
                *languages.entry(language.to_lowercase()).or_default() += count;
            }
        }
        FacetCounts { needs: counted(&self.needs), kinds: counted(&self.kinds), languages, ..self.counts }
    }
}

fn one_more(counts: &mut Vec<usize>, at: usize) {
    if counts.len() <= at {
        counts.resize(at + 1, 0);
    }
    counts[at] += 1;
}
