//! What a search needs to know of a listing.

use crate::conditions::SearchFacts;
use crate::text;

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
