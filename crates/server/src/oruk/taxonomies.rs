//! What services are filed under: the needs and the kinds table.

use super::{answer, page};
use crate::error::ApiError;
use crate::http::query::RequestQuery;
use crate::state::ServerState;
use actix_web::{HttpRequest, HttpResponse, web};
use hereabouts_data::export::open_referral::{KINDS, NEEDS, TaxonomyTerm, id_of};
use hereabouts_engine::fields::{QueryParameter, ValueDomain};
use hereabouts_engine::site::Site;
use serde_json::{Value, json};
use std::sync::Arc;
use uuid::Uuid;

/// Each with its identifier.
pub(super) fn all() -> [(&'static str, Uuid); 2] {
    [NEEDS, KINDS].map(|name| (name, id_of("taxonomy", name)))
}

fn terms_of<'a>(snapshot: &'a Site, only: Option<&str>) -> Vec<TaxonomyTerm<'a>> {
    let study = snapshot.study();
    let needs = study.needs().iter().map(|n| TaxonomyTerm {
        taxonomy: NEEDS,
        code: &n.id,
        name: &n.label,
        by_kind: false,
    });
    let kinds = study.kinds().iter().map(|k| TaxonomyTerm {
        taxonomy: KINDS,
        code: &k.id,
        name: &k.label,
        by_kind: false,
    });
    needs.chain(kinds).filter(|term| only.is_none_or(|taxonomy| term.taxonomy == taxonomy)).collect()
}

pub(super) fn first_term(snapshot: &Site) -> Option<Uuid> {
    terms_of(snapshot, None).first().map(TaxonomyTerm::id)
}

/// Name of the taxonomy with this identifier.
pub(super) fn named(id: &str) -> Option<&'static str> {
    let id = Uuid::try_parse(id).ok()?;
    all().into_iter().find(|(_, of)| *of == id).map(|(name, _)| name)
}

/// The term with this identifier.
pub(super) fn find<'a>(snapshot: &'a Site, id: &str) -> Option<TaxonomyTerm<'a>> {
    let id = Uuid::try_parse(id).ok()?;
    terms_of(snapshot, None).into_iter().find(|term| term.id() == id)
}

fn taxonomy((name, id): (&str, Uuid)) -> Value {
    let about = match name {
        NEEDS => "What people are referred for.",
        _ => "What a community has.",
    };
    json!({ "id": id, "name": name, "description": about, "version": env!("CARGO_PKG_VERSION") })
}

pub(super) async fn list(
    request: HttpRequest,
    state: web::Data<ServerState>,
) -> Result<HttpResponse, ApiError> {
    answer(
        &request,
        &state,
        |_| page::parameters().into(),
        |_, query| Ok(page::of(query, &all(), |one| taxonomy(*one))),
    )
    .await
}

pub(super) async fn one(
    request: HttpRequest,
    id: web::Path<String>,
    state: web::Data<ServerState>,
) -> Result<HttpResponse, ApiError> {
    let of = move |snapshot: &Site, _: &RequestQuery| {
        let name = named(&id).ok_or_else(|| ApiError::not_found(format!("taxonomy {id}")))?;
        let mut written = taxonomy((name, id_of("taxonomy", name)));
        written["taxonomy_terms"] = terms_of(snapshot, Some(name)).iter().map(TaxonomyTerm::json).collect();
        Ok(written)
    };
    answer(&request, &state, |_| Arc::from([]), of).await
}

pub(super) fn parameters() -> Vec<QueryParameter> {
    let mut offered = page::parameters();
    let taxonomy = QueryParameter::new(
        "taxonomy_id",
        "Only terms of the taxonomy with this identifier.",
        ValueDomain::Text,
    );
    offered.push(taxonomy.like(id_of("taxonomy", NEEDS).to_string()));
    offered
}

pub(super) async fn terms(
    request: HttpRequest,
    state: web::Data<ServerState>,
) -> Result<HttpResponse, ApiError> {
    let of = |snapshot: &Site, query: &RequestQuery| {
        let only =
            query.get("taxonomy_id").map(|id| named(id).ok_or_else(|| unknown("taxonomy_id", "taxonomy")));
        Ok(page::of(query, &terms_of(snapshot, only.transpose()?), TaxonomyTerm::json))
    };
    answer(&request, &state, |_| parameters().into(), of).await
}

/// An identifier in the query that nothing has.
pub(super) fn unknown(field: &str, what: &str) -> ApiError {
    ApiError::Unknown {
        field: field.to_owned(),
        reason: format!("there is no {what} with this identifier here"),
    }
}

pub(super) async fn term(
    request: HttpRequest,
    id: web::Path<String>,
    state: web::Data<ServerState>,
) -> Result<HttpResponse, ApiError> {
    let of = move |snapshot: &Site, _: &RequestQuery| {
        let term = find(snapshot, &id).ok_or_else(|| ApiError::not_found(format!("taxonomy term {id}")))?;
        Ok(term.json())
    };
    answer(&request, &state, |_| Arc::from([]), of).await
}
