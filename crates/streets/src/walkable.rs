//! What of a network is of use to somebody: streets they may walk, in parts of it large enough to go anywhere.

use crate::edge_access::EdgeAccess;
use crate::network::WalkNetwork;
use crate::persona::Persona;

/// A part of the network with fewer metres of streets than this is a stranded stub: whoever is put there goes nowhere.
/// On the roads of Bath the largest stub has 1.0 km, the network 1,294 km.
pub const MATTERS_M: f64 = 3_000.0;

/// Streets that somebody may walk and that lead somewhere.
#[derive(Debug, Clone, Default)]
pub struct WalkableParts {
    usable: Vec<bool>,
    parts: Vec<NetworkPart>,
}

/// A part of the network, all of which is reached from anywhere in it (one-way streets aside).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NetworkPart {
    /// How many streets it has.
    pub edges: usize,
    /// Their length together, in metres.
    pub metres: f64,
}

impl WalkableParts {
    /// Finds the parts of the network that hang together for somebody.
    #[must_use]
    pub fn new(network: &WalkNetwork, persona: Persona) -> Self {
        let open = |passage: EdgeAccess| !(persona.step_free && passage.forbids(EdgeAccess::NOT_STEP_FREE));
        let mut sets = DisjointSets::new(network.edges().len());
        // The first street at each junction that lets pass stands for all others there.
        let mut first_at: Vec<Option<u32>> = vec![None; network.junctions().len()];
        for (edge, known) in (0..).zip(network.edges()).filter(|(_, e)| open(e.passage)) {
            for end in [known.from, known.to] {
                if network.gate(end).lets_pass(persona.step_free) {
                    match first_at[end as usize] {
                        Some(other) => sets.unite(other, edge),
                        None => first_at[end as usize] = Some(edge),
                    }
                }
            }
        }
        let mut metres = vec![0.0; network.edges().len()];
        let mut edges = vec![0; network.edges().len()];
        for (edge, _) in (0..).zip(network.edges()).filter(|(_, e)| open(e.passage)) {
            let part = sets.find(edge) as usize;
            metres[part] += f64::from(network.length(edge)) / 1000.0;
            edges[part] += 1;
        }
        let usable = (0..network.edges().len() as u32)
            .map(|edge| metres[sets.find(edge) as usize] >= MATTERS_M)
            .zip(network.edges())
            .map(|(matters, edge)| matters && open(edge.passage))
            .collect();
        let mut parts: Vec<NetworkPart> = metres
            .into_iter()
            .zip(edges)
            .filter(|part| part.1 > 0)
            .map(|(metres, edges)| NetworkPart { edges, metres })
            .collect();
        parts.sort_by(|a, b| b.metres.total_cmp(&a.metres));
        Self { usable, parts }
    }

    /// Whether a street may be walked and leads somewhere.
    #[must_use]
    pub fn has(&self, edge: u32) -> bool {
        self.usable[edge as usize]
    }

    /// Every part of the network, stubs too, the longest first.
    #[must_use]
    pub fn parts(&self) -> &[NetworkPart] {
        &self.parts
    }
}

/// Sets that grow together; the smallest member stands for its set.
struct DisjointSets(Vec<u32>);

impl DisjointSets {
    fn new(count: usize) -> Self {
        Self((0..count as u32).collect())
    }

    fn find(&mut self, mut member: u32) -> u32 {
        while self.0[member as usize] != member {
            let above = self.0[self.0[member as usize] as usize];
            self.0[member as usize] = above;
            member = above;
        }
        member
    }

    fn unite(&mut self, a: u32, b: u32) {
        let (a, b) = (self.find(a), self.find(b));
        self.0[a.max(b) as usize] = a.min(b);
    }
}
