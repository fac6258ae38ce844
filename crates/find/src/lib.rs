//! What is near here that fits: by place, words and conditions, the nearest first, with what each further condition would
//! leave and, where nothing fits, what lies just outside and which condition kept most out.
//!
//! Pure, like the core: the caller says what time it is and how long the ways are.
//!
//! | room | what |
//! |---|---|
//! | [`ask`] | what may be asked |
//! | [`listing`] | what a search needs to know of a listing, and which conditions it fails |
//! | [`text`] | words → listings, forgiving |
//! | [`finder`] | the search |
//! | [`gazetteer`] | what is typed for a place → the place |
//! | [`facets`] | what each further condition would leave |

pub mod ask;
mod brief;
pub mod facets;
pub mod finder;
pub mod gazetteer;
pub mod listing;
pub mod text;

pub use ask::{Condition, Open, SearchRequest, When};
pub use finder::{Finder, Found, Hit};
pub use gazetteer::Gazetteer;
pub use listing::{Audience, Facts, Listing};

/// Why the words of all listings could not be put into a dictionary.
pub type Error = fst::Error;
