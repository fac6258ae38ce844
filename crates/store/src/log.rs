//! Logs: what is only ever added to. Entries of one log are numbered from 1 without a gap and never change.

use super::guard::guarded;
use super::layout::{self, LogKey};
use super::{Store, StoreError};
use sled::Batch;

impl Store {
    /// Adds `values` at the end of a log, all or none, and returns the number of the last: durable when it returns, as an
    /// import is. An empty list adds nothing.
    ///
    /// # Errors
    /// [`StoreError::BadName`], [`StoreError::TooLarge`] and [`StoreError::NoSpace`] before anything is written;
    /// [`StoreError::Unsure`] when the disk fails, after which this handle reads only.
    pub fn append(&mut self, log: &str, values: &[Vec<u8>]) -> Result<u64, StoreError> {
        let log_key = LogKey::new(log)?;
        let last = self.logged(log)?;
        if values.is_empty() {
            return Ok(last);
        }
        self.writable()?;
        self.room_for(values.iter().map(|value| value.len() as u64).sum())?;
        let mut batch = Batch::default();
        let mut number = last;
        for value in values {
            number += 1;
            let key = log_key.entry(number);
            let sealed = layout::seal(&key, value);
            if sealed.len() > layout::MAX_VALUE_BYTES {
                return Err(StoreError::TooLarge { key: format!("{log} {number}") });
            }
            batch.insert(key, sealed);
        }
        self.flip(batch, self.revision + 1)?;
        Ok(number)
    }

    /// Number of the last entry of a log; 0 where there is none.
    ///
    /// # Errors
    /// [`StoreError::BadName`], [`StoreError::Damaged`].
    pub fn logged(&self, log: &str) -> Result<u64, StoreError> {
        let mut keys = self.index.scan_prefix(LogKey::new(log)?.as_bytes()).keys();
        match guarded(&self.dir, || keys.next_back().transpose())? {
            None => Ok(0),
            Some(key) => LogKey::number(&key).ok_or_else(|| self.strange_entry(log)),
        }
    }

    /// Entries of a log after a number, in order; each is checked against its checksum, and none may be missing.
    ///
    /// # Errors
    /// [`StoreError::BadName`], [`StoreError::Damaged`].
    pub fn entries(&self, log: &str, after: u64) -> Result<Vec<(u64, Vec<u8>)>, StoreError> {
        let log_key = LogKey::new(log)?;
        let mut pairs = self.index.range(log_key.entry(after + 1)..=log_key.entry(u64::MAX));
        let mut entries = Vec::new();
        while let Some((key, value)) = guarded(&self.dir, || pairs.next().transpose())? {
            let number = LogKey::number(&key).ok_or_else(|| self.strange_entry(log))?;
            let expected = after + 1 + entries.len() as u64;
            if number != expected {
                let what = format!("entry {expected} of the log {log:?} is missing");
                return Err(StoreError::damaged(&self.dir, what));
            }
            let payload = layout::unseal(&key, &value).ok_or_else(|| {
                let what = format!("entry {number} of the log {log:?} does not match its checksum");
                StoreError::damaged(&self.dir, what)
            })?;
            entries.push((number, payload.to_vec()));
        }
        Ok(entries)
    }

    /// Names of all logs that have entries.
    ///
    /// # Errors
    /// [`StoreError::Damaged`].
    pub fn logs(&self) -> Result<Vec<String>, StoreError> {
        let mut names = Vec::new();
        let mut from = LogKey::FIRST.to_vec();
        // From the first entry of one log over all of its entries to the first of the next.
        while let Some((key, _)) = guarded(&self.dir, || self.index.range(from.clone()..).next().transpose())?
        {
            let Some(name) = LogKey::name(&key) else { break };
            from = LogKey::new(name)?.entry(u64::MAX);
            names.push(name.to_owned());
        }
        Ok(names)
    }

    fn strange_entry(&self, log: &str) -> StoreError {
        StoreError::damaged(&self.dir, format!("the log {log:?} has a key that is none of ours"))
    }
}
