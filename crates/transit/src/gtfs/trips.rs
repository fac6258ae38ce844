//! `routes.txt` and `trips.txt`.

use super::ServiceCalendar;
use super::table::{FeedReport, each, wrong};
use super::values::{step_free, whole};
use std::collections::BTreeMap;

/// A line as the public knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransitRoute {
    /// `route_id`.
    pub id: String,
    /// `route_short_name`, else `route_long_name`.
    pub name: String,
    /// `route_type`: 0 tram, 1 metro, 2 rail, 3 bus, and more.
    pub kind: u32,
}

/// A vehicle from its first stop to its last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedTrip {
    /// `trip_id`.
    pub id: String,
    /// Its route, by position.
    pub route: usize,
    /// When it runs, by position.
    pub service: usize,
    /// Where it stops, in order; at least two, and times never go back.
    pub calls: Vec<StopCall>,
    /// How often on a day.
    pub runs: TripRuns,
    /// Whether somebody in a wheelchair can ride (`wheelchair_accessible`); `None` where the feed does not say.
    pub step_free: Option<bool>,
}

/// How often a trip runs on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TripRuns {
    /// Once, at the times of its stops.
    Once,
    /// Again and again; the times of its stops say only how long it takes between them.
    Every(Vec<TripFrequency>),
}

/// A period in which a trip leaves its first stop again and again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TripFrequency {
    /// When it first leaves the first stop, in seconds after midnight.
    pub from: i32,
    /// Before when it last leaves the first stop.
    pub until: i32,
    /// Seconds between one and the next, at least 1.
    pub headway: i32,
    /// Whether it leaves at these very seconds, or about so often.
    pub exact: bool,
}

/// One stop of a trip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StopCall {
    /// The stop, by position.
    pub stop: usize,
    /// Seconds after the midnight with which the service day begins.
    pub arrive: i32,
    /// The same; never before `arrive`.
    pub depart: i32,
    /// Whether one may get on without having telephoned.
    pub board: bool,
    /// Whether one may get off without having telephoned.
    pub alight: bool,
}

/// A trip before it is known where it stops.
pub(super) struct PlannedTrip {
    pub(super) id: String,
    pub(super) route: usize,
    pub(super) service: usize,
    pub(super) step_free: Option<bool>,
    pub(super) line: u64,
}

/// Routes by id.
pub(super) fn routes(bytes: &[u8], out: &mut FeedReport) -> Vec<TransitRoute> {
    let mut routes: BTreeMap<String, TransitRoute> = BTreeMap::new();
    each("routes.txt", bytes, out, |row, _| {
        let id = row.need("route_id")?.into_owned();
        let short = row.get("route_short_name");
        let name = if short.is_empty() { row.get("route_long_name") } else { short }.into_owned();
        let kind = whole(row, "route_type")?;
        if routes.contains_key(&id) {
            return wrong("route_id", &id, "stands there twice; the first is used");
        }
        routes.insert(id.clone(), TransitRoute { id, name, kind });
        Ok(())
    });
    routes.into_values().collect()
}

/// Trips by id.
pub(super) fn read(
    bytes: &[u8],
    routes: &[TransitRoute],
    services: &[ServiceCalendar],
    out: &mut FeedReport,
) -> Vec<PlannedTrip> {
    let mut trips: BTreeMap<String, PlannedTrip> = BTreeMap::new();
    each("trips.txt", bytes, out, |row, _| {
        let id = row.need("trip_id")?.into_owned();
        let route = row.need("route_id")?;
        let Ok(route) = routes.binary_search_by(|r| r.id.as_str().cmp(&route)) else {
            return wrong("route_id", &route, "is not in routes.txt");
        };
        let service = row.need("service_id")?;
        let Ok(service) = services.binary_search_by(|s| s.id.as_str().cmp(&service)) else {
            return wrong("service_id", &service, "is in neither calendar.txt nor calendar_dates.txt");
        };
        if trips.contains_key(&id) {
            return wrong("trip_id", &id, "stands there twice; the first is used");
        }
        let step_free = step_free(row, "wheelchair_accessible")?;
        trips.insert(id.clone(), PlannedTrip { id, route, service, step_free, line: row.line });
        Ok(())
    });
    trips.into_values().collect()
}
