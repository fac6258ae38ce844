//! What every page has: top, banners, foot.

use super::look::Theme;
use super::page_query::PageQuery;
use super::{PageRequest, look, search_box};
use crate::http::embedded;
use hereabouts_core::demand::Basis;
use hereabouts_data::feedback::verification::SpeakerRole;
use hereabouts_engine::format;
use maud::{DOCTYPE, Markup, html};
use std::sync::OnceLock;

/// Pages of the top, each with where else it stands for.
const NAV: &[(&str, &str, &[&str])] = &[
    ("/find", "Find", &["/assets/", "/list"]),
    ("/areas", "Areas", &["/areas/", "/compare"]),
    ("/needs", "Needs", &["/needs/"]),
    ("/fund", "Fund", &[]),
    ("/method", "Method", &[]),
    ("/ogc?f=html", "Data", &["/ogc"]),
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
                meta name="color-scheme" content="light dark";
                title { (title) " – Hereabouts" }
                link rel="preload" href=(look::TYPEFACE_AT) as="font" type="font/woff2" crossorigin;
                link rel="stylesheet" href=(look::SHEET_AT);
                link rel="stylesheet" href="/theme.css";
                link rel="icon" href="/icon.svg" type="image/svg+xml";
                (head)
            }
            body {
                a.skip href="#main" { "Skip to the page" }
                header.top {
                    div.wrap {
                        a.brand href="/" aria-label="Hereabouts, start" { (look::mark()) "Hereabouts" }
                        @if path != search_box::PATH { (search_box::box_of(search_box::TOP, "")) }
                        nav aria-label="Pages" { ul {
                            @for (href, label, others) in NAV {
                                li { a href=(href) aria-current=[here(path, href, others)] { (label) } }
                            }
                        } }
                        (edges.session)
                    }
                }
                (edges.banners)
                main #main tabindex="-1" { div.wrap { (main) } }
                footer.foot { div.wrap { (edges.foot) (theme()) } }
            }
        }
    }
}

/// What marks a page of the top: the page itself, or one below it.
fn here(path: &str, href: &str, others: &[&str]) -> Option<&'static str> {
    let below = || others.iter().any(|other| path.starts_with(other)).then_some("true");
    if path == href { Some("page") } else { below() }
}

/// Light or dark; it works without scripts.
fn theme() -> Markup {
    html! {
        form method="post" action="/theme" { fieldset.theme {
            legend.hidden { "Colours" }
            @for (theme, label) in Theme::OFFERED { button type="submit" name="to" value=(theme.id()) { (label) } }
        } }
    }
}

fn banners(page: &PageRequest) -> Markup {
    let study = page.snapshot.study();
    let made_up = study.bases().contains(&Basis::Synthetic);
    html! {
        @if made_up || study.is_unprotected() {
            section.banner aria-label="About these data" { div.wrap {
                @if made_up { p { strong { "Made-up referrals." } " No figure here says what people of a real place lack." } }
                @if study.is_unprotected() { p {
                    strong { "Unprotected referral counts." }
                    @if page.private { " They may identify people, and are shown on this machine only." }
                    @else { " They may identify people. Do not pass them on." }
                } }
            } }
        }
    }
}

fn foot(page: &PageRequest) -> Markup {
    let snapshot = &page.snapshot;
    let period = page.asked.period.map(format::period);
    html! {
        p {
            @match &period {
                Some(period) => { "Referrals of " (period) ". " }
                None => { "No referrals are loaded. " }
            }
            "Listings as of " (format::day(snapshot.as_of())) ". " (format::travel(snapshot))
        }
        ul.links {
            li { a href="/method" { "How figures are made" } }
            li { a href="/ogc?f=html" { "Data for QGIS, ArcGIS, R and Python" } }
            li { a href="/ogc/collections/gaps/items?f=csv" { "All gaps as CSV" } }
        }
        @let attribution = snapshot.attribution();
        @if !attribution.is_empty() {
            details { summary { "Sources" } ul { @for line in attribution { li { (line) } } } p { "Data revision " (snapshot.revision()) "." } }
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
