//! The p-median problem: open p sites so that demand goes the least way to the nearest (Hakimi 1964).
//!
//! Good sets by swaps (Teitz & Bart 1968) with restarts; bounds by Lagrangian relaxation of "everybody goes to one" (Cornuéjols,
//! Fisher & Nemhauser 1977); proof by branch and bound with sites fixed by their reduced cost.

use crate::search::Dice;
use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// Ways from demand to sites, weighted by demand.
#[derive(Debug, Clone)]
pub struct PMedian {
    sites: usize,
    /// By demand, then site: demand times way. Finite.
    ways: Vec<f64>,
    /// Whether all of them are whole numbers.
    whole: bool,
}

/// A set of sites, its cost and what no set costs less than.
#[derive(Debug, Clone, PartialEq)]
pub struct MedianPlan {
    /// Positions of the sites, rising.
    pub sites: Vec<u32>,
    /// Demand times way, in all.
    pub cost: f64,
    /// What no set of so many comes below.
    pub bound: f64,
}

impl MedianPlan {
    /// Whether nothing better exists.
    #[must_use]
    pub fn is_proven(&self) -> bool {
        self.bound >= self.cost - 1e-9 * self.cost.abs().max(1e-9)
    }
}

/// A part of all sets.
struct Node {
    /// What none of it costs less than.
    bound: Cost,
    /// Sites that are in.
    fixed: Vec<u32>,
    /// Sites that may be.
    free: Vec<u32>,
    /// Multipliers to begin with.
    start: Vec<f64>,
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Node {}

impl Ord for Node {
    /// The one with the lowest bound comes first.
    fn cmp(&self, other: &Self) -> Ordering {
        other
            .bound
            .cmp(&self.bound)
            .then(self.fixed.len().cmp(&other.fixed.len()))
            .then_with(|| other.fixed.cmp(&self.fixed))
    }
}

impl PartialOrd for Node {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Cost(f64);

impl Eq for Cost {}

impl Ord for Cost {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl PartialOrd for Cost {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PMedian {
    /// From a matrix of ways by demand and site and the weight of each demand; `None` where a figure is none or negative, or the
    /// rows are not alike.
    #[must_use]
    pub fn new(ways: &[Vec<f64>], weights: &[f64]) -> Option<Self> {
        let sites = ways.first()?.len();
        let good = |w: &f64| w.is_finite() && *w >= 0.0;
        if ways.len() != weights.len() || !weights.iter().all(good) {
            return None;
        }
        if sites == 0 || !ways.iter().all(|row| row.len() == sites && row.iter().all(good)) {
            return None;
        }
        let ways: Vec<f64> = ways
            .iter()
            .zip(weights)
            .flat_map(|(row, weight)| row.iter().map(move |way| way * weight))
            .collect();
        let whole = ways.iter().all(|w| w.fract() == 0.0);
        Some(Self { sites, ways, whole })
    }

    fn rows(&self) -> std::slice::Chunks<'_, f64> {
        self.ways.chunks(self.sites)
    }

    /// What a set costs.
    #[must_use]
    pub fn cost(&self, sites: &[u32]) -> f64 {
        let least = |row: &[f64]| sites.iter().map(|&s| row[s as usize]).fold(f64::INFINITY, f64::min);
        self.rows().map(least).sum::<f64>() + 0.0
    }

    /// The best p sites, as far as `restarts` of the search and `parts` of branch and bound go. With p of 0 nothing is open and
    /// nothing can be reached; with p above the number of sites all are.
    #[must_use]
    pub fn plan(&self, p: usize, restarts: usize, parts: usize) -> MedianPlan {
        let p = p.min(self.sites);
        let mut best = self.search(p, restarts);
        let mut cost = self.cost(&best);
        let slack = if self.whole { 1.0 - 1e-6 } else { 1e-9 * cost.abs().max(1e-9) };
        let start: Vec<f64> = self.rows().map(|row| self.second_least(row, &best)).collect();
        let all: Vec<u32> = (0..self.sites as u32).collect();
        let mut heap: BinaryHeap<Node> =
            BinaryHeap::from([Node { bound: Cost(f64::NEG_INFINITY), fixed: Vec::new(), free: all, start }]);
        let (mut worked, mut open) = (0, f64::INFINITY);
        while let Some(Node { bound: Cost(above), fixed, free, start }) = heap.pop() {
            if above > cost - slack {
                break;
            }
            if worked >= parts.max(1) {
                open = above;
                break;
            }
            worked += 1;
            let rounds = if worked == 1 { 600 } else { 80 };
            let found = self.relax(p, &fixed, &free, start, cost - slack, rounds);
            if found.cost < cost {
                (cost, best) = (found.cost, found.sites.clone());
            }
            let bound = found.bound.max(above);
            // A whole set has been looked at once its cost is known.
            if bound <= cost - slack && fixed.len() < p {
                heap.extend(Self::split(p, fixed, &found, bound, cost - slack));
            }
        }
        best.sort_unstable();
        let bound = open.min(cost);
        let bound = if self.whole && bound.is_finite() { (bound - 1e-6).ceil().min(cost) } else { bound };
        MedianPlan { sites: best, cost, bound }
    }

    fn second_least(&self, row: &[f64], sites: &[u32]) -> f64 {
        let (mut least, mut second) = (f64::INFINITY, f64::INFINITY);
        for &s in sites {
            let way = row[s as usize];
            if way < least {
                (least, second) = (way, least);
            } else {
                second = second.min(way);
            }
        }
        if second.is_finite() { f64::midpoint(least, second) } else { least }
    }

    /// Swaps from a greedy start, with restarts.
    fn search(&self, p: usize, restarts: usize) -> Vec<u32> {
        let mut best: Vec<u32> = Vec::new();
        while best.len() < p {
            let with = |s: u32| best.iter().copied().chain([s]).collect::<Vec<u32>>();
            let near: Vec<f64> = self
                .rows()
                .map(|row| best.iter().map(|&s| row[s as usize]).fold(f64::INFINITY, f64::min))
                .collect();
            let cost = |s: u32| -> f64 {
                if best.is_empty() {
                    return self.cost(&with(s));
                }
                self.rows().zip(&near).map(|(row, near)| row[s as usize].min(*near)).sum()
            };
            let offered = (0..self.sites as u32).filter(|s| !best.contains(s));
            let next = offered.map(|s| (Cost(cost(s)), s)).min();
            match next {
                Some((_, s)) => best.push(s),
                None => break,
            }
        }
        self.swap(&mut best);
        let mut cost = self.cost(&best);
        let mut dice = Dice::new();
        for _ in 0..restarts {
            let mut other = best.clone();
            for _ in 0..(2 + p / 10) {
                let outside: Vec<u32> = (0..self.sites as u32).filter(|s| !other.contains(s)).collect();
                if outside.is_empty() || other.is_empty() {
                    break;
                }
                let (out, enter) = (dice.below(other.len()), dice.below(outside.len()));
                other[out] = outside[enter];
            }
            self.swap(&mut other);
            let found = self.cost(&other);
            if found < cost - 1e-9 * cost.abs() {
                (best, cost) = (other, found);
            }
        }
        best
    }

    /// The best swap of one for one while there is one; each round looks at every pair at once (Whitaker 1983).
    fn swap(&self, chosen: &mut [u32]) {
        loop {
            let breath = 1e-9 * self.cost(chosen).abs().max(1e-9);
            // For each demand the nearest open site and the ways to it and to the second.
            let mut lost = vec![0.0; chosen.len()];
            let near: Vec<(usize, f64, f64)> = self
                .rows()
                .map(|row| {
                    let mut at = (0, f64::INFINITY, f64::INFINITY);
                    for (nth, &s) in chosen.iter().enumerate() {
                        let way = row[s as usize];
                        if way < at.1 {
                            at = (nth, way, at.1);
                        } else {
                            at.2 = at.2.min(way);
                        }
                    }
                    at
                })
                .collect();
            near.iter().for_each(|n| lost[n.0] += n.2 - n.1);
            let mut best: Option<(f64, usize, u32)> = None;
            for enter in (0..self.sites as u32).filter(|s| !chosen.contains(s)) {
                let (mut gain, mut spared) = (0.0, vec![0.0; chosen.len()]);
                for (row, &(nth, least, second)) in self.rows().zip(&near) {
                    let way = row[enter as usize];
                    if way < least {
                        gain += least - way;
                        spared[nth] += second - least;
                    } else if way < second {
                        spared[nth] += second - way;
                    }
                }
                for out in 0..chosen.len() {
                    let better = gain + spared[out] - lost[out];
                    if better > best.map_or(breath, |b| b.0) {
                        best = Some((better, out, enter));
                    }
                }
            }
            let Some((_, out, enter)) = best else { break };
            chosen[out] = enter;
        }
    }

    /// The bound of a part by subgradients, and the best set met on the way.
    fn relax(
        &self,
        p: usize,
        fixed: &[u32],
        free: &[u32],
        mut u: Vec<f64>,
        known: f64,
        rounds: usize,
    ) -> Relaxed {
        let left = p - fixed.len();
        let mut best = Relaxed::nothing(fixed, free, &u);
        let (mut scale, mut waited) = (1.5_f64, 0);
        for _ in 0..rounds {
            let mut worth = vec![0.0; self.sites];
            for (row, u) in self.rows().zip(&u) {
                for &s in fixed.iter().chain(free) {
                    worth[s as usize] += (row[s as usize] - u).min(0.0);
                }
            }
            let mut order: Vec<(Cost, u32)> = free.iter().map(|&s| (Cost(worth[s as usize]), s)).collect();
            order.sort_unstable();
            let open: Vec<u32> = fixed.iter().copied().chain(order.iter().take(left).map(|o| o.1)).collect();
            let bound = u.iter().sum::<f64>() + open.iter().map(|&s| worth[s as usize]).sum::<f64>();
            waited += 1;
            if bound > best.bound {
                waited = if bound > best.bound + 1e-5 * bound.abs() { 0 } else { waited };
                // What the dearest one in, and the cheapest one out, are worth.
                let (last, next) = (order.get(left.wrapping_sub(1)), order.get(left));
                best = Relaxed {
                    bound,
                    u: u.clone(),
                    order: order.clone(),
                    last: last.map(|o| o.0.0),
                    next: next.map(|o| o.0.0),
                    ..best
                };
            }
            let cost = self.cost(&open);
            if open.len() == p && cost < best.cost {
                best = Relaxed { cost, sites: open.clone(), ..best };
            }
            let target = known.min(best.cost);
            if bound > target || free.is_empty() {
                break;
            }
            if waited > 15 {
                (scale, waited) = (scale * 0.7, 0);
                u.clone_from(&best.u);
            }
            let mut length = 0.0;
            let turn: Vec<f64> = self
                .rows()
                .zip(&u)
                .map(|(row, u)| 1.0 - open.iter().filter(|&&s| row[s as usize] < *u).count() as f64)
                .inspect(|t| length += t * t)
                .collect();
            if length == 0.0 {
                break;
            }
            let step = scale * (target - bound).max(1e-3 * bound.abs()) / length;
            u.iter_mut().zip(turn).for_each(|(u, t)| *u += step * t);
        }
        best
    }

    /// The parts of a part: without what cannot be in anything better, split on the site least sure to be in.
    fn split(p: usize, mut fixed: Vec<u32>, of: &Relaxed, bound: f64, good_enough: f64) -> Vec<Node> {
        let left = p - fixed.len();
        let mut free = Vec::new();
        for (nth, &(Cost(worth), site)) in of.order.iter().enumerate() {
            if nth < left {
                let without = of.next.map(|next| of.bound - worth + next);
                if without.is_none_or(|bound| bound > good_enough) {
                    fixed.push(site)
                } else {
                    free.push(site)
                }
            } else if of.last.is_some_and(|last| of.bound - last + worth <= good_enough) {
                free.push(site);
            }
        }
        let node =
            |fixed: Vec<u32>, free: Vec<u32>| Node { bound: Cost(bound), fixed, free, start: of.u.clone() };
        if fixed.len() >= p || free.is_empty() {
            return if fixed.len() == p { vec![node(fixed, Vec::new())] } else { Vec::new() };
        }
        let site = free.remove(0);
        let without = (fixed.len() + free.len() >= p).then(|| node(fixed.clone(), free.clone()));
        fixed.push(site);
        let mut parts = vec![node(fixed, free)];
        parts.extend(without);
        parts
    }
}

struct Relaxed {
    bound: f64,
    u: Vec<f64>,
    /// Free sites by what they are worth, the most first.
    order: Vec<(Cost, u32)>,
    last: Option<f64>,
    next: Option<f64>,
    cost: f64,
    sites: Vec<u32>,
}

impl Relaxed {
    fn nothing(fixed: &[u32], free: &[u32], u: &[f64]) -> Self {
        let order = free.iter().map(|&s| (Cost(0.0), s)).collect();
        Self {
            bound: f64::NEG_INFINITY,
            u: u.to_vec(),
            order,
            last: None,
            next: None,
            cost: f64::INFINITY,
            sites: fixed.to_vec(),
        }
    }
}
