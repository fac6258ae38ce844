//! Why a question cannot be answered.

use thiserror::Error;

/// What a question can be refused for. The text is what whoever asked reads: it names the field and says what would do, and
/// never what happened inside.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RequestError {
    /// A field that cannot be understood, or that is not offered here.
    #[error("{field}: {reason}")]
    Parameter {
        /// The field.
        field: String,
        /// What is wrong with it and what would do.
        reason: String,
    },
    /// A place or thing that a field names and that is not known here, and what may have been meant.
    #[error("{field}: {reason}")]
    Unknown {
        /// The field.
        field: String,
        /// Why, and what may have been meant.
        reason: String,
    },
    /// A fault of the program's.
    #[error("something went wrong inside")]
    Internal,
}

impl RequestError {
    /// A field that cannot be understood, and what would do.
    #[must_use]
    pub fn parameter(field: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::Parameter { field: field.into(), reason: reason.into() }
    }
}
