//! What people say: of a listing, and of needs that nothing met.
//!
//! | room | what |
//! |---|---|
//! | [`verification`] | statements about a listing, and what follows from all of them |
//! | [`problems`] | what each problem that can be reported counts |
//! | [`journal`] | where statements are kept |
//! | [`outcomes`] | what was found when somebody checked, and what it makes of the half-lives |
//! | [`unmet_needs`] | records of needs that nothing met, and counts of searches |
//! | [`keys`] | who may enter what |

pub mod journal;
pub mod keys;
pub mod outcomes;
pub mod problems;
pub mod unmet_needs;
pub mod verification;
