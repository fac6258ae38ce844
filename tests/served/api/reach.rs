//! What is reached from a place.

use crate::common::{ask_of, get};
use actix_web::http::Method;
use actix_web::web::Data;
use hereabouts_core::demand::Basis;
use hereabouts_core::index::AreaShape;
use hereabouts_core::travel::TravelBasis;
use hereabouts_core::units::Minutes;
use hereabouts_engine::origin::Origin;
use hereabouts_engine::reach::{ReachRequest, answer as reach_answer};
use hereabouts_engine::site::Site;
use hereabouts_engine::snapshot::Snapshot;
use hereabouts_server::address::ServerAddress;
use hereabouts_server::room::ServerLimits;
use hereabouts_server::state::ServerState;
use hereabouts_streets::{AccessBarrier, EdgeAccess, FixedPoint, StreetLines};
use hereabouts_tests::town::{CORNER, SIDE, policy, town};
use serde_json::Value;
use std::sync::LazyLock;

/// Crossings six to a side of a neighbourhood, from the town's corner, row by row.
fn crossings(lines: &mut StreetLines, columns: usize, rows: usize) -> Vec<u32> {
    let degrees =
        |corner: f64, side: f64, nth: usize| ((corner + side / 6.0 * nth as f64) * 1e7).round() as i32;
    (0..columns * rows)
        .map(|n| {
            let (lon, lat) = (degrees(CORNER.0, SIDE.0, n % columns), degrees(CORNER.1, SIDE.1, n / columns));
            lines.point(FixedPoint::new(lon, lat).unwrap(), AccessBarrier::Open)
        })
        .collect()
}

/// The small town with streets about 100 m apart, but none across a river in its middle save for one bridge in the north.
static BY_THE_RIVER: LazyLock<Data<ServerState>> = LazyLock::new(|| {
    let mut loaded = town(6, 4, Basis::Synthetic);
    let (columns, rows) = (37_usize, 25_usize);
    let mut lines = StreetLines::default();
    let points = crossings(&mut lines, columns, rows);
    for y in 0..rows {
        let row = &points[y * columns..(y + 1) * columns];
        let parts = if y + 1 == rows { vec![row] } else { vec![&row[..18], &row[18..]] };
        parts.into_iter().for_each(|part| lines.line(part.iter().copied(), 0, EdgeAccess::FREE));
    }
    for x in 0..columns {
        // Half way up every street there are steps.
        let up: Vec<u32> = (0..rows).map(|y| points[y * columns + x]).collect();
        lines.line(up[..12].iter().copied(), 0, EdgeAccess::FREE);
        lines.line(up[11..13].iter().copied(), 0, EdgeAccess::NOT_STEP_FREE);
        lines.line(up[12..].iter().copied(), 0, EdgeAccess::FREE);
    }
    loaded.streets = lines;
    Data::new(ServerState::new(
        Snapshot::build(loaded, policy()),
        ServerLimits::default(),
        ServerAddress::default(),
    ))
});

/// `x` and `y` in neighbourhoods from the south-western corner.
fn at(x: f64, y: f64) -> String {
    format!("{:.5},{:.5}", CORNER.1 + SIDE.1 * y, CORNER.0 + SIDE.0 * x)
}

async fn reach(query: &str) -> Value {
    let answer = ask_of(BY_THE_RIVER.clone(), Method::GET, &format!("/v1/reach?{query}"), &[]).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.header("content-type"), "application/geo+json");
    answer.json()
}

fn bands(answer: &Value) -> Vec<(f64, f64, u64)> {
    let bands = answer["bands"].as_array().unwrap().iter();
    bands
        .map(|b| {
            (b["minutes"].as_f64().unwrap(), b["people"].as_f64().unwrap(), b["assets"].as_u64().unwrap())
        })
        .collect()
}

#[actix_web::test]
async fn bands_grow_and_their_outlines_hold_what_they_say() {
    let answer = reach(&format!("from={}&minutes=15,5,10", at(2.0, 2.0))).await;
    let bands = bands(&answer);
    assert_eq!(bands.iter().map(|b| b.0).collect::<Vec<_>>(), [5.0, 10.0, 15.0]);
    assert!(bands.windows(2).all(|b| b[0].1 < b[1].1 && b[0].2 <= b[1].2), "{bands:?}");
    assert_eq!((&answer["travel"], &answer["persona"]["speed_kmh"]), (&"network".into(), &4.8.into()));
    let features = answer["features"].as_array().unwrap();
    assert_eq!(features.len(), 3);
    for (feature, band) in features.iter().zip(answer["bands"].as_array().unwrap()) {
        assert_eq!(&feature["properties"], band);
        assert_eq!(feature["geometry"]["type"], "MultiPolygon");
        assert!(!feature["geometry"]["coordinates"].as_array().unwrap().is_empty());
    }
    let needs = &answer["bands"][2]["assets_by_need"];
    assert!(needs["company"].as_u64().unwrap() > 0 && needs["outdoors"].as_u64().unwrap() > 0, "{needs}");
}

#[actix_web::test]
async fn cells_add_up_to_their_bands() {
    let place = at(2.0, 2.0);
    let cells = reach(&format!("from={place}&shape=cells")).await;
    for (minutes, people, _) in bands(&cells) {
        let within = |f: &&Value| f["properties"]["minutes"].as_f64().unwrap() <= minutes;
        let features = cells["features"].as_array().unwrap().iter().filter(within);
        let sum: f64 = features.map(|f| f["properties"]["people"].as_f64().unwrap()).sum();
        assert!((sum - people).abs() < 1.0, "{minutes}: {sum} and {people}");
    }
    assert_eq!(cells["bands"], reach(&format!("from={place}")).await["bands"]);
    for cell in cells["features"].as_array().unwrap() {
        let (minutes, band) = (&cell["properties"]["minutes"], &cell["properties"]["band"]);
        let (minutes, band) = (minutes.as_f64().unwrap(), band.as_f64().unwrap());
        assert!(minutes <= band && minutes > band - 5.0, "{cell}");
    }
}

#[actix_web::test]
async fn a_river_is_in_the_way_and_steps_are_for_some() {
    let beside = at(2.9, 1.0);
    let streets = bands(&reach(&format!("from={beside}")).await);
    let answer = get(&format!("/v1/reach?from={beside}")).await.json();
    assert_eq!(answer["travel"], "straight-line");
    let straight = bands(&answer);
    assert!(streets[2].1 < straight[2].1, "{streets:?} and {straight:?}");

    let people =
        async |persona: &str| bands(&reach(&format!("from={}&persona={persona}", at(1.5, 1.8))).await)[2].1;
    let (usual, slow, wheels) = (people("default").await, people("slow").await, people("step-free").await);
    assert!(slow < usual && wheels < usual, "{usual} {slow} {wheels}");
}

#[actix_web::test]
async fn what_cannot_be_asked_is_refused_by_name() {
    get("/v1/reach").await.refuses("from");
    for bad in ["", "0", "61", "5,x", "1,2,3,4,5,6,7", "-5", "nan"] {
        get(&format!("/v1/reach?from=54,0&minutes={bad}")).await.refuses("minutes");
    }
    get("/v1/reach?from=54,0&persona=tired").await.refuses("persona");
    get("/v1/reach?from=54,0&shape=round").await.refuses("shape");
    let nowhere = get("/v1/reach?from=Nowhere-upon-Sea").await;
    assert_eq!((nowhere.status.as_u16(), &nowhere.json()["field"]), (404, &"from".into()));
    // By name of a neighbourhood, in place of coordinates.
    assert_eq!(get("/v1/reach?from=N0101").await.status, 200);
}

#[actix_web::test]
async fn who_else_walks_changes_nobody_s_reach() {
    let query = |persona: &str| format!("from={}&persona={persona}", at(1.5, 1.8));
    let before = reach(&query("default")).await;
    for other in ["slow", "step-free"] {
        assert_ne!(reach(&query(other)).await["bands"], before["bands"], "{other}");
    }
    assert_eq!(reach(&query("default")).await, before);
    // Who walks where nobody says is the default one here.
    assert_eq!(reach(&format!("from={}", at(1.5, 1.8))).await, before);
}

#[actix_web::test]
async fn the_method_page_says_what_this_store_does_about_streets() {
    let beyond = "a railway or river without a bridge does not count";
    let along = ask_of(BY_THE_RIVER.clone(), Method::GET, "/method", &[("accept", "text/html")]).await;
    let (along, straight) = (along.text(), get("/method").await.text());
    assert!(straight.contains(beyond) && straight.contains("in a straight line"), "{straight}");
    assert!(along.contains("on foot along streets"), "{along}");
    assert_eq!(along.contains(beyond), along.contains("where streets are not known"), "{along}");
    assert!(!along.contains("Streets: "), "{along}");
}

/// Streets are known in the west alone, as by an extract that ends too soon; people live everywhere.
fn half_known() -> Site {
    let mut loaded = town(6, 4, Basis::Synthetic);
    let mut lines = StreetLines::default();
    let (columns, rows) = (19_usize, 25_usize);
    let points = crossings(&mut lines, columns, rows);
    points.chunks(columns).for_each(|row| lines.line(row.iter().copied(), 0, EdgeAccess::FREE));
    for x in 0..columns {
        lines.line((0..rows).map(|y| points[y * columns + x]), 0, EdgeAccess::FREE);
    }
    loaded.streets = lines;
    Site::from(Snapshot::build(loaded, policy()))
}

/// Wherever one sets out, by streets, beside them or without, whoever is counted lives in the outline.
#[test]
fn an_outline_holds_whom_it_counts() {
    let site = half_known();
    let (people, origins) = (site.analysis().people(), site.analysis().origins());
    let mut across = 0;
    for (x, y) in [(0.5, 0.5), (2.4, 2.0), (2.95, 1.5), (3.05, 2.5), (3.4, 2.0), (5.0, 3.5), (3.2, -0.1)] {
        let from = at(x, y);
        let request = ReachRequest {
            minutes: [5.0, 15.0, 30.0].map(|m| Minutes::new(m).unwrap()).to_vec(),
            ..ReachRequest::from(Origin::typed("at", &from))
        };
        let answer = reach_answer(&site, &request).unwrap();
        for (band, outline) in answer.bands().iter().zip(answer.outlines()) {
            let shape = AreaShape::new(outline);
            let held: f64 =
                (0..people.len()).filter(|&c| shape.contains(origins[c])).map(|c| people[c]).sum();
            let (counted, minutes) = (band.people, band.minutes);
            assert!(held > counted * (1.0 - 1e-9), "{x}, {y}: {counted} counted, {held} held in {minutes}");
            across += usize::from(answer.travel() == TravelBasis::Mixed && band.people > 0.0);
        }
    }
    assert!(across > 5, "{across} bands go by streets and without");
}
