//! Who has anything within the catchment at all: the cumulative-opportunity measure at its coarsest
//! (Wachs & Kumagai 1973).

use crate::travel::{Reached, Travel};
use crate::units::Minutes;

/// For each origin, whether any of `assets` is within `limit` (inclusive).
#[must_use]
pub fn covered<T: Travel>(travel: &T, assets: &[usize], limit: Minutes) -> Vec<bool> {
    let mut covered = vec![false; travel.origins()];
    let mut reached = Reached::default();
    for &asset in assets {
        travel.reach(asset, limit, &mut reached);
        for &origin in &reached.origins {
            covered[origin as usize] = true;
        }
    }
    covered
}
