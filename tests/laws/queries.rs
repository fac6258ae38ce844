//! What people type, and what they expect to be told first: slips of the key, beginnings, endings, other names. The list
//! is `queries/expected.csv`; the listings are made up.

use chrono::NaiveDate;
use hereabouts_core::AnalysisPolicy;
use hereabouts_data::commit_import::commit_import;
use hereabouts_data::ingest::SourceFile;
use hereabouts_data::ingest::map::ImportMap;
use hereabouts_data::load;
use hereabouts_data::record::RecordKind;
use hereabouts_data::tables::Tables;
use hereabouts_engine::near::{self, NearRequest};
use hereabouts_engine::site::Site;
use hereabouts_engine::snapshot::Snapshot;
use hereabouts_store::Store;

const LISTINGS: &str = include_str!("queries/listings.csv");
const EXPECTED: &str = include_str!("queries/expected.csv");

/// How many of the answers may differ from what was expected, in per cent.
const MAY_DIFFER: usize = 5;

fn town() -> Site {
    let dir = tempfile::tempdir().unwrap();
    let tables = Tables::built_in().unwrap();
    let mut store = Store::create(&dir.path().join("store")).unwrap();
    let file = SourceFile { name: "town.csv", bytes: LISTINGS.as_bytes() };
    let landed =
        commit_import(&mut store, &tables, RecordKind::Assets, &[file], &ImportMap::default()).unwrap();
    assert_eq!(landed.imported.records.len(), LISTINGS.lines().count() - 1);
    let day = NaiveDate::from_ymd_opt(2026, 2, 1).unwrap();
    Snapshot::build(load::load(&store, &tables).unwrap(), AnalysisPolicy::as_of(day)).into()
}

/// Ids of the first answers, as many as are expected.
fn first(town: &Site, typed: &str, most: usize) -> Vec<String> {
    let limit = most.to_string();
    let asked = NearRequest::read(town.study(), [("q", typed), ("limit", &limit)]);
    let answer = near::answer(town, &asked, town.as_of().and_hms_opt(12, 0, 0).unwrap()).unwrap();
    let id = |listing: usize| town.study().assets()[listing].asset.id.clone();
    answer.hits().map(|hit| id(hit.listing).rsplit('/').next().unwrap().to_owned()).collect()
}

#[test]
fn what_is_typed_finds_what_is_meant() {
    let town = town();
    let rows: Vec<(&str, &str)> =
        EXPECTED.lines().skip(1).map(|line| line.split_once(',').unwrap()).collect();
    assert!(rows.len() >= 100, "{} queries", rows.len());
    let mut wrong = Vec::new();
    for (typed, expected) in &rows {
        let expected: Vec<&str> = expected.split(' ').filter(|id| !id.is_empty()).collect();
        assert!(
            expected.len() <= 3 && expected.iter().all(|id| LISTINGS.contains(&format!("\n{id},"))),
            "{typed}"
        );
        let found = first(&town, typed, expected.len().max(1));
        if found != expected {
            wrong.push(format!("{typed}: {found:?}, expected {expected:?}"));
        }
    }
    println!("{} of {} queries answered otherwise than expected", wrong.len(), rows.len());
    assert!(
        wrong.len() * 100 <= rows.len() * MAY_DIFFER,
        "{} of {}:\n{}",
        wrong.len(),
        rows.len(),
        wrong.join("\n")
    );
}
