//! Clients that do not say the end, do not read, or ask too much at once: what they hold is bounded, and others are served.

use super::guards::{connect, limited, serve, talk};
use actix_web::HttpResponse;
use actix_web::web::{self, ServiceConfig};
use bytes::Bytes;
use hereabouts_server::room::ServerLimits;
use hereabouts_server::room::SharedBytes;
use hereabouts_server::routes::configure;
use std::env;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const LARGE: usize = 4 << 20;

fn large(config: &mut ServiceConfig) {
    async fn own() -> HttpResponse {
        HttpResponse::Ok().body(vec![b'x'; LARGE])
    }
    async fn shared() -> HttpResponse {
        static ONE: [u8; LARGE] = [b'x'; LARGE];
        let mut answer = HttpResponse::Ok().body(Bytes::from_static(&ONE));
        answer.extensions_mut().insert(SharedBytes);
        answer
    }
    async fn works() -> HttpResponse {
        std::thread::sleep(Duration::from_millis(20));
        HttpResponse::Ok().finish()
    }
    config
        .route("/own", web::get().to(own))
        .route("/shared", web::get().to(shared))
        .route("/works", web::get().to(works));
    configure(config);
}

fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
}

fn status(address: SocketAddr, path: &str) -> String {
    talk(address, &get(path)).split(' ').nth(1).unwrap_or_default().to_owned()
}

fn asks(address: SocketAddr, said: &str) -> TcpStream {
    let mut socket = connect(address);
    // More than is read waits here, and there is no need to.
    socket.set_write_timeout(Some(Duration::from_millis(200))).unwrap();
    let _ = socket.write_all(said.as_bytes());
    socket
}

/// A server in a process of its own, so that its memory is nobody else's.
struct LoneServer {
    child: Child,
    address: SocketAddr,
}

/// Set in the process that serves.
const SERVES: &str = "HEREABOUTS_TEST_SERVES";

impl LoneServer {
    /// Runs a test of this binary again, which serves where [`LoneServer::serves`] says that it should.
    fn start(test: &str) -> Self {
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["--exact", test, "--nocapture"])
            .env(SERVES, "1")
            // Ends it, however this process ends.
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address =
            lines.map_while(Result::ok).find_map(|line| line.strip_prefix("serving ")?.parse().ok()).unwrap();
        Self { child, address }
    }

    /// In the process that serves: does so until the other ends.
    fn serves(limits: ServerLimits) -> bool {
        let is_it = env::var_os(SERVES).is_some();
        if is_it {
            println!("\nserving {}", serve(limited(limits), large));
            let _ = io::copy(&mut io::stdin(), &mut io::sink());
        }
        is_it
    }

    /// Megabytes that it has in memory.
    fn megabytes(&self) -> u64 {
        let statm = std::fs::read_to_string(format!("/proc/{}/statm", self.child.id())).unwrap();
        (statm.split(' ').nth(1).unwrap().parse::<u64>().unwrap() * 4_096) >> 20
    }
}

impl Drop for LoneServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn bodies_that_do_not_come_take_no_places() {
    let address = serve(limited(ServerLimits { requests: 8, ..ServerLimits::default() }), configure);
    let said = "POST /v1/unmet-needs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n";
    let waiting: Vec<_> = (0..60).map(|_| asks(address, said)).collect();
    std::thread::sleep(Duration::from_millis(300));
    for path in ["/ogc", "/v1/needs", "/needs"] {
        assert_eq!(status(address, path), "200", "{path}");
    }
    drop(waiting);
}

#[test]
fn what_only_reads_is_not_asked_for_its_body() {
    let address = serve(limited(ServerLimits::default()), configure);
    for body in ["Content-Length: 10\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n"] {
        for method in ["GET", "HEAD", "OPTIONS"] {
            let began = Instant::now();
            let mut socket =
                asks(address, &format!("{method} /v1/needs HTTP/1.1\r\nHost: localhost\r\n{body}"));
            let mut heard = [0; 512];
            let length = socket.read(&mut heard).unwrap();
            let heard = String::from_utf8_lossy(&heard[..length]).to_lowercase();
            assert!(heard.starts_with("http/1.1 20"), "{method} {body}: {heard}");
            assert!(began.elapsed() < Duration::from_secs(5), "{method} {body}: {:?}", began.elapsed());
            assert!(heard.contains("connection: close"), "{heard}");
        }
    }
}

#[test]
fn a_place_is_held_until_the_answer_is_taken() {
    let address = serve(limited(ServerLimits { requests: 2, ..ServerLimits::default() }), large);
    let mut silent: Vec<_> = (0..2).map(|_| asks(address, &get("/shared"))).collect();
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(status(address, "/v1/needs"), "503");
    assert_eq!(status(address, "/health/ready"), "200");
    let mut taken = Vec::new();
    silent.pop().unwrap().read_to_end(&mut taken).unwrap();
    assert!(taken.len() > LARGE, "nothing is missing: {}", taken.len());
    assert_eq!(status(address, "/v1/needs"), "200");
}

#[test]
fn who_does_not_read_fills_no_memory() {
    let limits = ServerLimits {
        requests: 1_000,
        requests_of_a_client: 1_000,
        bytes_in_flight: 10 * LARGE,
        ..ServerLimits::default()
    };
    if LoneServer::serves(limits) {
        return;
    }
    let server = LoneServer::start("api::crowds::who_does_not_read_fills_no_memory");
    let address = server.address;
    assert_eq!(status(address, "/own"), "200");
    let before = server.megabytes();
    for (path, pipelined) in [("/own", 1), ("/shared", 1), ("/shared", 200), ("/v1/needs", 2_000)] {
        let said = get(path).replace("Connection: close\r\n", "").repeat(pipelined);
        let silent: Vec<_> =
            (0..if pipelined > 200 { 40 } else { 150 }).map(|_| asks(address, &said)).collect();
        let until = Instant::now() + Duration::from_millis(1_500);
        let mut well = 0;
        while Instant::now() < until || well == 0 {
            // A machine with much else to do may take longer than this server waits for a head.
            well += u32::from(status(address, "/health/ready") == "200");
            assert!(until.elapsed() < Duration::from_secs(30), "{path} × {pipelined}: health is not told");
            let more = server.megabytes().saturating_sub(before);
            assert!(more < 200, "{path} × {pipelined}: {more} MB more for who does not read");
        }
        drop(silent);
    }
    assert!(is_answered_again(address, "/own"), "what was held is let go");
}

/// Two thousand requests on a connection took 6 MB, parsed: they wait with the client now, where its bytes are all that they take.
#[test]
fn requests_behind_others_wait_with_the_client() {
    if LoneServer::serves(ServerLimits::default()) {
        return;
    }
    let server = LoneServer::start("api::crowds::requests_behind_others_wait_with_the_client");
    let address = server.address;
    assert_eq!(status(address, "/v1/needs"), "200");
    let before = server.megabytes();
    let said = get("/v1/needs").replace("Connection: close\r\n", "").repeat(2_000);
    let silent: Vec<_> = (0..40).map(|_| asks(address, &said)).collect();
    std::thread::sleep(Duration::from_secs(1));
    let more = server.megabytes().saturating_sub(before);
    println!("{more} MB more for 40 connections with 2,000 requests each");
    assert!(more < 60, "{more} MB");
    assert!(is_answered_again(address, "/health/ready"));
    drop(silent);
}

/// Whether a server that had much to do answers again: while it is late it tells whoever comes to come back.
fn is_answered_again(address: SocketAddr, path: &str) -> bool {
    let until = Instant::now() + Duration::from_secs(30);
    let is_answered = || status(address, path) == "200";
    while !is_answered() {
        if Instant::now() > until {
            return false;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    true
}

/// Whoever asked after health behind two hundred that had something worked out waited for all of them.
#[test]
fn health_does_not_wait_for_what_others_have_worked_out() {
    let limits = ServerLimits { requests: 1_000, requests_of_a_client: 1_000, ..ServerLimits::default() };
    let address = serve(limited(limits), large);
    let mut working: Vec<_> = (0..200).map(|_| asks(address, &get("/works"))).collect();
    for _ in 0..4 {
        let asked = Instant::now();
        assert_eq!(status(address, "/health/ready"), "200");
        assert!(asked.elapsed() < Duration::from_secs(1), "{:?}", asked.elapsed());
    }
    let mut answered = 0;
    for socket in &mut working {
        let mut answer = String::new();
        socket.read_to_string(&mut answer).unwrap();
        assert!(["200", "503"].contains(&answer.split(' ').nth(1).unwrap()), "{answer}");
        answered += usize::from(answer.starts_with("HTTP/1.1 200"));
    }
    assert!((10..200).contains(&answered), "{answered} were answered, the others told to come back");
    assert!(is_answered_again(address, "/works"));
}
