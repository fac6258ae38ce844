//! One asset in words, as the pages about assets share them.

use super::address_terms;
use hereabouts_core::supply;
use hereabouts_data::feedback::verification::ListingState;
use hereabouts_data::phone;
use hereabouts_engine::format;
use hereabouts_engine::rows::AssetRow;
use hereabouts_engine::snapshot::Snapshot;
use maud::{Markup, html};

/// Below this chance a listing is marked as uncertain, and says so in words.
const UNCERTAIN: f64 = 0.5;

/// What stands where a listing does not say when it is on.
pub(super) const NO_TIMES: &str = "Times not listed";

/// What stands where a listing says that it is not step-free.
pub(super) const NO_ACCESS: &str = "has steps or no access";

/// An asset as it is shown.
pub(super) struct ListingCard<'a> {
    pub(super) row: AssetRow<'a>,
    pub(super) id: &'a str,
    /// Chance that it still runs, 0 to 1.
    pub(super) chance: f64,
    snapshot: &'a Snapshot,
    at: usize,
}

impl<'a> ListingCard<'a> {
    /// The asset at this position of the study.
    pub(super) fn new(snapshot: &'a Snapshot, at: usize) -> Self {
        let row = AssetRow::new(snapshot, at);
        let id = snapshot.study().assets()[at].asset.id.as_str();
        let chance = supply::chance_it_runs(snapshot.study(), snapshot.policy(), at);
        Self { row, id, chance, snapshot, at }
    }

    pub(super) fn href(&self) -> String {
        address_terms::asset(self.id)
    }

    /// Marks beside its name.
    pub(super) fn tags(&self) -> Markup {
        let state = self.snapshot.standing(self.at).map_or(ListingState::Listed, |standing| standing.state);
        html! {
            @match state {
                ListingState::Closed => span.tag.warn { "closed" },
                ListingState::Moved => span.tag.warn { "moved" },
                ListingState::Listed if self.chance < UNCERTAIN => span.tag.warn { "uncertain" },
                ListingState::Listed => {}
            }
            @if self.row.full_until.is_some() { " " span.tag.warn { "full" } }
        }
    }

    /// When it is on, in the listing's words or as far as they were understood.
    pub(super) fn when(&self) -> Option<String> {
        self.row.schedule.map(str::to_owned).or_else(|| self.row.timetable.clone())
    }

    /// Its next session, with the weekday.
    pub(super) fn next(&self) -> Option<String> {
        let day = self.row.next_session.as_ref()?.0;
        let time = self.row.next_session_time.as_deref()?;
        Some(format!("{} {}, {time}", day.format("%A"), format::day(day)))
    }

    /// Where it is, as exactly as may be told.
    pub(super) fn place(&self) -> Option<String> {
        match (self.row.address, self.row.location_precision) {
            (Some(address), "area") => Some(format!("{address} (somewhere about)")),
            (Some(address), _) => Some(address.to_owned()),
            (None, "hidden") => Some("not told: ask".to_owned()),
            (None, "area") => Some("somewhere about the mark on the map".to_owned()),
            (None, "none") => Some(match self.row.service_area.is_empty() {
                true => "no place of its own".to_owned(),
                false => format!("comes to people: {}", self.row.service_area.join(", ")),
            }),
            (None, _) => None,
        }
    }
}

/// A telephone number, as a link where it can be rung.
pub(super) fn telephone(number: &str) -> Markup {
    html! { @match phone::dialled(number) {
        Some(dialled) => { a href={ "tel:" (dialled) } { (number) } }
        None => { (number) }
    } }
}

/// An address on the web, as a link only where it is one: a listing may hold anything.
pub(super) fn website(address: &str) -> Markup {
    let plain = address.trim_start_matches("https://").trim_start_matches("http://");
    let href = if plain.len() < address.len() { address.to_owned() } else { format!("https://{address}") };
    let is_one = plain.contains('.')
        && !plain.contains(|c: char| c.is_whitespace() || c == ':' && !plain.contains('/'));
    html! { @if is_one { a href=(href) rel="noreferrer" { (plain.trim_end_matches('/')) } } @else { (address) } }
}
