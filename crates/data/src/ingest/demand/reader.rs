//! One row of referrals: what it counts, where and when, or why that cannot be told.

use super::suppressed::{self, Suppression};
use super::wide;
use crate::ingest::KnownReferences;
use crate::ingest::columns::MappedColumns;
use crate::ingest::map::ImportMap;
use crate::ingest::period::Period;
use crate::ingest::rows::{SourceRow, SourceRows};
use crate::ingest::unread::RefusedValue;
use crate::text::plain;
use crate::words::id_of;
use hereabouts_core::cell::{DemandCell, InvalidCell};
use hereabouts_core::known::KnownCount;

/// What a row says.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct DemandRow {
    /// Code of the area, or the cell.
    pub(super) code: String,
    /// Id of the need.
    pub(super) need: String,
    /// When.
    pub(super) period: Period,
    /// How many.
    pub(super) count: KnownCount,
    /// Those without a match, if the source says.
    pub(super) no_match: Option<f64>,
    /// The system in which they were recorded, if the source says.
    pub(super) system: Option<String>,
}

/// What a row of totals says: of all areas, or of all needs.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct TotalRow {
    /// Its area; `None` is all of them.
    pub(super) code: Option<String>,
    /// Its need; `None` is all of them.
    pub(super) need: Option<String>,
    /// When.
    pub(super) period: Period,
    /// How many.
    pub(super) count: KnownCount,
    /// Where it stands.
    pub(super) line: u64,
}

/// A row that is not among the figures: which area, need and quarters it was about, as far as it can be told.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct WithheldRow {
    /// Code of the area, or the cell; empty where it is not known.
    pub(super) code: String,
    /// Id of the need; `None` where the word is not known.
    pub(super) need: Option<String>,
    /// Its period; `None` where it is not understood.
    pub(super) period: Option<Period>,
}

/// Where the people of a row live.
enum RowPlace {
    /// In this area, by its code, or in this cell.
    One(String),
    /// In all areas together.
    All,
    /// Away from all areas here: a nation's file given for one place is no mistake.
    Elsewhere(String),
}

/// What became of a row.
pub(super) enum ReadRow {
    /// The map leaves it out.
    LeftOut,
    /// It is of an area or a cell elsewhere, by this code.
    Outside(String),
    /// It is the total of others.
    Total(TotalRow),
    /// A figure, and its count as it is written.
    Figure(DemandRow, String),
}

/// Reads the rows of one file.
pub(super) struct DemandReader<'a> {
    pub(super) table: &'a SourceRows,
    pub(super) columns: &'a MappedColumns<'a>,
    pub(super) map: &'a ImportMap,
    pub(super) known: &'a KnownReferences,
    pub(super) geography: &'a str,
    /// Rows are of cells, not of areas.
    pub(super) by_cell: bool,
    /// The period that the whole file is of.
    pub(super) of_file: Option<Period>,
    pub(super) small: Suppression,
}

impl DemandReader<'_> {
    /// Reads a row; `about` takes what can be told of it, also where the rest of it cannot be read.
    ///
    /// # Errors
    /// What keeps it from counting.
    pub(super) fn read(&self, row: &SourceRow, about: &mut WithheldRow) -> Result<ReadRow, RefusedValue> {
        let code = match self.place(row)? {
            RowPlace::One(code) => Some(code),
            RowPlace::All => None,
            RowPlace::Elsewhere(code) => return Ok(ReadRow::Outside(code)),
        };
        about.code = code.clone().unwrap_or_default();
        let period = self.period(row);
        about.period = period.as_ref().ok().copied();
        let Some(word) = self.need_word(row)? else { return Ok(ReadRow::LeftOut) };
        about.need = id_of(&self.known.needs, word).map(str::to_owned);
        let of_all_needs = about.need.is_none() && wide::is_total(word);
        if about.need.is_none() && !of_all_needs {
            return Err(("need", word.to_owned(), "not in the needs table".to_owned()));
        }
        let period = self.divisible(row, period?)?;
        let (count, shown) = self.count(row, "referrals")?;
        let need = about.need.clone();
        let (Some(code), Some(need)) = (&code, &need) else {
            return Ok(ReadRow::Total(TotalRow { code, need, period, count, line: row.line }));
        };
        let no_match = self.count(row, "no_match")?.0;
        let no_match = no_match.middle().filter(|_| no_match.is_counted());
        if let Some((n, most)) = no_match.zip(count.high()).filter(|(n, most)| n > most) {
            return Err(("no_match", n.to_string(), format!("more than the {most} referrals")));
        }
        let (code, need) = (code.clone(), need.clone());
        let system = self.columns.get(row, super::SYSTEM).map(|system| system.trim().to_owned());
        Ok(ReadRow::Figure(DemandRow { code, need, period, count, no_match, system }, shown))
    }

    /// The area or the cell of a row.
    fn place(&self, row: &SourceRow) -> Result<RowPlace, RefusedValue> {
        if self.by_cell {
            return self.cell(self.columns.required(row, "cell")?);
        }
        let given = self.columns.required(row, "code")?;
        match self.known.code_of(self.geography, given) {
            Ok(code) => Ok(RowPlace::One(code)),
            Err(_) if wide::is_total(given) => Ok(RowPlace::All),
            Err(_) if self.known.is_outside(self.geography, given) => {
                Ok(RowPlace::Elsewhere(given.to_owned()))
            }
            Err(why) => Err(("code", given.to_owned(), why)),
        }
    }

    fn cell(&self, given: &str) -> Result<RowPlace, RefusedValue> {
        let cell: DemandCell =
            given.parse().map_err(|e: InvalidCell| ("cell", given.to_owned(), e.to_string()))?;
        let centre = cell.centre();
        let is_here = self.known.is_near(centre.lon(), centre.lat()) != Some(false);
        Ok(if is_here { RowPlace::One(cell.to_string()) } else { RowPlace::Elsewhere(given.to_owned()) })
    }

    /// What the row says of its need; `None` where the map leaves that out.
    fn need_word<'r>(&'r self, row: &'r SourceRow) -> Result<Option<&'r str>, RefusedValue> {
        let given = self.columns.get(row, "need").unwrap_or_default().to_owned();
        let meaning = self.columns.meaning(row, "need").map_err(|why| ("need", given, why))?;
        meaning.map(|need| need.ok_or_else(|| ("need", String::new(), "missing".to_owned()))).transpose()
    }

    /// What is known of a count, and how it is written.
    fn count(&self, row: &SourceRow, field: &'static str) -> Result<(KnownCount, String), RefusedValue> {
        let given = self.columns.get(row, field);
        let shown = given.unwrap_or_default().to_owned();
        match suppressed::count(given, self.small) {
            Ok(count) => Ok((count, shown)),
            Err(why) => Err((field, shown, why)),
        }
    }

    /// The period, unless it is a year that nobody asks to have divided.
    fn divisible(&self, row: &SourceRow, period: Period) -> Result<Period, RefusedValue> {
        if period.grain().0 < 4 || self.map.divide_years {
            return Ok(period);
        }
        let given = self.columns.get(row, "quarter").unwrap_or_default().to_owned();
        let why = "a year; divide_years = true in the map divides it into quarters, which are then modelled";
        Err(("quarter", given, why.to_owned()))
    }

    fn period(&self, row: &SourceRow) -> Result<Period, RefusedValue> {
        let columns = self.columns;
        let Some(given) = columns.get(row, "quarter") else {
            return self.of_file.ok_or_else(|| ("quarter", String::new(), "missing".to_owned()));
        };
        let header = columns.column("quarter").map_or(String::new(), |at| plain(&self.table.headers[at]));
        let year = columns.get(row, "year");
        // A month's number beside its year is no quarter's.
        let month = given.trim().parse::<u32>().ok().filter(|_| header.contains("month"));
        let by_number = month.zip(year.and_then(|y| y.trim().parse::<i32>().ok()));
        let written = by_number.map(|(month, year)| format!("{year}-{month:02}"));
        let read = match &written {
            Some(written) => self.map.period.read(None, written),
            None => self.map.period.read(year, given),
        };
        match read {
            Ok(Period::Day(day)) if header.contains("week") => Ok(Period::week(day)),
            other => other.map_err(|why| ("quarter", given.to_owned(), why)),
        }
    }
}
