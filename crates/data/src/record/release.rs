//! Releases: kept as they were published, byte by byte, so that anybody can hold them against their digest.

use super::pieces;
use hereabouts_release::document::{InvalidRelease, ReleaseDocument, ReleasedTable};
use std::collections::BTreeMap;

/// What stands between a release's quarter and the number of its piece.
const SEPARATOR: char = '/';

/// Key and bytes of each piece, for the store.
pub(super) fn entries(releases: &[ReleaseDocument]) -> Vec<(String, Vec<u8>)> {
    let of_one = |release: &ReleaseDocument| {
        let quarter = release.quarter.clone();
        let keyed = move |(piece, bytes)| (format!("{quarter}{SEPARATOR}{piece}"), bytes);
        pieces::entries(&release.to_bytes()).into_iter().map(keyed)
    };
    releases.iter().flat_map(of_one).collect()
}

/// The quarter of a piece, by its key.
pub(crate) fn quarter_of(key: &str) -> &str {
    key.split(SEPARATOR).next().unwrap_or_default()
}

/// The releases of a source, of their pieces by key, in order.
///
/// # Errors
/// [`InvalidRelease`] when they are not what was stored.
pub(crate) fn of_entries(
    entries: impl IntoIterator<Item = (String, Vec<u8>)>,
) -> Result<Vec<ReleasedTable>, InvalidRelease> {
    let mut by_quarter: BTreeMap<String, Vec<Vec<u8>>> = BTreeMap::new();
    for (key, bytes) in entries {
        by_quarter.entry(quarter_of(&key).to_owned()).or_default().push(bytes);
    }
    let table = |of: Vec<Vec<u8>>| ReleasedTable::new(ReleaseDocument::parse(&pieces::joined(of))?);
    by_quarter.into_values().map(table).collect()
}
