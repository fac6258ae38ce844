//! Coordinates of geometries as longitude and latitude, from the systems that boundaries are published in.

use super::national_grid;
use crate::ingest::map::CoordinateSystem;
use geo::MapCoords;
use geo_types::{Coord, Geometry};
use std::f64::consts::PI;

/// Radius of the sphere of Web Mercator, in metres.
const SPHERE_M: f64 = 6_378_137.0;

/// Words in the name of a system, and the system. GeoJSON of old names it; `CRS84` is longitude first whatever else it says.
const NAMED: [(&[&str], CoordinateSystem); 3] = [
    (&["CRS84", "EPSG::4326", "EPSG:4326", "WGS84", "WGS 84"], CoordinateSystem::Wgs84),
    (&["EPSG::27700", "EPSG:27700", "OSGB"], CoordinateSystem::NationalGrid),
    (&["EPSG::3857", "EPSG:3857", "EPSG::900913", "EPSG:900913", "102100"], CoordinateSystem::WebMercator),
];

/// The system of a name, `None` where it is none that is read.
pub(super) fn named(name: &str) -> Option<CoordinateSystem> {
    let upper = name.to_uppercase();
    NAMED.iter().find(|(words, _)| words.iter().any(|word| upper.contains(word))).map(|(_, system)| *system)
}

/// What an import says of geometries that were converted.
pub(super) const fn note(system: CoordinateSystem) -> Option<&'static str> {
    match system {
        CoordinateSystem::Wgs84 => None,
        CoordinateSystem::NationalGrid => {
            Some("geometries are on the British National Grid, converted to within 5 m")
        }
        CoordinateSystem::WebMercator => Some("geometries are in Web Mercator, converted"),
        CoordinateSystem::LatitudeFirst => Some("geometries have the latitude first, as the map says"),
    }
}

/// A geometry in longitude and latitude.
///
/// # Errors
/// A corner lies outside the system.
pub(super) fn converted(geometry: &Geometry<f64>, system: CoordinateSystem) -> Result<Geometry<f64>, String> {
    geometry.try_map_coords(|Coord { x, y }| {
        Ok(match system {
            CoordinateSystem::Wgs84 => Coord { x, y },
            CoordinateSystem::LatitudeFirst => Coord { x: y, y: x },
            CoordinateSystem::NationalGrid => {
                let place = national_grid::place(x, y).map_err(|why| format!("{x}, {y}: {why}"))?;
                Coord { x: place.lon(), y: place.lat() }
            }
            CoordinateSystem::WebMercator => {
                let edge = PI * SPHERE_M;
                if x.abs() > edge || y.abs() > edge {
                    return Err(format!("{x}, {y}: not in Web Mercator"));
                }
                let lat = 2.0 * (y / SPHERE_M).exp().atan() - PI / 2.0;
                Coord { x: (x / SPHERE_M).to_degrees(), y: lat.to_degrees() }
            }
        })
    })
}

/// What to say in the map of coordinates that are no degrees, by where they lie.
pub(super) fn hint(x: f64, y: f64) -> &'static str {
    let on_grid = (0.0..=700_000.0).contains(&x) && (0.0..=1_300_000.0).contains(&y);
    match (x.abs() > 400.0 || y.abs() > 400.0, on_grid) {
        (false, _) => "",
        (true, true) => {
            "; it looks like metres of a national grid: if that is the British one, say crs = \"EPSG:27700\" in the map"
        }
        (true, false) => {
            "; it looks like metres, not degrees: if they are of Web Mercator, say crs = \"EPSG:3857\" in the map"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo_types::Point;

    #[test]
    fn systems_are_known_by_their_names() {
        for (name, system) in [
            ("urn:ogc:def:crs:OGC:1.3:CRS84", Some(CoordinateSystem::Wgs84)),
            ("EPSG:27700", Some(CoordinateSystem::NationalGrid)),
            ("urn:ogc:def:crs:EPSG::27700", Some(CoordinateSystem::NationalGrid)),
            ("urn:ogc:def:crs:EPSG::3857", Some(CoordinateSystem::WebMercator)),
            ("urn:ogc:def:crs:EPSG::29903", None),
        ] {
            assert_eq!(named(name), system, "{name}");
        }
    }

    #[test]
    fn one_place_is_one_in_every_system() {
        // Caister water tower, the worked example of Ordnance Survey's guide, and its pseudo-Mercator metres.
        let (lon, lat): (f64, f64) = (1.716_073_97, 52.658_007_83);
        let x = lon.to_radians() * SPHERE_M;
        let y = (PI / 4.0 + lat.to_radians() / 2.0).tan().ln() * SPHERE_M;
        for (point, system) in [
            ((lon, lat), CoordinateSystem::Wgs84),
            ((lat, lon), CoordinateSystem::LatitudeFirst),
            ((651_409.804, 313_177.450), CoordinateSystem::NationalGrid),
            ((x, y), CoordinateSystem::WebMercator),
        ] {
            let found = converted(&Geometry::Point(Point::new(point.0, point.1)), system).unwrap();
            let Geometry::Point(found) = found else { panic!("{found:?}") };
            assert!((found.x() - lon).abs() < 1e-4 && (found.y() - lat).abs() < 1e-4, "{system:?} {found:?}");
        }
        let far = Geometry::Point(Point::new(9e6, 9e6));
        assert!(converted(&far, CoordinateSystem::NationalGrid).unwrap_err().contains("National Grid"));
    }
}
