//! Streets: into the store, along them, and what they change.

use crate::common::{Place, is_plain};
use hereabouts_tests::pbf::Extract;
use std::fmt::Write;

/// A grid of streets over the west of Doggerby as lines of GeoJSON, about 200 m apart, without what lies east of `east`.
fn grid(east: f64) -> String {
    let (west, south, north) = (2.25, 54.68, 54.76);
    let mut features = Vec::new();
    let line = |points: &[(f64, f64)]| {
        let mut text = String::new();
        for (x, y) in points {
            write!(text, "{}[{x:.6},{y:.6}]", if text.is_empty() { "" } else { "," }).unwrap();
        }
        format!(
            r#"{{"type":"Feature","properties":{{}},"geometry":{{"type":"LineString","coordinates":[{text}]}}}}"#
        )
    };
    let steps = |from: f64, to: f64, step: f64| {
        (0..=((to - from) / step) as usize).map(move |i| from + i as f64 * step)
    };
    let (across, up): (Vec<f64>, Vec<f64>) =
        (steps(west, east, 0.003).collect(), steps(south, north, 0.0018).collect());
    for &y in &up {
        features.push(line(&across.iter().map(|&x| (x, y)).collect::<Vec<_>>()));
    }
    for &x in &across {
        features.push(line(&up.iter().map(|&y| (x, y)).collect::<Vec<_>>()));
    }
    format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","))
}

fn text(path: &std::path::Path) -> &str {
    path.to_str().unwrap()
}

fn travels(place: &Place, more: &[&str]) -> Vec<String> {
    let args: Vec<&str> = ["gaps", "--json", "--need", "food"].iter().chain(more).copied().collect();
    let json = place.run(args).ended(0).json();
    let mut all: Vec<String> =
        json["gaps"].as_array().unwrap().iter().map(|g| g["travel"].as_str().unwrap().to_owned()).collect();
    all.sort();
    all.dedup();
    all
}

#[test]
fn streets_land_once_and_minutes_run_along_them() {
    let place = Place::town_without("streets");
    assert_eq!(travels(&place, &[]), ["straight-line"]);
    let roads = place.write("roads.geojson", &grid(2.31));
    let dry = place.run(["import", "streets", text(&roads), "--dry-run", "--json"]).ended(0).json();
    assert_eq!(dry["change"], "nothing");
    let landed = place.run(["import", "streets", text(&roads), "--json"]).ended(0).json();
    assert_eq!(
        (landed["change"].clone(), landed["imported"].clone()),
        ("landed".into(), dry["imported"].clone())
    );
    let sources = place.run(["sources", "--json"]).json();
    let own = sources["sources"].as_array().unwrap().iter().find(|s| s["kind"] == "streets").unwrap().clone();
    assert_eq!((own["records"].clone(), own["source"].clone()), (landed["imported"].clone(), "roads".into()));

    // What they do not reach goes by the straight line, and says so.
    assert_eq!(travels(&place, &[]), ["mixed", "network", "straight-line"]);
    assert_eq!(travels(&place, &["--travel", "straight-line"]), ["straight-line"]);
    let again = place.run(["import", "streets", text(&roads), "--json"]).ended(0).json();
    assert_eq!(again["change"], "unchanged");

    // A half-covered neighbourhood says how much of it is covered.
    let json = place.run(["gaps", "--json", "--need", "food"]).json();
    let gaps = json["gaps"].as_array().unwrap();
    let share = |travel: &str| {
        let of = |g: &&serde_json::Value| g["travel"] == travel;
        gaps.iter().filter(of).map(|g| g["streets_share"].as_f64().unwrap()).collect::<Vec<_>>()
    };
    assert!(share("network").iter().all(|s| *s == 1.0) && share("straight-line").iter().all(|s| *s == 0.0));
    assert!(share("mixed").iter().any(|s| *s > 0.0 && *s < 1.0));

    // Near where they end, ways may be missing that lead out and in again: that is said, not hidden.
    let edge = |more: &[&str]| -> f64 {
        let args: Vec<&str> = ["gaps", "--json", "--need", "food"].iter().chain(more).copied().collect();
        let json = place.run(args).json();
        json["gaps"].as_array().unwrap().iter().map(|g| g["edge_share"].as_f64().unwrap()).sum()
    };
    assert!(edge(&[]) > edge(&["--travel", "straight-line"]) + 1.0);

    place.run(["remove", "streets", "roads"]).ended(0);
    assert_eq!(travels(&place, &[]), ["straight-line"]);
}

/// Nobody lives in the sea, so that no way can lead out of the town and in again.
#[test]
fn a_shore_is_no_edge_of_a_map() {
    let json = Place::town().run(["gaps", "--json"]).ended(0).json();
    let gaps = json["gaps"].as_array().unwrap();
    assert!(gaps.iter().all(|g| g["travel"] == "network" && g["edge_share"] == 0.0));
}

#[test]
fn the_order_of_files_leaves_no_trace_and_a_backup_holds_them() {
    let (one, other) = (Place::town_without("streets"), Place::town_without("streets"));
    let cut = grid(2.31);
    for (place, swapped) in [(&one, false), (&other, true)] {
        let mut files = [place.write("a.geojson", &cut), place.write("b.geojson", &grid(2.29))];
        if swapped {
            files.reverse();
        }
        place.run(["import", "streets", text(&files[0]), text(&files[1]), "--source", "both"]).ended(0);
    }
    let gaps = |place: &Place| place.run(["gaps", "--format", "csv", "--as-of", "2026-01-01"]).ended(0).out;
    let before = gaps(&one);
    assert_eq!(before, gaps(&other));
    assert!(before.contains("network"));

    let backup = one.path("all.backup");
    one.run(["backup", text(&backup)]).ended(0);
    let new = Place::empty();
    new.run(["restore", text(&backup)]).ended(0);
    assert_eq!(gaps(&new), before);
    new.run(["check"]).ended(0);
}

#[test]
fn what_is_no_street_is_told_and_a_failed_import_changes_nothing() {
    let place = Place::town_without("streets");
    let roads = place.write("roads.geojson", &grid(2.31));
    place.run(["import", "streets", text(&roads)]).ended(0);
    let before = place.run(["sources", "--json"]).out;
    let point = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},
        "geometry":{"type":"Point","coordinates":[2.3,54.7]}}]}"#;
    for (name, content) in
        [("roads.geojson", point), ("roads.geojson", "{\"type\":"), ("roads.csv", "a,b\n1,2\n")]
    {
        let file = place.write(name, content);
        let ran = place.run(["import", "streets", text(&file), "--source", "roads"]).ended(1);
        is_plain(&ran.err);
        assert!(ran.err.contains("roads"), "{}", ran.err);
        assert_eq!(place.run(["sources", "--json"]).out, before, "{name}");
    }
    let map = place.write("map.toml", "fields = { id = \"id\" }");
    place.write("roads.geojson", &grid(2.31));
    let ran = place.run(["import", "streets", text(&roads), "--map", text(&map)]).ended(1);
    assert!(ran.err.contains("source, licence, attribution and retrieved"), "{}", ran.err);

    // One bad line among good ones is rejected by its number; the good ones land.
    let good = grid(2.31);
    let bad = r#"{"type":"Feature","properties":{},"geometry":{"type":"LineString","coordinates":[[2.3,154.7],[2.3,54.7]]}}"#;
    let mixed = good.replacen("\"features\":[", &format!("\"features\":[{bad},"), 1);
    let file = place.write("mixed.geojson", &mixed);
    let ran = place.run(["import", "streets", text(&file), "--json"]).ended(3);
    assert_eq!(ran.json()["rejected"], 1);
    assert!(ran.err.contains("mixed.geojson:1: "), "{}", ran.err);
}

#[test]
fn an_extract_of_openstreetmap_has_streets_too_and_steps_stop_who_takes_none() {
    let place = Place::town_without("streets");
    let residential: &[(&str, &str)] = &[("highway", "residential")];
    let steps: &[(&str, &str)] = &[("highway", "steps")];
    let (columns, rows) = (30_i64, 40_i64);
    let mut extract = Extract::default();
    for y in 0..rows {
        for x in 0..columns {
            extract.nodes.push((
                y * columns + x + 1,
                2.25 + x as f64 * 0.003,
                54.68 + y as f64 * 0.0018,
                &[],
            ));
        }
    }
    // Every street from south to north has stairs half way up.
    for x in 0..columns {
        let up: Vec<i64> = (0..rows).map(|y| y * columns + x + 1).collect();
        let half = up.len() / 2;
        extract.ways.push((x + 1, up[..half].to_vec(), residential));
        extract.ways.push((1_000 + x, up[half - 1..=half].to_vec(), steps));
        extract.ways.push((2_000 + x, up[half..].to_vec(), residential));
    }
    for y in 0..rows {
        extract.ways.push((3_000 + y, (1..=columns).map(|x| y * columns + x).collect(), residential));
    }
    let file = place.path("town.osm.pbf");
    std::fs::write(&file, extract.bytes()).unwrap();
    let landed = place.run(["import", "streets", text(&file), "--json"]).ended(0).json();
    assert_eq!(landed["imported"], 3 * columns + rows);
    // From south of the stairs, 300 m in a straight line from their top.
    let near = |persona: &str| {
        let at = format!("{:.5},{:.5}", 54.68 + 18.5 * 0.0018, 2.295);
        let args = [
            "near",
            "--at",
            &at,
            "--minutes",
            "12",
            "--limit",
            "200",
            "--format",
            "json",
            "--persona",
            persona,
        ];
        place.run(args).ended(0).json()
    };
    let (usual, step_free, slow) = (near("default"), near("step-free"), near("slow"));
    let minutes = |answer: &serde_json::Value| -> Vec<(String, f64)> {
        let results = answer["results"].as_array().unwrap();
        let with = results.iter().filter(|r| r["minutes"].is_number());
        with.map(|r| (r["id"].as_str().unwrap().to_owned(), r["minutes"].as_f64().unwrap())).collect()
    };
    let [all, wheels, slowly] = [&usual, &step_free, &slow].map(minutes);
    assert!(!all.is_empty() && wheels.len() < all.len() && slowly.len() < all.len());
    for (id, m) in wheels.iter().chain(&slowly) {
        let usual = all.iter().find(|a| a.0 == *id).map(|a| a.1);
        assert!(usual.is_some_and(|usual| usual <= *m), "{id}: {m} and {usual:?}");
    }
    let first = &usual["results"][0];
    assert_eq!((first["travel"].as_str(), usual["travel"].as_str()), (Some("network"), Some("network")));
    assert!(!first["reasons"][0].as_str().unwrap().contains("straight"), "{first}");
}

#[test]
fn what_streets_change_is_told_with_reasons() {
    let place = Place::town_without("streets");
    place.run(["streets"]).ended(2);
    let roads = place.write("roads.geojson", &grid(2.36));
    place.run(["import", "streets", text(&roads)]).ended(0);
    let json = place.run(["streets", "--json", "--top", "0"]).ended(0).json();
    let changed = json["changed"].as_array().unwrap();
    assert!(changed.len() >= 25, "{}", changed.len());
    let size = |row: &serde_json::Value| row["change"].as_f64().unwrap().abs();
    assert!(changed.windows(2).all(|pair| size(&pair[0]) >= size(&pair[1])));
    assert!(changed.iter().all(|row| !row["why"].as_str().unwrap().is_empty()));
    // Each way of measuring is what gaps says with it.
    let first = &changed[0];
    for (args, key) in [(vec![], "unmet_streets"), (vec!["--travel", "straight-line"], "unmet_straight_line")]
    {
        let args: Vec<&str> = ["gaps", "--json"].into_iter().chain(args).collect();
        let gaps = place.run(args).json();
        let own = gaps["gaps"].as_array().unwrap().iter().filter(|g| g["area_code"] == first["area_code"]);
        let sum: f64 = own.filter_map(|g| g["unmet_likely"].as_f64()).sum();
        assert!((sum - first[key].as_f64().unwrap()).abs() < 0.01, "{key}: {sum} and {first}");
    }
    let table = place.run(["streets", "--need", "food"]).ended(0).out;
    assert!(table.contains("10 of ") && table.contains("why"), "{table}");
}
