//! Reading the records of a source back.

use super::guard::guarded;
use super::{StoreError, StoredSource, layout};
use sled::{IVec, Tree};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// One record as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRecord {
    /// The source it belongs to.
    pub source: Arc<str>,
    /// Its key, unique in the source.
    pub key: String,
    /// Its bytes, as given.
    pub value: Vec<u8>,
}

/// The records of one source, by key. Each is checked as it is read; after an error there are no more.
pub struct RecordReader {
    dir: PathBuf,
    source: Arc<str>,
    pairs: sled::Iter,
    /// The first part of the next record, read while looking for the end of the last.
    ahead: Option<(IVec, IVec)>,
    read: u64,
    expected: u64,
    ended: bool,
}

impl RecordReader {
    pub(super) fn new(dir: &Path, records: &Tree, source: &StoredSource) -> Self {
        Self {
            dir: dir.to_owned(),
            source: Arc::from(source.name.as_str()),
            pairs: records.scan_prefix(source.generation.to_be_bytes()),
            ahead: None,
            read: 0,
            expected: source.records,
            ended: false,
        }
    }

    fn pair(&mut self) -> Result<Option<(IVec, IVec)>, StoreError> {
        match self.ahead.take() {
            Some(pair) => Ok(Some(pair)),
            None => guarded(&self.dir, || self.pairs.next().transpose()),
        }
    }

    fn damaged(&self, what: &str) -> StoreError {
        StoreError::damaged(&self.dir, format!("source {:?}, record {}: {what}", self.source, self.read + 1))
    }

    fn record(&mut self) -> Result<Option<StoredRecord>, StoreError> {
        let mut payload = Vec::new();
        let mut next_part = 0;
        while let Some((key, value)) = self.pair()? {
            let Some((ordinal, part)) = layout::place_of(&key) else {
                return Err(self.damaged("a key that is none of ours"));
            };
            if u64::from(ordinal) != self.read && next_part > 0 {
                self.ahead = Some((key, value));
                break;
            }
            if u64::from(ordinal) != self.read || part != next_part {
                return Err(self.damaged("missing"));
            }
            let bytes =
                layout::unseal(&key, &value).ok_or_else(|| self.damaged("does not match its checksum"))?;
            payload.extend_from_slice(bytes);
            next_part += 1;
        }
        if next_part == 0 {
            let missing = self.expected - self.read.min(self.expected);
            return if missing == 0 {
                Ok(None)
            } else {
                Err(self.damaged(&format!("{missing} records are missing")))
            };
        }
        let (key, value) = postcard::from_bytes::<(String, Vec<u8>)>(&payload)
            .map_err(|_| self.damaged("a part is missing"))?;
        self.read += 1;
        if self.read > self.expected {
            return Err(self.damaged("more records than were written"));
        }
        Ok(Some(StoredRecord { source: Arc::clone(&self.source), key, value }))
    }
}

impl std::fmt::Debug for RecordReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Records")
            .field("source", &self.source)
            .field("read", &self.read)
            .finish_non_exhaustive()
    }
}

impl Iterator for RecordReader {
    type Item = Result<StoredRecord, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let record = self.record().transpose();
        self.ended = !matches!(record, Some(Ok(_)));
        record
    }
}
