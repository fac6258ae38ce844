//! Protected tables: counts of referrals go in, and figures come out that cannot be turned back into a person.
//!
//! For each need and quarter every count of a [tree of places](hereabouts_core::noise::ReleaseTree) – one place, its neighbourhoods, their small
//! areas – gets [noise of its own](discrete_gaussian) out of a [budget](budget::Mu); [least squares](hereabouts_core::noise::TreeEstimator) make figures of them
//! that add up, with the standard error of any sum; [whole numbers](margins) with exact margins are what is shown. All of it but the
//! noise is worked out from the noisy counts alone, and so tells no more of anybody than they do.
//!
//! The design follows the United States census of 2020 (Abowd et al. 2022, *The 2020 Census Disclosure Avoidance System TopDown
//! Algorithm*), with the accounting of Su, Su & Wang (2024, arXiv 2410.09296).

pub mod budget;
pub mod coins;
pub mod counted;
pub mod discrete_gaussian;
pub mod document;
pub mod evaluation;
pub mod margins;
pub mod measure;
pub mod presets;
