//! The parts of an area, cell by cell, and what is summed or averaged over them.

use crate::known::KnownCount;
use crate::placed_demand::PlacedDemand;
use crate::report::{NeedCells, UnmetParts};
use crate::spread::{BaseIdx, PopulationSpread};

/// Part of an area in one cell.
pub(crate) struct GapPart {
    /// Position of the cell.
    pub(crate) cell: usize,
    /// Its people; 0 also where nobody knows.
    people: f64,
    /// What is known of its referrals, or the middle of it.
    referrals: f64,
    /// What is known of them.
    asked: KnownCount,
    /// Whether a list that tells of the need reaches it.
    told: bool,
}

/// The parts of an area's base areas, cell by cell.
pub(crate) struct GapParts(Vec<GapPart>);

impl GapParts {
    /// Those of these base areas, for a need.
    pub(crate) fn new(
        spread: &PopulationSpread,
        placed: &PlacedDemand,
        need: usize,
        bases: &[BaseIdx],
        told: impl Fn(BaseIdx, u32) -> bool,
    ) -> Self {
        let mut parts = Vec::new();
        for &base in bases {
            let in_cells = placed.in_cells(spread, need, base);
            // Where nobody lives nobody asks.
            let nobody = spread.people(base) == Some(0.0) && placed.referrals[need][base].is_none();
            for (&(cell, share), (_, referrals)) in spread.shares(base).iter().zip(in_cells) {
                parts.push(GapPart {
                    cell: cell as usize,
                    people: spread.people(base).unwrap_or(0.0) * share,
                    referrals: referrals.known_part(),
                    told: told(base, cell),
                    asked: if nobody { KnownCount::ZERO } else { referrals },
                });
            }
        }
        Self(parts)
    }

    /// Their cells.
    pub(crate) fn cells(&self) -> impl Iterator<Item = usize> + '_ {
        self.0.iter().map(|part| part.cell)
    }

    /// Cells and the referrals known of there, where there are any.
    pub(crate) fn asking(&self) -> Vec<(usize, f64)> {
        self.0.iter().filter(|part| part.referrals > 0.0).map(|part| (part.cell, part.referrals)).collect()
    }

    /// Referrals as far as they are known.
    pub(crate) fn referrals(&self) -> f64 {
        // A sum of nothing is -0.
        self.0.iter().map(|part| part.referrals).sum::<f64>() + 0.0
    }

    /// What is known of the referrals.
    pub(crate) fn asked(&self) -> KnownCount {
        self.0.iter().map(|part| part.asked).sum()
    }

    /// Referrals that are unmet where those of each cell are; the part of a cell's referrals that is unmet is the same for
    /// everybody in the cell.
    pub(crate) fn unmet(&self, cells: &NeedCells, by_cell: &[f64]) -> f64 {
        let asking = self.0.iter().filter(|part| part.referrals > 0.0);
        asking.map(|p| p.referrals * by_cell[p.cell] / cells.referrals[p.cell]).sum::<f64>() + 0.0
    }

    /// The same by what they lack.
    pub(crate) fn unmet_parts(&self, cells: &NeedCells, by_cell: &[f64]) -> UnmetParts {
        let mut parts = UnmetParts::default();
        for part in self.0.iter().filter(|part| part.referrals > 0.0) {
            let lacks = match (part.told, cells.covered[part.cell]) {
                (false, _) => &mut parts.not_known,
                (true, false) => &mut parts.nothing_in_reach,
                (true, true) => &mut parts.not_enough,
            };
            *lacks += part.referrals * by_cell[part.cell] / cells.referrals[part.cell];
        }
        parts
    }

    /// Referrals that are unmet where a share of each cell's is, for one end of what is known of them.
    pub(crate) fn unmet_at(&self, short: &[f64], of: fn(KnownCount) -> f64) -> f64 {
        self.0.iter().map(|part| of(part.asked) * short[part.cell]).sum::<f64>() + 0.0
    }

    /// Mean over people; `None` where nobody is known to live.
    pub(crate) fn by_people(&self, value: impl Fn(usize) -> Option<f64>) -> Option<f64> {
        self.mean(|part| part.people, value)
    }

    /// Mean over referrals; over people where there are none.
    pub(crate) fn by_referrals(&self, value: impl Fn(usize) -> Option<f64>) -> Option<f64> {
        if self.referrals() > 0.0 { self.mean(|part| part.referrals, value) } else { self.by_people(value) }
    }

    /// Share of people in cells of which something holds; `None` where nobody is known to live.
    pub(crate) fn share(&self, holds: impl Fn(usize) -> bool) -> Option<f64> {
        self.by_people(|cell| Some(f64::from(u8::from(holds(cell)))))
    }

    /// Weighted mean over the parts with a value; `None` without weight.
    fn mean(&self, weight: impl Fn(&GapPart) -> f64, value: impl Fn(usize) -> Option<f64>) -> Option<f64> {
        let (mut sum, mut total) = (0.0, 0.0);
        for part in &self.0 {
            let w = weight(part);
            if w > 0.0
                && let Some(v) = value(part.cell)
            {
                sum += w * v;
                total += w;
            }
        }
        (total > 0.0).then(|| sum / total)
    }
}
