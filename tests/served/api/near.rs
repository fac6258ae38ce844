//! What is near a place.

use crate::common::{ask, ask_of, get};
use actix_web::http::Method;
use actix_web::web::Data;
use hereabouts_core::demand::Basis;
use hereabouts_engine::fields::ValueDomain;
use hereabouts_engine::near::CONDITIONS;
use hereabouts_engine::near::conditions::{FormInput, called, fields_of};
use hereabouts_engine::snapshot::Snapshot;
use hereabouts_find::SearchCondition;
use hereabouts_server::address::ServerAddress;
use hereabouts_server::room::ServerLimits;
use hereabouts_server::state::ServerState;
use hereabouts_tests::town::{CORNER, SIDE, policy, town};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// In the middle of the neighbourhood in this column and row.
fn from(column: usize, row: usize) -> String {
    let at = |corner: f64, side: f64, n: usize| corner + side * (n as f64 + 0.5);
    format!("{},{}", at(CORNER.1, SIDE.1, row), at(CORNER.0, SIDE.0, column))
}

async fn near(query: &str) -> Value {
    let answer = get(&format!("/v1/near?{query}")).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

fn minutes(answer: &Value) -> Vec<f64> {
    answer["results"].as_array().unwrap().iter().map(|r| r["minutes"].as_f64().unwrap()).collect()
}

#[actix_web::test]
async fn the_nearest_come_first_and_no_farther_than_asked() {
    let answer = near(&format!("at={}&minutes=12&limit=200", from(2, 2))).await;
    let found = minutes(&answer);
    assert!(
        found.len() >= 3 && found.windows(2).all(|p| p[0] <= p[1]) && found.iter().all(|m| *m <= 12.0),
        "{found:?}"
    );
    assert_eq!(answer["total"].as_u64().unwrap(), found.len() as u64);
    let first = &answer["results"][0];
    assert!(first["reasons"][0].as_str().unwrap().contains("min walk"), "{first}");
    let fewer = near(&format!("at={}&minutes=6&limit=200", from(2, 2))).await;
    assert!(minutes(&fewer).len() < found.len());
    // What lies just outside is farther than asked, and is said.
    let outside = fewer["outside"].as_array().unwrap();
    assert!(!outside.is_empty() && outside.iter().all(|r| r["minutes"].as_f64().unwrap() > 6.0));
}

/// A row of the table is a parameter, a field of the form and, by the same name, what is said to have kept something out.
#[actix_web::test]
async fn every_condition_of_the_table_is_offered_everywhere() {
    let form = get("/find").await.text();
    let schema = get("/ogc/api").await.json();
    let parameters = schema["paths"]["/v1/near"]["get"]["parameters"].to_string();
    let (base, place) = (near("limit=1").await["total"].as_u64().unwrap(), from(2, 2));
    let answer = near(&format!("at={place}")).await;
    let (facets, sure) = (&answer["facets"], &answer["facets_fits"]);
    let study = town(2, 2, Basis::Synthetic).study;
    for field in CONDITIONS {
        let name = field.name;
        assert!(parameters.contains(&format!("\"name\":\"{name}\"")), "{name} is no parameter");
        assert!(form.contains(&format!(" name=\"{name}\"")), "{name} is not in the form");
        assert!(matches!(field.page.input, FormInput::Own) || form.contains(field.page.label), "{name}");
        for facet in field.page.facets {
            let count = facet.name.map_or_else(|| &facets[name][facet.value], |name| &facets[name]);
            let left = near(&format!("at={place}&{name}={}", facet.value)).await;
            assert_eq!(*count, left["total"], "{name}={}", facet.value);
            let sure = facet.name.map_or_else(|| &sure[name][facet.value], |name| &sure[name]);
            assert_eq!(*sure, left["fits_total"], "{name}={}", facet.value);
        }
        // Alone, what it keeps out is all that is missing, and is put down to it.
        for value in values(&field.domain(&study)) {
            let asked = near(&format!("limit=1&{name}={value}")).await;
            let out = asked["removed"].as_array().unwrap().iter().map(|r| r["listings"].as_u64().unwrap());
            assert_eq!(asked["total"].as_u64().unwrap() + out.sum::<u64>(), base, "{name}={value}");
            if asked["total"] == 0 {
                assert_eq!(asked["removed"][0]["parameter"], field.condition.as_str());
                let page = get(&format!("/find?{name}={value}")).await.text();
                assert!(
                    page.contains(&format!("Without {} there", called(field.condition))),
                    "{name}={value}"
                );
            }
        }
    }
    for condition in SearchCondition::ALL {
        let says = fields_of(condition).filter(|field| !field.called.is_empty()).count();
        assert_eq!(says, usize::from(condition != SearchCondition::Minutes), "{condition:?}");
    }
}

/// Values to ask a condition with, one of them hard to meet.
fn values(domain: &ValueDomain) -> Vec<String> {
    match domain {
        ValueDomain::Choice { of, .. } => of.clone(),
        ValueDomain::Flag => ["true".to_owned()].to_vec(),
        ValueDomain::Time => ["04:00".to_owned()].to_vec(),
        ValueDomain::Whole { .. } | ValueDomain::Number => ["1", "3000"].map(str::to_owned).to_vec(),
        _ => ["xyzzyx".to_owned()].to_vec(),
    }
}

/// Listings say English and Polish.
#[actix_web::test]
async fn a_language_goes_by_any_of_its_names() {
    let place = from(2, 2);
    let all = near(&format!("at={place}&minutes=60&limit=200")).await;
    for name in ["Polish", "polish", "pl", "pol", "polski"] {
        let left = near(&format!("at={place}&minutes=60&limit=200&language={name}")).await;
        assert_eq!(left["total"], all["facets"]["language"]["polish"], "{name}");
        assert!(left["total"].as_u64().unwrap() > 0, "{name}");
    }
    let none = near(&format!("at={place}&minutes=60&language=welsh")).await;
    assert_eq!(none["total"], 0);
}

#[actix_web::test]
async fn conditions_combine_and_facets_say_what_each_leaves() {
    let place = from(2, 2);
    let all = near(&format!("at={place}&minutes=60&limit=200")).await;
    for (facet, query) in [("step_free", "step_free=true"), ("free", "free=true"), ("online", "online=true")]
    {
        let left = near(&format!("at={place}&minutes=60&limit=200&{query}")).await;
        assert_eq!(all["facets"][facet], left["total"], "{facet}");
    }
    for (kind, count) in all["facets"]["kind"].as_object().unwrap() {
        let left = near(&format!("at={place}&minutes=60&kind={kind}")).await;
        assert_eq!(*count, left["total"], "{kind}");
    }
    let none = near(&format!("at={place}&minutes=60&kind=park&step_free=true&age=7&q=xyzzyx")).await;
    assert_eq!(none["total"], 0);
    assert!(
        !none["removed"].as_array().unwrap().is_empty() || none["outside"].as_array().unwrap().is_empty()
    );
}

/// What a condition is not known of may fit, stands after all that fits and says what to ask about.
#[actix_web::test]
async fn what_is_not_known_may_fit_and_says_what_to_ask() {
    let mut loaded = town(6, 6, Basis::Synthetic);
    let said = |at: usize| [None, Some(true), Some(false)][at % 3];
    for (at, asset) in loaded.assets.iter_mut().enumerate() {
        let record = &mut asset.record;
        (record.step_free, record.cost_from) =
            (said(at), said(at / 3).map(|free| if free { 0.0 } else { 4.0 }));
        let ages = [None, Some("50+"), Some("16–25"), Some("all ages"), Some("pensioners")];
        (record.ages, record.eligibility) = (ages[at % 5].map(str::to_owned), None);
    }
    let count = loaded.assets.len();
    let state = served(Snapshot::build(loaded, policy()));
    let near = |query: &str| {
        let (state, path) = (state.clone(), format!("/v1/near?limit=200&{query}"));
        async move { ask_of(state, Method::GET, &path, &[]).await.json() }
    };
    let rows = |part: &Value| part.as_array().unwrap().clone();
    for (query, asked) in [
        ("step_free=true", vec!["step_free"]),
        ("free=true", vec!["cost"]),
        ("free=true&step_free=true", vec!["cost", "step_free"]),
        ("age=17", vec!["age"]),
        ("age=70&cost=5&step_free=true", vec!["cost", "step_free", "age"]),
    ] {
        let answer = near(query).await;
        let (fits, may_fit, results) =
            (rows(&answer["fits"]), rows(&answer["may_fit"]), rows(&answer["results"]));
        assert_eq!(
            (answer["fits_total"].clone(), answer["may_fit_total"].clone()),
            (fits.len().into(), may_fit.len().into())
        );
        assert!(
            !fits.is_empty() && !may_fit.is_empty() && fits.len() + may_fit.len() < count,
            "{query}: {answer}"
        );
        assert_eq!([fits.clone(), may_fit.clone()].concat(), results, "{query}");
        assert!(fits.iter().all(|one| one["ask"] == json!([])));
        let of = |row: &Value| {
            row["ask"]
                .as_array()
                .unwrap()
                .iter()
                .map(|word| word.as_str().unwrap().to_owned())
                .collect::<Vec<_>>()
        };
        assert!(
            may_fit
                .iter()
                .all(|one| !of(one).is_empty() && of(one).iter().all(|word| asked.contains(&word.as_str())))
        );
        for told in answer["not_known"].as_array().unwrap() {
            let word = told["parameter"].as_str().unwrap().to_owned();
            assert_eq!(
                told["listings"],
                may_fit.iter().filter(|one| of(one).contains(&word)).count(),
                "{query} {word}"
            );
        }
    }
    // Neither those for others nor those of whom nobody says, as if they took everybody.
    let answer = near("age=17").await;
    let ages = |part: &str| -> BTreeSet<Option<String>> {
        rows(&answer[part]).iter().map(|one| one["ages"].as_str().map(str::to_owned)).collect()
    };
    let words = |all: &[&str]| all.iter().map(|one| Some((*one).to_owned())).collect::<BTreeSet<_>>();
    assert_eq!(ages("fits"), words(&["16–25", "all ages"]));
    assert_eq!(ages("may_fit"), words(&["pensioners"]).into_iter().chain([None]).collect());
}

/// Just outside is up to twice as far, and no farther, however few there are.
#[actix_web::test]
async fn just_outside_stops_at_twice_the_time() {
    let mut some = 0;
    for minutes in 1..=20 {
        let answer = near(&format!("at={}&minutes={minutes}&limit=1", from(2, 2))).await;
        for one in answer["outside"].as_array().unwrap() {
            let taken = one["minutes"].as_f64().unwrap();
            assert!(
                taken > f64::from(minutes) - 0.1 && taken <= f64::from(2 * minutes) + 0.1,
                "{minutes}: {taken}"
            );
            some += 1;
        }
    }
    assert!(some > 10, "{some}");
}

#[actix_web::test]
async fn words_are_forgiving() {
    let all = near("q=gruop&limit=200").await;
    assert!(all["total"].as_u64().unwrap() > 5, "{}", all["total"]);
    assert!(
        all["results"].as_array().unwrap().iter().all(|r| r["minutes"].is_null()),
        "without a place nothing is near"
    );
}

#[actix_web::test]
async fn the_same_rows_are_features() {
    let path = format!("/v1/near?at={}&minutes=30", from(1, 1));
    let features = ask(Method::GET, &path, &[("accept", "application/geo+json")]).await;
    assert_eq!(features.header("content-type"), "application/geo+json");
    let rows = get(&path).await.json()["results"].as_array().unwrap().clone();
    let features = features.features();
    assert_eq!(
        features.iter().map(|f| f["id"].clone()).collect::<Vec<_>>(),
        rows.iter().map(|r| r["id"].clone()).collect::<Vec<_>>()
    );
    assert!(features.iter().all(|f| f["geometry"]["type"] == "Point"));
}

#[actix_web::test]
async fn what_cannot_be_asked_is_named() {
    for (query, field) in
        [("day=someday", "day"), ("after=late", "after"), ("minutes=0", "minutes"), ("from=M1", "from")]
    {
        get(&format!("/v1/near?{query}")).await.refuses(field);
    }
    for (query, field) in [("area=Atlantis", "area"), ("at=153,2", "at"), ("postcode=ZZ1", "postcode")] {
        let answer = get(&format!("/v1/near?{query}")).await;
        assert_eq!(
            (answer.status.as_u16(), answer.json()["field"].as_str()),
            (404, Some(field)),
            "{}",
            answer.text()
        );
    }
}

#[actix_web::test]
async fn neighbourhoods_are_places_too() {
    let answer = near("area=N0202&minutes=30").await;
    assert_eq!(answer["from"]["exactness"], "area");
    assert!(answer["total"].as_u64().unwrap() > 0);
}

#[actix_web::test]
async fn what_is_typed_for_a_place_may_be_any_of_them() {
    for typed in ["N0202", "53.41,-2.39"] {
        let way = if typed.starts_with('N') { "area" } else { "at" };
        assert_eq!(near(&format!("place={typed}")).await, near(&format!("{way}={typed}")).await);
    }
    let answer = get("/v1/near?place=Atlantis").await;
    assert_eq!((answer.status.as_u16(), answer.json()["field"].as_str()), (404, Some("place")));
}

#[actix_web::test]
async fn what_changes_by_the_minute_is_not_kept() {
    let answer = get(&format!("/v1/near?at={}&open=week", from(1, 1))).await;
    assert_eq!((answer.header("cache-control"), answer.header("etag")), ("no-store", ""));
    // Nothing in the small town has a timetable: whoever is asked may say that it is open.
    let answer = answer.json();
    assert_eq!((&answer["fits_total"], &answer["facets_fits"]["open"]["week"]), (&0.into(), &0.into()));
    assert!(answer["total"].as_u64().unwrap() > 0 && answer["total"] == answer["may_fit_total"], "{answer}");
    assert_eq!(answer["total"], answer["facets"]["open"]["week"]);
    assert_eq!(answer["not_known"], json!([{ "parameter": "open", "listings": answer["total"] }]));
    assert!(answer["may_fit"].as_array().unwrap().iter().all(|one| one["ask"] == json!(["open"])));
    get("/v1/near?open=later").await.refuses("open");
}

#[actix_web::test]
async fn words_are_completed_as_they_are_typed() {
    let answer = get("/v1/suggest?q=big%20gro").await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.json()["suggestions"][0], "big group");
    assert!(answer.header("cache-control").contains("no-store"));
    let none = get("/v1/suggest?q=zzzz").await.json();
    assert_eq!(none["suggestions"].as_array().map(Vec::len), Some(0));
    assert_eq!(get("/v1/suggest").await.json()["suggestions"].as_array().map(Vec::len), Some(0));
}

fn served(snapshot: Snapshot) -> Data<ServerState> {
    Data::new(ServerState::new(snapshot, ServerLimits::default(), ServerAddress::default()))
}

/// The currency belongs to the place: words, features and the form of the page have it.
#[actix_web::test]
async fn costs_are_told_in_the_currency_of_the_place() {
    for (code, words, label) in
        [("GBP", "from £3.50", "in £"), ("EUR", "from €3.50", "in €"), ("CHF", "from 3.50 CHF", "in CHF")]
    {
        let mut loaded = town(2, 2, Basis::Synthetic);
        let record = &mut loaded.assets[0].record;
        (record.cost, record.cost_from) = (Some("3.50".to_owned()), Some(3.5));
        let id = record.id();
        let snapshot = Snapshot::build(loaded, policy()).with_currency(code.parse().unwrap());
        let state = served(snapshot);
        let ask = |path: String| {
            let state = state.clone();
            async move { ask_of(state, Method::GET, &path, &[]).await }
        };
        let near = ask("/v1/near?limit=100".to_owned()).await.json();
        let results = near["results"].as_array().unwrap();
        let one = results.iter().find(|result| result["id"] == *id).unwrap();
        assert!(one["reasons"].as_array().unwrap().iter().any(|reason| reason == words), "{one}");
        assert_eq!((&one["cost_from"], &one["currency"]), (&3.5.into(), &code.into()));
        let feature = ask(format!("/ogc/collections/assets/items/{id}")).await.json();
        assert_eq!(feature["properties"]["currency"], code);
        let page = ask("/find?cost=5".to_owned()).await.text();
        assert!(page.contains(&format!("Costs at most, {label}")), "{page}");
    }
}
