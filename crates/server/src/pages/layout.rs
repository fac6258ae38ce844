//! What every page has: top, banners, foot.

use super::PageRequest;
use super::page_query::PageQuery;
use crate::http::embedded;
use hereabouts_core::demand::Basis;
use hereabouts_data::feedback::verification::SpeakerRole;
use hereabouts_engine::format;
use maud::{DOCTYPE, Markup, html};
use std::sync::OnceLock;

const NAV: [(&str, &str); 6] = [
    ("/find", "Find"),
    ("/areas", "Neighbourhoods"),
    ("/gaps", "Gaps"),
    ("/fund", "Fund"),
    ("/method", "Method"),
    ("/ogc?f=html", "Data"),
];

/// The hashed names of the script and of its style sheets, from the bundler's manifest; nothing without a front end.
fn bundle() -> &'static (Option<String>, Vec<String>) {
    static BUNDLE: OnceLock<(Option<String>, Vec<String>)> = OnceLock::new();
    BUNDLE.get_or_init(|| {
        let manifest: Option<serde_json::Value> =
            embedded::text("manifest.json").and_then(|text| serde_json::from_str(&text).ok());
        let entry = manifest.as_ref().and_then(|m| m.get("src/main.ts"));
        let script = entry.and_then(|e| e.get("file")?.as_str()).map(str::to_owned);
        let css = entry
            .and_then(|e| e.get("css")?.as_array())
            .map_or_else(Vec::new, |css| css.iter().filter_map(|c| c.as_str().map(str::to_owned)).collect());
        (script, css)
    })
}

/// The page around what it shows: `before` stays when a script asks for fresh `results`.
pub(super) fn page(page: &PageRequest, title: &str, before: &Markup, results: &Markup) -> Markup {
    let (script, styles) = bundle();
    let head = html! {
        @for style in styles { link rel="stylesheet" href={ "/static/" (style) }; }
        @if let Some(script) = script { script type="module" src={ "/static/" (script) } {} }
    };
    let main = html! {
        (before)
        p #status role="status" {}
        (results)
    };
    let edges = PageEdges { session: session(page.signed_in), banners: banners(page), foot: foot(page) };
    frame(title, page.asked.path(), &head, &edges, &main)
}

/// What stands around the main part.
struct PageEdges {
    session: Markup,
    banners: Markup,
    foot: Markup,
}

/// Who is signed in reads so, and can leave, on every page: the browser may be another's next.
fn session(role: Option<SpeakerRole>) -> Markup {
    html! {
        @match role {
            Some(role) => form.session method="post" action="/logout" {
                span { "Signed in as " (role.label()) }
                button type="submit" { "Sign out" }
            },
            None => p.session { a href="/login" { "Sign in" } },
        }
    }
}

/// A page without figures: of the API, or of what was wrong with a request.
pub(crate) fn plain(title: &str, path: &str, main: &Markup) -> Markup {
    let session = html! { p.session { a href="/login" { "Sign in or out" } } };
    frame(title, path, &html! {}, &PageEdges { session, banners: html! {}, foot: html! {} }, main)
}

fn frame(title: &str, path: &str, head: &Markup, edges: &PageEdges, main: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en-GB" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " – Hereabouts" }
                link rel="stylesheet" href="/site.css";
                link rel="icon" href="data:,";
                (head)
            }
            body {
                a.skip href="#main" { "Skip to the page" }
                header.top {
                    div.wrap {
                        a.brand href="/" { "Hereabouts" }
                        nav aria-label="Pages" { ul {
                            @for (href, label) in NAV {
                                @let here = path == href.trim_end_matches("?f=html");
                                li { a href=(href) aria-current=[here.then_some("page")] { (label) } }
                            }
                        } }
                        (edges.session)
                    }
                }
                (edges.banners)
                main #main tabindex="-1" { div.wrap { (main) } }
                (edges.foot)
            }
        }
    }
}

fn banners(page: &PageRequest) -> Markup {
    let study = page.snapshot.study();
    let made_up = study.bases().contains(&Basis::Synthetic);
    html! {
        @if made_up {
            section.banner aria-label="Made-up data" { div.wrap { p { strong { "Made-up referrals." } " They were invented to try things out: no figure here says what people of a real place lack." } } }
        }
        @if study.is_unprotected() {
            section.banner aria-label="Unprotected counts" { div.wrap { p {
                strong { "Unprotected referral counts." }
                @if page.private { " They may identify people, and are shown on this machine only." }
                @else { " They may identify people. Do not pass them on." }
            } } }
        }
    }
}

fn foot(page: &PageRequest) -> Markup {
    let snapshot = &page.snapshot;
    let period = page.asked.period.map(format::period);
    html! {
        footer.foot {
            div.wrap {
                p {
                    @match &period {
                        Some(period) => { "Referrals of " (period) ". " }
                        None => { "No referrals are loaded. " }
                    }
                    "Listings as of " (format::day(snapshot.as_of())) ". " (format::travel(snapshot)) " Data revision " (snapshot.revision()) "."
                }
                @let attribution = snapshot.attribution();
                @if !attribution.is_empty() {
                    ul { @for line in attribution { li { (line) } } }
                }
                ul.links {
                    li { a href="/method" { "How figures are made" } }
                    li { a href="/ogc?f=html" { "Data for QGIS, ArcGIS, R and Python" } }
                    li { a href="/ogc/collections/gaps/items?f=csv" { "All gaps as CSV" } }
                }
            }
        }
    }
}

/// A page that says what was wrong with a request.
pub(super) fn trouble(title: &str, detail: &str) -> Markup {
    let main = html! { h1 { (title) } p { (detail) } p { a href="/" { "To the start" } } };
    plain(title, "", &main)
}

/// The title and status line that a script takes from fresh results.
pub(super) fn results(asked: &PageQuery, title: &str, status: &str, body: &Markup) -> Markup {
    let shown = asked.show.id();
    html! {
        div #results class={ "view-" (shown) } data-title={ (title) " – Hereabouts" } data-status=(status) { (body) }
    }
}
