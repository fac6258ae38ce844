//! Every method against looking at every set, on small worlds.

use crate::choices::choices;
use crate::levels::Levels;
use crate::p_median::PMedian;
use crate::plan::{Effort, plan};
use crate::problem::{Candidate, DemandPoint, Limits, Objective, SitingProblem};
use crate::worst_first;
use proptest::prelude::*;

const EFFORT: Effort = Effort { restarts: 2, rounds: 120, parts: 20_000 };

/// Up to 5 groups, 12 points and 9 candidates; some points have enough, some ask nothing, some candidates cost nothing.
fn world() -> impl Strategy<Value = SitingProblem> {
    let point = (0..5_usize, prop_oneof![Just(0.0), 0.5..40.0_f64], prop_oneof![Just(0.0), 0.0..1.3_f64])
        .prop_map(|(group, demand, met)| DemandPoint { group, demand, met });
    let points = prop::collection::vec(point, 1..12);
    points.prop_flat_map(|points| {
        let gain = (0..points.len(), prop_oneof![Just(0.0), 0.05..1.2_f64]);
        let cost = prop_oneof![Just(0.0), Just(3.0), 1.0..10.0_f64];
        let candidate = (cost, prop::collection::vec(gain, 0..6));
        let candidate = candidate.prop_map(|(cost, gains)| Candidate { cost, gains });
        prop::collection::vec(candidate, 1..9)
            .prop_map(move |candidates| SitingProblem::new(5, points.clone(), candidates).unwrap())
    })
}

fn limits() -> impl Strategy<Value = Limits> {
    (prop::option::of(0.0..25.0_f64), prop::option::of(0..5_usize))
        .prop_map(|(budget, most)| Limits { budget, most })
}

fn sets(problem: &SitingProblem, limits: Limits) -> Vec<Vec<u32>> {
    let all = 0..(1_u32 << problem.candidates());
    let sets = all.map(|bits| (0..problem.candidates() as u32).filter(|c| bits >> c & 1 == 1).collect());
    sets.filter(|set: &Vec<u32>| {
        limits.budget.is_none_or(|b| problem.cost_of(set) <= b) && limits.most.is_none_or(|m| set.len() <= m)
    })
    .collect()
}

/// What an objective measures, written plainly.
fn measured(problem: &SitingProblem, objective: Objective, set: &[u32]) -> f64 {
    let unmet = Levels::unmet_of(problem, set);
    let asked: Vec<f64> = (0..problem.groups()).map(|g| problem.asked(g)).collect();
    let total: f64 = asked.iter().sum();
    match objective {
        Objective::LeastUnmet => unmet.iter().sum(),
        Objective::LevelUp { aversion } if total > 0.0 => {
            let groups = unmet.iter().zip(&asked).filter(|(_, a)| **a > 0.0);
            groups.map(|(u, a)| a / total * (aversion * u / a).exp()).sum::<f64>().ln() / aversion
        }
        _ => 0.0,
    }
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-6 * a.abs().max(b.abs()).max(1.0)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn nothing_beats_an_exact_plan_and_no_plan_its_bound(
        problem in world(),
        limits in limits(),
        aversion in prop_oneof![Just(0.5), Just(4.0), Just(12.0)],
    ) {
        for objective in [Objective::LeastUnmet, Objective::LevelUp { aversion }] {
            let found = plan(&problem, objective, limits, EFFORT).unwrap();
            let best = sets(&problem, limits).iter().map(|s| measured(&problem, objective, s)).fold(f64::INFINITY, f64::min);
            prop_assert!(close(found.value, measured(&problem, objective, &found.chosen)));
            prop_assert!(close(found.value, best), "{objective:?}: {} and {best}", found.value);
            prop_assert!(found.is_proven(), "{found:?}");
            prop_assert!(limits.budget.is_none_or(|b| found.cost <= b * (1.0 + 1e-9)));
            prop_assert!(limits.most.is_none_or(|m| found.chosen.len() <= m));
            let hasty = plan(&problem, objective, limits, Effort { restarts: 0, rounds: 3, parts: 1 }).unwrap();
            prop_assert!(hasty.bound <= best + 1e-6 * best.abs().max(1.0), "{} above {best}", hasty.bound);
            prop_assert!(hasty.value >= best - 1e-6 * best.abs().max(1.0));
        }
    }

    #[test]
    fn the_least_cost_is_the_least(problem in world(), floor in 0.0..1.0_f64) {
        let all: Vec<u32> = (0..problem.candidates() as u32).collect();
        let least = Levels::unmet_of(&problem, &all);
        let reaches = |set: &[u32]| {
            Levels::unmet_of(&problem, set).iter().enumerate().all(|(g, u)| {
                let most = (1.0 - floor) * problem.asked(g) + 1e-9 * problem.asked(g).max(1e-9);
                least[g] > most || *u <= most
            })
        };
        let best = sets(&problem, Limits::default())
            .iter()
            .filter(|s| reaches(s))
            .map(|s| problem.cost_of(s))
            .fold(f64::INFINITY, f64::min);
        let found = plan(&problem, Objective::LeastCost { floor }, Limits::default(), EFFORT).unwrap();
        prop_assert!(reaches(&found.chosen), "{found:?}");
        prop_assert!(close(found.cost, best), "{} and {best}: {found:?}", found.cost);
        prop_assert!(found.is_proven(), "{found:?}");
        let hasty = Effort { restarts: 0, rounds: 3, parts: 1 };
        let hasty = plan(&problem, Objective::LeastCost { floor }, Limits::default(), hasty).unwrap();
        prop_assert!(hasty.bound <= best + 1e-6 * best.max(1.0), "{} above {best}", hasty.bound);
    }

    #[test]
    fn the_worst_is_as_well_off_as_can_be(problem in world(), limits in limits()) {
        let found = plan(&problem, Objective::WorstFirst, limits, EFFORT).unwrap();
        let shares = worst_first::shares(&problem, &found.chosen);
        for set in sets(&problem, limits) {
            let others = worst_first::shares(&problem, &set);
            let differ = others.iter().zip(&shares).find(|(a, b)| (*a - *b).abs() > 1e-9);
            prop_assert!(differ.is_none_or(|(a, b)| a > b), "{set:?} beats {found:?}");
        }
    }

    #[test]
    fn a_choice_stands_within_its_tolerance_and_falls_beyond(problem in world(), budget in 2.0..20.0_f64) {
        let limits = Limits { budget: Some(budget), most: None };
        let best = plan(&problem, Objective::LeastUnmet, limits, EFFORT).unwrap();
        let around = choices(&problem, Objective::LeastUnmet, limits, &best);
        for of in &around.tolerances {
            let cost = problem.cost(of.candidate as usize);
            let more = of.may_cost_more.unwrap();
            if cost > 0.0 {
                let dearer = problem.with_scaled(of.candidate as usize, 1.0, (cost + more * 0.999) / cost);
                let again = plan(&dearer, Objective::LeastUnmet, limits, EFFORT).unwrap();
                prop_assert!(close(again.value, best.value), "it stays as good as it was");
                let dearer = problem.with_scaled(of.candidate as usize, 1.0, (cost + more * 1.001 + 1e-6) / cost);
                prop_assert!(dearer.cost_of(&best.chosen) > budget, "beyond it the plan is no longer to be had");
            }
            // Above what it may add only, it stays in a best plan.
            let at = of.may_add_only.midpoint(1.0);
            let weaker = problem.with_scaled(of.candidate as usize, at, 1.0);
            let again = plan(&weaker, Objective::LeastUnmet, limits, EFFORT).unwrap();
            let kept = Levels::unmet_of(&weaker, &best.chosen).iter().sum::<f64>();
            prop_assert!(again.value <= kept + 1e-6);
            prop_assert!(kept <= best.value + of.worse_without + 1e-6);
            // Below it, a plan without it is better than this one.
            if of.may_add_only > 1e-6 {
                let weaker = problem.with_scaled(of.candidate as usize, of.may_add_only * 0.5, 1.0);
                let kept = Levels::unmet_of(&weaker, &best.chosen).iter().sum::<f64>();
                let again = plan(&weaker, Objective::LeastUnmet, limits, EFFORT).unwrap();
                prop_assert!(again.value < kept + 1e-9, "{of:?}");
                prop_assert!(kept > best.value + of.worse_without - 1e-6);
            }
        }
        for other in &around.plans {
            prop_assert!(other.value >= best.value - 1e-6);
            prop_assert!(other.value - best.value <= 0.01 * (best.before - best.value) + 1e-6);
        }
        let mut sets: Vec<&Vec<u32>> = around.plans.iter().map(|p| &p.chosen).collect();
        sets.sort();
        sets.dedup();
        prop_assert_eq!(sets.len(), around.plans.len());
    }

    #[test]
    fn what_is_added_is_worth_less_the_more_there_is(problem in world(), split in 0..8_usize) {
        // Monotone and submodular, for the sum and for what the Kolm–Pollak equivalent is made of.
        let all: Vec<u32> = (0..problem.candidates() as u32).collect();
        let few = &all[..split.min(all.len())];
        for harm in [crate::levels::Harm::Sum, crate::levels::Harm::KolmPollak(4.0)] {
            for &c in &all[few.len()..] {
                let more: Vec<u32> = all.iter().copied().filter(|o| *o != c).collect();
                let (first, last) = (Levels::new(&problem, harm, few), Levels::new(&problem, harm, &more));
                let (first, last) = (first.gain(c as usize), last.gain(c as usize));
                prop_assert!(last >= -1e-9 && first >= last - 1e-9 * first.abs().max(1.0), "{first} then {last}");
            }
        }
    }

    #[test]
    fn p_nearest_sites_are_the_best(
        ways in prop::collection::vec(prop::collection::vec(0..50_u32, 7), 1..12),
        weights in prop::collection::vec(0..9_u32, 12),
        p in 1..6_usize,
    ) {
        let ways: Vec<Vec<f64>> = ways.into_iter().map(|row| row.into_iter().map(f64::from).collect()).collect();
        let weights: Vec<f64> = weights.iter().take(ways.len()).map(|w| f64::from(*w)).collect();
        let problem = PMedian::new(&ways, &weights).unwrap();
        let found = problem.plan(p, 2, 10_000);
        let sets = (0..128_u32).filter(|bits| bits.count_ones() as usize == p);
        let best = sets
            .map(|bits| problem.cost(&(0..7).filter(|s| bits >> s & 1 == 1).collect::<Vec<u32>>()))
            .fold(f64::INFINITY, f64::min);
        prop_assert!(found.cost == best && found.is_proven(), "{found:?} for {best}");
    }
}

#[test]
fn impossible_figures_are_named() {
    let point = DemandPoint { group: 0, demand: 1.0, met: 0.0 };
    let bad = |points, candidates| SitingProblem::new(1, points, candidates).unwrap_err().to_string();
    assert_eq!(
        bad(vec![DemandPoint { demand: f64::NAN, ..point }], vec![]),
        "demand of point 0 has NaN, which is no finite number from 0"
    );
    assert_eq!(bad(vec![DemandPoint { group: 3, ..point }], vec![]), "point 0 names 3, of which there are 1");
    let dear = Candidate { cost: -1.0, gains: vec![] };
    assert!(bad(vec![point], vec![dear]).starts_with("cost of candidate 0 has -1"));
    let far = Candidate { cost: 1.0, gains: vec![(7, 1.0)] };
    assert_eq!(bad(vec![point], vec![far]), "candidate 0 names 7, of which there are 1");
    let problem = SitingProblem::new(1, vec![point], vec![]).unwrap();
    let knob = |o| plan(&problem, o, Limits::default(), Effort::QUICK).unwrap_err().to_string();
    assert!(knob(Objective::LevelUp { aversion: 0.0 }).contains("above 0"));
    assert!(knob(Objective::LeastCost { floor: 1.5 }).contains("from 0 to 1"));
}

#[test]
fn what_exists_is_fixed() {
    let points = vec![
        DemandPoint { group: 0, demand: 10.0, met: 0.0 },
        DemandPoint { group: 1, demand: 8.0, met: 0.0 },
    ];
    let candidates = [(0, 1.0), (0, 1.0), (1, 1.0)].map(|g| Candidate { cost: 1.0, gains: vec![g] });
    let problem = SitingProblem::new(2, points, candidates.to_vec()).unwrap();
    let one = Limits { budget: None, most: Some(1) };
    assert_eq!(plan(&problem, Objective::LeastUnmet, one, EFFORT).unwrap().chosen, [0]);
    // Once the first is there the other group is the one to go to.
    let later = problem.with_fixed(&[0]);
    assert_eq!(plan(&later, Objective::LeastUnmet, one, EFFORT).unwrap().chosen, [2]);
}
