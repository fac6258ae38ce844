//! Places that are not told to the door. What is left out here is never stored.

use crate::record::{ASSET_FIELDS, AssetRecord, LocationPrecision, StoredExtent};
use h3o::{LatLng, Resolution};

/// About 0.7 km², some 2,000 people in a town.
const SHOWN_AS: Resolution = Resolution::Eight;

/// Brings a listing down to how exact its place may be told, in every field that could tell more.
///
/// `Hidden` keeps no place, address, postcode, land, description or circle around it; areas served by name stay, and its
/// telephone number and web address, by which it is reached. `Area` moves it to the middle of its cell of about 0.7 km².
pub fn conceal(record: &mut AssetRecord, location_precision: LocationPrecision) {
    record.location_precision = location_precision;
    if location_precision == LocationPrecision::Exact {
        return;
    }
    record.place = match location_precision {
        LocationPrecision::Hidden => None,
        _ => record.place.and_then(middle_of_cell),
    };
    ASSET_FIELDS.iter().filter(|field| field.of.tells_place).for_each(|field| field.clear(record));
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
