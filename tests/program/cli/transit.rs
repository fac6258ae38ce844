//! Timetables: into the store, and by bus.

use super::serve::Server;
use crate::common::{Place, command, is_plain};
use hereabouts_tests::gtfs::{Files, Line, every, feed, zipped};
use hereabouts_tests::test_bed;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::io::Cursor;
use std::path::{Path, PathBuf};

/// One bus from the west of Doggerby to the east and one back, every 20 minutes on weekdays.
fn buses() -> Files {
    let stops = [("W", [2.27, 54.715], "1"), ("M", [2.30, 54.715], ""), ("E", [2.33, 54.715], "2")];
    let line = |calls| Line { service: "week", calls, leaves: every((8, 0), (20, 0), 20), wheelchair: "" };
    feed(&stops, &[line(&[(0, 0), (1, 4), (2, 8)]), line(&[(2, 0), (1, 4), (0, 8)])])
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn archive(place: &Place, name: &str, bytes: &[u8]) -> PathBuf {
    std::fs::write(place.path(name), bytes).unwrap();
    place.path(name)
}

#[test]
fn a_timetable_lands_once_and_is_kept_like_any_source() {
    let place = Place::town_without("transit");
    let feed = archive(&place, "buses.zip", &zipped(&buses()));
    let before = place.run(["sources", "--json"]).out;
    let dry = place.run(["import", "transit", text(&feed), "--dry-run", "--json"]).ended(0).json();
    assert_eq!((&dry["change"], &dry["imported"]), (&"nothing".into(), &74.into()));
    assert_eq!(place.run(["sources", "--json"]).out, before);

    let map = place.write("map.toml", "attribution = \"Doggerby Motor Omnibus\"\nlicence = \"CC0-1.0\"\n");
    let import = ["import", "transit", text(&feed), "--map", text(&map), "--format", "gtfs", "--json"];
    assert_eq!(place.run(import).ended(0).json()["change"], "landed");
    assert_eq!(place.run(import).ended(0).json()["change"], "unchanged");
    let sources = place.run(["sources", "--json"]).json();
    let own = sources["sources"].as_array().unwrap().iter().find(|s| s["kind"] == "transit").unwrap().clone();
    assert_eq!((&own["source"], &own["records"]), (&"buses".into(), &74.into()));
    assert_eq!(own["about"]["attribution"], "Doggerby Motor Omnibus");
    place.run(["check"]).ended(0);
    let refused = place.run(["export", "transit"]).ended(2);
    assert!(refused.err.contains("a backup holds them"), "{}", refused.err);

    // The same tables in a folder are the same feed.
    let folder = place.path("feed");
    std::fs::create_dir(&folder).unwrap();
    for (name, text) in buses() {
        std::fs::write(folder.join(name), text).unwrap();
    }
    let nameless = place.run(["import", "transit", text(&folder)]).ended(1);
    assert!(nameless.err.contains("--source"), "{}", nameless.err);
    place.run(["import", "transit", text(&folder), "--source", "tables"]).ended(0);
    let sources = place.run(["sources", "--json"]).json();
    let bytes = |name: &str| {
        let all = sources["sources"].as_array().unwrap();
        all.iter().find(|s| s["source"] == name).unwrap()["bytes"].as_u64().unwrap()
    };
    assert_eq!(bytes("tables"), bytes("buses"));
    place.run(["remove", "transit", "tables"]).ended(0);

    let backup = place.path("all.backup");
    place.run(["backup", text(&backup)]).ended(0);
    let new = Place::empty();
    new.run(["restore", text(&backup)]).ended(0);
    let again: Vec<&str> = import.into_iter().collect();
    assert_eq!(new.run(again).ended(0).json()["change"], "unchanged");
}

#[test]
fn a_place_file_builds_timetables_too() {
    let place = Place::empty();
    archive(&place, "buses.zip", &zipped(&buses()));
    let file = place.write(
        "place.toml",
        "name = \"T\"\n[[import]]\nkind = \"transit\"\nfiles = [\"buses.zip\"]\nmap = { attribution = \"A\" }\n",
    );
    let built = place.run(["build", text(&file), "--json"]).ended(0).json();
    assert_eq!((&built[0]["kind"], &built[0]["imported"]), (&"transit".into(), &74.into()));
}

/// Eight files of 100 MiB in an archive of one.
fn bomb() -> Vec<u8> {
    let one = zipped(&Files::from([("zeros".to_owned(), "0".repeat(100 << 20))]));
    let mut one = zip::ZipArchive::new(Cursor::new(one)).unwrap();
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for name in
        ["stops", "routes", "trips", "stop_times", "calendar", "calendar_dates", "frequencies", "transfers"]
    {
        zip.raw_copy_file_rename(one.by_index(0).unwrap(), format!("{name}.txt")).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn a_failed_import_changes_nothing_and_a_bad_row_is_named() {
    let place = Place::town_without("transit");
    let good = archive(&place, "buses.zip", &zipped(&buses()));
    place.run(["import", "transit", text(&good)]).ended(0);
    let before = place.run(["sources", "--json"]).out;
    let mut cut = zipped(&buses());
    cut.truncate(cut.len() / 2);
    let mut without = buses();
    without.remove("stop_times.txt");
    let bomb = bomb();
    assert!(bomb.len() < 2 << 20, "{}", bomb.len());
    for (bytes, said) in [
        (cut.as_slice(), "not a zip file that can be read"),
        (&zipped(&without), "there is no stop_times.txt"),
        (&bomb, "more than 100 times as large unpacked"),
        (b"a,b\n1,2\n", "--source"),
    ] {
        let file = archive(&place, "bad.zip", bytes);
        // By the name of the good one, which stays.
        let map = place.write("map.toml", "source = \"buses\"\n");
        let args = ["import", "transit", text(&file), "--map", text(&map)];
        let args = if said == "--source" { &args[..3] } else { &args[..] };
        let ran = place.run(args).ended(1);
        is_plain(&ran.err);
        assert!(ran.err.contains(said), "{}", ran.err);
        assert_eq!(place.run(["sources", "--json"]).out, before, "{said}");
    }
    let both = place.run(["import", "transit", text(&good), text(&good), "--source", "two"]).ended(1);
    assert!(both.err.contains("a source is one feed"), "{}", both.err);
    let map = place.write("map.toml", "fields = { id = \"id\" }");
    let ran = place.run(["import", "transit", text(&good), "--map", text(&map)]).ended(1);
    assert!(ran.err.contains("source, licence, attribution and retrieved"), "{}", ran.err);
    let other = place.run(["import", "transit", text(&good), "--format", "csv"]).ended(2);
    assert!(other.err.contains("an archive"), "{}", other.err);

    let mut files = buses();
    files.get_mut("stops.txt").unwrap().push_str("X,Nowhere,99,1,\n");
    let mixed = archive(&place, "mixed.zip", &zipped(&files));
    let ran = place.run(["import", "transit", text(&mixed), "--json"]).ended(3);
    assert_eq!((&ran.json()["rejected"], &ran.json()["imported"]), (&1.into(), &74.into()));
    assert!(ran.err.contains("mixed.zip/stops.txt:5: stop_lat"), "{}", ran.err);
    let list = place.path("rejects.csv");
    place.run(["import", "transit", text(&mixed), "--rejects", text(&list)]).ended(3);
    let said = std::fs::read_to_string(list).unwrap();
    assert!(said.contains("mixed.zip/stops.txt,5,stop_lat"), "{said}");
}

/// Doggerby with its buses.
fn served_by_bus() -> Place {
    let place = Place::town_without("transit");
    let feed = archive(&place, "buses.zip", &zipped(&buses()));
    place.run(["import", "transit", text(&feed)]).ended(0);
    place
}

/// From the stop in the west.
const FROM: &str = "54.715,2.27";

#[test]
fn command_line_api_and_page_give_the_same_rows_in_the_same_order() {
    let place = served_by_bus();
    let args = [
        "near",
        "--at",
        FROM,
        "--mode",
        "walk+transit",
        "--minutes",
        "40",
        "--limit",
        "200",
        "--as-of",
        "2026-05-01",
    ];
    let json = place.run(args.into_iter().chain(["--format", "json"])).ended(0).json();
    let ids = |json: &Value| -> Vec<String> {
        let results = json["results"].as_array().unwrap().iter();
        results.map(|r| r["id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!((&json["transit"]["day"], &json["mode"]), (&"2026-05-05".into(), &"walk+transit".into()));
    let by_bus = json["results"].as_array().unwrap().iter().filter(|r| r["mode"] == "walk+transit").count();
    assert!(by_bus > 0, "{json}");
    let table = place.run(args).ended(0).out;
    for words in ["90th percentile", "on foot", "5 May 2026", "minutes are from door to door"] {
        assert!(table.contains(words), "{words} in {table}");
    }

    let mut serve = command();
    serve.args(["serve", "--bind", "127.0.0.1:0", "--as-of", "2026-05-01", "--store"]).arg(place.store());
    let server = Server::start(serve);
    let body = |path: &str| {
        let answer = server.get(path);
        answer.split_once("\r\n\r\n").unwrap().1.to_owned()
    };
    let query = format!("at={FROM}&mode=walk+transit&minutes=40&limit=200");
    let api: Value = serde_json::from_str(&body(&format!("/v1/near?{query}"))).unwrap();
    // What is open changes by the minute.
    assert_eq!((ids(&api), &api["transit"]), (ids(&json), &json["transit"]));
    let page = body(&format!("/find?{query}"));
    let list = page.split("<ol class=\"cards\"").nth(1).unwrap().split("</ol>").next().unwrap();
    let cards = list.split("<h3><a href=\"/assets/").skip(1);
    let shown: Vec<String> = cards.map(|rest| rest.split('"').next().unwrap().to_owned()).collect();
    assert_eq!(shown, ids(&json));
    server.terminate();

    let reach = ["reach", FROM, "--mode", "walk+transit", "--as-of", "2026-05-01"];
    let table = place.run(reach).ended(0).out;
    assert!(table.contains("5 May 2026") && table.contains(" 45"), "{table}");
    let bands = place.run(reach.into_iter().chain(["--format", "geojson"])).ended(0).json();
    assert_eq!(bands["bands"].as_array().unwrap().len(), 3);
}

#[test]
fn without_a_timetable_it_is_said_what_to_do() {
    let place = Place::town_without("transit");
    for args in
        [&["near", "--at", FROM, "--mode", "walk+transit"][..], &["reach", FROM, "--mode", "walk+transit"]]
    {
        let ran = place.run(args).ended(2);
        is_plain(&ran.err);
        assert!(ran.err.contains("hereabouts import transit"), "{}", ran.err);
    }
    let place = served_by_bus();
    let none = place.run(["near", "--at", FROM, "--mode", "walk+transit", "--leaving", "saturday"]).ended(2);
    assert!(none.err.contains("no Saturday"), "{}", none.err);
    place.run(["near", "--at", FROM, "--mode", "car"]).ended(2);
    place.run(["remove", "transit", "buses"]).ended(0);
    place.run(["near", "--at", FROM, "--mode", "walk+transit"]).ended(2);
}

#[test]
fn the_number_of_threads_leaves_no_trace() {
    let place = served_by_bus();
    let answer = |threads: &str, format: &str| {
        let mut reach = command();
        reach.args(["reach", FROM, "--mode", "walk+transit", "--as-of", "2026-05-01", "--format", format]);
        let output =
            reach.arg("--store").arg(place.store()).env("RAYON_NUM_THREADS", threads).output().unwrap();
        assert!(output.status.success() && !output.stdout.is_empty());
        output.stdout
    };
    for format in ["geojson", "cells"] {
        let one = answer("1", format);
        assert!(one == answer("2", format) && one == answer("7", format), "{format}");
    }
}

/// Both feeds of Porto Alegre and its streets, among made-up halls and squares.
#[test]
#[cfg_attr(no_test_bed, ignore = "needs the test bed")]
fn porto_alegre_goes_by_bus_and_train() {
    let bed = test_bed();
    let bed = bed.join("porto_alegre_r5r");
    let place = Place::empty();
    let (west, south, side) = (-51.26, -30.11, 0.03);
    let square = |n: usize| {
        let (w, s) = (west + side * (n % 4) as f64, south + side * (n / 4) as f64);
        let (e, n_) = (w + side, s + side);
        format!(
            r#"{{"type":"Feature","properties":{{"code":"S{n:02}","name":"Square {n}"}},"geometry":{{"type":"Polygon","coordinates":[[[{w},{s}],[{e},{s}],[{e},{n_}],[{w},{n_}],[{w},{s}]]]}}}}"#
        )
    };
    let squares: Vec<String> = (0..16).map(square).collect();
    let areas = place.write(
        "areas.geojson",
        &format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, squares.join(",")),
    );
    let mut halls = "id,name,kind,needs,lon,lat\n".to_owned();
    for n in 0..400 {
        let (x, y) = (west + side / 5.0 * (n % 20) as f64, south + side / 5.0 * (n / 20) as f64);
        writeln!(halls, "{n},Hall {n},group,social-connection,{x:.4},{y:.4}").unwrap();
    }
    let halls = place.write("halls.csv", &halls);
    let map =
        place.write("areas.toml", "geography = \"square\"\nfields = { code = \"code\", name = \"name\" }\n");
    place.run(["import", "neighbourhoods", text(&areas), "--map", text(&map)]).ended(0);
    place.run(["import", "assets", text(&halls)]).ended(0);
    place.run(["import", "streets", text(&bed.join("poa_osm_nometa.osm.pbf"))]);
    for feed in ["poa_eptc.zip", "poa_trensurb.zip"] {
        let ran = place.run(["import", "transit", text(&bed.join(feed)), "--json"]).ended(0).json();
        println!("{feed}: {} trips, {} rejected", ran["imported"], ran["rejected"]);
    }
    place.run(["check"]).ended(0);
    let ask = |more: &[&str]| {
        // The market; the buses of the feed run in the afternoon.
        let args = ["near", "--at", "-30.027565,-51.227811", "--limit", "200", "--format", "json"];
        place.run(args.iter().chain(more).copied()).ended(0).json()
    };
    let walk = ask(&["--minutes", "45"]);
    let ride = ask(&["--minutes", "45", "--mode", "walk+transit", "--leaving", "afternoon"]);
    assert_eq!(ride["transit"]["day"], "2019-07-09");
    let said = ride["transit"]["said"].to_string();
    assert!(said.contains("by public transport") && said.contains("have run out"), "{said}");
    let (on_foot, by_all) = (walk["total"].as_u64().unwrap(), ride["total"].as_u64().unwrap());
    println!("within 45 minutes: {on_foot} of 400 on foot, {by_all} by public transport as well");
    assert!(by_all > 2 * on_foot, "{by_all} and {on_foot}");
    let minutes = |answer: &Value| -> BTreeMap<String, f64> {
        let results = answer["results"].as_array().unwrap().iter();
        results.map(|r| (r["id"].as_str().unwrap().to_owned(), r["minutes"].as_f64().unwrap())).collect()
    };
    let (walk, ride) = (minutes(&walk), minutes(&ride));
    for (id, on_foot) in &walk {
        assert!(ride.get(id).is_none_or(|minutes| minutes <= on_foot), "{id}");
    }
    // On a morning there are trains alone.
    let trains = ask(&["--minutes", "45", "--mode", "walk+transit"]);
    assert!(trains["total"].as_u64().unwrap() < by_all);
}
