//! In which order listings are given.

use crate::conditions::{ListingBits, SearchRequest};
use crate::search_hit::SearchHit;
use std::cmp::Ordering;

/// Listings whose words fit at least so well, as a share of the best, fit "as well": the nearest of them stands first.
const AS_WELL: f32 = 0.7;

/// An order of hits.
#[derive(Debug)]
pub(crate) struct HitOrder<'a> {
    briefs: &'a [ListingBits],
    /// Whether what fits stands before what may.
    fits_first: bool,
    /// Whether what is on stands before a building of which nobody says what is on in it.
    activities_first: bool,
    /// Score from which on words fit as well as the best.
    well: f32,
}

impl<'a> HitOrder<'a> {
    /// That of an answer.
    pub(crate) fn of_answer(briefs: &'a [ListingBits], ask: &SearchRequest, hits: &[SearchHit]) -> Self {
        let best = || hits.iter().map(|hit| hit.score).fold(0.0, f32::max);
        let well = if ask.text.is_none() { f32::INFINITY } else { best() * AS_WELL };
        Self { briefs, fits_first: true, activities_first: ask.activities_first, well }
    }

    /// That of what lies just outside: the nearest first, whatever is known of it.
    pub(crate) const fn nearest(briefs: &'a [ListingBits]) -> Self {
        Self { briefs, fits_first: false, activities_first: false, well: f32::INFINITY }
    }

    /// The first `count`, in order. What comes after so many that are known already is not kept.
    pub(crate) fn first(&self, hits: Vec<SearchHit>, count: usize) -> Vec<SearchHit> {
        if count == 0 {
            return Vec::new();
        }
        let mut first: Vec<SearchHit> = Vec::new();
        let mut last: Option<SearchHit> = None;
        for hit in hits {
            if last.as_ref().is_some_and(|last| self.compare(&hit, last) == Ordering::Greater) {
                continue;
            }
            first.push(hit);
            if first.len() == count.saturating_mul(2) {
                first.select_nth_unstable_by(count - 1, |a, b| self.compare(a, b));
                first.truncate(count);
                last = first.last().copied();
            }
        }
        first.sort_unstable_by(|a, b| self.compare(a, b));
        first.truncate(count);
        first
    }

    /// What fits before what may; what fits the words as well as the best before the rest; where company or an activity is
    /// looked for, what is on before a building with nothing known to be on in it; the nearest first, what comes to people or is
    /// remote after all that has a place; then what more surely runs; then by id.
    fn compare(&self, a: &SearchHit, b: &SearchHit) -> Ordering {
        let tier = |h: &SearchHit| h.score < self.well;
        let far = |h: &SearchHit| h.minutes.unwrap_or(f64::INFINITY);
        let brief = |h: &SearchHit| &self.briefs[h.listing];
        let may = |h: &SearchHit| self.fits_first && !h.fits();
        let bare = |h: &SearchHit| self.activities_first && brief(h).bare_venue;
        may(a)
            .cmp(&may(b))
            .then_with(|| tier(a).cmp(&tier(b)))
            .then_with(|| bare(a).cmp(&bare(b)))
            .then_with(|| far(a).total_cmp(&far(b)))
            .then_with(|| b.score.total_cmp(&a.score))
            .then_with(|| brief(b).chance.total_cmp(&brief(a).chance))
            .then_with(|| brief(a).rank.cmp(&brief(b).rank))
    }
}
