//! Groups of listings that are one, each looked at whole.

use super::facts::{ListingFacts, contradict};
use super::names::{NameFrequencies, NameMatch};
use super::{LinkDecisions, LinkState, ListingLink};
use crate::record::AssetRecord;
use std::collections::{BTreeMap, BTreeSet};

/// Groups of listings that are one, each rising, all listings in one of them.
///
/// Applied links and decisions for *same* join. Two listings that somebody called different end in different groups: the
/// weakest join between them is given up, and so on until they are apart. So do two that contradict each other, and two of one
/// source that no link of their own joins, where only links join them through a third: a list tells its own listings apart,
/// and another list that is read beside it changes nothing of that. What a person joined stays joined.
#[must_use]
pub fn groups(listings: &[AssetRecord], links: &[ListingLink], decisions: &LinkDecisions) -> Vec<Vec<usize>> {
    let at: BTreeMap<String, usize> = listings.iter().enumerate().map(|(i, l)| (l.id(), i)).collect();
    let decided: Vec<((usize, usize), bool)> = decisions
        .iter()
        .filter_map(|((a, b), same)| {
            let (a, b) = (*at.get(a)?, *at.get(b)?);
            Some(((a.min(b), a.max(b)), *same))
        })
        .collect();
    let different: BTreeSet<(usize, usize)> = decided.iter().filter(|d| !d.1).map(|d| d.0).collect();
    let decided_same = decided.iter().filter(|d| d.1).map(|d| (f64::INFINITY, d.0));
    let applied = links.iter().filter(|l| l.state == LinkState::Applied).map(|l| (l.weight, l.pair));
    let mut joins: Vec<(f64, (usize, usize))> =
        decided_same.chain(applied).filter(|j| !different.contains(&j.1)).collect();
    let linked: BTreeSet<(usize, usize)> = joins.iter().map(|join| join.1).collect();
    // The surest first, so that what is given up is the weakest.
    joins.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    joins.dedup_by_key(|j| j.1);
    let mut group: Vec<usize> = (0..listings.len()).collect();
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (weight, (a, b)) in joins {
        let (x, y) = (group[a], group[b]);
        if x == y {
            continue;
        }
        let of = |root: usize| members.get(&root).cloned().unwrap_or_else(|| vec![root]);
        let (left, right) = (of(x), of(y));
        let across = |of: &dyn Fn(usize, usize) -> bool| {
            left.iter().any(|&p| right.iter().any(|&q| of(p.min(q), p.max(q))))
        };
        if !different.is_empty() && across(&|p, q| different.contains(&(p, q))) {
            continue;
        }
        // Of two alone the link itself has said all.
        if weight.is_finite() && left.len() + right.len() > 2 {
            let apart = |p: usize, q: usize| {
                let (x, y) = (&listings[p], &listings[q]);
                if x.source == y.source && !linked.contains(&(p, q)) {
                    return true;
                }
                NameFrequencies::new([x.name.as_str(), y.name.as_str()].into_iter()).compare(0, 1)
                    == NameMatch::Different
                    || contradict((x, y), (&ListingFacts::of(x), &ListingFacts::of(y)))
            };
            if across(&apart) {
                continue;
            }
        }
        let root = x.min(y);
        let mut all = [left, right].concat();
        all.sort_unstable();
        for member in &all {
            group[*member] = root;
        }
        members.remove(&x.max(y));
        members.insert(root, all);
    }
    (0..listings.len())
        .filter(|i| group[*i] == *i)
        .map(|i| members.get(&i).cloned().unwrap_or_else(|| vec![i]))
        .collect()
}
