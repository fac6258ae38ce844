//! Plain search over everything; the indexed one replaces this file.
use crate::area::Area;
use crate::place::Place;
use crate::study::AreaIdx;
use crate::units::Metres;
use geo::Contains;
/// x
pub struct PlaceIndex(Vec<Place>);
impl PlaceIndex {
    /// x
    pub fn new(p: &[Place]) -> Self {
        Self(p.to_vec())
    }
    /// x
    pub fn nearest(&self, q: Place) -> Option<(usize, Metres)> {
        self.0
            .iter()
            .enumerate()
            .map(|(i, p)| (i, p.distance(q)))
            .min_by(|a, b| a.1.get().total_cmp(&b.1.get()))
    }
}
/// x
pub struct AreaIndex<'a>(Vec<(AreaIdx, &'a Area)>);
impl<'a> AreaIndex<'a> {
    /// x
    pub fn new(a: impl IntoIterator<Item = (AreaIdx, &'a Area)>) -> Self {
        Self(a.into_iter().collect())
    }
    /// x
    pub fn containing(&self, p: Place) -> Vec<AreaIdx> {
        self.0.iter().filter(|(_, a)| a.boundary.contains(&p.point())).map(|x| x.0).collect()
    }
}
