//! What is reached from a place.

use crate::error::ApiError;
use crate::http::query::RequestQuery;
use crate::state::ServerState;
use actix_web::{HttpRequest, HttpResponse, web};
use hereabouts_engine::reach::{self, ReachRequest};
use hereabouts_engine::travel_mode::{self, TimetableNotes};
use serde_json::{Value, json};

/// `GET /v1/reach`.
///
/// # Errors
/// [`ApiError::Parameter`], [`ApiError::Unknown`].
pub(super) async fn reach(
    request: HttpRequest,
    state: web::Data<ServerState>,
) -> Result<HttpResponse, ApiError> {
    let site = state.site();
    let query = RequestQuery::parse(request.query_string(), &reach::parameters(&site))?;
    let asked = ReachRequest::read(|name| query.get(name))?;
    // The first question for a persona waits for its ways; no request worker does.
    let body = web::block(move || reach::answer(&site, &asked)?.geojson());
    let body = body.await.map_err(|_| ApiError::Internal)??;
    let text = serde_json::to_vec(&body).map_err(|_| ApiError::Internal)?;
    Ok(HttpResponse::Ok().content_type("application/geo+json").body(text))
}

/// Of the answer.
pub(super) fn schema() -> Value {
    let band = json!({
        "type": "object", "required": ["minutes", "people", "cells", "assets", "assets_by_need", "travel"],
        "properties": {
            "minutes": { "type": "number" }, "people": { "type": "number" }, "cells": { "type": "integer" },
            "assets": { "type": "integer" }, "assets_by_need": { "type": "object" },
            "travel": { "type": "string", "enum": ["straight-line", "network", "mixed"] },
        },
    });
    json!({
        "type": "object", "required": ["type", "from", "travel", "persona", "bands", "features"],
        "properties": {
            "type": { "type": "string", "enum": ["FeatureCollection"] },
            "from": { "type": "object" },
            "travel": { "type": "string", "enum": ["straight-line", "network", "mixed"] },
            "mode": { "type": "string", "enum": [travel_mode::WALK, travel_mode::WALK_AND_TRANSIT] },
            "transit": TimetableNotes::schema(),
            "persona": { "type": "object" },
            "bands": { "type": "array", "items": band },
            "features": { "type": "array", "items": { "type": "object" } },
        },
    })
}
