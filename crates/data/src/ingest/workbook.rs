//! Workbooks: xlsx, xls and ods, one sheet of them, cell by cell as it is typed.

mod cells;
mod sheets;

use super::rows::{MAX_VALUE_BYTES, SourceRow, SourceRows, too_long};
use super::{RowError, csv, fitting};
use crate::ingest::map::ImportMap;
use crate::record::RecordKind;
use sheets::{OpenWorkbook, SheetRow};
use std::panic::catch_unwind;

/// How many rows of each sheet are looked at, to see which fits.
const LOOKED_AT: usize = 60;

/// Rows of the sheet that the map names, else of the one that fits what is imported.
///
/// # Errors
/// Why there is no such sheet, or why it cannot be read.
pub(super) fn rows(
    file: &str,
    bytes: &[u8],
    kind: RecordKind,
    map: &ImportMap,
) -> Result<SourceRows, String> {
    // The library falls over some damaged files, those of the older kind above all: to whoever has one it is damaged.
    catch_unwind(|| read(file, bytes, kind, map))
        .unwrap_or_else(|_| Err("a damaged workbook: open it, and save it again, or as CSV".to_owned()))
}

fn read(file: &str, bytes: &[u8], kind: RecordKind, map: &ImportMap) -> Result<SourceRows, String> {
    let mut book = OpenWorkbook::new(bytes)?;
    let (sheet, note) = chosen(&mut book, file, kind, map)?;
    let mut table = table(file, book.rows(&sheet, usize::MAX)?, map.header.as_deref())?;
    table.notes.extend(note);
    Ok(table)
}

/// The sheet to read, and which the others are.
fn chosen(
    book: &mut OpenWorkbook<'_>,
    file: &str,
    kind: RecordKind,
    map: &ImportMap,
) -> Result<(String, Option<String>), String> {
    let all = book.names();
    if let Some(named) = &map.sheet {
        let found = all.iter().find(|name| *name == named);
        let found = found.or_else(|| all.iter().find(|name| name.trim().eq_ignore_ascii_case(named.trim())));
        return match found {
            Some(sheet) => Ok((sheet.clone(), None)),
            None => Err(format!("the map says sheet {named:?}; the sheets are {}", all.join(", "))),
        };
    }
    let mut fits: Vec<(usize, String)> = Vec::new();
    for name in book.shown() {
        let rows = book.rows(&name, LOOKED_AT)?;
        // A sheet of notes has no table.
        if let Ok(table) = table(file, rows, map.header.as_deref())
            && !table.rows.is_empty()
        {
            fits.push((fitting::fields_found(&table, kind, map), name));
        }
    }
    fits.sort_by_key(|fit| std::cmp::Reverse(fit.0));
    match fits.as_slice() {
        [] => Err("no sheet of it has a table".to_owned()),
        [(_, only)] if all.len() == 1 => Ok((only.clone(), None)),
        [(_, only)] => Ok((only.clone(), Some(format!("{file}: sheet {only:?} of {}", all.join(", "))))),
        [(best, sheet), (next, _), ..] if best > next => Ok((
            sheet.clone(),
            Some(format!("{file}: sheet {sheet:?} of {}, as the one that fits", all.join(", "))),
        )),
        [(best, _), ..] => {
            let alike: Vec<&str> =
                fits.iter().filter(|(fit, _)| fit == best).map(|(_, name)| name.as_str()).collect();
            Err(format!(
                "several sheets fit alike: {}; say in the map which is meant (sheet = \"…\")",
                alike.join(", ")
            ))
        }
    }
}

/// Rows of a sheet as a table: what stands above its header are titles, and blank rows are none.
fn table(file: &str, rows: Vec<SheetRow>, header: Option<&[String]>) -> Result<SourceRows, String> {
    let mut table = SourceRows { file: file.to_owned(), ..SourceRows::default() };
    let mut rows = rows.into_iter().filter(|row| width(row) > 0).collect::<Vec<_>>();
    if let Some(header) = header {
        table.headers = header.to_vec();
    } else {
        let widths: Vec<usize> = rows.iter().take(csv::HEADER_WITHIN).map(width).collect();
        let at = csv::header_among(&widths);
        let mut first = rows.drain(..rows.len().min(at + 1));
        let titles = first.by_ref().take(at);
        table.titles =
            titles.map(|row| row.values.into_iter().flatten().collect::<Vec<_>>().join(" ")).collect();
        let header = first.next().ok_or("no header")?;
        drop(first);
        if at > 0 {
            table.notes.push(format!("{file}: the header is on row {}", header.line));
        }
        let wide = width(&header);
        table.headers = header
            .values
            .into_iter()
            .take(wide)
            .map(|cell| cell.unwrap_or_default().trim().to_owned())
            .collect();
    }
    if table.headers.len() > csv::MAX_COLUMNS {
        return Err(format!("{} columns; at most {} are read", table.headers.len(), csv::MAX_COLUMNS));
    }
    for mut row in rows {
        let filled = width(&row);
        let reason = if filled > table.headers.len() {
            Some(format!("{filled} values for {} columns", table.headers.len()))
        } else {
            row.values.iter().flatten().any(|value| value.len() > MAX_VALUE_BYTES).then(too_long)
        };
        if let Some(reason) = reason {
            let value = row.values.into_iter().next().flatten().unwrap_or_default();
            let (file, field) = (file.to_owned(), "row".to_owned());
            table.broken.push(RowError { file, line: row.line, field, value, reason });
            continue;
        }
        row.values.resize(table.headers.len(), None);
        table.rows.push(SourceRow { line: row.line, values: row.values, ..SourceRow::default() });
    }
    Ok(table)
}

/// How many columns a row fills, blank ones at its end aside.
fn width(row: &SheetRow) -> usize {
    let filled = |cell: &Option<String>| cell.as_deref().is_some_and(|text| !text.trim().is_empty());
    row.values.iter().rposition(filled).map_or(0, |last| last + 1)
}
