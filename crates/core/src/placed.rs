//! The demand of one quarter at base areas.

use crate::demand::{Basis, Quarter};
use crate::spread::Spread;
use crate::study::Study;

/// Demand of one quarter, brought to base areas; totals are conserved.
#[derive(Debug, Clone)]
pub struct PlacedDemand {
    /// Referrals, by need and base area; 0 where `known` is false as well.
    pub referrals: Vec<Vec<f64>>,
    /// Referrals without a match, by need and base area; `None` where no source says.
    pub no_match: Vec<Vec<Option<f64>>>,
    /// Whether anything is known of demand, by base area: a source that lists an area in a quarter lists all its needs.
    pub known: Vec<bool>,
    /// What the figures rest on, by base area.
    pub basis: Vec<Option<Basis>>,
    /// Figures of larger areas left out because a smaller area inside them has its own: they would count people twice.
    pub overlapping: usize,
}

impl PlacedDemand {
    /// No demand anywhere.
    #[must_use]
    pub fn none(study: &Study, spread: &Spread) -> Self {
        let bases = spread.base().len();
        Self {
            referrals: vec![vec![0.0; bases]; study.needs().len()],
            no_match: vec![vec![None; bases]; study.needs().len()],
            known: vec![false; bases],
            basis: vec![None; bases],
            overlapping: 0,
        }
    }

    /// Brings every figure of `quarter` down to base areas, the finest geographies first; a larger area's figure is
    /// divided like its people and is then modelled.
    #[must_use]
    pub fn new(study: &Study, spread: &Spread, quarter: Quarter) -> Self {
        let mut placed = Self::none(study, spread);
        for &geography in spread.finest_first() {
            let known_before = placed.known.clone();
            let figures = study.demand().iter().filter(|d| d.quarter == quarter);
            for figure in figures.filter(|d| study.geography_of(d.area) == geography) {
                let takers = spread.takers(figure.area);
                if takers.iter().any(|&b| known_before[b]) {
                    placed.overlapping += 1;
                    continue;
                }
                let divided = takers.len() > 1;
                for (&base, part) in takers.iter().zip(spread.divide(takers)) {
                    let need = figure.need.get();
                    placed.referrals[need][base] += figure.referrals * part;
                    if let Some(no_match) = figure.no_match {
                        *placed.no_match[need][base].get_or_insert(0.0) += no_match * part;
                    }
                    placed.known[base] = true;
                    let basis = if divided { figure.basis.with(Basis::Modelled) } else { figure.basis };
                    placed.basis[base] = Some(placed.basis[base].map_or(basis, |b| b.with(basis)));
                }
            }
        }
        placed
    }

    /// Referrals for all needs at a base area; `None` without data.
    #[must_use]
    pub fn total(&self, base: usize) -> Option<f64> {
        self.known[base].then(|| self.referrals.iter().map(|by_base| by_base[base]).sum())
    }

    /// Referrals for one need by cell.
    #[must_use]
    pub fn by_cell(&self, spread: &Spread, need: usize, cells: usize) -> Vec<f64> {
        let mut referrals = vec![0.0; cells];
        for base in (0..self.known.len()).filter(|&b| self.known[b]) {
            for &(cell, share) in spread.shares(base) {
                referrals[cell as usize] += self.referrals[need][base] * share;
            }
        }
        referrals
    }
}
