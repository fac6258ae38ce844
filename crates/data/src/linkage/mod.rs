//! Which listings are of one thing, and one record of them: record linkage.
//!
//! | room | what |
//! |---|---|
//! | [`matching`] | pairs of listings that are of one thing, and how sure that is |
//! | [`canonical`] | the canonical asset: one record of all its listings |
//! | [`events`] | which asset an event of a calendar is of |
//! | [`funded`] | which assets the recipient of a grant runs |

pub mod canonical;
pub mod events;
pub mod funded;
pub mod matching;
