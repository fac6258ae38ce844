//! The noise that protects released figures: how far a figure, or any sum of figures, may be from what was counted.

mod release_tree;
mod tree_estimator;

pub use release_tree::{InvalidTree, ReleaseNode, ReleaseTree};
pub use tree_estimator::TreeEstimator;

use crate::demand::Quarter;

/// 95th centile of a normal deviate: 90 % lie within so many standard errors.
pub const WITHIN_90: f64 = 1.644_853_626_951_472_2;

/// Noise of one quarter's released figures, the same for every need.
#[derive(Debug, Clone, PartialEq)]
pub struct DemandNoise<Place> {
    /// The quarter.
    pub quarter: Quarter,
    /// How its figures were made.
    pub estimator: TreeEstimator,
    /// Its small areas: where each is in the tree, and which area it is.
    pub leaves: Vec<(usize, Place)>,
}
