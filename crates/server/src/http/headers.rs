//! Headers on every answer: what a browser may do with it, who may read it, and the request's id.

use crate::error::ApiError;
use crate::state::ServerState;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpResponse, web};

/// Everything comes from here; the map's worker is a file of its own; `data:` is for the icons in its style sheet.
const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
                   connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

static ALWAYS: [(HeaderName, HeaderValue); 6] = [
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CSP)),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    // A postcode may stand in the address of a page.
    // With "no-referrer" browsers would not say either that a form comes from a page of this server.
    (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("geolocation=(self), camera=(), microphone=()"),
    ),
];

/// Over TLS, and never without: a year, for this name alone.
const HSTS: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// Any site may read public answers; there are no credentials that could leak.
static SHARED: [(HeaderName, HeaderValue); 4] = [
    (header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
    (header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, HEAD, OPTIONS")),
    (header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("accept, if-none-match, x-request-id")),
    (
        header::ACCESS_CONTROL_EXPOSE_HEADERS,
        HeaderValue::from_static("content-crs, deprecation, etag, link, x-request-id"),
    ),
];

/// The header that carries a request's id, both ways.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The id of the request at hand.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

/// Adds the headers, to refusals as well, and answers OPTIONS.
///
/// # Errors
/// Those of the handler, with the headers added.
pub async fn add(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let state = request.app_data::<web::Data<ServerState>>().cloned();
    // Answers that may identify people are for this machine only, and not for every page its browsers visit.
    let shared = state.as_ref().is_some_and(|state| !state.is_private());
    let https = state.as_ref().is_some_and(|state| state.address.is_https());
    let id = request.extensions().get::<RequestId>().map(|id| id.0.clone());
    let fill = |headers: &mut HeaderMap| {
        for (name, value) in ALWAYS.iter().chain(if shared { &SHARED[..] } else { &[] }) {
            if !headers.contains_key(name) {
                headers.insert(name.clone(), value.clone());
            }
        }
        if https {
            headers.insert(header::STRICT_TRANSPORT_SECURITY, HSTS);
        }
        if let Some(id) = id.as_deref().and_then(|id| HeaderValue::from_str(id).ok()) {
            headers.insert(REQUEST_ID, id);
        }
    };
    match next.call(request).await {
        Ok(mut response) => {
            fill(response.headers_mut());
            Ok(response.map_into_boxed_body())
        }
        Err(error) => {
            let mut response = error.error_response();
            fill(response.headers_mut());
            Err(InternalError::from_response(error, response).into())
        }
    }
}

/// What a resource answers to a method it does not have: OPTIONS with what it has, anything else with 405.
///
/// # Errors
/// [`ApiError::Method`].
pub async fn other_method(method: Method) -> Result<HttpResponse, ApiError> {
    answers(&method, "GET, HEAD, OPTIONS")
}

/// The same of a resource that is also written to.
///
/// # Errors
/// [`ApiError::Method`].
pub async fn other_than_post(method: Method) -> Result<HttpResponse, ApiError> {
    answers(&method, "GET, HEAD, POST, OPTIONS")
}

/// The same of a resource that is only written to.
///
/// # Errors
/// [`ApiError::Method`].
pub async fn only_post(method: Method) -> Result<HttpResponse, ApiError> {
    answers(&method, "POST, OPTIONS")
}

fn answers(method: &Method, allowed: &'static str) -> Result<HttpResponse, ApiError> {
    if *method == Method::OPTIONS {
        let mut response = HttpResponse::build(StatusCode::NO_CONTENT);
        response.insert_header((header::ALLOW, allowed));
        return Ok(response.insert_header((header::ACCESS_CONTROL_MAX_AGE, "86400")).finish());
    }
    Err(ApiError::Method { allowed })
}
