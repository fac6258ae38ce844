//! Errors for people: whoever asks for a page reads one, with the same status and words as programs get.

use super::layout;
use crate::error::{ApiError, PROBLEM_JSON};
use crate::http::negotiate::{self, ResponseForm};
use crate::http::query;
use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, VARY};
use actix_web::middleware::Next;
use actix_web::web::Bytes;
use actix_web::{Error, HttpResponse, ResponseError};
use maud::Markup;
use std::fmt;

/// Rewrites a problem as a page where the request prefers HTML.
///
/// # Errors
/// Those of what it stands around that have not been answered yet.
pub(crate) async fn as_pages(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<EitherBody<impl MessageBody, Bytes>>, Error> {
    let answer = next.call(request).await?;
    if answer.headers().get(CONTENT_TYPE).is_none_or(|t| t != PROBLEM_JSON) {
        return Ok(answer.map_into_left_body());
    }
    let given = query::pairs(answer.request().query_string()).unwrap_or_default();
    let f = given.iter().rfind(|(name, _)| name == "f").map(|(_, value)| value.as_str());
    let form = negotiate::form(answer.request(), f, &[ResponseForm::Json, ResponseForm::Html]);
    if form != ResponseForm::Html || f == Some("json") {
        return Ok(answer.map_into_left_body());
    }
    let detail = answer.response().error().map(ToString::to_string).unwrap_or_default();
    let page = trouble(answer.status(), &detail).into_string();
    let mut answer = answer.map_body(|_, _| EitherBody::right(Bytes::from(page)));
    let headers = answer.headers_mut();
    headers
        .insert(CONTENT_TYPE, actix_web::http::header::HeaderValue::from_static("text/html; charset=utf-8"));
    headers.append(VARY, actix_web::http::header::HeaderValue::from_static("accept"));
    Ok(answer)
}

/// An error as a page: the same status and words as for programs.
#[derive(Debug)]
pub(super) struct PageError(ApiError);

impl From<ApiError> for PageError {
    fn from(error: ApiError) -> Self {
        Self(error)
    }
}

impl fmt::Display for PageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl ResponseError for PageError {
    fn status_code(&self) -> StatusCode {
        self.0.status_code()
    }

    fn error_response(&self) -> HttpResponse {
        let status = self.status_code();
        HttpResponse::build(status)
            .content_type("text/html; charset=utf-8")
            .body(trouble(status, &self.0.to_string()).into_string())
    }
}

/// What was wrong with a request, as a page.
fn trouble(status: StatusCode, detail: &str) -> Markup {
    let title = match status {
        StatusCode::NOT_FOUND => "Not found",
        status if status.is_server_error() => "That did not work",
        _ => "That cannot be shown",
    };
    layout::trouble(title, detail)
}
