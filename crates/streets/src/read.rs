//! What reading a map gives.

use crate::lines::StreetLines;
use std::fmt;
use thiserror::Error;

/// The lines of a map, what of it could not be used, and what was decided.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadStreets {
    /// What may be walked.
    pub lines: StreetLines,
    /// Streets that were read and landed.
    pub streets: usize,
    /// Streets that are not for people on foot, where the file holds streets alone.
    pub left_out: usize,
    /// Records that cannot be used.
    pub rejected: Vec<RejectedLine>,
    /// What was left out by rule, and how many.
    pub notes: Vec<String>,
}

/// A record of a map that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectedLine {
    /// Number of the feature in its file from 1, or id of the way.
    pub record: u64,
    /// What of it is wrong.
    pub field: &'static str,
    /// What stands there.
    pub value: String,
    /// Why it cannot be used.
    pub reason: String,
}

impl fmt::Display for RejectedLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} {:?}: {}", self.record, self.field, self.value, self.reason)
    }
}

/// Why a file gives no streets at all.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum UnreadableStreets {
    /// The bytes are not what they should be.
    #[error("{0}")]
    Damaged(String),
    /// The file holds nothing that one may walk.
    #[error("there is no street in it that one may walk")]
    NoStreets,
    /// More than is read at a time.
    #[error("more than {most} {what}; cut out the place first")]
    TooLarge {
        /// Of what.
        what: &'static str,
        /// How many are read.
        most: usize,
    },
}
