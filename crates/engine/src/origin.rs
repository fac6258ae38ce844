//! Where somebody sets out.

use crate::error::RequestError;
use crate::search::ListingSearch;
use hereabouts_core::place::Place;
use hereabouts_find::gazetteer::{FoundPlace, UnknownPlace};

/// Fields in which it may be typed, the most exact first; what names no field of these is as exact as the last.
const FIELDS: [&str; 5] = ["at", "postcode", "area", "place", "from"];

/// Where somebody sets out, as it was given.
#[derive(Debug, Clone, PartialEq)]
pub enum Origin {
    /// At a position.
    At(Place),
    /// As somebody typed it: a position, a postcode or the first part of one, a neighbourhood's name or code.
    Typed {
        /// The field that it was typed in.
        field: &'static str,
        /// What was typed.
        text: String,
    },
}

impl Origin {
    /// As somebody typed it in a field.
    #[must_use]
    pub fn typed(field: &str, text: &str) -> Self {
        Self::Typed { field: FIELDS[Self::rank(field)], text: text.to_owned() }
    }

    /// The place, as it is called here.
    ///
    /// # Errors
    /// [`RequestError::Unknown`] with what may have been meant.
    pub(crate) fn find(&self, search: &ListingSearch) -> Result<FoundPlace, RequestError> {
        match self {
            Self::At(place) => Ok(FoundPlace::at(*place)),
            Self::Typed { field, text } => search.place(text).map_err(|unknown: UnknownPlace| {
                RequestError::Unknown { field: (*field).to_owned(), reason: unknown.to_string() }
            }),
        }
    }

    /// Whether it is a position or a postcode, and no area.
    pub(crate) fn is_a_point(&self) -> bool {
        match self {
            Self::At(_) => true,
            Self::Typed { field, .. } => matches!(*field, "at" | "postcode"),
        }
    }

    /// How exact what is typed in a field is, 0 the most.
    pub(crate) fn rank(field: &str) -> usize {
        FIELDS.iter().position(|f| *f == field).unwrap_or(FIELDS.len() - 1)
    }

    pub(crate) fn own_rank(&self) -> usize {
        match self {
            Self::At(_) => 0,
            Self::Typed { field, .. } => Self::rank(field),
        }
    }
}
