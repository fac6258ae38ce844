//! How far the nearest is: the minimum-distance measure (Talen & Anselin 1998).

use crate::travel::TravelTimes;

/// For each origin, minutes to the nearest of `assets` at any distance; `None` where none can be reached.
#[must_use]
pub fn minutes<T: TravelTimes>(travel: &T, assets: &[usize]) -> Vec<Option<f64>> {
    travel.nearest(assets)
}
