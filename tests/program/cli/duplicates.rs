use super::serve::Server;
use crate::common::{Place, command};
use serde_json::Value;

const FIRST: &str = "id,name,kind,lon,lat,schedule,phone,last_verified\n\
    1,Knit and Natter,group,2.30,54.72,Thursday 10:00-12:00,0161 496 0001,2026-01-01\n\
    2,Lunch Club,group,2.30,54.72,Tuesday 12:00-14:00,0161 496 0001,2026-01-01\n";

const SECOND: &str = "id,name,kind,lon,lat,schedule,website,last_verified\n\
    x,KNIT & NATTER GROUP,group,2.3002,54.7201,Thursday 10:00-12:00,https://example.org,2026-03-01\n\
    y,Knit and Natter at the Hall,group,2.3001,54.72,Thursday 10:00-12:00,,\n";

/// A town with two lists of one hall.
fn two_lists() -> Place {
    let place = Place::town();
    for (source, text) in [("first", FIRST), ("second", SECOND)] {
        let file = place.write(&format!("{source}.csv"), text);
        let ran = place.run(["import", "assets", file.to_str().unwrap(), "--source", source]).ended(0);
        if source == "second" {
            assert!(ran.err.contains("pairs of listings are of one thing each"), "{}", ran.err);
        }
    }
    place
}

fn state(place: &Place, a: &str, b: &str) -> Option<String> {
    let listed = place.run(["duplicates", "--json"]).ended(0).json();
    let pairs = listed["pairs"].as_array().unwrap().clone();
    let is = |pair: &Value, a: &str, b: &str| pair["a"]["id"] == a && pair["b"]["id"] == b;
    let found = pairs.iter().find(|pair| is(pair, a, b) || is(pair, b, a))?;
    Some(found["state"].as_str().unwrap().to_owned())
}

#[test]
fn pairs_are_listed_with_what_speaks_for_them() {
    let place = two_lists();
    assert_eq!(state(&place, "first/1", "second/x").as_deref(), Some("applied"));
    assert_eq!(state(&place, "first/1", "second/y").as_deref(), Some("proposed"));
    assert_eq!(state(&place, "first/1", "first/2"), None, "two groups in one hall");
    let table = place.run(["duplicates", "list"]).ended(0).out;
    assert!(table.contains("the names say the same") && table.contains("at the same times"), "{table}");
}

#[test]
fn what_is_decided_holds_and_what_is_undone_leaves_no_trace() {
    let place = two_lists();
    // Every source and record; only the number of changes that the store has seen goes up.
    let held = || place.everything().split_once("\"sources\"").unwrap().1.to_owned();
    let before = held();
    place.run(["duplicates", "reject", "second/x", "first/1"]).ended(0);
    assert_eq!(state(&place, "first/1", "second/x").as_deref(), Some("different (decided)"));
    place.run(["duplicates", "apply", "first/1", "second/y"]).ended(0);
    place.run(["duplicates", "apply", "first/2", "first/1"]).ended(0);
    assert_eq!(state(&place, "first/1", "first/2").as_deref(), Some("same (decided)"));
    place.run(["check"]).ended(0);
    for (a, b) in [("first/1", "second/x"), ("first/1", "second/y"), ("first/1", "first/2")] {
        place.run(["duplicates", "undo", a, b]).ended(0);
    }
    assert!(held() == before, "a decision that was taken back left something behind");
    assert_eq!(state(&place, "first/1", "second/x").as_deref(), Some("applied"));
}

#[test]
fn decisions_about_nothing_are_refused() {
    let place = two_lists();
    for args in
        [["apply", "first/1", "first/9"], ["reject", "first/1", "first/1"], ["undo", "first/1", "first/2"]]
    {
        let ran = place.run(["duplicates", args[0], args[1], args[2]]).ended(2);
        assert!(ran.err.starts_with("hereabouts: "), "{}", ran.err);
    }
}

#[test]
fn a_pinned_field_is_as_its_listing_says_and_undoing_it_leaves_no_trace() {
    let place = two_lists();
    let phone = || {
        let near = place.run(["near", "--q", "Knit and Natter", "--format", "json"]).ended(0).json();
        let one = near["results"].as_array().unwrap().iter().find(|r| r["id"] == "first/1").unwrap().clone();
        (one["name"].as_str().unwrap().to_owned(), one["fields_from"].to_string())
    };
    let held = || place.everything().split_once("\"sources\"").unwrap().1.to_owned();
    let before = held();
    // Confirmed last.
    let (name, from) = phone();
    assert!(name == "KNIT & NATTER GROUP" && from.contains("name: second/x (2026-03-01)"), "{name} {from}");
    place.run(["duplicates", "pin", "first/1", "name"]).ended(0);
    let (name, from) = phone();
    assert!(
        name == "Knit and Natter" && from.contains("name: first/1 (2026-01-01, pinned)"),
        "{name} {from}"
    );
    place.run(["duplicates", "pin", "second/x", "name"]).ended(0);
    assert_eq!(phone().0, "KNIT & NATTER GROUP");
    place.run(["check"]).ended(0);
    assert!(place.run(["duplicates", "unpin", "first/1", "name"]).ended(2).err.contains("not pinned"));
    place.run(["duplicates", "unpin", "second/x", "name"]).ended(0);
    assert!(held() == before);
    for (args, why) in [(["pin", "first/1", "place"], "none of"), (["pin", "first/99", "name"], "no listing")]
    {
        assert!(place.run([&["duplicates"], &args[..]].concat()).ended(2).err.contains(why));
    }
}

/// A body sent in parts, each under its length in bytes.
fn unchunked(body: &str) -> String {
    let mut whole = Vec::new();
    let mut rest = body.as_bytes();
    loop {
        let end = rest.windows(2).position(|two| two == b"\r\n").unwrap();
        let length = usize::from_str_radix(std::str::from_utf8(&rest[..end]).unwrap(), 16).unwrap();
        if length == 0 {
            return String::from_utf8(whole).unwrap();
        }
        whole.extend(&rest[end + 2..end + 2 + length]);
        rest = &rest[end + 4 + length..];
    }
}

#[test]
fn the_towns_own_feed_read_as_a_second_list_changes_no_count() {
    let place = Place::town();
    let mut serve = command();
    serve.args(["serve", "--bind", "127.0.0.1:0", "--store"]).arg(place.store());
    let server = Server::start(serve);
    let body = |path: &str| {
        let answer = server.get(path);
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        if head.to_lowercase().contains("transfer-encoding: chunked") {
            unchunked(body)
        } else {
            body.to_owned()
        }
    };
    let items = |more: &str| body(&format!("/ogc/collections/assets/items?limit=10000&f={more}"));
    let (json, table) = (items("json"), items("csv"));
    let whole: Value = serde_json::from_str(&json).unwrap();
    let assets = whole["numberMatched"].as_u64().unwrap();
    assert!(assets > 500, "{assets}");
    let page = |page: u64| -> Value {
        serde_json::from_str(&body(&format!("/oruk/services?per_page=100&page={page}"))).unwrap()
    };
    let services: Vec<Value> = (1..=assets.div_ceil(100))
        .flat_map(|number| page(number)["contents"].as_array().unwrap().clone())
        .map(|service| {
            serde_json::from_str(&body(&format!("/oruk/services/{}", service["id"].as_str().unwrap())))
                .unwrap()
        })
        .collect();
    assert_eq!(services.len() as u64, assets);
    drop(server);
    for (name, text) in
        [("feed.geojson", json), ("feed.csv", table), ("feed.json", Value::Array(services).to_string())]
    {
        let file = place.write(name, &text);
        let ran = place.run(["import", "assets", file.to_str().unwrap(), "--source", "feed"]).ended(0);
        let joined = format!("{assets} pairs of listings are of one thing each");
        assert!(ran.err.contains(&joined), "{name}: {}", ran.err);
        let mut serve = command();
        serve.args(["serve", "--bind", "127.0.0.1:0", "--store"]).arg(place.store());
        let again = Server::start(serve);
        let answer = again.get("/ogc/collections/assets/items?limit=1&f=json");
        assert!(answer.contains(&format!("\"numberMatched\":{assets},")), "{name}");
    }
}
