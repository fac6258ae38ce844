//! Measures of access: one measure, one file, one source. Each sees travel through [`TravelTimes`] alone.

pub mod balanced;
pub mod coverage;
pub mod expected;
pub mod land;
pub mod nearest;
pub mod two_step;

use crate::decay::Decay;
use crate::travel::TravelTimes;
use crate::units::Minutes;

/// A measure of access by origin, for laws that must hold over all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccessMetric {
    /// [`coverage`].
    Coverage,
    /// [`nearest`].
    Nearest,
    /// [`two_step`].
    TwoStep,
}

impl AccessMetric {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Coverage, Self::Nearest, Self::TwoStep];

    /// How well each origin is served: higher is better, whatever the unit, and never NaN.
    ///
    /// Coverage is 0 or 1; nearest is 1 / (1 + minutes), 0 where nothing can be reached; two-step is places for each unit
    /// of demand.
    #[must_use]
    pub fn level<T: TravelTimes>(
        self,
        travel: &T,
        supply: &[(usize, f64)],
        demand: &[f64],
        decay: &Decay,
        limit: Minutes,
    ) -> Vec<f64> {
        let assets: Vec<usize> = supply.iter().map(|s| s.0).collect();
        match self {
            Self::Coverage => coverage::covered(travel, &assets, limit)
                .into_iter()
                .map(|c| f64::from(u8::from(c)))
                .collect(),
            Self::Nearest => nearest::minutes(travel, &assets)
                .into_iter()
                .map(|m| m.map_or(0.0, |m| 1.0 / (1.0 + m)))
                .collect(),
            Self::TwoStep => {
                let supply: Vec<_> = supply
                    .iter()
                    .map(|&(asset, places)| two_step::PlaceSupply { asset, places: [places] })
                    .collect();
                let [access] =
                    two_step::two_step(travel, &supply, demand, decay, limit, f64::INFINITY).access;
                access
            }
        }
    }
}
