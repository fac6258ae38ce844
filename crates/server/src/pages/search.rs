//! `/search`: the box at the top of every page. What was typed leads straight to the page it names, and else to a choice.

mod typed;

use super::address_terms::{self, AddressTerms};
use super::listing_card::ListingCard;
use super::search_box::{TOP, box_of};
use super::{PageError, PageRequest, RenderedPage, layout};
use crate::error::ApiError;
use crate::http::query::{self, RequestQuery};
use crate::state::ServerState;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};
use hereabouts_engine::fields::{QueryParameter, ValueDomain};
use hereabouts_engine::format;
use hereabouts_engine::near;
use hereabouts_engine::site::Site;
use hereabouts_engine::wire::encode;
use maud::{Markup, html};
use serde_json::json;
use typed::{Typed, TypedPlace};

/// Of each sort, on the page and among suggestions.
const SHOWN: usize = 12;
const SUGGESTED: usize = 5;

fn offered() -> [QueryParameter; 1] {
    [QueryParameter::new("q", "A place, a postcode, a need or a thing.", ValueDomain::Text)]
}

/// `GET /search`.
pub(super) async fn show(
    request: HttpRequest,
    state: web::Data<ServerState>,
) -> Result<HttpResponse, PageError> {
    let page = PageRequest::plain(&request, &state);
    let query = RequestQuery::parse(request.query_string(), &offered())?;
    let text = query.get("q").unwrap_or_default().trim().to_owned();
    // The first question after new data waits for the index; no request worker does.
    let made = web::block(move || -> Result<_, ApiError> {
        let typed = Typed::read(&page.snapshot, &text)?;
        Ok(match straight(&typed, &text) {
            Some(there) => Err(there),
            None => Ok(choice(&page, &typed, &text, &state)?),
        })
    });
    Ok(match made.await.map_err(|_| ApiError::Internal)?? {
        Ok(page) => page.answer(),
        Err(there) => HttpResponse::SeeOther()
            .insert_header((header::LOCATION, there))
            .insert_header((header::CACHE_CONTROL, HeaderValue::from_static("no-store")))
            .finish(),
    })
}

/// The one page that was meant, where there is one.
fn straight(typed: &Typed<'_>, text: &str) -> Option<String> {
    let find = |terms: &[(&str, &str)]| query::address("/find", &query::written(terms.iter().copied()));
    match typed {
        Typed::Nothing => None,
        Typed::Area(code) => Some(format!("/areas/{}", encode(code))),
        Typed::Need(id) => Some(format!("/needs/{}", encode(id))),
        Typed::Place(place) => Some(find(&[("place", place)])),
        Typed::ThingAt { thing, place: TypedPlace::One(place) } => {
            Some(find(&[("q", thing), ("place", place)]))
        }
        Typed::ThingAt { .. } => None,
        Typed::Words { areas, needs } => (areas.is_empty() && needs.is_empty()).then(|| find(&[("q", text)])),
    }
}

fn choice(
    page: &PageRequest,
    typed: &Typed<'_>,
    text: &str,
    state: &ServerState,
) -> Result<RenderedPage, ApiError> {
    let body = match typed {
        Typed::ThingAt { thing, place: TypedPlace::Several(areas) } => html! {
            p.lede { "Several neighbourhoods are called so. Where do you look for “" (thing) "”?" }
            ul.links-list { @for (code, name) in areas.iter().take(SHOWN) {
                li { a href=(query::address("/find", &query::written([("q", thing.as_str()), ("area", code)]))) { (name) } }
            } }
        },
        Typed::Words { areas, needs } => html! {
            div.grid.three {
                (named("Neighbourhoods", areas.iter().map(|(code, name)| (format!("/areas/{}", encode(code)), *name))))
                (named("Needs", needs.iter().map(|(id, label)| (format!("/needs/{}", encode(id)), *label))))
                (listings(&page.snapshot, text, state)?)
            }
        },
        _ => html! {
            p.lede { "Type a neighbourhood, a postcode, a need, or what somebody looks for and where: “walking group in " (example(&page.snapshot)) "”." }
        },
    };
    let title = if text.is_empty() { "Search".to_owned() } else { format!("Search: {text}") };
    let before = html! { h1 { "Search" } (box_of(TOP, text)) };
    let body = page.body(&title, &before, &layout::results(&page.asked, &title, "", &body));
    // A postcode may have been typed.
    Ok(RenderedPage { body, status: StatusCode::OK, kept: false })
}

fn example(site: &Site) -> &str {
    let study = site.study();
    let mut areas = site.default_geography().into_iter().flat_map(|g| study.areas_of(g));
    areas.find(|(_, area)| area.reporting).map_or("town", |(_, area)| area.name.as_str())
}

fn named<'a>(title: &str, all: impl ExactSizeIterator<Item = (String, &'a str)>) -> Markup {
    let more = all.len().saturating_sub(SHOWN);
    html! {
        @if all.len() > 0 { section.panel {
            h2 { (title) }
            ul.links-list { @for (href, name) in all.take(SHOWN) { li { a href=(href) { (name) } } } }
            @if more > 0 { p.small.muted { "and " (more) " more: type more of the name" } }
        } }
    }
}

/// The first listings that have the words.
fn listings(site: &Site, text: &str, state: &ServerState) -> Result<Markup, ApiError> {
    let terms = AddressTerms::read(&query::written([("q", text)]))?;
    let answer = near::answer(site, &terms.near(site)?, state.now())?;
    let count = answer.count().total();
    Ok(html! {
        section.panel {
            h2 { "Places and groups" }
            @if count == 0 { p { "No listing has these words." } }
            @else {
                ul.links-list { @for hit in answer.hits().take(SUGGESTED) {
                    @let shown = ListingCard::new(site, hit.listing);
                    li { a href=(address_terms::asset(shown.id)) { (shown.row.name) } " " span.muted.small { (shown.row.kind_label) } }
                } }
                p { a href=(terms.at("/find")) { "All " (format::some(count, "listing", "listings")) " with these words" } }
            }
        }
    })
}

/// `GET /search/suggest`: what may be meant, as it is typed.
pub(super) async fn suggest(
    request: HttpRequest,
    state: web::Data<ServerState>,
) -> Result<HttpResponse, ApiError> {
    let query = RequestQuery::parse(request.query_string(), &offered())?;
    let site = state.site();
    let found = web::block(move || -> Result<_, ApiError> {
        let text = query.get("q").unwrap_or_default();
        let (areas, needs) = typed::beginning(&site, text);
        let places =
            areas.iter().take(SUGGESTED).map(|(_, name)| json!({ "value": name, "label": "neighbourhood" }));
        let needs = needs.iter().take(SUGGESTED).map(|(_, label)| json!({ "value": label, "label": "need" }));
        let before = text.rfind(char::is_whitespace).map_or("", |at| &text[..=at]);
        let words = site.search()?.finder().completions(text, SUGGESTED);
        let words = words.into_iter().map(|word| json!({ "value": format!("{before}{word}"), "label": "" }));
        Ok(places.chain(needs).chain(words).collect::<Vec<_>>())
    });
    let suggestions = found.await.map_err(|_| ApiError::Internal)??;
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(json!({ "suggestions": suggestions })))
}
