//! What may be asked, as a form that works by itself.

use super::PLACE;
use crate::pages::address_terms::AddressTerms;
use hereabouts_engine::near::{DAYS, OPEN};
use hereabouts_engine::snapshot::Snapshot;
use hereabouts_engine::{format, travel_mode};
use hereabouts_streets::Persona;
use maud::{Markup, html};

/// Days as they are said, Monday first.
pub(super) const DAY_NAMES: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// When somebody leaves where they do not leave on a Tuesday morning.
pub(super) const LEAVING: [(&str, &str); 3] =
    [("afternoon", "Tuesday afternoon"), ("evening", "Tuesday evening"), ("saturday", "Saturday morning")];

/// Conditions behind the fold, by the names of their terms.
const FOLDED: [&str; 16] = [
    "leaving",
    "kind",
    "day",
    "after",
    "before",
    "open",
    "free",
    "cost",
    "step_free",
    "age",
    "language",
    "online",
    "course",
    "welcome",
    "verified_within",
    "persona",
];

/// Months within which somebody may have confirmed it.
const WITHIN: [(&str, &str); 4] =
    [("1", "a month"), ("3", "three months"), ("6", "six months"), ("12", "a year")];

pub(super) fn form(snapshot: &Snapshot, terms: &AddressTerms) -> Markup {
    let study = snapshot.study();
    let place = PLACE.iter().find_map(|name| terms.get(name));
    let by_transit = travel_mode::is_transit(terms.get("mode"));
    let folded = FOLDED.iter().filter(|name| terms.get(name).is_some()).count();
    html! {
        form.pick.look action="/find" method="get" role="search" data-fragment {
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
            button.button type="submit" { "Search" }
            details.more {
                summary { "Day, cost, access and more" @if folded > 0 { " (" (folded) " set)" } }
                div.fields { (times(snapshot, terms)) (money(snapshot, terms)) (people(terms)) (listing(snapshot, terms)) }
            }
            @for name in ["ids", "view"] {
                @if let Some(value) = terms.get(name) { input type="hidden" name=(name) value=(value); }
            }
        }
    }
}

fn times(snapshot: &Snapshot, terms: &AddressTerms) -> Markup {
    html! {
        @if !snapshot.timetables().is_empty() {
            (select(terms, "leaving", &format!("Leaving, {}", travel_mode::by_what(snapshot)), "Tuesday morning", LEAVING.into_iter()))
        }
        (select(terms, "open", "Open", "any time", OPEN.iter().map(|(word, _)| (*word, if *word == "now" { "now" } else { "this week" }))))
        (select(terms, "day", "Day", "any day", DAYS.iter().zip(DAY_NAMES).map(|(day, name)| (*day, name))))
        (field("after", "Starts at or after", terms.get("after"), "time", ""))
        (field("before", "Starts before", terms.get("before"), "time", ""))
    }
}

fn money(snapshot: &Snapshot, terms: &AddressTerms) -> Markup {
    html! {
        (tick(terms, "free", "Free"))
        (number("cost", &format!("Costs at most, in {}", format::currency_sign(snapshot.currency())), terms.get("cost"), ""))
    }
}

fn people(terms: &AddressTerms) -> Markup {
    html! {
        (tick(terms, "step_free", "Step-free"))
        (tick(terms, "welcome", "Somebody meets newcomers"))
        (number("age", "Age of the person", terms.get("age"), ""))
        (field("language", "Language spoken there", terms.get("language"), "text", "such as Polish"))
        (select(terms, "persona", "Who walks", "as in the figures", Persona::NAMES.iter().map(|name| (*name, match *name {
            "slow" => "Slow pace, 0.8 m/s",
            "step-free" => "Without steps",
            _ => "Usual pace",
        }))))
    }
}

fn listing(snapshot: &Snapshot, terms: &AddressTerms) -> Markup {
    let kinds = snapshot.study().kinds();
    html! {
        (select(terms, "kind", "Kind of place", "any", kinds.iter().map(|kind| (kind.id.as_str(), kind.label.as_str()))))
        (select(terms, "online", "In person or online", "either", [("false", "in person"), ("true", "online or by telephone")].into_iter()))
        (select(terms, "course", "Course or ongoing", "either", [("true", "a course of fixed length"), ("false", "ongoing")].into_iter()))
        (select(terms, "verified_within", "Checked within", "any time", WITHIN.into_iter()))
    }
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
