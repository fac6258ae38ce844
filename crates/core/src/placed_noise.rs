//! The noise of released figures, where an analysis brings them.

use crate::idx::AreaIdx;
use crate::noise::{DemandNoise, TreeEstimator};
use crate::period::Period;
use crate::spread::{BaseIdx, PopulationSpread};
use std::collections::BTreeMap;

/// Noise of the figures of a period, at base areas.
#[derive(Debug, Clone, Default)]
pub struct PlacedNoise(Vec<PlacedQuarter>);

#[derive(Debug, Clone)]
struct PlacedQuarter {
    estimator: TreeEstimator,
    /// By base area: the small areas of the tree whose figures went there, and how much of each.
    by_base: BTreeMap<BaseIdx, Vec<(usize, f64)>>,
}

impl PlacedNoise {
    /// Brings the noise of every quarter of a period to where its figures are brought.
    #[must_use]
    pub fn new(noise: &[DemandNoise<AreaIdx>], spread: &PopulationSpread, period: Period) -> Self {
        let of_period = noise.iter().filter(|n| period.quarters().any(|quarter| quarter == n.quarter));
        let placed = |noise: &DemandNoise<AreaIdx>| {
            let mut by_base: BTreeMap<BaseIdx, Vec<(usize, f64)>> = BTreeMap::new();
            for &(leaf, area) in &noise.leaves {
                let takers = spread.takers(area);
                for (&base, part) in takers.iter().zip(spread.divide(takers)) {
                    by_base.entry(base).or_default().push((leaf, part));
                }
            }
            PlacedQuarter { estimator: noise.estimator.clone(), by_base }
        };
        Self(of_period.map(placed).collect())
    }

    /// Standard error, in referrals, of the sum of what base areas refer for one need in the period; `None` where none of it
    /// was released. Quarters have noise of their own each.
    #[must_use]
    pub fn standard_error(&self, bases: &[BaseIdx]) -> Option<f64> {
        let variances = self.0.iter().filter_map(|quarter| {
            let mut weights: BTreeMap<usize, f64> = BTreeMap::new();
            for (leaf, part) in bases.iter().filter_map(|base| quarter.by_base.get(base)).flatten() {
                *weights.entry(*leaf).or_default() += part;
            }
            (!weights.is_empty()).then(|| quarter.estimator.variance(&weights))
        });
        variances.reduce(|a, b| a + b).map(f64::sqrt)
    }
}
