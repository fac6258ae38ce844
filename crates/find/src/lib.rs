//! What is near here that fits: by place, words and conditions, the nearest first, with what each further condition would
//! leave and, where nothing fits, what lies just outside and which condition kept most out.
//!
//! Pure, like the core: the caller says what time it is and how long the ways are.
//!
//! | room | what |
//! |---|---|
//! | [`search_request`] | what may be asked |
//! | [`search_listing`] | what a search needs to know of a listing, and which conditions it fails |
//! | [`text`] | words → listings, forgiving |
//! | [`listing_index`] | the search |
//! | [`gazetteer`] | what is typed for a place → the place |
//! | [`facets`] | what each further condition would leave |

pub mod facets;
pub mod gazetteer;
mod listing_bits;
pub mod listing_index;
mod need_set;
pub mod search_listing;
pub mod search_request;
pub mod text;

pub use gazetteer::Gazetteer;
pub use listing_index::{ListingIndex, SearchHit, SearchResults};
pub use need_set::NeedSet;
pub use search_listing::{ListingAudience, SearchFacts, SearchListing};
pub use search_request::{OpenWhen, SearchCondition, SearchRequest, SessionWindow};

/// Why the words of all listings could not be put into a dictionary.
pub type TextIndexError = fst::Error;
