//! `stops.txt`.

use super::table::{FeedReport, each, wrong};
use super::values::{choice, step_free};
use hereabouts_core::place::Place;
use std::collections::BTreeMap;

/// Where one gets on and off: a stop or a platform.
#[derive(Debug, Clone, PartialEq)]
pub struct TransitStop {
    /// `stop_id`.
    pub id: String,
    /// `stop_name`; empty where there is none.
    pub name: String,
    /// Where it is.
    pub place: Place,
    /// Whether one gets into a vehicle here without steps (`wheelchair_boarding`, of the stop or else of its station); `None`
    /// where the feed does not say.
    pub step_free: Option<bool>,
}

/// Stops, and the stations that they are parts of.
#[derive(Default)]
pub(super) struct StationIndex {
    /// By id.
    pub(super) stops: Vec<TransitStop>,
    /// Stops by the id of their station.
    pub(super) of: BTreeMap<String, Vec<usize>>,
}

impl StationIndex {
    /// The stop of this id, or all stops of the station of this id.
    pub(super) fn find(&self, id: &str) -> Vec<usize> {
        match position(&self.stops, id) {
            Some(stop) => vec![stop],
            None => self.of.get(id).cloned().unwrap_or_default(),
        }
    }
}

/// Where a stop stands in the list, which is in the order of ids.
pub(super) fn position(stops: &[TransitStop], id: &str) -> Option<usize> {
    stops.binary_search_by(|stop| stop.id.as_str().cmp(id)).ok()
}

pub(super) fn read(bytes: &[u8], out: &mut FeedReport) -> StationIndex {
    let mut stops: BTreeMap<String, (TransitStop, String)> = BTreeMap::new();
    let mut of_station: BTreeMap<String, bool> = BTreeMap::new();
    let mut not_stops = 0;
    each("stops.txt", bytes, out, |row, _| {
        let id = row.need("stop_id")?.into_owned();
        let kind = choice(row, "location_type", 4)?;
        if kind != 0 {
            not_stops += 1;
            if let (1, Some(known)) = (kind, step_free(row, "wheelchair_boarding")?) {
                of_station.entry(id).or_insert(known);
            }
            return Ok(());
        }
        let step_free = step_free(row, "wheelchair_boarding")?;
        let degrees = |field: &'static str| {
            let value = row.need(field)?;
            value.parse::<f64>().or_else(|_| wrong(field, &value, "is no number"))
        };
        let (lon, lat) = (degrees("stop_lon")?, degrees("stop_lat")?);
        let Ok(place) = Place::new(lon, lat) else {
            return wrong(
                "stop_lat",
                &format!("{lat} {lon}"),
                "latitude and longitude are no place on earth",
            );
        };
        // Where a feed has no coordinates it has zeros, in the Gulf of Guinea.
        if place == Place::ORIGIN {
            return wrong("stop_lat", "0 0", "latitude and longitude are both 0, so the place is not known");
        }
        if stops.contains_key(&id) {
            return wrong("stop_id", &id, "stands there twice; the first is used");
        }
        let (name, station) = (row.get("stop_name").into_owned(), row.get("parent_station").into_owned());
        stops.insert(id.clone(), (TransitStop { id, name, place, step_free }, station));
        Ok(())
    });
    out.note(not_stops, "stations, entrances and other places where nothing stops");
    let mut stations = StationIndex::default();
    for (at, (mut stop, station)) in stops.into_values().enumerate() {
        stop.step_free = stop.step_free.or_else(|| of_station.get(&station).copied());
        stations.stops.push(stop);
        if !station.is_empty() {
            stations.of.entry(station).or_default().push(at);
        }
    }
    stations
}
