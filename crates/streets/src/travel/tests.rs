use super::*;
use crate::edge_access::{AccessBarrier, EdgeAccess};
use crate::fixed_point::FixedPoint;
use crate::lines::StreetLines;
use crate::places_around::PlacesAround;
use crate::walkable::WalkableParts;
use hereabouts_core::units::KilometresPerHour;
use proptest::prelude::*;

/// Steps of 1e-7 degrees in a block of the town: 100 m at the equator.
const BLOCK: i32 = 8_993;

fn place(x: f64, y: f64) -> Place {
    Place::new(x * f64::from(BLOCK) / 1e7, y * f64::from(BLOCK) / 1e7).unwrap()
}

/// A made-up town on the equator, `n` by `n` blocks; streets that are not `kept` are missing, others are as `passage` says.
fn town(
    n: i32,
    street: impl Fn(usize) -> Option<EdgeAccess>,
    gate: impl Fn(usize) -> AccessBarrier,
) -> WalkNetwork {
    let mut lines = StreetLines::default();
    for y in 0..=n {
        for x in 0..=n {
            lines.point(FixedPoint::new(x * BLOCK, y * BLOCK).unwrap(), gate((y * (n + 1) + x) as usize));
        }
    }
    let corner = |x: i32, y: i32| (y * (n + 1) + x) as u32;
    let mut number = 0;
    for y in 0..=n {
        for x in 0..=n {
            let east = (x < n).then(|| [corner(x, y), corner(x + 1, y)]);
            let north = (y < n).then(|| [corner(x, y), corner(x, y + 1)]);
            for ends in [east, north].into_iter().flatten() {
                if let Some(passage) = street(number) {
                    lines.line(ends, 0, passage);
                }
                number += 1;
            }
        }
    }
    WalkNetwork::new(&lines)
}

fn walks(network: &WalkNetwork, persona: Persona, assets: &[Place], origins: &[Place]) -> WalkTravel {
    WalkTravel::new(Arc::new(network.clone()), persona, assets, origins, Minutes::new(15.0).unwrap(), 1.3)
}

fn reached(walks: &WalkTravel, asset: usize, limit: f64) -> Vec<(u32, f64)> {
    let mut out = ReachedOrigins::default();
    walks.reach(asset, Minutes::new(limit).unwrap(), &mut out);
    let mut all: Vec<(u32, f64)> = out.origins.into_iter().zip(out.minutes).collect();
    all.sort_by_key(|pair| pair.0);
    all
}

fn minutes(walks: &WalkTravel, asset: usize, origin: usize) -> Option<f64> {
    reached(walks, asset, 10_000.0).into_iter().find(|pair| pair.0 == origin as u32).map(|pair| pair.1)
}

#[test]
fn a_way_is_to_the_street_along_it_and_off_it() {
    let town = town(6, |_| Some(EdgeAccess::FREE), |_| AccessBarrier::Open);
    // 20 m north of a street, 30 m east of another: 20 + 70 + 200 + 30 + 10 metres, or as far the other way round.
    let walks = walks(&town, Persona::usual(), &[place(1.3, 1.2)], &[place(3.1, 2.3), place(1.6, 1.2)]);
    let metres = |origin| minutes(&walks, 0, origin).unwrap() * 80.0;
    assert!((metres(0) - (20.0 + 170.0 + 130.0 + 10.0)).abs() < 0.2, "{}", metres(0));
    // On the same street, straight along it.
    assert!((metres(1) - 70.0).abs() < 0.2, "{}", metres(1));
    assert_eq!([0, 1].map(|o| walks.basis(o)), [TravelBasis::Network; 2]);
}

#[test]
fn uphill_takes_longer_than_down() {
    // Every street from south to north rises by 10 %.
    let town = town(
        6,
        |n| Some(if n % 13 % 2 == 1 && n < 78 { EdgeAccess::rising(10.0) } else { EdgeAccess::FREE }),
        |_| AccessBarrier::Open,
    );
    let [south, north] = [place(2.0, 0.5), place(2.0, 1.5)];
    let walks = walks(&town, Persona::usual(), &[south, north], &[north, south]);
    let metres = |asset, origin| minutes(&walks, asset, origin).unwrap() * 80.0;
    assert!((metres(1, 1) - 141.9).abs() < 0.1, "up: {}", metres(1, 1));
    assert!((metres(0, 0) - 100.0).abs() < 0.1, "down: {}", metres(0, 0));
}

#[test]
fn one_way_streets_are_walked_their_way_and_people_come_to_the_asset() {
    // The southern side of the town runs east only.
    let southern: Vec<usize> = (0..6).map(|x| 2 * x).collect();
    let one_way =
        |n: usize| Some(if southern.contains(&n) { EdgeAccess::NOT_BACKWARD } else { EdgeAccess::FREE });
    let town = town(6, one_way, |_| AccessBarrier::Open);
    let [west, east] = [place(1.5, 0.0), place(3.5, 0.0)];
    let walks = walks(&town, Persona::usual(), &[east, west], &[west, east]);
    let metres = |asset, origin| (minutes(&walks, asset, origin).unwrap() * 80.0).round();
    assert_eq!(metres(0, 0), 200.0, "from west to east, as the street runs");
    assert_eq!(metres(1, 1), 600.0, "from east to west, round by the next street");
}

#[test]
fn nobody_passes_a_closed_gate_and_wheels_no_kerb() {
    for (gate, usual, wheels) in [
        (AccessBarrier::Closed, 500.0, 500.0),
        (AccessBarrier::NotStepFree, 100.0, 500.0),
        (AccessBarrier::Open, 100.0, 100.0),
    ] {
        let town = town(
            6,
            |_| Some(EdgeAccess::FREE),
            |corner| if corner == 2 { gate } else { AccessBarrier::Open },
        );
        let (assets, origins) = ([place(1.5, 0.0)], [place(2.5, 0.0), place(1.7, 0.0)]);
        for (persona, expected) in [(Persona::usual(), usual), (Persona::step_free(), wheels)] {
            let walks = walks(&town, persona, &assets, &origins);
            // Through the corner it is 100 m; round it by the next street, 500.
            let metres = minutes(&walks, 0, 0).unwrap() * 80.0;
            assert_eq!(metres.round(), expected, "{gate:?} {persona:?}");
            assert_eq!((minutes(&walks, 0, 1).unwrap() * 80.0).round(), 20.0);
        }
    }
}

#[test]
fn a_stranded_stub_is_passed_over() {
    let mut lines = StreetLines::default();
    for y in 0..8 {
        let row: Vec<u32> = (0..=8)
            .map(|x| lines.point(FixedPoint::new(x * BLOCK, y * BLOCK).unwrap(), AccessBarrier::Open))
            .collect();
        lines.line(row, 0, EdgeAccess::FREE);
    }
    lines.line((0..8).map(|y| y * 9), 0, EdgeAccess::FREE);
    let stub = [2.4, 2.6].map(|x| lines.point(FixedPoint::from(place(x, 2.5)), AccessBarrier::Open));
    lines.line(stub, 0, EdgeAccess::FREE);
    let network = WalkNetwork::new(&lines);
    let walkable = WalkableParts::new(&network, Persona::usual());
    assert_eq!(walkable.parts().len(), 2);
    let spot = SnappedPoint::of(&network, &walkable, place(2.5, 2.45)).unwrap();
    assert!((f64::from(spot.off) / 1000.0 - 45.0).abs() < 0.1, "{spot:?}");
}

#[test]
fn where_streets_end_the_straight_line_goes_on_and_says_so() {
    let town = town(10, |_| Some(EdgeAccess::FREE), |_| AccessBarrier::Open);
    let assets = [place(9.0, 5.0), place(16.0, 5.0), place(100.0, 100.0)];
    let origins = [place(9.5, 5.0), place(15.0, 5.0), place(1.0, 1.0), place(100.0, 101.0)];
    let walks = walks(&town, Persona::usual(), &assets, &origins);
    let bases: Vec<TravelBasis> = (0..4).map(|o| walks.basis(o)).collect();
    use TravelBasis::{Mixed, Network, StraightLine as Line};
    assert_eq!(bases, [Mixed, Line, Network, Line]);
    let line = StraightLine::new(&assets, &origins, Persona::usual().speed, 1.3);
    let mut straight = ReachedOrigins::default();
    line.reach(0, Minutes::new(15.0).unwrap(), &mut straight);
    let across = straight.origins.iter().position(|&o| o == 1).unwrap();
    assert_eq!(reached(&walks, 0, 15.0)[1], (1, straight.minutes[across]));
    // An asset without streets is as the straight line has it, for all.
    line.reach(1, Minutes::new(15.0).unwrap(), &mut straight);
    assert_eq!(reached(&walks, 1, 15.0).len(), straight.origins.len());
    let near = walks.nearest(&[0, 1, 2]);
    let alone: Vec<Option<f64>> =
        (0..4).map(|o| (0..3).filter_map(|a| minutes(&walks, a, o)).min_by(f64::total_cmp)).collect();
    assert_eq!(near, alone);
    assert_eq!(walks.nearest(&[]), [None; 4]);
}

#[test]
fn without_streets_it_is_the_straight_line() {
    let (assets, origins) = ([place(1.0, 1.0), place(3.0, 3.0)], [place(2.0, 2.0), place(4.0, 1.0)]);
    let walks = walks(&WalkNetwork::default(), Persona::usual(), &assets, &origins);
    let line = StraightLine::new(&assets, &origins, Persona::usual().speed, 1.3);
    let limit = Minutes::new(15.0).unwrap();
    let (mut ours, mut theirs) = (ReachedOrigins::default(), ReachedOrigins::default());
    for asset in 0..2 {
        walks.reach(asset, limit, &mut ours);
        line.reach(asset, limit, &mut theirs);
        assert_eq!(ours, theirs);
    }
    assert_eq!(walks.nearest(&[0, 1]), line.nearest(&[0, 1]));
    assert_eq!(walks.basis(0), TravelBasis::StraightLine);
}

/// Whom a persona keeps out, street by street.
fn streets() -> impl Strategy<Value = Vec<Option<EdgeAccess>>> {
    let street = prop_oneof![
        5 => Just(Some(EdgeAccess::FREE)),
        1 => Just(None),
        1 => Just(Some(EdgeAccess::NOT_STEP_FREE)),
        1 => Just(Some(EdgeAccess::NOT_FORWARD)),
        1 => (-30.0..30.0).prop_map(|per_cent| Some(EdgeAccess::rising(per_cent))),
    ];
    prop::collection::vec(street, 220)
}

fn somewhere() -> impl Strategy<Value = Vec<Place>> {
    prop::collection::vec((0.0..10.0, 0.0..10.0).prop_map(|(x, y)| place(x, y)), 1..8)
}

fn at_speed(speed: f64) -> Persona {
    Persona { speed: KilometresPerHour::new(speed).unwrap(), step_free: false }
}

/// Spots are those of the whole town: laws are about ways, not about where people set out.
fn between(
    network: &WalkNetwork,
    persona: Persona,
    assets: &[Place],
    origins: &[Place],
    whole: &WalkNetwork,
) -> WalkTravel {
    let walkable = WalkableParts::new(whole, Persona::usual());
    let spots = |places: &[Place]| {
        places
            .iter()
            .map(|&p| {
                let spot = SnappedPoint::of(whole, &walkable, p)?;
                let edge = whole.edges()[spot.edge as usize];
                let ends = [edge.from, edge.to].map(|j| whole.junctions()[j as usize]);
                let same = (0_u32..)
                    .zip(network.edges())
                    .find(|(_, e)| [e.from, e.to].map(|j| network.junctions()[j as usize]) == ends);
                same.map(|(edge, _)| SnappedPoint { edge, ..spot })
            })
            .collect()
    };
    let horizon = Minutes::new(15.0).unwrap();
    WalkTravel::between(
        Arc::new(network.clone()),
        persona,
        (assets, spots(assets)),
        (origins, spots(origins)),
        horizon,
        1.3,
    )
}

fn is_subset(less: &[(u32, f64)], more: &[(u32, f64)]) -> bool {
    less.iter().all(|a| more.iter().any(|b| a.0 == b.0 && b.1 <= a.1))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn one_more_street_lengthens_no_way(streets in streets(), extra in 0_usize..220, assets in somewhere(), origins in somewhere()) {
        let fewer = town(10, |n| if n == extra { None } else { streets[n] }, |_| AccessBarrier::Open);
        let more = town(10, |n| if n == extra { Some(EdgeAccess::FREE) } else { streets[n] }, |_| AccessBarrier::Open);
        // Both from spots that are on streets of the lesser town.
        let (a, b) = (
            between(&fewer, Persona::usual(), &assets, &origins, &fewer),
            between(&more, Persona::usual(), &assets, &origins, &fewer),
        );
        for asset in (0..assets.len()).filter(|&asset| a.asset(asset).is_some()) {
            prop_assert!(is_subset(&reached(&a, asset, 15.0), &reached(&b, asset, 15.0)));
        }
    }

    #[test]
    fn who_is_faster_reaches_more_and_who_takes_no_steps_less(
        streets in streets(), assets in somewhere(), origins in somewhere(), slower in 1.0..4.8_f64,
    ) {
        let town = town(10, |n| streets[n], |corner| if corner % 17 == 3 { AccessBarrier::NotStepFree } else { AccessBarrier::Open });
        let usual = between(&town, Persona::usual(), &assets, &origins, &town);
        let slow = between(&town, at_speed(slower), &assets, &origins, &town);
        let wheels = between(&town, Persona::step_free(), &assets, &origins, &town);
        for asset in 0..assets.len() {
            let all = reached(&usual, asset, 15.0);
            prop_assert!(is_subset(&reached(&slow, asset, 15.0), &all));
            prop_assert!(is_subset(&reached(&wheels, asset, 15.0), &all));
        }
    }

    /// Also where the nearest street is not the same for both.
    #[test]
    fn nobody_is_sooner_for_taking_no_steps(
        steps in prop::collection::vec(prop::bool::weighted(0.3), 220), assets in somewhere(), origins in somewhere(),
    ) {
        let stairs = |n: usize| Some(if steps[n] { EdgeAccess::NOT_STEP_FREE } else { EdgeAccess::FREE });
        let town = town(10, stairs, |corner| if corner % 17 == 3 { AccessBarrier::NotStepFree } else { AccessBarrier::Open });
        let usual = walks(&town, Persona::usual(), &assets, &origins);
        let wheels = walks(&town, Persona::step_free(), &assets, &origins);
        for asset in 0..assets.len() {
            prop_assert!(is_subset(&reached(&wheels, asset, 15.0), &reached(&usual, asset, 15.0)));
        }
        prop_assert_eq!(usual.basis(0), wheels.basis(0), "streets are known or not, whoever walks");
    }

    /// From wherever somebody stands it is as far as the other way round, where nothing is one-way or steep.
    #[test]
    fn what_lies_around_a_place_is_who_reaches_it(streets in streets(), assets in somewhere(), origins in somewhere()) {
        let town = town(10, |n| streets[n].filter(|p| p.reversed() == *p), |_| AccessBarrier::Open);
        for persona in [Persona::usual(), Persona::step_free()] {
            let walks = walks(&town, persona, &assets, &origins);
            let around = PlacesAround::new(Arc::new(WalkGraph::new(Arc::new(town.clone()), persona)), &origins, 1.3);
            for (asset, place) in assets.iter().enumerate() {
                let trips = around.within(*place, Minutes::new(12.0).unwrap());
                let ours: Vec<(u32, f64)> = trips.iter().map(|t| (t.place as u32, t.minutes)).collect();
                let theirs = reached(&walks, asset, 12.0);
                // Along streets to the millimetre; a straight line is a rounding error longer the one way than the other.
                let near = |(a, b): (&(u32, f64), &(u32, f64))| a.0 == b.0 && (a.1 - b.1).abs() < 1e-9;
                prop_assert!(ours.len() == theirs.len() && ours.iter().zip(&theirs).all(near), "{ours:?} {theirs:?}");
            }
        }
    }

    #[test]
    fn it_is_as_far_there_as_back_where_nothing_is_one_way_or_steep(streets in streets(), places in somewhere()) {
        let town = town(10, |n| streets[n].filter(|p| p.reversed() == *p), |_| AccessBarrier::Open);
        let walks = walks(&town, Persona::usual(), &places, &places);
        for a in 0..places.len() {
            for b in 0..places.len() {
                prop_assert_eq!(minutes(&walks, a, b), minutes(&walks, b, a));
            }
        }
    }

    #[test]
    fn the_table_a_search_and_the_nearest_agree(streets in streets(), assets in somewhere(), origins in somewhere()) {
        let town = town(10, |n| streets[n], |_| AccessBarrier::Open);
        let short = WalkTravel::new(Arc::new(town.clone()), Persona::usual(), &assets, &origins, Minutes::ZERO, 1.3);
        let long = WalkTravel::new(Arc::new(town), Persona::usual(), &assets, &origins, Minutes::new(60.0).unwrap(), 1.3);
        let mut nearest: Vec<Option<f64>> = vec![None; origins.len()];
        for asset in 0..assets.len() {
            for limit in [0.0, 3.0, 15.0, 60.0] {
                prop_assert_eq!(reached(&short, asset, limit), reached(&long, asset, limit));
            }
            for (origin, minutes) in reached(&long, asset, 10_000.0) {
                let best = &mut nearest[origin as usize];
                *best = Some(best.map_or(minutes, |b: f64| b.min(minutes)));
            }
        }
        let all: Vec<usize> = (0..assets.len()).collect();
        prop_assert_eq!(long.nearest(&all), nearest);
        let mut each = vec![Vec::new(); assets.len()];
        long.reach_each(&all, Minutes::new(15.0).unwrap(), |position, origins, minutes| {
            each[position] = origins.iter().copied().zip(minutes.iter().copied()).collect();
            each[position].sort_by_key(|pair| pair.0);
        });
        for asset in all {
            prop_assert_eq!(&each[asset], &reached(&long, asset, 15.0));
        }
    }
}
