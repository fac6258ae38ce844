use super::*;
use crate::record::{AssetRecord, StoredBasis};
use crate::tables::Tables;
use proptest::prelude::*;
use std::collections::BTreeSet;

fn known() -> Known {
    let tables = Tables::built_in().unwrap();
    let codes = |list: &[&str]| list.iter().map(|c| (*c).to_owned()).collect::<BTreeSet<_>>();
    Known {
        areas: [
            ("lsoa11".to_owned(), codes(&["E01000001", "E01000002", "E01000003"])),
            ("lsoa21".to_owned(), codes(&["E01000001", "E01000002", "E01000009"])),
        ]
        .into(),
        postcodes: [("M1 1AA".to_owned(), (-2.24, 53.48))].into(),
        needs: tables.needs.iter().map(|n| (n.id.clone(), n.label.clone())).collect(),
        kinds: tables.kinds.iter().map(|k| (k.id.clone(), k.label.clone())).collect(),
        bounds: Some([-2.6, 53.3, -1.9, 53.7]),
    }
}

fn run(kind: Kind, name: &str, text: &str, map: &str) -> Result<Imported, FileError> {
    let map = Map::parse(map).unwrap();
    import(kind, &[File { name, bytes: text.as_bytes() }], &map, &known())
}

fn assets(imported: &Imported) -> &[AssetRecord] {
    match &imported.records {
        Records::Assets(a) => a,
        other => panic!("{other:?}"),
    }
}

fn reasons(imported: &Imported) -> Vec<String> {
    imported.rejected.iter().map(ToString::to_string).collect()
}

#[test]
fn every_way_of_writing_a_table_reads_the_same() {
    let comma = "lsoa21_code,need,quarter,referrals,no_match\nE01000001,food,2025-Q4,9.0,\nE01000009,money-debt,Q4 2025,\"1,000\",3\n";
    let expected = run(Kind::Demand, "d.csv", comma, "").unwrap();
    assert_eq!(expected.records.len(), 2, "{:?}", expected.rejected);
    let with_newline = comma.replace("2025-Q4,9.0", "\"2025-Q4\n\",9.0");
    for other in [
        comma.replace(',', ";").replace("\"1;000\"", "1000"),
        comma.replace(',', "\t").replace("\"1\t000\"", "1000"),
        comma.replace('\n', "\r\n"),
        format!("\u{feff}{comma}"),
        with_newline,
    ] {
        assert_eq!(run(Kind::Demand, "d.csv", &other, "").unwrap().records, expected.records, "{other}");
    }
    let utf16: Vec<u8> =
        [0xFF, 0xFE].into_iter().chain(comma.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let read =
        import(Kind::Demand, &[File { name: "d.csv", bytes: &utf16 }], &Map::default(), &known()).unwrap();
    assert_eq!(read.records, expected.records);
}

#[test]
fn windows_text_keeps_its_letters() {
    let text = b"name,kind,lon,lat\nCaf\xe9,cafe,-2.2,53.5\n";
    let read =
        import(Kind::Assets, &[File { name: "x.csv", bytes: text }], &Map::default(), &known()).unwrap();
    assert_eq!(assets(&read)[0].name, "Café");
}

#[test]
fn a_code_of_the_wrong_vintage_is_told_apart() {
    let text = "code,people\nE01000001,10\nE01000003,20\nE01999999,5\n";
    let read = run(Kind::Population, "p.csv", text, "geography = \"lsoa21\"").unwrap();
    assert_eq!(read.records.len(), 1);
    assert_eq!(
        reasons(&read),
        [
            "p.csv:3: code \"E01000003\": not an area of lsoa21; lsoa11 knows it",
            "p.csv:4: code \"E01999999\": not an area of lsoa21 nor of any other geography here",
        ]
    );
    // Unsaid, the geography that knows most codes is taken.
    let read = run(Kind::Population, "p.csv", "code,people\nE01000001,10\nE01000003,20\n", "").unwrap();
    assert_eq!(read.records.len(), 2);
    assert!(read.notes.iter().any(|n| n.contains("lsoa11")), "{:?}", read.notes);
    assert!(
        run(Kind::Population, "p.csv", text, "geography = \"lsoa31\"")
            .unwrap_err()
            .reason
            .contains("lsoa11, lsoa21")
    );
}

#[test]
fn repeated_figures_are_one_and_contradictions_none() {
    let text = "lsoa21_code,total_residents,group\nE01000001,100,a\nE01000001,100,b\nE01000002,50,a\nE01000002,51,b\n";
    let read = run(Kind::Population, "p.csv", text, "").unwrap();
    assert_eq!(read.records.len(), 2);
    assert_eq!(reasons(&read), ["p.csv:5: people \"51\": line 4 gives another figure for E01000002: 50"]);
    let sexes = "area_code,sex,all_ages\nE01000001,Persons,100\nE01000001,Females,51\nE01000002,Persons,7\n";
    let read = run(Kind::Population, "p.csv", sexes, "").unwrap();
    assert_eq!((read.records.len(), read.rejected.len()), (2, 0));
}

#[test]
fn deciles_come_as_they_come() {
    let read = run(
        Kind::Deprivation,
        "i.csv",
        "lsoa21_code,IMD_decile\nE01000001,9.0\nE01000002,11\nE01000009,\n",
        "",
    )
    .unwrap();
    assert_eq!((read.records.len(), read.rejected.len()), (1, 2));
    let ranks = "lsoa21_code,IMD_rank\nE01000001,1\nE01000002,33755.0\nE01000009,3376\n";
    assert!(run(Kind::Deprivation, "i.csv", ranks, "").unwrap_err().reason.contains("areas_ranked"));
    let read = run(Kind::Deprivation, "i.csv", ranks, "areas_ranked = 33755").unwrap();
    let Records::Deprivation(d) = &read.records else { panic!() };
    assert_eq!(d.iter().map(|d| d.decile).collect::<Vec<_>>(), [1, 10, 2]);
}

#[test]
fn demand_rows_are_checked_one_by_one() {
    let text = "lsoa21_code,need,quarter,referrals,no_match\n\
        E01000001,food,2025-Q4,5,1\nE01000001,food,2025-Q4,6,1\nE01000001,fod,2025-Q4,5,1\nE01000001,food,soon,5,1\n\
        E01000001,food,2025-Q3,-5,1\nE01000001,food,2025-Q2,5,6\nE01000001,food,2025-Q1,,6\nE01000003,food,2025-Q1,1,\n";
    let read = run(Kind::Demand, "d.csv", text, "geography = \"lsoa21\"").unwrap();
    assert_eq!(read.records.len(), 1);
    let fields: Vec<(u64, &str)> = read.rejected.iter().map(|r| (r.line, r.field.as_str())).collect();
    assert_eq!(
        fields,
        [
            (3, "code"),
            (4, "need"),
            (5, "quarter"),
            (6, "referrals"),
            (7, "no_match"),
            (8, "referrals"),
            (9, "code")
        ]
    );
    let Records::Demand(d) = &read.records else { panic!() };
    assert_eq!((d[0].basis, d[0].no_match), (StoredBasis::Unprotected, Some(1.0)));
}

#[test]
fn needs_are_known_by_label_and_by_the_maps_words() {
    let text =
        "lsoa21_code,need,quarter,referrals\nE01000001,Loneliness,2025-Q4,5\nE01000001,Other,2025-Q4,5\n";
    let map = "[values.need]\nloneliness = \"social-connection\"\n\"*\" = \"\"";
    let read = run(Kind::Demand, "d.csv", text, map).unwrap();
    assert_eq!((read.records.len(), read.rejected.len(), read.left_out), (1, 0, 1));
}

#[test]
fn postcodes_alive_and_placed() {
    let text = "Postcode,lat,long,doterm\nBA100AA,51.1,-2.3,\nba10 0aa,51.1,-2.3,\nBA1 0AB,51.3,-2.3,201901\nBA1 0AC,,,\nBA1 0AD,0,0,\nBA1 0AE,151,2,\n";
    let read = run(Kind::Postcodes, "p.csv", text, "").unwrap();
    let Records::Postcodes(p) = &read.records else { panic!() };
    assert_eq!(p.iter().map(|p| p.postcode.as_str()).collect::<Vec<_>>(), ["BA10 0AA"]);
    assert_eq!(read.rejected.iter().map(|r| r.line).collect::<Vec<_>>(), [5, 6, 7]);
    assert!(read.notes.iter().any(|n| n.starts_with("1 terminated")));
}

#[test]
fn assets_know_their_kind_place_and_capacity() {
    let text = "id,name,need,venue,lon,lat,places_per_session,rrule,opens,closes,cost_gbp,step_free,last_verified\n\
        1,Knit and Natter,social-connection,Hall,-2.2,53.5,12,FREQ=WEEKLY;BYDAY=TU,10:00,12:00,0,yes,2026-01-31\n\
        2,Swapped,food,Hall,53.5,-2.2,,,,,,,\n3,Far,food,Hall,metres,53.5,,,,,,,\n4,Undated,food,Hall,-2.2,53.5,,,,,,limited,31/13/2026\n";
    let read = run(Kind::Assets, "groups.csv", text, "").unwrap();
    let a = &assets(&read)[0];
    assert_eq!(
        (a.kind.as_str(), a.needs.as_slice(), a.places),
        ("group", &["social-connection".to_owned()][..], Some(156.0))
    );
    assert_eq!((a.schedule.as_deref(), a.step_free), (Some("Tuesdays 10:00–12:00"), Some(true)));
    let fields: Vec<(u64, &str)> = read.rejected.iter().map(|r| (r.line, r.field.as_str())).collect();
    assert_eq!(fields, [(3, "lon, lat"), (4, "lon"), (5, "verified_on")]);
    assert!(read.rejected[0].reason.contains("swapped"));
}

#[test]
fn postcodes_place_what_has_no_coordinates() {
    let text = "name,kind,postcode\nHere,library,m11aa\nNowhere,library,M1 1ZZ\n";
    let read = run(Kind::Assets, "x.csv", text, "").unwrap();
    assert_eq!((assets(&read)[0].lon, read.rejected.len()), (-2.24, 1));
    assert!(
        run(Kind::Assets, "x.csv", "name,Easting,Northing\nA,380000,400000\n", "")
            .unwrap_err()
            .reason
            .contains("eastings")
    );
}

fn collection(features: &str) -> String {
    format!("{{\"type\":\"FeatureCollection\",\"features\":[{features}]}}")
}

const BOW_TIE: &str = r#"{"type":"Feature","properties":{"LSOA21CD":"E01000002"},"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,1],[1,0],[0,1],[0,0]]]}}"#;
const SQUARE: &str = r#"{"type":"Feature","properties":{"LSOA21CD":"E01000001","LSOA21NM":"One"},"geometry":{"type":"Polygon","coordinates":[[[0,0,7],[0.01,0,7],[0.01,0.01,7],[0,0.01,7],[0,0,7]]]}}"#;

#[test]
fn boundaries_are_sound_or_refused_one_by_one() {
    let null = r#"{"type":"Feature","properties":{"LSOA21CD":"E01000003"},"geometry":null}"#;
    let line = r#"{"type":"Feature","properties":{"LSOA21CD":"E01000004"},"geometry":{"type":"LineString","coordinates":[[0,0],[1,1]]}}"#;
    let grid = r#"{"type":"Feature","properties":{"LSOA21CD":"E01000005"},"geometry":{"type":"Polygon","coordinates":[[[380000,400000],[380100,400000],[380100,400100],[380000,400000]]]}}"#;
    // A spur thinner than a hundredth of the area crosses its own ring.
    let spur = r#"{"type":"Feature","properties":{"LSOA21CD":"E01000006"},"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0.5,1],[0.501,1.001],[0.501,0.999],[0.499,1],[0,1],[0,0]]]}}"#;
    let text = collection(&[SQUARE, BOW_TIE, null, line, grid, spur, SQUARE].join(","));
    let read = run(Kind::Neighbourhoods, "b.geojson", &text, "").unwrap();
    let Records::Neighbourhoods(areas) = &read.records else { panic!() };
    let codes: Vec<&str> = areas.iter().map(|a| a.code.as_str()).collect();
    assert_eq!(codes, ["E01000001", "E01000006"], "{:?}", reasons(&read));
    assert_eq!((areas[0].geography.as_str(), areas[0].name.as_str()), ("lsoa21", "One"));
    assert_eq!(read.rejected.iter().map(|r| r.line).collect::<Vec<_>>(), [2, 3, 4, 5, 7]);
    assert!(read.rejected[3].reason.contains("national grid"));
    assert!(read.notes.iter().any(|n| n.contains("mended") && n.contains("E01000006")), "{:?}", read.notes);
}

#[test]
fn another_reference_system_is_refused() {
    let text = collection(SQUARE).replace(
        "\"features\"",
        "\"crs\":{\"type\":\"name\",\"properties\":{\"name\":\"urn:ogc:def:crs:EPSG::27700\"}},\"features\"",
    );
    assert!(run(Kind::Neighbourhoods, "b.geojson", &text, "").unwrap_err().reason.contains("27700"));
}

#[test]
fn footprints_become_a_point_inside_and_land() {
    let park = SQUARE.replace("\"LSOA21CD\":\"E01000001\",\"LSOA21NM\":\"One\"", "\"name\":\"Park\"");
    let read = run(Kind::Assets, "city_parks.geojson", &collection(&park), "").unwrap();
    let a = &assets(&read)[0];
    assert_eq!(a.kind, "park");
    assert!((a.hectares.unwrap() - 123.6).abs() < 1.0, "{:?}", a.hectares);
    assert!(a.lon > 0.0 && a.lon < 0.01 && a.lat > 0.0 && a.lat < 0.01);
}

#[test]
fn buildings_of_one_name_are_one_when_the_map_says_so() {
    let at = |x: f64| {
        format!(
            r#"{{"type":"Feature","properties":{{"name":"General"}},"geometry":{{"type":"Point","coordinates":[{x},53.5]}}}}"#
        )
    };
    let text = collection(&[at(-2.2), at(-2.201), at(-2.3)].join(","));
    let map = "merge_within_m = 200\n[constants]\nkind = \"hospital\"";
    assert_eq!(run(Kind::Assets, "h.geojson", &text, map).unwrap().records.len(), 2);
}

#[test]
fn a_map_that_does_not_fit_is_refused() {
    let text = "name,kind,lon,lat\nA,library,-2.2,53.5\n";
    for map in [
        "[fields]\nname = \"Nmae\"",
        "[fields]\nnmae = \"name\"",
        "[[drop]]\ncolumn = \"Closed\"\npresent = true",
    ] {
        assert!(run(Kind::Assets, "x.csv", text, map).is_err(), "{map}");
    }
    let read = run(Kind::Assets, "x.csv", text, "[[drop]]\ncolumn = \"name\"\nis = [\"a\"]").unwrap();
    assert_eq!((read.records.len(), read.left_out), (0, 1));
}

#[test]
fn files_that_are_none_are_named() {
    for (text, said) in
        [("", "empty"), ("{\"type\":\"Topology\"}", "not a GeoJSON"), ("{", "not JSON at line 1")]
    {
        let error = run(Kind::Assets, "x.geojson", text, "").unwrap_err();
        assert!(error.to_string().starts_with("x.geojson: ") && error.reason.contains(said), "{error}");
    }
}

proptest! {
    #[test]
    fn no_bytes_bring_it_down(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        for kind in Kind::ALL {
            let _ = import(kind, &[File { name: "x", bytes: &bytes }], &Map::default(), &known());
        }
    }

    #[test]
    fn no_damage_brings_it_down(at in 0..600_usize, to in any::<u8>(), cut in 0..600_usize) {
        let csv = "id,name,need,lon,lat,places_per_session,rrule\n1,Knit,social-connection,-2.2,53.5,12,FREQ=WEEKLY;BYDAY=TU\n";
        let geojson = collection(&[SQUARE, BOW_TIE].join(","));
        for text in [csv.as_bytes(), geojson.as_bytes()] {
            let mut bytes = text.to_vec();
            let n = bytes.len();
            bytes[at % n] = to;
            bytes.truncate(cut.max(1).min(n));
            for kind in Kind::ALL {
                let _ = import(kind, &[File { name: "x", bytes: &bytes }], &Map::default(), &known());
            }
        }
    }

    #[test]
    fn rows_in_any_order_are_the_same_records(order in Just((0..20).collect::<Vec<u32>>()).prop_shuffle()) {
        let table = |order: &[u32]| {
            let rows: String = order.iter().map(|i| format!("Hall {i},community-centre,-2.{i:02},53.5\n")).collect();
            run(Kind::Assets, "x.csv", &format!("name,kind,lon,lat\n{rows}"), "").unwrap().records
        };
        prop_assert_eq!(table(&order), table(&(0..20).collect::<Vec<u32>>()));
    }
}
