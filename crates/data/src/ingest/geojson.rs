//! GeoJSON (RFC 7946), longitude/latitude in WGS84. Each feature is read for itself: one bad one loses no other.

use super::rows::{MAX_VALUE_BYTES, SourceRow, SourceRows, too_long};
use super::{RowError, foreign_format, json_list, projection};
use crate::ingest::map::CoordinateSystem;
use geo::CoordsIter;
use geo_types::Geometry;
use geojson::{GeometryValue, Position};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Whole numbers below this are exact in JSON's usual numbers: 2^53.
const EXACT_BELOW: f64 = 9_007_199_254_740_992.0;

/// Most features of a file.
const MAX_FEATURES: usize = 1_000_000;

/// Most lists in one feature, of which each corner is one: beyond so many its geometry is refused unread.
const MAX_LISTS: usize = 1_000_000;

/// Most corners of all geometries of a file.
const MAX_CORNERS: usize = 20_000_000;

/// Most values of a table made of a file: every feature has a place for every property that any of them has.
const MAX_VALUES: usize = 20_000_000;

/// Rows of a collection, of a sequence of features, or of a list of objects; `said` is what the map says of coordinates.
///
/// # Errors
/// Why the file is none of them.
pub(super) fn rows(file: &str, text: &str, said: Option<CoordinateSystem>) -> Result<SourceRows, String> {
    let text = text.trim_start_matches('\u{feff}');
    let system = said.unwrap_or(CoordinateSystem::Wgs84);
    if let Some(texts) = json_list::sequence(text) {
        return table(file, &texts, system, false);
    }
    let whole: &RawValue = serde_json::from_str(text).map_err(not_json)?;
    if let Some((features, system)) = features_of(whole, said)? {
        let texts: Vec<&str> = features.into_iter().map(RawValue::get).collect();
        return table(file, &texts, system, true);
    }
    let root: Value = serde_json::from_str(text).map_err(not_json)?;
    let named = foreign_format::is_named(&root);
    let objects = if named.is_none() { json_list::objects(&root)? } else { None };
    let objects = objects.ok_or_else(|| foreign_format::of_json(&root))?;
    let texts: Vec<String> = objects.iter().map(Value::to_string).collect();
    table(file, &texts.iter().map(String::as_str).collect::<Vec<_>>(), system, false)
}

fn not_json(error: serde_json::Error) -> String {
    format!("not JSON at line {}, column {}: {error}", error.line(), error.column())
}

/// Features and plain objects as rows, each as it is written: one after the other becomes a row, and all of them as values would
/// take ten times the room of the file. `has_geometry` says that they are features; else each that is one says so.
fn table(
    file: &str,
    features: &[&str],
    system: CoordinateSystem,
    has_geometry: bool,
) -> Result<SourceRows, String> {
    at_most(MAX_FEATURES, "features", features.len())?;
    let mut corners = 0;
    let mut table = SourceRows { file: file.to_owned(), has_geometry, ..SourceRows::default() };
    table.notes.extend(projection::note(system).map(str::to_owned));
    let mut column_of: BTreeMap<String, usize> = BTreeMap::new();
    for (number, feature) in features.iter().enumerate() {
        let line = number as u64 + 1;
        let read = object_of(feature).and_then(|object| {
            let is_feature = object.get("type").and_then(Value::as_str) == Some("Feature");
            table.has_geometry |= is_feature;
            let object = if is_feature { object } else { json_list::feature(&object) };
            row(&object, line, system, &mut column_of)
        });
        match read {
            Ok(row) => {
                corners += row.geometry.as_ref().map_or(0, CoordsIter::coords_count);
                at_most(MAX_CORNERS, "corners", corners)?;
                at_most(MAX_VALUES, "values", features.len().saturating_mul(column_of.len()))?;
                table.rows.push(row);
            }
            Err(reason) => table.broken.push(RowError {
                file: file.to_owned(),
                line,
                field: "geometry".into(),
                value: String::new(),
                reason,
            }),
        }
    }
    table.headers = vec![String::new(); column_of.len()];
    for (name, at) in column_of {
        table.headers[at] = name;
    }
    for row in &mut table.rows {
        row.values.resize(table.headers.len(), None);
    }
    Ok(table)
}

fn at_most(most: usize, what: &str, count: usize) -> Result<(), String> {
    if count > most { Err(format!("{count} {what}; at most {most} are read")) } else { Ok(()) }
}

/// Those of a collection, or a feature that stands alone, each as it is written, and what their coordinates are in: as the file
/// says, else as the map does. `None` where it is neither.
fn features_of(
    whole: &RawValue,
    said: Option<CoordinateSystem>,
) -> Result<Option<(Vec<&RawValue>, CoordinateSystem)>, String> {
    let members: BTreeMap<Cow<'_, str>, &RawValue> = serde_json::from_str(whole.get()).unwrap_or_default();
    let about: Map<String, Value> = members
        .iter()
        .filter(|(name, _)| *name != "features")
        .filter_map(|(name, raw)| Some((name.to_string(), serde_json::from_str(raw.get()).ok()?)))
        .collect();
    let system = said.unwrap_or(CoordinateSystem::Wgs84);
    match about.get("type").and_then(Value::as_str) {
        Some("FeatureCollection") => {
            let system = system_of(&about)?.unwrap_or(system);
            let features = members.get("features").and_then(|raw| serde_json::from_str(raw.get()).ok());
            let features: Vec<&RawValue> = features.ok_or("a FeatureCollection without features")?;
            check_whole(&about, features.len())?;
            // A file of degrees whose latitude is first says that it is of EPSG:4326, and so does one whose longitude is.
            Ok(Some((features, said.filter(|_| system == CoordinateSystem::Wgs84).unwrap_or(system))))
        }
        Some("Feature") => Ok(Some((vec![whole], system))),
        _ => Ok(None),
    }
}

/// One of a list, read by itself.
///
/// # Errors
/// It is no object, or has more corners than are looked at.
fn object_of(text: &str) -> Result<Map<String, Value>, String> {
    // Each corner is a list of its own.
    let lists = text.bytes().filter(|byte| *byte == b'[').count();
    if lists > MAX_LISTS {
        return Err(format!("{lists} lists of numbers; at most {MAX_LISTS} are read"));
    }
    match serde_json::from_str(text) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err("not a feature".to_owned()),
        Err(error) => Err(format!("not JSON: {error}")),
    }
}

/// A feature as a row; properties that no feature before it has become further columns.
///
/// # Errors
/// Why it cannot be read.
fn row(
    object: &Map<String, Value>,
    line: u64,
    system: CoordinateSystem,
    column_of: &mut BTreeMap<String, usize>,
) -> Result<SourceRow, String> {
    let geometry = match object.get("geometry") {
        None | Some(Value::Null) => None,
        Some(geometry) => Some(projection::converted(&geometry_of(geometry)?, system)?),
    };
    let mut values = Vec::new();
    let mut set = |name: &str, value: Option<String>| {
        let next = column_of.len();
        let at = *column_of.entry(name.to_owned()).or_insert(next);
        if values.len() <= at {
            values.resize(at + 1, None);
        }
        values[at] = value;
    };
    if let Some(id) = object.get("id").and_then(text_of) {
        set("@id", Some(id));
    }
    if let Some(properties) = object.get("properties").and_then(Value::as_object) {
        for (name, value) in properties {
            set(name, text_of(value));
        }
    }
    if values.iter().flatten().any(|value| value.len() > MAX_VALUE_BYTES) {
        return Err(too_long());
    }
    Ok(SourceRow { line, values, geometry, ..SourceRow::default() })
}

/// GeoJSON has one reference system. Older files name another in `crs`: reading metres as degrees would be silent ruin.
fn system_of(collection: &Map<String, Value>) -> Result<Option<CoordinateSystem>, String> {
    let named = collection.get("crs").and_then(|c| c.pointer("/properties/name")).and_then(Value::as_str);
    let Some(name) = named else { return Ok(None) };
    let system = projection::named(name).ok_or_else(|| {
        format!(
            "coordinates are in {name}; longitude and latitude in WGS84, the British National Grid and Web Mercator are read (reproject with ogr2ogr -t_srs EPSG:4326)"
        )
    })?;
    Ok(Some(system))
}

/// A page of a longer list is not the list.
fn check_whole(collection: &Map<String, Value>, came: usize) -> Result<(), String> {
    const WAY_OUT: &str = "import its address, which brings all pages, or one file of them all";
    let number = |key: &str| collection.get(key).and_then(Value::as_u64);
    let is_true = |value: Option<&Value>| value.and_then(Value::as_bool) == Some(true);
    let links = collection.get("links").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    if links.iter().any(|link| link.get("rel").and_then(Value::as_str) == Some("next")) {
        return Err(format!("one page of several, which names the next: {WAY_OUT}"));
    }
    let of_properties = collection.get("properties").and_then(|p| p.get("exceededTransferLimit"));
    if is_true(collection.get("exceededTransferLimit")) || is_true(of_properties) {
        return Err(format!("the service had more than it sends at once (exceededTransferLimit): {WAY_OUT}"));
    }
    for key in ["numberMatched", "totalFeatures", "numberReturned"] {
        if let Some(said) = number(key).filter(|said| *said > came as u64) {
            return Err(format!("{came} features, and it says {said} ({key}): {WAY_OUT}"));
        }
    }
    Ok(())
}

fn geometry_of(value: &Value) -> Result<Geometry<f64>, String> {
    let geometry = serde_json::from_value::<geojson::Geometry>(value.clone()).map_err(|e| e.to_string())?;
    // The conversion takes for granted that there are two.
    if !is_whole(&geometry.value) {
        return Err("a position has fewer than two numbers".to_owned());
    }
    Geometry::try_from(geometry).map_err(|e| e.to_string())
}

/// Whether every position has a longitude and a latitude.
fn is_whole(geometry: &GeometryValue) -> bool {
    let two = |position: &Position| position.len() >= 2;
    match geometry {
        GeometryValue::Point { coordinates } => two(coordinates),
        GeometryValue::MultiPoint { coordinates } | GeometryValue::LineString { coordinates } => {
            coordinates.iter().all(two)
        }
        GeometryValue::MultiLineString { coordinates } | GeometryValue::Polygon { coordinates } => {
            coordinates.iter().flatten().all(two)
        }
        GeometryValue::MultiPolygon { coordinates } => coordinates.iter().flatten().flatten().all(two),
        GeometryValue::GeometryCollection { geometries } => geometries.iter().all(|g| is_whole(&g.value)),
    }
}

/// A whole number without a fraction, if it is one and exact.
pub(super) fn whole_number(number: f64) -> Option<String> {
    (number.fract() == 0.0 && number.abs() < EXACT_BELOW).then(|| format!("{number:.0}"))
}

/// A property as a column value. A whole number stays one however it was written (telephone numbers come as
/// `1204796795.0`); an object of one value is that value; others are not read.
pub(super) fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(s) => Some(s.clone()),
        Value::Number(n) => Some(n.as_f64().and_then(whole_number).unwrap_or_else(|| n.to_string())),
        Value::Bool(b) => Some(b.to_string()),
        Value::Array(items) => {
            let words: Option<Vec<String>> = items.iter().map(text_of).collect();
            words.map(|w| w.join(";"))
        }
        Value::Object(one) if one.len() == 1 => one.values().next().and_then(text_of),
        Value::Null | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_page_is_not_taken_for_the_whole() {
        let file = |more: Value| {
            let mut file =
                json!({ "type": "FeatureCollection", "features": [{ "type": "Feature", "properties": {} }] });
            file.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            rows("x.geojson", &file.to_string(), None).map(|table| table.rows.len())
        };
        for more in [
            json!({ "links": [{ "rel": "next", "href": "https://example.org/2" }] }),
            json!({ "numberMatched": 30 }),
            json!({ "totalFeatures": 2 }),
            json!({ "numberReturned": 2 }),
            json!({ "exceededTransferLimit": true }),
            json!({ "properties": { "exceededTransferLimit": true } }),
        ] {
            assert!(file(more.clone()).unwrap_err().contains("all pages"), "{more}");
        }
        for more in [
            json!({ "links": [{ "rel": "self", "href": "https://example.org" }] }),
            json!({ "numberMatched": 1, "numberReturned": 1 }),
            json!({ "numberMatched": "unknown" }),
            json!({ "exceededTransferLimit": false }),
        ] {
            assert_eq!(file(more.clone()), Ok(1), "{more}");
        }
    }

    #[test]
    fn properties_read_as_they_are_meant() {
        for (value, text) in [
            (json!(1_617_903_377.0), Some("1617903377")),
            (json!(9.5), Some("9.5")),
            (json!(-0.25), Some("-0.25")),
            (json!(["a", "b"]), Some("a;b")),
            (json!({"phone_number": "01225 858128"}), Some("01225 858128")),
            (json!({"a": 1, "b": 2}), None),
            (json!(null), None),
        ] {
            assert_eq!(text_of(&value).as_deref(), text, "{value}");
        }
    }
}
