use super::{Listing, area_touches};
use crate::feature::{GapRow, Reading};
use crate::ogc::ask::Ask;
use crate::snapshot::{Snapshot, View};
use geo_types::Rect;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::sync::Arc;

/// Gaps of a view; ids are `area_code:need`.
pub(in crate::ogc) struct Gaps<'s> {
    pub(in crate::ogc) snapshot: &'s Snapshot,
    pub(in crate::ogc) view: Arc<View>,
    pub(in crate::ogc) reading: Reading,
}

impl Listing for Gaps<'_> {
    type Row<'a>
        = GapRow<'a>
    where
        Self: 'a;

    fn len(&self) -> usize {
        self.view.report().gaps.len()
    }

    fn nth(&self, rank: usize) -> usize {
        self.view.gap_order(self.reading)[rank] as usize
    }

    fn position(&self, id: &str) -> Option<usize> {
        let (code, need) = id.rsplit_once(':')?;
        let study = self.snapshot.study();
        let need = study.need(need)?;
        let area = self.view.neighbourhood(study, code)?.area;
        Some(self.view.position(area)? * study.needs().len() + need.get())
    }

    fn id(&self, at: usize) -> String {
        let (study, gap) = (self.snapshot.study(), &self.view.report().gaps[at]);
        format!("{}:{}", study.areas()[gap.area.get()].code, study.needs()[gap.need.get()].id)
    }

    fn row(&self, at: usize) -> GapRow<'_> {
        self.view.gap_row_at(self.snapshot.study(), at, self.reading)
    }

    fn geometry(&self, at: usize) -> Option<Cow<'_, RawValue>> {
        Some(Cow::Borrowed(self.snapshot.boundary(self.view.report().gaps[at].area)?))
    }

    fn suits(&self, at: usize, ask: &Ask) -> bool {
        ask.need.is_none_or(|need| self.view.report().gaps[at].need == need)
    }

    fn touches(&self, at: usize, boxes: &[Rect<f64>]) -> bool {
        let area = self.view.report().gaps[at].area;
        area_touches(self.snapshot.bounds(area), &self.snapshot.study().areas()[area.get()].boundary, boxes)
    }
}
