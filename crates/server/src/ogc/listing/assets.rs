use super::Listing;
use crate::feature::{AssetRow, degrees, point_geometry};
use crate::ogc::ask::Ask;
use crate::query::Interval;
use crate::snapshot::Snapshot;
use geo::Intersects;
use geo_types::Rect;
use hereabouts_core::place::Place;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// Assets; ids are `source/source_id`.
pub(in crate::ogc) struct Assets<'s> {
    pub(in crate::ogc) snapshot: &'s Snapshot,
}

impl Assets<'_> {
    fn place(&self, at: usize) -> Option<Place> {
        self.snapshot.study().assets()[at].asset.place
    }
}

impl Listing for Assets<'_> {
    type Row<'a>
        = AssetRow<'a>
    where
        Self: 'a;

    const HAS_POINT: bool = true;

    fn len(&self) -> usize {
        self.snapshot.study().assets().len()
    }

    fn nth(&self, rank: usize) -> usize {
        self.snapshot.asset_order()[rank] as usize
    }

    fn position(&self, id: &str) -> Option<usize> {
        self.snapshot.asset_position(id)
    }

    fn id(&self, at: usize) -> String {
        self.snapshot.study().assets()[at].asset.id.clone()
    }

    fn row(&self, at: usize) -> AssetRow<'_> {
        AssetRow::new(self.snapshot, at)
    }

    fn geometry(&self, at: usize) -> Option<Cow<'_, RawValue>> {
        point_geometry(self.place(at)?).ok().map(Cow::Owned)
    }

    fn suits(&self, at: usize, ask: &Ask) -> bool {
        ask.need.is_none_or(|need| self.snapshot.study().assets()[at].serves.iter().any(|(n, _)| *n == need))
    }

    fn touches(&self, at: usize, boxes: &[Rect<f64>]) -> bool {
        self.place(at).is_some_and(|place| boxes.iter().any(|b| b.intersects(&place.point())))
    }

    fn meets(&self, at: usize, during: &Interval) -> bool {
        self.snapshot.study().assets()[at].asset.verified_on.is_some_and(|day| during.meets(day, day))
    }

    fn point(&self, at: usize) -> Option<(f64, f64)> {
        self.place(at).map(|place| (degrees(place.lon()), degrees(place.lat())))
    }
}
