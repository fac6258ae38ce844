//! Geometry and features as GeoJSON (RFC 7946). The only door to the GeoJSON writer.

use super::FeatureRow;
use super::number::{degrees, polygons};
use geo_types::{Coord, MultiPolygon};
use h3o::CellIndex;
use h3o::geom::SolventBuilder;
use hereabouts_core::place::Place;
use serde::Serialize;
use serde_json::value::RawValue;
use std::io;

/// A geometry already written: areas are written once and sent many times.
pub type WrittenGeometry = Box<RawValue>;

/// Writes a boundary, always as a MultiPolygon: a layer that mixes the two has no type of its own in old clients.
///
/// # Errors
/// When a coordinate is not a finite number, which [`hereabouts_core::Study`] does not hold.
pub fn area_geometry(shape: &MultiPolygon<f64>) -> serde_json::Result<WrittenGeometry> {
    write(&(&polygons(shape)).into())
}

/// Writes a cell as a MultiPolygon of one hexagon (or pentagon).
///
/// # Errors
/// Never for a valid cell.
pub fn cell_geometry(cell: CellIndex) -> serde_json::Result<WrittenGeometry> {
    write(&(&polygons(&MultiPolygon::from(cell))).into())
}

/// The outline of many cells of one size, without those inside it.
#[must_use]
pub fn cells_outline(cells: impl IntoIterator<Item = CellIndex>) -> MultiPolygon<f64> {
    SolventBuilder::new().build().dissolve(cells).unwrap_or_else(|_| MultiPolygon(Vec::new()))
}

/// Writes a point.
///
/// # Errors
/// Never: a place is finite.
pub fn point_geometry(place: Place) -> serde_json::Result<WrittenGeometry> {
    write(&geojson::GeometryValue::new_point([degrees(place.lon()), degrees(place.lat())]))
}

/// Writes a line.
///
/// # Errors
/// When a coordinate is not a finite number.
pub fn line_geometry(points: impl Iterator<Item = Coord<f64>>) -> serde_json::Result<WrittenGeometry> {
    write(&geojson::GeometryValue::new_line_string(points.map(|at| [degrees(at.x), degrees(at.y)])))
}

fn write(value: &geojson::GeometryValue) -> serde_json::Result<WrittenGeometry> {
    serde_json::value::to_raw_value(value)
}

#[derive(Serialize)]
struct FeatureBody<'a, R> {
    r#type: &'static str,
    id: &'a str,
    geometry: Option<&'a RawValue>,
    properties: &'a R,
}

/// Writes one feature; properties are those of the row, every one of them.
///
/// # Errors
/// When writing fails.
pub fn write_feature<R: FeatureRow>(
    to: &mut impl io::Write,
    id: &str,
    geometry: Option<&RawValue>,
    row: &R,
) -> io::Result<()> {
    let feature = FeatureBody { r#type: "Feature", id, geometry, properties: row };
    serde_json::to_writer(to, &feature).map_err(io::Error::from)
}
