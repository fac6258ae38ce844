//! What keeps one request from spoiling the others'.

use crate::error::ApiError;
use crate::state::ServerState;
use actix_web::body::MessageBody;
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header::{CONTENT_LENGTH, HOST, TRANSFER_ENCODING};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, web};
use bytes::{Bytes, BytesMut};
use futures_util::{FutureExt, StreamExt};
use std::panic::AssertUnwindSafe;

/// Answers only under the server's own name while what it says may identify people: otherwise a page elsewhere could
/// point its own name at this machine and read the answers in a visitor's browser (DNS rebinding).
///
/// # Errors
/// [`ApiError::Misdirected`].
pub async fn own_name(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let private = request.app_data::<web::Data<ServerState>>().is_some_and(|state| state.is_private());
    let host = request.headers().get(HOST).and_then(|h| h.to_str().ok());
    if private && !host.is_none_or(is_this_machine) {
        return Err(ApiError::Misdirected.into());
    }
    next.call(request).await
}

fn is_this_machine(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    name.eq_ignore_ascii_case("localhost")
        || name.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// Refuses what there is no room for at once: a queue would only make everybody late. Health is always answered.
///
/// # Errors
/// [`ApiError::Busy`].
pub async fn room(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let state = request.app_data::<web::Data<ServerState>>().cloned();
    let _place = match state {
        Some(state) if !request.path().starts_with("/health/") => {
            Some(state.room.clone().try_acquire_owned().map_err(|_| ApiError::Busy)?)
        }
        _ => None,
    };
    next.call(request).await
}

/// Turns a panic into an answer; without this the connection is dropped without one.
///
/// # Errors
/// [`ApiError::Internal`] after a panic, which the panic hook has logged.
pub async fn panics(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    // What a handler shares is whole between statements: the snapshot never changes, and its locks outlive a panic.
    AssertUnwindSafe(async move { next.call(request).await })
        .catch_unwind()
        .await
        .unwrap_or_else(|_| Err(ApiError::Internal.into()))
}

/// Reads the body before anything else happens, within a size and a time, so that nobody holds a connection by sending a
/// byte now and then.
///
/// # Errors
/// [`ApiError::TooLarge`], [`ApiError::TooSlow`].
pub async fn body(
    mut request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let headers = request.headers();
    let declared =
        headers.get(CONTENT_LENGTH).and_then(|l| l.to_str().ok()).and_then(|l| l.parse::<u64>().ok());
    if declared.unwrap_or(0) == 0 && !headers.contains_key(TRANSFER_ENCODING) {
        return next.call(request).await;
    }
    let limits = request.app_data::<web::Data<ServerState>>().map(|state| state.limits).unwrap_or_default();
    if declared.is_some_and(|length| length > limits.body_bytes as u64) {
        return Err(ApiError::TooLarge { limit_bytes: limits.body_bytes }.into());
    }
    let whole = read(request.take_payload(), limits.body_bytes);
    let whole = tokio::time::timeout(limits.body_time, whole).await.map_err(|_| ApiError::TooSlow)??;
    request.set_payload(Payload::from(whole));
    next.call(request).await
}

async fn read(mut payload: Payload, limit_bytes: usize) -> Result<Bytes, Error> {
    let mut whole = BytesMut::new();
    while let Some(part) = payload.next().await {
        let part = part?;
        if whole.len() + part.len() > limit_bytes {
            return Err(ApiError::TooLarge { limit_bytes }.into());
        }
        whole.extend_from_slice(&part);
    }
    Ok(whole.freeze())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_this_machine_by_its_names() {
        for here in
            ["localhost", "localhost:8080", "LOCALHOST:1", "127.0.0.1:80", "127.9.9.9", "[::1]:8080", "[::1]"]
        {
            assert!(is_this_machine(here), "{here}");
        }
        for elsewhere in
            ["example.org", "localhost.example.org", "127.0.0.1.example.org:80", "10.0.0.1", "", "[::2]:80"]
        {
            assert!(!is_this_machine(elsewhere), "{elsewhere}");
        }
    }
}
