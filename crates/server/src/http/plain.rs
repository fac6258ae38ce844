//! Errors for people: whoever asks for a page reads one, with the same status and words as programs get.

use super::negotiate::{self, Form};
use crate::error::PROBLEM_JSON;
use crate::pages;
use actix_web::Error;
use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{CONTENT_TYPE, VARY};
use actix_web::middleware::Next;
use actix_web::web::{Bytes, Query};
use std::collections::HashMap;

/// Rewrites a problem as a page where the request prefers HTML.
///
/// # Errors
/// Those of what it stands around that have not been answered yet.
pub async fn errors(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<EitherBody<impl MessageBody, Bytes>>, Error> {
    let answer = next.call(request).await?;
    if answer.headers().get(CONTENT_TYPE).is_none_or(|t| t != PROBLEM_JSON) {
        return Ok(answer.map_into_left_body());
    }
    let given = Query::<HashMap<String, String>>::from_query(answer.request().query_string()).ok();
    let f = given.as_ref().and_then(|query| query.get("f")).map(String::as_str);
    let wants = negotiate::form(answer.request(), f, &[Form::Json, Form::Html]);
    if wants != Form::Html || f == Some("json") {
        return Ok(answer.map_into_left_body());
    }
    let detail = answer.response().error().map(ToString::to_string).unwrap_or_default();
    let page = pages::trouble(answer.status(), &detail).into_string();
    let mut answer = answer.map_body(|_, _| EitherBody::right(Bytes::from(page)));
    let headers = answer.headers_mut();
    headers
        .insert(CONTENT_TYPE, actix_web::http::header::HeaderValue::from_static("text/html; charset=utf-8"));
    headers.append(VARY, actix_web::http::header::HeaderValue::from_static("accept"));
    Ok(answer)
}
