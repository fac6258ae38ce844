use crate::common::{Place, is_plain, read};
use std::io::Write;

/// Rows that are good, and rows that each are bad in a way of their own.
const LISTINGS: &str = "id,name,kind,lon,lat,places\n\
    a1,Herring Hall,village-hall,2.30,54.72,40\n\
    a2,=HYPERLINK(\"x\"),no-such-kind,2.31,54.72,40\n\
    a3,Nowhere,library,2.31,154.72,40\n\
    a1,Herring Halls,village-hall,2.30,54.72,40\n\
    a5,Few,library,2.31,54.72,many\n";

/// The file and a map that says which column names a listing.
fn listings(place: &Place) -> (String, String) {
    let path = |path: std::path::PathBuf| path.to_str().unwrap().to_owned();
    (
        path(place.write("listings.csv", LISTINGS)),
        path(place.write("listings.toml", "fields = { id = \"id\" }")),
    )
}

fn place_file(name: &str) -> String {
    let files = hereabouts_demo::files(hereabouts_demo::SEED);
    files.into_iter().find(|file| file.name == name).unwrap().text
}

#[test]
fn importing_twice_changes_nothing() {
    let place = Place::empty();
    let first = place.build_town();
    assert!(first.len() >= 7 && first.iter().all(|import| import["change"] == "landed"));
    let before = place.everything();
    let again = place.build_town();
    assert!(again.len() == first.len() && again.iter().all(|import| import["change"] == "unchanged"));
    assert_eq!(place.everything(), before);

    let green = place.path("green_spaces.geojson");
    let args = ["import", "assets", green.to_str().unwrap(), "--source", "once-more", "--json"];
    assert_eq!(place.run(args).ended(0).json()["change"], "landed");
    let ran = place.run(args).ended(0);
    assert!(ran.json()["change"] == "unchanged" && ran.err.contains("unchanged"), "{}", ran.err);
}

/// What lies elsewhere is counted in one line, makes no cells and is no mistake; a code that is written otherwise is one.
#[test]
fn files_of_a_nation_given_for_one_place_are_told_in_one_line() {
    let place = Place::town();
    let cells = || place.run(["gaps", "--level", "cell", "--format", "csv"]).ended(0).out.lines().count();
    let (before, own) = (cells(), place_file("postcodes.csv"));
    let elsewhere: String =
        (0..60).map(|n| format!("ZZ{n} 9ZZ,{:.3},51.5\n", f64::from(n) * 0.01 - 1.0)).collect();
    let import = |kind: &str, name: &str, text: String| {
        let file = place.write(name, &text);
        place.run(["import", kind, file.to_str().unwrap(), "--source", &format!("made-up-{kind}")])
    };
    let told = |err: &str| err.lines().filter(|line| line.contains("outside your areas")).count();
    let ran = import("postcodes", "nation.csv", format!("{own}{elsewhere}")).ended(0);
    assert!(ran.err.contains("outside your areas: 60 of ") && told(&ran.err) == 1, "{}", ran.err);
    assert_eq!(cells(), before);
    // A search from one of them is still understood.
    place.run(["near", "--postcode", "ZZ7 9ZZ"]).ended(0);

    for (kind, columns, value) in
        [("population", "area_code,people", 900), ("deprivation", "area_code,decile", 3)]
    {
        let rows = |codes: std::ops::Range<u32>, written: &str| -> String {
            codes.map(|n| format!("{written}{n:02},{value}\n")).collect()
        };
        let nation = format!("{columns}\n{}", rows(1..80, "MADEUP-"));
        let ran = import(kind, "figures.csv", nation.clone()).ended(0);
        let areas = place.run(["gaps", "--format", "csv"]).ended(0);
        assert!(areas.out.contains("MADEUP-01") && !areas.out.contains("MADEUP-79"));
        assert!(ran.err.contains("outside your areas: ") && told(&ran.err) == 1, "{}", ran.err);
        assert!(!ran.err.contains("rejected"), "{}", ran.err);
        let slips = import(kind, "figures.csv", format!("{nation}{}", rows(1..3, "MADEUP_"))).ended(3);
        assert!(slips.err.contains("2 rows rejected") && told(&slips.err) == 1, "{}", slips.err);
    }
}

#[test]
fn a_source_replaces_itself_and_nothing_else() {
    let place = Place::town();
    let before = place.run(["sources", "--json"]).json();
    let one = place.write("one.csv", "id,name,kind,lon,lat\nz1,The Only Library,library,2.30,54.72\n");
    let one = one.to_str().unwrap();
    let ran = place.run(["import", "assets", one, "--source", "made-up-listings", "--json"]).ended(0);
    assert_eq!((ran.json()["imported"].clone(), ran.json()["replaced"].clone()), (1.into(), 560.into()));
    let after = place.run(["sources", "--json"]).json();
    let others = |sources: &serde_json::Value| {
        let mut sources = sources["sources"].as_array().unwrap().clone();
        sources.retain(|source| source["source"] != "made-up-listings");
        sources
    };
    assert_eq!(others(&before), others(&after));
    assert_eq!(after["revision"].as_u64().unwrap(), before["revision"].as_u64().unwrap() + 1);
}

#[test]
fn rejected_rows_are_counted_named_and_listed() {
    let place = Place::town();
    let (file, map) = listings(&place);
    let rejects = place.path("rejects.csv");
    let args = ["import", "assets", &file, "--map", &map, "--json", "--rejects", rejects.to_str().unwrap()];
    let ran = place.run(args).ended(3);
    let report = ran.json();
    assert_eq!((report["imported"].as_u64(), report["rejected"].as_u64()), (Some(2), Some(3)), "{}", ran.err);
    // On stderr: file, line, field, value, reason.
    assert!(ran.err.contains("listings.csv:3: kind \"no-such-kind\": "), "{}", ran.err);
    assert!(ran.err.contains("listings.csv:4: lon, lat \"2.31, 154.72\": "), "{}", ran.err);
    assert!(ran.err.contains("3 rows rejected"), "{}", ran.err);
    // What a listing says in a way that cannot be read is left unknown, and said: the listing itself lands.
    assert!(ran.err.contains("1 not understood") && ran.err.contains("\"many\""), "{}", ran.err);
    is_plain(&ran.err);

    let mut csv = csv::Reader::from_path(&rejects).unwrap();
    assert_eq!(csv.headers().unwrap(), vec!["file", "line", "field", "value", "reason"]);
    let rows: Vec<csv::StringRecord> = csv.records().map(|row| row.unwrap()).collect();
    assert_eq!(rows.iter().map(|row| &row[1]).collect::<Vec<_>>(), ["3", "4", "5"]);
    assert!(rows.iter().all(|row| &row[0] == "listings.csv" && !row[4].is_empty()));
}

#[test]
fn a_value_that_would_run_in_a_spreadsheet_does_not() {
    let place = Place::town();
    let file =
        place.write("listings.csv", "id,name,kind,lon,lat\nb1,Fine,library,2.3,54.7\nb2,Bad,=1+1,2.3,54.7\n");
    let rejects = place.path("rejects.csv");
    place.run(["import", "assets", file.to_str().unwrap(), "--rejects", rejects.to_str().unwrap()]).ended(3);
    assert!(read(&rejects).contains(",'=1+1,"), "{}", read(&rejects));
}

#[test]
fn an_import_that_fails_changes_nothing() {
    let place = Place::town();
    let before = place.everything();
    let bad = [
        ("nothing-good.csv", "id,name,kind,lon,lat\nc1,One,no-such-kind,2.3,54.7\n"),
        ("broken.geojson", "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":"),
        ("empty.csv", ""),
        ("no-columns.csv", "colour,shape\nred,round\n"),
    ];
    for (name, text) in bad {
        let file = place.write(name, text);
        let ran =
            place.run(["import", "assets", file.to_str().unwrap(), "--source", "made-up-listings"]).ended(1);
        assert!(ran.err.contains(name.split('.').next().unwrap()), "{name}: {}", ran.err);
        is_plain(&ran.err);
        assert_eq!(place.everything(), before, "{name}");
    }
    place.run(["import", "assets", "/no/such/file.csv"]).ended(1);
    assert_eq!(place.everything(), before);
    place.run(["check"]).ended(0);
}

#[test]
fn a_dry_run_tells_all_and_changes_nothing() {
    let place = Place::town();
    let before = place.everything();
    let (file, map) = listings(&place);
    let ran = place.run(["import", "assets", &file, "--map", &map, "--dry-run", "--json"]).ended(3);
    assert_eq!((ran.json()["change"].clone(), ran.json()["rejected"].as_u64()), ("nothing".into(), Some(3)));
    assert_eq!(place.everything(), before);

    let nowhere = Place::empty();
    let file = nowhere.write("n.geojson", &place_file("neighbourhoods.geojson"));
    nowhere.run(["import", "neighbourhoods", file.to_str().unwrap(), "--dry-run"]).ended(0);
    assert!(!nowhere.store().exists(), "trying an import out makes no store");
}

#[test]
fn sources_that_do_not_fit_together_are_heard_of_at_once_and_found_by_check() {
    let place = Place::town();
    // The whole town's boundaries give way to one square that knows none of its codes.
    let square = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code":"X1","name":"X"},
        "geometry":{"type":"Polygon","coordinates":[[[2.2,54.7],[2.4,54.7],[2.4,54.8],[2.2,54.7]]]}}]}"#;
    let file = place.write("square.geojson", square);
    let map = place.write("square.toml", "source = \"made-up-neighbourhoods\"\ngeography = \"doggerby\"\n");
    let args = ["import", "neighbourhoods", file.to_str().unwrap(), "--map", map.to_str().unwrap()];
    let ran = place.run(args).ended(0);
    assert!(ran.err.contains("do not fit together"), "{}", ran.err);
    let check = place.run(["check", "--json"]).ended(1);
    assert!(
        check.json()["problems"].as_array().unwrap().len() > 30,
        "every reference that does not resolve is named"
    );
    place.run(["gaps"]).ended(1);
}

#[test]
fn a_place_file_names_files_from_its_folder_or_from_another() {
    let place = Place::town();
    let elsewhere = Place::empty();
    let file = elsewhere.write("place.toml", hereabouts_demo::PLACE);
    let folder = place.path("");
    elsewhere.run(["build", file.to_str().unwrap(), "--data", folder.to_str().unwrap()]).ended(0);
    assert_eq!(elsewhere.everything(), place.everything());
    let ran = elsewhere.run(["build", file.to_str().unwrap()]).ended(1);
    assert!(ran.err.contains("neighbourhoods.geojson"), "{}", ran.err);
}

/// A line of 300 MB took several times as much memory before it was refused, and the rows around it with it.
#[test]
fn a_line_that_is_too_long_is_rejected_by_its_number_and_takes_no_memory() {
    let place = Place::town();
    let ends = [
        ("\n", "name,kind,lon,lat\nHerring Hall,village-hall,2.30,54.72\n"),
        ("\r", "name,kind,lon,lat\rHerring Hall,village-hall,2.30,54.72\r"),
    ];
    for (end, good) in ends {
        let file = place.write("long.csv", good);
        let mut out = std::fs::OpenOptions::new().append(true).open(&file).unwrap();
        let part = vec![b'x'; 1 << 20];
        for _ in 0..300 {
            out.write_all(&part).unwrap();
        }
        write!(out, ",library,2.31,54.73{end}Dogger Hall,village-hall,2.31,54.73{end}").unwrap();
        let rejects = place.path("rejects.csv");
        let args = ["import", "assets", file.to_str().unwrap(), "--max-memory", "200M", "--json"];
        let ran = place.run(args.iter().chain(&["--rejects", rejects.to_str().unwrap()])).ended(3);
        assert_eq!((&ran.json()["imported"], &ran.json()["rejected"]), (&2.into(), &1.into()));
        let rejected = read(&rejects);
        assert!(
            rejected.contains("long.csv,3,row") && rejected.contains("a line longer than 16 MiB"),
            "{rejected}"
        );
        std::fs::remove_file(file).unwrap();
    }
    let alone = place.write("alone.csv", &"x".repeat(40 << 20));
    let ran = place.run(["import", "assets", alone.to_str().unwrap(), "--max-memory", "200M"]).ended(1);
    assert!(ran.err.contains("alone.csv: line 1: a line longer than 16 MiB"), "{}", ran.err);
}
