//! The analysis against a plain rewrite that looks at every pair, written from the method document and not from the code.

use hereabouts_core::decay::Decay;
use hereabouts_core::metric::expected::{ChancedAccess, mean_left};
use hereabouts_core::metric::two_step::{PlaceSupply, two_step, two_step_each};
use hereabouts_core::place::Place;
use hereabouts_core::travel::{StraightLine, TravelBasis, TravelTable};
use hereabouts_core::units::{KilometresPerHour, Minutes};
use proptest::prelude::*;

/// Decays as the method document writes them, restated.
fn weight(decay: &Decay, t: f64, limit: f64) -> f64 {
    if t > limit {
        return 0.0;
    }
    match decay {
        Decay::Binary => 1.0,
        Decay::Steps(_) if t <= limit / 3.0 => 1.0,
        Decay::Steps(_) if t <= limit * 2.0 / 3.0 => 0.68,
        Decay::Steps(_) => 0.22,
        Decay::Linear => 1.0 - t / limit,
        Decay::Gaussian => {
            let (r, end) = (t / limit, (-0.5_f64).exp());
            ((-0.5 * r * r).exp() - end) / (1.0 - end)
        }
    }
}

fn naive(
    t: &dyn Fn(usize, usize) -> f64,
    supply: &[f64],
    demand: &[f64],
    decay: &Decay,
    limit: f64,
    cap: f64,
) -> Vec<f64> {
    let g = |j: usize, i: usize| weight(decay, t(j, i), limit);
    let ratio: Vec<f64> = (0..supply.len())
        .map(|j| {
            let asked: f64 = (0..demand.len()).map(|i| g(j, i) * demand[i]).sum();
            if asked > 0.0 { (supply[j] / asked).min(cap) } else { 0.0 }
        })
        .collect();
    (0..demand.len()).map(|i| (0..supply.len()).map(|j| g(j, i) * ratio[j]).sum()).collect()
}

fn place() -> impl Strategy<Value = Place> {
    (-2.3..-2.2, 53.4..53.46).prop_map(|(lon, lat)| Place::new(lon, lat).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn agrees_with_looking_at_every_pair(
        assets in prop::collection::vec((place(), 0.0..500.0_f64), 1..25),
        origins in prop::collection::vec((place(), prop_oneof![Just(0.0), 0.1..80.0_f64]), 1..40),
        limit in 1.0..30.0_f64,
        which in 0..Decay::all().len(),
        capped in any::<bool>(),
    ) {
        let decay = &Decay::all()[which];
        let cap = if capped { 20.0 } else { f64::INFINITY };
        let (at, from): (Vec<Place>, Vec<Place>) =
            (assets.iter().map(|a| a.0).collect(), origins.iter().map(|o| o.0).collect());
        let (places, demand): (Vec<f64>, Vec<f64>) =
            (assets.iter().map(|a| a.1).collect(), origins.iter().map(|o| o.1).collect());
        let speed = KilometresPerHour::new(4.8).unwrap();
        let travel = StraightLine::new(&at, &from, speed, 1.3);
        let supply: Vec<PlaceSupply<2>> =
            places.iter().enumerate().map(|(asset, &p)| PlaceSupply { asset, places: [p, p / 3.0] }).collect();
        let ours = two_step(&travel, &supply, &demand, decay, Minutes::new(limit).unwrap(), cap);
        let t = |j: usize, i: usize| at[j].distance(from[i]).get() * 1.3 / 80.0;
        // A pair within a hair of a threshold may fall either side of it in two ways of computing a distance.
        let near_edge = |m: f64| [limit, limit / 3.0, limit * 2.0 / 3.0].iter().any(|e| (m - e).abs() < 1e-6);
        prop_assume!(!(0..at.len()).any(|j| (0..from.len()).any(|i| near_edge(t(j, i)))));
        for (reading, share) in [(0, 1.0), (1, 1.0 / 3.0)] {
            let scaled: Vec<f64> = places.iter().map(|p| p * share).collect();
            let theirs = naive(&t, &scaled, &demand, decay, limit, cap);
            for (a, b) in ours.access[reading].iter().zip(&theirs) {
                prop_assert!((a - b).abs() <= 1e-7 * b.abs().max(1e-3), "{a} for {b}");
            }
        }
    }
}

/// Places are powers of two and everybody asks once: the sum names exactly which providers were reached.
#[test]
fn sums_name_who_was_reached() {
    let rows = [(0, 0, 5.0), (1, 0, 15.0), (2, 0, 15.000_1), (0, 1, 1.0), (3, 1, 0.0)];
    let travel = TravelTable::new(4, 3, rows, TravelBasis::Network).unwrap();
    // Each asset's demand in reach is 1, so that its ratio is its places.
    let supply: Vec<PlaceSupply<1>> =
        (0..4).map(|asset| PlaceSupply { asset, places: [f64::from(1 << asset)] }).collect();
    let limit = Minutes::new(15.0).unwrap();
    let of = |demand: [f64; 3]| two_step(&travel, &supply, &demand, &Decay::Binary, limit, f64::INFINITY);
    let first = of([1.0, 0.0, 0.0]);
    assert_eq!(first.access[0], [f64::from(0b0011), f64::from(0b0001), 0.0]);
    assert_eq!(first.idle, [[0.0], [0.0], [4.0], [8.0]]);
    let second = of([0.0, 1.0, 0.0]);
    assert_eq!(second.access[0], [f64::from(0b0001), f64::from(0b1001), 0.0]);
}

#[test]
fn the_worked_example_of_the_method_document() {
    // The edge cell weighs 0.25: by the linear decay at three quarters of the catchment.
    let travel = TravelTable::new(1, 2, [(0, 0, 0.0), (0, 1, 11.25)], TravelBasis::StraightLine).unwrap();
    let limit = Minutes::new(15.0).unwrap();
    let run = |chance: f64| {
        let supply = [PlaceSupply { asset: 0, places: [156.0] }];
        let mut chanced = ChancedAccess::none(2);
        let given = |_: usize, origins: &[u32], weights: &[f64], &[ratio]: &[f64; 1]| {
            chanced.add(chance, origins, weights, ratio);
        };
        let scores = two_step_each(&travel, &supply, &[8.0, 16.0], &Decay::Linear, limit, 120.0, given);
        assert_eq!(scores.access[0], [13.0, 3.25]);
        let shares = chanced.unmet_shares(12.0, |_| 0.0);
        shares.iter().zip([8.0, 16.0]).map(|(share, asked)| share * asked).collect::<Vec<f64>>()
    };
    let (listed, likely) = (run(1.0), run(0.5));
    assert!(listed[0] == 0.0 && (listed[1] - 11.67).abs() < 0.01, "{listed:?}");
    assert!((likely[0] - 4.0).abs() < 1e-12 && (likely[1] - 13.83).abs() < 0.01, "{likely:?}");
    // Two groups with 0.75 of what is needed, each running with a chance of one half.
    assert!((mean_left(1.0, &[(0.75, 0.5), (0.75, 0.5)]) - 0.375).abs() < 1e-15);
}
