//! Lines around all that is at most 0 on a raster (marching squares).

use geo::{Coord, LineString, MultiPolygon, Polygon};
use std::collections::BTreeMap;

/// Values at the crossings of a square grid, row by row; infinity is none. The outermost are above 0.
#[derive(Debug, Clone)]
pub(super) struct ContourRaster {
    pub(super) columns: usize,
    pub(super) values: Vec<f64>,
}

/// Holes of fewer squares than this are the insides of blocks, and closed.
const SMALLEST_HOLE: f64 = 25.0;

/// Sides of a square: south, east, north, west.
const SIDES: [usize; 4] = [0, 1, 2, 3];

impl ContourRaster {
    /// Polygons around all values of at most 0, in steps of the grid; outer rings run counter-clockwise.
    pub(super) fn within(&self) -> MultiPolygon<f64> {
        let mut outer: Vec<(f64, Polygon<f64>)> = Vec::new();
        let mut holes = Vec::new();
        for ring in self.rings() {
            let area = signed_area(&ring);
            if area > 0.0 {
                outer.push((area, Polygon::new(LineString(ring), Vec::new())));
            } else if -area >= SMALLEST_HOLE {
                holes.push(ring);
            }
        }
        // A hole is in the smallest ring around it.
        outer.sort_by(|a, b| a.0.total_cmp(&b.0));
        for hole in holes {
            let around = outer.iter_mut().find(|(_, polygon)| is_inside(hole[0], &polygon.exterior().0));
            if let Some((_, polygon)) = around {
                polygon.interiors_push(LineString(hole));
            }
        }
        // The largest first.
        MultiPolygon(outer.into_iter().rev().map(|(_, polygon)| polygon).collect())
    }

    /// Closed rings with what is within on their left.
    fn rings(&self) -> Vec<Vec<Coord<f64>>> {
        let mut next: BTreeMap<usize, usize> = BTreeMap::new();
        let rows = self.values.len() / self.columns.max(1);
        for y in 0..rows.saturating_sub(1) {
            for x in 0..self.columns - 1 {
                let at = y * self.columns + x;
                let corners = [at, at + 1, at + 1 + self.columns, at + self.columns];
                let inside = corners.map(|corner| self.values[corner] <= 0.0);
                // The number of a side is twice its south-western crossing, one more if it runs north.
                let sides = [2 * at, 2 * (at + 1) + 1, 2 * (at + self.columns), 2 * at + 1];
                for [from, to] in crossings(inside) {
                    next.insert(sides[from], sides[to]);
                }
            }
        }
        let mut rings = Vec::new();
        while let Some((start, mut side)) = next.pop_first() {
            let mut ring = vec![self.crossing(start)];
            while side != start {
                ring.push(self.crossing(side));
                let Some(following) = next.remove(&side) else { break };
                side = following;
            }
            ring.push(ring[0]);
            rings.push(ring);
        }
        rings
    }

    /// Where the value is 0 on a side.
    fn crossing(&self, side: usize) -> Coord<f64> {
        let at = side / 2;
        let north = side % 2 == 1;
        let other = at + if north { self.columns } else { 1 };
        let [a, b] = [at, other].map(|at| self.values[at]);
        let share = if a.is_infinite() || b.is_infinite() { 0.5 } else { a / (a - b) };
        let (x, y) = ((at % self.columns) as f64, (at / self.columns) as f64);
        if north { Coord { x, y: y + share } } else { Coord { x: x + share, y } }
    }
}

/// From which side of a square to which the line runs, with what is inside on its left; corners from the south-west
/// counter-clockwise. Two corners opposite each other are kept apart.
fn crossings(inside: [bool; 4]) -> Vec<[usize; 2]> {
    // Where the way round the square, counter-clockwise, leaves what is inside, a line sets out; it ends where the way
    // came in last.
    let leaves = |side: &usize| inside[*side] && !inside[(side + 1) % 4];
    let enters = |side: usize| !inside[side] && inside[(side + 1) % 4];
    SIDES
        .into_iter()
        .filter(leaves)
        .filter_map(|from| {
            (1..4).map(|back| (from + 4 - back) % 4).find(|&side| enters(side)).map(|to| [from, to])
        })
        .collect()
}

fn signed_area(ring: &[Coord<f64>]) -> f64 {
    ring.windows(2).map(|side| side[0].x * side[1].y - side[1].x * side[0].y).sum::<f64>() / 2.0
}

/// Whether a point lies in a ring, by the even–odd rule.
fn is_inside(point: Coord<f64>, ring: &[Coord<f64>]) -> bool {
    let crosses = |side: &&[Coord<f64>]| {
        let (a, b) = (side[0], side[1]);
        (a.y > point.y) != (b.y > point.y) && point.x < a.x + (b.x - a.x) * (point.y - a.y) / (b.y - a.y)
    };
    ring.windows(2).filter(crosses).count() % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What is at most `most` is within; 0 is none.
    fn raster(rows: &[&[u32]], most: f64) -> ContourRaster {
        let value = |v: u32| if v == 0 { f64::INFINITY } else { f64::from(v) - most };
        ContourRaster { columns: rows[0].len(), values: rows.concat().into_iter().map(value).collect() }
    }

    #[test]
    fn a_line_lies_between_the_values() {
        let rows: [&[u32]; 4] = [&[9, 9, 9, 9], &[9, 1, 1, 9], &[9, 1, 1, 9], &[9, 9, 9, 9]];
        let polygons = raster(&rows, 3.0).within().0;
        assert_eq!(polygons.len(), 1);
        let ring = polygons[0].exterior();
        assert_eq!((ring.0.len(), ring.0[0]), (9, ring.0[8]));
        assert!(ring.0.contains(&Coord { x: 0.75, y: 1.0 }), "{ring:?}");
        assert_eq!(raster(&rows, 0.0).within().0.len(), 0);
    }

    #[test]
    fn opposite_corners_are_apart_and_holes_are_in_their_ring() {
        let apart = raster(&[&[0, 0, 0, 0], &[0, 1, 0, 0], &[0, 0, 1, 0], &[0, 0, 0, 0]], 1.0);
        assert_eq!(apart.within().0.len(), 2);
        let mut values = vec![-1.0; 20 * 20];
        for y in 0..20 {
            for x in 0..20 {
                let outside = [x, y].iter().any(|v| *v == 0 || *v == 19);
                let hole = (6..14).contains(&x) && (6..14).contains(&y);
                if outside || hole {
                    values[y * 20 + x] = f64::INFINITY;
                }
            }
        }
        let polygons = ContourRaster { columns: 20, values }.within().0;
        assert_eq!((polygons.len(), polygons[0].interiors().len()), (1, 1));
    }

    proptest! {
        /// Every crossing within is inside the rings, every other one outside, and rings close.
        #[test]
        fn rings_part_what_is_within_from_the_rest(values in prop::collection::vec(-3_i32..4, 100)) {
            let mut all = vec![f64::INFINITY; 144];
            for (i, v) in values.iter().enumerate() {
                all[(i / 10 + 1) * 12 + i % 10 + 1] = f64::from(*v);
            }
            let raster = ContourRaster { columns: 12, values: all.clone() };
            let rings = raster.rings();
            for ring in &rings {
                prop_assert_eq!(ring.first(), ring.last());
            }
            for (i, v) in all.iter().enumerate() {
                let point = Coord { x: (i % 12) as f64, y: (i / 12) as f64 };
                let around = rings.iter().filter(|ring| is_inside(point, ring)).count();
                // A ring may touch a crossing where the value is exactly 0.
                if *v != 0.0 {
                    prop_assert_eq!(around % 2 == 1, *v < 0.0, "{:?}", point);
                }
            }
        }
    }
}
