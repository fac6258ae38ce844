//! Which column is which field: as the map says, else by the names people use.

use super::FileError;
use super::rows::{SourceRow, SourceRows};
use super::unread::RefusedValue;
use crate::ingest::map::ImportMap;
use crate::text::{plain, present};
use std::collections::BTreeMap;

/// Columns of one file by field.
pub(super) struct MappedColumns<'a> {
    map: &'a ImportMap,
    at: BTreeMap<&'static str, usize>,
}

impl<'a> MappedColumns<'a> {
    /// Finds `fields`: each with the names it goes by, the best first. With them come notes of what was found by its name.
    ///
    /// # Errors
    /// The map names a field that the kind does not have, or a column that the file does not have.
    pub(super) fn find(
        table: &SourceRows,
        map: &'a ImportMap,
        fields: &[(&'static str, &[&str])],
    ) -> Result<(Self, Vec<String>), FileError> {
        let wrong = |reason: String| FileError { file: table.file.clone(), reason };
        let all = || fields.iter().map(|f| f.0).collect::<Vec<_>>().join(", ");
        for named in map.fields.keys().chain(map.constants.keys()).chain(map.values.keys()) {
            if !fields.iter().any(|(field, _)| field == named) {
                return Err(wrong(format!("the map has a field {named:?}; the fields are {}", all())));
            }
        }
        let plains: Vec<String> = table.headers.iter().map(|h| plain(h)).collect();
        let (mut at, mut notes) = (BTreeMap::new(), Vec::new());
        for &(field, names) in fields {
            if let Some(column) = map.fields.get(field) {
                let found = table.headers.iter().position(|h| h == column).ok_or_else(|| {
                    wrong(format!(
                        "the map says that {field} is in column {column:?}; the columns are {}",
                        table.headers.join(", ")
                    ))
                })?;
                at.insert(field, found);
            } else if let (false, Some(found)) = (
                // A constant says that the file's own columns do not.
                map.constants.contains_key(field),
                names.iter().find_map(|name| plains.iter().position(|p| p == name)),
            ) {
                at.insert(field, found);
                notes.push(format!("{field}: column {:?}", table.headers[found]));
            }
        }
        Ok((Self { map, at }, notes))
    }

    /// Whether the map or the file gives the field.
    pub(super) fn has(&self, field: &str) -> bool {
        self.at.contains_key(field) || self.map.constants.contains_key(field)
    }

    /// Whether places are told by eastings and northings alone.
    pub(super) fn use_grid(&self, table: &SourceRows) -> bool {
        !table.has_geometry && self.has("easting") && self.has("northing") && !self.has("lon")
    }

    /// The column of a field.
    pub(super) fn column(&self, field: &str) -> Option<usize> {
        self.at.get(field).copied()
    }

    /// Takes a column for a field that the map does not place.
    pub(super) fn set(&mut self, field: &'static str, column: usize) {
        if !self.map.fields.contains_key(field) {
            self.at.insert(field, column);
        }
    }

    /// Whether the map itself says where the field is.
    pub(super) fn is_mapped(&self, field: &str) -> bool {
        self.map.fields.contains_key(field) || self.map.constants.contains_key(field)
    }

    /// Takes a column for a field that neither the map nor the field's usual names place; the note says so.
    pub(super) fn guess(
        &mut self,
        field: &'static str,
        column: Option<usize>,
        headers: &[String],
    ) -> Option<String> {
        let at = column.filter(|_| !self.has(field))?;
        self.at.insert(field, at);
        Some(format!("{field}: column {:?}", headers[at]))
    }

    /// A note of every column that has values and is read as nothing: what vanishes is told by its name. `also` says of a
    /// column whether it is read beside the fields.
    pub(super) fn unread(&self, table: &SourceRows, also: impl Fn(usize) -> bool) -> Option<String> {
        let conditions = || self.map.keep.iter().chain(&self.map.drop);
        let is_read = |at: usize| {
            self.at.values().any(|read| *read == at)
                || conditions().any(|condition| condition.column == table.headers[at])
                || also(at)
        };
        let has_values = |at: usize| {
            table
                .rows
                .iter()
                .any(|row| row.values.get(at).is_some_and(|v| v.as_deref().and_then(present).is_some()))
        };
        let unread = (0..table.headers.len()).filter(|&at| !is_read(at) && has_values(at));
        let names: Vec<&str> =
            unread.map(|at| table.headers[at].as_str()).filter(|name| !name.is_empty()).collect();
        (!names.is_empty())
            .then(|| format!("{}: columns that are not read: {}", table.file, names.join(", ")))
    }

    /// # Errors
    /// The first of the fields that neither the map nor the file gives.
    pub(super) fn must_have(&self, table: &SourceRows, fields: &[&str]) -> Result<(), FileError> {
        let Some(missing) = fields.iter().find(|field| !self.has(field)) else { return Ok(()) };
        let columns = table.headers.join(", ");
        let reason =
            format!("no column for {missing}; say in the map which it is. The columns are {columns}");
        Err(FileError { file: table.file.clone(), reason })
    }

    /// As [`Self::get`], for what a row cannot be without.
    ///
    /// # Errors
    /// It is missing.
    pub(super) fn required<'r>(
        &'r self,
        row: &'r SourceRow,
        field: &'static str,
    ) -> Result<&'r str, RefusedValue> {
        self.get(row, field).ok_or_else(|| (field, String::new(), "missing".to_owned()))
    }

    /// The row's own value, by the map's table of values where it has one for the field, else the map's constant; `None`
    /// for neither.
    pub(super) fn get<'r>(&'r self, row: &'r SourceRow, field: &str) -> Option<&'r str> {
        let own = self.own(row, field);
        match own.and_then(|given| self.means(field, given)) {
            Some("") => None,
            Some(meaning) => Some(meaning),
            None => own.or_else(|| self.map.constants.get(field).map(String::as_str)),
        }
    }

    /// What the row's value says; one that cannot be read goes to `unread`, and the field is unknown.
    pub(super) fn parsed<T>(
        &self,
        row: &SourceRow,
        field: &'static str,
        parse: impl Fn(&str) -> Result<T, String>,
        unread: &mut Vec<RefusedValue>,
    ) -> Option<T> {
        let given = self.get(row, field)?;
        parse(given).map_err(|why| unread.push((field, given.to_owned(), why))).ok()
    }

    /// What the row's value means, for a field whose every value the map's table must know: `Ok(None)` leaves the row out.
    ///
    /// # Errors
    /// The table does not have the value.
    pub(super) fn meaning<'r>(
        &'r self,
        row: &'r SourceRow,
        field: &str,
    ) -> Result<Option<Option<&'r str>>, String> {
        let Some(given) = self.own(row, field).filter(|_| self.map.values.contains_key(field)) else {
            return Ok(Some(self.get(row, field)));
        };
        match self.means(field, given) {
            Some("") => Ok(None),
            Some(meaning) => Ok(Some(Some(meaning))),
            None => Err(format!("the map's values for {field} do not say what this means")),
        }
    }

    /// What the row itself says.
    fn own<'r>(&self, row: &'r SourceRow, field: &str) -> Option<&'r str> {
        self.at.get(field).and_then(|&at| row.values.get(at)?.as_deref()).and_then(present)
    }

    /// What the map's table says that a value means.
    fn means(&self, field: &str, given: &str) -> Option<&str> {
        let table = self.map.values.get(field)?;
        let same = |from: &str| from.trim().to_lowercase() == given.trim().to_lowercase();
        table
            .iter()
            .find(|(from, _)| same(from))
            .map(|(_, to)| to)
            .or_else(|| table.get("*"))
            .map(String::as_str)
    }
}
