//! Referrals: as they were counted, or as they were released.

use super::{LoadError, records};
use crate::record::{DemandRecord, EVERY_OTHER_NEED, H3, RecordKind, StoredBasis, release};
use hereabouts_core::cell::DemandCell;
use hereabouts_core::demand::{
    AreaCode, Basis, CompleteDemand, Demand, Quarter, RecordingSystem, WHOLE_QUARTER,
};
use hereabouts_core::known::KnownCount;
use hereabouts_core::noise::DemandNoise;
use hereabouts_release::document::ReleasedTable;
use hereabouts_store::{Store, StoreError};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

/// Referrals of all sources.
#[derive(Default)]
pub(super) struct LoadedDemand {
    pub(super) of_areas: Vec<Demand<AreaCode>>,
    pub(super) of_cells: Vec<Demand<DemandCell>>,
    pub(super) complete: Vec<CompleteDemand<AreaCode>>,
    pub(super) cell_complete: Vec<CompleteDemand<DemandCell>>,
    pub(super) systems: Vec<RecordingSystem<AreaCode>>,
    pub(super) cell_systems: Vec<RecordingSystem<DemandCell>>,
    pub(super) noise: Vec<DemandNoise<AreaCode>>,
}

/// Figures of areas and of cells, and where a source says everything.
pub(super) fn demand(store: &Store) -> Result<LoadedDemand, LoadError> {
    let mut all = LoadedDemand::default();
    for (source, record) in records::<DemandRecord>(store, RecordKind::Demand)? {
        let (code, written) = (record.code.clone(), record.quarter.clone());
        let wrong = |reason: &dyn Display| {
            LoadError::record(RecordKind::Demand, &source, format!("{code}/{written}"), reason)
        };
        let quarter: Quarter = record.quarter.parse().map_err(|e| wrong(&e))?;
        let basis = match record.basis {
            StoredBasis::Unprotected => Basis::Unprotected,
            StoredBasis::Synthetic => Basis::Synthetic,
        };
        if record.geography == H3 {
            let place: DemandCell = record.code.parse().map_err(|e| wrong(&e))?;
            let (of, complete, systems) = (&mut all.of_cells, &mut all.cell_complete, &mut all.cell_systems);
            take(record, (place, quarter, basis), of, complete, systems);
        } else {
            let place = AreaCode { geography: record.geography.clone(), code: record.code.clone() };
            let (of, complete, systems) = (&mut all.of_areas, &mut all.complete, &mut all.systems);
            take(record, (place, quarter, basis), of, complete, systems);
        }
    }
    let counted: BTreeSet<Quarter> = all.of_areas.iter().map(|d| d.quarter).collect();
    for table in releases(store)?.into_iter().filter(|table| !counted.contains(&table.quarter)) {
        all.of_areas.extend(released(&table));
        all.noise.push(table.noise());
    }
    Ok(all)
}

/// The releases of all sources, by quarter.
///
/// # Errors
/// [`LoadError`] when the store cannot be read, one of them is not what was written, or a quarter is released twice.
pub fn releases(store: &Store) -> Result<Vec<ReleasedTable>, LoadError> {
    let mut by_quarter: BTreeMap<Quarter, ReleasedTable> = BTreeMap::new();
    for source in store.sources_of(RecordKind::Releases.as_str())? {
        let wrong =
            |key: &str, why: &dyn Display| LoadError::record(RecordKind::Releases, &source.name, key, why);
        let pieces: Vec<(String, Vec<u8>)> = store
            .records(&source)
            .map(|piece| piece.map(|piece| (piece.key, piece.value)))
            .collect::<Result<_, StoreError>>()?;
        for table in release::of_entries(pieces).map_err(|e| wrong("all", &e))? {
            let quarter = table.quarter;
            if by_quarter.insert(quarter, table).is_some() {
                return Err(wrong(
                    &quarter.to_string(),
                    &"another source has a release of this quarter, too",
                ));
            }
        }
    }
    Ok(by_quarter.into_values().collect())
}

/// A release's figures of small areas: those of larger ones are their sums.
fn released(table: &ReleasedTable) -> Vec<Demand<AreaCode>> {
    let basis = if table.document().synthetic { Basis::Synthetic } else { Basis::Released };
    let mut all = Vec::new();
    for need in table.needs() {
        let figures = table.figures(need).unwrap_or_default();
        for leaf in table.tree.leaves() {
            let Some((geography, code)) = table.tree.nodes()[leaf].id.split_once('/') else { continue };
            let figure = figures[leaf] as f64;
            let referrals = match table.withheld(need, leaf) {
                None => KnownCount::counted(figure),
                Some((least, Some(most))) => KnownCount::between((figure + least).max(0.0), figure + most),
                Some((least, None)) => KnownCount::at_least((figure + least).max(0.0)),
            };
            all.push(Demand {
                place: AreaCode { geography: geography.to_owned(), code: code.to_owned() },
                need: need.to_owned(),
                quarter: table.quarter,
                referrals,
                no_match: None,
                basis,
                months: WHOLE_QUARTER,
                divided: false,
            });
        }
    }
    all
}

/// Puts a record of a place where it belongs.
fn take<P: Clone + PartialEq>(
    record: DemandRecord,
    (place, quarter, basis): (P, Quarter, Basis),
    figures: &mut Vec<Demand<P>>,
    complete: &mut Vec<CompleteDemand<P>>,
    systems: &mut Vec<RecordingSystem<P>>,
) {
    let referrals = record.count();
    let DemandRecord { need, months, divided, no_match, source_systems, .. } = record;
    for system in source_systems {
        let system = RecordingSystem { place: place.clone(), quarter, system };
        // Records of one place stand together.
        if systems.last() != Some(&system) {
            systems.push(system);
        }
    }
    if need == EVERY_OTHER_NEED {
        complete.push(CompleteDemand { place, quarter, basis });
    } else {
        let months = months.unwrap_or(WHOLE_QUARTER);
        figures.push(Demand { place, need, quarter, referrals, no_match, basis, months, divided });
    }
}
