//! H3 cells: their sizes, the one a place lies in, and cells that figures are given for.

use crate::place::Place;
use h3o::{CellIndex, LatLng, Resolution};
use std::fmt;
use std::str::FromStr;
use thiserror::Error;

/// An H3 resolution that the study may use, 7 to 10: cells of about 5.2, 0.74, 0.11 and 0.015 km².
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct CellResolution(Resolution);

/// A resolution outside 7 to 10.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("resolution {0} is not offered; use 7 to 10")]
pub struct InvalidResolution(pub u8);

impl CellResolution {
    /// 7 to 10.
    ///
    /// # Errors
    /// [`InvalidResolution`] otherwise.
    pub fn new(resolution: u8) -> Result<Self, InvalidResolution> {
        match Resolution::try_from(resolution) {
            Ok(r) if (7..=10).contains(&resolution) => Ok(Self(r)),
            _ => Err(InvalidResolution(resolution)),
        }
    }

    /// For h3o.
    #[must_use]
    pub const fn h3(self) -> Resolution {
        self.0
    }

    /// The number.
    #[must_use]
    pub fn get(self) -> u8 {
        u8::from(self.0)
    }
}

impl Default for CellResolution {
    fn default() -> Self {
        Self(Resolution::Nine)
    }
}

/// The cell that holds a place.
#[must_use]
pub fn cell_of(place: Place, resolution: CellResolution) -> Option<CellIndex> {
    cell_at(place, resolution.h3())
}

pub(crate) fn cell_at(place: Place, resolution: Resolution) -> Option<CellIndex> {
    Some(LatLng::new(place.lat(), place.lon()).ok()?.to_cell(resolution))
}

/// Centre of a cell.
#[must_use]
pub fn centre_of(cell: CellIndex) -> Place {
    let at = LatLng::from(cell);
    // An H3 centre is always in range; the equator stands in for what cannot happen.
    Place::new(at.lng(), at.lat()).unwrap_or(Place::ORIGIN)
}

/// A cell that a figure is given for: an H3 index of resolution 7 to 10, written in hexadecimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DemandCell(CellIndex);

/// Text that is no such cell.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0:?} is not an H3 index of resolution 7 to 10 in hexadecimal")]
pub struct InvalidCell(pub String);

impl DemandCell {
    /// The cell of this size in which a place lies; `None` where it has none, which happens to no place on land.
    #[must_use]
    pub fn at(place: Place, size: CellResolution) -> Option<Self> {
        cell_of(place, size).map(Self)
    }

    /// For h3o.
    #[must_use]
    pub const fn h3(self) -> CellIndex {
        self.0
    }

    /// Size of the cell, 7 to 10.
    #[must_use]
    pub fn resolution(self) -> u8 {
        u8::from(self.0.resolution())
    }

    /// Its centre.
    #[must_use]
    pub fn centre(self) -> Place {
        centre_of(self.0)
    }
}

impl fmt::Display for DemandCell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl FromStr for DemandCell {
    type Err = InvalidCell;
    fn from_str(text: &str) -> Result<Self, InvalidCell> {
        let cell: CellIndex = text.trim().parse().map_err(|_| InvalidCell(text.to_owned()))?;
        match CellResolution::new(u8::from(cell.resolution())) {
            Ok(_) => Ok(Self(cell)),
            Err(_) => Err(InvalidCell(text.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_writes_cells() {
        let cell: DemandCell = " 89195DA4D2FFFFF".to_lowercase().parse().unwrap();
        assert_eq!((cell.to_string().as_str(), cell.resolution()), ("89195da4d2fffff", 9));
        // An index of another size, a vertex, a number, nothing.
        for bad in ["8b195da4d200fff", "2222597fffffffff", "12", ""] {
            assert!(bad.parse::<DemandCell>().is_err(), "{bad}");
        }
    }
}
