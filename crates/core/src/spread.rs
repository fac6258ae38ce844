//! Totals of areas brought down to cells and up to other areas, conserved both ways.
//!
//! The smallest areas known at a place are its **base areas**. Every figure, at whatever geography it is given, comes down
//! to base areas and from there to cells; every neighbourhood is the sum of the base areas that fit it best: those whose
//! inside point it contains (the best-fit rule of the Office for National Statistics). Areas that nest add up exactly.

use crate::area::square_metres;
use crate::grid::CellGrid;
use crate::idx::{AreaIdx, GeographyIdx};
use crate::index::AreaIndex;
use crate::place::Place;
use crate::study::Study;
use rayon::prelude::*;

/// How an area's people were laid over its cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpreadBasis {
    /// Half in proportion to live postcodes, half to land: a postcode is a point for some fifteen homes about it, and on
    /// its own puts them all in one cell (measured in `docs/decisions/0014`).
    Postcodes,
    /// In proportion to its land.
    Land,
    /// Too small for that: all in the cell of a point inside it.
    Lent,
}

/// Position of a base area in [`PopulationSpread`]'s lists.
pub type BaseIdx = usize;

/// Base areas, their cells, their people, and the neighbourhoods they make up.
#[derive(Debug, Clone)]
pub struct PopulationSpread {
    base: Vec<AreaIdx>,
    shares: Vec<Vec<(u32, f64)>>,
    basis: Vec<SpreadBasis>,
    weight: Vec<f64>,
    people: Vec<Option<f64>>,
    parent: Vec<Vec<Option<AreaIdx>>>,
    children: Vec<Vec<BaseIdx>>,
    host: Vec<Option<BaseIdx>>,
    fineness: Vec<GeographyIdx>,
}

impl PopulationSpread {
    /// Finds the base areas, their cells and their people.
    #[must_use]
    pub fn new(study: &Study, grid: &CellGrid) -> Self {
        let fineness = finest_first(study);
        let base = base_areas(study, grid, &fineness);
        let index = AreaIndex::new(base.iter().map(|&a| (a, &study.areas()[a.get()])));

        let mut postcode_cells = postcode_cells(study, grid, &base, &index);
        let land_of = |area: &AreaIdx| proportions(&grid.land_of(&study.areas()[area.get()].boundary));
        let land: Vec<Vec<(u32, f64)>> = base.par_iter().map(land_of).collect();
        let (mut shares, mut basis, mut weight) = (Vec::new(), Vec::new(), Vec::new());
        for ((at, &area), land) in base.iter().enumerate().zip(land) {
            let postcodes = &mut postcode_cells[at];
            postcodes.sort_unstable();
            let (share, how) = match (postcodes.is_empty(), land.is_empty()) {
                (false, false) => (half_each(&proportions(postcodes), &land), SpreadBasis::Postcodes),
                (false, true) => (proportions(postcodes), SpreadBasis::Postcodes),
                (true, false) => (land, SpreadBasis::Land),
                (true, true) => {
                    let home = grid.cell_at(grid.inside(area)).map(|cell| (cell as u32, 1.0));
                    (home.into_iter().collect(), SpreadBasis::Lent)
                }
            };
            weight.push(postcodes.len() as f64);
            shares.push(share);
            basis.push(how);
        }
        // Where no base area of the study has postcodes, land stands in as the weight for splitting a larger area.
        if weight.iter().all(|&w| w == 0.0) {
            for (w, &area) in weight.iter_mut().zip(&base) {
                *w = square_metres(&study.areas()[area.get()].boundary);
            }
        }

        let mut spread = Self {
            parent: vec![vec![None; base.len()]; study.geographies().len()],
            children: vec![Vec::new(); study.areas().len()],
            host: vec![None; study.areas().len()],
            people: base.iter().map(|&a| study.people(a)).collect(),
            base,
            shares,
            basis,
            weight,
            fineness,
        };
        spread.fit(study, grid);
        for area in study.area_indices().filter(|a| spread.children[a.get()].is_empty()) {
            let around = index.containing(grid.inside(area)).into_iter().min();
            spread.host[area.get()] = around.and_then(|a| spread.base.binary_search(&a).ok());
        }
        spread.fill_people(study);
        spread
    }

    /// The base areas, rising.
    #[must_use]
    pub fn base(&self) -> &[AreaIdx] {
        &self.base
    }

    /// Cells of a base area and the share of it in each; shares sum to 1.
    #[must_use]
    pub fn shares(&self, base: BaseIdx) -> &[(u32, f64)] {
        &self.shares[base]
    }

    /// How a base area was laid over its cells.
    #[must_use]
    pub fn basis(&self, base: BaseIdx) -> SpreadBasis {
        self.basis[base]
    }

    /// People of a base area; `None` is unknown.
    #[must_use]
    pub fn people(&self, base: BaseIdx) -> Option<f64> {
        self.people[base]
    }

    /// The area of `geography` that a base area counts towards.
    #[must_use]
    pub fn parent(&self, geography: GeographyIdx, base: BaseIdx) -> Option<AreaIdx> {
        self.parent[geography.get()][base]
    }

    /// The base areas that make up an area: itself if it is one.
    #[must_use]
    pub fn bases_of(&self, area: AreaIdx) -> &[BaseIdx] {
        &self.children[area.get()]
    }

    /// The base areas that take a figure given for an area: those that make it up, else the one around a point inside it
    /// (an area of another vintage that no base area fits best).
    #[must_use]
    pub fn takers(&self, area: AreaIdx) -> &[BaseIdx] {
        let own = self.bases_of(area);
        if own.is_empty() { self.host[area.get()].as_slice() } else { own }
    }

    /// Geographies, the finest first.
    #[must_use]
    pub fn finest_first(&self) -> &[GeographyIdx] {
        &self.fineness
    }

    /// People per cell, by position in the grid.
    #[must_use]
    pub fn people_by_cell(&self, cells: usize) -> Vec<f64> {
        let mut people = vec![0.0; cells];
        for (base, shares) in self.shares.iter().enumerate() {
            if let Some(p) = self.people[base] {
                for &(cell, share) in shares {
                    people[cell as usize] += p * share;
                }
            }
        }
        people
    }

    /// How to divide a total among base areas: in proportion to their people; where any is unknown, to their postcodes
    /// (or land); evenly if all of those are zero. Proportions sum to 1.
    #[must_use]
    pub fn divide(&self, among: &[BaseIdx]) -> Vec<f64> {
        let known: Option<Vec<f64>> = among.iter().map(|&b| self.people[b]).collect();
        let by_weight = || among.iter().map(|&b| self.weight[b]).collect();
        normalised(known.filter(|p| p.iter().sum::<f64>() > 0.0).unwrap_or_else(by_weight))
    }

    /// For each geography, which of its areas each base area counts towards.
    fn fit(&mut self, study: &Study, grid: &CellGrid) {
        for geography in study.geography_indices() {
            let index = AreaIndex::new(study.areas_of(geography));
            for (b, &area) in self.base.iter().enumerate() {
                let parent = if study.geography_of(area) == geography {
                    Some(area)
                } else {
                    index.containing(grid.inside(area)).into_iter().min()
                };
                self.parent[geography.get()][b] = parent;
                if let Some(parent) = parent {
                    self.children[parent.get()].push(b);
                }
            }
        }
    }

    /// People of base areas without a figure of their own: what a larger area's figure leaves for them.
    fn fill_people(&mut self, study: &Study) {
        for &geography in &self.fineness.clone() {
            for (area, _) in study.areas_of(geography) {
                let Some(total) = study.people(area) else { continue };
                let (known, unknown): (Vec<usize>, Vec<usize>) =
                    self.children[area.get()].iter().partition(|&&b| self.people[b].is_some());
                let taken: f64 = known.iter().filter_map(|&b| self.people[b]).sum();
                let parts = normalised(unknown.iter().map(|&b| self.weight[b]).collect());
                for (b, part) in unknown.into_iter().zip(parts) {
                    self.people[b] = Some((total - taken).max(0.0) * part);
                }
            }
        }
    }
}

/// Geographies by number of areas, the most first, then by id.
fn finest_first(study: &Study) -> Vec<GeographyIdx> {
    let mut order: Vec<_> =
        study.geography_indices().map(|g| (std::cmp::Reverse(study.areas_of(g).count()), g)).collect();
    order.sort();
    order.into_iter().map(|(_, g)| g).collect()
}

/// Cells of live postcodes, by base area; a postcode outside every area belongs to nobody.
fn postcode_cells(study: &Study, grid: &CellGrid, base: &[AreaIdx], index: &AreaIndex) -> Vec<Vec<u32>> {
    let mut cells: Vec<Vec<u32>> = vec![Vec::new(); base.len()];
    for postcode in study.postcodes() {
        if let (Some(cell), Some(area)) =
            (grid.cell_at(postcode.place), index.containing(postcode.place).into_iter().min())
            && let Ok(at) = base.binary_search(&area)
        {
            cells[at].push(cell as u32);
        }
    }
    cells
}

/// An area is a base area unless a point inside it lies in one of a finer geography already.
fn base_areas(study: &Study, grid: &CellGrid, fineness: &[GeographyIdx]) -> Vec<AreaIdx> {
    let mut base: Vec<AreaIdx> = Vec::new();
    for &geography in fineness {
        let index = AreaIndex::new(base.iter().map(|&a| (a, &study.areas()[a.get()])));
        let taken = |place: Place| !index.containing(place).is_empty();
        let more: Vec<AreaIdx> =
            study.areas_of(geography).map(|(a, _)| a).filter(|&a| !taken(grid.inside(a))).collect();
        base.extend(more);
    }
    base.sort();
    base
}

/// Share of each distinct value of a sorted list.
fn proportions(sorted: &[u32]) -> Vec<(u32, f64)> {
    let one = 1.0 / sorted.len() as f64;
    sorted.chunk_by(|a, b| a == b).map(|run| (run[0], run.len() as f64 * one)).collect()
}

/// Half of each; both are sorted by cell.
fn half_each(a: &[(u32, f64)], b: &[(u32, f64)]) -> Vec<(u32, f64)> {
    let mut both: Vec<(u32, f64)> = a.iter().chain(b).map(|&(cell, share)| (cell, share / 2.0)).collect();
    both.sort_by_key(|part| part.0);
    both.chunk_by(|a, b| a.0 == b.0).map(|run| (run[0].0, run.iter().map(|part| part.1).sum())).collect()
}

fn normalised(weights: Vec<f64>) -> Vec<f64> {
    let total: f64 = weights.iter().sum();
    if total > 0.0 {
        weights.into_iter().map(|w| w / total).collect()
    } else {
        vec![1.0 / weights.len().max(1) as f64; weights.len()]
    }
}
