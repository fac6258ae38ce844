//! One snapshot from another with verifications: what does not depend on it is shared.

use super::{Snapshot, VIEWS_KEPT, ViewKey, ViewSlot};
use crate::view::QuarterView;
use hereabouts_core::survival::VerifiedState;
use hereabouts_data::feedback::problems::ProblemTable;
use hereabouts_data::feedback::verification::{JournalEntry, VerifiedStanding, standings};
use std::sync::Arc;

/// A view from before a verification, and for each need whether it is the same as then.
#[derive(Debug, Clone)]
pub(super) struct CarriedView {
    pub(super) key: ViewKey,
    pub(super) view: Arc<QuarterView>,
    pub(super) same: Vec<bool>,
}

impl Snapshot {
    /// The same place with verifications: every event counts, in its order, from the listings as they were imported, so
    /// that what is taken back leaves nothing behind. Grid, travel and words are shared with this one.
    #[must_use]
    pub fn with_verifications(&self, entries: &[JournalEntry]) -> Self {
        let assets = self.assets();
        let standings = standings(assets, entries);
        let as_listed = |&at: &usize| (at, assets[at].record.verified_on, VerifiedState::default());
        let as_verified = |(&at, standing): (&usize, &VerifiedStanding)| {
            (at, standing.verified_on, self.imported.problems.state_of(standing))
        };
        let study = self.study.clone().with_verifications(self.standings.keys().map(as_listed));
        let study = study.with_verifications(standings.iter().map(as_verified));
        let analysis = self.analysis.with_verifications(&study);
        let verified_to = entries.last().map_or(0, |entry| entry.number);
        let mut verified = Self::of(Arc::clone(&self.imported), study, analysis, standings, verified_to);
        verified.carried = self.carry(&verified.analysis.offers_as(&self.analysis));
        verified
    }

    /// The views that are there, those of this snapshot before earlier ones.
    fn carry(&self, same: &[bool]) -> Vec<CarriedView> {
        let own = |(key, slot): &(ViewKey, ViewSlot)| {
            Some(CarriedView { key: *key, view: Arc::clone(slot.get()?), same: same.to_vec() })
        };
        let mut all: Vec<CarriedView> = self.with_views(|views| views.iter().filter_map(own).collect());
        for earlier in &self.carried {
            if all.iter().all(|carried| carried.key != earlier.key) {
                let same = earlier.same.iter().zip(same).map(|(then, now)| *then && *now).collect();
                all.push(CarriedView { same, ..earlier.clone() });
            }
        }
        all.truncate(VIEWS_KEPT);
        all
    }

    /// What people said of the asset at this position, and its listing, taken together; `None` where nobody said anything.
    #[must_use]
    pub fn standing(&self, at: usize) -> Option<&VerifiedStanding> {
        self.standings.get(&at)
    }

    /// Number of the last event that is counted; 0 without any.
    #[must_use]
    pub const fn verified_to(&self) -> u64 {
        self.verified_to
    }

    /// What each problem that can be reported is called, and what it counts.
    #[must_use]
    pub fn problems(&self) -> &ProblemTable {
        &self.imported.problems
    }
}
