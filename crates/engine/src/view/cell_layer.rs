//! Cells at the resolution of the analysis, or summed up to a coarser one.

use super::QuarterView;
use geo::{BoundingRect, MultiPolygon, Rect};
use h3o::CellIndex;
use hereabouts_core::QuarterAnalysis;
use hereabouts_core::analyse::Analysis;
use hereabouts_core::cell::CellResolution;
use hereabouts_core::demand::Basis;
use hereabouts_core::idx::{AreaIdx, NeedIdx};
use hereabouts_core::list_reach::NO_LIST_BELOW;
use hereabouts_core::report::{DemandStatus, NeedCells};
use hereabouts_core::study::Study;
use hereabouts_core::travel::{TravelBasis, TravelTimes};
use std::collections::BTreeMap;
use std::sync::Arc;
use thiserror::Error;

/// Cells finer than the analysis has: figures cannot be divided further without inventing them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("cells of resolution {asked} are finer than the analysis, which has {finest}")]
pub struct InvalidCellSize {
    /// The resolution asked for.
    pub asked: u8,
    /// That of the analysis.
    pub finest: u8,
}

/// Figures of one need in one cell.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct CellFigures {
    /// Referrals a quarter; `None` where nothing is known of demand.
    pub referrals: Option<f64>,
    /// What they rest on where a source gives them for the cell; `None` where they are spread from areas, and modelled.
    pub given: Option<Basis>,
    /// Place-sessions per referral, listed; `None` where it is 0 and lists do not reach everybody.
    pub access_listed: Option<f64>,
    /// Place-sessions per referral, likely; `None` likewise.
    pub access_likely: Option<f64>,
    /// Referrals left unmet, listed; `None` where nothing is known of demand, or no list tells of the need.
    pub unmet_listed: Option<f64>,
    /// Referrals left unmet, likely; `None` likewise.
    pub unmet_likely: Option<f64>,
    /// Minutes to the nearest asset for the need; `None` if there is none at all.
    pub nearest_minutes: Option<f64>,
    /// Share of its people with any such asset within the catchment, 0–1; `None` where it is 0 and lists do not reach
    /// everybody.
    pub coverage_share: Option<f64>,
    /// The most assets in reach of any part of it; `None` likewise.
    pub assets_in_reach: Option<u32>,
    /// Share of its people whom a list reaches that tells of the need, 0–1.
    pub supply_known_share: f64,
    /// Share of the floor standard met, 0–1; `None` if the need has none.
    pub land_share: Option<f64>,
    /// Share of it within two catchments of where the data end, 0–1.
    pub edge_share: f64,
}

/// Cells of one resolution that belong to the view's neighbourhoods, or to none.
#[derive(Debug)]
pub struct CellLayer {
    resolution: CellResolution,
    cells: Vec<CellIndex>,
    people: Vec<f64>,
    owner: Vec<Option<AreaIdx>>,
    status: Vec<DemandStatus>,
    travel: Vec<TravelBasis>,
    figures: LayerFigures,
    bounds: Vec<Option<Rect<f64>>>,
    order: Vec<u32>,
}

#[derive(Debug)]
enum LayerFigures {
    /// Those of the analysis, at these positions of its grid.
    Own(Arc<QuarterAnalysis>, Vec<u32>),
    /// Summed up, by need and cell.
    Summed(Vec<Vec<CellFigures>>),
}

impl CellLayer {
    pub(super) fn new<T: TravelTimes>(
        study: &Study,
        analysis: &Analysis<T>,
        view: &QuarterView,
        resolution: CellResolution,
    ) -> Result<Self, InvalidCellSize> {
        let grid = analysis.grid();
        if resolution > grid.resolution() {
            return Err(InvalidCellSize { asked: resolution.get(), finest: grid.resolution().get() });
        }
        let owner = |at: u32| grid.owner(view.geography(), at as usize);
        // Cells of the context belong to somebody else's report.
        let mine = |at: &u32| owner(*at).is_none_or(|area| study.areas()[area.get()].reporting);
        let own: Vec<u32> = (0..grid.cells().len() as u32).filter(mine).collect();
        let cell = |at: u32| grid.cells()[at as usize];
        let quarter = view.cells_of_quarter();
        let people = analysis.people();
        let basis = |at: &u32| analysis.travel().basis(*at as usize);

        let mut layer = if resolution == grid.resolution() {
            Self {
                resolution,
                cells: own.iter().map(|&at| cell(at)).collect(),
                people: own.iter().map(|&at| people[at as usize]).collect(),
                owner: own.iter().map(|&at| owner(at)).collect(),
                status: Vec::new(),
                travel: own.iter().map(basis).collect(),
                figures: LayerFigures::Own(quarter, own),
                bounds: Vec::new(),
                order: Vec::new(),
            }
        } else {
            let mut parts: BTreeMap<CellIndex, Vec<u32>> = BTreeMap::new();
            for &at in &own {
                if let Some(parent) = cell(at).parent(resolution.h3()) {
                    parts.entry(parent).or_default().push(at);
                }
            }
            let sum = |need: &NeedCells| parts.values().map(|parts| sum(need, people, parts)).collect();
            Self {
                resolution,
                cells: parts.keys().copied().collect(),
                people: parts.values().map(|p| p.iter().map(|&at| people[at as usize]).sum()).collect(),
                owner: parts.values().map(|p| most_common(p.iter().filter_map(|&at| owner(at)))).collect(),
                status: Vec::new(),
                travel: parts.values().map(|p| together(p.iter().map(basis))).collect(),
                figures: LayerFigures::Summed(quarter.cells.iter().map(sum).collect()),
                bounds: Vec::new(),
                order: Vec::new(),
            }
        };
        let silent = |area: &Option<AreaIdx>| {
            area.and_then(|a| view.position(a))
                .map_or(DemandStatus::Ok, |at| view.report().neighbourhoods[at].status)
        };
        layer.status = layer.owner.iter().map(silent).collect();
        layer.bounds = layer.cells.iter().map(|&c| MultiPolygon::from(c).bounding_rect()).collect();
        layer.order = layer.known_first(study);
        Ok(layer)
    }

    /// Positions (those of a need follow those of the need before) with known demand first, then as they stand: old
    /// clients take the type of a column from the first rows they see.
    fn known_first(&self, study: &Study) -> Vec<u32> {
        let cells = self.cells.len();
        let needs: Vec<NeedIdx> = study.need_indices().collect();
        let figures = |at: u32| self.figures(needs[at as usize / cells], at as usize % cells);
        let known = |at: &u32| {
            let f = figures(*at);
            let listed =
                f.access_listed.is_some() && f.coverage_share.is_some() && f.assets_in_reach.is_some();
            listed
                && f.unmet_likely.is_some()
                && f.nearest_minutes.is_some()
                && self.owner[*at as usize % cells].is_some()
        };
        let (mut first, rest): (Vec<u32>, Vec<u32>) = (0..(cells * needs.len()) as u32).partition(known);
        first.extend(rest);
        // One row that has the standard for land shows its column.
        if let Some(at) = first.iter().position(|&at| figures(at).land_share.is_some()) {
            first[..=at].rotate_right(1);
        }
        first
    }

    /// Size of the cells.
    #[must_use]
    pub const fn resolution(&self) -> CellResolution {
        self.resolution
    }

    /// The cells, rising by index.
    #[must_use]
    pub fn cells(&self) -> &[CellIndex] {
        &self.cells
    }

    /// People in the cell at this position; 0 also where nothing is known.
    #[must_use]
    pub fn people(&self, cell: usize) -> f64 {
        self.people[cell]
    }

    /// The neighbourhood that owns the cell, or most of its parts.
    #[must_use]
    pub fn owner(&self, cell: usize) -> Option<AreaIdx> {
        self.owner[cell]
    }

    /// Position of a cell.
    #[must_use]
    pub fn position(&self, cell: CellIndex) -> Option<usize> {
        self.cells.binary_search(&cell).ok()
    }

    /// Figures of one need in the cell at this position.
    #[must_use]
    pub fn figures(&self, need: NeedIdx, cell: usize) -> CellFigures {
        match &self.figures {
            LayerFigures::Own(quarter, own) => one(&quarter.cells[need.get()], own[cell] as usize),
            LayerFigures::Summed(by_need) => by_need[need.get()][cell],
        }
    }

    /// How minutes from the cell at this position were found.
    #[must_use]
    pub fn travel(&self, cell: usize) -> TravelBasis {
        self.travel[cell]
    }

    /// Whether the cell's demand can be believed.
    #[must_use]
    pub fn status(&self, figures: &CellFigures, cell: usize) -> DemandStatus {
        match (figures.referrals, self.status[cell]) {
            (None, _) => DemandStatus::NoData,
            _ if figures.supply_known_share < NO_LIST_BELOW => DemandStatus::NoList,
            (Some(_), DemandStatus::Silent) => DemandStatus::Silent,
            (Some(_), DemandStatus::Partial) => DemandStatus::Partial,
            (Some(_), _) => DemandStatus::Ok,
        }
    }

    /// West, south, east and north of the cell at this position, in degrees.
    pub fn bounds(&self, cell: usize) -> Option<Rect<f64>> {
        self.bounds[cell]
    }

    /// Positions in the order they are listed; those of a need follow those of the need before.
    pub fn order(&self) -> &[u32] {
        &self.order
    }
}

fn one(need: &NeedCells, at: usize) -> CellFigures {
    let known = need.known[at];
    let figures = CellFigures {
        referrals: known.then(|| need.referrals[at]),
        given: need.given[at],
        access_listed: Some(need.access_listed[at]),
        access_likely: Some(need.access_likely[at]),
        unmet_listed: known.then(|| need.unmet_listed[at]),
        unmet_likely: known.then(|| need.unmet_likely[at]),
        nearest_minutes: need.nearest_minutes[at],
        coverage_share: Some(f64::from(u8::from(need.covered[at]))),
        assets_in_reach: Some(need.assets_in_reach[at]),
        land_share: need.land_share.get(at).copied(),
        edge_share: f64::from(u8::from(need.edge[at])),
        supply_known_share: need.supply_known.get(at).copied().unwrap_or(1.0),
    };
    figures.as_far_as_listed()
}

impl CellFigures {
    /// Without what nobody knows: a zero is said by lists that reach everybody, and what is unmet by those that reach most.
    fn as_far_as_listed(self) -> Self {
        let said = |figure: &f64| *figure > 0.0 || self.supply_known_share >= 1.0;
        let has_list = self.supply_known_share >= NO_LIST_BELOW;
        Self {
            access_listed: self.access_listed.filter(said),
            access_likely: self.access_likely.filter(said),
            unmet_listed: self.unmet_listed.filter(|_| has_list),
            unmet_likely: self.unmet_likely.filter(|_| has_list),
            coverage_share: self.coverage_share.filter(said),
            assets_in_reach: self.assets_in_reach.filter(|&assets| said(&f64::from(assets))),
            land_share: self.land_share.filter(said),
            ..self
        }
    }
}

/// Referrals and unmet referrals are summed; access and minutes are the mean over referrals, shares over people; where
/// there are none, every part counts the same. What no list tells of has no part in a mean.
fn sum(need: &NeedCells, people: &[f64], parts: &[u32]) -> CellFigures {
    let all: Vec<(CellFigures, f64)> =
        parts.iter().map(|&at| (one(need, at as usize), people[at as usize])).collect();
    let total =
        |of: fn(&CellFigures) -> Option<f64>| all.iter().filter_map(|(f, _)| of(f)).reduce(|a, b| a + b);
    let by_people =
        |of: fn(&CellFigures) -> Option<f64>| mean(all.iter().filter_map(|(f, p)| Some((of(f)?, *p))));
    let referred = total(|f| f.referrals).is_some_and(|r| r > 0.0);
    let by_referrals = |of: fn(&CellFigures) -> Option<f64>| {
        if referred {
            mean(all.iter().filter_map(|(f, _)| Some((of(f)?, f.referrals.unwrap_or(0.0)))))
        } else {
            by_people(of)
        }
    };
    let figures = CellFigures {
        referrals: total(|f| f.referrals),
        given: all.iter().map(|(f, _)| f.given).reduce(|a, b| Some(a?.with(b?))).flatten(),
        access_listed: by_referrals(|f| f.access_listed),
        access_likely: by_referrals(|f| f.access_likely),
        unmet_listed: total(|f| f.unmet_listed),
        unmet_likely: total(|f| f.unmet_likely),
        nearest_minutes: by_referrals(|f| f.nearest_minutes),
        coverage_share: by_people(|f| f.coverage_share),
        assets_in_reach: all.iter().filter_map(|(f, _)| f.assets_in_reach).max(),
        land_share: by_people(|f| f.land_share),
        edge_share: by_people(|f| Some(f.edge_share)).unwrap_or(0.0),
        supply_known_share: by_people(|f| Some(f.supply_known_share)).unwrap_or(0.0),
    };
    figures.as_far_as_listed()
}

/// Weighted mean; the plain one where no weight is above 0; `None` of nothing.
fn mean(values: impl Iterator<Item = (f64, f64)>) -> Option<f64> {
    let (mut sum, mut weights, mut plain, mut n) = (0.0, 0.0, 0.0, 0_u32);
    for (value, weight) in values {
        sum += value * weight;
        weights += weight;
        plain += value;
        n += 1;
    }
    match n {
        0 => None,
        _ if weights > 0.0 => Some(sum / weights),
        _ => Some(plain / f64::from(n)),
    }
}

/// The basis of all, or mixed.
fn together(bases: impl Iterator<Item = TravelBasis>) -> TravelBasis {
    bases.reduce(TravelBasis::with).unwrap_or(TravelBasis::StraightLine)
}

/// The most frequent; the first of equals.
fn most_common(areas: impl Iterator<Item = AreaIdx>) -> Option<AreaIdx> {
    let mut counts: BTreeMap<AreaIdx, u32> = BTreeMap::new();
    for area in areas {
        *counts.entry(area).or_default() += 1;
    }
    counts.into_iter().max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(&a.0))).map(|(area, _)| area)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_are_weighted_where_there_is_weight() {
        assert_eq!(mean([(1.0, 3.0), (5.0, 1.0)].into_iter()), Some(2.0));
        assert_eq!(mean([(1.0, 0.0), (5.0, 0.0)].into_iter()), Some(3.0));
        assert_eq!(mean(std::iter::empty()), None);
    }
}
