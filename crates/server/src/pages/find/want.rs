//! "Record this need": what nobody met, as a form of ticks filled in from the search. No text, so that nobody is named.

use super::Looking;
use super::form::DAY_NAMES;
use crate::http::query::encode;
use hereabouts_data::feedback::unmet_needs::{Constraint, Weekday, Why, want_cell};
use hereabouts_data::feedback::verification::Role;
use hereabouts_find::Condition;
use maud::{Markup, html};

/// Sessions that start at this minute of the day or later are in the evening.
const EVENING: u16 = 17 * 60;

/// The offer, after every search from a place; open where nothing fits.
pub(super) fn offer(looking: &Looking<'_>) -> Markup {
    let Some(cell) = looking.answer.place().and_then(want_cell) else {
        return html! { p.muted { "To record a need that nothing meets, say where somebody sets out." } };
    };
    let back = looking.terms.without(&["recorded", "offset"]);
    let here = back.at("/find");
    html! {
        details.record open[looking.answer.total() == 0] {
            summary { "None of these fits? Record the need" }
            @if matches!(looking.role, Role::LinkWorker | Role::Steward) {
                (form(looking, &cell, &back.with("recorded", "1").at("/find")))
            } @else {
                p { "Link workers record what people look for and do not find: " a href={ "/login?to=" (encode(&here)) } { "sign in" } "." }
            }
        }
    }
}

fn form(looking: &Looking<'_>, cell: &str, to: &str) -> Markup {
    let study = looking.page.snapshot.study();
    let chosen = looking.answer.search_request().need;
    let (days, constraints, why) = (days(looking), constraints(looking), why(looking));
    html! {
        form.stack method="post" action="/want" {
            p.small.muted { "Kept are the need, the month, a cell of about 0.1 km² and what is ticked. No name, no address, no words." }
            input type="hidden" name="to" value=(to);
            input type="hidden" name="cell" value=(cell);
            div.field {
                label for="want-need" { "Need" }
                select #want-need name="need" required {
                    @if chosen.is_none() { option value="" { "Choose" } }
                    @for (at, need) in study.needs().iter().enumerate() {
                        option value=(need.id) selected[chosen == Some(at)] { (need.label) }
                    }
                }
            }
            (ticks("Why what there is did not fit", "why", Why::ALL.iter().map(|w| (w.as_str(), why_label(*w), why.contains(w)))))
            (ticks("It would have to be", "constraints", Constraint::ALL.iter().map(|c| (c.as_str(), constraint_label(*c), constraints.contains(c)))))
            (ticks("On", "days", Weekday::ALL.iter().zip(DAY_NAMES).map(|(d, name)| (d.as_str(), name, days.contains(d)))))
            button.button type="submit" { "Record the need" }
        }
    }
}

fn ticks<'a>(legend: &str, name: &str, of: impl Iterator<Item = (&'a str, &'a str, bool)>) -> Markup {
    html! {
        fieldset.ticks {
            legend { (legend) }
            @for (value, label, on) in of {
                label { input type="checkbox" name=(name) value=(value) checked[on]; (label) }
            }
        }
    }
}

fn days(looking: &Looking<'_>) -> Vec<Weekday> {
    looking.terms.get("day").and_then(Weekday::of).into_iter().collect()
}

/// What the conditions of the search say.
fn constraints(looking: &Looking<'_>) -> Vec<Constraint> {
    let ask = looking.answer.search_request();
    let said = [
        (ask.step_free, Constraint::StepFree),
        (ask.cost.is_some(), Constraint::Cheap),
        (ask.when.is_some_and(|w| w.from >= EVENING), Constraint::Evening),
        (ask.when.is_some_and(|w| w.to <= EVENING), Constraint::Daytime),
        (ask.language.is_some(), Constraint::Language),
        (ask.remote == Some(true), Constraint::Remote),
        (ask.welcome, Constraint::Welcome),
    ];
    said.into_iter().filter(|(holds, _)| *holds).map(|(_, constraint)| constraint).collect()
}

/// What kept out what there is; where nothing did, there is none.
fn why(looking: &Looking<'_>) -> Vec<Why> {
    let found = looking.answer.found();
    let far = (!found.outside.is_empty()).then_some(Why::TooFar);
    let of = |condition: &Condition| match condition {
        Condition::When | Condition::Open => Some(Why::WrongTime),
        Condition::Cost => Some(Why::Cost),
        Condition::StepFree => Some(Why::Access),
        Condition::Age => Some(Why::NotEligible),
        Condition::Language => Some(Why::Language),
        _ => None,
    };
    let mut why: Vec<Why> = far.into_iter().chain(found.removed.iter().filter_map(|(c, _)| of(c))).collect();
    if why.is_empty() && found.total == 0 {
        why.push(Why::NotThere);
    }
    why
}

const fn why_label(why: Why) -> &'static str {
    match why {
        Why::TooFar => "too far",
        Why::WrongTime => "at the wrong time",
        Why::Full => "full",
        Why::NotEligible => "for other people",
        Why::Cost => "too expensive",
        Why::Access => "cannot be entered",
        Why::Language => "in another language",
        Why::NotThere => "there is none",
    }
}

const fn constraint_label(constraint: Constraint) -> &'static str {
    match constraint {
        Constraint::StepFree => "step-free",
        Constraint::Cheap => "free or cheap",
        Constraint::Evening => "in the evening",
        Constraint::Daytime => "in the daytime",
        Constraint::Language => "in another language",
        Constraint::PublicTransport => "reached without a car",
        Constraint::Remote => "online or by telephone",
        Constraint::AtHome => "at home",
        Constraint::Welcome => "with somebody who meets newcomers",
    }
}
