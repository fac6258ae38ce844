//! How far an extract reaches: the smallest convex shape around its nodes, inside the box that its header gives.

use geo::{ConvexHull, Coord, MultiPoint, Polygon};

/// So many nodes are gathered before they are reduced to their outline.
const GATHERED: usize = 1 << 14;

/// Nodes seen so far, as their outline and those since.
#[derive(Debug, Default)]
pub(super) struct ExtractOutline {
    bounds: Option<[f64; 4]>,
    points: Vec<Coord<f64>>,
}

impl ExtractOutline {
    /// Of an extract with this west, south, east and north.
    pub(super) const fn new(bounds: Option<[f64; 4]>) -> Self {
        Self { bounds, points: Vec::new() }
    }

    /// Takes a node; ways that leave the box bring nodes from beyond it, which say nothing of how far it reaches.
    pub(super) fn add(&mut self, node: Coord<f64>) {
        let inside = |[w, s, e, n]: [f64; 4]| (w..=e).contains(&node.x) && (s..=n).contains(&node.y);
        if !self.bounds.is_none_or(inside) {
            return;
        }
        self.points.push(node);
        if self.points.len() >= GATHERED {
            self.points = self.hull().exterior().0.clone();
        }
    }

    /// The outline; none of fewer than three nodes.
    pub(super) fn polygon(self) -> Option<Polygon<f64>> {
        let hull = self.hull();
        (hull.exterior().0.len() > 3).then_some(hull)
    }

    fn hull(&self) -> Polygon<f64> {
        self.points.iter().map(|&c| geo::Point(c)).collect::<MultiPoint<f64>>().convex_hull()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{Area, BoundingRect};

    #[test]
    fn nodes_outside_the_box_do_not_widen_it_and_many_make_the_same_outline() {
        let mut outline = ExtractOutline::new(Some([0.0, 0.0, 2.0, 1.0]));
        for nth in 0..60_000 {
            let (x, y) = (f64::from(nth % 300) / 100.0, f64::from(nth / 300) / 100.0);
            outline.add(Coord { x, y });
        }
        let hull = outline.polygon().unwrap();
        let bounds = hull.bounding_rect().unwrap();
        assert_eq!([bounds.min().x, bounds.min().y, bounds.max().x, bounds.max().y], [0.0, 0.0, 2.0, 1.0]);
        assert!((hull.unsigned_area() - 2.0).abs() < 1e-9);
    }

    #[test]
    fn two_nodes_have_no_outline() {
        let mut outline = ExtractOutline::new(None);
        assert!(ExtractOutline::default().polygon().is_none());
        outline.add(Coord { x: 0.0, y: 0.0 });
        outline.add(Coord { x: 1.0, y: 1.0 });
        assert!(outline.polygon().is_none());
    }
}
