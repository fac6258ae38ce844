//! Places that are not told to the door. What is left out here is never stored.

use crate::record::{ASSET_FIELDS, AssetRecord, FieldUse, LocationPrecision, StoredExtent};
use h3o::{LatLng, Resolution};

/// About 0.7 km², some 2,000 people in a town.
const SHOWN_AS: Resolution = Resolution::Eight;

/// Brings a listing down to how exact its place may be told, in every field that could tell more.
///
/// `Hidden` keeps what somebody needs to ring: that it is there, its name, kind and telephone number, and what is said of it in
/// a yes, a no or a number. No place, address, postcode, land or circle around it, and nothing in open text (times, who may
/// come, web address), in which all of these may stand; areas served by name stay. `Area` moves it to the middle of its cell of about 0.7 km².
pub fn conceal(record: &mut AssetRecord, location_precision: LocationPrecision) {
    record.location_precision = location_precision;
    if location_precision == LocationPrecision::Exact {
        return;
    }
    record.place = match location_precision {
        LocationPrecision::Hidden => None,
        _ => record.place.and_then(middle_of_cell),
    };
    let hidden = location_precision == LocationPrecision::Hidden;
    let goes = |of: &FieldUse| of.tells_place || (hidden && of.is_open_text);
    ASSET_FIELDS.iter().filter(|field| goes(&field.of)).for_each(|field| field.clear(record));
    let place = record.place;
    record.service_area = std::mem::take(&mut record.service_area)
        .into_iter()
        .filter_map(|extent| match (extent, place) {
            (StoredExtent::Circle { metres, .. }, Some([lon, lat])) => {
                Some(StoredExtent::Circle { lon, lat, metres })
            }
            (StoredExtent::Circle { .. }, None) => None,
            // A whole postcode is a street.
            (StoredExtent::Postcode(code), _) => {
                Some(StoredExtent::Postcode(code.split(' ').take(1).collect()))
            }
            (other, _) => Some(other),
        })
        .collect();
}

fn middle_of_cell([lon, lat]: [f64; 2]) -> Option<[f64; 2]> {
    let middle = LatLng::from(LatLng::new(lat, lon).ok()?.to_cell(SHOWN_AS));
    Some([middle.lng(), middle.lat()])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listing() -> AssetRecord {
        AssetRecord {
            name: "Safe house".into(),
            place: Some([-2.243_21, 53.480_12]),
            address: Some("1 Quiet Lane, M1 1AA".into()),
            description: Some("Ring the bell at 1 Quiet Lane".into()),
            eligibility: Some("Women; meet at 1 Quiet Lane".into()),
            schedule: Some("Mondays 10:00 at 1 Quiet Lane".into()),
            cost: Some("pay at 1 Quiet Lane".into()),
            website: Some("https://example.org/1-Quiet-Lane".into()),
            status: Some("open, 1 Quiet Lane".into()),
            phone: Some("0161 496 0000".into()),
            hectares: Some(0.1),
            service_area: vec![
                StoredExtent::Circle { lon: -2.243_21, lat: 53.480_12, metres: 800.0 },
                StoredExtent::Postcode("M1 1AA".into()),
                StoredExtent::CityWide,
            ],
            ..AssetRecord::default()
        }
    }

    #[test]
    fn nothing_of_a_hidden_place_is_left() {
        let mut hidden = listing();
        conceal(&mut hidden, LocationPrecision::Hidden);
        let stored = serde_json::to_string(&hidden).unwrap();
        for hidden in ["2.243", "53.48", "Quiet", "1AA"] {
            assert!(!stored.contains(hidden), "{hidden} in {stored}");
        }
        assert_eq!((hidden.name.as_str(), hidden.phone.is_some()), ("Safe house", true), "it can be rung");
        assert_eq!(hidden.service_area, [StoredExtent::Postcode("M1".into()), StoredExtent::CityWide]);
    }

    #[test]
    fn neighbours_shown_by_area_look_the_same() {
        let (mut one, mut other) = (listing(), listing());
        other.place = Some([-2.243_9, 53.480_5]);
        conceal(&mut one, LocationPrecision::Area);
        conceal(&mut other, LocationPrecision::Area);
        assert_eq!(one, {
            other.service_area.clone_from(&one.service_area);
            other
        });
        assert_ne!(one.place, listing().place);
    }
}
