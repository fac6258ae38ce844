//! `/tiles/streets/{z}/{x}/{y}.mvt`: the streets as Mapbox Vector Tiles, so that maps have a ground of their own.

mod mvt;

use crate::endpoint::{Endpoint, no_parameters};
use crate::error::ApiError;
use crate::http::query::RequestQuery;
use crate::state::ServerState;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use hereabouts_core::place::Place;
use hereabouts_engine::snapshot::Snapshot;
use hereabouts_streets::{EdgeAccess, FixedPoint, WalkNetwork};
use mvt::{TileLayer, TileLine};
use serde_json::json;
use std::collections::BTreeSet;
use std::f64::consts::PI;

/// Streets are drawn from this zoom on: a tile is 20 km wide at the equator.
pub(crate) const FIRST_ZOOM: u8 = 11;

/// No finer tiles are made: clients enlarge these.
pub(crate) const LAST_ZOOM: u8 = 15;

/// Units of a tile's side.
const EXTENT: f64 = 4_096.0;

/// Units around a tile that are drawn too, so that lines do not end at its side.
const BESIDE: f64 = 64.0;

/// Below this zoom streets are drawn to the nearest 8 units (half a pixel), and what falls together once.
const FINE_ZOOM: u8 = 13;

/// The one route.
pub(crate) const ENDPOINTS: &[Endpoint] = &[Endpoint {
    path: "/tiles/streets/{z}/{x}/{y}.mvt",
    summary: "Streets as Mapbox Vector Tiles, zoom 11 to 15: layer streets, with step_free and connected.",
    route: || web::to(show),
    parameters: no_parameters,
    answers: |_| {
        vec![("application/vnd.mapbox-vector-tile", json!({ "type": "string", "format": "binary" }))]
    },
    required: &[],
}];

/// `GET /tiles/streets/{z}/{x}/{y}.mvt`: a tile without streets is empty.
///
/// # Errors
/// [`ApiError::NotFound`] for an address that is no tile, [`ApiError::Parameter`].
async fn show(
    request: HttpRequest,
    state: web::Data<ServerState>,
    path: web::Path<(String, String, String)>,
) -> Result<HttpResponse, ApiError> {
    RequestQuery::parse(request.query_string(), &[])?;
    let (z, x, y) = path.into_inner();
    let tile =
        TileAddress::new(&z, &x, &y).ok_or_else(|| ApiError::not_found(format!("tile {z}/{x}/{y}")))?;
    let snapshot = state.site();
    let body = web::block(move || tile.draw(&snapshot)).await.map_err(|_| ApiError::Internal)?;
    Ok(HttpResponse::Ok()
        .content_type("application/vnd.mapbox-vector-tile")
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .body(body))
}

/// A square of the map in the usual scheme (XYZ, web mercator).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct TileAddress {
    z: u8,
    x: u32,
    y: u32,
}

impl TileAddress {
    fn new(z: &str, x: &str, y: &str) -> Option<Self> {
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok())?;
        let (z, x, y): (u32, u32, u32) = (digits(z)?, digits(x)?, digits(y)?);
        let z = u8::try_from(z).ok().filter(|z| *z <= LAST_ZOOM)?;
        (x < 1 << z && y < 1 << z).then_some(Self { z, x, y })
    }

    /// The tile of a zoom that holds a place.
    fn of(place: Place, z: u8) -> Self {
        let [x, y] = mercator(place);
        let most = (1_u32 << z) - 1;
        let number = |v: f64| ((v * f64::from(1_u32 << z)) as u32).min(most);
        Self { z, x: number(x), y: number(y) }
    }

    /// Units east and south of its north-western corner.
    fn units(self, place: Place) -> [f64; 2] {
        let [x, y] = mercator(place);
        let tiles = f64::from(1_u32 << self.z);
        [(x * tiles - f64::from(self.x)) * EXTENT, (y * tiles - f64::from(self.y)) * EXTENT]
    }

    /// The place so many units from its north-western corner.
    fn place(self, units: [f64; 2]) -> Option<Place> {
        let tiles = f64::from(1_u32 << self.z);
        let x = (f64::from(self.x) + units[0] / EXTENT) / tiles;
        let y = (f64::from(self.y) + units[1] / EXTENT) / tiles;
        let lat = (PI * (1.0 - 2.0 * y)).sinh().atan().to_degrees();
        Place::new((x * 360.0 - 180.0).clamp(-180.0, 180.0), lat).ok()
    }

    fn draw(self, snapshot: &Snapshot) -> Vec<u8> {
        if self.z < FIRST_ZOOM || snapshot.network().edges().is_empty() {
            return Vec::new();
        }
        let walk_graph = snapshot.on_foot(Some("default")).walk_graph();
        let network = snapshot.network();
        // One feature of many lines for each kind of street.
        let mut kinds: [Vec<TileLine>; 3] = Default::default();
        let mut seen = BTreeSet::new();
        for edge in self.edges(network) {
            let passage = network.edges()[edge as usize].passage;
            let kind = match (walk_graph.has(edge), passage.forbids(EdgeAccess::NOT_STEP_FREE)) {
                (false, _) => 2,
                (true, true) => 1,
                (true, false) => 0,
            };
            let lines = self.lines(network, edge);
            kinds[kind]
                .extend(lines.into_iter().filter(|line| self.z >= FINE_ZOOM || seen.insert(line.clone())));
        }
        let mut layer = TileLayer::new("streets", EXTENT as u32);
        for (lines, (step_free, connected)) in kinds.iter().zip([(true, true), (false, true), (true, false)])
        {
            layer.add(lines, &[("step_free", step_free), ("connected", connected)]);
        }
        layer.tile()
    }

    /// Streets that may touch the tile, each once, by position.
    fn edges(self, network: &WalkNetwork) -> Vec<u32> {
        let corner = |units: [f64; 2]| self.place(units);
        let (low, high) = (-BESIDE, EXTENT + BESIDE);
        let (Some(north_west), Some(south_east)) = (corner([low, low]), corner([high, high])) else {
            return Vec::new();
        };
        network.within(FixedPoint::from(north_west), FixedPoint::from(south_east))
    }

    /// The course of a street in units, cut at the sides; lines without extent are none.
    fn lines(self, network: &WalkNetwork, edge: u32) -> Vec<TileLine> {
        let coarse = if self.z < FINE_ZOOM { 8.0 } else { 1.0 };
        let whole = |units: [f64; 2]| units.map(|v| ((v / coarse).round() * coarse) as i32);
        let units: Vec<[f64; 2]> =
            network.course(edge).iter().map(|bend| self.units(bend.at.place())).collect();
        let mut lines: Vec<TileLine> = Vec::new();
        let mut line = TileLine::new();
        for side in units.windows(2) {
            let Some([from, to]) = clipped(side[0], side[1]) else {
                lines.push(std::mem::take(&mut line));
                continue;
            };
            let [from, to] = [from, to].map(whole);
            if line.last() != Some(&from) {
                lines.push(std::mem::take(&mut line));
                line.push(from);
            }
            if from != to {
                line.push(to);
            }
        }
        lines.push(line);
        lines.retain(|line| line.len() > 1);
        lines
    }
}

/// Where a place is on the square of the world: 0 to 1 east of the date line and south of 85° N.
fn mercator(place: Place) -> [f64; 2] {
    let lat = place.lat().clamp(-85.051_128, 85.051_128).to_radians();
    [place.lon() / 360.0 + 0.5, 0.5 - lat.tan().asinh() / (2.0 * PI)]
}

/// The part of a segment that lies on the tile or a little beside it (Liang & Barsky 1984).
fn clipped(from: [f64; 2], to: [f64; 2]) -> Option<[[f64; 2]; 2]> {
    let (low, high) = (-BESIDE, EXTENT + BESIDE);
    let along = [to[0] - from[0], to[1] - from[1]];
    let (mut enters, mut leaves) = (0.0_f64, 1.0_f64);
    for axis in 0..2 {
        for (step, room) in [(-along[axis], from[axis] - low), (along[axis], high - from[axis])] {
            if step == 0.0 {
                if room < 0.0 {
                    return None;
                }
            } else if step < 0.0 {
                enters = enters.max(room / step);
            } else {
                leaves = leaves.min(room / step);
            }
        }
    }
    let at = |t: f64| [from[0] + t * along[0], from[1] + t * along[1]];
    (enters <= leaves).then(|| [at(enters), at(leaves)])
}

/// An address that leads somewhere, for who reads the definition: zoom, column and row.
pub(crate) fn example(snapshot: &Snapshot) -> [u32; 3] {
    let middle = snapshot.extent().and_then(|e| Place::new(e.center().x, e.center().y).ok());
    let tile = TileAddress::of(middle.unwrap_or(Place::ORIGIN), 14);
    [u32::from(tile.z), tile.x, tile.y]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_are_where_everybody_has_them() {
        // From the definition of the scheme: the tile of the Greenwich observatory at zoom 15.
        let place = Place::new(-0.0015, 51.4778).unwrap();
        let tile = TileAddress::of(place, 15);
        assert_eq!((tile.x, tile.y), (16_383, 10_900));
        let [x, y] = tile.units(place);
        assert!((0.0..EXTENT).contains(&x) && (0.0..EXTENT).contains(&y));
        let back = tile.place([x, y]).unwrap();
        assert!((back.lon() - place.lon()).abs() < 1e-9 && (back.lat() - place.lat()).abs() < 1e-9);
        for bad in [["16", "0", "0"], ["11", "2048", "0"], ["x", "0", "0"], ["", "0", "0"], ["-1", "0", "0"]]
        {
            assert_eq!(TileAddress::new(bad[0], bad[1], bad[2]), None, "{bad:?}");
        }
    }

    #[test]
    fn lines_are_cut_beside_the_tile() {
        assert_eq!(clipped([10.0, 10.0], [20.0, 30.0]), Some([[10.0, 10.0], [20.0, 30.0]]));
        assert_eq!(clipped([-1_000.0, 100.0], [5_000.0, 100.0]), Some([[-64.0, 100.0], [4_160.0, 100.0]]));
        assert_eq!(clipped([-100.0, 100.0], [-200.0, 4_000.0]), None);
        assert_eq!(clipped([5_000.0, -1_000.0], [4_000.0, -1_000.0]), None);
    }
}
