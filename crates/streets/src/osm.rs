//! OpenStreetMap: ways that one may walk, and who is stopped where.
//!
//! Elements come as a stream, ways before nodes, in any order among themselves; [`pbf`] makes that stream of an extract.
//! What lines share is a node, by its id: a bridge has none in common with the road below.

pub mod access;
pub mod hstore;
pub mod pbf;

use crate::edge_access::{AccessBarrier, EdgeAccess};
use crate::fixed_point::FixedPoint;
use crate::lines::{MAX_VERTICES, StreetLines};
use crate::read::{ReadStreets, RejectedLine, UnreadableStreets};
use access::WalkAccess;

/// A way that one may walk.
#[derive(Debug, Clone, Copy)]
struct OsmWay {
    id: i64,
    first: usize,
    end: usize,
    layer: i8,
    passage: EdgeAccess,
}

/// The ways of a map, before it is known where their nodes are.
#[derive(Debug, Default)]
pub struct WalkableWays {
    ways: Vec<OsmWay>,
    refs: Vec<i64>,
}

impl WalkableWays {
    /// One more way that one may walk, by its nodes. A way that comes again (extracts overlap) is the same way.
    pub fn push(&mut self, id: i64, nodes: impl IntoIterator<Item = i64>, walk: WalkAccess) {
        let first = self.refs.len();
        self.refs.extend(nodes);
        self.ways.push(OsmWay { id, first, end: self.refs.len(), layer: walk.layer, passage: walk.passage });
    }

    /// Takes over the ways of another part of the map.
    pub fn append(&mut self, other: Self) {
        let shift = self.refs.len();
        self.refs.extend(other.refs);
        let moved = |way: OsmWay| OsmWay { first: way.first + shift, end: way.end + shift, ..way };
        self.ways.extend(other.ways.into_iter().map(moved));
    }

    /// Asks for the nodes of these ways.
    ///
    /// # Errors
    /// [`UnreadableStreets`] if there are none, or too many.
    pub fn nodes(mut self) -> Result<OsmNodes, UnreadableStreets> {
        if self.refs.len() > MAX_VERTICES {
            return Err(UnreadableStreets::TooLarge { what: "nodes of streets", most: MAX_VERTICES });
        }
        // The longer first: an extract may have cut the other.
        self.ways.sort_by_key(|way| (way.id, std::cmp::Reverse(way.end - way.first)));
        self.ways.dedup_by_key(|way| way.id);
        if self.ways.is_empty() {
            return Err(UnreadableStreets::NoStreets);
        }
        let mut ids = self.refs.clone();
        ids.sort_unstable();
        ids.dedup();
        ids.shrink_to_fit();
        let refs = self.refs.iter().map(|id| ids.binary_search(id).unwrap_or_default() as u32).collect();
        Ok(OsmNodes {
            ways: self.ways,
            refs,
            at: vec![None; ids.len()],
            gates: vec![AccessBarrier::Open; ids.len()],
            ids,
        })
    }
}

/// The ways of a map and the nodes that they need.
#[derive(Debug)]
pub struct OsmNodes {
    ways: Vec<OsmWay>,
    refs: Vec<u32>,
    ids: Vec<i64>,
    at: Vec<Option<FixedPoint>>,
    gates: Vec<AccessBarrier>,
}

impl OsmNodes {
    /// The position of a node that a way needs.
    #[must_use]
    pub fn position(&self, id: i64) -> Option<usize> {
        self.ids.binary_search(&id).ok()
    }

    /// Where a needed node is, and who may pass it.
    pub fn set(&mut self, position: usize, at: FixedPoint, gate: AccessBarrier) {
        self.at[position] = Some(at);
        self.gates[position] = gate;
    }

    /// The lines. A way whose nodes the map does not all have is cut where they are missing, and told.
    #[must_use]
    pub fn lines(self) -> ReadStreets {
        let known = self.at.iter().map(|at| at.unwrap_or_default()).collect();
        let mut lines = StreetLines::new(known, self.gates);
        let mut rejected = Vec::new();
        let (mut streets, mut cut) = (0, 0);
        for way in &self.ways {
            let refs = &self.refs[way.first..way.end];
            let before = lines.len();
            let runs = refs.split(|&node| self.at[node as usize].is_none());
            for run in runs.clone() {
                lines.line(run.iter().copied(), way.layer, way.passage);
            }
            if lines.len() > before {
                streets += 1;
                cut += usize::from(runs.count() > 1);
            } else {
                let ids: Vec<String> =
                    refs.iter().take(3).map(|&n| self.ids[n as usize].to_string()).collect();
                rejected.push(RejectedLine {
                    record: way.id.unsigned_abs(),
                    field: "nodes",
                    value: ids.join(" "),
                    reason: "no two nodes of it in a row are in the file".to_owned(),
                });
            }
        }
        let mut notes = Vec::new();
        if cut > 0 {
            notes.push(format!("{cut} ways lead out of the map and end at its edge"));
        }
        ReadStreets { lines: lines.compact(), streets, left_out: 0, rejected, notes }
    }
}
