//! A listing that was found.

use crate::conditions::ConditionSet;
use hereabouts_core::travel::TravelBasis;

/// How long it takes to a listing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ListingTrip {
    /// Its position.
    pub listing: usize,
    /// Minutes to it.
    pub minutes: f64,
    /// How they were found.
    pub basis: TravelBasis,
}

/// A listing that was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SearchHit {
    /// Its position.
    pub listing: usize,
    /// Minutes to it; `None` where nobody has to go, or without a place to set out from.
    pub minutes: Option<f64>,
    /// How they were found; `None` where there are none.
    pub basis: Option<TravelBasis>,
    /// How well the words fit, above 0; 0 where none were asked for.
    pub score: f32,
    /// Conditions of which nobody says whether it meets them; none: it fits.
    pub not_known: ConditionSet,
}

impl SearchHit {
    pub(crate) fn new(
        listing: usize,
        trip: Option<ListingTrip>,
        score: Option<f32>,
        not_known: ConditionSet,
    ) -> Self {
        Self {
            listing,
            minutes: trip.map(|trip| trip.minutes),
            basis: trip.map(|trip| trip.basis),
            score: score.unwrap_or_default(),
            not_known,
        }
    }

    /// Whether it is known to fit.
    #[must_use]
    pub const fn fits(&self) -> bool {
        self.not_known.is_empty()
    }
}
