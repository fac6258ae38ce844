//! Unmet-need records. They are taken, and no route gives any.

use super::body;
use crate::error::ApiError;
use crate::http::query::RequestQuery;
use crate::state::ServerState;
use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use hereabouts_data::feedback::unmet_needs::{
    self, CELL_RESOLUTION, UnknownCondition, UnmetConstraint, UnmetNeed, UnmetReason, Weekday,
};
use hereabouts_data::feedback::verification::SpeakerRole;
use hereabouts_engine::snapshot::Snapshot;
use serde_json::{Map, Value, json};

/// `GET /v1/unmet-needs`: what may be recorded. What was recorded is for a release that passed a disclosure rule, and stays where
/// no route reads it.
///
/// # Errors
/// [`ApiError::Parameter`].
pub(crate) async fn offered(
    request: HttpRequest,
    state: web::Data<ServerState>,
) -> Result<HttpResponse, ApiError> {
    RequestQuery::parse(request.query_string(), &[])?;
    Ok(HttpResponse::Ok().json(json!({
        "needs": needs(&state.site()),
        "cell_resolution": CELL_RESOLUTION,
        "days": words(Weekday::ALL, Weekday::as_str),
        "constraints": words(UnmetConstraint::ALL, UnmetConstraint::as_str),
        "why": words(UnmetReason::ALL, UnmetReason::as_str),
        "not_known": words(UnknownCondition::ALL, UnknownCondition::as_str),
    })))
}

/// `POST /v1/unmet-needs`.
///
/// # Errors
/// [`ApiError::Parameter`] naming the field; [`ApiError::Unauthorized`] and [`ApiError::Forbidden`].
pub(crate) async fn record(
    request: HttpRequest,
    state: web::Data<ServerState>,
    bytes: web::Bytes,
) -> Result<HttpResponse, ApiError> {
    RequestQuery::parse(request.query_string(), &[])?;
    let record = take_record(&request, &state, &body::object(&request, &bytes)?).await?;
    let mut answer = json!({ "kept": true });
    if let (Some(answer), Ok(Value::Object(record))) = (answer.as_object_mut(), serde_json::to_value(&record))
    {
        answer.extend(record);
    }
    Ok(HttpResponse::build(StatusCode::CREATED)
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(answer))
}

/// Takes an unmet-need record, whichever form it came in.
///
/// # Errors
/// As for [`record`].
pub(crate) async fn take_record(
    request: &HttpRequest,
    state: &ServerState,
    given: &Map<String, Value>,
) -> Result<UnmetNeed, ApiError> {
    state.writer(request)?.must_be(&[SpeakerRole::LinkWorker, SpeakerRole::Steward])?;
    let entries = state.entries()?;
    let snapshot = state.site();
    let record = unmet_needs::read(given, &needs(&snapshot), state.access.today())
        .map_err(|misread| ApiError::parameter(misread.field, misread.reason))?;
    let known =
        unmet_needs::centre(&record).is_some_and(|place| snapshot.analysis().grid().cell_at(place).is_some());
    if !known {
        return Err(ApiError::parameter("cell", "give a cell inside the neighbourhoods that are known here"));
    }
    entries.record_unmet_need(record.clone()).await?;
    Ok(record)
}

fn needs(snapshot: &Snapshot) -> Vec<&str> {
    snapshot.study().needs().iter().map(|need| need.id.as_str()).collect()
}

fn words<T: Copy>(all: &[T], word: fn(T) -> &'static str) -> Vec<&'static str> {
    all.iter().map(|one| word(*one)).collect()
}

/// Of an unmet-need record.
pub(crate) fn record_schema(snapshot: &Snapshot) -> Value {
    let list = |words: Vec<&str>| json!({ "type": "array", "items": { "type": "string", "enum": words } });
    json!({
        "type": "object", "required": ["need", "cell"], "additionalProperties": false,
        "properties": {
            "need": { "type": "string", "enum": needs(snapshot) },
            "cell": { "type": "string", "description": "H3 index, resolution 9, of where the person sets out: never an address. /v1/near gives it." },
            "month": { "type": "string", "pattern": "^\\d{4}-\\d{2}$", "description": "One of the last twelve; this one if it is not given." },
            "days": list(words(Weekday::ALL, Weekday::as_str)),
            "constraints": list(words(UnmetConstraint::ALL, UnmetConstraint::as_str)),
            "why": { "type": "array", "items": { "type": "string", "enum": words(UnmetReason::ALL, UnmetReason::as_str) },
                "description": "Why what there is did not fit. One at least of these or of not_known." },
            "not_known": { "type": "array", "items": { "type": "string", "enum": words(UnknownCondition::ALL, UnknownCondition::as_str) },
                "description": "What nobody knew of things that may have fitted: the parameters under not_known of /v1/near, once somebody has looked at them." },
        },
    })
}

/// Of what was recorded, told to whoever recorded it and to nobody else.
pub(crate) fn kept_schema() -> Value {
    json!({
        "type": "object", "required": ["kept", "need", "cell", "month"],
        "properties": { "kept": { "type": "boolean" }, "need": { "type": "string" }, "cell": { "type": "string" }, "month": { "type": "string" } },
    })
}

/// Of what may be recorded.
pub(crate) fn offered_schema() -> Value {
    let list = json!({ "type": "array", "items": { "type": "string" } });
    json!({
        "type": "object", "required": ["needs", "cell_resolution", "days", "constraints", "why"],
        "properties": {
            "needs": list, "cell_resolution": { "type": "integer" }, "days": list, "constraints": list, "why": list, "not_known": list,
        },
    })
}
