//! Other plans as good, and what each choice rests on.

use crate::levels::Levels;
use crate::plan::{Plan, Question};
use crate::problem::{Limits, Objective, SitingProblem};

/// Other plans count as good that lose no more than this share of what the best gains (of its cost, for the least cost).
pub const AS_GOOD: f64 = 0.01;
/// How many plans are told at most, the best among them.
pub const PLANS_TOLD: usize = 5;
/// How many candidates that were left out have their price told.
pub const PRICES_TOLD: usize = 20;

/// What surrounds a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Choices {
    /// Plans that lose no more than [`AS_GOOD`], the best first, the plan itself the first: sets that differ.
    pub plans: Vec<Plan>,
    /// Chosen candidates without which no plan was found that is as good.
    pub in_all_good: Vec<u32>,
    /// Parallel to the plan's candidates.
    pub tolerances: Vec<Tolerance>,
    /// Candidates that were left out, and how much worse the best plan found with one of them is: those that cost least first.
    pub prices: Vec<(u32, f64)>,
}

/// How far a choice may move before the plan changes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tolerance {
    /// Which candidate.
    pub candidate: u32,
    /// How much more it may cost while the plan stays within its budget (and stays the best, being within it); for the least
    /// cost, before another plan is cheaper. `None` where nothing that it may cost changes the plan.
    pub may_cost_more: Option<f64>,
    /// The share of what it adds down to which this plan is as good as the best found without it, 0 to 1.
    pub may_add_only: f64,
    /// How much worse the objective is in the best plan found without it.
    pub worse_without: f64,
}

/// Looks around a plan: without each of its candidates, and with each of those that were left out and would add most.
#[must_use]
pub fn choices(problem: &SitingProblem, objective: Objective, limits: Limits, best: &Plan) -> Choices {
    let question = |forced: Vec<u32>, banned: &[u32]| {
        let mut out = vec![false; problem.candidates()];
        banned.iter().for_each(|&c| out[c as usize] = true);
        Question { problem, objective, limits, forced, banned: out }
    };
    let whole = question(Vec::new(), &[]);
    let found = |of: &Question| of.good(&best.chosen).map(|set| whole.told(set, None));
    let lost = |plan: &Plan| (plan.value - best.value).max(0.0);
    let mut plans: Vec<Plan> = vec![best.clone()];
    let mut tolerances = Vec::new();
    for &candidate in &best.chosen {
        let without = found(&question(Vec::new(), &[candidate])).filter(|p| is_feasible(&whole, p));
        tolerances.push(tolerance(&whole, best, candidate, without.as_ref()));
        plans.extend(without);
    }
    let mut prices = Vec::new();
    for candidate in left_out(problem, objective, best) {
        if !limits.has_room(0.0, 0, problem.cost(candidate as usize)) {
            continue;
        }
        let Some(with) = found(&question(vec![candidate], &[])) else { continue };
        prices.push((candidate, lost(&with)));
        plans.push(with);
    }
    prices.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
    let gained = match objective {
        Objective::LeastCost { .. } => best.value,
        _ => best.before - best.value,
    };
    let good_enough = AS_GOOD * gained;
    let must = tolerances.iter().filter(|t| t.worse_without > good_enough).map(|t| t.candidate);
    let in_all_good = must.collect();
    plans.retain(|plan| lost(plan) <= good_enough);
    plans[1..].sort_by(|a, b| a.value.total_cmp(&b.value).then(a.chosen.cmp(&b.chosen)));
    let mut distinct: Vec<Plan> = Vec::new();
    for plan in plans {
        if distinct.iter().all(|known| known.chosen != plan.chosen) {
            distinct.push(plan);
        }
    }
    distinct.truncate(PLANS_TOLD);
    Choices { plans: distinct, in_all_good, tolerances, prices }
}

/// Whether a plan without a candidate still does what the whole problem asks.
fn is_feasible(whole: &Question, plan: &Plan) -> bool {
    let Objective::LeastCost { floor } = whole.objective else { return true };
    let all: Vec<u32> = (0..whole.problem.candidates() as u32).collect();
    let least = Levels::unmet_of(whole.problem, &all);
    plan.unmet_after.iter().enumerate().all(|(g, unmet)| {
        let asked = whole.problem.asked(g);
        let most = (1.0 - floor) * asked;
        least[g] > most + 1e-9 * asked || *unmet <= most + 1e-9 * asked
    })
}

/// Those left out that would add most to the plan, however little room there is.
fn left_out(problem: &SitingProblem, objective: Objective, best: &Plan) -> Vec<u32> {
    let harm = match objective {
        Objective::LevelUp { aversion } => crate::levels::Harm::KolmPollak(aversion),
        _ => crate::levels::Harm::Sum,
    };
    let levels = Levels::new(problem, harm, &best.chosen);
    let mut others: Vec<(f64, u32)> = (0..problem.candidates() as u32)
        .filter(|c| best.chosen.binary_search(c).is_err())
        .map(|c| (levels.gain(c as usize), c))
        .collect();
    others.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    others.into_iter().take(PRICES_TOLD).map(|o| o.1).collect()
}

/// Halvings of the share that a candidate may add only.
const HALVINGS: usize = 40;

fn tolerance(whole: &Question, best: &Plan, candidate: u32, without: Option<&Plan>) -> Tolerance {
    let worse_without = without.map_or(f64::INFINITY, |plan| (plan.value - best.value).max(0.0));
    let may_cost_more = match whole.objective {
        Objective::LeastCost { .. } => without.map(|plan| (plan.value - best.value).max(0.0)),
        _ => whole.limits.budget.map(|budget| (budget - best.cost).max(0.0)),
    };
    let still_good = |share: f64| {
        let scaled = whole.problem.with_scaled(candidate as usize, share, 1.0);
        let scaled = Question { problem: &scaled, ..whole.clone() };
        match (whole.objective, without) {
            (Objective::LeastCost { .. }, _) => is_feasible(whole, &scaled.told(best.chosen.clone(), None)),
            (_, None) => true,
            (_, Some(without)) => scaled.value(&best.chosen) <= without.value,
        }
    };
    let (mut low, mut high) = (0.0, 1.0);
    if still_good(0.0) {
        high = 0.0;
    }
    for _ in 0..HALVINGS {
        if high - low <= 1e-9 {
            break;
        }
        let middle = f64::midpoint(low, high);
        if still_good(middle) { high = middle } else { low = middle }
    }
    Tolerance { candidate, may_cost_more, may_add_only: high, worse_without }
}
