//! What the analysis needs to know of an asset. Names, opening times and the rest stay with its record.

use crate::place::Place;
use chrono::NaiveDate;

/// Something the community offers, at a place.
#[derive(Debug, Clone, PartialEq)]
pub struct Asset {
    /// Unique and stable: `source/source_id`. The canonical order of assets is by it.
    pub id: String,
    /// An id of the kinds table.
    pub kind: String,
    /// Needs served when the listing says so itself, in equal shares; empty means those of its kind.
    pub needs: Vec<String>,
    /// Where it is.
    pub place: Place,
    /// Land, in hectares, of a footprint.
    pub hectares: Option<f64>,
    /// Place-sessions a quarter if the listing says; missing is not zero.
    pub places_per_quarter: Option<f64>,
    /// When somebody last confirmed it. Unknown is a long time ago, not today.
    pub verified_on: Option<NaiveDate>,
}
