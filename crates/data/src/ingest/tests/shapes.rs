//! Boundaries and footprints.

use super::*;

#[test]
fn boundaries_are_sound_or_refused_one_by_one() {
    let null = r#"{"type":"Feature","properties":{"LSOA21CD":"E01000003"},"geometry":null}"#;
    let line = r#"{"type":"Feature","properties":{"LSOA21CD":"E01000004"},"geometry":{"type":"LineString","coordinates":[[0,0],[1,1]]}}"#;
    let grid = r#"{"type":"Feature","properties":{"LSOA21CD":"E01000005"},"geometry":{"type":"Polygon","coordinates":[[[380000,400000],[380100,400000],[380100,400100],[380000,400000]]]}}"#;
    // A spur thinner than a hundredth of the area crosses its own ring.
    let spur = r#"{"type":"Feature","properties":{"LSOA21CD":"E01000006"},"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0.5,1],[0.501,1.001],[0.501,0.999],[0.499,1],[0,1],[0,0]]]}}"#;
    let text = collection(&[SQUARE, BOW_TIE, null, line, grid, spur, SQUARE].join(","));
    let read = run(RecordKind::Neighbourhoods, "b.geojson", &text, "").unwrap();
    let RecordList::Neighbourhoods(areas) = &read.records else { panic!() };
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
        "\"crs\":{\"type\":\"name\",\"properties\":{\"name\":\"urn:ogc:def:crs:EPSG::29903\"}},\"features\"",
    );
    assert!(run(RecordKind::Neighbourhoods, "b.geojson", &text, "").unwrap_err().reason.contains("29903"));
}

#[test]
fn footprints_become_a_point_inside_and_land() {
    let park = SQUARE.replace("\"LSOA21CD\":\"E01000001\",\"LSOA21NM\":\"One\"", "\"name\":\"Park\"");
    let read = run(RecordKind::Assets, "city_parks.geojson", &collection(&park), "").unwrap();
    let a = &assets(&read)[0];
    assert_eq!(a.kind, "park");
    assert!((a.hectares.unwrap() - 123.6).abs() < 1.0, "{:?}", a.hectares);
    let [lon, lat] = a.place.unwrap();
    assert!(lon > 0.0 && lon < 0.01 && lat > 0.0 && lat < 0.01);
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
    assert_eq!(run(RecordKind::Assets, "h.geojson", &text, map).unwrap().records.len(), 2);
}
