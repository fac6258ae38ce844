//! Boundaries light enough to draw: fewer vertices, and still no gaps between neighbours.
//!
//! Simplifying each area alone would pull shared borders apart. Here borders are cut where three areas meet, each
//! piece is simplified once whichever side it is seen from (Douglas & Peucker 1973), and areas are put together again,
//! the idea of a topology (Bostock 2013). Areas whose borders do not quite touch in the source stay as far apart as
//! they were, within the tolerance.

use geo_types::{Coord, LineString, MultiPolygon, Polygon};
use std::collections::HashMap;

/// Longitude and latitude in hundred-thousandths of a degree: about a metre, and exact to compare.
type Vertex = (i32, i32);

const SCALE: f64 = 100_000.0;

/// The same areas with fewer vertices: no vertex left out is further than `tolerance` degrees of latitude (longitude
/// counts by the cosine of the middle latitude) from the line drawn. Coordinates are rounded to five decimals. A ring
/// too small to survive is kept as it is if it is the largest of its area, else left out.
#[must_use]
pub(super) fn simplify(areas: &[&MultiPolygon<f64>], tolerance: f64) -> Vec<MultiPolygon<f64>> {
    let rings: Vec<Vec<Vec<Vec<Vertex>>>> = areas
        .iter()
        .map(|area| {
            area.iter()
                .map(|p| std::iter::once(p.exterior()).chain(p.interiors()).map(snap).collect())
                .collect()
        })
        .collect();
    let corners = TopologyCorners::of(rings.iter().flatten().flatten());
    let metric = PlanarMetric::new(rings.iter().flatten().flatten().flatten(), tolerance);
    rings.iter().map(|polygons| area(polygons, &corners, &metric)).collect()
}

/// Without the closing vertex, and without repeats.
fn snap(ring: &LineString<f64>) -> Vec<Vertex> {
    let mut out: Vec<Vertex> =
        ring.coords().map(|c| ((c.x * SCALE).round() as i32, (c.y * SCALE).round() as i32)).collect();
    out.dedup();
    if out.len() > 1 && out.first() == out.last() {
        out.pop();
    }
    out
}

fn area(
    polygons: &[Vec<Vec<Vertex>>],
    corners: &TopologyCorners,
    metric: &PlanarMetric,
) -> MultiPolygon<f64> {
    let largest = polygons.iter().map(|p| p.first().map_or(0.0, |r| size(r))).fold(0.0, f64::max);
    let kept = polygons.iter().filter_map(|polygon| {
        let (exterior, holes) = polygon.split_first()?;
        let simple = corners.simplify(exterior, metric);
        let exterior = match simple.len() {
            0..3 if exterior.len() >= 3 && size(exterior) >= largest => exterior.clone(),
            0..3 => return None,
            _ => simple,
        };
        let holes = holes.iter().map(|hole| corners.simplify(hole, metric)).filter(|hole| hole.len() >= 3);
        Some(Polygon::new(line(&exterior), holes.map(|hole| line(&hole)).collect()))
    });
    MultiPolygon::new(kept.collect())
}

/// Twice the area a ring encloses, in square hundred-thousandths of a degree.
fn size(ring: &[Vertex]) -> f64 {
    let next = ring.iter().cycle().skip(1);
    ring.iter()
        .zip(next)
        .map(|(a, b)| f64::from(a.0) * f64::from(b.1) - f64::from(b.0) * f64::from(a.1))
        .sum::<f64>()
        .abs()
}

fn line(ring: &[Vertex]) -> LineString<f64> {
    let coord = |v: &Vertex| Coord { x: f64::from(v.0) / SCALE, y: f64::from(v.1) / SCALE };
    ring.iter().chain(ring.first()).map(coord).collect()
}

/// Distances in units of latitude, against the tolerance.
struct PlanarMetric {
    east: f64,
    limit: f64,
}

impl PlanarMetric {
    fn new<'a>(all: impl Iterator<Item = &'a Vertex>, tolerance: f64) -> Self {
        let (low, high) = all.fold((i32::MAX, i32::MIN), |(l, h), v| (l.min(v.1), h.max(v.1)));
        let middle = if low <= high { (f64::from(low) + f64::from(high)) / 2.0 / SCALE } else { 0.0 };
        Self { east: middle.to_radians().cos(), limit: (tolerance * SCALE).powi(2) }
    }

    /// Squared distance of `p` from the segment `a`–`b`.
    fn off(&self, p: Vertex, a: Vertex, b: Vertex) -> f64 {
        let flat = |v: Vertex| (f64::from(v.0 - a.0) * self.east, f64::from(v.1 - a.1));
        let ((px, py), (bx, by)) = (flat(p), flat(b));
        let length = bx * bx + by * by;
        let along = if length > 0.0 { ((px * bx + py * by) / length).clamp(0.0, 1.0) } else { 0.0 };
        (px - along * bx).powi(2) + (py - along * by).powi(2)
    }

    /// The vertex furthest from `a`–`b`; the smallest of equals, so that it is the same from either side.
    fn furthest(&self, between: &[Vertex], a: Vertex, b: Vertex) -> Option<(usize, f64)> {
        let mut best: Option<(usize, f64)> = None;
        for (i, &p) in between.iter().enumerate() {
            let d = self.off(p, a, b);
            if best.is_none_or(|(j, most)| d > most || (d == most && p < between[j])) {
                best = Some((i, d));
            }
        }
        best
    }

    /// Marks what is kept between the ends of `arc`, which are kept anyway.
    fn thin(&self, arc: &[Vertex]) -> Vec<Vertex> {
        let mut keep = vec![false; arc.len()];
        let mut spans = vec![(0, arc.len() - 1)];
        while let Some((from, to)) = spans.pop() {
            (keep[from], keep[to]) = (true, true);
            if let Some((i, d)) = self.furthest(&arc[from + 1..to], arc[from], arc[to])
                && d > self.limit
            {
                let middle = from + 1 + i;
                spans.push((from, middle));
                spans.push((middle, to));
            }
        }
        arc.iter().zip(keep).filter_map(|(&v, kept)| kept.then_some(v)).collect()
    }

    /// [`Self::thin`] in one direction, whichever the arc is given in.
    fn thin_either_way(&self, arc: &[Vertex]) -> Vec<Vertex> {
        if arc.first() <= arc.last() {
            return self.thin(arc);
        }
        let reversed: Vec<Vertex> = arc.iter().rev().copied().collect();
        let mut thinned = self.thin(&reversed);
        thinned.reverse();
        thinned
    }
}

/// Vertices where the border of an area stops being shared with the same neighbour.
struct TopologyCorners(HashMap<Vertex, VertexNeighbours>);

/// What stands beside a vertex in the rings it is part of.
enum VertexNeighbours {
    /// The same two vertices in every ring, smaller first.
    Two(Vertex, Vertex),
    /// Different ones: a corner.
    More,
}

impl TopologyCorners {
    fn of<'a>(rings: impl Iterator<Item = &'a Vec<Vertex>>) -> Self {
        let mut beside: HashMap<Vertex, VertexNeighbours> = HashMap::new();
        for ring in rings {
            let n = ring.len();
            for (i, &vertex) in ring.iter().enumerate() {
                let (a, b) = (ring[(i + n - 1) % n], ring[(i + 1) % n]);
                let pair = (a.min(b), a.max(b));
                beside
                    .entry(vertex)
                    .and_modify(|known| {
                        if !matches!(known, VertexNeighbours::Two(a, b) if (*a, *b) == pair) {
                            *known = VertexNeighbours::More;
                        }
                    })
                    .or_insert(VertexNeighbours::Two(pair.0, pair.1));
            }
        }
        Self(beside)
    }

    fn has(&self, vertex: Vertex) -> bool {
        matches!(self.0.get(&vertex), Some(VertexNeighbours::More))
    }

    /// A ring, simplified piece by piece between its corners; fewer than three vertices if nothing is left of it.
    fn simplify(&self, ring: &[Vertex], metric: &PlanarMetric) -> Vec<Vertex> {
        let Some(lowest) = ring.iter().enumerate().min_by_key(|(_, v)| **v).map(|(i, _)| i) else {
            return Vec::new();
        };
        let start = ring.iter().position(|&v| self.has(v)).unwrap_or(lowest);
        let round: Vec<Vertex> = ring[start..].iter().chain(&ring[..=start]).copied().collect();
        let mut out: Vec<Vertex> = Vec::new();
        let mut from = 0;
        for to in 1..round.len() {
            if to < round.len() - 1 && !self.has(round[to]) {
                continue;
            }
            let arc = &round[from..=to];
            from = to;
            // An arc that ends where it starts has no line to be measured against: it is cut at its furthest vertex.
            let cut = if arc[0] == arc[arc.len() - 1] {
                metric.furthest(&arc[1..arc.len() - 1], arc[0], arc[0]).map_or(arc.len() - 1, |(i, _)| i + 1)
            } else {
                arc.len() - 1
            };
            for piece in [&arc[..=cut], &arc[cut..]] {
                if piece.len() > 1 {
                    out.extend(&metric.thin_either_way(piece)[1..]);
                }
            }
        }
        out.dedup();
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// Two areas side by side whose shared border wiggles, given in opposite directions, one with a far island.
    fn neighbours() -> [MultiPolygon<f64>; 2] {
        let wiggle: Vec<(f64, f64)> =
            (0..=40).map(|i| (1.0 + f64::from(i % 2) * 0.0004, f64::from(i) * 0.025)).collect();
        let ring = |points: Vec<(f64, f64)>| Polygon::new(LineString::from(points), vec![]);
        let left: Vec<(f64, f64)> =
            [(0.0, 0.0)].into_iter().chain(wiggle.clone()).chain([(0.0, 1.0), (0.0, 0.0)]).collect();
        let right: Vec<(f64, f64)> = [(2.0, 1.0)]
            .into_iter()
            .chain(wiggle.into_iter().rev())
            .chain([(2.0, 0.0), (2.0, 1.0)])
            .collect();
        let island = ring(vec![(5.0, 5.0), (5.0001, 5.0), (5.0, 5.0001), (5.0, 5.0)]);
        [MultiPolygon::new(vec![ring(left)]), MultiPolygon::new(vec![ring(right), island])]
    }

    fn between(area: &MultiPolygon<f64>) -> BTreeSet<(i64, i64)> {
        let inner = area.0[0].exterior().coords().filter(|c| c.x > 0.5 && c.x < 1.5);
        inner.map(|c| ((c.x * 1e6) as i64, (c.y * 1e6) as i64)).collect()
    }

    #[test]
    fn neighbours_still_share_their_border() {
        let [left, right] = neighbours();
        let simple = simplify(&[&left, &right], 0.01);
        assert_eq!(between(&simple[0]), between(&simple[1]));
        assert!(simple[0].0[0].exterior().0.len() < 10, "{:?}", simple[0]);
        assert_eq!(simple[1].0.len(), 1, "an island smaller than the tolerance goes");
    }

    #[test]
    fn a_small_tolerance_keeps_every_vertex() {
        let [left, right] = neighbours();
        let same = simplify(&[&left, &right], 0.0);
        assert_eq!(same[0].0[0].exterior().0.len(), left.0[0].exterior().0.len());
        assert_eq!(same[1].0.len(), 2);
    }

    #[test]
    fn a_lone_area_far_below_the_tolerance_is_kept() {
        let tiny = MultiPolygon::new(vec![Polygon::new(
            LineString::from(vec![(0.0, 0.0), (0.001, 0.0), (0.001, 0.001), (0.0, 0.0)]),
            vec![],
        )]);
        assert_eq!(simplify(&[&tiny], 1.0)[0].0.len(), 1);
    }
}
