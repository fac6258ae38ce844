use super::*;
use crate::land::land;
use crate::load::load;
use crate::map::Map;
use crate::record::Kind;
use crate::store::Store;
use crate::tables::Tables;
use chrono::NaiveDate;
use hereabouts_core::report::{Report, Status};
use hereabouts_core::{Policy, Study, analyse};

fn town() -> (Study, Report) {
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::create(&dir.path().join("store")).unwrap();
    let tables = Tables::built_in().unwrap();
    for file in files(SEED) {
        let kind: Kind = file.kind.parse().unwrap();
        let given = [crate::ingest::File { name: file.name, bytes: file.text.as_bytes() }];
        let landed = land(&mut store, &tables, kind, &given, &Map::parse(file.map).unwrap()).unwrap();
        assert_eq!(landed.imported.rejected, [], "{}", file.name);
    }
    let study = load(&store, &tables).unwrap().study;
    let policy = Policy::as_of(AS_OF.parse::<NaiveDate>().unwrap());
    let report = analyse(&study, &policy).1.unwrap();
    (study, report)
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_another_town() {
    assert_eq!(files(SEED), files(SEED));
    assert_ne!(files(SEED), files(SEED + 1));
}

#[test]
fn it_has_what_it_is_for() {
    let (study, report) = town();
    assert_eq!(report.neighbourhoods.len(), AREAS);
    assert!((550..=750).contains(&study.assets().len()), "{}", study.assets().len());
    assert_eq!(study.quarters().len(), 8);
    assert!(study.postcodes().len().abs_diff(POSTCODES) <= 10, "{}", study.postcodes().len());
    let with = |status| report.neighbourhoods.iter().filter(|n| n.status == status).count();
    assert_eq!((with(Status::Silent), with(Status::NoData)), (1, 1));
    let worst =
        report.gaps.iter().filter_map(|g| g.unmet_rate_likely.zip(g.referrals)).filter(|(_, n)| *n >= 10.0);
    let worst = worst.map(|(rate, _)| rate).fold(0.0, f64::max);
    assert!(worst > 0.6, "a clear gap: {worst}");
    let stale = study
        .assets()
        .iter()
        .filter(|a| a.asset.verified_on.is_none_or(|d| d < "2024-10-01".parse().unwrap()));
    assert!(stale.count() >= 60);
    assert!(!study.is_unprotected());
    // Nobody should take it for a place.
    assert!(
        study
            .areas()
            .iter()
            .all(|a| (2.0..2.7).contains(&geo::BoundingRect::bounding_rect(&a.boundary).unwrap().min().x))
    );
}
