//! Files named on the command line.

use crate::outcome::UsageError;
use anyhow::{Context, Result};
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use hereabouts_data::ingest::map::ImportMap;
use hereabouts_data::ingest::{self, FileFormat, MAX_FILE_BYTES, MAX_LINE_BYTES, SourceFile};
use hereabouts_data::record::RecordKind;
use hereabouts_engine::format;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

/// What files may be imported as, for the help.
pub(crate) fn kinds_help() -> String {
    format!("What the files hold: {}", format::any_of(&RecordKind::ALL.map(RecordKind::as_str)))
}

/// Reads the word for a format.
pub(crate) fn format_parser() -> impl TypedValueParser<Value = FileFormat> {
    let words = FileFormat::ALL.map(|format| PossibleValue::new(format.as_str()).help(format.about()));
    PossibleValuesParser::new(words).try_map(|word| {
        FileFormat::ALL.into_iter().find(|format| format.as_str() == word).ok_or("not a format")
    })
}

/// Base name and bytes.
pub(crate) type ReadFile = (String, Vec<u8>);

/// Reads files whole; each is checked against a limit before it is. `fetch` gives what a URL has.
pub(crate) fn read(
    kind: RecordKind,
    paths: &[PathBuf],
    format: Option<FileFormat>,
    mut fetch: impl FnMut(&str) -> Result<ReadFile>,
) -> Result<Vec<ReadFile>> {
    let mut files = Vec::new();
    for path in paths {
        match path.to_str().filter(|_| is_url(path)) {
            Some(url) => files.push(fetch(url)?),
            None if path.is_dir() => {
                for path in in_folder(path, &endings(kind))? {
                    files.push(one(&path)?);
                }
            }
            None => files.push(one(path)?),
        }
    }
    for (name, bytes) in &files {
        fits(name, bytes, format)?;
    }
    Ok(files)
}

/// Whether a path on the command line is a URL.
pub(crate) fn is_url(path: &Path) -> bool {
    path.to_str().is_some_and(|text| text.contains("://"))
}

/// How names of files end that are read of a folder.
fn endings(kind: RecordKind) -> Vec<&'static str> {
    match kind {
        RecordKind::Transit => vec!["txt"],
        _ => FileFormat::ALL.iter().flat_map(|format| format.endings()).copied().collect(),
    }
}

/// Files of a folder and its folders that end so, by name.
fn in_folder(folder: &Path, endings: &[&str]) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry.with_context(|| folder.display().to_string())?.path();
        let known = path.extension().is_some_and(|e| endings.iter().any(|k| e.eq_ignore_ascii_case(k)));
        match path.is_dir() {
            true => found.extend(in_folder(&path, endings)?),
            false if known => found.push(path),
            false => {}
        }
    }
    found.sort();
    if found.is_empty() {
        anyhow::bail!("{}: no .{} in this folder", folder.display(), endings.join(", ."));
    }
    Ok(found)
}

/// As the reader of a kind takes them.
pub(crate) fn given(read: &[ReadFile]) -> Vec<SourceFile<'_>> {
    read.iter().map(|(name, bytes)| SourceFile { name, bytes }).collect()
}

/// A mapping file, with the boundary that it covers: its file is named from the map's folder.
pub(crate) fn map(path: &Path) -> Result<ImportMap> {
    let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let map = ImportMap::parse(&text).map_err(|error| UsageError(format!("{}: {error}", path.display())))?;
    with_boundary(map, path.parent().unwrap_or(Path::new("")))
}

/// The map with its boundary file read, if it names one.
pub(crate) fn with_boundary(map: ImportMap, folder: &Path) -> Result<ImportMap> {
    let Some(path) = map.boundary_file().map(|name| folder.join(name)) else { return Ok(map) };
    let (name, bytes) = one(&path)?;
    Ok(ingest::with_boundary(map, &SourceFile { name: &name, bytes: &bytes })?)
}

fn one(path: &Path) -> Result<ReadFile> {
    let shown = path.display().to_string();
    let size = fs::metadata(path).with_context(|| shown.clone())?.len();
    if size > MAX_FILE_BYTES {
        anyhow::bail!("{shown}: {size} bytes; files of up to {MAX_FILE_BYTES} are read");
    }
    let bytes = bytes_of(path, size).with_context(|| shown)?;
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    Ok((name, bytes))
}

/// What is in a file; of a table no more of a line than is needed to see that it is too long, for its reader rejects it.
fn bytes_of(path: &Path, size: u64) -> io::Result<Vec<u8>> {
    if size <= MAX_LINE_BYTES as u64 || !has_lines(path)? {
        return fs::read(path);
    }
    let mut kept = 0;
    each_line_cut(path, |bytes| kept += bytes.len())?;
    if kept as u64 == size {
        return fs::read(path);
    }
    // As much as there will be: growing would take as much again.
    let mut all = Vec::with_capacity(kept);
    each_line_cut(path, |bytes| all.extend_from_slice(bytes))?;
    Ok(all)
}

/// Whether it is a table whose lines end where bytes say so: two bytes a letter have others.
fn has_lines(path: &Path) -> io::Result<bool> {
    let mut head = Vec::new();
    File::open(path)?.take(1_024).read_to_end(&mut head)?;
    Ok(FileFormat::of(&head) == FileFormat::Csv && !head.contains(&0))
}

/// Calls `take` with every piece of a file but what is beyond the longest line.
fn each_line_cut(path: &Path, mut take: impl FnMut(&[u8])) -> io::Result<()> {
    let mut from = BufReader::with_capacity(1 << 20, File::open(path)?);
    let mut of_line = 0;
    loop {
        let read = from.fill_buf()?;
        if read.is_empty() {
            return Ok(());
        }
        for piece in read.split_inclusive(|byte| matches!(byte, b'\n' | b'\r')) {
            let (text, end) = match piece.split_last() {
                Some((b'\n' | b'\r', text)) => (text, &piece[text.len()..]),
                _ => (piece, &piece[piece.len()..]),
            };
            let room = (MAX_LINE_BYTES + 1_usize).saturating_sub(of_line);
            take(&text[..text.len().min(room)]);
            take(end);
            of_line = if end.is_empty() { of_line + text.len() } else { 0 };
        }
        let length = read.len();
        from.consume(length);
    }
}

/// Refuses a file of another format than it is held to.
fn fits(name: &str, bytes: &[u8], format: Option<FileFormat>) -> Result<()> {
    let found = FileFormat::of(bytes);
    if format.is_some_and(|format| !format.allows(found)) {
        let what = found.what();
        return Err(UsageError(format!("{name}: this is {what}, and --format says otherwise")).into());
    }
    Ok(())
}
