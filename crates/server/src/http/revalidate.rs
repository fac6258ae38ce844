//! ETags: what a client has already need not be sent again.

use crate::http::negotiate::ResponseForm;
use crate::state::ServerState;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse, web};

/// Marks a successful answer with the edition of the data, where its links begin and its form, and answers 304 to a client that has it.
///
/// Answers that carry a validator of their own keep it; those that say `no-store` get none. The tag is weak: compressed
/// or not, and with another time stamp, an answer says the same.
///
/// # Errors
/// Those of the handler.
pub async fn revalidate(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let reads = [Method::GET, Method::HEAD].contains(request.method());
    let has = request.headers().get(header::IF_NONE_MATCH).and_then(|v| v.to_str().ok()).map(str::to_owned);
    let part = request.headers().contains_key("x-fragment");
    let state = request.app_data::<web::Data<ServerState>>().cloned();
    let edition = state.as_ref().map(|state| state.edition());
    // Who is signed in may be shown more.
    let role = state.and_then(|state| state.session_role(request.headers()));

    let mut response = next.call(request).await?.map_into_boxed_body();
    let headers = response.headers();
    let kept = headers.get(header::CACHE_CONTROL).is_none_or(|c| !c.as_bytes().starts_with(b"no-store"));
    if !reads || !kept || response.status() != StatusCode::OK {
        return Ok(response);
    }
    if !headers.contains_key(header::ETAG) {
        let form = match headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes) {
            Some(mime) if mime.starts_with(b"text/html") => ResponseForm::Html,
            Some(mime) if mime.starts_with(b"text/csv") => ResponseForm::Csv,
            _ => ResponseForm::Json,
        };
        let tag = format!(
            "W/\"{}-{}{}{}\"",
            edition.unwrap_or_default(),
            form.as_str(),
            if part { "-part" } else { "" },
            role.map_or_else(String::new, |role| format!("-{role}")),
        );
        if let Ok(tag) = HeaderValue::from_str(&tag) {
            response.headers_mut().insert(header::ETAG, tag);
        }
        if !response.headers().contains_key(header::CACHE_CONTROL) {
            // Stored, but asked about each time: the next import changes everything at once.
            response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        }
        if role.is_some() {
            let own = HeaderValue::from_static("private, no-cache");
            response.headers_mut().insert(header::CACHE_CONTROL, own);
        }
        response.headers_mut().append(header::VARY, HeaderValue::from_static("accept, cookie, x-fragment"));
    }
    let same =
        |tag: &HeaderValue| tag.to_str().is_ok_and(|tag| has.as_deref().is_some_and(|has| matches(has, tag)));
    if response.headers().get(header::ETAG).is_some_and(same) {
        return Ok(unchanged(response));
    }
    Ok(response)
}

/// The same answer without what the client already has.
fn unchanged(response: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    let mut short = HttpResponse::new(StatusCode::NOT_MODIFIED);
    for name in [header::ETAG, header::CACHE_CONTROL, header::VARY] {
        for value in response.headers().get_all(&name) {
            short.headers_mut().append(name.clone(), value.clone());
        }
    }
    let (request, _) = response.into_parts();
    ServiceResponse::new(request, short)
}

/// Weak comparison (RFC 9110, 8.8.3.2).
fn matches(if_none_match: &str, tag: &str) -> bool {
    let bare = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    if_none_match.trim() == "*" || if_none_match.split(',').any(|t| bare(t) == bare(tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compares_weakly() {
        assert!(matches("W/\"a\"", "\"a\"") && matches("\"x\", W/\"a\"", "W/\"a\"") && matches("*", "\"a\""));
        assert!(!matches("\"b\"", "W/\"a\""));
    }
}
