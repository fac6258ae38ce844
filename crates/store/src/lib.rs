//! Source records on disk, behind a contract that sled alone does not give.
//!
//! The only door to sled. Bytes in, bytes out: what a record means is not its business. Cells, reach and
//! gaps are not stored; they are rebuilt at start.
//!
//! Beside the sources stand logs, to which entries are only ever added ([`Store::append`]).
//!
//! The contract:
//! - **One change is one import.** [`Store::replace_source`] writes the new records beside the old, makes them durable,
//!   and then flips one pointer. A kill or a power cut at any instant leaves all of the old or all of the new. The same
//!   content again is [`StoreChange::Unchanged`] and writes nothing.
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
mod guard;
mod inside;
mod layout;
mod log;
mod open;
mod owner;
mod read_only;
mod records;
mod reserve;
mod restore;
mod write;

pub use backup::{BackupSummary, backup};
pub use check::CheckSummary;
pub use error::StoreError;
pub use layout::MAX_VALUE_BYTES;
pub use open::free_bytes;
pub use records::{RecordReader, StoredRecord};
pub use restore::restore;

use layout::Generation;
use std::path::{Path, PathBuf};

/// Directory, in that of a store, of the small store that holds what people say of assets.
pub const JOURNAL: &str = "journal";

/// The same for unmet-need records. The directory has its name from before they were called so.
pub const UNMET_NEEDS: &str = "wants";

/// A store of source records in a directory. Reading takes `&self`, writing `&mut self`: one writer at a time.
#[derive(Debug)]
pub struct Store {
    dir: PathBuf,
    /// `format`, `revision` and one entry for every source, so that one batch flips a source and the revision together.
    index: sled::Tree,
    records: sled::Tree,
    db: sled::Db,
    revision: u64,
    /// Whether a change is begun only where the disk has room to spare for it.
    needs_room: bool,
    stopped: Option<StopCause>,
}

impl Drop for Store {
    fn drop(&mut self) {
        if let Some(StopCause::Failed(_)) = self.stopped {
            guard::abandon(&self.db);
        }
    }
}

/// Why a store takes no more changes.
#[derive(Debug, Clone)]
enum StopCause {
    ReadOnlyDisk,
    Failed(String),
}

/// What is stored under one kind and source name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredSource {
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
pub enum StoreChange {
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
    /// error says what to do and everything is left where it is. On a disk that takes no writes it is read from a copy that
    /// is gone again when the process ends, and every change is refused.
    ///
    /// # Errors
    /// [`StoreError`]: there is no store, it is in use, of another format, damaged, or older than its witness; or this is root,
    /// and the directory is somebody else's.
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

    /// The revision last acknowledged by the store in `dir`, read without opening it, whoever has it open; `None` where
    /// there is no store.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], [`StoreError::Io`].
    pub fn witnessed(dir: &Path) -> Result<Option<u64>, StoreError> {
        open::witness(dir)
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
    pub fn sources(&self) -> Result<Vec<StoredSource>, StoreError> {
        layout::sources(&self.dir, &self.index)
    }

    /// Every source of one kind, by name.
    ///
    /// # Errors
    /// As [`Store::sources`].
    pub fn sources_of(&self, kind: &str) -> Result<Vec<StoredSource>, StoreError> {
        Ok(self.sources()?.into_iter().filter(|source| source.kind == kind).collect())
    }

    /// The records of a source, by key, each checked against its checksum, and their number at the end.
    #[must_use]
    pub fn records(&self, source: &StoredSource) -> RecordReader {
        RecordReader::new(&self.dir, &self.records, source)
    }

    /// The records of every source of one kind, by source name and key.
    ///
    /// # Errors
    /// As [`Store::sources`]; a damaged record is an `Err` item.
    pub fn iter(
        &self,
        kind: &str,
    ) -> Result<impl Iterator<Item = Result<StoredRecord, StoreError>>, StoreError> {
        let sources = self.sources_of(kind)?;
        Ok(sources.into_iter().flat_map(|source| self.records(&source)))
    }
}

#[cfg(test)]
mod tests;
