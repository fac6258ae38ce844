//! Bodies of requests that enter something.

use crate::error::ApiError;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{HttpRequest, http::header::HeaderMap};
use chrono::NaiveDate;
use serde_json::{Map, Value};

const JSON: &str = "application/json";

/// The media type of a body, without its parameters.
fn media(headers: &HeaderMap) -> &str {
    let given = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    given.split(';').next().unwrap_or_default().trim()
}

/// A JSON object. Nothing else is taken: a form of a page elsewhere can send text, and no JSON.
///
/// # Errors
/// [`ApiError::MediaType`], [`ApiError::Parameter`].
pub(super) fn object(request: &HttpRequest, bytes: &[u8]) -> Result<Map<String, Value>, ApiError> {
    if !media(request.headers()).eq_ignore_ascii_case(JSON) {
        return Err(ApiError::MediaType { expected: JSON });
    }
    serde_json::from_slice(bytes).map_err(|_| ApiError::parameter("body", "not a JSON object"))
}

/// A day.
///
/// # Errors
/// [`ApiError::Parameter`].
pub(super) fn day(field: &str, value: &Value) -> Result<NaiveDate, ApiError> {
    let day = value.as_str().and_then(|text| text.parse().ok());
    day.ok_or_else(|| ApiError::parameter(field, "give a day as YYYY-MM-DD"))
}
