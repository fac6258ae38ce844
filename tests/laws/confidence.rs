//! For every world: knowing more never makes a figure less sure, and nothing listed is never surer than something.

use chrono::NaiveDate;
use geo::{MultiPolygon, polygon};
use hereabouts_core::area::{Area, Geography, Population};
use hereabouts_core::asset::{Asset, ServiceArea};
use hereabouts_core::asset_list::{AssetList, ListExtent};
use hereabouts_core::cell::CellResolution;
use hereabouts_core::confidence::{Confidence, ConfidenceSummary, Ground};
use hereabouts_core::decay::Decay;
use hereabouts_core::demand::{AreaCode, Basis, Demand, Quarter, WHOLE_QUARTER};
use hereabouts_core::kind::{AssetKind, KindSupply};
use hereabouts_core::known::KnownCount;
use hereabouts_core::need::{AdequateLevel, Need};
use hereabouts_core::period::Period;
use hereabouts_core::place::Place;
use hereabouts_core::report::Gap;
use hereabouts_core::travel::{TravelBasis, TravelTable};
use hereabouts_core::units::Minutes;
use hereabouts_core::{Analysis, AnalysisPolicy, Study, StudyInput};
use proptest::prelude::*;

const COLUMNS: usize = 3;
const ROWS: usize = 2;
const SIDE: f64 = 0.012;
const LAST: &str = "2025-Q4";

#[derive(Debug, Clone)]
struct World {
    /// Referrals of each area in a quarter; `None` is unknown.
    referrals: Vec<Option<u32>>,
    /// Quarters of them up to the last.
    quarters: u16,
    /// Months of the last quarter.
    months: u8,
    /// Where it is, whether it says how many it takes, and whether it was confirmed.
    groups: Vec<(f64, f64, bool, bool)>,
    /// Areas that the list covers.
    covers: Vec<bool>,
    /// Minutes along streets for each minute of the straight line; `None` without streets.
    streets: Option<f64>,
}

/// One more thing that is known.
#[derive(Debug, Clone, Copy)]
enum More {
    Confirmed(usize),
    Covered(usize),
    Complete,
    Streets(f64),
    Quarters,
    Months,
    Counted,
}

fn world() -> impl Strategy<Value = World> {
    let referrals = prop::option::weighted(0.9, 0_u32..30);
    let group = (0.0..1.0, 0.0..1.0, any::<bool>(), any::<bool>());
    (
        prop::collection::vec(referrals, COLUMNS * ROWS),
        1_u16..6,
        2_u8..=WHOLE_QUARTER,
        prop::collection::vec(group, 0..5),
        prop::collection::vec(any::<bool>(), COLUMNS * ROWS),
        prop::option::of(1.0..3.0),
    )
        .prop_map(|(referrals, quarters, months, groups, covers, streets)| World {
            referrals,
            quarters,
            months,
            groups,
            covers,
            streets,
        })
}

fn more() -> impl Strategy<Value = More> {
    prop_oneof![
        (0_usize..5).prop_map(More::Confirmed),
        (0..COLUMNS * ROWS).prop_map(More::Covered),
        Just(More::Complete),
        (1.0..3.0).prop_map(More::Streets),
        Just(More::Quarters),
        Just(More::Months),
        Just(More::Counted),
    ]
}

fn code(nth: usize) -> String {
    format!("A{nth}")
}

fn area(geography: &str, code: String, [w, s, e, n]: [f64; 4]) -> Area {
    let boundary =
        MultiPolygon(vec![polygon![(x: w, y: s), (x: e, y: s), (x: e, y: n), (x: w, y: n), (x: w, y: s)]]);
    Area { geography: geography.into(), name: code.clone(), code, boundary, reporting: true }
}

fn input(world: &World, complete: bool) -> StudyInput {
    let kind = AssetKind {
        id: "group".into(),
        label: "Group".into(),
        serves: vec![("walk".into(), 1.0)],
        supply: KindSupply::Places { default_per_quarter: 100.0, default_per_session: None },
        half_life_months: 12.0,
        venue: false,
    };
    let need = Need {
        id: "walk".into(),
        label: "Walk".into(),
        catchment: Minutes::new(15.0).unwrap(),
        decay: Decay::Gaussian,
        adequate: AdequateLevel { places_per_referral: 12.0, floor: None },
        activity: false,
    };
    let mut input = StudyInput {
        needs: vec![need],
        kinds: vec![kind],
        geographies: ["small", "half"].map(|id| Geography { id: id.into(), label: id.into() }).to_vec(),
        ..StudyInput::default()
    };
    let height = SIDE * ROWS as f64;
    for (code, from, to) in [("WEST", 0.0, SIDE), ("EAST", SIDE, SIDE * COLUMNS as f64)] {
        input.areas.push(area("half", code.into(), [from, 0.0, to, height]));
    }
    let last: Quarter = LAST.parse().unwrap();
    for nth in 0..COLUMNS * ROWS {
        let (x, y) = ((nth % COLUMNS) as f64 * SIDE, (nth / COLUMNS) as f64 * SIDE);
        input.areas.push(area("small", code(nth), [x, y, x + SIDE, y + SIDE]));
        input.population.push(Population { geography: "small".into(), code: code(nth), people: 900.0 });
        for back in 0..world.quarters {
            let months = if back == 0 { world.months } else { WHOLE_QUARTER };
            let count = world.referrals[nth].map_or(KnownCount::UNKNOWN, |n| KnownCount::counted(n.into()));
            input.demand.push(Demand {
                place: AreaCode { geography: "small".into(), code: code(nth) },
                need: "walk".into(),
                quarter: last.back(back),
                referrals: if months < WHOLE_QUARTER { KnownCount::at_least(count.low()) } else { count },
                no_match: None,
                basis: Basis::Synthetic,
                months,
                divided: false,
            });
        }
    }
    for (nth, &(x, y, says, confirmed)) in world.groups.iter().enumerate() {
        input.assets.push(Asset {
            id: format!("g/{nth}"),
            kind: "group".into(),
            needs: Vec::new(),
            place: Some(Place::new(x * SIDE * COLUMNS as f64, y * height).unwrap()),
            serves: ServiceArea::Anyone,
            hectares: None,
            places_per_quarter: says.then_some(130.0),
            verified_on: confirmed.then(|| NaiveDate::from_ymd_opt(2025, 12, 1).unwrap()),
            sessions_per_quarter: None,
            listed_on: None,
            calendars: Vec::new(),
        });
    }
    let covered = (0..COLUMNS * ROWS).filter(|&nth| world.covers[nth]);
    let areas = covered.map(|nth| AreaCode { geography: "small".into(), code: code(nth) }).collect();
    input.lists.push(AssetList {
        source: "g".into(),
        extent: ListExtent::of_areas(areas),
        kinds: vec!["group".into()],
        complete: if complete { vec!["group".into()] } else { Vec::new() },
        ..AssetList::default()
    });
    input
}

/// Gaps of both geographies over the last quarters of the world; with streets, those who walk along them come to it later.
fn gaps(world: &World, complete: bool, period: Period) -> Vec<Gap> {
    let study = Study::new(input(world, complete)).unwrap();
    let mut policy = AnalysisPolicy::as_of(NaiveDate::from_ymd_opt(2026, 1, 15).unwrap());
    policy.resolution = CellResolution::new(8).unwrap();
    let report = |geography: &str| {
        let geography = study.geography(geography).unwrap();
        match world.streets {
            None => {
                let analysis = Analysis::new(&study, &policy);
                let quarter = analysis.quarter(&study, Some(period));
                analysis.report(&study, &quarter, geography).gaps
            }
            Some(detour) => {
                let analysis = Analysis::with_travel(&study, &policy, |assets, origins| {
                    let minutes =
                        |a: usize, o: usize| assets[a].distance(origins[o]).get() * 1.3 / 80.0 * detour;
                    let pairs = (0..assets.len()).flat_map(|a| (0..origins.len()).map(move |o| (a, o)));
                    let rows = pairs.map(|(a, o)| (a, o, minutes(a, o)));
                    TravelTable::new(assets.len(), origins.len(), rows, TravelBasis::Network).unwrap()
                });
                let quarter = analysis.quarter(&study, Some(period));
                analysis.report(&study, &quarter, geography).gaps
            }
        }
    };
    ["small", "half"].into_iter().flat_map(report).collect()
}

/// The last quarter, and the year up to it.
fn periods() -> [Period; 2] {
    let last: Quarter = LAST.parse().unwrap();
    [Period::of(last), Period::up_to(last, 4)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn knowing_more_never_lowers_confidence(world in world(), more in more()) {
        let (mut known, mut complete) = (world.clone(), false);
        match more {
            More::Confirmed(nth) => known.groups.iter_mut().skip(nth).take(1).for_each(|g| g.3 = true),
            More::Covered(nth) => known.covers[nth] = true,
            More::Complete => complete = true,
            More::Streets(detour) => known.streets = known.streets.or(Some(detour)),
            More::Quarters => known.quarters = 6,
            More::Months => known.months = WHOLE_QUARTER,
            More::Counted => known.referrals.iter_mut().for_each(|n| *n = n.or(Some(12))),
        }
        for period in periods() {
            for (was, is) in gaps(&world, false, period).iter().zip(gaps(&known, complete, period)) {
                // What others refer, once it is known, may show that an area refers implausibly little.
                let silent = |gap: &Gap| gap.grounds.get(Ground::Silent).is_some();
                if matches!(more, More::Counted) && silent(&is) && !silent(was) {
                    continue;
                }
                prop_assert!(is.grounds.confidence() >= was.grounds.confidence(), "{more:?}\n{was:?}\n{is:?}");
            }
        }
    }

    #[test]
    fn nothing_listed_is_never_surer_than_something(world in world(), at in (0.0..1.0, 0.0..1.0), says: bool) {
        let nothing = World { groups: Vec::new(), ..world };
        let something = World { groups: vec![(at.0, at.1, says, false)], ..nothing.clone() };
        for period in periods() {
            for (was, is) in gaps(&nothing, false, period).iter().zip(gaps(&something, false, period)) {
                prop_assert!(was.grounds.get(Ground::NothingListed).is_some());
                prop_assert!(is.grounds.confidence() >= was.grounds.confidence(), "{was:?}\n{is:?}");
            }
            for gap in gaps(&nothing, true, period) {
                let covered = gap.supply_complete_share.is_some_and(|share| share >= 0.9);
                prop_assert_eq!(gap.grounds.get(Ground::NothingListed).is_none(), covered);
            }
        }
    }
}

#[test]
fn mapped_and_undated_is_surer_than_off_every_map() {
    let world = World {
        referrals: vec![Some(20); COLUMNS * ROWS],
        quarters: 4,
        months: WHOLE_QUARTER,
        groups: vec![(0.2, 0.3, false, false), (0.2, 0.7, false, false)],
        covers: vec![true, false, false, true, false, false],
        streets: Some(1.1),
    };
    let halves = gaps(&world, false, periods()[1]).split_off(COLUMNS * ROWS);
    let [east, west] = [&halves[0], &halves[1]].map(|gap| gap.grounds);
    assert_eq!((west.confidence(), east.confidence()), (Confidence::Fair, Confidence::Low));
    let ids: Vec<&str> = east.iter().map(|(ground, _)| ground.id()).collect();
    assert_eq!(ids[..1], ["no-list"], "{ids:?}");
    let summary = ConfidenceSummary::of(halves.iter().map(|gap| gap.grounds).chain([east]));
    assert_eq!((summary.is_mostly_low(), summary.raises_most), (true, Some((Ground::NoList, 2))));
}
