//! Plans and scenarios over HTTP.

use crate::common::get;
use serde_json::Value;

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

#[actix_web::test]
async fn a_plan_says_what_to_start_how_good_it_is_and_who_gains() {
    for objective in ["level-up", "least-unmet", "worst-first"] {
        let plan = get(&format!("/v1/plan?need=company&budget=9000&objective={objective}")).await.json();
        let sites = plan["sites"].as_array().unwrap();
        assert!(!sites.is_empty(), "{plan}");
        assert!(number(&plan["cost"]["usual"]) <= 9000.0, "{plan}");
        assert!(number(&plan["cost"]["low"]) < number(&plan["cost"]["high"]));
        assert!(number(&plan["bound"]) <= number(&plan["value"]) && number(&plan["gap"]) >= 0.0, "{plan}");
        for reading in ["listed", "likely"] {
            assert!(number(&plan["readings"][reading]["met"]) > 0.0, "{plan}");
        }
        assert!(plan["gains"].as_array().unwrap().iter().all(|g| g["loses"] == false));
        assert_eq!(plan["plans"][0]["sites"].as_array().unwrap().len(), sites.len());
        assert!(sites.iter().all(|s| s["cost_source"] == "made up" && s["tolerance"].is_object()), "{plan}");
    }
}

#[actix_web::test]
async fn what_a_plan_promises_is_what_its_scenario_has() {
    let plan = get("/v1/plan?need=company&budget=9000&objective=least-unmet").await.json();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let added: Vec<String> = plan["sites"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| format!("{}={}", text(&s["venue"]), text(&s["offer"])))
        .collect();
    let add = added.join(";").replace('=', "%3D").replace(';', "%3B");
    let scenario = get(&format!("/v1/scenario?add={add}")).await.json();
    let company = |rows: &Value| -> Vec<Value> {
        let mut rows: Vec<Value> =
            rows.as_array().unwrap().iter().filter(|r| r["need"] == "company").cloned().collect();
        rows.retain(|r| r["unmet_likely_before"] != r["unmet_likely_after"]);
        rows.sort_by_key(|r| text(&r["area_code"]));
        rows
    };
    assert!(!company(&plan["gains"]).is_empty());
    assert_eq!(company(&plan["gains"]), company(&scenario["changed"]));
    assert_eq!(
        (&scenario["refused"], &scenario["losers"]),
        (&Value::from(false), &Value::from(Vec::<Value>::new()))
    );
}

#[actix_web::test]
async fn the_least_cost_reaches_the_floor_and_others_say_who_does_not() {
    let plan = get("/v1/plan?need=company&objective=least-cost&floor=0.4").await.json();
    assert_eq!(plan["below_floor"].as_array().unwrap().len(), 0, "{plan}");
    let dear = number(&plan["cost"]["usual"]);
    let cheap = get("/v1/plan?need=company&objective=least-cost&floor=0.2").await.json();
    assert!(number(&cheap["cost"]["usual"]) <= dear);
    let none = get("/v1/plan?need=company&budget=0&floor=0.4").await.json();
    assert_eq!(none["sites"].as_array().unwrap().len(), 0);
    assert!(number(&none["cost"]["usual"]) == 0.0);
    let west = get("/v1/plan?need=company&most=1&areas=west&geography=whole").await.json();
    assert!(west["gains"].as_array().unwrap().iter().all(|g| g["area_code"] == "west"), "{west}");
}

#[actix_web::test]
async fn a_closure_is_refused_and_who_would_lose_is_named() {
    let asked = "/v1/scenario?close=made-up/0001";
    let refused = get(asked).await.json();
    assert_eq!(refused["refused"], true, "{refused}");
    let losers = refused["losers"].as_array().unwrap();
    assert!(losers.iter().any(|l| l["area_code"] == "west" && l["need"] == "company"), "{refused}");
    assert_eq!(refused["changed"].as_array().unwrap().len(), 0);
    let allowed = get(&format!("{asked}&allow_losses=true")).await.json();
    assert_eq!(allowed["refused"], false);
    assert_eq!(allowed["losers"], refused["losers"]);
    assert!(number(&allowed["unmet_after"]) > number(&allowed["unmet_before"]));
    // To take from one for another is refused too, however much the other gains.
    let moved = get("/v1/scenario?move=made-up/0001%3Dmade-up/0401").await.json();
    assert_eq!(moved["refused"], true, "{moved}");
    let more = get("/v1/scenario?places=made-up/0001%3D900").await.json();
    assert_eq!(more["refused"], false, "{more}");
}

#[actix_web::test]
async fn a_loss_is_its_scenario() {
    let losses = get("/v1/losses?need=company&limit=3&months=24").await.json();
    let single = losses["single"].as_array().unwrap();
    assert_eq!(single.len(), 3, "{losses}");
    let lost: Vec<f64> = single.iter().map(|l| number(&l["lost_likely"])).collect();
    assert!(lost.windows(2).all(|w| w[0] >= w[1] - 1e-6) && lost[2] > 0.0, "{lost:?}");
    // The town's grants run for twelve months from half a year ago; those whose assets are known to answer the need are told.
    let grants = losses["grants"].as_array().unwrap();
    for loss in single.iter().chain(grants) {
        let ids: Vec<&str> =
            loss["assets"].as_array().unwrap().iter().map(|a| a["id"].as_str().unwrap()).collect();
        let scenario = get(&format!("/v1/scenario?allow_losses=1&close={}", ids.join("%3B"))).await.json();
        let of_need = |rows: &Value| -> Vec<Value> {
            let mut rows: Vec<Value> =
                rows.as_array().unwrap().iter().filter(|r| r["need"] == "company").cloned().collect();
            rows.sort_by_key(|r| r["area_code"].to_string());
            rows
        };
        assert_eq!(of_need(&loss["losers"]), of_need(&scenario["losers"]));
    }
    for grant in grants {
        assert_eq!(grant["grant"]["ends_on"], "2026-07-15", "{grant}");
    }
    assert!(!grants.is_empty(), "{losses}");
}

#[actix_web::test]
async fn what_cannot_be_asked_is_named() {
    for (path, field) in [
        ("/v1/plan", "need"),
        ("/v1/plan?need=company&budget=-1", "budget"),
        ("/v1/plan?need=company&budget=NaN", "budget"),
        ("/v1/plan?need=company&budget=1&floor=2", "floor"),
        ("/v1/plan?need=company&budget=1&aversion=0", "aversion"),
        ("/v1/plan?need=company&budget=1&objective=best", "objective"),
        ("/v1/plan?need=company&most=0", "most"),
        ("/v1/scenario", "close"),
        ("/v1/scenario?places=made-up/0001", "places"),
        ("/v1/scenario?places=made-up/0001%3D-4", "places"),
    ] {
        get(path).await.refuses(field);
    }
    for path in [
        "/v1/plan?need=advice&budget=1000",
        "/v1/plan?need=company&budget=1000&areas=N9999",
        "/v1/scenario?close=made-up/9999",
        "/v1/scenario?add=made-up/0001%3Dcastle",
    ] {
        let answer = get(path).await;
        assert!(answer.status.is_client_error(), "{path}: {}", answer.status);
        assert!(!answer.json()["detail"].as_str().unwrap().is_empty(), "{path}");
    }
}

#[actix_web::test]
async fn a_page_alone_says_what_to_fund_why_and_what_is_not_sure() {
    let page = get("/fund?need=company&budget=9000").await.text();
    for said in [
        "Fund this",
        "Who gains",
        "below the floor",
        "What is not sure",
        "may cost from",
        "made up",
        "No plan",
    ] {
        assert!(page.contains(said) || (said == "No plan" && page.contains("Proven")), "{said}: {page}");
    }
    let answer = get("/fund?need=company&budget=much").await;
    assert_eq!(answer.status, 400);
    assert!(answer.text().contains("role=\"alert\"") && answer.text().contains("name=\"budget\""));
}
