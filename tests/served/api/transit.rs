//! By public transport as well: answers that can be reckoned by hand, and laws that hold whatever runs.

use crate::common::{Answer, ask_of, get};
use actix_web::http::Method;
use actix_web::web::Data;
use hereabouts_core::demand::Basis;
use hereabouts_core::place::Place;
use hereabouts_data::load::LoadedStudy;
use hereabouts_engine::origin::Origin;
use hereabouts_engine::reach::{self, ReachRequest, ReachShape};
use hereabouts_engine::site::Site;
use hereabouts_engine::snapshot::Snapshot;
use hereabouts_engine::travel_mode::ModeRequest;
use hereabouts_server::address::ServerAddress;
use hereabouts_server::room::ServerLimits;
use hereabouts_server::state::ServerState;
use hereabouts_tests::gtfs::{Line, every, feed, kept};
use hereabouts_tests::town::{CORNER, SIDE, policy, town};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// `x` and `y` in neighbourhoods from the south-western corner: longitude and latitude.
fn place(x: f64, y: f64) -> [f64; 2] {
    [CORNER.0 + SIDE.0 * x, CORNER.1 + SIDE.1 * y]
}

/// Minutes that the bus takes from the west of the town to its east.
const RIDE: i32 = 5;

/// Every twenty minutes from the hour.
const EVERY: usize = 20;

/// The small town with a bus from its west to its east and back, of which the stop in the east has steps.
fn by_bus() -> LoadedStudy {
    let stops = [("W", place(1.5, 1.5), "1"), ("E", place(10.5, 1.5), "2"), ("F", place(10.5, 3.5), "")];
    let line = |calls, wheelchair| Line {
        service: "week",
        calls,
        leaves: every((8, 0), (20, 0), EVERY),
        wheelchair,
    };
    let lines = [
        line(&[(0, 0), (1, RIDE)], ""),
        line(&[(1, 0), (0, RIDE)], ""),
        line(&[(0, 0), (2, 15)], "1"),
        line(&[(0, 0), (2, 10)], "2"),
    ];
    let mut loaded = town(12, 4, Basis::Synthetic);
    loaded.transit = vec![kept("buses", &feed(&stops, &lines))];
    loaded
}

fn served(loaded: LoadedStudy) -> Data<ServerState> {
    Data::new(ServerState::new(
        Snapshot::build(loaded, policy()),
        ServerLimits::default(),
        ServerAddress::default(),
    ))
}

static TOWN: LazyLock<Data<ServerState>> = LazyLock::new(|| served(by_bus()));

async fn asked(path: &str) -> Answer {
    ask_of(TOWN.clone(), Method::GET, path, &[]).await
}

async fn json(path: &str) -> Value {
    let answer = asked(path).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

fn at([lon, lat]: [f64; 2]) -> String {
    format!("{lat},{lon}")
}

/// Each result's minutes, those at the 90th percentile, those on foot, and how.
fn ways(answer: &Value) -> BTreeMap<String, (f64, Option<f64>, Option<f64>, String)> {
    let results = answer["results"].as_array().unwrap().iter();
    let with = results.filter(|result| result["minutes"].is_number());
    with.map(|r| {
        let way = (
            r["minutes"].as_f64().unwrap(),
            r["minutes_p90"].as_f64(),
            r["minutes_on_foot"].as_f64(),
            r["mode"].as_str().unwrap_or("walk").to_owned(),
        );
        (r["id"].as_str().unwrap().to_owned(), way)
    })
    .collect()
}

/// Whole seconds on foot at 4.8 km/h, a straight line made 30 % longer.
fn walk(a: [f64; 2], b: [f64; 2]) -> f64 {
    let of = |p: [f64; 2]| Place::new(p[0], p[1]).unwrap();
    of(a).distance(of(b)).get() * 1.3 / 4.8 * 3.6
}

#[actix_web::test]
async fn minutes_are_those_reckoned_by_hand() {
    let from = place(1.5, 1.5);
    let answer = json(&format!("/v1/near?at={}&mode=walk+transit&minutes=60&limit=200", at(from))).await;
    let ways = ways(&answer);
    let assets = by_bus();
    let mut by_vehicle = 0;
    for asset in assets.study.assets() {
        let Some(there) = asset.asset.place.map(|p| [p.lon(), p.lat()]) else { continue };
        let on_foot = walk(from, there);
        // East, and in the other street by the faster of two lines.
        let ends = [(place(10.5, 1.5), RIDE), (place(10.5, 3.5), 10)].map(|(stop, ride)| {
            let rest = walk(stop, there);
            (rest <= 1200.0).then_some(f64::from(ride * 60) + rest.ceil())
        });
        let mut seconds: Vec<f64> = (0..60)
            .map(|minute| {
                let wait = f64::from((20 - (30 + minute) % 20) % 20 * 60);
                let ridden = ends.iter().flatten().map(|end| wait + end);
                ridden.chain([on_foot]).fold(f64::INFINITY, f64::min)
            })
            .collect();
        seconds.sort_by(f64::total_cmp);
        let tenths = |seconds: f64| (seconds / 6.0).round() / 10.0;
        let (median, p90) = (seconds[29], seconds[53]);
        let Some((minutes, sure, walked, mode)) = ways.get(&asset.asset.id) else {
            assert!(median > 3600.0, "{}: {median} s", asset.asset.id);
            continue;
        };
        assert_eq!((*minutes, *sure), (tenths(median), Some(tenths(p90))), "{}", asset.asset.id);
        assert_eq!(*walked, (on_foot <= 3600.0).then(|| tenths(on_foot)), "{}", asset.asset.id);
        assert_eq!(mode == "walk+transit", median < on_foot, "{}", asset.asset.id);
        by_vehicle += usize::from(median < on_foot);
    }
    assert!(by_vehicle > 10, "{by_vehicle} by bus");
    let said = &answer["transit"];
    assert_eq!((&answer["mode"], &said["leaving"]), (&"walk+transit".into(), &"tuesday".into()));
    assert_eq!((&said["day"], &said["from"]), (&"2026-01-20".into(), &"09:30".into()));
    assert_eq!(
        (&said["feeds"][0]["source"], &said["feeds"][0]["has_run_out"]),
        (&"buses".into(), &false.into())
    );
    assert_eq!(
        (&said["feeds"][0]["last_day"], &said["feeds"][0]["runs"]),
        (&"2026-12-31".into(), &true.into())
    );
}

#[actix_web::test]
async fn a_plus_is_a_blank_or_a_plus() {
    let ask = async |mode: &str| json(&format!("/v1/near?at={}&mode={mode}", at(place(2.0, 2.0)))).await;
    let plus = ask("walk+transit").await;
    assert_eq!(plus, ask("walk%2Btransit").await);
    assert_eq!(plus, ask("walk%20transit").await);
    assert_eq!(plus["minutes"], 30.0, "what is usual by public transport");
    let (walk, usual) = (ask("walk").await, json(&format!("/v1/near?at={}", at(place(2.0, 2.0)))).await);
    assert_eq!(walk, usual);
    assert!(walk["transit"].is_null() && walk["results"][0]["minutes_p90"].is_null());
    asked("/v1/near?mode=car").await.refuses("mode");
    asked("/v1/near?mode=walk+transit&leaving=midnight").await.refuses("leaving");
}

#[actix_web::test]
async fn nobody_is_later_for_a_bus_and_more_minutes_reach_no_less() {
    for from in [place(1.5, 1.5), place(6.0, 2.0), place(10.4, 1.4), place(-5.0, 9.0), place(40.0, 1.5)] {
        let mut before = BTreeMap::new();
        for minutes in [5, 15, 25, 40, 60, 120] {
            let ask = async |mode: &str, persona: &str| {
                let query =
                    format!("at={}&minutes={minutes}&limit=200&mode={mode}&persona={persona}", at(from));
                ways(&json(&format!("/v1/near?{query}")).await)
            };
            let (walk, bus) = (ask("walk", "default").await, ask("walk+transit", "default").await);
            for (id, (on_foot, ..)) in &walk {
                let by_bus = bus.get(id).map(|way| way.0);
                assert!(by_bus.is_some_and(|m| m <= *on_foot), "{id}: {by_bus:?} and {on_foot} on foot");
            }
            for (id, way) in &before {
                assert_eq!(bus.get(id), Some(way), "{id} within {minutes}");
            }
            assert!(bus.values().all(|way| way.1.is_none_or(|sure| sure >= way.0)));
            // Whoever takes no steps, or walks slowly, is nowhere sooner.
            for persona in ["step-free", "slow"] {
                for (id, (other, ..)) in ask("walk+transit", persona).await {
                    assert!(bus.get(&id).is_some_and(|way| way.0 <= other), "{persona} {id}");
                }
            }
            // What was found on the way of an earlier, shorter question stays as it is.
            before = bus.into_iter().filter(|(_, way)| way.2.is_some()).collect();
        }
    }
}

#[actix_web::test]
async fn stops_and_vehicles_with_steps_are_left_out_for_who_takes_none() {
    let query = format!("/v1/near?at={}&mode=walk+transit&minutes=60&limit=200", at(place(1.5, 1.5)));
    let (usual, wheels) = (json(&query).await, json(&format!("{query}&persona=step-free")).await);
    let (all, own) = (ways(&usual), ways(&wheels));
    // Beside the stop in the east, and in the street where only the slower line has a ramp.
    let (by_east, by_ramp) = ("made-up/1001", "made-up/1003");
    assert_eq!(all[by_east].3, "walk+transit");
    assert!(own.get(by_east).is_none_or(|way| way.0 > all[by_east].0), "{:?}", own.get(by_east));
    assert!((own[by_ramp].0 - all[by_ramp].0 - 5.0).abs() < 0.11, "{:?} {:?}", own[by_ramp], all[by_ramp]);
    let said = wheels["transit"]["said"].to_string();
    assert!(said.contains("33% of the stops") && said.contains("50% of the journeys"), "{said}");
    assert!(!usual["transit"]["said"].to_string().contains("wheelchairs"));
}

#[actix_web::test]
async fn where_no_stop_is_near_one_walks_and_is_told() {
    let far = at(place(1.5, -8.0));
    let answer = json(&format!("/v1/near?at={far}&mode=walk+transit&minutes=120&limit=200")).await;
    assert_eq!(answer["transit"]["stop_near"], false);
    assert!(answer["transit"]["said"].to_string().contains("No stop is within 20 minutes"));
    let walk = ways(&json(&format!("/v1/near?at={far}&minutes=120&limit=200")).await);
    let own = ways(&answer);
    assert!(!own.is_empty());
    for (id, way) in &own {
        assert_eq!((way.0, way.3.as_str()), (walk[id].0, "walk"));
    }
    assert_eq!(own.len(), walk.len());
}

#[actix_web::test]
async fn without_a_timetable_it_is_refused_and_with_one_that_ended_it_is_said() {
    let answer = get("/v1/near?mode=walk+transit").await;
    answer.refuses("mode");
    assert!(answer.text().contains("hereabouts import transit"), "{}", answer.text());
    get("/v1/reach?from=53.41,-2.39&mode=walk+transit").await.refuses("mode");

    let query = format!("/v1/near?at={}&mode=walk+transit&leaving=saturday", at(place(1.5, 1.5)));
    let none = asked(&query).await;
    none.refuses("leaving");
    assert!(none.text().contains("no Saturday"), "{}", none.text());

    let late = hereabouts_core::AnalysisPolicy::as_of(chrono::NaiveDate::from_ymd_opt(2028, 5, 1).unwrap());
    let state = Data::new(ServerState::new(
        Snapshot::build(by_bus(), late),
        ServerLimits::default(),
        ServerAddress::default(),
    ));
    let path = format!("/v1/near?at={}&mode=walk+transit", at(place(1.5, 1.5)));
    let answer = ask_of(state, Method::GET, &path, &[]).await.json();
    assert_eq!(
        (&answer["transit"]["day"], &answer["transit"]["feeds"][0]["has_run_out"]),
        (&"2026-12-29".into(), &true.into())
    );
    let said = answer["transit"]["said"].to_string();
    assert!(said.contains("have run out (buses on 31 December 2026)"), "{said}");
}

#[actix_web::test]
async fn bands_by_bus_hold_those_on_foot() {
    let from = at(place(1.5, 1.5));
    let bands = async |more: &str| {
        let answer = json(&format!("/v1/reach?from={from}&minutes=10,20,30&{more}")).await;
        let all = answer["bands"].as_array().unwrap().clone();
        (answer, all)
    };
    let (_, walk) = bands("mode=walk").await;
    let (answer, bus) = bands("mode=walk+transit").await;
    for (walk, bus) in walk.iter().zip(&bus) {
        for figure in ["people", "assets", "cells"] {
            assert!(walk[figure].as_f64() <= bus[figure].as_f64(), "{figure}: {walk} {bus}");
        }
    }
    assert!(walk[2]["people"].as_f64() < bus[2]["people"].as_f64(), "the east is reached");
    assert_eq!((&answer["mode"], &answer["transit"]["day"]), (&"walk+transit".into(), &"2026-01-20".into()));
    let parts = |n: usize| answer["features"][n]["geometry"]["coordinates"].as_array().unwrap().len();
    assert!(parts(2) > 1, "around both ends of the line");
    let (cells, again) = bands("mode=walk+transit&shape=cells").await;
    assert_eq!(bus, again);
    for (band, limit) in bus.iter().zip([10.0, 20.0, 30.0]) {
        let all = cells["features"].as_array().unwrap().iter();
        let within = all.filter(|f| f["properties"]["minutes"].as_f64().unwrap() <= limit);
        assert_eq!(within.count() as u64, band["cells"].as_u64().unwrap());
    }
    assert!(cells["features"][0]["properties"]["minutes_p90"].is_number());
    let usual = json(&format!("/v1/reach?from={from}&mode=walk+transit")).await;
    let usual: Vec<&Value> = usual["bands"].as_array().unwrap().iter().map(|b| &b["minutes"]).collect();
    assert_eq!(usual, [15.0, 30.0, 45.0]);
    asked(&format!("/v1/reach?from={from}&minutes=90")).await.refuses("minutes");
    assert_eq!(asked(&format!("/v1/reach?from={from}&minutes=90&mode=walk+transit")).await.status, 200);
}

#[actix_web::test]
async fn the_page_has_the_same_rows_and_offers_the_choice_where_there_is_one() {
    let query = format!("place={}&mode=walk%2Btransit&minutes=40", at(place(1.5, 1.5)));
    let page = asked(&format!("/find?{query}")).await.text();
    let shown: Vec<&str> = page
        .split("<ol class=\"cards\"")
        .nth(1)
        .unwrap()
        .split("</ol>")
        .next()
        .unwrap()
        .split("<h3><a href=\"/assets/")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .collect();
    let answer = json(&format!("/v1/near?{query}")).await;
    let ids: Vec<&str> =
        answer["results"].as_array().unwrap().iter().map(|r| r["id"].as_str().unwrap()).collect();
    assert_eq!(shown, ids);
    assert!(page.contains("min by bus") && page.contains("90th percentile"), "{page}");
    assert!(page.contains("on Tuesday, 20 January 2026"), "{page}");
    assert!(page.contains("<option value=\"walk+transit\" selected>On foot and by bus"), "{page}");
    assert!(page.contains("within 40 min on foot and by bus of"), "{page}");
    let none = get("/find").await.text();
    assert!(!none.contains("name=\"mode\"") && !none.contains("name=\"leaving\""));

    let asset = asked("/assets/made-up/0101").await.text();
    assert!(asset.contains("?mode=walk%2Btransit"), "{asset}");
    let asset = asked("/assets/made-up/0101?mode=walk%2Btransit").await.text();
    assert!(asset.contains("15, 30 and 45 minutes on foot and by bus"), "{asset}");
    assert_eq!(get("/assets/made-up/0101?mode=walk%2Btransit").await.status, 400);
}

#[test]
fn the_order_of_feeds_changes_nothing() {
    let answer = |turned: bool| {
        let line = Line {
            service: "week",
            calls: &[(0, 0), (1, 4)],
            leaves: every((9, 0), (12, 0), 7),
            wheelchair: "",
        };
        let more = feed(&[("X", place(3.0, 1.0), ""), ("Y", place(8.0, 3.0), "")], &[line]);
        let mut loaded = by_bus();
        loaded.transit.push(kept("more", &more));
        if turned {
            loaded.transit.reverse();
        }
        let site = Site::from(Snapshot::build(loaded, policy()));
        let asked = ReachRequest {
            mode: ModeRequest::read(Some("walk+transit"), None),
            shape: ReachShape::Cells,
            ..ReachRequest::from(Origin::typed("from", &at(place(2.0, 1.5))))
        };
        let mut json = reach::answer(&site, &asked).unwrap().geojson().unwrap();
        json["transit"]["feeds"].as_array_mut().unwrap().sort_by_key(|feed| feed["source"].to_string());
        json
    };
    assert_eq!(answer(false), answer(true));
}
