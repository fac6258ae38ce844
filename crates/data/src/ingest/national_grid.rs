//! Eastings and northings of the British National Grid → longitude and latitude in WGS84.
//!
//! The formulas and constants of Ordnance Survey, *A guide to coordinate systems in Great Britain*, annexes A to C:
//! transverse Mercator on the Airy 1830 ellipsoid, then the seven-parameter transformation, which the guide puts at about
//! 5 m. The exact one needs a grid of shifts of several megabytes, and finds no other cell.

use hereabouts_core::place::Place;

struct Ellipsoid {
    a: f64,
    e2: f64,
}

const AIRY: Ellipsoid = Ellipsoid { a: 6_377_563.396, e2: 0.006_670_540_000_123_428 };
const WGS84: Ellipsoid = Ellipsoid { a: 6_378_137.0, e2: 0.006_694_379_990_141_316 };

/// True origin in degrees and metres, and the scale on the central meridian.
const ORIGIN_LAT: f64 = 49.0;
const ORIGIN_LON: f64 = -2.0;
const ORIGIN_EASTING: f64 = 400_000.0;
const ORIGIN_NORTHING: f64 = -100_000.0;
const SCALE: f64 = 0.999_601_271_7;

/// A place from metres east and north of the grid's false origin, to about 5 m.
///
/// # Errors
/// The reason: beyond the grid's 700 × 1,300 km.
pub(super) fn place(easting: f64, northing: f64) -> Result<Place, String> {
    if !((0.0..=700_000.0).contains(&easting) && (0.0..=1_300_000.0).contains(&northing)) {
        return Err("not on the British National Grid (east 0 to 700000 m, north 0 to 1300000 m)".into());
    }
    let (lat, lon) = to_wgs84(from_grid(easting, northing));
    Place::new(lon.to_degrees(), lat.to_degrees()).map_err(|e| e.to_string())
}

/// Latitude and longitude on the Airy ellipsoid, in radians (annex C).
fn from_grid(easting: f64, northing: f64) -> (f64, f64) {
    let (a, e2) = (AIRY.a * SCALE, AIRY.e2);
    let n = (1.0 - (1.0 - e2).sqrt()) / (1.0 + (1.0 - e2).sqrt());
    let b = a * (1.0 - e2).sqrt();
    let lat0 = ORIGIN_LAT.to_radians();
    let meridian = |lat: f64| {
        let (minus, plus) = (lat - lat0, lat + lat0);
        b * ((1.0 + n + 1.25 * n * n + 1.25 * n.powi(3)) * minus
            - (3.0 * n + 3.0 * n * n + 2.625 * n.powi(3)) * minus.sin() * plus.cos()
            + (1.875 * n * n + 1.875 * n.powi(3)) * (2.0 * minus).sin() * (2.0 * plus).cos()
            - 35.0 / 24.0 * n.powi(3) * (3.0 * minus).sin() * (3.0 * plus).cos())
    };
    let north = northing - ORIGIN_NORTHING;
    let mut lat = lat0 + north / a;
    // Each round takes off two digits and more; six settle a hundredth of a millimetre anywhere on the grid.
    for _ in 0..6 {
        lat += (north - meridian(lat)) / a;
    }
    let (sin, tan, sec) = (lat.sin(), lat.tan(), 1.0 / lat.cos());
    let nu = a / (1.0 - e2 * sin * sin).sqrt();
    let rho = a * (1.0 - e2) / (1.0 - e2 * sin * sin).powf(1.5);
    let eta2 = nu / rho - 1.0;
    let (t2, t4) = (tan * tan, tan.powi(4));
    let d = easting - ORIGIN_EASTING;
    let seven = tan / (2.0 * rho * nu);
    let eight = tan / (24.0 * rho * nu.powi(3)) * (5.0 + 3.0 * t2 + eta2 - 9.0 * t2 * eta2);
    let nine = tan / (720.0 * rho * nu.powi(5)) * (61.0 + 90.0 * t2 + 45.0 * t4);
    let ten = sec / nu;
    let eleven = sec / (6.0 * nu.powi(3)) * (nu / rho + 2.0 * t2);
    let twelve = sec / (120.0 * nu.powi(5)) * (5.0 + 28.0 * t2 + 24.0 * t4);
    let twelve_a = sec / (5040.0 * nu.powi(7)) * (61.0 + 662.0 * t2 + 1320.0 * t4 + 720.0 * tan.powi(6));
    let lat = lat - seven * d.powi(2) + eight * d.powi(4) - nine * d.powi(6);
    let lon =
        ORIGIN_LON.to_radians() + ten * d - eleven * d.powi(3) + twelve * d.powi(5) - twelve_a * d.powi(7);
    (lat, lon)
}

/// The seven-parameter transformation between the two ellipsoids (annex B).
fn to_wgs84((lat, lon): (f64, f64)) -> (f64, f64) {
    let nu = AIRY.a / (1.0 - AIRY.e2 * lat.sin().powi(2)).sqrt();
    let (x, y, z) =
        (nu * lat.cos() * lon.cos(), nu * lat.cos() * lon.sin(), (1.0 - AIRY.e2) * nu * lat.sin());
    let (tx, ty, tz) = (446.448, -125.157, 542.060);
    let scale = 1.0 - 20.4894e-6;
    let second = |s: f64| (s / 3600.0).to_radians();
    let (rx, ry, rz) = (second(0.1502), second(0.2470), second(0.8421));
    let (x, y, z) = (
        tx + scale * x - rz * y + ry * z,
        ty + rz * x + scale * y - rx * z,
        tz - ry * x + rx * y + scale * z,
    );
    let p = x.hypot(y);
    let mut lat = z.atan2(p * (1.0 - WGS84.e2));
    for _ in 0..6 {
        let nu = WGS84.a / (1.0 - WGS84.e2 * lat.sin().powi(2)).sqrt();
        lat = (z + WGS84.e2 * nu * lat.sin()).atan2(p);
    }
    (lat, y.atan2(x))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worked_example_of_the_guide() {
        // Annex C: E 651409.903, N 313177.270 is 52° 39′ 27.2531″ N, 1° 43′ 4.5177″ E on the Airy ellipsoid.
        let (lat, lon) = from_grid(651_409.903, 313_177.270);
        let degrees = |d: f64, m: f64, s: f64| d + m / 60.0 + s / 3600.0;
        assert!((lat.to_degrees() - degrees(52.0, 39.0, 27.2531)).abs() < 1e-8);
        assert!((lon.to_degrees() - degrees(1.0, 43.0, 4.5177)).abs() < 1e-8);
    }

    #[test]
    fn places_published_both_ways_agree() {
        // Two libraries of the national list of 2023, which gives grid and degrees.
        for (easting, northing, lon, lat) in
            [(371_787.0, 409_269.0, -2.427_583, 53.579_25), (375_126.0, 164_839.0, -2.358_805, 51.382_049)]
        {
            let metres = place(easting, northing).unwrap().distance(Place::new(lon, lat).unwrap()).get();
            assert!(metres < 5.0, "{metres} m");
        }
    }

    #[test]
    fn beyond_the_grid_is_refused() {
        for (easting, northing) in [(-1.0, 0.0), (700_001.0, 0.0), (0.0, 1_300_001.0), (f64::NAN, 0.0)] {
            assert!(place(easting, northing).is_err());
        }
    }
}
