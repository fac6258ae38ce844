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

/// The first look beyond what was asked goes so many times as far: mostly the next ones are there already.
const FIRST_LOOK: f64 = 1.25;

/// Every further look goes so many times as far as the last.
const NEXT_LOOK: f64 = 2.0;

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

impl Hit {
    fn new(listing: usize, trip: Option<Trip>, scores: Option<&Scores>) -> Self {
        Self {
            listing,
            minutes: trip.map(|trip| trip.minutes),
            basis: trip.map(|trip| trip.basis),
            score: scores.map_or(0.0, |scores| scores[listing]),
        }
    }
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
        let mut hits = Vec::new();
        let mut look_at = |listing: usize, trip: Option<Trip>| {
            let facts = &self.facts[listing];
            if facts.closed {
                return;
            }
            let hit = Hit::new(listing, trip, scores.as_ref());
            let failed = facts.failed(ask).and(Condition::Text, scores.is_some() && hit.score == 0.0);
            if failed.none() {
                hits.push(hit);
            } else if let Some(only) = failed.only() {
                removed[only as usize] += 1;
            }
            tally.count(facts, failed);
        };
        let mut outside = Vec::new();
        if let Some(from) = ask.from {
            let (near, beyond) = self.around(from, limit, cell, way, |trip| {
                let hit = Hit::new(trip.listing, Some(trip), scores.as_ref());
                let facts = &self.facts[trip.listing];
                let fits = !facts.closed && (scores.is_none() || hit.score > 0.0) && facts.failed(ask).none();
                fits.then_some(hit)
            });
            outside = beyond;
            near.into_iter().for_each(|trip| look_at(trip.listing, Some(trip)));
            let placeless = self.placeless.iter().map(|&listing| listing as usize);
            placeless
                .filter(|&listing| self.serves(listing, cell))
                .for_each(|listing| look_at(listing, None));
        } else {
            (0..self.facts.len()).for_each(|listing| look_at(listing, None));
        }
        let well = Self::fits_as_well(scores.as_ref(), &hits);
        let total = hits.len();
        self.sort_first(&mut hits, ask.offset.saturating_add(ask.limit), well);
        self.sort_first(&mut outside, OUTSIDE, f32::INFINITY);
        let mut removed: Vec<(Condition, usize)> =
            Condition::ALL.into_iter().map(|c| (c, removed[c as usize])).filter(|r| r.1 > 0).collect();
        removed.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        let hits = hits.into_iter().skip(ask.offset).collect();
        Found { total, hits, facets: tally.facets(), removed, outside }
    }

    /// Whether a listing is for who sets out in this cell.
    fn serves(&self, listing: usize, cell: Option<u32>) -> bool {
        match &self.facts[listing].audience {
            Audience::Anyone | Audience::Remote => true,
            Audience::Cells(cells) => cell.is_some_and(|cell| cells.binary_search(&cell).is_ok()),
        }
    }

    /// Ways to all listings within `limit` minutes, and the next ones beyond it that fit, in no order, with more among them
    /// than the nearest. It looks farther only as long as it knows of too few: an hour's walk holds thousands of listings.
    fn around(
        &self,
        from: Place,
        limit: f64,
        cell: Option<u32>,
        way: &impl Way,
        fits: impl Fn(Trip) -> Option<Hit>,
    ) -> (Vec<Trip>, Vec<Hit>) {
        let farthest = limit.max(OUTSIDE_MINUTES);
        let look = |reach: f64| {
            let trips = way.within(from, Minutes::new(reach).unwrap_or(Minutes::ZERO)).into_iter();
            trips
                .filter(|trip| self.serves(trip.listing, cell))
                .partition::<Vec<Trip>, _>(|trip| trip.minutes <= limit)
        };
        let mut reach = (limit * FIRST_LOOK).min(farthest);
        let (near, beyond) = look(reach);
        let mut outside: Vec<Hit> = beyond.into_iter().filter_map(&fits).collect();
        while outside.len() < OUTSIDE && reach < farthest {
            reach = (reach * NEXT_LOOK).min(farthest);
            outside = look(reach).1.into_iter().filter_map(&fits).collect();
        }
        (near, outside)
    }

    /// Leaves the first `count` in order.
    fn sort_first(&self, hits: &mut Vec<Hit>, count: usize, well: f32) {
        if count == 0 {
            hits.clear();
        } else if count < hits.len() {
            hits.select_nth_unstable_by(count - 1, |a, b| self.order(a, b, well));
            hits.truncate(count);
        }
        hits.sort_unstable_by(|a, b| self.order(a, b, well));
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
