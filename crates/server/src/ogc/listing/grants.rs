use super::Listing;
use crate::feature::{GrantRow, degrees, point_geometry};
use crate::ogc::ask::Ask;
use crate::query::Interval;
use crate::snapshot::{Grant, Snapshot};
use geo::Intersects;
use geo_types::Rect;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// Grants; ids are those of their publishers.
pub(in crate::ogc) struct Grants<'s> {
    pub(in crate::ogc) snapshot: &'s Snapshot,
}

impl Grants<'_> {
    fn grant(&self, at: usize) -> &Grant {
        &self.snapshot.grants()[at]
    }
}

impl Listing for Grants<'_> {
    type Row<'a>
        = GrantRow<'a>
    where
        Self: 'a;

    const HAS_POINT: bool = true;

    fn len(&self) -> usize {
        self.snapshot.grants().len()
    }

    fn nth(&self, rank: usize) -> usize {
        self.snapshot.grant_order()[rank] as usize
    }

    fn position(&self, id: &str) -> Option<usize> {
        self.snapshot.grants().binary_search_by(|grant| grant.record.id.as_str().cmp(id)).ok()
    }

    fn id(&self, at: usize) -> String {
        self.grant(at).record.id.clone()
    }

    fn row(&self, at: usize) -> GrantRow<'_> {
        GrantRow::new(self.snapshot, at)
    }

    fn geometry(&self, at: usize) -> Option<Cow<'_, RawValue>> {
        point_geometry(self.grant(at).place?).ok().map(Cow::Owned)
    }

    fn suits(&self, _at: usize, _ask: &Ask) -> bool {
        true
    }

    fn touches(&self, at: usize, boxes: &[Rect<f64>]) -> bool {
        self.grant(at).place.is_some_and(|place| boxes.iter().any(|b| b.intersects(&place.point())))
    }

    fn meets(&self, at: usize, during: &Interval) -> bool {
        let day = self.grant(at).record.awarded_on;
        during.meets(day, day)
    }

    fn point(&self, at: usize) -> Option<(f64, f64)> {
        self.grant(at).place.map(|place| (degrees(place.lon()), degrees(place.lat())))
    }
}
