//! For every world: knowing less of demand makes nobody look better served, changes nobody else's demand, and is no zero.

use chrono::NaiveDate;
use geo::{MultiPolygon, polygon};
use hereabouts_core::area::{Area, Geography, Population};
use hereabouts_core::asset::{Asset, ServiceArea};
use hereabouts_core::asset_list::AssetList;
use hereabouts_core::cell::CellResolution;
use hereabouts_core::decay::Decay;
use hereabouts_core::demand::{AreaCode, Basis, Demand, WHOLE_QUARTER};
use hereabouts_core::kind::{AssetKind, KindSupply};
use hereabouts_core::known::KnownCount;
use hereabouts_core::need::{AdequateLevel, Need};
use hereabouts_core::place::Place;
use hereabouts_core::report::{DemandStatus, Gap, GapReport};
use hereabouts_core::units::Minutes;
use hereabouts_core::{AnalysisPolicy, Study, StudyInput, analyse};
use proptest::prelude::*;

const COLUMNS: usize = 4;
const ROWS: usize = 2;
const NEEDS: [&str; 2] = ["walk", "talk"];
const SIDE: f64 = 0.008;

#[derive(Debug, Clone)]
struct World {
    referrals: Vec<f64>,
    groups: Vec<(f64, f64, f64)>,
}

fn world() -> impl Strategy<Value = World> {
    let group = (0.0..1.0, 0.0..1.0, 0.0..300.0_f64);
    let referrals = prop::collection::vec((0_u32..25).prop_map(f64::from), COLUMNS * ROWS * NEEDS.len());
    (referrals, prop::collection::vec(group, 0..6))
        .prop_map(|(referrals, groups)| World { referrals, groups })
}

/// What is known instead of a count.
fn less_known() -> impl Strategy<Value = Option<(f64, f64)>> {
    prop_oneof![Just(None), (0.0..6.0_f64, 0.0..6.0_f64).prop_map(Some)]
}

fn input(world: &World) -> StudyInput {
    let day = NaiveDate::from_ymd_opt(2025, 6, 1);
    let mut input = StudyInput {
        needs: NEEDS
            .map(|id| Need {
                id: id.into(),
                label: id.into(),
                catchment: Minutes::new(15.0).unwrap(),
                decay: Decay::Gaussian,
                adequate: AdequateLevel { places_per_referral: 12.0, floor: None },
                activity: false,
            })
            .to_vec(),
        kinds: vec![AssetKind {
            id: "group".into(),
            label: "Group".into(),
            serves: NEEDS.map(|id| (id.to_owned(), 0.5)).to_vec(),
            supply: KindSupply::Places { default_per_quarter: 100.0, default_per_session: None },
            half_life_months: 12.0,
            venue: false,
        }],
        geographies: ["small", "half"].map(|id| Geography { id: id.into(), label: id.into() }).to_vec(),
        lists: vec![AssetList::everywhere("groups", ["group"])],
        ..StudyInput::default()
    };
    let square = |w: f64, e: f64, s: f64, n: f64| {
        MultiPolygon(vec![polygon![(x: w, y: s), (x: e, y: s), (x: e, y: n), (x: w, y: n), (x: w, y: s)]])
    };
    let area = |geography: &str, code: String, boundary| Area {
        geography: geography.into(),
        name: code.clone(),
        code,
        boundary,
        reporting: true,
    };
    for nth in 0..COLUMNS * ROWS {
        let (x, y) = ((nth % COLUMNS) as f64 * SIDE, (nth / COLUMNS) as f64 * SIDE);
        let code = format!("A{nth}");
        input.areas.push(area("small", code.clone(), square(x, x + SIDE, y, y + SIDE)));
        input.population.push(Population { geography: "small".into(), code: code.clone(), people: 900.0 });
        for (k, need) in NEEDS.iter().enumerate() {
            input.demand.push(Demand {
                place: AreaCode { geography: "small".into(), code: code.clone() },
                need: (*need).into(),
                quarter: "2025-Q4".parse().unwrap(),
                referrals: world.referrals[nth * NEEDS.len() + k].into(),
                no_match: None,
                basis: Basis::Synthetic,
                months: WHOLE_QUARTER,
                divided: false,
            });
        }
    }
    let height = SIDE * ROWS as f64;
    for (code, from) in [("WEST", 0.0), ("EAST", SIDE * COLUMNS as f64 / 2.0)] {
        input.areas.push(area(
            "half",
            code.into(),
            square(from, from + SIDE * COLUMNS as f64 / 2.0, 0.0, height),
        ));
    }
    for (nth, (x, y, places)) in world.groups.iter().enumerate() {
        input.assets.push(Asset {
            id: format!("g/{nth}"),
            kind: "group".into(),
            needs: Vec::new(),
            place: Some(Place::new(x * SIDE * COLUMNS as f64, y * height).unwrap()),
            serves: ServiceArea::Anyone,
            hectares: None,
            places_per_quarter: Some(*places),
            verified_on: day,
            sessions_per_quarter: None,
            listed_on: None,
            calendars: Vec::new(),
        });
    }
    input
}

pub(crate) fn report(input: StudyInput, geography: &str) -> (Study, GapReport) {
    let study = Study::new(input).unwrap();
    let mut policy = AnalysisPolicy::as_of(NaiveDate::from_ymd_opt(2026, 1, 15).unwrap());
    policy.geography = study.geography(geography);
    // Every figure is compared here, however small.
    policy.few_below = 0.0;
    policy.resolution = CellResolution::new(8).unwrap();
    let report = analyse(&study, &policy).1.unwrap();
    (study, report)
}

fn most(gap: &Gap, reading: usize) -> f64 {
    gap.unmet_high.map_or(f64::INFINITY, |ends| ends[reading])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn knowing_less_makes_nobody_look_better_served(
        world in world(),
        which in any::<prop::sample::Index>(),
        less in less_known(),
        geography in prop_oneof![Just("small"), Just("half")],
    ) {
        let before = input(&world);
        let at = which.index(before.demand.len());
        let mut after = before.clone();
        let changed = &mut after.demand[at];
        let count = changed.referrals.low();
        changed.referrals = match less {
            None => KnownCount::UNKNOWN,
            Some((down, up)) => KnownCount::between((count - down).max(0.0), count + up),
        };
        let (place, need) = (changed.place.code.clone(), changed.need.clone());
        let (study, was) = report(before, geography);
        let (_, is) = report(after, geography);
        let joined = was.gaps.iter().zip(&is.gaps).any(|(was, is)| was.rank.is_none() && is.rank.is_some());
        for (was, is) in was.gaps.iter().zip(&is.gaps) {
            let own = study.areas()[was.area.get()].code == place;
            let same_need = study.needs()[was.need.get()].id == need;
            if !(same_need && (own || geography == "half")) {
                let demand = |g: &Gap| (g.referrals, g.referrals_low, g.referrals_high);
                prop_assert_eq!(demand(was), demand(is), "another's own demand");
            }
            if own && same_need && less.is_none() {
                prop_assert_eq!(is.status, DemandStatus::NoData);
                prop_assert_eq!((is.referrals, is.referrals_low, is.referrals_high), (None, None, None));
                prop_assert_eq!((is.unmet_likely, is.unmet_low, is.unmet_high), (None, None, None));
            }
            // What it was is within what is known; nothing shown is a zero that it was not.
            let Some(count) = was.referrals else { continue };
            prop_assert!(is.referrals_low.unwrap_or(0.0) <= count + 1e-9);
            prop_assert!(is.referrals_high.unwrap_or(f64::INFINITY) >= count - 1e-9);
            prop_assert!(is.referrals != Some(0.0) || is.referrals_high.is_some(), "a zero of what is unknown");
            for reading in [0, 1] {
                prop_assert!(most(is, reading) >= most(was, reading) - 1e-9, "{:?}\n{:?}", was, is);
                let least = |g: &Gap| g.unmet_low.map_or(0.0, |ends| ends[reading]);
                prop_assert!(least(is) <= least(was) + 1e-9);
            }
            // Who is no longer called silent joins the ranking, and moves those behind back.
            if let Some((before, after)) = was.rank_low.zip(is.rank_low).filter(|_| !joined) {
                prop_assert!(after <= before, "it may have been {before}, and now {after}");
            }
            prop_assert!(is.status != DemandStatus::Silent || was.status == DemandStatus::Silent);
        }
    }
}
