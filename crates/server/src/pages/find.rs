//! `/find`: what is near and fits. It asks what `/v1/near` and `hereabouts near` ask, in the same words, and shows the same
//! rows in the same order.

mod form;
mod narrow;
mod results;
mod unmet_need;

use super::address_terms::AddressTerms;
use super::{PageError, PageRequest, RenderedPage, layout};
use crate::error::ApiError;
use crate::state::ServerState;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, ResponseError, web};
use chrono::NaiveDateTime;
use hereabouts_data::feedback::verification::SpeakerRole;
use hereabouts_engine::near::{self, NearAnswer};
use hereabouts_engine::snapshot::Snapshot;
use hereabouts_engine::{format, travel_mode};
use hereabouts_find::facets::FitCount;
use maud::{Markup, html};

/// Terms of the page's own: what is on the list, what a narrow screen shows, and that something was recorded.
const OWN: [&str; 3] = ["ids", "view", "recorded"];

/// Where somebody sets out may stand in any of these.
const PLACE: [&str; 4] = ["at", "postcode", "area", "place"];

/// What the parts of the page are made from.
struct FindPage<'a> {
    page: &'a PageRequest,
    terms: &'a AddressTerms,
    answer: &'a NearAnswer<'a>,
    role: SpeakerRole,
    now: NaiveDateTime,
}

pub(super) async fn show(
    request: HttpRequest,
    state: web::Data<ServerState>,
) -> Result<HttpResponse, PageError> {
    let page = PageRequest::plain(&request, &state);
    let terms = AddressTerms::read(request.query_string())?;
    let role = state.reader(&request)?.role;
    // The first question after new data waits for the index; no request worker does.
    let made = web::block(move || make(page, &terms, role, &state)).await.map_err(|_| ApiError::Internal)?;
    Ok(made?.answer())
}

fn make(
    mut page: PageRequest,
    terms: &AddressTerms,
    role: SpeakerRole,
    state: &ServerState,
) -> Result<RenderedPage, ApiError> {
    page.show(terms.get("view"));
    let snapshot = page.snapshot.clone();
    let before = html! { h1 { "Find something near here" } (form::form(&snapshot, terms)) };
    let made = |title: &str, status_words: &str, body: &Markup, status: StatusCode| {
        let results = layout::results(&page.asked, title, status_words, body);
        // Somebody's postcode is in its address, and what is open changes by the minute.
        Ok(RenderedPage { body: page.body(title, &before, &results), status, kept: false })
    };
    let asked = terms.without(&OWN);
    if asked.is_empty() {
        return made("Search", "", &html! { (results::shortlist(terms)) (start()) }, StatusCode::OK);
    }
    let now = state.now();
    let answered = asked.near(&snapshot).and_then(|asked| Ok(near::answer(&snapshot, &asked, now)?));
    let answer = match answered {
        Ok(answer) => answer,
        // What was typed is not understood: the form stays, with what may have been meant.
        Err(error @ (ApiError::Unknown { .. } | ApiError::Parameter { .. })) => {
            let status_words = in_words(&error);
            return made(
                "Search",
                &status_words,
                &html! { div.notice role="alert" { p { (status_words) } } },
                error.status_code(),
            );
        }
        Err(other) => return Err(other),
    };
    state.searched(&answer);
    let status_words = status(&snapshot, &answer);
    let title = format!("Search: {}", counted(answer.count(), "fits", "fit", "none fits for sure"));
    let body = results::results(&FindPage { page: &page, terms, answer: &answer, role, now }, &status_words);
    made(&title, &status_words, &body, StatusCode::OK)
}

/// What was found, in a sentence.
fn status(snapshot: &Snapshot, answer: &NearAnswer<'_>) -> String {
    let minutes = answer.search_request().minutes.map_or(0.0, |m| m.get());
    let how = how(snapshot, answer);
    let place = answer.from().map_or_else(
        || ", everywhere".to_owned(),
        |from| format!(" within {} {how} of {from}", format::minutes(minutes)),
    );
    match answer.count().total() {
        0 => format!("Nothing fits{place}"),
        _ => format!(
            "{}{place}",
            counted(answer.count(), "listing fits", "listings fit", "No listing fits for sure")
        ),
    }
}

/// How many fit and how many may, counted apart.
fn counted(count: FitCount, one: &str, several: &str, none: &str) -> String {
    let fits = match count.fits {
        0 if count.may_fit > 0 => none.to_owned(),
        fits => format::some(fits, one, several),
    };
    match count.may_fit {
        0 => fits,
        may_fit => format!("{fits}, {} may fit", format::count(may_fit as f64)),
    }
}

/// On foot, or by public transport as well.
fn how(snapshot: &Snapshot, answer: &NearAnswer<'_>) -> String {
    match answer.timetable_notes() {
        None => "on foot".to_owned(),
        Some(_) => format!("on foot and {}", travel_mode::by_what(snapshot)),
    }
}

/// Where to begin.
fn start() -> Markup {
    html! {
        p.headline { "Say where somebody sets out and what they look for. What is near comes first, with how old each listing is." }
        p.muted { "A postcode is looked up on this server and is not kept, neither in a log nor in a count." }
    }
}

/// A refusal without the name of its parameter.
fn in_words(error: &ApiError) -> String {
    match error {
        ApiError::Unknown { field, reason } | ApiError::Parameter { field, reason } => {
            let field = field.replace('_', " ");
            if PLACE.contains(&field.as_str()) { reason.clone() } else { format!("{field}: {reason}") }
        }
        other => other.to_string(),
    }
}
