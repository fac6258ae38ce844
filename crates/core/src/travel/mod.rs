//! Who reaches what on foot, in minutes. Metrics see travel only through [`TravelTimes`], so that streets can take the
//! place of the straight line without touching them.

mod bands;
mod served;
mod straight;
mod table;

pub use served::{AssetReach, ServedTravel};
pub use straight::StraightLine;
pub use table::{InvalidTable, TravelTable};

use crate::place::Place;
use crate::units::Minutes;

/// How minutes were found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TravelBasis {
    /// Along a street network.
    Network,
    /// Straight line times a detour factor.
    StraightLine,
    /// Some of each.
    Mixed,
}

impl TravelBasis {
    /// The word used in outputs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Network => "network",
            Self::StraightLine => "straight-line",
            Self::Mixed => "mixed",
        }
    }

    /// That of figures of both bases together.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        if self == other { self } else { Self::Mixed }
    }
}

/// Origins that an asset reaches, filled by [`TravelTimes::reach`]; the two lists are parallel.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ReachedOrigins {
    /// Positions of origins.
    pub origins: Vec<u32>,
    /// Minutes to each, at most the limit asked for.
    pub minutes: Vec<f64>,
}

/// Travel times between assets (positions `0..assets()`) and origins (`0..origins()`).
pub trait TravelTimes: Send + Sync {
    /// How many origins there are.
    fn origins(&self) -> usize;

    /// How many assets there are.
    fn assets(&self) -> usize;

    /// Clears `out` and fills it with every origin within `limit` (inclusive) of `asset`, each once, in an order that
    /// depends on the data alone.
    fn reach(&self, asset: usize, limit: Minutes, out: &mut ReachedOrigins);

    /// Calls `visit` once with each position in `assets`, the origins that the asset reaches within `limit` (inclusive) and
    /// the minutes to each, which are the visitor's to overwrite; in an order that depends on the data alone, in which
    /// neighbours share their search.
    fn reach_each(&self, assets: &[usize], limit: Minutes, mut visit: impl FnMut(usize, &[u32], &mut [f64]))
    where
        Self: Sized,
    {
        let mut reached = ReachedOrigins::default();
        for (position, &asset) in assets.iter().enumerate() {
            self.reach(asset, limit, &mut reached);
            visit(position, &reached.origins, &mut reached.minutes);
        }
    }

    /// For each origin, minutes to the nearest of `assets` at any distance; `None` where none can be reached.
    fn nearest(&self, assets: &[usize]) -> Vec<Option<f64>>;

    /// How the minutes of an origin were found.
    fn basis(&self, origin: usize) -> TravelBasis;

    /// Places along the edge of what it knows, near which ways may be missing; none where it knows everything.
    fn edge(&self) -> Vec<Place> {
        Vec::new()
    }
}
