//! What to check next.

use crate::error::ApiError;
use crate::queue;
use crate::state::State;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

/// `GET /v1/queue`.
///
/// # Errors
/// [`ApiError::Parameter`].
pub(super) async fn queue(request: HttpRequest, state: web::Data<State>) -> Result<HttpResponse, ApiError> {
    let (snapshot, query) = (state.snapshot(), request.query_string().to_owned());
    // The first question after new data waits until everybody in reach is counted; no request worker does.
    let body = web::block(move || queue::answer(&snapshot, &query).map(|answer| answer.json()));
    Ok(HttpResponse::Ok().json(body.await.map_err(|_| ApiError::Internal)??))
}

/// Of the JSON.
pub(super) fn schema() -> Value {
    let line = json!({
        "type": "object", "required": ["id", "name", "people", "misled", "chance_it_runs"],
        "properties": {
            "id": { "type": "string" }, "name": { "type": "string" },
            "people": { "type": "number", "nullable": true },
            "misled": { "type": "number", "nullable": true },
            "chance_it_runs": { "type": "number" },
        },
    });
    json!({
        "type": "object", "required": ["as_of", "total", "queue"],
        "properties": {
            "as_of": { "type": "string", "format": "date" },
            "total": { "type": "integer", "minimum": 0 },
            "queue": { "type": "array", "items": line },
        },
    })
}
