//! The resources around the features: what this is, what it conforms to, which collections there are.

use super::answer::{self, CollectionAddress, HTML, JSON, OPENAPI_JSON, link};
use super::{find, html};
use crate::error::ApiError;
use crate::http::negotiate::{self, ResponseForm};
use crate::http::query::RequestQuery;
use crate::state::ServerState;
use actix_web::{HttpRequest, HttpResponse, web};
use hereabouts_engine::collections::CollectionId;
use hereabouts_engine::fields::QueryParameter;
use serde_json::{Value, json};

/// What this conforms to: nothing is named that is not so.
const CONFORMS_TO: [&str; 5] = [
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/html",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
];

/// What these resources take.
#[must_use]
pub(crate) fn parameters() -> Vec<QueryParameter> {
    vec![negotiate::parameter(&[ResponseForm::Json, ResponseForm::Html])]
}

/// The form asked for, and the address of `/ogc`.
fn asked(request: &HttpRequest, state: &ServerState) -> Result<(ResponseForm, String), ApiError> {
    let query = RequestQuery::parse(request.query_string(), &parameters())?;
    let form = negotiate::form(request, query.get("f"), &[ResponseForm::Json, ResponseForm::Html]);
    Ok((form, format!("{}/ogc", state.base())))
}

fn respond(form: ResponseForm, root: &str, title: &str, about: &str, body: &Value) -> HttpResponse {
    match form {
        ResponseForm::Html => HttpResponse::Ok()
            .content_type("text/html; charset=utf-8")
            .body(html::resource(root, title, about, body).into_string()),
        _ => HttpResponse::Ok().content_type(JSON).body(body.to_string()),
    }
}

/// `GET /ogc` and `/ogc/`.
///
/// # Errors
/// [`ApiError::Parameter`].
pub(super) async fn landing(
    request: HttpRequest,
    state: web::Data<ServerState>,
) -> Result<HttpResponse, ApiError> {
    let (form, root) = asked(&request, &state)?;
    let snapshot = state.site();
    let about = "What there is in each neighbourhood, and what is missing: assets, neighbourhoods and gaps as GeoJSON.";
    let sources: Vec<String> = snapshot.attribution();
    let links = [
        link("self", JSON, format!("{root}/"), "This page"),
        link("alternate", HTML, format!("{root}/?f=html"), "This page for people"),
        link("service-desc", OPENAPI_JSON, format!("{root}/api"), "Definition of the API"),
        link("service-doc", HTML, format!("{root}/api?f=html"), "Description of the API for people"),
        link("conformance", JSON, format!("{root}/conformance"), "What this conforms to"),
        link("data", JSON, format!("{root}/collections"), "The collections"),
    ];
    let body = json!({
        "title": "Hereabouts", "description": about, "attribution": sources.join("; "),
        "as_of": snapshot.as_of().to_string(), "revision": snapshot.revision(), "links": links,
    });
    Ok(respond(form, &root, "Hereabouts", about, &body))
}

/// `GET /ogc/conformance`.
///
/// # Errors
/// [`ApiError::Parameter`].
pub(super) async fn conformance(
    request: HttpRequest,
    state: web::Data<ServerState>,
) -> Result<HttpResponse, ApiError> {
    let (form, root) = asked(&request, &state)?;
    let body = json!({ "conformsTo": CONFORMS_TO });
    Ok(respond(form, &root, "Conformance", "The standards this API conforms to.", &body))
}

/// `GET /ogc/collections`.
///
/// # Errors
/// [`ApiError::Parameter`].
pub(super) async fn collections(
    request: HttpRequest,
    state: web::Data<ServerState>,
) -> Result<HttpResponse, ApiError> {
    let (form, root) = asked(&request, &state)?;
    let snapshot = state.site();
    let each = CollectionId::ALL
        .map(|collection| answer::describe(&CollectionAddress { root: root.clone(), collection }, &snapshot));
    let links = [
        link("self", JSON, format!("{root}/collections"), "This page"),
        link("alternate", HTML, format!("{root}/collections?f=html"), "This page for people"),
    ];
    let body = json!({ "links": links, "collections": each });
    Ok(respond(form, &root, "Collections", "What can be asked for.", &body))
}

/// `GET /ogc/collections/{collection}`.
///
/// # Errors
/// [`ApiError::NotFound`], [`ApiError::Parameter`].
pub(super) async fn collection(
    request: HttpRequest,
    state: web::Data<ServerState>,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let collection = find(&path)?;
    let (form, root) = asked(&request, &state)?;
    let body = answer::describe(&CollectionAddress { root: root.clone(), collection }, &state.site());
    Ok(respond(form, &root, collection.title(), collection.description(), &body))
}
