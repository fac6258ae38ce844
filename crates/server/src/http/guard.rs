//! What keeps one request from spoiling the others'.

use crate::address::proxy_header;
use crate::error::ApiError;
use crate::room::{HeldBytes, Room};
use crate::state::ServerState;
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::ConnectionType;
use actix_web::http::Version;
use actix_web::http::header::{CONTENT_LENGTH, HOST, HeaderName, TRANSFER_ENCODING};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, web};
use bytes::{Bytes, BytesMut};
use futures_util::{FutureExt, StreamExt};
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::task::{Context, Poll};

/// Answers this machine only while what is said may identify people. A page elsewhere could point its own name here and read
/// the answers in a visitor's browser (DNS rebinding); a proxy would let in whoever reaches it, and nothing but what it adds to
/// requests tells that it is there. HTTP/1.0 is such a thing too: nginx asks by it unless told otherwise, and adds no header.
///
/// # Errors
/// [`ApiError::Misdirected`], [`ApiError::Proxied`].
pub async fn this_machine_only(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    if let Some(state) = request.app_data::<web::Data<ServerState>>().filter(|state| state.is_private()) {
        let old = request.version() < Version::HTTP_11;
        let sign = proxy_header(request.headers()).map(HeaderName::as_str).or(old.then_some("HTTP/1.0"));
        if let Some(sign) = sign {
            state.tell_of_proxy(sign);
            return Err(ApiError::Proxied.into());
        }
        let host = request.headers().get(HOST).and_then(|h| h.to_str().ok());
        if !host.is_none_or(is_this_machine) {
            return Err(ApiError::Misdirected.into());
        }
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
/// byte now and then. What only reads has no use for a body: it is answered without one, and the connection ends after it.
///
/// # Errors
/// [`ApiError::TooLarge`], [`ApiError::TooSlow`], [`ApiError::Busy`].
pub async fn body(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let headers = request.headers();
    let declared =
        headers.get(CONTENT_LENGTH).and_then(|l| l.to_str().ok()).and_then(|l| l.parse::<u64>().ok());
    if declared.unwrap_or(0) == 0 && !headers.contains_key(TRANSFER_ENCODING) {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    let Some(state) = request.app_data::<web::Data<ServerState>>().cloned() else {
        return Ok(next.call(request).await?.map_into_boxed_body());
    };
    if request.method().is_safe() {
        let unread = request.take_payload();
        let mut answer = next.call(request).await?;
        answer.response_mut().head_mut().set_connection_type(ConnectionType::Close);
        return Ok(
            answer.map_body(|_, body| BoxBody::new(AnswerToUnread { body: body.boxed(), _unread: unread }))
        );
    }
    let limits = state.limits;
    if declared.is_some_and(|length| length > limits.body_bytes as u64) {
        return Err(ApiError::TooLarge { limit_bytes: limits.body_bytes }.into());
    }
    let whole = read(request.take_payload(), limits.body_bytes, &state.room);
    let (whole, _held) =
        tokio::time::timeout(limits.body_time, whole).await.map_err(|_| ApiError::TooSlow)??;
    request.set_payload(Payload::from(whole));
    Ok(next.call(request).await?.map_into_boxed_body())
}

/// The answer to a request whose body was not read. What is let go is waited for, to find the next request behind it; what is
/// held until the answer is written is not.
struct AnswerToUnread {
    body: BoxBody,
    _unread: Payload,
}

impl MessageBody for AnswerToUnread {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.body).poll_next(cx)
    }
}

async fn read(
    mut payload: Payload,
    limit_bytes: usize,
    room: &Room,
) -> Result<(Bytes, Vec<HeldBytes>), Error> {
    let (mut whole, mut held) = (BytesMut::new(), Vec::new());
    while let Some(part) = payload.next().await {
        let part = part?;
        if whole.len() + part.len() > limit_bytes {
            return Err(ApiError::TooLarge { limit_bytes }.into());
        }
        held.push(room.hold(part.len())?);
        whole.extend_from_slice(&part);
    }
    Ok((whole.freeze(), held))
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
