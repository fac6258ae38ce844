//! Every route, as one table: the server mounts it, tests mount it, and the API definition is written from it.

use crate::api;
use crate::error::ApiError;
use crate::http::{embedded, guard, headers, health, metrics, observe, plain, revalidate};
use crate::ogc::{self, Collection};
use crate::oruk;
use crate::query::Parameter;
use crate::snapshot::Snapshot;
use crate::state::State;
use crate::tiles;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::{Compress, from_fn};
use actix_web::web::{self, ServiceConfig};
use actix_web::{App, Error, Resource, Route, guard as method};
use serde_json::Value;

/// A resource of the API: where it is, what it answers and what it takes.
#[derive(Debug, Clone, Copy)]
pub struct Endpoint {
    /// Its address; `{collection}` stands for each [`Collection`].
    pub path: &'static str,
    /// What it is, in a sentence.
    pub summary: &'static str,
    pub(crate) route: fn() -> Route,
    pub(crate) parameters: fn(&Snapshot, Option<Collection>) -> Vec<Parameter>,
    pub(crate) answers: fn(Option<Collection>) -> Vec<(&'static str, Value)>,
    /// Parameters that must be there.
    pub(crate) required: &'static [&'static str],
}

/// What is entered at a resource, with POST.
#[derive(Debug, Clone, Copy)]
pub struct Write {
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

/// What may be entered, and where.
#[must_use]
pub fn writes() -> &'static [Write] {
    api::WRITES
}

/// Everything for programs. Pages are for people, and stand beside it.
#[must_use]
pub fn endpoints() -> Vec<Endpoint> {
    [ogc::ENDPOINTS, api::ENDPOINTS, oruk::ENDPOINTS, tiles::ENDPOINTS, OPERATIONS].concat()
}

const OPERATIONS: &[Endpoint] = &[
    Endpoint {
        path: "/health/live",
        summary: "Whether the process answers.",
        route: || web::to(health::live),
        parameters: |_, _| Vec::new(),
        answers: |_| vec![("application/json", serde_json::json!({ "type": "object" }))],
        required: &[],
    },
    Endpoint {
        path: "/health/ready",
        summary: "Whether it should be sent requests; 503 while it is stopping.",
        route: || web::to(health::ready),
        parameters: |_, _| Vec::new(),
        answers: |_| vec![("application/json", serde_json::json!({ "type": "object" }))],
        required: &[],
    },
    Endpoint {
        path: "/metrics",
        summary: "Figures for the operator, in the Prometheus text format.",
        route: || web::to(metrics::show),
        parameters: |_, _| Vec::new(),
        answers: |_| vec![("text/plain", serde_json::json!({ "type": "string" }))],
        required: &[],
    },
];

/// Mounts every route.
pub fn configure(config: &mut ServiceConfig) {
    for endpoint in endpoints() {
        let resource = get(endpoint.path, (endpoint.route)());
        config.service(match writes().iter().find(|write| write.path == endpoint.path) {
            Some(write) => and_post(resource, (write.route)()),
            None => resource,
        });
    }
    config.service(get("/static/{file:.+}", web::to(embedded::serve)));
    crate::pages::configure(config);
    config.default_service(web::to(nothing));
}

/// A resource that is read: HEAD is GET without the body, OPTIONS says so, anything else is refused.
pub fn get(path: &str, route: Route) -> Resource {
    let read = method::Any(method::Get()).or(method::Head());
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

async fn nothing(request: actix_web::HttpRequest) -> Result<actix_web::HttpResponse, ApiError> {
    Err(ApiError::not_found(format!("resource at {}", request.path())))
}

/// The application around one state and some routes ([`configure`]'s, or a test's own): what `serve` runs, with everything
/// that holds for a request whatever it asks.
pub fn app(
    state: web::Data<State>,
    configure: fn(&mut ServiceConfig),
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = Error,
        InitError = (),
    >,
> {
    // The last is the first to see a request, and the last to see its answer.
    App::new()
        .app_data(state)
        .configure(configure)
        .wrap(from_fn(guard::body))
        .wrap(from_fn(guard::panics))
        .wrap(from_fn(guard::room))
        .wrap(from_fn(guard::own_name))
        .wrap(from_fn(plain::errors))
        .wrap(from_fn(revalidate::revalidate))
        .wrap(Compress::default())
        .wrap(from_fn(headers::add))
        .wrap(from_fn(observe::observe))
}
