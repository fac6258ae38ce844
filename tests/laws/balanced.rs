//! The balanced catchment: whoever asks is counted once, and a new venue takes load off its neighbours.

use hereabouts_core::decay::Decay;
use hereabouts_core::metric::balanced::{Balanced, balanced};
use hereabouts_core::metric::two_step::PlaceSupply;
use hereabouts_core::place::Place;
use hereabouts_core::travel::StraightLine;
use hereabouts_core::units::{KilometresPerHour, Minutes};
use proptest::prelude::*;

fn place() -> impl Strategy<Value = Place> {
    (-2.25..-2.2, 53.4..53.43).prop_map(|(lon, lat)| Place::new(lon, lat).unwrap())
}

fn shared(venues: &[(Place, f64)], asking: &[(Place, f64)], decay: &Decay) -> Balanced {
    let places = |of: &[(Place, f64)]| of.iter().map(|p| p.0).collect::<Vec<_>>();
    let travel =
        StraightLine::new(&places(venues), &places(asking), KilometresPerHour::new(4.8).unwrap(), 1.3);
    let supply: Vec<PlaceSupply<1>> =
        venues.iter().enumerate().map(|(asset, v)| PlaceSupply { asset, places: [v.1] }).collect();
    let demand: Vec<f64> = asking.iter().map(|o| o.1).collect();
    balanced(&travel, &supply, &demand, decay, Minutes::new(15.0).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn everybody_is_counted_once_and_a_new_venue_takes_load_off_the_others(
        venues in prop::collection::vec((place(), prop_oneof![Just(0.0), 1.0..300.0_f64]), 1..15),
        asking in prop::collection::vec((place(), prop_oneof![Just(0.0), 0.1..40.0_f64]), 1..25),
        new in (place(), 1.0..300.0_f64),
        which in 0..Decay::all().len(),
    ) {
        let decay = &Decay::all()[which];
        let before = shared(&venues, &asking, decay);
        let reached = asking.iter().zip(&before.crowding).filter(|(_, crowding)| crowding.is_some());
        let asked: f64 = reached.map(|(asking, _)| asking.1).sum();
        let goes: f64 = before.demand.iter().sum();
        prop_assert!((goes - asked).abs() <= 1e-9 * asked.max(1.0), "{goes} of {asked}");
        for ((demand, load), venue) in before.demand.iter().zip(&before.load).zip(&venues) {
            prop_assert!(demand.is_finite() && *demand >= 0.0 && (venue.1 > 0.0 || *demand == 0.0));
            prop_assert_eq!(load.is_some(), *demand > 0.0);
        }
        // What one who asks finds is between the emptiest and the fullest that anybody goes to.
        let fullest = before.load.iter().flatten().copied().fold(0.0, f64::max);
        prop_assert!(before.crowding.iter().flatten().all(|c| (0.0..=fullest * (1.0 + 1e-12)).contains(c)));

        let with: Vec<_> = venues.iter().copied().chain([new]).collect();
        let after = shared(&with, &asking, decay);
        for (before, after) in before.demand.iter().zip(&after.demand) {
            prop_assert!(*after <= before * (1.0 + 1e-12), "{before} rose to {after}");
        }
        // Taken away again, everything is as it was, to the last bit.
        prop_assert_eq!(shared(&with[..venues.len()], &asking, decay), before);
    }
}
