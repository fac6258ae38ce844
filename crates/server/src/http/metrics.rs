//! Figures for the operator.

use crate::error::ApiError;
use crate::state::ServerState;
use actix_web::http::header;
use actix_web::{HttpResponse, web};

/// `GET /metrics`.
///
/// # Errors
/// [`ApiError::Internal`] when the text cannot be written.
pub async fn show(state: web::Data<ServerState>) -> Result<HttpResponse, ApiError> {
    let text = state.metrics.text(&state.site()).map_err(|_| ApiError::Internal)?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .content_type("text/plain; version=0.0.4; charset=utf-8")
        .body(text))
}
