//! Listings by what is asked: fit first, then reach, then the counts of what each further condition would leave.

use crate::ask::{Ask, Condition};
use crate::facets::{Facets, Tally};
use crate::listing::{Audience, Facts, Listing};
use crate::text::{Scores, Synonyms, TextIndex};
use hereabouts_core::place::Place;
use hereabouts_core::travel::TravelBasis;
use hereabouts_core::units::Minutes;
use std::cmp::Ordering;
use std::sync::Arc;

/// How far beyond what was asked the next ones are looked for, in minutes.
const OUTSIDE_MINUTES: f64 = 60.0;

/// How many of the next ones are given.
const OUTSIDE: usize = 3;

/// Listings whose words fit at least so well, as a share of the best, fit "as well": the nearest of them stands first.
const AS_WELL: f32 = 0.7;

/// The way from a place to the listings around it.
pub trait Way {
    /// Listings within `limit` (inclusive) and how long it takes, in an order that depends on the data alone.
    fn within(&self, from: Place, limit: Minutes) -> Vec<Trip>;
}

/// How long it takes to a listing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trip {
    /// Its position.
    pub listing: usize,
    /// Minutes to it.
    pub minutes: f64,
    /// How they were found.
    pub basis: TravelBasis,
}

/// A listing that was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    /// Its position.
    pub listing: usize,
    /// Minutes to it; `None` where nobody has to go, or without a place to set out from.
    pub minutes: Option<f64>,
    /// How they were found; `None` where there are none.
    pub basis: Option<TravelBasis>,
    /// How well the words fit, above 0; 0 where none were asked for.
    pub score: f32,
}

/// An answer.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Found {
    /// How many fit.
    pub total: usize,
    /// Those asked for by limit and offset, in order.
    pub hits: Vec<Hit>,
    /// What one more condition would leave.
    pub facets: Facets,
    /// Conditions that alone keep listings out, and how many each, the most first.
    pub removed: Vec<(Condition, usize)>,
    /// The nearest that fit but for being too far, at most three.
    pub outside: Vec<Hit>,
}

/// All listings, ready to be searched.
#[derive(Debug)]
pub struct Finder {
    facts: Vec<Facts>,
    ids: Arc<[String]>,
    text: Arc<TextIndex>,
    /// Listings that come to people or are remote: always candidates.
    placeless: Arc<[u32]>,
}

impl Finder {
    /// Of listings in their order.
    ///
    /// # Errors
    /// As [`TextIndex::new`].
    pub fn new<'a>(listings: Vec<Listing<'a>>, synonyms: Synonyms) -> Result<Self, crate::Error> {
        let ids = listings.iter().map(|l| l.id.to_owned()).collect();
        let placeless =
            (0..listings.len() as u32).filter(|&i| listings[i as usize].facts.place.is_none()).collect();
        let (facts, words): (Vec<Facts>, Vec<_>) = listings.into_iter().map(|l| (l.facts, l.words)).unzip();
        let text = Arc::new(TextIndex::new(words, synonyms)?);
        Ok(Self { facts, ids, text, placeless })
    }

    /// The same listings after facts of some have changed; their words and places have not.
    #[must_use]
    pub fn with_facts(&self, change: impl FnOnce(&mut [Facts])) -> Self {
        let mut facts = self.facts.clone();
        change(&mut facts);
        Self {
            facts,
            ids: Arc::clone(&self.ids),
            text: Arc::clone(&self.text),
            placeless: Arc::clone(&self.placeless),
        }
    }

    /// Facts of a listing.
    #[must_use]
    pub fn facts(&self, listing: usize) -> &Facts {
        &self.facts[listing]
    }

    /// The words of all listings.
    #[must_use]
    pub fn text(&self) -> &TextIndex {
        &self.text
    }

    /// Words that a text may be the beginning of, as listings have them, most used first.
    #[must_use]
    pub fn completions(&self, beginning: &str, most: usize) -> Vec<&str> {
        self.text.completions(beginning, most)
    }

    /// What fits. `cell` is the position in the study's grid where the person sets out; `None` is outside of it. `way` is how
    /// they go.
    #[must_use]
    pub fn find(&self, ask: &Ask, cell: Option<u32>, way: &impl Way) -> Found {
        let scores = ask.text.as_deref().and_then(|text| self.text.find(text));
        let limit = ask.minutes.map_or(Ask::MINUTES, Minutes::get);
        let mut tally = Tally::new(ask);
        let mut removed = [0_usize; Condition::ALL.len()];
        let (mut hits, mut outside) = (Vec::new(), Vec::new());
        for (listing, trip) in self.candidates(ask, cell, limit, way) {
            let facts = &self.facts[listing];
            if facts.closed {
                continue;
            }
            let score = scores.as_ref().map_or(0.0, |s| s[listing]);
            let minutes = trip.map(|trip| trip.minutes);
            let too_far = minutes.is_some_and(|m| m > limit);
            let failed = facts
                .failed(ask)
                .and(Condition::Minutes, too_far)
                .and(Condition::Text, scores.is_some() && score == 0.0);
            let hit = Hit { listing, minutes, basis: trip.map(|trip| trip.basis), score };
            if failed.none() {
                hits.push(hit);
            } else if failed.only() == Some(Condition::Minutes) {
                outside.push(hit);
            }
            if let Some(only) = failed.only().filter(|only| *only != Condition::Minutes) {
                removed[only as usize] += 1;
            }
            if !too_far {
                tally.count(facts, failed);
            }
        }
        let well = Self::fits_as_well(scores.as_ref(), &hits);
        hits.sort_unstable_by(|a, b| self.order(a, b, well));
        outside.sort_unstable_by(|a, b| self.order(a, b, f32::INFINITY));
        outside.truncate(OUTSIDE);
        let mut removed: Vec<(Condition, usize)> =
            Condition::ALL.into_iter().map(|c| (c, removed[c as usize])).filter(|r| r.1 > 0).collect();
        removed.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        let total = hits.len();
        let hits = hits.into_iter().skip(ask.offset).take(ask.limit).collect();
        Found { total, hits, facets: tally.facets(), removed, outside }
    }

    /// Listings that the person may get to, and how.
    fn candidates(
        &self,
        ask: &Ask,
        cell: Option<u32>,
        limit: f64,
        way: &impl Way,
    ) -> Vec<(usize, Option<Trip>)> {
        let Some(from) = ask.from else { return (0..self.facts.len()).map(|i| (i, None)).collect() };
        let reach = Minutes::new(limit.max(OUTSIDE_MINUTES)).unwrap_or(Minutes::ZERO);
        let serves = |listing: usize| match &self.facts[listing].audience {
            Audience::Anyone | Audience::Remote => true,
            Audience::Cells(cells) => cell.is_some_and(|cell| cells.binary_search(&cell).is_ok()),
        };
        let near = way.within(from, reach).into_iter().map(|trip| (trip.listing, Some(trip)));
        let comes = self.placeless.iter().map(|&listing| (listing as usize, None));
        near.chain(comes).filter(|(listing, _)| serves(*listing)).collect()
    }

    /// Score from which on words fit as well as the best.
    fn fits_as_well(scores: Option<&Scores>, hits: &[Hit]) -> f32 {
        if scores.is_none() {
            return f32::INFINITY;
        }
        hits.iter().map(|h| h.score).fold(0.0, f32::max) * AS_WELL
    }

    /// What fits the words as well as the best before the rest; the nearest first, what comes to people or is remote after
    /// all that has a place; then what more surely runs; then by id.
    fn order(&self, a: &Hit, b: &Hit, well: f32) -> Ordering {
        let tier = |h: &Hit| h.score < well;
        let far = |h: &Hit| h.minutes.unwrap_or(f64::INFINITY);
        let chance = |h: &Hit| self.facts[h.listing].chance;
        tier(a)
            .cmp(&tier(b))
            .then(far(a).total_cmp(&far(b)))
            .then(b.score.total_cmp(&a.score))
            .then(chance(b).total_cmp(&chance(a)))
            .then_with(|| self.ids[a.listing].cmp(&self.ids[b.listing]))
    }
}
