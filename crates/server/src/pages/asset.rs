//! `/assets/{id}`: everything that is known of one asset, how sure, and what anybody may say of it.

use super::listing_card::{self, ListingCard};
use super::sketch_map::{self, MapMark, SketchMap};
use super::{PageError, PageRequest, RenderedPage, address_terms, asset_history, layout};
use crate::entries::statements::VerifiedAsset;
use crate::error::ApiError;
use crate::http::query::RequestQuery;
use crate::state::ServerState;
use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use hereabouts_core::supply;
use hereabouts_data::ages::StatedAges;
use hereabouts_data::feedback::verification::SpeakerRole;
use hereabouts_data::record::ListedValue;
use hereabouts_engine::fields::{QueryParameter, ValueDomain};
use hereabouts_engine::near::{self, NearRequest};
use hereabouts_engine::origin::Origin;
use hereabouts_engine::reach::{self, ReachRequest};
use hereabouts_engine::travel_mode::{self, ModeRequest, TimetableNotes};
use hereabouts_engine::{calendar, format, language};
use hereabouts_find::SearchRequest;
use maud::{Markup, html};

/// What else is near: so many, within so many minutes on foot.
const NEARBY: (usize, u64) = (6, 10);

/// By public transport as well: as it is asked, and as it stands in an address.
struct TransitChoice {
    mode: ModeRequest,
    written: String,
}

impl TransitChoice {
    fn read(query: &RequestQuery) -> Option<Self> {
        let mode = ModeRequest::read(query.get("mode"), query.get("leaving"));
        let leaving = query.get("leaving").map(|leaving| format!("&leaving={leaving}"));
        let written = format!("mode=walk%2Btransit{}", leaving.unwrap_or_default());
        mode.by_transit.then_some(Self { mode, written })
    }
}

pub(super) async fn show(
    request: HttpRequest,
    state: web::Data<ServerState>,
    id: web::Path<String>,
) -> Result<HttpResponse, PageError> {
    let page = PageRequest::plain(&request, &state);
    let [how, leaving] = travel_mode::parameters();
    let offered =
        [QueryParameter::new("said", "That something was entered.", ValueDomain::Flag), how, leaving];
    let query = RequestQuery::parse(request.query_string(), &offered)?;
    let of = VerifiedAsset::find(&page.snapshot, &id)?;
    if of.id != *id {
        // A listing of it is known under the asset's own address.
        let to = address_terms::asset(&of.id);
        return Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, to)).finish());
    }
    let role = state.reader(&request)?.role;
    let thanks = query.get("said").is_some();
    let going = TransitChoice::read(&query);
    let made = web::block(move || make(&page, &of, role, thanks, going.as_ref(), &state));
    Ok(made.await.map_err(|_| ApiError::Internal)??.answer())
}

fn make(
    page: &PageRequest,
    of: &VerifiedAsset,
    role: SpeakerRole,
    thanks: bool,
    going: Option<&TransitChoice>,
    state: &ServerState,
) -> Result<RenderedPage, ApiError> {
    let (snapshot, at) = (&page.snapshot, of.position);
    let shown = ListingCard::new(snapshot, at);
    let before = html! {
        p { a href="/find" { "Find something near here" } }
        h1 { (shown.row.name) }
    };
    let journal = state.journal();
    let history = asset_history::AssetHistory::new(&journal, &of.listings, snapshot.verified_to());
    let body = html! {
        @if thanks { p.notice role="status" { "Taken up. It counts from now on, and is in the history below." } }
        div.area-head {
            div {
                p.kind { (shown.row.kind_label) " " (shown.tags()) }
                p.headline { (near::known(snapshot, at).join(" · ")) }
                (actions(page, &shown, at))
                (facts(page, &shown))
            }
            (map(page, at, &shown, going)?)
        }
        (sure(page, &shown, at))
        (asset_history::section(page, &shown, role, &history))
        (nearby(page, at, state)?)
    };
    let results = layout::results(&page.asked, shown.row.name, "", &body);
    Ok(RenderedPage {
        body: page.body(shown.row.name, &before, &results),
        status: StatusCode::OK,
        kept: true,
    })
}

fn actions(page: &PageRequest, shown: &ListingCard<'_>, at: usize) -> Markup {
    let list = address_terms::AddressTerms::default().with("ids", &address_terms::joined([shown.id]));
    html! {
        p.actions.no-print {
            a.button.quiet href=(list.at("/list")) { "Print or share" }
            @if calendar::has_sessions(&page.snapshot, at) {
                a.button.quiet href={ (shown.href()) ".ics" } { "Sessions as a calendar (.ics)" }
            }
        }
    }
}

/// What its listing says; what it does not say is said to be unknown where somebody would ask.
fn facts(page: &PageRequest, shown: &ListingCard<'_>) -> Markup {
    let row = &shown.row;
    let yes_no = |known: Option<bool>| match known {
        Some(true) => "yes",
        Some(false) => "no",
        None => "not known",
    };
    let needs = page.snapshot.study().needs();
    let labels: Vec<&str> = row
        .needs
        .iter()
        .map(|id| needs.iter().find(|need| need.id == *id).map_or(*id, |need| need.label.as_str()))
        .collect();
    let record = &page.snapshot.assets()[page.snapshot.asset_position(shown.id).unwrap_or_default()].record;
    let stated = StatedAges::of(record);
    let ages = match (stated.from, stated.to) {
        (Some(from), Some(to)) => Some(format!("{from} to {to}")),
        (Some(from), None) => Some(format!("{from} and over")),
        (None, Some(to)) => Some(format!("up to {to}")),
        (None, None) => stated.all_said.then(|| "all".to_owned()),
    };
    html! {
        dl.properties {
            dt { "When" } dd { (shown.when().unwrap_or_else(|| listing_card::NO_TIMES.to_owned())) @if let Some(next) = shown.next() { br; "Next: " (next) } }
            dt { "Where" } dd { (shown.place().unwrap_or_else(|| "on the map".to_owned())) }
            dt { "Cost" } dd { (row.cost.unwrap_or("not known")) }
            dt { "Step-free" } dd { @if row.step_free == Some(false) { (listing_card::NO_ACCESS) } @else { (yes_no(row.step_free)) } }
            @if let Some(who) = row.eligibility { dt { "For" } dd { (who) } }
            @if let Some(ages) = ages { dt { "Ages" } dd { (ages) } }
            @if !row.languages.is_empty() { dt { "Languages" } dd { (language::all(row.languages).join(", ")) } }
            @for (field, value) in row.listed.iter() {
                @if let (Some(label), Some(words)) = (field.of.label, in_words(value)) { dt { (label) } dd { (words) } }
            }
            dt { "Get in touch" } dd {
                @if let Some(phone) = row.phone { (listing_card::telephone(phone)) }
                @if row.phone.is_some() && row.website.is_some() { br; }
                @if let Some(website) = row.website { (listing_card::website(website)) }
                @if row.phone.is_none() && row.website.is_none() { "not known" }
            }
            @if let Some(organisation) = row.organisation { dt { "Run by" } dd { (organisation) } }
            @if !row.service_area.is_empty() { dt { "Serves" } dd { (row.service_area.join(", ")) } }
            @if !labels.is_empty() { dt { "Good for" } dd { (labels.join(", ")) } }
            @if let Some(about) = row.description { dt { "About" } dd { (about) } }
        }
    }
}

/// What is said in a field that the table alone tells of; `None` where nothing is.
fn in_words(value: ListedValue<'_>) -> Option<String> {
    match value {
        ListedValue::Unknown => None,
        ListedValue::Text(text) => Some(text.to_owned()),
        ListedValue::Number(number) => Some(number.to_string()),
        ListedValue::Flag(flag) => Some(if flag { "yes" } else { "no" }.to_owned()),
        ListedValue::Day(day) => Some(format::day(day)),
        ListedValue::List(list) => Some(list.join(", ")).filter(|list| !list.is_empty()),
    }
}

/// How sure all that is.
fn sure(page: &PageRequest, shown: &ListingCard<'_>, at: usize) -> Markup {
    let row = &shown.row;
    let by = page
        .snapshot
        .standing(at)
        .and_then(|s| s.verified_by)
        .map_or("as its listing says".to_owned(), |role| format!("by {}", role.label()));
    let share = format::percent(shown.chance);
    html! {
        section class={ "quality" @if shown.chance < 0.5 { " warn" } } aria-labelledby="sure" {
            h2 #sure { "How sure is this?" }
            ul {
                li { "Chance that it still runs: " strong { (share) } "." }
                @match &row.verified_on {
                    Some(day) => { li { "Last checked " (format::day(day.0)) ", " (by) "." } }
                    None => { li { "Nobody says when it was last checked: it is taken to have been " (format::count(supply::unknown_age_months(&page.snapshot.study().assets()[at].asset, page.snapshot.policy()))) " months ago, and what is of its kind lasts long or not from then on." } }
                }
                @if let Some(day) = &row.seen_running_on { li { "A calendar has it running on " (format::day(day.0)) "." } }
                @if let Some(day) = &row.full_until { li { "Full until " (format::day(day.0)) "." } }
                @if !row.changed.is_empty() { li { "No longer as listed: " (row.changed.join(", ")) "." } }
                @for problem in page.snapshot.standing(at).iter().flat_map(|s| &s.problems) {
                    li { "Reported: " (page.snapshot.problems().label(*problem)) "." }
                }
                @if row.places_assumed { li { "How many it takes is not listed; what is usual for its kind is assumed." } }
                li { "Listed as " @for (n, id) in row.listed_as.iter().enumerate() { @if n > 0 { ", " } code { (id) } }
                    @if let Some(licence) = row.licence { " (" (licence) ")" } "." }
            }
            @if !row.fields_from.is_empty() {
                details { summary { "Which list each part is from" } ul.small { @for from in &row.fields_from { li { (from) } } } }
            }
        }
    }
}

/// Where it is, and how far people come; `going` is how they do.
fn map(
    page: &PageRequest,
    at: usize,
    shown: &ListingCard<'_>,
    going: Option<&TransitChoice>,
) -> Result<Markup, ApiError> {
    let snapshot = &page.snapshot;
    let Some(place) = snapshot.study().assets()[at].asset.place else { return Ok(html! {}) };
    let from = format!("from={},{}", place.lat(), place.lon());
    let query = match going {
        Some(TransitChoice { written, .. }) => format!("{from}&{written}"),
        None => from,
    };
    let mode = going.map(|going| going.mode).unwrap_or_default();
    let reach = reach::answer(snapshot, &ReachRequest { mode, ..ReachRequest::from(Origin::At(place)) })?;
    let by_what = travel_mode::by_what(snapshot);
    let how = if going.is_some() { format!("on foot and {by_what}") } else { "on foot".to_owned() };
    let bands: Vec<String> = reach.bands().iter().map(|band| band.minutes.to_string()).collect();
    let (farthest, nearer) =
        bands.split_last().map_or(("", String::new()), |(last, rest)| (last, rest.join(", ")));
    let within = format!("{nearer} and {farthest} minutes {how}");
    let marks = [MapMark { number: 1, place, href: "#main".to_owned() }];
    let title = format!("Where {} is, and what lies within {within}", shown.row.name);
    let sketch =
        SketchMap { title: &title, from: None, marks: &marks, reach: reach.outlines(), streets: true };
    let people = reach.bands().last().map_or(0.0, |band| band.people);
    Ok(html! {
        figure.map {
            div.map-box { (sketch_map::draw(snapshot, &sketch)) }
            figcaption.small {
                "Within " (within) "; about " (format::count((people / 100.0).round() * 100.0)) " people live within " (farthest) ". "
                a href={ "/v1/reach?" (query) } { "The outlines as GeoJSON" }
                @if going.is_some() {
                    ". " a href=(shown.href()) { "On foot alone" }
                    // The way there is taken for as long as the way back, which timetables do not promise.
                    p { "Measured as journeys from here." }
                    @for sentence in reach.timetable_notes().map(TimetableNotes::sentences).unwrap_or_default() { p { (sentence) } }
                } @else if !snapshot.timetables().is_empty() {
                    ". " a href={ (shown.href()) "?mode=walk%2Btransit" } { "On foot and " (by_what) }
                }
            }
        }
    })
}

/// What else is near.
fn nearby(page: &PageRequest, at: usize, state: &ServerState) -> Result<Markup, ApiError> {
    let Some(place) = page.snapshot.study().assets()[at].asset.place else { return Ok(html! {}) };
    let (most, minutes) = NEARBY;
    let asked = NearRequest {
        origin: Some(Origin::At(place)),
        minutes: Some(minutes),
        search: SearchRequest { remote: Some(false), ..SearchRequest::default() },
        limit: most + 1,
        ..NearRequest::default()
    };
    let answer = near::answer(&page.snapshot, &asked, state.now())?;
    let others: Vec<_> = answer.hits().filter(|hit| hit.listing != at).take(most).collect();
    Ok(html! {
        h2 { "Near it" }
        @if others.is_empty() { p { "Nothing else is listed within " (minutes) " minutes." } }
        ul.here { @for hit in others {
            @let other = ListingCard::new(&page.snapshot, hit.listing);
            li { a href=(other.href()) { (other.row.name) } ", " (other.row.kind_label)
                @if let Some(minutes) = hit.minutes { ", " (format::minutes(minutes)) } }
        } }
    })
}

/// `GET /assets/{id}.ics`.
pub(super) async fn sessions(
    request: HttpRequest,
    state: web::Data<ServerState>,
    id: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    RequestQuery::parse(request.query_string(), &[])?;
    let snapshot = state.site();
    let of = VerifiedAsset::find(&snapshot, &id)?;
    Ok(ics(calendar::calendar(&snapshot, &[of.position])))
}

/// A calendar to be opened by a program that keeps one.
pub(super) fn ics(text: String) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(calendar::MIME)
        .insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"sessions.ics\""))
        .body(text)
}
