//! Words by which sources say that a thing is no more, not yet, or not for now: one table for every format.

use crate::text::{day, plain};
use chrono::NaiveDate;

/// What a status says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// It can be gone to.
    InUse,
    /// It cannot, for good or for now.
    Closed,
}

use Standing::{Closed, InUse};

/// Words of a status in [`plain`] letters. A status that is none of them is told, and closes nothing.
const STATUSES: [(&str, Standing); 73] = [
    ("active", InUse),
    ("open", InUse),
    ("opened", InUse),
    ("live", InUse),
    ("current", InUse),
    ("existing", InUse),
    ("operational", InUse),
    ("operating", InUse),
    ("running", InUse),
    ("registered", InUse),
    ("inuse", InUse),
    ("available", InUse),
    ("approved", InUse),
    ("published", InUse),
    ("verified", InUse),
    ("ongoing", InUse),
    ("trading", InUse),
    ("new", InUse),
    ("yes", InUse),
    ("y", InUse),
    ("ok", InUse),
    ("openbutproposedtoclose", InUse),
    ("closed", Closed),
    ("shut", Closed),
    ("permanentlyclosed", Closed),
    ("closedpermanently", Closed),
    ("temporarilyclosed", Closed),
    ("closedtemporarily", Closed),
    ("defunct", Closed),
    ("terminated", Closed),
    ("ceased", Closed),
    ("ceasedtrading", Closed),
    ("inactive", Closed),
    ("notactive", Closed),
    ("removed", Closed),
    ("deleted", Closed),
    ("archived", Closed),
    ("dissolved", Closed),
    ("deregistered", Closed),
    ("liquidated", Closed),
    ("inliquidation", Closed),
    ("struckoff", Closed),
    ("woundup", Closed),
    ("withdrawn", Closed),
    ("discontinued", Closed),
    ("cancelled", Closed),
    ("canceled", Closed),
    ("expired", Closed),
    ("ended", Closed),
    ("finished", Closed),
    ("suspended", Closed),
    ("paused", Closed),
    ("onhold", Closed),
    ("dormant", Closed),
    ("vacant", Closed),
    ("derelict", Closed),
    ("ruined", Closed),
    ("disused", Closed),
    ("notinuse", Closed),
    ("outofuse", Closed),
    ("abandoned", Closed),
    ("demolished", Closed),
    ("razed", Closed),
    ("notoperational", Closed),
    ("notopen", Closed),
    ("notrunning", Closed),
    ("notyetopen", Closed),
    ("nolongeractive", Closed),
    ("nolongerrunning", Closed),
    ("proposed", Closed),
    ("proposedtoopen", Closed),
    ("planned", Closed),
    ("underconstruction", Closed),
];

/// Tags of OpenStreetMap that say the same of what carries them, where their value is not `no`.
const LIFECYCLE_TAGS: [&str; 11] = [
    "disused",
    "abandoned",
    "demolished",
    "removed",
    "razed",
    "ruins",
    "destroyed",
    "closed",
    "construction",
    "proposed",
    "planned",
];

/// Values of the tag `access` that keep the public out.
const NO_ACCESS: [&str; 3] = ["private", "no", "residents"];

/// Beginnings of a notice that something is closed: days on which it is closed are none (`closed on Mondays`).
const NOTICES: [&str; 21] = [
    "closed for refurb",
    "closed for renovation",
    "closed for repair",
    "closed for building",
    "closed for works",
    "closed for maintenance",
    "closed for now",
    "closed for good",
    "closed for the foreseeable",
    "closed until",
    "closed due",
    "closed since",
    "closed from",
    "closed down",
    "temporarily closed",
    "permanently closed",
    "currently closed",
    "now closed",
    "not running",
    "no longer",
    "suspended",
];

/// What a status says; `None` for a word that nobody knows. What follows a dash, a comma or a bracket explains it
/// (`CLOSED - moved online`).
pub(super) fn standing(status: &str) -> Option<Standing> {
    let first =
        status.split(['-', '–', '—', ',', ':', ';', '(', '/', '.']).find(|part| !plain(part).is_empty());
    listed(status).or_else(|| listed(first?)).or_else(|| is_notice(status).then_some(Closed))
}

fn listed(words: &str) -> Option<Standing> {
    let words = plain(words);
    STATUSES.iter().find(|(word, _)| *word == words).map(|(_, standing)| *standing)
}

/// Whether words are a notice that a thing is closed, for good or for now. Hours that have closed days are none.
pub(super) fn is_notice(words: &str) -> bool {
    let words = words.trim_matches(|c: char| c == '"' || c.is_whitespace()).to_lowercase();
    let whole = plain(&words) == "off"
        || listed(&words) == Some(Closed)
        || NOTICES.iter().any(|n| words.starts_with(n));
    whole
        || NOTICES.iter().skip(14).take(3).any(|notice| words.contains(notice))
        || words.contains("closed until further")
}

/// Whether the name of a thing says it: `Elm Club (CLOSED)`, `Elm Club - closed`.
pub(super) fn is_named_closed(name: &str) -> bool {
    let end = name.trim_end_matches([')', ']', ' ', '.']).rsplit(['(', '[', '-', '–', '—']).next();
    end.is_some_and(|end| {
        end.len() < name.trim().len() && (standing(end) == Some(Closed) && plain(end).contains("closed"))
    })
}

/// Why tags of OpenStreetMap keep a thing off a list of what people may go to.
pub(super) fn why_not<'t>(
    tag: impl Fn(&str) -> Option<&'t str>,
    today: Option<NaiveDate>,
) -> Option<&'static str> {
    if tag("access").is_some_and(|access| NO_ACCESS.contains(&access)) {
        return Some("not open to the public (access=private or no)");
    }
    let set = |key: &&str| tag(key).is_some_and(|value| value != "no");
    let passed = |key: &str, over: fn(NaiveDate, NaiveDate) -> bool| {
        tag(key).and_then(|given| day(given).ok()).zip(today).is_some_and(|(day, today)| over(day, today))
    };
    let over = LIFECYCLE_TAGS.iter().any(set)
        || tag("operational_status").and_then(standing) == Some(Closed)
        || passed("end_date", |end, today| end < today)
        || passed("start_date", |start, today| start > today)
        || tag("opening_hours").is_some_and(is_notice_in_quotes);
    over.then_some("no longer, or not yet, in use")
}

/// Hours that say nothing but `closed` or `off`.
fn is_notice_in_quotes(hours: &str) -> bool {
    matches!(plain(hours).as_str(), "closed" | "off")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn a_status_is_read_by_one_table() {
        for closed in [
            "Closed",
            "CLOSED - moved online",
            "closed (2019)",
            "Permanently closed",
            "temporarily closed",
            "Closed until further notice",
            "Inactive",
            "inactive, see note",
            "Removed",
            "dissolved",
            "De-registered",
            "struck off",
            "Proposed to open",
            "no longer running",
        ] {
            assert_eq!(standing(closed), Some(Closed), "{closed}");
        }
        for open in ["Active", "open", "Open, but proposed to close", "Registered", "LIVE", "open - new room"]
        {
            assert_eq!(standing(open), Some(InUse), "{open}");
        }
        for unknown in ["", "freehold", "grade II", "band 3", "tbc", "disclosed"] {
            assert_eq!(standing(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn a_notice_is_no_closed_day() {
        for notice in [
            "closed for refurbishment",
            "\"Closed for repairs\"",
            "Closed until further notice",
            "Temporarily closed",
            "The hall is temporarily closed; ring first",
            "off",
            "Suspended for the winter",
        ] {
            assert!(is_notice(notice), "{notice}");
        }
        for hours in
            ["Closed Mondays", "Mo-Fr 09:00-17:00; Su closed", "closed for lunch", "Tuesdays 10-12", ""]
        {
            assert!(!is_notice(hours), "{hours}");
        }
        assert!(is_named_closed("Elm Club (CLOSED)") && is_named_closed("Elm Club - closed"));
        assert!(
            !is_named_closed("Closed")
                && !is_named_closed("The Closed Door Theatre")
                && !is_named_closed("Elm Club (Monday)")
        );
    }

    #[test]
    fn tags_keep_out_what_is_not_for_the_public_or_not_in_use() {
        let today = NaiveDate::from_ymd_opt(2026, 6, 1);
        let why = |tags: &[(&str, &str)]| {
            let tags: BTreeMap<String, String> =
                tags.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
            why_not(|key| tags.get(key).map(String::as_str), today)
        };
        for tag in [
            ("access", "private"),
            ("access", "no"),
            ("disused", "yes"),
            ("abandoned", "yes"),
            ("closed", "yes"),
            ("construction", "minor"),
            ("end_date", "2020"),
            ("end_date", "2026-05"),
            ("start_date", "2027-06"),
            ("opening_hours", "off"),
            ("operational_status", "closed"),
        ] {
            assert!(why(&[tag]).is_some(), "{tag:?}");
        }
        for tag in [
            ("access", "customers"),
            ("access", "permissive"),
            ("disused", "no"),
            ("end_date", "2027-01-01"),
            ("end_date", "C19"),
            ("start_date", "1890"),
            ("opening_hours", "Mo off"),
            ("operational_status", "operational"),
        ] {
            assert_eq!(why(&[tag]), None, "{tag:?}");
        }
    }
}
