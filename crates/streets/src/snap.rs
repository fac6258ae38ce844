//! From a place to the network: the nearest point of the nearest street that leads somewhere.

use crate::edge_access::EdgeAccess;
use crate::fixed_point::{FixedPoint, LocalPlane, nearest_on};
use crate::network::WalkNetwork;
use crate::one_to_many::SearchDirection;
use crate::persona::Persona;
use crate::walkable::WalkableParts;
use hereabouts_core::place::Place;

/// Nobody is led further than this to the first street, in metres: the limit that R5 has (`LINK_RADIUS_METERS`).
pub const SNAP_WITHIN_M: f64 = 300.0;

/// Within [`COVERED_WITHIN_M`] metres of a place there are at least as many metres of streets where streets are known:
/// less is the frayed edge of a map.
pub const COVERED_M: f64 = 500.0;

/// Where [`COVERED_M`] is looked for, in metres.
pub const COVERED_WITHIN_M: f64 = 500.0;

/// A point of the network, and how far off a place is from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SnappedPoint {
    /// The street.
    pub edge: u32,
    /// Millimetres from the street's beginning.
    pub along: u32,
    /// Millimetres from the place to the street, in a straight line; they are walked too.
    pub off: u32,
}

impl SnappedPoint {
    /// The nearest point of streets within [`SNAP_WITHIN_M`] that are of use, where streets are known; `None` where they
    /// are not.
    #[must_use]
    pub fn of(network: &WalkNetwork, walkable: &WalkableParts, place: Place) -> Option<Self> {
        Self::nearest(network, walkable, place)
            .filter(|_| covered(network, walkable, FixedPoint::from(place)))
    }

    /// The nearest point of streets within [`SNAP_WITHIN_M`] that are of use, whether or not the map ends there.
    #[must_use]
    pub fn nearest(network: &WalkNetwork, walkable: &WalkableParts, place: Place) -> Option<Self> {
        let at = FixedPoint::from(place);
        let plane = LocalPlane::new(at);
        let mut best: Option<(f64, u32, u32)> = None;
        for edge in network.near(at, plane.steps(SNAP_WITHIN_M)).filter(|&edge| walkable.has(edge)) {
            for side in network.course(edge).windows(2) {
                let (t, metres) = nearest_on(plane.metres(side[0].at), plane.metres(side[1].at));
                let length = f64::from(side[1].along - side[0].along);
                let found = (metres, edge, side[0].along + (t * length).round() as u32);
                if metres <= SNAP_WITHIN_M && best.is_none_or(|best| found < best) {
                    best = Some(found);
                }
            }
        }
        let (metres, edge, along) = best?;
        Some(Self { edge, along, off: (metres * 1000.0).round() as u32 })
    }

    /// The junctions at the ends of its street, each with the millimetres between there and the place, walked `way`.
    pub fn ends(
        self,
        network: &WalkNetwork,
        persona: Persona,
        way: SearchDirection,
    ) -> impl Iterator<Item = (u32, u32)> {
        let edge = network.edges()[self.edge as usize];
        let (on, back) = (edge.passage, edge.passage.reversed());
        let rest = network.length(self.edge) - self.along;
        let ends = match way {
            SearchDirection::To => [(edge.from, self.along, on), (edge.to, rest, back)],
            SearchDirection::From => [(edge.from, self.along, back), (edge.to, rest, on)],
        };
        let passable = ends.map(|(junction, length, passage)| {
            let open = !passage.forbids(EdgeAccess::NOT_FORWARD)
                && network.gate(junction).lets_pass(persona.step_free);
            open.then_some((junction, passage.on_the_level(length).saturating_add(self.off)))
        });
        passable.into_iter().flatten()
    }

    /// Millimetres from here to another spot straight along the same street; `None` where that is another street or the
    /// wrong way.
    #[must_use]
    pub fn along_to(self, other: Self, network: &WalkNetwork) -> Option<u32> {
        let passage = network.edges()[self.edge as usize].passage;
        let passage = match self.along.cmp(&other.along) {
            std::cmp::Ordering::Less => passage,
            std::cmp::Ordering::Equal => EdgeAccess::FREE,
            std::cmp::Ordering::Greater => passage.reversed(),
        };
        let along = passage.on_the_level(self.along.abs_diff(other.along));
        (self.edge == other.edge && !passage.forbids(EdgeAccess::NOT_FORWARD))
            .then_some(along.saturating_add(self.off).saturating_add(other.off))
    }
}

/// Whether there are [`COVERED_M`] of streets of use within [`COVERED_WITHIN_M`].
fn covered(network: &WalkNetwork, walkable: &WalkableParts, at: FixedPoint) -> bool {
    let plane = LocalPlane::new(at);
    let mut near: Vec<u32> =
        network.near(at, plane.steps(COVERED_WITHIN_M)).filter(|&edge| walkable.has(edge)).collect();
    near.sort_unstable();
    near.dedup();
    let mut sides = near.into_iter().flat_map(|edge| network.course(edge).windows(2));
    let mut metres = 0.0;
    sides.any(|side| {
        let [a, b] = [side[0].at, side[1].at].map(|at| plane.metres(at));
        metres += within_circle(a, b, COVERED_WITHIN_M);
        metres >= COVERED_M
    })
}

/// Length of the part of a segment that lies in a circle around the origin.
fn within_circle(a: [f64; 2], b: [f64; 2], radius: f64) -> f64 {
    let along = [b[0] - a[0], b[1] - a[1]];
    let length = along[0].hypot(along[1]);
    if length <= 0.0 {
        return 0.0;
    }
    // Distances along the segment's line from its beginning to the circle.
    let middle = -(a[0] * along[0] + a[1] * along[1]) / length;
    let off = (a[0] * along[1] - a[1] * along[0]) / length;
    let half = radius * radius - off * off;
    if half <= 0.0 {
        return 0.0;
    }
    let half = half.sqrt();
    ((middle + half).min(length) - (middle - half).max(0.0)).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_in_a_circle() {
        let near = |a: f64, b: f64| (a - b).abs() < 1e-9;
        assert!(near(within_circle([-20.0, 0.0], [20.0, 0.0], 10.0), 20.0));
        assert!(near(within_circle([-20.0, 6.0], [20.0, 6.0], 10.0), 16.0));
        assert!(near(within_circle([0.0, 0.0], [3.0, 4.0], 10.0), 5.0));
        assert!(near(within_circle([6.0, -30.0], [6.0, 0.0], 10.0), 8.0));
        assert_eq!(within_circle([-20.0, 11.0], [20.0, 11.0], 10.0), 0.0);
        assert_eq!(within_circle([11.0, 0.0], [20.0, 0.0], 10.0), 0.0);
        assert_eq!(within_circle([1.0, 1.0], [1.0, 1.0], 10.0), 0.0);
    }
}
