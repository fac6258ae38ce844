//! Two neighbourhoods side by side.

use crate::error::ApiError;
use crate::http::query::RequestQuery;
use crate::ogc::view_parameters;
use crate::state::{self, ServerState};
use actix_web::{HttpRequest, HttpResponse, web};
use hereabouts_core::report::Neighbourhood;
use hereabouts_engine::collections::CollectionId;
use hereabouts_engine::fields::{QueryParameter, ValueDomain};
use hereabouts_engine::site::Site;
use hereabouts_engine::snapshot::Snapshot;
use hereabouts_engine::view::Scenario;
use hereabouts_engine::wire::{FeatureRow, RoundedFigure, RowValue};
use serde_json::{Map, json};
use std::sync::Arc;

/// What `/v1/compare` takes.
pub(super) fn parameters(site: &Site) -> Arc<[QueryParameter]> {
    site.parameters("compare", table)
}

fn table(snapshot: &Snapshot) -> Vec<QueryParameter> {
    let study = snapshot.study();
    let mut all = vec![
        QueryParameter::new("a", "Code of one neighbourhood.", ValueDomain::Text),
        QueryParameter::new("b", "Code of the other.", ValueDomain::Text),
    ];
    let areas =
        snapshot.default_geography().into_iter().flat_map(|g| study.areas_of(g)).map(|(_, area)| area);
    for (parameter, area) in all.iter_mut().zip(areas.filter(|a| a.reporting)) {
        parameter.example = Some(area.code.clone());
    }
    // Which need, period and geography is asked as of gaps.
    all.extend(view_parameters(CollectionId::Gaps, snapshot).into_iter().filter(|p| p.name != "reading"));
    all
}

/// `GET /v1/compare`.
///
/// # Errors
/// [`ApiError::Parameter`], and [`ApiError::NotFound`] for a code that is no neighbourhood of the geography.
pub(super) async fn compare(
    request: HttpRequest,
    state: web::Data<ServerState>,
) -> Result<HttpResponse, ApiError> {
    let snapshot = state.site();
    let study = snapshot.study();
    let query = RequestQuery::parse(request.query_string(), &parameters(&snapshot))?;
    let code = |name: &str| query.get(name).ok_or_else(|| ApiError::parameter(name, "not given"));
    let (a, b) = (code("a")?, code("b")?);
    let named = query.get("geography").and_then(|id| study.geography(id));
    let missing = |code: &str| ApiError::not_found(format!("neighbourhood {code}"));
    let geography = named.or(snapshot.default_geography()).ok_or_else(|| missing(a))?;
    let period = query.get("period").and_then(|word| snapshot.period(word)).or(snapshot.default_period());
    let view = state::view(&snapshot, period, geography).await?;
    let find = |code: &str| view.neighbourhood(study, code).ok_or_else(|| missing(code));
    let (a, b) = (find(a)?, find(b)?);

    let need = query.get("need").and_then(|id| study.need(id));
    let needs = study.need_indices().filter(|n| need.is_none_or(|only| only == *n)).filter_map(|need| {
        let row = |of: &Neighbourhood| view.gap_row(study, view.gap(of.area, need)?, Scenario::default());
        let (a, b) = (row(a)?, row(b)?);
        Some(json!({ "need": a.need, "a": a, "b": b, "difference": difference(&a, &b) }))
    });
    Ok(HttpResponse::Ok().json(json!({
        "geography": study.geographies()[geography.get()].id,
        "period": view.written_period(),
        "as_of": snapshot.as_of().to_string(),
        "a": view.neighbourhood_row(study, a),
        "b": view.neighbourhood_row(study, b),
        "needs": needs.collect::<Vec<_>>(),
        "sources": snapshot.attribution(),
    })))
}

/// `b` less `a` for every quantity that both have; null where one of them is not known.
fn difference<R: FeatureRow>(a: &R, b: &R) -> Map<String, serde_json::Value> {
    let pairs = R::PROPERTIES.iter().zip(a.values().zip(b.values()));
    pairs
        .filter(|(property, _)| property.kind == hereabouts_engine::wire::ValueKind::Number)
        .map(|(property, values)| {
            let less = match values {
                (RowValue::Number(a), RowValue::Number(b)) => Some(RoundedFigure::new(b - a)),
                _ => None,
            };
            (property.name.to_owned(), json!(less))
        })
        .collect()
}
