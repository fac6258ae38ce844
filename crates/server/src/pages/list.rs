//! `/list`: a few assets on a sheet of paper, to be printed and handed over.

use super::address_terms::{self, AddressTerms};
use super::asset::ics;
use super::listing_card::{self, ListingCard};
use super::sketch_map::{self, MapMark, SketchMap};
use super::{PageError, PageRequest, RenderedPage, layout};
use crate::error::ApiError;
use crate::http::query::RequestQuery;
use crate::state::ServerState;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::NaiveDateTime;
use hereabouts_core::travel::TravelBasis;
use hereabouts_core::units::Minutes;
use hereabouts_data::record::RecordKind;
use hereabouts_engine::fields::{QueryParameter, ValueDomain};
use hereabouts_engine::near::conditions;
use hereabouts_engine::near::{self, NearRequest};
use hereabouts_engine::site::Site;
use hereabouts_engine::snapshot::Snapshot;
use hereabouts_engine::{calendar, format};
use hereabouts_find::ListingJudgement;
use hereabouts_find::gazetteer::FoundPlace;
use hereabouts_find::listing_index::{ListingTrip, WayToListings};
use maud::{Markup, html};

/// Assets on one list.
const MOST: usize = 50;
/// Farther on foot is not told, in minutes.
const FAR: f64 = 60.0;
/// So many fit a sheet of A4.
const A_SHEET: usize = 5;

/// The list itself; what was asked of listings may stand beside it, and nothing else of a search.
fn offered(snapshot: &Snapshot) -> Vec<QueryParameter> {
    let own = [
        QueryParameter::new("ids", "Ids of assets, source/id, with commas between.", ValueDomain::LongText),
        QueryParameter::new(
            "place",
            "Where somebody sets out: a postcode, a neighbourhood or latitude,longitude.",
            ValueDomain::Text,
        ),
    ];
    own.into_iter().chain(conditions::of_listings(snapshot.study())).collect()
}

/// Positions of the assets that are asked for, and the ids that nothing has.
fn positions(snapshot: &Snapshot, ids: &[String]) -> Result<(Vec<usize>, Vec<String>), ApiError> {
    if ids.len() > MOST {
        return Err(ApiError::parameter("ids", format!("at most {MOST} fit a list")));
    }
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for id in ids {
        match snapshot.asset_position(id) {
            Some(at) => known.push(at),
            None => unknown.push(id.clone()),
        }
    }
    Ok((known, unknown))
}

pub(super) async fn show(
    request: HttpRequest,
    state: web::Data<ServerState>,
) -> Result<HttpResponse, PageError> {
    let page = PageRequest::plain(&request, &state);
    let terms = AddressTerms::read(request.query_string())?;
    let now = state.now();
    let made = web::block(move || make(&page, &terms, now)).await.map_err(|_| ApiError::Internal)??;
    Ok(made.answer())
}

fn make(page: &PageRequest, terms: &AddressTerms, now: NaiveDateTime) -> Result<RenderedPage, ApiError> {
    let snapshot = &page.snapshot;
    let asked = terms.checked(&offered(snapshot))?;
    let asked = NearRequest::read(snapshot.study(), asked.pairs());
    let ids = address_terms::ids(terms.get("ids"));
    let (assets, unknown) = positions(snapshot, &ids)?;
    let unknown_place = |e: hereabouts_find::gazetteer::UnknownPlace| ApiError::Unknown {
        field: "place".to_owned(),
        reason: e.to_string(),
    };
    let from =
        terms.get("place").map(|text| snapshot.search()?.place(text).map_err(unknown_place)).transpose()?;
    let limit = Minutes::new(FAR).unwrap_or_default();
    let trips = from.as_ref().map_or_else(Vec::new, |from| snapshot.on_foot(None).within(from.place, limit));
    let title =
        from.as_ref().map_or_else(|| "For you".to_owned(), |from| format!("For you, near {}", from.label));
    let before = html! { h1.leaflet-title { (title) } };
    let parts = ListPart::all(snapshot, &assets, &asked, now)?;
    let assets: Vec<usize> = parts.iter().flat_map(|part| part.assets.iter().map(|one| one.0)).collect();
    let body = html! {
        (above(terms, &ids, &unknown, from.is_some()))
        @if assets.is_empty() {
            p { "Nothing is on this list yet. " a href="/find" { "Find something near here" } " and add it." }
        } @else {
            div class={ "leaflet" @if assets.len() <= A_SHEET { " one-sheet" } } {
                (map(page, &assets, from.as_ref()))
                @for part in &parts {
                    @if let Some(title) = part.title() { h2.leaflet-part { (title) } }
                    ol.leaflet-items start=(part.first) { @for (n, (at, judged)) in (part.first..).zip(&part.assets) {
                        @let trip = trips.iter().find(|trip| trip.listing == *at);
                        li id={ "n" (n) } { (item(page, *at, trip, from.as_ref(), judged.as_ref())) }
                    } }
                }
                p.leaflet-foot { "As listed on " (format::day(snapshot.as_of())) ". Ring before you go. " (owed(snapshot, &assets).join("; ")) }
            }
        }
    };
    let results = layout::results(&page.asked, &title, "", &body);
    Ok(RenderedPage { body: page.body(&title, &before, &results), status: StatusCode::OK, kept: false })
}

/// What of a list stands alike to what was asked.
struct ListPart {
    kind: PartKind,
    /// Number of its first.
    first: usize,
    /// Positions of the assets, in their order on the list.
    assets: Vec<(usize, Option<ListingJudgement>)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PartKind {
    NotAsked,
    Fits,
    MayFit,
    Fails,
}

impl PartKind {
    fn of(judged: Option<&ListingJudgement>) -> Self {
        match judged {
            None => Self::NotAsked,
            Some(judged) if !judged.may_fit() => Self::Fails,
            Some(judged) if judged.not_known.is_empty() => Self::Fits,
            Some(_) => Self::MayFit,
        }
    }
}

impl ListPart {
    /// Those that have something, in the order of the parts.
    fn all(
        site: &Site,
        assets: &[usize],
        asked: &NearRequest,
        now: NaiveDateTime,
    ) -> Result<Vec<Self>, ApiError> {
        let judged = |&at: &usize| Ok((at, near::judged(site, asked, at, now)?));
        let all = assets.iter().map(judged).collect::<Result<Vec<_>, ApiError>>()?;
        let mut first = 1;
        let mut parts = Vec::new();
        for kind in [PartKind::NotAsked, PartKind::Fits, PartKind::MayFit, PartKind::Fails] {
            let assets = all.iter().filter(|one| PartKind::of(one.1.as_ref()) == kind);
            let assets: Vec<_> = assets.copied().collect();
            let next = first + assets.len();
            if !assets.is_empty() {
                parts.push(Self { kind, first, assets });
            }
            first = next;
        }
        Ok(parts)
    }

    /// What stands above it; nothing where nothing was asked.
    fn title(&self) -> Option<String> {
        let count = self.assets.len();
        Some(match self.kind {
            PartKind::NotAsked => return None,
            PartKind::Fits => format::some(count, "fits", "fit"),
            PartKind::MayFit => format!("{count} may fit: ask first"),
            PartKind::Fails => format::some(count, "does not fit everything", "do not fit everything"),
        })
    }
}

/// Words that a copy of these listings and of their map must carry.
fn owed<'a>(snapshot: &'a Snapshot, assets: &[usize]) -> Vec<&'a str> {
    let listed = |name: &str| {
        let mut listings = assets.iter().flat_map(|&at| snapshot.assets()[at].listings());
        listings.any(|listing| listing.source == name)
    };
    let shown = snapshot.sources().iter().filter(|source| match source.kind {
        RecordKind::Neighbourhoods | RecordKind::Streets => true,
        RecordKind::Assets => listed(&source.name),
        _ => false,
    });
    let mut words: Vec<&str> = shown.filter_map(|source| source.header.attribution.as_deref()).collect();
    words.sort_unstable();
    words.dedup();
    words
}

/// What is not printed: how to share it, and what is not on it.
fn above(terms: &AddressTerms, ids: &[String], unknown: &[String], has_place: bool) -> Markup {
    let list = terms.only(&["ids"]);
    html! {
        div.no-print {
            @if !unknown.is_empty() { p.notice role="alert" { "Not known here any more: " (unknown.join(", ")) } }
            @if ids.len() > unknown.len() {
                p { "Print this page: up to five things fit one sheet. "
                    @if has_place { "Its address says where somebody sets out; " a href=(list.at("/list")) { "without that" } " it can be passed on." }
                    @else { "Whoever has its address sees the same list." }
                }
                p.actions {
                    a.button.quiet href=(list.at("/list.ics")) { "All sessions as a calendar (.ics)" }
                    a.button.quiet href=(terms.at("/find")) { "Add more" }
                }
            }
        }
    }
}

fn map(page: &PageRequest, assets: &[usize], from: Option<&FoundPlace>) -> Markup {
    let study = page.snapshot.study();
    let marks: Vec<MapMark> = assets
        .iter()
        .enumerate()
        .filter_map(|(n, &at)| {
            Some(MapMark {
                number: n + 1,
                place: study.assets()[at].asset.place?,
                href: format!("#n{}", n + 1),
            })
        })
        .collect();
    let title = "Where they are, by their numbers below";
    let sketch = SketchMap { title, from: from.map(|f| f.place), marks: &marks, reach: &[], streets: true };
    html! { @if !marks.is_empty() { figure.leaflet-map { (sketch_map::draw(&page.snapshot, &sketch)) } } }
}

fn item(
    page: &PageRequest,
    at: usize,
    trip: Option<&ListingTrip>,
    from: Option<&FoundPlace>,
    judged: Option<&ListingJudgement>,
) -> Markup {
    let shown = ListingCard::new(&page.snapshot, at);
    let row = &shown.row;
    let way = trip.zip(from).map(|(trip, from)| {
        let about = if trip.basis == TravelBasis::Network { "" } else { "about " };
        format!("{about}{} on foot from {}", format::minutes(trip.minutes.ceil()), from.label)
    });
    let step_free = match row.step_free {
        Some(true) => Some("step-free"),
        Some(false) => Some(listing_card::NO_ACCESS),
        None => None,
    };
    let parts = |all: [Option<String>; 3]| all.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let there = parts([way, step_free.map(str::to_owned), shown.place()]);
    html! {
        h2 { a href=(shown.href()) { (row.name) } " " (shown.tags()) }
        @if let Some(judged) = judged { (to_ask(judged)) }
        p.clamp { strong { "When " } (shown.when().unwrap_or_else(|| listing_card::NO_TIMES.to_owned())) }
        p.clamp { strong { "Where " } (if there.is_empty() { "see the map".to_owned() } else { there }) }
        // What must not be cut off comes first.
        p.clamp {
            strong { "Contact " }
            @if let Some(phone) = row.phone { (listing_card::telephone(phone)) " " }
            @else if let Some(website) = row.website { (listing_card::website(website)) " " }
            @else { "not known " }
            strong { "Cost " } (row.cost.unwrap_or("ask"))
            @if let (Some(_), Some(website)) = (row.phone, row.website) { " · " (listing_card::website(website)) }
        }
    }
}

/// What to ask about, and what does not fit.
fn to_ask(judged: &ListingJudgement) -> Markup {
    let failed = judged.failed.iter().map(conditions::called);
    html! {
        @if !judged.not_known.is_empty() { p { strong { "Ask about " } (conditions::ask_about(judged.not_known)) } }
        @if !judged.failed.is_empty() { p { strong { "Does not fit " } (format::listed(failed)) } }
    }
}

/// `GET /list.ics`.
pub(super) async fn sessions(
    request: HttpRequest,
    state: web::Data<ServerState>,
) -> Result<HttpResponse, ApiError> {
    let snapshot = state.site();
    let query = RequestQuery::parse(request.query_string(), &offered(&snapshot))?;
    let (assets, _) = positions(&snapshot, &address_terms::ids(query.get("ids")))?;
    Ok(ics(calendar::calendar(&snapshot, &assets)))
}
