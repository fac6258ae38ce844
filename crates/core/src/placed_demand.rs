//! The demand of a quarter, or of several together, at base areas.

use crate::cell::DemandCell;
use crate::demand::{Basis, Demand, Quarter, WHOLE_QUARTER};
use crate::grid::CellGrid;
use crate::idx::NeedIdx;
use crate::known::KnownCount;
use crate::spread::{BaseIdx, PopulationSpread};
use crate::study::Study;
use std::collections::{BTreeMap, BTreeSet};

/// Demand of a quarter, or of several together, brought to base areas; totals are conserved.
#[derive(Debug, Clone)]
pub struct PlacedDemand {
    /// Months that it is of.
    pub whole: u8,
    /// Referrals, by need and base area; `None` where no source has a figure, which is not zero.
    pub referrals: Vec<Vec<Option<KnownCount>>>,
    /// Months that the figure covers, by need and base area; those of the least of its parts.
    pub months: Vec<Vec<u8>>,
    /// Whether any source has a figure for a need anywhere.
    pub named: Vec<bool>,
    /// Referrals without a match, by need and base area; `None` where no source says.
    pub no_match: Vec<Vec<Option<f64>>>,
    /// Whether anything is known of demand for any need, by base area.
    pub known: Vec<bool>,
    /// What the figures rest on, by base area.
    pub basis: Vec<Option<Basis>>,
    /// Systems in which they were recorded, by base area; none where no source says.
    pub systems: Vec<BTreeSet<String>>,
    /// Referrals for all needs that any source names in a quarter, by base area; `None` without data.
    totals: Vec<Option<KnownCount>>,
    /// The fewest months that any figure of a base area covers.
    least_months: Vec<u8>,
    /// Figures of larger areas left out because a smaller area inside them has its own: they would count people twice.
    pub overlapping: usize,
    /// Referrals given for cells in which no area of the study has any land or people.
    pub outside: f64,
    /// Referrals in each of a base area's cells, parallel to [`PopulationSpread::shares`], where figures of cells say them; by need.
    located: Vec<BTreeMap<BaseIdx, Vec<KnownCount>>>,
    /// Need and base area of figures of finer areas that say nothing: they give way to any other.
    forget_unknown: BTreeSet<(usize, BaseIdx)>,
    /// What the figure of a cell of the analysis rests on where it was given for that cell and not spread over it.
    given: BTreeMap<u32, Basis>,
}

impl PlacedDemand {
    /// No demand anywhere.
    #[must_use]
    pub fn none(study: &Study, spread: &PopulationSpread) -> Self {
        let bases = spread.base().len();
        Self {
            whole: WHOLE_QUARTER,
            referrals: vec![vec![None; bases]; study.needs().len()],
            months: vec![vec![WHOLE_QUARTER; bases]; study.needs().len()],
            named: vec![false; study.needs().len()],
            no_match: vec![vec![None; bases]; study.needs().len()],
            known: vec![false; bases],
            basis: vec![None; bases],
            systems: vec![BTreeSet::new(); bases],
            totals: vec![None; bases],
            least_months: vec![WHOLE_QUARTER; bases],
            overlapping: 0,
            outside: 0.0,
            located: vec![BTreeMap::new(); study.needs().len()],
            forget_unknown: BTreeSet::new(),
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
            let before = placed.has_figure();
            placed.forget_unknown = placed.wholly_unknown();
            let figures = study.demand().iter().filter(|d| d.quarter == quarter);
            for figure in figures.filter(|d| study.geography_of(d.place) == geography) {
                let takers = spread.takers(figure.place);
                let need = figure.need.get();
                if takers.iter().any(|&b| before[need][b]) {
                    placed.overlapping += 1;
                    continue;
                }
                placed.named[need] = true;
                let divided = takers.len() > 1;
                for (&base, part) in takers.iter().zip(spread.divide(takers)) {
                    let no_match = figure.no_match.map(|n| n * part);
                    placed.add(need, base, figure.referrals.part(part), no_match, figure.months);
                    let basis = if figure.divided { Basis::Modelled } else { figure.basis };
                    placed.rest_on(base, basis, divided, figure.referrals);
                }
            }
            // What a source that says everything does not name is zero, unless another source says something.
            for complete in study.complete().iter().filter(|c| c.quarter == quarter) {
                if study.geography_of(complete.place) == geography {
                    let takers = spread.takers(complete.place);
                    placed.fill(takers, complete.basis, takers.len() > 1);
                }
            }
        }
        placed.forget_unknown.clear();
        for system in study.systems().iter().filter(|s| s.quarter == quarter) {
            for &base in spread.takers(system.place) {
                placed.systems[base].insert(system.system.clone());
            }
        }
        // Where figures of areas are spread over the same cell, its sum is no longer what was given.
        for base in 0..placed.known.len() {
            if placed.has_any(base) && !placed.is_located(base) {
                for (cell, _) in spread.shares(base) {
                    placed.given.remove(cell);
                }
            }
        }
        for base in 0..placed.known.len() {
            placed.least_months[base] =
                placed.months.iter().map(|by_base| by_base[base]).min().unwrap_or(WHOLE_QUARTER);
            let named = (0..placed.referrals.len()).filter(|&need| placed.named[need]);
            placed.totals[base] =
                placed.known[base].then(|| named.map(|need| placed.count(need, base)).sum());
        }
        placed
    }

    /// Several quarters together. One of which nothing is known is as months that are missing, unless nothing is known of any.
    #[must_use]
    pub fn over(quarters: &[Self], spread: &PopulationSpread) -> Option<Self> {
        let (first, rest) = quarters.split_first()?;
        let mut sum = first.clone();
        if rest.is_empty() {
            return Some(sum);
        }
        sum.whole = quarters.iter().map(|q| q.whole).sum();
        for need in 0..first.referrals.len() {
            sum.named[need] = quarters.iter().any(|q| q.named[need]);
            for base in 0..first.known.len() {
                sum.add_up(quarters, spread, need, base);
            }
        }
        for base in 0..first.known.len() {
            let known = || quarters.iter().filter(|q| q.known[base]);
            sum.known[base] = known().next().is_some();
            sum.basis[base] = quarters.iter().filter_map(|q| q.basis[base]).reduce(Basis::with);
            sum.systems[base] = quarters.iter().flat_map(|q| q.systems[base].clone()).collect();
            let months: u8 = known().map(|q| q.least_months[base]).sum();
            sum.least_months[base] = if sum.known[base] { months } else { sum.whole };
            let total = |q: &Self| q.totals[base].unwrap_or_else(|| q.unless_nobody(spread, base));
            sum.totals[base] = sum.known[base].then(|| quarters.iter().map(total).sum());
        }
        sum.overlapping = quarters.iter().map(|q| q.overlapping).sum();
        sum.outside = quarters.iter().map(|q| q.outside).sum();
        sum.given.retain(|cell, _| rest.iter().all(|q| q.given.contains_key(cell)));
        for (cell, basis) in &mut sum.given {
            *basis = rest.iter().filter_map(|q| q.given.get(cell)).fold(*basis, |a, b| a.with(*b));
        }
        Some(sum)
    }

    /// Puts the sum of several quarters in the place of one need's figure at a base area.
    fn add_up(&mut self, quarters: &[Self], spread: &PopulationSpread, need: usize, base: BaseIdx) {
        let all = || quarters.iter().map(|q| (q, q.referrals[need][base]));
        let said = |q: &Self| {
            let nobody = q.referrals[need][base].is_none() && spread.people(base) == Some(0.0);
            nobody || q.count(need, base).is_bounded() || q.is_partial(need, base)
        };
        let count =
            |(q, count): (&Self, Option<KnownCount>)| count.unwrap_or_else(|| q.unless_nobody(spread, base));
        let any = all().any(|(_, count)| count.is_some());
        self.referrals[need][base] = any.then(|| all().map(count).sum());
        let months: u8 = quarters.iter().filter(|q| said(q)).map(|q| q.months[need][base]).sum();
        self.months[need][base] = if any && quarters.iter().any(said) { months } else { self.whole };
        self.no_match[need][base] =
            quarters.iter().filter_map(|q| q.no_match[need][base]).reduce(|a, b| a + b);
        if quarters.iter().any(|q| q.located[need].contains_key(&base)) {
            let mut in_cells = vec![KnownCount::ZERO; spread.shares(base).len()];
            for q in quarters {
                for (sum, (_, part)) in in_cells.iter_mut().zip(q.in_cells(spread, need, base)) {
                    *sum = *sum + part;
                }
            }
            self.located[need].insert(base, in_cells);
        }
    }

    /// What is known where no source has a figure: nothing, unless nobody lives there to ask.
    fn unless_nobody(&self, spread: &PopulationSpread, base: BaseIdx) -> KnownCount {
        if spread.people(base) == Some(0.0) { KnownCount::ZERO } else { KnownCount::UNKNOWN }
    }

    fn place_cells(&mut self, study: &Study, spread: &PopulationSpread, grid: &CellGrid, quarter: Quarter) {
        let mut figures = study.cell_demand().iter().filter(|d| d.quarter == quarter).peekable();
        let mut complete = study.cell_complete().iter().filter(|c| c.quarter == quarter).peekable();
        let systems = study.cell_systems().iter().filter(|s| s.quarter == quarter);
        if figures.peek().is_none() && complete.peek().is_none() {
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
                self.outside += figure.referrals.known_part();
                continue;
            }
            self.named[figure.need.get()] = true;
            self.place_cell(figure, spread, &parts);
            if let [cell] = cells[..] {
                let basis = self.given.get(&cell).map_or(figure.basis, |b| b.with(figure.basis));
                self.given.insert(cell, basis);
            }
        }
        for complete in complete {
            let cells = grid.cells_within(complete.place.h3());
            let mut bases: Vec<BaseIdx> =
                cells.iter().filter_map(|cell| bases_in.get(cell)).flatten().map(|part| part.0).collect();
            bases.sort_unstable();
            bases.dedup();
            self.fill(&bases, complete.basis, bases.len() > 1);
        }
        for system in systems {
            for (base, _) in
                grid.cells_within(system.place.h3()).iter().filter_map(|c| bases_in.get(c)).flatten()
            {
                self.systems[*base].insert(system.system.clone());
            }
        }
    }

    /// Zero for every need that has no figure in these base areas.
    fn fill(&mut self, bases: &[BaseIdx], basis: Basis, divided: bool) {
        for &base in bases {
            for by_base in &mut self.referrals {
                by_base[base].get_or_insert(KnownCount::ZERO);
            }
            self.rest_on(base, basis, divided, KnownCount::ZERO);
        }
        self.named.fill(true);
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
            let located =
                self.located[figure.need.get()].entry(base).or_insert_with(|| vec![KnownCount::ZERO; cells]);
            located[nth] = located[nth] + figure.referrals.part(part);
            let no_match = figure.no_match.map(|n| n * part);
            self.add(figure.need.get(), base, figure.referrals.part(part), no_match, figure.months);
            let basis = if figure.divided { Basis::Modelled } else { figure.basis };
            self.rest_on(base, basis, divided, figure.referrals);
        }
    }

    fn add(&mut self, need: usize, base: BaseIdx, referrals: KnownCount, no_match: Option<f64>, months: u8) {
        if self.forget_unknown.remove(&(need, base)) {
            self.referrals[need][base] = None;
        }
        let sum = self.referrals[need][base].get_or_insert(KnownCount::ZERO);
        *sum = *sum + referrals;
        let least = &mut self.months[need][base];
        *least = months.min(*least);
        if let Some(no_match) = no_match {
            *self.no_match[need][base].get_or_insert(0.0) += no_match;
        }
    }

    fn rest_on(&mut self, base: BaseIdx, basis: Basis, divided: bool, says: KnownCount) {
        self.known[base] |= says.is_bounded() || says.low() > 0.0;
        let basis = if divided { basis.with(Basis::Modelled) } else { basis };
        self.basis[base] = Some(self.basis[base].map_or(basis, |b| b.with(basis)));
    }

    /// By need and base area, whether there is a figure that says anything: what is wholly unknown gives way to the figure of a
    /// larger area.
    fn has_figure(&self) -> Vec<Vec<bool>> {
        let says = |count: &Option<KnownCount>| count.is_some_and(|c| c != KnownCount::UNKNOWN);
        self.referrals.iter().map(|by_base| by_base.iter().map(says).collect()).collect()
    }

    fn wholly_unknown(&self) -> BTreeSet<(usize, BaseIdx)> {
        let needs = self.referrals.iter().enumerate();
        needs
            .flat_map(|(need, by_base)| {
                by_base.iter().enumerate().map(move |(base, count)| (need, base, count))
            })
            .filter(|(.., count)| **count == Some(KnownCount::UNKNOWN))
            .map(|(need, base, _)| (need, base))
            .collect()
    }

    fn has_any(&self, base: BaseIdx) -> bool {
        self.referrals.iter().any(|by_base| by_base[base].is_some())
    }

    fn is_located(&self, base: BaseIdx) -> bool {
        self.located.iter().any(|by_base| by_base.contains_key(&base))
    }

    /// What is known of referrals for a need at a base area.
    #[must_use]
    pub fn count(&self, need: usize, base: BaseIdx) -> KnownCount {
        self.referrals[need][base].unwrap_or(KnownCount::UNKNOWN)
    }

    /// Whether demand for a need is unknown at a base area; months that are missing are told apart, by [`Self::months`].
    #[must_use]
    pub fn is_unknown(&self, need: usize, base: BaseIdx) -> bool {
        !self.count(need, base).is_bounded() && !self.is_partial(need, base)
    }

    /// Whether the figure of a need at a base area lacks months.
    #[must_use]
    pub fn is_partial(&self, need: usize, base: BaseIdx) -> bool {
        self.months[need][base] < self.whole
    }

    /// Referrals for all needs that any source names in the quarter, at a base area; `None` without data.
    #[must_use]
    pub fn total(&self, base: BaseIdx) -> Option<KnownCount> {
        self.totals[base]
    }

    /// The fewest months that any figure of a base area covers.
    #[must_use]
    pub fn least_months(&self, base: BaseIdx) -> u8 {
        self.least_months[base]
    }

    /// Referrals for one need in each of a base area's cells, parallel to [`PopulationSpread::shares`]: as figures of cells say, else
    /// spread like its people.
    pub fn in_cells<'a>(
        &'a self,
        spread: &'a PopulationSpread,
        need: usize,
        base: BaseIdx,
    ) -> impl Iterator<Item = (u32, KnownCount)> + 'a {
        let located = self.located[need].get(&base);
        let shares = spread.shares(base).iter().enumerate();
        let whole = self.count(need, base);
        shares.map(move |(nth, &(cell, share))| {
            (cell, located.map_or_else(|| whole.part(share), |by_cell| by_cell[nth]))
        })
    }

    /// Referrals for one need by cell: the end, or the middle, that `of` takes of what is known.
    #[must_use]
    pub fn by_cell(
        &self,
        spread: &PopulationSpread,
        need: usize,
        cells: usize,
        of: impl Fn(KnownCount) -> f64,
    ) -> Vec<f64> {
        let mut referrals = vec![0.0; cells];
        // Where nobody lives nobody asks, whatever is not said.
        let asks =
            |base: &BaseIdx| self.referrals[need][*base].is_some() || spread.people(*base) != Some(0.0);
        for base in (0..self.known.len()).filter(asks) {
            for (cell, part) in self.in_cells(spread, need, base) {
                referrals[cell as usize] += of(part);
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
