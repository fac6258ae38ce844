//! Conditions that are set, and what each further one would leave.

use super::form::LEAVING;
use super::{FindPage, OWN, PLACE};
use crate::pages::address_terms::AddressTerms;
use hereabouts_engine::near::{self, DAY_NAMES, DAYS, conditions};
use hereabouts_engine::{format, language, travel_mode};
use hereabouts_find::SearchCondition;
use hereabouts_streets::Persona;
use maud::{Markup, html};

/// Kinds and languages told, those with the most listings.
const TOLD: usize = 10;

/// What is set, each with a link that removes it.
pub(super) fn set(looking: &FindPage<'_>) -> Markup {
    let terms = looking.terms;
    let words_of_mode = format!("on foot and {}", travel_mode::by_what(&looking.page.snapshot));
    let words = |name: &str, value: &str| match name {
        "persona" => {
            let named = Persona::NAMED.iter().find(|named| named.name == value);
            named.map_or(value, |named| named.label).to_lowercase()
        }
        "mode" => words_of_mode.clone(),
        "leaving" => {
            let named = LEAVING.iter().find(|window| window.0 == value);
            format!("leaving on {}", named.map_or("Tuesday morning", |window| window.1))
        }
        _ => {
            let field = near::CONDITIONS.iter().find(|field| field.name == name);
            field.map_or_else(|| value.to_owned(), |field| (field.page.said)(&looking.page.snapshot, value))
        }
    };
    let names =
        conditions::as_shown().into_iter().map(|field| field.name).chain(["persona", "mode", "leaving"]);
    // On foot is what is usual, and then it does not matter when.
    let by_transit = travel_mode::is_transit(terms.get("mode"));
    let says = |name: &str| by_transit || !matches!(name, "mode" | "leaving");
    let names = names.filter(|name| says(name));
    let set: Vec<(&str, &str)> = names.filter_map(|name| Some((name, terms.get(name)?))).collect();
    html! {
        @if !set.is_empty() {
            ul.chips aria-label="Conditions that are set" {
                @for (name, value) in set {
                    @let chip = words(name, value);
                    li { a.chip href=(address(&terms.without(&[name]))) data-fragment data-key={ "without-" (name) } {
                        span.hidden { "Remove " } (chip) span aria-hidden="true" { " ×" }
                    } }
                }
            }
        }
    }
}

/// One more condition: its term, its value, its words and how many it would leave.
type FurtherCondition<'a> = (&'a str, String, String, usize);

/// What each further condition would leave, as links.
pub(super) fn further(looking: &FindPage<'_>) -> Markup {
    let (study, terms) = (looking.page.snapshot.study(), looking.terms);
    let facets = &looking.answer.found().facets;
    let one = |name: &'static str, value: &str, words: &str, count: usize| -> FurtherCondition<'static> {
        (name, value.to_owned(), words.to_owned(), count)
    };
    let mut usual: Vec<(u8, FurtherCondition<'_>)> = Vec::new();
    for field in near::CONDITIONS {
        usual.extend(field.page.facets.iter().map(|facet| {
            (facet.rank, one(field.name, facet.value, facet.words, (facet.count)(&facets.conditions)))
        }));
    }
    usual.sort_by_key(|further| further.0);
    let usual = usual.into_iter().map(|further| further.1).collect();
    let days = DAYS.iter().zip(DAY_NAMES).zip(facets.days);
    let days = days.map(|((day, name), count)| one("day", day, name, count)).collect();
    let needs = facets.needs.iter().map(|(at, count)| {
        let need = &study.needs()[*at];
        one("need", &need.id, &need.label, *count)
    });
    let kinds = facets.kinds.iter().map(|(at, count)| {
        let kind = &study.kinds()[*at];
        one("kind", &kind.id, &kind.label, *count)
    });
    let names: Vec<String> = facets.languages.keys().map(|asked| language::name(asked)).collect();
    let languages = facets.languages.iter().zip(&names);
    let languages = languages.map(|((asked, count), name)| one("language", asked, name, *count));
    let groups = [
        ("Conditions", usual, usize::MAX),
        ("Day", days, usize::MAX),
        ("What kind of help", most(needs.collect()), usize::MAX),
        ("Kind of place", most(kinds.collect()), TOLD),
        ("Language", most(languages.collect()), TOLD),
    ];
    // What is set already, or would leave all there is, narrows nothing.
    let narrows = |f: &FurtherCondition<'_>| f.3 > 0 && terms.get(f.0).is_none();
    let groups: Vec<(&str, Vec<FurtherCondition<'_>>)> = groups
        .into_iter()
        .map(|(title, all, at_most)| (title, all.into_iter().filter(narrows).take(at_most).collect()))
        .filter(|(_, all): &(&str, Vec<_>)| !all.is_empty())
        .collect();
    html! {
        @if !groups.is_empty() {
            section.narrow aria-labelledby="narrow" {
                h3 #narrow { "Narrow it down" }
                p.muted.small { "The number is how many would be left." }
                @for (title, all) in groups {
                    h4 { (title) }
                    ul.chips { @for (name, value, words, count) in all {
                        li { a.chip href=(address(&terms.with(name, &value))) data-fragment data-key={ "with-" (name) "-" (value) } {
                            (words) " " span.count { (count) }
                        } }
                    } }
                }
            }
        }
    }
}

fn most(mut all: Vec<FurtherCondition<'_>>) -> Vec<FurtherCondition<'_>> {
    all.sort_by(|a, b| b.3.cmp(&a.3).then_with(|| a.2.cmp(&b.2)));
    all
}

/// The page from its first result, without what was said of an earlier one.
fn address(terms: &AddressTerms) -> String {
    terms.without(&["offset", "recorded"]).at("/find")
}

/// Which condition alone keeps most out, with a link that lifts it.
pub(super) fn removed(looking: &FindPage<'_>) -> Markup {
    let removed = looking.answer.removed();
    html! {
        @if !removed.is_empty() {
            ul.lifted {
                @for (condition, count) in removed.iter().take(3) {
                    @let (names, words) = terms_of(*condition);
                    li { a href=(address(&looking.terms.without(&names))) data-fragment data-key={ "lift-" (condition.as_str()) } {
                        "Without " (words) " there would be " (format::count(*count as f64))
                    } }
                }
            }
        }
    }
}

/// Pairs of conditions that together keep everything out, with a link that lifts both: where no single one does.
pub(super) fn removed_together(looking: &FindPage<'_>) -> Markup {
    let snapshot = &looking.page.snapshot;
    let asked = looking.terms.without(&OWN).without(&["limit", "offset"]).with("limit", "1");
    let is_set = |c: &SearchCondition| {
        *c != SearchCondition::Minutes && terms_of(*c).0.iter().any(|name| asked.get(name).is_some())
    };
    let set: Vec<SearchCondition> = SearchCondition::ALL.into_iter().filter(is_set).collect();
    let pairs = set.iter().enumerate().flat_map(|(n, a)| set[n + 1..].iter().map(move |b| (*a, *b)));
    let mut left: Vec<(SearchCondition, SearchCondition, usize)> = pairs
        .filter_map(|(a, b)| {
            let without = asked.without(&terms_of(a).0).without(&terms_of(b).0);
            let answer = near::answer(snapshot, &without.near(snapshot).ok()?, looking.now).ok()?;
            Some((a, b, answer.total())).filter(|pair| pair.2 > 0)
        })
        .collect();
    left.sort_by_key(|pair| std::cmp::Reverse(pair.2));
    html! {
        @if left.is_empty() { p { "No condition alone keeps it out, nor do two together: nothing like it is listed near there." } }
        @else {
            p { "No single condition keeps it out; these two together do." }
            ul.lifted { @for (a, b, count) in left.into_iter().take(3) {
                @let ((names, words), (more, others)) = (terms_of(a), terms_of(b));
                li { a href=(address(&looking.terms.without(&names).without(&more))) data-fragment data-key={ "lift-" (a.as_str()) "-" (b.as_str()) } {
                    "Without " (words) " and " (others) " there would be " (format::count(count as f64))
                } }
            } }
        }
    }
}

/// The terms behind a condition, and what it is called.
fn terms_of(condition: SearchCondition) -> (Vec<&'static str>, &'static str) {
    let names: Vec<&str> = conditions::fields_of(condition).map(|field| field.name).collect();
    // How far it is has no field of its own: without a place to set out from nothing is near or far.
    let names = if names.is_empty() { PLACE.to_vec() } else { names };
    (names, conditions::called(condition))
}
