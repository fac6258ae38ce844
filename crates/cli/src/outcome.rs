//! How a command ended.

use hereabouts_engine::error::RequestError;
use std::fmt;

/// How a command ended when it did not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CommandOutcome {
    Done,
    /// Done, but rows were rejected.
    RowsRejected,
}

/// A mistake in how the command was called that only shows once data are read, such as a need that is not in the table.
#[derive(Debug)]
pub(crate) struct UsageError(pub(crate) String);

impl fmt::Display for UsageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for UsageError {}

/// What the server would refuse is bad usage here.
pub(crate) fn refused(error: RequestError) -> anyhow::Error {
    match error {
        RequestError::Parameter { field, reason } | RequestError::Unknown { field, reason } => {
            UsageError(format!("{field}: {reason}")).into()
        }
        RequestError::Internal => error.into(),
    }
}
