use crate::common::Place;

const LISTINGS: &str = "id,name,kind,lon,lat,address\n\
    1,Chair Yoga,group,2.30,54.72,\"Quay Hall, Doggerby\"\n\
    2,Choir,group,2.31,54.72,\"Quay Hall, Doggerby\"\n";

fn event(uid: &str, summary: &str, when: &str) -> String {
    format!(
        "BEGIN:VEVENT\r\nUID:{uid}\r\nSUMMARY:{summary}\r\nLOCATION:Quay Hall\r\n{when}\r\nATTENDEE;CN=Some Body:mailto:some@body.example\r\nEND:VEVENT\r\n"
    )
}

fn calendar() -> String {
    let yoga =
        event("yoga", "Chair yoga", "DTSTART:20260108T100000Z\r\nRRULE:FREQ=WEEKLY;UNTIL=20260226T100000Z");
    let bowls = event("bowls", "Bowls", "DTSTART:20260108T140000Z");
    format!("BEGIN:VCALENDAR\r\n{yoga}{bowls}END:VCALENDAR\r\n")
}

/// Name, chance that it runs, last day seen running and next session, as of a day.
fn seen(place: &Place, as_of: &str) -> Vec<(String, f64)> {
    let args = ["near", "--q", "yoga", "--at", "54.72,2.30", "--as-of", as_of, "--format", "geojson"];
    let found = place.run(args).ended(0).json();
    let one = |feature: &serde_json::Value| {
        let of = &feature["properties"];
        (of["name"].as_str().unwrap().to_owned(), of["chance_it_runs"].as_f64().unwrap())
    };
    found["features"].as_array().unwrap().iter().map(one).collect()
}

#[test]
fn a_calendar_is_evidence_that_its_asset_runs() {
    let place = Place::town();
    let (list, ics) = (place.write("list.csv", LISTINGS), place.write("hall.ics", &calendar()));
    place.run(["import", "assets", list.to_str().unwrap()]).ended(0);
    let chance = |as_of: &str| {
        let found = seen(&place, as_of);
        found.into_iter().find(|(name, _)| name == "Chair Yoga").unwrap().1
    };
    let before = chance("2026-02-26");

    let ran = place.run(["import", "events", ics.to_str().unwrap(), "--json"]).ended(0);
    assert!(
        ran.err.contains("1 of 2 events are of assets here") && ran.err.contains("\"Bowls\""),
        "{}",
        ran.err
    );
    let report = ran.json();
    assert_eq!(
        (report["imported"].as_u64(), report["not_attached"][0]["uid"].as_str()),
        (Some(2), Some("bowls"))
    );
    assert!(before < 0.5 && chance("2026-02-26") == 0.8, "{before}, {}", chance("2026-02-26"));
    assert!(chance("2026-08-26") < 0.8, "what was seen grows old as well");

    let stored = place.run(["export", "events"]).ended(0).out;
    assert!(
        stored.contains("\"yoga\"") && !stored.contains("Some Body") && !stored.contains("body.example"),
        "{stored}"
    );
    place.run(["remove", "events", "hall"]).ended(0);
    assert_eq!(chance("2026-02-26"), before, "without it all is as it was");
    place.run(["import", "demand", ics.to_str().unwrap()]).ended(1);
}

#[test]
fn what_a_calendar_says_is_asked_for_as_days_and_hours() {
    let place = Place::town();
    let (list, ics) = (place.write("list.csv", LISTINGS), place.write("hall.ics", &calendar()));
    place.run(["import", "assets", list.to_str().unwrap()]).ended(0);
    let found = |as_of: &str, also: &[&str]| {
        let args = ["near", "--q", "chair yoga", "--at", "54.72,2.30", "--as-of", as_of, "--format", "json"];
        place.run(args.iter().chain(also)).ended(0).json()
    };
    let fits = |as_of: &str, also: &[&str]| {
        let answer = found(as_of, also);
        answer["fits"].as_array().unwrap().iter().any(|result| result["name"] == "Chair Yoga")
    };
    let open = || found("2026-02-25", &[])["facets_fits"]["open"]["week"].as_u64().unwrap();
    let others = open();
    assert!(!fits("2026-02-25", &["--open", "week"]));
    place.run(["import", "events", ics.to_str().unwrap()]).ended(0);
    // The last of the series is on the next day, Thursday 26 February at ten.
    assert!(fits("2026-02-25", &["--open", "week"]) && !fits("2026-02-27", &["--open", "week"]));
    assert_eq!(open(), others + 1);
    assert!(fits("2026-02-25", &["--day", "thursday", "--after", "09:30", "--before", "10:30"]));
    assert!(!fits("2026-02-25", &["--day", "friday"]));
    assert!(!fits("2026-02-25", &["--day", "thursday", "--after", "10:30"]));
}

#[test]
fn a_calendar_cut_anywhere_is_read_or_refused() {
    let (place, whole) = (Place::empty(), calendar());
    for cut in (0..whole.len()).step_by(whole.len() / 12) {
        let file = place.write("cut.ics", &whole[..cut]);
        let ran = place.run(["import", "events", file.to_str().unwrap(), "--dry-run"]);
        assert!([0, 1, 3].contains(&ran.status) && !ran.err.contains("panicked"), "{cut}: {}", ran.err);
    }
}
