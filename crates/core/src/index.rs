//! What is near what, and what lies in what. The only door to `rstar`.

use crate::area::Area;
use crate::idx::AreaIdx;
use crate::place::{EARTH_RADIUS_M, Place};
use crate::units::Metres;
use geo::kernels::{Kernel, RobustKernel};
use geo::{BoundingRect, Coord, LinesIter, MultiPolygon, Orientation, Rect};
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, PointDistance, RTree};

/// Chords are padded by this share of the earth's radius (6 mm) before the exact distance decides.
const PAD: f64 = 1e-9;

/// Places by nearness, right anywhere on earth.
///
/// The tree holds unit vectors: their chords order distances exactly, where degrees do not (at 53.5° N they rank a place
/// 1,112 m away above one 993 m away) and a local plane needs a padding that grows with the extent.
#[derive(Debug, Clone)]
pub struct PlaceIndex {
    places: Vec<Place>,
    tree: PointIndex<3>,
}

impl PlaceIndex {
    /// Indexes places by their position in the list.
    #[must_use]
    pub fn new(places: &[Place]) -> Self {
        Self { places: places.to_vec(), tree: PointIndex::new(places.iter().map(|p| p.unit())) }
    }

    /// The nearest place and its great-circle distance, the first in the list on a tie; `None` without places.
    #[must_use]
    pub fn nearest(&self, from: Place) -> Option<(usize, Metres)> {
        let first = self.tree.nearest(from.unit())?;
        let within = self.within(from, from.distance(self.places[first]));
        // Only rounding could leave out the tree's own answer.
        within.first().copied().or_else(|| Some((first, from.distance(self.places[first]))))
    }

    /// Every place within a great-circle distance (inclusive), by distance, then by position.
    #[must_use]
    pub fn within(&self, from: Place, metres: Metres) -> Vec<(usize, Metres)> {
        let angle = (metres.get() / EARTH_RADIUS_M).min(std::f64::consts::PI);
        let chord = 2.0 * (angle / 2.0).sin() + PAD;
        let mut found: Vec<(usize, Metres)> = self
            .tree
            .within(from.unit(), chord)
            .map(|i| (i, from.distance(self.places[i])))
            .filter(|(_, distance)| *distance <= metres)
            .collect();
        found.sort_unstable_by(|a, b| a.1.get().total_cmp(&b.1.get()).then(a.0.cmp(&b.0)));
        found
    }
}

/// Points in a flat space of `D` dimensions, by nearness.
#[derive(Debug, Clone)]
pub(crate) struct PointIndex<const D: usize>(RTree<GeomWithData<[f64; D], usize>>);

impl<const D: usize> PointIndex<D> {
    /// Indexes finite points by their position in the list.
    pub(crate) fn new(points: impl IntoIterator<Item = [f64; D]>) -> Self {
        Self(RTree::bulk_load(
            points.into_iter().enumerate().map(|(i, point)| GeomWithData::new(point, i)).collect(),
        ))
    }

    /// A nearest point.
    pub(crate) fn nearest(&self, from: [f64; D]) -> Option<usize> {
        self.0.nearest_neighbor(&from).map(|found| found.data)
    }

    /// Squared distance to the nearest point.
    pub(crate) fn nearest_squared(&self, from: [f64; D]) -> Option<f64> {
        self.0.nearest_neighbor(&from).map(|found| found.distance_2(&from))
    }

    fn within(&self, from: [f64; D], distance: f64) -> impl Iterator<Item = usize> {
        self.0.locate_within_distance(from, distance * distance).map(|found| found.data)
    }
}

/// Areas by what lies in them.
#[derive(Debug, Clone)]
pub struct AreaIndex {
    tree: RTree<GeomWithData<Rectangle<[f64; 2]>, usize>>,
    areas: Vec<(AreaIdx, AreaShape)>,
}

impl AreaIndex {
    /// Indexes the boundaries of areas; an empty boundary contains nothing.
    #[must_use]
    pub fn new<'a>(areas: impl IntoIterator<Item = (AreaIdx, &'a Area)>) -> Self {
        let (mut boxes, mut rings) = (Vec::new(), Vec::new());
        for (area, known) in areas {
            if let Some(bounds) = known.boundary.bounding_rect() {
                let corners = Rectangle::from_corners(bounds.min().into(), bounds.max().into());
                boxes.push(GeomWithData::new(corners, rings.len()));
                rings.push((area, AreaShape::new(&known.boundary)));
            }
        }
        Self { tree: RTree::bulk_load(boxes), areas: rings }
    }

    /// Indexes a whole list of areas, each by its position in it.
    #[must_use]
    pub fn of_all(areas: &[Area]) -> Self {
        Self::new(areas.iter().enumerate().map(|(at, area)| (AreaIdx(at as u32), area)))
    }

    /// The areas that contain a place, rising. A place on the border of two areas that share it lies in exactly one.
    #[must_use]
    pub fn containing(&self, place: Place) -> Vec<AreaIdx> {
        let point = [place.lon(), place.lat()];
        let mut found: Vec<AreaIdx> = self
            .tree
            .locate_in_envelope_intersecting(&AABB::from_point(point))
            .map(|bounds| &self.areas[bounds.data])
            .filter(|(_, shape)| shape.contains(place))
            .map(|(area, _)| *area)
            .collect();
        found.sort_unstable();
        found
    }
}

/// A boundary that answers many questions: its sides in bands of latitude, each side in every band that it crosses.
#[derive(Debug, Clone)]
pub struct AreaShape {
    south: f64,
    bands_per_degree: f64,
    starts: Vec<u32>,
    sides: Vec<[Coord; 2]>,
}

impl AreaShape {
    /// Prepares a boundary; an empty one contains nothing.
    #[must_use]
    pub fn new(boundary: &MultiPolygon<f64>) -> Self {
        let (south, north) = boundary.bounding_rect().map_or((0.0, 0.0), |b| (b.min().y, b.max().y));
        // From south to north, so that two areas with a common border see the very same side.
        let sides: Vec<[Coord; 2]> = boundary
            .lines_iter()
            .map(
                |side| {
                    if side.start.y < side.end.y { [side.start, side.end] } else { [side.end, side.start] }
                },
            )
            .collect();
        let bands = (sides.len() / 4).max(1);
        let bands_per_degree = if north > south { bands as f64 / (north - south) } else { 0.0 };
        let band = |y: f64| (((y - south) * bands_per_degree) as usize).min(bands - 1);
        let mut starts = vec![0_u32; bands + 1];
        for [low, high] in &sides {
            for b in band(low.y)..=band(high.y) {
                starts[b + 1] += 1;
            }
        }
        for b in 0..bands {
            starts[b + 1] += starts[b];
        }
        let mut next = starts.clone();
        let mut sorted = vec![[Coord::default(); 2]; starts[bands] as usize];
        for side in &sides {
            for b in band(side[0].y)..=band(side[1].y) {
                sorted[next[b] as usize] = *side;
                next[b] += 1;
            }
        }
        Self { south, bands_per_degree, starts, sides: sorted }
    }

    /// Whether a side may pass through a box. Where none does all of it is inside, or none of it.
    #[must_use]
    pub fn may_cross(&self, about: Rect<f64>) -> bool {
        let bands = self.starts.len() - 1;
        // Below the first band is nothing; a number below 0 becomes 0.
        let band = |y: f64| (((y - self.south) * self.bands_per_degree) as usize).min(bands - 1);
        let sides = self.starts[band(about.min().y)] as usize..self.starts[band(about.max().y) + 1] as usize;
        self.sides[sides].iter().any(|[low, high]| {
            low.y <= about.max().y
                && high.y >= about.min().y
                && low.x.min(high.x) <= about.max().x
                && low.x.max(high.x) >= about.min().x
        })
    }

    /// Even–odd rule: sides to the east, each closed at its southern end and open at its northern, a place on a side
    /// counting as east of it. Holes and the direction of rings need no care, and areas that tile tile exactly.
    #[must_use]
    pub fn contains(&self, place: Place) -> bool {
        let point = Coord { x: place.lon(), y: place.lat() };
        if point.y < self.south {
            return false;
        }
        let bands = self.starts.len() - 1;
        let band = (((point.y - self.south) * self.bands_per_degree) as usize).min(bands - 1);
        let sides = &self.sides[self.starts[band] as usize..self.starts[band + 1] as usize];
        // A level side never counts: it ends where it begins.
        let east = sides.iter().filter(|[low, high]| {
            low.y <= point.y
                && point.y < high.y
                && RobustKernel::orient2d(*low, *high, point) == Orientation::CounterClockwise
        });
        east.count() % 2 == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{Contains, Polygon};
    use proptest::prelude::*;

    fn place() -> impl Strategy<Value = Place> {
        (-6.0..2.0, 50.0..60.0).prop_map(|(lon, lat)| Place::new(lon, lat).unwrap())
    }

    proptest! {
        #[test]
        fn nearest_and_within_agree_with_looking_at_everything(
            places in prop::collection::vec(place(), 1..80),
            from in place(),
            metres in 0.0..500_000.0_f64,
        ) {
            let index = PlaceIndex::new(&places);
            let mut all: Vec<(usize, Metres)> =
                places.iter().enumerate().map(|(i, p)| (i, from.distance(*p))).collect();
            all.sort_by(|a, b| a.1.get().total_cmp(&b.1.get()).then(a.0.cmp(&b.0)));
            prop_assert_eq!(index.nearest(from), Some(all[0]));
            let limit = Metres::new(metres).unwrap();
            all.retain(|(_, d)| *d <= limit);
            prop_assert_eq!(index.within(from, limit), all);
        }
    }

    #[test]
    fn degrees_would_rank_these_the_wrong_way_round() {
        let at = |lon, lat| Place::new(lon, lat).unwrap();
        let from = at(-2.0, 53.5);
        let (north, east) = (at(-2.0, 53.51), at(-1.985, 53.5));
        assert_eq!(PlaceIndex::new(&[north, east]).nearest(from).map(|n| n.0), Some(1));
    }

    #[test]
    fn a_tie_goes_to_the_first_and_the_date_line_is_no_border() {
        let [west, east] = [-179.99, 179.99].map(|lon| Place::new(lon, -17.0).unwrap());
        let index = PlaceIndex::new(&[Place::new(0.0, 0.0).unwrap(), west, west]);
        assert_eq!(index.nearest(east).unwrap().0, 1);
        assert_eq!(index.within(east, Metres::new(2_200.0).unwrap()).len(), 2);
        assert_eq!(PlaceIndex::new(&[]).nearest(east), None);
    }

    fn area(boundary: MultiPolygon) -> Area {
        Area { geography: "g".into(), code: "c".into(), name: "n".into(), boundary, reporting: true }
    }

    /// A square cut into four at a point off its middle, inside the hole of a larger one; rings turn both ways.
    fn tiles() -> Vec<Area> {
        let corners = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)];
        let mut tiles: Vec<Area> = (0..4)
            .map(|i| {
                let mut ring = vec![corners[i], corners[(i + 1) % 4], (0.3, 0.7)];
                if i % 2 == 0 {
                    ring.reverse();
                }
                area(Polygon::new(ring.into(), vec![]).into())
            })
            .collect();
        let around = vec![(-1.0, -1.0), (2.0, -1.0), (2.0, 2.0), (-1.0, 2.0)];
        tiles.push(area(Polygon::new(around.into(), vec![corners.to_vec().into()]).into()));
        tiles
    }

    #[test]
    fn areas_that_tile_share_out_every_place_borders_and_corners_too() {
        let tiles = tiles();
        let index = AreaIndex::new(tiles.iter().enumerate().map(|(i, a)| (AreaIdx(i as u32), a)));
        for x in -9..20 {
            for y in -9..20 {
                let place = Place::new(f64::from(x) / 10.0, f64::from(y) / 10.0).unwrap();
                let found = index.containing(place);
                assert_eq!(found.len(), 1, "{place:?}");
                // Off the borders there is no choice.
                let inside = tiles.iter().position(|t| t.boundary.contains(&place.point()));
                assert!(inside.is_none_or(|i| i == found[0].get()), "{place:?}");
            }
        }
        assert!(index.containing(Place::new(2.5, 0.5).unwrap()).is_empty());
    }

    #[test]
    fn an_empty_boundary_contains_nothing() {
        let empty = area(MultiPolygon::new(vec![]));
        assert!(AreaIndex::new([(AreaIdx(0), &empty)]).containing(Place::new(0.0, 0.0).unwrap()).is_empty());
    }
}
