//! Shortest ways in the network, exact (Dijkstra 1959), up to a limit.

use crate::edge_access::EdgeAccess;
use crate::network::WalkNetwork;
use crate::persona::Persona;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Which way people walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SearchDirection {
    /// To where the search begins: homes to an asset.
    To,
    /// From where the search begins.
    From,
}

impl SearchDirection {
    /// The other way round.
    #[must_use]
    pub const fn reversed(self) -> Self {
        match self {
            Self::To => Self::From,
            Self::From => Self::To,
        }
    }
}

/// Room for searches of one network, used again and again: what one leaves behind costs the next nothing.
#[derive(Debug, Clone)]
pub struct OneToMany {
    best: Vec<(u32, u32)>,
    run: u32,
    reached: Vec<u32>,
    open: BinaryHeap<Reverse<u64>>,
}

impl OneToMany {
    /// For a network: 8 bytes a junction.
    #[must_use]
    pub fn new(network: &WalkNetwork) -> Self {
        Self {
            best: vec![(0, 0); network.junctions().len()],
            run: 0,
            reached: Vec::new(),
            open: BinaryHeap::new(),
        }
    }

    /// Finds the shortest way between any of the `seeds`, junctions with millimetres already walked, and every junction
    /// within `limit` millimetres (inclusive). Millimetres are those that take as long on the level.
    pub fn run(
        &mut self,
        network: &WalkNetwork,
        persona: Persona,
        way: SearchDirection,
        seeds: impl IntoIterator<Item = (u32, u32)>,
        limit: u32,
    ) {
        self.begin();
        for (junction, length) in seeds {
            self.offer(junction, length, limit);
        }
        let against = match way {
            SearchDirection::To => EdgeAccess::NOT_BACKWARD,
            SearchDirection::From => EdgeAccess::NOT_FORWARD,
        };
        let closed = if persona.step_free { against.and(EdgeAccess::NOT_STEP_FREE) } else { against };
        while let Some(Reverse(next)) = self.open.pop() {
            let (length, junction) = ((next >> 32) as u32, next as u32);
            if self.best[junction as usize].0 < length {
                continue;
            }
            self.reached.push(junction);
            for arc in network.arcs(junction) {
                let passable =
                    !arc.passage.forbids(closed) && network.gate(arc.to).lets_pass(persona.step_free);
                if passable {
                    let along = match way {
                        SearchDirection::From => arc.passage,
                        SearchDirection::To => arc.passage.reversed(),
                    };
                    self.offer(arc.to, length.saturating_add(along.on_the_level(arc.length)), limit);
                }
            }
        }
    }

    fn begin(&mut self) {
        if self.run == u32::MAX {
            self.best.fill((0, 0));
            self.run = 0;
        }
        self.run += 1;
        self.reached.clear();
        self.open.clear();
    }

    fn offer(&mut self, junction: u32, length: u32, limit: u32) {
        let best = &mut self.best[junction as usize];
        if length <= limit && (best.1 != self.run || length < best.0) {
            *best = (length, self.run);
            self.open.push(Reverse(u64::from(length) << 32 | u64::from(junction)));
        }
    }

    /// Junctions reached, the nearest first.
    #[must_use]
    pub fn reached(&self) -> &[u32] {
        &self.reached
    }

    /// Millimetres to a junction; `None` where it was not reached.
    #[must_use]
    pub fn millimetres(&self, junction: u32) -> Option<u32> {
        let (length, run) = self.best[junction as usize];
        (run == self.run && self.run > 0).then_some(length)
    }
}
