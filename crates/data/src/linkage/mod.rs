//! Which listings are of one thing, and one record of them: record linkage.
//!
//! | room | what |
//! |---|---|
//! | [`matching`] | pairs of listings that are of one thing, and how sure that is |
//! | [`canonical_asset`] | the canonical asset: one record of all its listings |
//! | [`calendar_events`] | which asset an event of a calendar is of |
//! | [`grant_recipients`] | which assets the recipient of a grant runs |

pub mod calendar_events;
pub mod canonical_asset;
pub mod grant_recipients;
pub mod matching;
