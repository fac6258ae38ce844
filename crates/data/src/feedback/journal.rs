//! Where what people say is kept: a small store of its own inside the store's directory.
//!
//! Apart from the imports, so that what is said can be written while an import holds the store, and an import replaces
//! nothing that was said. Nobody holds the journal: whoever writes or reads opens it, does so and closes it again, and a
//! server sees by the witness file that somebody else has written.

use crate::feedback::verification::{JournalEntry, Statement, Verification, undone_by};
use hereabouts_store::{JOURNAL, Store, StoreError};
use std::collections::BTreeSet;
use std::path::Path;
use thiserror::Error;

/// The log of events about assets.
const VERIFICATIONS: &str = "verifications";

/// Why an event is not taken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RefusedEntry {
    /// There is no such event, or it is of another asset.
    #[error("there is no event {0} of this asset")]
    NoSuchEvent(u64),
    /// It was taken back already.
    #[error("event {0} was taken back already, by event {1}")]
    AlreadyUndone(u64, u64),
}

/// What is said and may be taken back: every event that was read or written so far.
#[derive(Debug, Clone, Default)]
pub struct VerificationJournal {
    entries: Vec<JournalEntry>,
}

impl VerificationJournal {
    /// Everything that was said of the place whose store is in `dir`; nothing where nobody has said anything.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn read(dir: &Path) -> Result<Self, StoreError> {
        let mut journal = Self::default();
        if let Some(store) = open(dir)? {
            journal.catch_up(&store)?;
        }
        Ok(journal)
    }

    /// All events, by number.
    #[must_use]
    pub fn entries(&self) -> &[JournalEntry] {
        &self.entries
    }

    /// Number of the last event; 0 without any.
    #[must_use]
    pub fn last(&self) -> u64 {
        self.entries.last().map_or(0, |entry| entry.number)
    }

    /// Events of these listings, each with the number of the event that took it back.
    #[must_use]
    pub fn of<'a>(&'a self, listings: &BTreeSet<String>) -> Vec<(&'a JournalEntry, Option<u64>)> {
        let undone = undone_by(&self.entries);
        let all = self.entries.iter().zip(undone);
        all.filter(|(entry, _)| listings.contains(&entry.event.asset)).collect()
    }

    /// Reads what others have written since. Whether there was anything.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn refresh(&mut self, dir: &Path) -> Result<bool, StoreError> {
        match open(dir)? {
            Some(store) => self.catch_up(&store),
            None => Ok(false),
        }
    }

    /// Adds events, each with the ids of all listings of its asset, in one change that is durable when this returns. Each is
    /// judged after those before it; one that is refused keeps none of the others out.
    ///
    /// # Errors
    /// [`StoreError`]; nothing was added then.
    pub fn append(
        &mut self,
        dir: &Path,
        events: Vec<(Verification, BTreeSet<String>)>,
    ) -> Result<Vec<Result<JournalEntry, RefusedEntry>>, StoreError> {
        let mut store = Store::create_inside(dir, JOURNAL)?;
        self.catch_up(&store)?;
        let before = self.entries.len();
        let mut answers = Vec::with_capacity(events.len());
        let mut values = Vec::new();
        for (event, listings) in events {
            answers.push(match self.refuses(&event, &listings) {
                Some(why) => Err(why),
                None => {
                    // Words, days and numbers: encoding them does not fail.
                    values.push(serde_json::to_vec(&event).unwrap_or_default());
                    let entry = JournalEntry { number: self.last() + 1, event };
                    self.entries.push(entry.clone());
                    Ok(entry)
                }
            });
        }
        if let Err(error) = store.append(VERIFICATIONS, &values) {
            self.entries.truncate(before);
            return Err(error);
        }
        Ok(answers)
    }

    fn refuses(&self, event: &Verification, listings: &BTreeSet<String>) -> Option<RefusedEntry> {
        let Statement::Undo { event: number } = event.statement else { return None };
        match self.of(listings).into_iter().find(|(entry, _)| entry.number == number) {
            None => Some(RefusedEntry::NoSuchEvent(number)),
            Some((_, Some(by))) => Some(RefusedEntry::AlreadyUndone(number, by)),
            Some((_, None)) => None,
        }
    }

    fn catch_up(&mut self, store: &Store) -> Result<bool, StoreError> {
        let new = store.entries(VERIFICATIONS, self.last())?;
        let found = !new.is_empty();
        for (number, value) in new {
            let event = serde_json::from_slice(&value).map_err(|e| StoreError::Damaged {
                dir: store.dir().to_owned(),
                what: format!("event {number} cannot be read: {e}"),
            })?;
            self.entries.push(JournalEntry { number, event });
        }
        Ok(found)
    }
}

/// The journal of the store in `dir`, if anything was ever said.
fn open(dir: &Path) -> Result<Option<Store>, StoreError> {
    Store::open_inside(dir, JOURNAL)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feedback::verification::SpeakerRole;
    use chrono::NaiveDate;

    fn verification(asset: &str, statement: Statement) -> (Verification, BTreeSet<String>) {
        let on = NaiveDate::from_ymd_opt(2026, 1, 2).unwrap();
        let event =
            Verification { asset: asset.into(), on, role: SpeakerRole::Steward, key: None, statement };
        (event, BTreeSet::from([asset.to_owned()]))
    }

    #[test]
    fn what_is_entered_stays_and_is_read_by_others() {
        let dir = tempfile::tempdir().unwrap();
        let mut here = VerificationJournal::read(dir.path()).unwrap();
        let mut there = here.clone();
        assert!(here.entries().is_empty() && !there.refresh(dir.path()).unwrap());
        let answers = here
            .append(
                dir.path(),
                vec![verification("s/1", Statement::Closed), verification("s/2", Statement::Runs)],
            )
            .unwrap();
        assert_eq!(answers.iter().map(|a| a.as_ref().unwrap().number).collect::<Vec<_>>(), [1, 2]);
        // Another process speaks without having read what was said before.
        let undo = |event| verification("s/1", Statement::Undo { event });
        let answers = there.append(dir.path(), vec![undo(1), undo(1), undo(2), undo(9)]).unwrap();
        assert_eq!(answers[0].as_ref().unwrap().number, 3);
        assert_eq!(
            answers[1..],
            [
                Err(RefusedEntry::AlreadyUndone(1, 3)),
                Err(RefusedEntry::NoSuchEvent(2)),
                Err(RefusedEntry::NoSuchEvent(9))
            ]
        );
        assert!(here.refresh(dir.path()).unwrap());
        assert_eq!(here.entries(), there.entries());
        assert_eq!(
            here.of(&BTreeSet::from(["s/1".into()])).iter().map(|e| e.1).collect::<Vec<_>>(),
            [Some(3), None]
        );
        let read = VerificationJournal::read(dir.path()).unwrap();
        assert_eq!((read.entries(), read.last()), (here.entries(), 3));
    }
}
