//! For whoever restarts or balances servers.

use crate::state::ServerState;
use actix_web::http::header;
use actix_web::{HttpResponse, web};
use serde_json::json;

/// `GET /health/live`: the process answers.
pub async fn live() -> HttpResponse {
    HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(json!({ "status": "ok" }))
}

/// `GET /health/ready`: it should be sent requests; 503 while it is stopping.
pub async fn ready(state: web::Data<ServerState>) -> HttpResponse {
    let (mut response, status) = if state.is_ready() {
        (HttpResponse::Ok(), "ok")
    } else {
        (HttpResponse::ServiceUnavailable(), "stopping")
    };
    response
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(json!({ "status": status, "revision": state.site().revision() }))
}
