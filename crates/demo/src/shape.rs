//! The town's land: neighbourhoods that fit together without a crack, on two banks of a river.
//!
//! Neighbourhoods are Voronoi cells of scattered sites; a ring of sites outside gives the town its edge. Every border is
//! then bent by midpoints displaced at random, drawn from the border's own two corners, so that both neighbours bend it
//! alike. Lengths are metres east and north of the town's middle.

use super::random::SeededRandom;
use super::{AREAS, METRES_A_DEGREE, MIDDLE};
use geo::{BooleanOps, LineString, Polygon, unary_union};

/// East and north of the middle, metres.
pub(super) type Point = [f64; 2];

/// Half the town's width and height.
const HALF: Point = [3000.0, 2400.0];
/// How far the sea is known beyond that: more than twice a walk of 15 minutes in a straight line.
const SEA: f64 = 2600.0;
/// Half the river's width.
const HALF_RIVER: f64 = 45.0;
/// Sites nearer than this to a vertex of another cell are one corner.
const SAME_CORNER: f64 = 1.0;
/// Borders are bent down to pieces of this length, by this share of it.
const PIECE: f64 = 70.0;
const BEND: f64 = 0.09;

/// One neighbourhood's land.
#[derive(Debug, Clone)]
pub(super) struct LandMask {
    /// Where its site is: inside it.
    pub(super) site: Point,
    /// Its ring, closed, anticlockwise.
    pub(super) ring: Vec<Point>,
    /// Whether it lies north of the river.
    pub(super) north: bool,
}

impl LandMask {
    pub(super) fn contains(&self, at: Point) -> bool {
        inside(&self.ring, at)
    }

    /// A point inside, anywhere.
    pub(super) fn somewhere(&self, random: &mut SeededRandom) -> Point {
        let (mut low, mut high) = (self.site, self.site);
        for p in &self.ring {
            for axis in 0..2 {
                low[axis] = low[axis].min(p[axis]);
                high[axis] = high[axis].max(p[axis]);
            }
        }
        (0..200)
            .map(|_| [random.between(low[0], high[0]), random.between(low[1], high[1])])
            .find(|p| self.contains(*p))
            .unwrap_or(self.site)
    }
}

/// Longitude and latitude, to six decimals (about 0.1 m).
pub(super) fn degrees([x, y]: Point) -> Point {
    let (lon, lat) = MIDDLE;
    let round = |v: f64| (v * 1e6).round() / 1e6;
    [round(lon + x / (METRES_A_DEGREE * lat.to_radians().cos())), round(lat + y / METRES_A_DEGREE)]
}

/// Whether a closed ring goes around a place.
pub(super) fn inside(ring: &[Point], [x, y]: Point) -> bool {
    let mut inside = false;
    for pair in ring.windows(2) {
        let ([x1, y1], [x2, y2]) = (pair[0], pair[1]);
        if (y1 > y) != (y2 > y) && x < x1 + (y - y1) / (y2 - y1) * (x2 - x1) {
            inside = !inside;
        }
    }
    inside
}

pub(super) fn distance(a: Point, b: Point) -> f64 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}

/// How far north the river flows at `x`.
fn river(x: f64) -> f64 {
    260.0 * (x / 1100.0).sin() + 180.0
}

/// The land of every neighbourhood.
pub(super) fn lands(seed: u64) -> Vec<LandMask> {
    let mut random = SeededRandom::part(seed, 1);
    let sites = sites(&mut random);
    let mut corners = SharedCorners::default();
    let cells: Vec<Vec<usize>> = (0..AREAS).map(|i| corners.ids(&cell(i, &sites))).collect();

    // A corner that both banks share is on the river, and each bank draws it on its own side.
    let north = |site: Point| site[1] > river(site[0]);
    let mut banks = vec![[false; 2]; corners.0.len()];
    for (cell, site) in cells.iter().zip(&sites) {
        for &corner in cell {
            banks[corner][usize::from(north(*site))] = true;
        }
    }
    cells
        .iter()
        .zip(&sites)
        .map(|(cell, &site)| {
            let side = if north(site) { HALF_RIVER } else { -HALF_RIVER };
            let at = |corner: usize| {
                let [x, y] = corners.0[corner];
                if banks[corner] == [true, true] { [x, y + side] } else { [x, y] }
            };
            let mut ring = vec![at(cell[0])];
            for (k, &from) in cell.iter().enumerate() {
                let to = cell[(k + 1) % cell.len()];
                ring.extend(border(seed, (from, at(from)), (to, at(to))));
            }
            LandMask { site, ring, north: north(site) }
        })
        .collect()
}

/// The water around the town and through it, where nobody lives: the town's data do not end at its edge.
///
/// Rings in degrees, the first the outside.
pub(super) fn sea(lands: &[LandMask]) -> Vec<Vec<Point>> {
    let ring = |points: Vec<Point>| LineString::from(points);
    let [x, y] = HALF.map(|half| half + SEA);
    let around = Polygon::new(ring([[-x, -y], [x, -y], [x, y], [-x, y]].map(degrees).to_vec()), vec![]);
    let land: Vec<Polygon<f64>> = lands
        .iter()
        .map(|l| Polygon::new(ring(l.ring.iter().copied().map(degrees).collect()), vec![]))
        .collect();
    let water = around.difference(&unary_union(&land));
    let rings = water.iter().flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors()));
    let round = |v: f64| (v * 1e6).round() / 1e6;
    rings.map(|r| r.coords().map(|c| [round(c.x), round(c.y)]).collect()).collect()
}

/// Pairs of sites along the river, the rest scattered (each the loneliest of many tries, closer together in the middle),
/// then the ring outside.
fn sites(random: &mut SeededRandom) -> Vec<Point> {
    let mut sites: Vec<Point> = Vec::new();
    for k in -3..=3 {
        let x = f64::from(k) * 780.0 + random.between(-60.0, 60.0);
        let apart = random.between(330.0, 420.0);
        sites.push([x, river(x) + apart]);
        sites.push([x + random.between(-40.0, 40.0), river(x) - apart]);
    }
    while sites.len() < AREAS {
        let mut best = ([0.0, 0.0], 0.0);
        for _ in 0..80 {
            let [u, v] = [random.between(-1.0, 1.0), random.between(-1.0, 1.0)];
            let r = u.hypot(v);
            let try_ = [u * HALF[0], v * HALF[1]];
            let lonely = sites.iter().map(|s| distance(*s, try_)).fold(f64::INFINITY, f64::min);
            let score = lonely / (0.7 + 0.5 * r);
            if r < 0.95 && score > best.1 {
                best = (try_, score);
            }
        }
        sites.push(best.0);
    }
    for k in 0..32 {
        let angle = f64::from(k) / 32.0 * std::f64::consts::TAU;
        let reach = random.between(1.2, 1.3);
        sites.push([angle.cos() * HALF[0] * reach, angle.sin() * HALF[1] * reach]);
    }
    sites
}

/// The part of the plane nearer to a site than to any other: a square cut by every bisector.
fn cell(i: usize, sites: &[Point]) -> Vec<Point> {
    let (p, far) = (sites[i], 2.0 * HALF[0]);
    let mut cell = vec![[-far, -far], [far, -far], [far, far], [-far, far]];
    for q in sites.iter().enumerate().filter(|(j, _)| *j != i).map(|(_, q)| q) {
        let middle = [(p[0] + q[0]) / 2.0, (p[1] + q[1]) / 2.0];
        // Above 0 on the side of `p`.
        let side = |v: Point| (v[0] - middle[0]) * (p[0] - q[0]) + (v[1] - middle[1]) * (p[1] - q[1]);
        let mut kept = Vec::with_capacity(cell.len() + 1);
        for (k, &a) in cell.iter().enumerate() {
            let b = cell[(k + 1) % cell.len()];
            let (at_a, at_b) = (side(a), side(b));
            if at_a >= 0.0 {
                kept.push(a);
            }
            if (at_a >= 0.0) != (at_b >= 0.0) {
                let t = at_a / (at_a - at_b);
                kept.push([a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])]);
            }
        }
        cell = kept;
    }
    cell
}

/// Corners shared by neighbouring cells, each once.
#[derive(Default)]
struct SharedCorners(Vec<Point>);

impl SharedCorners {
    fn ids(&mut self, cell: &[Point]) -> Vec<usize> {
        let mut ids: Vec<usize> = cell
            .iter()
            .map(|&p| {
                let known = self.0.iter().position(|&q| distance(p, q) < SAME_CORNER);
                known.unwrap_or_else(|| {
                    self.0.push(p);
                    self.0.len() - 1
                })
            })
            .collect();
        ids.dedup();
        ids
    }
}

/// The way from one corner (left out) to the next (kept), bent; the same points in either direction.
fn border(seed: u64, from: (usize, Point), to: (usize, Point)) -> Vec<Point> {
    let forwards = from.0 < to.0;
    let (a, b) = if forwards { (from, to) } else { (to, from) };
    let mut random = SeededRandom::part(seed, 1_000_003 * (a.0 as u64 + 1) + b.0 as u64);
    let mut way = vec![a.1];
    bend(&mut random, a.1, b.1, &mut way);
    if !forwards {
        way.reverse();
    }
    way.remove(0);
    way
}

fn bend(random: &mut SeededRandom, a: Point, b: Point, way: &mut Vec<Point>) {
    let length = distance(a, b);
    if length > PIECE {
        let by = random.between(-BEND, BEND);
        let middle = [(a[0] + b[0]) / 2.0 - (b[1] - a[1]) * by, (a[1] + b[1]) / 2.0 + (b[0] - a[0]) * by];
        bend(random, a, middle, way);
        bend(random, middle, b, way);
    } else {
        way.push(b);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{Area, Validation};

    fn polygons(seed: u64) -> Vec<Polygon<f64>> {
        let polygon = |land: LandMask| {
            Polygon::new(
                land.ring.into_iter().map(degrees).map(Into::<geo::Coord<f64>>::into).collect(),
                vec![],
            )
        };
        lands(seed).into_iter().map(polygon).collect()
    }

    #[test]
    fn neighbourhoods_fit_together() {
        for seed in [crate::SEED, 1, 2, 3] {
            let polygons = polygons(seed);
            assert!(polygons.iter().all(Validation::is_valid), "seed {seed}: a ring crosses itself");
            let parts: f64 = polygons.iter().map(Area::unsigned_area).sum();
            let whole = unary_union(&polygons);
            assert!((parts / whole.unsigned_area() - 1.0).abs() < 1e-6, "seed {seed}: they overlap");
            // Two banks, no islands, no cracks.
            assert_eq!(whole.0.len(), 2, "seed {seed}");
            assert!(whole.iter().all(|p| p.interiors().is_empty()), "seed {seed}");
            // The sea is one piece around both banks, and takes nobody's land.
            let sea = sea(&lands(seed)).into_iter().map(LineString::from).collect::<Vec<_>>();
            let water = Polygon::new(sea[0].clone(), sea[1..].to_vec());
            assert!(water.is_valid(), "seed {seed}");
            assert!(water.intersection(&whole).unsigned_area() < 1e-6 * whole.unsigned_area(), "seed {seed}");
        }
    }
}
