//! *Likely* is a mean over which providers run, each by its own chance.

use chrono::NaiveDate;
use geo::{MultiPolygon, polygon};
use hereabouts_core::area::{Area, Geography, Population};
use hereabouts_core::asset::{Asset, ServiceArea};
use hereabouts_core::asset_list::AssetList;
use hereabouts_core::decay::Decay;
use hereabouts_core::demand::{AreaCode, Basis, Demand, WHOLE_QUARTER};
use hereabouts_core::kind::{AssetKind, KindSupply};
use hereabouts_core::metric::expected::{ChancedAccess, STEPS, mean_left};
use hereabouts_core::metric::two_step::{PlaceSupply, two_step_each};
use hereabouts_core::need::{AdequateLevel, Need};
use hereabouts_core::place::Place;
use hereabouts_core::report::Gap;
use hereabouts_core::travel::StraightLine;
use hereabouts_core::units::{KilometresPerHour, Minutes};
use hereabouts_core::{Analysis, AnalysisPolicy, Study, StudyInput};
use proptest::prelude::*;

const ADEQUATE: f64 = 12.0;

/// Providers with places and chances, and who asks how much.
#[derive(Debug, Clone)]
struct World {
    providers: Vec<(Place, f64, f64)>,
    asking: Vec<(Place, f64)>,
}

fn place() -> impl Strategy<Value = Place> {
    (-2.22..-2.2, 53.4..53.412).prop_map(|(lon, lat)| Place::new(lon, lat).unwrap())
}

fn world(most: usize) -> impl Strategy<Value = World> {
    let chance = prop_oneof![Just(0.0), Just(1.0), 0.001..0.999_f64];
    let provider = (place(), prop_oneof![Just(0.0), 1.0..60.0_f64, 60.0..400.0_f64], chance);
    let asking = (place(), prop_oneof![Just(0.0), 0.5..40.0_f64]);
    (prop::collection::vec(provider, 1..most), prop::collection::vec(asking, 1..10))
        .prop_map(|(providers, asking)| World { providers, asking })
}

/// What each provider gives each origin if it runs, and the unmet share of each origin, listed and on average.
fn shares(world: &World) -> (Vec<Vec<f64>>, Vec<f64>, Vec<f64>) {
    let at: Vec<Place> = world.providers.iter().map(|p| p.0).collect();
    let from: Vec<Place> = world.asking.iter().map(|o| o.0).collect();
    let demand: Vec<f64> = world.asking.iter().map(|o| o.1).collect();
    let travel = StraightLine::new(&at, &from, KilometresPerHour::new(4.8).unwrap(), 1.3);
    let supply: Vec<PlaceSupply<1>> =
        (0..at.len()).map(|asset| PlaceSupply { asset, places: [world.providers[asset].1] }).collect();
    let mut gives = vec![vec![0.0; at.len()]; from.len()];
    let mut chanced = ChancedAccess::none(from.len());
    let scores = two_step_each(
        &travel,
        &supply,
        &demand,
        &Decay::Gaussian,
        Minutes::new(15.0).unwrap(),
        10.0 * ADEQUATE,
        |provider, origins, weights, &[ratio]| {
            chanced.add(world.providers[provider].2, origins, weights, ratio);
            for (&origin, weight) in origins.iter().zip(weights) {
                gives[origin as usize][provider] = weight * ratio;
            }
        },
    );
    let listed = scores.access[0].iter().map(|access| (1.0 - access / ADEQUATE).max(0.0)).collect();
    (gives, listed, chanced.unmet_shares(ADEQUATE, |_| 0.0))
}

/// How much too high the grid may be.
fn bound(world: &World) -> f64 {
    world.providers.iter().map(|p| p.2).sum::<f64>().sqrt() / (4 * STEPS) as f64
}

/// Numbers that look random and are the same in every run.
struct Draws(u64);

impl Draws {
    fn share(&mut self) -> f64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]
    #[test]
    fn it_is_the_mean_of_a_hundred_thousand_draws(world in world(26), seed in any::<u64>()) {
        const DRAWS: u32 = 100_000;
        let (gives, _, likely) = shares(&world);
        let mut draws = Draws(seed);
        let mut sums = vec![(0.0, 0.0); world.asking.len()];
        let mut runs = vec![false; world.providers.len()];
        for _ in 0..DRAWS {
            for (runs, provider) in runs.iter_mut().zip(&world.providers) {
                *runs = draws.share() < provider.2;
            }
            for (sum, gives) in sums.iter_mut().zip(&gives) {
                let access: f64 = gives.iter().zip(&runs).map(|(g, runs)| if *runs { *g } else { 0.0 }).sum();
                let unmet = (1.0 - access / ADEQUATE).max(0.0);
                *sum = (sum.0 + unmet, sum.1 + unmet * unmet);
            }
        }
        let n = f64::from(DRAWS);
        for (likely, (sum, squares)) in likely.iter().zip(sums) {
            let mean = sum / n;
            let error = ((squares / n - mean * mean).max(0.0) / n).sqrt();
            prop_assert!((likely - mean).abs() <= 5.0 * error + bound(&world) + 1e-9, "{likely} for {mean} ± {error}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn it_is_no_less_than_listed_and_no_more_than_if_nothing_ran(world in world(40)) {
        let (_, listed, likely) = shares(&world);
        for (listed, likely) in listed.iter().zip(&likely) {
            prop_assert!(likely + 1e-12 >= *listed && *likely <= 1.0, "{likely} for {listed} listed");
        }
        let all = |chance: f64| {
            let providers = world.providers.iter().map(|p| (p.0, p.1, chance)).collect();
            shares(&World { providers, ..world.clone() })
        };
        let (_, listed, certain) = all(1.0);
        prop_assert_eq!(listed, certain);
        prop_assert!(all(0.0).2.iter().all(|unmet| *unmet == 1.0));
    }

    #[test]
    fn the_surer_a_provider_the_less_is_unmet(world in world(40), which in any::<prop::sample::Index>(), more in 0.0..=1.0_f64) {
        let (_, _, before) = shares(&world);
        let mut surer = world.clone();
        let chance = &mut surer.providers[which.index(world.providers.len())].2;
        *chance += (1.0 - *chance) * more;
        let (_, _, after) = shares(&surer);
        for (before, after) in before.iter().zip(&after) {
            prop_assert!(*after <= before + bound(&surer), "{before} rose to {after}");
        }
    }

    #[test]
    fn one_provider_has_a_closed_form(left in 0.01..=1.0_f64, part in 0.0..3.0_f64, chance in 0.0..=1.0_f64) {
        let closed = (1.0 - chance) * left + chance * (left - part).max(0.0);
        prop_assert!((mean_left(left, &[(part, chance)]) - closed).abs() < 1e-12);
    }
}

/// One small area of people who make two referrals for advice, and desks in its middle, none of which anybody has confirmed for
/// three half-lives.
fn desks(places: &[f64]) -> Gap {
    let (lon, lat) = (-2.3, 53.4);
    let at = AreaCode { geography: "small".into(), code: "A".into() };
    let as_of = NaiveDate::from_ymd_opt(2026, 1, 15).unwrap();
    let input = StudyInput {
        needs: vec![Need {
            id: "advice".into(),
            label: "Advice".into(),
            catchment: Minutes::new(15.0).unwrap(),
            decay: Decay::Binary,
            adequate: AdequateLevel { places_per_referral: 2.0, floor: None },
            activity: false,
        }],
        kinds: vec![AssetKind {
            id: "desk".into(),
            label: "Desk".into(),
            serves: vec![("advice".into(), 1.0)],
            supply: KindSupply::Places { default_per_quarter: 1.0, default_per_session: None },
            half_life_months: 12.0,
            venue: false,
        }],
        geographies: vec![Geography { id: "small".into(), label: "Small areas".into() }],
        lists: vec![AssetList::everywhere("desks", ["desk"])],
        areas: vec![Area {
            geography: "small".into(),
            code: "A".into(),
            name: "A".into(),
            boundary: MultiPolygon(vec![polygon![
                (x: lon, y: lat), (x: lon + 0.004, y: lat), (x: lon + 0.004, y: lat + 0.003), (x: lon, y: lat + 0.003), (x: lon, y: lat)
            ]]),
            reporting: true,
        }],
        population: vec![Population { geography: "small".into(), code: "A".into(), people: 400.0 }],
        demand: vec![Demand {
            place: at,
            need: "advice".into(),
            quarter: "2025-Q4".parse().unwrap(),
            referrals: 2.0.into(),
            no_match: None,
            basis: Basis::Synthetic,
            months: WHOLE_QUARTER,
            divided: false,
        }],
        assets: places
            .iter()
            .enumerate()
            .map(|(nth, places)| Asset {
                id: format!("desks/{nth}"),
                kind: "desk".into(),
                needs: Vec::new(),
                place: Place::new(lon + 0.002, lat + 0.0015).ok(),
                serves: ServiceArea::Anyone,
                hectares: None,
                places_per_quarter: Some(*places),
                verified_on: None,
                sessions_per_quarter: None,
                listed_on: None,
                calendars: Vec::new(),
            })
            .collect(),
        ..StudyInput::default()
    };
    let study = Study::new(input).unwrap();
    let analysis = Analysis::new(&study, &AnalysisPolicy::as_of(as_of));
    let quarter = analysis.quarter(&study, None);
    analysis.report(&study, &quarter, study.default_geography().unwrap()).gaps[0].clone()
}

#[test]
fn a_sole_desk_that_hardly_anybody_can_count_on() {
    let close = |a: Option<f64>, b: f64| assert!((a.unwrap() - b).abs() < 1e-9, "{a:?} for {b}");
    // A chance of one in eight, and ample places.
    let sole = desks(&[400.0]);
    assert_eq!(sole.unmet_listed, Some(0.0));
    close(sole.unmet_likely, 2.0 * 0.875);
    close(sole.chance_any_runs, 0.125);
    // A second one like it: nobody is met where neither runs.
    let two = desks(&[400.0, 400.0]);
    close(two.unmet_likely, 2.0 * 0.875 * 0.875);
    close(two.chance_any_runs, 1.0 - 0.875 * 0.875);
    // Half of what is needed from each: what is met is what runs.
    close(desks(&[2.0, 2.0]).unmet_likely, 2.0 * 0.875);
    let none = desks(&[]);
    assert_eq!((none.unmet_likely.map(f64::round), none.chance_any_runs), (Some(2.0), Some(0.0)));
}

mod bath;
