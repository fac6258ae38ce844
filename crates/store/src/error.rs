use std::io;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Why a store could not be opened, read or written. The text is for the person who has to act on it, and holds its cause.
#[derive(Debug, Error)]
pub enum StoreError {
    /// A value that cannot be made.
    #[error("{key}: {reason}")]
    Value {
        /// Key of the record.
        key: String,
        /// Why.
        reason: String,
    },
    /// No store there.
    #[error("there is no store in {}; `hereabouts import` makes one", dir.display())]
    NotFound {
        /// Where it was looked for.
        dir: PathBuf,
    },
    /// A directory that holds something that is not a store.
    #[error("{} is not empty and is not a store; name a new or an empty directory", dir.display())]
    NotEmpty {
        /// The directory.
        dir: PathBuf,
    },
    /// What root would write there could not be opened by whose directory it is.
    #[error(
        "{} {} the user with number {owner}, who could not open what root writes there: run this as that user",
        dir.display(),
        if *is_there { "belongs to" } else { "would lie in a directory of" }
    )]
    OfAnother {
        /// The store.
        dir: PathBuf,
        /// Whether it is there already.
        is_there: bool,
        /// Number of the owner.
        owner: u32,
    },
    /// A small store that was there and is gone.
    #[error(
        "{} was there and is missing: what was entered, and who may enter, is lost with it. Restore the newest backup to a new \
         directory, or delete {} to go on without",
        dir.display(),
        made.display()
    )]
    Missing {
        /// Where it was.
        dir: PathBuf,
        /// The file that says so.
        made: PathBuf,
    },
    /// A disk that takes no writes.
    #[error("the store in {} is on a disk that takes no writes; nothing was changed", dir.display())]
    ReadOnly {
        /// The store.
        dir: PathBuf,
    },
    /// Another process has it open.
    #[error(
        "the store in {} is in use by another process (one process at a time, also for reading): stop the server or \
         wait for the import, or work on a copy made with `hereabouts backup`",
        dir.display()
    )]
    InUse {
        /// The store.
        dir: PathBuf,
    },
    /// Written by another version of this program.
    #[error("the store in {} has format {found:?}, and this program reads format {expected:?}; restore a backup, which any version reads", dir.display())]
    Format {
        /// The store.
        dir: PathBuf,
        /// What it says.
        found: String,
        /// What is understood here.
        expected: String,
    },
    /// The bytes on disk are not those that were written.
    #[error(
        "the store in {} is damaged: {what}. Nothing was deleted. Restore the newest backup to a new directory \
         (`hereabouts restore BACKUP --store NEW`) or import the sources again",
        dir.display()
    )]
    Damaged {
        /// The store.
        dir: PathBuf,
        /// What does not match.
        what: String,
    },
    /// An earlier write failed; this handle reads only.
    #[error("the store reads only since a write failed ({cause}); put the cause right and start again")]
    Stopped {
        /// What failed then.
        cause: String,
    },
    /// The disk refused; the store is as it was before.
    #[error("{doing} in {} failed, and nothing was changed: {cause}", dir.display())]
    Write {
        /// The store.
        dir: PathBuf,
        /// What was being done.
        doing: &'static str,
        /// Why it failed.
        cause: Box<StoreError>,
    },
    /// The disk refused at the instant of change.
    #[error(
        "making a change in {} durable failed ({cause}); it has landed whole or not at all, and `hereabouts sources` \
         says which: put the cause right and import again",
        dir.display()
    )]
    Unsure {
        /// The store.
        dir: PathBuf,
        /// Why it failed.
        cause: Box<StoreError>,
    },
    /// Too little room to be sure of finishing.
    #[error("{} needs {needed} bytes of free space for this and has {free}; nothing was changed", dir.display())]
    NoSpace {
        /// The store.
        dir: PathBuf,
        /// Bytes needed, with a margin.
        needed: u64,
        /// Bytes free.
        free: u64,
    },
    /// The same key twice in one source.
    #[error("{kind} of source {source_name}: the key {key:?} is there twice")]
    DuplicateKey {
        /// Kind of the records.
        kind: String,
        /// Name of the source.
        source_name: String,
        /// The key.
        key: String,
    },
    /// A kind or a source name that cannot be stored.
    #[error("{name:?} cannot name a kind or a source: 1 to 200 bytes, no control characters")]
    BadName {
        /// The name.
        name: String,
    },
    /// A record beyond what a store holds (about 4 GB).
    #[error("the record {key:?} is too large to store")]
    TooLarge {
        /// Its key.
        key: String,
    },
    /// A backup that is not whole.
    #[error("the backup {} cannot be used: {what}", path.display())]
    Backup {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// A file could not be read or written.
    #[error("{}: {cause}", path.display())]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// The cause.
        cause: io::Error,
    },
}

impl StoreError {
    pub(super) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        move |cause| Self::Io { path: path.to_owned(), cause }
    }

    /// The same said of another directory: that of which the one it was found in is a copy.
    pub(super) fn of(self, dir: &Path) -> Self {
        let dir = dir.to_owned();
        match self {
            Self::Damaged { what, .. } => Self::Damaged { dir, what },
            Self::Io { cause, .. } => Self::Io { path: dir, cause },
            Self::Format { found, expected, .. } => Self::Format { dir, found, expected },
            other => other,
        }
    }

    pub(super) fn damaged(dir: &Path, what: impl Into<String>) -> Self {
        Self::Damaged { dir: dir.to_owned(), what: what.into() }
    }
}
