//! One period seen by one geography: what pages, tables and collections are made of.

mod cell_layer;
mod cell_rows;
mod frame;
mod gap_rows;
mod order;

pub use cell_layer::{CellFigures, CellLayer, InvalidCellSize};
pub use cell_rows::CellRow;
pub use frame::{RowFrame, Scenario};
pub use gap_rows::{GapRow, NeighbourhoodRow};
pub use order::fullest_first;

use chrono::NaiveDate;
use hereabouts_core::QuarterAnalysis;
use hereabouts_core::analyse::Analysis;
use hereabouts_core::cell::CellResolution;
use hereabouts_core::idx::{AreaIdx, GeographyIdx, NeedIdx};
use hereabouts_core::period::Period;
use hereabouts_core::report::{Gap, GapReport, IdleProvider, Neighbourhood};
use hereabouts_core::study::Study;
use hereabouts_core::travel::TravelTimes;
use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

/// Gaps, neighbourhoods and cells of one period and one geography.
#[derive(Debug)]
pub struct QuarterView {
    period: Option<Period>,
    written: Option<String>,
    as_of: NaiveDate,
    report: GapReport,
    cells: Arc<QuarterAnalysis>,
    at: HashMap<AreaIdx, u32>,
    needs: usize,
    gap_order: [Vec<u32>; 2],
    neighbourhood_order: Vec<u32>,
    layers: Mutex<BTreeMap<CellResolution, Arc<CellLayer>>>,
}

impl QuarterView {
    pub(crate) fn new(
        study: &Study,
        period: Option<Period>,
        report: GapReport,
        cells: Arc<QuarterAnalysis>,
        as_of: NaiveDate,
    ) -> Self {
        let at = report.neighbourhoods.iter().enumerate().map(|(i, n)| (n.area, i as u32)).collect();
        let mut view = Self {
            period,
            written: period.map(|p| p.to_string()),
            as_of,
            report,
            cells,
            at,
            needs: study.needs().len(),
            gap_order: [Vec::new(), Vec::new()],
            neighbourhood_order: Vec::new(),
            layers: Mutex::default(),
        };
        view.gap_order = Scenario::ALL.map(|reading| view.order_gaps(study, reading));
        let frame = view.frame(study);
        let rows = view.report.neighbourhoods.iter().map(|n| NeighbourhoodRow::new(&frame, n));
        view.neighbourhood_order = fullest_first(rows, |_, _| Ordering::Equal);
        view
    }

    /// Worst first among equally full rows.
    fn order_gaps(&self, study: &Study, reading: Scenario) -> Vec<u32> {
        let frame = self.frame(study);
        let unmet = |at: u32| {
            let gap = &self.report.gaps[at as usize];
            reading.of(gap.unmet_listed, gap.unmet_likely).unwrap_or(-1.0)
        };
        let few = |at: u32| self.has_few_listings(self.report.gaps[at as usize].need);
        let rows = self.report.gaps.iter().enumerate().map(|(at, g)| self.row(&frame, at, g, reading));
        fullest_first(rows, |a, b| few(a).cmp(&few(b)).then(unmet(b).total_cmp(&unmet(a))))
    }

    fn row<'a>(&self, frame: &RowFrame<'a>, at: usize, gap: &Gap, reading: Scenario) -> GapRow<'a> {
        // Gaps stand by area, then need, for every need of the table.
        GapRow::new(frame, &self.report.neighbourhoods[at / self.needs], gap, reading)
    }

    /// What stands with every row.
    #[must_use]
    pub fn frame<'a>(&'a self, study: &'a Study) -> RowFrame<'a> {
        RowFrame {
            study,
            geography: self.report.geography,
            period: self.written.as_deref(),
            quarters: self.period.map_or(1, Period::len),
            as_of: self.as_of,
        }
    }

    /// The period of the demand; `None` without any.
    #[must_use]
    pub const fn period(&self) -> Option<Period> {
        self.period
    }

    /// The period written out.
    #[must_use]
    pub fn written_period(&self) -> Option<&str> {
        self.written.as_deref()
    }

    /// The geography reported on.
    #[must_use]
    pub const fn geography(&self) -> GeographyIdx {
        self.report.geography
    }

    /// The report: neighbourhoods by code, gaps by code and then in the order of the needs table.
    #[must_use]
    pub const fn report(&self) -> &GapReport {
        &self.report
    }

    /// Providers whose places nobody with demand can reach or use.
    #[must_use]
    pub fn idle(&self) -> &[IdleProvider] {
        &self.cells.idle
    }

    /// Position in the report of the neighbourhood that is this area.
    #[must_use]
    pub fn position(&self, area: AreaIdx) -> Option<usize> {
        self.at.get(&area).map(|&at| at as usize)
    }

    /// The neighbourhood with this code.
    #[must_use]
    pub fn neighbourhood(&self, study: &Study, code: &str) -> Option<&Neighbourhood> {
        let by_code = |n: &Neighbourhood| study.areas()[n.area.get()].code.as_str().cmp(code);
        let at = self.report.neighbourhoods.binary_search_by(by_code).ok()?;
        self.report.neighbourhoods.get(at)
    }

    /// Gaps of one neighbourhood, in the order of the needs table; empty for an area that is not reported on.
    #[must_use]
    pub fn gaps_of(&self, area: AreaIdx) -> &[Gap] {
        let at = self.position(area).map_or(0..0, |at| at * self.needs..(at + 1) * self.needs);
        self.report.gaps.get(at).unwrap_or_default()
    }

    /// The gap of one neighbourhood and need.
    #[must_use]
    pub fn gap(&self, area: AreaIdx, need: NeedIdx) -> Option<&Gap> {
        self.gaps_of(area).get(need.get())
    }

    /// Whether hardly any listing answers a need: its gaps are to be read as gaps in lists first.
    #[must_use]
    pub fn has_few_listings(&self, need: NeedIdx) -> bool {
        self.report.listings.get(need.get()).is_some_and(|listings| listings.few)
    }

    /// Gaps of one need (of all without one) with a figure, most unmet referrals first, then by code; those of needs that
    /// hardly any listing answers follow, and those without a figure.
    pub fn worst(&self, need: Option<NeedIdx>, reading: Scenario) -> Vec<&Gap> {
        let mut gaps: Vec<&Gap> =
            self.report.gaps.iter().filter(|g| need.is_none_or(|n| n == g.need)).collect();
        let unmet = |g: &Gap| reading.of(g.unmet_listed, g.unmet_likely).unwrap_or(-1.0);
        let last = |g: &Gap| (unmet(g) < 0.0, self.has_few_listings(g.need));
        gaps.sort_by(|a, b| last(a).cmp(&last(b)).then(unmet(b).total_cmp(&unmet(a))));
        gaps
    }

    /// A gap as it is shown.
    #[must_use]
    pub fn gap_row<'a>(&'a self, study: &'a Study, gap: &Gap, reading: Scenario) -> Option<GapRow<'a>> {
        let about = self.report.neighbourhoods.get(self.position(gap.area)?)?;
        Some(GapRow::new(&self.frame(study), about, gap, reading))
    }

    /// The gap at this position of the report, as it is shown.
    pub fn gap_row_at<'a>(&'a self, study: &'a Study, at: usize, reading: Scenario) -> GapRow<'a> {
        self.row(&self.frame(study), at, &self.report.gaps[at], reading)
    }

    /// A neighbourhood as it is shown.
    #[must_use]
    pub fn neighbourhood_row<'a>(&'a self, study: &'a Study, of: &Neighbourhood) -> NeighbourhoodRow<'a> {
        NeighbourhoodRow::new(&self.frame(study), of)
    }

    /// Cells of `resolution`, that of the analysis or coarser, with the figures of every need. Coarser ones are summed
    /// up when first asked for (tens of milliseconds for a conurbation).
    ///
    /// # Errors
    /// [`InvalidCellSize`] when it is finer than the analysis.
    pub fn layer<T: TravelTimes>(
        &self,
        study: &Study,
        analysis: &Analysis<T>,
        resolution: CellResolution,
    ) -> Result<Arc<CellLayer>, InvalidCellSize> {
        let known = || self.layers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(layer) = known().get(&resolution) {
            return Ok(Arc::clone(layer));
        }
        let layer = Arc::new(CellLayer::new(study, analysis, self, resolution)?);
        known().insert(resolution, Arc::clone(&layer));
        Ok(layer)
    }

    /// What stands in each cell of the analysis.
    #[must_use]
    pub fn cells_of_quarter(&self) -> Arc<QuarterAnalysis> {
        Arc::clone(&self.cells)
    }

    /// Positions of gaps in the order they are listed.
    pub fn gap_order(&self, reading: Scenario) -> &[u32] {
        let [listed, likely] = &self.gap_order;
        reading.of(listed, likely)
    }

    /// Positions of neighbourhoods in the order they are listed.
    pub fn neighbourhood_order(&self) -> &[u32] {
        &self.neighbourhood_order
    }
}
