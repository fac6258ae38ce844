//! A store made from a backup: whole, or not at all.

use super::backup::{BACKUP_FORMAT, BackupLine, BackupSummary, from_hex, to_hex};
use super::{JOURNAL, Store, StoreError, UNMET_NEEDS, layout, open, owner};
use std::fs::{self, DirBuilder, File};
use std::io::{BufRead, BufReader};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

/// Makes the store of a backup in `dir`, which must not exist or be empty: beside it first, then renamed into place.
///
/// # Errors
/// [`StoreError::NotEmpty`]; [`StoreError::Backup`] for a file that is cut short or changed, after which there is no store.
pub fn restore(file: &Path, dir: &Path) -> Result<BackupSummary, StoreError> {
    if fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(StoreError::NotEmpty { dir: dir.to_owned() });
    }
    owner::may_write(dir)?;
    let beside = open::beside(dir);
    // Held until it is renamed.
    let _held = new_dir_beside(&beside)?;
    let restored = restore_into(file, &beside);
    if restored.is_err() {
        // Made by this call a moment ago; leaving it would block the next try.
        let _ = fs::remove_dir_all(&beside);
    } else {
        open::put_in_place(&beside, dir)?;
    }
    restored
}

/// Makes the directory in which a store is restored, and holds it. One that a killed restore left goes: nobody holds it, and
/// nothing is in it but what is in a store.
fn new_dir_beside(beside: &Path) -> Result<File, StoreError> {
    let io = || StoreError::io(beside);
    if let Ok(found) = fs::symlink_metadata(beside) {
        let not_ours = || StoreError::NotEmpty { dir: beside.to_owned() };
        if !found.is_dir() {
            return Err(not_ours());
        }
        let left = File::open(beside).map_err(io())?;
        open::hold(&left, beside)?;
        for entry in fs::read_dir(beside).map_err(io())? {
            if !is_of_a_store(&entry.map_err(io())?.file_name().to_string_lossy()) {
                return Err(not_ours());
            }
        }
        fs::remove_dir_all(beside).map_err(io())?;
    }
    if let Some(parent) = beside.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        DirBuilder::new().recursive(true).mode(0o700).create(parent).map_err(StoreError::io(parent))?;
    }
    // One that is there, or a link, is an error: what is in it is not ours.
    DirBuilder::new().mode(0o700).create(beside).map_err(io())?;
    let held = File::open(beside).map_err(io())?;
    open::hold(&held, beside)?;
    Ok(held)
}

/// Whether a file or directory of this name is in the directory of a store.
fn is_of_a_store(name: &str) -> bool {
    let own = ["db", "conf", "blobs", "witness", "reserve", JOURNAL, UNMET_NEEDS];
    let name = name.strip_suffix(".part").unwrap_or(name);
    own.contains(&name.strip_suffix(".made").unwrap_or(name)) || name.starts_with("snap.")
}

/// One arm for each kind of line, in one loop: what a line may follow is the whole of the format, and is checked where it shows.
fn restore_into(file: &Path, dir: &Path) -> Result<BackupSummary, StoreError> {
    let mut store = Store::create(dir)?;
    let mut reader = BackupReader {
        input: BufReader::new(File::open(file).map_err(StoreError::io(file))?),
        path: file.to_owned(),
        hasher: blake3::Hasher::new(),
        lines: 0,
        line: String::new(),
    };
    let mut summary = BackupSummary { revision: 0, sources: 0, records: 0 };
    let mut revision = 0;
    let mut pending: Option<PendingSource> = None;
    loop {
        let before = reader.hasher.finalize();
        reader.advance()?;
        let number = reader.lines;
        let refuse =
            |what: &str| StoreError::Backup { path: file.to_owned(), what: format!("line {number}: {what}") };
        let line: BackupLine =
            serde_json::from_str(&reader.line).map_err(|_| refuse("not a line of a backup"))?;
        match line {
            BackupLine::Backup { format: BACKUP_FORMAT, revision: whole, .. } if number == 1 => {
                summary.revision = whole;
                revision = whole;
            }
            BackupLine::Backup { format, .. } => {
                return Err(refuse(&format!("format {format}, this program reads {BACKUP_FORMAT}")));
            }
            _ if number == 1 => return Err(refuse("not a backup")),
            BackupLine::Store { name, revision: inside } => {
                PendingSource::land(pending.take(), &mut store, &mut summary, &refuse)?;
                store.set_revision(revision)?;
                revision = inside;
                let known = [JOURNAL, UNMET_NEEDS].into_iter().find(|known| *known == name);
                let known = known.ok_or_else(|| refuse("a store of an unknown name"))?;
                store = Store::create_inside(dir, known)?;
            }
            BackupLine::Log { name, entries } => {
                PendingSource::land(pending.take(), &mut store, &mut summary, &refuse)?;
                pending =
                    Some(PendingSource { of: RestoreTarget::Log { name, entries }, entries: Vec::new() });
            }
            BackupLine::Source { kind, name, records, content, revision, header, header_hex } => {
                PendingSource::land(pending.take(), &mut store, &mut summary, &refuse)?;
                let header = match (header, header_hex) {
                    (Some(json), None) => json.get().as_bytes().to_vec(),
                    (None, Some(hex)) => {
                        from_hex(&hex).ok_or_else(|| refuse("the header is not hexadecimal"))?
                    }
                    _ => return Err(refuse("a source has one header")),
                };
                let of = RestoreTarget::Source { kind, name, records, content, revision, header };
                pending = Some(PendingSource { of, entries: Vec::new() });
            }
            BackupLine::Record { key, value } => {
                let source = pending.as_mut().ok_or_else(|| refuse("a record without a source"))?;
                source.entries.push((key, value.get().as_bytes().to_vec()));
            }
            BackupLine::Bytes { key, hex } => {
                let source = pending.as_mut().ok_or_else(|| refuse("a record without a source"))?;
                source.entries.push((key, from_hex(&hex).ok_or_else(|| refuse("not hexadecimal"))?));
            }
            BackupLine::End { lines, blake3 } => {
                if lines != number - 1 || blake3 != before.to_hex().as_str() {
                    return Err(refuse("the file is not as it was written"));
                }
                PendingSource::land(pending.take(), &mut store, &mut summary, &refuse)?;
                store.set_revision(revision)?;
                return Ok(summary);
            }
        }
    }
}

/// A source or log whose records are being read.
struct PendingSource {
    of: RestoreTarget,
    entries: Vec<(String, Vec<u8>)>,
}

enum RestoreTarget {
    Source { kind: String, name: String, records: u64, content: String, revision: u64, header: Vec<u8> },
    Log { name: String, entries: u64 },
}

impl PendingSource {
    /// Writes what was being read, if anything was.
    fn land(
        pending: Option<Self>,
        store: &mut Store,
        summary: &mut BackupSummary,
        refuse: &impl Fn(&str) -> StoreError,
    ) -> Result<(), StoreError> {
        let Some(Self { of, entries }) = pending else { return Ok(()) };
        let read = entries.len() as u64;
        match of {
            RestoreTarget::Source { kind, name, records, content, revision, header } => {
                if read != records || to_hex(&layout::content(&header, &entries)) != content {
                    return Err(refuse(&format!(
                        "the records of {kind} {name} are not those that were written"
                    )));
                }
                store.land(&kind, &name, &header, entries, Some(revision))?;
                summary.sources += 1;
            }
            RestoreTarget::Log { name, entries: written } => {
                let numbered =
                    entries.iter().zip(1_u64..).all(|((key, _), number)| *key == number.to_string());
                if read != written || !numbered {
                    return Err(refuse(&format!(
                        "the entries of the log {name} are not those that were written"
                    )));
                }
                let values: Vec<Vec<u8>> = entries.into_iter().map(|(_, value)| value).collect();
                store.append(&name, &values)?;
            }
        }
        summary.records += read;
        Ok(())
    }
}

struct BackupReader {
    input: BufReader<File>,
    path: PathBuf,
    hasher: blake3::Hasher,
    lines: u64,
    line: String,
}

impl BackupReader {
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
