//! What is not known is nowhere a zero: a figure that is planted in one town and unknown in another, in every body that shows it.

use crate::common::{Answer, ask_of, state_of};
use crate::crawl;
use actix_web::http::Method;
use actix_web::web::Data;
use hereabouts_core::Study;
use hereabouts_core::demand::Basis;
use hereabouts_core::known::KnownCount;
use hereabouts_server::state::ServerState;
use hereabouts_tests::town::{input, town};
use serde_json::Value;
use std::collections::BTreeMap;

/// A count that nothing else in the town is.
const PLANTED: f64 = 4_711.0;

/// Bodies beside those that the definition of the API describes: pages, and members of it that the planted figure stands in.
const BODIES: [&str; 17] = [
    "/",
    "/areas?geography=small",
    "/needs/company?geography=small",
    "/needs/company?geography=small&period=2025-Q4&view=table",
    "/needs/company?geography=whole&view=table",
    "/areas/N0000?geography=small",
    "/areas/west?geography=whole",
    "/compare?geography=small&areas=N0000,N0101",
    "/needs?geography=small",
    "/needs?geography=whole&period=2025-Q4",
    "/map/small.json",
    "/map/whole.json",
    "/v1/compare?a=N0000&b=N0001&geography=small",
    "/ogc/collections/gaps/items?geography=small&limit=1000&period=2025-Q4",
    "/ogc/collections/gaps/items/N0000:company?geography=small",
    "/ogc/collections/neighbourhoods/items/N0000?geography=small",
    "/ogc/collections/cells/items?need=company&limit=1000&f=csv",
];

fn of(count: KnownCount) -> Data<ServerState> {
    let mut changed = input(6, 4, Basis::Synthetic);
    for figure in changed.demand.iter_mut().filter(|d| d.place.code == "N0000" && d.need == "company") {
        (figure.referrals, figure.no_match) = (count, None);
    }
    let mut loaded = town(6, 4, Basis::Synthetic);
    loaded.study = Study::new(changed).unwrap();
    state_of(loaded)
}

/// Every value of an answer, by where it stands: members of JSON, cells of CSV, cells and paragraphs of pages.
fn values(answer: &Answer) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let (kind, body) = (answer.header("content-type"), answer.text());
    if kind.contains("json") {
        members("", &answer.json(), &mut found);
    } else if kind.contains("html") {
        cells(&body, &mut found);
    } else if kind.contains("csv") {
        let mut csv = csv::Reader::from_reader(body.trim_start_matches('\u{feff}').as_bytes());
        let headers = csv.headers().unwrap().clone();
        let id = headers.iter().position(|name| name == "id").unwrap();
        for record in csv.records().map(Result::unwrap) {
            for (name, cell) in headers.iter().zip(&record) {
                found.insert(format!("{} {name}", &record[id]), cell.to_owned());
            }
        }
    }
    found
}

/// Members of features by the feature's id, of areas by their code, of all else by position.
fn members(at: &str, value: &Value, found: &mut BTreeMap<String, String>) {
    match value {
        Value::Object(object) => {
            let id = object.get("id").and_then(Value::as_str).unwrap_or_default();
            for (name, value) in object.iter().filter(|(name, _)| *name != "geometry") {
                members(&format!("{at} {id} {name}"), value, found);
            }
        }
        Value::Array(list) => {
            let is_of_features = list.iter().all(|item| item["id"].is_string());
            for (nth, item) in list.iter().enumerate() {
                // What is ordered by its figures stands elsewhere when they change.
                let nth = item["area_code"].as_str().map_or_else(|| nth.to_string(), str::to_owned);
                members(&if is_of_features { at.to_owned() } else { format!("{at} {nth}") }, item, found);
            }
        }
        other => drop(found.insert(at.to_owned(), other.to_string())),
    }
}

/// Cells of a page's tables by the first of their row, as text; a row of another name is another row.
fn cells(page: &str, found: &mut BTreeMap<String, String>) {
    for row in page.split("<tr").skip(1) {
        let row = row.split("</tr>").next().unwrap_or_default();
        let texts: Vec<String> = row.split("<t").skip(1).map(text).collect();
        for (nth, cell) in texts.iter().enumerate().skip(1) {
            found.insert(format!("{} {nth}", texts[0]), cell.clone());
        }
    }
    let paragraphs = page.split("<p").skip(1).filter(|rest| rest.starts_with(['>', ' ']));
    for (nth, paragraph) in paragraphs.enumerate() {
        found.insert(format!("paragraph {nth}"), text(paragraph.split("</p>").next().unwrap_or_default()));
    }
}

fn text(html: &str) -> String {
    let after = html.split_once('>').map_or("", |(_, after)| after);
    let pieces = after.split('<').enumerate();
    let shown =
        pieces.map(|(nth, piece)| if nth == 0 { piece } else { piece.split_once('>').map_or("", |p| p.1) });
    shown.collect::<Vec<_>>().join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a value is nothing, as a figure: `0`, `0.0`, `-0`, `0%`, `0 of 0`.
fn is_zero(value: &str) -> bool {
    value.chars().any(|c| c == '0') && value.trim_start_matches('-').split([' ', '%']).next() == Some("0")
        || matches!(value, "0.0" | "-0.0" | "0%" | "-0%")
}

#[actix_web::test]
async fn a_figure_that_is_unknown_is_nowhere_a_zero() {
    let [known, unknown] = [KnownCount::counted(PLANTED), KnownCount::UNKNOWN].map(of);
    let (mut compared, mut shown) = (0, 0);
    let described = crawl::described(&known).await;
    // A plan without a need for anything somewhere is another plan, and leaves nothing unmet elsewhere.
    let described = described.iter().map(String::as_str).filter(|path| !path.starts_with("/v1/plan"));
    let paths: Vec<&str> = BODIES.into_iter().chain(described).collect();
    for path in &paths {
        let with = ask_of(known.clone(), Method::GET, path, &[]).await;
        let without = ask_of(unknown.clone(), Method::GET, path, &[]).await;
        assert_eq!(with.status, without.status, "{path}");
        assert!(with.status.as_u16() < 500, "{path}: {}", with.text());
        assert!(!BODIES.contains(path) || with.status == 200, "{path}: {}", with.text());
        let digits =
            |text: &str| text.replace(',', "").matches("4711").count() + text.matches("9422").count();
        shown += usize::from(digits(&with.text()) > 0);
        let without = values(&without);
        for (at, value) in values(&with).iter().filter(|(at, _)| !at.contains("rank")) {
            let Some(now) = without.get(at).filter(|now| *now != value) else { continue };
            compared += 1;
            assert!(!is_zero(now) || is_zero(value), "{path}: {at} was {value} and is {now}");
        }
    }
    println!(
        "{compared} values that differ, in {} bodies, {shown} of which show the planted count",
        paths.len()
    );
    assert!(compared > 200 && shown >= 5, "{compared} {shown}");
    // It would bite: the same town with a zero in place of what is unknown.
    let zero = of(KnownCount::ZERO);
    let path = "/ogc/collections/gaps/items/N0000:company?geography=small";
    let bodies = [ask_of(known, Method::GET, path, &[]).await, ask_of(zero, Method::GET, path, &[]).await];
    let [known, zero] = bodies.map(|answer| values(&answer));
    assert!(known.iter().any(|(at, value)| !is_zero(value) && zero.get(at).is_some_and(|now| is_zero(now))));
}
