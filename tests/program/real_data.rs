//! Real places through the importer and the store, traps and all.

use chrono::NaiveDate;
use hereabouts_core::report::DemandStatus;
use hereabouts_core::{Analysis, AnalysisPolicy};
use hereabouts_data::commit_import::{CommittedImport, commit_import};
use hereabouts_data::ingest::SourceFile;
use hereabouts_data::ingest::map::ImportMap;
use hereabouts_data::load::{LoadedStudy, load};
use hereabouts_data::place_file::PlaceFile;
use hereabouts_data::record::RecordKind;
use hereabouts_data::tables::Tables;
use hereabouts_store::{Store, StoreChange};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

struct Built {
    store: Store,
    landed: BTreeMap<String, CommittedImport>,
    _dir: tempfile::TempDir,
}

fn tables() -> Tables {
    Tables::built_in().unwrap()
}

fn bring(
    store: &mut Store,
    bed: &Path,
    kind: RecordKind,
    files: &[String],
    map: &ImportMap,
) -> CommittedImport {
    let bytes: Vec<Vec<u8>> = files.iter().map(|f| std::fs::read(bed.join(f)).unwrap()).collect();
    let files: Vec<SourceFile<'_>> = files
        .iter()
        .zip(&bytes)
        .map(|(name, bytes)| SourceFile { name: name.rsplit('/').next().unwrap(), bytes })
        .collect();
    commit_import(store, &tables(), kind, &files, map)
        .unwrap_or_else(|e| panic!("{files:?}: {e}", files = files[0].name))
}

fn build(bed: &Path, place: &str) -> Built {
    let text =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("real").join(place)).unwrap();
    let place = PlaceFile::parse(&text).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::create(&dir.path().join("store")).unwrap();
    let mut landed = BTreeMap::new();
    for step in &place.import {
        let done = bring(&mut store, bed, step.kind, &step.files, &step.map);
        println!(
            "{:<24} {:>6} in, {:>4} rejected, {:>5} left out; {}",
            done.imported.source,
            done.imported.records.len(),
            done.imported.rejected.len(),
            done.imported.left_out,
            done.imported.rejected.first().map_or_else(String::new, ToString::to_string)
        );
        landed.insert(done.imported.source.clone(), done);
    }
    // Importing everything once more changes nothing.
    let revision = store.revision();
    for step in &place.import {
        assert_eq!(bring(&mut store, bed, step.kind, &step.files, &step.map).change, StoreChange::Unchanged);
    }
    assert_eq!(store.revision(), revision);
    Built { store, landed, _dir: dir }
}

fn analysed(loaded: &LoadedStudy) -> (usize, usize, usize) {
    let policy = AnalysisPolicy::as_of(NaiveDate::from_ymd_opt(2026, 11, 1).unwrap());
    let start = Instant::now();
    let analysis = Analysis::new(&loaded.study, &policy);
    let made = start.elapsed();
    let quarter = analysis.quarter(&loaded.study, loaded.study.quarters().last().copied().map(Into::into));
    let report = analysis.report(&loaded.study, &quarter, loaded.study.geography("lsoa21").unwrap());
    println!("analysis {made:?} + quarter and report {:?}", start.elapsed() - made);
    let referrals: f64 = report.gaps.iter().filter_map(|g| g.referrals).sum();
    let figures: f64 = loaded
        .study
        .demand()
        .iter()
        .filter(|d| Some(d.quarter) == quarter.period.map(|period| period.last()))
        .map(|d| d.referrals.low())
        .sum();
    assert!((referrals - figures).abs() < 1e-6, "{referrals} of {figures} referrals");
    let coarse = analysis.report(&loaded.study, &quarter, loaded.study.default_geography().unwrap());
    let in_coarse: f64 = coarse.gaps.iter().filter_map(|g| g.referrals).sum();
    println!("{} of {} referrals stand in {} coarser areas", in_coarse, figures, coarse.neighbourhoods.len());
    assert!(in_coarse > 0.97 * figures);
    let silent = report.neighbourhoods.iter().filter(|n| n.status == DemandStatus::Silent).count();
    (report.gaps.len(), silent, report.neighbourhoods.len())
}

#[test]
#[cfg_attr(no_test_bed, ignore = "needs the test bed")]
fn bath_builds_whole() {
    let bed = hereabouts_tests::test_bed();
    let built = build(&bed, "bath.toml");
    let loaded = load(&built.store, &tables()).unwrap();
    let count = |g: &str| loaded.study.areas_of(loaded.study.geography(g).unwrap()).count();
    assert_eq!((count("lsoa21"), count("lsoa11"), count("msoa11")), (118, 115, 27));
    assert_eq!(loaded.study.postcodes().len(), 5783);
    assert_eq!(built.landed["groups-made-up"].imported.records.len(), 300);
    assert!(built.landed["libraries"].imported.records.len() >= 11);
    let (gaps, silent, areas) = analysed(&loaded);
    assert_eq!((gaps, areas), (118 * 12, 118));
    assert!((6..=14).contains(&silent), "a tenth of the small areas were made silent: {silent}");
    assert!(!loaded.study.is_unprotected(), "its referrals are made up, and its place file says so");
}

#[test]
#[cfg_attr(no_test_bed, ignore = "needs the test bed")]
fn greater_manchester_builds_whole() {
    let bed = hereabouts_tests::test_bed();
    let built = build(&bed, "greater_manchester.toml");
    let loaded = load(&built.store, &tables()).unwrap();
    let count = |g: &str| loaded.study.areas_of(loaded.study.geography(g).unwrap()).count();
    assert_eq!((count("lsoa21"), count("msoa21")), (1702, 353));
    let landed = |s: &str| &built.landed[s].imported;
    // Closed, archive and mobile libraries are left out; 348 postcodes have no coordinates.
    let libraries = landed("libraries");
    assert_eq!(libraries.records.len() as u64 + libraries.left_out + libraries.rejected.len() as u64, 183);
    assert!(libraries.left_out >= 37, "{}", libraries.left_out);
    assert_eq!(landed("m-postcodes").rejected.len(), 348);
    // One hospital is many buildings.
    assert!(landed("hospitals").records.len() < 449);
    assert_eq!(landed("demand-made-up").rejected.len(), 0);
    let referrals: f64 = loaded.study.demand().iter().map(|d| d.referrals.low()).sum();
    let no_match: f64 = loaded.study.demand().iter().filter_map(|d| d.no_match).sum();
    assert_eq!((referrals, no_match), (130_459.0, 37_973.0));
    let (gaps, silent, areas) = analysed(&loaded);
    assert_eq!((gaps, areas), (1702 * 12, 1702));
    assert!((100..=240).contains(&silent), "a tenth of the small areas were made silent: {silent}");
}

#[test]
#[cfg_attr(no_test_bed, ignore = "needs the test bed")]
fn a_code_of_the_other_vintage_says_whose_it_is() {
    let bed = hereabouts_tests::test_bed();
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::create(&dir.path().join("store")).unwrap();
    let file = |f: &str| vec![format!("greater_manchester/{f}")];
    // Without any map the vintage is read from the file's name and the codes.
    for boundaries in ["lsoa_2011_gm_lsoa_generalised", "lsoa_2021_gm_lsoa_generalised"] {
        let files = file(&format!("boundaries/{boundaries}.geojson"));
        bring(&mut store, &bed, RecordKind::Neighbourhoods, &files, &ImportMap::default());
    }
    let population = file("stats/population20_lsoa11.csv");
    let own = bring(&mut store, &bed, RecordKind::Population, &population, &ImportMap::default());
    assert_eq!((own.imported.records.len(), own.imported.rejected.len()), (1673, 0));
    let people: f64 = match &own.imported.records {
        hereabouts_data::record::RecordList::Population(p) => p.iter().map(|p| p.people).sum(),
        other => panic!("{other:?}"),
    };
    assert_eq!(people, 2_848_286.0);
    let map =
        ImportMap { geography: Some("lsoa21".into()), source: Some("wrong".into()), ..ImportMap::default() };
    let wrong = bring(&mut store, &bed, RecordKind::Population, &population, &map);
    assert_eq!((wrong.imported.records.len(), wrong.imported.rejected.len()), (1636, 37));
    assert!(wrong.imported.rejected.iter().all(|r| r.reason.contains("lsoa11 knows it")));
}
