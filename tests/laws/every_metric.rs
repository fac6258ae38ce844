//! What must hold of every metric and every decay, whatever the numbers.

use hereabouts_core::decay::Decay;
use hereabouts_core::metric::AccessMetric;
use hereabouts_core::metric::land::{self, LandReach, LandSite};
use hereabouts_core::metric::two_step::{PlaceSupply, two_step};
use hereabouts_core::need::LandFloor;
use hereabouts_core::place::Place;
use hereabouts_core::travel::{ReachedOrigins, StraightLine, TravelTimes};
use hereabouts_core::units::{KilometresPerHour, Metres, Minutes};
use proptest::prelude::*;

fn place() -> impl Strategy<Value = Place> {
    (-2.3..-2.2, 53.4..53.46).prop_map(|(lon, lat)| Place::new(lon, lat).unwrap())
}

fn assets() -> impl Strategy<Value = Vec<(Place, f64)>> {
    prop::collection::vec((place(), 0.0..500.0_f64), 1..20)
}

fn origins() -> impl Strategy<Value = Vec<(Place, f64)>> {
    prop::collection::vec((place(), prop_oneof![Just(0.0), 0.1..80.0_f64]), 1..30)
}

fn limit() -> Minutes {
    Minutes::new(15.0).unwrap()
}

fn travel(assets: &[(Place, f64)], origins: &[(Place, f64)]) -> StraightLine {
    let places = |of: &[(Place, f64)]| of.iter().map(|p| p.0).collect::<Vec<_>>();
    StraightLine::new(&places(assets), &places(origins), KilometresPerHour::new(4.8).unwrap(), 1.3)
}

fn levels(
    metric: AccessMetric,
    decay: &Decay,
    assets: &[(Place, f64)],
    origins: &[(Place, f64)],
) -> Vec<f64> {
    let supply: Vec<(usize, f64)> = assets.iter().map(|a| a.1).enumerate().collect();
    let demand: Vec<f64> = origins.iter().map(|o| o.1).collect();
    metric.level(&travel(assets, origins), &supply, &demand, decay, limit())
}

fn each(
    mut check: impl FnMut(AccessMetric, &Decay) -> Result<(), TestCaseError>,
) -> Result<(), TestCaseError> {
    for metric in AccessMetric::ALL {
        for decay in Decay::all() {
            check(metric, &decay)?;
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn one_more_asset_never_serves_anybody_worse(a in assets(), o in origins(), more in (place(), 0.0..500.0_f64)) {
        each(|metric, decay| {
            let before = levels(metric, decay, &a, &o);
            let mut with = a.clone();
            with.push(more);
            let after = levels(metric, decay, &with, &o);
            for (b, a) in before.iter().zip(&after) {
                prop_assert!(a >= b, "{metric:?} {decay:?}: {b} fell to {a}");
            }
            Ok(())
        })?;
    }

    #[test]
    fn one_more_who_asks_never_gives_anybody_more(a in assets(), o in origins(), who in any::<prop::sample::Index>(), more in 0.1..50.0_f64) {
        // Everybody asks at least a little: the places of a provider that nobody asks are idle, and being asked wakes them.
        let o: Vec<(Place, f64)> = o.into_iter().map(|(place, asks)| (place, asks.max(0.1))).collect();
        each(|metric, decay| {
            let before = levels(metric, decay, &a, &o);
            let mut busier = o.clone();
            busier[who.index(o.len())].1 += more;
            let after = levels(metric, decay, &a, &busier);
            for (b, a) in before.iter().zip(&after) {
                prop_assert!(*a <= b * (1.0 + 1e-12), "{metric:?} {decay:?}: {b} rose to {a}");
            }
            Ok(())
        })?;
    }

    #[test]
    fn levels_are_finite_and_not_negative(a in assets(), o in origins()) {
        each(|metric, decay| {
            for level in levels(metric, decay, &a, &o) {
                prop_assert!(level.is_finite() && level >= 0.0, "{metric:?} {decay:?}: {level}");
            }
            Ok(())
        })?;
    }

    #[test]
    fn the_order_of_origins_is_nobodys_business(a in assets(), o in origins(), seed in any::<prop::sample::Index>()) {
        each(|metric, decay| {
            let before = levels(metric, decay, &a, &o);
            let turn = seed.index(o.len());
            let mut turned = o.clone();
            turned.rotate_left(turn);
            let mut after = levels(metric, decay, &a, &turned);
            after.rotate_right(turn);
            for (b, a) in before.iter().zip(&after) {
                prop_assert!((a - b).abs() <= 1e-12 * b.max(1e-9), "{metric:?} {decay:?}");
            }
            Ok(())
        })?;
    }

    #[test]
    fn the_order_of_assets_is_nobodys_business(a in assets(), o in origins(), seed in any::<prop::sample::Index>()) {
        each(|metric, decay| {
            let before = levels(metric, decay, &a, &o);
            let mut turned = a.clone();
            turned.rotate_left(seed.index(a.len()));
            for (b, a) in before.iter().zip(&levels(metric, decay, &turned, &o)) {
                prop_assert!((a - b).abs() <= 1e-12 * b.max(1e-9), "{metric:?} {decay:?}");
            }
            Ok(())
        })?;
    }

    #[test]
    fn more_places_never_serve_anybody_worse(a in assets(), o in origins(), which in any::<prop::sample::Index>(), more in 0.1..500.0_f64) {
        each(|metric, decay| {
            let before = levels(metric, decay, &a, &o);
            let mut larger = a.clone();
            larger[which.index(a.len())].1 += more;
            for (b, a) in before.iter().zip(&levels(metric, decay, &larger, &o)) {
                prop_assert!(a >= b, "{metric:?} {decay:?}: {b} fell to {a}");
            }
            Ok(())
        })?;
    }

    #[test]
    fn land_is_conserved_and_more_of_it_is_never_less(
        a in assets(),
        o in origins(),
        seed in any::<prop::sample::Index>(),
        standard in prop_oneof![Just(1e6), 0.1..50.0_f64],
    ) {
        let travel = travel(&a, &o);
        let floor = LandFloor { hectares_per_1000: standard, within: Metres::new(800.0).unwrap(), counts_for: 0.5 };
        let people: Vec<f64> = o.iter().map(|o| o.1).collect();
        let reach = LandReach { floor: &floor, minutes_per_metre: 1.3 / 80.0 };
        let site = |(asset, a): (usize, &(Place, f64))| LandSite { asset, hectares: Some(a.1 / 10.0 + 0.01), chance: 1.0 };
        let land: Vec<LandSite> = a.iter().enumerate().map(site).collect();
        let whole = land::in_reach(&travel, &land, &people, reach);
        let shares = whole.shares.clone();
        prop_assert!(shares.iter().all(|s| (0.0..=1.0).contains(s)));

        let mut turned = land.clone();
        turned.rotate_left(seed.index(land.len()));
        for (a, b) in shares.iter().zip(&land::in_reach(&travel, &turned, &people, reach).shares) {
            prop_assert!((a - b).abs() <= 1e-12, "{a} {b}");
        }
        for (all, fewer) in shares.iter().zip(&land::in_reach(&travel, &land[1..], &people, reach).shares) {
            prop_assert!(all >= fewer, "{fewer} fell to {all}");
        }
        // Whoever has any of the standard has something in reach, and minutes to it.
        for ((share, sites), minutes) in shares.iter().zip(&whole.sites).zip(&whole.nearest) {
            prop_assert!(*share <= 0.0 || (*sites > 0 && minutes.is_some()));
            prop_assert_eq!(*sites > 0, minutes.is_some_and(|m| m <= 800.0 * reach.minutes_per_metre + 1e-9));
        }
        // Doubt scales what land counts, and moves nobody out of its reach.
        let doubted: Vec<LandSite> = land.iter().map(|site| LandSite { chance: 0.5, ..*site }).collect();
        let half = land::in_reach(&travel, &doubted, &people, reach);
        prop_assert_eq!((&half.sites, &half.nearest), (&whole.sites, &whole.nearest));
        for (half, whole) in half.shares.iter().zip(&shares) {
            prop_assert!(*whole >= 1.0 || (half - whole / 2.0).abs() <= 1e-12);
        }
        // Land that nobody has measured adds nothing that is known, and is nowhere taken for none.
        let unmeasured: Vec<LandSite> = land.iter().map(|site| LandSite { hectares: None, ..*site }).collect();
        let unknown = land::in_reach(&travel, &unmeasured, &people, reach);
        prop_assert!(unknown.shares.iter().all(|share| *share == 0.0));
        for (sites, not_measured) in unknown.sites.iter().zip(&unknown.not_measured) {
            prop_assert_eq!(*sites > 0, *not_measured);
        }
        // Under a standard that nobody meets nothing is cut off: every hectare that somebody reaches is given once.
        let mut reached = ReachedOrigins::default();
        let somebody = |site: &&LandSite| {
            travel.reach(site.asset, reach.limit(site), &mut reached);
            reached.origins.iter().any(|&i| people[i as usize] > 0.0)
        };
        let hectares: f64 = land.iter().filter(somebody).filter_map(|l| l.hectares).sum();
        let given: f64 = shares.iter().zip(&people).map(|(s, p)| s * standard * p / 1000.0).sum();
        if standard == 1e6 {
            prop_assert!((given - hectares).abs() <= 1e-9 * hectares.max(1.0), "{given} of {hectares}");
        } else {
            prop_assert!(given <= hectares * (1.0 + 1e-12));
        }
    }

    #[test]
    fn places_are_conserved(a in assets(), o in origins(), cap in prop_oneof![Just(f64::INFINITY), 0.1..50.0_f64]) {
        let travel = travel(&a, &o);
        let supply: Vec<PlaceSupply<1>> = a.iter().enumerate().map(|(asset, a)| PlaceSupply { asset, places: [a.1] }).collect();
        let demand: Vec<f64> = o.iter().map(|o| o.1).collect();
        for decay in Decay::all() {
            let scores = two_step(&travel, &supply, &demand, &decay, limit(), cap);
            let given: f64 = scores.access[0].iter().zip(&demand).map(|(a, d)| a * d).sum();
            let idle: f64 = scores.idle.iter().map(|i| i[0]).sum();
            let all: f64 = supply.iter().map(|s| s.places[0]).sum();
            prop_assert!((given + idle - all).abs() <= 1e-9 * all.max(1.0), "{decay:?}: {given} + {idle} of {all}");
            prop_assert!(scores.idle.iter().all(|i| i[0] >= 0.0));
        }
    }
}
