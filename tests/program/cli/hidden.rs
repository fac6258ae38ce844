//! Trying to find a hidden place: two towns that differ in nothing but where their refuge is must say the same.

use super::serve::Server;
use crate::common::{Place, command};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// A place in the town, far from the other one: longitude, latitude, address, postcode.
type Where = (f64, f64, &'static str, &'static str);

const HERE: Where = (2.301_234, 54.724_567, "9 Quiet Row", "ZZ9 9QR");
const THERE: Where = (2.327_891, 54.716_543, "4 Still Street", "ZZ8 8SS");

/// The town with a refuge in one list, and in another one that took no care; `kind` is what the first calls it.
fn town(kind: &str, at: Where) -> Place {
    let place = Place::town();
    let (lon, lat, address, postcode) = at;
    let careful = format!(
        "id,name,kind,need,lon,lat,address,postcode,phone,service_area,description,hectares,places\n\
         r,Haven for women,{kind},housing,{lon},{lat},{address},{postcode},0161 496 0009,1 km; MADEUP-01,Ring at {address},0.2,90\n"
    );
    let careless = format!(
        "id,name,kind,need,lon,lat,address,phone,service_area,description\n\
         x,Haven for women,{kind},housing,{lon},{lat},\"{address}, {postcode}\",0161 496 0009,2 km,By the gate of {address}\n"
    );
    for (name, text) in [("careful", careful), ("careless", careless)] {
        let file = place.write(&format!("{name}.csv"), &text);
        place.run(["import", "assets", file.to_str().unwrap(), "--source", name]).ended(0);
    }
    place.run(["duplicates", "apply", "careful/r", "careless/x"]).ended(0);
    place
}

/// Everything under a page that links lead to, and what the definition of the API lists with its examples.
fn everything_said(place: &Place) -> BTreeMap<String, String> {
    let mut serve = command();
    serve.args(["serve", "--bind", "127.0.0.1:0", "--as-of", "2026-11-01", "--store"]).arg(place.store());
    let server = Server::start(serve);
    let ask = |path: &str| {
        let answer = server.get(path);
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        // The moment of the answer is no part of it.
        let mut body = body.replace(server.address(), "here");
        while let Some(at) = body.find("\"timeStamp\":\"2") {
            let end = at + 13 + body[at + 13..].find('"').unwrap() + 1;
            body.replace_range(at..end, "");
        }
        (head.split("\r\n").next().unwrap().to_owned(), body)
    };
    let api: Value = serde_json::from_str(&ask("/ogc/api").1).unwrap();
    let mut todo: Vec<String> = vec![
        "/".into(),
        "/areas?need=housing".into(),
        "/areas?need=housing&reading=listed".into(),
        "/areas/MADEUP-01".into(),
        "/ogc/collections/cells/items?limit=1000&need=housing".into(),
        "/ogc/collections/gaps/items?limit=1000&need=housing".into(),
        "/ogc/collections/gaps/items?limit=1000&need=housing&reading=listed".into(),
        "/ogc/collections/assets/items?limit=1000&f=csv".into(),
        "/ogc/collections/assets/items/careful%2Fr".into(),
        "/v1/near?q=haven&limit=200".into(),
        "/v1/near?area=MADEUP-01&need=housing&minutes=60&limit=200".into(),
        "/oruk/services?full=true&per_page=500".into(),
        "/oruk/services?search=haven&full=true".into(),
        "/oruk/service_at_locations?full=true&per_page=500".into(),
    ];
    for (lon, lat, ..) in [HERE, THERE] {
        for query in ["minutes=5&limit=200", "need=housing&minutes=15&limit=200"] {
            todo.push(format!("/v1/near?at={lat},{lon}&{query}"));
        }
        todo.push(format!("/v1/reach?from={lat},{lon}&minutes=5"));
        todo.push(format!(
            "/ogc/collections/assets/items?bbox={},{},{},{}",
            lon - 0.002,
            lat - 0.002,
            lon + 0.002,
            lat + 0.002
        ));
    }
    for (path, item) in api["paths"].as_object().unwrap() {
        let root = if item.get("servers").is_some() { "" } else { "/ogc" };
        let mut path = format!("{root}{path}");
        for p in item["get"]["parameters"].as_array().into_iter().flatten().filter(|p| p["in"] == "path") {
            let example = p["example"].as_str().map_or_else(|| p["example"].to_string(), str::to_owned);
            path =
                path.replace(&format!("{{{}}}", p["name"].as_str().unwrap()), &example.replace('/', "%2F"));
        }
        if !path.starts_with("/metrics") && !path.starts_with("/health") {
            todo.push(path);
        }
    }
    let mut said = BTreeMap::new();
    let mut seen: BTreeSet<String> = todo.iter().cloned().collect();
    while let Some(path) = todo.pop() {
        let (status, body) = ask(&path);
        for link in body.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            let link =
                link.replace("&amp;", "&").split('#').next().unwrap_or_default().replace("http://here", "");
            if link.starts_with('/')
                && !link.starts_with("/static")
                && seen.len() < 160
                && seen.insert(link.clone())
            {
                todo.push(link);
            }
        }
        said.insert(path, format!("{status}\n{body}"));
    }
    for (name, args) in [
        ("gaps", &["gaps", "--format", "csv", "--as-of", "2026-11-01"][..]),
        ("near", &["near", "--q", "haven", "--format", "json"]),
    ] {
        said.insert(name.into(), place.run(args).ended(0).out);
    }
    said
}

fn bytes_under(dir: &Path, into: &mut Vec<u8>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { bytes_under(&path, into) } else { into.extend(std::fs::read(&path).unwrap()) }
    }
}

#[test]
fn nothing_that_is_said_depends_on_where_a_hidden_place_is() {
    let (one, other) = (town("refuge", HERE), town("refuge", THERE));
    let (a, b) = (everything_said(&one), everything_said(&other));
    assert!(a.len() > 100 && a.values().any(|text| text.contains("Haven for women")), "{}", a.len());
    assert_eq!(a.keys().collect::<Vec<_>>(), b.keys().collect::<Vec<_>>());
    for (path, text) in &a {
        assert_eq!(text, &b[path], "{path} tells where the refuge is");
        for trace in ["Quiet Row", "Still Street", "2.301234", "54.724567", "9QR", "8SS"] {
            // What was asked comes back; what was not asked must not.
            assert!(!text.contains(trace) || path.contains(trace), "{path}: {trace}");
        }
    }
    // Nor is it on the disk, or in a backup.
    let file = one.path("backup.jsonl");
    one.run(["backup", file.to_str().unwrap()]).ended(0);
    let mut held = std::fs::read(&file).unwrap();
    bytes_under(&one.store(), &mut held);
    for trace in ["Quiet Row", "2.301234", "54.724567", "9QR"] {
        assert!(!held.windows(trace.len()).any(|w| w == trace.as_bytes()), "{trace} is stored");
    }
}

/// The same attempt finds a place that is not hidden: it is an attempt.
#[test]
fn a_place_that_is_told_is_found_so() {
    let (a, b) = (everything_said(&town("group", HERE)), everything_said(&town("group", THERE)));
    let differ: Vec<&String> = a.keys().filter(|path| a.get(*path) != b.get(*path)).collect();
    assert!(differ.len() > 10, "{differ:?}");
    for part in ["/v1/near", "/oruk/services", "/collections/cells", "/collections/gaps", "gaps", "/areas"] {
        assert!(differ.iter().any(|path| path.contains(part)), "{part}: {differ:?}");
    }
}
