//! A point on the earth, WGS84, checked.

use crate::units::Metres;
use geo::{Distance, Haversine};
use thiserror::Error;

/// A coordinate that cannot be a place.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum InvalidPlace {
    /// Not a finite number.
    #[error("longitude {lon}, latitude {lat}: not a finite number")]
    NotFinite {
        /// Degrees east.
        lon: f64,
        /// Degrees north.
        lat: f64,
    },
    /// Outside −180…180 or −90…90.
    #[error("longitude {lon}, latitude {lat}: out of range (longitude −180 to 180, latitude −90 to 90)")]
    OutOfRange {
        /// Degrees east.
        lon: f64,
        /// Degrees north.
        lat: f64,
    },
}

/// The mean radius of the earth, GRS 80, as `geo`'s Haversine has it.
pub(crate) const EARTH_RADIUS_M: f64 = 6_371_008.8;

/// A point, longitude and latitude in degrees, WGS84; always finite and in range.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    lon: f64,
    lat: f64,
}

impl Place {
    /// Longitude 0, latitude 0.
    pub const ORIGIN: Self = Self { lon: 0.0, lat: 0.0 };

    /// Checks the range: h3o and the GeoJSON reader accept latitude 181.
    ///
    /// # Errors
    /// [`InvalidPlace`] with the values given.
    pub fn new(lon: f64, lat: f64) -> Result<Self, InvalidPlace> {
        if !lon.is_finite() || !lat.is_finite() {
            return Err(InvalidPlace::NotFinite { lon, lat });
        }
        if lon.abs() > 180.0 || lat.abs() > 90.0 {
            return Err(InvalidPlace::OutOfRange { lon, lat });
        }
        Ok(Self { lon, lat })
    }

    /// Degrees east of Greenwich, −180 to 180.
    #[must_use]
    pub const fn lon(self) -> f64 {
        self.lon
    }

    /// Degrees north of the equator, −90 to 90.
    #[must_use]
    pub const fn lat(self) -> f64 {
        self.lat
    }

    /// Great-circle distance (mean earth radius 6 371 008.8 m, within 0.5 % of the ellipsoid).
    #[must_use]
    pub fn distance(self, other: Self) -> Metres {
        let metres = Haversine.distance(self.point(), other.point());
        Metres::new(metres).unwrap_or(Metres::ZERO)
    }

    /// The same place as a unit vector from the middle of the earth. The chord between two of them orders distances and
    /// needs no trigonometry, anywhere on earth.
    pub(crate) fn unit(self) -> [f64; 3] {
        let ((sin_lon, cos_lon), (sin_lat, cos_lat)) =
            (self.lon.to_radians().sin_cos(), self.lat.to_radians().sin_cos());
        [cos_lat * cos_lon, cos_lat * sin_lon, sin_lat]
    }

    /// The same place for `geo`, x = longitude, y = latitude.
    #[must_use]
    pub fn point(self) -> geo::Point<f64> {
        geo::Point::new(self.lon, self.lat)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_h3_would_take() {
        assert!(matches!(Place::new(0.0, 181.0), Err(InvalidPlace::OutOfRange { .. })));
        assert!(matches!(Place::new(500.0, 0.0), Err(InvalidPlace::OutOfRange { .. })));
        assert!(matches!(Place::new(f64::NAN, 0.0), Err(InvalidPlace::NotFinite { .. })));
    }

    #[test]
    fn a_degree_of_latitude_is_111_195_metres() {
        let (a, b) = (Place::new(-2.0, 53.0).unwrap(), Place::new(-2.0, 54.0).unwrap());
        assert!((a.distance(b).get() - 111_195.08).abs() < 0.1);
    }
}
