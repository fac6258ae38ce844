//! Exact plans: branch and bound, the part with the highest bound first.

use crate::levels::{Harm, Levels};
use crate::problem::{Limits, SitingProblem, within};
use crate::relax::{Multipliers, Part, Relaxed, relax};
use crate::search::Search;
use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::rc::Rc;

/// A set, and what no set gains more than.
#[derive(Debug, Clone)]
pub(crate) struct Proven {
    pub(crate) chosen: Vec<u32>,
    pub(crate) bound: f64,
}

/// How much is worked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Work {
    pub(crate) first_rounds: usize,
    pub(crate) rounds: usize,
    pub(crate) parts: usize,
}

/// Sets that hold some candidates and may hold others, and the most that any of them gains.
struct Node {
    bound: f64,
    chosen: Vec<u32>,
    free: Vec<u32>,
    start: Rc<Multipliers>,
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Node {}

impl Ord for Node {
    fn cmp(&self, other: &Self) -> Ordering {
        // Of equal bounds the one that has chosen most: it is nearest to an end.
        self.bound
            .total_cmp(&other.bound)
            .then(self.chosen.len().cmp(&other.chosen.len()))
            .then_with(|| other.chosen.cmp(&self.chosen))
            .then(other.free.len().cmp(&self.free.len()))
    }
}

impl PartialOrd for Node {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

struct Tree<'a> {
    search: &'a Search<'a>,
    nothing: f64,
    best: Vec<u32>,
    gain: f64,
    /// What is no better than this is as good.
    breath: f64,
    work: Work,
}

/// The best set that a search's limits allow, as far as `work` goes, from a good one.
pub(crate) fn prove(search: &Search, good: Vec<u32>, work: Work) -> Proven {
    let problem = search.problem;
    let nothing = Levels::new(problem, search.harm, &[]).harm();
    let gain = nothing - search.harm_of(&good);
    let whole = problem.whole && search.harm == Harm::Sum;
    let breath = if whole { 1.0 - 1e-6 } else { 1e-9 * nothing.abs().max(1e-12) };
    let free = (0..problem.candidates() as u32)
        .filter(|&c| !search.banned[c as usize] && !search.forced.contains(&c))
        .collect();
    let start = Rc::new(first_multipliers(problem, search.harm, &good));
    let root = Node { bound: f64::INFINITY, chosen: search.forced.clone(), free, start };
    let mut tree = Tree { search, nothing, best: good, gain, breath, work };
    let left = tree.grow(root);
    let bound = left.max(tree.gain);
    let bound = if whole { (bound + 1e-6).floor() } else { bound };
    tree.best.sort_unstable();
    Proven { chosen: tree.best, bound }
}

/// A point that a good set leaves short values all that is added to it; one that has enough, nothing more.
fn first_multipliers(problem: &SitingProblem, harm: Harm, good: &[u32]) -> Multipliers {
    let levels = Levels::new(problem, harm, good);
    let of_level = |level: &f64| match level.total_cmp(&1.0) {
        Ordering::Less => 1.0,
        Ordering::Equal => 0.5,
        Ordering::Greater => 0.0,
    };
    Multipliers {
        of_points: levels.level.iter().map(of_level).collect(),
        of_groups: vec![0.8; problem.groups()],
    }
}

impl Tree<'_> {
    /// Works through the parts; the most that those left can gain, or nothing where none is left.
    fn grow(&mut self, root: Node) -> f64 {
        let mut heap = BinaryHeap::from([root]);
        let mut worked = 0;
        while let Some(node) = heap.pop() {
            if node.bound <= self.gain + self.breath {
                return f64::NEG_INFINITY;
            }
            if worked >= self.work.parts {
                return node.bound;
            }
            worked += 1;
            let rounds = if worked == 1 { self.work.first_rounds } else { self.work.rounds };
            heap.extend(self.split(node, rounds).into_iter().flatten());
        }
        f64::NEG_INFINITY
    }

    fn room(&self, chosen: &[u32]) -> Limits {
        let Limits { budget, most } = self.search.limits;
        let spent = self.search.problem.cost_of(chosen);
        Limits {
            budget: budget.map(|b| (b - spent).max(0.0)),
            most: most.map(|most| most.saturating_sub(chosen.len())),
        }
    }

    /// Takes a set for the best if it is.
    fn offer(&mut self, chosen: Vec<u32>) {
        let gain = self.nothing - self.search.harm_of(&chosen);
        if gain > self.gain {
            (self.gain, self.best) = (gain, chosen);
        }
    }

    /// Bounds a part, and splits it in two where it may hold something better.
    fn split(&mut self, node: Node, rounds: usize) -> [Option<Node>; 2] {
        let Node { bound: above, chosen, free, start } = node;
        let problem = self.search.problem;
        let spent = problem.cost_of(&chosen);
        let levels = Levels::new(problem, self.search.harm, &chosen);
        let fits = |c: &u32| self.search.limits.has_room(spent, chosen.len(), problem.cost(*c as usize));
        let free: Vec<u32> = free.into_iter().filter(|c| fits(c) && levels.gain(*c as usize) > 0.0).collect();
        let gained = self.nothing - levels.harm();
        if free.is_empty() {
            self.offer(chosen);
            return [None, None];
        }
        let room = self.room(&chosen);
        let part = Part { problem, harm: self.search.harm, levels, free: &free, room };
        let relaxed = relax(&part, self.gain + self.breath - gained, rounds, &start);
        let bound = (gained + relaxed.bound).min(above);
        self.round(&chosen, &free, &relaxed);
        if bound <= self.gain + self.breath {
            return [None, None];
        }
        self.branch(chosen, free, bound, gained, relaxed)
    }

    /// The set that the relaxation leans to.
    fn round(&mut self, chosen: &[u32], free: &[u32], relaxed: &Relaxed) {
        let mut order: Vec<usize> = (0..free.len()).filter(|&i| relaxed.share[i] > 0.3).collect();
        order.sort_unstable_by(|&a, &b| relaxed.share[b].total_cmp(&relaxed.share[a]).then(a.cmp(&b)));
        let (mut set, problem) = (chosen.to_vec(), self.search.problem);
        let mut spent = problem.cost_of(&set);
        for i in order {
            let cost = problem.cost(free[i] as usize);
            if self.search.limits.has_room(spent, set.len(), cost) {
                set.push(free[i]);
                spent += cost;
            }
        }
        self.search.fill(&mut set, false);
        self.offer(set);
    }

    /// Leaves out what cannot be in anything better, takes in what must be, and splits on what is least decided.
    fn branch(
        &self,
        mut chosen: Vec<u32>,
        free: Vec<u32>,
        bound: f64,
        gained: f64,
        relaxed: Relaxed,
    ) -> [Option<Node>; 2] {
        let good_enough = self.gain + self.breath - gained;
        let (mut open, mut shares): (Vec<u32>, Vec<(f64, f64)>) = (Vec::new(), Vec::new());
        for (i, &c) in free.iter().enumerate() {
            let surplus = relaxed.surplus[i];
            if surplus < 0.0 && relaxed.bound + surplus <= good_enough {
                continue;
            }
            if surplus > 0.0 && relaxed.bound - surplus <= good_enough {
                chosen.push(c);
            } else {
                open.push(c);
                shares.push((relaxed.share[i], surplus));
            }
        }
        let Limits { budget, most } = self.search.limits;
        let spent = self.search.problem.cost_of(&chosen);
        if budget.is_some_and(|b| !within(spent, b)) || most.is_some_and(|most| chosen.len() > most) {
            // What must be in does not fit: nothing better is here.
            return [None, None];
        }
        let fits =
            |c: u32| self.search.limits.has_room(spent, chosen.len(), self.search.problem.cost(c as usize));
        let (open, shares): (Vec<u32>, Vec<(f64, f64)>) =
            open.into_iter().zip(shares).filter(|(c, _)| fits(*c)).unzip();
        let mut open = open;
        let start = Rc::new(relaxed.multipliers);
        let undecided = |i: usize| (shares[i].0 - 0.5).abs();
        let by = (0..open.len()).min_by(|&a, &b| {
            undecided(a).total_cmp(&undecided(b)).then(shares[b].1.total_cmp(&shares[a].1)).then(a.cmp(&b))
        });
        let Some(by) = by else {
            return [Some(Node { bound, chosen, free: open, start }), None];
        };
        let candidate = open.remove(by);
        let without = Node { bound, chosen: chosen.clone(), free: open.clone(), start: Rc::clone(&start) };
        chosen.push(candidate);
        [Some(Node { bound, chosen, free: open, start }), Some(without)]
    }
}
