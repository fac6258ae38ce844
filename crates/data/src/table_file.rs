//! A small table with a header row, such as those that the program carries: read whole, or not at all.

use crate::text;
use csv::ReaderBuilder;
use std::collections::BTreeMap;
use thiserror::Error;

/// A table that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{file}:{line}: {field} {value:?}: {reason}")]
pub struct TableError {
    /// File.
    pub file: String,
    /// Line; the header is line 1.
    pub line: u64,
    /// Column.
    pub field: String,
    /// Value.
    pub value: String,
    /// Why.
    pub reason: String,
}

/// One row of a table: its values by column.
pub(crate) struct TableRow {
    file: String,
    line: u64,
    values: BTreeMap<String, String>,
}

impl TableRow {
    pub(crate) fn wrong(&self, field: &str, value: &str, reason: impl Into<String>) -> TableError {
        TableError {
            file: self.file.clone(),
            line: self.line,
            field: field.into(),
            value: value.into(),
            reason: reason.into(),
        }
    }

    pub(crate) fn optional(&self, field: &str) -> Option<&str> {
        self.values.get(field).map(|v| v.trim()).filter(|v| !v.is_empty())
    }

    pub(crate) fn required(&self, field: &str) -> Result<&str, TableError> {
        self.optional(field).ok_or_else(|| self.wrong(field, "", "missing"))
    }

    /// Yes or no; nothing is no.
    pub(crate) fn flag(&self, field: &str) -> Result<bool, TableError> {
        let Some(given) = self.optional(field) else { return Ok(false) };
        text::yes(given).map_err(|why| self.wrong(field, given, why))
    }

    pub(crate) fn above_zero(&self, field: &str) -> Result<f64, TableError> {
        let given = self.required(field)?;
        match text::number(given) {
            Ok(n) if n > 0.0 => Ok(n),
            _ => Err(self.wrong(field, given, "not a number above 0")),
        }
    }
}

/// Rows, no two of which have the same id.
pub(crate) fn rows(table: (&str, &str)) -> Result<Vec<TableRow>, TableError> {
    rows_by(table, "id")
}

/// Rows, no two of which have the same `key`.
pub(crate) fn rows_by((file, text): (&str, &str), key: &str) -> Result<Vec<TableRow>, TableError> {
    let wrong = |line: u64, reason: String| TableError {
        file: file.into(),
        line,
        field: "row".into(),
        value: String::new(),
        reason,
    };
    let mut reader =
        ReaderBuilder::new().comment(Some(b'#')).from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let headers = reader.headers().map_err(|e| wrong(1, e.to_string()))?.clone();
    let mut rows: Vec<TableRow> = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|e| wrong(e.position().map_or(0, csv::Position::line), e.to_string()))?;
        let line = record.position().map_or(0, csv::Position::line);
        let values: BTreeMap<String, String> =
            headers.iter().zip(record.iter()).map(|(h, v)| (h.trim().to_owned(), v.to_owned())).collect();
        let row = TableRow { file: file.into(), line, values };
        let id = row.required(key)?;
        if let Some(first) = rows.iter().find(|r| r.optional(key) == Some(id)) {
            return Err(row.wrong(key, id, format!("line {} has it already", first.line)));
        }
        rows.push(row);
    }
    Ok(rows)
}
