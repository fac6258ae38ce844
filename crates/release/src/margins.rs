//! Whole numbers, none below nothing, that add up at every level: the top is rounded, and each place's number is dealt to what
//! lies in it as near to the fitted figures as whole numbers can be.

use hereabouts_core::noise::ReleaseTree;

/// Figures of all places as whole numbers; what lies in a place adds up to it exactly.
///
/// No figure below nothing can stand, so that very small ones are on average a little too large and the rest of their place a
/// little too small. Whoever wants none of that takes the fitted figures.
#[must_use]
pub fn whole_figures(tree: &ReleaseTree, fitted: &[f64]) -> Vec<u64> {
    let mut whole = vec![0; fitted.len()];
    if let Some(top) = whole.first_mut() {
        *top = fitted[0].max(0.0).round() as u64;
    }
    for node in 0..fitted.len() {
        let children = tree.children(node);
        let figures: Vec<f64> = children.iter().map(|child| fitted[*child]).collect();
        for (child, n) in children.iter().zip(deal(whole[node], &figures)) {
            whole[*child] = n;
        }
    }
    whole
}

/// Whole numbers that add up to `total`, as near as can be to figures that are moved alike until they, too, add up to it and none
/// is below nothing; the largest remainders are rounded up, the first of equals before others.
fn deal(total: u64, figures: &[f64]) -> Vec<u64> {
    let moved = onto_total(total as f64, figures);
    let mut whole: Vec<u64> = moved.iter().map(|figure| figure.floor() as u64).collect();
    let dealt: u64 = whole.iter().sum();
    let remainder = |at: usize| moved[at] - moved[at].floor();
    let mut order: Vec<usize> = (0..figures.len()).collect();
    order.sort_by(|a, b| remainder(*b).total_cmp(&remainder(*a)).then(a.cmp(b)));
    // Every remainder is less than 1, so that there are at least as many of them as are left to deal.
    for at in order.into_iter().take(total.saturating_sub(dealt) as usize) {
        whole[at] += 1;
    }
    whole
}

/// The nearest figures (in squares) that add up to `total` with none below nothing: all are moved by one number, and those that
/// would be below nothing are nothing (Held, Wolfe & Crowder 1974).
fn onto_total(total: f64, figures: &[f64]) -> Vec<f64> {
    let mut sorted = figures.to_vec();
    sorted.sort_by(|a, b| b.total_cmp(a));
    let (mut sum, mut by) = (0.0, 0.0);
    for (nth, figure) in sorted.iter().enumerate() {
        sum += figure;
        let candidate = (sum - total) / (nth + 1) as f64;
        // The largest one always stays above nothing.
        if nth == 0 || figure - candidate > 0.0 {
            by = candidate;
        } else {
            break;
        }
    }
    figures.iter().map(|figure| (figure - by).max(0.0)).collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use hereabouts_core::noise::ReleaseNode;
    use proptest::prelude::*;

    /// A place with neighbourhoods of so many small areas each.
    pub(crate) fn tree(sizes: &[usize]) -> ReleaseTree {
        let mut nodes = vec![ReleaseNode { id: "all".into(), parent: None }];
        for (nth, size) in sizes.iter().enumerate() {
            nodes.push(ReleaseNode { id: format!("n{nth}"), parent: Some(0) });
            let parent = nodes.len() - 1;
            let small = |at| ReleaseNode { id: format!("s{nth}-{at}"), parent: Some(parent) };
            nodes.extend((0..*size).map(small));
        }
        ReleaseTree::new(nodes).unwrap()
    }

    #[test]
    fn remainders_are_dealt_to_the_largest() {
        assert_eq!(deal(6, &[1.5, 1.7, 2.8]), [1, 2, 3]);
        assert_eq!(deal(3, &[1.0, 1.0, 1.0, 1.0]), [1, 1, 1, 0]);
        assert_eq!(deal(2, &[-3.0, 4.0, -1.0]), [0, 2, 0]);
        assert_eq!((deal(0, &[-3.0, 4.0]), deal(7, &[-9.0])), (vec![0, 0], vec![7]));
    }

    proptest! {
        #[test]
        fn whole_figures_add_up_and_stay_near(figures in prop::collection::vec(-20.0..60.0_f64, 11), sizes in prop::array::uniform3(1..4_usize)) {
            let tree = tree(&sizes);
            let mut fitted = figures;
            fitted.resize(tree.nodes().len(), 0.0);
            for node in (0..tree.nodes().len()).rev().filter(|n| !tree.children(*n).is_empty()) {
                fitted[node] = tree.children(node).iter().map(|c| fitted[*c]).sum();
            }
            let whole = whole_figures(&tree, &fitted);
            prop_assert_eq!(whole[0], fitted[0].max(0.0).round() as u64);
            for node in (0..tree.nodes().len()).filter(|n| !tree.children(*n).is_empty()) {
                prop_assert_eq!(tree.children(node).iter().map(|c| whole[*c]).sum::<u64>(), whole[node]);
            }
            // Where nothing had to be cut off, no figure moves by more than one at each of its levels.
            if fitted.iter().all(|f| *f >= 2.0) {
                for (whole, fitted) in whole.iter().zip(&fitted) {
                    prop_assert!((*whole as f64 - fitted).abs() < 3.0, "{whole} for {fitted}");
                }
            }
        }
    }
}
