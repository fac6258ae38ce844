//! Files as people send them.

use super::*;
use crate::place_file::PlaceFile;

#[test]
fn every_way_of_writing_a_table_reads_the_same() {
    let comma = "lsoa21_code,need,quarter,referrals,no_match\nE01000001,food,2025-Q4,9.0,\nE01000009,money-debt,Q4 2025,\"1,000\",3\n";
    let expected = run(RecordKind::Demand, "d.csv", comma, "").unwrap();
    assert_eq!(expected.records.len(), 2, "{:?}", expected.rejected);
    let with_newline = comma.replace("2025-Q4,9.0", "\"2025-Q4\n\",9.0");
    for other in [
        comma.replace(',', ";").replace("\"1;000\"", "1000"),
        comma.replace(',', "\t").replace("\"1\t000\"", "1000"),
        comma.replace('\n', "\r\n"),
        format!("\u{feff}{comma}"),
        with_newline,
    ] {
        assert_eq!(
            run(RecordKind::Demand, "d.csv", &other, "").unwrap().records,
            expected.records,
            "{other}"
        );
    }
    let utf16: Vec<u8> =
        [0xFF, 0xFE].into_iter().chain(comma.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let read = import(
        RecordKind::Demand,
        &[SourceFile { name: "d.csv", bytes: &utf16 }],
        &ImportMap::default(),
        known(),
    )
    .unwrap();
    assert_eq!(read.records, expected.records);
}

#[test]
fn windows_text_keeps_its_letters() {
    let text = b"name,kind,lon,lat\nCaf\xe9,cafe,-2.2,53.5\n";
    let read = import(
        RecordKind::Assets,
        &[SourceFile { name: "x.csv", bytes: text }],
        &ImportMap::default(),
        known(),
    )
    .unwrap();
    assert_eq!(assets(&read)[0].name, "Café");
}

#[test]
fn a_map_that_does_not_fit_is_refused() {
    let text = "name,kind,lon,lat\nA,library,-2.2,53.5\n";
    for map in [
        "[fields]\nname = \"Nmae\"",
        "[fields]\nnmae = \"name\"",
        "[[drop]]\ncolumn = \"Closed\"\npresent = true",
    ] {
        assert!(run(RecordKind::Assets, "x.csv", text, map).is_err(), "{map}");
    }
    let read = run(RecordKind::Assets, "x.csv", text, "[[drop]]\ncolumn = \"name\"\nis = [\"a\"]").unwrap();
    assert_eq!((read.records.len(), read.left_out), (0, 1));
}

#[test]
fn files_that_are_none_are_named() {
    for (text, reason) in [
        ("", "empty"),
        ("{\"type\":\"Topology\"}", "TopoJSON"),
        ("{\"a\":1}", "neither a GeoJSON"),
        ("{", "not JSON at line 1"),
    ] {
        let error = run(RecordKind::Assets, "x.geojson", text, "").unwrap_err();
        assert!(error.to_string().starts_with("x.geojson: ") && error.reason.contains(reason), "{error}");
    }
}

const DOCS: &str = include_str!("../../../../../docs/data-formats.md");

#[test]
fn every_field_is_documented() {
    let of_listings = listing_columns::fields();
    let all = [
        area::FIELDS,
        figure::POPULATION,
        figure::DEPRIVATION,
        postcode::FIELDS,
        &of_listings,
        demand::FIELDS,
        grant::FIELDS,
    ];
    for (field, _) in all.into_iter().flatten() {
        assert!(DOCS.contains(&format!("`{field}`")), "{field}");
    }
}

#[test]
fn the_documents_examples_are_read() {
    let examples: Vec<&str> =
        DOCS.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert_eq!(examples.len(), 6);
    for example in examples {
        let read = if example.contains("[[import]]") {
            PlaceFile::parse(example).map(|_| ())
        } else {
            ImportMap::parse(example).map(|_| ())
        };
        read.unwrap_or_else(|e| panic!("{e}\n{example}"));
    }
}
