//! The lexicographic maximum: the worst group as well off as can be, then the second worst, and so on. Exact, by looking at
//! every set that has no room for one more; so on short lists alone.

use crate::levels::Levels;
use crate::problem::{InvalidProblem, SitingProblem};
use crate::search::Search;
use std::cmp::Ordering;

/// Sets looked at, at most.
pub(crate) const MOST_SETS: usize = 1_000_000;

/// Shares that differ by less are the same.
const SAME: f64 = 1e-12;

/// Unmet shares of groups that ask for anything, the worst first.
pub(crate) fn shares(problem: &SitingProblem, chosen: &[u32]) -> Vec<f64> {
    let unmet = Levels::unmet_of(problem, chosen);
    let asking = problem.asked.iter().zip(unmet).filter(|(asked, _)| **asked > 0.0);
    let mut shares: Vec<f64> = asking.map(|(asked, unmet)| unmet / asked).collect();
    shares.sort_unstable_by(|a, b| b.total_cmp(a));
    shares
}

/// Whether one list of shares is better than another: less at the first place where they differ.
pub(crate) fn is_better(one: &[f64], other: &[f64]) -> bool {
    let differ = one.iter().zip(other).find(|(a, b)| (*a - *b).abs() > SAME);
    differ.is_some_and(|(a, b)| a < b)
}

/// Sets chosen one by one, each time what leaves the list of shares best.
pub(crate) fn greedy(search: &Search) -> Vec<u32> {
    let problem = search.problem;
    let mut chosen = search.forced.clone();
    loop {
        let (spent, now) = (problem.cost_of(&chosen), shares(problem, &chosen));
        let mut best: Option<(Vec<f64>, u32)> = None;
        for c in offered(search) {
            if chosen.contains(&c) || !search.limits.has_room(spent, chosen.len(), problem.cost(c as usize)) {
                continue;
            }
            let mut with = chosen.clone();
            with.push(c);
            let found = shares(problem, &with);
            if is_better(&found, best.as_ref().map_or(&now, |b| &b.0)) {
                best = Some((found, c));
            }
        }
        match best {
            Some((_, c)) => chosen.push(c),
            None => break,
        }
    }
    chosen.sort_unstable();
    chosen
}

fn offered(search: &Search) -> Vec<u32> {
    let helps = |c: &u32| !search.banned[*c as usize] && !search.problem.row(*c as usize).is_empty();
    (0..search.problem.candidates() as u32).filter(helps).filter(|c| !search.forced.contains(c)).collect()
}

/// The best set there is.
///
/// # Errors
/// [`InvalidProblem::TooLong`] where there are more sets than are looked at.
pub(crate) fn exact(search: &Search) -> Result<Vec<u32>, InvalidProblem> {
    let offered = offered(search);
    let mut best = greedy(search);
    let mut best_shares = shares(search.problem, &best);
    let mut looked = 0;
    let mut stack = vec![(search.forced.clone(), 0)];
    while let Some((chosen, next)) = stack.pop() {
        looked += 1;
        if looked > MOST_SETS {
            return Err(InvalidProblem::TooLong { candidates: offered.len(), most: MOST_SETS });
        }
        let spent = search.problem.cost_of(&chosen);
        let fits = |c: u32| search.limits.has_room(spent, chosen.len(), search.problem.cost(c as usize));
        let follow: Vec<usize> = (next..offered.len()).filter(|&at| fits(offered[at])).collect();
        if follow.is_empty() {
            let found = shares(search.problem, &chosen);
            if is_better(&found, &best_shares) {
                (best, best_shares) = (chosen, found);
            }
            continue;
        }
        // What all that may follow would make of it bounds what any of it can.
        let all: Vec<u32> = chosen.iter().copied().chain(follow.iter().map(|&at| offered[at])).collect();
        if shares(search.problem, &all).partial_cmp(&best_shares) == Some(Ordering::Greater) {
            continue;
        }
        for at in follow.into_iter().rev() {
            let mut with = chosen.clone();
            with.push(offered[at]);
            stack.push((with, at + 1));
        }
        let found = shares(search.problem, &chosen);
        if is_better(&found, &best_shares) {
            (best, best_shares) = (chosen, found);
        }
    }
    best.sort_unstable();
    Ok(best)
}
