//! What was said of an asset, and the forms with which more is.

use super::PageRequest;
use super::listing_card::ListingCard;
use hereabouts_data::feedback::journal::VerificationJournal;
use hereabouts_data::feedback::verification::{
    JournalEntry, ListingPart, ListingProblem, SpeakerRole, Statement,
};
use hereabouts_engine::format;
use hereabouts_engine::wire::encode;
use maud::{Markup, html};
use std::collections::BTreeSet;

/// Events of an asset that the figures shown know of, each with what took it back.
pub(super) struct AssetHistory<'a>(Vec<(&'a JournalEntry, Option<u64>)>);

impl<'a> AssetHistory<'a> {
    /// Of its listings, up to an event.
    pub(super) fn new(journal: &'a VerificationJournal, listings: &BTreeSet<String>, to: u64) -> Self {
        Self(journal.of(listings).into_iter().filter(|(entry, _)| entry.number <= to).collect())
    }
}

/// Its history and what whoever looks may add to it.
pub(super) fn section(
    page: &PageRequest,
    shown: &ListingCard<'_>,
    role: SpeakerRole,
    history: &AssetHistory<'_>,
) -> Markup {
    let speaks = role != SpeakerRole::Public;
    html! {
        section.verification aria-labelledby="say" {
            h2 #say { "Is this right?" }
            @if speaks { (verify(shown)) } @else {
                p { "Link workers and organisers " a href={ "/login?to=" (encode(&shown.href())) } { "sign in" } " to say that it still runs." }
            }
            (report(page, shown))
            h3 { "History" }
            @if history.0.is_empty() { p { "Nobody has said anything of it here." } }
            ol.history { @for (entry, undone) in &history.0 { li { (line(page, entry, *undone)) @if speaks && undone.is_none() { (undo(shown, entry)) } } } }
        }
    }
}

fn line(page: &PageRequest, entry: &JournalEntry, undone: Option<u64>) -> Markup {
    let words = match &entry.event.statement {
        Statement::Runs => "still running".to_owned(),
        Statement::Changed { what } => {
            let parts: Vec<&str> = what.iter().map(|part| part_label(*part)).collect();
            format!("still running; no longer as listed: {}", parts.join(", "))
        }
        Statement::Closed => "closed".to_owned(),
        Statement::Moved => "moved".to_owned(),
        Statement::Full { until } => format!("full until {}", format::day(*until)),
        Statement::Problem { problem } => format!("a problem: {}", page.snapshot.problems().label(*problem)),
        Statement::Undo { event } => format!("entry {event} taken back"),
    };
    html! {
        span.what { (entry.number) ". " (format::day(entry.event.on)) ", " (entry.event.role.label()) ": " (words) }
        @if let Some(by) = undone { " (taken back by entry " (by) ")" }
    }
}

/// A form that enters something of this asset and comes back to it.
fn form(shown: &ListingCard<'_>, statement: &str, fields: &Markup, button: &str, class: &str) -> Markup {
    html! {
        form method="post" action="/say" class=(class) {
            input type="hidden" name="asset" value=(shown.id);
            input type="hidden" name="to" value={ (shown.href()) "?said=1" };
            input type="hidden" name="said" value=(statement);
            (fields)
            button.button.quiet type="submit" { (button) }
        }
    }
}

fn verify(shown: &ListingCard<'_>) -> Markup {
    let plain = html! {};
    let parts = html! {
        fieldset.ticks {
            legend { "What has changed" }
            @for part in ListingPart::ALL { label { input type="checkbox" name="what" value=(part.as_str()); (part_label(*part)) } }
        }
    };
    let until = html! { div.field { label for="until" { "Last day on which it is full" } input #until type="date" name="until" required; } };
    html! {
        div.actions {
            (form(shown, "runs", &plain, "It still runs", ""))
            (form(shown, "closed", &plain, "It has closed", ""))
            (form(shown, "moved", &plain, "It has moved", ""))
        }
        details { summary { "It runs, and something has changed" } (form(shown, "changed", &parts, "Say what has changed", "stack")) }
        details { summary { "It takes nobody new for now" } (form(shown, "full", &until, "Say that it is full", "stack")) }
    }
}

fn report(page: &PageRequest, shown: &ListingCard<'_>) -> Markup {
    let fields = html! {
        div.field {
            label for="problem" { "What is wrong" }
            select #problem name="problem" required {
                option value="" { "Choose" }
                @for problem in ListingProblem::ALL {
                    option value=(problem.as_str()) { (page.snapshot.problems().label(*problem)) }
                }
            }
        }
    };
    html! { details { summary { "Report a problem" } (form(shown, "problem", &fields, "Report it", "stack")) } }
}

fn undo(shown: &ListingCard<'_>, entry: &JournalEntry) -> Markup {
    if matches!(entry.event.statement, Statement::Undo { .. }) {
        return html! {};
    }
    let fields = html! { input type="hidden" name="event" value=(entry.number); };
    form(shown, "undo", &fields, &format!("Take back entry {}", entry.number), "undo")
}

const fn part_label(part: ListingPart) -> &'static str {
    match part {
        ListingPart::Name => "what it is called",
        ListingPart::Times => "when it is on",
        ListingPart::Place => "where it is",
        ListingPart::Cost => "what it costs",
        ListingPart::Eligibility => "whom it is for",
        ListingPart::Access => "how to get in",
        ListingPart::Contact => "how to get in touch",
        ListingPart::Languages => "which languages are spoken",
        ListingPart::Description => "what happens there",
    }
}
