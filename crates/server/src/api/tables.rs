//! The tables behind the figures.

use crate::error::ApiError;
use crate::http::query::RequestQuery;
use crate::state::ServerState;
use actix_web::{HttpRequest, HttpResponse, web};
use hereabouts_core::decay::Decay;
use hereabouts_core::kind::{AssetKind, KindSupply};
use hereabouts_core::need::Need;
use hereabouts_engine::wire::RoundedFigure;
use serde_json::{Value, json};

/// `GET /v1/needs`.
///
/// # Errors
/// [`ApiError::Parameter`]: it takes none.
pub(super) async fn needs(
    request: HttpRequest,
    state: web::Data<ServerState>,
) -> Result<HttpResponse, ApiError> {
    RequestQuery::parse(request.query_string(), &[])?;
    let rows: Vec<Value> = state.site().study().needs().iter().map(need).collect();
    Ok(HttpResponse::Ok().json(json!({ "needs": rows })))
}

/// `GET /v1/kinds`.
///
/// # Errors
/// [`ApiError::Parameter`]: it takes none.
pub(super) async fn kinds(
    request: HttpRequest,
    state: web::Data<ServerState>,
) -> Result<HttpResponse, ApiError> {
    RequestQuery::parse(request.query_string(), &[])?;
    let rows: Vec<Value> = state.site().study().kinds().iter().map(kind).collect();
    Ok(HttpResponse::Ok().json(json!({ "kinds": rows })))
}

/// An object with one list of objects that have an id and a label.
pub(super) fn schema(list: &str) -> Value {
    let row = json!({
        "type": "object", "required": ["id", "label"],
        "properties": { "id": { "type": "string" }, "label": { "type": "string" } },
    });
    json!({
        "type": "object", "required": [list], "properties": { list: { "type": "array", "items": row } },
    })
}

fn need(need: &Need) -> Value {
    let decay = match &need.decay {
        Decay::Steps(steps) => json!({
            "form": "steps",
            "bands": steps.bands().iter().map(|(to, weight)| json!({
                "to_share": RoundedFigure::new(*to), "weight": RoundedFigure::new(*weight),
            })).collect::<Vec<_>>(),
        }),
        plain => json!({ "form": plain.as_str() }),
    };
    let floor = need.adequate.floor.map(|floor| {
        json!({
            "hectares_per_1000_people": RoundedFigure::new(floor.hectares_per_1000),
            "within_metres": RoundedFigure::new(floor.within.get()),
            "counts_for_share": RoundedFigure::new(floor.counts_for),
        })
    });
    json!({
        "id": need.id, "label": need.label, "catchment_minutes": RoundedFigure::new(need.catchment.get()), "decay": decay,
        "adequate_places_per_referral": RoundedFigure::new(need.adequate.places_per_referral), "land_standard": floor,
    })
}

fn kind(kind: &AssetKind) -> Value {
    let (supply, places, at_a_session) = match kind.supply {
        KindSupply::Places { default_per_quarter, default_per_session } => (
            "places",
            Some(RoundedFigure::new(default_per_quarter)),
            default_per_session.map(RoundedFigure::new),
        ),
        KindSupply::Land => ("land", None, None),
        KindSupply::None => ("none", None, None),
    };
    let serves: Vec<Value> = kind
        .serves
        .iter()
        .map(|(need, share)| json!({ "need": need, "share": RoundedFigure::new(*share) }))
        .collect();
    json!({
        "id": kind.id, "label": kind.label, "serves": serves, "supply": supply,
        "default_places_per_quarter": places, "default_places_per_session": at_a_session,
        "half_life_months": RoundedFigure::new(kind.half_life_months),
    })
}
