//! For every world: knowing less of what lists cover makes nobody look better served, changes nobody's demand, and is no zero.

use super::{DemandStatus, Gap};
use crate::known_demand::laws::report;
use chrono::NaiveDate;
use geo::{MultiPolygon, polygon};
use hereabouts_core::StudyInput;
use hereabouts_core::area::{Area, Geography, Population};
use hereabouts_core::asset::{Asset, ServiceArea};
use hereabouts_core::asset_list::{AssetList, ListExtent};
use hereabouts_core::decay::Decay;
use hereabouts_core::demand::{AreaCode, Basis, Demand, WHOLE_QUARTER};
use hereabouts_core::kind::{AssetKind, KindSupply};
use hereabouts_core::known::KnownCount;
use hereabouts_core::need::{AdequateLevel, Need};
use hereabouts_core::place::Place;
use hereabouts_core::units::Minutes;
use hereabouts_engine::view::Scenario;
use proptest::prelude::*;

const COLUMNS: usize = 4;
const ROWS: usize = 2;
const SIDE: f64 = 0.008;
const NEEDS: [&str; 2] = ["walk", "talk"];

#[derive(Debug, Clone)]
pub(crate) struct World {
    referrals: Vec<Option<u32>>,
    /// Place in the town, places a quarter, and the list that it is of.
    groups: Vec<(f64, f64, f64, usize)>,
    /// Areas that each list covers; its kind says which need it tells of.
    lists: Vec<Option<Vec<bool>>>,
}

pub(crate) fn world() -> impl Strategy<Value = World> {
    let group = (0.0..1.0, 0.0..1.0, 0.0..300.0_f64, 0..3_usize);
    let areas = prop::option::weighted(0.8, prop::collection::vec(any::<bool>(), COLUMNS * ROWS));
    let count = prop::option::weighted(0.9, 0_u32..25);
    (
        prop::collection::vec(count, COLUMNS * ROWS * NEEDS.len()),
        prop::collection::vec(group, 0..7),
        prop::collection::vec(areas, 3),
    )
        .prop_map(|(referrals, groups, lists)| World { referrals, groups, lists })
}

pub(crate) fn input(world: &World) -> StudyInput {
    let need = |id: &str| Need {
        id: id.into(),
        label: id.into(),
        catchment: Minutes::new(15.0).unwrap(),
        decay: Decay::Gaussian,
        adequate: AdequateLevel { places_per_referral: 12.0, floor: None },
        activity: false,
    };
    let kind = |id: &str, shares: [f64; 2]| AssetKind {
        id: id.into(),
        label: id.into(),
        serves: NEEDS.iter().zip(shares).map(|(need, share)| ((*need).to_owned(), share)).collect(),
        supply: KindSupply::Places { default_per_quarter: 100.0, default_per_session: None },
        half_life_months: 12.0,
        venue: false,
    };
    let code = |nth: usize| AreaCode { geography: "small".into(), code: format!("A{nth}") };
    let mut input = StudyInput {
        needs: NEEDS.map(need).to_vec(),
        // The first two tell of one need each, and the third of both.
        kinds: vec![kind("k0", [0.8, 0.2]), kind("k1", [0.1, 0.9]), kind("k2", [0.5, 0.5])],
        geographies: ["small", "half"].map(|id| Geography { id: id.into(), label: id.into() }).to_vec(),
        ..StudyInput::default()
    };
    let area = |geography: &str, code: String, [w, s, e, n]: [f64; 4]| Area {
        geography: geography.into(),
        name: code.clone(),
        code,
        boundary: MultiPolygon(vec![
            polygon![(x: w, y: s), (x: e, y: s), (x: e, y: n), (x: w, y: n), (x: w, y: s)],
        ]),
        reporting: true,
    };
    let (height, middle) = (SIDE * ROWS as f64, SIDE * COLUMNS as f64 / 2.0);
    for nth in 0..COLUMNS * ROWS {
        let (x, y) = ((nth % COLUMNS) as f64 * SIDE, (nth / COLUMNS) as f64 * SIDE);
        input.areas.push(area("small", code(nth).code, [x, y, x + SIDE, y + SIDE]));
        input.population.push(Population { geography: "small".into(), code: code(nth).code, people: 900.0 });
        for (k, need) in NEEDS.iter().enumerate() {
            input.demand.push(Demand {
                place: code(nth),
                need: (*need).into(),
                quarter: "2025-Q4".parse().unwrap(),
                referrals: world.referrals[nth * NEEDS.len() + k]
                    .map_or(KnownCount::UNKNOWN, |n| f64::from(n).into()),
                no_match: None,
                basis: Basis::Synthetic,
                months: WHOLE_QUARTER,
                divided: false,
            });
        }
    }
    input.areas.push(area("half", "WEST".into(), [0.0, 0.0, middle, height]));
    input.areas.push(area("half", "EAST".into(), [middle, 0.0, 2.0 * middle, height]));
    for (nth, (x, y, places, list)) in world.groups.iter().enumerate() {
        input.assets.push(Asset {
            id: format!("l{list}/{nth}"),
            kind: format!("k{list}"),
            needs: Vec::new(),
            place: Some(Place::new(x * 2.0 * middle, y * height).unwrap()),
            serves: ServiceArea::Anyone,
            hectares: None,
            places_per_quarter: Some(*places),
            verified_on: NaiveDate::from_ymd_opt(2025, 6, 1),
            sessions_per_quarter: None,
            listed_on: None,
            calendars: Vec::new(),
        });
    }
    for (list, covers) in world.lists.iter().enumerate() {
        let of = |covers: &Vec<bool>| (0..COLUMNS * ROWS).filter(|&nth| covers[nth]).map(code).collect();
        input.lists.push(AssetList {
            source: format!("l{list}"),
            extent: covers.as_ref().map_or(ListExtent::Everywhere, |covers| ListExtent::of_areas(of(covers))),
            kinds: vec![format!("k{list}")],
            ..AssetList::default()
        });
    }
    input
}

/// Figures of supply, by which nothing listed would be nothing there.
fn supply(gap: &Gap) -> [Option<f64>; 6] {
    let assets = gap.assets_in_reach.map(f64::from);
    [gap.places_listed, gap.places_likely, gap.access_listed, gap.access_likely, gap.coverage_share, assets]
}

/// How a list comes to be less known.
#[derive(Debug, Clone, Copy)]
enum Less {
    /// Nobody knows any more where it looks.
    Extent,
    /// It is gone, with its listings.
    List,
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn knowing_less_of_a_list_makes_nobody_look_better_served(
        world in world(),
        which in 0..3_usize,
        less in prop_oneof![Just(Less::Extent), Just(Less::List)],
        geography in prop_oneof![Just("small"), Just("half")],
    ) {
        let before = input(&world);
        let mut after = before.clone();
        match less {
            Less::Extent => after.lists[which].extent = ListExtent::default(),
            Less::List => {
                let source = after.lists.remove(which).source;
                after.assets.retain(|asset| !asset.id.starts_with(&source));
            }
        }
        let (_, was) = report(before, geography);
        let (_, is) = report(after, geography);
        for (was, is) in was.gaps.iter().zip(&is.gaps) {
            let demand = |g: &Gap| (g.referrals, g.referrals_low, g.referrals_high, g.complete_months);
            prop_assert_eq!(demand(was), demand(is), "anybody's demand");
            let share = |g: &Gap| g.supply_known_share.unwrap();
            prop_assert!(share(is) <= share(was));
            // Better served is less unmet, or more in reach.
            for reading in [Scenario::Listed, Scenario::Likely] {
                let most = |g: &Gap| g.unmet_high.map_or(f64::INFINITY, |[l, q]| reading.of(l, q));
                prop_assert!(most(is) >= most(was) - 1e-9, "{:?}\n{:?}", was, is);
                let unmet = |g: &Gap| reading.of(g.unmet_listed, g.unmet_likely);
                if let Some((was, is)) = unmet(was).zip(unmet(is)) {
                    prop_assert!(is >= was - 1e-9);
                }
            }
            for (was, is) in supply(was).into_iter().zip(supply(is)) {
                prop_assert!(is.unwrap_or(0.0) <= was.unwrap_or(0.0) + 1e-9);
            }
            // A half but for the last digits is a half.
            if share(is) < 0.5 - 1e-6 {
                prop_assert!(matches!(is.status, DemandStatus::NoList | DemandStatus::NoData));
                prop_assert_eq!((is.rank, is.unmet_listed, is.unmet_likely, is.unmet_low), (None, None, None, None));
                prop_assert_eq!(is.shortfall_places_likely, None);
            }
            // A zero is said by lists that reach everybody.
            if share(is) < 1.0 {
                prop_assert!(supply(is).iter().all(|figure| *figure != Some(0.0)), "{:?}", is);
            }
            if was.status == DemandStatus::NoData {
                prop_assert_eq!(is.status, DemandStatus::NoData);
            }
        }
    }
}
