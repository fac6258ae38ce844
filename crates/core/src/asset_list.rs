//! Lists of assets: where each looks, and what for. What no list tells of is not known, and is no zero.

use crate::demand::AreaCode;
use crate::place::Place;
use geo::MultiPolygon;

/// A source of listings as a whole: it tells of the needs that what it lists mainly answers, as far as it reaches.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AssetList {
    /// Name of the source.
    pub source: String,
    /// Where it looks.
    pub extent: ListExtent,
    /// Kinds that it lists. It tells of the need that most of a kind's places go to, of several if they go to them alike: a
    /// list of libraries tells of learning, not of company.
    pub kinds: Vec<String>,
    /// Needs that its listings name themselves.
    pub needs: Vec<String>,
    /// Kinds of which it lists all there are, perhaps none: it tells of them too.
    pub complete: Vec<String>,
}

impl AssetList {
    /// A list that looks everywhere for these kinds.
    #[must_use]
    pub fn everywhere<'a>(source: &str, kinds: impl IntoIterator<Item = &'a str>) -> Self {
        Self {
            source: source.to_owned(),
            extent: ListExtent::Everywhere,
            kinds: kinds.into_iter().map(str::to_owned).collect(),
            ..Self::default()
        }
    }
}

/// Where a list looks.
#[derive(Debug, Clone, PartialEq)]
pub enum ListExtent {
    /// Wherever the study is: a list of a whole nation.
    Everywhere,
    /// In areas, and inside a shape.
    Within {
        /// All of these.
        areas: Vec<AreaCode>,
        /// Longitude/latitude, WGS84; empty where areas say it all.
        shape: MultiPolygon<f64>,
    },
    /// Nobody said: in the base areas that it has listings in, and among those, inside the smallest convex shape around them.
    AroundListings {
        /// Where listings are.
        places: Vec<Place>,
        /// Areas that listings say they serve.
        areas: Vec<AreaCode>,
    },
}

impl ListExtent {
    /// Of areas.
    #[must_use]
    pub const fn of_areas(areas: Vec<AreaCode>) -> Self {
        Self::Within { areas, shape: MultiPolygon(Vec::new()) }
    }
}

impl Default for ListExtent {
    /// Nobody knows where it looks.
    fn default() -> Self {
        Self::of_areas(Vec::new())
    }
}
