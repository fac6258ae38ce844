//! Writing: new records beside the old, one flip, then the old ones go. The one place that changes a store.

use super::guard::{self, guarded};
use super::layout::{self, Generation, IndexEntry, SourceKey};
use super::{StopCause, Store, StoreChange, StoreError, open};
use sled::Batch;
use std::borrow::Cow;

/// Space left free on the disk before a write is begun, so that sled can always finish its own housekeeping: 64 MiB.
const FREE_SPACE_FLOOR_BYTES: u64 = 64 << 20;

/// What sled needs on disk for each byte of records, measured with room to spare (it was 2.4; decision record 0021).
const DISK_BYTES_PER_BYTE: u64 = 4;

/// Records or bytes in one sled batch, whichever comes first. It bounds memory, not atomicity: sled frees no page it
/// replaced while a batch lasts, and batches of 1,000 took four times the memory of batches of 100.
const BATCH_RECORDS: usize = 100;
const BATCH_BYTES: usize = 1 << 20;

/// Gives the value at a position, or why there is none.
type ValueWriter<'a> = &'a dyn Fn(usize) -> Result<Cow<'a, [u8]>, String>;

/// What is to land, in the order of its keys.
struct NewEntries<'a> {
    keys: Vec<String>,
    order: Vec<u32>,
    value: ValueWriter<'a>,
}

impl<'a> NewEntries<'a> {
    fn new(kind: &str, source: &str, keys: Vec<String>, value: ValueWriter<'a>) -> Result<Self, StoreError> {
        let mut order: Vec<u32> = (0..keys.len() as u32).collect();
        order.sort_unstable_by(|a, b| keys[*a as usize].cmp(&keys[*b as usize]));
        let same = |pair: &&[u32]| keys[pair[0] as usize] == keys[pair[1] as usize];
        if let Some(pair) = order.windows(2).find(same) {
            let (kind, source_name) = (kind.to_owned(), source.to_owned());
            return Err(StoreError::DuplicateKey { kind, source_name, key: keys[pair[0] as usize].clone() });
        }
        Ok(Self { keys, order, value })
    }

    fn iter(&self) -> impl Iterator<Item = Result<(&str, Cow<'a, [u8]>), StoreError>> {
        self.order.iter().map(|&at| {
            let key = self.keys[at as usize].as_str();
            let value = (self.value)(at as usize);
            value.map(|v| (key, v)).map_err(|reason| StoreError::Value { key: key.to_owned(), reason })
        })
    }

    /// Their hash with the header's, and how many bytes they are.
    fn content(&self, header: &[u8]) -> Result<([u8; 32], u64), StoreError> {
        let mut content = layout::ContentHash::new(header);
        let mut bytes = 0;
        for entry in self.iter() {
            let (key, value) = entry?;
            content.record(key, &value);
            bytes += (key.len() + value.len()) as u64;
        }
        Ok((content.finish(), bytes))
    }
}

impl Store {
    /// Makes `entries` the only records under `(kind, source)`, in one change, and touches nothing else.
    ///
    /// Entries may come in any order. The header is part of the content: a time of import in it would make every
    /// import a change.
    ///
    /// # Errors
    /// [`StoreError::DuplicateKey`], [`StoreError::BadName`] and [`StoreError::NoSpace`] before anything is written;
    /// [`StoreError::Write`] when the disk fails, after which nothing has changed; [`StoreError::Unsure`] when it fails
    /// at the very flip. After either this handle reads only.
    pub fn replace_source(
        &mut self,
        kind: &str,
        source: &str,
        header: &[u8],
        entries: Vec<(String, Vec<u8>)>,
    ) -> Result<StoreChange, StoreError> {
        self.land(kind, source, header, entries, None)
    }

    /// The same with values that are made when they are needed, twice each and the same each time: `value` gives that of
    /// the key at this position.
    ///
    /// # Errors
    /// As [`Store::replace_source`], and [`StoreError::Value`] for one that cannot be made.
    pub fn replace_source_by(
        &mut self,
        kind: &str,
        source: &str,
        header: &[u8],
        keys: Vec<String>,
        value: &dyn Fn(usize) -> Result<Vec<u8>, String>,
    ) -> Result<StoreChange, StoreError> {
        let value = |at| value(at).map(Cow::Owned);
        let entries = NewEntries::new(kind, source, keys, &value)?;
        self.land_entries(kind, source, header, &entries, None)
    }

    /// Whether [`Store::replace_source`] with the same would change nothing.
    ///
    /// # Errors
    /// [`StoreError`] when the source cannot be read, or a key or value cannot be stored.
    pub fn holds(
        &self,
        kind: &str,
        source: &str,
        header: &[u8],
        entries: Vec<(String, Vec<u8>)>,
    ) -> Result<bool, StoreError> {
        let (keys, values): (Vec<String>, Vec<Vec<u8>>) = entries.into_iter().unzip();
        let value = |at: usize| Ok(Cow::Borrowed(values[at].as_slice()));
        let (content, _) = NewEntries::new(kind, source, keys, &value)?.content(header)?;
        let old = layout::source(&self.dir, &self.index, &SourceKey::new(kind, source)?)?;
        Ok(old.is_some_and(|old| old.content == content))
    }

    /// Removes a source and its records, in one change.
    ///
    /// # Errors
    /// [`StoreError::Write`] as for [`Store::replace_source`].
    pub fn remove_source(&mut self, kind: &str, source: &str) -> Result<StoreChange, StoreError> {
        let key = SourceKey::new(kind, source)?;
        let Some(old) = layout::source(&self.dir, &self.index, &key)? else {
            return Ok(StoreChange::Unchanged);
        };
        self.writable()?;
        let revision = self.revision + 1;
        let mut flip = Batch::default();
        flip.remove(key.as_bytes());
        self.flip(flip, revision)?;
        self.clean_up();
        Ok(StoreChange::Landed { revision, replaced: Some(old.records) })
    }

    /// `revision` is that of a backup being restored; else the next one.
    pub(super) fn land(
        &mut self,
        kind: &str,
        source: &str,
        header: &[u8],
        entries: Vec<(String, Vec<u8>)>,
        revision: Option<u64>,
    ) -> Result<StoreChange, StoreError> {
        let (keys, values): (Vec<String>, Vec<Vec<u8>>) = entries.into_iter().unzip();
        let value = |at: usize| Ok(Cow::Borrowed(values[at].as_slice()));
        let entries = NewEntries::new(kind, source, keys, &value)?;
        self.land_entries(kind, source, header, &entries, revision)
    }

    fn land_entries(
        &mut self,
        kind: &str,
        source: &str,
        header: &[u8],
        entries: &NewEntries<'_>,
        revision: Option<u64>,
    ) -> Result<StoreChange, StoreError> {
        let key = SourceKey::new(kind, source)?;
        let (content, bytes) = entries.content(header)?;
        let old = layout::source(&self.dir, &self.index, &key)?;
        if old.as_ref().is_some_and(|old| old.content == content) {
            return Ok(StoreChange::Unchanged);
        }
        self.writable()?;
        self.room_for(bytes)?;

        // What an interrupted import left is removed first, so that such leftovers never add up.
        let swept = self.sweep();
        self.stop_on_error("removing leftovers", swept)?;
        let generation =
            self.stop_on_error("reading", layout::next_generation(&self.dir, &self.index, &self.records))?;
        let written = self.write_entries(generation, entries);
        self.stop_on_error("writing records", written)?;

        let landed_in = revision.unwrap_or(self.revision + 1);
        let entry = IndexEntry {
            generation,
            records: entries.order.len() as u64,
            bytes,
            content,
            revision: landed_in,
            header: header.to_vec(),
        };
        let mut flip = Batch::default();
        flip.insert(key.as_bytes(), entry.sealed(&key)?);
        self.flip(flip, landed_in.max(self.revision))?;
        self.clean_up();
        Ok(StoreChange::Landed { revision: landed_in, replaced: old.map(|old| old.records) })
    }

    /// A restored store goes on counting where the backed-up one was.
    pub(super) fn set_revision(&mut self, revision: u64) -> Result<(), StoreError> {
        self.writable()?;
        self.flip(Batch::default(), revision)
    }

    /// What an import that was cut short leaves behind, for tests.
    #[cfg(test)]
    pub(super) fn write_records(
        &self,
        generation: Generation,
        entries: &[(String, Vec<u8>)],
    ) -> Result<(), StoreError> {
        let keys = entries.iter().map(|(key, _)| key.clone()).collect();
        let value = |at: usize| Ok(Cow::Borrowed(entries[at].1.as_slice()));
        self.write_entries(generation, &NewEntries::new("", "", keys, &value)?)
    }

    /// New records under a generation that nothing points to yet.
    fn write_entries(&self, generation: Generation, entries: &NewEntries<'_>) -> Result<(), StoreError> {
        let mut batch = Batch::default();
        let (mut records, mut bytes) = (0, 0);
        for (ordinal, entry) in entries.iter().enumerate() {
            let (key, value) = entry?;
            for (part_key, part) in layout::parts(generation, ordinal, key, &value)? {
                records += 1;
                bytes += part.len();
                batch.insert(part_key, part);
                if records >= BATCH_RECORDS || bytes >= BATCH_BYTES {
                    self.apply(&self.records, std::mem::take(&mut batch))?;
                    (records, bytes) = (0, 0);
                }
            }
        }
        self.apply(&self.records, batch)?;
        self.sync()
    }

    /// The instant of change: one batch on one tree, made durable before anybody is told.
    pub(super) fn flip(&mut self, mut flip: Batch, revision: u64) -> Result<(), StoreError> {
        flip.insert(layout::REVISION_KEY, layout::sealed_revision(revision));
        let done = self
            .apply(&self.index, flip)
            .and_then(|()| self.sync())
            .and_then(|()| open::write_witness(&self.dir, revision));
        if let Err(error) = done {
            self.stopped = Some(StopCause::Failed(format!("making the change: {error}")));
            return Err(StoreError::Unsure { dir: self.dir.clone(), cause: Box::new(error) });
        }
        self.revision = revision;
        Ok(())
    }

    /// Old records have no pointer any more. Failing here undoes nothing that landed: it only stops later writes.
    fn clean_up(&mut self) {
        if let Err(error) = self.sweep() {
            self.stopped = Some(StopCause::Failed(format!("removing replaced records: {error}")));
        }
    }

    /// Removes records of every generation that no source points to.
    pub(super) fn sweep(&self) -> Result<(), StoreError> {
        let live = self.sources()?.into_iter().map(|source| source.generation).collect();
        let mut batch = Batch::default();
        let mut removed = 0_usize;
        for key in layout::orphans(&self.dir, &self.records, &live) {
            batch.remove(key?);
            removed += 1;
            if removed.is_multiple_of(BATCH_RECORDS) {
                self.apply(&self.records, std::mem::take(&mut batch))?;
            }
        }
        if removed == 0 {
            return Ok(());
        }
        self.apply(&self.records, batch)?;
        self.sync()
    }

    fn apply(&self, tree: &sled::Tree, batch: Batch) -> Result<(), StoreError> {
        guarded(&self.dir, || tree.apply_batch(batch))
    }

    /// sled's own flush, then what makes it durable, then the proof that nothing went where sled never syncs.
    fn sync(&self) -> Result<(), StoreError> {
        guard::flushed(&self.dir, &self.db, || open::sync_data(&self.dir))?;
        open::sync_data(&self.dir)?;
        open::no_blobs(&self.dir)
    }

    pub(super) fn writable(&self) -> Result<(), StoreError> {
        match &self.stopped {
            Some(StopCause::ReadOnlyDisk) => Err(StoreError::ReadOnly { dir: self.dir.clone() }),
            Some(StopCause::Failed(cause)) => Err(StoreError::Stopped { cause: cause.clone() }),
            None => Ok(()),
        }
    }

    fn stop_on_error<T>(
        &mut self,
        doing: &'static str,
        result: Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        result.map_err(|error| {
            self.stopped = Some(StopCause::Failed(format!("{doing}: {error}")));
            StoreError::Write { dir: self.dir.clone(), doing, cause: Box::new(error) }
        })
    }

    pub(super) fn room_for(&self, bytes: u64) -> Result<(), StoreError> {
        let needed = bytes.saturating_mul(DISK_BYTES_PER_BYTE).saturating_add(FREE_SPACE_FLOOR_BYTES);
        let free = open::free_bytes(&self.dir)?;
        if self.needs_room && free < needed {
            Err(StoreError::NoSpace { dir: self.dir.clone(), needed, free })
        } else {
            Ok(())
        }
    }
}
