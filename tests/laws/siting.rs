//! What plans rest on – adding takes nothing from anybody – and the classical problems as others have solved them.

use flate2::read::GzDecoder;
use hereabouts_core::decay::Decay;
use hereabouts_core::metric::two_step::{PlaceSupply, two_step};
use hereabouts_core::place::Place;
use hereabouts_core::travel::StraightLine;
use hereabouts_core::units::{KilometresPerHour, Minutes};
use hereabouts_siting::offer::Sharing;
use hereabouts_siting::p_median::PMedian;
use hereabouts_siting::{Candidate, DemandPoint, Effort, Limits, Objective, SitingProblem, plan};
use proptest::prelude::*;
use std::fs::File;
use std::path::Path;

const ADEQUATE: f64 = 12.0;

fn place() -> impl Strategy<Value = Place> {
    (-2.3..-2.2, 53.4..53.46).prop_map(|(lon, lat)| Place::new(lon, lat).unwrap())
}

fn assets() -> impl Strategy<Value = Vec<(Place, f64)>> {
    prop::collection::vec((place(), 0.0..500.0_f64), 2..16)
}

fn origins() -> impl Strategy<Value = Vec<(Place, f64)>> {
    prop::collection::vec((place(), prop_oneof![Just(0.0), 0.1..80.0_f64]), 1..24)
}

/// A world: who is where, and how access is shared out there.
struct World {
    travel: StraightLine,
    demand: Vec<f64>,
    decay: Decay,
    cap: f64,
}

impl World {
    fn new(assets: &[(Place, f64)], origins: &[(Place, f64)], decay: &Decay, cap: f64) -> Self {
        let places = |of: &[(Place, f64)]| of.iter().map(|p| p.0).collect::<Vec<_>>();
        let travel =
            StraightLine::new(&places(assets), &places(origins), KilometresPerHour::new(4.8).unwrap(), 1.3);
        Self { travel, demand: origins.iter().map(|o| o.1).collect(), decay: decay.clone(), cap }
    }

    fn limit() -> Minutes {
        Minutes::new(15.0).unwrap()
    }

    fn access(&self, supply: &[(usize, f64)]) -> Vec<f64> {
        let supply: Vec<PlaceSupply<1>> =
            supply.iter().map(|&(asset, places)| PlaceSupply { asset, places: [places] }).collect();
        let [access] =
            two_step(&self.travel, &supply, &self.demand, &self.decay, Self::limit(), self.cap).access;
        access
    }

    fn unmet(&self, supply: &[(usize, f64)]) -> f64 {
        let access = self.access(supply);
        access.iter().zip(&self.demand).map(|(a, d)| d * (1.0 - a / ADEQUATE).max(0.0)).sum()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn access_is_a_sum_over_assets_and_an_offer_is_its_term(
        a in assets(),
        o in origins(),
        cap in prop_oneof![Just(f64::INFINITY), 1.0..120.0_f64],
    ) {
        for decay in Decay::all() {
            let world = World::new(&a, &o, &decay, cap);
            let supply: Vec<(usize, f64)> = a.iter().map(|a| a.1).enumerate().collect();
            let together = world.access(&supply);
            let mut one_by_one = vec![0.0; o.len()];
            let limit = World::limit();
            let sharing = Sharing { travel: &world.travel, demand: &world.demand, decay: &decay, limit, cap };
            for (offer, alone) in sharing.access_of(&supply).iter().zip(&supply) {
                let term = world.access(&[*alone]);
                for &(origin, access) in offer {
                    prop_assert_eq!(access, term[origin as usize]);
                    one_by_one[origin as usize] += access;
                }
                prop_assert_eq!(offer.len(), term.iter().filter(|t| **t > 0.0).count());
            }
            for (sum, all) in one_by_one.iter().zip(&together) {
                prop_assert!((sum - all).abs() <= 1e-9 * all.max(1.0), "{decay:?}: {sum} and {all}");
            }
        }
    }

    #[test]
    fn what_is_unmet_falls_and_is_convex_in_what_is_added(
        a in assets(),
        o in origins(),
        cap in prop_oneof![Just(f64::INFINITY), 20.0..120.0_f64],
        less in 0.0..1.0_f64,
    ) {
        for decay in Decay::all() {
            let world = World::new(&a, &o, &decay, cap);
            let all: Vec<(usize, f64)> = a.iter().map(|a| a.1).enumerate().collect();
            let few = &all[..1];
            let breath = 1e-9 * world.demand.iter().sum::<f64>().max(1.0);
            prop_assert!(world.unmet(&all) <= world.unmet(few) + breath);
            // Between some places and all of them; a cap cuts off what nobody in reach can use, and is left out here.
            let world = World { cap: f64::INFINITY, ..world };
            let at = |share: f64| -> Vec<(usize, f64)> {
                all.iter().map(|&(at, places)| (at, if at == 0 { places } else { share * places })).collect()
            };
            let between = less * world.unmet(&at(1.0)) + (1.0 - less) * world.unmet(few);
            prop_assert!(world.unmet(&at(less)) <= between + breath, "{decay:?}");
        }
    }
}

fn columns(path: &Path, names: &[&str]) -> Vec<Vec<f64>> {
    let mut reader = csv::Reader::from_reader(GzDecoder::new(File::open(path).unwrap()));
    let headers = reader.headers().unwrap().clone();
    let at: Vec<usize> = names.iter().map(|n| headers.iter().position(|h| h == *n).unwrap()).collect();
    reader
        .records()
        .map(|r| r.unwrap())
        .map(|r| at.iter().map(|&i| r[i].parse().unwrap()).collect())
        .collect()
}

fn expected(folder: &Path) -> serde_json::Value {
    serde_json::from_reader(File::open(folder.join("expected.json")).unwrap()).unwrap()
}

/// Maximal covering: demand and the sites that cover each.
fn covering(weights: &[f64], covered: impl Fn(usize, usize) -> bool, sites: usize) -> SitingProblem {
    let points = weights.iter().map(|&demand| DemandPoint { group: 0, demand, met: 0.0 }).collect();
    let gains = |site| (0..weights.len()).filter(|&i| covered(i, site)).map(|i| (i, 1.0)).collect();
    let candidates = (0..sites).map(|site| Candidate { cost: 1.0, gains: gains(site) }).collect();
    SitingProblem::new(1, points, candidates).unwrap()
}

fn most(p: usize) -> Limits {
    Limits { budget: None, most: Some(p) }
}

struct SanFrancisco {
    ways: Vec<Vec<f64>>,
    people: Vec<f64>,
    expected: serde_json::Value,
}

impl SanFrancisco {
    fn read() -> Self {
        let folder = hereabouts_tests::test_bed().join("golden/spopt_sf205x16");
        let numbers = |name: &str, skip: usize| -> Vec<Vec<f64>> {
            let mut reader = csv::Reader::from_path(folder.join(name)).unwrap();
            reader
                .records()
                .map(|r| r.unwrap().iter().skip(skip).map(|t| t.parse().unwrap()).collect())
                .collect()
        };
        let people = numbers("demand.csv", 3).into_iter().map(|row| row[0]).collect();
        Self { ways: numbers("cost_matrix_m.csv", 1), people, expected: expected(&folder) }
    }
}

/// 205 tracts and 16 stores: every optimum by enumeration, for covering as much, covering all, and the way to the nearest.
#[test]
#[cfg_attr(no_test_bed, ignore = "needs the test bed")]
fn a_city_of_stores_as_spopt_has_it() {
    let city = SanFrancisco::read();
    let cases = city.expected["mclp"].as_array().unwrap();
    assert_eq!(cases.len(), 80);
    for case in cases {
        let radius = case["radius"].as_f64().unwrap();
        let problem = covering(&city.people, |i, site| city.ways[i][site] <= radius, 16);
        let p = case["p"].as_u64().unwrap() as usize;
        let found = plan(&problem, Objective::LeastUnmet, most(p), Effort::THOROUGH).unwrap();
        assert!(found.is_proven(), "{case} {found:?}");
        assert_eq!(found.met().round(), case["optimum"].as_f64().unwrap(), "{case}");
    }
    for case in city.expected["lscp"].as_array().unwrap() {
        let radius = case["radius"].as_f64().unwrap();
        // Each tract a group of its own: those that no store covers are left as they are.
        let points: Vec<DemandPoint> =
            (0..205).map(|group| DemandPoint { group, demand: 1.0, met: 0.0 }).collect();
        let gains = |s: usize| (0..205).filter(|&i| city.ways[i][s] <= radius).map(|i| (i, 1.0)).collect();
        let stores = (0..16).map(|s| Candidate { cost: 1.0, gains: gains(s) }).collect();
        let problem = SitingProblem::new(205, points, stores).unwrap();
        let floor = Objective::LeastCost { floor: 1.0 };
        let found = plan(&problem, floor, Limits::default(), Effort::THOROUGH).unwrap();
        assert!(found.is_proven());
        let left = found.unmet_after.iter().filter(|u| **u > 0.0).count() as u64;
        assert_eq!(left, case["uncoverable"].as_u64().unwrap_or(0), "{case}");
        if let Some(fewest) = case["min_facilities"].as_u64() {
            assert_eq!(found.chosen.len() as u64, fewest, "{case}");
        }
    }
    let problem = PMedian::new(&city.ways, &city.people).unwrap();
    for case in city.expected["p_median"].as_array().unwrap() {
        let found = problem.plan(case["p"].as_u64().unwrap() as usize, 2, 10_000);
        let best = case["optimum_weighted_distance"].as_f64().unwrap();
        assert!(found.is_proven() && (found.cost - best).abs() <= 1e-9 * best, "{case} {found:?}");
    }
}

/// 1,500 places of demand, 3,000 sites, 10 of them to be opened: what HiGHS proved.
#[test]
#[cfg_attr(no_test_bed, ignore = "needs the test bed")]
fn a_metropolis_of_sites_as_highs_has_it() {
    let bed = hereabouts_tests::test_bed();
    let needs: Vec<String> = (1..=12).map(|n| format!("need_{n:02}")).collect();
    let names: Vec<&str> = ["x", "y"].into_iter().chain(needs.iter().map(String::as_str)).collect();
    let demand = columns(&bed.join("workload/small/demand.csv.gz"), &names);
    let sites = columns(&bed.join("workload/small/assets.csv.gz"), &["x", "y"]);
    let weights: Vec<f64> = demand.iter().map(|row| row[2..].iter().sum()).collect();
    let covered =
        |i: usize, s: usize| (demand[i][0] - sites[s][0]).hypot(demand[i][1] - sites[s][1]) <= 800.0;
    let problem = covering(&weights, covered, sites.len());
    let cases = expected(&bed.join("golden/workload_mclp_small"));
    let case = cases.as_array().unwrap().iter().find(|c| c["radius_m"] == 800.0 && c["p"] == 10).unwrap();
    let found = plan(&problem, Objective::LeastUnmet, most(10), Effort::QUICK).unwrap();
    let covered = found.before - found.value;
    assert_eq!(covered.round(), case["best_known"].as_f64().unwrap());
    assert!(found.before - found.bound >= covered - 1e-6);
    assert!(found.gap <= 0.015, "{}", found.gap);
}
