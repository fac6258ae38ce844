//! Listings by what is asked: fit first, then reach, then the counts of what each further condition would leave.

pub use crate::search_hit::{ListingTrip, SearchHit};

use crate::audience::ListingAudience;
use crate::conditions::{
    ConditionSet, ConditionVerdict, ListingBits, ListingJudgement, SearchCondition, SearchFacts,
    SearchRequest,
};
use crate::facets::{FacetCounts, FacetTally, FitCount};
use crate::hit_order::HitOrder;
use crate::search_listing::SearchListing;
use crate::text::{SynonymTable, TextIndex, WordMatches};
use hereabouts_core::place::Place;
use hereabouts_core::units::Minutes;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Just outside is what takes no more than so many times what was asked…
const OUTSIDE_TIMES: f64 = 2.0;

/// …and, in minutes, no longer than anything may be asked for.
const OUTSIDE_MINUTES: f64 = 120.0;

/// How many of the next ones are given.
const OUTSIDE: usize = 3;

/// The first look beyond what was asked goes so many times as far: mostly the next ones are there already.
const FIRST_LOOK: f64 = 1.25;

/// Every further look goes so many times as far as the last.
const NEXT_LOOK: f64 = 2.0;

/// The way from a place to the listings around it.
pub trait WayToListings {
    /// Listings within `limit` (inclusive) and how long it takes, in an order that depends on the data alone.
    fn within(&self, from: Place, limit: Minutes) -> Vec<ListingTrip>;
}

/// An answer in two parts: what fits, and after it what may fit, of which something is not known.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SearchResults {
    /// How many there are of each.
    pub count: FitCount,
    /// Those asked for by limit and offset, in order: what fits before what may.
    pub hits: Vec<SearchHit>,
    /// What one more condition would leave.
    pub facets: FacetCounts,
    /// Conditions that alone keep listings out, and how many each, the most first.
    pub removed: Vec<(SearchCondition, usize)>,
    /// Conditions of which it is not known whether what may fit meets them, and how many each, the most first.
    pub not_known: Vec<(SearchCondition, usize)>,
    /// The nearest that fit, or may, but for being too far, at most three.
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
    removed: ConditionTally,
    not_known: ConditionTally,
    fits: usize,
    hits: Vec<SearchHit>,
}

/// Listings by condition.
#[derive(Default)]
struct ConditionTally([usize; SearchCondition::ALL.len()]);

impl ConditionTally {
    const fn add(&mut self, condition: SearchCondition, listings: usize) {
        self.0[condition as usize] += listings;
    }

    /// Those with any, the most first.
    fn most_first(&self) -> Vec<(SearchCondition, usize)> {
        let all = SearchCondition::ALL.into_iter().zip(self.0);
        let mut all: Vec<(SearchCondition, usize)> = all.filter(|one| one.1 > 0).collect();
        all.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        all
    }
}

impl HitSieve<'_> {
    /// One listing; `score` is `None` where no words were asked for.
    fn look_at(&mut self, listing: usize, trip: Option<ListingTrip>, score: Option<f32>) {
        let (brief, facts) = (&self.finder.briefs[listing], &self.finder.facts[listing]);
        if brief.closed {
            return;
        }
        let words = ConditionVerdict::from(score != Some(0.0));
        let judged = brief.judged(facts, self.ask).and(SearchCondition::Text, words);
        if judged.may_fit() {
            self.fits += usize::from(judged.not_known.is_empty());
            judged.not_known.iter().for_each(|condition| self.not_known.add(condition, 1));
            self.hits.push(SearchHit::new(listing, trip, score, judged.not_known));
        } else if let Some(only) = judged.failed.only() {
            self.removed.add(only, 1);
        }
        self.tally.count(brief, facts, judged);
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

    /// What fits, and what may. `cell` is the position in the study's grid where the person sets out; `None` is outside of it. `way` is how
    /// they go.
    #[must_use]
    pub fn find(&self, ask: &SearchRequest, cell: Option<u32>, way: &impl WayToListings) -> SearchResults {
        let words = ask.text.as_deref().and_then(|text| self.text.find(text));
        let mut sieve = HitSieve {
            finder: self,
            ask,
            tally: FacetTally::new(ask),
            removed: ConditionTally::default(),
            not_known: ConditionTally::default(),
            fits: 0,
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
            sieve.removed.add(SearchCondition::Text, self.fitting(ask) - sieve.hits.len());
        } else {
            (0..self.facts.len()).for_each(|listing| sieve.look_at(listing, None, None));
        }
        let HitSieve { tally, removed, not_known, fits, hits, .. } = sieve;
        let count = FitCount { fits, may_fit: hits.len() - fits };
        let order = HitOrder::of_answer(&self.briefs, ask, &hits);
        let hits = order.first(hits, ask.offset.saturating_add(ask.limit));
        SearchResults {
            count,
            hits: hits.into_iter().skip(ask.offset).collect(),
            facets: tally.facets(&self.languages),
            removed: removed.most_first(),
            not_known: not_known.most_first(),
            outside: HitOrder::nearest(&self.briefs).first(outside, OUTSIDE),
        }
    }

    /// How a listing stands to all that is asked but distance and words.
    #[must_use]
    pub fn judged(&self, listing: usize, ask: &SearchRequest) -> ListingJudgement {
        self.briefs[listing].judged(&self.facts[listing], ask)
    }

    /// What is not known of a listing that may fit but for distance and words; `None`: it does not fit.
    fn may_fit(&self, listing: usize, ask: &SearchRequest) -> Option<ConditionSet> {
        let judged = (!self.briefs[listing].closed).then(|| self.judged(listing, ask))?;
        judged.may_fit().then_some(judged.not_known)
    }

    /// How many fit, or may, wherever they are and whatever their words.
    fn fitting(&self, ask: &SearchRequest) -> usize {
        if ask.is_of_words_alone() {
            return self.open;
        }
        (0..self.facts.len()).filter(|&listing| self.may_fit(listing, ask).is_some()).count()
    }

    /// Whether a listing is for who sets out in this cell.
    fn serves(&self, listing: usize, cell: Option<u32>) -> bool {
        match &self.facts[listing].audience {
            ListingAudience::Anyone | ListingAudience::Remote => true,
            ListingAudience::Cells(cells) => cell.is_some_and(|cell| cells.binary_search(&cell).is_ok()),
        }
    }

    /// Ways to all listings within as many minutes as were asked for, and the next ones beyond that fit, or may, with more among
    /// them than the nearest; both in the order of the listings. It looks farther only as long as it knows of too few, and up
    /// to twice as far: whoever goes a quarter of an hour does not go two.
    fn around(
        &self,
        from: Place,
        ask: &SearchRequest,
        cell: Option<u32>,
        way: &impl WayToListings,
        words: Option<&WordMatches<'_>>,
    ) -> (Vec<ListingTrip>, Vec<SearchHit>) {
        let limit = ask.minutes.map_or(SearchRequest::MINUTES, Minutes::get);
        let farthest = (limit * OUTSIDE_TIMES).min(limit.max(OUTSIDE_MINUTES));
        let look = |reach: f64| {
            let mut trips = way.within(from, Minutes::new(reach).unwrap_or(Minutes::ZERO));
            trips.retain(|trip| self.serves(trip.listing, cell));
            trips.sort_unstable_by_key(|trip| trip.listing);
            trips.into_iter().partition::<Vec<ListingTrip>, _>(|trip| trip.minutes <= limit)
        };
        let fitting = |beyond: Vec<ListingTrip>| -> Vec<SearchHit> {
            let mut words = words.cloned();
            let hit = |trip: ListingTrip| {
                let not_known = self.may_fit(trip.listing, ask)?;
                let score = words.as_mut().map(|words| words.score(trip.listing));
                (score != Some(0.0)).then(|| SearchHit::new(trip.listing, Some(trip), score, not_known))
            };
            beyond.into_iter().filter_map(hit).collect()
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
}

/// How many have not closed.
fn open(briefs: &[ListingBits]) -> usize {
    briefs.iter().filter(|brief| !brief.closed).count()
}
