//! "Record this need": what nobody met, as a form of ticks filled in from the search. No text, so that nobody is named.

use super::FindPage;
use crate::pages::listing_card;
use hereabouts_data::feedback::unmet_needs::{UnmetConstraint, UnmetReason, Weekday, unmet_need_cell};
use hereabouts_data::feedback::verification::SpeakerRole;
use hereabouts_engine::near::DAY_NAMES;
use hereabouts_engine::wire::encode;
use hereabouts_find::{SearchCondition, SearchHit};
use maud::{Markup, html};

/// Sessions that start at this minute of the day or later are in the evening.
const EVENING: u16 = 17 * 60;

/// The offer, after every search from a place, once what may fit has been shown; open where nothing fits.
pub(super) fn offer(looking: &FindPage<'_>) -> Markup {
    let Some(cell) = looking.answer.place().and_then(unmet_need_cell) else {
        return html! { p.muted { "To record a need that nothing meets, say where somebody sets out." } };
    };
    if !looking.answer.shows_what_may_fit() {
        return html! { p.muted { "None of these fits? Look first at what may fit and has to be asked; the need can be recorded there." } };
    }
    let back = looking.terms.without(&["recorded", "offset"]);
    let here = back.at("/find");
    html! {
        details.record open[looking.answer.count().total() == 0] {
            summary { "None of these fits? Record the need" }
            @if matches!(looking.role, SpeakerRole::LinkWorker | SpeakerRole::Steward) {
                (form(looking, &cell, &back.with("recorded", "1").at("/find")))
            } @else {
                p { "Link workers record what people look for and do not find: " a href={ "/login?to=" (encode(&here)) } { "sign in" } "." }
            }
        }
    }
}

fn form(looking: &FindPage<'_>, cell: &str, to: &str) -> Markup {
    let study = looking.page.snapshot.study();
    let chosen = looking.answer.search_request().need;
    let (days, constraints, why) = (days(looking), constraints(looking), why(looking));
    html! {
        form.stack method="post" action="/want" {
            p.small.muted { "Kept are the need, the month, a cell of about 0.1 km² and what is ticked. No name, no address, no words." }
            input type="hidden" name="to" value=(to);
            input type="hidden" name="cell" value=(cell);
            div.field {
                label for="unmet-need" { "Need" }
                select #unmet-need name="need" required {
                    @if chosen.is_none() { option value="" { "Choose" } }
                    @for (at, need) in study.needs().iter().enumerate() {
                        option value=(need.id) selected[chosen == Some(at)] { (need.label) }
                    }
                }
            }
            (ticks("Why what there is did not fit", "why", UnmetReason::ALL.iter().map(|w| (w.as_str(), why_label(*w), why.contains(w)))))
            (not_known(looking))
            (ticks("It would have to be", "constraints", UnmetConstraint::ALL.iter().map(|c| (c.as_str(), constraint_label(*c), constraints.contains(c)))))
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

fn days(looking: &FindPage<'_>) -> Vec<Weekday> {
    looking.terms.get("day").and_then(Weekday::of).into_iter().collect()
}

/// What nobody knew of things that may fit, as far as it was asked.
fn not_known(looking: &FindPage<'_>) -> Markup {
    let not_known = looking.answer.not_known().iter();
    let ticked =
        not_known.filter_map(|(condition, _)| Some((condition.as_str(), condition.ask_about()?, true)));
    html! {
        @if !looking.answer.not_known().is_empty() {
            (ticks("Not known of things that may fit", "not_known", ticked))
        }
    }
}

/// What the conditions of the search say.
fn constraints(looking: &FindPage<'_>) -> Vec<UnmetConstraint> {
    let ask = looking.answer.search_request();
    let asked = [
        (ask.step_free, UnmetConstraint::StepFree),
        (ask.cost.is_some(), UnmetConstraint::Cheap),
        (ask.when.is_some_and(|w| w.from >= EVENING), UnmetConstraint::Evening),
        (ask.when.is_some_and(|w| w.to <= EVENING), UnmetConstraint::Daytime),
        (ask.language.is_some(), UnmetConstraint::Language),
        (ask.remote == Some(true), UnmetConstraint::Remote),
        (ask.welcome, UnmetConstraint::Welcome),
    ];
    asked.into_iter().filter(|(holds, _)| *holds).map(|(_, constraint)| constraint).collect()
}

/// What kept out what there is; where nothing did, there is none.
fn why(looking: &FindPage<'_>) -> Vec<UnmetReason> {
    let found = looking.answer.found();
    let far = found.outside.iter().any(SearchHit::fits).then_some(UnmetReason::TooFar);
    let of = |condition: &SearchCondition| match condition {
        SearchCondition::When | SearchCondition::Open => Some(UnmetReason::WrongTime),
        SearchCondition::Cost => Some(UnmetReason::Cost),
        SearchCondition::StepFree => Some(UnmetReason::Access),
        SearchCondition::Age => Some(UnmetReason::NotEligible),
        SearchCondition::Language => Some(UnmetReason::Language),
        _ => None,
    };
    let mut why: Vec<UnmetReason> =
        far.into_iter().chain(found.removed.iter().filter_map(|(c, _)| of(c))).collect();
    if why.is_empty() && found.count.total() == 0 {
        why.push(UnmetReason::NotThere);
    }
    why
}

const fn why_label(why: UnmetReason) -> &'static str {
    match why {
        UnmetReason::TooFar => "too far",
        UnmetReason::WrongTime => "at the wrong time",
        UnmetReason::Full => "full",
        UnmetReason::NotEligible => "for other people",
        UnmetReason::Cost => "too expensive",
        UnmetReason::Access => listing_card::NO_ACCESS,
        UnmetReason::Language => "in another language",
        UnmetReason::NotThere => "there is none",
    }
}

const fn constraint_label(constraint: UnmetConstraint) -> &'static str {
    match constraint {
        UnmetConstraint::StepFree => "step-free",
        UnmetConstraint::Cheap => "free or cheap",
        UnmetConstraint::Evening => "in the evening",
        UnmetConstraint::Daytime => "in the daytime",
        UnmetConstraint::Language => "in another language",
        UnmetConstraint::PublicTransport => "reached without a car",
        UnmetConstraint::Remote => "online or by telephone",
        UnmetConstraint::AtHome => "at home",
        UnmetConstraint::Welcome => "with somebody who meets newcomers",
    }
}
