//! Assets as features.

use super::feature_list::FeatureList;
use super::feature_query::FeatureQuery;
use crate::fields::TimeInterval;
use crate::rows::AssetRow;
use crate::site::Site;
use crate::wire::{degrees, point_geometry};
use geo::Intersects;
use geo_types::Rect;
use hereabouts_core::place::Place;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// Assets; ids are `source/source_id`.
pub struct AssetFeatures<'s> {
    /// What they are of.
    pub site: &'s Site,
}

impl AssetFeatures<'_> {
    fn place(&self, at: usize) -> Option<Place> {
        self.site.study().assets()[at].asset.place
    }
}

impl FeatureList for AssetFeatures<'_> {
    type Row<'a>
        = AssetRow<'a>
    where
        Self: 'a;

    const HAS_POINT: bool = true;

    fn count(&self) -> usize {
        self.site.study().assets().len()
    }

    fn nth(&self, rank: usize) -> usize {
        self.site.asset_order()[rank] as usize
    }

    fn position(&self, id: &str) -> Option<usize> {
        self.site.asset_position(id)
    }

    fn id(&self, at: usize) -> String {
        self.site.study().assets()[at].asset.id.clone()
    }

    fn row(&self, at: usize) -> AssetRow<'_> {
        AssetRow::new(self.site, at)
    }

    fn geometry(&self, at: usize) -> Option<Cow<'_, RawValue>> {
        point_geometry(self.place(at)?).ok().map(Cow::Owned)
    }

    fn suits(&self, at: usize, ask: &FeatureQuery) -> bool {
        ask.need.is_none_or(|need| self.site.study().assets()[at].serves.iter().any(|(n, _)| *n == need))
    }

    fn touches(&self, at: usize, boxes: &[Rect<f64>]) -> bool {
        self.place(at).is_some_and(|place| boxes.iter().any(|b| b.intersects(&place.point())))
    }

    fn meets(&self, at: usize, during: &TimeInterval) -> bool {
        self.site.study().assets()[at].asset.verified_on.is_some_and(|day| during.meets(day, day))
    }

    fn point(&self, at: usize) -> Option<(f64, f64)> {
        self.place(at).map(|place| (degrees(place.lon()), degrees(place.lat())))
    }
}
