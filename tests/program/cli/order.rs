//! Files in any order, rows in any order, any number of threads: the same bytes, from import to every format.

use super::serve::Server;
use crate::common::{Place, command};
use serde_json::Value;
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// A day for the age of listings that does not move.
const AS_OF: &str = "2026-10-01";

/// In an order that the seed alone decides; 0 leaves it as it is.
fn shuffled<T: Hash>(seed: u64, mut all: Vec<T>) -> Vec<T> {
    if seed > 0 {
        all.sort_by_cached_key(|one| {
            let mut hasher = DefaultHasher::new();
            (seed, one).hash(&mut hasher);
            hasher.finish()
        });
    }
    all
}

fn shuffled_file(seed: u64, name: &str, text: &str) -> String {
    if name.ends_with(".geojson") {
        let mut collection: Value = serde_json::from_str(text).unwrap();
        let features = collection["features"].as_array().unwrap().iter().map(Value::to_string).collect();
        let features = shuffled(seed, features).iter().map(|f| serde_json::from_str(f).unwrap()).collect();
        collection["features"] = Value::Array(features);
        return collection.to_string();
    }
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(reader.headers().unwrap()).unwrap();
    let rows = reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
    for row in shuffled::<Vec<String>>(seed, rows) {
        writer.write_record(row).unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

/// Neighbourhoods come first, since everything else is checked against them; the rest in any order.
fn shuffled_steps(seed: u64, place: &str) -> String {
    let (head, steps) = place.split_once("[[import]]").unwrap();
    let (areas, others) = steps.split("[[import]]").partition(|step| step.contains("\"neighbourhoods\""));
    let steps = [shuffled::<&str>(seed, areas), shuffled::<&str>(seed, others)].concat();
    steps.iter().fold(head.to_owned(), |all, step| format!("{all}[[import]]{step}\n"))
}

/// The town from shuffled files on so many threads, in every format that there is.
fn everything(seed: u64, threads: usize) -> BTreeMap<String, String> {
    let place = Place::empty();
    for file in hereabouts_demo::files(hereabouts_demo::SEED) {
        let text = match file.name {
            "place.toml" => shuffled_steps(seed, &file.text),
            name => shuffled_file(seed, name, &file.text),
        };
        place.write(file.name, &text);
    }
    let run = |args: &[&str]| {
        let mut command = command();
        command.args(args).arg("--store").arg(place.store()).env("RAYON_NUM_THREADS", threads.to_string());
        command
    };
    let printed = |args: &[&str]| {
        let output = run(args).output().unwrap();
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    printed(&["build", place.path("place.toml").to_str().unwrap()]);
    let mut all = BTreeMap::new();
    for level in ["neighbourhood", "cell"] {
        for format in ["table", "csv", "json", "geojson"] {
            let args = ["gaps", "--as-of", AS_OF, "--top", "0", "--level", level, "--format", format];
            all.insert(args.join(" "), printed(&args));
        }
    }
    for kind in ["neighbourhoods", "population", "deprivation", "postcodes", "assets", "demand", "grants"] {
        all.insert(format!("export {kind}"), printed(&["export", kind]));
    }
    let server = Server::start(run(&["serve", "--as-of", AS_OF, "--bind", "127.0.0.1:0"]));
    for collection in ["assets", "neighbourhoods", "gaps", "cells", "grants"] {
        for query in ["f=json&limit=1000", "f=csv", "f=html"] {
            let path = format!("/ogc/collections/{collection}/items?{query}");
            let answer = server.get(&path);
            let (head, body) = answer.split_once("\r\n\r\n").unwrap();
            assert!(head.starts_with("HTTP/1.1 200"), "{path}: {head}");
            all.insert(path, without_moment(&body.replace(server.address(), "here")));
        }
    }
    server.terminate().ended(0);
    all
}

/// An answer without the moment it was given at, which the standard asks for.
fn without_moment(body: &str) -> String {
    let Some((before, after)) = body.split_once("\"timeStamp\":\"") else { return body.to_owned() };
    let (_, after) = after.split_once('"').unwrap();
    format!("{before}{after}")
}

#[test]
fn the_same_bytes_for_any_order_and_any_number_of_threads() {
    let expected = everything(0, 1);
    assert_eq!(expected.len(), 8 + 7 + 15);
    assert!(expected.values().all(|text| text.len() > 500));
    for (seed, threads) in [(1, 2), (2, 7)] {
        for (what, bytes) in everything(seed, threads) {
            assert!(bytes == expected[&what], "{what} differs for order {seed} on {threads} threads");
        }
    }
}

#[test]
fn the_orders_differ() {
    let text = "a,b\n1,x\n2,y\n3,z\n4,v\n";
    assert_eq!(shuffled_file(0, "x.csv", text), text);
    assert_ne!(shuffled_file(1, "x.csv", text), text);
    assert_ne!(shuffled_steps(1, hereabouts_demo::PLACE), shuffled_steps(2, hereabouts_demo::PLACE));
}
