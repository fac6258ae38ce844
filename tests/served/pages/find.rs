//! What is near, an asset and a list, as pages.

use super::{all_between, browse, element};
use crate::common::get;
use actix_web::http::StatusCode;

/// Ids of the cards of a page, in order.
fn cards(page: &str) -> Vec<String> {
    let list = element(page, "<ol class=\"cards\"", "ol");
    all_between(list, "<h3><a href=\"/assets/", "\"").into_iter().map(str::to_owned).collect()
}

async fn ids(query: &str) -> Vec<String> {
    let answer = get(&format!("/v1/near?{query}")).await.json();
    let results = answer["results"].as_array().unwrap();
    results.iter().map(|r| r["id"].as_str().unwrap().to_owned()).collect()
}

#[actix_web::test]
async fn the_page_has_the_rows_of_the_api_in_its_order() {
    for query in [
        "place=N0202&minutes=30",
        "place=53.41,-2.39&minutes=45&need=company&step_free=true",
        "q=gruop",
        "area=N0101&minutes=60&kind=park&offset=2&limit=3",
    ] {
        let page = get(&format!("/find?{query}")).await;
        let shown = cards(&page.text());
        assert_eq!(shown, ids(query).await, "{query}");
        assert!(!shown.is_empty(), "{query}");
        assert_eq!(page.header("cache-control"), "no-store", "somebody's postcode may be in the address");
    }
}

#[actix_web::test]
async fn what_a_form_leaves_blank_is_no_condition() {
    let blank = "need=&q=&kind=&day=&after=&before=&open=&cost=&age=&language=&online=&course=&verified_within=&persona=";
    let page = get(&format!("/find?place=N0202&minutes=30&{blank}&ids=&view=")).await.text();
    assert_eq!(cards(&page), ids("place=N0202&minutes=30").await);
}

#[actix_web::test]
async fn a_place_that_is_not_known_leaves_the_form_and_says_what_may_have_been_meant() {
    for (query, status, said) in [
        ("place=Atlantis", StatusCode::NOT_FOUND, "Atlantis"),
        (
            "place=N0202&minutes=many",
            StatusCode::BAD_REQUEST,
            "minutes: &quot;many&quot; is not a whole number",
        ),
        ("place=N0202&wher=here", StatusCode::BAD_REQUEST, "wher: "),
    ] {
        let answer = browse(&format!("/find?{query}")).await;
        let page = answer.text();
        assert_eq!(answer.status, status, "{page}");
        assert!(element(&page, "<div class=\"notice\" role=\"alert\"", "div").contains(said), "{page}");
        assert!(page.contains("<form class=\"pick look\""));
    }
}

#[actix_web::test]
async fn a_further_condition_leaves_as_many_as_it_says() {
    let page = get("/find?place=N0202&minutes=60").await.text();
    let narrow = element(&page, "<section class=\"narrow\"", "section");
    let links = all_between(narrow, "<a class=\"chip\" href=\"", "</a>");
    assert!(links.len() >= 4, "{narrow}");
    for link in links {
        let (href, words) = link.split_once('"').unwrap();
        let count = all_between(words, "<span class=\"count\">", "</span>")[0];
        let page = get(&href.replace("&amp;", "&")).await.text();
        assert!(element(&page, "<h2 class=\"found\"", "h2").contains(&format!(">{count} listing")), "{href}");
    }
}

#[actix_web::test]
async fn where_nothing_fits_the_page_says_what_would() {
    let page = get("/find?place=N0202&minutes=30&kind=park&free=true&q=group").await.text();
    assert!(cards(&page).is_empty() && page.contains("Nothing fits"));
    let lifted = element(&page, "<ul class=\"lifted\"", "ul");
    for link in all_between(lifted, "<a href=\"", "</a>") {
        let (href, words) = link.split_once('"').unwrap();
        let count = words.rsplit(' ').next().unwrap();
        let page = get(&href.replace("&amp;", "&")).await.text();
        assert!(element(&page, "<h2 class=\"found\"", "h2").contains(&format!(">{count} listing")), "{href}");
    }
    let near = get("/find?place=N0202&minutes=1").await.text();
    assert!(near.contains("Just outside") && near.contains("Look within"), "{near}");
    assert!(near.contains("Record the need") && near.contains("/login?to="));
}

#[actix_web::test]
async fn the_list_is_in_the_address() {
    let page = get("/find?place=N0202&minutes=30").await.text();
    let card = element(&page, "<ol class=\"cards\"", "ol");
    let add = all_between(card, "<a class=\"button quiet\" href=\"", "\"")[0].replace("&amp;", "&");
    let with = get(&add).await.text();
    let first = &cards(&page)[0];
    assert!(add.contains("ids=") && with.contains("1 thing is on your list") && with.contains("Remove<span"));
    let list = all_between(element(&with, "<p class=\"card shortlist\"", "p"), "href=\"", "\"")[0]
        .replace("&amp;", "&");
    let list = get(&list).await.text();
    assert!(
        list.contains(&format!("href=\"/assets/{first}\"")) && list.contains("on foot from N0202"),
        "{list}"
    );
}

#[actix_web::test]
async fn a_list_says_what_it_does_not_know_and_holds_only_so_many() {
    let page = get("/list?ids=made-up%2F0101,gone%2F1").await.text();
    assert!(page.contains("Not known here any more: gone/1") && page.contains("Group made-up/0101"));
    let many: Vec<String> = (0..51).map(|n| format!("a/{n}")).collect();
    assert_eq!(get(&format!("/list?ids={}", many.join(","))).await.status, StatusCode::BAD_REQUEST);
    assert!(get("/list").await.text().contains("Nothing is on this list yet"));
}

#[actix_web::test]
async fn an_asset_says_what_is_known_and_how_surely() {
    let row = &get("/ogc/collections/assets/items/made-up%2F0101").await.json()["properties"];
    let answer = get("/assets/made-up/0101").await;
    let page = answer.text();
    for known in [row["name"].as_str().unwrap(), "free", "everybody", "English, Polish", "+44 161 496 0000"] {
        assert!(page.contains(known), "{known} in {page}");
    }
    let percent = (row["chance_it_runs"].as_f64().unwrap() * 100.0).round();
    assert!(page.contains(&format!("<strong>{percent}%</strong>")), "{percent} in {page}");
    assert!(page.contains("Report a problem") && page.contains("action=\"/say\""));
    assert!(!page.contains("It still runs</button>"), "the public confirms nothing");
    assert_eq!(browse("/assets/made-up/none").await.status, StatusCode::NOT_FOUND);
}

#[actix_web::test]
async fn sessions_are_a_calendar() {
    for path in ["/assets/made-up/0101.ics", "/list.ics?ids=made-up%2F0101"] {
        let answer = get(path).await;
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (StatusCode::OK, "text/calendar; charset=utf-8")
        );
        let text = answer.text();
        assert!(text.starts_with("BEGIN:VCALENDAR\r\n") && text.ends_with("END:VCALENDAR\r\n"), "{text}");
    }
    assert_eq!(get("/assets/made-up/none.ics").await.status, StatusCode::NOT_FOUND);
}
