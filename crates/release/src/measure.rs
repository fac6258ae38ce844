//! Noisy counts: the one step that sees what was counted.

use crate::budget::{InvalidMu, Mu};
use crate::coins::{CoinKey, Coins};
use crate::discrete_gaussian::{InvalidSigma2, Sigma2};
use hereabouts_core::noise::ReleaseTree;
use hereabouts_core::noise::TreeEstimator;
use std::sync::Arc;

/// How noise is drawn; in the coins, so that another way of drawing has other noise.
pub const METHOD: &str = "discrete-gaussian-tree-1";

/// Parts of the budget, in hundredths, of levels from the top: place, neighbourhoods, small areas.
pub const SHARES: [u8; 3] = [10, 40, 50];

/// What a release spends, and on what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoiseBudget {
    /// What can be learnt about one referral.
    pub mu: Mu,
    sigma2: Vec<Sigma2>,
}

/// A budget that noise cannot be drawn for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidBudget {
    /// μ is not one.
    #[error(transparent)]
    Mu(#[from] InvalidMu),
    /// A level has no part of it.
    #[error(transparent)]
    Sigma2(#[from] InvalidSigma2),
    /// Parts that are not of these levels, or not a whole.
    #[error("the parts of the budget are {0:?}; there is one for each of {1} levels, and they add up to 100")]
    Shares(Vec<u8>, usize),
}

impl NoiseBudget {
    /// `shares` are hundredths of μ², one for each level from the top.
    ///
    /// # Errors
    /// [`InvalidBudget`] where they are not a whole, or one is too small.
    pub fn new(mu: Mu, shares: &[u8], levels: usize) -> Result<Self, InvalidBudget> {
        let whole: u32 = shares.iter().copied().map(u32::from).sum();
        if whole != 100 || shares.len() != levels {
            return Err(InvalidBudget::Shares(shares.to_vec(), levels));
        }
        let sigma2 = shares.iter().map(|share| mu.sigma2(*share)).collect::<Result<_, _>>()?;
        Ok(Self { mu, sigma2 })
    }

    /// σ² of each level from the top.
    #[must_use]
    pub fn sigma2(&self) -> &[Sigma2] {
        &self.sigma2
    }

    /// The same as numbers.
    #[must_use]
    pub fn variances(&self) -> Vec<f64> {
        self.sigma2.iter().map(|sigma2| sigma2.value()).collect()
    }

    /// Least squares with this noise.
    #[must_use]
    pub fn estimator(&self, tree: &Arc<ReleaseTree>) -> TreeEstimator {
        TreeEstimator::new(Arc::clone(tree), &self.variances())
    }
}

/// The noisy counts of all places for one need and quarter. `counts` are of all places; `what` names the need, the quarter and
/// whatever else tells this table from others under the same key.
///
/// The coins of a place depend on its count: a table made again of the same counts is the same, and one of other counts has noise of
/// its own, so that two of them tell no more than their budgets.
#[must_use]
pub fn measure(
    tree: &ReleaseTree,
    budget: &NoiseBudget,
    key: &CoinKey,
    what: &[&str],
    counts: &[u64],
) -> Vec<i64> {
    let noisy = |(node, count): (usize, &u64)| {
        let mu = budget.mu.hundredths().to_le_bytes();
        let count_bytes = count.to_le_bytes();
        let mut parts: Vec<&[u8]> =
            vec![METHOD.as_bytes(), &mu, tree.nodes()[node].id.as_bytes(), &count_bytes];
        parts.extend(what.iter().map(|part| part.as_bytes()));
        let noise = budget.sigma2[tree.level(node)].draw(&mut Coins::of(key, &parts));
        i64::try_from(*count).unwrap_or(i64::MAX).saturating_add(noise)
    };
    counts.iter().enumerate().map(noisy).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::margins::tests::tree;
    use crate::margins::whole_figures;

    #[test]
    fn parts_of_a_budget_are_a_whole() {
        assert!(NoiseBudget::new(Mu::DEFAULT, &SHARES, 3).is_ok());
        assert!(NoiseBudget::new(Mu::DEFAULT, &SHARES, 2).is_err());
        assert!(NoiseBudget::new(Mu::DEFAULT, &[10, 40, 40], 3).is_err());
        assert!(NoiseBudget::new(Mu::DEFAULT, &[0, 50, 50], 3).is_err());
    }

    #[test]
    fn nine_in_ten_intervals_hold_the_count_at_every_level() {
        let tree = Arc::new(tree(&[4; 15]));
        let budget = NoiseBudget::new(Mu::DEFAULT, &SHARES, 3).unwrap();
        let estimator = budget.estimator(&tree);
        let levels: [fn(&ReleaseTree, usize, usize) -> bool; 3] = [
            |_, _, _| true,
            |tree, node, leaf| tree.nodes()[leaf].parent == Some(node),
            |_, node, leaf| node == leaf,
        ];
        let (mut inside, mut all) = ([0.0; 3], [0.0; 3]);
        for turn in 0..300_u32 {
            let counts = tree.sums(|leaf| (leaf as u64 * 7 + u64::from(turn)) % 5);
            let quarter = turn.to_string();
            let fitted =
                estimator.fit(&measure(&tree, &budget, &CoinKey::new([9; 32]), &["walk", &quarter], &counts));
            let whole = whole_figures(&tree, &fitted);
            assert_eq!(whole, tree.sums(|leaf| whole[leaf]), "margins are exact");
            for (node, count) in counts.iter().enumerate() {
                let level = tree.level(node);
                let error = {
                    let within = tree.leaves().filter(|leaf| levels[level](&tree, node, *leaf));
                    estimator.variance(&within.map(|leaf| (leaf, 1.0)).collect()).sqrt()
                };
                all[level] += 1.0;
                inside[level] += f64::from(u8::from((fitted[node] - *count as f64).abs() <= 1.645 * error));
            }
        }
        for level in 0..3 {
            let share = inside[level] / all[level];
            // Three standard errors of a share of independent draws; those of one table hang together.
            let slack = 3.0 * (0.09 / (300.0 * all[level] / all[2] * 15.0)).sqrt() + 0.01;
            assert!((share - 0.9).abs() < slack, "level {level}: {share}");
        }
    }

    #[test]
    fn other_counts_have_other_noise_and_the_same_the_same() {
        let tree = tree(&[3; 40]);
        let budget = NoiseBudget::new(Mu::DEFAULT, &SHARES, 3).unwrap();
        let key = CoinKey::new([4; 32]);
        let counts = tree.sums(|_| 2);
        let noise = |what: &[&str], counts: &[u64]| -> Vec<i64> {
            let noisy = measure(&tree, &budget, &key, what, counts);
            noisy.iter().zip(counts).map(|(noisy, count)| noisy - *count as i64).collect()
        };
        let first = noise(&["walk", "2026-Q3"], &counts);
        assert_eq!(first, noise(&["walk", "2026-Q3"], &counts));
        let others = [
            noise(&["walk", "2026-Q2"], &counts),
            noise(&["food", "2026-Q3"], &counts),
            noise(&["walk", "2026-Q3"], &tree.sums(|_| 3)),
        ];
        for other in others {
            let alike = first.iter().zip(&other).filter(|(a, b)| a == b).count();
            assert!(alike < first.len() / 2, "{alike} of {}", first.len());
        }
    }
}
