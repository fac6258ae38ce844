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
         x,Haven for women,group,housing,{lon},{lat},\"{address}, {postcode}\",0161 496 0009,2 km,By the gate of {address}\n"
    );
    for (name, text) in [("careful", careful), ("careless", careless)] {
        let file = place.write(&format!("{name}.csv"), &text);
        place.run(["import", "assets", file.to_str().unwrap(), "--source", name]).ended(0);
    }
    place
        .run(["duplicates", "apply", &format!("careful/{}", id_in(&place, "careful")), "careless/x"])
        .ended(0);
    place
}

/// The id of the one listing of a source.
fn id_in(place: &Place, source: &str) -> String {
    let line = place.run(["export", "assets", "--source", source]).ended(0).out;
    serde_json::from_str::<Value>(line.trim()).unwrap()["key"].as_str().unwrap().to_owned()
}

/// An answer without where it is from and when: the moment is no part of it.
fn wherever_and_whenever(server: &Server, body: &str) -> String {
    let mut body = body.replace(server.address(), "here");
    while let Some(at) = body.find("\"timeStamp\":\"2") {
        let end = at + 13 + body[at + 13..].find('"').unwrap() + 1;
        body.replace_range(at..end, "");
    }
    body
}

/// Everything under a page that links lead to, and what the definition of the API lists with its examples.
fn everything_said(place: &Place) -> BTreeMap<String, String> {
    let mut serve = command();
    serve.args(["serve", "--bind", "127.0.0.1:0", "--as-of", "2026-11-01", "--store"]).arg(place.store());
    let server = Server::start(serve);
    let ask = |path: &str| {
        let answer = server.get(path);
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.split("\r\n").next().unwrap().to_owned(), wherever_and_whenever(&server, body))
    };
    let api: Value = serde_json::from_str(&ask("/ogc/api").1).unwrap();
    let mut todo: Vec<String> = vec![
        "/".into(),
        "/needs/housing".into(),
        "/needs/housing?reading=listed".into(),
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
}

/// Nor is it on the disk, or in a backup; so whatever is asked, from wherever, it cannot be told.
#[test]
fn what_is_stored_does_not_depend_on_where_a_hidden_place_is() {
    let place = Place::town();
    let stored = |(lon, lat, address, postcode): Where| {
        let file = place.write(
            "careful.csv",
            &format!(
                "id,name,kind,need,lon,lat,address,postcode,phone,description,hectares\n\
                 r,Haven for women,refuge,housing,{lon},{lat},{address},{postcode},0161 496 0009,Ring at {address},0.2\n"
            ),
        );
        let ran = place.run(["import", "assets", file.to_str().unwrap(), "--json"]).ended(0);
        (ran.json()["change"].clone(), place.run(["export", "assets", "--source", "careful"]).ended(0).out)
    };
    let here = stored(HERE);
    assert_eq!(stored(THERE), (Value::from("unchanged"), here.1));
    let file = place.path("backup.jsonl");
    place.run(["backup", file.to_str().unwrap()]).ended(0);
    let mut held = std::fs::read(&file).unwrap();
    bytes_under(&place.store(), &mut held);
    for trace in ["Quiet Row", "Still Street", "2.301234", "54.724567", "9QR"] {
        assert!(!held.windows(trace.len()).any(|w| w == trace.as_bytes()), "{trace} is stored");
    }
}

/// Every number of an answer but those of the row of the hidden place, by where it stands in it.
fn numbers(at: &str, value: &Value, all: &mut BTreeMap<String, i64>) {
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, value)| numbers(&format!("{at}/{name}"), value, all))
        }
        Value::Number(number) => drop(all.insert(at.to_owned(), number.as_i64().unwrap_or_default())),
        _ => {}
    }
}

/// What is near but the row of the hidden place, and the counts of what is.
fn near(answer: &str) -> (Vec<Value>, BTreeMap<String, i64>, usize) {
    let answer: Value = serde_json::from_str(answer).unwrap();
    let rows =
        ["fits", "may_fit", "results"].iter().flat_map(|list| answer[list].as_array().unwrap().clone());
    let (own, others): (Vec<Value>, Vec<Value>) = rows.partition(|row| row["name"] == "Haven for women");
    let told = own.iter().map(|row| row["minutes"].is_null() && row["metres"].is_null());
    assert!(told.clone().all(|untold| untold), "{own:?}");
    let mut counts = BTreeMap::new();
    numbers("", &answer, &mut counts);
    (others, counts, told.count())
}

/// Answers from a grid of places in two towns, of which one has a hidden place more. Its own row is there from wherever one asks,
/// and counts as one; all else is the same.
#[test]
fn a_hidden_place_changes_no_answer_but_its_own_row() {
    let serve = |hidden: &str| {
        let place = Place::town();
        let rows = format!(
            "id,name,kind,need,lon,lat,where\nk,Knitting circle,group,social-connection,2.31,54.72,exact\n{hidden}"
        );
        let file = place.write("circle.csv", &rows);
        place.run(["import", "assets", file.to_str().unwrap()]).ended(0);
        let mut serve = command();
        serve.args(["serve", "--bind", "127.0.0.1:0", "--as-of", "2026-11-01"]);
        // Links, and tags with them, are to one address.
        serve.args(["--public-url", "http://here.example", "--store"]).arg(place.store());
        (Server::start(serve), place)
    };
    let (with, _one) = serve("r,Haven for women,refuge,social-connection,2.301234,54.724567,hidden\n");
    let (without, _other) = serve("");
    let told = |server: &Server, path: &str| {
        let answer = server.get(path);
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let tag = head.lines().find(|line| line.starts_with("etag:")).map(str::to_owned);
        (tag, wherever_and_whenever(server, body))
    };
    let (mut rows_of_it, mut counted_as) = (BTreeSet::new(), BTreeMap::<String, BTreeSet<i64>>::new());
    for n in 0..120 {
        let (lat, lon) = (54.70 + 0.0041 * f64::from(n % 12), 2.26 + 0.012 * f64::from(n / 12));
        let path = format!("/v1/near?at={lat:.4},{lon:.4}&minutes=12&limit=500");
        let (one, other) = (told(&with, &path), told(&without, &path));
        let ((rows, counts, own), (others, before, _)) = (near(&one.1), near(&other.1));
        assert_eq!((one.0, rows), (other.0, others), "{path}");
        // As often in the lists, and as much in each count, from everywhere.
        rows_of_it.insert(own);
        for (at, count) in counts {
            let more = count - before.get(&at).copied().unwrap_or_default();
            counted_as.entry(at).or_default().insert(more);
        }
        let path = format!("/v1/reach?from={lat:.4},{lon:.4}&minutes=10");
        assert_eq!(told(&with, &path), told(&without, &path), "{path}");
    }
    assert!(rows_of_it.len() == 1 && !rows_of_it.contains(&0), "{rows_of_it:?}");
    counted_as.retain(|_, more| more.len() > 1);
    assert!(counted_as.is_empty(), "{counted_as:?}");
    for path in [
        "/ogc/collections/gaps/items?limit=1000",
        "/ogc/collections/gaps/items?limit=1000&reading=listed",
        "/ogc/collections/cells/items?limit=1000&need=social-connection",
        "/ogc/collections/assets/items?bbox=2.3,54.72,2.31,54.73",
        "/tiles/streets/13/4148/2602.mvt",
        "/v1/needs",
    ] {
        assert_eq!(told(&with, path), told(&without, path), "{path}");
    }
}

/// A list that took no care told what another hides, until somebody saw it.
#[test]
fn a_listing_that_is_probably_a_hidden_place_waits_for_somebody() {
    let place = Place::town();
    let hidden =
        "id,name,kind,lon,lat,phone,where\nr,Haven for women,refuge,2.301,54.725,0161 496 0009,hidden\n";
    let told = "id,name,kind,need,lon,lat,phone\n\
        x,Haven (women),group,social-connection,2.301234,54.724567,0161 496 0010\n\
        y,Domestic abuse service,group,social-connection,2.327891,54.716543,0161 496 0009\n\
        z,Knitting circle,group,social-connection,2.31,54.72,0161 496 0011\n";
    for (name, text) in [("careful", hidden), ("careless", told)] {
        let map = place.write("map.toml", &format!("source = \"{name}\"\n"));
        let file = place.write(&format!("{name}.csv"), text);
        let ran = place.run(["import", "assets", file.to_str().unwrap(), "--map", map.to_str().unwrap()]);
        assert_eq!(
            ran.err.contains("2 listings are told to nobody until you decide"),
            name == "careless",
            "{}",
            ran.err
        );
    }
    let names = || {
        let all = ["haven", "domestic", "knitting"]
            .map(|words| place.run(["near", "--q", words, "--format", "json"]).ended(0).out);
        ["Haven (women)", "Domestic abuse service", "Haven for women", "Knitting circle"]
            .map(|name| all.concat().contains(name))
    };
    assert_eq!(names(), [false, false, true, true]);
    let pairs = place.run(["duplicates", "--json"]).ended(0).json();
    let held: Vec<&Value> =
        pairs["pairs"].as_array().unwrap().iter().filter(|p| p["state"] == "held back").collect();
    assert_eq!(held.len(), 2, "{pairs}");
    let hidden = format!("careful/{}", id_in(&place, "careful"));
    place.run(["duplicates", "reject", &hidden, "careless/y"]).ended(0);
    place.run(["duplicates", "apply", &hidden, "careless/x"]).ended(0);
    assert_eq!(names(), [false, true, true, true]);
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
