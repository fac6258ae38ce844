//! OpenStreetMap extracts as listings.

use hereabouts_data::ingest::map::ImportMap;
use hereabouts_data::ingest::{ImportedRecords, KnownReferences, SourceFile, import};
use hereabouts_data::record::{AssetRecord, CoveredExtent, RecordKind, RecordList};
use hereabouts_data::tables::Tables;
use hereabouts_tests::pbf::Extract;
use hereabouts_tests::test_bed;
use proptest::prelude::*;
use std::sync::LazyLock;

static KNOWN: LazyLock<KnownReferences> = LazyLock::new(|| {
    let tables = Tables::built_in().unwrap();
    KnownReferences {
        needs: tables.need_words,
        kinds: tables.kind_words,
        least_precision: tables.least_precision,
        ..KnownReferences::default()
    }
});

fn read(bytes: &[u8]) -> Result<ImportedRecords, String> {
    import(RecordKind::Assets, &[SourceFile { name: "town.osm.pbf", bytes }], &ImportMap::default(), &KNOWN)
        .map_err(|e| e.to_string())
}

fn listings(imported: &ImportedRecords) -> &[AssetRecord] {
    let RecordList::Assets(records) = &imported.records else { panic!("not assets") };
    records
}

/// Corners of a square of 0.01 degrees, 1 to 4, and of a smaller one inside, 5 to 8.
fn town() -> Extract<'static> {
    let corners = [
        (0.0, 0.0),
        (0.01, 0.0),
        (0.01, 0.01),
        (0.0, 0.01),
        (0.004, 0.004),
        (0.006, 0.004),
        (0.006, 0.006),
        (0.004, 0.006),
    ];
    let mut nodes: Vec<_> =
        corners.iter().enumerate().map(|(i, &(x, y))| (i as i64 + 1, x, y, &[][..])).collect();
    nodes.push((
        10,
        0.002,
        0.003,
        &[
            ("amenity", "library"),
            ("name", "Mill Library"),
            ("opening_hours", "Th 10:00-12:00"),
            ("wheelchair", "yes"),
            ("check_date", "2026-05-04"),
            ("operator", "Town Council"),
            ("contact:website", "https://example.org"),
            ("addr:housenumber", "4"),
            ("addr:street", "Mill Lane"),
            ("addr:postcode", "ZZ1 1ZZ"),
            ("fee", "no"),
        ],
    ));
    nodes.push((11, 0.002, 0.002, &[("amenity", "bicycle_parking")]));
    nodes.push((12, 0.002, 0.001, &[("social_facility", "shelter"), ("name", "Quiet House")]));
    nodes.push((13, 0.002, 0.001, &[("amenity", "cafe;library"), ("access", "private")]));
    nodes.push((14, 0.003, 0.001, &[("amenity", "bar;cafe"), ("name", "Corner Café")]));
    Extract {
        bounds: None,
        nodes,
        ways: vec![
            (20, vec![1, 2, 3, 4, 1], &[("leisure", "park"), ("name", "Low Park")]),
            (21, vec![1, 2, 3], &[]),
            (22, vec![1, 4, 3], &[]),
            (23, vec![5, 6, 7, 8, 5], &[]),
            (24, vec![1, 99], &[("amenity", "pub"), ("name", "Cut Off")]),
            (25, vec![5, 6, 7, 8, 5], &[("leisure", "swimming_pool")]),
        ],
        relations: vec![
            (
                30,
                vec![(22, "outer"), (23, "outer"), (21, "outer")],
                &[("type", "multipolygon"), ("leisure", "nature_reserve"), ("name", "Ring Wood")],
            ),
            (
                31,
                vec![(21, "outer")],
                &[("type", "multipolygon"), ("leisure", "park"), ("name", "Open Ring")],
            ),
        ],
    }
}

#[test]
fn nodes_ways_and_relations_become_listings() {
    let imported = read(&town().bytes()).unwrap();
    let found =
        |id: &str| listings(&imported).iter().find(|a| a.source_id == id).unwrap_or_else(|| panic!("{id}"));
    let ids: Vec<&str> = listings(&imported).iter().map(|a| a.source_id.as_str()).collect();
    assert_eq!(ids, ["n10", "n14", "r30", "w20"]);

    let library = found("n10");
    assert_eq!((library.name.as_str(), library.kind.as_str()), ("Mill Library", "library"));
    assert_eq!(
        (library.step_free, library.cost_from, library.organisation.as_deref()),
        (Some(true), Some(0.0), Some("Town Council"))
    );
    assert_eq!(library.verified_on.unwrap().to_string(), "2026-05-04");
    assert!(library.timetable.is_some() && library.address.as_deref().unwrap().starts_with("4 Mill Lane"));
    assert_eq!(library.licence.as_deref(), Some("ODbL-1.0"));
    assert_eq!(imported.header.attribution.as_deref(), Some("© OpenStreetMap contributors"));
    assert_eq!(found("n14").kind, "cafe");

    // 0.01° square at the equator, less a hole of 0.002°.
    let (park, wood) = (found("w20").hectares.unwrap(), found("r30").hectares.unwrap());
    assert!((park - 123.9).abs() < 0.7 && (wood - park * 0.96).abs() < 0.2, "{park} {wood}");
}

#[test]
fn what_is_left_out_and_what_is_broken_is_told() {
    let imported = read(&town().bytes()).unwrap();
    let told = imported.notes.join("\n");
    for reason in ["1 left out: refuges", "1 left out: not open to the public", "1 left out: pools"] {
        assert!(told.contains(reason), "{reason} in {told}");
    }
    assert!(!format!("{imported:?}").contains("Quiet House"));
    let broken: Vec<String> = imported.rejected.iter().map(ToString::to_string).collect();
    assert!(broken.iter().any(|b| b.contains("way:24") && b.contains("Cut Off")), "{broken:?}");
    assert!(broken.iter().any(|b| b.contains("relation:31") && b.contains("does not close")), "{broken:?}");
    assert_eq!(broken.len(), 2);
}

#[test]
fn an_extract_covers_the_outline_of_what_it_holds_inside_its_box() {
    let covered = |bounds: Option<[f64; 4]>| {
        let mut town = Extract { bounds, ..town() };
        // A way out of the box brings a node from beyond it.
        town.nodes.push((99, 0.5, 0.5, &[]));
        let read = read(&town.bytes()).unwrap();
        assert!(read.notes.iter().any(|n| n.contains("the box of its header")), "{:?}", read.notes);
        let Some(CoveredExtent::Shape(shape)) = read.header.list.covers else { panic!("no shape") };
        let corners = shape[0][0].iter();
        corners.fold([0.0_f64, 0.0], |[x, y], corner| [x.max(corner[0]), y.max(corner[1])])
    };
    assert_eq!(covered(None), [0.5, 0.5]);
    assert_eq!(covered(Some([-1.0, -1.0, 0.1, 0.1])), [0.01, 0.01], "what it holds, not the box");
    assert_eq!(covered(Some([0.0, 0.0, 0.008, 0.1])), [0.006, 0.01], "not beyond the box");
}

#[test]
fn an_extract_is_read_for_assets_alone() {
    let bytes = town().bytes();
    let refused = import(
        RecordKind::Demand,
        &[SourceFile { name: "x.osm.pbf", bytes: &bytes }],
        &ImportMap::default(),
        &KNOWN,
    )
    .unwrap_err();
    assert!(refused.reason.contains("assets"), "{refused}");
}

#[test]
#[cfg_attr(no_test_bed, ignore = "needs the test bed")]
fn a_whole_city_is_read() {
    let bed = test_bed();
    let bytes = std::fs::read(bed.join("porto_alegre_r5r/poa_osm_nometa.osm.pbf")).unwrap();
    let imported = read(&bytes).unwrap();
    assert!(
        listings(&imported).len() > 1_000 && imported.rejected.len() < 50,
        "{} {}",
        listings(&imported).len(),
        imported.rejected.len()
    );
    assert!(listings(&imported).iter().all(|a| a.place.is_some() && !a.kind.is_empty()));
    let again = read(&bytes).unwrap();
    assert_eq!(imported, again);
    // Cut anywhere, it is refused or read as far as it goes.
    for part in [1, 2, 3, 5, 7, 11] {
        let _ = read(&bytes[..bytes.len() * part / 13]);
    }
    for (at, bit) in [(30, 1), (4_000, 3), (90_000, 7), (200_000, 0), (500_000, 5)] {
        let mut damaged = bytes.clone();
        damaged[at] ^= 1 << bit;
        let _ = read(&damaged);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn damage_is_an_error_or_fewer_listings(cut in 0.0_f64..1.0, flips in proptest::collection::vec((0.0_f64..1.0, 0_u8..8), 0..4)) {
        let mut bytes = town().bytes();
        for (at, bit) in flips {
            let at = (at * bytes.len() as f64) as usize;
            bytes[at] ^= 1 << bit;
        }
        let end = (cut.mul_add(0.5, 0.5) * bytes.len() as f64) as usize;
        let _ = read(&bytes[..end]);
    }
}
