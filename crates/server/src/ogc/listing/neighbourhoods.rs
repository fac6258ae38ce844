use super::{Listing, area_touches};
use crate::feature::NeighbourhoodRow;
use crate::ogc::ask::Ask;
use crate::snapshot::{Snapshot, View};
use geo_types::Rect;
use hereabouts_core::study::AreaIdx;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::sync::Arc;

/// Neighbourhoods of a view; ids are their codes.
pub(in crate::ogc) struct Neighbourhoods<'s> {
    pub(in crate::ogc) snapshot: &'s Snapshot,
    pub(in crate::ogc) view: Arc<View>,
}

impl Neighbourhoods<'_> {
    fn area(&self, at: usize) -> AreaIdx {
        self.view.report().neighbourhoods[at].area
    }
}

impl Listing for Neighbourhoods<'_> {
    type Row<'a>
        = NeighbourhoodRow<'a>
    where
        Self: 'a;

    fn len(&self) -> usize {
        self.view.report().neighbourhoods.len()
    }

    fn nth(&self, rank: usize) -> usize {
        self.view.neighbourhood_order()[rank] as usize
    }

    fn position(&self, id: &str) -> Option<usize> {
        self.view.position(self.view.neighbourhood(self.snapshot.study(), id)?.area)
    }

    fn id(&self, at: usize) -> String {
        self.snapshot.study().areas()[self.area(at).get()].code.clone()
    }

    fn row(&self, at: usize) -> NeighbourhoodRow<'_> {
        self.view.neighbourhood_row(self.snapshot.study(), &self.view.report().neighbourhoods[at])
    }

    fn geometry(&self, at: usize) -> Option<Cow<'_, RawValue>> {
        Some(Cow::Borrowed(self.snapshot.boundary(self.area(at))?))
    }

    fn suits(&self, _at: usize, _ask: &Ask) -> bool {
        true
    }

    fn touches(&self, at: usize, boxes: &[Rect<f64>]) -> bool {
        let area = self.area(at);
        area_touches(self.snapshot.bounds(area), &self.snapshot.study().areas()[area.get()].boundary, boxes)
    }
}
