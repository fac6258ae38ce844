//! The hereabouts server and command line: what a study says, as GeoJSON, CSV and pages.
//!
//! | room | what |
//! |---|---|
//! | [`snapshot`] | one study and what follows from it, never changed, only swapped whole |
//! | [`feature`] | rows with exact names, rounded once: GeoJSON, CSV |
//! | [`error`] | the one error, and its status and body |

pub mod error;
pub mod feature;
pub mod snapshot;
