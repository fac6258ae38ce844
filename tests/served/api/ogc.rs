//! The resources around the features.

use crate::common::{ask, get, state};
use actix_web::http::Method;
use hereabouts_core::demand::Basis;
use hereabouts_engine::collections::CollectionId;
use hereabouts_server::routes::{document, endpoints};
use serde_json::Value;
use std::collections::BTreeSet;

#[actix_web::test]
async fn tests_3_and_4_landing_page_with_and_without_slash() {
    for path in ["/ogc", "/ogc/"] {
        let answer = get(path).await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("content-type")),
            (200, "application/json"),
            "{path}"
        );
        let json = answer.json();
        assert!(json["title"].is_string() && json["description"].is_string());
        for rel in ["self", "service-desc", "service-doc", "conformance", "data"] {
            let path = answer.link(rel).unwrap_or_else(|| panic!("no link {rel}"));
            assert_eq!(get(&path).await.status, 200, "{rel}");
        }
        let desc = json["links"].as_array().unwrap().iter().find(|l| l["rel"] == "service-desc").unwrap();
        assert_eq!(desc["type"], "application/vnd.oai.openapi+json;version=3.0");
    }
}

#[actix_web::test]
async fn tests_5_and_6_api_definition() {
    let answer = get("/ogc/api").await;
    assert_eq!(answer.header("content-type"), "application/vnd.oai.openapi+json;version=3.0");
    let api = answer.json();
    assert!(api["openapi"].as_str().unwrap().starts_with("3.0."));
    assert_eq!(api["servers"][0]["url"], "http://127.0.0.1:8080/ogc");
    for collection in CollectionId::ALL {
        let parameters =
            api["paths"][format!("/collections/{}/items", collection.id())]["get"]["parameters"].clone();
        let named = |name: &str| {
            let found = parameters.as_array().unwrap().iter().find(|p| p["name"] == name);
            found.unwrap_or_else(|| panic!("{name}")).clone()
        };
        for name in ["limit", "bbox", "datetime"] {
            let p = named(name);
            assert_eq!(
                (&p["in"], &p["required"], &p["style"], &p["explode"]),
                (&"query".into(), &false.into(), &"form".into(), &false.into()),
                "{name}"
            );
        }
        let limit = &named("limit")["schema"];
        assert_eq!(
            (&limit["type"], &limit["minimum"], &limit["maximum"]),
            (&"integer".into(), &1.into(), &1000.into())
        );
        assert!(limit["default"].as_u64().unwrap() <= 1000);
        let bbox = &named("bbox")["schema"];
        assert_eq!(
            (&bbox["type"], &bbox["minItems"], &bbox["maxItems"]),
            (&"array".into(), &4.into(), &6.into())
        );
    }
}

/// The definition and the server say the same: every path in it answers, every route is in it, and each takes exactly the
/// parameters it lists.
#[actix_web::test]
async fn the_definition_is_the_routes_own() {
    let state = state(Basis::Synthetic);
    let api = document(&state.site(), "http://127.0.0.1:8080");
    let paths = api["paths"].as_object().unwrap();
    let mut seen = BTreeSet::new();
    for (path, item) in paths {
        let root = if item.get("servers").is_some() { "" } else { "/ogc" };
        let operation = &item["get"];
        let parameters = operation["parameters"].as_array().unwrap();
        let example = |p: &Value| match &p["example"] {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => panic!("{path}: no example"),
        };
        let in_path = parameters.iter().filter(|p| p["in"] == "path");
        let filled = in_path.fold(path.clone(), |path, p| {
            path.replace(&format!("{{{}}}", p["name"].as_str().unwrap()), &example(p))
        });
        // What if needs something that changes, whichever it is; here nothing that anybody loses by.
        let is_needed = |p: &Value| p["required"] == true || (path == "/v1/scenario" && p["name"] == "add");
        let is_loss = |p: &Value| path == "/v1/scenario" && p["name"] == "close";
        let is_asked_apart = |p: &Value| !is_needed(p) && !is_loss(p);
        let required: Vec<String> = parameters
            .iter()
            .filter(|p| is_needed(p) && p["in"] == "query")
            .map(|p| format!("{}={}", p["name"].as_str().unwrap(), example(p)))
            .collect();
        let address = format!("{root}{filled}?{}", required.join("&"));
        let answer = get(&address).await;
        assert_eq!(answer.status, 200, "{address}: {}", answer.text());
        let media = answer.header("content-type").split(';').next().unwrap().to_owned();
        let content = operation["responses"]["200"]["content"].as_object().unwrap();
        assert!(content.keys().any(|k| k.starts_with(&media)), "{path}: {media}");
        if !path.starts_with("/health") && path != "/metrics" {
            get(&format!("{address}&nowhere-listed=1")).await.refuses("nowhere-listed");
        }
        for p in parameters.iter().filter(|p| p["in"] == "query" && is_asked_apart(p)) {
            let value = match (&p["schema"], &p["example"]) {
                (_, Value::String(example)) => example.clone(),
                // The id of a feature is one of the default geography's.
                (schema, _) if schema["default"].is_string() => {
                    schema["default"].as_str().unwrap().to_owned()
                }
                (schema, _) if schema["enum"].is_array() => schema["enum"][0].as_str().unwrap().to_owned(),
                (schema, _) => match schema["type"].as_str().unwrap() {
                    "integer" | "number" => "1".to_owned(),
                    "boolean" => "true".to_owned(),
                    "array" => "-180,-90,180,90".to_owned(),
                    _ if schema["format"] == "date" => "2025-01-01".to_owned(),
                    _ => "x".to_owned(),
                },
            };
            let with = format!("{address}&{}={value}", p["name"].as_str().unwrap());
            assert_eq!(get(&with).await.status, 200, "{with}");
        }
        seen.insert(format!("{root}{path}"));
    }
    for endpoint in endpoints() {
        let path = endpoint.path.replace("{collection}", "gaps").replace(":.+}", "}");
        // A root with and without its slash is one path in OpenAPI.
        assert!(
            ["/ogc", "/oruk/"].contains(&path.as_str()) || seen.contains(&path),
            "{path} is not in the definition"
        );
    }
}

#[actix_web::test]
async fn tests_7_and_8_conformance() {
    let json = get("/ogc/conformance").await.json();
    let classes: Vec<&str> =
        json["conformsTo"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    for class in ["core", "oas30", "geojson", "html"] {
        assert!(
            classes.contains(
                &format!("http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{class}").as_str()
            )
        );
    }
    assert!(!classes.iter().any(|c| c.contains("features-3")));
}

#[actix_web::test]
async fn tests_9_to_12_collections() {
    let answer = get("/ogc/collections").await;
    let listed = answer.json()["collections"].as_array().unwrap().clone();
    let ids: Vec<&str> = listed.iter().map(|c| c["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["assets", "neighbourhoods", "gaps", "cells", "grants", "streets"]);
    for collection in listed {
        let id = collection["id"].as_str().unwrap();
        let one = get(&format!("/ogc/collections/{id}")).await;
        assert_eq!(one.json(), collection, "the list says of {id} what it says of itself");
        assert_eq!(collection["itemType"], "feature");
        assert_eq!(collection["crs"][0], "http://www.opengis.net/def/crs/OGC/1.3/CRS84");
        assert_eq!(collection["storageCrs"], collection["crs"][0]);
        let bbox = collection["extent"]["spatial"]["bbox"][0].as_array().unwrap();
        assert_eq!(bbox.len(), 4);
        assert_eq!(bbox[0], -2.4, "longitude first");
        for rel in ["self", "items", "describedby", "http://www.opengis.net/def/rel/ogc/1.0/queryables"] {
            let path = one.link(rel).unwrap_or_else(|| panic!("{id} has no link {rel}"));
            assert_eq!(get(&path).await.status, 200, "{path}");
        }
    }
    let unknown = get("/ogc/collections/nope").await;
    assert_eq!((unknown.status.as_u16(), unknown.header("content-type")), (404, "application/problem+json"));
    assert!(unknown.text().contains("collection nope"));
}

#[actix_web::test]
async fn feature_schema_types_every_property() {
    for collection in CollectionId::ALL {
        let answer = get(&format!("/ogc/collections/{}/schema", collection.id())).await;
        assert_eq!(answer.header("content-type"), "application/schema+json");
        let schema = answer.json()["properties"]["properties"]["properties"].clone();
        for feature in get(&format!("/ogc/collections/{}/items", collection.id())).await.features() {
            let properties = feature["properties"].as_object().unwrap();
            assert_eq!(properties.len(), schema.as_object().unwrap().len());
            for (name, value) in properties {
                // The bare type, also where it may be null: GDAL takes ["number", "null"] for text.
                let fits = match schema[name]["type"].as_str().unwrap_or_else(|| panic!("{name}")) {
                    "number" => value.is_f64(),
                    "integer" => value.is_u64(),
                    "boolean" => value.is_boolean(),
                    "array" => value.is_array(),
                    _ => value.is_string(),
                };
                assert!(fits || (value.is_null() && schema[name]["nullable"] == true), "{name}: {value}");
            }
        }
    }
}

#[actix_web::test]
async fn html_by_negotiation_and_by_f() {
    let browser = ("accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8");
    for path in [
        "/ogc/",
        "/ogc/api",
        "/ogc/conformance",
        "/ogc/collections",
        "/ogc/collections/gaps",
        "/ogc/collections/gaps/items",
        "/ogc/collections/assets/items/made-up/0000",
    ] {
        let page = ask(Method::GET, path, &[browser]).await;
        assert_eq!(
            (page.status.as_u16(), page.header("content-type")),
            (200, "text/html; charset=utf-8"),
            "{path}"
        );
        assert!(
            page.text().starts_with("<!DOCTYPE html>") && page.text().contains("lang=\"en-GB\""),
            "{path}"
        );
        assert!(!page.text().contains("<Friends>") && !page.text().contains("<around>"), "{path} escapes");
        let sep = if path.contains('?') { '&' } else { '?' };
        let json = ask(Method::GET, &format!("{path}{sep}f=json"), &[browser]).await;
        assert!(json.header("content-type").contains("json"), "{path}: f beats Accept");
        let html = ask(Method::GET, &format!("{path}{sep}f=html"), &[("accept", "application/json")]).await;
        assert!(html.header("content-type").starts_with("text/html"), "{path}: f beats Accept");
    }
    get("/ogc/?f=xml").await.refuses("f");
}
