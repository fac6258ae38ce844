//! What is near here that fits: by place, words and conditions, the nearest first, with what each further condition would
//! leave and, where nothing fits, what lies just outside and which condition kept most out.
//!
//! Pure, like the core: the caller says what time it is and how long the ways are.
//!
//! | room | what |
//! |---|---|
//! | [`conditions`] | what may be asked, and which of it a listing meets, fails or does not tell |
//! | [`search_listing`] | a listing as it is searched |
//! | [`text`] | words → listings, forgiving |
//! | [`listing_index`] | the search |
//! | [`gazetteer`] | what is typed for a place → the place |
//! | [`facets`] | what each further condition would leave |

mod ages;
mod audience;
pub mod conditions;
pub mod facets;
pub mod gazetteer;
mod hit_order;
pub mod listing_index;
mod need_set;
mod search_hit;
pub mod search_listing;
pub mod text;

pub use ages::ListingAges;
pub use audience::ListingAudience;
pub use conditions::{
    ConditionSet, ListingJudgement, OpenWhen, SearchCondition, SearchFacts, SearchRequest, SessionWindow,
};
pub use gazetteer::Gazetteer;
pub use listing_index::{ListingIndex, SearchHit, SearchResults};
pub use need_set::NeedSet;
pub use search_listing::SearchListing;

/// Why the words of all listings could not be put into a dictionary.
pub type TextIndexError = fst::Error;
