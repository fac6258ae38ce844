//! The figures that fit noisy measurements best and add up: weighted least squares over the tree, worked out from the small areas
//! up and from the top down again (Hay et al. 2010, *Boosting the accuracy of differentially private histograms*, for levels of
//! different variance), and the exact standard error of any sum of them.

use super::ReleaseTree;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Least squares over a tree with noise of one variance at each level.
#[derive(Debug, Clone, PartialEq)]
pub struct TreeEstimator {
    tree: Arc<ReleaseTree>,
    /// Variance of what is measured in a place and below it, before what is measured above it is used.
    below: Vec<f64>,
    /// Sum of that of the places directly in a place.
    below_children: Vec<f64>,
    /// Weight of a place's own measurement against the sum of those below; 1 at small areas.
    own: Vec<f64>,
}

impl TreeEstimator {
    /// For noise of these variances, one for each level from the top.
    #[must_use]
    pub fn new(tree: Arc<ReleaseTree>, variances: &[f64]) -> Self {
        let nodes = tree.nodes().len();
        let (mut below, mut below_children, mut own) = (vec![0.0; nodes], vec![0.0; nodes], vec![1.0; nodes]);
        for node in (0..nodes).rev() {
            let variance = variances[tree.level(node)];
            below_children[node] = tree.children(node).iter().map(|child| below[*child]).sum();
            if tree.children(node).is_empty() {
                below[node] = variance;
            } else {
                own[node] = below_children[node] / (variance + below_children[node]);
                below[node] = variance * own[node];
            }
        }
        Self { tree, below, below_children, own }
    }

    /// Figures of all places that add up, by the measurements of all places.
    #[must_use]
    pub fn fit(&self, measured: &[i64]) -> Vec<f64> {
        let nodes = self.tree.nodes().len();
        let (mut up, mut of_children) = (vec![0.0; nodes], vec![0.0; nodes]);
        for node in (0..nodes).rev() {
            let own = measured[node] as f64;
            of_children[node] = self.tree.children(node).iter().map(|child| up[*child]).sum();
            up[node] = if self.tree.children(node).is_empty() {
                own
            } else {
                self.own[node] * own + (1.0 - self.own[node]) * of_children[node]
            };
        }
        let mut fitted = up.clone();
        for node in 0..nodes {
            let missing = fitted[node] - of_children[node];
            for child in self.tree.children(node) {
                fitted[*child] = up[*child] + missing * self.below[*child] / self.below_children[node];
            }
        }
        fitted
    }

    /// Variance of a weighted sum of small areas' figures, as [`TreeEstimator::fit`] gives them; small areas without a weight are
    /// not in it. Takes as long as there are weights, however large the tree.
    ///
    /// A child's figure is its part of the parent's and a rest that does not depend on it; so every sum is a multiple of the
    /// place's figure and a rest, from the small areas up.
    #[must_use]
    pub fn variance(&self, weights: &BTreeMap<usize, f64>) -> f64 {
        // Of each place, how often its figure is in the sum, and the variance of what does not depend on it.
        let mut sums: BTreeMap<usize, (f64, f64)> =
            weights.iter().map(|(leaf, w)| (*leaf, (*w, 0.0))).collect();
        for _ in 1..self.tree.levels() {
            let mut above: BTreeMap<usize, [f64; 3]> = BTreeMap::new();
            for (node, (factor, rest)) in sums {
                let parent = self.tree.nodes()[node].parent.unwrap_or_default();
                let [mixed, square, rests] = above.entry(parent).or_default();
                *mixed += factor * self.below[node];
                *square += factor * factor * self.below[node];
                *rests += rest;
            }
            let of_parent = |(node, [mixed, square, rests]): (usize, [f64; 3])| {
                let factor = mixed / self.below_children[node];
                (node, (factor, rests + square - mixed * factor))
            };
            sums = above.into_iter().map(of_parent).collect();
        }
        let of_whole =
            |(node, (factor, rest)): (&usize, &(f64, f64))| factor * factor * self.below[*node] + rest;
        // Rounding may leave what is next to nothing below nothing.
        sums.iter().map(of_whole).sum::<f64>().max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::noise::release_tree::tests::tree;

    /// Least squares by normal equations: the inverse of AᵀWA for the small areas, A the sums that are measured.
    fn inverse(tree: &ReleaseTree, variances: &[f64]) -> (Vec<usize>, Vec<Vec<f64>>, Vec<Vec<f64>>) {
        let leaves: Vec<usize> = tree.leaves().collect();
        let holds = |node: usize, leaf: usize| {
            let mut at = Some(leaf);
            while let Some(place) = at {
                if place == node {
                    return 1.0;
                }
                at = tree.nodes()[place].parent;
            }
            0.0
        };
        let sums: Vec<Vec<f64>> = (0..tree.nodes().len())
            .map(|node| leaves.iter().map(|leaf| holds(node, *leaf)).collect())
            .collect();
        let n = leaves.len();
        let mut rows: Vec<Vec<f64>> = (0..n)
            .map(|i| {
                let entry = |j: usize| -> f64 {
                    sums.iter().enumerate().map(|(node, s)| s[i] * s[j] / variances[tree.level(node)]).sum()
                };
                (0..n).map(entry).chain((0..n).map(|j| f64::from(u8::from(i == j)))).collect()
            })
            .collect();
        for i in 0..n {
            let pivot = rows[i].clone();
            for (j, row) in rows.iter_mut().enumerate() {
                let factor = if i == j { 1.0 - 1.0 / pivot[i] } else { row[i] / pivot[i] };
                row.iter_mut().zip(&pivot).for_each(|(cell, p)| *cell -= factor * p);
            }
        }
        (leaves, rows.into_iter().map(|row| row[n..].to_vec()).collect(), sums)
    }

    const VARIANCES: [f64; 3] = [15.625, 3.906_25, 3.125];

    #[test]
    fn the_fit_is_that_of_the_normal_equations() {
        let tree = tree(&[3, 1, 5, 2]);
        let measured: Vec<i64> = (0..tree.nodes().len()).map(|at| (at as i64 * 37 % 11) - 3).collect();
        let fitted = TreeEstimator::new(Arc::new(tree.clone()), &VARIANCES).fit(&measured);
        let (leaves, inverse, sums) = inverse(&tree, &VARIANCES);
        let right: Vec<f64> = (0..leaves.len())
            .map(|i| {
                let term = |(node, s): (usize, &Vec<f64>)| {
                    s[i] * measured[node] as f64 / VARIANCES[tree.level(node)]
                };
                sums.iter().enumerate().map(term).sum()
            })
            .collect();
        for (row, leaf) in inverse.iter().zip(&leaves) {
            let expected: f64 = row.iter().zip(&right).map(|(a, b)| a * b).sum();
            assert!((fitted[*leaf] - expected).abs() < 1e-9, "{leaf}: {} for {expected}", fitted[*leaf]);
        }
        for node in 0..tree.nodes().len() {
            let of_children: f64 = tree.children(node).iter().map(|c| fitted[*c]).sum();
            assert!(tree.children(node).is_empty() || (fitted[node] - of_children).abs() < 1e-9);
        }
    }

    #[test]
    fn the_variance_of_any_sum_is_that_of_the_normal_equations() {
        let tree = tree(&[3, 1, 5, 2]);
        let estimator = TreeEstimator::new(Arc::new(tree.clone()), &VARIANCES);
        let (leaves, covariance, _) = inverse(&tree, &VARIANCES);
        for turn in 0..40_usize {
            let weight = |leaf: usize| ((leaf * (turn + 3) * 7 % 13) as f64 - 4.0) / 3.0;
            let expected: f64 = leaves
                .iter()
                .enumerate()
                .map(|(i, a)| {
                    leaves
                        .iter()
                        .enumerate()
                        .map(|(j, b)| weight(*a) * weight(*b) * covariance[i][j])
                        .sum::<f64>()
                })
                .sum();
            let found = estimator.variance(&leaves.iter().map(|leaf| (*leaf, weight(*leaf))).collect());
            assert!((found - expected).abs() < 1e-9, "{turn}: {found} for {expected}");
        }
        // All of it is no surer than its own measurement allows, and surer than that alone.
        assert!(estimator.variance(&leaves.iter().map(|leaf| (*leaf, 1.0)).collect()) < VARIANCES[0]);
    }
}
