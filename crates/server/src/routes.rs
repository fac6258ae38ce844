//! Every route, as one table: the server mounts it, tests mount it, and the API definition is written from it.

use crate::endpoint::{Endpoint, EndpointList, FormerEndpoint, WriteEndpoint, and_post, get, no_parameters};
use crate::error::ApiError;
use crate::http::{embedded, guard, headers, health, metrics, observe, revalidate, sent};
use crate::pages::{self, errors};
use crate::state::ServerState;
use crate::{api, ogc, openapi, oruk, tiles};
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::middleware::{Compress, from_fn};
use actix_web::web::{self, ServiceConfig};
use actix_web::{App, Error};
use hereabouts_engine::site::Site;
use serde_json::Value;

/// What may be entered, and where.
#[must_use]
pub fn writes() -> &'static [WriteEndpoint] {
    api::WRITES
}

/// Former addresses, which answer for one release what their successors answer.
#[must_use]
pub fn former() -> &'static [FormerEndpoint] {
    api::FORMER
}

/// Everything for programs. Pages are for people, and stand beside it.
#[must_use]
pub fn endpoints() -> Vec<Endpoint> {
    [
        ogc::LANDING,
        openapi::ENDPOINTS,
        ogc::COLLECTIONS,
        api::ENDPOINTS,
        oruk::ENDPOINTS,
        tiles::ENDPOINTS,
        OPERATIONS,
    ]
    .concat()
}

fn list() -> EndpointList {
    EndpointList { endpoints: endpoints(), writes: writes(), former: former() }
}

/// The definition of the API; `base` is the address of the server.
#[must_use]
pub fn document(site: &Site, base: &str) -> Value {
    openapi::document(site, base, &list())
}

const OPERATIONS: &[Endpoint] = &[
    Endpoint {
        path: "/health/live",
        summary: "Whether the process answers.",
        route: || web::to(health::live),
        parameters: no_parameters,
        answers: |_| vec![("application/json", serde_json::json!({ "type": "object" }))],
        required: &[],
    },
    Endpoint {
        path: "/health/ready",
        summary: "Whether it should be sent requests; 503 while it is stopping or its disk is full.",
        route: || web::to(health::ready),
        parameters: no_parameters,
        answers: |_| vec![("application/json", serde_json::json!({ "type": "object" }))],
        required: &[],
    },
    Endpoint {
        path: "/metrics",
        summary: "Figures for the operator, in the Prometheus text format.",
        route: || web::to(metrics::show),
        parameters: no_parameters,
        answers: |_| vec![("text/plain", serde_json::json!({ "type": "string" }))],
        required: &[],
    },
];

/// Mounts every route.
pub fn configure(config: &mut ServiceConfig) {
    let resource = |path: &str, endpoint: &Endpoint| {
        let resource = get(path, (endpoint.route)());
        match writes().iter().find(|write| write.path == endpoint.path) {
            Some(write) => and_post(resource, (write.route)()),
            None => resource,
        }
    };
    for endpoint in endpoints() {
        config.service(resource(endpoint.path, &endpoint));
        for former in former().iter().filter(|former| former.successor == endpoint.path) {
            config.service(resource(former.path, &endpoint).wrap(former.headers()));
        }
    }
    config.app_data(web::Data::new(list()));
    config.service(get("/static/{file:.+}", web::to(embedded::serve)));
    pages::configure(config);
    config.default_service(web::to(nothing));
}

async fn nothing(request: actix_web::HttpRequest) -> Result<actix_web::HttpResponse, ApiError> {
    Err(ApiError::not_found(format!("resource at {}", request.path())))
}

/// The application around one state and some routes ([`configure`]'s, or a test's own): what `serve` runs, with everything
/// that holds for a request whatever it asks.
pub fn app(
    state: web::Data<ServerState>,
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
        .wrap(from_fn(guard::panics))
        .wrap(from_fn(sent::place))
        .wrap(from_fn(guard::body))
        .wrap(from_fn(guard::this_machine_only))
        .wrap(from_fn(errors::as_pages))
        .wrap(from_fn(revalidate::revalidate))
        .wrap(Compress::default())
        .wrap(from_fn(headers::add))
        .wrap(from_fn(observe::observe))
}
