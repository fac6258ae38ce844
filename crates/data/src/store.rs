//! Source records on disk, behind a contract that sled alone does not give.
//!
//! The only door to sled. Bytes in, bytes out: what a record means is the business of [`crate::record`]. Cells, reach and
//! gaps are not stored; they are rebuilt at start.
//!
//! The contract:
//! - **One change is one import.** [`Store::replace_source`] writes the new records beside the old, makes them durable,
//!   and then flips one pointer. A kill or a power cut at any instant leaves all of the old or all of the new. The same
//!   content again is [`Change::Unchanged`] and writes nothing.
//! - **Durable means fdatasync.** sled's `flush` is `sync_file_range` on Linux, which promises nothing across a power cut.
//! - **Nothing is silent.** Every value carries a checksum over its key and bytes, every source the number and the hash
//!   of its records, and a witness file beside the database the last revision that was acknowledged, so that a log which
//!   lost its tail is refused and not quietly served as yesterday's data.
//! - **One writer, and one process.** sled locks the directory; a second process is told so.
//! - **Fail-stop.** After a write error this handle reads only.
//! - **Nothing is deleted to make it open.** See [`Store::open`].

mod backup;
mod check;
mod error;
mod layout;
mod open;
mod records;

pub use backup::{BackupSummary, backup, restore};
pub use check::Checked;
pub use error::StoreError;
pub use layout::MAX_VALUE_BYTES;
pub use records::{Record, Records};

use layout::{Entry, Generation, SourceKey};
use sled::Batch;
use std::path::{Path, PathBuf};

/// Space left free on the disk before a write is begun, so that sled can always finish its own housekeeping: 64 MiB.
const FREE_SPACE_FLOOR_BYTES: u64 = 64 << 20;

/// What sled needs on disk for each byte of records, measured with room to spare (it was 2.4; decision record 0021).
const DISK_BYTES_PER_BYTE: u64 = 4;

/// Records or bytes in one sled batch, whichever comes first. It bounds memory, not atomicity: sled frees no page it
/// replaced while a batch lasts, and batches of 1,000 took four times the memory of batches of 100.
const BATCH_RECORDS: usize = 100;
const BATCH_BYTES: usize = 1 << 20;

/// A store of source records in a directory. Reading takes `&self`, writing `&mut self`: one writer at a time.
#[derive(Debug)]
pub struct Store {
    dir: PathBuf,
    /// `format`, `revision` and one entry for every source, so that one batch flips a source and the revision together.
    index: sled::Tree,
    records: sled::Tree,
    db: sled::Db,
    revision: u64,
    stopped: Option<String>,
}

/// What is stored under one kind and source name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// What the records are, e.g. `assets`.
    pub kind: String,
    /// The name of the source within its kind.
    pub name: String,
    /// As given to [`Store::replace_source`].
    pub header: Vec<u8>,
    /// How many records.
    pub records: u64,
    /// Bytes of keys and values.
    pub bytes: u64,
    /// BLAKE3 of the header and of all records in order: equal means the same content.
    pub content: [u8; 32],
    /// The revision of the store in which it landed.
    pub revision: u64,
    generation: Generation,
}

/// What a write did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// The store already held exactly this; nothing was written.
    Unchanged,
    /// The change is durable.
    Landed {
        /// The revision it made.
        revision: u64,
        /// Records that were there before under the same kind and source; `None` if there was no such source.
        replaced: Option<u64>,
    },
}

impl Store {
    /// Opens the store in `dir`, which has to be there.
    ///
    /// Tries for two seconds while another process holds the lock. When sled cannot read its files, its snapshots (which
    /// it can rebuild from its log) are moved to `set-aside/` and opening is tried once more; if that fails as well, the
    /// error says what to do and everything is left where it is.
    ///
    /// # Errors
    /// [`StoreError`]: there is no store, it is in use, of another format, damaged, or older than its witness.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        open::existing(dir)
    }

    /// Opens the store in `dir`, or makes one where `dir` does not exist or is empty.
    ///
    /// # Errors
    /// As [`Store::open`], and [`StoreError::NotEmpty`] for a directory that holds something else.
    pub fn create(dir: &Path) -> Result<Self, StoreError> {
        open::create(dir)
    }

    /// Where it is.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Goes up by one with every change that lands; 0 is an empty store.
    #[must_use]
    pub const fn revision(&self) -> u64 {
        self.revision
    }

    /// Every source, by kind and name.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if an entry does not match its checksum.
    pub fn sources(&self) -> Result<Vec<Source>, StoreError> {
        layout::sources(&self.dir, &self.index)
    }

    /// Every source of one kind, by name.
    ///
    /// # Errors
    /// As [`Store::sources`].
    pub fn sources_of(&self, kind: &str) -> Result<Vec<Source>, StoreError> {
        Ok(self.sources()?.into_iter().filter(|source| source.kind == kind).collect())
    }

    /// The records of a source, by key, each checked against its checksum, and their number at the end.
    #[must_use]
    pub fn records(&self, source: &Source) -> Records {
        Records::new(&self.dir, &self.records, source)
    }

    /// The records of every source of one kind, by source name and key.
    ///
    /// # Errors
    /// As [`Store::sources`]; a damaged record is an `Err` item.
    pub fn iter(&self, kind: &str) -> Result<impl Iterator<Item = Result<Record, StoreError>>, StoreError> {
        let sources = self.sources_of(kind)?;
        Ok(sources.into_iter().flat_map(|source| self.records(&source)))
    }

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
    ) -> Result<Change, StoreError> {
        self.land(kind, source, header, entries, None)
    }

    /// Removes a source and its records, in one change.
    ///
    /// # Errors
    /// [`StoreError::Write`] as for [`Store::replace_source`].
    pub fn remove_source(&mut self, kind: &str, source: &str) -> Result<Change, StoreError> {
        let key = SourceKey::new(kind, source)?;
        let Some(old) = layout::source(&self.dir, &self.index, &key)? else {
            return Ok(Change::Unchanged);
        };
        self.writable()?;
        let revision = self.revision + 1;
        let mut flip = Batch::default();
        flip.remove(key.as_bytes());
        self.flip(flip, revision)?;
        self.clean_up();
        Ok(Change::Landed { revision, replaced: Some(old.records) })
    }

    /// `revision` is that of a backup being restored; else the next one.
    fn land(
        &mut self,
        kind: &str,
        source: &str,
        header: &[u8],
        mut entries: Vec<(String, Vec<u8>)>,
        revision: Option<u64>,
    ) -> Result<Change, StoreError> {
        let key = SourceKey::new(kind, source)?;
        entries.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        if let Some(pair) = entries.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            return Err(StoreError::DuplicateKey {
                kind: kind.to_owned(),
                source_name: source.to_owned(),
                key: pair[0].0.clone(),
            });
        }
        let content = layout::content(header, &entries);
        let old = layout::source(&self.dir, &self.index, &key)?;
        if old.as_ref().is_some_and(|old| old.content == content) {
            return Ok(Change::Unchanged);
        }
        self.writable()?;
        let bytes = entries.iter().map(|(key, value)| (key.len() + value.len()) as u64).sum();
        self.room_for(bytes)?;

        // What an interrupted import left is removed first, so that such leftovers never add up.
        let swept = self.sweep();
        self.stop_on_error("removing leftovers", swept)?;
        let generation =
            self.stop_on_error("reading", layout::next_generation(&self.dir, &self.index, &self.records))?;
        let written = self.write_records(generation, &entries);
        self.stop_on_error("writing records", written)?;

        let landed_in = revision.unwrap_or(self.revision + 1);
        let entry = Entry {
            generation,
            records: entries.len() as u64,
            bytes,
            content,
            revision: landed_in,
            header: header.to_vec(),
        };
        let mut flip = Batch::default();
        flip.insert(key.as_bytes(), entry.sealed(&key)?);
        self.flip(flip, landed_in.max(self.revision))?;
        self.clean_up();
        Ok(Change::Landed { revision: landed_in, replaced: old.map(|old| old.records) })
    }

    /// A restored store goes on counting where the backed-up one was.
    fn set_revision(&mut self, revision: u64) -> Result<(), StoreError> {
        self.writable()?;
        self.flip(Batch::default(), revision)
    }

    /// New records under a generation that nothing points to yet.
    fn write_records(&self, generation: Generation, entries: &[(String, Vec<u8>)]) -> Result<(), StoreError> {
        let mut batch = Batch::default();
        let (mut records, mut bytes) = (0, 0);
        for (ordinal, (key, value)) in entries.iter().enumerate() {
            for (part_key, part) in layout::parts(generation, ordinal, key, value)? {
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
    fn flip(&mut self, mut flip: Batch, revision: u64) -> Result<(), StoreError> {
        flip.insert(layout::REVISION_KEY, layout::sealed_revision(revision));
        let done = self
            .apply(&self.index, flip)
            .and_then(|()| self.sync())
            .and_then(|()| open::write_witness(&self.dir, revision));
        if let Err(error) = done {
            self.stopped = Some(format!("making the change: {error}"));
            return Err(StoreError::Unsure { dir: self.dir.clone(), source: Box::new(error) });
        }
        self.revision = revision;
        Ok(())
    }

    /// Old records have no pointer any more. Failing here undoes nothing that landed: it only stops later writes.
    fn clean_up(&mut self) {
        if let Err(error) = self.sweep() {
            self.stopped = Some(format!("removing replaced records: {error}"));
        }
    }

    /// Removes records of every generation that no source points to.
    fn sweep(&self) -> Result<(), StoreError> {
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
        open::guarded(&self.dir, || tree.apply_batch(batch))
    }

    /// sled's own flush, then what makes it durable, then the proof that nothing went where sled never syncs.
    fn sync(&self) -> Result<(), StoreError> {
        open::guarded(&self.dir, || self.db.flush())?;
        open::sync_data(&self.dir)?;
        open::no_blobs(&self.dir)
    }

    fn writable(&self) -> Result<(), StoreError> {
        match &self.stopped {
            Some(cause) => Err(StoreError::Stopped { cause: cause.clone() }),
            None => Ok(()),
        }
    }

    fn stop_on_error<T>(
        &mut self,
        doing: &'static str,
        result: Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        result.map_err(|error| {
            self.stopped = Some(format!("{doing}: {error}"));
            StoreError::Write { dir: self.dir.clone(), doing, source: Box::new(error) }
        })
    }

    fn room_for(&self, bytes: u64) -> Result<(), StoreError> {
        let needed = bytes.saturating_mul(DISK_BYTES_PER_BYTE).saturating_add(FREE_SPACE_FLOOR_BYTES);
        let free = open::free_bytes(&self.dir)?;
        if free < needed { Err(StoreError::NoSpace { dir: self.dir.clone(), needed, free }) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests;
