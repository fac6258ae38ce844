//! What a collection lists, one way for all: features by position, in an order, with a row and a geometry each.

use super::feature_query::FeatureQuery;
use crate::fields::TimeInterval;
use crate::wire::FeatureRow;
use geo::Intersects;
use geo_types::{MultiPolygon, Rect};
use serde_json::value::RawValue;
use std::borrow::Cow;

/// Features of one collection.
pub trait FeatureList {
    /// What a feature carries.
    type Row<'a>: FeatureRow
    where
        Self: 'a;

    /// Whether [`Self::point`] says anything.
    const HAS_POINT: bool = false;

    /// How many there are.
    fn count(&self) -> usize;
    /// Position of the feature listed at this rank.
    fn nth(&self, rank: usize) -> usize;
    /// Position of the feature with this id.
    fn position(&self, id: &str) -> Option<usize>;
    /// Id of the feature at this position.
    fn id(&self, at: usize) -> String;
    /// What it carries.
    fn row(&self, at: usize) -> Self::Row<'_>;
    /// Its geometry, written.
    fn geometry(&self, at: usize) -> Option<Cow<'_, RawValue>>;
    /// Whether it answers what was asked apart from place, time and properties: a need.
    fn suits(&self, at: usize, ask: &FeatureQuery) -> bool;
    /// Whether it touches any of the boxes.
    fn touches(&self, at: usize, boxes: &[Rect<f64>]) -> bool;
    /// Whether its time meets an interval. A quarter's does: the view was chosen by it.
    fn meets(&self, _at: usize, _during: &TimeInterval) -> bool {
        true
    }
    /// Longitude and latitude that stand for it in a table; `None` for areas.
    fn point(&self, _at: usize) -> Option<(f64, f64)> {
        None
    }
}

/// Whether the feature at this position is asked for. The row comes last: it costs most.
pub fn is_asked<L: FeatureList>(listing: &L, at: usize, ask: &FeatureQuery) -> bool {
    listing.suits(at, ask)
        && ask.during.as_ref().is_none_or(|during| listing.meets(at, during))
        && ask.within.as_ref().is_none_or(|boxes| listing.touches(at, boxes))
        && (ask.values.is_empty() || {
            let row = listing.row(at);
            ask.values.iter().all(|(property, value)| value.is(&row.value(*property)))
        })
}

/// One page: positions on it, and how many features match in all.
pub fn page<L: FeatureList>(listing: &L, ask: &FeatureQuery) -> (Vec<usize>, usize) {
    let mut matched = 0;
    let mut page = Vec::new();
    for rank in 0..listing.count() {
        let at = listing.nth(rank);
        if is_asked(listing, at, ask) {
            if matched >= ask.offset && page.len() < ask.limit {
                page.push(at);
            }
            matched += 1;
        }
    }
    (page, matched)
}

/// Whether an area within these bounds touches any of the boxes; its boundary is looked at only where bounds do not settle
/// it.
pub(super) fn area_touches(
    bounds: Option<Rect<f64>>,
    boundary: &MultiPolygon<f64>,
    boxes: &[Rect<f64>],
) -> bool {
    let inside = |b: &Rect<f64>, a: Rect<f64>| {
        b.min().x <= a.min().x && b.min().y <= a.min().y && a.max().x <= b.max().x && a.max().y <= b.max().y
    };
    boxes.iter().any(|b| bounds.is_some_and(|a| b.intersects(&a) && (inside(b, a) || boundary.intersects(b))))
}
