//! The pages as a browser without scripts gets them, through the real routes.

use crate::common::{Answer, ask, get};
use actix_web::http::Method;
use hereabouts_engine::wire::encode;
use std::collections::BTreeSet;

mod find;

const PAGES: [&str; 21] = [
    "/",
    "/search",
    "/search?q=out",
    "/find",
    "/find?place=N0202&minutes=60&ids=made-up%2F0101",
    "/find?place=N0202&q=xyzzyx",
    "/assets/made-up/0101",
    "/list?ids=made-up%2F0101,made-up%2F0203&place=N0202",
    "/areas",
    "/areas?geography=small&sort=name&name=1",
    "/areas/N0001",
    "/needs",
    "/needs/company",
    "/needs/outdoors?geography=small&view=table&sort=-nearest",
    "/compare",
    "/compare?geography=small&areas=N0001,N0102&areas=N0203",
    "/fund",
    "/fund?need=company&budget=8000",
    "/method",
    "/ogc?f=html",
    "/ogc/collections/gaps/items?f=html",
];

/// A request as a browser makes it.
async fn browse(path: &str) -> Answer {
    ask(Method::GET, path, &[("accept", "text/html,application/xhtml+xml,*/*;q=0.8")]).await
}

/// What stands between two texts, each time.
fn all_between<'a>(text: &'a str, start: &str, end: &str) -> Vec<&'a str> {
    text.split(start).skip(1).filter_map(|rest| rest.split_once(end)).map(|(inside, _)| inside).collect()
}

/// The one element with this opening, to its end, by counting what opens and closes.
fn element<'a>(page: &'a str, opening: &str, name: &str) -> &'a str {
    let start = page.find(opening).unwrap_or_else(|| panic!("no {opening}"));
    let (open, close) = (format!("<{name}"), format!("</{name}>"));
    let (mut at, mut depth) = (start, 0_usize);
    loop {
        let (next_open, next_close) = (page[at..].find(&open), page[at..].find(&close).unwrap());
        match next_open {
            Some(opened) if opened < next_close => (depth, at) = (depth + 1, at + opened + open.len()),
            _ => {
                (depth, at) = (depth - 1, at + next_close + close.len());
                if depth == 0 {
                    return &page[start..at];
                }
            }
        }
    }
}

#[actix_web::test]
async fn the_table_has_the_rows_of_the_api_with_its_figures() {
    for need in ["company", "outdoors"] {
        let page = get(&format!("/needs/{need}?geography=small&view=table&reading=listed")).await.text();
        let api = get(&format!("/ogc/collections/gaps/items?geography=small&need={need}&limit=100"))
            .await
            .features();
        let rows = all_between(&page, "<tr data-row=\"", "</tr>");
        let codes: BTreeSet<&str> = rows.iter().map(|r| r.split('"').next().unwrap()).collect();
        let listed: Vec<_> = api.iter().map(|f| &f["properties"]).filter(|p| p["area_code"] != "").collect();
        assert_eq!(codes, listed.iter().map(|p| p["area_code"].as_str().unwrap()).collect());
        for row in rows {
            let code = row.split('"').next().unwrap();
            let gap = listed.iter().find(|p| p["area_code"] == code).unwrap();
            let cells = all_between(row, "<td class=\"number\">", "</td>");
            match gap["referrals"].as_f64() {
                Some(referrals) => {
                    assert_eq!(cells[0].parse::<f64>().unwrap(), referrals, "{row}");
                    let unmet = gap["unmet_listed"].as_f64().unwrap();
                    let shown = cells[1].trim_start_matches("under ").parse::<f64>().unwrap();
                    assert!((shown - unmet).abs() <= 0.5, "{} for {unmet}", cells[1]);
                }
                None => assert!(cells[0].contains("no data") && !cells[1].contains('0'), "{row}"),
            }
        }
    }
}

#[actix_web::test]
async fn what_a_script_fetches_is_what_the_page_shows() {
    for path in [
        "/areas",
        "/needs/outdoors?geography=small&sel=N0002",
        "/needs",
        "/needs/company?reading=listed&view=map",
    ] {
        let page = get(path).await.text();
        let fragment = ask(Method::GET, path, &[("x-fragment", "1")]).await.text();
        assert_eq!(element(&page, "<div id=\"results\"", "div"), fragment, "{path}");
        assert!(!fragment.contains("<html"));
    }
}

#[actix_web::test]
async fn nothing_runs_or_looks_that_is_not_a_file_of_ours() {
    for path in PAGES {
        let answer = get(path).await;
        let (page, policy) = (answer.text(), answer.header("content-security-policy").to_owned());
        assert_eq!(answer.status, 200, "{path}");
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
        assert!(
            !page.contains("<style") && !page.contains(" style=") && !page.contains("javascript:"),
            "{path}"
        );
        for tag in all_between(&page, "<script", ">") {
            assert!(tag.contains(" src=\"/static/"), "{path}: <script{tag}>");
        }
        for handler in [" onclick=", " onload=", " onerror=", " onchange="] {
            assert!(!page.contains(handler), "{path}: {handler}");
        }
        for address in all_between(&page, " src=\"", "\"") {
            assert!(address.starts_with('/'), "{path}: {address}");
        }
    }
}

#[actix_web::test]
async fn every_page_is_one_document_with_one_heading() {
    for path in PAGES {
        let page = get(path).await.text();
        for (what, times) in
            [("<html lang=\"en-GB\"", 1), ("<main id=\"main\"", 1), ("<h1", 1), ("</title><link", 1)]
        {
            assert_eq!(page.matches(what).count(), times, "{path}: {what}");
        }
        assert!(page.contains("class=\"skip\" href=\"#main\""), "{path}");
        let ids = all_between(&page, " id=\"", "\"");
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{path}: {ids:?}");
    }
}

#[actix_web::test]
async fn hostile_names_stay_text() {
    let page = get("/ogc/collections/assets/items?f=html").await.text();
    assert!(page.contains("=Formula &amp; &lt;Friends&gt;") && !page.contains("<Friends>"));
    let refused = browse("/areas/%3Cscript%3Ealert(1)%3C%2Fscript%3E").await;
    assert_eq!(refused.status, 404);
    assert!(refused.text().contains("&lt;script&gt;") && !refused.text().contains("<script>alert"));
}

#[actix_web::test]
async fn whoever_asks_for_a_page_reads_of_errors_on_a_page() {
    for (path, status) in [
        ("/nowhere", 404),
        ("/ogc/collections/gaps/items?limit=0", 400),
        ("/v1/compare", 400),
        ("/areas?need=none-such", 400),
        ("/needs/none-such", 404),
        ("/compare?areas=N0001,nowhere", 400),
        ("/compare?areas=a,b,c,d,e", 400),
        ("/search?query=x", 400),
    ] {
        let answer = browse(path).await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("content-type")),
            (status, "text/html; charset=utf-8"),
            "{path}"
        );
        assert!(answer.text().contains("<main id=\"main\"") && answer.text().contains("<h1>"), "{path}");
        assert!(answer.header("content-security-policy").contains("default-src 'none'"), "{path}");
    }
    for headers in [&[("accept", "application/json")][..], &[]] {
        for path in ["/nowhere", "/ogc/collections/gaps/items?limit=0"] {
            let answer = ask(Method::GET, path, headers).await;
            assert_eq!(answer.header("content-type"), "application/problem+json", "{path}");
        }
    }
    let asked = "/ogc/collections/gaps/items?limit=0&f=json";
    assert_eq!(browse(asked).await.header("content-type"), "application/problem+json", "f beats Accept");
}

#[actix_web::test]
async fn a_picker_changes_one_thing_and_keeps_the_rest() {
    let path = "/needs/advice?geography=small&reading=listed&measure=count&sort=people&sel=N0003&view=map";
    let page = get(path).await.text();
    let form = element(&page, "<form class=\"pick no-print\"", "form");
    for kept in [
        "value=\"advice\" selected",
        "value=\"listed\" checked",
        "value=\"count\" checked",
        "name=\"sel\" value=\"N0003\"",
        "name=\"sort\" value=\"people\"",
        "name=\"view\" value=\"map\"",
    ] {
        assert!(form.contains(kept), "{kept} in {form}");
    }
    // Links carry what the form's own fields do not change.
    for link in all_between(&page, "data-key=\"view-map\"", ">").into_iter().chain(all_between(
        &page,
        "<th scope=\"col\"",
        "</th>",
    )) {
        if let Some(href) = all_between(link, "href=\"", "\"").first() {
            assert!(href.starts_with("/needs/advice?") && href.contains("reading=listed"), "{href}");
        }
    }
}

#[actix_web::test]
async fn areas_without_data_say_so_in_words() {
    // The last of each row of the small town refers nothing that anybody recorded.
    let page = get("/areas/N0500").await.text();
    assert!(page.contains("no data") || page.contains("No data"), "{page}");
    let gaps = get("/needs?geography=small").await.text();
    assert!(!gaps.contains("href=\"/areas/N0500\""), "no data is no gap");
    assert!(gaps.contains("without data"));
}

/// Where somebody is led from an address, with what they asked for.
async fn led(path: &str) -> (u16, String) {
    let answer = browse(path).await;
    (answer.status.as_u16(), answer.header("location").to_owned())
}

#[actix_web::test]
async fn former_addresses_lead_on_with_what_they_asked_for() {
    for (path, there) in [
        ("/areas?need=outdoors&geography=small&sort=name", "/needs/outdoors?geography=small&sort=name"),
        ("/areas?measure=count", "/needs/company?measure=count"),
        ("/gaps?need=advice", "/needs/advice"),
        ("/gaps?reading=listed&page=2", "/needs?reading=listed&page=2"),
        ("/gaps", "/needs"),
        ("/needs?need=advice&measure=count", "/needs/advice?measure=count"),
    ] {
        assert_eq!(led(path).await, (308, there.to_owned()), "{path}");
    }
}

#[actix_web::test]
async fn what_is_typed_at_the_top_leads_to_the_page_that_it_names() {
    let town = get("/ogc/collections/neighbourhoods/items?geography=small&limit=1").await.features();
    let (code, name) = (&town[0]["properties"]["area_code"], &town[0]["properties"]["area_name"]);
    let (code, name) = (code.as_str().unwrap(), name.as_str().unwrap());
    for (typed, there) in [
        (code.to_owned(), format!("/areas/{code}")),
        (name.to_lowercase(), format!("/areas/{code}")),
        ("company".to_owned(), "/needs/company".to_owned()),
        ("53.41, -2.39".to_owned(), format!("/find?place={}", encode("53.41, -2.39"))),
        ("walk at 53.41,-2.39".to_owned(), format!("/find?q=walk&place={}", encode("53.41,-2.39"))),
        (format!("choir in {name}"), format!("/find?q=choir&place={}", encode(name))),
        (format!("choir {code}"), format!("/find?q=choir&place={}", encode(name))),
        ("xyzzyx".to_owned(), "/find?q=xyzzyx".to_owned()),
    ] {
        let path = format!("/search?q={}", encode(&typed));
        assert_eq!(led(&path).await, (303, there), "{typed}");
    }
    assert_eq!(
        browse("/search?q=group").await.header("cache-control"),
        "no-store",
        "a postcode may be typed there"
    );
    let suggested = get("/search/suggest?q=comp").await.json();
    assert_eq!(suggested["suggestions"][0]["label"], "need", "{suggested}");
}

#[actix_web::test]
async fn a_theme_is_chosen_without_scripts_and_pages_stay_the_same() {
    let page = get("/needs").await;
    assert!(page.text().contains("action=\"/theme\"") && page.text().contains("href=\"/theme.css\""));
    let sheet = |cookie: &'static str| async move {
        ask(Method::GET, "/theme.css", &[("cookie", cookie)]).await.text()
    };
    assert_eq!(sheet("other=dark").await, "");
    assert!(sheet("theme=dark").await.contains("color-scheme: dark"));
    assert!(sheet("theme=light").await.contains("color-scheme: light"));
    let dark = ask(Method::GET, "/needs", &[("cookie", "theme=dark")]).await;
    assert_eq!(dark.header("etag"), page.header("etag"), "the page is the same for all");
    assert_eq!(dark.text(), page.text());
}

#[actix_web::test]
async fn a_difference_is_named_only_where_ranges_do_not_meet() {
    let page = get("/compare?geography=small&areas=N0001,N0102").await.text();
    let api = get("/v1/compare?geography=small&a=N0001&b=N0102").await.json();
    let ends =
        |gap: &serde_json::Value| Some((gap["unmet_rate_low"].as_f64()?, gap["unmet_rate_high"].as_f64()?));
    let apart = |need: &serde_json::Value| {
        let (Some(a), Some(b)) = (ends(&need["a"]), ends(&need["b"])) else { return false };
        a.0 > b.1 || b.0 > a.1
    };
    let needs = api["needs"].as_array().unwrap();
    let differ = needs.iter().filter(|need| apart(need)).count();
    assert!(page.matches("class=\"tag sure\"").count() <= differ, "{page}");
    assert_eq!(page.matches("<tr class=\"part\">").count(), needs.len());
}

#[actix_web::test]
async fn the_profile_says_who_is_in_reach_by_name() {
    let page = get("/areas/N0202").await.text();
    let near = get("/v1/near?area=N0202&minutes=15").await.json();
    let first = near["results"][0]["name"].as_str().unwrap();
    assert!(page.contains(first), "{first} in {page}");
    for part in [
        "Need by need",
        "What is missing",
        "Among all neighbourhoods",
        "Who is in reach",
        "How sure are these figures?",
    ] {
        assert!(page.contains(part), "{part}");
    }
}

#[actix_web::test]
async fn the_line_has_the_figures_of_each_quarter() {
    let page = get("/areas/N0202?geography=small").await.text();
    let table = element(&page, "<details class=\"twin\"", "details");
    let rows = all_between(table, "<tr><th scope=\"row\">", "</tr>");
    assert!(rows.len() > 1, "{table}");
    for row in rows {
        let (name, cells) = row.split_once("</th>").unwrap();
        let (months, year) = name.split_once(' ').unwrap();
        let nth = ["Jan", "Apr", "Jul", "Oct"].iter().position(|first| months.starts_with(first)).unwrap();
        let quarter = format!("{year}-Q{}", nth + 1);
        let path =
            format!("/ogc/collections/gaps/items?geography=small&area_code=N0202&limit=100&period={quarter}");
        let gaps = get(&path).await.features();
        let likely: f64 = gaps.iter().filter_map(|gap| gap["properties"]["unmet_likely"].as_f64()).sum();
        let shown: f64 = all_between(cells, "<td class=\"number\">", "</td>")[0].parse().unwrap();
        assert!((shown - likely).abs() <= 0.5, "{quarter}: {shown} for {likely}");
    }
}
