use crate::common::{Place, command, is_plain, read};
use serde_json::Value;
use std::process::Stdio;

/// The contract, in order; later additions follow.
const PROPERTIES: [&str; 25] = [
    "area_code",
    "area_name",
    "need",
    "period",
    "population",
    "referrals",
    "no_match",
    "places_listed",
    "places_likely",
    "access_listed",
    "access_likely",
    "unmet_listed",
    "unmet_likely",
    "unmet_rate_likely",
    "shortfall_places_likely",
    "coverage_share",
    "nearest_minutes",
    "assets_in_reach",
    "verified_share",
    "assumed_share",
    "edge_share",
    "travel",
    "status",
    "rank",
    "of",
];

#[test]
fn every_format_holds_the_same_gaps_under_the_contract_s_names() {
    let place = Place::town();
    let json = place.run(["gaps", "--json"]).ended(0).json();
    let rows = json["gaps"].as_array().unwrap();
    assert_eq!(rows.len(), 30 * 12);
    assert_eq!(json["about"]["synthetic"], true);
    assert_eq!(json["about"]["unprotected"], false);

    let geojson = place.run(["gaps", "--format", "geojson"]).ended(0).json();
    let features = geojson["features"].as_array().unwrap();
    assert_eq!(geojson["type"], "FeatureCollection");
    for (row, feature) in rows.iter().zip(features) {
        assert_eq!(&feature["properties"], row);
        assert_eq!(feature["geometry"]["type"], "MultiPolygon");
        let id = format!("{}:{}", row["area_code"].as_str().unwrap(), row["need"].as_str().unwrap());
        assert_eq!(feature["id"], Value::from(id));
    }

    let text = place.run(["gaps", "--format", "csv"]).ended(0).out;
    let mut csv = csv::Reader::from_reader(text.as_bytes());
    let headers = csv.headers().unwrap().clone();
    assert_eq!(headers.iter().skip(1).take(25).collect::<Vec<_>>(), PROPERTIES);
    let raw = place.run(["gaps", "--json"]).out;
    let first = raw.lines().nth(2).unwrap();
    let at: Vec<usize> = PROPERTIES.iter().map(|name| first.find(&format!("\"{name}\":")).unwrap()).collect();
    assert!(at.is_sorted(), "JSON has the contract's order");
    for (record, row) in csv.records().map(|record| record.unwrap()).zip(rows) {
        for (name, cell) in headers.iter().zip(&record).skip(1) {
            let shown = match &row[name] {
                Value::Null => String::new(),
                Value::String(text) => text.clone(),
                Value::Array(words) => words.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(";"),
                other => other.to_string(),
            };
            assert_eq!(shown, cell, "{name}");
        }
    }
}

#[test]
fn asked_for_a_need_a_quarter_or_cells_that_is_what_comes() {
    let place = Place::town();
    let food = place.run(["gaps", "--json", "--need", "food", "--period", "2025-Q4"]).ended(0).json();
    let rows = food["gaps"].as_array().unwrap();
    assert_eq!(rows.len(), 30);
    assert!(rows.iter().all(|row| row["need"] == "food" && row["period"] == "2025-Q4"));

    let cells = place.run(["gaps", "--json", "--need", "food", "--level", "cell"]).ended(0).json();
    let cells = cells["cells"].as_array().unwrap();
    assert!(cells.len() > 100);
    let sum = |rows: &[Value]| rows.iter().filter_map(|row| row["referrals"].as_f64()).sum::<f64>();
    let latest = place.run(["gaps", "--json", "--need", "food"]).ended(0).json();
    let neighbourhoods = sum(latest["gaps"].as_array().unwrap());
    // A cell at the shore may belong to the sea, which is context and not reported on.
    assert!(
        (0.9 * neighbourhoods..=neighbourhoods).contains(&sum(cells)),
        "{} of {neighbourhoods}",
        sum(cells)
    );
}

#[test]
fn missing_is_not_zero_and_silence_is_said() {
    let place = Place::town();
    let json = place.run(["gaps", "--json"]).ended(0).json();
    let with = |status: &str| {
        json["gaps"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|row| row["status"] == status)
            .cloned()
            .collect::<Vec<_>>()
    };
    let (none, silent) = (with("no-data"), with("silent"));
    assert!(
        none.len() == 12
            && none.iter().all(|row| row["referrals"].is_null() && row["unmet_likely"].is_null())
    );
    assert!(!silent.is_empty() && silent.iter().all(|row| row["rank"].is_null()));
    let table = place.run(["gaps", "--need", "food", "--top", "0"]).ended(0).out;
    assert!(table.contains("no data") && table.contains("silent: refers far less than its people predict"));
}

#[test]
fn a_table_says_what_it_is_and_lines_up() {
    let place = Place::town();
    let ran = place.run(["gaps", "--need", "food", "--top", "6", "--as-of", "2026-10-01"]).ended(0);
    is_plain(&ran.out);
    for words in [
        "2026-Q3",
        "doggerby",
        "30 areas",
        "2026-10-01",
        "SYNTHETIC",
        "made-up-referrals",
        "CC0-1.0",
        "place-sessions",
    ] {
        assert!(ran.out.contains(words), "{words:?} in {}", ran.out);
    }
    let table: Vec<&str> = ran.out.lines().skip_while(|line| !line.starts_with("neighbourhood")).collect();
    let rule = table[1];
    assert_eq!(table.len(), 2 + 6 + 2, "{}", ran.out);
    // Numbers end where their column's rule ends.
    let ends: Vec<usize> = rule
        .chars()
        .enumerate()
        .filter(|(i, c)| *c == '─' && rule.chars().nth(i + 1) != Some('─'))
        .map(|(i, _)| i)
        .collect();
    for row in &table[2..8] {
        let cells: Vec<char> = row.chars().collect();
        assert!(cells[ends[2]].is_ascii_digit() || cells[ends[2]] == '–', "{row}");
    }
    assert!(table[9].contains("6 of 30 rows"));
}

#[test]
fn the_same_store_gives_the_same_bytes() {
    let (one, other) = (Place::town(), Place::town());
    let bytes = |place: &Place| {
        ["csv", "json", "geojson", "table"]
            .map(|format| place.run(["gaps", "--format", format, "--as-of", "2026-10-01"]).ended(0).out)
    };
    assert!(bytes(&one) == bytes(&other));
}

#[test]
fn a_file_appears_whole_and_stdout_stays_empty() {
    let place = Place::town();
    let out = place.path("gaps.csv");
    let ran = place.run(["gaps", "--format", "csv", "--out", out.to_str().unwrap()]).ended(0);
    assert_eq!(ran.out, "");
    assert_eq!(read(&out), place.run(["gaps", "--format", "csv"]).out);
    assert!(!place.path("gaps.csv.part").exists());
    place.run(["gaps", "--out", "/no/such/folder/gaps.csv"]).ended(1);
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let place = Place::town();
    let mut child = command()
        .args(["gaps", "--format", "geojson", "--store"])
        .arg(place.store())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8(output.stderr).unwrap()), (Some(0), String::new()));
}

#[test]
fn what_counts_nowhere_is_told() {
    use hereabouts_core::cell::CellResolution;
    use hereabouts_core::cell::cell_of;
    use hereabouts_core::place::Place as Spot;
    let place = Place::town();
    assert!(!place.run(["gaps"]).ended(0).err.contains("count nowhere"));
    let cell = |lon| cell_of(Spot::new(lon, 54.72).unwrap(), CellResolution::default()).unwrap();
    let rows =
        format!("cell,need,quarter,referrals\n{},food,2026-Q3,8\n{},food,2026-Q3,9\n", cell(2.3), cell(2.9));
    let file = place.write("cells.csv", &rows);
    place.run(["import", "demand", file.to_str().unwrap()]).ended(0);
    let said = place.run(["gaps"]).ended(0).err;
    assert!(said.contains("9 referrals are given for cells outside all neighbourhoods"), "{said}");
    assert!(said.contains("figures are left out because a smaller area or a cell"), "{said}");
}

#[test]
fn how_gaps_lie_is_told_need_by_need() {
    let place = Place::town();
    let json = place.run(["gaps", "--distribution", "--json"]).ended(0).json();
    let needs = json["needs"].as_array().unwrap();
    assert_eq!(needs.len(), 12);
    let gaps = place.run(["gaps", "--json"]).ended(0).json();
    for row in needs {
        let figure = |name: &str| row[name].as_f64();
        let ok = |gap: &&Value| gap["need"] == row["need"] && gap["status"] == "ok";
        let own: Vec<&Value> = gaps["gaps"].as_array().unwrap().iter().filter(ok).collect();
        assert_eq!(row["areas"], own.len());
        let sum = |name: &str| own.iter().filter_map(|gap| gap[name].as_f64()).sum::<f64>();
        let Some(share) = figure("unmet_share") else { continue };
        assert!((share - sum("unmet_likely") / sum("referrals")).abs() < 0.002, "{row}");
        let near_all =
            own.iter().filter(|gap| gap["unmet_rate_likely"].as_f64() >= Some(0.95)).count() as f64;
        assert!((figure("near_all_share").unwrap() - near_all / own.len() as f64).abs() < 0.001, "{row}");
        let parts = ["nothing_in_reach_share", "not_enough_share", "not_known_share"].map(figure);
        let all: f64 = parts.iter().flatten().sum();
        assert!(parts[0].is_none() || (all - 1.0).abs() < 0.002, "{row}");
        // The fewer places are assumed, the more is unmet.
        let (half, double) = (figure("unmet_share_assumed_half"), figure("unmet_share_assumed_double"));
        assert!(half.unwrap() >= share - 0.001 && double.unwrap() <= share + 0.001, "{row}");
    }
    let listed = place.run(["gaps", "--distribution", "--reading", "listed", "--json"]).ended(0).json();
    for (listed, likely) in listed["needs"].as_array().unwrap().iter().zip(needs) {
        assert!(listed["unmet_share"].as_f64() <= likely["unmet_share"].as_f64());
    }
    let csv = place.run(["gaps", "--distribution", "--format", "csv"]).ended(0).out;
    assert_eq!(csv.lines().count(), 13);
    let table = place.run(["gaps", "--distribution", "--need", "food"]).ended(0).out;
    assert!(table.contains("distance") && table.lines().last().unwrap().starts_with("food"), "{table}");
    place.run(["gaps", "--distribution", "--level", "cell"]).ended(2);
}
