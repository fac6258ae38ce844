//! How far a release is from what was counted, for whoever chooses its budget. It is worked out with keys of its own, and what it
//! says of a count is an average over thousands of them; but it has seen the counts, and stays where they are.

use crate::budget::Mu;
use crate::coins::CoinKey;
use crate::counted::CountedTable;
use crate::document::{ReleaseDocument, ReleasedTable};
use crate::measure::InvalidBudget;
use hereabouts_core::noise::WITHIN_90;

/// The error at a level of the tree.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LevelError {
    /// Mean distance of a figure from its count, in referrals.
    pub mean_error: f64,
    /// Mean of figure less count, in referrals: that no figure is below nothing lifts small ones.
    pub bias: f64,
    /// Share of 90 % intervals about the fitted figure that hold the count, 0 to 1.
    pub covered: f64,
    /// Mean count, in referrals.
    pub mean_count: f64,
}

/// Errors of each level from the top, over `draws` releases of all needs.
///
/// # Errors
/// [`InvalidBudget`] where the parts of the budget are no whole.
pub fn level_errors(
    counted: &CountedTable,
    mu: Mu,
    shares: &[u8],
    draws: u8,
) -> Result<Vec<LevelError>, InvalidBudget> {
    let levels = counted.tree.levels();
    let mut sums = vec![[0.0; 5]; levels];
    for draw in 0..draws {
        let document = ReleaseDocument::of(counted, mu, shares, &CoinKey::new([draw; 32]))?;
        let Ok(table) = ReleasedTable::new(document) else { continue };
        let errors = table.standard_errors();
        let estimator = table.estimator();
        for (need, counts) in &counted.counts {
            let truth = counted.tree.sums(|leaf| counts.get(&leaf).map_or(0, |of| of.count));
            let fitted = estimator.fit(&table.document().measured[need]);
            let figures = table.figures(need).unwrap_or_default();
            for node in 0..truth.len() {
                let (count, figure) = (truth[node] as f64, figures[node] as f64);
                let is_held = (fitted[node] - count).abs() <= WITHIN_90 * errors[node];
                let found =
                    [(figure - count).abs(), figure - count, f64::from(u8::from(is_held)), count, 1.0];
                sums[counted.tree.level(node)].iter_mut().zip(found).for_each(|(sum, one)| *sum += one);
            }
        }
    }
    let mean = |[error, bias, held, count, all]: [f64; 5]| LevelError {
        mean_error: error / all,
        bias: bias / all,
        covered: held / all,
        mean_count: count / all,
    };
    Ok(sums.into_iter().map(mean).collect())
}
