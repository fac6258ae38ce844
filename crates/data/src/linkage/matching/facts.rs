//! What is compared of two listings, and what of it cannot be of one thing.

use crate::record::{AssetRecord, LocationPrecision};
use crate::text::plain;
use hereabouts_core::place::Place;
use hereabouts_core::schedule::{Recurrence, Timetable};
use std::collections::BTreeSet;

/// Sites that many organisations have pages on: an address there says nothing by its host.
const PLATFORMS: [&str; 12] = [
    "facebook.com",
    "instagram.com",
    "twitter.com",
    "x.com",
    "linktr.ee",
    "eventbrite.co.uk",
    "eventbrite.com",
    "meetup.com",
    "google.com",
    "wordpress.com",
    "wixsite.com",
    "nhs.uk",
];

/// What is compared, made ready once for each listing.
pub(super) struct ListingFacts {
    pub(super) place: Option<Place>,
    pub(super) is_exact: bool,
    pub(super) phone: Option<String>,
    pub(super) site: Option<String>,
    pub(super) host: Option<String>,
    pub(super) timetable: Option<Timetable>,
    pub(super) schedule: Option<String>,
    /// The days of the week that its times name, however they are written.
    days: BTreeSet<u8>,
}

impl ListingFacts {
    pub(super) fn of(record: &AssetRecord) -> Self {
        let site = record.website.as_deref().and_then(site);
        let timetable = record.timetable.as_ref().and_then(|t| Timetable::try_from(t).ok());
        let told: BTreeSet<u8> = timetable.iter().flat_map(slots).map(|slot| slot.0).collect();
        let in_words = || record.schedule.as_deref().map(days_named).unwrap_or_default();
        Self {
            days: if told.is_empty() { in_words() } else { told },
            place: record.place.and_then(|[lon, lat]| Place::new(lon, lat).ok()),
            is_exact: record.location_precision == LocationPrecision::Exact,
            phone: record.phone.as_deref().and_then(phone),
            host: site
                .as_deref()
                .and_then(|s| s.split('/').next())
                .filter(|h| !PLATFORMS.iter().any(|p| h.ends_with(p)))
                .map(str::to_owned),
            site,
            schedule: record.schedule.as_deref().map(plain),
            timetable,
        }
    }
}

/// The last ten digits: with and without the country's code and its zero.
fn phone(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    (digits.len() >= 9).then(|| digits[digits.len().saturating_sub(10)..].to_owned())
}

/// Host and path, without what does not tell sites apart.
pub(crate) fn site(text: &str) -> Option<String> {
    let lower = text.trim().to_lowercase();
    let plain = lower.trim_start_matches("https://").trim_start_matches("http://").trim_start_matches("www.");
    let plain = plain.split(['?', '#']).next()?.trim_end_matches('/');
    plain.contains('.').then(|| plain.to_owned())
}

/// Days of the week and times of day on which something begins.
fn slots(timetable: &Timetable) -> BTreeSet<(u8, u16)> {
    let day = |on| match on {
        Recurrence::Weekly { day, .. } | Recurrence::Monthly { day, .. } => Some(day),
        Recurrence::DayOfMonth { .. } | Recurrence::Once(_) => None,
    };
    timetable.sessions().iter().filter_map(|s| Some((day(s.on)?, s.from))).collect()
}

/// The days of the week that words name, from 0 for Monday, with those between two (`Mon-Wed`, `Friday to Sunday`).
fn days_named(text: &str) -> BTreeSet<u8> {
    const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let day = |word: &str| {
        let word = word.strip_suffix('s').filter(|w| w.ends_with("day")).unwrap_or(word);
        // `Mon`, `Tues`, `Thur`; two letters may be a word of another sort.
        DAYS.iter().position(|full| word.len() >= 3 && full.starts_with(word))
    };
    let lower = text.to_lowercase();
    let apart = lower.replace(['-', '–', '—'], " to ");
    let words: Vec<&str> =
        apart.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).collect();
    let mut days = BTreeSet::new();
    for (at, word) in words.iter().enumerate() {
        let Some(on) = day(word) else { continue };
        days.insert(on as u8);
        if let (Some(&"to"), Some(last)) = (words.get(at + 1), words.get(at + 2).and_then(|word| day(word))) {
            days.extend((0..(last + 7 - on) % 7).map(|step| ((on + step) % 7) as u8));
        }
    }
    days
}

/// How two timetables agree: the share of the sessions of both that are of both; `None` where one is not known.
pub(super) fn agreement(a: &ListingFacts, b: &ListingFacts) -> Option<f64> {
    let (a, b) = (slots(a.timetable.as_ref()?), slots(b.timetable.as_ref()?));
    let all = a.union(&b).count();
    (!a.is_empty() && !b.is_empty()).then(|| a.intersection(&b).count() as f64 / all as f64)
}

/// Whether they are for needs of which none is both's.
pub(super) fn other_needs(x: &AssetRecord, y: &AssetRecord) -> bool {
    !x.needs.is_empty() && !y.needs.is_empty() && x.needs.iter().all(|n| !y.needs.contains(n))
}

/// Whether they are of two kinds. What one source calls a group another may call by its venue; a library is no pharmacy.
pub(super) fn other_kind(x: &AssetRecord, y: &AssetRecord) -> bool {
    x.kind != y.kind && x.kind != "group" && y.kind != "group"
}

/// Whether something of two listings cannot be of one thing: other registers' numbers, other days or times, other kinds or
/// needs.
pub(super) fn contradict(
    (x, y): (&AssetRecord, &AssetRecord),
    (a, b): (&ListingFacts, &ListingFacts),
) -> bool {
    let other_number = matches!((&x.organisation_id, &y.organisation_id), (Some(p), Some(q)) if p != q);
    other_number
        || other_kind(x, y)
        || (x.kind == y.kind && other_needs(x, y))
        || on_other_days(a, b)
        || agreement(a, b).is_some_and(|share| share < 0.5)
}

/// Whether both name days of the week, and none is both's.
pub(super) fn on_other_days(a: &ListingFacts, b: &ListingFacts) -> bool {
    !a.days.is_empty() && !b.days.is_empty() && a.days.is_disjoint(&b.days)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_known_however_they_are_written() {
        for (text, days) in [
            ("Mondays 10am-12", &[0][..]),
            ("monthly, Tues 7pm", &[1]),
            ("Mon-Wed, Sat", &[0, 1, 2, 5]),
            ("Friday to Monday", &[0, 4, 5, 6]),
            ("every second Thursday", &[3]),
            ("by appointment", &[]),
            ("Monthly, once a term", &[]),
        ] {
            assert_eq!(days_named(text), days.iter().copied().collect(), "{text}");
        }
    }
}
