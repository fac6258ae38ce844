//! An import from files to the store, as one atomic change.

use crate::ingest::map::ImportMap;
use crate::ingest::{self, FileError, ImportedRecords, SourceFile};
use crate::load::{self, LoadError};
use crate::outside;
use crate::record::{RecordKind, SourceHeader};
use crate::tables::Tables;
use hereabouts_store::{Store, StoreChange, StoreError};
use thiserror::Error;

/// What an import did.
#[derive(Debug, Clone, PartialEq)]
pub struct CommittedImport {
    /// What was read, with the rows that were rejected.
    pub imported: ImportedRecords,
    /// What it changed.
    pub change: StoreChange,
}

/// Why an import did nothing.
#[derive(Debug, Error)]
pub enum ImportError {
    /// A file cannot be read at all.
    #[error(transparent)]
    File(#[from] FileError),
    /// The store cannot be read, or what is in it does not fit together.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The store cannot be written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A record cannot be encoded.
    #[error("a record cannot be encoded: {0}")]
    Encode(#[from] serde_json::Error),
    /// No row was good.
    #[error("none of the {rejected} rows of {source_name:?} can be used; the first: {first}")]
    Nothing {
        /// Name of the source.
        source_name: String,
        /// How many rows were rejected.
        rejected: usize,
        /// The first of them.
        first: String,
        /// All that was read.
        imported: Box<ImportedRecords>,
    },
}

/// Reads files and checks them against the store, if there is one yet, changing nothing.
///
/// # Errors
/// [`ImportError`] when nothing can be imported.
pub fn read_import(
    store: Option<&Store>,
    tables: &Tables,
    kind: RecordKind,
    files: &[SourceFile<'_>],
    map: &ImportMap,
) -> Result<ImportedRecords, ImportError> {
    let known = load::known(store, tables)?;
    let mut imported = ingest::import(kind, files, map, &known)?;
    if let Some(store) = store {
        imported.notes.extend(outside::note(store, &imported.records)?);
    }
    if let (true, Some(first)) = (imported.records.is_empty(), imported.rejected.first()) {
        return Err(ImportError::Nothing {
            source_name: imported.source.clone(),
            rejected: imported.rejected.len(),
            first: first.to_string(),
            imported: Box::new(imported),
        });
    }
    Ok(imported)
}

/// Imports files: their source is replaced by what they hold, and nothing else changes.
///
/// # Errors
/// [`ImportError`]; the store is then as it was.
pub fn commit_import(
    store: &mut Store,
    tables: &Tables,
    kind: RecordKind,
    files: &[SourceFile<'_>],
    map: &ImportMap,
) -> Result<CommittedImport, ImportError> {
    let mut imported = read_import(Some(store), tables, kind, files, map)?;
    if let Some(unchanged) = as_imported_before(store, kind, &imported)? {
        imported.header = unchanged;
        return Ok(CommittedImport { imported, change: StoreChange::Unchanged });
    }
    let header = serde_json::to_vec(&imported.header)?;
    let (kind, source, records) = (kind.as_str(), &imported.source, &imported.records);
    let change = match records.keys() {
        // Written one by one: all of them as bytes would be as much again in memory.
        Some(keys) => store.replace_source_by(kind, source, &header, keys, &|at| {
            records.value(at).map_err(|e| e.to_string())
        })?,
        None => store.replace_source(kind, source, &header, records.entries()?)?,
    };
    Ok(CommittedImport { imported, change })
}

/// The header of a source that has been imported before, on another day, and has not changed since: the day on which it was
/// first read stays, for reading the same file again tells nothing new of what it lists.
fn as_imported_before(
    store: &Store,
    kind: RecordKind,
    imported: &ImportedRecords,
) -> Result<Option<SourceHeader>, ImportError> {
    let Some(today) = imported.header.imported_on else { return Ok(None) };
    let stored = load::sources(store)?.into_iter().find(|s| s.kind == kind && s.name == imported.source);
    let Some(before) = stored.and_then(|source| source.header.imported_on.filter(|day| *day != today)) else {
        return Ok(None);
    };
    let header = SourceHeader { imported_on: Some(before), ..imported.header.clone() };
    let entries = imported.records.entries()?;
    let same = store.holds(kind.as_str(), &imported.source, &serde_json::to_vec(&header)?, entries)?;
    Ok(same.then_some(header))
}
