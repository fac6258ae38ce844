//! Needs that nothing met, and searches that found nothing: what is missing, told by those who looked.
//!
//! A record is about a place, a month and a few words from short lists. It has no text that a person wrote, no day, no key and
//! no address, so that it names nobody; and with a cell of 0.1 km² it may still point at somebody. It is kept in a small
//! store of its own, which the server adds to and no route reads: only a release that passed a disclosure rule may tell of
//! it.

use crate::feedback::verification::{InvalidField, words};
use chrono::{Datelike, Months, NaiveDate};
use hereabouts_core::cell::{CellResolution, DemandCell};
use hereabouts_core::place::Place;
use hereabouts_store::{Store, StoreError, UNMET_NEEDS};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::path::Path;

/// The logs.
const RECORDED: &str = "wants";
const SEARCHED: &str = "searches";

/// Resolution of the cell of a record: about 0.1 km².
pub const CELL_RESOLUTION: u8 = 9;

/// Resolution of the cell of a search, which the public makes: about 5 km².
pub const SEARCH_RESOLUTION: u8 = 7;

/// A need is recorded in the month it comes up, or later, up to so many months.
const MONTHS_BACK: u32 = 11;

words! {
    /// A day on which it was asked for.
    Weekday {
        /// Monday.
        Monday = "monday",
        /// Tuesday.
        Tuesday = "tuesday",
        /// Wednesday.
        Wednesday = "wednesday",
        /// Thursday.
        Thursday = "thursday",
        /// Friday.
        Friday = "friday",
        /// Saturday.
        Saturday = "saturday",
        /// Sunday.
        Sunday = "sunday",
    }
}

words! {
    /// What it would have had to be.
    UnmetConstraint {
        /// Entered without a step.
        StepFree = "step-free",
        /// Free, or nearly.
        Cheap = "cheap",
        /// In the evening.
        Evening = "evening",
        /// In the daytime.
        Daytime = "daytime",
        /// In another language than is spoken there.
        Language = "language",
        /// Reached without a car.
        PublicTransport = "public-transport",
        /// Online or by telephone.
        Remote = "remote",
        /// At home.
        AtHome = "at-home",
        /// With somebody who meets newcomers.
        Welcome = "welcome",
    }
}

words! {
    /// Why what there is did not fit.
    UnmetReason {
        /// Too far.
        TooFar = "too-far",
        /// At another time.
        WrongTime = "wrong-time",
        /// Full.
        Full = "full",
        /// For others.
        NotEligible = "not-eligible",
        /// Too expensive.
        Cost = "cost",
        /// Cannot be entered.
        Access = "access",
        /// Another language.
        Language = "language",
        /// There is none.
        NotThere = "did-not-exist",
    }
}

words! {
    /// What nobody said of things that may have fitted: conditions of a search, by the same words.
    UnknownCondition {
        /// What it costs.
        Cost = "cost",
        /// Whether it is entered without a step.
        StepFree = "step_free",
        /// Whom it takes by age.
        Age = "age",
        /// Which languages are spoken there.
        Language = "language",
        /// Whether it is a course or ongoing.
        Course = "course",
        /// Whether somebody meets newcomers.
        Welcome = "welcome",
        /// Whether it has to be booked.
        NoBooking = "no_booking",
        /// When it is on.
        Day = "day",
        /// Whether it is on now or soon.
        Open = "open",
    }
}

words! {
    /// What a search found.
    SearchOutcome {
        /// Nothing.
        Nothing = "nothing",
        /// Nothing that is known to fit, and some that may.
        Unsure = "unsure",
        /// One or two.
        Little = "little",
        /// Three or more.
        Enough = "enough",
    }
}

impl SearchOutcome {
    /// Of so many that fit, and so many that may.
    #[must_use]
    pub const fn with(fits: usize, may_fit: usize) -> Self {
        match (fits, may_fit) {
            (0, 0) => Self::Nothing,
            (0, _) => Self::Unsure,
            (1 | 2, _) => Self::Little,
            _ => Self::Enough,
        }
    }
}

/// A need that nothing met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnmetNeed {
    /// Id of the need.
    pub need: String,
    /// H3 cell of resolution 9 in which somebody sets out.
    pub cell: String,
    /// Month, `2026-11`.
    pub month: String,
    /// Days on which it was asked for; none is any.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub days: BTreeSet<Weekday>,
    /// What it would have had to be.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub constraints: BTreeSet<UnmetConstraint>,
    /// Why what there is did not fit.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub why: BTreeSet<UnmetReason>,
    /// What nobody knew of things that may have fitted.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub not_known: BTreeSet<UnknownCondition>,
}

/// How many searches found so much.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SearchedFor {
    /// Month, `2026-11`.
    pub month: String,
    /// Id of the need that was looked for; none where none was named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub need: Option<String>,
    /// H3 cell of resolution 7 that they set out from; none where none was named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cell: Option<String>,
    /// What they found.
    pub found: SearchOutcome,
}

/// A month as it is written.
#[must_use]
pub fn month(day: NaiveDate) -> String {
    format!("{:04}-{:02}", day.year(), day.month())
}

/// Reads an unmet-need record; anything that is not offered is refused, and told by its field and never by its value.
///
/// # Errors
/// [`InvalidField`].
pub fn read(given: &Map<String, Value>, needs: &[&str], today: NaiveDate) -> Result<UnmetNeed, InvalidField> {
    let misread = |field: &str, reason: String| InvalidField { field: field.to_owned(), reason };
    let offered = ["need", "cell", "month", "days", "constraints", "why", "not_known"];
    // What somebody wrote beside them may be anything: not even its name is told back.
    if given.keys().any(|key| !offered.contains(&key.as_str())) {
        return Err(misread("body", format!("only {} are taken here", offered.join(", "))));
    }
    let text = |field: &str| given.get(field).and_then(Value::as_str);
    let need = text("need").filter(|id| needs.contains(id));
    let need = need.ok_or_else(|| misread("need", format!("give one of {}", needs.join(", "))))?;
    let cell = text("cell").and_then(|text| text.parse::<DemandCell>().ok());
    let cell = cell.filter(|cell| cell.resolution() == CELL_RESOLUTION);
    let cell =
        cell.ok_or_else(|| misread("cell", format!("give an H3 index of resolution {CELL_RESOLUTION}")))?;
    let months: Vec<String> =
        (0..=MONTHS_BACK).filter_map(|n| today.checked_sub_months(Months::new(n))).map(month).collect();
    let month = match given.get("month") {
        None => months.first(),
        Some(given) => months.iter().find(|month| given.as_str() == Some(month)),
    };
    let month =
        month.ok_or_else(|| misread("month", "give a month of the last twelve, YYYY-MM".to_owned()))?;
    let why = several(given, "why", UnmetReason::ALL, UnmetReason::of, UnmetReason::as_str)?;
    let not_known =
        several(given, "not_known", UnknownCondition::ALL, UnknownCondition::of, UnknownCondition::as_str)?;
    if why.is_empty() && not_known.is_empty() {
        return Err(one_of("why", UnmetReason::ALL, UnmetReason::as_str));
    }
    Ok(UnmetNeed {
        need: need.to_owned(),
        cell: cell.to_string(),
        month: month.clone(),
        days: several(given, "days", Weekday::ALL, Weekday::of, Weekday::as_str)?,
        constraints: several(
            given,
            "constraints",
            UnmetConstraint::ALL,
            UnmetConstraint::of,
            UnmetConstraint::as_str,
        )?,
        why,
        not_known,
    })
}

fn one_of<T: Copy>(field: &str, all: &[T], word: fn(T) -> &'static str) -> InvalidField {
    let words: Vec<&str> = all.iter().map(|one| word(*one)).collect();
    InvalidField { field: field.to_owned(), reason: format!("give a list of some of {}", words.join(", ")) }
}

fn several<T: Copy + Ord>(
    given: &Map<String, Value>,
    field: &str,
    all: &[T],
    of: fn(&str) -> Option<T>,
    word: fn(T) -> &'static str,
) -> Result<BTreeSet<T>, InvalidField> {
    let Some(list) = given.get(field) else { return Ok(BTreeSet::new()) };
    let read = |list: &Vec<Value>| list.iter().map(|one| of(one.as_str()?)).collect::<Option<BTreeSet<T>>>();
    list.as_array().and_then(read).ok_or_else(|| one_of(field, all, word))
}

/// The cell of a search that sets out there.
#[must_use]
pub fn search_cell(place: Place) -> Option<String> {
    let resolution = CellResolution::new(SEARCH_RESOLUTION).ok()?;
    DemandCell::at(place, resolution).map(|cell| cell.to_string())
}

/// The cell of the record of somebody who sets out there.
#[must_use]
pub fn unmet_need_cell(place: Place) -> Option<String> {
    let resolution = CellResolution::new(CELL_RESOLUTION).ok()?;
    DemandCell::at(place, resolution).map(|cell| cell.to_string())
}

/// The middle of the cell of a record.
#[must_use]
pub fn centre(of: &UnmetNeed) -> Option<Place> {
    of.cell.parse::<DemandCell>().ok().map(DemandCell::centre)
}

/// Keeps unmet-need records, in one change that is durable when this returns.
///
/// # Errors
/// [`StoreError`]; nothing was kept then.
pub fn append(dir: &Path, records: &[UnmetNeed]) -> Result<(), StoreError> {
    add(dir, RECORDED, records)
}

/// Keeps counts of searches; counts of one kind add up.
///
/// # Errors
/// [`StoreError`]; nothing was kept then.
pub fn keep_searches(dir: &Path, searches: &[SearchCount]) -> Result<(), StoreError> {
    add(dir, SEARCHED, searches)
}

fn add<T: Serialize>(dir: &Path, log: &str, entries: &[T]) -> Result<(), StoreError> {
    if entries.is_empty() {
        return Ok(());
    }
    // Words and numbers: encoding them does not fail.
    let values: Vec<Vec<u8>> =
        entries.iter().map(|entry| serde_json::to_vec(entry).unwrap_or_default()).collect();
    Store::create_inside(dir, UNMET_NEEDS)?.append(log, &values).map(drop)
}

/// A kind of search, and how many there were.
pub type SearchCount = (SearchedFor, u64);

/// Every unmet-need record, and every count of searches: for whoever prepares a release, on the machine itself.
///
/// # Errors
/// [`StoreError`].
pub fn all(dir: &Path) -> Result<(Vec<UnmetNeed>, Vec<SearchCount>), StoreError> {
    let Some(store) = Store::open_inside(dir, UNMET_NEEDS)? else { return Ok((Vec::new(), Vec::new())) };
    Ok((entries(&store, RECORDED)?, entries(&store, SEARCHED)?))
}

fn entries<T: for<'a> Deserialize<'a>>(store: &Store, log: &str) -> Result<Vec<T>, StoreError> {
    let damaged = |number: u64, e: &serde_json::Error| StoreError::Damaged {
        dir: store.dir().to_owned(),
        what: format!("entry {number} of {log} cannot be read: {e}"),
    };
    let read =
        |(number, value): (u64, Vec<u8>)| serde_json::from_slice(&value).map_err(|e| damaged(number, &e));
    store.entries(log, 0)?.into_iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    const NEEDS: [&str; 2] = ["food", "housing"];
    const CELL: &str = "89195da4d2fffff";

    fn read(given: Value) -> Result<UnmetNeed, InvalidField> {
        super::read(given.as_object().unwrap(), &NEEDS, NaiveDate::from_ymd_opt(2026, 11, 21).unwrap())
    }

    fn good() -> Value {
        json!({ "need": "food", "cell": CELL, "month": "2026-02", "days": ["monday"], "constraints": ["step-free"], "why": ["too-far"], "not_known": ["step_free", "day"] })
    }

    #[test]
    fn a_record_is_kept_as_it_was_given_and_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        let full = read(good()).unwrap();
        let least = read(json!({ "need": "housing", "cell": CELL, "why": ["full", "cost"] })).unwrap();
        // Of what may fit, nobody knew the cost: that is a reason, too.
        let unsure = read(json!({ "need": "housing", "cell": CELL, "not_known": ["cost"] })).unwrap();
        assert!(unsure.why.is_empty() && read(json!({ "need": "food", "cell": CELL })).is_err());
        assert_eq!((serde_json::to_value(&full).unwrap(), least.month.as_str()), (good(), "2026-11"));
        append(dir.path(), std::slice::from_ref(&full)).unwrap();
        append(dir.path(), std::slice::from_ref(&least)).unwrap();
        let searched =
            SearchedFor { month: "2026-11".into(), need: None, cell: None, found: SearchOutcome::with(0, 0) };
        keep_searches(dir.path(), &[(searched.clone(), 3)]).unwrap();
        assert_eq!(all(dir.path()).unwrap(), (vec![full, least], vec![(searched, 3)]));
    }

    #[test]
    fn what_is_not_offered_is_refused_and_not_repeated() {
        let with = |field: &str, value: Value| {
            let mut given = good();
            given[field] = value;
            read(given).unwrap_err()
        };
        for (field, value, blamed) in [
            ("need", json!("Jo Bloggs"), "need"),
            ("cell", json!("Jo Bloggs"), "cell"),
            ("cell", json!("88195da4d3fffff"), "cell"),
            ("month", json!("2025-11"), "month"),
            ("month", json!("2026-12"), "month"),
            ("month", json!("Jo Bloggs"), "month"),
            ("days", json!("monday"), "days"),
            ("days", json!(["Jo Bloggs"]), "days"),
            ("constraints", json!(["Jo Bloggs"]), "constraints"),
            ("not_known", json!(["Jo Bloggs"]), "not_known"),
            ("Jo Bloggs", json!(1), "body"),
            ("note", json!("Jo Bloggs"), "body"),
        ] {
            let misread = with(field, value.clone());
            assert_eq!(misread.field, blamed, "{field} {value}");
            assert!(!format!("{misread:?}").contains("Bloggs"), "{misread:?}");
        }
    }

    fn value() -> impl Strategy<Value = Value> {
        let one = prop_oneof![
            Just(json!(null)),
            any::<i64>().prop_map(|n| json!(n)),
            "[a-zA-Z ]{0,12}".prop_map(|name| json!(format!("Bloggs{name}"))),
            prop::sample::select(vec!["food", CELL, "2026-11", "monday", "step-free", "too-far"])
                .prop_map(|word| json!(word)),
        ];
        one.prop_recursive(2, 8, 4, |inner| prop::collection::vec(inner, 0..4).prop_map(|list| json!(list)))
    }

    proptest! {
        #[test]
        fn whatever_is_sent_is_a_record_or_is_refused_without_repeating_it(
            given in prop::collection::btree_map(
                prop_oneof![
                    9 => prop::sample::select(vec!["need", "cell", "month", "days", "constraints", "why", "not_known"]).prop_map(str::to_owned),
                    1 => "Bloggs[a-z]{0,4}",
                ],
                value(),
                0..7,
            )
        ) {
            match read(json!(given)) {
                Ok(record) => {
                    let kept = serde_json::to_string(&record).unwrap();
                    prop_assert!(!kept.contains("Bloggs"), "{}", kept);
                    prop_assert_eq!(serde_json::from_str::<UnmetNeed>(&kept).unwrap(), record);
                }
                Err(misread) => prop_assert!(!format!("{misread:?}").contains("Bloggs"), "{:?}", misread),
            }
        }
    }
}
