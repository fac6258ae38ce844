//! What each asset reaches, worked out on all threads and put together in order.

use crate::network::WalkNetwork;
use crate::one_to_many::OneToMany;
use crate::snap::SnappedPoint;
use crate::walk_graph::SnapResult;
use rayon::prelude::*;

/// Assets searched by one thread before it takes more.
const AT_ONCE: usize = 64;

/// Millimetres and origins by asset, the nearest first.
#[derive(Debug, Clone)]
pub(super) struct MinuteTable {
    first: Vec<usize>,
    pairs: Vec<(u32, u32)>,
}

impl MinuteTable {
    /// `reach` answers for one spot; an asset without one has none.
    pub(super) fn new(
        assets: &[SnapResult],
        network: &WalkNetwork,
        reach: impl Fn(SnappedPoint, &mut OneToMany) -> Vec<(u32, u32)> + Sync,
    ) -> Self {
        if assets.iter().all(|stand| stand.spot().is_none()) {
            return Self { first: vec![0; assets.len() + 1], pairs: Vec::new() };
        }
        let parts: Vec<Vec<Vec<(u32, u32)>>> = assets
            .par_chunks(AT_ONCE)
            .map_init(
                || OneToMany::new(network),
                |search, chunk| {
                    chunk
                        .iter()
                        .map(|stand| stand.spot().map_or_else(Vec::new, |spot| reach(spot, search)))
                        .collect()
                },
            )
            .collect();
        let mut table = Self { first: vec![0], pairs: Vec::new() };
        for found in parts.into_iter().flatten() {
            table.pairs.extend(found);
            table.first.push(table.pairs.len());
        }
        table
    }

    pub(super) fn of(&self, asset: usize) -> &[(u32, u32)] {
        &self.pairs[self.first[asset]..self.first[asset + 1]]
    }
}
