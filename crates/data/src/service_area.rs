//! Service areas of listings → whom the study's assets serve.

use crate::record::{AssetRecord, StoredExtent as Stored};
use hereabouts_core::area::Area;
use hereabouts_core::asset::{AreaExtent, ServiceArea};
use hereabouts_core::place::Place;
use hereabouts_core::units::Metres;
use std::collections::{BTreeMap, BTreeSet};

/// Resolves the codes of service areas against the areas of the study.
#[derive(Debug)]
pub(crate) struct ServiceAreas {
    /// Geographies by code.
    geographies: BTreeMap<String, BTreeSet<String>>,
    elsewhere: usize,
}

impl ServiceAreas {
    pub(crate) fn new(areas: &[Area]) -> Self {
        let mut geographies: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for area in areas {
            geographies.entry(area.code.clone()).or_default().insert(area.geography.clone());
        }
        Self { geographies, elsewhere: 0 }
    }

    /// Whom a listing serves. Areas that the study does not have are elsewhere: nobody of the study lives there.
    ///
    /// # Errors
    /// A circle that is none.
    pub(crate) fn of(&mut self, listing: &AssetRecord) -> Result<ServiceArea, String> {
        if listing.service_area.is_empty() {
            return Ok(ServiceArea::Anyone);
        }
        let mut extents = Vec::new();
        let mut remote = false;
        for extent in &listing.service_area {
            match extent {
                Stored::Online | Stored::National => remote = true,
                Stored::CityWide => extents.push(AreaExtent::Everywhere),
                Stored::Postcode(code) => extents.push(AreaExtent::Postcode(code.clone())),
                Stored::Circle { lon, lat, metres } => extents.push(AreaExtent::Circle {
                    centre: Place::new(*lon, *lat).map_err(|e| e.to_string())?,
                    radius: Metres::new(*metres).map_err(|e| e.to_string())?,
                }),
                Stored::Area { geography, code } => {
                    let known = self.geographies.get(code);
                    // Of vintages that share a code, any: the area is the same.
                    let found =
                        known.and_then(|all| all.iter().find(|g| geography.as_ref().is_none_or(|x| x == *g)));
                    match found {
                        Some(geography) => {
                            extents
                                .push(AreaExtent::Area { geography: geography.clone(), code: code.clone() });
                        }
                        None => self.elsewhere += 1,
                    }
                }
            }
        }
        // One that is offered online as well is still met at its place, or in the areas it names.
        Ok(match (remote && extents.is_empty(), listing.place) {
            (false, _) => ServiceArea::Within(extents),
            (true, Some(_)) => ServiceArea::Anyone,
            (true, None) => ServiceArea::Remote,
        })
    }

    /// What is worth knowing of all of them.
    pub(crate) fn note(&self) -> Option<String> {
        (self.elsewhere > 0).then(|| {
            format!(
                "{} parts of service areas are not among the areas here; nobody here lives there",
                self.elsewhere
            )
        })
    }
}
