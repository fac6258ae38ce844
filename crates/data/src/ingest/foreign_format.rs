//! What a file is, by its first bytes, where it is none that is read here: what it is, and the way out in one line.

use serde_json::Value;

/// First bytes, what they tell, and what to do.
const SIGNATURES: [(&[u8], &str, &str); 19] = [
    (b"PK\x03\x04", "a zip archive in another", UNPACK),
    (b"PK\x05\x06", "an empty zip archive", UNPACK),
    (b"\x1F\x8B", "a gzip archive in another", UNPACK),
    (b"7z\xBC\xAF", "a 7z archive", UNPACK),
    (b"\x28\xB5\x2F\xFD", "a zstd archive", UNPACK),
    (b"BZh", "a bzip2 archive", UNPACK),
    (b"\xFD7zXZ\0", "an xz archive", UNPACK),
    (b"Rar!\x1A\x07", "a rar archive", UNPACK),
    (b"PAR1", "a Parquet file", "make it CSV, or GeoJSON if it has places: ogr2ogr out.geojson in.parquet"),
    (b"ARROW1", "an Arrow file", "make it CSV, or GeoJSON if it has places"),
    (b"fgb\x03", "a FlatGeobuf file", TO_GEOJSON),
    (
        b"\x00\x00\x27\x0A",
        "a part of a Shapefile",
        "give the .shp with its .dbf, .shx and .prj to ogr2ogr -t_srs EPSG:4326 out.geojson in.shp",
    ),
    (b"%PDF", "a PDF", "ask for the table that it was made of, or type it into a sheet and save that as CSV"),
    (b"{\\rtf", "a document of a word processor", "save its table as CSV"),
    (b"\x89PNG", "a picture", NO_TABLE),
    (b"\xFF\xD8\xFF", "a picture", NO_TABLE),
    (b"GIF8", "a picture", NO_TABLE),
    (b"II*\0", "a picture or a raster map", NO_TABLE),
    (b"MM\0*", "a picture or a raster map", NO_TABLE),
];

const UNPACK: &str = "unpack it, or save the sheet as CSV";
const NO_TABLE: &str = "there is no table in it to read";
const TO_GEOJSON: &str = "ogr2ogr -t_srs EPSG:4326 out.geojson in makes a file that is read";

/// How many bytes are looked at.
const LOOKED_AT: usize = 64 << 10;

/// Why a file is not read, by its bytes; `None` for text that may be a table, JSON or a calendar.
pub(super) fn refused(bytes: &[u8]) -> Option<String> {
    let told = |what: &str, way_out: &str| Some(format!("this is {what}: {way_out}"));
    let first = &bytes[..bytes.len().min(LOOKED_AT)];
    if let Some((_, what, way_out)) = SIGNATURES.iter().find(|(start, ..)| first.starts_with(start)) {
        return told(what, way_out);
    }
    if first.starts_with(b"SQLite format 3\0") {
        let is_package = first.get(68..72).is_some_and(|id| id == b"GPKG" || id == b"GP10")
            || first.windows(13).any(|part| part == b"gpkg_contents");
        return match is_package {
            true => told(
                "a GeoPackage",
                "ogr2ogr -t_srs EPSG:4326 out.geojson in.gpkg LAYER makes a file that is read",
            ),
            false => told("a SQLite database", "write its table to a CSV file"),
        };
    }
    if is_dbase(first) {
        return told(
            "the table of a Shapefile (.dbf)",
            "give the .shp with it to ogr2ogr -t_srs EPSG:4326 out.geojson in.shp, or save it as CSV",
        );
    }
    let text = String::from_utf8_lossy(&first[..first.len().min(4096)]).to_lowercase();
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if text.starts_with('<') {
        let (what, way_out) = markup(text);
        return told(what, way_out);
    }
    (first.contains(&0) && sixteen_bits(first).is_none() && encoding_rs::Encoding::for_bom(first).is_none())
        .then(|| {
            "this is no text, and of a kind that is not known here: save it as CSV or GeoJSON".to_owned()
        })
}

/// What text in angle brackets is.
fn markup(text: &str) -> (&'static str, &'static str) {
    const KINDS: [(&[&str], &str, &str); 6] = [
        (
            &["<!doctype html", "<html"],
            "a web page, perhaps one that asks to log in",
            "get the file itself, and look at it before importing",
        ),
        (&["<osm "], "OpenStreetMap as XML", "osmium cat in.osm -o out.osm.pbf makes a file that is read"),
        (&["<kml"], "KML", TO_GEOJSON),
        (&["<gpx"], "GPX", TO_GEOJSON),
        (&["gml", "wfs:featurecollection"], "GML", TO_GEOJSON),
        (&["<rss", "<feed"], "a news feed", NO_TABLE),
    ];
    let found = KINDS.iter().find(|(marks, ..)| marks.iter().any(|mark| text.contains(mark)));
    found.map_or(("XML", "save it as CSV, GeoJSON or JSON"), |(_, what, way_out)| (what, way_out))
}

/// The table of a Shapefile: its version, a day within the last years, and a header of whole fields.
fn is_dbase(bytes: &[u8]) -> bool {
    let [version, year, month, day, _, _, _, _, low, high, ..] = bytes else { return false };
    let header = usize::from(*low) | usize::from(*high) << 8;
    [0x03, 0x30, 0x83, 0x8B, 0xF5].contains(version)
        && *year < 250
        && (1..=12).contains(month)
        && (1..=31).contains(day)
        && header > 32
        && (header % 32 == 1 || header % 32 == 8)
}

/// Text of 16 bits a letter without a mark that says so: every other byte of what is written here is 0.
pub(super) fn sixteen_bits(bytes: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    let first = &bytes[..bytes.len().min(1024) & !1];
    let zeros = |odd: usize| first.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd, half) = (zeros(0), zeros(1), first.len() / 2);
    match half > 1 {
        true if odd * 10 >= half * 7 && even == 0 => Some(encoding_rs::UTF_16LE),
        true if even * 10 >= half * 7 && odd == 0 => Some(encoding_rs::UTF_16BE),
        _ => None,
    }
}

/// Why JSON is not read that holds neither features nor services.
pub(super) fn of_json(root: &Value) -> String {
    let other = || match root.is_array() {
        true => "a list of JSON, neither features, objects nor services of Open Referral: save it as CSV",
        false => "JSON, but neither a GeoJSON FeatureCollection nor services of Open Referral",
    };
    is_named(root).unwrap_or_else(|| other().to_owned())
}

/// What JSON of another program is, with the way out; `None` where it cannot be told.
pub(super) fn is_named(root: &Value) -> Option<String> {
    let has = |key: &str| root.get(key).is_some();
    let told = |what: &str, way_out: &str| Some(format!("this is {what}: {way_out}"));
    let attributes = || root.pointer("/features/0/attributes").is_some();
    if has("geometryType") || has("spatialReference") || attributes() {
        return told(
            "JSON of an Esri map service",
            "ask the service for f=geojson, or give the file to ogr2ogr out.geojson in.json",
        );
    }
    if root.get("type").and_then(Value::as_str) == Some("Topology") {
        return told("TopoJSON", TO_GEOJSON);
    }
    if has("elements") && (has("osm3s") || has("generator")) {
        return told(
            "JSON of Overpass",
            "export it as GeoJSON there, or with osmtogeojson in.json > out.geojson",
        );
    }
    if has("error") || has("errors") || has("exceptionReport") {
        return told("an error of a service, as JSON", "read it, and ask again");
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_file_is_told_from_its_first_bytes() {
        let mut package = b"SQLite format 3\0".to_vec();
        package.resize(68, 0);
        let database = package.clone();
        package.extend(b"GPKG\0\0\0\0");
        let mut dbase = vec![0x03, 126, 6, 1, 9, 0, 0, 0, 0x61, 0];
        dbase.resize(100, 0);
        for (bytes, word) in [
            (package.as_slice(), "GeoPackage"),
            (&database, "SQLite"),
            (&dbase, ".dbf"),
            (b"PK\x03\x04rest", "zip"),
            (b"PAR1\x15\x04", "Parquet"),
            (b"fgb\x03fgb\x00", "FlatGeobuf"),
            (b"\x00\x00\x27\x0A\0\0", "Shapefile"),
            (b"%PDF-1.7", "PDF"),
            (b"\x1F\x8B\x08", "gzip"),
            (b"<!DOCTYPE html><title>Log in</title>", "web page"),
            (b"\xEF\xBB\xBF  <html>", "web page"),
            (b"<?xml version=\"1.0\"?>\n<osm version=\"0.6\">", "OpenStreetMap as XML"),
            (b"<?xml version=\"1.0\"?><kml xmlns=\"x\">", "KML"),
            (b"<?xml version=\"1.0\"?><wfs:FeatureCollection>", "GML"),
            (b"<?xml version=\"1.0\"?><other/>", "XML"),
            (b"{\\rtf1", "word processor"),
            (b"\x89PNG\r\n", "picture"),
            (b"a\0\0\0\x01\x02b\0c", "no text"),
        ] {
            let why = refused(bytes).unwrap_or_default();
            assert!(why.contains(word) && !why.contains('\n'), "{word}: {why}");
        }
        for text in [
            &b"name,kind\nA,group\n"[..],
            b"{\"type\":\"FeatureCollection\"}",
            b"BEGIN:VCALENDAR",
            b"",
            b"PA,R1\n",
            b"a\0,\0b\0\n\0",
        ] {
            assert_eq!(refused(text), None, "{}", String::from_utf8_lossy(text));
        }
    }

    #[test]
    fn sixteen_bits_are_read_without_a_mark() {
        let little: Vec<u8> = "name,kind\nCafé,cafe\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = "name,kind\nCafé,cafe\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(sixteen_bits(&little), Some(encoding_rs::UTF_16LE));
        assert_eq!(sixteen_bits(&big), Some(encoding_rs::UTF_16BE));
        assert_eq!((sixteen_bits(b"name,kind"), sixteen_bits(b"")), (None, None));
    }

    #[test]
    fn json_that_is_not_read_is_named() {
        for (root, word) in [
            (json!({"features": [{"attributes": {"a": 1}, "geometry": {"x": 1}}]}), "Esri"),
            (json!({"geometryType": "esriGeometryPoint", "features": []}), "Esri"),
            (json!({"type": "Topology", "objects": {}}), "TopoJSON"),
            (json!({"version": 0.6, "generator": "Overpass API", "elements": []}), "Overpass"),
            (json!({"error": {"code": 498}}), "error of a service"),
            (json!([1, 2]), "list of JSON"),
            (json!({"a": 1}), "neither"),
        ] {
            assert!(of_json(&root).contains(word), "{root}: {}", of_json(&root));
        }
    }
}
