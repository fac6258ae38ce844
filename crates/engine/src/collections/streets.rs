//! Streets as features.

use super::feature_list::FeatureList;
use super::feature_query::FeatureQuery;
use crate::rows::StreetRow;
use crate::site::Site;
use crate::wire::line_geometry;
use geo::Intersects;
use geo_types::{Coord, Line, Rect};
use serde_json::value::RawValue;
use std::borrow::Cow;

/// Streets between junctions; ids are their positions in the network, and hold until other streets are imported.
pub struct StreetFeatures<'s> {
    /// What they are of.
    pub site: &'s Site,
}

impl StreetFeatures<'_> {
    fn course(&self, at: usize) -> impl Iterator<Item = Coord<f64>> {
        self.site.network().course(at as u32).iter().map(|bend| {
            let place = bend.at.place();
            Coord { x: place.lon(), y: place.lat() }
        })
    }
}

impl FeatureList for StreetFeatures<'_> {
    type Row<'a>
        = StreetRow<'a>
    where
        Self: 'a;

    fn count(&self) -> usize {
        self.site.network().edges().len()
    }

    fn nth(&self, rank: usize) -> usize {
        rank
    }

    fn position(&self, id: &str) -> Option<usize> {
        let at: usize = id.parse().ok()?;
        // `+7` and `007` are not ids.
        (at < self.count() && at.to_string() == id).then_some(at)
    }

    fn id(&self, at: usize) -> String {
        at.to_string()
    }

    fn row(&self, at: usize) -> StreetRow<'_> {
        StreetRow::new(self.site, at as u32)
    }

    fn geometry(&self, at: usize) -> Option<Cow<'_, RawValue>> {
        line_geometry(self.course(at)).ok().map(Cow::Owned)
    }

    fn suits(&self, _at: usize, _ask: &FeatureQuery) -> bool {
        true
    }

    fn touches(&self, at: usize, boxes: &[Rect<f64>]) -> bool {
        let course: Vec<Coord<f64>> = self.course(at).collect();
        let sides = || course.windows(2).map(|side| Line::new(side[0], side[1]));
        boxes.iter().any(|around| sides().any(|side| around.intersects(&side)))
    }
}
