//! The demand of one quarter at base areas.

use crate::cell::DemandCell;
use crate::demand::{Basis, Demand, Quarter};
use crate::grid::CellGrid;
use crate::idx::NeedIdx;
use crate::spread::{BaseIdx, PopulationSpread};
use crate::study::Study;
use std::collections::BTreeMap;

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
    /// Referrals given for cells in which no area of the study has any land or people.
    pub outside: f64,
    /// Referrals in each of a base area's cells, parallel to [`PopulationSpread::shares`], where figures of cells say them; by need.
    located: Vec<BTreeMap<BaseIdx, Vec<f64>>>,
    /// What the figure of a cell of the analysis rests on where it was given for that cell and not spread over it.
    given: BTreeMap<u32, Basis>,
}

impl PlacedDemand {
    /// No demand anywhere.
    #[must_use]
    pub fn none(study: &Study, spread: &PopulationSpread) -> Self {
        let bases = spread.base().len();
        Self {
            referrals: vec![vec![0.0; bases]; study.needs().len()],
            no_match: vec![vec![None; bases]; study.needs().len()],
            known: vec![false; bases],
            basis: vec![None; bases],
            overlapping: 0,
            outside: 0.0,
            located: vec![BTreeMap::new(); study.needs().len()],
            given: BTreeMap::new(),
        }
    }

    /// Brings every figure of `quarter` down to base areas: those of cells first, then those of the finest geographies. A
    /// larger area's figure is divided like its people and is then modelled; so is that of a cell with several base areas.
    #[must_use]
    pub fn new(study: &Study, spread: &PopulationSpread, grid: &CellGrid, quarter: Quarter) -> Self {
        let mut placed = Self::none(study, spread);
        placed.place_cells(study, spread, grid, quarter);
        for &geography in spread.finest_first() {
            let known_before = placed.known.clone();
            let figures = study.demand().iter().filter(|d| d.quarter == quarter);
            for figure in figures.filter(|d| study.geography_of(d.place) == geography) {
                let takers = spread.takers(figure.place);
                if takers.iter().any(|&b| known_before[b]) {
                    placed.overlapping += 1;
                    continue;
                }
                let divided = takers.len() > 1;
                for (&base, part) in takers.iter().zip(spread.divide(takers)) {
                    let no_match = figure.no_match.map(|n| n * part);
                    placed.add(figure.need, base, figure.referrals * part, no_match);
                    placed.rest_on(base, figure.basis, divided);
                }
            }
        }
        // Where figures of areas are spread over the same cell, its sum is no longer what was given.
        for base in 0..placed.known.len() {
            if placed.known[base] && !placed.is_located(base) {
                for (cell, _) in spread.shares(base) {
                    placed.given.remove(cell);
                }
            }
        }
        placed
    }

    fn place_cells(&mut self, study: &Study, spread: &PopulationSpread, grid: &CellGrid, quarter: Quarter) {
        let mut figures = study.cell_demand().iter().filter(|d| d.quarter == quarter).peekable();
        if figures.peek().is_none() {
            return;
        }
        let mut bases_in: BTreeMap<u32, Vec<(BaseIdx, usize)>> = BTreeMap::new();
        for base in 0..spread.base().len() {
            for (nth, &(cell, _)) in spread.shares(base).iter().enumerate() {
                bases_in.entry(cell).or_default().push((base, nth));
            }
        }
        for figure in figures {
            let cells = grid.cells_within(figure.place.h3());
            let parts: Vec<(BaseIdx, usize)> =
                cells.iter().filter_map(|cell| bases_in.get(cell)).flatten().copied().collect();
            if parts.is_empty() {
                self.outside += figure.referrals;
                continue;
            }
            self.place_cell(figure, spread, &parts);
            if let [cell] = cells[..] {
                let basis = self.given.get(&cell).map_or(figure.basis, |b| b.with(figure.basis));
                self.given.insert(cell, basis);
            }
        }
    }

    /// Divides a cell's figure among the parts of base areas in it, like their people.
    fn place_cell(
        &mut self,
        figure: &Demand<DemandCell, NeedIdx>,
        spread: &PopulationSpread,
        parts: &[(BaseIdx, usize)],
    ) {
        let share = |&(base, nth): &(BaseIdx, usize)| spread.shares(base)[nth].1;
        let people: Vec<f64> =
            parts.iter().map(|part| spread.people(part.0).unwrap_or(0.0) * share(part)).collect();
        let anybody = people.iter().any(|&p| p > 0.0);
        let weights = if anybody { people } else { parts.iter().map(share).collect() };
        let total: f64 = weights.iter().sum();
        let divided = parts.iter().any(|part| part.0 != parts[0].0);
        for (&(base, nth), weight) in parts.iter().zip(weights) {
            let part = weight / total;
            let cells = spread.shares(base).len();
            let located = self.located[figure.need.get()].entry(base).or_insert_with(|| vec![0.0; cells]);
            located[nth] += figure.referrals * part;
            self.add(figure.need, base, figure.referrals * part, figure.no_match.map(|n| n * part));
            self.rest_on(base, figure.basis, divided);
        }
    }

    fn add(&mut self, need: NeedIdx, base: BaseIdx, referrals: f64, no_match: Option<f64>) {
        self.referrals[need.get()][base] += referrals;
        if let Some(no_match) = no_match {
            *self.no_match[need.get()][base].get_or_insert(0.0) += no_match;
        }
    }

    fn rest_on(&mut self, base: BaseIdx, basis: Basis, divided: bool) {
        self.known[base] = true;
        let basis = if divided { basis.with(Basis::Modelled) } else { basis };
        self.basis[base] = Some(self.basis[base].map_or(basis, |b| b.with(basis)));
    }

    fn is_located(&self, base: BaseIdx) -> bool {
        self.located.iter().any(|by_base| by_base.contains_key(&base))
    }

    /// Referrals for all needs at a base area; `None` without data.
    #[must_use]
    pub fn total(&self, base: usize) -> Option<f64> {
        self.known[base].then(|| self.referrals.iter().map(|by_base| by_base[base]).sum())
    }

    /// Referrals for one need in each of a base area's cells, parallel to [`PopulationSpread::shares`]: as figures of cells say, else
    /// spread like its people. 0 where nothing is known.
    pub fn in_cells<'a>(
        &'a self,
        spread: &'a PopulationSpread,
        need: usize,
        base: usize,
    ) -> impl Iterator<Item = (u32, f64)> + 'a {
        let located = self.located[need].get(&base);
        let shares = spread.shares(base).iter().enumerate();
        shares.map(move |(nth, &(cell, share))| {
            (cell, located.map_or(self.referrals[need][base] * share, |by_cell| by_cell[nth]))
        })
    }

    /// Referrals for one need by cell.
    #[must_use]
    pub fn by_cell(&self, spread: &PopulationSpread, need: usize, cells: usize) -> Vec<f64> {
        let mut referrals = vec![0.0; cells];
        for base in (0..self.known.len()).filter(|&b| self.known[b]) {
            for (cell, part) in self.in_cells(spread, need, base) {
                referrals[cell as usize] += part;
            }
        }
        referrals
    }

    /// What the referrals of a cell rest on where they were given for it; `None` where they are spread over it, and modelled.
    #[must_use]
    pub fn given(&self, cell: u32) -> Option<Basis> {
        self.given.get(&cell).copied()
    }
}
