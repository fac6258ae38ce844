//! For whoever restarts or balances servers.

use crate::state::ServerState;
use actix_web::http::header;
use actix_web::{HttpResponse, web};
use serde_json::json;

/// `GET /health/live`: the process answers.
pub async fn live() -> HttpResponse {
    HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(json!({ "status": "ok" }))
}

/// `GET /health/ready`: it should be sent requests; 503 while it is stopping, and where the disk has no room for entries.
pub async fn ready(state: web::Data<ServerState>) -> HttpResponse {
    let (mut response, status) = match (state.is_ready(), state.is_disk_full()) {
        (false, _) => (HttpResponse::ServiceUnavailable(), "stopping"),
        (true, true) => (HttpResponse::ServiceUnavailable(), "disk full"),
        (true, false) => (HttpResponse::Ok(), "ok"),
    };
    response
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(json!({ "status": status, "revision": state.site().revision() }))
}
