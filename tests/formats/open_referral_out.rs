//! Services of Open Referral that we publish: what is read of them is what was written.

#![allow(clippy::needless_update, reason = "one more field is unknown until it is drawn here")]

use chrono::NaiveDate;
use hereabouts_core::schedule::Timetable;
use hereabouts_data::currency::Currency;
use hereabouts_data::export::open_referral::{
    ExportedAsset, KINDS, NEEDS, ServiceDepth, TaxonomyTerm, service, service_id,
};
use hereabouts_data::ingest::map::ImportMap;
use hereabouts_data::ingest::{KnownReferences, SourceFile, import};
use hereabouts_data::linkage::canonical_asset::CanonicalAsset;
use hereabouts_data::record::{AssetRecord, LocationPrecision, RecordKind, RecordList, StoredExtent};
use hereabouts_data::tables::Tables;
use hereabouts_schedule::{self as schedule, StoredTimetable};
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::LazyLock;

static TABLES: LazyLock<Tables> = LazyLock::new(|| Tables::built_in().unwrap());

static KNOWN: LazyLock<KnownReferences> = LazyLock::new(|| KnownReferences {
    needs: TABLES.need_words.clone(),
    kinds: TABLES.kind_words.clone(),
    least_precision: TABLES.least_precision.clone(),
    crosswalk: TABLES.crosswalk.clone(),
    areas: BTreeMap::from([("lsoa21".to_owned(), ["E01000001".to_owned(), "north".to_owned()].into())]),
    ..KnownReferences::default()
});

fn published(record: &AssetRecord) -> Value {
    let terms = |taxonomy, ids: Vec<&'static str>| {
        ids.into_iter().map(move |code| TaxonomyTerm { taxonomy, code, name: code, by_kind: false })
    };
    let kind = TABLES.kinds.iter().map(|k| k.id.as_str()).filter(|id| *id == record.kind);
    let needs = TABLES.needs.iter().map(|n| n.id.as_str()).filter(|id| record.needs.iter().any(|n| n == id));
    let terms: Vec<TaxonomyTerm<'_>> =
        terms(KINDS, kind.collect()).chain(terms(NEEDS, needs.collect())).collect();
    let of = CanonicalAsset::of_one(record.clone());
    let verified_on = record.verified_on;
    service(
        &ExportedAsset {
            of: &of,
            id: service_id(record),
            verified_on,
            status: "active",
            terms: &terms,
            currency: &Currency::default(),
        },
        ServiceDepth::Full,
    )
}

fn read(services: &[Value]) -> Vec<AssetRecord> {
    let page = json!({ "total_items": services.len(), "total_pages": 1, "contents": services }).to_string();
    let file = SourceFile { name: "services.json", bytes: page.as_bytes() };
    let map = ImportMap { source: Some("there".into()), ..ImportMap::default() };
    let imported = import(RecordKind::Assets, &[file], &map, &KNOWN).unwrap();
    assert!(imported.rejected.is_empty(), "{:?}", imported.rejected);
    let RecordList::Assets(records) = imported.records else { panic!("not assets") };
    records
}

fn words(most: usize) -> impl Strategy<Value = String> {
    let all = prop::collection::vec("[A-Z][a-zé'’-]{1,9}", 1..=most).prop_map(|all| all.join(" "));
    // What people write where there is nothing is nothing.
    all.prop_filter("nothing", |text| hereabouts_data::text::present(text).is_some())
}

fn timetables() -> impl Strategy<Value = (String, StoredTimetable)> {
    let texts = [
        "Thursdays 10am-12pm",
        "Mo-Fr 09:00-17:00; Sa 10:00-13:00",
        "First Tuesday of the month, 6.30pm to 8pm",
        "Every other Monday 14:00-15:00",
        "Last Friday of the month 19:00-21:00",
    ];
    select(texts.to_vec()).prop_filter_map("not understood", |text| {
        let read: Timetable = schedule::read(text).ok()?;
        Some((text.to_owned(), StoredTimetable::from(&read)))
    })
}

fn area() -> impl Strategy<Value = Vec<StoredExtent>> {
    let code = |code: &str| StoredExtent::Area { geography: None, code: code.to_owned() };
    let all = vec![
        code("E01000001"),
        code("north"),
        StoredExtent::Postcode("M9".into()),
        StoredExtent::Postcode("M9 4".into()),
        StoredExtent::CityWide,
        StoredExtent::Online,
        StoredExtent::National,
        StoredExtent::Circle { lon: 0.0, lat: 0.0, metres: 3_219.0 },
    ];
    subsequence(all, 0..3)
}

prop_compose! {
    fn records()(
        ids in ("[a-z]{1,8}", select(vec!["n123", "b1f8a1de-0ad0-4c6a-9e4f-0f9e6f6f0d11", "Group 7 @ hall"])),
        name in words(4),
        kind in select(TABLES.kinds.iter().map(|k| k.id.clone()).filter(|k| !TABLES.least_precision.contains_key(k)).collect::<Vec<_>>()),
        needs in subsequence(TABLES.needs.iter().map(|n| n.id.clone()).collect::<Vec<_>>(), 0..3),
        place in of((-8.0..2.0f64, 50.0..60.0f64)),
        location_precision in select(vec![LocationPrecision::Exact, LocationPrecision::Area]),
        mut service_area in area(),
        organisation in of((words(3), of(select(vec!["GB-CHC-1234567", "GB-COH-07962245", "GB-SC-SC012345"])))),
        numbers in (of(0.01..900.0f64), of(0u32..5000), of(0u8..40), of(40u8..110)),
        verified_on in of((2015i32..2027, 1u32..13, 1u32..29)),
        cost in of(select(vec!["free", "£3", "£2.50 a session, £1 for members", "Free; donations welcome", "By arrangement"])),
        (step_free, course, welcome, booking_required) in (of(any::<bool>()), of(any::<bool>()), of(any::<bool>()), of(any::<bool>())),
        timetable in of(timetables()),
        more in (of(words(6)), prop::collection::btree_set(words(1), 0..3), of("[a-z]{3,9}"), of("0161 496 0[0-9]{3}"), of(words(9)), of(words(1))),
        address in of((words(2), of(words(1)), of(select(vec!["M9 4AB", "BA1 1AA", "90010-150"])))),
    ) -> AssetRecord {
        let mut needs = needs;
        needs.sort();
        let text = |parts: &[&str]| parts.join(", ");
        let place = place.map(|(lon, lat)| [lon, lat]);
        // A distance is around its own place.
        service_area.retain(|e| place.is_some() || !matches!(e, StoredExtent::Circle { .. }));
        if let Some([x, y]) = place {
            for extent in &mut service_area {
                if let StoredExtent::Circle { lon, lat, .. } = extent { (*lon, *lat) = (x, y); }
            }
        }
        let (eligibility, languages, website, phone, description, licence) = more;
        let (hectares, places, from, to) = numbers;
        AssetRecord {
            source: ids.0, source_id: ids.1.to_owned(), name, kind, needs, place,
            location_precision: if place.is_some() { location_precision } else { LocationPrecision::Exact },
            service_area,
            organisation: organisation.as_ref().map(|o| o.0.clone()),
            organisation_id: organisation.and_then(|o| o.1.map(str::to_owned)),
            hectares, places: places.map(f64::from),
            verified_on: verified_on.and_then(|(y, m, d)| NaiveDate::from_ymd_opt(y, m, d)),
            cost: cost.map(str::to_owned), cost_from: cost.and_then(hereabouts_data::text::least_cost),
            age_from: from.map(f64::from), age_to: to.map(f64::from), step_free,
            course,
            welcome,
            booking_required,
            schedule: timetable.as_ref().map(|t| t.0.clone()), timetable: timetable.map(|t| t.1),
            eligibility, languages: languages.into_iter().collect(),
            website: website.map(|w| format!("https://{w}.example.org/")), phone,
            // Without coordinates a postcode would be looked up.
            address: address.filter(|_| place.is_some()).map(|(street, town, code)| {
                let parts = [Some(street.as_str()), town.as_deref().filter(|t| !street.contains(t)), code];
                text(&parts.into_iter().flatten().collect::<Vec<_>>())
            }),
            description, licence, status: None,
            ..AssetRecord::default()
        }
    }
}

/// On which days of two years there is something, and when.
fn days(timetable: Option<&StoredTimetable>) -> Vec<String> {
    let begin = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
    let Some(timetable) = timetable else { return vec!["unknown".into()] };
    let timetable = Timetable::try_from(timetable).unwrap();
    begin.iter_days().take(730).flat_map(|day| timetable.on(day)).map(|o| format!("{o:?}")).collect()
}

fn no_nulls(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Array(all) => all.iter().all(no_nulls),
        Value::Object(fields) => fields.values().all(no_nulls),
        _ => true,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]
    #[test]
    fn what_is_read_of_a_service_is_what_was_written(record in records()) {
        let written = published(&record);
        prop_assert!(no_nulls(&written), "{written}");
        let read_back = read(std::slice::from_ref(&written));
        prop_assert_eq!(read_back.len(), 1);
        let mut back = read_back[0].clone();
        prop_assert_eq!(days(back.timetable.as_ref()), days(record.timetable.as_ref()));
        back.timetable.clone_from(&record.timetable);
        let id = service_id(&record);
        let expected = AssetRecord { source: "there".into(), source_id: id.to_string(), ..record.clone() };
        prop_assert_eq!(&back, &expected, "{}", written);
        // Published from there it is the same service, to the byte but for where it is listed.
        let mut again = published(&read_back[0]);
        let mut first = written;
        first["hereabouts"]["listed_as"] = Value::Null;
        again["hereabouts"]["listed_as"] = Value::Null;
        prop_assert_eq!(again, first);
    }
}
