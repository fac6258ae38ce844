//! What follows from the events of an asset.

use super::{JournalEntry, ListingPart, ListingProblem, SpeakerRole, Statement, undone_by};
use crate::linkage::canonical_asset::CanonicalAsset;
use crate::record::AssetRecord;
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// Whether an asset is what its listing says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ListingState {
    /// As listed.
    #[default]
    Listed,
    /// It has closed.
    Closed,
    /// It is no longer at its place.
    Moved,
}

impl ListingState {
    /// Its word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Listed => "listed",
            Self::Closed => "closed",
            Self::Moved => "moved",
        }
    }
}

/// What is known of an asset, its listing and all that was said of it taken together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VerifiedStanding {
    /// When somebody last confirmed it: the listing, or who spoke since.
    pub verified_on: Option<NaiveDate>,
    /// Who spoke; `None` where the listing says so.
    pub verified_by: Option<SpeakerRole>,
    /// Whether it is what the listing says.
    pub state: ListingState,
    /// Last day on which it takes nobody new.
    pub full_until: Option<NaiveDate>,
    /// Parts of the listing that are no longer right.
    pub changed: BTreeSet<ListingPart>,
    /// What was reported since somebody last confirmed it, each problem once however many report it.
    pub problems: BTreeSet<ListingProblem>,
}

impl VerifiedStanding {
    /// Of a listing confirmed on `listed`, after the events of its asset that were not taken back, in their order. What was
    /// said before the listing was last confirmed is in the listing.
    #[must_use]
    pub fn of<'a>(listed: Option<NaiveDate>, events: impl IntoIterator<Item = &'a JournalEntry>) -> Self {
        let mut standing = Self { verified_on: listed, ..Self::default() };
        for JournalEntry { event, .. } in
            events.into_iter().filter(|e| listed.is_none_or(|day| e.event.on >= day))
        {
            match &event.statement {
                Statement::Undo { .. } => continue,
                Statement::Problem { problem } => {
                    standing.problems.insert(*problem);
                    continue;
                }
                Statement::Runs => standing.state = ListingState::Listed,
                Statement::Changed { what } => {
                    standing.state = ListingState::Listed;
                    standing.changed.extend(what);
                }
                Statement::Closed => standing.state = ListingState::Closed,
                Statement::Moved => standing.state = ListingState::Moved,
                Statement::Full { until } => {
                    standing.state = ListingState::Listed;
                    standing.full_until = Some(*until);
                }
            }
            standing.problems.clear();
            standing.verified_on = standing.verified_on.max(Some(event.on));
            standing.verified_by = Some(event.role);
        }
        standing
    }
}

/// Standings by position in `assets`, of those that anything was ever said of. An event is of the asset that has the listing
/// it was said of, also when listings were joined or parted since.
#[must_use]
pub fn standings(assets: &[CanonicalAsset], entries: &[JournalEntry]) -> BTreeMap<usize, VerifiedStanding> {
    let of: BTreeSet<&str> = entries.iter().map(|entry| entry.event.asset.as_str()).collect();
    if of.is_empty() {
        return BTreeMap::new();
    }
    let mut at: BTreeMap<&str, usize> = BTreeMap::new();
    for (position, asset) in assets.iter().enumerate() {
        for id in asset.listings().iter().map(AssetRecord::id) {
            if let Some(&id) = of.get(id.as_str()) {
                at.insert(id, position);
            }
        }
    }
    let undone = undone_by(entries);
    let mut by_asset: BTreeMap<usize, Vec<&JournalEntry>> = BTreeMap::new();
    for (entry, undone) in entries.iter().zip(undone) {
        if let Some(&position) = at.get(entry.event.asset.as_str()) {
            let events = by_asset.entry(position).or_default();
            if undone.is_none() {
                events.push(entry);
            }
        }
    }
    let standing = |(at, events): (usize, Vec<&JournalEntry>)| {
        (at, VerifiedStanding::of(assets[at].record.verified_on, events))
    };
    by_asset.into_iter().map(standing).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feedback::problems::{LEAST_LEFT, ProblemTable};
    use crate::feedback::verification::Verification;
    use hereabouts_core::survival::VerifiedState;
    use proptest::prelude::*;

    fn day(n: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 1, n).unwrap()
    }

    fn entry(number: u64, on: u32, statement: Statement) -> JournalEntry {
        let event = Verification {
            asset: "s/1".into(),
            on: day(on),
            role: SpeakerRole::LinkWorker,
            key: None,
            statement,
        };
        JournalEntry { number, event }
    }

    fn stands(listed: Option<NaiveDate>, entries: &[JournalEntry]) -> VerifiedStanding {
        let record = AssetRecord {
            source: "s".into(),
            source_id: "1".into(),
            verified_on: listed,
            ..AssetRecord::default()
        };
        let asset = CanonicalAsset::of_one(record);
        standings(&[asset], entries).remove(&0).unwrap_or_else(|| VerifiedStanding::of(listed, []))
    }

    #[test]
    fn the_last_word_holds_and_a_newer_listing_is_a_newer_word() {
        let closed = entry(1, 5, Statement::Closed);
        assert_eq!(stands(None, std::slice::from_ref(&closed)).state, ListingState::Closed);
        assert_eq!(
            stands(Some(day(5)), std::slice::from_ref(&closed)).state,
            ListingState::Closed,
            "the same day"
        );
        assert_eq!(stands(Some(day(6)), std::slice::from_ref(&closed)).state, ListingState::Listed);
        let open = stands(None, &[closed, entry(2, 9, Statement::Runs)]);
        assert_eq!(
            (open.state, open.verified_on, open.verified_by),
            (ListingState::Listed, Some(day(9)), Some(SpeakerRole::LinkWorker))
        );
    }

    #[test]
    fn problems_count_until_somebody_goes_to_see() {
        let problem = |number, on, problem| entry(number, on, Statement::Problem { problem });
        let reports = [
            problem(1, 2, ListingProblem::NoAnswer),
            problem(2, 3, ListingProblem::NoAnswer),
            problem(3, 3, ListingProblem::DeadLink),
        ];
        let stands_so = stands(Some(day(1)), &reports);
        assert_eq!((stands_so.verified_on, stands_so.problems.len()), (Some(day(1)), 2));
        let table = ProblemTable::built_in().unwrap();
        assert_eq!(table.state_of(&stands_so), VerifiedState { gone: false, left: 0.7 * 0.8 });
        let all: Vec<JournalEntry> =
            ListingProblem::ALL.iter().zip(1..).map(|(&p, n)| problem(n, 2, p)).collect();
        assert_eq!(table.state_of(&stands(None, &all)).left, LEAST_LEFT);
        let seen =
            [reports.as_slice(), &[entry(4, 4, Statement::Changed { what: [ListingPart::Times].into() })]]
                .concat();
        let seen = stands(None, &seen);
        assert!(seen.problems.is_empty() && seen.changed.contains(&ListingPart::Times));
    }

    fn statement() -> impl Strategy<Value = Statement> {
        prop_oneof![
            Just(Statement::Runs),
            Just(Statement::Closed),
            Just(Statement::Moved),
            (1_u32..28).prop_map(|n| Statement::Full { until: day(n) }),
            (0..ListingPart::ALL.len())
                .prop_map(|n| Statement::Changed { what: [ListingPart::ALL[n]].into() }),
            (0..ListingProblem::ALL.len())
                .prop_map(|n| Statement::Problem { problem: ListingProblem::ALL[n] }),
            (0_u64..12).prop_map(|event| Statement::Undo { event }),
        ]
    }

    proptest! {
        #[test]
        fn taking_back_what_came_last_leaves_what_was_before(
            verified_state in prop::collection::vec((1_u32..28, statement()), 0..12),
            listed in prop::option::of(1_u32..28),
            more in prop::collection::vec((1_u32..28, statement()), 1..4),
        ) {
            let listed = listed.map(day);
            let mut entries: Vec<JournalEntry> = verified_state.into_iter().zip(1..).map(|((on, s), n)| entry(n, on, s)).collect();
            let before = stands(listed, &entries);
            let next = entries.len() as u64 + 1;
            entries.extend(more.into_iter().zip(next..).map(|((on, s), n)| entry(n, on, s)));
            // From the last to the first.
            for number in (next..=entries.len() as u64).rev() {
                let after = entries.len() as u64 + 1;
                entries.push(entry(after, 28, Statement::Undo { event: number }));
            }
            prop_assert_eq!(stands(listed, &entries), before);
        }
    }
}
