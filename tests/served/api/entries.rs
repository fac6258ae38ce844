//! What is entered: who may, what is refused, what follows from it, what is kept.

use crate::common::{Answer, ask_of, send, state};
use actix_web::http::{Method, StatusCode};
use actix_web::web::Data;
use hereabouts_core::demand::Basis;
use hereabouts_data::feedback::keys::{self, KeyRequest};
use hereabouts_data::feedback::verification::SpeakerRole;
use hereabouts_find::SearchCondition;
use hereabouts_server::entry_writer::EntryConfig;
use hereabouts_server::state::ServerState;
use hereabouts_tests::town::{now, today};
use serde_json::{Value, json};
use tempfile::TempDir;

const EVENTS: &str = "/v1/assets/made-up/0101/events";

/// A town that takes entries, where they are kept, and a key of each role.
struct Town {
    dir: TempDir,
    state: Data<ServerState>,
}

impl Town {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let town = Self { dir, state: state(Basis::Synthetic) };
        town.state.site().search().unwrap();
        town
    }

    fn open(self) -> Self {
        self.state.take_entries(&EntryConfig { dir: self.dir.path().to_owned(), now }).unwrap();
        self
    }

    fn key(&self, role: SpeakerRole, assets: &[&str]) -> String {
        let assets = assets.iter().map(|id| (*id).to_owned()).collect();
        let wanted = KeyRequest { role, label: None, assets, issued_on: today(), days: 30 };
        keys::add(self.dir.path(), wanted).unwrap().0
    }

    async fn get(&self, path: &str) -> Answer {
        ask_of(self.state.clone(), Method::GET, path, &[]).await
    }

    async fn say(&self, key: Option<&str>, said: Value) -> Answer {
        self.say_of(EVENTS, key, said).await
    }

    async fn say_of(&self, path: &str, key: Option<&str>, said: Value) -> Answer {
        let bearer = key.map(|key| format!("Bearer {key}"));
        let mut headers = vec![("content-type", "application/json")];
        headers.extend(bearer.as_deref().map(|bearer| ("authorization", bearer)));
        send(self.state.clone(), Method::POST, path, &headers, said.to_string()).await
    }

    /// Everything that the public figures say.
    async fn figures(&self) -> Vec<Value> {
        let mut all = Vec::new();
        for path in [
            "/ogc/collections/gaps/items?limit=1000",
            "/ogc/collections/assets/items?limit=1000",
            "/v1/near?at=53.41,-2.39&minutes=60&limit=200",
        ] {
            let mut json = self.get(path).await.json();
            json.as_object_mut().unwrap().remove("timeStamp");
            all.push(json);
        }
        all
    }
}

#[actix_web::test]
async fn what_is_said_counts_in_the_next_answer_and_undoing_leaves_nothing() {
    let town = Town::new();
    let key = town.key(SpeakerRole::LinkWorker, &[]);
    let town = town.open();
    let before = town.figures().await;
    let tag = town.get("/ogc/collections/gaps/items").await.header("etag").to_owned();

    let said = town.say(Some(&key), json!({ "said": "closed" })).await;
    assert_eq!(said.status, StatusCode::CREATED, "{}", said.text());
    assert_eq!(
        said.json(),
        json!({ "number": 1, "on": "2026-01-15", "role": "link-worker", "said": "closed", "undone_by": null })
    );
    let history = town.get(EVENTS).await.json();
    assert_eq!((&history["standing"], &history["chance_it_runs"]), (&json!("closed"), &json!(0.0)));
    let closed = town.figures().await;
    assert_ne!(closed[0], before[0], "gaps");
    assert!(
        !closed[2]["results"].to_string().contains("made-up/0101")
            && before[2]["results"].to_string().contains("made-up/0101")
    );
    assert_ne!(town.get("/ogc/collections/gaps/items").await.header("etag"), tag);

    for said in [
        json!({ "said": "changed", "what": ["times"] }),
        json!({ "said": "full", "until": "2026-03-01" }),
        json!({ "said": "moved" }),
    ] {
        assert_eq!(town.say(Some(&key), said).await.status, StatusCode::CREATED);
    }
    for event in [4, 3, 2, 1] {
        assert_eq!(
            town.say(Some(&key), json!({ "said": "undo", "event": event })).await.status,
            StatusCode::CREATED
        );
    }
    assert_eq!(town.figures().await, before);
    let again = town.say(Some(&key), json!({ "said": "undo", "event": 1 })).await;
    assert_eq!(again.status, StatusCode::CONFLICT, "{}", again.text());
    let missing = town.say(Some(&key), json!({ "said": "undo", "event": 99 })).await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    let history = town.get(EVENTS).await.json();
    assert_eq!(history["events"].as_array().unwrap().len(), 8);
    assert_eq!((&history["events"][0]["undone_by"], &history["standing"]), (&json!(8), &json!("listed")));
}

/// What follows from the snapshot before is what follows from scratch.
#[actix_web::test]
async fn what_is_taken_over_is_what_would_be_worked_out_again() {
    let town = Town::new();
    let key = town.key(SpeakerRole::Steward, &[]);
    let town = town.open();
    for (asset, said) in
        [("0101", "closed"), ("0203", "closed"), ("0101", "runs"), ("0302", "moved"), ("0000", "runs")]
    {
        let path = format!("/v1/assets/made-up/{asset}/events");
        assert_eq!(town.say_of(&path, Some(&key), json!({ "said": said })).await.status, StatusCode::CREATED);
        // Some are looked at in between and some are not.
        if said != "closed" {
            town.figures().await;
        }
        let journal = hereabouts_data::feedback::journal::VerificationJournal::read(town.dir.path()).unwrap();
        let fresh = state(Basis::Synthetic);
        fresh.swap(fresh.site().with_verifications(journal.entries()));
        let fresh = Town { dir: tempfile::tempdir().unwrap(), state: fresh };
        assert_eq!(town.figures().await, fresh.figures().await, "{asset} {said}");
        for period in ["2025-Q3", "2025-Q4"] {
            let path = format!("/ogc/collections/gaps/items?limit=1000&geography=small&period={period}");
            let features = |answer: Answer| answer.json()["features"].clone();
            assert_eq!(features(town.get(&path).await), features(fresh.get(&path).await));
        }
    }
}

#[actix_web::test]
async fn the_public_reports_problems_and_nothing_else() {
    let town = Town::new().open();
    let before = town.get(EVENTS).await.json()["chance_it_runs"].as_f64().unwrap();
    let report = town.say(None, json!({ "said": "problem", "problem": "failed-visit" })).await;
    assert_eq!((report.status, report.json()["role"].clone()), (StatusCode::CREATED, json!("public")));
    let after = town.get(EVENTS).await.json();
    assert!((after["chance_it_runs"].as_f64().unwrap() - before * 0.3).abs() < 0.001);
    assert_eq!(after["problems"], json!(["failed-visit"]));
    for said in
        [json!({ "said": "closed" }), json!({ "said": "runs" }), json!({ "said": "undo", "event": 1 })]
    {
        let refused = town.say(None, said).await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{}", refused.text());
        assert_eq!(
            (refused.header("www-authenticate"), refused.header("content-type")),
            ("Bearer", "application/problem+json")
        );
    }
    // However often, it closes nothing; and soon it is too often.
    let mut last = StatusCode::CREATED;
    for _ in 0..12 {
        last = town.say(None, json!({ "said": "problem", "problem": "seems-closed" })).await.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    assert!(town.get(EVENTS).await.json()["chance_it_runs"].as_f64().unwrap() > 0.0);
}

#[actix_web::test]
async fn what_is_not_understood_is_refused_by_its_field() {
    let town = Town::new();
    let key = town.key(SpeakerRole::Steward, &[]);
    let town = town.open();
    for (said, field) in [
        (json!({}), "said"),
        (json!({ "said": "runs", "note": "ask Jo" }), "note"),
        (json!({ "said": "changed", "what": ["mood"] }), "what"),
        (json!({ "said": "full", "until": "2025-01-01" }), "until"),
        (json!({ "said": "full", "until": "2099-01-01" }), "until"),
        (json!({ "said": "runs", "on": "2026-01-16" }), "on"),
        (json!({ "said": "runs", "on": 7 }), "on"),
        (json!("runs"), "body"),
    ] {
        town.say(Some(&key), said).await.refuses(field);
    }
    let unknown = town.say_of("/v1/assets/made-up/none/events", Some(&key), json!({ "said": "runs" })).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    let text = send(
        town.state.clone(),
        Method::POST,
        EVENTS,
        &[("content-type", "text/plain")],
        "{\"said\":\"runs\"}".into(),
    )
    .await;
    assert_eq!(text.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "what a form elsewhere can send");
    let put = send(town.state.clone(), Method::PUT, EVENTS, &[], String::new()).await;
    assert_eq!(
        (put.status, put.header("allow")),
        (StatusCode::METHOD_NOT_ALLOWED, "GET, HEAD, POST, OPTIONS")
    );
    assert_eq!(town.get(EVENTS).await.json()["events"], json!([]));
}

/// Every role at every door.
#[actix_web::test]
async fn each_role_opens_its_doors_and_no_other() {
    let town = Town::new();
    let own = town.key(SpeakerRole::Organiser, &["made-up/0101"]);
    let other = town.key(SpeakerRole::Organiser, &["made-up/0202"]);
    let link_worker = town.key(SpeakerRole::LinkWorker, &[]);
    let steward = town.key(SpeakerRole::Steward, &[]);
    let revoked = town.key(SpeakerRole::Steward, &[]);
    keys::revoke(town.dir.path(), revoked.split('_').nth(1).unwrap(), today()).unwrap();
    let town = town.open();
    let (ok, no, who) = (StatusCode::CREATED, StatusCode::FORBIDDEN, StatusCode::UNAUTHORIZED);
    for (key, runs, problem) in [
        (None, who, ok),
        (Some("hereabouts_0_0"), who, who),
        (Some(revoked.as_str()), who, who),
        (Some(own.as_str()), ok, ok),
        (Some(other.as_str()), no, ok),
        (Some(link_worker.as_str()), ok, ok),
        (Some(steward.as_str()), ok, ok),
    ] {
        assert_eq!(town.say(key, json!({ "said": "runs" })).await.status, runs, "{key:?}");
        let problem_said = town.say(key, json!({ "said": "problem", "problem": "no-answer" })).await;
        assert_eq!(problem_said.status, problem, "{key:?}");
        // Reading is for everybody.
        assert_eq!(town.get(EVENTS).await.status, StatusCode::OK);
    }
    assert!(!town.get(EVENTS).await.text().contains(&own[11..19]), "no id of a key is shown");
}

#[actix_web::test]
async fn a_session_is_for_pages_of_this_server() {
    let town = Town::new();
    let key = town.key(SpeakerRole::LinkWorker, &[]);
    let town = town.open();
    let form = format!("key={key}&to=%2Fareas");
    let login = |site: &'static str, body: String| {
        let headers = [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", site)];
        let state = town.state.clone();
        async move { send(state, Method::POST, "/login", &headers, body).await }
    };
    assert_eq!(login("cross-site", form.clone()).await.status, StatusCode::FORBIDDEN);
    assert_eq!(login("same-origin", "key=wrong".into()).await.status, StatusCode::UNAUTHORIZED);
    let entered = login("same-origin", form).await;
    assert_eq!((entered.status, entered.header("location")), (StatusCode::SEE_OTHER, "/areas"));
    let set = entered.header("set-cookie").to_owned();
    assert!(set.contains("HttpOnly") && set.contains("SameSite=Lax") && !set.contains(&key), "{set}");
    let cookie = set.split(';').next().unwrap().to_owned();

    let say = |site: Option<&'static str>, cookie: String| {
        let mut headers = vec![("content-type", "application/json".to_owned()), ("cookie", cookie)];
        headers.extend(site.map(|site| ("sec-fetch-site", site.to_owned())));
        let state = town.state.clone();
        async move {
            let headers: Vec<(&str, &str)> =
                headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
            send(state, Method::POST, EVENTS, &headers, json!({ "said": "runs" }).to_string()).await
        }
    };
    assert_eq!(say(Some("same-origin"), cookie.clone()).await.status, StatusCode::CREATED);
    assert_eq!(say(Some("cross-site"), cookie.clone()).await.status, StatusCode::FORBIDDEN);
    assert_eq!(say(Some("same-site"), cookie.clone()).await.status, StatusCode::FORBIDDEN);
    assert_eq!(say(None, cookie.clone()).await.status, StatusCode::FORBIDDEN);
    // Who is signed in is shown pages of their own, which nobody else's copy stands for.
    let page = |headers: Vec<(&'static str, String)>| {
        let state = town.state.clone();
        async move {
            let headers: Vec<(&str, &str)> =
                headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
            ask_of(state, Method::GET, "/areas", &headers).await
        }
    };
    let (own, public) = (page(vec![("cookie", cookie.clone())]).await, page(Vec::new()).await);
    assert_ne!(own.header("etag"), public.header("etag"));
    let vary: Vec<&str> = own.headers.get_all("vary").map(|v| v.to_str().unwrap()).collect();
    assert!(own.header("cache-control").contains("private") && vary.join(",").contains("cookie"), "{vary:?}");

    let out = send(
        town.state.clone(),
        Method::POST,
        "/logout",
        &[("cookie", &cookie), ("sec-fetch-site", "same-origin")],
        String::new(),
    )
    .await;
    assert_eq!(out.status, StatusCode::SEE_OTHER);
    assert_eq!(say(Some("same-origin"), cookie).await.status, StatusCode::UNAUTHORIZED);
}

/// Browsers send `Sec-Fetch-Site` over TLS and to this machine only; elsewhere `Origin` tells.
#[actix_web::test]
async fn without_tls_a_form_is_known_by_its_origin() {
    let town = Town::new();
    let key = town.key(SpeakerRole::LinkWorker, &[]);
    let town = town.open();
    let login = |origin: &'static str| {
        let (state, body) = (town.state.clone(), format!("key={key}"));
        async move {
            let headers = [
                ("content-type", "application/x-www-form-urlencoded"),
                ("host", "localhost:8080"),
                ("origin", origin),
            ];
            send(state, Method::POST, "/login", &headers, body).await.status
        }
    };
    assert_eq!(login("http://localhost:8080").await, StatusCode::SEE_OTHER);
    for elsewhere in ["http://localhost:8081", "https://localhost:8080", "http://there.example", "null"] {
        assert_eq!(login(elsewhere).await, StatusCode::FORBIDDEN, "{elsewhere}");
    }
}

#[actix_web::test]
async fn a_key_that_is_revoked_ends_its_sessions_and_guessing_is_slowed() {
    let town = Town::new();
    let key = town.key(SpeakerRole::LinkWorker, &[]);
    let town = town.open();
    assert_eq!(town.say(Some(&key), json!({ "said": "runs" })).await.status, StatusCode::CREATED);
    keys::revoke(town.dir.path(), key.split('_').nth(1).unwrap(), today()).unwrap();
    let mut status = StatusCode::CREATED;
    // Seen at the next look, twice a second.
    for _ in 0..30 {
        actix_web::rt::time::sleep(std::time::Duration::from_millis(100)).await;
        status = town.say(Some(&key), json!({ "said": "runs" })).await.status;
        if status == StatusCode::UNAUTHORIZED {
            break;
        }
    }
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    let mut last = status;
    for _ in 0..12 {
        last = town.say(Some("hereabouts_0_0"), json!({ "said": "runs" })).await.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
}

#[actix_web::test]
async fn a_server_without_a_store_takes_nothing() {
    let town = Town::new();
    assert_eq!(
        town.say(None, json!({ "said": "problem", "problem": "no-answer" })).await.status,
        StatusCode::SERVICE_UNAVAILABLE
    );
}

const UNMET_NEEDS: &str = "/v1/unmet-needs";

fn record(cell: &str) -> Value {
    json!({ "need": "company", "cell": cell, "month": "2026-01", "days": ["thursday"], "constraints": ["step-free"], "why": ["wrong-time", "full"] })
}

#[actix_web::test]
async fn a_record_is_taken_from_whoever_refers_people_and_given_to_nobody() {
    let town = Town::new();
    let (link_worker, organiser) =
        (town.key(SpeakerRole::LinkWorker, &[]), town.key(SpeakerRole::Organiser, &["made-up/0101"]));
    let town = town.open();
    // The search gives the cell, so that no address has to be sent.
    let near = town.get("/v1/near?at=53.41,-2.39&need=advice&limit=1").await.json();
    let cell = near["from"]["cell"].as_str().unwrap().to_owned();
    let figures = town.figures().await;
    let tag = town.get("/ogc/collections/gaps/items").await.header("etag").to_owned();

    for (key, status) in [
        (None, StatusCode::UNAUTHORIZED),
        (Some(organiser.as_str()), StatusCode::FORBIDDEN),
        (Some(link_worker.as_str()), StatusCode::CREATED),
    ] {
        assert_eq!(town.say_of(UNMET_NEEDS, key, record(&cell)).await.status, status);
    }
    for (field, value, blamed) in [
        ("need", json!("dance"), "need"),
        ("cell", json!("somewhere"), "cell"),
        ("cell", json!("89194ad3677ffff"), "cell"),
        ("why", json!([]), "why"),
        ("note", json!("for Jo"), "body"),
    ] {
        let mut bad = record(&cell);
        bad[field] = value;
        town.say_of(UNMET_NEEDS, Some(&link_worker), bad).await.refuses(blamed);
    }
    // What was recorded changes nothing that anybody is shown, not even that something was.
    assert_eq!(town.figures().await, figures);
    assert_eq!(town.get("/ogc/collections/gaps/items").await.header("etag"), tag);
    let offered = town.get(UNMET_NEEDS).await;
    assert!(offered.json().get("unmet_needs").is_none() && !offered.text().contains(&cell));

    // What nobody knew of things that may fit is a reason by itself, in the words of the search.
    let near = town.get("/v1/near?at=53.41,-2.39&step_free=true&course=true").await.json();
    let not_known: Vec<Value> =
        near["not_known"].as_array().unwrap().iter().map(|told| told["parameter"].clone()).collect();
    assert_eq!(not_known.len(), 2, "{near}");
    let unsure = json!({ "need": "company", "cell": cell, "month": "2026-01", "not_known": not_known });
    let answer = town.say_of(UNMET_NEEDS, Some(&link_worker), unsure.clone()).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    assert_eq!(offered.json()["not_known"].as_array().unwrap().len(), 9);
    for condition in SearchCondition::ALL {
        let is_offered = offered.json()["not_known"].as_array().unwrap().contains(&condition.as_str().into());
        assert_eq!(is_offered, condition.ask_about().is_some(), "{condition:?}");
    }

    let (recorded, _) = hereabouts_data::feedback::unmet_needs::all(town.dir.path()).unwrap();
    let recorded: Vec<Value> = recorded.iter().map(|one| serde_json::to_value(one).unwrap()).collect();
    let sorted = |mut of: Value| {
        of["not_known"].as_array_mut().unwrap().sort_by_key(Value::to_string);
        of
    };
    assert_eq!(recorded.len(), 2);
    assert_eq!((&recorded[0], sorted(recorded[1].clone())), (&record(&cell), sorted(unsure)));
}

/// No route whatever gives back what only an unmet-need record holds.
#[actix_web::test]
async fn no_route_reads_unmet_need_records() {
    let town = Town::new();
    let key = town.key(SpeakerRole::Steward, &[]);
    let town = town.open();
    let near = town.get("/v1/near?at=53.41,-2.39&limit=1").await.json();
    let unmet = record(near["from"]["cell"].as_str().unwrap());
    let paths: Vec<String> = hereabouts_server::routes::document(&town.state.site(), "")["paths"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(path, item)| if item.get("servers").is_some() { path.clone() } else { format!("/ogc{path}") })
        .filter(|path| !path.contains('{') && path != "/metrics")
        .collect();
    assert!(paths.len() > 10);
    let bearer = format!("Bearer {key}");
    let all = || async {
        let mut texts = Vec::new();
        for path in &paths {
            let text =
                ask_of(town.state.clone(), Method::GET, path, &[("authorization", &bearer)]).await.text();
            // Times of answers differ between any two.
            texts.push(text.split("\"timeStamp\"").next().unwrap().to_owned());
        }
        texts
    };
    let before = all().await;
    assert_eq!(town.say_of(UNMET_NEEDS, Some(&key), unmet).await.status, StatusCode::CREATED);
    assert_eq!(all().await, before, "whoever asks, before and after are the same");
}

#[actix_web::test]
async fn forms_of_pages_enter_the_same_and_only_from_here() {
    let town = Town::new();
    let key = town.key(SpeakerRole::LinkWorker, &[]);
    let town = town.open();
    let form = |path: &'static str, site: &'static str, cookie: String, body: String| {
        let state = town.state.clone();
        async move {
            let headers = [
                ("content-type", "application/x-www-form-urlencoded"),
                ("sec-fetch-site", site),
                ("cookie", &cookie),
            ];
            send(state, Method::POST, path, &headers, body).await
        }
    };
    let entered = form("/login", "same-origin", String::new(), format!("key={key}")).await;
    let cookie = entered.header("set-cookie").split(';').next().unwrap().to_owned();
    let said = "asset=made-up%2F0101&said=changed&what=times&what=cost&until=&to=%2Fassets%2Fmade-up%2F0101";
    assert_eq!(form("/say", "cross-site", cookie.clone(), said.into()).await.status, StatusCode::FORBIDDEN);
    assert_eq!(
        form("/say", "same-origin", String::new(), said.into()).await.status,
        StatusCode::UNAUTHORIZED
    );
    let back = form("/say", "same-origin", cookie.clone(), said.into()).await;
    assert_eq!((back.status, back.header("location")), (StatusCode::SEE_OTHER, "/assets/made-up/0101"));
    assert_eq!(town.get(EVENTS).await.json()["changed"], json!(["times", "cost"]));
    let undo = "asset=made-up%2F0101&said=undo&event=1&to=https%3A%2F%2Fthere.example";
    let back = form("/say", "same-origin", cookie.clone(), undo.into()).await;
    assert_eq!((back.status, back.header("location")), (StatusCode::SEE_OTHER, "/"), "{}", back.text());
    // Anybody may report from a page of ours, and from none of others.
    let report = "asset=made-up%2F0101&said=problem&problem=no-answer";
    assert_eq!(form("/say", "cross-site", String::new(), report.into()).await.status, StatusCode::FORBIDDEN);
    assert_eq!(form("/say", "same-origin", String::new(), report.into()).await.status, StatusCode::SEE_OTHER);

    let near = town.get("/v1/near?at=53.41,-2.39&limit=1").await.json();
    let unmet = format!(
        "need=company&cell={}&why=too-far&why=full&days=monday&to=%2Ffind",
        near["from"]["cell"].as_str().unwrap()
    );
    assert_eq!(
        form("/want", "same-origin", String::new(), unmet.clone()).await.status,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(form("/want", "same-origin", cookie, unmet).await.header("location"), "/find");
    assert_eq!(hereabouts_data::feedback::unmet_needs::all(town.dir.path()).unwrap().0[0].why.len(), 2);
    assert_eq!(town.get("/say").await.status, StatusCode::METHOD_NOT_ALLOWED);
}

/// People × (1 − chance), as the features have both: an order worked out by itself.
#[actix_web::test]
async fn the_worklist_puts_first_what_affects_most_people() {
    let town = Town::new();
    let key = town.key(SpeakerRole::LinkWorker, &[]);
    let town = town.open();
    let worklist = || async {
        let json = town.get("/v1/worklist?limit=200").await.json();
        let lines = json["worklist"].as_array().unwrap().clone();
        assert_eq!(json["total"].as_u64().unwrap() as usize, lines.len());
        lines
    };
    let lines = worklist().await;
    assert_eq!(lines.len(), 24);
    let mut before = f64::INFINITY;
    for line in &lines {
        let (people, affected, chance) = (
            line["people"].as_f64().unwrap(),
            line["people_affected"].as_f64().unwrap(),
            line["chance_it_runs"].as_f64().unwrap(),
        );
        assert!((affected - people * (1.0 - chance)).abs() < 1.0 + people * 0.0005, "{line}");
        assert!(affected <= before, "{affected} after {before}");
        assert_eq!(line["misled"], line["people_affected"], "the former name, for one release");
        before = affected;
    }
    let last = lines.last().unwrap()["id"].as_str().unwrap().to_owned();
    let first = lines[0]["id"].as_str().unwrap().to_owned();
    let of = |id: &str| format!("/v1/assets/{id}/events");
    town.say_of(&of(&last), None, json!({ "said": "problem", "problem": "failed-visit" })).await;
    town.say_of(&of(&first), Some(&key), json!({ "said": "runs" })).await;
    let closed = lines[1]["id"].as_str().unwrap().to_owned();
    town.say_of(&of(&closed), Some(&key), json!({ "said": "closed" })).await;
    let after = worklist().await;
    let at = |id: &str| after.iter().position(|line| line["id"] == id);
    assert!(at(&last) < Some(23) && at(&first) > Some(5) && at(&closed).is_none());
    let parks = town.get("/v1/worklist?kind=park&need=outdoors&limit=2&offset=1").await.json();
    assert_eq!(parks["worklist"].as_array().unwrap().len(), 2);
    assert!(parks["worklist"].as_array().unwrap().iter().all(|line| line["kind"] == "park"));
    town.get("/v1/worklist?kind=castle").await.refuses("kind");
}

/// Former addresses give the bodies of their successors, and say so (RFC 9745).
#[actix_web::test]
async fn former_addresses_answer_the_same_and_say_where_they_went() {
    let town = Town::new();
    let key = town.key(SpeakerRole::LinkWorker, &[]);
    let town = town.open();
    let near = town.get("/v1/near?at=53.41,-2.39&limit=1").await.json();
    let cell = near["from"]["cell"].as_str().unwrap().to_owned();
    for (former, path) in [("/v1/queue?limit=3", "/v1/worklist?limit=3"), ("/v1/wants", UNMET_NEEDS)] {
        let (before, now) = (town.get(former).await, town.get(path).await);
        assert_eq!((before.status, before.text()), (now.status, now.text()));
        assert!(before.header("deprecation").starts_with('@'), "{former}");
        let successor = path.split('?').next().unwrap();
        assert_eq!(before.header("link"), format!("<{successor}>; rel=\"successor-version\""));
        assert!(!now.headers.contains_key("deprecation"), "{path}");
        let definition = hereabouts_server::routes::document(&town.state.site(), "");
        let former = former.split('?').next().unwrap();
        assert_eq!(definition["paths"][former]["get"]["deprecated"], json!(true));
        assert!(definition["paths"][successor]["get"].get("deprecated").is_none());
    }
    let json = town.get("/v1/queue?limit=3").await.json();
    assert_eq!(json["queue"], json["worklist"]);
    let taken = town.say_of("/v1/wants", Some(&key), record(&cell)).await;
    assert_eq!(taken.status, StatusCode::CREATED);
    assert!(taken.header("deprecation").starts_with('@'));
}

/// `where` is the former name of `location_precision`.
#[actix_web::test]
async fn assets_are_found_by_either_name_of_the_location_precision() {
    let town = Town::new().open();
    let now = town.get("/ogc/collections/assets/items?location_precision=exact").await.features();
    let before = town.get("/ogc/collections/assets/items?where=exact").await.features();
    assert!(!now.is_empty());
    assert_eq!(before, now);
    assert!(now.iter().all(|one| one["properties"]["where"] == one["properties"]["location_precision"]));
    let schema = town.get("/ogc/collections/assets/schema").await.json();
    let former = &schema["properties"]["properties"]["properties"]["where"];
    assert_eq!(former["deprecated"], json!(true));
    assert_eq!(former["description"], "Deprecated: see location_precision.");
}
