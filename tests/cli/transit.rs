//! Timetables: into the store, and by bus.

use crate::common::{Place, is_plain};
use hereabouts_tests::gtfs::{Files, Line, every, feed, zipped};
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
    let place = Place::town();
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
    let place = Place::town();
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
        (&bomb, "larger than 768 MiB unpacked"),
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
