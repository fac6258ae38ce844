//! Words as they are typed.

use crate::error::ApiError;
use crate::http::query::RequestQuery;
use crate::state::ServerState;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpRequest, HttpResponse, web};
use hereabouts_engine::error::RequestError;
use hereabouts_engine::fields::{QueryParameter, ValueDomain};
use serde_json::{Value, json};

/// Most in one answer.
const MOST: usize = 20;
const USUAL: usize = 8;

pub(super) fn parameters() -> Vec<QueryParameter> {
    vec![
        QueryParameter::new(
            "q",
            "What has been typed so far; its last word is completed.",
            ValueDomain::Text,
        )
        .like("wal"),
        QueryParameter::new(
            "limit",
            "How many to give at most; more than 20 is taken for 20.",
            ValueDomain::Whole { min: 1, max: None, default: Some(USUAL as u64) },
        ),
    ]
}

/// `GET /v1/suggest`: what a text may become, by words that listings have, most used first.
///
/// # Errors
/// [`ApiError::Parameter`].
pub(super) async fn suggest(
    request: HttpRequest,
    state: web::Data<ServerState>,
) -> Result<HttpResponse, ApiError> {
    let query = RequestQuery::parse(request.query_string(), &parameters())?;
    let snapshot = state.site();
    // The first question after new data waits for the index; no request worker does.
    let found = web::block(move || {
        let typed = query.get("q").unwrap_or_default();
        let before = typed.rfind(char::is_whitespace).map_or("", |at| &typed[..=at]);
        let words = snapshot.search()?.finder().completions(typed, query.whole("limit", USUAL).min(MOST));
        Ok::<_, RequestError>(words.into_iter().map(|word| format!("{before}{word}")).collect::<Vec<_>>())
    });
    let suggestions = found.await.map_err(|_| ApiError::Internal)??;
    Ok(HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .json(json!({ "suggestions": suggestions })))
}

/// Of the JSON.
pub(super) fn schema() -> Value {
    json!({
        "type": "object", "required": ["suggestions"],
        "properties": { "suggestions": { "type": "array", "items": { "type": "string" } } },
    })
}
