//! The supply in reach of each area's people, every asset once.

use crate::idx::{AreaIdx, GeographyIdx};
use crate::spread::PopulationSpread;
use crate::supply::Provider;
use crate::travel::{ReachedOrigins, TravelTimes};
use crate::units::Minutes;
use std::collections::BTreeMap;

/// Supply in reach of an area's people, each asset once; place-sessions are those of a quarter.
#[derive(Debug, Clone, Copy)]
pub(crate) struct InReach {
    /// Distinct assets.
    pub(crate) assets: u32,
    /// Places, every listing at its word.
    pub(crate) listed: f64,
    /// Places, each listing weighted by the chance that it still runs.
    pub(crate) likely: f64,
    /// Places confirmed within twelve months.
    verified: f64,
    /// Places that rest on a default of their kind.
    assumed: f64,
    /// Chance that none of them runs.
    none_runs: f64,
}

impl Default for InReach {
    fn default() -> Self {
        Self { assets: 0, listed: 0.0, likely: 0.0, verified: 0.0, assumed: 0.0, none_runs: 1.0 }
    }
}

impl InReach {
    /// Share of the places listed that were confirmed within twelve months; `None` without places.
    pub(crate) fn verified_share(&self) -> Option<f64> {
        (self.listed > 0.0).then(|| self.verified / self.listed)
    }

    /// Chance that any of them runs, each by itself.
    pub(crate) fn chance_any_runs(&self) -> f64 {
        1.0 - self.none_runs
    }

    /// Share of the places listed that rests on a default; `None` without places.
    pub(crate) fn assumed_share(&self) -> Option<f64> {
        (self.listed > 0.0).then(|| self.assumed / self.listed)
    }
}

/// Areas of a geography with people in each cell, by cell.
pub(crate) fn areas_of_cells(
    spread: &PopulationSpread,
    geography: GeographyIdx,
    cells: usize,
) -> Vec<Vec<AreaIdx>> {
    let mut areas_of_cell: Vec<Vec<AreaIdx>> = vec![Vec::new(); cells];
    for base in 0..spread.base().len() {
        if let Some(area) = spread.parent(geography, base) {
            for &(cell, _) in spread.shares(base) {
                areas_of_cell[cell as usize].push(area);
            }
        }
    }
    areas_of_cell
}

/// What `providers` offer in reach of any of an area's people, by area.
pub(crate) fn in_reach(
    travel: &impl TravelTimes,
    providers: &[Provider],
    limit: impl Fn(&Provider) -> Minutes,
    areas_of_cell: &[Vec<AreaIdx>],
) -> BTreeMap<AreaIdx, InReach> {
    let mut supply: BTreeMap<AreaIdx, InReach> = BTreeMap::new();
    let mut reached = ReachedOrigins::default();
    for provider in providers {
        travel.reach(provider.asset, limit(provider), &mut reached);
        let mut areas: Vec<AreaIdx> =
            reached.origins.iter().flat_map(|&cell| &areas_of_cell[cell as usize]).copied().collect();
        areas.sort_unstable();
        areas.dedup();
        for area in areas {
            let sum = supply.entry(area).or_default();
            sum.assets += 1;
            sum.listed += provider.listed;
            sum.likely += provider.likely;
            sum.verified += if provider.verified { provider.listed } else { 0.0 };
            sum.none_runs *= 1.0 - provider.chance;
            sum.assumed += if provider.assumed { provider.listed } else { 0.0 };
        }
    }
    supply
}
