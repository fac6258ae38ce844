//! Plain lines as GeoJSON, such as the roads of OS Open Map Local or rights of way: longitude and latitude in WGS84.
//!
//! Lines meet at every vertex that they share. A line with heights at both of its ends rises evenly from the one to the other,
//! unless a property says how steep it is: lines of such maps run from junction to junction. Properties that are OpenStreetMap tags (`highway`, `foot`, `access` …) are
//! heeded; in a file without `highway` every line is for walking but a motorway or a guided busway by its class.

use crate::edge_access::{AccessBarrier, EdgeAccess};
use crate::fixed_point::FixedPoint;
use crate::lines::{MAX_VERTICES, StreetLines};
use crate::osm::access::{self, WayTags};
use crate::osm::hstore;
use crate::read::{ReadStreets, RejectedLine, UnreadableStreets};
use hereabouts_core::place::Place;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

/// Where lines say what class of road they are: OS Open Map Local, OS Open Roads, OS VectorMap.
const CLASS: [&str; 6] =
    ["classifica", "classification", "roadClassification", "road_classification", "formOfWay", "class"];

/// Classes that are not for walking, as they begin.
const NOT_WALKED: [&str; 2] = ["motorway", "guided busway"];

/// Where lines say that they lie above or below others.
const LAYER: [&str; 3] = ["layer", "drawlevel", "level"];

#[derive(Deserialize)]
struct LineCollection<'a> {
    #[serde(borrow)]
    features: Vec<&'a RawValue>,
    crs: Option<Value>,
}

#[derive(Deserialize)]
struct LineFeature {
    properties: Option<Map<String, Value>>,
    geometry: Option<LineGeometry>,
}

#[derive(Deserialize)]
#[serde(tag = "type", content = "coordinates")]
enum LineGeometry {
    LineString(Vec<Vec<f64>>),
    MultiLineString(Vec<Vec<Vec<f64>>>),
}

struct RawLine {
    points: Vec<FixedPoint>,
    layer: i8,
    passage: EdgeAccess,
}

/// The lines of a file.
///
/// # Errors
/// [`UnreadableStreets`] when it is no collection of features, or has no line in it that one may walk.
pub fn read(text: &str) -> Result<ReadStreets, UnreadableStreets> {
    let collection: LineCollection<'_> = serde_json::from_str(text.trim_start_matches('\u{feff}'))
        .map_err(|e| UnreadableStreets::Damaged(format!("not a GeoJSON FeatureCollection: {e}")))?;
    check_crs(collection.crs.as_ref())?;
    let mut read = ReadStreets::default();
    let mut raw: Vec<RawLine> = Vec::new();
    let mut vertices = 0;
    let of_osm = collection.features.iter().any(|feature| has_tags(feature.get()));
    for (number, feature) in collection.features.iter().enumerate() {
        match lines_of(feature.get(), of_osm) {
            Ok(Some(lines)) => {
                read.streets += 1;
                vertices += lines.iter().map(|line| line.points.len()).sum::<usize>();
                raw.extend(lines);
            }
            Ok(None) => read.left_out += 1,
            Err((field, value, reason)) => {
                read.rejected.push(RejectedLine { record: number as u64 + 1, field, value, reason });
            }
        }
        if vertices > MAX_VERTICES {
            return Err(UnreadableStreets::TooLarge { what: "vertices", most: MAX_VERTICES });
        }
    }
    if raw.is_empty() && read.rejected.is_empty() {
        return Err(UnreadableStreets::NoStreets);
    }
    if read.left_out > 0 {
        read.notes.push(format!("{} lines left out: not for people on foot", read.left_out));
    }
    read.lines = noded(raw);
    Ok(read)
}

/// Vertices at the same place are the same point; the order of features leaves no trace.
fn noded(mut raw: Vec<RawLine>) -> StreetLines {
    raw.sort_unstable_by(|a, b| (&a.points, a.layer, a.passage).cmp(&(&b.points, b.layer, b.passage)));
    let mut points: Vec<FixedPoint> = raw.iter().flat_map(|line| line.points.iter().copied()).collect();
    points.sort_unstable();
    points.dedup();
    let gates = vec![AccessBarrier::Open; points.len()];
    let mut lines = StreetLines::new(points.clone(), gates);
    for line in raw {
        let positions = line.points.iter().map(|at| points.binary_search(at).unwrap_or_default() as u32);
        lines.line(positions, line.layer, line.passage);
    }
    lines.compact()
}

type LineFault = (&'static str, String, String);

/// Whether a feature has the key by which OpenStreetMap tells streets, or a text of tags: then tags decide for the whole file,
/// and what has none is a river or a railway.
fn has_tags(feature: &str) -> bool {
    let is_there = |key: &str| feature.contains(&format!("\"{key}\""));
    let properties =
        || serde_json::from_str::<LineFeature>(feature).ok().and_then(|feature| feature.properties);
    (is_there("highway") || is_there(hstore::COLUMN))
        && properties().is_some_and(|own| own.contains_key("highway") || own.contains_key(hstore::COLUMN))
}

/// `Ok(None)` is a line that is not for walking.
fn lines_of(feature: &str, of_osm: bool) -> Result<Option<Vec<RawLine>>, LineFault> {
    let feature: LineFeature = serde_json::from_str(feature).map_err(|e| {
        ("geometry", String::new(), format!("not a feature with a LineString or MultiLineString: {e}"))
    })?;
    let parts = match feature.geometry {
        Some(LineGeometry::LineString(line)) => vec![line],
        Some(LineGeometry::MultiLineString(lines)) => lines,
        None => return Err(("geometry", String::new(), "there is none".to_owned())),
    };
    let properties = feature.properties.unwrap_or_default();
    let Some((layer, passage)) = walk(&properties, of_osm) else { return Ok(None) };
    let mut lines = Vec::new();
    for part in parts {
        let points: Vec<FixedPoint> = part.iter().map(|position| at(position)).collect::<Result<_, _>>()?;
        if points.windows(2).all(|pair| pair[0] == pair[1]) {
            return Err(("geometry", format!("{} vertices", part.len()), "a line without length".to_owned()));
        }
        let passage = if passage.is_level() { rising(&part, &points).and(passage) } else { passage };
        lines.push(RawLine { points, layer, passage });
    }
    Ok(Some(lines))
}

/// How a line rises from its first height to its last, in metres; level where either is missing.
fn rising(part: &[Vec<f64>], points: &[FixedPoint]) -> EdgeAccess {
    let height = |position: Option<&Vec<f64>>| position.and_then(|p| p.get(2)).copied();
    // As many as a line that runs around the earth and back may have.
    let millimetres: u64 = points.windows(2).map(|pair| u64::from(pair[0].millimetres(pair[1]))).sum();
    match (height(part.first()), height(part.last())) {
        (Some(from), Some(to)) => EdgeAccess::rising((to - from) * 100_000.0 / millimetres as f64),
        _ => EdgeAccess::FREE,
    }
}

fn at(position: &[f64]) -> Result<FixedPoint, LineFault> {
    let fault = |reason: String| ("coordinates", format!("{position:?}"), reason);
    let [lon, lat, ..] = *position else { return Err(fault("fewer than two numbers".to_owned())) };
    Place::new(lon, lat).map(FixedPoint::from).map_err(|e| fault(e.to_string()))
}

fn walk(properties: &Map<String, Value>, of_osm: bool) -> Option<(i8, EdgeAccess)> {
    let others = hstore::tags(properties.get(hstore::COLUMN).and_then(Value::as_str).unwrap_or_default());
    let columns = properties.iter().filter_map(|(key, value)| Some((key.as_str(), value.as_str()?)));
    let tags: Vec<(&str, &str)> =
        columns.chain(others.iter().map(|(k, v)| (k.as_str(), v.as_str()))).collect();
    let tags = WayTags(&tags);
    let given = LAYER.iter().find_map(|key| match properties.get(*key)? {
        Value::String(text) => text.trim().parse().ok(),
        number => number.as_i64().and_then(|n| i8::try_from(n).ok()),
    });
    if of_osm {
        let walk = access::way(tags)?;
        return Some((given.unwrap_or(walk.layer), walk.passage));
    }
    let class = CLASS.iter().find_map(|key| tags.get(key)).unwrap_or_default().to_lowercase();
    let walked = !NOT_WALKED.iter().any(|kind| class.starts_with(kind));
    walked.then_some((given.unwrap_or(0), EdgeAccess::FREE))
}

/// GeoJSON has one reference system. Older files name another in `crs`: metres read as degrees would be silent ruin.
fn check_crs(crs: Option<&Value>) -> Result<(), UnreadableStreets> {
    let name = crs.and_then(|crs| crs.pointer("/properties/name")).and_then(Value::as_str).unwrap_or("CRS84");
    if ["CRS84", "4326", "WGS84", "WGS 84"].iter().any(|known| name.to_uppercase().contains(known)) {
        Ok(())
    } else {
        Err(UnreadableStreets::Damaged(format!(
            "coordinates are in {name}; only longitude and latitude in WGS84 are read (reproject with ogr2ogr -t_srs EPSG:4326)"
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(features: &[&str]) -> String {
        format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","))
    }

    fn line(properties: &str, coordinates: &str) -> String {
        format!(
            r#"{{"type":"Feature","properties":{properties},"geometry":{{"type":"LineString","coordinates":{coordinates}}}}}"#
        )
    }

    #[test]
    fn bad_features_are_named_and_the_good_ones_land() {
        let good = line(r#"{"drawlevel":"1"}"#, "[[0,51],[0.001,51,7.5]]");
        let text = file(&[
            &line("{}", "[[0,51],[0,151]]"),
            &good,
            r#"{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[0,0]}}"#,
            r#"{"type":"Feature","properties":{},"geometry":null}"#,
            &line("null", "[[0,51],[0,51]]"),
            &line(r#"{"classifica":"Motorway, Collapsed Dual Carriageway"}"#, "[[0,51],[1,51]]"),
        ]);
        let read = read(&text).unwrap();
        assert_eq!((read.streets, read.lines.len(), read.lines.get(0).layer), (1, 1, 1));
        let rejected: Vec<(u64, &str)> = read.rejected.iter().map(|r| (r.record, r.field)).collect();
        assert_eq!(rejected, [(1, "coordinates"), (3, "geometry"), (4, "geometry"), (5, "geometry")]);
        assert!(read.rejected[0].value.contains("151"));
        assert_eq!(read.notes, ["1 lines left out: not for people on foot"]);
    }

    #[test]
    fn tags_decide_wherever_they_stand_and_for_the_whole_file() {
        let at = |n: usize| format!("[[0,{n}],[0.001,{n}]]");
        let lines = [
            r#"{"highway":"residential","waterway":null,"other_tags":null}"#,
            r#"{"highway":null,"waterway":"river","other_tags":null}"#,
            r#"{"highway":null,"other_tags":"\"railway\"=>\"rail\""}"#,
            r#"{"highway":"footway","other_tags":"\"access\"=>\"private\",\"surface\"=>\"gravel\""}"#,
            r#"{"highway":null,"other_tags":"\"man_made\"=>\"pier\""}"#,
            r#"{"other_tags":"\"highway\"=>\"path\",\"foot\"=>\"yes\""}"#,
            "{}",
        ];
        let features: Vec<String> = lines.iter().enumerate().map(|(n, own)| line(own, &at(n))).collect();
        let features: Vec<&str> = features.iter().map(String::as_str).collect();
        let read_all = read(&file(&features)).unwrap();
        assert_eq!((read_all.streets, read_all.left_out), (3, 4), "a street, a pier and a path");
        let untagged = [line("{}", &at(0)), line(r#"{"name":"highway"}"#, &at(1))];
        let read_plain = read(&file(&[&untagged[0], &untagged[1]])).unwrap();
        assert_eq!(
            (read_plain.streets, read_plain.left_out),
            (2, 0),
            "lines of a map without tags are all walked"
        );
    }

    #[test]
    fn the_order_of_features_leaves_no_trace() {
        let features = [
            line(r#"{"highway":"path"}"#, "[[0,51],[0.001,51],[0.002,51]]"),
            line(r#"{"highway":"path"}"#, "[[0.001,51],[0.001,51.001]]"),
            line(r#"{"highway":"steps"}"#, "[[0.001,51.001],[0.002,51]]"),
        ];
        let forth = file(&[&features[0], &features[1], &features[2]]);
        let back = file(&[&features[2], &features[1], &features[0]]);
        assert_eq!(read(&forth), read(&back));
        assert_eq!(read(&forth).unwrap().lines.points().len(), 4);
    }

    #[test]
    fn heights_make_a_slope_unless_one_is_given() {
        let rises = |properties: &str, coordinates: &str| {
            read(&file(&[&line(properties, coordinates)])).unwrap().lines.get(0).passage
        };
        // 111 m long, 11.1 m up.
        assert_eq!(rises("{}", "[[0,0,20],[0.0005,0,90],[0.001,0,31.1]]"), EdgeAccess::rising(10.0));
        assert_eq!(rises("{}", "[[0,0,31.1],[0.001,0,20]]"), EdgeAccess::rising(-10.0));
        assert_eq!(rises("{}", "[[0,0,31.1],[0.001,0]]"), EdgeAccess::FREE);
        assert_eq!(rises("{}", "[[0,0,-9999],[0.001,0,20]]"), EdgeAccess::FREE);
        let given = r#"{"highway":"residential","incline":"-4%"}"#;
        assert_eq!(rises(given, "[[0,0,20],[0.001,0,31.1]]"), EdgeAccess::rising(-4.0));
    }

    #[test]
    fn files_without_streets_say_so() {
        assert_eq!(read(&file(&[])), Err(UnreadableStreets::NoStreets));
        assert!(matches!(read("[]"), Err(UnreadableStreets::Damaged(_))));
        let grid = r#"{"type":"FeatureCollection","crs":{"properties":{"name":"EPSG:27700"}},"features":[]}"#;
        assert!(read(grid).unwrap_err().to_string().contains("ogr2ogr"));
    }
}
