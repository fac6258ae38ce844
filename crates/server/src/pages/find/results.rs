//! What was found: cards that say why they stand there, a sketch of where they are, and what to do where nothing fits.

use super::{FindPage, PLACE, narrow, unmet_need};
use crate::pages::address_terms::{self, AddressTerms};
use crate::pages::listing_card::{self, ListingCard};
use crate::pages::parts;
use crate::pages::sketch_map::{self, MapMark, SketchMap};
use geo_types::MultiPolygon;
use hereabouts_core::place::Place;
use hereabouts_core::units::Minutes;
use hereabouts_engine::format;
use hereabouts_engine::near::{self, conditions};
use hereabouts_engine::origin::Origin;
use hereabouts_engine::reach::{self, ReachRequest};
use hereabouts_engine::travel_mode::{self, ModeRequest};
use hereabouts_find::SearchHit;
use maud::{Markup, html};

/// Fewer than this are a weak answer: what lies just outside is told too.
const WEAK: usize = 3;

/// Beyond so many minutes what is reached is most of the map, and is not shaded.
const FARTHEST_OUTLINED: f64 = 60.0;

pub(super) fn results(looking: &FindPage<'_>, status: &str) -> Markup {
    let (answer, terms) = (looking.answer, looking.terms);
    let found = answer.found();
    let first = answer.search_request().offset + 1;
    let (fits, may_fit) = answer.parts();
    html! {
        @if terms.get("recorded").is_some() { p.notice role="status" { "Recorded. Thank you: what is missing counts." } }
        (shortlist(terms))
        h2.found #found tabindex="-1" data-found { (status) }
        (narrow::set(looking))
        @if let Some((when, more)) = answer.timetable_notes().and_then(|notes| notes.sentences().split_first()) {
            p.small.muted { (when) " " (travel_mode::P90_NOTE) }
            @for sentence in more { p.notice.small { (sentence) } }
        }
        @if found.count.fits == 0 { (nothing(looking)) }
        @if found.count.total() > 0 { (parts::switch_between(looking.page, &format::some(found.count.total(), "result", "results"), |view| terms.with("view", view).at("/find"))) }
        div.beside {
            div.list {
                (cards(looking, fits, first))
                @if !may_fit.is_empty() { (ask_first(looking)) (cards(looking, may_fit, first + fits.len())) }
                (pages(looking))
                @if !answer.shows_what_may_fit() {
                    p { a href=(terms.without(&["recorded"]).with("offset", &found.count.fits.to_string()).at("/find")) data-fragment data-key="may-fit" {
                        (format::count(found.count.may_fit as f64)) " more may fit: ask first" } }
                }
                @if found.count.fits < WEAK && !found.outside.is_empty() {
                    h3 { "Just outside" }
                    ul.cards { @for hit in &found.outside { li { (card(looking, hit)) } } }
                }
                (unmet_need::offer(looking))
            }
            div.aside { (map(looking)) (narrow::further(looking)) }
        }
    }
}

/// Cards from the one with this number on.
fn cards(looking: &FindPage<'_>, hits: &[SearchHit], first: usize) -> Markup {
    html! {
        @if !hits.is_empty() {
            ol.cards start=(first) {
                @for (n, hit) in hits.iter().enumerate() { li id={ "r" (first + n) } { (card(looking, hit)) } }
            }
        }
    }
}

/// What stands above what may fit: of how many what has to be asked.
fn ask_first(looking: &FindPage<'_>) -> Markup {
    let not_known = looking.answer.not_known().iter();
    let asked = not_known.filter_map(|(condition, count)| {
        Some(format!("{} ({})", condition.ask_about()?, format::count(*count as f64)))
    });
    html! {
        h2.found #may-fit { "May fit: ask first" }
        p.muted.small { "Nothing that is known rules these out. Not known: " (format::listed(asked)) "." }
    }
}

/// What is on the list so far.
pub(super) fn shortlist(terms: &AddressTerms) -> Markup {
    let ids = address_terms::ids(terms.get("ids"));
    let place = PLACE.iter().find_map(|name| terms.get(name));
    let conditions = near::CONDITIONS.iter().map(|field| field.name);
    let list = terms.only(&conditions.chain(["ids"]).collect::<Vec<_>>());
    let list = place.map_or(list.clone(), |place| list.with("place", place));
    html! {
        @if !ids.is_empty() {
            p.card.shortlist { (format::some(ids.len(), "thing is", "things are")) " on your list. "
                a href=(list.at("/list")) { "Print or share the list" } }
        }
    }
}

fn card(looking: &FindPage<'_>, hit: &SearchHit) -> Markup {
    let shown = ListingCard::new(&looking.page.snapshot, hit.listing);
    html! {
        h3 { a href=(shown.href()) { (shown.row.name) } " " (shown.tags()) }
        p.kind { (shown.row.kind_label) @if let Some(organisation) = shown.row.organisation { ", " (organisation) } }
        @if !hit.fits() { p.ask { "Ask about " (conditions::ask_about(hit.not_known)) } }
        p.why { (looking.answer.why(hit).join(" · ")) }
        @if let Some(when) = shown.when() { p { (when) } } @else { p.muted { (listing_card::NO_TIMES) } }
        @if let Some(place) = shown.place() { p { (place) } }
        p.row {
            @if let Some(phone) = shown.row.phone { (listing_card::telephone(phone)) }
            (add(looking.terms, &shown))
        }
    }
}

/// Puts it on the list, or takes it off: the list is in the address.
fn add(terms: &AddressTerms, shown: &ListingCard<'_>) -> Markup {
    let ids = address_terms::ids(terms.get("ids"));
    let listed = ids.iter().any(|id| id == shown.id);
    let ids: Vec<&str> = if listed {
        ids.iter().map(String::as_str).filter(|id| *id != shown.id).collect()
    } else {
        ids.iter().map(String::as_str).chain([shown.id]).collect()
    };
    let terms = terms.without(&["recorded"]);
    let terms =
        if ids.is_empty() { terms.without(&["ids"]) } else { terms.with("ids", &address_terms::joined(ids)) };
    html! {
        a.button.quiet href=(terms.at("/find")) data-fragment data-key={ "list-" (shown.id) } {
            @if listed { "Remove" } @else { "Add to list" }
            span.hidden { ": " (shown.row.name) }
        }
    }
}

fn pages(looking: &FindPage<'_>) -> Markup {
    let (ask, total) = (looking.answer.search_request(), looking.answer.count().total());
    let to =
        |offset: usize| looking.terms.without(&["recorded"]).with("offset", &offset.to_string()).at("/find");
    let last = (ask.offset + looking.answer.found().hits.len()).min(total);
    html! {
        @if ask.offset > 0 || last < total {
            nav.pages aria-label="Pages of results" {
                @if ask.offset > 0 { a href=(to(ask.offset.saturating_sub(ask.limit))) data-fragment data-key="before" { "Before" } }
                span { (ask.offset + 1) " to " (last) " of " (format::count(total as f64)) }
                @if last < total { a href=(to(last)) data-fragment data-key="next" { "Next" } }
            }
        }
    }
}

fn map(looking: &FindPage<'_>) -> Markup {
    let (answer, study) = (looking.answer, looking.page.snapshot.study());
    let first = answer.search_request().offset + 1;
    let marks: Vec<MapMark> = answer
        .hits()
        .enumerate()
        .filter_map(|(n, hit)| {
            let place = study.assets()[hit.listing].asset.place?;
            Some(MapMark { number: first + n, place, href: format!("#r{}", first + n) })
        })
        .collect();
    let from = answer.place();
    let within = answer.search_request().minutes.filter(|minutes| minutes.get() <= FARTHEST_OUTLINED);
    let reach = from.zip(within).map_or_else(Vec::new, |(place, minutes)| outline(looking, place, minutes));
    let sketch = SketchMap {
        title: "Where they are, by their numbers in the list",
        from,
        marks: &marks,
        reach: &reach,
        streets: true,
    };
    html! {
        @if !marks.is_empty() {
            figure.map { div.map-box { (sketch_map::draw(&looking.page.snapshot, &sketch)) }
                @if from.is_some() { figcaption.small {
                    "The ring is where somebody sets out; numbers are those of the list."
                    @if let Some(minutes) = within { " Shaded is what lies within " (format::minutes(minutes.get())) " " (super::how(&looking.page.snapshot, answer)) "." }
                } }
            }
        }
    }
}

/// The outline of what is reached: that of `/v1/reach`.
fn outline(looking: &FindPage<'_>, from: Place, minutes: Minutes) -> Vec<MultiPolygon<f64>> {
    let terms = looking.terms;
    let asked = ReachRequest {
        minutes: vec![minutes],
        persona: terms.get("persona").map(str::to_owned),
        mode: ModeRequest::read(terms.get("mode"), terms.get("leaving")),
        ..ReachRequest::from(Origin::At(from))
    };
    reach::answer(&looking.page.snapshot, &asked)
        .map_or_else(|_| Vec::new(), |answer| answer.outlines().to_vec())
}

/// Why nothing fits for sure, and what would.
fn nothing(looking: &FindPage<'_>) -> Markup {
    let (answer, terms) = (looking.answer, looking.terms);
    let none_may = answer.count().total() == 0;
    // Where something may fit near by, only what fits for sure is worth going farther.
    let outside = || answer.found().outside.iter().filter(|hit| none_may || hit.fits());
    let farther = outside().filter_map(|hit| hit.minutes).reduce(f64::min);
    let may = if outside().any(SearchHit::fits) { "fits" } else { "may fit" };
    let by_transit = answer.place().is_some()
        && answer.timetable_notes().is_none()
        && !looking.page.snapshot.timetables().is_empty();
    let says = farther.is_some() || by_transit || none_may || !answer.removed().is_empty();
    html! { @if says {
        div.notice {
            @if let Some(minutes) = farther {
                @let minutes = (minutes / 5.0).ceil() * 5.0;
                p { "The nearest that " (may) " is farther. "
                    a href=(terms.with("minutes", &minutes.to_string()).at("/find")) data-fragment data-key="farther" { "Look within " (format::minutes(minutes)) } }
            }
            @if by_transit {
                p { a href=(terms.without(&["minutes"]).with("mode", travel_mode::WALK_AND_TRANSIT).at("/find")) data-fragment data-key="by-transit" {
                    "Look on foot and " (travel_mode::by_what(&looking.page.snapshot)) } }
            }
            @if none_may && answer.removed().is_empty() && farther.is_none() { (narrow::removed_together(looking)) }
            (narrow::removed(looking))
        }
    } }
}
