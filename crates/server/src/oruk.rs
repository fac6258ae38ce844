//! Open Referral UK 3.0 under `/oruk`: the assets as services, so that what people corrected here flows back out.
//!
//! Shapes are those of the UK profile of HSDS with fields of HSDS 3.1 beside them; see
//! [`hereabouts_data::export::open_referral`] for what is told of each asset.

mod page;
mod services;
mod taxonomies;

use crate::endpoint::{Endpoint, no_parameters};
use crate::error::ApiError;
use crate::http::query::RequestQuery;
use crate::state::ServerState;
use actix_web::{HttpRequest, HttpResponse, Route, web};
use hereabouts_engine::fields::QueryParameter;
use hereabouts_engine::site::Site;
use serde_json::{Value, json};
use std::sync::Arc;

/// What the profile calls itself.
const VERSION: &str = "HSDS-UK-3.0";
const PROFILE: &str = "https://docs.openreferraluk.org/en/latest/";

/// Everything under `/oruk`.
pub(crate) const ENDPOINTS: &[Endpoint] = &[
    Endpoint { path: "/oruk", summary: "What this Open Referral UK API is.", ..root() },
    Endpoint {
        path: "/oruk/",
        summary: "What this Open Referral UK API is, with the closing slash.",
        ..root()
    },
    Endpoint {
        path: "/oruk/services",
        summary: "Assets as services, by page; full=true gives each with all its parts.",
        route: || web::to(services::list),
        parameters: |snapshot, _| services::parameters(snapshot),
        answers: |_| vec![("application/json", page::schema())],
        required: &[],
    },
    Endpoint {
        path: "/oruk/services/{id}",
        summary: "One asset as a service, with all its parts.",
        route: || web::to(services::one),
        ..of_one()
    },
    Endpoint {
        path: "/oruk/service_at_locations",
        summary: "Services at their places, by page; near a postcode if one is given.",
        route: || web::to(services::places),
        parameters: |snapshot, _| services::parameters_of_places(snapshot),
        answers: |_| vec![("application/json", page::schema())],
        required: &[],
    },
    Endpoint {
        path: "/oruk/service_at_locations/{id}",
        summary: "One service at its place, with all its parts.",
        route: || web::to(services::one_place),
        ..of_one()
    },
    Endpoint {
        path: "/oruk/taxonomies",
        summary: "The taxonomies that services are filed under: needs and kinds.",
        route: || web::to(taxonomies::list),
        parameters: |_, _| page::parameters().into(),
        answers: |_| vec![("application/json", page::schema())],
        required: &[],
    },
    Endpoint {
        path: "/oruk/taxonomies/{id}",
        summary: "One taxonomy and its terms.",
        route: || web::to(taxonomies::one),
        ..of_one()
    },
    Endpoint {
        path: "/oruk/taxonomy_terms",
        summary: "Terms that services are filed under, by page.",
        route: || web::to(taxonomies::terms),
        parameters: |_, _| taxonomies::parameters().into(),
        answers: |_| vec![("application/json", page::schema())],
        required: &[],
    },
    Endpoint {
        path: "/oruk/taxonomy_terms/{id}",
        summary: "One term.",
        route: || web::to(taxonomies::term),
        ..of_one()
    },
];

const fn root() -> Endpoint {
    Endpoint {
        path: "/oruk",
        summary: "",
        route: landing,
        parameters: no_parameters,
        answers: |_| vec![("application/json", of_object(&["version", "profile", "openapi_url"]))],
        required: &[],
    }
}

const fn of_one() -> Endpoint {
    Endpoint {
        path: "",
        summary: "",
        route: landing,
        parameters: no_parameters,
        answers: |_| vec![("application/json", of_object(&["id"]))],
        required: &[],
    }
}

fn of_object(required: &[&str]) -> Value {
    json!({ "type": "object", "required": required })
}

/// An identifier that leads somewhere, for the definition of the API.
pub(crate) fn example(path: &str, snapshot: &Site) -> Option<String> {
    let directory = snapshot.service_ids();
    let id = match path.split('/').nth(2)? {
        "services" => directory.ids().first().copied(),
        "service_at_locations" => directory.first_place(),
        "taxonomies" => taxonomies::all().first().map(|(_, id)| *id),
        "taxonomy_terms" => taxonomies::first_term(snapshot),
        _ => None,
    };
    id.map(|id| id.to_string())
}

fn landing() -> Route {
    web::to(show)
}

async fn show(request: HttpRequest, state: web::Data<ServerState>) -> Result<HttpResponse, ApiError> {
    RequestQuery::parse(request.query_string(), &[])?;
    let api = format!("{}/ogc/api", state.base());
    Ok(HttpResponse::Ok().json(json!({ "version": VERSION, "profile": PROFILE, "openapi_url": api })))
}

/// What a handler answers: nothing but the snapshot and the query go in.
async fn answer(
    request: &HttpRequest,
    state: &web::Data<ServerState>,
    offered: fn(&Site) -> Arc<[QueryParameter]>,
    of: impl FnOnce(&Site, &RequestQuery) -> Result<Value, ApiError> + Send + 'static,
) -> Result<HttpResponse, ApiError> {
    let (snapshot, query) = (state.site(), request.query_string().to_owned());
    let body = web::block(move || {
        let query = RequestQuery::parse(&query, &offered(&snapshot))?;
        of(&snapshot, &query).and_then(|value| serde_json::to_vec(&value).map_err(|_| ApiError::Internal))
    });
    let body = body.await.map_err(|_| ApiError::Internal)??;
    Ok(HttpResponse::Ok().content_type("application/json").body(body))
}
