//! What of a feed cannot be used.

use std::fmt;
use thiserror::Error;

/// A row that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectedFeedRow {
    /// Name of the file within the feed.
    pub file: &'static str,
    /// Line of the file, from 1; the header is line 1.
    pub line: u64,
    /// The column.
    pub field: &'static str,
    /// What stands there, cut to 200 characters.
    pub value: String,
    /// Why it cannot be used.
    pub reason: String,
}

impl fmt::Display for RejectedFeedRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} line {}: {} {:?}: {}", self.file, self.line, self.field, self.value, self.reason)
    }
}

/// Why a feed cannot be used at all.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum UnreadableFeed {
    /// The bytes are no archive, or a damaged one.
    #[error("not a zip file that can be read: {0}")]
    Archive(String),
    /// A file that every feed has is not there.
    #[error("there is no {0} in it")]
    NoFile(&'static str),
    /// More than is read at a time, unpacked.
    #[error("its files are larger than {} MiB unpacked", .0 >> 20)]
    TooLarge(u64),
    /// No trip of it can be used; the first row that was rejected, if one was.
    #[error("no trip of it can be used{}", .0.as_ref().map(|r| format!("; first: {r}")).unwrap_or_default())]
    NothingRuns(Option<Box<RejectedFeedRow>>),
}
