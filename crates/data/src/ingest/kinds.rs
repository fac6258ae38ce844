//! What kind of asset a row is: as the map says, else by its tags, by a column of kinds, or by the file's name.

use super::columns::MappedColumns;
use super::rows::{SourceRow, SourceRows};
use super::{KnownReferences, stem};
use crate::text::present;
use crate::words::{TermWords, id_in_list, id_in_name};

/// How the kinds of one file are told.
pub(super) enum KindsOf<'a> {
    /// As the map says: every value must be in the table.
    Map,
    /// By tags of OpenStreetMap; the file's name speaks for rows without any.
    Tags { tags: Vec<OsmTag<'a>>, else_file: Option<&'a str> },
    /// By a column of kinds.
    Column,
    /// All are what the file's name says.
    File(&'a str),
    /// Nothing says; a row that names a need is a group.
    Unknown,
}

/// A tag of the kinds table and the column that may hold it.
pub(super) struct OsmTag<'a> {
    column: usize,
    key: &'a str,
    value: &'a str,
    kind: &'a str,
}

impl<'a> KindsOf<'a> {
    /// Decides for a file, and says what the file's name or tags decided.
    pub(super) fn decide(
        table: &SourceRows,
        columns: &MappedColumns<'_>,
        known: &'a KnownReferences,
    ) -> (Self, Option<String>) {
        if columns.is_mapped("kind") {
            return (Self::Map, None);
        }
        let file = id_in_name(&known.kinds, stem(&table.file));
        let tags = tags_in(table, &known.kinds);
        if table.rows.iter().any(|row| tags.iter().any(|tag| tag.is_on(row))) {
            let note = format!("{}: kinds by tags of OpenStreetMap", table.file);
            return (Self::Tags { tags, else_file: file }, Some(note));
        }
        let given: Vec<&str> = table.rows.iter().filter_map(|row| columns.get(row, "kind")).collect();
        let understood = given.iter().filter(|kind| id_in_list(&known.kinds, kind).is_some()).count();
        match file {
            // A column named like one of kinds may say something else ("Type": council run, church, private).
            Some(file) if understood * 2 < given.len() || understood == 0 => {
                (Self::File(file), Some(format!("{}: kind {file}, from the file's name", table.file)))
            }
            _ if understood > 0 => (Self::Column, None),
            _ => (Self::Unknown, None),
        }
    }

    /// Whether a column's tags tell kinds.
    pub(super) fn reads(&self, column: usize) -> bool {
        matches!(self, Self::Tags { tags, .. } if tags.iter().any(|tag| tag.column == column))
    }

    /// The kind of a row; `Ok(None)` leaves the row out.
    ///
    /// # Errors
    /// The value that is no kind, and why.
    pub(super) fn of(
        &self,
        row: &SourceRow,
        columns: &MappedColumns<'_>,
        known: &KnownReferences,
    ) -> Result<Option<String>, (String, String)> {
        let found = match self {
            Self::File(kind) => Some((*kind).to_owned()),
            Self::Tags { tags, else_file } => tag_of(tags, row).or(*else_file).map(str::to_owned),
            Self::Map | Self::Column => {
                let given = columns.get(row, "kind").unwrap_or_default().to_owned();
                match columns.meaning(row, "kind").map_err(|why| (given, why))? {
                    None => return Ok(None),
                    Some(None) => None,
                    Some(Some(kind)) => Some(
                        id_in_list(&known.kinds, kind)
                            .ok_or_else(|| (kind.to_owned(), "not in the kinds table".to_owned()))?
                            .to_owned(),
                    ),
                }
            }
            Self::Unknown => None,
        };
        // A listing that says what need it meets is a group unless something says more.
        let group = || known.kinds.iter().find(|k| k.id == "group").map(|k| k.id.clone());
        match found.or_else(|| columns.get(row, "needs").and_then(|_| group())) {
            Some(kind) => Ok(Some(kind)),
            None => Err((
                columns.get(row, "kind").unwrap_or_default().to_owned(),
                "no kind of the kinds table; say in the map what they are (constants.kind or values.kind)"
                    .into(),
            )),
        }
    }
}

impl OsmTag<'_> {
    fn is_on(&self, row: &SourceRow) -> bool {
        row.values
            .get(self.column)
            .and_then(|v| v.as_deref())
            .and_then(present)
            .is_some_and(|values| values.split(';').any(|v| v.trim() == self.value))
    }
}

/// Tags whose key is a column of the file.
fn tags_in<'a>(table: &SourceRows, kinds: &'a [TermWords]) -> Vec<OsmTag<'a>> {
    kinds
        .iter()
        .flat_map(|kind| kind.osm_tags.iter().map(move |(key, value)| (kind, key, value)))
        .filter_map(|(kind, key, value)| {
            let column = table.headers.iter().position(|h| h == key)?;
            Some(OsmTag { column, key, value, kind: &kind.id })
        })
        .collect()
}

/// The kind of the most telling tag: a key that spells out another tag's value says more than that one does
/// (`amenity=social_facility` with `social_facility=food_bank`, `leisure=garden` with `garden:type=community`).
fn tag_of<'a>(tags: &[OsmTag<'a>], row: &SourceRow) -> Option<&'a str> {
    let on: Vec<&OsmTag<'a>> = tags.iter().filter(|tag| tag.is_on(row)).collect();
    let outdone = |tag: &OsmTag<'a>| on.iter().any(|other| other.key.split(':').next() == Some(tag.value));
    on.iter().find(|tag| !outdone(tag)).or(on.first()).map(|tag| tag.kind)
}
