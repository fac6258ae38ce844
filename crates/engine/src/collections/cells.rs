//! Cells as features.

use super::feature_list::{FeatureList, area_touches};
use super::feature_query::FeatureQuery;
use crate::site::Site;
use crate::view::{CellLayer, CellRow, QuarterView, Scenario};
use crate::wire::{cell_geometry, degrees};
use geo_types::{MultiPolygon, Rect};
use h3o::{CellIndex, LatLng};
use hereabouts_core::cell::CellResolution;
use hereabouts_core::idx::NeedIdx;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::sync::Arc;

/// Cells of a layer, one for every need; ids are `cell:need`, positions count cells within needs.
pub struct CellFeatures<'s> {
    /// What they are of.
    pub site: &'s Site,
    /// The period and geography looked at.
    pub view: Arc<QuarterView>,
    /// The cells.
    pub layer: Arc<CellLayer>,
    /// The needs, in order.
    pub needs: Vec<NeedIdx>,
    /// Which side of every figure is shown.
    pub reading: Scenario,
}

impl CellFeatures<'_> {
    fn parts(&self, at: usize) -> (NeedIdx, usize) {
        let cells = self.layer.cells().len();
        (self.needs[at / cells], at % cells)
    }

    fn cell(&self, at: usize) -> CellIndex {
        self.layer.cells()[self.parts(at).1]
    }
}

impl FeatureList for CellFeatures<'_> {
    type Row<'a>
        = CellRow<'a>
    where
        Self: 'a;

    const HAS_POINT: bool = true;

    fn count(&self) -> usize {
        self.layer.order().len()
    }

    fn nth(&self, rank: usize) -> usize {
        self.layer.order()[rank] as usize
    }

    fn position(&self, id: &str) -> Option<usize> {
        let (cell, need) = id.split_once(':')?;
        let cell = self.layer.position(cell.parse().ok()?)?;
        Some(self.site.study().need(need)?.get() * self.layer.cells().len() + cell)
    }

    fn id(&self, at: usize) -> String {
        let need = self.parts(at).0;
        format!("{}:{}", self.cell(at), self.site.study().needs()[need.get()].id)
    }

    fn row(&self, at: usize) -> CellRow<'_> {
        let (need, cell) = self.parts(at);
        CellRow::new(&self.view.frame(self.site.study()), &self.layer, need, cell, self.reading)
    }

    fn geometry(&self, at: usize) -> Option<Cow<'_, RawValue>> {
        cell_geometry(self.cell(at)).ok().map(Cow::Owned)
    }

    fn suits(&self, at: usize, ask: &FeatureQuery) -> bool {
        ask.need.is_none_or(|need| self.parts(at).0 == need)
    }

    fn touches(&self, at: usize, boxes: &[Rect<f64>]) -> bool {
        let bounds = self.layer.bounds(self.parts(at).1);
        // The hexagon is made only for the few cells whose bounds touch.
        let near = bounds.is_some_and(|b| boxes.iter().any(|a| geo::Intersects::intersects(a, &b)));
        near && area_touches(bounds, &MultiPolygon::from(self.cell(at)), boxes)
    }

    fn point(&self, at: usize) -> Option<(f64, f64)> {
        let centre = LatLng::from(self.cell(at));
        Some((degrees(centre.lng()), degrees(centre.lat())))
    }
}

/// Size of the cell that an id names.
pub fn resolution(id: &str) -> Option<CellResolution> {
    let cell: CellIndex = id.split_once(':')?.0.parse().ok()?;
    CellResolution::new(u8::from(cell.resolution())).ok()
}
