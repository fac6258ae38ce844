//! What to check next.

use crate::error::ApiError;
use crate::http::query::RequestQuery;
use crate::state::ServerState;
use actix_web::{HttpRequest, HttpResponse, web};
use hereabouts_engine::worklist::{self, WorklistRequest};
use serde_json::{Value, json};

/// `GET /v1/worklist`.
///
/// # Errors
/// [`ApiError::Parameter`].
pub(super) async fn worklist(
    request: HttpRequest,
    state: web::Data<ServerState>,
) -> Result<HttpResponse, ApiError> {
    let site = state.site();
    let query = RequestQuery::parse(request.query_string(), &worklist::parameters(&site))?;
    let asked = WorklistRequest::read(&site, |name| query.get(name));
    // The first question after new data waits until everybody in reach is counted; no request worker does.
    let body = web::block(move || worklist::answer(&site, &asked).json());
    Ok(HttpResponse::Ok().json(body.await.map_err(|_| ApiError::Internal)?))
}

/// Of the JSON.
pub(super) fn schema() -> Value {
    let line = json!({
        "type": "object", "required": ["id", "name", "people", "people_affected", "chance_it_runs"],
        "properties": {
            "id": { "type": "string" }, "name": { "type": "string" },
            "people": { "type": "number", "nullable": true },
            "people_affected": { "type": "number", "nullable": true },
            "misled": { "type": "number", "nullable": true, "deprecated": true, "description": "Deprecated: see people_affected." },
            "chance_it_runs": { "type": "number" },
        },
    });
    json!({
        "type": "object", "required": ["as_of", "total", "worklist"],
        "properties": {
            "as_of": { "type": "string", "format": "date" },
            "total": { "type": "integer", "minimum": 0 },
            "worklist": { "type": "array", "items": line },
            "queue": { "type": "array", "items": line, "deprecated": true, "description": "Deprecated: see worklist." },
        },
    })
}
