use super::Listing;
use crate::feature::{StreetRow, line_geometry};
use crate::ogc::ask::Ask;
use crate::snapshot::Snapshot;
use geo::Intersects;
use geo_types::{Coord, Line, Rect};
use serde_json::value::RawValue;
use std::borrow::Cow;

/// Streets between junctions; ids are their positions in the network, and hold until other streets are imported.
pub(in crate::ogc) struct Streets<'s> {
    pub(in crate::ogc) snapshot: &'s Snapshot,
}

impl Streets<'_> {
    fn course(&self, at: usize) -> impl Iterator<Item = Coord<f64>> {
        self.snapshot.network().course(at as u32).iter().map(|bend| {
            let place = bend.at.place();
            Coord { x: place.lon(), y: place.lat() }
        })
    }
}

impl Listing for Streets<'_> {
    type Row<'a>
        = StreetRow<'a>
    where
        Self: 'a;

    fn len(&self) -> usize {
        self.snapshot.network().edges().len()
    }

    fn nth(&self, rank: usize) -> usize {
        rank
    }

    fn position(&self, id: &str) -> Option<usize> {
        let at: usize = id.parse().ok()?;
        // `+7` and `007` are not ids.
        (at < self.len() && at.to_string() == id).then_some(at)
    }

    fn id(&self, at: usize) -> String {
        at.to_string()
    }

    fn row(&self, at: usize) -> StreetRow<'_> {
        StreetRow::new(self.snapshot, at as u32)
    }

    fn geometry(&self, at: usize) -> Option<Cow<'_, RawValue>> {
        line_geometry(self.course(at)).ok().map(Cow::Owned)
    }

    fn suits(&self, _at: usize, _ask: &Ask) -> bool {
        true
    }

    fn touches(&self, at: usize, boxes: &[Rect<f64>]) -> bool {
        let course: Vec<Coord<f64>> = self.course(at).collect();
        let sides = || course.windows(2).map(|side| Line::new(side[0], side[1]));
        boxes.iter().any(|around| sides().any(|side| around.intersects(&side)))
    }
}
