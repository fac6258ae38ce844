//! What a list of assets says of itself as a whole: where it looks, and which kinds it has all of.

use serde::{Deserialize, Serialize};

/// Polygons of rings of [longitude, latitude]; the first ring of each is its outline.
pub type StoredPolygons = Vec<Vec<Vec<[f64; 2]>>>;

/// Of a list as a whole; stored in its source's header.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ListRecord {
    /// Where it looks; `None` where nobody said: around its listings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub covers: Option<CoveredExtent>,
    /// Kinds of which it has all there are, rising.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub complete: Vec<String>,
}

impl ListRecord {
    /// Whether it says nothing.
    #[must_use]
    pub fn is_silent(&self) -> bool {
        *self == Self::default()
    }
}

/// Where a list looks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CoveredExtent {
    /// All of a nation.
    Nation,
    /// All areas of a geography.
    Geography(String),
    /// Areas, by code.
    Areas(Vec<String>),
    /// A shape.
    Shape(StoredPolygons),
}
