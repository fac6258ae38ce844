//! An answer on its way: its request keeps its place until the last byte is handed on.

use crate::access::{client, person};
use crate::http::worker;
use crate::room::{HeldBytes, RequestPlace, SharedBytes};
use crate::state::ServerState;
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::middleware::Next;
use actix_web::{Error, web};
use bytes::Bytes;
use std::error;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

/// Bytes of an answer that are handed on at a time: what a client that does not read has us keep beside the answer itself.
const PART: usize = 32 * 1_024;
/// The slowest a client may take an answer, after the time that a write may wait.
const SLOWEST_BYTES_A_SECOND: u64 = 4 * 1_024;

/// Refuses what there is no room for at once: a queue would only make everybody late. Health is always answered.
///
/// # Errors
/// [`ApiError::Busy`].
pub async fn place(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let state = request.app_data::<web::Data<ServerState>>().cloned();
    let Some(state) = state.filter(|_| !request.path().starts_with("/health/")) else {
        return Ok(next.call(request).await?.map_into_boxed_body());
    };
    // Where a proxy does not say whom it speaks for, everybody is the proxy.
    let asks = client(request.request(), &state.address).filter(|_| !state.address.hides_clients());
    let place = state.room.enter(asks.map(person))?;
    worker::has_time().await?;
    let answer = next.call(request).await?;
    let shared = answer.response().extensions().get::<SharedBytes>().is_some();
    let body_of = |body: BoxBody| match body.try_into_bytes() {
        Ok(whole) => BodyRest::Whole(whole),
        Err(parts) => BodyRest::Parts(parts),
    };
    let (request, answer) = answer.map_into_boxed_body().into_parts();
    let (answer, body) = answer.into_parts();
    let size = body.size();
    let rest = body_of(body);
    let held = match &rest {
        BodyRest::Whole(whole) if !shared && answer.status() == StatusCode::OK => {
            Some(state.room.hold(whole.len())?)
        }
        _ => None,
    };
    let patience = state.limits.send_time;
    let sent = SentBody { rest, size, place: (place, held), began: Instant::now(), sent: 0, patience };
    Ok(ServiceResponse::new(request, answer.set_body(BoxBody::new(sent))))
}

enum BodyRest {
    Whole(Bytes),
    Parts(BoxBody),
}

/// An answer on its way, in parts, with its place.
struct SentBody {
    rest: BodyRest,
    size: BodySize,
    #[expect(dead_code, reason = "held until this is dropped")]
    place: (RequestPlace, Option<HeldBytes>),
    began: Instant,
    sent: u64,
    patience: Duration,
}

impl SentBody {
    fn is_too_slow(&self) -> bool {
        self.began.elapsed() > self.patience + Duration::from_secs(self.sent / SLOWEST_BYTES_A_SECOND)
    }
}

impl MessageBody for SentBody {
    type Error = Box<dyn error::Error>;

    fn size(&self) -> BodySize {
        self.size
    }

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        let part = match &mut self.rest {
            BodyRest::Whole(rest) if rest.is_empty() => None,
            BodyRest::Whole(rest) => Some(Ok(rest.split_to(rest.len().min(PART)))),
            BodyRest::Parts(parts) => match Pin::new(parts).poll_next(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(part) => part,
            },
        };
        if part.is_some() && self.is_too_slow() {
            return Poll::Ready(Some(Err(io::Error::from(io::ErrorKind::TimedOut).into())));
        }
        if let Some(Ok(part)) = &part {
            self.sent += part.len() as u64;
        }
        Poll::Ready(part)
    }
}
