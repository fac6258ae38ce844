//! Features: paging, place, time, filters, one at a time.

use crate::common::{all, get};
use hereabouts_tests::town::{CORNER, SIDE};
use serde_json::Value;
use std::collections::BTreeSet;

const SMALL: &str = "geography=small";

fn ids(features: &[Value]) -> Vec<String> {
    features.iter().map(|f| f["id"].as_str().unwrap().to_owned()).collect()
}

#[actix_web::test]
async fn tests_13_and_22_to_26_items() {
    for (collection, count) in [("assets", 24), ("neighbourhoods", 24), ("gaps", 72)] {
        let path = format!(
            "/ogc/collections/{collection}/items?limit=7{}",
            if collection == "assets" { "" } else { "&geography=small" }
        );
        let answer = get(&path).await;
        assert_eq!(answer.header("content-type"), "application/geo+json");
        assert_eq!(answer.header("content-crs"), "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>");
        let json = answer.json();
        assert_eq!(json["type"], "FeatureCollection");
        assert_eq!(
            (&json["numberMatched"], &json["numberReturned"]),
            (&count.into(), &7.into()),
            "{collection}"
        );
        assert!(json["timeStamp"].as_str().unwrap().ends_with('Z'));
        for rel in ["self", "alternate", "next"] {
            let link = answer.link(rel).unwrap_or_else(|| panic!("no link {rel}"));
            assert_eq!(get(&link).await.status, 200);
        }
        assert!(answer.header("link").contains("rel=\"self\""));
        let features = all(&path).await;
        let unique: BTreeSet<String> = ids(&features).into_iter().collect();
        assert_eq!(
            (features.len(), unique.len()),
            (count, count),
            "every feature once, each with its own id"
        );
    }
}

#[actix_web::test]
async fn tests_16_and_17_limit() {
    let items = "/ogc/collections/gaps/items?geography=small";
    assert_eq!(get(&format!("{items}&limit=5")).await.features().len(), 5);
    // More than the maximum is taken for the maximum.
    assert_eq!(get(&format!("{items}&limit=100000")).await.features().len(), 72);
    assert!(get(&format!("{items}&limit=100000")).await.link("next").is_none());
    for bad in ["0", "-1", "ten", "", "1.5", "5%20"] {
        get(&format!("{items}&limit={bad}")).await.refuses("limit");
    }
    assert!(get(&format!("{items}&limit=72")).await.link("next").is_none(), "nothing is next after the last");
    let beyond = get(&format!("{items}&offset=1000")).await;
    assert!(beyond.features().is_empty() && beyond.link("next").is_none());
    assert_eq!(beyond.json()["numberMatched"], 72);
}

#[actix_web::test]
async fn next_repeats_every_filter() {
    let path = format!(
        "/ogc/collections/gaps/items?limit=4&need=company&status=ok&{SMALL}&bbox=-2.4,53.4,-2.38,53.42&reading=listed"
    );
    let next = get(&path).await.link("next").unwrap();
    for part in
        ["need=company", "status=ok", SMALL, "bbox=-2.4,53.4,-2.38,53.42", "reading=listed", "offset=4"]
    {
        assert!(next.contains(part), "{next} lacks {part}");
    }
    let features = all(&path).await;
    assert!(!features.is_empty() && features.iter().all(|f| f["properties"]["need"] == "company"));
    assert_eq!(features.len() as u64, get(&path).await.json()["numberMatched"].as_u64().unwrap());
}

#[actix_web::test]
async fn tests_14_and_15_bbox() {
    let assets = "/ogc/collections/assets/items?bbox=";
    // One neighbourhood's worth: its asset and no other.
    assert_eq!(ids(&get(&format!("{assets}-2.4,53.4,-2.392,53.405")).await.features()), ["made-up/0000"]);
    assert_eq!(
        ids(&get(&format!("{assets}-2.4%2C53.4%2C-2.392%2C53.405")).await.features()),
        ["made-up/0000"]
    );
    assert_eq!(
        ids(&get(&format!("{assets}-2.4,53.4,0,-2.392,53.405,99")).await.features()),
        ["made-up/0000"]
    );
    assert!(get(&format!("{assets}10,10,11,11")).await.features().is_empty());
    // West greater than east is the other way round the world.
    assert_eq!(get(&format!("{assets}170,-90,-170,90")).await.features().len(), 0);
    assert_eq!(get(&format!("{assets}170,-90,-2.3,90")).await.features().len(), 24);
    // An area is in a box that lies within it, and in one that touches its border.
    let areas = format!("/ogc/collections/neighbourhoods/items?{SMALL}&bbox=");
    assert_eq!(ids(&get(&format!("{areas}-2.396,53.402,-2.395,53.403")).await.features()), ["N0000"]);
    assert_eq!(get(&format!("{areas}-2.391,53.402,-2.391,53.403")).await.features().len(), 2);
    let cells = format!("/ogc/collections/cells/items?{SMALL}&need=company&bbox=");
    let few = get(&format!("{cells}-2.396,53.402,-2.395,53.403")).await.features().len();
    assert!((1..=4).contains(&few), "{few}");
    for bad in ["1,2,3", "1,2,3,4,5", "a,b,c,d", "1,9,2,3", "nan,1,2,3", ""] {
        get(&format!("{assets}{bad}")).await.refuses("bbox");
    }
    let crs = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";
    assert_eq!(get(&format!("{assets}-3,53,-2,54&bbox-crs={crs}&crs={crs}")).await.features().len(), 24);
    get(&format!("{assets}-3,53,-2,54&bbox-crs=http://www.opengis.net/def/crs/EPSG/0/27700"))
        .await
        .refuses("bbox-crs");
    get("/ogc/collections/assets/items?crs=EPSG:4326").await.refuses("crs");
}

#[actix_web::test]
async fn tests_18_and_19_datetime() {
    let period = |f: &Value| f["properties"]["period"].as_str().unwrap().to_owned();
    let gaps = "/ogc/collections/gaps/items?datetime=";
    for (time, expected) in [
        ("2025-12-31", "2025-Q4"),
        ("2025-08-01T10:00:00Z", "2025-Q3"),
        ("../2025-09-30", "2025-Q3"),
        ("2025-01-01/..", "2025-Q4"),
        ("2025-07-01/2025-08-01", "2025-Q3"),
    ] {
        let features = get(&format!("{gaps}{time}")).await.features();
        assert!(!features.is_empty() && features.iter().all(|f| period(f) == expected), "{time}");
    }
    assert!(get(&format!("{gaps}2031-01-01")).await.features().is_empty());
    assert!(get(&format!("{gaps}2025-12-31&period=2025-Q3")).await.features().is_empty());
    for bad in ["2025", "yesterday", "2025-13-01", "../..", "2025-01-01/2025-01-02/x"] {
        get(&format!("{gaps}{bad}")).await.refuses("datetime");
    }
    let verified = get("/ogc/collections/assets/items?datetime=2025-01-01/..").await.features();
    let day = |f: &Value| f["properties"]["verified_on"].as_str().unwrap().to_owned();
    assert!(!verified.is_empty() && verified.iter().all(|f| day(f).as_str() >= "2025-01-01"));
    assert!(verified.len() < 24);
}

#[actix_web::test]
async fn test_21_unknown_parameters() {
    for path in [
        "/ogc",
        "/ogc/conformance",
        "/ogc/api",
        "/ogc/collections",
        "/ogc/collections/gaps",
        "/ogc/collections/gaps/items",
        "/ogc/collections/gaps/schema",
        "/ogc/collections/gaps/queryables",
        "/ogc/collections/assets/items/made-up/0000",
        "/v1/needs",
        "/v1/kinds",
    ] {
        get(&format!("{path}?unheard-of=1")).await.refuses("unheard-of");
    }
    get("/ogc/collections/assets/items?resolution=9").await.refuses("resolution");
    get("/ogc/collections/gaps/items?limit=1&limit=2").await.refuses("limit");
}

#[actix_web::test]
async fn properties_filter_by_equality_with_coercion() {
    let count = async |query: &str| {
        get(&format!("/ogc/collections/{query}")).await.json()["numberMatched"].as_u64().unwrap()
    };
    let assumed = count("assets/items?places_assumed=true").await;
    assert!(assumed > 0 && assumed < 24);
    assert_eq!(count("assets/items?places_assumed=1").await, assumed, "GDAL writes booleans so");
    assert_eq!(count("assets/items?places_assumed=0").await, 24 - assumed);
    assert_eq!(count("assets/items?places_assumed=false").await, 24 - assumed);
    let some = count("assets/items?places=130").await;
    assert!(some > 0);
    assert_eq!(count("assets/items?places=130.0").await, some);
    assert_eq!(count("assets/items?name=%3DFormula%20%26%20%3CFriends%3E").await, 1);
    assert_eq!(count("assets/items?needs=outdoors").await, 24);
    assert_eq!(count("assets/items?need=company").await, count("assets/items?kind=group").await);
    assert_eq!(count("assets/items?need=advice").await, 0);
    assert_eq!(
        count("gaps/items?geography=small&status=no-data").await,
        12,
        "null is nothing's equal, no-data is a word"
    );
    assert_eq!(count("gaps/items?geography=small&area_code=N0000&need=advice").await, 1);
    get("/ogc/collections/assets/items?places_assumed=yes").await.refuses("places_assumed");
    get("/ogc/collections/assets/items?places=many").await.refuses("places");
    get("/ogc/collections/assets/items?verified_on=2025").await.refuses("verified_on");
    get("/ogc/collections/gaps/items?need=unheard").await.refuses("need");
    get("/ogc/collections/gaps/items?period=2031-Q1").await.refuses("period");
    get("/ogc/collections/gaps/items?reading=both").await.refuses("reading");
    get("/ogc/collections/gaps/items?geography=nope").await.refuses("geography");
}

#[actix_web::test]
async fn tests_27_and_28_one_feature() {
    for (path, id) in [
        ("assets/items/made-up/0000", "made-up/0000"),
        ("assets/items/made-up%2F0000", "made-up/0000"),
        ("neighbourhoods/items/west", "west"),
        ("neighbourhoods/items/N0000?geography=small", "N0000"),
        ("gaps/items/west:company", "west:company"),
        ("gaps/items/N0102:advice?geography=small&period=2025-Q3&reading=listed", "N0102:advice"),
    ] {
        let answer = get(&format!("/ogc/collections/{path}")).await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("content-type")),
            (200, "application/geo+json"),
            "{path}"
        );
        let json = answer.json();
        assert_eq!((&json["type"], &json["id"]), (&"Feature".into(), &id.into()));
        let own = answer.link("self").unwrap();
        assert_eq!(get(&own).await.json()["id"], id, "{own}");
        assert!(answer.link("collection").is_some());
    }
    let cell =
        get("/ogc/collections/cells/items?limit=1").await.features()[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(get(&format!("/ogc/collections/cells/items/{cell}")).await.json()["id"], cell.as_str());
    let coarse = get("/ogc/collections/cells/items?limit=1&resolution=7").await.features()[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(
        get(&format!("/ogc/collections/cells/items/{coarse}")).await.json()["properties"]["resolution"],
        7
    );
    for missing in [
        "assets/items/made-up/9",
        "neighbourhoods/items/N0000",
        "gaps/items/west",
        "gaps/items/west:nope",
        "cells/items/x:company",
        "cells/items/891954d4b2bffff:nope",
    ] {
        let answer = get(&format!("/ogc/collections/{missing}")).await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("content-type")),
            (404, "application/problem+json"),
            "{missing}"
        );
    }
}

#[actix_web::test]
async fn cells_come_at_any_size_down_to_that_of_the_analysis() {
    let sum = |features: &[Value]| -> f64 {
        features.iter().filter_map(|f| f["properties"]["referrals"].as_f64()).sum()
    };
    let at = async |resolution: u8| {
        all(&format!("/ogc/collections/cells/items?need=company&limit=1000&resolution={resolution}")).await
    };
    let (fine, coarse) = (at(9).await, at(7).await);
    assert!(coarse.len() < fine.len());
    assert!(coarse.iter().all(|f| f["properties"]["resolution"] == 7));
    // 20 neighbourhoods with data refer 12 and 15 each in two quarters; rounding to three decimals is all that may be lost.
    assert!((sum(&fine) - 540.0).abs() < 0.001 * fine.len() as f64, "{}", sum(&fine));
    assert!((sum(&coarse) - 540.0).abs() < 0.001 * coarse.len() as f64, "{}", sum(&coarse));
    get("/ogc/collections/cells/items?resolution=10").await.refuses("resolution");
    get("/ogc/collections/cells/items?resolution=3").await.refuses("resolution");
}

#[actix_web::test]
async fn grants_stand_where_they_go_as_exactly_as_that_is_known() {
    let grants = get("/ogc/collections/grants/items").await.features();
    let told = |id: &str| grants.iter().find(|g| g["id"] == format!("360G-made-up-{id}")).unwrap();
    let precision = |id: &str| told(id)["properties"]["precision"].as_str().unwrap().to_owned();
    assert_eq!(["a", "b", "c", "d"].map(precision), ["place", "district", "district", "unknown"]);
    assert_eq!(told("a")["geometry"]["coordinates"][0], -2.39775);
    assert!(
        told("b")["geometry"]["coordinates"][0].as_f64().is_some_and(|lon| (-2.391..-2.382).contains(&lon))
    );
    assert!(told("c")["geometry"].is_null() && told("d")["geometry"].is_null());
    // The recipient of b runs an asset in the neighbourhood that the grant is for; of the others nothing can be said.
    let assets = |id: &str| told(id)["properties"]["assets"].clone();
    assert_eq!(assets("b"), serde_json::json!(["made-up/0101"]));
    assert!(["a", "c", "d"].map(assets).iter().all(|none| none.as_array().unwrap().is_empty()));

    let count =
        async |query: &str| get(&format!("/ogc/collections/grants/items?{query}")).await.features().len();
    assert_eq!(count("precision=district").await, 2);
    assert_eq!(count("area_codes=N0101").await, 1);
    assert_eq!(count("amount=1234.5&currency=GBP").await, 4);
    assert_eq!((count("datetime=2025-07-15").await, count("datetime=2025-07-16/..").await), (4, 0));
    assert_eq!(count("bbox=-2.4,53.4,-2.391,53.5").await, 1);
    let one = get("/ogc/collections/grants/items/360G-made-up-b").await;
    assert_eq!(one.json()["properties"], told("b")["properties"]);
    get("/ogc/collections/grants/items?need=company").await.refuses("need");
}

#[actix_web::test]
async fn streets_are_lines_between_junctions() {
    let streets = get("/ogc/collections/streets/items").await.features();
    assert_eq!(streets.len(), 1);
    let (street, properties) = (&streets[0], &streets[0]["properties"]);
    assert_eq!((&street["id"], &street["geometry"]["type"]), (&"0".into(), &"LineString".into()));
    assert_eq!(street["geometry"]["coordinates"].as_array().unwrap().len(), 2);
    assert_eq!((&properties["step_free"], &properties["connected"]), (&false.into(), &false.into()));
    assert_eq!(properties["direction"], "both");
    assert!((properties["length_m"].as_f64().unwrap() - 120.0).abs() < 10.0, "{properties}");
    let count =
        async |query: &str| get(&format!("/ogc/collections/streets/items?{query}")).await.features().len();
    assert_eq!((count("step_free=false").await, count("step_free=true").await), (1, 0));
    let [lon, lat] = [0, 1].map(|k| street["geometry"]["coordinates"][0][k].as_f64().unwrap());
    let around = |by: f64| format!("bbox={},{},{},{}", lon - by, lat - by, lon + by, lat + by);
    assert_eq!((count(&around(0.001)).await, count("bbox=10,10,11,11").await), (1, 0));
    assert_eq!(get("/ogc/collections/streets/items/0").await.json()["geometry"], street["geometry"]);
    for missing in ["1", "00", "x"] {
        assert_eq!(get(&format!("/ogc/collections/streets/items/{missing}")).await.status, 404);
    }
}

#[actix_web::test]
async fn tiles_hold_the_streets_and_nothing_where_there_are_none() {
    let tile = async |address: &str| get(&format!("/tiles/streets/{address}.mvt")).await;
    let (lon, lat) = (CORNER.0 + SIDE.0 * 0.3, CORNER.1 + SIDE.1 * 0.5);
    for z in [11_u32, 13, 15] {
        let tiles = f64::from(1_u32 << z);
        let x = ((lon / 360.0 + 0.5) * tiles) as u32;
        let y = ((0.5 - lat.to_radians().tan().asinh() / std::f64::consts::TAU) * tiles) as u32;
        let answer = tile(&format!("{z}/{x}/{y}")).await;
        assert_eq!(answer.header("content-type"), "application/vnd.mapbox-vector-tile");
        assert!(answer.text().contains("streets") && answer.text().contains("step_free"), "{z}");
        assert!(tile(&format!("{z}/0/0")).await.body.is_empty());
    }
    assert!(tile("5/15/10").await.body.is_empty(), "too coarse to draw streets");
    for bad in ["16/0/0", "11/2048/0", "x/0/0", "11/0/-1"] {
        assert_eq!(tile(bad).await.status, 404, "{bad}");
    }
}
