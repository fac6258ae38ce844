//! The sheets of a workbook, opened without taking more memory than they may.

use super::cells;
use crate::ingest::MAX_FILE_BYTES;
use crate::ingest::csv::MAX_COLUMNS;
use crate::ingest::packed::{self, at_most, is_zip};
use calamine::{Data, DataRef, Ods, Reader, Sheet, SheetType, SheetVisible, Xls, Xlsx};
use quick_xml::events::{BytesStart, Event};
use std::collections::BTreeMap;
use std::io::{Cursor, Read};

/// Most cells of a sheet, blank ones between others included.
const MAX_CELLS: usize = 20_000_000;

/// Most bytes of a workbook of the older kind, which is read whole at once.
const MAX_OLDER_BYTES: usize = 64 << 20;

/// A row with the number that the sheet shows beside it.
#[derive(Debug, Clone, Default)]
pub(super) struct SheetRow {
    pub(super) line: u64,
    pub(super) values: Vec<Option<String>>,
}

/// A workbook whose sheets can be read one by one.
pub(super) enum OpenWorkbook<'a> {
    Xlsx(Box<Xlsx<Cursor<&'a [u8]>>>),
    Xls(Xls<Cursor<&'a [u8]>>),
    Ods(Ods<Cursor<&'a [u8]>>),
}

impl<'a> OpenWorkbook<'a> {
    /// # Errors
    /// It is damaged, locked, of another program, or larger than is read.
    pub(super) fn new(bytes: &'a [u8]) -> Result<Self, String> {
        let wrong = |e: &dyn std::fmt::Display| {
            format!(
                "a workbook that cannot be read ({e}): open it, and save it again without a password, or as CSV"
            )
        };
        let from = Cursor::new(bytes);
        if !is_zip(bytes) {
            if bytes.len() > MAX_OLDER_BYTES {
                return Err(format!(
                    "a workbook of an older kind larger than {} MiB: save it as xlsx",
                    MAX_OLDER_BYTES >> 20
                ));
            }
            return Xls::new(from).map(Self::Xls).map_err(|e| wrong(&e));
        }
        let content = checked(bytes)?;
        match content {
            Some(content) => {
                check_content(&content)?;
                Ods::new(from).map(Self::Ods).map_err(|e| wrong(&e))
            }
            None => Xlsx::new(from).map(|book| Self::Xlsx(Box::new(book))).map_err(|e| wrong(&e)),
        }
    }

    fn sheets(&self) -> &[Sheet] {
        match self {
            Self::Xlsx(book) => book.sheets_metadata(),
            Self::Xls(book) => book.sheets_metadata(),
            Self::Ods(book) => book.sheets_metadata(),
        }
    }

    /// Names of the sheets that hold cells.
    pub(super) fn names(&self) -> Vec<String> {
        let sheets = self.sheets().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
        sheets.map(|sheet| sheet.name.clone()).collect()
    }

    /// Those of them that are not hidden; all, if every one is.
    pub(super) fn shown(&self) -> Vec<String> {
        let seen =
            |sheet: &&Sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible;
        let shown: Vec<String> = self.sheets().iter().filter(seen).map(|sheet| sheet.name.clone()).collect();
        if shown.is_empty() { self.names() } else { shown }
    }

    /// Rows of a sheet that have anything in them, the first so many.
    ///
    /// # Errors
    /// It is damaged or larger than is read.
    pub(super) fn rows(&mut self, sheet: &str, most: usize) -> Result<Vec<SheetRow>, String> {
        let wrong = |e: &dyn std::fmt::Display| format!("sheet {sheet:?} cannot be read: {e}");
        let mut rows = SheetRows { most, ..SheetRows::default() };
        let range = match self {
            Self::Xlsx(book) => {
                let mut cells = book.worksheet_cells_reader(sheet).map_err(|e| wrong(&e))?;
                while let Some(cell) = cells.next_cell().map_err(|e| wrong(&e))? {
                    if !rows.put(cell.get_position(), cell.get_value()).map_err(|e| wrong(&e))? {
                        break;
                    }
                }
                return Ok(rows.done());
            }
            Self::Xls(book) => book.worksheet_range(sheet).map_err(|e| wrong(&e))?,
            Self::Ods(book) => book.worksheet_range(sheet).map_err(|e| wrong(&e))?,
        };
        let (top, left) = range.start().unwrap_or_default();
        for (row, column, value) in range.used_cells() {
            let at = (top + row as u32, left + column as u32);
            if !rows.put(at, &as_ref(value)).map_err(|e| wrong(&e))? {
                break;
            }
        }
        Ok(rows.done())
    }
}

fn as_ref(value: &Data) -> DataRef<'_> {
    match value {
        Data::Int(number) => DataRef::Int(*number),
        Data::Float(number) => DataRef::Float(*number),
        Data::String(text) => DataRef::SharedString(text),
        Data::Bool(yes) => DataRef::Bool(*yes),
        Data::DateTime(when) => DataRef::DateTime(*when),
        Data::DateTimeIso(text) => DataRef::DateTimeIso(text.clone()),
        Data::DurationIso(text) => DataRef::DurationIso(text.clone()),
        Data::Error(error) => DataRef::Error(error.clone()),
        Data::Empty => DataRef::Empty,
    }
}

/// Cells put together as rows, in whichever order they come.
#[derive(Default)]
struct SheetRows {
    most: usize,
    rows: BTreeMap<u32, Vec<Option<String>>>,
    cells: usize,
}

impl SheetRows {
    /// Puts a cell in its row; `false` once there are as many rows as were asked for.
    fn put(&mut self, (row, column): (u32, u32), value: &DataRef<'_>) -> Result<bool, String> {
        let Some(text) = cells::text(value).filter(|text| !text.trim().is_empty()) else { return Ok(true) };
        if column as usize >= MAX_COLUMNS {
            return Err(format!("it has more than {MAX_COLUMNS} columns"));
        }
        if self.rows.len() >= self.most && !self.rows.contains_key(&row) {
            return Ok(false);
        }
        let values = self.rows.entry(row).or_default();
        let column = column as usize;
        if values.len() <= column {
            self.cells += column + 1 - values.len();
            values.resize(column + 1, None);
        }
        values[column] = Some(text);
        if self.cells > MAX_CELLS {
            return Err(format!("it has more than {MAX_CELLS} cells"));
        }
        Ok(true)
    }

    fn done(self) -> Vec<SheetRow> {
        self.rows.into_iter().map(|(row, values)| SheetRow { line: u64::from(row) + 1, values }).collect()
    }
}

/// The content of an OpenDocument, `None` for the other kind. Every entry is unpacked once and thrown away, so that none can
/// take more than a file may.
fn checked(bytes: &[u8]) -> Result<Option<Vec<u8>>, String> {
    let damaged = |e: &dyn std::fmt::Display| format!("a damaged workbook: {e}");
    let mut archive = packed::open(bytes)?;
    let mut left = MAX_FILE_BYTES;
    let mut content = None;
    for at in 0..archive.len() {
        let entry = archive.by_index(at).map_err(|e| damaged(&e))?;
        if entry.name().is_ok_and(|name| name == "content.xml") {
            let unpacked = at_most(entry, left)?;
            left -= unpacked.len() as u64;
            content = Some(unpacked);
            continue;
        }
        let size = std::io::copy(&mut entry.take(left + 1), &mut std::io::sink()).map_err(|e| damaged(&e))?;
        left = left
            .checked_sub(size)
            .ok_or_else(|| format!("unpacked it is larger than {} MiB", MAX_FILE_BYTES >> 20))?;
    }
    let is_bin = archive.file_names().filter_map(Result::ok).any(|name| name == "xl/workbook.bin");
    if is_bin {
        return Err("a binary workbook (.xlsb): save it as xlsx or CSV".to_owned());
    }
    Ok(content)
}

/// Reads an OpenDocument through before it is opened. It must be whole: the library waits for the end of a table for good. It
/// says that a cell or a row stands so many times: a few bytes can be a billion cells.
fn check_content(content: &[u8]) -> Result<(), String> {
    let damaged = |e: &dyn std::fmt::Display| format!("a damaged workbook: {e}");
    let mut reader = quick_xml::Reader::from_str(std::str::from_utf8(content).map_err(|e| damaged(&e))?);
    // How often an element stands, by an attribute of it.
    let repeats = |tag: &BytesStart<'_>, name: &str| -> u64 {
        let given = tag.try_get_attribute(name).ok().flatten();
        given.map_or(1, |given| given.value.parse().unwrap_or(u64::MAX))
    };
    let is_blank = |tag: &BytesStart<'_>| {
        let says = |name| tag.try_get_attribute(name).is_ok_and(|given| given.is_some());
        !says("office:value-type") && !says("table:formula")
    };
    let (mut depth, mut cells, mut in_row, mut row_repeats) = (0_usize, 0_u64, 0_u64, 1_u64);
    loop {
        let event = reader.read_event().map_err(|e| damaged(&e))?;
        if let Event::Start(tag) | Event::Empty(tag) = &event {
            match tag.name().0 {
                "table:table-row" => (in_row, row_repeats) = (0, repeats(tag, "table:number-rows-repeated")),
                "table:table-cell" | "table:covered-table-cell" if !is_blank(tag) => {
                    in_row = in_row.saturating_add(repeats(tag, "table:number-columns-repeated"));
                }
                _ => {}
            }
        }
        match event {
            Event::Start(_) => depth += 1,
            Event::End(tag) => {
                depth = depth.saturating_sub(1);
                if tag.name().0 == "table:table-row" {
                    cells = cells.saturating_add(in_row.saturating_mul(row_repeats));
                }
            }
            Event::Eof if depth > 0 => return Err(damaged(&"it ends within an element")),
            Event::Eof => return Ok(()),
            _ => {}
        }
        if cells.max(in_row) > MAX_CELLS as u64 {
            return Err(format!("it has more than {MAX_CELLS} cells"));
        }
    }
}
