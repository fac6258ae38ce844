//! Whom a listing serves, as people write it: `online`, `city-wide`, `M9; M8 4`, `5 km`, codes of areas.

use super::KnownReferences;
use crate::record::StoredExtent;
use crate::text::{self, plain};

const METRES_A_MILE: f64 = 1_609.344;

/// The parts of a service area, in the order written, none twice.
///
/// # Errors
/// The part that is not understood: a service area that is read in part would be too small.
pub(super) fn read(
    given: &str,
    place: Option<[f64; 2]>,
    known: &KnownReferences,
) -> Result<Vec<StoredExtent>, String> {
    let mut extents = Vec::new();
    for part in given.split([';', ',', '|']).map(str::trim).filter(|p| !p.is_empty()) {
        let extent = one(part, place, known)?;
        if !extents.contains(&extent) {
            extents.push(extent);
        }
    }
    Ok(extents)
}

fn one(part: &str, place: Option<[f64; 2]>, known: &KnownReferences) -> Result<StoredExtent, String> {
    match plain(part).as_str() {
        "online" | "virtual" | "remote" | "telephone" | "phone" => return Ok(StoredExtent::Online),
        "national" | "nationwide" | "nationally" | "uk" | "ukwide" | "unitedkingdom" | "greatbritain"
        | "england" => return Ok(StoredExtent::National),
        "citywide" | "boroughwide" | "countywide" | "districtwide" | "townwide" | "everywhere" => {
            return Ok(StoredExtent::CityWide);
        }
        _ => {}
    }
    if let Some(metres) = radius(part) {
        let [lon, lat] = place.ok_or_else(|| format!("{part:?} is around no place"))?;
        return Ok(StoredExtent::Circle { lon, lat, metres });
    }
    if let Some(code) = text::postcode_part(part) {
        return Ok(StoredExtent::Postcode(code));
    }
    if known.areas.values().any(|codes| codes.contains(part)) {
        return Ok(StoredExtent::Area { geography: None, code: part.to_owned() });
    }
    if let Some(code) = known.only_area_named(part) {
        return Ok(StoredExtent::Area { geography: None, code: code.to_owned() });
    }
    Err(format!(
        "{part:?} is not online, national, city-wide, a distance in km or miles, a postcode or its first part, nor the code or name of an area here"
    ))
}

/// Metres of `5 km`, `800m`, `3 miles`, with or without `within`.
fn radius(part: &str) -> Option<f64> {
    let lower = part.to_lowercase();
    let text = lower.strip_prefix("within ").unwrap_or(&lower).trim();
    let unit = text.find(|c: char| c.is_ascii_alphabetic())?;
    let metres = match text[unit..].trim() {
        "m" | "metres" | "meters" => 1.0,
        "km" | "kilometres" | "kilometers" => 1000.0,
        "mile" | "miles" | "mi" => METRES_A_MILE,
        _ => return None,
    };
    text::number(text[..unit].trim()).ok().filter(|n| *n > 0.0).map(|n| (n * metres).round())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, BTreeSet};

    fn read_here(given: &str) -> Result<Vec<StoredExtent>, String> {
        let areas = BTreeMap::from([("lsoa21".to_owned(), BTreeSet::from(["E01000001".to_owned()]))]);
        read(given, Some([-2.2, 53.5]), &KnownReferences { areas, ..KnownReferences::default() })
    }

    #[test]
    fn reads_each_form() {
        let code = |c: &str| StoredExtent::Postcode(c.to_owned());
        assert_eq!(read_here("M9; m8 4; M9").unwrap(), [code("M9"), code("M8 4")]);
        assert_eq!(read_here("City-wide; Online").unwrap(), [StoredExtent::CityWide, StoredExtent::Online]);
        assert_eq!(
            read_here("within 2 km").unwrap(),
            [StoredExtent::Circle { lon: -2.2, lat: 53.5, metres: 2000.0 }]
        );
        assert_eq!(
            read_here("E01000001").unwrap(),
            [StoredExtent::Area { geography: None, code: "E01000001".to_owned() }]
        );
    }

    #[test]
    fn refuses_what_it_does_not_know() {
        assert!(read_here("Narnia").unwrap_err().contains("Narnia"));
        assert!(read("5 km", None, &KnownReferences::default()).unwrap_err().contains("around no place"));
    }
}
