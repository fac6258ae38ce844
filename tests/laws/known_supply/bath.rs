//! A real city of which lists cover one half.

use super::ranked;
use chrono::NaiveDate;
use geo::{Centroid, Point};
use hereabouts_core::report::{DemandStatus, GapReport};
use hereabouts_core::{Analysis, AnalysisPolicy, Study};
use hereabouts_data::commit_import::commit_import;
use hereabouts_data::ingest::SourceFile;
use hereabouts_data::ingest::map::{CompleteList, CoveredPlaces, ImportMap};
use hereabouts_data::load::load;
use hereabouts_data::place_file::PlaceFile;
use hereabouts_data::record::RecordKind;
use hereabouts_data::tables::Tables;
use hereabouts_store::Store;
use std::collections::BTreeSet;
use std::path::Path;

/// Codes of the neighbourhoods whose middle lies to the east of that of the middle one.
fn east(study: &Study, geography: &str) -> BTreeSet<String> {
    let geography = study.geography(geography).unwrap();
    let mut at: Vec<(f64, String)> = study
        .areas_of(geography)
        .map(|(_, area)| (area.boundary.centroid().map_or(0.0, Point::x), area.code.clone()))
        .collect();
    at.sort_by(|a, b| a.0.total_cmp(&b.0));
    at.split_off(at.len() / 2).into_iter().map(|(_, code)| code).collect()
}

fn report(study: &Study) -> GapReport {
    // Every figure is ranked here, however small.
    let policy = AnalysisPolicy {
        few_below: 0.0,
        ..AnalysisPolicy::as_of(NaiveDate::from_ymd_opt(2026, 11, 1).unwrap())
    };
    let analysis = Analysis::new(study, &policy);
    let quarter = analysis.quarter(study, None);
    analysis.report(study, &quarter, study.geography("msoa11").unwrap())
}

#[test]
#[cfg_attr(no_test_bed, ignore = "needs the test bed")]
fn half_a_city_without_lists_has_no_gaps_and_a_list_of_libraries_tells_of_learning() {
    let bed = hereabouts_tests::test_bed();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("real/bath.toml");
    let place = PlaceFile::parse(&std::fs::read_to_string(file).unwrap()).unwrap();
    let tables = Tables::built_in().unwrap();
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::create(&dir.path().join("store")).unwrap();
    let mut halves = None;
    for step in place.import.iter().filter(|step| step.kind != RecordKind::Streets) {
        let mut map = step.map.clone();
        if step.kind == RecordKind::Assets {
            let study = load(&store, &tables).unwrap().study;
            let [west, _] = halves.get_or_insert_with(|| {
                let east = east(&study, "msoa11");
                let all = study.areas_of(study.geography("msoa11").unwrap()).map(|(_, a)| a.code.clone());
                [all.filter(|code| !east.contains(code)).collect::<Vec<String>>(), east.into_iter().collect()]
            });
            map.covers = Some(CoveredPlaces::Codes(west.clone()));
        }
        let bytes: Vec<Vec<u8>> = step.files.iter().map(|f| std::fs::read(bed.join(f)).unwrap()).collect();
        let named = step.files.iter().map(|f| f.rsplit('/').next().unwrap());
        let files: Vec<SourceFile<'_>> =
            named.zip(&bytes).map(|(name, bytes)| SourceFile { name, bytes }).collect();
        commit_import(&mut store, &tables, step.kind, &files, &map).unwrap();
    }
    let [_, east] = halves.unwrap();
    let study = load(&store, &tables).unwrap().study;
    let half = report(&study);
    let is_east = |code: &str| east.iter().any(|e| e == code);
    let before = ranked(&(study.clone(), half.clone()));
    assert!(before.len() > 50 && before.iter().all(|(code, _)| !is_east(code)), "{before:?}");
    for gap in half.gaps.iter().filter(|g| is_east(&study.areas()[g.area.get()].code)) {
        assert!(matches!(gap.status, DemandStatus::NoList | DemandStatus::NoData), "{gap:?}");
        assert_eq!((gap.unmet_likely, gap.rank), (None, None));
    }

    let middles = study.areas_of(study.geography("msoa11").unwrap());
    let middles = middles.filter(|(_, area)| is_east(&area.code)).filter_map(|(_, a)| a.boundary.centroid());
    let rows: String = middles
        .take(8)
        .enumerate()
        .map(|(nth, at)| format!("Library {nth},{},{}\n", at.x(), at.y()))
        .collect();
    let text = format!("name,lon,lat\n{rows}");
    assert_eq!(rows.lines().count(), 8);
    let map = ImportMap {
        covers: Some(CoveredPlaces::Codes(east.clone())),
        complete: Some(CompleteList::Kinds(vec!["library".to_owned()])),
        ..ImportMap::parse("constants = { kind = \"library\" }").unwrap()
    };
    let list = SourceFile { name: "eastern.csv", bytes: text.as_bytes() };
    commit_import(&mut store, &tables, RecordKind::Assets, &[list], &map).unwrap();
    let study = load(&store, &tables).unwrap().study;
    let with_libraries = report(&study);
    let new: BTreeSet<_> =
        ranked(&(study.clone(), with_libraries.clone())).difference(&before).cloned().collect();
    let statuses: BTreeSet<_> = with_libraries
        .gaps
        .iter()
        .filter(|g| study.needs()[g.need.get()].id == "learning-skills")
        .filter(|g| g.status == DemandStatus::Ok)
        .map(|g| (study.areas()[g.area.get()].code.clone(), "learning-skills".to_owned()))
        .filter(|(code, _)| is_east(code))
        .collect();
    assert!(statuses.len() > 5, "{statuses:?}");
    assert_eq!(new, statuses, "learning and skills, and nothing else");
    println!("ranked in the west {}, and with eight libraries in the east {}", before.len(), new.len());
}
