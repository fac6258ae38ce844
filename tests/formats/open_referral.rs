//! Services of Open Referral as listings: 3 and 1, pages, organisations, tables, and what a strict validator would refuse.

use hereabouts_data::ingest::map::ImportMap;
use hereabouts_data::ingest::{ImportedRecords, KnownReferences, SourceFile, import};
use hereabouts_data::record::{AssetRecord, LocationPrecision, RecordKind, RecordList, StoredExtent};
use hereabouts_data::tables::Tables;
use hereabouts_tests::test_bed;
use proptest::prelude::*;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

static KNOWN: LazyLock<KnownReferences> = LazyLock::new(|| {
    let tables = Tables::built_in().unwrap();
    KnownReferences {
        needs: tables.need_words,
        kinds: tables.kind_words,
        least_precision: tables.least_precision,
        crosswalk: tables.crosswalk,
        postcodes: [("ZZ1 1ZZ".to_owned(), (-2.2, 53.4))].into(),
        ..KnownReferences::default()
    }
});

fn read(files: &[(&str, &[u8])]) -> Result<ImportedRecords, String> {
    let files: Vec<SourceFile<'_>> = files.iter().map(|(name, bytes)| SourceFile { name, bytes }).collect();
    import(RecordKind::Assets, &files, &ImportMap::default(), &KNOWN).map_err(|e| e.to_string())
}

fn listings(imported: &ImportedRecords) -> &[AssetRecord] {
    let RecordList::Assets(records) = &imported.records else { panic!("not assets") };
    records
}

fn feed() -> serde_json::Value {
    json!({ "total_items": 3, "total_pages": 1, "page_number": 1, "size": 3, "empty": false, "contents": [
        {
            "id": "s1", "name": "Tuesday Lunch", "description": "<p>Soup &amp; <b>company</b></p>", "status": "active",
            "url": "https://example.org/lunch", "assured_date": "2026-04-01", "last_modified": "2026-10-01T10:00:00Z",
            "minimum_age": 50, "eligibility_description": "Anyone over 50", "email": "someone@example.org",
            "organization": { "id": "o1", "name": "Mill Trust", "organization_identifiers": [
                { "identifier_scheme": "GB-CHC", "identifier": "1234567" } ] },
            "cost_options": [{ "amount": 3, "currency": "GBP", "option": "a meal" }, { "amount": 1.5, "currency": "gbp", "option": "soup" }],
            "languages": [{ "code": "en", "name": "English" }, { "name": "Urdu" }],
            "contacts": [{ "name": "A Person", "phones": [{ "number": "07700 900000" }] }],
            "phones": [{ "number": "0161 496 0000" }],
            "attributes": [{ "taxonomy_term": { "name": "Lunch clubs", "code": "x1" } }],
            "schedules": [{ "freq": "WEEKLY", "byday": "TU", "opens_at": "12:00", "closes_at": "14:00" }],
            "service_at_locations": [
                { "id": "a", "location": { "id": "l1", "name": "Mill Hall", "latitude": 53.48, "longitude": -2.24,
                    "addresses": [{ "address_1": "1 Mill Lane", "city": "Milltown", "postal_code": "ZZ1 1ZZ" }],
                    "accessibility": [{ "description": "Ramp and wheelchair toilet" }] } },
                { "id": "b", "location": { "id": "l2", "addresses": [{ "postal_code": "ZZ1 1ZZ" }] },
                    "schedules": [{ "freq": "WEEKLY", "byday": "FR", "opens_at": "12:00" }] },
            ],
        },
        {
            "id": "s2", "name": "Debt line", "organization": { "name": "Mill Trust" },
            "service_areas": [{ "name": "ZZ1" }, { "name": "National" }],
            "service_at_locations": [{ "location": { "location_type": "virtual" } }],
            "attributes": [{ "taxonomy_term": { "name": "Debt advice" } }],
        },
        { "id": "s3", "name": "Safe place", "attributes": [{ "taxonomy_term": { "name": "Refuge" } }],
            "service_at_locations": [{ "location": { "latitude": 53.4812, "longitude": -2.2412,
                "addresses": [{ "address_1": "9 Quiet Row" }] } }] },
        { "id": "s4", "service_at_locations": [] },
        { "id": "s5", "name": "Over", "status": "defunct", "service_at_locations": [{ "location": { "latitude": 53.4, "longitude": -2.2 } }] },
        { "id": "s6", "name": "Somewhere", "service_at_locations": [{ "location": { "latitude": "north", "addresses": [{ "postal_code": "QQ9 9QQ" }] } }] },
    ] })
}

fn bytes(value: &serde_json::Value) -> Vec<u8> {
    serde_json::to_vec(value).unwrap()
}

#[test]
fn a_service_is_a_listing_at_each_of_its_locations() {
    let feed = bytes(&feed());
    let imported = read(&[("page.json", &feed)]).unwrap();
    let found =
        |id: &str| listings(&imported).iter().find(|a| a.source_id == id).unwrap_or_else(|| panic!("{id}"));
    let lunch = found("s1@l1");
    assert_eq!(
        (lunch.name.as_str(), lunch.kind.as_str(), lunch.place),
        ("Tuesday Lunch", "group", Some([-2.24, 53.48]))
    );
    assert_eq!(lunch.needs, ["food", "social-connection"]);
    assert_eq!((lunch.cost_from, lunch.age_from, lunch.step_free), (Some(1.5), Some(50.0), Some(true)));
    assert_eq!(
        (lunch.organisation.as_deref(), lunch.organisation_id.as_deref()),
        (Some("Mill Trust"), Some("GB-CHC-1234567"))
    );
    assert_eq!(
        lunch.verified_on.unwrap().to_string(),
        "2026-04-01",
        "the day it was vouched for, not changed"
    );
    assert_eq!(lunch.description.as_deref(), Some("Soup & company"));
    assert_eq!(lunch.languages, ["English", "Urdu"]);
    assert_eq!(lunch.schedule.as_deref(), Some("Tuesdays 12:00–14:00"));
    assert_eq!(lunch.phone.as_deref(), Some("0161 496 0000"));
    let other = found("s1@l2");
    assert_eq!(
        (other.location_precision, other.schedule.as_deref()),
        (LocationPrecision::Area, Some("Fridays 12:00"))
    );
    let line = found("s2");
    assert_eq!((line.place, line.needs.as_slice()), (None, &["money-debt".to_owned()][..]));
    assert_eq!(
        line.service_area,
        [StoredExtent::Postcode("ZZ1".into()), StoredExtent::National, StoredExtent::Online]
    );
}

#[test]
fn nobody_and_no_hidden_place_is_read() {
    let feed = bytes(&feed());
    let stored = format!("{:?}", listings(&read(&[("page.json", &feed)]).unwrap()));
    for told in ["A Person", "07700", "someone@", "Quiet Row", "53.4812"] {
        assert!(!stored.contains(told), "{told}");
    }
    assert!(stored.contains("Safe place"));
}

#[test]
fn what_is_missing_is_told_and_the_rest_lands() {
    let feed = bytes(&feed());
    let imported = read(&[("page.json", &feed)]).unwrap();
    let rejected: Vec<String> = imported.rejected.iter().map(ToString::to_string).collect();
    assert_eq!(rejected.len(), 1, "{rejected:?}");
    assert!(rejected[0].contains("page.json:4: name \"s4\": missing"), "{rejected:?}");
    let notes = imported.notes.join("\n");
    assert!(notes.contains("1 are closed") && notes.contains("1 say neither where they are"), "{notes}");
    assert!(listings(&imported).iter().any(|a| a.name == "Somewhere" && a.place.is_none()));
    assert!(listings(&imported).iter().all(|a| a.name != "Over"));
}

#[test]
fn the_same_service_in_several_files_is_one() {
    let whole = feed();
    let (page, one) = (bytes(&whole), bytes(&whole["contents"][1]));
    let turned = bytes(
        &json!({ "id": "x", "location": { "location_type": "virtual" }, "service": { "id": "s2", "name": "Debt line" } }),
    );
    let organisation = bytes(
        &json!({ "id": "o1", "name": "Mill Trust", "services": [{ "id": "s9", "name": "Choir", "status": "active",
        "service_areas": [{ "name": "ZZ1" }] }] }),
    );
    let alone = read(&[("page.json", &page)]).unwrap();
    let all = read(&[
        ("a.json", &turned),
        ("page.json", &page),
        ("s2.json", &one),
        ("org.json", &organisation),
        ("api.json", b"{\"version\":\"3.0\"}"),
    ])
    .unwrap();
    assert_eq!(listings(&all).len(), listings(&alone).len() + 1);
    let choir = listings(&all).iter().find(|a| a.source_id == "s9").unwrap();
    assert_eq!(choir.organisation.as_deref(), Some("Mill Trust"));
    assert!(all.notes.iter().any(|n| n.contains("without services: api.json")), "{:?}", all.notes);
    let debt = |i: &ImportedRecords| {
        listings(i).iter().find(|a| a.source_id == "s2").cloned().map(|a| (a.needs, a.service_area))
    };
    assert_eq!(debt(&all), debt(&alone), "the fullest is kept");
}

#[test]
fn legacy_services_and_tables_are_read() {
    let legacy = bytes(&json!({ "totalElements": 1, "content": [{ "id": "old", "name": "Job club",
        "regular_schedules": [{ "weekday": "Monday", "opens_at": "10:00:00", "closes_at": "12:00:00" }],
        "eligibilitys": [{ "eligibility": "Adults", "minimum_age": 18 }],
        "service_taxonomys": [{ "taxonomy": { "id": "1", "name": "Job clubs" } }],
        "service_at_locations": [{ "location": { "latitude": 53.4, "longitude": -2.2, "physical_addresses": [{ "address_1": "2 Low Road" }] } }] }] }));
    let read_legacy = read(&[("services.json", &legacy)]).unwrap();
    let club = &listings(&read_legacy)[0];
    assert_eq!((club.needs.as_slice(), club.age_from), (&["work-volunteering".to_owned()][..], Some(18.0)));
    assert_eq!(club.schedule.as_deref(), Some("Mondays 10:00–12:00"));

    let tables: [(&str, &[u8]); 5] = [
        ("services.csv", b"id,organization_id,name,status\n1,o,Choir,active\n2,o,Nothing,\n"),
        ("organizations.csv", b"id,name\no,Mill Trust\n"),
        ("locations.csv", b"id,name,latitude,longitude\nl,Hall,53.4,-2.2\n"),
        ("service_at_locations.csv", b"id,service_id,location_id\nx,1,l\n"),
        ("schedules.csv", b"id,service_id,freq,byday,opens_at\ny,1,WEEKLY,WE,19:30\n"),
    ];
    let imported = read(&tables).unwrap();
    let choir = listings(&imported).iter().find(|a| a.source_id == "1").unwrap();
    assert_eq!((choir.organisation.as_deref(), choir.place), (Some("Mill Trust"), Some([-2.2, 53.4])));
    assert_eq!(choir.schedule.as_deref(), Some("Wednesdays 19:30"));
    assert_eq!(listings(&imported).len(), 2);
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    let mut all: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().path())
        .flat_map(|p| if p.is_dir() { files_in(&p) } else { vec![p] })
        .filter(|p| p.extension().is_some_and(|e| e == "json" || e == "csv"))
        .collect();
    all.sort();
    all
}

fn named(paths: &[PathBuf]) -> Vec<(String, Vec<u8>)> {
    paths
        .iter()
        .map(|p| (p.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(p).unwrap()))
        .collect()
}

#[test]
#[cfg_attr(no_test_bed, ignore = "needs the test bed")]
fn every_published_example_imports_with_a_report() {
    let bed = test_bed();
    let formats = bed.join("formats");
    let (services, places) = ("service_list.json", "service_at_location_list.json");
    for (folder, least, pages_of_more) in [
        ("oruk3_mocks/V3.0-UK-Default", 10, vec![]),
        ("oruk3_mocks/V3.0-UK-Test", 4, vec![]),
        ("oruk3_mocks/V3.0-UK-Warn", 4, vec![]),
        ("oruk3_mocks/V3.0-UK-Fail", 4, vec![places]),
        ("hsds3_examples", 4, vec![places, services]),
        ("oruk_profile_examples", 4, vec![places, services]),
        ("hsds_mock_api", 1, vec![]),
        ("hsds_ohana_csv", 15, vec![]),
        ("hsds_tabular_simple", 8, vec![]),
    ] {
        let mut files = named(&files_in(&formats.join(folder)));
        for page in pages_of_more {
            let given: Vec<(&str, &[u8])> = files.iter().map(|(n, b)| (n.as_str(), b.as_slice())).collect();
            let refused = read(&given).unwrap_err();
            assert!(refused.starts_with(&format!("{page}: page 1 of 10, and 1 are here")), "{refused}");
            files.retain(|(name, _)| name != page);
        }
        let given: Vec<(&str, &[u8])> = files.iter().map(|(n, b)| (n.as_str(), b.as_slice())).collect();
        let imported = read(&given).unwrap_or_else(|e| panic!("{folder}: {e}"));
        assert!(listings(&imported).len() >= least, "{folder}: {}", listings(&imported).len());
        assert!(imported.rejected.iter().all(|r| !r.file.is_empty() && !r.reason.is_empty()), "{folder}");
    }
    // Answers of a validator of version 1: no services, and the error says what they are.
    let files = named(&files_in(&formats.join("oruk3_mocks/V1.0-UK-Default")));
    let given: Vec<(&str, &[u8])> = files.iter().map(|(n, b)| (n.as_str(), b.as_slice())).collect();
    let refused = read(&given).unwrap_err();
    assert!(refused.contains("this is an error of a service, as JSON"), "{refused}");
}

#[test]
#[cfg_attr(no_test_bed, ignore = "needs the test bed")]
fn no_damaged_example_brings_the_reader_down() {
    let bed = test_bed();
    for path in files_in(&bed.join("formats")) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let whole = std::fs::read(&path).unwrap();
        let whole = &whole[..whole.len().min(60_000)];
        for part in 0..8 {
            let _ = read(&[(&name, &whole[..whole.len() * part / 8])]);
            if !whole.is_empty() {
                let mut flipped = whole.to_vec();
                let at = (part * 7_919) % flipped.len();
                flipped[at] ^= 1 << part;
                let _ = read(&[(&name, &flipped)]);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Any value in any place: numbers for words, lists for objects, nulls.
    #[test]
    fn a_value_of_another_type_loses_itself_and_nothing_else(which in 0_usize..60, kind in 0_u8..6) {
        let mut feed = feed();
        let other = match kind {
            0 => json!(null), 1 => json!(42), 2 => json!("text"), 3 => json!([]), 4 => json!({}), _ => json!([{"a": [1, null]}]),
        };
        let service = feed["contents"][0].as_object_mut().unwrap();
        let keys: Vec<String> = service.keys().cloned().collect();
        let key = &keys[which % keys.len()];
        prop_assume!(!["id", "name", "service_at_locations"].contains(&key.as_str()));
        service.insert(key.clone(), other);
        let imported = read(&[("page.json", &bytes(&feed))]).unwrap();
        prop_assert!(listings(&imported).iter().any(|a| a.source_id == "s1@l1"), "{}", key);
    }
}
