//! The cheapest set that brings every group to its floor: a covering problem, by greedy choice, swaps, a Lagrangian bound and
//! branch and bound.
//!
//! Greedy choice by progress for each pound is Wolsey's (1982). A candidate's part for a group counts at most what the group
//! lacks, which keeps the bound from being content with a part of a large one.

use crate::branch::Proven;
use crate::levels::{Harm, Levels, short};
use crate::problem::{SitingProblem, within};

/// A problem with floors.
pub(crate) struct Floors<'a> {
    problem: &'a SitingProblem,
    /// The most that may be left unmet, by group; infinite where no set brings it there.
    most_unmet: Vec<f64>,
    banned: Vec<bool>,
    forced: Vec<u32>,
}

/// A breath: sums of floats.
fn breath(asked: f64) -> f64 {
    1e-9 * asked.max(1e-9)
}

impl<'a> Floors<'a> {
    /// Every group that all candidates together bring to the floor has to be there.
    pub(crate) fn new(problem: &'a SitingProblem, floor: f64, forced: &[u32], banned: &[bool]) -> Self {
        let all: Vec<u32> = (0..problem.candidates() as u32).filter(|&c| !banned[c as usize]).collect();
        let least = Levels::unmet_of(problem, &all);
        let most = |g: usize| {
            let most = (1.0 - floor) * problem.asked[g];
            if least[g] <= most + breath(problem.asked[g]) { most } else { f64::INFINITY }
        };
        let most_unmet = (0..problem.groups()).map(most).collect();
        Self { problem, most_unmet, banned: banned.to_vec(), forced: forced.to_vec() }
    }

    /// What groups lack of their floors.
    fn lacks(&self, unmet: &[f64]) -> Vec<f64> {
        let lack = |g: usize| {
            let over = unmet[g] - self.most_unmet[g];
            if over > breath(self.problem.asked[g]) { over } else { 0.0 }
        };
        (0..unmet.len()).map(lack).collect()
    }

    fn is_met(&self, chosen: &[u32]) -> bool {
        self.lacks(&Levels::unmet_of(self.problem, chosen)).iter().all(|lack| *lack <= 0.0)
    }

    /// How much of what groups lack one more would bring.
    fn progress(&self, levels: &Levels, lacks: &[f64], candidate: u32) -> f64 {
        let (mut sum, mut group, mut met) = (0.0_f64, usize::MAX, 0.0_f64);
        for added in self.problem.row(candidate as usize) {
            let point = &self.problem.points[added.point as usize];
            if point.group != group {
                sum += lacks.get(group).map_or(0.0, |lack| met.min(*lack));
                (group, met) = (point.group, 0.0);
            }
            let level = levels.level[added.point as usize];
            met += point.demand * (short(level) - short(level + added.share));
        }
        sum + lacks.get(group).map_or(0.0, |lack| met.min(*lack))
    }

    /// A set that is there, without any that could be left out.
    fn greedy(&self, mut chosen: Vec<u32>) -> Option<Vec<u32>> {
        loop {
            let levels = Levels::new(self.problem, Harm::Sum, &chosen);
            let lacks = self.lacks(&levels.unmet);
            if lacks.iter().all(|lack| *lack <= 0.0) {
                break;
            }
            let offered = (0..self.problem.candidates() as u32)
                .filter(|c| !self.banned[*c as usize] && !chosen.contains(c));
            let worth = |c: u32| {
                let progress = self.progress(&levels, &lacks, c);
                let cost = self.problem.cost(c as usize);
                if progress <= 0.0 {
                    0.0
                } else if cost > 0.0 {
                    progress / cost
                } else {
                    f64::MAX
                }
            };
            let best =
                offered.map(|c| (worth(c), c)).max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)))?;
            if best.0 <= 0.0 {
                return None;
            }
            chosen.push(best.1);
        }
        self.drop_idle(&mut chosen);
        Some(chosen)
    }

    /// Leaves out, the dearest first, whatever the floors stand without.
    fn drop_idle(&self, chosen: &mut Vec<u32>) {
        let mut order: Vec<u32> = chosen.iter().copied().filter(|c| !self.forced.contains(c)).collect();
        order.sort_by(|a, b| {
            self.problem.cost(*b as usize).total_cmp(&self.problem.cost(*a as usize)).then(a.cmp(b))
        });
        for candidate in order {
            let without: Vec<u32> = chosen.iter().copied().filter(|c| *c != candidate).collect();
            if self.is_met(&without) {
                *chosen = without;
            }
        }
    }

    /// Takes one out and lets greedy choice mend it, while that is cheaper.
    fn improve(&self, chosen: &mut Vec<u32>) {
        let mut better = true;
        while better {
            better = false;
            for candidate in chosen.clone() {
                if self.forced.contains(&candidate) {
                    continue;
                }
                let mut others = Self {
                    banned: self.banned.clone(),
                    forced: self.forced.clone(),
                    most_unmet: self.most_unmet.clone(),
                    ..*self
                };
                others.banned[candidate as usize] = true;
                let without = chosen.iter().copied().filter(|c| *c != candidate).collect();
                let Some(mended) = others.greedy(without) else { continue };
                if self.problem.cost_of(&mended) < self.problem.cost_of(chosen) * (1.0 - 1e-12) {
                    *chosen = mended;
                    better = true;
                    break;
                }
            }
        }
    }

    /// The cheapest set, as far as so many parts go; `bound` is a cost below nothing, so that more is better.
    /// Nothing where the forced and the free ones do not get there.
    pub(crate) fn prove(&self, rounds: usize, parts: usize) -> Option<Proven> {
        let mut best = self.greedy(self.forced.clone())?;
        self.improve(&mut best);
        let mut cost = self.problem.cost_of(&best);
        let free = (0..self.problem.candidates() as u32)
            .filter(|c| !self.banned[*c as usize] && !self.forced.contains(c))
            .collect();
        let mut stack = vec![(f64::NEG_INFINITY, self.forced.clone(), free)];
        let (mut worked, mut open) = (0, f64::INFINITY);
        while let Some((above, chosen, free)) = stack.pop() {
            if above >= cost - breath(cost) {
                continue;
            }
            if worked >= parts {
                open = open.min(above);
                continue;
            }
            worked += 1;
            for (bound, chosen, free) in self.split((above, chosen, free), cost, rounds) {
                if self.is_met(&chosen) && self.problem.cost_of(&chosen) < cost {
                    (cost, best) = (self.problem.cost_of(&chosen), chosen);
                } else if bound < cost - breath(cost) {
                    stack.push((bound, chosen, free));
                }
            }
        }
        best.sort_unstable();
        Some(Proven { chosen: best, bound: -open.min(cost) })
    }

    /// The two parts of a part that may hold something cheaper.
    fn split(
        &self,
        node: (f64, Vec<u32>, Vec<u32>),
        cost: f64,
        rounds: usize,
    ) -> Vec<(f64, Vec<u32>, Vec<u32>)> {
        let (above, chosen, free) = node;
        let spent = self.problem.cost_of(&chosen);
        let levels = Levels::new(self.problem, Harm::Sum, &chosen);
        let lacks = self.lacks(&levels.unmet);
        if lacks.iter().all(|lack| *lack <= 0.0) {
            return vec![(spent, chosen, Vec::new())];
        }
        let free: Vec<u32> = free
            .into_iter()
            .filter(|&c| {
                self.progress(&levels, &lacks, c) > 0.0 && within(spent + self.problem.cost(c as usize), cost)
            })
            .collect();
        // All that may follow has to get there.
        let all: Vec<u32> = chosen.iter().chain(&free).copied().collect();
        if free.is_empty() || !self.is_met(&all) {
            return Vec::new();
        }
        let (bound, share) = self.bound(&levels, &lacks, &free, cost - spent, rounds);
        let bound = (spent + bound).max(above);
        if bound >= cost - breath(cost) {
            return Vec::new();
        }
        let undecided = |i: usize| (share[i] - 0.5).abs();
        let by = (0..free.len()).min_by(|&a, &b| undecided(a).total_cmp(&undecided(b)).then(a.cmp(&b)));
        let Some(by) = by else { return Vec::new() };
        let mut rest = free;
        let candidate = rest.remove(by);
        let mut with = chosen.clone();
        with.push(candidate);
        vec![(bound, chosen, rest.clone()), (bound, with, rest)]
    }

    /// The least that free candidates can cost that bring what is lacking, and how much of each is in.
    fn bound(
        &self,
        levels: &Levels,
        lacks: &[f64],
        free: &[u32],
        known: f64,
        rounds: usize,
    ) -> (f64, Vec<f64>) {
        let problem = self.problem;
        let points: Vec<usize> = (0..problem.points.len())
            .filter(|&i| short(levels.level[i]) > 0.0 && lacks[problem.points[i].group] > 0.0)
            .collect();
        let mut at = vec![usize::MAX; problem.points.len()];
        points.iter().enumerate().for_each(|(nth, &i)| at[i] = nth);
        let most: Vec<f64> =
            points.iter().map(|&i| problem.points[i].demand * short(levels.level[i])).collect();
        let rows: Vec<Vec<(usize, f64)>> =
            free.iter().map(|&c| self.tight_row(levels, lacks, &at, c)).collect();
        let costs: Vec<f64> = free.iter().map(|&c| problem.cost(c as usize)).collect();
        // What one unit of a group's floor is worth, from what greedy choice would pay.
        let total: f64 = lacks.iter().sum();
        let mut price = vec![known.max(0.0) / total.max(1e-12); problem.groups()];
        let mut multiplier = vec![0.8; points.len()];
        let mut share = vec![0.0; free.len()];
        let (mut best, mut scale, mut waited) = (0.0_f64, 1.0, 0);
        for round in 0..rounds.max(1) {
            let group = |nth: usize| problem.points[points[nth]].group;
            let mut slack: Vec<f64> = most.clone();
            let weight = (2.0 / (round as f64 + 2.0)).max(0.1);
            let mut bound: f64 = lacks.iter().zip(&price).map(|(l, p)| l * p).sum();
            bound -=
                (0..points.len()).map(|n| price[group(n)] * (1.0 - multiplier[n]) * most[n]).sum::<f64>();
            for (i, row) in rows.iter().enumerate() {
                let worth: f64 = row.iter().map(|&(n, d)| price[group(n)] * multiplier[n] * d).sum();
                let taken = worth > costs[i];
                if taken {
                    bound += costs[i] - worth;
                    row.iter().for_each(|&(n, d)| slack[n] -= d);
                }
                share[i] = share[i] * (1.0 - weight) + if taken { weight } else { 0.0 };
            }
            if bound > best + 1e-4 * (known - best).abs() {
                waited = 0;
            }
            waited += 1;
            best = best.max(bound);
            if best >= known {
                break;
            }
            if waited > 10 {
                (scale, waited) = (scale * 0.6, 0);
            }
            // Of a group: what it lacks less what its points are given at these multipliers.
            let mut rise = lacks.to_vec();
            for n in 0..points.len() {
                let given = most[n] - slack[n];
                rise[group(n)] -= (1.0 - multiplier[n]) * most[n] + multiplier[n] * given;
            }
            let turn: Vec<f64> = (0..points.len()).map(|n| price[group(n)] * slack[n]).collect();
            let length: f64 =
                rise.iter().map(|r| r * r).sum::<f64>() + turn.iter().map(|t| t * t).sum::<f64>();
            if length <= 0.0 {
                break;
            }
            let step = scale * (known - bound).max(0.0) / length;
            price.iter_mut().zip(&rise).for_each(|(p, r)| *p = (*p + step * r).max(0.0));
            multiplier.iter_mut().zip(&turn).for_each(|(m, t)| *m = (*m + step * t).clamp(0.0, 1.0));
        }
        (best, share)
    }

    /// What a candidate adds to the demand of points that count, no more to a group than it lacks.
    fn tight_row(&self, levels: &Levels, lacks: &[f64], at: &[usize], candidate: u32) -> Vec<(usize, f64)> {
        let mut row: Vec<(usize, usize, f64)> = Vec::new();
        for added in self.problem.row(candidate as usize) {
            let i = added.point as usize;
            if at[i] != usize::MAX {
                let point = &self.problem.points[i];
                row.push((point.group, at[i], point.demand * added.share.min(short(levels.level[i]))));
            }
        }
        let mut tight = Vec::with_capacity(row.len());
        for of_group in row.chunk_by(|a, b| a.0 == b.0) {
            let all: f64 = of_group.iter().map(|e| e.2).sum();
            let share = if all > 0.0 { (lacks[of_group[0].0] / all).min(1.0) } else { 0.0 };
            tight.extend(of_group.iter().map(|e| (e.1, e.2 * share)));
        }
        tight
    }
}
