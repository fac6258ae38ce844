//! GeoJSON (RFC 7946), longitude/latitude in WGS84. Each feature is read for itself: one bad one loses no other.

use super::RowError;
use super::rows::{MAX_VALUE_BYTES, SourceRow, SourceRows, too_long};
use geo::CoordsIter;
use geo_types::Geometry;
use geojson::{GeometryValue, Position};
use serde_json::Value;
use serde_json::value::RawValue;
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

/// # Errors
/// Why the file is no collection of features.
pub(super) fn rows(file: &str, text: &str) -> Result<SourceRows, String> {
    let features = features_of(text.trim_start_matches('\u{feff}'))?;
    at_most(MAX_FEATURES, "features", features.len())?;
    let mut corners = 0;
    let mut table = SourceRows { file: file.to_owned(), has_geometry: true, ..SourceRows::default() };
    let mut column_of: BTreeMap<String, usize> = BTreeMap::new();
    for (number, feature) in features.iter().enumerate() {
        let line = number as u64 + 1;
        match row(feature, line, &mut column_of) {
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

/// Those of a collection, or a feature that stands alone, each as it is written: one after the other becomes a row, and all of
/// them as values would take ten times the room of the file.
fn features_of(text: &str) -> Result<Vec<&RawValue>, String> {
    const NEITHER: &str = "JSON, but neither a GeoJSON FeatureCollection nor services of Open Referral";
    let wrong = |e: serde_json::Error| format!("not JSON at line {}, column {}: {e}", e.line(), e.column());
    let whole: &RawValue = serde_json::from_str(text).map_err(wrong)?;
    let root: BTreeMap<Cow<'_, str>, &RawValue> = serde_json::from_str(text).map_err(|_| NEITHER)?;
    let value = |name: &str| root.get(name).and_then(|raw| serde_json::from_str::<Value>(raw.get()).ok());
    match value("type").as_ref().and_then(Value::as_str) {
        Some("FeatureCollection") => {
            check_crs(value("crs").as_ref())?;
            let features = root.get("features").and_then(|raw| serde_json::from_str(raw.get()).ok());
            features.ok_or_else(|| "a FeatureCollection without features".to_owned())
        }
        Some("Feature") => Ok(vec![whole]),
        _ => Err(NEITHER.into()),
    }
}

/// A feature as a row; properties that no feature before it has become further columns.
///
/// # Errors
/// Why it cannot be read.
fn row(feature: &RawValue, line: u64, column_of: &mut BTreeMap<String, usize>) -> Result<SourceRow, String> {
    // Each corner is a list of its own.
    let lists = feature.get().bytes().filter(|byte| *byte == b'[').count();
    if lists > MAX_LISTS {
        return Err(format!("{lists} lists of numbers; at most {MAX_LISTS} are read"));
    }
    let feature: Value = serde_json::from_str(feature.get()).map_err(|e| e.to_string())?;
    let object = feature.as_object().ok_or("not a feature")?;
    let geometry = match object.get("geometry") {
        None | Some(Value::Null) => None,
        Some(geometry) => Some(geometry_of(geometry)?),
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
fn check_crs(crs: Option<&Value>) -> Result<(), String> {
    let Some(name) = crs.and_then(|crs| crs.pointer("/properties/name")).and_then(Value::as_str) else {
        return Ok(());
    };
    let known = ["CRS84", "EPSG::4326", "EPSG:4326", "WGS84", "WGS 84"];
    if known.iter().any(|k| name.to_uppercase().contains(k)) {
        Ok(())
    } else {
        Err(format!(
            "coordinates are in {name}; only longitude/latitude in WGS84 is read (reproject with ogr2ogr -t_srs EPSG:4326)"
        ))
    }
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

/// A property as a column value. A whole number stays one however it was written (telephone numbers come as
/// `1204796795.0`); an object of one value is that value; others are not read.
pub(super) fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(s) => Some(s.clone()),
        Value::Number(n) => Some(match n.as_f64() {
            Some(x) if x.fract() == 0.0 && x.abs() < EXACT_BELOW => format!("{x:.0}"),
            _ => n.to_string(),
        }),
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
