//! Attacks that once worked: each is made as it was, and leads nowhere.

use crate::common::{Answer, ask_of, send, state};
use actix_web::http::{Method, StatusCode};
use actix_web::web::Data;
use hereabouts_core::demand::Basis;
use hereabouts_data::feedback::journal::VerificationJournal;
use hereabouts_data::feedback::keys::{self, KeyRequest};
use hereabouts_data::feedback::verification::SpeakerRole;
use hereabouts_engine::snapshot::Snapshot;
use hereabouts_server::address::{HeaderName, ServerAddress};
use hereabouts_server::entry_writer::EntryConfig;
use hereabouts_server::room::ServerLimits;
use hereabouts_server::state::ServerState;
use hereabouts_tests::town::{now, policy, today, town};
use std::sync::atomic::{AtomicI64, Ordering};
use tempfile::TempDir;

fn behind(url: &str, client_header: Option<&'static str>, basis: Basis) -> Data<ServerState> {
    let address = ServerAddress {
        public_url: Some(url.to_owned()),
        client_header: client_header.map(HeaderName::from_static),
        ..ServerAddress::at("127.0.0.1:8080".parse().unwrap())
    };
    Data::new(ServerState::new(
        Snapshot::build(town(6, 4, basis), policy()),
        ServerLimits::default(),
        address,
    ))
}

/// A state that takes entries, and a key of a link worker.
fn open(state: &Data<ServerState>) -> (TempDir, String) {
    let dir = tempfile::tempdir().unwrap();
    let role = SpeakerRole::LinkWorker;
    let wanted = KeyRequest { role, label: None, assets: Vec::new(), issued_on: today(), days: 30 };
    let key = keys::add(dir.path(), wanted).unwrap().0;
    state.site().search().unwrap();
    state.take_entries(&EntryConfig { dir: dir.path().to_owned(), now }).unwrap();
    (dir, key)
}

async fn form(state: &Data<ServerState>, path: &str, body: String, more: &[(&str, &str)]) -> Answer {
    let mut headers =
        vec![("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "same-origin")];
    headers.extend(more);
    send(state.clone(), Method::POST, path, &headers, body).await
}

/// A proxy that passes its own upstream on as `Host` made every outsider look like this machine.
#[actix_web::test]
async fn counts_that_may_identify_people_do_not_go_through_a_proxy() {
    let private = state(Basis::Unprotected);
    for (name, value) in [
        ("x-forwarded-for", "192.0.2.1"),
        ("x-forwarded-host", "localhost"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-server", "a"),
        ("forwarded", "for=192.0.2.1"),
        ("via", "1.1 a"),
        ("x-real-ip", "127.0.0.1"),
    ] {
        for path in ["/ogc/collections/gaps/items", "/needs", "/v1/needs", "/health/ready", "/metrics"] {
            let headers = [("host", "127.0.0.1:8080"), (name, value)];
            let answer = ask_of(private.clone(), Method::GET, path, &headers).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{name} {path}");
            assert!(
                answer.text().contains("proxy") && !answer.text().contains("features"),
                "{}",
                answer.text()
            );
        }
    }
    let straight = [("host", "127.0.0.1:8080")];
    assert_eq!(ask_of(private, Method::GET, "/needs", &straight).await.status, 200);
    let public = state(Basis::Synthetic);
    let answer = ask_of(public, Method::GET, "/needs", &[("x-forwarded-for", "192.0.2.1")]).await;
    assert_eq!(answer.status, 200, "what is public is anybody's");
}

#[actix_web::test]
async fn links_are_where_the_operator_says_whatever_a_request_claims() {
    let forged = [
        ("host", "there.example"),
        ("x-forwarded-host", "there.example"),
        ("x-forwarded-proto", "https"),
        ("forwarded", "host=there.example;proto=https"),
    ];
    let mut tags = Vec::new();
    for (state, base) in [
        (state(Basis::Synthetic), "http://127.0.0.1:8080"),
        (behind("https://here.example/", None, Basis::Synthetic), "https://here.example"),
    ] {
        for path in ["/ogc", "/ogc/api", "/ogc/collections/gaps/items?limit=1", "/oruk"] {
            let answer = ask_of(state.clone(), Method::GET, path, &forged).await;
            assert!(answer.text().contains(base), "{path}: {}", answer.text());
            assert!(!answer.text().contains("there.example"), "{path}");
        }
        let own = ask_of(state.clone(), Method::GET, "/ogc", &[]).await.header("etag").to_owned();
        let theirs = ask_of(state.clone(), Method::GET, "/ogc", &forged).await.header("etag").to_owned();
        assert_eq!(own, theirs);
        tags.push(own);
    }
    assert_ne!(tags[0], tags[1], "answers with other links are other answers");
}

/// The entry was kept, the answer could not be written, and whoever asked tried again: entered twice.
#[actix_web::test]
async fn what_cannot_be_answered_is_not_kept() {
    let state = state(Basis::Synthetic);
    let (dir, key) = open(&state);
    let cookie = format!("hereabouts={}", session(&state, &key, &[]).await);
    let signed_in = [("cookie", cookie.as_str())];
    for to in
        ["/%00", "/%09/there.example", "/a%0d%0aSet-Cookie:%20x=1", "/%7f", "/%C2%85", "%0a//there.example"]
    {
        for (path, fields) in [
            ("/say", "asset=made-up/0101&said=runs"),
            ("/want", "need=company&why=none-listed&at=53.41,-2.39"),
            ("/login", &format!("key={key}")),
        ] {
            let answer = form(&state, path, format!("{fields}&to={to}"), &signed_in).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path} {to}: {}", answer.text());
            assert!(!answer.headers.contains_key("set-cookie") && !answer.headers.contains_key("location"));
        }
        let asked = ask_of(state.clone(), Method::GET, &format!("/login?to={to}"), &[]).await;
        assert_eq!(asked.status, StatusCode::BAD_REQUEST, "{to}");
    }
    assert_eq!(VerificationJournal::read(dir.path()).unwrap().entries().len(), 0, "nothing was kept");
    for (to, leads) in [
        ("//there.example", "/"),
        ("/%5cthere.example", "/"),
        ("https://there.example", "/"),
        ("/find?q=caf%C3%A9", "/find?q=caf%C3%A9"),
    ] {
        let answer = form(&state, "/say", format!("asset=made-up/0101&said=runs&to={to}"), &signed_in).await;
        assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, leads), "{to}");
    }
    assert_eq!(VerificationJournal::read(dir.path()).unwrap().entries().len(), 4);
}

/// Signs in, and gives the secret of the session.
async fn session(state: &Data<ServerState>, key: &str, more: &[(&str, &str)]) -> String {
    let answer = form(state, "/login", format!("key={key}"), more).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let cookie = answer.header("set-cookie");
    cookie.split(';').next().unwrap().split_once('=').unwrap().1.to_owned()
}

async fn is_signed_in(state: &Data<ServerState>, name: &str, secret: &str) -> bool {
    let cookie = format!("{name}={secret}");
    let page = ask_of(state.clone(), Method::GET, "/needs", &[("cookie", &cookie)]).await;
    page.text().contains("action=\"/logout\"")
}

#[actix_web::test]
async fn sessions_of_one_key_are_bounded_and_end_with_a_new_sign_in_and_with_the_key() {
    let state = state(Basis::Synthetic);
    let (dir, key) = open(&state);
    let first = session(&state, &key, &[]).await;
    assert!(is_signed_in(&state, "hereabouts", &first).await, "every page says who is signed in");
    let cookie = format!("hereabouts={first}");
    let second = session(&state, &key, &[("cookie", &cookie)]).await;
    assert!(!is_signed_in(&state, "hereabouts", &first).await, "a new sign-in ends the old session");
    assert!(is_signed_in(&state, "hereabouts", &second).await);
    let mut all = Vec::new();
    for _ in 0..100 {
        all.push(session(&state, &key, &[]).await);
    }
    let mut alive = 0;
    for secret in &all {
        alive += usize::from(is_signed_in(&state, "hereabouts", secret).await);
    }
    assert_eq!(alive, 32);
    let last = all.last().unwrap();
    keys::revoke(dir.path(), key.split('_').nth(1).unwrap(), today()).unwrap();
    for _ in 0..50 {
        actix_web::rt::time::sleep(std::time::Duration::from_millis(100)).await;
        if !is_signed_in(&state, "hereabouts", last).await {
            return;
        }
    }
    panic!("a session outlived its key");
}

/// Ten wrong keys from an office, or from many addresses, kept out those who have a good one.
#[actix_web::test]
async fn wrong_keys_do_not_lock_good_ones_out() {
    let state = behind("https://here.example", Some("x-forwarded-for"), Basis::Synthetic);
    let (_dir, key) = open(&state);
    let said = |key: String, from: String| {
        let state = state.clone();
        async move {
            let bearer = format!("Bearer {key}");
            let headers = [
                ("content-type", "application/json"),
                ("authorization", bearer.as_str()),
                ("x-forwarded-for", from.as_str()),
            ];
            let body = "{\"said\":\"runs\"}".to_owned();
            send(state, Method::POST, "/v1/assets/made-up/0101/events", &headers, body).await.status
        }
    };
    let mut refused = 0;
    for n in 0..400 {
        let from = if n % 2 == 0 { "192.0.2.1".to_owned() } else { format!("2001:db8:0:{n:x}::1") };
        refused += u32::from(said("hereabouts_0_0".to_owned(), from).await == StatusCode::TOO_MANY_REQUESTS);
    }
    assert!(refused >= 340, "one address and one network of IPv6 have few tries: {refused}");
    for from in ["192.0.2.1", "2001:db8::1", "198.51.100.9"] {
        assert_eq!(said(key.clone(), from.to_owned()).await, StatusCode::CREATED, "{from}");
    }
}

#[actix_web::test]
async fn over_tls_the_cookie_is_for_this_host_alone_and_browsers_stay_with_tls() {
    let state = behind("https://here.example", None, Basis::Synthetic);
    let (_dir, key) = open(&state);
    let answer = form(&state, "/login", format!("key={key}"), &[]).await;
    let cookie = answer.header("set-cookie").to_owned();
    assert!(cookie.starts_with("__Host-hereabouts=") && cookie.contains("; Secure"), "{cookie}");
    let secret = cookie.split(';').next().unwrap().split_once('=').unwrap().1;
    assert!(is_signed_in(&state, "__Host-hereabouts", secret).await);
    assert!(!is_signed_in(&state, "hereabouts", secret).await, "a name that anybody may set does not count");
    for path in ["/", "/ogc", "/nowhere", "/site.css"] {
        let answer = ask_of(state.clone(), Method::GET, path, &[]).await;
        assert_eq!(answer.header("strict-transport-security"), "max-age=31536000", "{path}");
    }
    for other in [behind("http://here.example", None, Basis::Synthetic), self::state(Basis::Synthetic)] {
        let answer = ask_of(other, Method::GET, "/", &[]).await;
        assert_eq!(answer.header("strict-transport-security"), "", "browsers would never come back");
    }
}

#[actix_web::test]
async fn a_server_whose_disk_is_full_asks_for_no_requests() {
    for (free_bytes, status) in [(0, 200), (u64::MAX, 503)] {
        let limits = ServerLimits { free_bytes, ..ServerLimits::default() };
        let snapshot = Snapshot::build(town(2, 2, Basis::Synthetic), policy());
        let state = Data::new(ServerState::new(snapshot, limits, ServerAddress::default()));
        let (_dir, _) = open(&state);
        let answer = ask_of(state.clone(), Method::GET, "/health/ready", &[]).await;
        assert_eq!(answer.status, status, "{}", answer.text());
        assert_eq!(ask_of(state, Method::GET, "/health/live", &[]).await.status, 200);
    }
}

/// A clock that was set back let keys in again that had expired.
#[actix_web::test]
async fn a_clock_set_back_revives_no_key() {
    static DAYS: AtomicI64 = AtomicI64::new(0);
    fn clock() -> chrono::NaiveDateTime {
        now() + chrono::TimeDelta::days(DAYS.load(Ordering::Relaxed))
    }
    let state = state(Basis::Synthetic);
    let (dir, key) = open(&self::state(Basis::Synthetic));
    state.take_entries(&EntryConfig { dir: dir.path().to_owned(), now: clock }).unwrap();
    let bearer = format!("Bearer {key}");
    let status =
        || async { ask_of(state.clone(), Method::GET, "/login", &[("authorization", &bearer)]).await };
    for (days, good) in [(0, true), (29, true), (31, false), (0, false)] {
        DAYS.store(days, Ordering::Relaxed);
        assert_eq!(status().await.status == 200, good, "{days} days on");
    }
}
