//! Who can reach what, and what is missing.
//!
//! Pure: no files, network, clock, environment or logging. The way through is one way:
//! [`StudyInput`] → [`Study::new`] (every reference resolves, or an error names each that does not) →
//! [`analyse`] → [`report::Report`]. After `Study::new` nothing fails.
//!
//! | room | what |
//! |---|---|
//! | [`units`], [`place`], [`decay`], [`need`], [`kind`], [`asset`], [`area`], [`demand`] | checked types |
//! | [`study`], [`policy`] | one cross-checked input; the choices made about it |
//! | [`grid`], [`spread`] | areas to H3 cells; totals of areas to cells |
//! | [`index`], [`travel`] | what is near what; who reaches what, in minutes |
//! | [`metric`] | one measure of access, one file, one source |
//! | [`trust`] | the chance that a listing still runs |
//! | [`gap`], [`report`], [`analyse`] | the gap, all of them, and the pipeline |

pub mod area;
pub mod asset;
pub mod decay;
pub mod demand;
pub mod kind;
pub mod need;
pub mod place;
pub mod policy;
pub mod report;
pub mod study;
pub mod travel;
pub mod units;

pub use policy::Policy;
pub use study::{Study, StudyInput};
