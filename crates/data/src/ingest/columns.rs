//! Which column is which field: as the map says, else by the names people use.

use super::rows::{Row, Rows};
use super::{FileError, Out};
use crate::map::Map;
use crate::text::{plain, present};
use std::collections::BTreeMap;

/// Columns of one file by field.
pub(super) struct Columns<'a> {
    map: &'a Map,
    at: BTreeMap<&'static str, usize>,
}

impl<'a> Columns<'a> {
    /// Finds `fields`: each with the names it goes by, the best first.
    ///
    /// # Errors
    /// The map names a field that the kind does not have, or a column that the file does not have.
    pub(super) fn find(
        table: &Rows,
        map: &'a Map,
        fields: &[(&'static str, &[&str])],
        out: &mut Out,
    ) -> Result<Self, FileError> {
        let wrong = |reason: String| FileError { file: table.file.clone(), reason };
        let all = || fields.iter().map(|f| f.0).collect::<Vec<_>>().join(", ");
        for named in map.fields.keys().chain(map.constants.keys()).chain(map.values.keys()) {
            if !fields.iter().any(|(field, _)| field == named) {
                return Err(wrong(format!("the map has a field {named:?}; the fields are {}", all())));
            }
        }
        let plains: Vec<String> = table.headers.iter().map(|h| plain(h)).collect();
        let mut at = BTreeMap::new();
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
                out.note(format!("{field}: column {:?}", table.headers[found]));
            }
        }
        Ok(Self { map, at })
    }

    /// Whether the map or the file gives the field.
    pub(super) fn has(&self, field: &str) -> bool {
        self.at.contains_key(field) || self.map.constants.contains_key(field)
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

    /// The row's own value, else the map's constant; `None` for neither.
    pub(super) fn get<'r>(&'r self, row: &'r Row, field: &str) -> Option<&'r str> {
        let own = self.at.get(field).and_then(|&at| row.values.get(at)?.as_deref()).and_then(present);
        own.or_else(|| self.map.constants.get(field).map(String::as_str))
    }

    /// What the row's value means, by the map's table for the field: `Ok(None)` leaves the row out.
    ///
    /// # Errors
    /// The table does not have the value.
    pub(super) fn meaning<'r>(
        &'r self,
        row: &'r Row,
        field: &str,
    ) -> Result<Option<Option<&'r str>>, String> {
        let value = self.get(row, field);
        let Some(table) = self.map.values.get(field) else { return Ok(Some(value)) };
        let Some(given) = value else { return Ok(Some(None)) };
        let own = table.iter().find(|(from, _)| from.trim().eq_ignore_ascii_case(given.trim()));
        match own.map(|(_, to)| to).or_else(|| table.get("*")) {
            Some(meaning) if meaning.is_empty() => Ok(None),
            Some(meaning) => Ok(Some(Some(meaning))),
            None => Err(format!("the map's values for {field} do not say what this means")),
        }
    }
}
