//! Rows of one file, and where those go that cannot be used.

use super::RejectedFeedRow;
use std::borrow::Cow;

/// The most characters of a value that are told of it.
const TOLD: usize = 200;

/// What reading has to say besides the feed.
#[derive(Default)]
pub(super) struct FeedReport {
    pub(super) rejected: Vec<RejectedFeedRow>,
    pub(super) notes: Vec<String>,
}

/// What is wrong with a row.
pub(super) struct WrongValue {
    pub(super) field: &'static str,
    pub(super) value: String,
    pub(super) reason: String,
}

pub(super) fn wrong<T>(field: &'static str, value: &str, reason: impl Into<String>) -> Result<T, WrongValue> {
    Err(WrongValue { field, value: value.to_owned(), reason: reason.into() })
}

impl FeedReport {
    pub(super) fn reject(&mut self, file: &'static str, line: u64, wrong: WrongValue) {
        let value = wrong.value.chars().take(TOLD).collect();
        self.rejected.push(RejectedFeedRow { file, line, field: wrong.field, value, reason: wrong.reason });
    }

    pub(super) fn note(&mut self, count: usize, what: &str) {
        if count > 0 {
            self.notes.push(format!("{count} {what}"));
        }
    }
}

/// One row.
pub(super) struct FeedRow<'a> {
    columns: &'a [String],
    record: &'a csv::ByteRecord,
    pub(super) line: u64,
}

impl FeedRow<'_> {
    /// The value of a column without blanks around it; empty where there is none.
    pub(super) fn get(&self, field: &str) -> Cow<'_, str> {
        let at = self.columns.iter().position(|column| column == field);
        let bytes = at.and_then(|at| self.record.get(at)).unwrap_or_default();
        String::from_utf8_lossy(bytes.trim_ascii())
    }

    /// The value of a column that may not be empty.
    pub(super) fn need(&self, field: &'static str) -> Result<Cow<'_, str>, WrongValue> {
        let value = self.get(field);
        if value.is_empty() { wrong(field, "", "is empty") } else { Ok(value) }
    }
}

/// Gives each row to `take`, and lists those that it cannot use.
pub(super) fn each(
    file: &'static str,
    bytes: &[u8],
    out: &mut FeedReport,
    mut take: impl FnMut(&FeedRow<'_>, &mut FeedReport) -> Result<(), WrongValue>,
) {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
    let columns: Vec<String> = match reader.byte_headers() {
        Ok(names) => names.iter().map(|n| String::from_utf8_lossy(n.trim_ascii()).into_owned()).collect(),
        Err(_) => return,
    };
    let mut record = csv::ByteRecord::new();
    while let Ok(true) = reader.read_byte_record(&mut record) {
        let line = record.position().map_or(0, csv::Position::line);
        let row = FeedRow { columns: &columns, record: &record, line };
        if let Err(wrong) = take(&row, out) {
            out.reject(file, line, wrong);
        }
    }
}
