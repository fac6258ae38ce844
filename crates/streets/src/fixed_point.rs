//! Where something is, as maps store it: whole steps of 1e-7 degrees (about 1 cm), so that equal places are equal bits.

use hereabouts_core::place::Place;

/// Steps in a degree.
const PER_DEGREE: f64 = 1e7;

/// Radius of the earth as the core has it, in metres.
const EARTH_RADIUS_M: f64 = 6_371_008.8;

/// A place in steps of 1e-7 degrees, WGS84; always one that is on earth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct FixedPoint {
    lon: i32,
    lat: i32,
}

impl FixedPoint {
    /// From steps of 1e-7 degrees; `None` beyond ±180° or ±90°.
    #[must_use]
    pub fn new(lon: i32, lat: i32) -> Option<Self> {
        let on_earth = lon.unsigned_abs() <= 1_800_000_000 && lat.unsigned_abs() <= 900_000_000;
        on_earth.then_some(Self { lon, lat })
    }

    /// Steps east of Greenwich.
    #[must_use]
    pub const fn lon(self) -> i32 {
        self.lon
    }

    /// Steps north of the equator.
    #[must_use]
    pub const fn lat(self) -> i32 {
        self.lat
    }

    /// The same place in degrees.
    #[must_use]
    pub fn place(self) -> Place {
        // In range by construction.
        Place::new(f64::from(self.lon) / PER_DEGREE, f64::from(self.lat) / PER_DEGREE)
            .unwrap_or(Place::ORIGIN)
    }

    /// Great-circle distance in millimetres, at most `u32::MAX` (4,295 km).
    #[must_use]
    pub fn millimetres(self, other: Self) -> u32 {
        // A float beyond the range becomes the end of it.
        (self.place().distance(other.place()).get() * 1000.0).round() as u32
    }

    /// East and north turned into one number whose order keeps neighbours together (Morton's).
    pub(crate) fn morton(self) -> u64 {
        let spread = |v: i32| {
            let mut x = u64::from(v.wrapping_sub(i32::MIN) as u32);
            for (shift, mask) in [
                (16, 0x0000_FFFF_0000_FFFF),
                (8, 0x00FF_00FF_00FF_00FF),
                (4, 0x0F0F_0F0F_0F0F_0F0F),
                (2, 0x3333_3333_3333_3333),
                (1, 0x5555_5555_5555_5555_u64),
            ] {
                x = (x | (x << shift)) & mask;
            }
            x
        };
        spread(self.lon) | (spread(self.lat) << 1)
    }
}

impl From<Place> for FixedPoint {
    fn from(place: Place) -> Self {
        let steps = |degrees: f64| (degrees * PER_DEGREE).round() as i32;
        Self { lon: steps(place.lon()), lat: steps(place.lat()) }
    }
}

/// A plane that touches the earth at a place: metres east and north of it. Good to a millimetre within a kilometre.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LocalPlane {
    at: FixedPoint,
    east_m: f64,
    north_m: f64,
}

impl LocalPlane {
    pub(crate) fn new(at: FixedPoint) -> Self {
        let north_m = EARTH_RADIUS_M.to_radians() / PER_DEGREE;
        Self { at, east_m: north_m * (f64::from(at.lat) / PER_DEGREE).to_radians().cos(), north_m }
    }

    /// Metres east and north of where the plane touches.
    pub(crate) fn metres(&self, other: FixedPoint) -> [f64; 2] {
        let steps = |to: i32, from: i32| (i64::from(to) - i64::from(from)) as f64;
        [steps(other.lon, self.at.lon) * self.east_m, steps(other.lat, self.at.lat) * self.north_m]
    }

    /// Where the plane touches.
    pub(crate) const fn middle(&self) -> FixedPoint {
        self.at
    }

    /// Longitude and latitude of so many metres east and north, in degrees.
    pub(crate) fn degrees(&self, [east, north]: [f64; 2]) -> [f64; 2] {
        let lon = (f64::from(self.at.lon) + east / self.east_m.max(1e-6)) / PER_DEGREE;
        let lat = (f64::from(self.at.lat) + north / self.north_m) / PER_DEGREE;
        [lon.clamp(-180.0, 180.0), lat.clamp(-90.0, 90.0)]
    }

    /// Steps east and north that so many metres are, rounded up; none are more than the earth is round.
    pub(crate) fn steps(&self, metres: f64) -> [i64; 2] {
        [self.east_m, self.north_m].map(|m| (metres / m.max(1e-6)).ceil().min(4e9) as i64)
    }
}

/// The point of a segment that is nearest to where the plane touches: how far along it is (0 to 1) and the distance in
/// metres.
pub(crate) fn nearest_on(a: [f64; 2], b: [f64; 2]) -> (f64, f64) {
    let along = [b[0] - a[0], b[1] - a[1]];
    let squared = along[0] * along[0] + along[1] * along[1];
    let t =
        if squared > 0.0 { (-(a[0] * along[0] + a[1] * along[1]) / squared).clamp(0.0, 1.0) } else { 0.0 };
    (t, (a[0] + t * along[0]).hypot(a[1] + t * along[1]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(lon: f64, lat: f64) -> FixedPoint {
        Place::new(lon, lat).unwrap().into()
    }

    #[test]
    fn steps_there_and_back() {
        let here = at(-2.3901884, 51.3959883);
        assert_eq!((here.lon(), here.lat()), (-23_901_884, 513_959_883));
        assert_eq!(FixedPoint::from(here.place()), here);
        assert!(FixedPoint::new(1_800_000_001, 0).is_none() && FixedPoint::new(0, -900_000_001).is_none());
        assert!(FixedPoint::new(i32::MIN, 0).is_none());
    }

    #[test]
    fn the_plane_agrees_with_the_sphere_nearby() {
        let (a, b) = (at(-2.39, 51.396), at(-2.383, 51.392));
        let [east, north] = LocalPlane::new(a).metres(b);
        assert!((east.hypot(north) * 1000.0 - f64::from(a.millimetres(b))).abs() < 30.0);
        let (t, metres) = nearest_on([-30.0, 40.0], [10.0, 40.0]);
        assert_eq!((t, metres), (0.75, 40.0));
        assert_eq!(nearest_on([3.0, 4.0], [3.0, 4.0]), (0.0, 5.0));
    }

    #[test]
    fn neighbours_keep_together() {
        let [a, b, far] = [at(-2.39, 51.39), at(-2.390_000_1, 51.39), at(2.0, 48.0)].map(FixedPoint::morton);
        assert!(a.abs_diff(b) < a.abs_diff(far));
        assert_eq!(FixedPoint::new(0, 0).unwrap().morton(), 0b11 << 62);
    }
}
