//! Live postcodes.

use super::columns::MappedColumns;
use super::imported_rows::{ImportedRows, RecordsRead, RowOutcome, RowResult, read_rows};
use super::keyed::{KeyedRows, RepeatedKeys};
use super::listing::on_grid;
use super::rows::{SourceRow, SourceRows};
use super::{FileError, national_grid, shape};
use crate::ingest::map::ImportMap;
use crate::record::PostcodeRecord;
use crate::text;

pub(super) const FIELDS: &[(&str, &[&str])] = &[
    (
        "postcode",
        &["postcode", "postcode1", "pcds", "pcd", "pcd2", "pcd7", "pcd8", "pc", "postcodes", "unit", "code"],
    ),
    ("lon", &["lon", "long", "longitude", "lng", "x"]),
    ("lat", &["lat", "latitude", "y"]),
    ("easting", &["easting", "eastings", "oseast1m", "east1m", "east"]),
    ("northing", &["northing", "northings", "osnrth1m", "north1m", "north"]),
    ("terminated", &["terminated", "doterm", "dateoftermination"]),
];

pub(super) fn read(tables: &[SourceRows], map: &ImportMap) -> RecordsRead<PostcodeRecord> {
    let mut placed = KeyedRows::new();
    let mut told = ImportedRows::default();
    for table in tables {
        let (columns, notes) = MappedColumns::find(table, map, FIELDS)?;
        told.note_all(notes);
        let grid = columns.use_grid(table);
        if grid {
            told.note(national_grid::NOTE.into());
        }
        if !columns.has("postcode")
            || !(table.has_geometry || grid || columns.has("lon") && columns.has("lat"))
        {
            return Err(FileError {
                file: table.file.clone(),
                reason: format!(
                    "needs a postcode with a longitude and latitude or an easting and northing; the columns are {}",
                    table.headers.join(", ")
                ),
            });
        }
        told.add(read_rows(
            table,
            |row| postcode(row, &columns, grid),
            |(record, shown), row| placed.add(record.postcode.clone(), record, shown, table, row),
        ));
    }
    // Nothing else is passed over while rows are read.
    let terminated = told.passed_over;
    if terminated > 0 {
        told.note(format!("{terminated} terminated postcodes left out: nobody lives there now"));
    }
    // Sources in several files overlap at their borders: the same postcode at the same place says nothing new.
    let (agreed, repeats) = placed.agreed("postcode", "its place", RepeatedKeys::Pass);
    told.add(repeats);
    Ok((agreed, told))
}

/// A row's postcode, and how it stands in messages; a terminated one is passed over.
fn postcode(row: &SourceRow, columns: &MappedColumns<'_>, grid: bool) -> RowResult<(PostcodeRecord, String)> {
    let given = columns.required(row, "postcode")?;
    let postcode = text::postcode(given).map_err(|why| ("postcode", given.to_owned(), why))?;
    if columns.get(row, "terminated").is_some() {
        return Ok(RowOutcome::PassedOver);
    }
    let place = match &row.geometry {
        Some(g) => shape::site(g).map(|s| s.place).map_err(|why| ("geometry", String::new(), why)),
        None if grid => {
            let [east, north] = ["easting", "northing"].map(|field| columns.required(row, field));
            east.and_then(|east| on_grid(east, north?, |_, _| None))
        }
        None => shape::place(columns.get(row, "lon"), columns.get(row, "lat"), |_, _| None),
    };
    // A value that is missing names nothing: the postcode does.
    let place = place.map_err(|(field, value, why)| {
        (field, if value.is_empty() { given.to_owned() } else { value }, why)
    })?;
    let shown = format!("{given} ({:.5}, {:.5})", place.lon(), place.lat());
    let record = PostcodeRecord { postcode, lon: place.lon(), lat: place.lat() };
    Ok(RowOutcome::Record((record, shown), Vec::new()))
}
