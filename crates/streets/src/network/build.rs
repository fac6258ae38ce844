//! From lines to junctions, and the pieces of lines between them.

use super::{CoursePoint, DirectedEdge, StreetEdge, WalkNetwork};
use crate::edge_access::{AccessBarrier, EdgeAccess};
use crate::grid::SegmentGrid;
use crate::lines::{StreetLine, StreetLines};
use std::collections::BTreeMap;

/// No junction.
const NONE: u32 = u32::MAX;

/// What is known of each point before there are junctions.
#[derive(Clone, Copy, Default)]
struct PointVisits {
    /// Vertices there, up to two.
    count: u8,
    /// Whether a line begins or ends there.
    end: bool,
    /// The layer of the first line.
    layer: i8,
    /// Whether another line has another layer.
    mixed: bool,
}

impl PointVisits {
    /// Lines that pass each other on different layers: a bridge drawn through a vertex of the road below.
    const fn apart(self) -> bool {
        self.mixed && !self.end
    }
}

/// Part of a line between two junctions.
struct StreetPiece {
    from: u32,
    to: u32,
    line: u32,
    /// Its vertices in the line, both ends included.
    first: u32,
    last: u32,
}

/// The junction of every point that is one.
struct JunctionIndex {
    at_point: Vec<u32>,
    /// Where lines pass each other: by point and layer.
    apart: BTreeMap<(u32, i8), u32>,
    visits: Vec<PointVisits>,
}

impl JunctionIndex {
    fn of(&self, point: u32, line: &StreetLine<'_>) -> u32 {
        if self.visits[point as usize].apart() {
            self.apart.get(&(point, line.layer)).copied().unwrap_or(NONE)
        } else {
            self.at_point[point as usize]
        }
    }
}

pub(super) fn network(lines: &StreetLines) -> WalkNetwork {
    let (junctions, order) = junctions(lines);
    let mut pieces = pieces(lines, &junctions);
    // Streets of one junction stand together; between the same two, in the order of lines.
    pieces.sort_unstable_by_key(|p| (p.from.min(p.to), p.from.max(p.to), p.line, p.first));

    let mut edges = Vec::with_capacity(pieces.len());
    let mut first_bend = Vec::with_capacity(pieces.len() + 1);
    let count = pieces.iter().map(|p| (p.last - p.first + 1) as usize).sum();
    let mut bends: Vec<CoursePoint> = Vec::with_capacity(count);
    for piece in &pieces {
        let line = lines.get(piece.line as usize);
        edges.push(StreetEdge { from: piece.from, to: piece.to, passage: line.passage });
        first_bend.push(bends.len() as u32);
        let mut along = 0_u32;
        for vertex in piece.first..=piece.last {
            if vertex > piece.first {
                along = along.saturating_add(line.lengths[vertex as usize]);
            }
            bends.push(CoursePoint { at: lines.points()[line.points[vertex as usize] as usize], along });
        }
    }
    first_bend.push(bends.len() as u32);
    drop(pieces);

    let (first_arc, arcs) = arcs(order.len(), &edges, |edge| bends[first_bend[edge + 1] as usize - 1].along);
    let grid = SegmentGrid::new(edges.len(), |edge| {
        bends[first_bend[edge] as usize..first_bend[edge + 1] as usize].iter().map(|bend| bend.at)
    });
    WalkNetwork {
        junctions: order.iter().map(|&p| lines.points()[p as usize]).collect(),
        gates: order.iter().map(|&p| lines.gates()[p as usize]).collect(),
        first_arc,
        arcs,
        edges,
        first_bend,
        bends,
        grid,
    }
}

/// The junctions, and the point of each in order.
fn junctions(lines: &StreetLines) -> (JunctionIndex, Vec<u32>) {
    let mut visits = vec![PointVisits::default(); lines.points().len()];
    for line in lines.iter() {
        for (vertex, &point) in line.points.iter().enumerate() {
            let visit = &mut visits[point as usize];
            if visit.count == 0 {
                visit.layer = line.layer;
            }
            visit.count = (visit.count + 1).min(2);
            visit.end |= vertex == 0 || vertex + 1 == line.points.len();
            visit.mixed |= visit.layer != line.layer;
        }
    }
    let mut keys: Vec<(u64, u32, i8)> = Vec::new();
    for (point, (visit, gate)) in (0..).zip(visits.iter().zip(lines.gates())) {
        let is_one = visit.end || visit.count > 1 || (visit.count > 0 && *gate != AccessBarrier::Open);
        if is_one && !visit.apart() {
            keys.push((lines.points()[point as usize].morton(), point, 0));
        }
    }
    for line in lines.iter() {
        let apart = line.points.iter().filter(|&&p| visits[p as usize].apart());
        keys.extend(apart.map(|&p| (lines.points()[p as usize].morton(), p, line.layer)));
    }
    keys.sort_unstable();
    keys.dedup();
    let mut junctions = JunctionIndex { at_point: vec![NONE; visits.len()], apart: BTreeMap::new(), visits };
    for (junction, &(_, point, layer)) in (0..).zip(&keys) {
        if junctions.visits[point as usize].apart() {
            junctions.apart.insert((point, layer), junction);
        } else {
            junctions.at_point[point as usize] = junction;
        }
    }
    (junctions, keys.into_iter().map(|(_, point, _)| point).collect())
}

fn pieces(lines: &StreetLines, junctions: &JunctionIndex) -> Vec<StreetPiece> {
    let mut pieces = Vec::new();
    for (number, line) in (0..).zip(lines.iter()) {
        let (mut from, mut first) = (NONE, 0);
        for (vertex, &point) in (0..).zip(line.points) {
            let junction = junctions.of(point, &line);
            if junction == NONE {
                continue;
            }
            if from != NONE {
                pieces.push(StreetPiece { from, to: junction, line: number, first, last: vertex });
            }
            (from, first) = (junction, vertex);
        }
    }
    pieces
}

fn arcs(
    junctions: usize,
    edges: &[StreetEdge],
    length: impl Fn(usize) -> u32,
) -> (Vec<u32>, Vec<DirectedEdge>) {
    let mut first = vec![0_u32; junctions + 1];
    for edge in edges {
        first[edge.from as usize + 1] += 1;
        first[edge.to as usize + 1] += 1;
    }
    for junction in 0..junctions {
        first[junction + 1] += first[junction];
    }
    let mut next = first.clone();
    let mut arcs = vec![DirectedEdge { to: 0, length: 0, passage: EdgeAccess::FREE }; 2 * edges.len()];
    for (number, edge) in edges.iter().enumerate() {
        let length = length(number);
        let ends = [(edge.from, edge.to, edge.passage), (edge.to, edge.from, edge.passage.reversed())];
        for (here, to, passage) in ends {
            let slot = &mut next[here as usize];
            arcs[*slot as usize] = DirectedEdge { to, length, passage };
            *slot += 1;
        }
    }
    (first, arcs)
}

#[cfg(test)]
mod tests {
    use crate::edge_access::{AccessBarrier, EdgeAccess};
    use crate::fixed_point::FixedPoint;
    use crate::lines::StreetLines;
    use crate::network::WalkNetwork;

    /// Points 0 to 4 on a line from west to east, 5 and 6 north and south of the middle one.
    fn points() -> StreetLines {
        let mut lines = StreetLines::default();
        for x in 0..5 {
            lines.point(FixedPoint::new(10_000 * x, 0).unwrap(), AccessBarrier::Open);
        }
        for y in [10_000, -10_000] {
            lines.point(FixedPoint::new(20_000, y).unwrap(), AccessBarrier::Open);
        }
        lines
    }

    #[test]
    fn lines_meet_at_any_vertex_of_one_layer_and_pass_on_two() {
        let crossing = |layer: i8| {
            let mut lines = points();
            lines.line([0, 1, 2, 3, 4], 0, EdgeAccess::FREE);
            lines.line([5, 2, 6], layer, EdgeAccess::FREE);
            WalkNetwork::new(&lines)
        };
        let (met, passed) = (crossing(0), crossing(1));
        assert_eq!((met.junctions().len(), met.edges().len()), (5, 4));
        assert_eq!((passed.junctions().len(), passed.edges().len()), (6, 4));
        let degree = |n: &WalkNetwork| (0..n.junctions().len() as u32).map(|j| n.arcs(j).len()).max();
        assert_eq!((degree(&met), degree(&passed)), (Some(4), Some(2)));
    }

    #[test]
    fn a_bridge_meets_what_ends_at_its_end() {
        let mut lines = points();
        lines.line([0, 1, 2], 0, EdgeAccess::FREE);
        lines.line([2, 3, 4], 1, EdgeAccess::FREE);
        lines.line([5, 2, 6], 0, EdgeAccess::FREE);
        let network = WalkNetwork::new(&lines);
        assert_eq!((network.junctions().len(), network.edges().len()), (5, 4));
    }

    #[test]
    fn a_street_keeps_its_course_and_a_gate_cuts_it() {
        let mut lines = points();
        lines.line([0, 1, 2, 3], 0, EdgeAccess::NOT_BACKWARD);
        let network = WalkNetwork::new(&lines);
        assert_eq!(network.edges().len(), 1);
        let along: Vec<u32> = network.course(0).iter().map(|bend| bend.along).collect();
        assert_eq!(along, [0, 111_195, 222_390, 333_585]);
        let [here, there] = [0, 1].map(|j| network.arcs(j)[0]);
        assert_eq!((here.to, here.passage), (1, EdgeAccess::NOT_BACKWARD));
        assert_eq!((there.to, there.passage, there.length), (0, EdgeAccess::NOT_FORWARD, 333_585));

        let gate = |point: usize| if point == 2 { AccessBarrier::Closed } else { AccessBarrier::Open };
        let at = points();
        let mut gated = StreetLines::default();
        at.points().iter().enumerate().for_each(|(i, at)| {
            gated.point(*at, gate(i));
        });
        gated.line([0, 1, 2, 3], 0, EdgeAccess::FREE);
        let network = WalkNetwork::new(&gated);
        assert_eq!((network.edges().len(), network.gate(1)), (2, AccessBarrier::Closed));
    }

    #[test]
    fn a_ring_comes_back_to_its_junction() {
        let mut lines = points();
        lines.line([0, 5, 4, 0], 0, EdgeAccess::FREE);
        let network = WalkNetwork::new(&lines);
        assert_eq!((network.junctions().len(), network.edges().len()), (1, 1));
        assert_eq!(network.arcs(0).len(), 2);
        assert_eq!(WalkNetwork::new(&StreetLines::default()).edges().len(), 0);
    }
}
