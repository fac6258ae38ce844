//! Neighbourhoods, and what is known of their people.

use geo::{ChamberlainDuquetteArea, LineString, MultiPolygon, Polygon};

/// A set of areas of one make and vintage, e.g. LSOA 2021. Areas of one geography do not overlap.
#[derive(Debug, Clone, PartialEq)]
pub struct Geography {
    /// Stable id, e.g. `lsoa21`.
    pub id: String,
    /// What a reader sees.
    pub label: String,
}

/// One neighbourhood.
#[derive(Debug, Clone, PartialEq)]
pub struct Area {
    /// Id of its geography.
    pub geography: String,
    /// Code, unique within its geography.
    pub code: String,
    /// Name.
    pub name: String,
    /// Longitude/latitude, WGS84; valid rings.
    pub boundary: MultiPolygon<f64>,
    /// Reported on, or only the context around the reporting area that its figures need.
    pub reporting: bool,
}

/// How many people live in an area.
#[derive(Debug, Clone, PartialEq)]
pub struct Population {
    /// Geography of the area.
    pub geography: String,
    /// Code of the area.
    pub code: String,
    /// People; not negative.
    pub people: f64,
}

/// How deprived an area is against the country.
#[derive(Debug, Clone, PartialEq)]
pub struct Deprivation {
    /// Geography of the area.
    pub geography: String,
    /// Code of the area.
    pub code: String,
    /// 1 = most deprived tenth, 10 = least.
    pub decile: u8,
}

/// A live postcode: where people of an area live within it.
#[derive(Debug, Clone, PartialEq)]
pub struct Postcode {
    /// With its space, upper case.
    pub code: String,
    /// Where it is.
    pub place: crate::place::Place,
}

/// Area of a shape on the sphere in square metres (Chamberlain & Duquette 2007, "Some algorithms for polygons on a sphere"),
/// whichever way its rings run.
///
/// Each ring is measured for itself: taken together, a hole that runs the other way than its outline, as RFC 7946 has it,
/// would be added instead of taken away.
#[must_use]
pub fn square_metres(shape: &MultiPolygon<f64>) -> f64 {
    let ring = |r: &LineString<f64>| Polygon::new(r.clone(), Vec::new()).chamberlain_duquette_unsigned_area();
    let land = |p: &Polygon<f64>| ring(p.exterior()) - p.interiors().iter().map(ring).sum::<f64>();
    shape.0.iter().map(land).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hole_is_no_land_whichever_way_it_runs() {
        let square = |s: f64| LineString::from(vec![(0.0, 0.0), (s, 0.0), (s, s), (0.0, s), (0.0, 0.0)]);
        let turned = |ring: LineString<f64>| LineString(ring.0.into_iter().rev().collect());
        let area = |outline, hole| square_metres(&MultiPolygon(vec![Polygon::new(outline, vec![hole])]));
        let expected = 0.75 * square_metres(&MultiPolygon(vec![Polygon::new(square(0.02), vec![])]));
        for (outline, hole) in [
            (square(0.02), square(0.01)),
            (square(0.02), turned(square(0.01))),
            (turned(square(0.02)), square(0.01)),
        ] {
            assert!((area(outline, hole) / expected - 1.0).abs() < 1e-6);
        }
    }
}
