//! What people are referred for, and what counts as enough of it.

use crate::decay::Decay;
use crate::units::{Metres, Minutes};

/// A category of need, one row of `needs.csv`.
#[derive(Debug, Clone, PartialEq)]
pub struct Need {
    /// Stable id, e.g. `social-connection`.
    pub id: String,
    /// What a reader sees.
    pub label: String,
    /// How long people will walk for it.
    pub catchment: Minutes,
    /// How providers count within the catchment.
    pub decay: Decay,
    /// What counts as enough.
    pub adequate: AdequateLevel,
    /// Whether it is for company or something to do: what is on answers it, and a building where nothing is known to be on
    /// hardly does.
    pub activity: bool,
}

/// The adequate level of a need.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AdequateLevel {
    /// Place-sessions that one referral needs in a quarter (12 for a weekly group, 6 for a course, 2 for advice). Above 0.
    pub places_per_referral: f64,
    /// Land that answers part of the need by being there.
    pub floor: Option<LandFloor>,
}

/// A floor standard: so much open land within so far for so many people.
///
/// The form of Natural England's Accessible Greenspace Standards (2023): hectares per 1,000 people within a distance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LandFloor {
    /// Hectares per 1,000 people that make the standard. Above 0.
    pub hectares_per_1000: f64,
    /// Straight-line distance within which land counts, as the standard states it.
    pub within: Metres,
    /// The share of the need that land alone can answer, 0 to 1: a referral wants company and a start as well.
    pub counts_for: f64,
}
