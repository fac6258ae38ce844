//! `/map/{geography}.json`: boundaries for the moving map, simplified to what can be seen, once for each geography; the
//! figures come with the page.

use super::{area_names, outline, svg_map};
use crate::error::ApiError;
use crate::state::ServerState;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};
use geo::InteriorPoint;
use hereabouts_core::study::Study;
use serde_json::{Value, json};

/// Parts of a drawing unit (a thousandth of the map's width) below which corners go.
const FINER_THAN_DRAWN: f64 = 0.25;

pub(super) async fn show(
    request: HttpRequest,
    state: web::Data<ServerState>,
    geography: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let made = web::block(move || {
        let site = state.site();
        let make = || Some(boundaries(site.study(), &geography)?.to_string().into_bytes());
        state.shared.get(site.revision(), &geography, make)
    });
    let made = made.await.map_err(|_| ApiError::Internal)?;
    let made = made.ok_or_else(|| ApiError::not_found("geography of that name".to_owned()))?;
    let mut answer = made.answer(&request, "application/geo+json");
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Ok(answer)
}

fn boundaries(study: &Study, geography: &str) -> Option<Value> {
    let geography = study.geography(geography)?;
    let areas: Vec<_> = study.areas_of(geography).filter(|(_, a)| a.reporting).map(|(_, a)| a).collect();
    let shapes: Vec<_> = areas.iter().map(|a| &a.boundary).collect();
    let extent = svg_map::extent(shapes.iter().copied())?;
    let simple = outline::simplify(&shapes, FINER_THAN_DRAWN * svg_map::unit(extent));
    let round = |v: f64| (v * 1e5).round() / 1e5;
    let names: Vec<&str> = areas.iter().map(|area| area.name.as_str()).collect();
    let features: Vec<Value> = areas
        .iter()
        .zip(simple.iter().zip(area_names::short_names(&names)))
        .map(|(area, (shape, name))| {
            let at = shape.interior_point().map_or([0.0, 0.0], |p| [round(p.x()), round(p.y())]);
            let ring =
                |r: &geo::LineString<f64>| r.0.iter().map(|c| [round(c.x), round(c.y)]).collect::<Vec<_>>();
            let polygons: Vec<Vec<Vec<[f64; 2]>>> = shape
                .iter()
                .map(|p| std::iter::once(p.exterior()).chain(p.interiors()).map(ring).collect())
                .collect();
            json!({
                "type": "Feature",
                "properties": { "code": area.code, "name": name, "at": at },
                "geometry": { "type": "MultiPolygon", "coordinates": polygons },
            })
        })
        .collect();
    let (low, high) = (extent.min(), extent.max());
    Some(json!({ "type": "FeatureCollection", "bbox": [low.x, low.y, high.x, high.y], "features": features }))
}
