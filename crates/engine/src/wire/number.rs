//! The only place where numbers are rounded. Everything inside works with what was computed.

use geo::{Coord, MapCoords, MultiPolygon, Orient, orient::Direction};

/// `value` to the nearest 1/`parts`, half away from zero, never −0.
pub(crate) fn rounded(value: f64, parts: f64) -> f64 {
    (value * parts).round() / parts + 0.0
}

/// A figure in decimal notation, with a decimal point even if it is whole: what reads the column takes it for one of numbers
/// that need not be.
pub(crate) fn decimal(value: f64) -> String {
    let text = value.to_string();
    if text.contains('.') { text } else { text + ".0" }
}

/// Degrees to six decimals: about a decimetre.
#[must_use]
pub fn degrees(value: f64) -> f64 {
    rounded(value, 1_000_000.0)
}

/// Rounded to six decimals, outer rings counter-clockwise as RFC 7946 has them.
#[must_use]
pub fn polygons(shape: &MultiPolygon<f64>) -> MultiPolygon<f64> {
    shape.orient(Direction::Default).map_coords(|c| Coord { x: degrees(c.x), y: degrees(c.y) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_figure_keeps_its_point() {
        assert_eq!(
            [0.0, 12.0, -3.25, 1e6, 0.000_1].map(decimal),
            ["0.0", "12.0", "-3.25", "1000000.0", "0.0001"]
        );
    }

    #[test]
    fn rounds_once_and_never_to_minus_zero() {
        assert_eq!(rounded(1.2345, 1_000.0), 1.235);
        assert!(rounded(-0.000_1, 1_000.0).is_sign_positive());
        assert_eq!(degrees(-2.242_600_49), -2.242_6);
    }
}
