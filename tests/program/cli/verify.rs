use super::serve::Server;
use crate::common::{Place, command};
use serde_json::Value;
use std::time::{Duration, Instant};

const LISTINGS: &str = "id,name,kind,lon,lat,verified_on\n1,Quay Ramblers,group,2.30,54.72,2025-09-01\n";

fn town() -> Place {
    let place = Place::town();
    let list = place.write("ramblers.csv", LISTINGS);
    place.run(["import", "assets", list.to_str().unwrap()]).ended(0);
    place
}

/// The asset as a search shows it on a day; nothing where it is not found.
fn shown(place: &Place, as_of: &str) -> Option<Value> {
    let args = ["near", "--q", "ramblers", "--at", "54.72,2.30", "--as-of", as_of, "--format", "geojson"];
    let found = place.run(args).ended(0).json();
    let features = found["features"].as_array().unwrap();
    features.iter().map(|f| f["properties"].clone()).find(|p| p["name"] == "Quay Ramblers")
}

fn say(place: &Place, more: &[&str]) -> crate::common::Ran {
    let args = ["verify", "ramblers/1"].iter().chain(more).copied();
    place.run(args)
}

#[test]
fn what_is_said_counts_and_what_is_taken_back_leaves_nothing() {
    let place = town();
    let everything = |place: &Place| {
        (shown(place, "2026-09-01"), place.run(["gaps", "--as-of", "2026-09-01", "--format", "csv"]).out)
    };
    let before = everything(&place);
    assert_eq!(before.0.as_ref().unwrap()["standing"], "listed");

    say(&place, &["runs", "--role", "link-worker", "--on", "2026-09-01"]).ended(0);
    let runs = shown(&place, "2026-09-01").unwrap();
    assert_eq!(
        (runs["verified_on"].as_str(), runs["verified_by"].as_str()),
        (Some("2026-09-01"), Some("link-worker"))
    );
    assert_eq!(runs["chance_it_runs"].as_f64(), Some(1.0));
    assert!(runs["reasons"].to_string().contains("last checked today by a link worker"), "{runs}");

    say(&place, &["full", "--until", "2026-12-31", "--on", "2026-09-01"]).ended(0);
    say(&place, &["changed", "--what", "times,cost", "--on", "2026-09-01"]).ended(0);
    let changed = shown(&place, "2026-09-01").unwrap();
    assert_eq!(
        (changed["full_until"].as_str(), changed["changed"].to_string()),
        (Some("2026-12-31"), "[\"times\",\"cost\"]".into())
    );
    say(&place, &["problem", "--problem", "no-answer", "--role", "public", "--on", "2026-09-01"]).ended(0);
    assert_eq!(shown(&place, "2026-09-01").unwrap()["chance_it_runs"].as_f64(), Some(0.7));
    say(&place, &["closed", "--on", "2026-09-01"]).ended(0);
    assert_eq!(shown(&place, "2026-09-01"), None, "nobody is sent to what has closed");

    for event in ["5", "4", "3", "2", "1"] {
        say(&place, &["undo", "--event", event, "--on", "2026-09-01"]).ended(0);
    }
    assert_eq!(everything(&place), before);
    let history = say(&place, &["--json"]).ended(0).json();
    let events = history["events"].as_array().unwrap();
    assert_eq!(events.len(), 10, "both are in the history");
    assert_eq!((events[0]["said"].as_str(), events[0]["undone_by"].as_u64()), (Some("runs"), Some(10)));
    assert!(say(&place, &[]).ended(0).out.contains("taken back by 10"));
}

#[test]
fn the_worklist_is_the_same_on_the_command_line() {
    let place = town();
    let as_of = ["--as-of", "2026-09-01", "--kind", "group"];
    let table = place.run(["worklist"].into_iter().chain(as_of)).ended(0).out;
    assert!(table.contains("people affected") && table.contains("in reach"), "{table}");
    let json = place.run(["worklist", "--json", "--limit", "500"].into_iter().chain(as_of)).ended(0).json();
    let ids: Vec<&str> =
        json["worklist"].as_array().unwrap().iter().map(|line| line["id"].as_str().unwrap()).collect();
    assert!(ids.len() == 200 && ids[..20].iter().all(|id| table.contains(id)), "{table}");
    place.run(["worklist", "--need", "fod"]).ended(2);
}

#[test]
fn what_cannot_be_said_is_refused_and_nothing_is_kept() {
    let place = town();
    for (more, words) in [
        (&["gone"][..], "possible values"),
        (&["changed"], "--what"),
        (&["changed", "--what", "mood"], "times"),
        (&["runs", "--event", "1"], "--event"),
        (&["full", "--until", "soon"], "--until"),
        (&["undo", "--event", "1"], "no event 1"),
        (&["runs", "--role", "king"], "link-worker"),
    ] {
        let ran = say(&place, more).ended(2);
        assert!(ran.err.contains(words), "{more:?}: {}", ran.err);
    }
    assert!(place.run(["verify", "nobody/1", "runs"]).ended(2).err.contains("source/id"));
    assert!(say(&place, &[]).ended(0).out.contains("nobody has said anything"));
}

#[test]
fn a_later_import_that_was_confirmed_later_is_the_newer_word() {
    let place = town();
    say(&place, &["closed", "--on", "2026-02-01"]).ended(0);
    assert_eq!(shown(&place, "2026-09-01"), None);
    let list = place.write("ramblers.csv", &LISTINGS.replace("2025-09-01", "2026-03-01"));
    place.run(["import", "assets", list.to_str().unwrap()]).ended(0);
    assert_eq!(shown(&place, "2026-09-01").unwrap()["verified_on"], "2026-03-01");
    // A backup has it, and check reads it.
    let file = place.path("with.backup");
    place.run(["backup", file.to_str().unwrap()]).ended(0);
    assert!(crate::common::read(&file).contains("\"said\":\"closed\""));
    place.run(["check"]).ended(0);
}

fn serve(place: &Place) -> Server {
    let mut serve = command();
    serve.args(["serve", "--bind", "127.0.0.1:0", "--store"]).arg(place.store());
    Server::start(serve)
}

const EVENTS: &str = "/v1/assets/ramblers/1/events";

/// Waits until the history holds words, for a second at most.
fn shows(server: &Server, words: &str) {
    let until = Instant::now() + Duration::from_secs(1);
    while !server.get(EVENTS).contains(words) {
        assert!(Instant::now() < until, "{words:?} not within a second: {}", server.get(EVENTS));
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// What was acknowledged stays, killed at once after the answer, twenty times.
#[test]
fn what_was_said_survives_kill_9_right_after_the_answer() {
    let place = town();
    let key = place.run(["key", "add", "--role", "link-worker"]).ended(0).out.trim().to_owned();
    for number in 1..=20 {
        let server = serve(&place);
        let said = if number % 2 == 1 { "closed" } else { "runs" };
        let answer = server.post(EVENTS, &key, &format!("{{\"said\":\"{said}\"}}"));
        server.kill();
        assert!(
            answer.starts_with("HTTP/1.1 201") && answer.contains(&format!("\"number\":{number}")),
            "{answer}"
        );
        let history = say(&place, &["--json"]).ended(0).json();
        let events = history["events"].as_array().unwrap();
        assert_eq!((events.len(), events[number - 1]["said"].as_str()), (number, Some(said)));
    }
    place.run(["check"]).ended(0);
}

#[test]
fn what_others_say_is_seen_within_a_second_and_imports_go_on() {
    let place = town();
    let (key, link_worker) =
        (place.run(["key", "add", "--role", "steward", "--json"]).ended(0).json(), serve(&place));
    let another = serve(&place);
    let id = key["id"].as_str().unwrap();
    let key = key["key"].as_str().unwrap();
    assert!(link_worker.post(EVENTS, key, r#"{"said":"closed"}"#).starts_with("HTTP/1.1 201"));
    shows(&another, "\"standing\":\"closed\"");
    say(&place, &["undo", "--event", "1"]).ended(0);
    shows(&link_worker, "\"undone_by\":2");
    shows(&another, "\"undone_by\":2");

    let list = place.write("more.csv", "id,name,kind,lon,lat\nm1,More,library,2.30,54.72\n");
    place.run(["import", "assets", list.to_str().unwrap()]).ended(0);
    place.run(["check"]).ended(0);

    place.run(["key", "revoke", id]).ended(0);
    // Within a second of the server's own time; how much of it this machine gives is not what is tested.
    let is_refused = |_| {
        std::thread::sleep(Duration::from_millis(500));
        link_worker.post(EVENTS, key, r#"{"said":"runs"}"#).starts_with("HTTP/1.1 401")
    };
    assert!((0..40).any(is_refused), "a revoked key opens nothing");
    let list = place.run(["key", "list"]).ended(0).out;
    assert!(list.contains("revoked") && !list.contains(key), "{list}");
    another.terminate().ended(0);
    link_worker.terminate().ended(0);
}
