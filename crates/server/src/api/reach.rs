//! What is reached from a place.

use crate::error::ApiError;
use crate::mode::{self, Said};
use crate::reach;
use crate::state::State;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

/// `GET /v1/reach`.
///
/// # Errors
/// [`ApiError::Parameter`], [`ApiError::Unknown`].
pub(super) async fn reach(request: HttpRequest, state: web::Data<State>) -> Result<HttpResponse, ApiError> {
    let (snapshot, query) = (state.snapshot(), request.query_string().to_owned());
    // The first question for a persona waits for its ways; no request worker does.
    let body = web::block(move || reach::answer(&snapshot, &query)?.geojson());
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
            "mode": { "type": "string", "enum": [mode::WALK, mode::WALK_AND_TRANSIT] },
            "transit": Said::schema(),
            "persona": { "type": "object" },
            "bands": { "type": "array", "items": band },
            "features": { "type": "array", "items": { "type": "object" } },
        },
    })
}
