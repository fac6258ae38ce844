//! One log line and one count for each request: its route, never its query, which may hold a postcode.

use crate::http::headers::{REQUEST_ID, RequestId};
use crate::http::turns::ConnectionTurns;
use crate::state::ServerState;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, web};
use std::rc::Rc;
use std::time::Instant;

/// Gives the request its id (the client's, if it sent a short plain one), then logs and counts the answer.
///
/// # Errors
/// Those of the handler.
pub async fn observe(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let started = Instant::now();
    if let Some(turns) = request.conn_data::<Rc<ConnectionTurns>>() {
        turns.begun();
    }
    let Some(state) = request.app_data::<web::Data<ServerState>>().cloned() else {
        return next.call(request).await;
    };
    let plain = |id: &&str| {
        (1..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    let given =
        request.headers().get(REQUEST_ID).and_then(|v| v.to_str().ok()).filter(plain).map(str::to_owned);
    let id = given.unwrap_or_else(|| state.next_request_id());
    request.extensions_mut().insert(RequestId(id.clone()));
    let route = request.match_pattern().unwrap_or_else(|| "unmatched".to_owned());
    let method = match request.method().as_str() {
        known @ ("GET" | "HEAD" | "OPTIONS" | "POST" | "PUT" | "PATCH" | "DELETE") => known.to_owned(),
        // Anybody can make up a method, and every one would be another series.
        _ => "other".to_owned(),
    };

    let answer = next.call(request).await;
    let status = match &answer {
        Ok(response) => response.status().as_u16(),
        Err(error) => error.as_response_error().status_code().as_u16(),
    };
    let took = started.elapsed();
    state.metrics.answered(&method, &route, status, took);
    let ms = took.as_secs_f64() * 1_000.0;
    if status >= 500 {
        tracing::warn!(%id, %method, %route, status, ms, "answered");
    } else {
        tracing::info!(%id, %method, %route, status, ms, "answered");
    }
    answer
}
