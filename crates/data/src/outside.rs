//! What of a file lies outside the areas of the study: a nation's file given for one place is no mistake.

use crate::load::{self, LoadError};
use crate::record::RecordList;
use hereabouts_core::index::AreaIndex;
use hereabouts_core::place::Place;
use hereabouts_store::Store;

/// A note of postcodes that lie in no area of the store: they make no cells, and nobody is counted there. Nothing of other
/// records, and nothing before there are areas.
///
/// # Errors
/// [`LoadError`] when the store cannot be read.
pub(crate) fn note(store: &Store, records: &RecordList) -> Result<Option<String>, LoadError> {
    let RecordList::Postcodes(postcodes) = records else { return Ok(None) };
    let areas = load::areas(store)?.1;
    if areas.is_empty() {
        return Ok(None);
    }
    let index = AreaIndex::of_all(&areas);
    let is_outside = |lon, lat| Place::new(lon, lat).is_ok_and(|place| index.containing(place).is_empty());
    let outside = postcodes.iter().filter(|postcode| is_outside(postcode.lon, postcode.lat)).count();
    Ok((outside > 0).then(|| {
        format!("outside your areas: {outside} of {} postcodes: nobody is counted there", postcodes.len())
    }))
}
