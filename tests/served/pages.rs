//! The pages as a browser without scripts gets them, through the real routes.

use crate::common::{Answer, ask, get};
use actix_web::http::Method;
use std::collections::BTreeSet;

mod find;

const PAGES: [&str; 14] = [
    "/",
    "/find",
    "/find?place=N0202&minutes=60&ids=made-up%2F0101",
    "/find?place=N0202&q=xyzzyx",
    "/assets/made-up/0101",
    "/list?ids=made-up%2F0101,made-up%2F0203&place=N0202",
    "/areas",
    "/areas/N0001",
    "/gaps",
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
        let page = get(&format!("/areas?geography=small&need={need}&reading=listed")).await.text();
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
    for path in
        ["/areas", "/areas?geography=small&need=outdoors&sel=N0002", "/gaps", "/gaps?reading=listed&view=map"]
    {
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
    let path =
        "/areas?geography=small&need=advice&reading=listed&measure=count&sort=people&sel=N0003&view=map";
    let page = get(path).await.text();
    let form = element(&page, "<form class=\"pick\"", "form");
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
            assert!(href.contains("need=advice") && href.contains("reading=listed"), "{href}");
        }
    }
}

#[actix_web::test]
async fn areas_without_data_say_so_in_words() {
    // The last of each row of the small town refers nothing that anybody recorded.
    let page = get("/areas/N0500").await.text();
    assert!(page.contains("no data") || page.contains("No data"), "{page}");
    let gaps = get("/gaps?geography=small").await.text();
    assert!(!gaps.contains("data-row=\"N0500\""), "no data is no gap");
    assert!(gaps.contains("without data"));
}

/// WCAG 2.2, 1.4.3 and 1.4.11.
#[actix_web::test]
async fn colours_of_the_style_sheet_stand_apart() {
    let css = get("/site.css").await.text();
    let token = |name: &str| {
        let value = all_between(&css, &format!("--{name}: #"), ";")[0];
        let channel = |at: usize| {
            let c = f64::from(u8::from_str_radix(&value[at..at + 2], 16).unwrap()) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(0) + 0.7152 * channel(2) + 0.0722 * channel(4)
    };
    let contrast = |a: &str, b: &str| {
        let (a, b) = (token(a), token(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    };
    for ground in ["ground", "wash"] {
        for text in ["ink", "muted", "accent", "accent-dark"] {
            assert!(contrast(text, ground) >= 4.5, "{text} on {ground}: {}", contrast(text, ground));
        }
        assert!(contrast("edge", ground) >= 3.0, "edge on {ground}");
    }
    assert!(contrast("amber", "amber-wash") >= 4.5);
    assert!(contrast("ink", "focus") >= 3.0);
}
