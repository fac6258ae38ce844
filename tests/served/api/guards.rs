//! One request does not spoil the others': panics, bodies, crowds, odd methods, a real socket.

use crate::common::{ask, ask_of, get};
use actix_web::HttpResponse;
use actix_web::http::{Method, StatusCode};
use actix_web::test::{self, TestRequest};
use actix_web::web::{self, Data, ServiceConfig};
use hereabouts_core::demand::Basis;
use hereabouts_engine::snapshot::Snapshot;
use hereabouts_server::address::ServerAddress;
use hereabouts_server::listen::{ListenConfig, listen};
use hereabouts_server::room::ServerLimits;
use hereabouts_server::routes::{app, configure};
use hereabouts_server::state::ServerState;
use hereabouts_tests::town::{policy, town};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

/// Routes that misbehave, with what stands around every route.
fn odd(config: &mut ServiceConfig) {
    async fn panics() -> HttpResponse {
        panic!("the secret of the handler");
    }
    async fn sleeps() -> HttpResponse {
        actix_web::rt::time::sleep(Duration::from_millis(300)).await;
        HttpResponse::Ok().finish()
    }
    async fn length(body: web::Bytes) -> String {
        body.len().to_string()
    }
    config
        .route("/panics", web::get().to(panics))
        .route("/sleeps", web::get().to(sleeps))
        .route("/health/live", web::get().to(sleeps))
        .route("/length", web::post().to(length));
}

pub(super) fn limited(limits: ServerLimits) -> Data<ServerState> {
    Data::new(ServerState::new(
        Snapshot::build(town(2, 2, Basis::Synthetic), policy()),
        limits,
        ServerAddress::default(),
    ))
}

fn small() -> ServerLimits {
    ServerLimits {
        requests: 1,
        body_bytes: 1_000,
        body_time: Duration::from_millis(400),
        ..ServerLimits::default()
    }
}

#[actix_web::test]
async fn a_panic_is_an_answer() {
    let app = test::init_service(app(limited(ServerLimits::default()), odd)).await;
    for _ in 0..3 {
        let error =
            test::try_call_service(&app, TestRequest::with_uri("/panics").to_request()).await.err().unwrap();
        let response = error.error_response();
        assert_eq!(response.status(), 500);
        assert!(response.headers().contains_key("x-request-id"));
        assert!(response.headers().contains_key("content-security-policy"));
        assert_eq!(response.headers().get("content-type").unwrap(), "application/problem+json");
        let body = actix_web::body::to_bytes(response.into_body()).await.ok().unwrap();
        assert!(!String::from_utf8_lossy(&body).contains("secret"), "nothing of the inside is sent");
    }
}

#[actix_web::test]
async fn a_crowd_is_asked_to_come_back() {
    let app = test::init_service(app(limited(small()), odd)).await;
    let call = |path: &str| test::try_call_service(&app, TestRequest::with_uri(path).to_request());
    let (first, second, health) = futures_util::join!(call("/sleeps"), call("/sleeps"), call("/health/live"));
    assert_eq!(first.unwrap().status(), 200);
    let refused = second.err().unwrap().error_response();
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(refused.headers().get("retry-after").unwrap(), "1");
    assert_eq!(health.unwrap().status(), 200, "health is always answered");
    assert_eq!(call("/sleeps").await.unwrap().status(), 200, "there is room again");
}

/// A server on a port of its own; the thread ends with the process.
pub(super) fn serve(state: Data<ServerState>, routes: fn(&mut ServiceConfig)) -> SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let config = ListenConfig {
        workers: 1,
        connections: 4_096,
        counts_each: true,
        head_time: Duration::from_secs(2),
        stop_time: Duration::from_secs(1),
    };
    std::thread::spawn(move || {
        let server = listen(listener, &config, state, routes).unwrap();
        actix_web::rt::System::new().block_on(server).unwrap();
    });
    address
}

pub(super) fn connect(address: SocketAddr) -> TcpStream {
    let socket = TcpStream::connect(address).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    socket
}

/// Sends, and reads until the server closes or is silent.
pub(super) fn talk(address: SocketAddr, said: &str) -> String {
    let mut socket = connect(address);
    socket.write_all(said.as_bytes()).unwrap();
    let mut heard = Vec::new();
    let _ = socket.read_to_end(&mut heard);
    String::from_utf8_lossy(&heard).into_owned()
}

#[test]
fn a_body_too_large_or_too_slow_is_not_waited_for() {
    let address = serve(limited(small()), odd);
    let post = |length: usize, body: &str| {
        talk(
            address,
            &format!(
                "POST /length HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
            ),
        )
    };
    assert!(post(5, "12345").ends_with("\r\n\r\n5"));
    assert!(post(1_001, "").starts_with("HTTP/1.1 413 "));
    let chunked = talk(
        address,
        &format!(
            "POST /length HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n800\r\n{}\r\n0\r\n\r\n",
            "x".repeat(2_048)
        ),
    );
    assert!(chunked.starts_with("HTTP/1.1 413 "), "{chunked}");

    // A byte now and then would hold a connection for ever.
    let began = Instant::now();
    let mut socket = connect(address);
    socket.write_all(b"POST /length HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900\r\n\r\n").unwrap();
    let mut writer = socket.try_clone().unwrap();
    std::thread::spawn(move || {
        while writer.write_all(b"x").is_ok() && began.elapsed() < Duration::from_secs(8) {
            std::thread::sleep(Duration::from_millis(100));
        }
    });
    let mut heard = Vec::new();
    let _ = socket.read_to_end(&mut heard);
    assert!(
        String::from_utf8_lossy(&heard).starts_with("HTTP/1.1 408 "),
        "{}",
        String::from_utf8_lossy(&heard)
    );
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

#[test]
fn requests_of_a_connection_are_answered_one_after_the_other() {
    let address = serve(limited(ServerLimits::default()), odd);
    let (mut said, mut expected) = (String::new(), Vec::new());
    for nth in 0..300_usize {
        let body = "y".repeat(nth % 97);
        let framed = match nth % 3 {
            0 => format!("Content-Length: {}\r\n\r\n{body}", body.len()),
            // A blank line in a body ends no request.
            1 => format!("Content-Length: {}\r\n\r\n\r\n\r\n{body}", body.len() + 4),
            _ => format!(
                "Transfer-Encoding: chunked\r\n\r\n2\r\nzz\r\n{:x}\r\n{body}q\r\n0\r\n\r\n",
                body.len() + 1
            ),
        };
        expected.push(body.len() + [0, 4, 3][nth % 3]);
        said.push_str(&format!("POST /length HTTP/1.1\r\nHost: localhost\r\n{framed}"));
    }
    said.push_str(
        "POST /length HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx",
    );
    expected.push(1);
    let heard = talk(address, &said);
    let answers: Vec<usize> = (heard.split("HTTP/1.1 200 OK\r\n").skip(1))
        .map(|answer| answer.split("\r\n\r\n").nth(1).unwrap().trim().parse().unwrap())
        .collect();
    assert_eq!(answers, expected, "{heard}");
}

#[test]
fn a_head_that_does_not_come_is_not_waited_for() {
    let address = serve(limited(ServerLimits::default()), configure);
    let began = Instant::now();
    let heard = talk(address, "GET /ogc HTTP/1.1\r\nHost: localhost\r\n");
    assert!(heard.is_empty() || heard.starts_with("HTTP/1.1 408 "), "{heard}");
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

#[test]
fn head_is_get_without_its_body() {
    let address = serve(limited(ServerLimits::default()), configure);
    let ask = |method: &str, path: &str| {
        talk(address, &format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
    };
    for path in [
        "/ogc",
        "/ogc/collections/gaps/items",
        "/ogc/collections/gaps/items?f=html",
        "/ogc/collections/gaps/items?limit=0",
        "/v1/needs",
        "/metrics",
    ] {
        let (get, head) = (ask("GET", path), ask("HEAD", path));
        let (status, body) = (
            |a: &str| a.lines().next().unwrap().to_owned(),
            |a: &str| a.split_once("\r\n\r\n").unwrap().1.to_owned(),
        );
        assert_eq!(status(&get), status(&head), "{path}");
        assert!(body(&head).is_empty() && !body(&get).is_empty(), "{path}: {head}");
        let kind = |a: &str| a.lines().find(|l| l.starts_with("content-type")).map(str::to_owned);
        assert_eq!(kind(&get), kind(&head), "{path}");
    }
}

#[actix_web::test]
async fn what_is_not_read_is_refused_in_words() {
    for method in ["POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "BREW"] {
        let answer = ask(Method::from_bytes(method.as_bytes()).unwrap(), "/ogc/collections", &[]).await;
        assert_eq!(
            (answer.status, answer.header("allow")),
            (StatusCode::METHOD_NOT_ALLOWED, "GET, HEAD, OPTIONS"),
            "{method}"
        );
        assert_eq!(answer.header("content-type"), "application/problem+json");
    }
    let lost = get("/nowhere").await;
    assert_eq!((lost.status.as_u16(), lost.header("content-type")), (404, "application/problem+json"));
}

/// GDAL 3.6 sends no User-Agent and asks for ten features at a time; a page must not cost more than 2 ms (release).
#[actix_web::test]
async fn a_client_without_a_name_is_answered() {
    assert_eq!(
        ask(Method::GET, "/ogc/collections/gaps/items?limit=10", &[("user-agent", "")]).await.status,
        200
    );
}

#[actix_web::test]
async fn a_study_without_areas_or_demand_is_served() {
    for columns in [0, 1] {
        let empty = Data::new(ServerState::new(
            Snapshot::build(town(columns, columns, Basis::Synthetic), policy()),
            ServerLimits::default(),
            ServerAddress::default(),
        ));
        for path in [
            "/ogc",
            "/ogc/api",
            "/ogc/collections",
            "/ogc/collections/gaps/items",
            "/ogc/collections/cells/items",
            "/ogc/collections/neighbourhoods/items?f=csv",
            "/ogc/collections/assets/items?f=html",
        ] {
            let answer = ask_of(empty.clone(), Method::GET, path, &[]).await;
            assert_eq!(answer.status, 200, "{columns} {path}: {}", answer.text());
        }
    }
}
