//! Listings by what is asked: fit first, then reach, then the counts of what each further condition would leave.

use crate::audience::ListingAudience;
use crate::conditions::{FailedConditions, ListingBits, SearchCondition, SearchFacts, SearchRequest};
use crate::facets::{FacetCounts, FacetTally};
use crate::search_listing::SearchListing;
use crate::text::{SynonymTable, TextIndex, WordMatches};
use hereabouts_core::place::Place;
use hereabouts_core::travel::TravelBasis;
use hereabouts_core::units::Minutes;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

/// How far beyond what was asked the next ones are looked for, in minutes.
const OUTSIDE_MINUTES: f64 = 60.0;

/// How many of the next ones are given.
const OUTSIDE: usize = 3;

/// The first look beyond what was asked goes so many times as far: mostly the next ones are there already.
const FIRST_LOOK: f64 = 1.25;

/// Every further look goes so many times as far as the last.
const NEXT_LOOK: f64 = 2.0;

/// Listings whose words fit at least so well, as a share of the best, fit "as well": the nearest of them stands first.
const AS_WELL: f32 = 0.7;

/// The way from a place to the listings around it.
pub trait WayToListings {
    /// Listings within `limit` (inclusive) and how long it takes, in an order that depends on the data alone.
    fn within(&self, from: Place, limit: Minutes) -> Vec<ListingTrip>;
}

/// How long it takes to a listing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ListingTrip {
    /// Its position.
    pub listing: usize,
    /// Minutes to it.
    pub minutes: f64,
    /// How they were found.
    pub basis: TravelBasis,
}

/// A listing that was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SearchHit {
    /// Its position.
    pub listing: usize,
    /// Minutes to it; `None` where nobody has to go, or without a place to set out from.
    pub minutes: Option<f64>,
    /// How they were found; `None` where there are none.
    pub basis: Option<TravelBasis>,
    /// How well the words fit, above 0; 0 where none were asked for.
    pub score: f32,
}

impl SearchHit {
    fn new(listing: usize, trip: Option<ListingTrip>, score: f32) -> Self {
        Self { listing, minutes: trip.map(|trip| trip.minutes), basis: trip.map(|trip| trip.basis), score }
    }
}

/// An answer.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SearchResults {
    /// How many fit.
    pub total: usize,
    /// Those asked for by limit and offset, in order.
    pub hits: Vec<SearchHit>,
    /// What one more condition would leave.
    pub facets: FacetCounts,
    /// Conditions that alone keep listings out, and how many each, the most first.
    pub removed: Vec<(SearchCondition, usize)>,
    /// The nearest that fit but for being too far, at most three.
    pub outside: Vec<SearchHit>,
}

/// All listings, ready to be searched.
#[derive(Debug)]
pub struct ListingIndex {
    facts: Vec<SearchFacts>,
    /// Parallel to the facts.
    briefs: Vec<ListingBits>,
    /// Sets of languages that listings have.
    languages: Arc<[Vec<String>]>,
    /// How many have not closed.
    open: usize,
    text: Arc<TextIndex>,
    /// Listings that come to people or are remote: always candidates.
    placeless: Arc<[u32]>,
}

/// What is counted and kept while listings go by.
struct HitSieve<'a> {
    finder: &'a ListingIndex,
    ask: &'a SearchRequest,
    tally: FacetTally,
    removed: [usize; SearchCondition::ALL.len()],
    hits: Vec<SearchHit>,
}

impl HitSieve<'_> {
    /// One listing; `score` is `None` where no words were asked for.
    fn look_at(&mut self, listing: usize, trip: Option<ListingTrip>, score: Option<f32>) {
        let (brief, facts) = (&self.finder.briefs[listing], &self.finder.facts[listing]);
        if brief.closed {
            return;
        }
        let failed = brief.failed(facts, self.ask).and(SearchCondition::Text, score == Some(0.0));
        if failed.none() {
            self.hits.push(SearchHit::new(listing, trip, score.unwrap_or_default()));
        } else if let Some(only) = failed.only() {
            self.removed[only as usize] += 1;
        }
        self.tally.count(brief, facts, failed);
    }
}

impl ListingIndex {
    /// Of listings in their order.
    ///
    /// # Errors
    /// As [`TextIndex::new`].
    pub fn new<'a>(
        listings: Vec<SearchListing<'a>>,
        synonyms: SynonymTable,
    ) -> Result<Self, crate::TextIndexError> {
        let mut by_id: Vec<u32> = (0..listings.len() as u32).collect();
        by_id.sort_by_key(|&listing| listings[listing as usize].id);
        let mut ranks = vec![0; listings.len()];
        by_id.iter().zip(0..).for_each(|(&listing, rank)| ranks[listing as usize] = rank);
        let placeless =
            (0..listings.len() as u32).filter(|&i| listings[i as usize].facts.place.is_none()).collect();
        let (facts, words): (Vec<SearchFacts>, Vec<_>) =
            listings.into_iter().map(|l| (l.facts, l.words)).unzip();
        let mut sets = BTreeMap::new();
        let briefs = facts.iter().zip(ranks).map(|(facts, rank)| {
            let next = sets.len() as u32;
            ListingBits::new(facts, rank, *sets.entry(&facts.languages).or_insert(next))
        });
        let briefs: Vec<ListingBits> = briefs.collect();
        let mut languages = vec![Vec::new(); sets.len()];
        sets.into_iter().for_each(|(set, at)| languages[at as usize].clone_from(set));
        let text = Arc::new(TextIndex::new(words, synonyms)?);
        let open = open(&briefs);
        Ok(Self { facts, briefs, languages: languages.into(), open, text, placeless })
    }

    /// The same listings after facts of some have changed; their words, places and languages have not.
    #[must_use]
    pub fn with_facts(&self, change: impl FnOnce(&mut [SearchFacts])) -> Self {
        let mut facts = self.facts.clone();
        change(&mut facts);
        let brief = |(facts, brief): (&SearchFacts, &ListingBits)| {
            ListingBits::new(facts, brief.rank, brief.languages)
        };
        let briefs: Vec<ListingBits> = facts.iter().zip(&self.briefs).map(brief).collect();
        Self {
            open: open(&briefs),
            briefs,
            facts,
            languages: Arc::clone(&self.languages),
            text: Arc::clone(&self.text),
            placeless: Arc::clone(&self.placeless),
        }
    }

    /// Facts of a listing.
    #[must_use]
    pub fn facts(&self, listing: usize) -> &SearchFacts {
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
    pub fn find(&self, ask: &SearchRequest, cell: Option<u32>, way: &impl WayToListings) -> SearchResults {
        let words = ask.text.as_deref().and_then(|text| self.text.find(text));
        let mut sieve = HitSieve {
            finder: self,
            ask,
            tally: FacetTally::new(ask),
            removed: [0; SearchCondition::ALL.len()],
            hits: Vec::new(),
        };
        let mut outside = Vec::new();
        if let Some(from) = ask.from {
            let (near, beyond) = self.around(from, ask, cell, way, words.as_ref());
            outside = beyond;
            let mut scores = words.clone();
            for trip in near {
                let score = scores.as_mut().map(|of| of.score(trip.listing));
                sieve.look_at(trip.listing, Some(trip), score);
            }
            let mut scores = words;
            let placeless = self.placeless.iter().map(|&listing| listing as usize);
            for listing in placeless.filter(|&listing| self.serves(listing, cell)) {
                let score = scores.as_mut().map(|of| of.score(listing));
                sieve.look_at(listing, None, score);
            }
        } else if let Some(words) = words {
            words.listings().for_each(|(listing, score)| sieve.look_at(listing, None, Some(score)));
            sieve.removed[SearchCondition::Text as usize] = self.fitting(ask) - sieve.hits.len();
        } else {
            (0..self.facts.len()).for_each(|listing| sieve.look_at(listing, None, None));
        }
        let HitSieve { tally, removed, hits, .. } = sieve;
        let well = Self::fits_as_well(ask, &hits);
        let total = hits.len();
        let hits = self.first(hits, ask.offset.saturating_add(ask.limit), well);
        let outside = self.first(outside, OUTSIDE, f32::INFINITY);
        let mut removed: Vec<(SearchCondition, usize)> =
            SearchCondition::ALL.into_iter().map(|c| (c, removed[c as usize])).filter(|r| r.1 > 0).collect();
        removed.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        let hits = hits.into_iter().skip(ask.offset).collect();
        SearchResults { total, hits, facets: tally.facets(&self.languages), removed, outside }
    }

    /// Every condition that a listing fails but distance and words; `None`: it is not looked for at all.
    fn failed(&self, listing: usize, ask: &SearchRequest) -> Option<FailedConditions> {
        let brief = &self.briefs[listing];
        (!brief.closed).then(|| brief.failed(&self.facts[listing], ask))
    }

    /// How many fit wherever they are and whatever their words.
    fn fitting(&self, ask: &SearchRequest) -> usize {
        if ask.is_of_words_alone() {
            return self.open;
        }
        (0..self.facts.len())
            .filter(|&listing| self.failed(listing, ask).is_some_and(FailedConditions::none))
            .count()
    }

    /// Whether a listing is for who sets out in this cell.
    fn serves(&self, listing: usize, cell: Option<u32>) -> bool {
        match &self.facts[listing].audience {
            ListingAudience::Anyone | ListingAudience::Remote => true,
            ListingAudience::Cells(cells) => cell.is_some_and(|cell| cells.binary_search(&cell).is_ok()),
        }
    }

    /// Ways to all listings within as many minutes as were asked for, and the next ones beyond that fit, with more among them
    /// than the nearest; both in the order of the listings. It looks farther only as long as it knows of too few: an hour's
    /// walk holds thousands of listings.
    fn around(
        &self,
        from: Place,
        ask: &SearchRequest,
        cell: Option<u32>,
        way: &impl WayToListings,
        words: Option<&WordMatches<'_>>,
    ) -> (Vec<ListingTrip>, Vec<SearchHit>) {
        let limit = ask.minutes.map_or(SearchRequest::MINUTES, Minutes::get);
        let farthest = limit.max(OUTSIDE_MINUTES);
        let look = |reach: f64| {
            let mut trips = way.within(from, Minutes::new(reach).unwrap_or(Minutes::ZERO));
            trips.retain(|trip| self.serves(trip.listing, cell));
            trips.sort_unstable_by_key(|trip| trip.listing);
            trips.into_iter().partition::<Vec<ListingTrip>, _>(|trip| trip.minutes <= limit)
        };
        let fitting = |beyond: Vec<ListingTrip>| -> Vec<SearchHit> {
            let mut words = words.cloned();
            let fit = |trip: &ListingTrip| self.failed(trip.listing, ask).is_some_and(FailedConditions::none);
            let hit = |trip: ListingTrip| match words.as_mut().map(|words| words.score(trip.listing)) {
                Some(0.0) => None,
                score => Some(SearchHit::new(trip.listing, Some(trip), score.unwrap_or_default())),
            };
            beyond.into_iter().filter(fit).filter_map(hit).collect()
        };
        let mut reach = (limit * FIRST_LOOK).min(farthest);
        let (near, beyond) = look(reach);
        let mut outside = fitting(beyond);
        while outside.len() < OUTSIDE && reach < farthest {
            reach = (reach * NEXT_LOOK).min(farthest);
            outside = fitting(look(reach).1);
        }
        (near, outside)
    }

    /// The first `count`, in order. What comes after so many that are known already is not kept.
    fn first(&self, hits: Vec<SearchHit>, count: usize, well: f32) -> Vec<SearchHit> {
        if count == 0 {
            return Vec::new();
        }
        let mut first: Vec<SearchHit> = Vec::new();
        let mut last: Option<SearchHit> = None;
        for hit in hits {
            if last.as_ref().is_some_and(|last| self.order(&hit, last, well) == Ordering::Greater) {
                continue;
            }
            first.push(hit);
            if first.len() == count.saturating_mul(2) {
                first.select_nth_unstable_by(count - 1, |a, b| self.order(a, b, well));
                first.truncate(count);
                last = first.last().copied();
            }
        }
        first.sort_unstable_by(|a, b| self.order(a, b, well));
        first.truncate(count);
        first
    }

    /// Score from which on words fit as well as the best.
    fn fits_as_well(ask: &SearchRequest, hits: &[SearchHit]) -> f32 {
        if ask.text.is_none() {
            return f32::INFINITY;
        }
        hits.iter().map(|h| h.score).fold(0.0, f32::max) * AS_WELL
    }

    /// What fits the words as well as the best before the rest; the nearest first, what comes to people or is remote after
    /// all that has a place; then what more surely runs; then by id.
    fn order(&self, a: &SearchHit, b: &SearchHit, well: f32) -> Ordering {
        let tier = |h: &SearchHit| h.score < well;
        let far = |h: &SearchHit| h.minutes.unwrap_or(f64::INFINITY);
        let brief = |h: &SearchHit| &self.briefs[h.listing];
        tier(a)
            .cmp(&tier(b))
            .then(far(a).total_cmp(&far(b)))
            .then(b.score.total_cmp(&a.score))
            .then_with(|| brief(b).chance.total_cmp(&brief(a).chance))
            .then_with(|| brief(a).rank.cmp(&brief(b).rank))
    }
}

/// How many have not closed.
fn open(briefs: &[ListingBits]) -> usize {
    briefs.iter().filter(|brief| !brief.closed).count()
}
