use super::serve::Server;
use crate::common::{Place, command};
use std::fs;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

/// What nobody may ever find: a name, as somebody might type one into any field.
const MARKER: &str = "Zebedee-Quillfeather-1937";

fn holds(dir: &Path, marker: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            found.extend(holds(&entry, marker));
        } else if contains(&fs::read(&entry).unwrap(), marker) {
            found.push(entry.display().to_string());
        }
    }
    found
}

fn contains(bytes: &[u8], marker: &[u8]) -> bool {
    bytes.windows(marker.len()).any(|window| window == marker)
}

/// Whether any memory that a process may write holds the marker.
fn remembers(process: u32, marker: &[u8]) -> bool {
    let maps = fs::read_to_string(format!("/proc/{process}/maps")).unwrap();
    let mut memory = fs::File::open(format!("/proc/{process}/mem")).unwrap();
    maps.lines().filter(|line| line.split(' ').nth(1).is_some_and(|rights| rights.starts_with("rw"))).any(
        |line| {
            let (from, to) = line.split(' ').next().unwrap().split_once('-').unwrap();
            let [from, to] = [from, to].map(|hex| u64::from_str_radix(hex, 16).unwrap());
            let mut bytes = vec![0; usize::try_from(to - from).unwrap()];
            memory.seek(SeekFrom::Start(from)).is_ok()
                && memory.read_exact(&mut bytes).is_ok()
                && contains(&bytes, marker)
        },
    )
}

#[test]
fn what_names_somebody_is_kept_nowhere() {
    let place = Place::town();
    let key = place.run(["key", "add", "--role", "link-worker"]).ended(0).out.trim().to_owned();
    let mut serve = command();
    serve.args(["--log", "trace", "serve", "--bind", "127.0.0.1:0", "--store"]).arg(place.store());
    let server = Server::start(serve);
    let near = server.get("/v1/near?at=54.72,2.30&need=food&limit=1");
    let cell = near.split("\"cell\":\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let record =
        |more: &str| format!("{{\"need\":\"food\",\"cell\":\"{cell}\",\"why\":[\"too-far\"]{more}}}");
    let taken = server.post("/v1/unmet-needs", &key, &record(""));
    assert!(taken.starts_with("HTTP/1.1 201"), "{taken}");

    for bad in [
        record(&format!(",\"note\":\"{MARKER}\"")),
        record(&format!(",\"{MARKER}\":1")),
        record(&format!(",\"days\":[\"{MARKER}\"]")),
        record("").replace("food", MARKER),
        record("").replace(&cell, MARKER),
        format!("{{\"{MARKER}"),
    ] {
        let refused = server.post("/v1/unmet-needs", &key, &bad);
        assert!(refused.starts_with("HTTP/1.1 400") && !refused.contains(MARKER), "{refused}");
    }
    for path in ["/v1/near?q=", "/v1/near?postcode=", "/v1/near?language=", "/v1/assets/"] {
        server.get(&format!("{path}{MARKER}"));
    }
    // What others ask afterwards takes the place of what was asked before.
    for _ in 0..200 {
        server.get("/v1/near?at=54.72,2.30&q=walking&limit=3");
        server.post(
            "/v1/unmet-needs",
            &key,
            &record(",\"note\":\"something as long as a name that somebody may have typed\""),
        );
    }
    assert!(!remembers(server.process(), MARKER.as_bytes()), "in memory");
    assert!(remembers(server.process(), cell.as_bytes()), "the search finds nothing at all");
    let said = server.said();
    assert!(said.contains("/v1/unmet-needs") && !said.contains(MARKER), "in the log");
    server.terminate().ended(0);
    let dir = place.store();
    assert_eq!(holds(&dir, MARKER.as_bytes()), Vec::<String>::new(), "in the store");
    assert!(
        !holds(&dir.join("wants"), cell.as_bytes()).is_empty(),
        "the search of files finds what is there"
    );

    // Counts of what was looked for are kept, and not what was typed.
    let records = place.run(["unmet-needs", "--json"]).ended(0).json();
    assert_eq!(records["unmet_needs"].as_array().unwrap().len(), 1);
    let searches = records["searches"].as_array().unwrap();
    assert!(
        searches.iter().any(|s| s["of"]["need"] == "food" && s["of"]["cell"].is_string()),
        "{searches:?}"
    );
    assert!(place.run(["unmet-needs"]).ended(0).out.contains("UNPROTECTED"));
}

#[test]
fn what_was_recorded_survives_kill_9_right_after_the_answer() {
    let place = Place::town();
    let key = place.run(["key", "add", "--role", "link-worker"]).ended(0).out.trim().to_owned();
    for number in 1..=10 {
        let mut serve = command();
        serve.args(["serve", "--bind", "127.0.0.1:0", "--store"]).arg(place.store());
        let server = Server::start(serve);
        let near = server.get("/v1/near?at=54.72,2.30&limit=1");
        let cell = near.split("\"cell\":\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let answer = server.post(
            "/v1/unmet-needs",
            &key,
            &format!("{{\"need\":\"food\",\"cell\":\"{cell}\",\"why\":[\"full\"]}}"),
        );
        server.kill();
        assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
        let kept = place.run(["unmet-needs", "--json"]).ended(0).json();
        assert_eq!(kept["unmet_needs"].as_array().unwrap().len(), number);
    }
    place.run(["check"]).ended(0);
}
