//! How many listings each further condition would leave.

pub use crate::conditions::{ConditionCounts, FitCount};

use crate::conditions::{
    ConditionVerdict, ListingBits, ListingJudgement, SearchCondition, SearchFacts, SearchRequest, weekdays,
};
use chrono::{NaiveDate, NaiveDateTime};
use std::collections::BTreeMap;

/// Counts of listings that would fit, or may fit, if the one condition were set so and all others stayed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FacetCounts {
    /// By position of the need.
    pub needs: BTreeMap<usize, FitCount>,
    /// By position of the kind.
    pub kinds: BTreeMap<usize, FitCount>,
    /// By language, in lower case, of those that some listing says; each with the listings that say none.
    pub languages: BTreeMap<String, FitCount>,
    /// With a session that starts on the day, Monday first.
    pub days: [FitCount; 7],
    /// Of conditions that hold or do not.
    pub conditions: ConditionCounts,
}

/// Counts while listings go by.
#[derive(Debug)]
pub(crate) struct FacetTally {
    counts: FacetCounts,
    /// By position of the need.
    needs: Vec<FitCount>,
    /// By position of the kind.
    kinds: Vec<FitCount>,
    /// By position of the set of languages.
    languages: Vec<FitCount>,
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

    pub(crate) fn count(&mut self, brief: &ListingBits, facts: &SearchFacts, judged: ListingJudgement) {
        let failed = judged.failed;
        // What fails two conditions is left by no single change, and no facet is of words.
        if !failed.is_empty() && failed.only().is_none_or(|only| only == SearchCondition::Text) {
            return;
        }
        let met = |but: SearchCondition| judged.not_known.none_but(but);
        if failed.none_but(SearchCondition::Need) {
            let others_met = met(SearchCondition::Need);
            brief.needs.iter().for_each(|need| one_more(&mut self.needs, need, others_met));
        }
        if failed.none_but(SearchCondition::Kind) {
            one_more(&mut self.kinds, brief.kind, met(SearchCondition::Kind));
        }
        if failed.none_but(SearchCondition::Language) {
            one_more(&mut self.languages, brief.languages as usize, met(SearchCondition::Language));
        }
        if failed.none_but(SearchCondition::When) {
            self.count_days(brief, facts, met(SearchCondition::When));
        }
        self.counts.conditions.count(brief, facts, self.now, judged);
    }

    fn count_days(&mut self, brief: &ListingBits, facts: &SearchFacts, others_met: bool) {
        let days = match self.hours {
            Some((from, to, today)) if brief.days != 0 => weekdays(facts, from, to, today),
            _ => brief.days,
        };
        if days == 0 && brief.times_known {
            return;
        }
        for (day, count) in self.counts.days.iter_mut().enumerate() {
            let starts = days >> day & 1 == 1;
            count.count((starts || brief.times_known).then_some(starts).into(), others_met);
        }
    }

    /// The counts, by the sets of languages that there are.
    pub(crate) fn facets(self, sets: &[Vec<String>]) -> FacetCounts {
        let counted = |counts: &[FitCount]| {
            counts.iter().copied().enumerate().filter(|count| count.1.total() > 0).collect()
        };
        let mut languages: BTreeMap<String, FitCount> = BTreeMap::new();
        let mut not_known = FitCount::default();
        for (set, count) in sets.iter().zip(self.languages).filter(|(_, count)| count.total() > 0) {
            for language in set {
                let of = languages.entry(language.to_lowercase()).or_default();
                *of = of.with(count);
            }
            if set.is_empty() {
                not_known.may_fit = count.total();
            }
        }
        languages.values_mut().for_each(|count| *count = count.with(not_known));
        FacetCounts { needs: counted(&self.needs), kinds: counted(&self.kinds), languages, ..self.counts }
    }
}

fn one_more(counts: &mut Vec<FitCount>, at: usize, others_met: bool) {
    if counts.len() <= at {
        counts.resize(at + 1, FitCount::default());
    }
    counts[at].count(ConditionVerdict::Met, others_met);
}
