//! What stands beside the features: tables, comparison, health, figures for the operator, validators, headers.

use crate::common::{ask, ask_of, get, state};
use actix_web::http::{Method, StatusCode};
use actix_web::web::Data;
use hereabouts_core::demand::Basis;
use hereabouts_engine::snapshot::Snapshot;
use hereabouts_server::address::ServerAddress;
use hereabouts_server::room::ServerLimits;
use hereabouts_server::state::ServerState;
use hereabouts_tests::town::{policy, town};

#[actix_web::test]
async fn tables() {
    let needs = get("/v1/needs").await.json();
    assert_eq!(needs["needs"][0]["id"], "company");
    assert_eq!(needs["needs"][0]["catchment_minutes"], 15.0);
    assert_eq!(needs["needs"][1]["land_standard"]["hectares_per_1000_people"], 3.0);
    let kinds = get("/v1/kinds").await.json();
    assert_eq!(kinds["kinds"][0]["default_places_per_quarter"], 156.0);
    assert_eq!(kinds["kinds"][0]["serves"][0]["need"], "company");
}

#[actix_web::test]
async fn compare() {
    let json = get("/v1/compare?a=N0000&b=N0303&geography=small&need=company").await.json();
    assert_eq!((&json["a"]["area_code"], &json["b"]["area_code"]), (&"N0000".into(), &"N0303".into()));
    assert_eq!(json["needs"].as_array().unwrap().len(), 1);
    let of = |side: &str| json["needs"][0][side]["unmet_likely"].as_f64().unwrap();
    let difference = json["needs"][0]["difference"]["unmet_likely"].as_f64().unwrap();
    assert!((difference - (of("b") - of("a"))).abs() < 0.001);
    assert_eq!(get("/v1/compare?a=west&b=east").await.json()["needs"].as_array().unwrap().len(), 3);
    get("/v1/compare?a=west").await.refuses("b");
    get("/v1/compare?a=west&b=east&need=nope").await.refuses("need");
    assert_eq!(get("/v1/compare?a=west&b=nowhere").await.status, 404);
}

#[actix_web::test]
async fn health_and_figures() {
    assert_eq!(get("/health/live").await.status, 200);
    let state = state(Basis::Synthetic);
    let ready = ask_of(state.clone(), Method::GET, "/health/ready", &[]).await;
    assert_eq!((ready.status, &ready.json()["revision"]), (StatusCode::OK, &7.into()));
    ask_of(state.clone(), Method::GET, "/ogc/collections/assets/items/made-up/0001", &[]).await;
    ask_of(state.clone(), Method::GET, "/ogc/collections/assets/items?name=M1%201AA", &[]).await;
    ask_of(state.clone(), Method::from_bytes(b"MADEUP").unwrap(), "/ogc", &[]).await;
    state.drain();
    assert_eq!(ask_of(state.clone(), Method::GET, "/health/ready", &[]).await.status, 503);
    let metrics = ask_of(state, Method::GET, "/metrics", &[]).await;
    assert!(metrics.header("content-type").starts_with("text/plain; version=0.0.4"));
    let text = metrics.text();
    for line in [
        "hereabouts_requests_total{method=\"GET\",route=\"/ogc/collections/{collection}/items/{featureId:.+}\",status=\"200\"} 1",
        "hereabouts_requests_total{method=\"other\",route=\"/ogc\",status=\"405\"} 1",
        "hereabouts_request_seconds_count{route=\"/ogc/collections/{collection}/items\"} 1",
        "hereabouts_revision 7",
        "hereabouts_assets 24",
        "hereabouts_areas 26",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    assert!(!text.contains("1AA") && !text.contains("made-up"), "no path and no query is counted by name");
}

#[actix_web::test]
async fn validators() {
    let path = "/ogc/collections/gaps/items?limit=3";
    let state = state(Basis::Synthetic);
    let first = ask_of(state.clone(), Method::GET, path, &[]).await;
    let tag = first.header("etag").to_owned();
    assert!(tag.starts_with("W/\"") && tag.contains("-7-"), "{tag}: revision 7");
    assert_eq!(first.header("cache-control"), "no-cache");
    assert!(first.header("vary").contains("accept"));
    for has in [tag.as_str(), "*", &format!("\"x\", {tag}")] {
        let again = ask_of(state.clone(), Method::GET, path, &[("if-none-match", has)]).await;
        assert_eq!(
            (again.status, again.body.len(), again.header("etag")),
            (StatusCode::NOT_MODIFIED, 0, tag.as_str())
        );
        assert_eq!(again.header("access-control-allow-origin"), "*");
    }
    assert_eq!(
        ask_of(state.clone(), Method::GET, path, &[("if-none-match", "W/\"other\"")]).await.status,
        200
    );
    let page = ask_of(state.clone(), Method::GET, &format!("{path}&f=html"), &[]).await;
    assert_ne!(page.header("etag"), tag, "another form is another representation");
    // A refusal is never "not modified".
    let wrong =
        ask_of(state.clone(), Method::GET, "/ogc/collections/gaps/items?limit=0", &[("if-none-match", "*")])
            .await;
    assert_eq!(wrong.status, 400);
    let mut newer = town(6, 4, Basis::Synthetic);
    newer.revision = 8;
    state.swap(Snapshot::build(newer, policy()).into());
    let after = ask_of(state.clone(), Method::GET, path, &[("if-none-match", &tag)]).await;
    assert_eq!(after.status, 200, "another revision is another answer");
    assert_eq!(ask_of(state, Method::GET, "/health/ready", &[]).await.header("etag"), "");
}

#[actix_web::test]
async fn any_site_may_read_what_is_public() {
    for path in ["/ogc", "/ogc/collections/gaps/items", "/v1/needs", "/health/live", "/nowhere"] {
        let answer = ask(Method::GET, path, &[("origin", "https://example.org")]).await;
        assert_eq!(answer.header("access-control-allow-origin"), "*", "{path}");
        assert_eq!(answer.header("access-control-allow-credentials"), "");
    }
    let preflight = [("origin", "https://example.org"), ("access-control-request-method", "GET")];
    let answer = ask(Method::OPTIONS, "/ogc/collections/gaps/items", &preflight).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    assert_eq!(answer.header("allow"), "GET, HEAD, OPTIONS");
    assert_eq!(answer.header("access-control-allow-methods"), "GET, HEAD, OPTIONS");
}

#[actix_web::test]
async fn no_other_site_may_read_what_may_identify_people() {
    let private = state(Basis::Unprotected);
    let here = ask_of(private.clone(), Method::GET, "/ogc/collections/gaps/items", &[]).await;
    assert_eq!((here.status, here.header("access-control-allow-origin")), (StatusCode::OK, ""));
    assert!(here.text().contains("\"basis\":\"unprotected\""));
    let rebound = ask_of(private, Method::GET, "/ogc", &[("host", "evil.example.org")]).await;
    assert_eq!(rebound.status, StatusCode::MISDIRECTED_REQUEST);
    assert!(!rebound.text().contains("links"));
    let trusted = ServerState::new(
        Snapshot::build(town(4, 2, Basis::Unprotected), policy()),
        ServerLimits::default(),
        ServerAddress { trusted_network: true, ..ServerAddress::default() },
    );
    let named = ask_of(Data::new(trusted), Method::GET, "/ogc", &[("host", "intranet.example.org")]).await;
    assert_eq!((named.status, named.header("access-control-allow-origin")), (StatusCode::OK, "*"));
}

#[actix_web::test]
async fn headers_stand_on_every_answer() {
    for path in [
        "/ogc",
        "/ogc/?f=html",
        "/ogc/collections/gaps/items?limit=0",
        "/nowhere",
        "/static/nothing.js",
        "/metrics",
    ] {
        let answer = get(path).await;
        let csp = answer.header("content-security-policy");
        assert!(
            csp.contains("default-src 'none'") && !csp.contains("unsafe") && !csp.contains("http"),
            "{path}: {csp}"
        );
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "same-origin");
        assert!(!answer.header("x-request-id").is_empty());
        assert_eq!(answer.header("server"), "");
    }
    assert_eq!(
        ask(Method::GET, "/ogc", &[("x-request-id", "abc-123")]).await.header("x-request-id"),
        "abc-123"
    );
    let forged = ask(Method::GET, "/ogc", &[("x-request-id", "a b")]).await;
    assert_ne!(forged.header("x-request-id"), "a b");
}

#[actix_web::test]
async fn answers_are_compressed_for_who_takes_it() {
    let path = "/ogc/collections/gaps/items?geography=small";
    let plain = get(path).await;
    for accepted in ["gzip", "gzip, deflate, br, zstd"] {
        let answer = ask(Method::GET, path, &[("accept-encoding", accepted)]).await;
        assert_eq!(answer.header("content-encoding"), "gzip");
        assert!(answer.body.len() * 4 < plain.body.len(), "{} of {}", answer.body.len(), plain.body.len());
    }
    let other = ask(Method::GET, path, &[("accept-encoding", "br")]).await;
    assert_eq!((other.header("content-encoding"), other.body.len()), ("", plain.body.len()));
}
