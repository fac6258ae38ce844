//! A store as one text file that any version reads, and back.
//!
//! One JSON value a line: a head, then for each source (by kind and name) its description and its records (by key), and
//! an end with the number of lines before it and their BLAKE3. The same store gives the same bytes.

use super::{Source, Store, StoreError, layout, open};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

const BACKUP_FORMAT: u32 = 1;

/// What a backup holds or a restore brought back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct BackupSummary {
    /// Revision of the store.
    pub revision: u64,
    /// Sources.
    pub sources: usize,
    /// Records of all sources.
    pub records: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line<'a> {
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
        header: String,
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

/// Writes the whole store to `file`, except the kinds in `without`: beside it first, synced, then renamed into place.
///
/// Every record is checked while it is read, so a damaged store gives an error and no file.
///
/// # Errors
/// [`StoreError::Damaged`] for a damaged store, [`StoreError::Io`] when the file cannot be written.
pub fn backup(store: &Store, file: &Path, without: &[String]) -> Result<BackupSummary, StoreError> {
    let beside = open::beside(file);
    // The figures may be sensitive: nobody but the owner reads them.
    let out = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&beside)
        .map_err(StoreError::io(&beside))?;
    let mut lines =
        Writer { out: BufWriter::new(out), path: &beside, hasher: blake3::Hasher::new(), lines: 0 };
    let mut summary = BackupSummary { revision: store.revision(), sources: 0, records: 0 };
    lines.line(&Line::Backup {
        format: BACKUP_FORMAT,
        revision: summary.revision,
        without: without.to_vec(),
    })?;
    for source in store.sources()?.iter().filter(|source| !without.contains(&source.kind)) {
        lines.line(&describe(source))?;
        for record in store.records(source) {
            let record = record?;
            lines.line(&match json(&record.value) {
                Some(value) => Line::Record { key: record.key, value },
                None => Line::Bytes { key: record.key, hex: to_hex(&record.value) },
            })?;
            summary.records += 1;
        }
        summary.sources += 1;
    }
    let end = Line::End { lines: lines.lines, blake3: lines.hasher.finalize().to_hex().to_string() };
    lines.line(&end)?;
    let out = lines.out.into_inner().map_err(|error| StoreError::io(&beside)(error.into_error()))?;
    out.sync_all().map_err(StoreError::io(&beside))?;
    open::put_in_place(&beside, file)?;
    Ok(summary)
}

/// Makes the store of a backup in `dir`, which must not exist or be empty: beside it first, then renamed into place.
///
/// # Errors
/// [`StoreError::NotEmpty`]; [`StoreError::Backup`] for a file that is cut short or changed, after which there is no store.
pub fn restore(file: &Path, dir: &Path) -> Result<BackupSummary, StoreError> {
    if fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(StoreError::NotEmpty { dir: dir.to_owned() });
    }
    let beside = open::beside(dir);
    if beside.exists() {
        return Err(StoreError::NotEmpty { dir: beside });
    }
    let restored = restore_into(file, &beside);
    if restored.is_err() {
        // Made by this call a moment ago; leaving it would block the next try.
        let _ = fs::remove_dir_all(&beside);
    } else {
        open::put_in_place(&beside, dir)?;
    }
    restored
}

fn restore_into(file: &Path, dir: &Path) -> Result<BackupSummary, StoreError> {
    let mut store = Store::create(dir)?;
    let mut reader = Reader {
        input: BufReader::new(File::open(file).map_err(StoreError::io(file))?),
        path: file.to_owned(),
        hasher: blake3::Hasher::new(),
        lines: 0,
        line: String::new(),
    };
    let mut summary = BackupSummary { revision: 0, sources: 0, records: 0 };
    let mut pending: Option<Pending> = None;
    loop {
        let before = reader.hasher.finalize();
        reader.advance()?;
        let number = reader.lines;
        let refuse =
            |what: &str| StoreError::Backup { path: file.to_owned(), what: format!("line {number}: {what}") };
        let line: Line = serde_json::from_str(&reader.line).map_err(|_| refuse("not a line of a backup"))?;
        match line {
            Line::Backup { format: BACKUP_FORMAT, revision, .. } if number == 1 => {
                summary.revision = revision
            }
            Line::Backup { format, .. } => {
                return Err(refuse(&format!("format {format}, this program reads {BACKUP_FORMAT}")));
            }
            _ if number == 1 => return Err(refuse("not a backup")),
            Line::Source { kind, name, records, content, revision, header } => {
                if let Some(done) = pending.take() {
                    done.land(&mut store, &mut summary, &refuse)?;
                }
                let header = from_hex(&header).ok_or_else(|| refuse("the header is not hexadecimal"))?;
                pending =
                    Some(Pending { kind, name, records, content, revision, header, entries: Vec::new() });
            }
            Line::Record { key, value } => {
                let source = pending.as_mut().ok_or_else(|| refuse("a record without a source"))?;
                source.entries.push((key, value.get().as_bytes().to_vec()));
            }
            Line::Bytes { key, hex } => {
                let source = pending.as_mut().ok_or_else(|| refuse("a record without a source"))?;
                source.entries.push((key, from_hex(&hex).ok_or_else(|| refuse("not hexadecimal"))?));
            }
            Line::End { lines, blake3 } => {
                if lines != number - 1 || blake3 != before.to_hex().as_str() {
                    return Err(refuse("the file is not as it was written"));
                }
                if let Some(done) = pending.take() {
                    done.land(&mut store, &mut summary, &refuse)?;
                }
                store.set_revision(summary.revision)?;
                return Ok(summary);
            }
        }
    }
}

/// A source whose records are being read.
struct Pending {
    kind: String,
    name: String,
    records: u64,
    content: String,
    revision: u64,
    header: Vec<u8>,
    entries: Vec<(String, Vec<u8>)>,
}

impl Pending {
    fn land(
        self,
        store: &mut Store,
        summary: &mut BackupSummary,
        refuse: &impl Fn(&str) -> StoreError,
    ) -> Result<(), StoreError> {
        let content = layout::content(&self.header, &self.entries);
        if self.entries.len() as u64 != self.records || to_hex(&content) != self.content {
            return Err(refuse(&format!(
                "the records of {} {} are not those that were written",
                self.kind, self.name
            )));
        }
        store.land(&self.kind, &self.name, &self.header, self.entries, Some(self.revision))?;
        summary.sources += 1;
        summary.records += self.records;
        Ok(())
    }
}

fn describe(source: &Source) -> Line<'static> {
    Line::Source {
        kind: source.kind.clone(),
        name: source.name.clone(),
        records: source.records,
        content: to_hex(&source.content),
        revision: source.revision,
        header: to_hex(&source.header),
    }
}

struct Writer<'a> {
    out: BufWriter<File>,
    path: &'a Path,
    hasher: blake3::Hasher,
    lines: u64,
}

impl Writer<'_> {
    fn line(&mut self, line: &Line) -> Result<(), StoreError> {
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

struct Reader {
    input: BufReader<File>,
    path: PathBuf,
    hasher: blake3::Hasher,
    lines: u64,
    line: String,
}

impl Reader {
    fn advance(&mut self) -> Result<(), StoreError> {
        self.line.clear();
        let read = self.input.read_line(&mut self.line).map_err(StoreError::io(&self.path))?;
        if read == 0 {
            return Err(StoreError::Backup { path: self.path.clone(), what: "it is cut short".to_owned() });
        }
        self.hasher.update(self.line.as_bytes());
        self.lines += 1;
        Ok(())
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

fn from_hex(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect()
}
