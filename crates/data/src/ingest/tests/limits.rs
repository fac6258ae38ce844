//! Files that would take all memory or time: refused, or rejected row by row.

use super::*;

fn refused(kind: RecordKind, text: &str) -> String {
    run(kind, "x", text, "").unwrap_err().reason
}

#[test]
fn tables_are_not_too_wide_and_values_not_too_long() {
    let header = |columns: usize| (0..columns).map(|c| format!("c{c}")).collect::<Vec<_>>().join(",");
    let table = |columns: usize| format!("name,kind,lon,lat,{}\nA,library,-2.2,53.5\n", header(columns - 4));
    assert_eq!(run(RecordKind::Assets, "x.csv", &table(200), "").unwrap().records.len(), 1);
    assert_eq!(refused(RecordKind::Assets, &table(201)), "201 columns; at most 200 are read");

    let text =
        format!("name,kind,lon,lat\nA,library,-2.2,53.5\n\"{}\",library,-2.2,53.5\n", "x".repeat(70_000));
    let read = run(RecordKind::Assets, "x.csv", &text, "").unwrap();
    assert_eq!((read.records.len(), read.rejected[0].line), (1, 3));
    assert_eq!(read.rejected[0].reason, "a value longer than 64 KiB");
    let feature = |name: &str| SQUARE.replace("One", name);
    let features = collection(&[feature("One"), feature(&"x".repeat(70_000))].join(","));
    let read = run(RecordKind::Neighbourhoods, "x.geojson", &features, "").unwrap();
    assert_eq!((read.records.len(), read.rejected[0].line), (1, 2));
    assert_eq!(read.rejected[0].reason, "a value longer than 64 KiB");
}

#[test]
fn features_and_their_properties_are_not_too_many() {
    let many = |count: usize, one: &str| collection(&vec![one; count].join(","));
    let bare = r#"{"type":"Feature"}"#;
    assert_eq!(
        refused(RecordKind::Assets, &many(1_000_001, bare)),
        "1000001 features; at most 1000000 are read"
    );
    // Every feature with a property of its own: a table of features times properties.
    let own = |at: usize| format!(r#"{{"type":"Feature","properties":{{"p{at}":1}}}}"#);
    let features: Vec<String> = (0..5_000).map(own).collect();
    assert!(
        refused(RecordKind::Assets, &collection(&features.join(",")))
            .ends_with("values; at most 20000000 are read")
    );
}

#[test]
fn nesting_is_not_too_deep() {
    let deep = |levels: usize| {
        let (open, close) = ("[".repeat(levels), "]".repeat(levels));
        collection(&format!(r#"{{"type":"Feature","properties":{{"a":{open}{close}}}}}"#))
    };
    let rejected = |text: &str| run(RecordKind::Assets, "x", text, "").unwrap().rejected[0].reason.clone();
    assert!(rejected(&deep(200)).contains("recursion limit"));
    let collections = |levels: usize| {
        let one = r#"{"type":"GeometryCollection","geometries":["#;
        let geometry = format!("{}{}", one.repeat(levels), "]}".repeat(levels));
        collection(&format!(r#"{{"type":"Feature","properties":{{}},"geometry":{geometry}}}"#))
    };
    assert!(rejected(&collections(100)).contains("recursion limit"));
    let shallow = run(RecordKind::Assets, "x.geojson", &collections(50), "").unwrap();
    assert_eq!((shallow.records.len(), shallow.rejected.len()), (0, 1));
}

#[test]
fn shapes_are_not_too_detailed_and_not_too_large() {
    let ring = |corners: usize, degrees: f64| {
        let corner = |at: usize| {
            let turn = std::f64::consts::TAU * (at % corners) as f64 / corners as f64;
            format!("[{:.9},{:.9}]", degrees * turn.cos(), degrees * turn.sin())
        };
        let corners: Vec<String> = (0..=corners).map(corner).collect();
        format!(
            r#"{{"type":"Feature","properties":{{"LSOA21CD":"E01000001"}},"geometry":{{"type":"Polygon","coordinates":[[{}]]}}}}"#,
            corners.join(",")
        )
    };
    let why = |feature: String| {
        let read = run(RecordKind::Neighbourhoods, "x.geojson", &collection(&feature), "").unwrap();
        read.rejected.first().map(|r| r.reason.clone())
    };
    assert_eq!(why(ring(500, 0.1)), None);
    assert_eq!(why(ring(100_001, 0.1)).unwrap(), "100002 corners; at most 100000 are read");
    assert_eq!(why(ring(500, 1.5)), None);
    let large = why(ring(500, 2.0)).unwrap();
    assert!(large.starts_with("it reaches 314 km from its middle"), "{large}");
    let world = why(ring(500, 89.0)).unwrap();
    assert!(world.starts_with("it reaches "), "{world}");
}

#[test]
fn damaged_archives_are_refused() {
    for (bytes, what) in
        [(&b"PK\x03\x04rest"[..], "zip"), (b"\x1F\x8B\x08rest", "archive"), (b"\xD0\xCF\x11\xE0", "workbook")]
    {
        let file = SourceFile { name: "x.csv", bytes };
        let refused = import(RecordKind::Assets, &[file], &ImportMap::default(), known()).unwrap_err();
        assert!(refused.reason.contains(what), "{refused}");
    }
}

/// Corners in no order cross each other so often that mending them took hours.
#[test]
fn what_takes_long_to_mend_is_refused_by_name() {
    let random = |corners: u64| {
        let mut state = 7_u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as f64 / (1_u64 << 31) as f64
        };
        let mut ring: Vec<String> =
            (0..corners).map(|_| format!("[{},{}]", 2.3 + next() / 20.0, 54.7 + next() / 20.0)).collect();
        ring.push(ring[0].clone());
        collection(&format!(
            r#"{{"type":"Feature","properties":{{"LSOA21CD":"E01000001","name":"A","kind":"library"}},"geometry":{{"type":"Polygon","coordinates":[[{}]]}}}}"#,
            ring.join(",")
        ))
    };
    let began = std::time::Instant::now();
    for corners in [1_000, 20_000, 99_000] {
        for kind in [RecordKind::Neighbourhoods, RecordKind::Assets] {
            let read = run(kind, "x.geojson", &random(corners), "").unwrap();
            assert_eq!(read.records.len(), 0);
            assert!(read.rejected[0].reason.contains("its rings cross"), "{}", read.rejected[0].reason);
        }
    }
    assert!(began.elapsed().as_secs() < 60, "{:?}", began.elapsed());
}

#[test]
fn lines_are_not_too_long_and_features_not_too_large() {
    let text = format!("name,kind,lon,lat\nA,library,-2.2,53.5\nB,{},-2.2,53.5\n", "x".repeat(17 << 20));
    let read = run(RecordKind::Assets, "x", &text, "").unwrap();
    assert_eq!((read.records.len(), read.rejected[0].line), (1, 3));
    assert_eq!(read.rejected[0].reason, "a line longer than 16 MiB");
    let many = "[1,2],".repeat(1_000_001);
    let large = format!(
        r#"{{"type":"Feature","properties":{{}},"geometry":{{"type":"MultiPoint","coordinates":[{many}[1,2]]}}}}"#
    );
    let read = run(RecordKind::Assets, "x.geojson", &collection(&[SQUARE, &large].join(",")), "").unwrap();
    assert_eq!(read.rejected.iter().filter(|row| row.line == 2).count(), 1);
    assert!(read.rejected.iter().any(|row| row.reason.contains("lists of numbers")), "{:?}", read.rejected);
}
