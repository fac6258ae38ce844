//! What people say of assets: still running, changed, closed, moved, full, a problem. Events that are only ever added to;
//! taking one back is an event of its own, so that the history shows both.
//!
//! No text is kept that a person wrote: every part of an event is one of a few words, a day, a number or an id, and there is
//! no place in which somebody could be named.

mod parse;
mod standing;

pub use parse::{InvalidField, statement};
pub use standing::{ListingState, VerifiedStanding, standings};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Declares words: an enum, its words in the API and the store, and what each means.
macro_rules! words {
    ($(#[doc = $about:literal])+ $name:ident { $($(#[doc = $doc:literal])+ $variant:ident = $word:literal,)+ }) => {
        $(#[doc = $about])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $($(#[doc = $doc])+ #[serde(rename = $word)] $variant,)+
        }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The word for it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// What a word stands for.
            #[must_use]
            pub fn of(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.as_str() == word)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

pub(crate) use words;

words! {
    /// Who says it: what they are, never who.
    SpeakerRole {
        /// Anybody.
        Public = "public",
        /// Whoever runs the asset.
        Organiser = "organiser",
        /// Somebody who refers people to it.
        LinkWorker = "link-worker",
        /// Whoever looks after the data.
        Steward = "steward",
    }
}

words! {
    /// What of a listing has changed.
    ListingPart {
        /// What it is called.
        Name = "name",
        /// When it is on.
        Times = "times",
        /// Where it is.
        Place = "place",
        /// What it costs.
        Cost = "cost",
        /// Whom it is for.
        Eligibility = "eligibility",
        /// How to get in.
        Access = "access",
        /// How to get in touch.
        Contact = "contact",
        /// Which languages are spoken.
        Languages = "languages",
        /// What happens there.
        Description = "description",
    }
}

words! {
    /// What is wrong with a listing.
    ListingProblem {
        /// Somebody went and it was not on.
        FailedVisit = "failed-visit",
        /// It seems to have closed.
        SeemsClosed = "seems-closed",
        /// Nobody answers the telephone.
        NoAnswer = "no-answer",
        /// The website is gone.
        DeadLink = "dead-link",
        /// It is not at this place.
        WrongPlace = "wrong-place",
        /// The times are wrong.
        WrongTimes = "wrong-times",
        /// The contact is wrong.
        WrongContact = "wrong-contact",
        /// The cost is wrong.
        WrongCost = "wrong-cost",
        /// It is not step-free.
        NoStepFreeAccess = "no-step-free-access",
    }
}

impl SpeakerRole {
    /// What they are called in a sentence.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Public => "somebody",
            Self::Organiser => "the organiser",
            Self::LinkWorker => "a link worker",
            Self::Steward => "whoever looks after this list",
        }
    }
}

/// What is said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "said", rename_all = "kebab-case")]
pub enum Statement {
    /// It still runs as listed.
    Runs,
    /// It still runs, and these parts of the listing are no longer right.
    Changed {
        /// Which.
        what: BTreeSet<ListingPart>,
    },
    /// It has closed.
    Closed,
    /// It runs, and no longer where its listing says.
    Moved,
    /// It runs and takes nobody new before the day after this one.
    Full {
        /// Last day on which it is full.
        until: NaiveDate,
    },
    /// Something is wrong; nobody has confirmed anything.
    Problem {
        /// What.
        problem: ListingProblem,
    },
    /// An earlier event is taken back.
    Undo {
        /// Its number.
        event: u64,
    },
}

impl Statement {
    /// Its word.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Runs => "runs",
            Self::Changed { .. } => "changed",
            Self::Closed => "closed",
            Self::Moved => "moved",
            Self::Full { .. } => "full",
            Self::Problem { .. } => "problem",
            Self::Undo { .. } => "undo",
        }
    }
}

/// One event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verification {
    /// Id of the asset when it was said; that of one of its listings ever after.
    pub asset: String,
    /// The day.
    pub on: NaiveDate,
    /// Who said it.
    pub role: SpeakerRole,
    /// The key that it was said with; none for the public and for the command line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// What.
    #[serde(flatten)]
    pub statement: Statement,
}

/// An event with its number, from 1 in the order in which they were said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalEntry {
    /// Its number.
    pub number: u64,
    /// The event.
    pub event: Verification,
}

/// For each entry the number of the event that took it back, if one did and was not itself taken back.
#[must_use]
pub fn undone_by(entries: &[JournalEntry]) -> Vec<Option<u64>> {
    let mut by = vec![None; entries.len()];
    // From the last to the first, so that what takes back is judged before what it takes back.
    for at in (0..entries.len()).rev() {
        let Statement::Undo { event } = entries[at].event.statement else { continue };
        if by[at].is_none()
            && let Ok(target) = entries[..at].binary_search_by_key(&event, |entry| entry.number)
        {
            by[target] = Some(entries[at].number);
        }
    }
    by
}
