//! Geometries as the study needs them: checked places, sound boundaries, a point inside and the land of a footprint.

use super::projection;
use super::rings::{self, RingFinding};
use geo::{BooleanOps, BoundingRect, CoordsIter, InteriorPoint, MultiPolygon, Polygon, Validation};
use geo_types::Geometry;
use hereabouts_core::area::square_metres;
use hereabouts_core::place::Place;

/// Most corners of one geometry.
const MAX_CORNERS: usize = 100_000;

/// Farthest that a boundary's middle may be from its corners, in metres: the circle around it holds two million cells of the
/// usual size, and every one of them is asked whether it is inside.
const MAX_REACH_M: f64 = 250_000.0;

/// A repair may change this share of the area at most.
const MAX_CHANGE: f64 = 0.01;

/// Corners up to which every pair of segments is compared where rings touch: whether they may takes that.
const SMALL: usize = 2_000;

/// Why a place far away is refused that would be near with its numbers exchanged.
pub(super) const SWAPPED: &str =
    "longitude and latitude look swapped: the other way round it is near the neighbourhoods";

/// A boundary that is sound, and whether it had to be repaired.
///
/// A ring that crosses itself is cut where it crosses and put together by the even–odd rule; that is unambiguous only
/// while hardly any area changes.
///
/// # Errors
/// Why it is no boundary.
pub(super) fn boundary(geometry: &Geometry<f64>) -> Result<(MultiPolygon<f64>, bool), String> {
    let polygons = match geometry {
        Geometry::Polygon(p) => MultiPolygon(vec![p.clone()]),
        Geometry::MultiPolygon(m) => m.clone(),
        other => return Err(format!("a {}, not a polygon", name_of(other))),
    };
    check_corners(geometry)?;
    check_reach(&polygons)?;
    let sound: MultiPolygon<f64> =
        MultiPolygon(polygons.0.into_iter().filter(|p| p.exterior().0.len() >= 4).collect());
    if sound.0.is_empty() {
        return Err("a polygon without corners".into());
    }
    let at_place = match rings::look(&sound) {
        RingFinding::Sound => return Ok((sound, false)),
        RingFinding::Touching(_) if sound.coords_count() <= SMALL && sound.is_valid() => {
            return Ok((sound, false));
        }
        RingFinding::Touching(at) | RingFinding::Crossing(at) => format!("at {:.5}, {:.5}", at.x, at.y),
    };
    rings::is_worth_mending(&sound)?;
    let before = square_metres(&sound);
    let repaired = sound.union(&MultiPolygon::<f64>(Vec::new()));
    let after = square_metres(&repaired);
    let is_mended = match rings::look(&repaired) {
        RingFinding::Sound => true,
        RingFinding::Touching(_) => repaired.coords_count() > SMALL || repaired.is_valid(),
        RingFinding::Crossing(_) => false,
    };
    if repaired.0.is_empty() || !is_mended || (after - before).abs() > MAX_CHANGE * before.max(after) {
        return Err(format!(
            "its rings cross ({at_place}), and mending them would change its area from {before:.0} to {after:.0} m²"
        ));
    }
    Ok((repaired, true))
}

/// Where something is, and how much land it has.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct ShapeSite {
    pub(super) place: Place,
    pub(super) hectares: Option<f64>,
}

/// A point inside a geometry, and the land of a footprint.
///
/// # Errors
/// Why it is nowhere.
pub(super) fn site(geometry: &Geometry<f64>) -> Result<ShapeSite, String> {
    check_corners(geometry)?;
    let polygons: Option<MultiPolygon<f64>> = match geometry {
        Geometry::Polygon(_) | Geometry::MultiPolygon(_) => Some(boundary(geometry)?.0),
        Geometry::Rect(r) => Some(MultiPolygon(vec![r.to_polygon()])),
        Geometry::GeometryCollection(all) => {
            let polygons: Vec<Polygon<f64>> =
                all.iter().filter_map(|g| boundary(g).ok()).flat_map(|(m, _)| m.0).collect();
            let polygons = MultiPolygon(polygons);
            rings::is_worth_mending(&polygons)?;
            (!polygons.0.is_empty()).then(|| polygons.union(&MultiPolygon::<f64>(Vec::new())))
        }
        _ => None,
    };
    let point = match &polygons {
        Some(p) => p.interior_point(),
        None => geometry.interior_point(),
    };
    let point = point.ok_or("an empty geometry")?;
    Ok(ShapeSite {
        place: Place::new(point.x(), point.y()).map_err(|e| e.to_string())?,
        hectares: polygons.map(|p| square_metres(&p) / 10_000.0),
    })
}

fn check_corners(geometry: &Geometry<f64>) -> Result<(), String> {
    let corners = geometry.coords_count();
    if corners == 0 {
        return Err("an empty geometry".into());
    }
    if corners > MAX_CORNERS {
        return Err(format!("{corners} corners; at most {MAX_CORNERS} are read"));
    }
    let bounds = geometry.bounding_rect().ok_or("an empty geometry")?;
    for corner in [bounds.min(), bounds.max()] {
        Place::new(corner.x, corner.y).map_err(|e| format!("{e}{}", projection::hint(corner.x, corner.y)))?;
    }
    Ok(())
}

fn check_reach(polygons: &MultiPolygon<f64>) -> Result<(), String> {
    let Some(bounds) = polygons.bounding_rect() else { return Ok(()) };
    let place = |at: geo::Coord| Place::new(at.x, at.y).map_err(|e| e.to_string());
    let (low, high, middle) = (bounds.min(), bounds.max(), place(bounds.center())?);
    for corner in [low, high, (low.x, high.y).into(), (high.x, low.y).into()] {
        let metres = middle.distance(place(corner)?).get();
        if metres > MAX_REACH_M {
            let (reach, most) = (metres / 1000.0, MAX_REACH_M / 1000.0);
            return Err(format!(
                "it reaches {reach:.0} km from its middle; areas of up to {most} km are read"
            ));
        }
    }
    Ok(())
}

fn name_of(geometry: &Geometry<f64>) -> &'static str {
    match geometry {
        Geometry::Point(_) => "point",
        Geometry::MultiPoint(_) => "set of points",
        Geometry::Line(_) | Geometry::LineString(_) | Geometry::MultiLineString(_) => "line",
        Geometry::GeometryCollection(_) => "collection of geometries",
        _ => "shape",
    }
}

/// Longitude and latitude as written; says so where they look swapped.
///
/// # Errors
/// The field, its value and why.
pub(super) fn place(
    lon: Option<&str>,
    lat: Option<&str>,
    near: impl Fn(f64, f64) -> Option<bool>,
) -> Result<Place, (&'static str, String, String)> {
    let number = |field: &'static str, text: Option<&str>| {
        let text = text.ok_or((field, String::new(), "missing".to_owned()))?;
        crate::text::number(text).map_err(|why| (field, text.to_owned(), why))
    };
    let (lon, lat) = (number("lon", lon)?, number("lat", lat)?);
    let swapped = || ("lon, lat", format!("{lon}, {lat}"), SWAPPED.to_owned());
    if lon == 0.0 && lat == 0.0 {
        return Err((
            "lon, lat",
            "0, 0".into(),
            "0, 0 is in the Gulf of Guinea; it stands for no place".into(),
        ));
    }
    let place = Place::new(lon, lat).map_err(|e| {
        let metres = lon.abs() > 1000.0 && lat.abs() > 1000.0;
        let why = if metres {
            format!("{e}; it looks like metres of a national grid, not degrees")
        } else {
            e.to_string()
        };
        if Place::new(lat, lon).is_ok() && near(lat, lon) == Some(true) {
            swapped()
        } else {
            ("lon, lat", format!("{lon}, {lat}"), why)
        }
    })?;
    match near(lon, lat) {
        Some(false) if near(lat, lon) == Some(true) => Err(swapped()),
        _ => Ok(place),
    }
}
