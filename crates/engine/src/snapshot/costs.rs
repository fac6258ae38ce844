//! What could be started in the place of a snapshot, and what it costs.

use super::Snapshot;
use hereabouts_data::costs::CostTable;
use std::sync::Arc;

impl Snapshot {
    /// With a deployment's own table of costs.
    #[must_use]
    pub fn with_costs(mut self, costs: CostTable) -> Self {
        if let Some(imported) = Arc::get_mut(&mut self.imported) {
            imported.costs = costs;
        }
        self
    }

    /// What could be started, and what it costs.
    #[must_use]
    pub fn costs(&self) -> &CostTable {
        &self.imported.costs
    }
}
