//! Plans, scenarios, and losses that are coming.

use crate::error::ApiError;
use crate::http::query::RequestQuery;
use crate::state::ServerState;
use actix_web::{HttpRequest, HttpResponse, web};
use hereabouts_engine::error::RequestError;
use hereabouts_engine::losses::{self, LossesRequest};
use hereabouts_engine::plan::{self, PlanRequest};
use hereabouts_engine::scenario::{self, ScenarioRequest};
use serde_json::{Value, json};

/// `GET /v1/plan`.
///
/// # Errors
/// [`ApiError::Parameter`] for what cannot be asked; [`ApiError::Busy`] where others are worked out.
pub(super) async fn show_plan(
    request: HttpRequest,
    state: web::Data<ServerState>,
) -> Result<HttpResponse, ApiError> {
    let site = state.site();
    let query = RequestQuery::parse(request.query_string(), &plan::parameters(&site))?;
    let work = state.room.long_work()?;
    // Seconds for a conurbation: no request worker waits for it.
    let body = web::block(move || -> Result<Value, RequestError> {
        let _work = work;
        let asked = PlanRequest::read(&site, |name| query.get(name))?;
        Ok(plan::answer(&site, asked)?.json())
    });
    Ok(HttpResponse::Ok().json(body.await.map_err(|_| ApiError::Internal)??))
}

/// `GET /v1/scenario`.
///
/// # Errors
/// As for [`show_plan`].
pub(super) async fn show_scenario(
    request: HttpRequest,
    state: web::Data<ServerState>,
) -> Result<HttpResponse, ApiError> {
    let site = state.site();
    let query = RequestQuery::parse(request.query_string(), &scenario::parameters(&site))?;
    let asked = ScenarioRequest::read(&site, |name| query.get(name))?;
    let body = web::block(move || scenario::answer(&site, &asked).json());
    Ok(HttpResponse::Ok().json(body.await.map_err(|_| ApiError::Internal)?))
}

fn gain() -> Value {
    json!({
        "type": "object", "required": ["area_code", "area_name", "need", "loses"],
        "properties": {
            "area_code": { "type": "string" }, "area_name": { "type": "string" }, "need": { "type": "string" },
            "referrals": { "type": "number", "nullable": true },
            "unmet_listed_before": { "type": "number", "nullable": true },
            "unmet_listed_after": { "type": "number", "nullable": true },
            "unmet_likely_before": { "type": "number", "nullable": true },
            "unmet_likely_after": { "type": "number", "nullable": true },
            "loses": { "type": "boolean" },
        },
    })
}

/// Of a plan.
pub(super) fn plan_schema() -> Value {
    let site = json!({
        "type": "object", "required": ["venue", "venue_name", "offer", "start", "year"],
        "properties": {
            "venue": { "type": "string" }, "venue_name": { "type": "string" }, "offer": { "type": "string" },
            "start": { "type": "object" }, "year": { "type": "object" }, "in_all_good_plans": { "type": "boolean" },
        },
    });
    json!({
        "type": "object",
        "required": ["need", "objective", "headline", "value", "bound", "gap", "proven", "cost", "sites", "gains", "below_floor", "plans", "left_out"],
        "properties": {
            "need": { "type": "string" }, "headline": { "type": "string" },
            "value": { "type": "number" }, "bound": { "type": "number" },
            "gap": { "type": "number" }, "proven": { "type": "boolean" },
            "sites": { "type": "array", "items": site },
            "gains": { "type": "array", "items": gain() },
            "below_floor": { "type": "array", "items": { "type": "object" } },
            "plans": { "type": "array", "items": { "type": "object" } },
            "left_out": { "type": "array", "items": { "type": "object" } },
        },
    })
}

/// Of a scenario.
pub(super) fn scenario_schema() -> Value {
    json!({
        "type": "object", "required": ["reading", "refused", "losers", "changed", "unmet_before"],
        "properties": {
            "reading": { "type": "string" }, "refused": { "type": "boolean" },
            "losers": { "type": "array", "items": gain() },
            "changed": { "type": "array", "items": gain() },
            "unmet_before": { "type": "number" },
            "unmet_after": { "type": "number", "nullable": true },
        },
    })
}

/// `GET /v1/losses`.
///
/// # Errors
/// As for [`show_plan`].
pub(super) async fn show_losses(
    request: HttpRequest,
    state: web::Data<ServerState>,
) -> Result<HttpResponse, ApiError> {
    let site = state.site();
    let query = RequestQuery::parse(request.query_string(), &losses::parameters(&site))?;
    let asked = LossesRequest::read(&site, |name| query.get(name))?;
    let work = state.room.long_work()?;
    let body = web::block(move || {
        let _work = work;
        losses::answer(&site, asked).json()
    });
    Ok(HttpResponse::Ok().json(body.await.map_err(|_| ApiError::Internal)?))
}

/// Of losses.
pub(super) fn losses_schema() -> Value {
    let loss = json!({
        "type": "object", "required": ["assets", "lost_listed", "lost_likely", "losers"],
        "properties": {
            "assets": { "type": "array", "items": { "type": "object" } },
            "grant": { "type": "object", "nullable": true },
            "lost_listed": { "type": "number" }, "lost_likely": { "type": "number" },
            "losers": { "type": "array", "items": gain() },
        },
    });
    json!({
        "type": "object", "required": ["need", "single", "grants"],
        "properties": {
            "need": { "type": "string" },
            "single": { "type": "array", "items": loss },
            "grants": { "type": "array", "items": loss },
        },
    })
}
