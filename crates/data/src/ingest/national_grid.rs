//! Eastings and northings of the British National Grid → longitude and latitude in WGS84.
//!
//! The formulas and constants of Ordnance Survey, *A guide to coordinate systems in Great Britain*, annexes A to C:
//! transverse Mercator on the Airy 1830 ellipsoid, then the seven-parameter transformation. On the forty points that are
//! published to test it is 1.7 m off at the median and 4.9 m at most (St Kilda). The exact one, OSTN15, needs a grid of shifts
//! of several megabytes, and finds no other cell.

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

/// What an import says of places read so.
pub(super) const NOTE: &str =
    "places by easting and northing are read on the British National Grid, to within 5 m";

/// A place from metres east and north of the grid's false origin, to within 5 m.
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

    /// Latitude, longitude (ETRS89), easting and northing of the forty points that Ordnance Survey publishes with its exact
    /// transformation OSTN15 to test others against (developer pack, 2016; © Crown copyright).
    #[rustfmt::skip]
    const PUBLISHED: [[f64; 4]; 40] = [
        [49.922_263_94, -6.299_777_52, 91_492.146, 11_318.804],
        [49.960_061_38, -5.203_046_10, 170_370.718, 11_572.405],
        [50.438_858_26, -4.108_645_64, 250_359.811, 62_016.569],
        [50.575_636_65, -1.297_822_77, 449_816.371, 75_335.861],
        [50.931_279_38, -1.450_514_34, 438_710.920, 114_792.250],
        [51.400_782_20, -3.551_283_49, 292_184.870, 168_003.465],
        [51.374_470_26, 1.444_547_30, 639_821.835, 169_565.858],
        [51.427_547_43, -2.544_076_18, 362_269.991, 169_978.690],
        [51.489_365_65, -0.119_925_57, 530_624.974, 178_388.464],
        [51.858_908_96, -4.308_524_77, 241_124.584, 220_332.641],
        [51.894_366_37, 0.897_243_27, 599_445.590, 225_722.826],
        [52.255_293_82, -2.154_586_14, 389_544.190, 261_912.153],
        [52.251_609_51, -0.912_489_57, 474_335.969, 262_047.755],
        [52.751_366_87, 0.401_535_47, 562_180.547, 319_784.995],
        [52.962_191_09, -1.197_476_56, 454_002.834, 340_834.943],
        [53.344_802_80, -2.640_493_21, 357_455.843, 383_290.436],
        [53.416_285_16, -4.289_180_70, 247_958.971, 393_492.909],
        [53.416_309_25, -4.289_177_93, 247_959.241, 393_495.583],
        [53.779_110_26, -3.040_454_91, 331_534.564, 431_920.794],
        [53.800_215_20, -1.663_791_68, 422_242.186, 433_818.701],
        [54.086_663_18, -4.634_521_68, 227_778.330, 468_847.388],
        [54.116_851_44, -0.077_731_33, 525_745.670, 470_703.214],
        [54.329_195_41, -4.388_491_18, 244_780.636, 495_254.887],
        [54.895_423_40, -2.938_277_41, 339_921.145, 556_034.761],
        [54.979_122_74, -1.616_576_85, 424_639.355, 565_012.703],
        [55.853_999_53, -4.296_490_16, 256_340.925, 664_697.269],
        [55.924_782_66, -3.294_792_19, 319_188.434, 670_947.534],
        [57.006_066_96, -5.828_366_92, 167_634.202, 797_067.144],
        [57.139_025_19, -2.048_560_31, 397_160.491, 805_349.736],
        [57.486_250_01, -4.219_263_99, 267_056.768, 846_176.972],
        [57.813_518_38, -8.578_544_56, 9_587.909, 899_448.996],
        [58.212_622_47, -7.592_555_61, 71_713.132, 938_516.404],
        [58.515_603_61, -6.260_914_56, 151_968.652, 966_483.780],
        [58.581_204_61, -3.726_310_22, 299_721.891, 967_202.992],
        [59.037_438_71, -3.214_540_01, 330_398.323, 1_017_347.016],
        [59.093_350_35, -4.417_576_75, 261_596.778, 1_025_447.602],
        [59.096_716_17, -5.827_993_40, 180_862.461, 1_029_604.114],
        [59.534_707_94, -1.625_169_66, 421_300.525, 1_072_147.239],
        [59.854_099_14, -1.274_869_10, 440_725.073, 1_107_878.448],
        [60.133_080_92, -2.073_828_23, 395_999.668, 1_138_728.951],
    ];

    #[test]
    fn the_published_points_of_the_exact_transformation_are_met() {
        let mut metres = PUBLISHED.map(|[lat, lon, easting, northing]| {
            place(easting, northing).unwrap().distance(Place::new(lon, lat).unwrap()).get()
        });
        metres.sort_by(f64::total_cmp);
        assert!(metres[19] < 1.75 && metres[39] < 5.0, "{metres:?}");
    }

    #[test]
    fn beyond_the_grid_is_refused() {
        for (easting, northing) in [(-1.0, 0.0), (700_001.0, 0.0), (0.0, 1_300_001.0), (f64::NAN, 0.0)] {
            assert!(place(easting, northing).is_err());
        }
    }
}
