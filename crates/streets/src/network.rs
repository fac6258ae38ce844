//! Junctions and the streets between them: compact, never changed.

mod build;

use crate::edge_access::{AccessBarrier, EdgeAccess};
use crate::fixed_point::FixedPoint;
use crate::grid::SegmentGrid;
use crate::lines::StreetLines;

/// A piece of a street between two junctions, from the one to the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StreetEdge {
    /// Where it begins.
    pub from: u32,
    /// Where it ends.
    pub to: u32,
    /// What of it may not be walked.
    pub passage: EdgeAccess,
}

/// A street as seen from a junction that it leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DirectedEdge {
    /// The junction at the other end.
    pub to: u32,
    /// Millimetres there.
    pub length: u32,
    /// What of it may not be walked; forward is away from here.
    pub passage: EdgeAccess,
}

/// A point of the course of a street.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CoursePoint {
    /// Where it is.
    pub at: FixedPoint,
    /// Millimetres from the beginning of the street.
    pub along: u32,
}

/// A street network. Junctions stand in an order that keeps neighbours together.
#[derive(Debug, Clone, Default)]
pub struct WalkNetwork {
    junctions: Vec<FixedPoint>,
    gates: Vec<AccessBarrier>,
    first_arc: Vec<u32>,
    arcs: Vec<DirectedEdge>,
    edges: Vec<StreetEdge>,
    first_bend: Vec<u32>,
    bends: Vec<CoursePoint>,
    grid: SegmentGrid,
}

impl WalkNetwork {
    /// The network that lines make: a junction wherever a line ends, two meet or somebody is stopped.
    #[must_use]
    pub fn new(lines: &StreetLines) -> Self {
        build::network(lines)
    }

    /// Where the junctions are.
    #[must_use]
    pub fn junctions(&self) -> &[FixedPoint] {
        &self.junctions
    }

    /// Who may pass a junction.
    #[must_use]
    pub fn gate(&self, junction: u32) -> AccessBarrier {
        self.gates[junction as usize]
    }

    /// Every street.
    #[must_use]
    pub fn edges(&self) -> &[StreetEdge] {
        &self.edges
    }

    /// Streets that leave a junction; a street that comes back to it, twice.
    #[must_use]
    pub fn arcs(&self, junction: u32) -> &[DirectedEdge] {
        let own = self.first_arc[junction as usize] as usize..self.first_arc[junction as usize + 1] as usize;
        &self.arcs[own]
    }

    /// The course of a street, at least two points, from its beginning to its end.
    #[must_use]
    pub fn course(&self, edge: u32) -> &[CoursePoint] {
        let own = self.first_bend[edge as usize] as usize..self.first_bend[edge as usize + 1] as usize;
        &self.bends[own]
    }

    /// Millimetres from one end of a street to the other.
    #[must_use]
    pub fn length(&self, edge: u32) -> u32 {
        self.course(edge).last().map_or(0, |bend| bend.along)
    }

    /// Streets that may touch the box between two corners, each once, by position.
    #[must_use]
    pub fn within(&self, corner: FixedPoint, opposite: FixedPoint) -> Vec<u32> {
        let mut edges: Vec<u32> = self.grid.within(corner, opposite).collect();
        edges.sort_unstable();
        edges.dedup();
        edges
    }

    /// Streets that may lie within so many steps east or west and north or south; one may come more than once.
    pub(crate) fn near(&self, at: FixedPoint, reach: [i64; 2]) -> impl Iterator<Item = u32> + '_ {
        self.grid.near(at, reach)
    }
}
