//! A store as one text file that any version reads, and back.
//!
//! One JSON value a line: a head, then for each source (by kind and name) its description and its records (by key), for
//! each log its name and its entries, the same of each small store inside it, and an end with the number of lines before it
//! and their BLAKE3. The same store gives the same bytes.

use super::{Store, StoreError, StoredSource, open};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

pub(super) const BACKUP_FORMAT: u32 = 1;

/// What a backup holds or a restore brought back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct BackupSummary {
    /// Revision of the store.
    pub revision: u64,
    /// Sources.
    pub sources: usize,
    /// Records of all sources, and entries of all logs.
    pub records: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum BackupLine<'a> {
    Backup {
        format: u32,
        revision: u64,
        without: Vec<String>,
    },
    Source {
        kind: String,
        name: String,
        records: u64,
        content: String,
        revision: u64,
        /// A header that is JSON, as it stands.
        #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
        header: Option<&'a RawValue>,
        /// Any other header, in hexadecimal.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        header_hex: Option<String>,
    },
    /// The sources and logs that follow are of the small store of this name.
    Store {
        name: String,
        revision: u64,
    },
    /// The records that follow are the entries of a log, by number.
    Log {
        name: String,
        entries: u64,
    },
    /// A record whose bytes are JSON, as it stands.
    Record {
        key: String,
        #[serde(borrow)]
        value: &'a RawValue,
    },
    /// Any other record, in hexadecimal.
    Bytes {
        key: String,
        hex: String,
    },
    End {
        lines: u64,
        blake3: String,
    },
}

/// Writes the whole store to `file`, with the small stores inside it, except the kinds and logs in `without`: beside it first, synced, then renamed into place.
///
/// Every record is checked while it is read, so a damaged store gives an error and no file.
///
/// # Errors
/// [`StoreError::Damaged`] for a damaged store, [`StoreError::Io`] when the file cannot be written.
pub fn backup(store: &Store, file: &Path, without: &[String]) -> Result<BackupSummary, StoreError> {
    let beside = open::beside(file);
    // The figures may be sensitive: nobody but the owner reads them.
    let out = open::new_beside(&beside, b"{\"backup\"")?;
    let mut lines =
        BackupWriter { out: BufWriter::new(out), path: &beside, hasher: blake3::Hasher::new(), lines: 0 };
    let mut summary = BackupSummary { revision: store.revision(), sources: 0, records: 0 };
    lines.line(&BackupLine::Backup {
        format: BACKUP_FORMAT,
        revision: summary.revision,
        without: without.to_vec(),
    })?;
    lines.contents(store, without, &mut summary)?;
    for (name, inside) in store.beside()? {
        lines.line(&BackupLine::Store { name: name.to_owned(), revision: inside.revision() })?;
        lines.contents(&inside, without, &mut summary)?;
    }
    let end = BackupLine::End { lines: lines.lines, blake3: lines.hasher.finalize().to_hex().to_string() };
    lines.line(&end)?;
    let out = lines.out.into_inner().map_err(|error| StoreError::io(&beside)(error.into_error()))?;
    out.sync_all().map_err(StoreError::io(&beside))?;
    open::put_in_place(&beside, file)?;
    Ok(summary)
}

fn describe(source: &StoredSource) -> BackupLine<'_> {
    // `null` would read back as no header.
    let header = json(&source.header).filter(|header| header.get() != "null");
    BackupLine::Source {
        kind: source.kind.clone(),
        name: source.name.clone(),
        records: source.records,
        content: to_hex(&source.content),
        revision: source.revision,
        header,
        header_hex: header.is_none().then(|| to_hex(&source.header)),
    }
}

struct BackupWriter<'a> {
    out: BufWriter<File>,
    path: &'a Path,
    hasher: blake3::Hasher,
    lines: u64,
}

impl BackupWriter<'_> {
    /// Sources and logs of one store.
    fn contents(
        &mut self,
        store: &Store,
        without: &[String],
        summary: &mut BackupSummary,
    ) -> Result<(), StoreError> {
        for source in store.sources()?.iter().filter(|source| !without.contains(&source.kind)) {
            self.line(&describe(source))?;
            for record in store.records(source) {
                let record = record?;
                self.record(record.key, &record.value)?;
                summary.records += 1;
            }
            summary.sources += 1;
        }
        for name in store.logs()?.into_iter().filter(|log| !without.contains(log)) {
            let entries = store.entries(&name, 0)?;
            self.line(&BackupLine::Log { name, entries: entries.len() as u64 })?;
            for (number, value) in entries {
                self.record(number.to_string(), &value)?;
                summary.records += 1;
            }
        }
        Ok(())
    }

    fn record(&mut self, key: String, value: &[u8]) -> Result<(), StoreError> {
        self.line(&match json(value) {
            Some(value) => BackupLine::Record { key, value },
            None => BackupLine::Bytes { key, hex: to_hex(value) },
        })
    }

    fn line(&mut self, line: &BackupLine) -> Result<(), StoreError> {
        let io = StoreError::io(self.path);
        let mut text = match serde_json::to_vec(line) {
            Ok(text) => text,
            Err(error) => return Err(io(error.into())),
        };
        text.push(b'\n');
        self.hasher.update(&text);
        self.lines += 1;
        self.out.write_all(&text).map_err(io)
    }
}

/// The value as JSON, if it is JSON that comes back byte for byte from a line.
fn json(value: &[u8]) -> Option<&RawValue> {
    if value.contains(&b'\n') || value.contains(&b'\r') {
        return None;
    }
    let raw: &RawValue = serde_json::from_slice(value).ok()?;
    (raw.get().len() == value.len()).then_some(raw)
}

pub(super) fn to_hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

pub(super) fn from_hex(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect()
}
