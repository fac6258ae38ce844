//! The cells whose centre lies in a boundary.

use crate::cell::{cell_at, centre_of};
use crate::index::AreaShape;
use crate::place::Place;
use geo::{BoundingRect, Coord, MultiPolygon, Rect};
use h3o::{CellIndex, Resolution};

/// Most cells asked for the sake of a finer division: a hundred megabytes of them.
pub(crate) const MOST_ASKED: u64 = 10_000_000;

/// From the centre of a cell to that of any cell inside it, in edges of the larger one, at most: children lie √3/√7 edges of
/// their parent away, theirs √3/7, and so on, 1.06 in all; half as much again for cells that are less regular than the mean.
const DESCENDANTS_REACH: f64 = 1.6;

/// Metres of a degree of latitude, rounded down, so that a box in degrees is no smaller than one in metres.
const METRES_OF_A_DEGREE: f64 = 111_000.0;

/// Cells at `resolution` whose centre lies in the polygons, sorted: adjoining polygons share none.
///
/// Cells are asked by the same even–odd rule that says which area a place is in, and where no side of the boundary is near,
/// one for all that lie in a larger cell. (h3o's tiler gives the same cells, but relates each to the whole boundary: minutes
/// for a county's detailed one.)
#[must_use]
pub fn cells_with_centre_in(boundary: &MultiPolygon<f64>, resolution: Resolution) -> Vec<CellIndex> {
    let Some(bounds) = boundary.bounding_rect() else { return Vec::new() };
    let fill = CellFill { shape: AreaShape::new(boundary), bounds, resolution };
    // From cells so large that few of them hold all.
    let coarse = (0..=u8::from(resolution)).rev().filter_map(|r| Resolution::try_from(r).ok());
    let coarse = coarse.filter_map(|r| Some((r, disk_around(bounds, r)?)));
    let Some((from, (middle, rings))) = coarse
        .take_while(|(_, (_, rings))| *rings >= FEWEST_RINGS)
        .last()
        .or_else(|| Some((resolution, disk_around(bounds, resolution)?)))
    else {
        return Vec::new();
    };
    let Some(start) = cell_at(middle, from) else { return Vec::new() };
    let mut cells = Vec::new();
    // One ring more: whose centre lies outside the box may hold smaller ones whose centre lies in it.
    let mut around: Vec<CellIndex> = start.grid_disk(rings + 1);
    around.sort_unstable();
    around.dedup();
    for cell in around {
        fill.add(cell, &mut cells);
    }
    cells.sort_unstable();
    cells
}

/// Rings of cells about a box from which on larger cells are begun with.
const FEWEST_RINGS: u32 = 4;

struct CellFill {
    shape: AreaShape,
    bounds: Rect<f64>,
    resolution: Resolution,
}

impl CellFill {
    /// Adds those of a cell's descendants, or the cell itself, that lie in the shape.
    fn add(&self, cell: CellIndex, cells: &mut Vec<CellIndex>) {
        let centre = centre_of(cell);
        if cell.resolution() == self.resolution {
            if self.may_hold(centre) && self.shape.contains(centre) {
                cells.push(cell);
            }
            return;
        }
        let about = descendants_of(cell, centre);
        if about.max().y < self.bounds.min().y
            || about.min().y > self.bounds.max().y
            || about.max().x < self.bounds.min().x
            || about.min().x > self.bounds.max().x
        {
            return;
        }
        if !self.shape.may_cross(about) {
            if self.shape.contains(centre) {
                cells.extend(cell.children(self.resolution));
            }
        } else if let Some(next) = cell.resolution().succ() {
            for child in cell.children(next) {
                self.add(child, cells);
            }
        }
    }

    fn may_hold(&self, centre: Place) -> bool {
        (self.bounds.min().x..=self.bounds.max().x).contains(&centre.lon())
    }
}

/// A box that holds the centres of all cells inside one.
fn descendants_of(cell: CellIndex, centre: Place) -> Rect<f64> {
    let north = DESCENDANTS_REACH * cell.resolution().edge_length_m() / METRES_OF_A_DEGREE;
    // The box is widest where it is farthest from the equator.
    let east = north / (centre.lat().abs() + north).min(89.0).to_radians().cos();
    Rect::new(
        Coord { x: centre.lon() - east, y: centre.lat() - north },
        Coord { x: centre.lon() + east, y: centre.lat() + north },
    )
}

/// How many cells [`cells_with_centre_in`] would ask, if it asked each by itself.
pub(crate) fn asked(boundary: &MultiPolygon<f64>, resolution: Resolution) -> u64 {
    let disk = boundary.bounding_rect().and_then(|bounds| disk_around(bounds, resolution));
    disk.map_or(0, |(_, rings)| 3 * u64::from(rings) * (u64::from(rings) + 1) + 1)
}

/// Middle of a box and the rings of cells about it that hold the whole box.
fn disk_around(bounds: Rect<f64>, resolution: Resolution) -> Option<(Place, u32)> {
    let place = |x: f64, y: f64| Place::new(x, y).ok();
    let (low, high) = (bounds.min(), bounds.max());
    let middle = place(bounds.center().x, bounds.center().y)?;
    let corners = [(low.x, low.y), (low.x, high.y), (high.x, low.y), (high.x, high.y)];
    let mut farthest_m = 0.0_f64;
    for (x, y) in corners {
        farthest_m = farthest_m.max(middle.distance(place(x, y)?).get());
    }
    // k rings reach at least k × 1.5 edges where cells are regular; the least regular are a third smaller than the mean.
    Some((middle, (farthest_m / resolution.edge_length_m()).ceil() as u32 + 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{LineString, Polygon};
    use proptest::prelude::*;

    /// Every cell about the box, asked by itself.
    fn one_by_one(boundary: &MultiPolygon<f64>, resolution: Resolution) -> Vec<CellIndex> {
        let bounds = boundary.bounding_rect().unwrap();
        let (middle, rings) = disk_around(bounds, resolution).unwrap();
        let shape = AreaShape::new(boundary);
        let around: Vec<CellIndex> = cell_at(middle, resolution).unwrap().grid_disk(rings);
        let mut cells: Vec<CellIndex> =
            around.into_iter().filter(|&cell| shape.contains(centre_of(cell))).collect();
        cells.sort_unstable();
        cells.dedup();
        cells
    }

    fn star(lon: f64, lat: f64, reach: &[f64]) -> LineString<f64> {
        let corner = |(at, r): (usize, &f64)| {
            let angle = at as f64 / reach.len() as f64 * std::f64::consts::TAU;
            (lon + r * angle.cos() / lat.to_radians().cos(), lat + r * angle.sin())
        };
        reach.iter().enumerate().map(corner).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn all_at_once_is_one_by_one(
            lon in -179.0..179.0, lat in -80.0..80.0, size in 0.0005..0.05_f64,
            reach in prop::collection::vec(0.2..1.0_f64, 3..12), hole in 0.0..0.19_f64, finest in 7_u8..11,
        ) {
            let scaled = |by: f64| reach.iter().map(|r| r * size * by).collect::<Vec<_>>();
            let hole = star(lon, lat, &scaled(hole));
            let boundary = MultiPolygon::from(vec![Polygon::new(star(lon, lat, &scaled(1.0)), vec![hole])]);
            let resolution = Resolution::try_from(finest).unwrap();
            prop_assert_eq!(cells_with_centre_in(&boundary, resolution), one_by_one(&boundary, resolution));
        }
    }

    #[test]
    fn a_level_side_is_a_side() {
        // A box whose long sides are level, and one that is thinner than a cell is high.
        for (wide, high) in [(0.3, 0.1), (0.3, 0.002), (0.001, 0.2)] {
            let (lon, lat) = (-2.4, 53.4);
            let corners = [(lon, lat), (lon + wide, lat), (lon + wide, lat + high), (lon, lat + high)];
            let boundary = MultiPolygon::from(vec![Polygon::new(corners.into_iter().collect(), vec![])]);
            let cells = cells_with_centre_in(&boundary, Resolution::Ten);
            assert_eq!(cells, one_by_one(&boundary, Resolution::Ten));
            assert!(!cells.is_empty());
        }
    }
}
