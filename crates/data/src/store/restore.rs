//! A store made from a backup: whole, or not at all.

use super::backup::{BACKUP_FORMAT, BackupSummary, Line, from_hex, to_hex};
use super::{Store, StoreError, layout, open};
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

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
            Line::Source { kind, name, records, content, revision, header, header_hex } => {
                if let Some(done) = pending.take() {
                    done.land(&mut store, &mut summary, &refuse)?;
                }
                let header = match (header, header_hex) {
                    (Some(json), None) => json.get().as_bytes().to_vec(),
                    (None, Some(hex)) => {
                        from_hex(&hex).ok_or_else(|| refuse("the header is not hexadecimal"))?
                    }
                    _ => return Err(refuse("a source has one header")),
                };
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
