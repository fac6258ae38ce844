//! Which listings to verify first: who relies on one, times the chance that it is no longer so.

use crate::snapshot::Snapshot;
use hereabouts_core::asset::ServiceArea;
use hereabouts_core::supply;
use hereabouts_core::travel::{ReachedOrigins, TravelTimes};
use hereabouts_core::units::Minutes;
use hereabouts_data::feedback::verification::ListingState;
use hereabouts_data::record::LocationPrecision;
use std::cmp::Ordering;

/// For each asset the people within the widest catchment of the needs that it answers; `None` where that is not known, and
/// for hidden places, whose reach would tell where they are.
pub(super) fn people_in_reach(of: &Snapshot) -> Vec<Option<f64>> {
    let (study, analysis) = (of.study(), of.analysis());
    let mut reached = ReachedOrigins::default();
    let assets = study.assets().iter().zip(of.assets()).enumerate();
    let people = assets.map(|(at, (asset, canonical))| {
        if canonical.record.location_precision == LocationPrecision::Hidden
            || asset.asset.serves == ServiceArea::Remote
        {
            return None;
        }
        let catchments = asset.serves.iter().map(|(need, _)| study.needs()[need.get()].catchment);
        let limit = catchments.max_by(|a, b| a.get().total_cmp(&b.get())).unwrap_or(Minutes::ZERO);
        analysis.travel().reach(at, limit, &mut reached);
        Some(reached.origins.iter().map(|&cell| analysis.people()[cell as usize]).sum())
    });
    people.collect()
}

/// An asset that somebody should check.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WorklistEntry {
    /// Its position.
    pub asset: usize,
    /// People who have it within the catchment of what it answers.
    pub people: Option<f64>,
    /// How many of them are told something that is no longer so, as far as can be expected: people × (1 − chance).
    pub people_affected: Option<f64>,
    chance: f64,
}

/// Every asset that is not known to have closed: the most people affected first, then the least sure, then by id.
pub(super) fn order(of: &Snapshot, people: &[Option<f64>]) -> Vec<WorklistEntry> {
    let due = |(asset, people): (usize, &Option<f64>)| {
        let chance = supply::chance_it_runs(of.study(), of.policy(), asset);
        let people_affected = people.map(|people| people * (1.0 - chance));
        WorklistEntry { asset, people: *people, people_affected, chance }
    };
    let open = |due: &WorklistEntry| {
        of.standing(due.asset).is_none_or(|standing| standing.state != ListingState::Closed)
    };
    let mut all: Vec<WorklistEntry> = people.iter().enumerate().map(due).filter(open).collect();
    all.sort_by(more_urgent);
    all
}

fn more_urgent(a: &WorklistEntry, b: &WorklistEntry) -> Ordering {
    let affected = |due: &WorklistEntry| due.people_affected.unwrap_or(-1.0);
    // Assets stand by id in a study.
    affected(b).total_cmp(&affected(a)).then(a.chance.total_cmp(&b.chance)).then(a.asset.cmp(&b.asset))
}
