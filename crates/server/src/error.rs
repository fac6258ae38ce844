//! The one error of the server, and the one place where it becomes a status and a body.

use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, ResponseError};
use hereabouts_engine::error::RequestError;
use serde::Serialize;
use thiserror::Error;

/// What a request can be refused for. The text is what the client reads: it names the field and says what would do, and
/// never what happened inside.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ApiError {
    /// A query parameter that cannot be understood, or that is not offered here.
    #[error("{field}: {reason}")]
    Parameter {
        /// The parameter.
        field: String,
        /// What is wrong with it and what would do.
        reason: String,
    },
    /// A place or thing that a parameter names and that is not known here, and what may have been meant.
    #[error("{field}: {reason}")]
    Unknown {
        /// The parameter.
        field: String,
        /// Why, and what may have been meant.
        reason: String,
    },
    /// Nothing has this address.
    #[error("there is no {what}")]
    NotFound {
        /// What was looked for, e.g. `gap E02001234:housing`.
        what: String,
    },
    /// The resource is there, but not for this method.
    #[error("only {allowed} are answered here")]
    Method {
        /// What is.
        allowed: &'static str,
    },
    /// The request has a body larger than is read.
    #[error("the body is larger than {limit_bytes} bytes")]
    TooLarge {
        /// The limit.
        limit_bytes: usize,
    },
    /// The body did not arrive in time.
    #[error("the body did not arrive in time")]
    TooSlow,
    /// A browser was led here under another site's name.
    #[error("this server answers only under its own name")]
    Misdirected,
    /// A proxy passed on a request for what only this machine may see.
    #[error(
        "what is here may identify people, is answered to this machine only, and this request came through a proxy"
    )]
    Proxied,
    /// Only holders of a key may do this, and none was given or it opens nothing.
    #[error("this needs a key that opens it: Authorization: Bearer KEY, or sign in")]
    Unauthorized,
    /// Whoever asks may not do this.
    #[error("{reason}")]
    Forbidden {
        /// Why.
        reason: String,
    },
    /// What is asked for contradicts what there is.
    #[error("{reason}")]
    Conflict {
        /// What contradicts it.
        reason: String,
    },
    /// The body is of another kind than is read here.
    #[error("send the body as {expected}")]
    MediaType {
        /// What is read.
        expected: &'static str,
    },
    /// Whoever asks has done this too often.
    #[error("too often; try again in {wait_s} seconds")]
    TooMany {
        /// When it may be done again, in seconds.
        wait_s: u64,
    },
    /// Nothing can be written here.
    #[error("this could not be kept, and nothing was changed")]
    NotKept,
    /// As many requests as can be answered are being answered.
    #[error("too many requests at once; try again in a moment")]
    Busy,
    /// A fault of the server's, logged there under the request's id.
    #[error("something went wrong here; the operator finds it under the request id")]
    Internal,
}

/// The body of an error, RFC 9457. OGC API clients read the same two things as `code` and `description`.
#[derive(Debug, Serialize)]
struct ProblemBody<'a> {
    r#type: &'static str,
    title: &'static str,
    status: u16,
    detail: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
    code: &'static str,
    description: &'a str,
}

/// The media type of [`ApiError`]'s body.
pub const PROBLEM_JSON: &str = "application/problem+json";

impl ApiError {
    /// A parameter and what is wrong with it.
    #[must_use]
    pub fn parameter(field: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::Parameter { field: field.into(), reason: reason.into() }
    }

    /// What whoever asks may not do.
    #[must_use]
    pub fn forbidden(reason: impl Into<String>) -> Self {
        Self::Forbidden { reason: reason.into() }
    }

    /// What is not there.
    #[must_use]
    pub fn not_found(what: impl Into<String>) -> Self {
        Self::NotFound { what: what.into() }
    }

    /// Status, and a name that a program can compare.
    const fn status(&self) -> (StatusCode, &'static str) {
        match self {
            Self::Parameter { .. } => (StatusCode::BAD_REQUEST, "InvalidParameterValue"),
            Self::Unknown { .. } | Self::NotFound { .. } => (StatusCode::NOT_FOUND, "NotFound"),
            Self::Method { .. } => (StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed"),
            Self::TooLarge { .. } => (StatusCode::PAYLOAD_TOO_LARGE, "BodyTooLarge"),
            Self::TooSlow => (StatusCode::REQUEST_TIMEOUT, "BodyTooSlow"),
            Self::Misdirected => (StatusCode::MISDIRECTED_REQUEST, "Misdirected"),
            Self::Proxied => (StatusCode::FORBIDDEN, "Proxied"),
            Self::Unauthorized => (StatusCode::UNAUTHORIZED, "Unauthorized"),
            Self::Forbidden { .. } => (StatusCode::FORBIDDEN, "Forbidden"),
            Self::Conflict { .. } => (StatusCode::CONFLICT, "Conflict"),
            Self::MediaType { .. } => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "UnsupportedMediaType"),
            Self::TooMany { .. } => (StatusCode::TOO_MANY_REQUESTS, "TooManyRequests"),
            Self::NotKept => (StatusCode::SERVICE_UNAVAILABLE, "NotKept"),
            Self::Busy => (StatusCode::SERVICE_UNAVAILABLE, "Busy"),
            Self::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "Internal"),
        }
    }
}

impl From<RequestError> for ApiError {
    fn from(error: RequestError) -> Self {
        match error {
            RequestError::Parameter { field, reason } => Self::Parameter { field, reason },
            RequestError::Unknown { field, reason } => Self::Unknown { field, reason },
            RequestError::Internal => Self::Internal,
        }
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        self.status().0
    }

    fn error_response(&self) -> HttpResponse {
        let (status, code) = self.status();
        let detail = self.to_string();
        let mut response = HttpResponse::build(status);
        match self {
            Self::Busy => drop(response.insert_header((RETRY_AFTER, "1"))),
            Self::TooMany { wait_s } => drop(response.insert_header((RETRY_AFTER, wait_s.to_string()))),
            Self::Unauthorized => drop(response.insert_header((WWW_AUTHENTICATE, "Bearer"))),
            Self::Method { allowed } => drop(response.insert_header((ALLOW, *allowed))),
            // What is left of the body must not be taken for the next request.
            Self::TooLarge { .. } | Self::TooSlow => drop(response.force_close()),
            _ => {}
        }
        let problem = ProblemBody {
            r#type: "about:blank",
            title: status.canonical_reason().unwrap_or("Error"),
            status: status.as_u16(),
            detail: &detail,
            field: match self {
                Self::Parameter { field, .. } | Self::Unknown { field, .. } => Some(field),
                _ => None,
            },
            code,
            description: &detail,
        };
        response.content_type(PROBLEM_JSON).body(serde_json::to_vec(&problem).unwrap_or_default())
    }
}
