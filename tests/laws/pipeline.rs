//! The whole pipeline on a small made-up place: what comes out, in every state an area can be in.

use chrono::NaiveDate;
use geo::{MultiPolygon, polygon};
use hereabouts_core::area::{Area, Deprivation, Geography, Population, Postcode};
use hereabouts_core::asset::{AreaExtent, Asset, ServiceArea};
use hereabouts_core::asset_list::AssetList;
use hereabouts_core::cell::{CellResolution, DemandCell};
use hereabouts_core::decay::Decay;
use hereabouts_core::demand::{AreaCode, Basis, Demand, Quarter, WHOLE_QUARTER};
use hereabouts_core::kind::{AssetKind, KindSupply};
use hereabouts_core::need::{AdequateLevel, LandFloor, Need};
use hereabouts_core::place::Place;
use hereabouts_core::report::{DemandStatus, Gap, GapReport};
use hereabouts_core::units::{Metres, Minutes};
use hereabouts_core::{AnalysisPolicy, QuarterAnalysis, Study, StudyInput, analyse};

const NORTH: f64 = 53.40;
const WEST: f64 = -2.40;
/// About 2 km a side.
const SIDE: (f64, f64) = (0.03, 0.018);

/// Squares of a `columns` × `rows` grid, `A00`, `A01` … along the rows.
fn square(column: usize, row: usize) -> MultiPolygon<f64> {
    let (w, s) = (WEST + SIDE.0 * column as f64, NORTH + SIDE.1 * row as f64);
    MultiPolygon(vec![
        polygon![(x: w, y: s), (x: w + SIDE.0, y: s), (x: w + SIDE.0, y: s + SIDE.1), (x: w, y: s + SIDE.1), (x: w, y: s)],
    ])
}

fn middle(column: usize, row: usize) -> Place {
    Place::new(WEST + SIDE.0 * (column as f64 + 0.5), NORTH + SIDE.1 * (row as f64 + 0.5)).unwrap()
}

fn code(column: usize, row: usize) -> String {
    format!("A{column}{row}")
}

fn quarter() -> Quarter {
    "2025-Q4".parse().unwrap()
}

fn need(id: &str, floor: Option<LandFloor>) -> Need {
    Need {
        id: id.into(),
        label: id.into(),
        catchment: Minutes::new(15.0).unwrap(),
        decay: Decay::Gaussian,
        adequate: AdequateLevel { places_per_referral: 12.0, floor },
        activity: false,
    }
}

fn group(id: &str, place: Place, places: Option<f64>, verified_on: Option<NaiveDate>) -> Asset {
    Asset {
        id: id.into(),
        kind: "group".into(),
        needs: vec!["walk".into()],
        place: Some(place),
        serves: ServiceArea::Anyone,
        hectares: None,
        places_per_quarter: places,
        verified_on,
        sessions_per_quarter: None,
        listed_on: None,
        calendars: Vec::new(),
    }
}

fn demand(code: &str, need: &str, quarter: Quarter, referrals: f64) -> Demand<AreaCode> {
    Demand {
        place: AreaCode { geography: "small".into(), code: code.into() },
        need: need.into(),
        quarter,
        referrals: referrals.into(),
        months: WHOLE_QUARTER,
        divided: false,
        no_match: Some((referrals / 4.0).floor()),
        basis: Basis::Synthetic,
    }
}

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 15).unwrap()
}

/// 6 × 3 squares in one geography, two halves of it in another; everybody refers 20 a quarter.
fn squares() -> StudyInput {
    let mut input = StudyInput {
        needs: vec![
            need("walk", None),
            need(
                "green",
                Some(LandFloor {
                    hectares_per_1000: 3.0,
                    within: Metres::new(1000.0).unwrap(),
                    counts_for: 0.5,
                }),
            ),
        ],
        kinds: vec![
            AssetKind {
                id: "group".into(),
                label: "Group".into(),
                serves: vec![],
                supply: KindSupply::Places { default_per_quarter: 100.0, default_per_session: None },
                half_life_months: 12.0,
                venue: false,
            },
            AssetKind {
                id: "park".into(),
                label: "Park".into(),
                serves: vec![("green".into(), 1.0)],
                supply: KindSupply::Land,
                half_life_months: 1200.0,
                venue: false,
            },
        ],
        geographies: vec![
            Geography { id: "small".into(), label: "Small areas".into() },
            Geography { id: "half".into(), label: "Halves".into() },
        ],
        lists: vec![AssetList {
            needs: vec!["walk".into(), "green".into()],
            ..AssetList::everywhere("squares", ["park"])
        }],
        ..StudyInput::default()
    };
    for column in 0..6 {
        for row in 0..3 {
            let code = code(column, row);
            input.areas.push(Area {
                geography: "small".into(),
                code: code.clone(),
                name: format!("Square {column} {row}"),
                boundary: square(column, row),
                reporting: true,
            });
            input.population.push(Population {
                geography: "small".into(),
                code: code.clone(),
                people: 1000.0,
            });
            input.deprivation.push(Deprivation { geography: "small".into(), code: code.clone(), decile: 4 });
            for back in 0..4 {
                input.demand.push(demand(&code, "walk", quarter().back(back), 20.0));
            }
        }
    }
    for (half, columns) in [("WEST", 0..3), ("EAST", 3..6)] {
        let squares = columns.flat_map(|c| (0..3).flat_map(move |r| square(c, r).0)).collect::<Vec<_>>();
        let boundary = squares
            .into_iter()
            .fold(MultiPolygon::new(vec![]), |all, p| geo::BooleanOps::union(&all, &MultiPolygon(vec![p])));
        input.areas.push(Area {
            geography: "half".into(),
            code: half.into(),
            name: half.into(),
            boundary,
            reporting: true,
        });
    }
    input
}

fn run(input: StudyInput, geography: &str) -> (Study, QuarterAnalysis, GapReport) {
    let study = Study::new(input).unwrap();
    let mut policy = AnalysisPolicy::as_of(today());
    policy.geography = study.geography(geography);
    policy.period = Some(quarter().into());
    let (quarter, report) = analyse(&study, &policy);
    (study, quarter, report.unwrap())
}

fn find<'a>(study: &Study, report: &'a GapReport, code: &str, need: &str) -> &'a Gap {
    let need = study.need(need).unwrap();
    report.gaps.iter().find(|g| study.areas()[g.area.get()].code == code && g.need == need).unwrap()
}

#[test]
fn with_no_supply_everything_is_unmet() {
    let (study, _, report) = run(squares(), "small");
    let gap = find(&study, &report, "A21", "walk");
    assert_eq!(gap.referrals.map(f64::round), Some(20.0));
    assert!((gap.unmet_likely.unwrap() - 20.0).abs() < 1e-9);
    assert!((gap.shortfall_places_likely.unwrap() - 240.0).abs() < 1e-9);
    assert_eq!((gap.unmet_rate_likely, gap.nearest_minutes, gap.assets_in_reach), (Some(1.0), None, Some(0)));
    assert_eq!((gap.access_likely, gap.coverage_share), (Some(0.0), Some(0.0)));
    assert_eq!((gap.verified_share, gap.no_match), (None, Some(5.0)));
    assert_eq!((gap.rank.is_some(), gap.of), (true, 18));
}

#[test]
fn totals_are_the_same_in_every_geography_and_in_cells() {
    let mut input = squares();
    input.assets.push(group("g/1", middle(1, 1), Some(130.0), Some(today())));
    let (study, cells, small) = run(input.clone(), "small");
    let (_, _, halves) = run(input, "half");
    let total = |report: &GapReport, f: &dyn Fn(&Gap) -> f64| -> f64 {
        report.gaps.iter().filter(|g| g.need == study.need("walk").unwrap()).map(f).sum()
    };
    for f in [
        &(|g: &Gap| g.referrals.unwrap()) as &dyn Fn(&Gap) -> f64,
        &|g| g.unmet_listed.unwrap(),
        &|g| g.unmet_likely.unwrap(),
        &|g| g.population.unwrap(),
    ] {
        assert!((total(&small, f) - total(&halves, f)).abs() < 1e-6);
    }
    let in_cells: f64 = cells.cells[0].referrals.iter().sum();
    assert!(
        (in_cells - 360.0).abs() < 1e-6 && (total(&small, &|g| g.referrals.unwrap()) - 360.0).abs() < 1e-6
    );
    let unmet: f64 = cells.cells[0].unmet_likely.iter().sum();
    assert!((unmet - total(&small, &|g| g.unmet_likely.unwrap())).abs() < 1e-6);
    // 130 place-sessions can meet at most 130 / 12 referrals.
    assert!((360.0 - 130.0 / 12.0 - 1e-6..360.0).contains(&unmet), "{unmet}");
}

#[test]
fn an_old_listing_counts_less_than_a_fresh_one_and_less_than_it_says() {
    let with = |verified| {
        let mut input = squares();
        input.assets.push(group("g/1", middle(1, 1), Some(130.0), verified));
        let (study, _, report) = run(input, "small");
        find(&study, &report, "A11", "walk").clone()
    };
    let (fresh, old, unknown) = (with(Some(today())), with(NaiveDate::from_ymd_opt(2025, 1, 15)), with(None));
    assert_eq!(fresh.unmet_listed, old.unmet_listed);
    assert_eq!(fresh.unmet_listed, fresh.unmet_likely);
    assert!(old.unmet_likely > fresh.unmet_likely && unknown.unmet_likely > old.unmet_likely);
    let likely = old.places_likely.unwrap();
    assert!((likely - 65.0).abs() < 0.1, "half of 130 after one half-life: {likely}");
    assert_eq!((fresh.verified_share, unknown.verified_share), (Some(1.0), Some(0.0)));
    assert_eq!(fresh.assumed_share, Some(0.0));
}

#[test]
fn assumed_places_are_flagged() {
    let mut input = squares();
    input.assets.push(group("g/1", middle(1, 1), None, Some(today())));
    input.assets.push(group("g/2", middle(1, 1), Some(300.0), Some(today())));
    let (study, _, report) = run(input, "small");
    let gap = find(&study, &report, "A11", "walk");
    assert_eq!(
        (gap.places_listed, gap.assumed_share, gap.assets_in_reach),
        (Some(400.0), Some(0.25), Some(2))
    );
}

#[test]
fn an_area_without_data_is_no_data_and_one_that_hardly_refers_is_silent() {
    let mut input = squares();
    input.demand.retain(|d| d.place.code != "A00");
    for d in input.demand.iter_mut().filter(|d| d.place.code == "A50") {
        d.referrals = 1.0.into();
    }
    let (study, _, report) = run(input.clone(), "small");
    let missing = find(&study, &report, "A00", "walk");
    assert_eq!(missing.status, DemandStatus::NoData);
    assert_eq!((missing.referrals, missing.unmet_likely, missing.rank), (None, None, None));
    let silent = find(&study, &report, "A50", "walk");
    assert_eq!((silent.status, silent.rank), (DemandStatus::Silent, None));
    assert_eq!(silent.referrals.map(f64::round), Some(1.0));
    assert_eq!(find(&study, &report, "A21", "walk").of, 16);
    let hood = report.neighbourhoods.iter().find(|n| study.areas()[n.area.get()].code == "A50").unwrap();
    assert_eq!((hood.expected.map(f64::round), hood.observed), (Some(80.0), Some(4.0)));
    // One of nine small areas without data leaves the half with data, and says how much is missing.
    let (study, _, halves) = run(input, "half");
    let west = halves.neighbourhoods.iter().find(|n| study.areas()[n.area.get()].code == "WEST").unwrap();
    assert!((west.no_data_share - 1.0 / 9.0).abs() < 1e-9);
    assert_eq!(west.status, DemandStatus::Ok);
}

#[test]
fn a_larger_areas_figures_are_divided_and_said_to_be_modelled() {
    let mut input = squares();
    input.demand.clear();
    input.population.clear();
    input.population.push(Population { geography: "half".into(), code: "WEST".into(), people: 9000.0 });
    let mut figure = demand("WEST", "walk", quarter(), 90.0);
    figure.place.geography = "half".into();
    figure.basis = Basis::Released;
    input.demand.push(figure);
    let (study, _, report) = run(input, "small");
    let gap = find(&study, &report, "A11", "walk");
    assert!((gap.referrals.unwrap() - 10.0).abs() < 0.05 && (gap.population.unwrap() - 1000.0).abs() < 5.0);
    assert_eq!(gap.basis, Some(Basis::Modelled));
    assert_eq!(find(&study, &report, "A41", "walk").status, DemandStatus::NoData);
}

#[test]
fn a_provider_that_nobody_reaches_is_idle() {
    let mut input = squares();
    input.assets.push(group("g/far", Place::new(WEST - 1.0, NORTH).unwrap(), Some(50.0), Some(today())));
    let (_, cells, _) = run(input, "small");
    assert_eq!(cells.idle.len(), 1);
    assert_eq!((cells.idle[0].places, cells.idle[0].idle_places), (50.0, 50.0));
}

#[test]
fn parks_meet_the_floor_and_no_more_than_their_part() {
    let mut input = squares();
    input.demand.push(demand("A11", "green", quarter(), 10.0));
    let mut park = group("p/1", middle(1, 1), None, Some(today()));
    park.kind = "park".into();
    park.needs = vec![];
    park.hectares = Some(500.0);
    input.assets.push(park);
    let (study, _, report) = run(input, "small");
    let gap = find(&study, &report, "A11", "green");
    assert_eq!(gap.land_share, Some(1.0));
    assert!((gap.unmet_likely.unwrap() - 5.0).abs() < 0.02, "half of the need: {:?}", gap.unmet_likely);
    assert_eq!((gap.places_listed, gap.assets_in_reach), (Some(0.0), Some(1)));
    assert_eq!(find(&study, &report, "A51", "green").land_share, Some(0.0));
    assert_eq!(find(&study, &report, "A11", "walk").land_share, None);
}

#[test]
fn a_park_that_nobody_measured_is_no_park_of_no_hectares() {
    let with = |hectares| {
        let mut input = squares();
        for code in ["A11", "A51"] {
            input.demand.push(demand(code, "green", quarter(), 10.0));
        }
        let mut park = group("p/1", middle(1, 1), None, Some(today()));
        (park.kind, park.needs, park.hectares) = ("park".into(), vec![], hectares);
        input.assets.push(park);
        let (study, _, report) = run(input, "small");
        ["A11", "A51"].map(|code| find(&study, &report, code, "green").clone())
    };
    let [near, far] = with(None);
    // Nearly everybody in the square is within 1,000 m of its middle.
    assert_eq!((near.status, near.unmet_likely, near.rank), (DemandStatus::NoList, None, None));
    assert_eq!((near.land_share, near.assets_in_reach), (None, Some(1)), "a zero that nobody says");
    assert!(near.supply_known_share.unwrap() < 0.5 && near.coverage_share.unwrap() > 0.5);
    assert!((near.unmet_high.unwrap()[1] - 10.0).abs() < 1e-6, "at most all of it");
    // Whoever is not near it is known to have none.
    assert_eq!(
        (far.status, far.supply_known_share, far.land_share),
        (DemandStatus::Ok, Some(1.0), Some(0.0))
    );
    let parts = far.unmet_parts.unwrap()[1];
    assert!((parts.nothing_in_reach - 10.0).abs() < 1e-6 && parts.not_enough == 0.0);
    // Measured, it is known: small or large, and whoever has any of it has it in reach.
    for hectares in [0.5, 2.0, 500.0] {
        let [near, _] = with(Some(hectares));
        assert_eq!((near.status, near.supply_known_share), (DemandStatus::Ok, Some(1.0)));
        assert!(near.land_share.unwrap() > 0.0 && near.coverage_share.unwrap() > 0.5);
        let parts = near.unmet_parts.unwrap()[1];
        assert!((parts.not_enough + parts.nothing_in_reach - near.unmet_likely.unwrap()).abs() < 1e-9);
        assert!(
            hectares < 500.0 || parts.nothing_in_reach == 0.0,
            "land in full, and nothing in reach: {parts:?}"
        );
    }
}

#[test]
fn a_tiny_area_keeps_its_people_and_its_gap() {
    let mut input = squares();
    let (x, y) = (middle(2, 1).lon(), middle(2, 1).lat());
    input.geographies.push(Geography { id: "tiny".into(), label: "Tiny".into() });
    input.areas.push(Area {
        geography: "tiny".into(),
        code: "T".into(),
        name: "T".into(),
        boundary: MultiPolygon(vec![
            polygon![(x: x, y: y), (x: x + 1e-5, y: y), (x: x + 1e-5, y: y + 1e-5), (x: x, y: y)],
        ]),
        reporting: true,
    });
    let mut policy = AnalysisPolicy::as_of(today());
    let only_tiny = StudyInput {
        areas: input.areas.iter().filter(|a| a.geography == "tiny").cloned().collect(),
        geographies: input.geographies.iter().filter(|g| g.id == "tiny").cloned().collect(),
        population: vec![Population { geography: "tiny".into(), code: "T".into(), people: 40.0 }],
        demand: vec![Demand {
            place: AreaCode { geography: "tiny".into(), code: "T".into() },
            ..demand("T", "walk", quarter(), 8.0)
        }],
        deprivation: vec![],
        ..input
    };
    let study = Study::new(only_tiny).unwrap();
    policy.geography = study.geography("tiny");
    let (cells, report) = analyse(&study, &policy);
    let report = report.unwrap();
    assert!(report.neighbourhoods[0].tiny && report.neighbourhoods[0].cells == 0);
    assert_eq!(find(&study, &report, "T", "walk").unmet_likely, Some(8.0));
    assert_eq!(cells.cells[0].referrals.iter().sum::<f64>(), 8.0);
}

#[test]
fn people_stand_where_their_postcodes_are() {
    let mut input = squares();
    let at = middle(1, 1);
    for n in 0..4 {
        input.postcodes.push(Postcode { code: format!("ZZ1 1A{n}"), place: at });
    }
    let study = Study::new(input).unwrap();
    let analysis = hereabouts_core::Analysis::new(&study, &AnalysisPolicy::as_of(today()));
    let cell = analysis.grid().cell_at(at).unwrap();
    // Half of the square's people stand at its only postcodes, half on all its land.
    let people = analysis.people()[cell];
    assert!((500.0..600.0).contains(&people), "{people}");
    assert!((analysis.people().iter().sum::<f64>() - 18_000.0).abs() < 1e-6);
}

#[test]
fn context_is_used_and_not_reported() {
    let mut input = squares();
    for area in input.areas.iter_mut().filter(|a| a.code != "A11") {
        area.reporting = false;
    }
    let (_, cells, report) = run(input, "small");
    assert_eq!(report.neighbourhoods.len(), 1);
    assert_eq!(report.gaps.len(), 2);
    assert!((cells.cells[0].referrals.iter().sum::<f64>() - 360.0).abs() < 1e-6);
    // 2 km to the edge of the data on two sides: within two catchments of 15 minutes (1.85 km) of it only at the rim.
    let edge = report.gaps[0].edge_share.unwrap();
    assert!((0.0..1.0).contains(&edge), "{edge}");
}

#[test]
fn every_resolution_conserves_people_and_referrals() {
    for resolution in 7..=10 {
        let study = Study::new(squares()).unwrap();
        let mut policy = AnalysisPolicy::as_of(today());
        policy.period = Some(quarter().into());
        policy.resolution = CellResolution::new(resolution).unwrap();
        let (cells, _) = analyse(&study, &policy);
        assert!((cells.cells[0].referrals.iter().sum::<f64>() - 360.0).abs() < 1e-6);
    }
    assert!(CellResolution::new(6).is_err() && CellResolution::new(11).is_err());
}

/// Twelve referrals in the cell of `resolution` about a place.
fn in_cell(place: Place, resolution: u8) -> Demand<DemandCell> {
    let resolution = CellResolution::new(resolution).unwrap();
    Demand {
        place: hereabouts_core::cell::cell_of(place, resolution).unwrap().to_string().parse().unwrap(),
        need: "walk".into(),
        quarter: quarter(),
        referrals: 12.0.into(),
        months: WHOLE_QUARTER,
        divided: false,
        no_match: Some(3.0),
        basis: Basis::Released,
    }
}

#[test]
fn referrals_of_a_cell_stay_in_it_and_count_once() {
    // Finer than the analysis, as fine, coarser: for the cell in the middle of A11, all of which lies in it.
    for (resolution, cells) in [(10, 1), (9, 1), (8, 7)] {
        let mut input = squares();
        input.cell_demand.push(in_cell(middle(1, 1), resolution));
        let (study, analysed, report) = run(input, "small");
        let placed = &analysed.placed;
        // The square's own figure is left out: it speaks of the same people. Its neighbours keep theirs.
        let touched: Vec<&Gap> = report
            .gaps
            .iter()
            .filter(|g| {
                g.need == study.need("walk").unwrap() && g.referrals.is_some_and(|r| (r - 20.0).abs() > 1e-6)
            })
            .collect();
        let total: f64 = report.gaps.iter().filter_map(|g| g.referrals).sum();
        let in_cells: f64 = analysed.cells[0].referrals.iter().sum();
        assert!((total - in_cells).abs() < 1e-9, "{total} in areas, {in_cells} in cells");
        assert!(
            (total - (20.0 * (18 - touched.len()) as f64 + 12.0)).abs() < 1e-9,
            "{total} with {} touched",
            touched.len()
        );
        assert_eq!((placed.overlapping, placed.outside), (touched.len(), 0.0));
        let gap = find(&study, &report, "A11", "walk");
        assert!(gap.referrals.unwrap() > 10.0 && gap.no_match.unwrap() > 2.5, "{gap:?}");
        if resolution >= 9 {
            assert_eq!(
                (gap.referrals, gap.no_match, gap.basis),
                (Some(12.0), Some(3.0), Some(Basis::Released))
            );
        }
        let holding = analysed.cells[0].referrals.iter().filter(|r| **r > 1.0).count();
        assert_eq!(holding, cells, "resolution {resolution}");
        let given = analysed.cells[0].given.iter().filter(|g| **g == Some(Basis::Released)).count();
        assert_eq!(given, usize::from(resolution >= 9), "spread over finer cells it is modelled");
    }
}

#[test]
fn a_cell_of_several_areas_is_divided_like_their_people() {
    let mut input = squares();
    input.demand.clear();
    let border = Place::new(WEST + SIDE.0, NORTH + SIDE.1 * 0.5).unwrap();
    input.cell_demand.push(in_cell(border, 9));
    let (study, analysed, report) = run(input.clone(), "small");
    let [west, east] = ["A00", "A10"].map(|code| find(&study, &report, code, "walk").clone());
    let (w, e) = (west.referrals.unwrap(), east.referrals.unwrap());
    assert!(w > 1.0 && e > 1.0 && (w + e - 12.0).abs() < 1e-9, "{w} {e}");
    assert_eq!((west.basis, east.basis), (Some(Basis::Modelled), Some(Basis::Modelled)));
    let given: Vec<Basis> = analysed.cells[0].given.iter().flatten().copied().collect();
    assert_eq!(given, [Basis::Released], "of the cell itself it is what was given");
    assert_eq!(find(&study, &report, "A51", "walk").status, DemandStatus::NoData);
    // Outside all areas nobody is served, and it is told.
    input.cell_demand = vec![in_cell(Place::new(WEST - 0.5, NORTH).unwrap(), 9)];
    assert_eq!(run(input, "small").1.placed.outside, 12.0);
}

#[test]
fn cells_of_two_sizes_are_refused() {
    let mut input = squares();
    input.cell_demand = vec![in_cell(middle(1, 1), 9), in_cell(middle(3, 1), 8)];
    let problems = Study::new(input).unwrap_err().problems;
    assert!(problems.len() == 1 && problems[0].reason.contains("another size"), "{problems:?}");
    assert!("12".parse::<DemandCell>().is_err());
}

#[test]
fn every_reference_that_does_not_resolve_is_named() {
    let mut input = squares();
    input.demand.push(demand("WEST", "walk", quarter(), 1.0));
    input.demand.push(demand("A11", "wlak", quarter(), 1.0));
    input.assets.push(Asset { kind: "libary".into(), ..group("g/1", middle(1, 1), None, None) });
    let problems = Study::new(input).unwrap_err().problems;
    let text: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(problems.len(), 3, "{text:?}");
    assert!(text.iter().any(|t| t.contains("not an area of small; half knows it")), "{text:?}");
    assert!(text.iter().any(|t| t.contains("wlak")) && text.iter().any(|t| t.contains("libary")));
}

/// Places and unmet need of the whole town for walking, with one asset that serves `serves`.
fn with_one(place: Option<Place>, serves: ServiceArea, count_remote: bool) -> GapReport {
    let mut input = squares();
    input.assets.push(Asset { place, serves, ..group("g/1", middle(0, 0), Some(120.0), Some(today())) });
    let study = Study::new(input).unwrap();
    let mut policy = AnalysisPolicy::as_of(today());
    policy.period = Some(quarter().into());
    policy.geography = study.geography("small");
    policy.count_remote = count_remote;
    analyse(&study, &policy).1.unwrap()
}

/// Referrals met by area, for walking.
fn met(report: &GapReport) -> Vec<f64> {
    let gaps = report.gaps.iter().filter(|g| g.need.get() == 0);
    gaps.map(|g| g.referrals.unwrap() - g.unmet_listed.unwrap()).collect()
}

/// Referrals met in the areas that gain most, so many of them, as a share of all that are met.
///
/// Not quite all: a cell on the border is served whole, or not at all.
fn share_of_the_best(met: &[f64], areas: usize) -> f64 {
    let mut falling = met.to_vec();
    falling.sort_by(|a, b| b.total_cmp(a));
    falling[..areas].iter().sum::<f64>() / met.iter().sum::<f64>()
}

#[test]
fn what_comes_to_people_serves_its_area_and_nobody_else() {
    let area = |code: String| AreaExtent::Area { geography: "small".into(), code };
    let two = met(&with_one(None, ServiceArea::Within(vec![area(code(4, 0)), area(code(5, 0))]), false));
    // 120 places at 12 places a referral.
    assert!((two.iter().sum::<f64>() - 10.0).abs() < 1e-9, "{two:?}");
    assert!(share_of_the_best(&two, 2) > 0.97, "{two:?}");
    let all = met(&with_one(None, ServiceArea::Within(vec![AreaExtent::Everywhere]), false));
    assert!((all.iter().sum::<f64>() - 10.0).abs() < 1e-9, "{all:?}");
    assert!(all.iter().all(|m| (m - 10.0 / 18.0).abs() < 1e-9), "{all:?}");
}

#[test]
fn a_place_for_people_of_one_area_alone_is_shared_among_fewer() {
    // On the border with its neighbour.
    let (west, east) = (middle(1, 1), middle(2, 1));
    let at = Some(Place::new((west.lon() + east.lon()) / 2.0, west.lat()).unwrap());
    let open = met(&with_one(at, ServiceArea::Anyone, false));
    let own = AreaExtent::Area { geography: "small".into(), code: code(1, 1) };
    let closed = met(&with_one(at, ServiceArea::Within(vec![own]), false));
    assert!(share_of_the_best(&closed, 1) > 0.95 && share_of_the_best(&open, 1) < 0.8, "{open:?} {closed:?}");
}

#[test]
fn what_is_offered_from_afar_fills_no_gap_unless_the_policy_counts_it() {
    assert!(met(&with_one(None, ServiceArea::Remote, false)).iter().all(|m| *m == 0.0));
    assert!((met(&with_one(None, ServiceArea::Remote, true)).iter().sum::<f64>() - 10.0).abs() < 1e-9);
    assert!(
        met(&with_one(None, ServiceArea::Anyone, true)).iter().all(|m| *m == 0.0),
        "met nowhere, serves nobody"
    );
}

#[test]
fn a_service_area_that_is_no_area_of_the_study_is_named() {
    let mut input = squares();
    let nowhere = AreaExtent::Area { geography: "small".into(), code: "X99".into() };
    input
        .assets
        .push(Asset { serves: ServiceArea::Within(vec![nowhere]), ..group("g/1", middle(1, 1), None, None) });
    assert!(Study::new(input).unwrap_err().to_string().contains("asset g/1: service area \"X99\""));
}
