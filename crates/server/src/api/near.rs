//! What is near a place.

use crate::error::ApiError;
use crate::http::query::RequestQuery;
use crate::state::ServerState;
use actix_web::http::header::{ACCEPT, CACHE_CONTROL};
use actix_web::{HttpRequest, HttpResponse, web};
use hereabouts_engine::near::{self, NearRequest};
use hereabouts_engine::travel_mode::{self, TimetableNotes};
use hereabouts_find::SearchCondition;
use serde_json::{Value, json};

/// What twenty listings take as JSON, so that the room for them does not grow step by step.
const USUAL_BYTES: usize = 32 * 1024;

/// `GET /v1/near`: JSON, or the same rows as GeoJSON for whoever accepts that.
///
/// # Errors
/// [`ApiError::Parameter`].
pub(super) async fn near(
    request: HttpRequest,
    state: web::Data<ServerState>,
) -> Result<HttpResponse, ApiError> {
    let accept = request.headers().get(ACCEPT).and_then(|a| a.to_str().ok()).unwrap_or_default();
    let geojson = accept.contains("application/geo+json");
    let (site, now) = (state.site(), state.now());
    let query = RequestQuery::parse(request.query_string(), &near::conditions::parameters(&site))?;
    let asked = NearRequest::read(site.study(), query.pairs());
    let at_once = near::is_at_once(&site, &asked);
    let answered = move || {
        let answer = near::answer(&site, &asked, now)?;
        state.searched(&answer);
        let mut body = Vec::with_capacity(USUAL_BYTES);
        let written = if geojson {
            serde_json::to_writer(&mut body, &answer.geojson()?)
        } else {
            serde_json::to_writer(&mut body, &answer)
        };
        written.map(|()| body).map_err(|_| ApiError::Internal)
    };
    // What takes longer than it would take to hand it on keeps no request worker.
    let body =
        if at_once { answered()? } else { web::block(answered).await.map_err(|_| ApiError::Internal)?? };
    let kind = if geojson { "application/geo+json" } else { "application/json" };
    // What is open changes by the minute, and a cache is no place for the postcode that somebody asked from.
    Ok(HttpResponse::Ok().content_type(kind).insert_header((CACHE_CONTROL, "no-store")).body(body))
}

/// Conditions that somebody may have to ask about.
fn asked() -> Vec<&'static str> {
    let asked = SearchCondition::ALL.into_iter().filter(|condition| condition.ask_about().is_some());
    asked.map(SearchCondition::as_str).collect()
}

fn count(about: &str) -> Value {
    json!({ "type": "integer", "minimum": 0, "description": about })
}

fn by_condition(about: &str) -> Value {
    let one = json!({
        "type": "object", "required": ["parameter", "listings"],
        "properties": { "parameter": { "type": "string" }, "listings": { "type": "integer", "minimum": 0 } },
    });
    json!({ "type": "array", "items": one, "description": about })
}

/// Of the JSON.
pub(super) fn schema() -> Value {
    let result = json!({
        "type": "object", "required": ["id", "name", "kind", "minutes", "ask", "reasons"],
        "properties": {
            "id": { "type": "string" }, "name": { "type": "string" }, "kind": { "type": "string" },
            "minutes": { "type": "number", "nullable": true },
            "metres": { "type": "integer", "nullable": true },
            "minutes_p90": { "type": "number", "nullable": true },
            "minutes_on_foot": { "type": "number", "nullable": true },
            "mode": { "type": "string", "enum": [travel_mode::WALK, travel_mode::WALK_AND_TRANSIT] },
            "travel": { "type": "string", "nullable": true, "enum": ["straight-line", "network", "mixed", null] },
            "ask": {
                "type": "array", "items": { "type": "string", "enum": asked() },
                "description": "Conditions that nobody says whether it meets; none: it fits.",
            },
            "reasons": { "type": "array", "items": { "type": "string" } },
            "cost_from": { "type": "number", "nullable": true },
            "currency": { "type": "string", "nullable": true, "description": "ISO 4217 code of the currency of cost_from." },
            "location_precision": { "type": "string" },
            "where": { "type": "string", "deprecated": true, "description": "Deprecated: see location_precision." },
        },
    });
    json!({
        "type": "object", "required": [
            "from", "travel", "total", "fits_total", "may_fit_total", "fits", "may_fit", "results", "facets", "facets_fits", "removed",
            "not_known", "outside",
        ],
        "properties": {
            "from": { "type": "object", "nullable": true },
            "travel": { "type": "string", "enum": ["straight-line", "network", "mixed"] },
            "mode": { "type": "string", "enum": [travel_mode::WALK, travel_mode::WALK_AND_TRANSIT] },
            "transit": TimetableNotes::schema(),
            "total": count("Both together."),
            "fits_total": count("Known to meet every condition."),
            "may_fit_total": count("Failing none, and not known to meet every one."),
            "fits": { "type": "array", "items": result.clone() },
            "may_fit": { "type": "array", "items": result.clone() },
            "results": {
                "type": "array", "items": result.clone(), "deprecated": true,
                "description": "Deprecated: fits and may_fit, one after the other.",
            },
            "facets": { "type": "object", "description": "What each further condition would leave: fits or may fit." },
            "facets_fits": { "type": "object", "description": "The same of what fits alone." },
            "removed": by_condition("Conditions that alone keep listings out, and how many would fit or may fit without each."),
            "not_known": by_condition("Conditions that what may fit does not say whether it meets."),
            "outside": { "type": "array", "items": result },
        },
    })
}
