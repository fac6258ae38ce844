//! Rows as CSV that a spreadsheet opens as it is meant.

use super::number::decimal;
use super::{FeatureRow, RowValue};
use std::borrow::Cow;
use std::io;

/// Excel takes a file without this for the code page of its machine.
const BOM: &str = "\u{feff}";

/// Writes rows one after another under a heading.
#[derive(Debug)]
pub struct CsvWriter<W: io::Write> {
    to: csv::Writer<W>,
    with_point: bool,
}

impl<W: io::Write> CsvWriter<W> {
    /// Starts with the heading: `id`, then longitude and latitude where rows have a point, then the properties of `R`.
    /// `bom` marks the file as UTF-8, for spreadsheets.
    ///
    /// # Errors
    /// When writing fails.
    pub fn new<R: FeatureRow>(mut to: W, bom: bool, with_point: bool) -> io::Result<Self> {
        if bom {
            to.write_all(BOM.as_bytes())?;
        }
        let mut to = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(to);
        let point: &[&str] = if with_point { &["longitude", "latitude"] } else { &[] };
        let names = R::PROPERTIES.iter().map(|p| p.name);
        to.write_record(["id"].into_iter().chain(point.iter().copied()).chain(names))?;
        Ok(Self { to, with_point })
    }

    /// Goes on where another writer stopped: no heading.
    #[must_use]
    pub fn resume(to: W, with_point: bool) -> Self {
        Self { to: csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(to), with_point }
    }

    /// Writes one row. Null is an empty field, and so is a point that is not there; a list is joined by `;`.
    ///
    /// # Errors
    /// When writing fails.
    pub fn write<R: FeatureRow>(&mut self, id: &str, point: Option<(f64, f64)>, row: &R) -> io::Result<()> {
        self.to.write_field(safe(id).as_ref())?;
        if self.with_point {
            let [lon, lat] =
                point.map_or_else(Default::default, |(lon, lat)| [lon.to_string(), lat.to_string()]);
            self.to.write_field(lon)?;
            self.to.write_field(lat)?;
        }
        for value in row.values() {
            match value {
                RowValue::Null => self.to.write_field("")?,
                RowValue::Text(text) => self.to.write_field(safe(text).as_ref())?,
                RowValue::Number(number) => self.to.write_field(decimal(number))?,
                RowValue::Integer(number) => self.to.write_field(number.to_string())?,
                RowValue::Flag(flag) => self.to.write_field(if flag { "true" } else { "false" })?,
                RowValue::Day(day) => self.to.write_field(day.to_string())?,
                RowValue::List(list) => self.to.write_field(safe(&list.join(";")).as_ref())?,
            }
        }
        Ok(self.to.write_record(None::<&[u8]>)?)
    }

    /// Hands back what was written to.
    ///
    /// # Errors
    /// When the rest cannot be written.
    pub fn finish(self) -> io::Result<W> {
        self.to.into_inner().map_err(|e| io::Error::new(e.error().kind(), e.error().to_string()))
    }
}

/// Text that a spreadsheet will not run as a formula: one that starts like a formula gets an apostrophe before it.
/// For text only: a number that starts with `-` is a number.
#[must_use]
pub fn safe(text: &str) -> Cow<'_, str> {
    match text.as_bytes().first() {
        Some(b'=' | b'+' | b'-' | b'@' | b'\t' | b'\r' | b'\0') => Cow::Owned(format!("'{text}")),
        _ => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::super::RowProperty;
    use super::*;

    #[derive(serde::Serialize)]
    struct Bare;

    impl FeatureRow for Bare {
        const PROPERTIES: &'static [RowProperty] = &[];

        fn value(&self, _at: usize) -> RowValue<'_> {
            RowValue::Null
        }
    }

    #[test]
    fn a_row_without_a_point_is_as_long_as_the_others() {
        let mut csv = CsvWriter::new::<Bare>(Vec::new(), false, true).unwrap();
        csv.write("a", Some((2.3, 54.7)), &Bare).unwrap();
        csv.write("b", None, &Bare).unwrap();
        let written = String::from_utf8(csv.finish().unwrap()).unwrap();
        assert_eq!(written, "id,longitude,latitude\r\na,2.3,54.7\r\nb,,\r\n");
    }

    #[test]
    fn text_that_would_run_gets_an_apostrophe() {
        for formula in ["=1+1", "+44 161", "-2", "@SUM(A1)", "\tx", "\rx", "\0x"] {
            assert_eq!(safe(formula), format!("'{formula}"));
        }
        assert_eq!(safe("Café =1"), "Café =1");
    }
}
