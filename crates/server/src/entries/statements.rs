//! What people say of an asset, and its history.

use super::body;
use crate::error::ApiError;
use crate::http::query::RequestQuery;
use crate::state::ServerState;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::NaiveDate;
use hereabouts_data::feedback::verification::{
    JournalEntry, ListingPart, ListingProblem, SpeakerRole, Statement, Verification, statement,
};
use hereabouts_data::record::AssetRecord;
use hereabouts_engine::rows::AssetRow;
use hereabouts_engine::snapshot::Snapshot;
use hereabouts_engine::wire::WrittenDay;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// Nobody says today until when it is full in so many days: it would be forgotten before.
const FULL_AT_MOST_DAYS: i64 = 731;

/// An asset that people speak of: its id, and the ids of all listings that it is made of.
pub(crate) struct VerifiedAsset {
    pub(crate) position: usize,
    pub(crate) id: String,
    pub(crate) listings: BTreeSet<String>,
}

impl VerifiedAsset {
    /// The asset with this id, or with a listing of it.
    ///
    /// # Errors
    /// [`ApiError::NotFound`].
    pub(crate) fn find(snapshot: &Snapshot, id: &str) -> Result<Self, ApiError> {
        let by_listing = || snapshot.assets().iter().position(|a| a.listings().iter().any(|l| l.id() == id));
        let position = snapshot.asset_position(id).or_else(by_listing);
        let position = position.ok_or_else(|| ApiError::not_found(format!("asset {id}")))?;
        let asset = &snapshot.assets()[position];
        let listings = asset.listings().iter().map(AssetRecord::id).collect();
        Ok(Self { position, id: asset.record.id(), listings })
    }
}

/// `GET /v1/assets/{id}/events`.
///
/// # Errors
/// [`ApiError::NotFound`], [`ApiError::Parameter`].
pub(crate) async fn history(
    request: HttpRequest,
    id: web::Path<String>,
    state: web::Data<ServerState>,
) -> Result<HttpResponse, ApiError> {
    RequestQuery::parse(request.query_string(), &[])?;
    let snapshot = state.site();
    let of = VerifiedAsset::find(&snapshot, &id)?;
    let journal = state.journal();
    let events: Vec<Value> = journal
        .of(&of.listings)
        .into_iter()
        .filter(|(entry, _)| entry.number <= snapshot.verified_to())
        .map(|(entry, undone)| event_json(entry, undone))
        .collect();
    let row = AssetRow::new(&snapshot, of.position);
    Ok(HttpResponse::Ok().json(json!({
        "asset": of.id,
        "standing": row.standing, "verified_on": row.verified_on, "verified_by": row.verified_by,
        "chance_it_runs": row.chance_it_runs, "full_until": row.full_until, "changed": row.changed,
        "problems": row.problems, "as_of": WrittenDay(snapshot.as_of()),
        "events": events,
    })))
}

/// `POST /v1/assets/{id}/events`.
///
/// # Errors
/// [`ApiError::Parameter`] naming the field; [`ApiError::Unauthorized`] and [`ApiError::Forbidden`] for what needs a key;
/// [`ApiError::Conflict`] for what was taken back already.
pub(crate) async fn add(
    request: HttpRequest,
    id: web::Path<String>,
    state: web::Data<ServerState>,
    bytes: web::Bytes,
) -> Result<HttpResponse, ApiError> {
    RequestQuery::parse(request.query_string(), &[])?;
    let entry = add_verification(&request, &state, &id, body::object(&request, &bytes)?).await?;
    Ok(HttpResponse::build(StatusCode::CREATED).json(event_json(&entry, None)))
}

/// Takes what somebody says of an asset, whichever form it came in.
///
/// # Errors
/// As for [`add`].
pub(crate) async fn add_verification(
    request: &HttpRequest,
    state: &ServerState,
    id: &str,
    mut given: Map<String, Value>,
) -> Result<JournalEntry, ApiError> {
    let actor = state.writer(request)?;
    let entries = state.entries()?;
    let of = VerifiedAsset::find(&state.site(), id)?;
    let today = state.access.today();
    let on = given.remove("on").map(|day| body::day("on", &day)).transpose()?.unwrap_or(today);
    let statement =
        statement(&given).map_err(|misread| ApiError::parameter(misread.field, misread.reason))?;
    if !matches!(statement, Statement::Problem { .. }) {
        actor.must_be(&[SpeakerRole::Organiser, SpeakerRole::LinkWorker, SpeakerRole::Steward])?;
        actor.may_speak_of(&of.listings)?;
    }
    check_days(on, &statement, today)?;
    let event = Verification { asset: of.id, on, role: actor.role, key: actor.key, statement };
    entries.add_verification(event, of.listings).await
}

fn check_days(on: NaiveDate, statement: &Statement, today: NaiveDate) -> Result<(), ApiError> {
    if on > today {
        return Err(ApiError::parameter("on", format!("{on} is still to come")));
    }
    if let Statement::Full { until } = statement
        && (*until < today || (*until - today).num_days() > FULL_AT_MOST_DAYS)
    {
        return Err(ApiError::parameter("until", "give a day from today to two years ahead"));
    }
    Ok(())
}

/// An event as it is shown: who said it is a role, never a key.
fn event_json(entry: &JournalEntry, undone_by: Option<u64>) -> Value {
    let mut shown = json!({
        "number": entry.number, "on": WrittenDay(entry.event.on), "role": entry.event.role, "undone_by": undone_by,
    });
    if let (Some(fields), Ok(Value::Object(statement))) =
        (shown.as_object_mut(), serde_json::to_value(&entry.event.statement))
    {
        fields.extend(statement);
    }
    shown
}

fn words<T: Copy>(all: &[T], word: fn(T) -> &'static str) -> Value {
    json!({ "type": "string", "enum": all.iter().map(|one| word(*one)).collect::<Vec<_>>() })
}

/// Of what may be said.
pub(crate) fn statement_schema() -> Value {
    json!({
        "type": "object", "required": ["said"], "additionalProperties": false,
        "properties": {
            "said": { "type": "string", "enum": ["runs", "changed", "closed", "moved", "full", "problem", "undo"] },
            "what": { "type": "array", "minItems": 1, "items": words(ListingPart::ALL, ListingPart::as_str),
                "description": "With changed: parts of the listing that are no longer right." },
            "until": { "type": "string", "format": "date", "description": "With full: the last day on which it is." },
            "problem": words(ListingProblem::ALL, ListingProblem::as_str),
            "event": { "type": "integer", "minimum": 1, "description": "With undo: number of the event that is taken back." },
            "on": { "type": "string", "format": "date", "description": "The day on which it was found; today if it is not given." },
        },
    })
}

/// Of an event.
pub(crate) fn event_schema() -> Value {
    let mut schema = statement_schema();
    schema["required"] = json!(["number", "on", "role", "said"]);
    schema["properties"]["number"] = json!({ "type": "integer", "minimum": 1 });
    schema["properties"]["role"] = words(SpeakerRole::ALL, SpeakerRole::as_str);
    schema["properties"]["undone_by"] = json!({ "type": "integer", "nullable": true });
    schema
}

/// Of a history.
pub(crate) fn history_schema() -> Value {
    json!({
        "type": "object", "required": ["asset", "standing", "chance_it_runs", "events"],
        "properties": {
            "asset": { "type": "string" },
            "standing": { "type": "string", "enum": ["listed", "closed", "moved"] },
            "verified_on": { "type": "string", "format": "date", "nullable": true },
            "verified_by": { "type": "string", "nullable": true },
            "chance_it_runs": { "type": "number" },
            "full_until": { "type": "string", "format": "date", "nullable": true },
            "changed": { "type": "array", "items": words(ListingPart::ALL, ListingPart::as_str) },
            "problems": { "type": "array", "items": words(ListingProblem::ALL, ListingProblem::as_str) },
            "as_of": { "type": "string", "format": "date" },
            "events": { "type": "array", "items": event_schema() },
        },
    })
}
