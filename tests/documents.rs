//! What the documents say, held against the code: the method's worked examples, a word on every property.

use hereabouts::feature::{GapRow, Row};
use hereabouts_core::decay::{Decay, Steps};
use hereabouts_core::metric::land;
use hereabouts_core::metric::two_step::{Supply, two_step};
use hereabouts_core::need::Floor;
use hereabouts_core::silent::{Referring, chance_of_so_few, expected};
use hereabouts_core::travel::{Table, TravelBasis};
use hereabouts_core::units::{Metres, Minutes};

fn near(a: f64, b: f64, within: f64) {
    assert!((a - b).abs() <= within, "{a} is not {b}");
}

#[test]
fn a_weekly_group_shared_by_two_cells() {
    let limit = Minutes::new(15.0).unwrap();
    let travel = Table::new(1, 2, [(0, 0, 0.0), (0, 1, 12.0)], TravelBasis::Network).unwrap();
    let decay = Decay::Steps(Steps::new(vec![(0.5, 1.0), (1.0, 0.25)]).unwrap());
    let supply = [Supply { asset: 0, places: [156.0, 78.0] }];
    let scores = two_step(&travel, &supply, &[8.0, 16.0], &decay, limit, 10.0 * 12.0);
    assert_eq!(scores.ratio, [[13.0, 6.5]]);
    assert_eq!(scores.access, [[13.0, 3.25], [6.5, 1.625]]);
    let unmet = |reading: usize, cell: usize, asked: f64| {
        asked * (1.0 - scores.access[reading][cell] / 12.0).max(0.0)
    };
    assert_eq!(unmet(0, 0, 8.0), 0.0);
    near(unmet(0, 1, 16.0), 11.7, 0.05);
    near(unmet(1, 0, 8.0), 3.7, 0.05);
    near(unmet(1, 1, 16.0), 13.8, 0.05);
}

#[test]
fn a_park_answers_a_quarter() {
    let travel = Table::new(1, 1, [(0, 0, 5.0)], TravelBasis::Network).unwrap();
    let floor = Floor { hectares_per_1000: 3.0, within: Metres::new(1000.0).unwrap(), counts_for: 0.5 };
    let park = [land::Land { asset: 0, hectares: 6.0 }];
    let share = land::shares(&travel, &park, &[4000.0], &floor, 1.3 / 80.0)[0];
    assert_eq!(share, 0.5);
    assert_eq!(1.0 - 3.0 / 12.0 - floor.counts_for * share, 0.5);
}

#[test]
fn one_area_is_silent_and_one_is_small() {
    let area = |people, observed| Referring { people, decile: Some(2), observed, quarters: 4 };
    let mut areas = vec![area(1000.0, 40.0); 9];
    areas.extend([area(3000.0, 40.0), area(100.0, 1.0)]);
    let expected = expected(&areas);
    assert_eq!((expected[9], expected[10]), (Some(120.0), Some(4.0)));
    assert!(chance_of_so_few(40.0, 120.0) < 0.001);
    near(chance_of_so_few(1.0, 4.0), 0.09, 0.005);
}

#[test]
fn every_property_of_a_gap_is_explained() {
    let method = include_str!("../docs/method.md");
    let table = method.split("## Every property of a gap").nth(1).unwrap().split("\n## ").next().unwrap();
    for property in GapRow::PROPERTIES {
        assert!(table.contains(&format!("`{}`", property.name)), "{} is not explained", property.name);
    }
}
