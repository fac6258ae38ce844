//! How the gaps of a need lie among areas: whether it is all or nothing, and what is missing where.

use crate::report::{DemandStatus, Gap, UnmetParts};

/// Up to this share unmet an area is near nothing.
pub const NEAR_NONE: f64 = 0.05;
/// From this share unmet on it is near everything.
pub const NEAR_ALL: f64 = 0.95;

/// The gaps of one need in one reading, over the areas that can be compared.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct GapDistribution {
    /// Areas whose gaps can be compared: those with status `ok`.
    pub areas: usize,
    /// Those with at most [`NEAR_NONE`] of their referrals unmet.
    pub near_none: usize,
    /// Those with at least [`NEAR_ALL`] unmet.
    pub near_all: usize,
    /// Their referrals.
    pub referrals: f64,
    /// What is unmet of them, by what it lacks.
    pub unmet: UnmetParts,
}

impl UnmetParts {
    /// All of it.
    #[must_use]
    pub fn all(&self) -> f64 {
        self.nothing_in_reach + self.not_enough + self.not_known
    }
}

impl GapDistribution {
    /// Of gaps of one need; `reading` is 0 as listed, 1 likely.
    #[must_use]
    pub fn of<'a>(gaps: impl IntoIterator<Item = &'a Gap>, reading: usize) -> Self {
        let mut all = Self::default();
        for gap in gaps {
            let Some((parts, referrals)) = compared(gap, reading) else { continue };
            let share = parts.all() / referrals;
            all.areas += 1;
            all.near_none += usize::from(share <= NEAR_NONE);
            all.near_all += usize::from(share >= NEAR_ALL);
            all.referrals += referrals;
            all.unmet.nothing_in_reach += parts.nothing_in_reach;
            all.unmet.not_enough += parts.not_enough;
            all.unmet.not_known += parts.not_known;
        }
        all
    }

    /// Share of all referrals that is unmet; `None` without any.
    #[must_use]
    pub fn unmet_share(&self) -> Option<f64> {
        (self.referrals > 0.0).then(|| self.unmet.all() / self.referrals)
    }
}

/// What a gap that can be compared has unmet, and its referrals.
fn compared(gap: &Gap, reading: usize) -> Option<(UnmetParts, f64)> {
    let referrals = gap.referrals.filter(|referrals| *referrals > 0.0)?;
    (gap.status == DemandStatus::Ok).then_some((gap.unmet_parts?[reading], referrals))
}

/// How alike two analyses put the same areas in order by the share that is unmet: Spearman's rank correlation (1904), equal shares at
/// their middle rank, over the gaps that can be compared in both. The two lists are parallel. `None` for fewer than three, or
/// where all are equal.
#[must_use]
pub fn rank_correlation(one: &[&Gap], other: &[&Gap], reading: usize) -> Option<f64> {
    let share = |gap: &Gap| compared(gap, reading).map(|(parts, referrals)| parts.all() / referrals);
    let both = one.iter().zip(other).filter_map(|(a, b)| Some((share(a)?, share(b)?)));
    let (a, b): (Vec<f64>, Vec<f64>) = both.unzip();
    if a.len() < 3 {
        return None;
    }
    let (a, b) = (middle_ranks(&a), middle_ranks(&b));
    let mean = (a.len() as f64 - 1.0) / 2.0;
    let sum = |of: &dyn Fn(usize) -> f64| (0..a.len()).map(of).sum::<f64>();
    let together = sum(&|i| (a[i] - mean) * (b[i] - mean));
    let apart = (sum(&|i| (a[i] - mean).powi(2)) * sum(&|i| (b[i] - mean).powi(2))).sqrt();
    (apart > 0.0).then(|| together / apart)
}

/// Ranks from 0, equal values at the middle of theirs. What is told as equal, to a thousandth, is equal.
fn middle_ranks(values: &[f64]) -> Vec<f64> {
    let told: Vec<i64> = values.iter().map(|value| (value * 1000.0).round() as i64).collect();
    let mut sorted = told.clone();
    sorted.sort_unstable();
    let middle = |value: &i64| {
        let (from, to) = (sorted.partition_point(|v| v < value), sorted.partition_point(|v| v <= value));
        (from + to - 1) as f64 / 2.0
    };
    told.iter().map(middle).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_share_the_middle_of_their_ranks() {
        assert_eq!(middle_ranks(&[0.3, 0.1, 0.3, 0.9]), [1.5, 0.0, 1.5, 3.0]);
    }
}
