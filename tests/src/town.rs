//! A small made-up town in code, for tests of what is served: no files, every state a figure can be in.

use chrono::{NaiveDate, NaiveDateTime};
use geo::{MultiPolygon, polygon};
use hereabouts_core::area::{Area, Deprivation, Geography, Population};
use hereabouts_core::asset::{Asset, ServiceArea};
use hereabouts_core::asset_list::AssetList;
use hereabouts_core::decay::Decay;
use hereabouts_core::demand::{AreaCode, Basis, Demand, Quarter, WHOLE_QUARTER};
use hereabouts_core::kind::{AssetKind, KindSupply};
use hereabouts_core::need::{AdequateLevel, LandFloor, Need};
use hereabouts_core::place::Place;
use hereabouts_core::units::{Metres, Minutes};
use hereabouts_core::{AnalysisPolicy, Study, StudyInput};
use hereabouts_data::costs::CostTable;
use hereabouts_data::linkage::canonical_asset::CanonicalAsset;
use hereabouts_data::load::LoadedStudy;
use hereabouts_data::record::{
    AssetRecord, Beneficiary, GrantRecord, RecordKind as ImportKind, SourceHeader, SourceRecord,
};
use hereabouts_streets::{AccessBarrier, EdgeAccess, FixedPoint, StreetLines};

/// South-west corner of the town, and the size of one neighbourhood in degrees: about 600 m a side.
pub const CORNER: (f64, f64) = (-2.4, 53.4);
/// Size of one neighbourhood in degrees.
pub const SIDE: (f64, f64) = (0.009, 0.0054);

/// Needs of the town; the second has a standard for land.
pub const NEEDS: [&str; 3] = ["company", "outdoors", "advice"];

/// The day of every analysis of the town.
///
/// # Panics
/// Never: the day exists.
#[must_use]
pub fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 15).unwrap()
}

/// The moment that it is there, on [`today`].
///
/// # Panics
/// Never: there is such a time.
#[must_use]
pub fn now() -> NaiveDateTime {
    today().and_hms_opt(10, 30, 0).unwrap()
}

/// What could be started in the town, and what it costs.
///
/// # Panics
/// Never: the table has nothing that is not in the town.
#[must_use]
pub fn costs() -> CostTable {
    let input = input(1, 1, Basis::Synthetic);
    CostTable::parse(("costs.csv", COSTS), &input.needs, &input.kinds).unwrap()
}

const COSTS: &str = "\
id,label,need,venues,places,sessions_per_quarter,start,start_low,start_high,year,year_low,year_high,source
tea,Weekly tea,company,,12,13,200,100,500,1800,1000,3000,made up
lunch,Weekly lunch,company,group,30,13,900,500,2000,5100,4000,8000,made up
walk,Weekly walk,outdoors,,15,13,100,50,300,400,200,900,made up
";

/// The choices of every analysis of the town.
#[must_use]
pub fn policy() -> AnalysisPolicy {
    AnalysisPolicy::as_of(today())
}

/// `columns` × `rows` square neighbourhoods `N0000` …, of which the last of each row has no data, and two halves
/// (`west`, `east`) in a geography of their own; referrals in two quarters on `basis`; an asset in each neighbourhood.
///
/// # Panics
/// When the town contradicts itself, which is a fault of this function.
#[must_use]
pub fn town(columns: usize, rows: usize, basis: Basis) -> LoadedStudy {
    let study = Study::new(input(columns, rows, basis)).unwrap();
    let assets = study
        .assets()
        .iter()
        .map(|a| AssetRecord {
            name: if a.asset.id == "made-up/0000" {
                "=Formula & <Friends>".to_owned()
            } else {
                format!("Group {}", a.asset.id)
            },
            cost: Some("free".to_owned()),
            step_free: a.asset.id.ends_with('1').then_some(true),
            eligibility: Some("everybody".to_owned()),
            languages: vec!["English".to_owned(), "Polish".to_owned()],
            phone: Some("+44 161 496 0000".to_owned()),
            source: "made-up".to_owned(),
            source_id: a.asset.id.trim_start_matches("made-up/").to_owned(),
            licence: Some("CC0-1.0".to_owned()),
            status: Some("open".to_owned()),
            kind: study.kinds()[a.kind].id.clone(),
            place: a.asset.place.map(|p| [p.lon(), p.lat()]),
            hectares: a.asset.hectares,
            places: a.asset.places_per_quarter,
            verified_on: a.asset.verified_on,
            ..AssetRecord::default()
        })
        .map(CanonicalAsset::of_one)
        .collect();
    let source = SourceRecord {
        kind: ImportKind::Assets,
        name: "made-up".to_owned(),
        header: SourceHeader { attribution: Some("A made-up town".to_owned()), ..SourceHeader::default() },
    };
    LoadedStudy {
        study,
        assets,
        grants: grants(),
        streets: stub(),
        transit: Vec::new(),
        sources: vec![source],
        revision: 7,
        pairs: hereabouts_data::load::ListingPairs::default(),
        notes: Vec::new(),
    }
}

/// One street that leads nowhere: it is listed, and no minutes run along it.
fn stub() -> StreetLines {
    let mut lines = StreetLines::default();
    let steps = |v: f64| (v * 1e7).round() as i32;
    let ends = [0.2, 0.4].map(|x| {
        let at = FixedPoint::new(steps(CORNER.0 + SIDE.0 * x), steps(CORNER.1 + SIDE.1 * 0.5)).unwrap();
        lines.point(at, AccessBarrier::Open)
    });
    lines.line(ends, 0, EdgeAccess::NOT_STEP_FREE);
    lines
}

/// A grant for each way of knowing where it goes: a place, a neighbourhood, one that is not of the town, nothing.
fn grants() -> Vec<GrantRecord> {
    let place = Some([CORNER.0 + SIDE.0 / 4.0, CORNER.1 + SIDE.1 / 4.0]);
    let area = |code: &str| Some(code.to_owned());
    let to = |id: &str, beneficiary: Beneficiary| GrantRecord {
        source: "made-up".to_owned(),
        id: format!("360G-made-up-{id}"),
        title: format!("Grant {id}"),
        amount: 1_234.5,
        currency: "GBP".to_owned(),
        awarded_on: today() - chrono::Months::new(6),
        months: Some(12.0),
        recipient: Some("Group made-up/0101".to_owned()),
        recipient_ids: vec!["360G-made-up-group".to_owned()],
        funder: Some("A made-up town".to_owned()),
        beneficiaries: vec![beneficiary],
        licence: Some("CC0-1.0".to_owned()),
        ..GrantRecord::default()
    };
    vec![
        to("a", Beneficiary { place, ..Beneficiary::default() }),
        to("b", Beneficiary { area: area("N0101"), name: area("The middle"), ..Beneficiary::default() }),
        to("c", Beneficiary { area: area("E08000009"), ..Beneficiary::default() }),
        GrantRecord { recipient: None, ..to("d", Beneficiary::default()) },
    ]
}

/// What the town is made of; see [`town`].
#[must_use]
pub fn input(columns: usize, rows: usize, basis: Basis) -> StudyInput {
    let quarters: [Quarter; 2] = ["2025-Q3".parse().unwrap(), "2025-Q4".parse().unwrap()];
    let mut input = StudyInput {
        needs: NEEDS.iter().map(|id| need(id)).collect(),
        kinds: vec![
            kind("group", KindSupply::Places { default_per_quarter: 156.0, default_per_session: None }),
            kind("park", KindSupply::Land),
        ],
        geographies: ["small", "whole"].map(|id| Geography { id: id.into(), label: id.into() }).to_vec(),
        lists: vec![AssetList {
            needs: vec!["advice".to_owned()],
            ..AssetList::everywhere("made-up", ["group", "park"])
        }],
        ..StudyInput::default()
    };
    for (name, from, to) in [("west", 0, columns / 2), ("east", columns / 2, columns)] {
        input.areas.push(area("whole", name, square(from, 0, to - from, rows)));
    }
    for row in 0..rows {
        for column in 0..columns {
            let code = format!("N{column:02}{row:02}");
            input.areas.push(area("small", &code, square(column, row, 1, 1)));
            let (geography, people) = ("small".to_owned(), 1_500.0);
            input.population.push(Population { geography: geography.clone(), code: code.clone(), people });
            input.deprivation.push(Deprivation {
                geography,
                code: code.clone(),
                decile: (column % 10) as u8 + 1,
            });
            input.assets.push(asset(column, row));
            if column + 1 < columns {
                for (quarter, more) in quarters.iter().zip([0.0, 3.0]) {
                    input.demand.extend(NEEDS.iter().map(|need| Demand {
                        place: AreaCode { geography: "small".into(), code: code.clone() },
                        need: (*need).into(),
                        quarter: *quarter,
                        referrals: (12.0 + more).into(),
                        months: WHOLE_QUARTER,
                        divided: false,
                        no_match: Some(2.0),
                        basis,
                    }));
                }
            }
        }
    }
    input
}

fn area(geography: &str, code: &str, boundary: MultiPolygon<f64>) -> Area {
    let name = format!("{code} & <around>");
    Area { geography: geography.into(), code: code.into(), name, boundary, reporting: true }
}

fn square(column: usize, row: usize, columns: usize, rows: usize) -> MultiPolygon<f64> {
    let (w, s) = (CORNER.0 + SIDE.0 * column as f64, CORNER.1 + SIDE.1 * row as f64);
    let (e, n) = (w + SIDE.0 * columns as f64, s + SIDE.1 * rows as f64);
    MultiPolygon(vec![polygon![(x: w, y: s), (x: w, y: n), (x: e, y: n), (x: e, y: s), (x: w, y: s)]])
}

fn need(id: &str) -> Need {
    let floor = LandFloor { hectares_per_1000: 3.0, within: Metres::new(1_000.0).unwrap(), counts_for: 0.5 };
    Need {
        id: id.into(),
        label: id.into(),
        catchment: Minutes::new(15.0).unwrap(),
        decay: Decay::Gaussian,
        adequate: AdequateLevel { places_per_referral: 12.0, floor: (id == "outdoors").then_some(floor) },
        activity: false,
    }
}

fn kind(id: &str, supply: KindSupply) -> AssetKind {
    let serves = match supply {
        KindSupply::Land => vec![("outdoors".to_owned(), 1.0)],
        _ => vec![("company".to_owned(), 0.7), ("outdoors".to_owned(), 0.3)],
    };
    AssetKind {
        id: id.into(),
        label: format!("A {id}"),
        serves,
        supply,
        half_life_months: 24.0,
        venue: id == "group",
    }
}

/// Every third a park; the rest groups, of which some say nothing of their places or their age.
fn asset(column: usize, row: usize) -> Asset {
    let n = column * 31 + row * 7;
    let park = n.is_multiple_of(3);
    let place = (CORNER.0 + SIDE.0 * (column as f64 + 0.4), CORNER.1 + SIDE.1 * (row as f64 + 0.6));
    Asset {
        id: format!("made-up/{column:02}{row:02}"),
        kind: if park { "park" } else { "group" }.into(),
        needs: Vec::new(),
        place: Some(Place::new(place.0, place.1).unwrap()),
        serves: ServiceArea::Anyone,
        hectares: park.then_some(2.5),
        places_per_quarter: (n % 2 == 1 && !park).then_some(130.0),
        verified_on: (!n.is_multiple_of(4)).then(|| today() - chrono::Days::new((n as u64 * 37) % 1_500)),
        sessions_per_quarter: None,
        listed_on: None,
        calendars: Vec::new(),
    }
}
