//! Gaps as features.

use super::feature_list::{FeatureList, area_touches};
use super::feature_query::FeatureQuery;
use crate::site::Site;
use crate::view::{GapRow, QuarterView, Scenario};
use geo_types::Rect;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::sync::Arc;

/// Gaps of a view; ids are `area_code:need`.
pub struct GapFeatures<'s> {
    /// What they are of.
    pub site: &'s Site,
    /// The period and geography looked at.
    pub view: Arc<QuarterView>,
    /// Which side of every figure is shown.
    pub reading: Scenario,
}

impl FeatureList for GapFeatures<'_> {
    type Row<'a>
        = GapRow<'a>
    where
        Self: 'a;

    fn count(&self) -> usize {
        self.view.report().gaps.len()
    }

    fn nth(&self, rank: usize) -> usize {
        self.view.gap_order(self.reading)[rank] as usize
    }

    fn position(&self, id: &str) -> Option<usize> {
        let (code, need) = id.rsplit_once(':')?;
        let study = self.site.study();
        let need = study.need(need)?;
        let area = self.view.neighbourhood(study, code)?.area;
        Some(self.view.position(area)? * study.needs().len() + need.get())
    }

    fn id(&self, at: usize) -> String {
        let (study, gap) = (self.site.study(), &self.view.report().gaps[at]);
        format!("{}:{}", study.areas()[gap.area.get()].code, study.needs()[gap.need.get()].id)
    }

    fn row(&self, at: usize) -> GapRow<'_> {
        self.view.gap_row_at(self.site.study(), at, self.reading)
    }

    fn geometry(&self, at: usize) -> Option<Cow<'_, RawValue>> {
        Some(Cow::Borrowed(self.site.boundary(self.view.report().gaps[at].area)?))
    }

    fn suits(&self, at: usize, ask: &FeatureQuery) -> bool {
        ask.need.is_none_or(|need| self.view.report().gaps[at].need == need)
    }

    fn touches(&self, at: usize, boxes: &[Rect<f64>]) -> bool {
        let area = self.view.report().gaps[at].area;
        area_touches(self.site.bounds(area), &self.site.study().areas()[area.get()].boundary, boxes)
    }
}
