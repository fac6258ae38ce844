//! What no list covers is not known: neither a gap nor none, from the file of a list to the gap.

use chrono::NaiveDate;
use hereabouts_core::report::{DemandStatus, Gap, GapReport};
use hereabouts_core::{AnalysisPolicy, Study, analyse};
use hereabouts_data::commit_import::{ImportError, commit_import};
use hereabouts_data::ingest::map::ImportMap;
use hereabouts_data::ingest::{ImportedRecords, SourceFile, with_boundary};
use hereabouts_data::load::load;
use hereabouts_data::record::{CoveredExtent, RecordKind};
use hereabouts_data::tables::Tables;
use hereabouts_store::Store;
use std::collections::BTreeSet;

mod bath;
pub(crate) mod laws;

/// Eight squares in two rows of four, `MADEUP-00` to `MADEUP-31` by column and row, of two thousand people each.
struct Place {
    _dir: tempfile::TempDir,
    store: Store,
    tables: Tables,
}

const SIDE: f64 = 0.02;

fn code(column: usize, row: usize) -> String {
    format!("MADEUP-{column}{row}")
}

fn collection(features: &[String]) -> String {
    format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","))
}

fn square(properties: &str, [w, s, e, n]: [f64; 4]) -> String {
    format!(
        r#"{{"type":"Feature","properties":{{{properties}}},"geometry":{{"type":"Polygon","coordinates":[[[{w},{s}],[{e},{s}],[{e},{n}],[{w},{n}],[{w},{s}]]]}}}}"#
    )
}

impl Place {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::create(&dir.path().join("store")).unwrap();
        let mut place = Self { _dir: dir, store, tables: Tables::built_in().unwrap() };
        let (mut areas, mut people, mut demand) =
            (Vec::new(), "area_code,people\n".to_owned(), String::new());
        for column in 0..4 {
            for row in 0..2 {
                let (x, y) = (column as f64 * SIDE, row as f64 * SIDE);
                let code = code(column, row);
                areas.push(square(&format!(r#""area_code":"{code}""#), [x, y, x + SIDE, y + SIDE]));
                people += &format!("{code},2000\n");
                for need in ["learning-skills", "social-connection", "food", "nature-outdoors"] {
                    demand += &format!("{code},{need},2026-Q3,20\n");
                }
            }
        }
        place.bring(
            RecordKind::Neighbourhoods,
            "areas.geojson",
            &collection(&areas),
            "geography = \"made-up\"",
        );
        place.bring(RecordKind::Population, "people.csv", &people, "");
        let demand = format!("area_code,need,quarter,referrals\n{demand}");
        place.bring(RecordKind::Demand, "demand.csv", &demand, "complete = true");
        place
    }

    fn try_to(
        &mut self,
        kind: RecordKind,
        name: &str,
        text: &str,
        map: ImportMap,
    ) -> Result<ImportedRecords, ImportError> {
        let file = SourceFile { name, bytes: text.as_bytes() };
        Ok(commit_import(&mut self.store, &self.tables, kind, &[file], &map)?.imported)
    }

    fn bring(&mut self, kind: RecordKind, name: &str, text: &str, map: &str) -> ImportedRecords {
        self.try_to(kind, name, text, ImportMap::parse(map).unwrap()).unwrap()
    }

    /// A list of a kind, with a listing in the middle of each of these squares.
    fn list(&mut self, kind: &str, squares: &[(usize, usize)], map: &str) -> ImportedRecords {
        let row = |(nth, (column, row)): (usize, &(usize, usize))| {
            let middle = |at: &usize| (*at as f64 + 0.5) * SIDE;
            format!("{kind} {nth},{kind},{},{}\n", middle(column), middle(row))
        };
        let rows: String = squares.iter().enumerate().map(row).collect();
        self.bring(RecordKind::Assets, &format!("{kind}.csv"), &format!("name,kind,lon,lat\n{rows}"), map)
    }

    fn report(&self) -> (Study, GapReport) {
        let study = load(&self.store, &self.tables).unwrap().study;
        let policy = AnalysisPolicy::as_of(NaiveDate::from_ymd_opt(2026, 11, 20).unwrap());
        let report = analyse(&study, &policy).1.unwrap();
        (study, report)
    }

    fn gap(&self, code: &str, need: &str) -> Gap {
        let (study, report) = self.report();
        let need = study.need(need).unwrap();
        let of = |g: &&Gap| study.areas()[g.area.get()].code == code && g.need == need;
        report.gaps.iter().find(of).unwrap().clone()
    }

    /// Area and need of every gap that is ranked.
    fn ranked(&self) -> BTreeSet<(String, String)> {
        ranked(&self.report())
    }
}

fn ranked((study, report): &(Study, GapReport)) -> BTreeSet<(String, String)> {
    let names = |g: &Gap| (study.areas()[g.area.get()].code.clone(), study.needs()[g.need.get()].id.clone());
    report.gaps.iter().filter(|g| g.rank.is_some()).map(names).collect()
}

const WEST: [(usize, usize); 4] = [(0, 0), (0, 1), (1, 0), (1, 1)];
const EAST: &str = "covers = [\"MADEUP-20\", \"MADEUP-21\", \"MADEUP-30\", \"MADEUP-31\"]\n";

fn is_east(code: &str) -> bool {
    code >= "MADEUP-20"
}

/// Lists of four kinds in the western half.
fn half_listed(map: &str) -> Place {
    let mut place = Place::new();
    for kind in ["library", "community-centre", "food-bank"] {
        place.list(kind, &WEST, map);
    }
    let park = |(column, row): (usize, usize)| {
        let (x, y) = (column as f64 * SIDE + 0.009, row as f64 * SIDE + 0.009);
        square(r#""name":"Park""#, [x, y, x + 0.002, y + 0.002])
    };
    let parks = collection(&WEST.map(park));
    let of_parks = format!("{map}\nconstants = {{ kind = \"park\" }}");
    place.bring(RecordKind::Assets, "parks.geojson", &parks, &of_parks);
    place
}

#[test]
fn without_any_list_nothing_is_ranked_and_nothing_is_zero() {
    let place = Place::new();
    let (_, report) = place.report();
    for gap in &report.gaps {
        assert_eq!((gap.status, gap.rank, gap.supply_known_share), (DemandStatus::NoList, None, Some(0.0)));
        assert_eq!((gap.assets_in_reach, gap.places_listed, gap.access_listed), (None, None, None));
        assert_eq!((gap.coverage_share, gap.unmet_likely, gap.unmet_low), (None, None, None));
        // Everything that is asked for may be unmet.
        assert_eq!(gap.unmet_high.map(|ends| ends[1]), gap.referrals);
    }
}

#[test]
fn a_half_that_no_list_covers_has_no_gap() {
    for map in ["", "covers = [\"MADEUP-00\", \"MADEUP-01\", \"MADEUP-10\", \"MADEUP-11\"]"] {
        let place = half_listed(map);
        let ranked = place.ranked();
        assert!(ranked.iter().all(|(code, _)| !is_east(code)), "{ranked:?}");
        assert_eq!(ranked.len(), 16, "four needs in four squares: {ranked:?}");
        let gap = place.gap("MADEUP-30", "food");
        assert_eq!(
            (gap.status, gap.assets_in_reach, gap.unmet_rate_likely),
            (DemandStatus::NoList, None, None)
        );
        assert!(gap.referrals.is_some(), "what is asked for is known all the same");
    }
}

#[test]
fn a_list_complete_for_libraries_tells_of_learning_and_of_nothing_else() {
    let mut place = half_listed("");
    let before = place.ranked();
    let told = place.list(
        "east-libraries",
        &[(2, 0)],
        &format!("{EAST}complete = [\"Libraries\"]\nconstants = {{ kind = \"library\" }}"),
    );
    assert!(told.notes.iter().any(|n| n == "complete, as the map says, for library"), "{:?}", told.notes);
    assert_eq!(told.header.list.complete, ["library"]);
    let new: BTreeSet<_> = place.ranked().difference(&before).cloned().collect();
    let all: BTreeSet<_> =
        ["20", "21", "30", "31"].map(|n| (format!("MADEUP-{n}"), "learning-skills".to_owned())).into();
    assert_eq!(new, all);
    // Nothing is listed there, and that is known to be nothing.
    let gap = place.gap("MADEUP-31", "learning-skills");
    assert_eq!(
        (gap.assets_in_reach, gap.coverage_share, gap.supply_complete_share),
        (Some(0), Some(0.0), Some(1.0))
    );
    assert_eq!(gap.unmet_likely, gap.referrals);
    // A library has room for company too, and says nothing of what else there is for it.
    assert_eq!(place.gap("MADEUP-20", "social-connection").status, DemandStatus::NoList);
    assert!(place.gap("MADEUP-20", "social-connection").places_listed.is_some_and(|p| p > 0.0));
}

#[test]
fn a_list_may_be_complete_for_what_it_has_none_of() {
    let mut place = half_listed("");
    place.list("library", &WEST, "covers = \"nation\"\ncomplete = [\"food-bank\"]");
    let gap = place.gap("MADEUP-31", "food");
    assert_eq!((gap.status, gap.assets_in_reach), (DemandStatus::Ok, Some(0)));
    let everything = half_listed("complete = true\ncovers = \"made-up\"");
    assert_eq!(everything.ranked().len(), 32);
    assert_eq!(everything.gap("MADEUP-00", "food").supply_complete_share, Some(1.0));
}

#[test]
fn each_way_of_saying_what_is_covered_is_understood() {
    let covered = |map: &str| {
        let mut place = Place::new();
        let told = place.list("food-bank", &[(0, 0)], map);
        let known = ranked(&place.report()).into_iter().map(|(code, _)| code).collect::<Vec<_>>();
        (told, known)
    };
    for map in ["covers = \"nation\"", "covers = \"made-up\"", "covers = \" Nation\""] {
        assert_eq!(covered(map).1.len(), 8, "{map}");
    }
    assert_eq!(covered("covers = \"MADEUP-31\"").1, ["MADEUP-31"]);
    let (told, known) = covered("covers = [\"MADEUP-31\", \"MADEUP-99\"]");
    assert_eq!(known, ["MADEUP-31"]);
    assert!(
        told.notes.iter().any(|n| n == "covers 2 areas, as the map says, of which 1 are here"),
        "{:?}",
        told.notes
    );
    let (told, known) = covered("");
    assert_eq!(known, ["MADEUP-00"]);
    assert!(
        told.notes.iter().any(|n| n.contains("say `covers`") && n.contains("7 of 8 areas")),
        "{:?}",
        told.notes
    );
}

#[test]
fn a_boundary_file_is_covered_and_simplified_where_it_is_long() {
    let mut place = Place::new();
    let boundary = |corners: usize| {
        let at = |nth: usize| {
            let turn = nth as f64 / corners as f64 * std::f64::consts::TAU;
            format!("[{},{}]", 0.06 + 0.025 * turn.cos(), 0.02 + 0.025 * turn.sin())
        };
        let ring: Vec<String> = (0..corners).chain([0]).map(at).collect();
        collection(&[format!(
            r#"{{"type":"Feature","properties":{{}},"geometry":{{"type":"Polygon","coordinates":[[{}]]}}}}"#,
            ring.join(",")
        )])
    };
    let map = ImportMap::parse("covers = \"Round.geojson\"").unwrap();
    assert_eq!(map.boundary_file(), Some("Round.geojson"));
    for corners in [16, 5_000] {
        let text = boundary(corners);
        let file = SourceFile { name: "Round.geojson", bytes: text.as_bytes() };
        let map = with_boundary(map.clone(), &file).unwrap();
        let list = "name,kind,lon,lat\nBank,food-bank,0.01,0.01\n";
        let told = place.try_to(RecordKind::Assets, "banks.csv", list, map).unwrap();
        assert_eq!(told.notes.iter().any(|n| n.contains("simplified")), corners > 1_200, "{:?}", told.notes);
        let Some(CoveredExtent::Shape(kept)) = told.header.list.covers else { panic!("no shape") };
        assert!(kept[0][0].len() <= 1_200);
        let known: Vec<_> = place.ranked().into_iter().collect();
        assert!(known.iter().all(|(code, need)| is_east(code) && need == "food"), "{known:?}");
        assert_eq!(known.len(), 4);
    }
    let wrong = SourceFile { name: "Round.geojson", bytes: b"name\n" };
    assert!(with_boundary(map, &wrong).unwrap_err().to_string().contains("Round.geojson"));
}

#[test]
fn what_a_map_says_wrongly_is_named() {
    let mut place = Place::new();
    let list = "name,kind,lon,lat\nBank,food-bank,0.01,0.01\n";
    for (kind, map, reason) in [
        (RecordKind::Assets, "covers = \"narnia\"", "\"narnia\""),
        (RecordKind::Assets, "covers = \"narnia\"", "made-up"),
        (RecordKind::Assets, "covers = [\"N1\"]", "N1"),
        (RecordKind::Assets, "complete = [\"unicorn\"]", "\"unicorn\""),
        (RecordKind::Assets, "covers = \"there.geojson\"", "there.geojson"),
        (RecordKind::Population, "covers = \"nation\"", "lists of assets"),
        (RecordKind::Population, "complete = [\"library\"]", "lists of assets"),
    ] {
        let text = if kind == RecordKind::Assets { list } else { "area_code,people\nMADEUP-00,5\n" };
        let error =
            place.try_to(kind, "x.csv", text, ImportMap::parse(map).unwrap()).unwrap_err().to_string();
        assert!(error.contains(reason), "{map}: {error}");
    }
    assert!(ImportMap::parse("covers = 5").is_err());
}

#[test]
fn a_service_for_the_whole_town_reaches_it_and_one_online_does_not() {
    for (area, known) in [("city-wide", 8), ("online", 0), ("national", 0), ("MADEUP-10; MADEUP-11", 2)] {
        let mut place = Place::new();
        let rows = format!("name,kind,needs,service_area\nHelp,group,food,{area}\n");
        place.bring(RecordKind::Assets, "services.csv", &rows, "");
        assert_eq!(place.ranked().len(), known, "{area}");
    }
}

#[test]
fn a_need_that_hardly_any_listing_answers_is_said_once_and_leads_no_list() {
    let mut place = Place::new();
    // Of a town of 160,000 people, with two food banks and four libraries.
    let people: String = (0..8).map(|n| format!("{},20000\n", code(n / 2, n % 2))).collect();
    place.bring(RecordKind::Population, "people.csv", &format!("area_code,people\n{people}"), "");
    place.list("library", &WEST, "covers = \"nation\"");
    place.list("food-bank", &WEST[..2], "covers = \"nation\"");
    let (study, report) = place.report();
    let listings = |need: &str| report.listings[study.need(need).unwrap().get()];
    assert_eq!((listings("food").count, listings("food").few), (2, true));
    assert_eq!((listings("learning-skills").count, listings("learning-skills").few), (4, false));
    assert_eq!((listings("housing").count, listings("housing").few), (0, true));
    // A list that says it has them all leaves no doubt.
    place.list("food-bank", &WEST[..2], "covers = \"nation\"\ncomplete = true");
    let (study, report) = place.report();
    assert!(!report.listings[study.need("food").unwrap().get()].few);
}
