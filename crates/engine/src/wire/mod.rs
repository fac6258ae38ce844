//! Values as they leave: rounded once, with exact names, as GeoJSON, CSV or table cells.

mod address;
mod csv;
pub mod field;
mod geojson;
mod number;

pub use address::encode;
pub use csv::{CsvWriter, safe};
pub(crate) use field::rows;
pub use field::{FeatureRow, RoundedFigure, RowProperty, RowValue, ValueKind, WrittenDay};
pub use geojson::{
    WrittenGeometry, area_geometry, cell_geometry, cells_outline, line_geometry, point_geometry,
    write_feature,
};
pub use number::{degrees, polygons};
