//! Lines between points that they share: what every map becomes, and what is kept of it.

use crate::edge_access::{AccessBarrier, EdgeAccess};
use crate::fixed_point::FixedPoint;

/// Most vertices of all lines together.
pub const MAX_VERTICES: usize = 200_000_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct LineHead {
    first: u32,
    layer: i8,
    passage: EdgeAccess,
}

/// Lines that one may walk. Two lines meet where they have a point in common: at any vertex on the same layer, and on
/// another layer only where one of the lines at the point ends.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StreetLines {
    points: Vec<FixedPoint>,
    gates: Vec<AccessBarrier>,
    heads: Vec<LineHead>,
    vertices: Vec<u32>,
    lengths: Vec<u32>,
}

/// One of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StreetLine<'a> {
    /// Positions of its points; at least two, no two in a row the same.
    pub points: &'a [u32],
    /// Millimetres from the point before to each point; 0 for the first.
    pub lengths: &'a [u32],
    /// Above or below the others; 0 is the ground.
    pub layer: i8,
    /// What of it may not be walked.
    pub passage: EdgeAccess,
}

impl StreetLines {
    /// No lines yet, between these points.
    #[must_use]
    pub fn new(points: Vec<FixedPoint>, gates: Vec<AccessBarrier>) -> Self {
        debug_assert_eq!(points.len(), gates.len());
        Self { points, gates, ..Self::default() }
    }

    /// One more point.
    pub fn point(&mut self, at: FixedPoint, gate: AccessBarrier) -> u32 {
        self.points.push(at);
        self.gates.push(gate);
        self.points.len() as u32 - 1
    }

    /// One more line, as long as the great circles between its points. A line of fewer than two different points is none.
    pub fn line(&mut self, points: impl IntoIterator<Item = u32>, layer: i8, passage: EdgeAccess) {
        let first = self.vertices.len();
        for point in points {
            let length = match self.vertices[first..].last() {
                Some(&before) if before == point => continue,
                Some(&before) => self.points[before as usize].millimetres(self.points[point as usize]),
                None => 0,
            };
            self.vertices.push(point);
            self.lengths.push(length);
        }
        self.close(first, layer, passage);
    }

    /// One more line of known lengths: points, each with the millimetres from the one before (of the first, none).
    pub fn measured_line(
        &mut self,
        points: impl IntoIterator<Item = (u32, u32)>,
        layer: i8,
        passage: EdgeAccess,
    ) {
        let first = self.vertices.len();
        for (point, length) in points {
            if self.vertices[first..].last() == Some(&point) {
                continue;
            }
            self.lengths.push(if self.vertices.len() == first { 0 } else { length });
            self.vertices.push(point);
        }
        self.close(first, layer, passage);
    }

    fn close(&mut self, first: usize, layer: i8, passage: EdgeAccess) {
        if self.vertices.len() < first + 2 {
            self.vertices.truncate(first);
            self.lengths.truncate(first);
        } else {
            self.heads.push(LineHead { first: first as u32, layer, passage });
        }
    }

    /// How many lines there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.heads.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.heads.is_empty()
    }

    /// Where the points are.
    #[must_use]
    pub fn points(&self) -> &[FixedPoint] {
        &self.points
    }

    /// Who may pass each of the points.
    #[must_use]
    pub fn gates(&self) -> &[AccessBarrier] {
        &self.gates
    }

    /// How many vertices all lines have together.
    #[must_use]
    pub fn vertices(&self) -> usize {
        self.vertices.len()
    }

    /// A line by its position.
    #[must_use]
    pub fn get(&self, line: usize) -> StreetLine<'_> {
        let head = self.heads[line];
        let end = self.heads.get(line + 1).map_or(self.vertices.len(), |next| next.first as usize);
        let own = head.first as usize..end;
        StreetLine {
            points: &self.vertices[own.clone()],
            lengths: &self.lengths[own],
            layer: head.layer,
            passage: head.passage,
        }
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = StreetLine<'_>> {
        (0..self.len()).map(|line| self.get(line))
    }

    /// The same lines without points that none of them uses, points numbered as lines come to them: neighbours get
    /// neighbouring numbers.
    #[must_use]
    pub fn compact(mut self) -> Self {
        const NONE: u32 = u32::MAX;
        let mut number = vec![NONE; self.points.len()];
        let (mut points, mut gates) = (Vec::new(), Vec::new());
        for vertex in &mut self.vertices {
            let old = *vertex as usize;
            if number[old] == NONE {
                number[old] = points.len() as u32;
                points.push(self.points[old]);
                gates.push(self.gates[old]);
            }
            *vertex = number[old];
        }
        Self { points, gates, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_without_extent_are_none_and_unused_points_go() {
        let at = |x: i32| FixedPoint::new(x, 0).unwrap();
        let mut lines = StreetLines::new(vec![at(5), at(0), at(10_000)], vec![AccessBarrier::Open; 3]);
        lines.line([1, 1], 0, EdgeAccess::FREE);
        lines.line([2, 2, 1], 3, EdgeAccess::NOT_STEP_FREE);
        lines.measured_line([(1, 9), (2, 7)], 0, EdgeAccess::FREE);
        assert_eq!(lines.len(), 2);
        let lines = lines.compact();
        assert_eq!(lines.points(), [at(10_000), at(0)]);
        let steep = lines.get(0);
        assert_eq!((steep.points, steep.lengths, steep.layer), (&[0, 1][..], &[0, 111_195][..], 3));
        assert_eq!(lines.get(1).lengths, [0, 7]);
    }
}
