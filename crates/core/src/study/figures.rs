//! Figures of demand, with their references resolved.

use super::problem::{AreaCodes, UnresolvedReference, unknown};
use super::{AreaIdx, NeedIdx};
use crate::cell::DemandCell;
use crate::demand::{Basis, CellDemand, Demand, Quarter};
use std::collections::BTreeMap;

/// A demand figure with its references resolved.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StudyDemand {
    /// Where.
    pub area: AreaIdx,
    /// What for.
    pub need: NeedIdx,
    /// When.
    pub quarter: Quarter,
    /// Referrals in the quarter.
    pub referrals: f64,
    /// Those without a match, if the source says.
    pub no_match: Option<f64>,
    /// What the figure rests on.
    pub basis: Basis,
}

/// A demand figure of a cell with its references resolved.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StudyCellDemand {
    /// Where.
    pub cell: DemandCell,
    /// What for.
    pub need: NeedIdx,
    /// When.
    pub quarter: Quarter,
    /// Referrals in the quarter.
    pub referrals: f64,
    /// Those without a match, if the source says.
    pub no_match: Option<f64>,
    /// What the figure rests on.
    pub basis: Basis,
}

/// Figures of areas, in the order given; `problems` takes every reference that does not resolve.
pub(super) fn of_areas(
    demand: &[Demand],
    codes: &AreaCodes<'_>,
    need_of: &BTreeMap<&str, NeedIdx>,
    problems: &mut Vec<UnresolvedReference>,
) -> Vec<StudyDemand> {
    let mut resolved = Vec::with_capacity(demand.len());
    for d in demand {
        let from = || format!("demand for {} in {}", d.code, d.quarter);
        let need = need_of.get(d.need.as_str());
        if need.is_none() {
            problems.push(unknown(from(), "need", &d.need, "the needs table"));
        }
        match codes.find(&d.geography, &d.code) {
            Ok(area) => resolved.extend(need.map(|&need| StudyDemand {
                area: AreaIdx(area as u32),
                need,
                quarter: d.quarter,
                referrals: d.referrals,
                no_match: d.no_match,
                basis: d.basis,
            })),
            Err(reason) => {
                problems.push(UnresolvedReference {
                    from: from(),
                    field: "area",
                    value: d.code.clone(),
                    reason,
                });
            }
        }
    }
    resolved
}

/// Figures of cells, in the order given. Cells of two sizes may hold each other, and count the same people twice.
pub(super) fn of_cells(
    demand: &[CellDemand],
    need_of: &BTreeMap<&str, NeedIdx>,
    problems: &mut Vec<UnresolvedReference>,
) -> Vec<StudyCellDemand> {
    let mut resolved = Vec::with_capacity(demand.len());
    for d in demand {
        let from = || format!("demand for cell {} in {}", d.cell, d.quarter);
        if d.cell.resolution() != demand[0].cell.resolution() {
            let reason = format!("of another size than {}", demand[0].cell);
            problems.push(UnresolvedReference {
                from: from(),
                field: "cell",
                value: d.cell.to_string(),
                reason,
            });
        }
        match need_of.get(d.need.as_str()) {
            Some(&need) => resolved.push(StudyCellDemand {
                cell: d.cell,
                need,
                quarter: d.quarter,
                referrals: d.referrals,
                no_match: d.no_match,
                basis: d.basis,
            }),
            None => problems.push(unknown(from(), "need", &d.need, "the needs table")),
        }
    }
    resolved
}
