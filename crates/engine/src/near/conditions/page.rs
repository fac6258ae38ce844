//! How pages ask a condition and tell it.

use crate::snapshot::Snapshot;
use hereabouts_core::study::Study;
use hereabouts_find::facets::{ConditionCounts, FitCount};

/// Where a field stands in the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormGroup {
    /// Before all others, where the page itself puts it.
    First,
    /// When.
    Times,
    /// What it costs.
    Money,
    /// Who comes.
    People,
    /// What it is.
    Listing,
}

/// What a field of the form is.
#[derive(Debug, Clone, Copy)]
pub enum FormInput {
    /// Made by the page itself.
    Own,
    /// Set or not.
    Tick,
    /// A number.
    Number,
    /// An amount of money, in the currency of the place.
    Amount,
    /// Words.
    Text {
        /// What they may be.
        hint: &'static str,
    },
    /// A time of the day.
    Time,
    /// One of several.
    Choice {
        /// What stands for none of them.
        any: &'static str,
        /// Values and their words.
        of: fn(&Study) -> Vec<(String, String)>,
    },
}

/// How pages ask a condition and tell it.
#[derive(Debug, Clone, Copy)]
pub struct ConditionPage {
    /// Lower stands first.
    pub rank: u8,
    /// Where its field stands.
    pub group: FormGroup,
    /// What its field is called.
    pub label: &'static str,
    /// What its field is.
    pub input: FormInput,
    /// A value that is set, in words.
    pub said: fn(&Snapshot, &str) -> String,
    /// What is counted of listings that would be left if it were set.
    pub facets: &'static [ConditionFacet],
}

impl ConditionPage {
    /// A field that the page itself makes, said as it is typed, of which nothing is counted.
    pub(super) const OWN: Self = Self {
        rank: 0,
        group: FormGroup::First,
        label: "",
        input: FormInput::Own,
        said: |_, value| value.to_owned(),
        facets: &[],
    };
}

/// How many listings a value of a condition would leave.
#[derive(Debug, Clone, Copy)]
pub struct ConditionFacet {
    /// Its name among the facets of an answer; `None` is under the name of the condition, by its value.
    pub name: Option<&'static str>,
    /// The count.
    pub count: fn(&ConditionCounts) -> FitCount,
    /// The value that is set by it.
    pub value: &'static str,
    /// The value in words.
    pub words: &'static str,
    /// Lower stands first among what narrows a search.
    pub rank: u8,
}

impl ConditionFacet {
    pub(super) const fn new(
        name: Option<&'static str>,
        value: &'static str,
        words: &'static str,
        rank: u8,
        count: fn(&ConditionCounts) -> FitCount,
    ) -> Self {
        Self { name, count, value, words, rank }
    }
}

/// Values and their words.
pub(super) fn words<'a>(of: impl IntoIterator<Item = (&'a str, &'a str)>) -> Vec<(String, String)> {
    of.into_iter().map(|(value, words)| (value.to_owned(), words.to_owned())).collect()
}

/// What is called by an id; the id where nothing is.
pub(super) fn labelled<'a>(mut of: impl Iterator<Item = (&'a String, &'a String)>, id: &str) -> String {
    of.find(|one| one.0 == id).map_or(id, |one| one.1).to_owned()
}

/// Whether a flag is set, as an address may say it.
pub(super) fn is_true(value: &str) -> bool {
    matches!(value, "true" | "1")
}
