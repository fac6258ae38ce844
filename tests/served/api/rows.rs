//! What features carry: names, types, rounding, order; and the same as CSV.

use crate::common::{all, get};
use serde_json::Value;

/// Names that scripts, notebooks and map projects rely on.
const GAP: &str = "area_code, area_name, need, period, population, referrals, no_match, places_listed, places_likely, access_listed, access_likely, unmet_listed, unmet_likely, unmet_rate_likely, shortfall_places_likely, coverage_share, nearest_minutes, assets_in_reach, verified_share, assumed_share, edge_share, travel, status, rank, of";
const GRANT: &str = "title, recipient, recipient_ids, funder, funder_id, programme, amount, currency, awarded_on, starts_on, ends_on, months, precision, area_codes, beneficiaries, assets, source, licence";
const ASSET: &str = "name, kind, needs, places, places_assumed, verified_on, chance_it_runs, cost, step_free, schedule, next_session, eligibility, languages, website, phone, source, source_id, licence, location_precision, where, status";

#[actix_web::test]
async fn names_are_kept_and_come_first_in_their_order() {
    for (collection, names) in [("gaps", GAP), ("assets", ASSET), ("grants", GRANT)] {
        let text = get(&format!("/ogc/collections/{collection}/items?limit=1")).await.text();
        let mut from = text.find("\"properties\":").unwrap();
        for name in names.split(", ") {
            let at = text[from..]
                .find(&format!("\"{name}\":"))
                .unwrap_or_else(|| panic!("{collection}: {name} in its place"));
            from += at + 1;
        }
    }
}

#[actix_web::test]
async fn every_property_is_on_every_feature_and_figures_have_three_decimals() {
    for collection in ["assets", "neighbourhoods", "gaps", "cells"] {
        let features = all(&format!("/ogc/collections/{collection}/items?limit=500")).await;
        let names: Vec<&String> = features[0]["properties"].as_object().unwrap().keys().collect();
        for feature in &features {
            let properties = feature["properties"].as_object().unwrap();
            assert_eq!(properties.keys().collect::<Vec<_>>(), names);
            assert!(properties["as_of"] == "2026-01-15");
            for value in properties.values().filter_map(Value::as_f64) {
                assert!(((value * 1_000.0).round() / 1_000.0 - value).abs() < 1e-9, "{value}");
                assert!(value != 0.0 || value.is_sign_positive());
            }
        }
    }
}

#[actix_web::test]
async fn geometries_are_of_one_type_with_six_decimals_counter_clockwise() {
    for (collection, kind) in [
        ("assets", "Point"),
        ("neighbourhoods", "MultiPolygon"),
        ("gaps", "MultiPolygon"),
        ("cells", "MultiPolygon"),
    ] {
        let answer = get(&format!("/ogc/collections/{collection}/items?limit=50")).await;
        for feature in answer.features() {
            assert_eq!(feature["geometry"]["type"], kind);
            if kind == "MultiPolygon" {
                let ring = feature["geometry"]["coordinates"][0][0].as_array().unwrap();
                let at = |i: usize, k: usize| ring[i][k].as_f64().unwrap();
                let twice: f64 =
                    (1..ring.len()).map(|i| at(i - 1, 0) * at(i, 1) - at(i, 0) * at(i - 1, 1)).sum();
                assert!(twice > 0.0, "{collection}: outer rings run counter-clockwise");
                assert_eq!(ring.first(), ring.last());
                assert!(
                    (-2.5..-2.2).contains(&at(0, 0)) && (53.3..53.6).contains(&at(0, 1)),
                    "longitude, latitude"
                );
            }
        }
        let longest = answer
            .text()
            .split([',', '[', ']'])
            .filter_map(|n| n.rsplit_once('.'))
            .filter(|(w, _)| w.parse::<i32>().is_ok())
            .map(|(_, d)| d.len())
            .max();
        assert!(longest <= Some(6), "{collection}: {longest:?}");
    }
}

/// Clients that take types from the first ten features must see each column filled there, and numbers with a decimal point.
#[actix_web::test]
async fn the_first_features_show_every_column() {
    for collection in ["assets", "neighbourhoods", "gaps", "cells"] {
        let geography = if collection == "assets" { "" } else { "&geography=small" };
        let features = all(&format!("/ogc/collections/{collection}/items?limit=1000{geography}")).await;
        for name in features[0]["properties"].as_object().unwrap().keys() {
            let filled = |f: &Value| !f["properties"][name].is_null();
            assert!(
                features.iter().take(10).any(filled) || !features.iter().any(filled),
                "{collection}: {name}"
            );
        }
        let nulls = |f: &Value| f["properties"].as_object().unwrap().values().filter(|v| v.is_null()).count();
        assert!(features.iter().all(|f| nulls(f) >= nulls(&features[0])), "{collection}: the fullest first");
    }
    let text = get("/ogc/collections/gaps/items?limit=1").await.text();
    assert!(text.contains("\"population\":18000.0"), "{text}");
}

#[actix_web::test]
async fn no_data_is_null_and_never_zero() {
    let gap =
        get("/ogc/collections/gaps/items/N0500:company?geography=small").await.json()["properties"].clone();
    assert_eq!(gap["status"], "no-data");
    for name in [
        "referrals",
        "no_match",
        "unmet_listed",
        "unmet_likely",
        "unmet_rate_likely",
        "shortfall_places_likely",
        "rank",
        "basis",
    ] {
        assert!(gap[name].is_null(), "{name}: {}", gap[name]);
    }
    let none =
        get("/ogc/collections/gaps/items/N0000:advice?geography=small").await.json()["properties"].clone();
    assert_eq!(
        (&none["access_likely"], &none["unmet_likely"], &none["assets_in_reach"]),
        (&0.0.into(), &27.0.into(), &0.into()),
        "nothing in reach is access 0, and all unmet"
    );
    assert!(none["nearest_minutes"].is_null());
}

#[actix_web::test]
async fn a_reading_shows_its_own_figures_and_orders_by_them() {
    for reading in ["listed", "likely"] {
        let features = all(&format!(
            "/ogc/collections/gaps/items?geography=small&need=company&limit=1000&reading={reading}"
        ))
        .await;
        let mut before = f64::INFINITY;
        for feature in features.iter().filter(|f| f["properties"]["status"] == "ok") {
            let p = &feature["properties"];
            assert_eq!(p["reading"], reading);
            for figure in ["places", "access", "unmet"] {
                assert_eq!(p[figure], p[format!("{figure}_{reading}")]);
            }
            let unmet = p["unmet"].as_f64().unwrap();
            assert!(unmet <= before);
            before = unmet;
        }
    }
}

#[actix_web::test]
async fn csv_opens_in_a_spreadsheet_as_it_is_meant() {
    let answer = get("/ogc/collections/assets/items?f=csv").await;
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8; header=present");
    assert_eq!(answer.header("content-disposition"), "attachment; filename=\"assets.csv\"");
    assert!(answer.body.starts_with("\u{feff}id,longitude,latitude,name,".as_bytes()));
    let text = answer.text();
    let mut rows = csv::ReaderBuilder::new().from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let headers = rows.headers().unwrap().clone();
    let at = |name: &str| headers.iter().position(|h| h == name).unwrap();
    let rows: Vec<csv::StringRecord> = rows.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 24);
    let first = rows.iter().find(|r| &r[0] == "made-up/0000").unwrap();
    assert_eq!(&first[at("name")], "'=Formula & <Friends>");
    assert_eq!(&first[at("phone")], "'+44 161 496 0000");
    assert_eq!(&first[at("longitude")], "-2.3964", "a number that begins with - is a number");
    assert_eq!(&first[at("languages")], "English;Polish");
    assert_eq!(&first[at("schedule")], "", "null is empty");
}

#[actix_web::test]
async fn csv_holds_what_the_features_say_and_all_of_it() {
    for collection in ["neighbourhoods", "gaps", "cells"] {
        let features = all(&format!("/ogc/collections/{collection}/items?limit=1000&geography=small")).await;
        let text = get(&format!("/ogc/collections/{collection}/items?f=csv&geography=small")).await.text();
        let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        let headers = reader.headers().unwrap().clone();
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!(rows.len(), features.len(), "{collection}");
        for (row, feature) in rows.iter().zip(&features) {
            for (name, cell) in
                headers.iter().zip(row).filter(|(n, _)| !["longitude", "latitude", "id"].contains(n))
            {
                let value = &feature["properties"][name];
                let same = match value {
                    Value::Null => cell.is_empty(),
                    Value::Number(n) => cell.parse::<f64>().unwrap() == n.as_f64().unwrap(),
                    Value::String(s) => cell == s,
                    Value::Bool(b) => cell.parse() == Ok(*b),
                    Value::Array(words) => cell.split(';').eq(words.iter().filter_map(Value::as_str)),
                    other => cell.eq(&other.to_string()),
                };
                assert!(same, "{collection} {name}: {cell} {value}");
            }
        }
    }
    let limited = get("/ogc/collections/gaps/items?f=csv&geography=small&limit=5&offset=2").await.text();
    assert_eq!(limited.lines().count(), 6);
}
