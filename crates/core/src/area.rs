//! Neighbourhoods, and what is known of their people.

use geo::MultiPolygon;

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
