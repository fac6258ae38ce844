//! Releases: protected tables, as documents that say themselves what they are.

use super::imported_rows::ImportedRows;
use super::{FileError, KnownReferences, MAX_FILE_BYTES, SourceFile};
use crate::ingest::map::ImportMap;
use crate::words::id_of;
use hereabouts_release::document::{ReleaseDocument, ReleasedTable};
use std::collections::BTreeSet;

/// The releases of the files, one each, and how many figures they have.
///
/// # Errors
/// [`FileError`] for what is no release, one of places or needs that are not here, two of a quarter, or a map that says what
/// releases do not have.
pub(super) fn read(
    files: &[SourceFile<'_>],
    map: &ImportMap,
    known: &KnownReferences,
    source: &str,
) -> Result<(Vec<ReleaseDocument>, u64, ImportedRows), FileError> {
    let mut told = ImportedRows::default();
    let (mut documents, mut quarters, mut figures) = (Vec::new(), BTreeSet::new(), 0);
    for file in files {
        let wrong = |reason: String| FileError { file: file.name.to_owned(), reason };
        if !map.says_only_where_from() {
            return Err(wrong(
                "the map of a release says source, licence, attribution and retrieved alone".into(),
            ));
        }
        if file.bytes.len() as u64 > MAX_FILE_BYTES {
            return Err(wrong(format!("larger than {} MiB", MAX_FILE_BYTES >> 20)));
        }
        let document = ReleaseDocument::parse(file.bytes).map_err(|e| wrong(e.to_string()))?;
        let table = ReleasedTable::new(document.clone()).map_err(|e| wrong(e.to_string()))?;
        if !quarters.insert(table.quarter) {
            return Err(wrong(format!("a second release of {}; a quarter is released once", table.quarter)));
        }
        let holder = known.released.get(&document.quarter).filter(|holder| *holder != source);
        if let Some(holder) = holder {
            let quarter = table.quarter;
            return Err(wrong(format!(
                "source {holder:?} has the release of {quarter}; a quarter is released once"
            )));
        }
        if let Some(need) = table.needs().find(|need| id_of(&known.needs, need) != Some(need)) {
            return Err(wrong(format!("need {need:?} is not in the needs table")));
        }
        let is_here = |id: &str| {
            id.split_once('/').is_some_and(|(geography, code)| known.check(geography, code).is_ok())
        };
        let nodes = table.tree.nodes();
        let missing: Vec<&str> =
            table.tree.leaves().map(|leaf| nodes[leaf].id.as_str()).filter(|id| !is_here(id)).collect();
        if let [first, ..] = missing[..] {
            let places = missing.len();
            return Err(wrong(format!("{places} of its places are no areas here, the first {first}")));
        }
        let of_file = table.tree.leaves().count() * document.measured.len();
        figures += of_file as u64;
        told.note(format!(
            "{}: {of_file} figures of {}, digest {}",
            file.name,
            table.quarter,
            document.digest()
        ));
        documents.push(document);
    }
    told.landed = Some(figures);
    documents.sort_by(|a, b| a.quarter.cmp(&b.quarter));
    Ok((documents, figures, told))
}
