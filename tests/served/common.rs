//! One way to ask.

use actix_web::http::header::HeaderMap;
use actix_web::http::{Method, StatusCode};
use actix_web::test::{self, TestRequest};
use actix_web::web::Data;
use hereabouts_core::demand::Basis;
use hereabouts_data::load::LoadedStudy;
use hereabouts_engine::snapshot::Snapshot;
use hereabouts_server::address::ServerAddress;
use hereabouts_server::room::ServerLimits;
use hereabouts_server::routes::{app, configure};
use hereabouts_server::state::ServerState;
use hereabouts_tests::town::{costs, policy, town};
use serde_json::Value;
use std::sync::LazyLock;

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.text()))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().unwrap())
    }

    pub(crate) fn features(&self) -> Vec<Value> {
        assert_eq!(self.status, 200, "{}", self.text());
        self.json()["features"].as_array().unwrap().clone()
    }

    /// Address of the link with this relation, without the host.
    pub(crate) fn link(&self, rel: &str) -> Option<String> {
        let json = self.json();
        let href = json["links"].as_array()?.iter().find(|l| l["rel"] == rel)?["href"].as_str()?.to_owned();
        Some(href.strip_prefix("http://127.0.0.1:8080").unwrap().to_owned())
    }

    /// That a parameter was refused, and which.
    #[track_caller]
    pub(crate) fn refuses(&self, field: &str) {
        assert_eq!(
            (self.status, &self.json()["field"]),
            (StatusCode::BAD_REQUEST, &Value::from(field)),
            "{}",
            self.text()
        );
        assert_eq!(self.header("content-type"), "application/problem+json");
        let json = self.json();
        assert!(json["code"].is_string() && json["description"].is_string() && json["title"].is_string());
    }
}

/// A state around the small town: 6 × 4 neighbourhoods, 3 needs.
pub(crate) fn state(basis: Basis) -> Data<ServerState> {
    state_of(town(6, 4, basis))
}

/// A state around a town.
pub(crate) fn state_of(loaded: LoadedStudy) -> Data<ServerState> {
    Data::new(ServerState::new(
        Snapshot::build(loaded, policy()).with_costs(costs()),
        ServerLimits::default(),
        ServerAddress::at("127.0.0.1:8080".parse().unwrap()),
    ))
}

/// One for all who only ask.
static TOWN: LazyLock<Data<ServerState>> = LazyLock::new(|| state(Basis::Synthetic));

/// Asks the small town.
pub(crate) async fn get(path: &str) -> Answer {
    ask(Method::GET, path, &[]).await
}

/// Asks the small town with a method and headers.
pub(crate) async fn ask(method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
    ask_of(TOWN.clone(), method, path, headers).await
}

/// Asks a state.
pub(crate) async fn ask_of(
    state: Data<ServerState>,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
) -> Answer {
    send(state, method, path, headers, String::new()).await
}

/// Sends a body to a state.
pub(crate) async fn send(
    state: Data<ServerState>,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: String,
) -> Answer {
    let app = test::init_service(app(state, configure)).await;
    let mut request = TestRequest::with_uri(path).method(method);
    if !body.is_empty() {
        request = request.insert_header(("content-length", body.len().to_string())).set_payload(body);
    }
    for (name, value) in headers {
        request = request.insert_header((*name, *value));
    }
    match test::try_call_service(&app, request.to_request()).await {
        Ok(response) => {
            let (status, headers) = (response.status(), response.headers().clone());
            Answer { status, headers, body: test::read_body(response).await.to_vec() }
        }
        // Refusals of what stands around the routes travel as errors until the server writes them.
        Err(error) => {
            let response = error.error_response();
            let (status, headers) = (response.status(), response.headers().clone());
            let body =
                actix_web::body::to_bytes(response.into_body()).await.ok().unwrap_or_default().to_vec();
            Answer { status, headers, body }
        }
    }
}

/// Every feature behind `path`, following `next`.
pub(crate) async fn all(path: &str) -> Vec<Value> {
    let mut features = Vec::new();
    let mut next = Some(path.to_owned());
    while let Some(path) = next {
        let answer = get(&path).await;
        let page = answer.features();
        assert!(!page.is_empty(), "{path}: a page behind `next` has something on it");
        features.extend(page);
        next = answer.link("next");
    }
    features
}
