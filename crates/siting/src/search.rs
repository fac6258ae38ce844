//! Greedy choice, swaps and restarts: good sets, with no word on how good.
//!
//! Lazy greedy is Minoux (1978). At equal costs a greedy set gains at least 1 − 1/e of the most that can be gained (Nemhauser,
//! Wolsey & Fisher 1978); with costs, the better of choosing by gain and by gain for each pound at least (1 − 1/e)/2
//! (Leskovec and others 2007).

use crate::levels::{Harm, Levels};
use crate::problem::{Limits, SitingProblem, within};
use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// What is looked for: a set within limits, with some in and some out whatever happens.
#[derive(Debug, Clone)]
pub(crate) struct Search<'a> {
    pub(crate) problem: &'a SitingProblem,
    pub(crate) harm: Harm,
    pub(crate) limits: Limits,
    pub(crate) forced: Vec<u32>,
    pub(crate) banned: Vec<bool>,
}

/// A gain, by which the greatest comes first and of equals the first candidate.
#[derive(PartialEq)]
struct Promise {
    worth: f64,
    candidate: u32,
    /// How many were chosen when it was worked out.
    at: usize,
}

impl Eq for Promise {}

impl Ord for Promise {
    fn cmp(&self, other: &Self) -> Ordering {
        self.worth.total_cmp(&other.worth).then(other.candidate.cmp(&self.candidate))
    }
}

impl PartialOrd for Promise {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Numbers that look random and are the same every time (xorshift64*).
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) const fn new() -> Self {
        Self(0x9E37_79B9_7F4A_7C15)
    }

    pub(crate) fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        ((self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize) % n.max(1)
    }
}

impl<'a> Search<'a> {
    /// Of a whole problem.
    pub(crate) fn new(problem: &'a SitingProblem, harm: Harm, limits: Limits) -> Self {
        Self { problem, harm, limits, forced: Vec::new(), banned: vec![false; problem.candidates()] }
    }

    /// Differences below this are rounding.
    fn breath(&self) -> f64 {
        1e-10 * Levels::new(self.problem, self.harm, &[]).harm().max(1e-12)
    }

    pub(crate) fn harm_of(&self, chosen: &[u32]) -> f64 {
        Levels::new(self.problem, self.harm, chosen).harm()
    }

    /// The greedy set, the better of by gain and by gain for each pound, improved by swaps and `restarts`.
    pub(crate) fn best(&self, restarts: usize) -> Vec<u32> {
        let mut best: Option<(f64, Vec<u32>)> = None;
        for for_each_pound in [false, true] {
            if for_each_pound && self.limits.budget.is_none() {
                continue;
            }
            let mut chosen = self.forced.clone();
            self.fill(&mut chosen, for_each_pound);
            self.improve(&mut chosen);
            let harm = self.harm_of(&chosen);
            if best.as_ref().is_none_or(|known| harm < known.0) {
                best = Some((harm, chosen));
            }
        }
        let (mut harm, mut chosen) = best.unwrap_or_default();
        let mut dice = Dice::new();
        for _ in 0..restarts {
            let other = self.shaken(&chosen, &mut dice);
            let found = self.harm_of(&other);
            if found < harm - self.breath() {
                (harm, chosen) = (found, other);
            }
        }
        chosen.sort_unstable();
        chosen
    }

    /// A good set that is near a given one: what is missing is added, what there is no room for left out.
    pub(crate) fn near_to(&self, start: &[u32]) -> Vec<u32> {
        let mut chosen = self.forced.clone();
        chosen.extend(start.iter().filter(|c| self.is_offered(**c, &self.forced)));
        while !self.keeps_limits(&chosen) {
            let mut levels = Levels::new(self.problem, self.harm, &chosen);
            let mut loss = |c: u32| {
                let (before, lost) = levels.take_out(c as usize);
                levels.put_back(c as usize, before);
                lost / self.problem.cost(c as usize).max(1e-12)
            };
            let may_go = chosen.iter().copied().filter(|c| !self.forced.contains(c));
            let least = may_go.map(|c| (loss(c), c)).min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            let Some((_, out)) = least else { break };
            chosen.retain(|c| *c != out);
        }
        self.improve(&mut chosen);
        chosen.sort_unstable();
        chosen
    }

    fn keeps_limits(&self, chosen: &[u32]) -> bool {
        self.limits.budget.is_none_or(|budget| within(self.problem.cost_of(chosen), budget))
            && self.limits.most.is_none_or(|most| chosen.len() <= most)
    }

    /// A set with a few others, improved.
    fn shaken(&self, chosen: &[u32], dice: &mut Dice) -> Vec<u32> {
        let mut other: Vec<u32> = chosen.to_vec();
        let mut without = self.clone();
        for _ in 0..(2 + chosen.len() / 8) {
            let free: Vec<usize> = (0..other.len()).filter(|&at| !self.forced.contains(&other[at])).collect();
            if free.is_empty() {
                break;
            }
            let gone = other.remove(free[dice.below(free.len())]);
            // Greedy would take some of them back at once.
            without.banned[gone as usize] = dice.below(3) > 0;
        }
        without.fill(&mut other, dice.below(2) == 0);
        self.improve(&mut other);
        other
    }

    fn is_offered(&self, candidate: u32, chosen: &[u32]) -> bool {
        !self.banned[candidate as usize] && !chosen.contains(&candidate)
    }

    /// Adds whatever gains most (or most for each pound) while there is room.
    pub(crate) fn fill(&self, chosen: &mut Vec<u32>, for_each_pound: bool) {
        let mut levels = Levels::new(self.problem, self.harm, chosen);
        let mut spent = self.problem.cost_of(chosen);
        let worth = |levels: &Levels, candidate: u32| {
            let (gain, cost) = (levels.gain(candidate as usize), self.problem.cost(candidate as usize));
            if !for_each_pound || gain <= 0.0 {
                gain
            } else if cost > 0.0 {
                gain / cost
            } else {
                f64::MAX
            }
        };
        let all = 0..self.problem.candidates() as u32;
        let fits = |candidate: &u32| {
            self.limits.has_room(spent, chosen.len(), self.problem.cost(*candidate as usize))
        };
        let mut heap: BinaryHeap<Promise> = all
            .filter(|c| self.is_offered(*c, chosen) && fits(c))
            .map(|candidate| Promise { worth: worth(&levels, candidate), candidate, at: chosen.len() })
            .collect();
        while let Some(top) = heap.pop() {
            if top.worth <= 0.0 {
                break;
            }
            let cost = self.problem.cost(top.candidate as usize);
            if !self.limits.has_room(spent, chosen.len(), cost) {
                continue;
            }
            if top.at < chosen.len() {
                let worth = worth(&levels, top.candidate);
                heap.push(Promise { worth, at: chosen.len(), ..top });
                continue;
            }
            levels.add(top.candidate as usize);
            chosen.push(top.candidate);
            spent += cost;
        }
    }

    /// Swaps one for one while that helps, and uses what room is left.
    pub(crate) fn improve(&self, chosen: &mut Vec<u32>) {
        let breath = self.breath();
        self.fill(chosen, false);
        while let Some((out, enter)) = self.best_swap(chosen, breath) {
            chosen.retain(|&c| c != out);
            chosen.push(enter);
            self.fill(chosen, false);
        }
    }

    /// The swap that helps most.
    fn best_swap(&self, chosen: &[u32], breath: f64) -> Option<(u32, u32)> {
        let mut levels = Levels::new(self.problem, self.harm, chosen);
        let spent = self.problem.cost_of(chosen);
        let mut is_in = self.banned.clone();
        chosen.iter().for_each(|&c| is_in[c as usize] = true);
        let mut order: Vec<(f64, u32)> = (0..self.problem.candidates() as u32)
            .filter(|&c| !is_in[c as usize])
            .map(|c| (levels.gain(c as usize), c))
            .collect();
        order.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut touched = vec![u32::MAX; self.problem.candidates()];
        let mut best: Option<(f64, u32, u32)> = None;
        for (turn, &out) in chosen.iter().enumerate().filter(|(_, c)| !self.forced.contains(c)) {
            let left = spent - self.problem.cost(out as usize);
            let fits = |c: u32| self.limits.has_room(left, chosen.len() - 1, self.problem.cost(c as usize));
            let (before, lost) = levels.take_out(out as usize);
            let mut offer = |gain: f64, enter: u32| {
                let better = gain - lost;
                let known = best.map_or(breath, |b| b.0);
                if better > known || (better == known && best.is_some_and(|b| enter < b.2)) {
                    best = Some((better, out, enter));
                }
            };
            self.near(out, |c| {
                if !is_in[c as usize] && touched[c as usize] != turn as u32 && fits(c) {
                    offer(levels.gain(c as usize), c);
                }
                touched[c as usize] = turn as u32;
            });
            // What shares nobody with it gains what it gained before.
            let far = order.iter().find(|(_, c)| touched[*c as usize] != turn as u32 && fits(*c));
            if let Some(&(gain, enter)) = far {
                offer(gain, enter);
            }
            levels.put_back(out as usize, before);
        }
        best.map(|(_, out, enter)| (out, enter))
    }

    /// Every candidate whose gain may change once this one is taken out, some more than once.
    fn near(&self, candidate: u32, mut visit: impl FnMut(u32)) {
        let mut group = usize::MAX;
        for added in self.problem.row(candidate as usize) {
            let at = added.point as usize;
            match self.harm {
                Harm::Sum => self.problem.by_point.of(at).iter().for_each(|&c| visit(c)),
                Harm::KolmPollak(_) if self.problem.points[at].group != group => {
                    group = self.problem.points[at].group;
                    self.problem.by_group.of(group).iter().for_each(|&c| visit(c));
                }
                Harm::KolmPollak(_) => {}
            }
        }
    }
}

/// How averse to inequality whoever makes a short list is.
const SHORT_LIST_AVERSION: f64 = 6.0;

impl SitingProblem {
    /// Up to `most` candidates to choose among, each affordable: those that greedy choice would start first if money did not run
    /// out, with an eye to whoever is worst off.
    #[must_use]
    pub fn short_list(&self, limits: Limits, most: usize) -> Vec<u32> {
        let wide = Limits { budget: None, most: Some(most) };
        let mut search = Search::new(self, Harm::KolmPollak(SHORT_LIST_AVERSION), wide);
        for (candidate, banned) in search.banned.iter_mut().enumerate() {
            *banned = !limits.has_room(0.0, 0, self.cost(candidate));
        }
        let mut list = Vec::new();
        search.fill(&mut list, true);
        list.sort_unstable();
        list
    }
}
