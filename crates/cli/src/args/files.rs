//! Files named on the command line.

use crate::outcome::UsageError;
use anyhow::{Context, Result};
use clap::ValueEnum;
use hereabouts_data::ingest::map::ImportMap;
use hereabouts_data::ingest::{self, MAX_FILE_BYTES, SourceFile, is_archive, is_calendar, is_osm};
use hereabouts_data::record::RecordKind;
use std::fs;
use std::path::{Path, PathBuf};

/// A format that files can be held to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FileFormat {
    Csv,
    Geojson,
    /// OpenStreetMap extract, .osm.pbf
    Osm,
    /// Services of Open Referral (HSDS), as JSON or tables
    OpenReferral,
    /// iCalendar, .ics
    Calendar,
    /// Timetable, .zip
    Gtfs,
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
                for path in in_folder(path, endings(kind))? {
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
const fn endings(kind: RecordKind) -> &'static [&'static str] {
    match kind {
        RecordKind::Transit => &["txt"],
        _ => &["csv", "json", "geojson", "ics"],
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
    let bytes = fs::read(path).with_context(|| shown)?;
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    Ok((name, bytes))
}

/// Refuses a file of another format than it is held to.
fn fits(name: &str, bytes: &[u8], format: Option<FileFormat>) -> Result<()> {
    let (found, what) = if is_osm(bytes) {
        (FileFormat::Osm, "an OpenStreetMap extract")
    } else if is_archive(bytes) {
        (FileFormat::Gtfs, "an archive")
    } else if is_calendar(bytes) {
        (FileFormat::Calendar, "a calendar")
    } else if bytes.trim_ascii_start().starts_with(b"{") {
        (FileFormat::Geojson, "JSON")
    } else {
        (FileFormat::Csv, "a table")
    };
    // Whether JSON or a table is of Open Referral is told by what it holds, not by how it begins.
    let of_text = matches!(found, FileFormat::Geojson | FileFormat::Csv);
    let fits = |format| format == found || (format == FileFormat::OpenReferral && of_text);
    if format.is_some_and(|format| !fits(format)) {
        return Err(UsageError(format!("{name}: this is {what}, and --format says otherwise")).into());
    }
    Ok(())
}
