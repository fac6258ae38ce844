//! What a search needs to know of a listing.

use crate::conditions::SearchFacts;
use crate::text;
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

/// One listing as it is searched.
#[derive(Debug, Clone, Default)]
pub struct SearchListing<'a> {
    /// Its id; ties are broken by it.
    pub id: &'a str,
    /// Its words.
    pub words: text::ListingWords<'a>,
    /// Facts that conditions are about.
    pub facts: SearchFacts,
}
