//! What may be asked, as a form that works by itself.

use super::PLACE;
use crate::pages::address_terms::AddressTerms;
use hereabouts_engine::near::conditions::{self, ConditionField, FormGroup, FormInput};
use hereabouts_engine::snapshot::Snapshot;
use hereabouts_engine::{format, travel_mode};
use hereabouts_streets::Persona;
use maud::{Markup, html};

/// When somebody leaves where they do not leave on a Tuesday morning.
pub(super) const LEAVING: [(&str, &str); 3] =
    [("afternoon", "Tuesday afternoon"), ("evening", "Tuesday evening"), ("saturday", "Saturday morning")];

/// What stands behind the fold and is about the way, not about listings.
const FOLDED_WAY: [&str; 2] = ["leaving", "persona"];

pub(super) fn form(snapshot: &Snapshot, terms: &AddressTerms) -> Markup {
    let study = snapshot.study();
    let place = PLACE.iter().find_map(|name| terms.get(name));
    let by_transit = travel_mode::is_transit(terms.get("mode"));
    let behind = conditions::as_shown().into_iter().filter(|field| field.page.group != FormGroup::First);
    let behind = behind.map(|field| field.name).chain(FOLDED_WAY);
    let folded = behind.filter(|name| terms.get(name).is_some()).count();
    html! {
        form.pick.look action="/find#found" method="get" role="search" aria-label="What is near" data-fragment data-lead {
            (field("place", "Where from", place, "text", "postcode, neighbourhood or latitude,longitude"))
            div.field {
                label for="need" { "What kind of help" }
                select #need name="need" {
                    option value="" { "Any need" }
                    @for need in study.needs() {
                        option value=(need.id) selected[terms.get("need") == Some(&need.id)] { (need.label) }
                    }
                }
            }
            div.field {
                label for="q" { "Words" }
                // The list is filled as words are typed; without scripts it stays empty.
                input #q name="q" type="search" value=[terms.get("q")] placeholder="such as walking, debt, choir"
                    maxlength="200" list="words" data-suggest="/v1/suggest" autocomplete="off";
                datalist #words {}
            }
            (number("minutes", "Minutes", terms.get("minutes"), if by_transit { "30" } else { "15" }))
            // Without a timetable there is nothing to choose between.
            @if !snapshot.timetables().is_empty() {
                div.field {
                    label for="mode" { "How" }
                    select #mode name="mode" {
                        option value="" { "On foot" }
                        option value=(travel_mode::WALK_AND_TRANSIT) selected[by_transit] { "On foot and " (travel_mode::by_what(snapshot)) }
                    }
                }
            }
            button.button type="submit" { "Find" }
            details.more {
                summary { "Day, cost, access and more" @if folded > 0 { " (" (folded) " set)" } }
                div.fields { (way(snapshot, terms)) (folded_conditions(snapshot, terms)) }
            }
            @for name in ["ids", "view"] {
                @if let Some(value) = terms.get(name) { input type="hidden" name=(name) value=(value); }
            }
        }
    }
}

/// When somebody leaves; without a timetable there is nothing to choose between.
fn way(snapshot: &Snapshot, terms: &AddressTerms) -> Markup {
    html! {
        @if !snapshot.timetables().is_empty() {
            (select(terms, "leaving", &format!("Leaving, {}", travel_mode::by_what(snapshot)), "Tuesday morning", LEAVING.into_iter()))
        }
    }
}

/// A field for each condition of the table; who walks stands with who comes.
fn folded_conditions(snapshot: &Snapshot, terms: &AddressTerms) -> Markup {
    html! {
        @for group in [FormGroup::Times, FormGroup::Money, FormGroup::People, FormGroup::Listing] {
            @for condition in conditions::as_shown().into_iter().filter(|field| field.page.group == group) {
                (asked(snapshot, terms, condition))
            }
            @if group == FormGroup::People { (persona(terms)) }
        }
    }
}

fn asked(snapshot: &Snapshot, terms: &AddressTerms, condition: &ConditionField) -> Markup {
    let (name, label) = (condition.name, condition.page.label);
    match condition.page.input {
        FormInput::Own => html! {},
        FormInput::Tick => tick(terms, name, label),
        FormInput::Number => number(name, label, terms.get(name), ""),
        FormInput::Amount => {
            let label = format!("{label}, in {}", format::currency_sign(snapshot.currency()));
            number(name, &label, terms.get(name), "")
        }
        FormInput::Text { hint } => field(name, label, terms.get(name), "text", hint),
        FormInput::Time => field(name, label, terms.get(name), "time", ""),
        FormInput::Choice { any, of } => {
            let of = of(snapshot.study());
            select(terms, name, label, any, of.iter().map(|(value, words)| (value.as_str(), words.as_str())))
        }
    }
}

fn persona(terms: &AddressTerms) -> Markup {
    let words = Persona::NAMED.iter().map(|named| (named.name, named.label));
    select(terms, "persona", "Who walks", "as in the figures", words)
}

fn field(name: &str, label: &str, value: Option<&str>, kind: &str, hint: &str) -> Markup {
    html! {
        div.field {
            label for=(name) { (label) }
            input id=(name) name=(name) type=(kind) value=[value] placeholder=[(!hint.is_empty()).then_some(hint)]
                maxlength="200" autocomplete="off";
        }
    }
}

fn number(name: &str, label: &str, value: Option<&str>, hint: &str) -> Markup {
    html! {
        div.field.short {
            label for=(name) { (label) }
            input id=(name) name=(name) type="text" inputmode="numeric" value=[value]
                placeholder=[(!hint.is_empty()).then_some(hint)] maxlength="8" autocomplete="off";
        }
    }
}

fn tick(terms: &AddressTerms, name: &str, label: &str) -> Markup {
    html! {
        div.field.tick {
            label { input type="checkbox" name=(name) value="true" checked[matches!(terms.get(name), Some("true" | "1"))]; (label) }
        }
    }
}

fn select<'a>(
    terms: &AddressTerms,
    name: &str,
    label: &str,
    any: &str,
    of: impl Iterator<Item = (&'a str, &'a str)>,
) -> Markup {
    html! {
        div.field {
            label for=(name) { (label) }
            select id=(name) name=(name) {
                option value="" { (any) }
                @for (value, words) in of { option value=(value) selected[terms.get(name) == Some(value)] { (words) } }
            }
        }
    }
}
