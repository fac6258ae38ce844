//! The most that any set can gain, by Lagrangian relaxation.
//!
//! What a point gains is at most what it lacks and at most what the chosen ones add to it. A multiplier π between 0 and 1 on
//! the second leaves a problem that falls apart: (1 − π) of all that points lack, and a knapsack whose candidates are worth π
//! of what they add. Whatever π is, that is a bound; at the best π it is that of the linear program, which subgradients come
//! near to (Held & Karp 1971; averaged primal solutions as in the volume algorithm, Barahona & Anbil 2000). A Kolm–Pollak
//! objective is convex in what groups lack, and never below its tangent at any point: each tangent is such a problem. Its gain
//! is submodular in every group too: at most what all candidates together gain there, and at most the sum of what each gains
//! alone. That is such a problem with a point for each group, and the tighter one where one candidate does most of the work.

use crate::levels::{Harm, Levels, short};
use crate::problem::{Limits, SitingProblem, within};

/// A part of a problem: some candidates are in, some may follow.
pub(crate) struct Part<'a> {
    pub(crate) problem: &'a SitingProblem,
    pub(crate) harm: Harm,
    /// Those that are in.
    pub(crate) levels: Levels<'a>,
    /// Those that may follow.
    pub(crate) free: &'a [u32],
    /// What they may cost and how many they may be.
    pub(crate) room: Limits,
}

/// What a relaxation says.
#[derive(Debug, Clone)]
pub(crate) struct Relaxed {
    /// The most that free candidates can add to what the chosen ones gain.
    pub(crate) bound: f64,
    /// For each free candidate how much of it is in, on average.
    pub(crate) share: Vec<f64>,
    /// For each free candidate, worth less its price, in the relaxation that gave the bound.
    pub(crate) surplus: Vec<f64>,
    /// The best multipliers found.
    pub(crate) multipliers: Multipliers,
}

/// Where a relaxation begins, or what it ended with.
#[derive(Debug, Clone)]
pub(crate) struct Multipliers {
    /// By point of the problem.
    pub(crate) of_points: Vec<f64>,
    /// By group.
    pub(crate) of_groups: Vec<f64>,
}

/// The points that lack something, with what free candidates add to them.
struct Compact {
    /// Position in the problem, group, demand, what it lacks.
    points: Vec<(u32, u32, f64, f64)>,
    /// By free candidate: points of this list, and what is added of what is lacking.
    starts: Vec<usize>,
    entries: Vec<(u32, f64)>,
}

impl Compact {
    fn new(part: &Part) -> Self {
        let mut at = vec![u32::MAX; part.problem.points.len()];
        let mut points = Vec::new();
        for (i, point) in part.problem.points.iter().enumerate() {
            let lacks = short(part.levels.level[i]);
            if lacks > 0.0 && point.demand > 0.0 && !part.problem.by_point.of(i).is_empty() {
                at[i] = points.len() as u32;
                points.push((i as u32, point.group as u32, point.demand, lacks));
            }
        }
        let (mut starts, mut entries) = (vec![0], Vec::new());
        for &c in part.free {
            let row = part.problem.row(c as usize).iter().filter(|a| at[a.point as usize] != u32::MAX);
            entries.extend(row.map(|a| {
                let point = at[a.point as usize];
                (point, a.share.min(points[point as usize].3))
            }));
            starts.push(entries.len());
        }
        Self { points, starts, entries }
    }

    /// A point for each group: what all free candidates gain there, and what each gains alone.
    fn by_group(part: &Part) -> Self {
        let (problem, now) = (part.problem, &part.levels);
        let mut all = now.clone();
        part.free.iter().for_each(|&c| all.add(c as usize));
        let harm = |unmet: &[f64], g: usize| part.harm.of(problem.asked[g], unmet[g]);
        let mut at = vec![u32::MAX; problem.groups()];
        let mut points = Vec::new();
        for (g, at) in at.iter_mut().enumerate() {
            let most = harm(&now.unmet, g) - harm(&all.unmet, g);
            if most > 0.0 {
                *at = points.len() as u32;
                points.push((g as u32, g as u32, 1.0, most));
            }
        }
        let (mut starts, mut entries) = (vec![0], Vec::new());
        for &c in part.free {
            now.relief_by_group(c as usize, |g, relief| {
                if at[g] != u32::MAX {
                    entries.push((at[g], relief.min(points[at[g] as usize].3)));
                }
            });
            starts.push(entries.len());
        }
        Self { points, starts, entries }
    }

    fn row(&self, free: usize) -> &[(u32, f64)] {
        &self.entries[self.starts[free]..self.starts[free + 1]]
    }
}

/// What a knapsack takes at these values: the whole ones, one in part, and what room is worth.
struct Taken {
    value: f64,
    whole: Vec<u32>,
    part: Option<(u32, f64)>,
    for_each_pound: f64,
    for_each: f64,
}

/// The linear knapsack within one limit: the best by value for each unit of it.
fn one_limit(
    values: &[f64],
    weight: impl Fn(usize) -> f64,
    room: f64,
) -> (f64, Vec<u32>, Option<(u32, f64)>, f64) {
    let per = |i: usize| if weight(i) > 0.0 { values[i] / weight(i) } else { f64::MAX };
    let mut order: Vec<(f64, u32)> =
        (0..values.len()).filter(|&i| values[i] > 0.0).map(|i| (per(i), i as u32)).collect();
    order.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let (mut value, mut used, mut whole) = (0.0, 0.0, Vec::new());
    for (rate, i) in order {
        let weight = weight(i as usize);
        if within(used + weight, room) {
            value += values[i as usize];
            used += weight;
            whole.push(i);
        } else {
            let share = ((room - used) / weight).clamp(0.0, 1.0);
            return (value + share * values[i as usize], whole, Some((i, share)), rate);
        }
    }
    (value, whole, None, 0.0)
}

fn take(part: &Part, values: &[f64]) -> Taken {
    let cost = |i: usize| part.problem.cost(part.free[i] as usize);
    let by_cost = part.room.budget.map(|budget| {
        let (value, whole, part, rate) = one_limit(values, cost, budget);
        Taken { value, whole, part, for_each_pound: rate, for_each: 0.0 }
    });
    let by_count = part.room.most.map(|most| {
        let (value, whole, part, rate) = one_limit(values, |_| 1.0, most as f64);
        Taken { value, whole, part, for_each_pound: 0.0, for_each: rate }
    });
    match (by_cost, by_count) {
        (Some(a), Some(b)) => {
            if a.value <= b.value {
                a
            } else {
                b
            }
        }
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => {
            let (value, whole, part, _) = one_limit(values, |_| 0.0, 0.0);
            Taken { value, whole, part, for_each_pound: 0.0, for_each: 0.0 }
        }
    }
}

/// How long without a better bound before steps are halved.
const PATIENCE: usize = 12;
/// Rounds between two tangents of a Kolm–Pollak objective.
const TANGENT_EVERY: usize = 10;

/// The state of the subgradient method.
struct Relaxation<'a, 'b> {
    part: &'a Part<'b>,
    /// Whose tangent is taken; that of a sum is itself.
    harm: Harm,
    of: Compact,
    /// What a whole point is worth, by point of the list.
    worth: Vec<f64>,
    /// What the tangent leaves out.
    constant: f64,
    multipliers: Vec<f64>,
}

impl Relaxation<'_, '_> {
    /// The tangent where each group has so much unmet.
    fn tangent(&mut self, unmet: &[f64]) {
        let (problem, harm) = (self.part.problem, self.harm);
        if harm == Harm::Sum {
            self.worth = self.of.points.iter().map(|p| p.2).collect();
            return;
        }
        let slopes: Vec<f64> = problem.asked.iter().zip(unmet).map(|(d, u)| harm.slope(*d, *u)).collect();
        self.constant = (0..unmet.len())
            .map(|g| {
                let (asked, now) = (problem.asked[g], self.part.levels.unmet[g]);
                harm.of(asked, now) - harm.of(asked, unmet[g]) - slopes[g] * (now - unmet[g])
            })
            .sum::<f64>()
            + 0.0;
        self.worth = self.of.points.iter().map(|p| slopes[p.1 as usize] * p.2).collect();
    }

    /// What groups have unmet if so much of each free candidate were in.
    fn unmet_at(&self, share: &[f64]) -> Vec<f64> {
        let mut added = vec![0.0; self.of.points.len()];
        for (i, &x) in share.iter().enumerate().filter(|(_, x)| **x > 0.0) {
            self.of.row(i).iter().for_each(|&(p, s)| added[p as usize] += x * s);
        }
        let mut unmet = self.part.levels.unmet.clone();
        for (point, added) in self.of.points.iter().zip(added) {
            let group = point.1 as usize;
            unmet[group] = (unmet[group] - point.2 * added.min(point.3)).max(0.0);
        }
        unmet
    }

    /// The bound at the multipliers, its knapsack and the values in it.
    fn at(&self) -> (f64, Taken, Vec<f64>) {
        let priced: Vec<f64> = self.worth.iter().zip(&self.multipliers).map(|(w, m)| w * m).collect();
        let value = |i: usize| self.of.row(i).iter().map(|&(p, s)| priced[p as usize] * s).sum::<f64>() + 0.0;
        let values: Vec<f64> = (0..self.part.free.len()).map(value).collect();
        let left: f64 =
            self.of.points.iter().zip(&self.worth).zip(&priced).map(|((p, w), l)| (w - l) * p.3).sum();
        let taken = take(self.part, &values);
        (self.constant + left + taken.value, taken, values)
    }
}

/// A bound on what free candidates add, by so many rounds of subgradients; `known` is what a set is known to add, `start`
/// multipliers of a problem like it.
pub(crate) fn relax(part: &Part, known: f64, rounds: usize, start: &Multipliers) -> Relaxed {
    let by_point = descend(part, Compact::new(part), part.harm, known, rounds, &start.of_points);
    if part.harm == Harm::Sum || by_point.0.bound <= known {
        return by_point.with(|of_points| Multipliers { of_points, of_groups: start.of_groups.clone() });
    }
    let by_group = descend(part, Compact::by_group(part), Harm::Sum, known, rounds, &start.of_groups);
    let (of_points, of_groups) = (by_point.1.clone(), by_group.1.clone());
    let better = if by_group.0.bound <= by_point.0.bound { by_group } else { by_point };
    better.with(|_| Multipliers { of_points, of_groups })
}

/// A relaxation, and the multipliers that gave its bound.
struct Descent(Relaxed, Vec<f64>);

impl Descent {
    fn with(self, multipliers: impl FnOnce(Vec<f64>) -> Multipliers) -> Relaxed {
        Relaxed { multipliers: multipliers(self.1), ..self.0 }
    }
}

fn descend(part: &Part, of: Compact, harm: Harm, known: f64, rounds: usize, start: &[f64]) -> Descent {
    let multipliers = of.points.iter().map(|p| start[p.0 as usize]).collect();
    let mut now = Relaxation { part, harm, of, worth: Vec::new(), constant: 0.0, multipliers };
    now.tangent(&part.levels.unmet);
    let mut best = Relaxed {
        bound: f64::INFINITY,
        share: vec![0.0; part.free.len()],
        surplus: vec![0.0; part.free.len()],
        multipliers: Multipliers { of_points: Vec::new(), of_groups: Vec::new() },
    };
    let mut best_multipliers = now.multipliers.clone();
    let (mut scale, mut waited) = (1.0, 0);
    let mut direction = vec![0.0; now.of.points.len()];
    for round in 0..rounds.max(1) {
        let (bound, taken, values) = now.at();
        waited += 1;
        if bound < best.bound {
            if bound < best.bound - 1e-4 * (best.bound - known).abs() {
                waited = 0;
            }
            best.bound = bound;
            best.surplus = surplus(part, &values, &taken);
            best_multipliers.clone_from(&now.multipliers);
        }
        if waited > PATIENCE {
            (scale, waited) = (scale * 0.6, 0);
            now.multipliers.clone_from(&best_multipliers);
        }
        let weight = (2.0 / (round as f64 + 2.0)).max(0.08);
        best.share.iter_mut().for_each(|x| *x *= 1.0 - weight);
        let mut slack: Vec<f64> = now.of.points.iter().map(|p| p.3).collect();
        let part_of = taken.part.into_iter();
        for (i, x) in taken.whole.iter().map(|&i| (i, 1.0)).chain(part_of) {
            best.share[i as usize] += weight * x;
            now.of.row(i as usize).iter().for_each(|&(p, s)| slack[p as usize] -= x * s);
        }
        if best.bound <= known {
            break;
        }
        if now.step(&slack, &mut direction, scale * (bound - known).max(0.0)) == 0.0 && part.harm == Harm::Sum
        {
            break;
        }
        if part.harm != Harm::Sum && round % TANGENT_EVERY == TANGENT_EVERY - 1 {
            let unmet = now.unmet_at(&best.share);
            now.tangent(&unmet);
        }
    }
    let mut all = start.to_vec();
    for (point, multiplier) in now.of.points.iter().zip(&best_multipliers) {
        all[point.0 as usize] = *multiplier;
    }
    Descent(best, all)
}

impl Relaxation<'_, '_> {
    /// Moves the multipliers against the averaged subgradient; how long it was, squared.
    fn step(&mut self, slack: &[f64], direction: &mut [f64], distance: f64) -> f64 {
        let mut length = 0.0;
        for (p, d) in direction.iter_mut().enumerate() {
            *d = 0.7 * slack[p] + 0.3 * *d;
            // Where a multiplier is at its end and would go beyond, there is no way to go.
            let blocked =
                (self.multipliers[p] >= 1.0 && *d > 0.0) || (self.multipliers[p] <= 0.0 && *d < 0.0);
            if !blocked && self.worth[p] > 0.0 {
                length += *d * *d;
            }
        }
        if length <= 0.0 {
            return 0.0;
        }
        let step = distance / length;
        for (p, d) in direction.iter().enumerate() {
            if self.worth[p] > 0.0 {
                // More is added than lacks: a point's word weighs less; less is added: more.
                self.multipliers[p] = (self.multipliers[p] + step * d / self.worth[p]).clamp(0.0, 1.0);
            }
        }
        length
    }
}

/// What each free candidate is worth above what the room it takes is worth.
fn surplus(part: &Part, values: &[f64], taken: &Taken) -> Vec<f64> {
    let price = |i: usize| taken.for_each_pound * part.problem.cost(part.free[i] as usize) + taken.for_each;
    values.iter().enumerate().map(|(i, value)| value - price(i)).collect()
}
