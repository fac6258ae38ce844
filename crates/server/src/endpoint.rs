//! What a route of the API is made of; its definition is written from the same.

use crate::http::headers;
use actix_web::http::{Method, header};
use actix_web::middleware::DefaultHeaders;
use actix_web::{Resource, Route, guard, web};
use hereabouts_engine::collections::CollectionId;
use hereabouts_engine::fields::QueryParameter;
use hereabouts_engine::site::Site;
use hereabouts_engine::snapshot::Snapshot;
use serde_json::Value;
use std::sync::Arc;

/// A resource of the API: where it is, what it answers and what it takes.
#[derive(Debug, Clone, Copy)]
pub struct Endpoint {
    /// Its address; `{collection}` stands for each [`CollectionId`].
    pub path: &'static str,
    /// What it is, in a sentence.
    pub summary: &'static str,
    pub(crate) route: fn() -> Route,
    pub(crate) parameters: fn(&Site, Option<CollectionId>) -> Arc<[QueryParameter]>,
    pub(crate) answers: fn(Option<CollectionId>) -> Vec<(&'static str, Value)>,
    /// Parameters that must be there.
    pub(crate) required: &'static [&'static str],
}

impl Endpoint {
    /// The collections that it stands for; none where it is about none.
    pub(crate) fn collections(&self) -> Vec<Option<CollectionId>> {
        if self.path.contains("{collection}") {
            CollectionId::ALL.into_iter().map(Some).collect()
        } else {
            vec![None]
        }
    }

    /// Its address as OpenAPI writes it, for one collection.
    pub(crate) fn address(&self, collection: Option<CollectionId>) -> String {
        self.path.replace("{collection}", collection.map_or("", CollectionId::id)).replace(":.+}", "}")
    }
}

/// What is entered at a resource, with POST.
#[derive(Debug, Clone, Copy)]
pub struct WriteEndpoint {
    /// That of the [`Endpoint`].
    pub path: &'static str,
    /// What is entered, in a sentence.
    pub summary: &'static str,
    pub(crate) route: fn() -> Route,
    /// Schema of the body, which is JSON.
    pub(crate) body: fn(&Snapshot) -> Value,
    /// Schema of the answer to what was taken.
    pub(crate) answer: fn() -> Value,
}

/// The former address of an [`Endpoint`]: it answers the same for one release, and says so.
#[derive(Debug, Clone, Copy)]
pub struct FormerEndpoint {
    /// Where it was.
    pub path: &'static str,
    /// Where it is.
    pub successor: &'static str,
}

/// The day since which former addresses are deprecated, 28 November 2026, as RFC 9745 has it.
const DEPRECATED_SINCE: &str = "@1795824000";

impl FormerEndpoint {
    /// What its answers have beside those of its successor (RFC 9745, RFC 5829).
    pub(crate) fn headers(&self) -> DefaultHeaders {
        DefaultHeaders::new()
            .add(("deprecation", DEPRECATED_SINCE))
            .add((header::LINK, format!("<{}>; rel=\"successor-version\"", self.successor)))
    }
}

/// Every endpoint and everything that may be entered, for whoever describes them.
#[derive(Debug)]
pub(crate) struct EndpointList {
    pub(crate) endpoints: Vec<Endpoint>,
    pub(crate) writes: &'static [WriteEndpoint],
    pub(crate) former: &'static [FormerEndpoint],
}

/// Where nothing may be asked.
pub(crate) fn no_parameters(_: &Site, _: Option<CollectionId>) -> Arc<[QueryParameter]> {
    Arc::from([])
}

/// A resource that is read: HEAD is GET without the body, OPTIONS says so, anything else is refused.
pub fn get(path: &str, route: Route) -> Resource {
    let read = guard::Any(guard::Get()).or(guard::Head());
    web::resource(path).route(route.guard(read)).default_service(web::to(headers::other_method))
}

/// A resource that is also written to.
pub fn and_post(resource: Resource, route: Route) -> Resource {
    resource.route(route.method(Method::POST)).default_service(web::to(headers::other_than_post))
}

/// A resource that is only written to.
pub fn post(path: &str, route: Route) -> Resource {
    web::resource(path).route(route.method(Method::POST)).default_service(web::to(headers::only_post))
}
