//! What was unmet in each of the latest quarters, worked out beside the pages that show it and kept for all.

use hereabouts_core::demand::Quarter;
use hereabouts_core::idx::{AreaIdx, GeographyIdx, NeedIdx};
use hereabouts_core::period::Period;
use hereabouts_core::report::{DemandStatus, Gap};
use hereabouts_engine::site::Site;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Two years.
const LATEST: usize = 8;

/// Unmet referrals for one need in one quarter, listed and likely, with what the likely may be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct QuarterFigure {
    pub(crate) referrals: f64,
    pub(crate) unmet: [f64; 2],
    pub(crate) ends: (f64, f64),
}

/// The latest quarters of one geography, the earliest first.
#[derive(Debug, Default)]
pub(crate) struct QuarterTable {
    pub(crate) quarters: Vec<Quarter>,
    at: HashMap<AreaIdx, usize>,
    needs: usize,
    /// By quarter, then area, then need.
    figures: Vec<Vec<Option<QuarterFigure>>>,
}

impl QuarterTable {
    fn new(site: &Site, geography: GeographyIdx) -> Self {
        let study = site.study();
        let all = study.quarters();
        let quarters = all[all.len().saturating_sub(LATEST)..].to_vec();
        let mut table = Self { quarters, needs: study.needs().len(), ..Self::default() };
        for quarter in table.quarters.clone() {
            let cells = site.analysis().quarter(study, Some(Period::of(quarter)));
            let report = site.analysis().report(study, &cells, geography);
            table.at = report.neighbourhoods.iter().enumerate().map(|(at, n)| (n.area, at)).collect();
            table.figures.push(report.gaps.iter().map(figure).collect());
        }
        table
    }

    /// One need of one neighbourhood, quarter by quarter; `None` where nothing is known.
    pub(crate) fn of(&self, area: AreaIdx, need: NeedIdx) -> Vec<Option<QuarterFigure>> {
        let at = self.at.get(&area).map(|at| at * self.needs + need.get());
        self.figures.iter().map(|figures| *figures.get(at?)?).collect()
    }
}

fn figure(gap: &Gap) -> Option<QuarterFigure> {
    let known = !matches!(gap.status, DemandStatus::NoData | DemandStatus::NoList | DemandStatus::Partial);
    let unmet = [gap.unmet_listed?, gap.unmet_likely?];
    let end = |ends: Option<[f64; 2]>| ends.map_or(unmet[1], |ends| ends[1]);
    let ends = (end(gap.unmet_low), end(gap.unmet_high));
    Some(QuarterFigure { referrals: gap.referrals?, unmet, ends }).filter(|_| known)
}

type Made = Arc<OnceLock<Arc<QuarterTable>>>;

/// Tables of the edition in use, by geography.
#[derive(Debug, Default)]
pub(crate) struct QuarterTables(Mutex<(String, HashMap<GeographyIdx, Made>)>);

impl QuarterTables {
    /// The table, made unless it is there (about as long as a view for each quarter): not to be called from a request worker.
    pub(crate) fn get(&self, edition: &str, site: &Site, geography: GeographyIdx) -> Arc<QuarterTable> {
        let made = {
            let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if all.0 != edition {
                *all = (edition.to_owned(), HashMap::new());
            }
            Arc::clone(all.1.entry(geography).or_default())
        };
        Arc::clone(made.get_or_init(|| Arc::new(QuarterTable::new(site, geography))))
    }
}
