//! What every format is read into.

use super::RowError;
use geo_types::Geometry;

/// A file as rows.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    /// Base name.
    pub file: String,
    /// Names of the columns, or of all properties.
    pub headers: Vec<String>,
    /// Rows, in the order of the file.
    pub rows: Vec<Row>,
    /// Rows that could not be read as rows.
    pub broken: Vec<RowError>,
    /// Whether rows come with a geometry.
    pub has_geometry: bool,
    /// What was decided in reading it.
    pub notes: Vec<String>,
}

/// One row or feature.
#[derive(Debug, Clone, Default)]
pub struct Row {
    /// Line, or number of the feature.
    pub line: u64,
    /// Values, parallel to the headers; `None` is absent or null.
    pub values: Vec<Option<String>>,
    /// Geometry, if the format has one and the row gives it.
    pub geometry: Option<Geometry<f64>>,
}
