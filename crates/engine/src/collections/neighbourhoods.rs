//! Neighbourhoods as features.

use super::feature_list::{FeatureList, area_touches};
use super::feature_query::FeatureQuery;
use crate::site::Site;
use crate::view::{NeighbourhoodRow, QuarterView};
use geo_types::Rect;
use hereabouts_core::idx::AreaIdx;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::sync::Arc;

/// Neighbourhoods of a view; ids are their codes.
pub struct NeighbourhoodFeatures<'s> {
    /// What they are of.
    pub site: &'s Site,
    /// The period and geography looked at.
    pub view: Arc<QuarterView>,
}

impl NeighbourhoodFeatures<'_> {
    fn area(&self, at: usize) -> AreaIdx {
        self.view.report().neighbourhoods[at].area
    }
}

impl FeatureList for NeighbourhoodFeatures<'_> {
    type Row<'a>
        = NeighbourhoodRow<'a>
    where
        Self: 'a;

    fn count(&self) -> usize {
        self.view.report().neighbourhoods.len()
    }

    fn nth(&self, rank: usize) -> usize {
        self.view.neighbourhood_order()[rank] as usize
    }

    fn position(&self, id: &str) -> Option<usize> {
        self.view.position(self.view.neighbourhood(self.site.study(), id)?.area)
    }

    fn id(&self, at: usize) -> String {
        self.site.study().areas()[self.area(at).get()].code.clone()
    }

    fn row(&self, at: usize) -> NeighbourhoodRow<'_> {
        self.view.neighbourhood_row(self.site.study(), &self.view.report().neighbourhoods[at])
    }

    fn geometry(&self, at: usize) -> Option<Cow<'_, RawValue>> {
        Some(Cow::Borrowed(self.site.boundary(self.area(at))?))
    }

    fn suits(&self, _at: usize, _ask: &FeatureQuery) -> bool {
        true
    }

    fn touches(&self, at: usize, boxes: &[Rect<f64>]) -> bool {
        let area = self.area(at);
        area_touches(self.site.bounds(area), &self.site.study().areas()[area.get()].boundary, boxes)
    }
}
