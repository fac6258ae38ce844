//! CSV as people send it: comma, semicolon, tab or bar; quoted newlines; ragged rows; titles above the header.

mod quotes;

use super::rows::{MAX_VALUE_BYTES, SourceRow, SourceRows, too_long};
use super::{RowError, cells};
use csv::{ReaderBuilder, StringRecord};
use std::borrow::Cow;

/// Most columns of a table.
pub(super) const MAX_COLUMNS: usize = 200;

/// Most bytes of a line: every column as long as a value may be would be more, and no table that people send is.
pub const MAX_LINE_BYTES: usize = 16 << 20;

/// How many records a header is looked for in.
pub(super) const HEADER_WITHIN: usize = 50;

/// Rows of a file; of one without a header, under the names that the map gives its columns.
///
/// # Errors
/// Why the file is no table.
pub(super) fn rows(file: &str, text: &str, header: Option<&[String]>) -> Result<SourceRows, String> {
    // Lines that end as they did on old Macs.
    let newlines =
        if text.contains('\n') { Cow::Borrowed(text) } else { Cow::Owned(text.replace('\r', "\n")) };
    // Before anything reads them: a record is kept whole several times over.
    let (text, long) = without_long_lines(&newlines);
    let of_long = format!("a line longer than {} MiB", MAX_LINE_BYTES >> 20);
    if let (Some(line), true) = (long.first(), text.trim().is_empty()) {
        return Err(format!("line {line}: {of_long}"));
    }
    let text = text.as_ref();
    let delimiter = delimiter(text);
    let (start, columns) = header.map_or_else(|| header_at(text, delimiter), |names| (0, names.len()));
    let (text, open) = quotes::without_open(text, delimiter, columns);
    if let Some(first) = open.first().filter(|open| header.is_none() && open.line <= line_of(&text, start)) {
        return Err(format!("line {}: {}", first.line, first.reason));
    }
    let text = text.as_ref();
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .has_headers(header.is_none())
        .from_reader(&text.as_bytes()[start..]);
    let headers: Vec<String> = match header {
        Some(names) => names.to_vec(),
        None => {
            let first = reader.headers().map_err(|e| format!("no header: {e}"))?;
            first.iter().map(|h| h.trim().to_owned()).collect()
        }
    };
    if headers.len() > MAX_COLUMNS {
        return Err(format!("{} columns; at most {MAX_COLUMNS} are read", headers.len()));
    }
    if headers.iter().all(String::is_empty) {
        return Err("no header".into());
    }
    let mut table = SourceRows { file: file.to_owned(), headers, ..SourceRows::default() };
    let mut lines = CsvLines { text: text.as_bytes(), at: 0, line: 1 };
    if start > 0 {
        table.titles = text[..start].lines().map(str::to_owned).filter(|l| !l.trim().is_empty()).collect();
        table.notes.push(format!("{file}: the header is on line {}", lines.of(start)));
    }
    table.broken.extend(open.into_iter().map(|open| RowError {
        file: file.to_owned(),
        line: open.line,
        field: "row".into(),
        value: String::new(),
        reason: open.reason.into(),
    }));
    table.broken.extend(long.into_iter().map(|line| RowError {
        file: file.to_owned(),
        line,
        field: "row".into(),
        value: String::new(),
        reason: of_long.clone(),
    }));
    let mut record = StringRecord::new();
    loop {
        let read = reader.read_record(&mut record);
        let position = match &read {
            Ok(_) => record.position(),
            Err(error) => error.position(),
        };
        let line = lines.of(start + position.map_or(0, |p| p.byte() as usize));
        let mut broken = |value: &str, reason: String| {
            table.broken.push(RowError {
                file: file.to_owned(),
                line,
                field: "row".into(),
                value: value.to_owned(),
                reason,
            });
        };
        match read {
            Ok(false) => break,
            Ok(true) if width(&record) == 0 => {}
            Ok(true) if width(&record) > table.headers.len() => {
                let reason = format!("{} values for {} columns", record.len(), table.headers.len());
                broken(record.iter().next().unwrap_or_default(), reason);
            }
            Ok(true) if record.iter().any(|value| value.len() > MAX_VALUE_BYTES) => {
                broken(record.iter().next().unwrap_or_default(), too_long());
            }
            Ok(true) => {
                let values = (0..table.headers.len())
                    .map(|i| {
                        record.get(i).map(|cell| cells::without_entities(cells::unwrapped(cell)).into_owned())
                    })
                    .collect();
                table.rows.push(SourceRow { line, values, ..SourceRow::default() });
            }
            Err(error) => broken("", error.to_string()),
        }
    }
    Ok(table)
}

/// The text with every line that is too long left blank, so that the others keep their numbers, and the numbers of those.
fn without_long_lines(text: &str) -> (Cow<'_, str>, Vec<u64>) {
    let is_long = |line: &str| line.len() > MAX_LINE_BYTES;
    if !text.split('\n').any(is_long) {
        return (Cow::Borrowed(text), Vec::new());
    }
    let (mut rest, mut long) = (String::new(), Vec::new());
    for (line, number) in text.split_inclusive('\n').zip(1..) {
        match is_long(line) {
            true => long.push(number),
            false => rest.push_str(line),
        }
        if is_long(line) && line.ends_with('\n') {
            rest.push('\n');
        }
    }
    (Cow::Owned(rest), long)
}

/// How many columns a record fills, blank ones at its end aside.
fn width(record: &StringRecord) -> usize {
    (0..record.len()).rfind(|&at| !record[at].trim().is_empty()).map_or(0, |last| last + 1)
}

/// The line on which a byte stands.
fn line_of(text: &str, byte: usize) -> u64 {
    1 + text.as_bytes()[..byte].iter().filter(|b| **b == b'\n').count() as u64
}

/// Where the header begins, in bytes, and how wide it is: the first record as wide as most are. Statistics offices put a
/// title, a date and a blank line above it.
fn header_at(text: &str, delimiter: u8) -> (usize, usize) {
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .has_headers(false)
        .from_reader(text.as_bytes());
    let first: Vec<(usize, usize)> = reader
        .records()
        .take(HEADER_WITHIN)
        .filter_map(|record| {
            let record = record.ok()?;
            Some((width(&record), record.position()?.byte() as usize))
        })
        .collect();
    let widths: Vec<usize> = first.iter().map(|record| record.0).collect();
    if widths.iter().all(|&width| width < 2) {
        return (0, 1);
    }
    let (width, at) = first[header_among(&widths)];
    // Blank lines before a header that is the first are none of its titles.
    if at == first[0].1 { (0, width) } else { (at, width) }
}

/// Which of the first records is the header, by how many columns each fills: the first as wide as most are.
pub(super) fn header_among(widths: &[usize]) -> usize {
    let mut wide: Vec<usize> = widths.iter().copied().filter(|&w| w > 1).collect();
    wide.sort_unstable();
    // Rows may end in blanks, so the header is at least as wide as the middling row and a title is narrower.
    let Some(&usual) = wide.get(wide.len() / 2) else { return 0 };
    let header = widths.iter().position(|&width| width >= usual);
    header.filter(|&at| widths[at] > widths[0]).unwrap_or(0)
}

/// Line numbers of byte offsets that only grow. The reader's own are one short after `\r\n`.
struct CsvLines<'a> {
    text: &'a [u8],
    at: usize,
    line: u64,
}

impl CsvLines<'_> {
    /// The line on which the record that begins at `byte` has its first character.
    fn of(&mut self, byte: usize) -> u64 {
        while self.at < self.text.len() && (self.at < byte || matches!(self.text[self.at], b'\r' | b'\n')) {
            self.line += u64::from(self.text[self.at] == b'\n');
            self.at += 1;
        }
        self.line
    }
}

/// The separator that splits most of the first lines alike, into most columns; a comma on a tie. Not the header alone: a
/// title may stand above it, and text may hold any of them.
fn delimiter(text: &str) -> u8 {
    let count = |line: &str, separator: u8| {
        let mut quoted = false;
        line.bytes()
            .filter(|&byte| {
                quoted ^= byte == b'"';
                byte == separator && !quoted
            })
            .count()
    };
    let alike = |separator: u8| {
        let mut counts: Vec<usize> =
            text.lines().take(HEADER_WITHIN).map(|line| count(line, separator)).filter(|&n| n > 0).collect();
        counts.sort_unstable();
        counts.chunk_by(|a, b| a == b).map(|same| (same.len(), same[0])).max().unwrap_or((0, 0))
    };
    [b'|', b'\t', b';', b','].into_iter().max_by_key(|&separator| alike(separator)).unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<u64> {
        rows("x.csv", text, None).unwrap().rows.iter().map(|r| r.line).collect()
    }

    #[test]
    fn lines_are_those_an_editor_shows() {
        assert_eq!(lines("a,b\n1,2\n\n3,4\n"), [2, 4]);
        assert_eq!(lines("a,b\r\n1,2\r\n\r\n3,4\r\n"), [2, 4]);
        assert_eq!(lines("a,b\n1,\"two\nlines\"\n3,4\n"), [2, 4]);
    }

    #[test]
    fn titles_above_the_header_are_passed_over() {
        let text = "TS001 - Usual residents\n\"Crown copyright\"\n\n\"population\",\"All\"\n\n\
            area,mnemonic,2021\nOne,E01000001,5\nTwo,E01000002,6\n\nfootnote\n";
        let table = rows("x.csv", text, None).unwrap();
        assert_eq!(table.headers, ["area", "mnemonic", "2021"]);
        assert_eq!(table.rows.iter().map(|r| r.line).collect::<Vec<_>>(), [7, 8, 10]);
        assert_eq!(table.notes, ["x.csv: the header is on line 6"]);
        let semicolons = rows("x.csv", "A title, with a comma\ncode;people\na;1\nb;2\n", None).unwrap();
        assert_eq!(semicolons.headers, ["code", "people"]);
    }

    #[test]
    fn a_plain_header_stays_the_header() {
        for text in ["a,b,\n1,2,\n3,4,\n", "a,b,c\n1\n2\n", "a\n1\n2\n", "a,b,c\n1,2,\n3,,\n"] {
            let table = rows("x.csv", text, None).unwrap();
            assert_eq!((table.headers[0].as_str(), table.rows.len()), ("a", 2), "{text}");
        }
    }

    #[test]
    fn a_quotation_mark_that_stays_open_costs_its_line_alone() {
        let rows_of = |n: u32| (1..=n).map(|n| format!("{n},b\n")).collect::<String>();
        let table = rows("x.csv", &format!("a,b\n{}9,\"open\n{}", rows_of(3), rows_of(40)), None).unwrap();
        assert_eq!((table.rows.len(), table.broken.len(), table.broken[0].line), (43, 1, 5));
        assert!(
            table.broken[0].value.is_empty()
                && table.rows.iter().all(|r| r.values[1].as_deref() == Some("b"))
        );
        assert!(rows("x.csv", "a,\"b\n1,2\n", None).unwrap_err().contains("line 1"));
        let old_mac = rows("x.csv", "a,b\r1,\"open\r2,b\r3,b\r", None).unwrap();
        assert_eq!((old_mac.rows.len(), old_mac.broken[0].line), (2, 2));
    }

    #[test]
    fn a_row_of_too_many_values_is_rejected_with_its_line() {
        let table = rows("x.csv", "a,b\r\n1,2\r\n1,2,3\r\n", None).unwrap();
        assert_eq!((table.rows.len(), table.broken[0].line), (1, 3));
    }
}
