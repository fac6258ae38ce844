//! What is near a place.

use crate::error::ApiError;
use crate::near;
use crate::state::State;
use actix_web::http::header::{ACCEPT, CACHE_CONTROL};
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

/// `GET /v1/near`: JSON, or the same rows as GeoJSON for whoever accepts that.
///
/// # Errors
/// [`ApiError::Parameter`].
pub(super) async fn near(request: HttpRequest, state: web::Data<State>) -> Result<HttpResponse, ApiError> {
    let wants = request.headers().get(ACCEPT).and_then(|a| a.to_str().ok()).unwrap_or_default();
    let geojson = wants.contains("application/geo+json");
    let (snapshot, query, now) = (state.snapshot(), request.query_string().to_owned(), state.now());
    // The first question after new data waits for the index; no request worker does.
    let body = web::block(move || {
        let answer = near::answer(&snapshot, &query, now)?;
        state.searched(&answer);
        let written =
            if geojson { serde_json::to_vec(&answer.geojson()?) } else { serde_json::to_vec(&answer) };
        written.map_err(|_| ApiError::Internal)
    });
    let body = body.await.map_err(|_| ApiError::Internal)??;
    let kind = if geojson { "application/geo+json" } else { "application/json" };
    // What is open changes by the minute, and a cache is no place for the postcode that somebody asked from.
    Ok(HttpResponse::Ok().content_type(kind).insert_header((CACHE_CONTROL, "no-store")).body(body))
}

/// Of the JSON.
pub(super) fn schema() -> Value {
    let result = json!({
        "type": "object", "required": ["id", "name", "kind", "minutes", "reasons"],
        "properties": {
            "id": { "type": "string" }, "name": { "type": "string" }, "kind": { "type": "string" },
            "minutes": { "type": "number", "nullable": true },
            "metres": { "type": "integer", "nullable": true },
            "travel": { "type": "string", "nullable": true, "enum": ["straight-line", "network", null] },
            "reasons": { "type": "array", "items": { "type": "string" } },
        },
    });
    json!({
        "type": "object", "required": ["from", "travel", "total", "results", "facets", "removed", "outside"],
        "properties": {
            "from": { "type": "object", "nullable": true },
            "travel": { "type": "string", "enum": ["straight-line", "network", "mixed"] },
            "total": { "type": "integer", "minimum": 0 },
            "results": { "type": "array", "items": result.clone() },
            "facets": { "type": "object" },
            "removed": { "type": "array", "items": { "type": "object" } },
            "outside": { "type": "array", "items": result },
        },
    })
}
