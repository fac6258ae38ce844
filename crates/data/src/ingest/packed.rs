//! Archives of what is read: gzip of one file, zip of one or several. A workbook and a timetable are archives too, and stay as
//! they are.

use super::{FileError, MAX_FILE_BYTES, SourceFile};
use flate2::read::MultiGzDecoder;
use std::borrow::Cow;
use std::io::{Cursor, Read};

/// Most entries of an archive.
const MAX_ENTRIES: usize = 10_000;

/// How names of entries end that are read.
const READ: [&str; 15] = [
    ".csv",
    ".tsv",
    ".txt",
    ".json",
    ".geojson",
    ".geojsonl",
    ".geojsons",
    ".ndjson",
    ".jsonl",
    ".kml",
    ".ics",
    ".xlsx",
    ".xls",
    ".ods",
    ".pbf",
];

/// A file as it is read: as given, or out of an archive under a name that tells both.
#[derive(Debug)]
pub(super) struct UnpackedFile<'a> {
    pub(super) name: Cow<'a, str>,
    pub(super) bytes: Cow<'a, [u8]>,
}

/// Whether bytes are a zip archive.
pub(super) fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

/// The first bytes of a compound file, in which workbooks of the older kind are.
const COMPOUND: &[u8] = b"\xD0\xCF\x11\xE0";

/// Whether bytes are a workbook.
pub(super) fn is_workbook(bytes: &[u8]) -> bool {
    if bytes.starts_with(COMPOUND) {
        return true;
    }
    let is_of_one =
        |name: &str| name == "xl/workbook.xml" || name == "xl/workbook.bin" || name == "content.xml";
    is_zip(bytes)
        && open(bytes)
            .is_ok_and(|archive| archive.file_names().filter_map(Result::ok).any(|name| is_of_one(&name)))
}

/// A zip archive, opened.
///
/// # Errors
/// It is damaged.
pub(super) fn open(bytes: &[u8]) -> Result<zip::ZipArchive<Cursor<&[u8]>>, String> {
    zip::ZipArchive::new(Cursor::new(bytes)).map_err(|e| format!("a damaged zip archive: {e}"))
}

/// All files, archives unpacked, and what was left out of them. What an archive says of its own size is not believed: each
/// comes to [`MAX_FILE_BYTES`] at most.
///
/// # Errors
/// The first archive that cannot be unpacked, or holds nothing that is read.
pub(super) fn unpacked<'a>(
    files: &[SourceFile<'a>],
) -> Result<(Vec<UnpackedFile<'a>>, Vec<String>), FileError> {
    let (mut all, mut notes) = (Vec::with_capacity(files.len()), Vec::new());
    for file in files {
        let wrong = |reason: String| FileError { file: file.name.to_owned(), reason };
        let mut one = UnpackedFile { name: file.name.into(), bytes: file.bytes.into() };
        if one.bytes.starts_with(b"\x1F\x8B") {
            let bytes = at_most(MultiGzDecoder::new(file.bytes), MAX_FILE_BYTES).map_err(wrong)?;
            let inner = file.name.strip_suffix(".gz").unwrap_or(file.name);
            one = UnpackedFile { name: inner.into(), bytes: bytes.into() };
        }
        if !is_zip(&one.bytes) || is_workbook(&one.bytes) {
            all.push(one);
            continue;
        }
        let (entries, others) = entries(&one.bytes).map_err(wrong)?;
        if !others.is_empty() {
            let some = others.iter().take(10).cloned().collect::<Vec<_>>().join(", ");
            notes.push(format!("{}: {} entries are not read: {some}", file.name, others.len()));
        }
        let named = |(name, bytes): ZipEntry| UnpackedFile {
            name: format!("{}/{name}", file.name).into(),
            bytes: bytes.into(),
        };
        all.extend(entries.into_iter().map(named));
    }
    Ok((all, notes))
}

/// An entry of an archive, by its name in it.
type ZipEntry = (String, Vec<u8>);

/// Entries that are read, by name, and the names of the others.
fn entries(bytes: &[u8]) -> Result<(Vec<ZipEntry>, Vec<String>), String> {
    let damaged = |e: &dyn std::fmt::Display| format!("a damaged zip archive: {e}");
    let mut archive = open(bytes)?;
    if archive.len() > MAX_ENTRIES {
        return Err(format!("{} entries; archives of at most {MAX_ENTRIES} are read", archive.len()));
    }
    let mut names: Vec<String> = archive
        .file_names()
        .filter_map(Result::ok)
        .map(Cow::into_owned)
        .filter(|name| is_shown(name))
        .collect();
    names.sort();
    let ends = |name: &String| READ.iter().any(|end| name.to_lowercase().ends_with(end));
    let (read, others): (Vec<String>, Vec<String>) = names.into_iter().partition(ends);
    if let Some(shape) = others.iter().find(|name| name.to_lowercase().ends_with(".shp")) {
        return Err(format!(
            "it holds a Shapefile ({shape}): ogr2ogr -t_srs EPSG:4326 out.geojson in.zip makes a file that is read"
        ));
    }
    if read.is_empty() {
        let held = others.iter().take(10).cloned().collect::<Vec<_>>().join(", ");
        return Err(format!("an archive with nothing in it that is read; it holds: {held}"));
    }
    let mut left = MAX_FILE_BYTES;
    let mut files = Vec::with_capacity(read.len());
    for name in read {
        let entry = archive.by_name(&name).map_err(|e| damaged(&format!("{name}: {e}")))?;
        let bytes = at_most(entry, left).map_err(|why| format!("{name}: {why}"))?;
        left -= bytes.len() as u64;
        files.push((name, bytes));
    }
    Ok((files, others))
}

/// Whether an entry is a file that somebody put there, and not a folder or what a program keeps for itself.
fn is_shown(name: &str) -> bool {
    !name.ends_with('/') && !name.split('/').any(|part| part.starts_with('.') || part == "__MACOSX")
}

/// # Errors
/// It is damaged, or longer.
pub(super) fn at_most(from: impl Read, most: u64) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    from.take(most + 1).read_to_end(&mut bytes).map_err(|e| format!("a damaged archive: {e}"))?;
    if bytes.len() as u64 > most {
        return Err(format!("unpacked it is larger than {} MiB", MAX_FILE_BYTES >> 20));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use std::io::Write;

    #[test]
    fn a_bomb_is_left_before_it_fills_the_memory() {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
        gzip.write_all(&vec![b'a'; 4 << 20]).unwrap();
        let packed = gzip.finish().unwrap();
        assert!(packed.len() < 8 << 10);
        assert!(
            at_most(MultiGzDecoder::new(packed.as_slice()), 1 << 20).unwrap_err().contains("larger than")
        );
        assert_eq!(at_most(MultiGzDecoder::new(packed.as_slice()), 4 << 20).map(|b| b.len()), Ok(4 << 20));
    }
}
