//! Each GET that the definition of the API lists, asked once of the made-up town, and held to what it answered before.

use crate::common::get;
use hereabouts_tests::snapshot::{hold, of_any_version, without};
use serde_json::Value;

/// What is asked where an address alone is no question, or answers at length.
fn query(path: &str) -> &'static str {
    match path {
        "/v1/near" => "?area=N0202&need=company&minutes=20&limit=3",
        "/v1/reach" => "?from=N0202&minutes=5",
        "/v1/compare" => "?a=N0000&b=N0303&need=company",
        "/v1/suggest" => "?q=gro",
        "/v1/queue" => "?limit=3",
        "/list.ics" => "?ids=made-up%2F0101",
        path if path.ends_with("/items") => "?limit=2",
        path if path.starts_with("/oruk/") && path.matches('/').count() == 2 => "?per_page=2",
        _ => "",
    }
}

/// The body as a text of many lines, without what differs from moment to moment.
fn told(path: &str, content: &str, body: &[u8]) -> String {
    if content.contains("json") {
        let value: Value = serde_json::from_slice(body).unwrap_or_else(|e| panic!("{path}: {e}"));
        return without(&format!("{value:#}"), "\"timeStamp\": \"", '"');
    }
    let Ok(text) = std::str::from_utf8(body) else { return format!("{} bytes", body.len()) };
    let text = without(text, "DTSTAMP:", '\r').replace('\r', "");
    // Counts and times are of the whole run; what is counted is not.
    let is_told = |line: &&str| path != "/metrics" || line.starts_with('#');
    text.lines().filter(is_told).fold(String::new(), |all, line| all + line + "\n")
}

/// Addresses of the definition, each with its examples and its question.
async fn addresses() -> Vec<(String, String)> {
    let api = get("/ogc/api").await.json();
    let mut all = Vec::new();
    for (path, item) in api["paths"].as_object().unwrap() {
        if item.get("get").is_none() {
            continue;
        }
        let root = if item.get("servers").is_some() { "" } else { "/ogc" };
        let mut address = format!("{root}{path}");
        let question = query(&address);
        for p in item["get"]["parameters"].as_array().into_iter().flatten().filter(|p| p["in"] == "path") {
            let example = p["example"].as_str().map_or_else(|| p["example"].to_string(), str::to_owned);
            let name = format!("{{{}}}", p["name"].as_str().unwrap());
            address = address.replace(&name, &example.replace('/', "%2F"));
        }
        let name = format!("{root}{path}").replace(|c: char| !c.is_ascii_alphanumeric(), " ");
        all.push((name.split_whitespace().collect::<Vec<_>>().join("_"), address.to_owned() + question));
    }
    all
}

#[actix_web::test]
async fn each_body_is_as_before() {
    let mut texts = Vec::new();
    let mut asked = addresses().await;
    for collection in ["assets", "cells", "gaps", "grants", "neighbourhoods", "streets"] {
        let items = format!("/ogc/collections/{collection}/items?limit=2&f=csv");
        asked.push((format!("ogc_collections_{collection}_items_csv"), items));
    }
    assert!(asked.len() > 40, "{}", asked.len());
    for (name, address) in asked {
        let answer = get(&address).await;
        let content = answer.header("content-type");
        let head = format!("GET {address}\n{} {content}\n\n", answer.status.as_u16());
        texts.push((name, of_any_version(&(head + &told(&address, content, &answer.body)))));
    }
    hold("api", texts);
}
