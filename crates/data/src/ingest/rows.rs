//! What every format is read into.

use super::RowError;
use crate::record::LocationPrecision;
use crate::text;
use geo_types::{Geometry, Polygon};
use hereabouts_core::schedule::Timetable;

/// Longest value of a row, in bytes: 64 KiB. A quotation mark that is never closed makes the rest of a file one value.
pub(super) const MAX_VALUE_BYTES: usize = 64 << 10;

/// Why a row with a longer one is rejected.
pub(super) fn too_long() -> String {
    format!("a value longer than {} KiB", MAX_VALUE_BYTES >> 10)
}

/// A file as rows.
#[derive(Debug, Clone, Default)]
pub struct SourceRows {
    /// Base name.
    pub file: String,
    /// Lines above the header of a table.
    pub titles: Vec<String>,
    /// Names of the columns, or of all properties.
    pub headers: Vec<String>,
    /// Rows, in the order of the file.
    pub rows: Vec<SourceRow>,
    /// Rows that could not be read as rows.
    pub broken: Vec<RowError>,
    /// Whether rows come with a geometry.
    pub has_geometry: bool,
    /// Whether a row lands although where it is cannot be told: feeds of services hold what no spreadsheet would.
    pub may_be_nowhere: bool,
    /// How far the map reaches that it is from, where it is from a map that is read whole.
    pub outline: Option<Polygon<f64>>,
    /// Rows that are left out already, each told in a note.
    pub passed_over: u64,
    /// What was decided in reading it.
    pub notes: Vec<String>,
}

/// One row or feature.
#[derive(Debug, Clone, Default)]
pub struct SourceRow {
    /// Line, or number of the feature.
    pub line: u64,
    /// Values, parallel to the headers; `None` is absent or null.
    pub values: Vec<Option<String>>,
    /// Geometry, if the format has one and the row gives it.
    pub geometry: Option<Geometry<f64>>,
    /// How exact its coordinates are, if the format says so.
    pub location_precision: Option<LocationPrecision>,
    /// When it is on, if the format says so by rule.
    pub timetable: Option<Timetable>,
}

impl SourceRows {
    /// Takes away characters that control a terminal or turn the direction of a page: no name has them, and whatever shows
    /// one would obey. Line ends and tabs stay.
    pub(super) fn drop_controls(&mut self) {
        let mut dropped = 0_usize;
        let values = self.rows.iter_mut().flat_map(|row| row.values.iter_mut().flatten());
        for text in self.headers.iter_mut().chain(values).filter(|text| text.contains(text::is_control)) {
            text.retain(|c| !text::is_control(c));
            dropped += 1;
        }
        if dropped > 0 {
            self.notes.push(format!("{}: control characters left out of {dropped} values", self.file));
        }
    }
}
