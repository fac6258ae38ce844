//! Travel times that are given: a published matrix, or minutes found along streets.

use super::{ReachedOrigins, TravelBasis, TravelTimes};
use crate::units::Minutes;
use thiserror::Error;

/// A row of a table that does not fit it.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum InvalidTable {
    /// A position beyond the end.
    #[error("asset {asset}, origin {origin}: there are {assets} assets and {origins} origins")]
    OutOfRange {
        /// Position of the asset.
        asset: usize,
        /// Position of the origin.
        origin: usize,
        /// How many assets there are.
        assets: usize,
        /// How many origins there are.
        origins: usize,
    },
    /// A time that is none.
    #[error("asset {asset}, origin {origin}: {minutes} is not a time in minutes")]
    NotATime {
        /// Position of the asset.
        asset: usize,
        /// Position of the origin.
        origin: usize,
        /// What was given.
        minutes: f64,
    },
    /// A pair given twice.
    #[error("asset {asset}, origin {origin}: given twice")]
    Twice {
        /// Position of the asset.
        asset: usize,
        /// Position of the origin.
        origin: usize,
    },
}

/// A sparse table of minutes by asset; a pair that is not in it cannot be travelled.
#[derive(Debug, Clone)]
pub struct TravelTable {
    origins: usize,
    starts: Vec<usize>,
    by_minutes: Vec<(f64, u32)>,
    basis: TravelBasis,
}

impl TravelTable {
    /// From `(asset, origin, minutes)` in any order.
    ///
    /// # Errors
    /// [`InvalidTable`] for the first row that does not fit.
    pub fn new(
        assets: usize,
        origins: usize,
        rows: impl IntoIterator<Item = (usize, usize, f64)>,
        basis: TravelBasis,
    ) -> Result<Self, InvalidTable> {
        let mut rows: Vec<(usize, usize, f64)> = rows.into_iter().collect();
        for &(asset, origin, minutes) in &rows {
            if asset >= assets || origin >= origins {
                return Err(InvalidTable::OutOfRange { asset, origin, assets, origins });
            }
            if !minutes.is_finite() || minutes < 0.0 {
                return Err(InvalidTable::NotATime { asset, origin, minutes });
            }
        }
        rows.sort_unstable_by_key(|row| (row.0, row.1));
        if let Some(pair) = rows.windows(2).find(|pair| (pair[0].0, pair[0].1) == (pair[1].0, pair[1].1)) {
            return Err(InvalidTable::Twice { asset: pair[0].0, origin: pair[0].1 });
        }
        rows.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(a.2.total_cmp(&b.2)).then(a.1.cmp(&b.1)));
        let mut starts = vec![0; assets + 1];
        for (asset, ..) in &rows {
            starts[asset + 1] += 1;
        }
        for asset in 0..assets {
            starts[asset + 1] += starts[asset];
        }
        let by_minutes = rows.into_iter().map(|(_, origin, minutes)| (minutes, origin as u32)).collect();
        Ok(Self { origins, starts, by_minutes, basis })
    }

    fn of(&self, asset: usize) -> &[(f64, u32)] {
        &self.by_minutes[self.starts[asset]..self.starts[asset + 1]]
    }
}

impl TravelTimes for TravelTable {
    fn origins(&self) -> usize {
        self.origins
    }

    fn assets(&self) -> usize {
        self.starts.len() - 1
    }

    fn reach(&self, asset: usize, limit: Minutes, out: &mut ReachedOrigins) {
        out.origins.clear();
        out.minutes.clear();
        let within = self.of(asset).iter().take_while(|(minutes, _)| *minutes <= limit.get());
        for &(minutes, origin) in within {
            out.origins.push(origin);
            out.minutes.push(minutes);
        }
    }

    fn nearest(&self, assets: &[usize]) -> Vec<Option<f64>> {
        let mut nearest: Vec<Option<f64>> = vec![None; self.origins];
        for &(minutes, origin) in assets.iter().flat_map(|&asset| self.of(asset)) {
            let best = &mut nearest[origin as usize];
            *best = Some(best.map_or(minutes, |b| b.min(minutes)));
        }
        nearest
    }

    fn basis(&self, _origin: usize) -> TravelBasis {
        self.basis
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_rows_that_do_not_fit() {
        let table =
            |rows: &[(usize, usize, f64)]| TravelTable::new(2, 2, rows.iter().copied(), TravelBasis::Network);
        assert!(matches!(table(&[(2, 0, 1.0)]), Err(InvalidTable::OutOfRange { asset: 2, .. })));
        assert!(matches!(table(&[(0, 0, f64::NAN)]), Err(InvalidTable::NotATime { .. })));
        assert!(matches!(table(&[(0, 1, 1.0), (0, 1, 2.0)]), Err(InvalidTable::Twice { origin: 1, .. })));
    }

    #[test]
    fn reads_back_what_is_within_the_limit() {
        let table =
            TravelTable::new(2, 3, [(0, 2, 5.0), (0, 0, 15.0), (1, 1, 1.0)], TravelBasis::Network).unwrap();
        let mut reached = ReachedOrigins::default();
        table.reach(0, Minutes::new(15.0).unwrap(), &mut reached);
        assert_eq!((reached.origins, reached.minutes), (vec![2, 0], vec![5.0, 15.0]));
        assert_eq!(table.nearest(&[0, 1]), [Some(15.0), Some(1.0), Some(5.0)]);
        assert_eq!(table.nearest(&[1]), [None, Some(1.0), None]);
    }
}
