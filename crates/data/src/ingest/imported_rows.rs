//! From rows to records. A reader of a row is a function of the row and of what is known: it returns what it made of it, with
//! what it could not read, or why the row does not land. What collects them stands here, once.

use super::rows::{SourceRow, SourceRows};
use super::unread::{RefusedValue, UnreadValues};
use super::{FileError, RowError};

/// What became of a row.
pub(super) enum RowOutcome<R> {
    /// It is a record; values of it that could not be read leave their fields unknown, and a listing with an odd date is still
    /// there.
    Record(R, Vec<RefusedValue>),
    /// The map leaves it out.
    LeftOut,
    /// It does not count, for a reason that its reader tells in a note.
    PassedOver,
    /// It is of an area that is not one of those here, by this code.
    Outside(String),
}

/// What a reader of rows returns; refused is the value that keeps the row from landing.
pub(super) type RowResult<R> = Result<RowOutcome<R>, RefusedValue>;

/// Records of one kind, and what there is to tell of the rows that they were read from.
pub(super) type RecordsRead<R> = Result<(Vec<R>, ImportedRows), FileError>;

/// What reading rows gives beside records.
#[derive(Debug, Default)]
pub(super) struct ImportedRows {
    pub(super) rejected: Vec<RowError>,
    /// Rows that the map leaves out.
    pub(super) left_out: u64,
    /// Rows left out for a reason of their own, each told in a note.
    pub(super) passed_over: u64,
    /// Rows that land, where that is not one for each record.
    pub(super) landed: Option<u64>,
    /// Figures of wide tables beyond one for each row.
    pub(super) more_rows: u64,
    pub(super) notes: Vec<String>,
    /// Rows of areas that are not here, and the code of the first.
    outside: Option<(u64, String)>,
    unread: UnreadValues,
}

/// Reads every row of a table; `land` takes each record with its row.
pub(super) fn read_rows<'a, R>(
    table: &'a SourceRows,
    read: impl Fn(&'a SourceRow) -> RowResult<R>,
    mut land: impl FnMut(R, &'a SourceRow),
) -> ImportedRows {
    let mut told = ImportedRows::default();
    for row in &table.rows {
        match read(row) {
            Ok(RowOutcome::Record(record, unread)) => {
                unread.into_iter().for_each(|refused| told.unread.add(table, row, refused));
                land(record, row);
            }
            Ok(RowOutcome::LeftOut) => told.left_out += 1,
            Ok(RowOutcome::PassedOver) => told.passed_over += 1,
            Ok(RowOutcome::Outside(code)) => told.pass_outside(code),
            Err((field, value, why)) => told.rejected.push(rejected(table, row, field, &value, why)),
        }
    }
    told
}

/// A row that does not land.
pub(super) fn rejected(
    table: &SourceRows,
    row: &SourceRow,
    field: &str,
    value: &str,
    reason: impl Into<String>,
) -> RowError {
    RowError {
        file: table.file.clone(),
        line: row.line,
        field: field.to_owned(),
        value: value.chars().take(200).collect(),
        reason: reason.into(),
    }
}

impl ImportedRows {
    /// A note that stands already is not told twice: files of one source are much alike.
    pub(super) fn note(&mut self, note: String) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    pub(super) fn note_all(&mut self, notes: impl IntoIterator<Item = String>) {
        notes.into_iter().for_each(|note| self.note(note));
    }

    /// Takes what was told of further rows.
    pub(super) fn add(&mut self, other: Self) {
        let Self { rejected, left_out, passed_over, landed, more_rows, notes, outside, unread } = other;
        self.rejected.extend(rejected);
        self.left_out += left_out;
        self.passed_over += passed_over;
        self.landed = landed.or(self.landed);
        self.more_rows += more_rows;
        self.note_all(notes);
        self.unread.add_all(unread);
        if let Some((rows, first)) = outside {
            self.outside.get_or_insert((0, first)).0 += rows;
        }
    }

    /// Passes over a row of an area that is not here.
    pub(super) fn pass_outside(&mut self, code: String) {
        self.passed_over += 1;
        self.outside.get_or_insert((0, code)).0 += 1;
    }

    /// Notes how many rows are of areas that are not here: a nation's file given for one place is no mistake.
    pub(super) fn note_outside(&mut self) {
        if let Some((rows, first)) = self.outside.take() {
            let rows = if rows == 1 { "1 row".to_owned() } else { format!("{rows} rows") };
            self.note(format!("outside your areas: {rows}, the first of {first}"));
        }
    }

    /// Notes what could not be read so far.
    pub(super) fn note_unread(&mut self) {
        let unread = std::mem::take(&mut self.unread);
        self.note_all(unread.notes());
    }
}
