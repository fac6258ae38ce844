//! Grants as features.

use super::feature_list::FeatureList;
use super::feature_query::FeatureQuery;
use crate::fields::TimeInterval;
use crate::rows::GrantRow;
use crate::site::Site;
use crate::snapshot::LocatedGrant;
use crate::wire::{degrees, point_geometry};
use geo::Intersects;
use geo_types::Rect;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// Grants; ids are those of their publishers.
pub struct GrantFeatures<'s> {
    /// What they are of.
    pub site: &'s Site,
}

impl GrantFeatures<'_> {
    fn grant(&self, at: usize) -> &LocatedGrant {
        &self.site.grants()[at]
    }
}

impl FeatureList for GrantFeatures<'_> {
    type Row<'a>
        = GrantRow<'a>
    where
        Self: 'a;

    const HAS_POINT: bool = true;

    fn count(&self) -> usize {
        self.site.grants().len()
    }

    fn nth(&self, rank: usize) -> usize {
        self.site.grant_order()[rank] as usize
    }

    fn position(&self, id: &str) -> Option<usize> {
        self.site.grants().binary_search_by(|grant| grant.record.id.as_str().cmp(id)).ok()
    }

    fn id(&self, at: usize) -> String {
        self.grant(at).record.id.clone()
    }

    fn row(&self, at: usize) -> GrantRow<'_> {
        GrantRow::new(self.site, at)
    }

    fn geometry(&self, at: usize) -> Option<Cow<'_, RawValue>> {
        point_geometry(self.grant(at).place?).ok().map(Cow::Owned)
    }

    fn suits(&self, _at: usize, _ask: &FeatureQuery) -> bool {
        true
    }

    fn touches(&self, at: usize, boxes: &[Rect<f64>]) -> bool {
        self.grant(at).place.is_some_and(|place| boxes.iter().any(|b| b.intersects(&place.point())))
    }

    fn meets(&self, at: usize, during: &TimeInterval) -> bool {
        let day = self.grant(at).record.awarded_on;
        during.meets(day, day)
    }

    fn point(&self, at: usize) -> Option<(f64, f64)> {
        self.grant(at).place.map(|place| (degrees(place.lon()), degrees(place.lat())))
    }
}
