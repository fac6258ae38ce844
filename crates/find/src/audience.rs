//! Whom a listing is for.

use std::sync::Arc;

/// Whom a listing is for, by where they live.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum ListingAudience {
    /// Whoever comes.
    #[default]
    Anyone,
    /// People of these cells, rising positions in the study's grid.
    Cells(Arc<[u32]>),
    /// Anybody anywhere: online, by telephone, national.
    Remote,
}
