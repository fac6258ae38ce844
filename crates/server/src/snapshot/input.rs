//! What a snapshot is made of: a checked study, and of each asset what the analysis has no use for.

use hereabouts_core::Study;

/// What is known of an asset besides its place and its places.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AssetRecord {
    /// Name.
    pub name: String,
    /// What it costs, in the listing's words.
    pub cost: Option<String>,
    /// Whether it can be entered without a step.
    pub step_free: Option<bool>,
    /// When it is on, in the listing's words.
    pub schedule: Option<String>,
    /// Who may come, in the listing's words.
    pub eligibility: Option<String>,
    /// Languages spoken there.
    pub languages: Vec<String>,
    /// Address on the web.
    pub website: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
    /// Source of the listing.
    pub source: String,
    /// Its id there.
    pub source_id: String,
    /// Licence of the listing.
    pub licence: Option<String>,
    /// Whether it is open, in the listing's words.
    pub status: Option<String>,
}

/// Where some of the data came from.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SourceRecord {
    /// Its name.
    pub name: String,
    /// What it asks to be named as.
    pub attribution: Option<String>,
    /// Its licence.
    pub licence: Option<String>,
}

/// A store as it was read.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The checked study.
    pub study: Study,
    /// Parallel to [`Study::assets`].
    pub assets: Vec<AssetRecord>,
    /// Where the data came from.
    pub sources: Vec<SourceRecord>,
    /// Revision of the store.
    pub revision: u64,
    /// What was decided when it was read.
    pub notes: Vec<String>,
}
