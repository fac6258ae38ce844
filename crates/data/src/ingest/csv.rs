//! CSV as people send it: comma, semicolon or tab; quoted newlines; ragged rows.

use super::RowError;
use super::rows::{Row, Rows};
use csv::{ReaderBuilder, StringRecord};

const MAX_COLUMNS: usize = 1000;

/// # Errors
/// Why the file is no table.
pub(super) fn rows(file: &str, text: &str) -> Result<Rows, String> {
    let delimiter = delimiter(text);
    let mut reader = ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes());
    let headers: Vec<String> = reader
        .headers()
        .map_err(|e| format!("no header: {e}"))?
        .iter()
        .map(|h| h.trim().to_owned())
        .collect();
    if headers.len() > MAX_COLUMNS {
        return Err(format!("{} columns; at most {MAX_COLUMNS} are read", headers.len()));
    }
    if headers.iter().all(String::is_empty) {
        return Err("no header".into());
    }
    let mut table = Rows { file: file.to_owned(), headers, ..Rows::default() };
    let mut record = StringRecord::new();
    loop {
        match reader.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) => {
                let line = record.position().map_or(0, csv::Position::line);
                if record.iter().all(|v| v.trim().is_empty()) {
                    continue;
                }
                if record.len() != table.headers.len()
                    && record.iter().skip(table.headers.len()).any(|v| !v.trim().is_empty())
                {
                    table.broken.push(RowError {
                        file: file.to_owned(),
                        line,
                        field: "row".into(),
                        value: record.iter().next().unwrap_or_default().to_owned(),
                        reason: format!("{} values for {} columns", record.len(), table.headers.len()),
                    });
                    continue;
                }
                let values = (0..table.headers.len()).map(|i| record.get(i).map(str::to_owned)).collect();
                table.rows.push(Row { line, values, geometry: None });
            }
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                table.broken.push(RowError {
                    file: file.to_owned(),
                    line,
                    field: "row".into(),
                    value: String::new(),
                    reason: error.to_string(),
                });
            }
        }
    }
    Ok(table)
}

/// The separator that splits the header into most columns; a comma on a tie.
fn delimiter(text: &str) -> u8 {
    let header = text.lines().next().unwrap_or_default();
    let mut quoted = false;
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0), (b'|', 0)];
    for byte in header.bytes() {
        if byte == b'"' {
            quoted = !quoted;
        } else if let Some(count) = counts.iter_mut().find(|c| c.0 == byte && !quoted) {
            count.1 += 1;
        }
    }
    let most = counts.iter().map(|c| c.1).max().unwrap_or(0);
    counts.iter().find(|c| c.1 == most).map_or(b',', |c| c.0)
}
