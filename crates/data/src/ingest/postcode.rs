//! Live postcodes.

use super::columns::MappedColumns;
use super::keyed::{KeyedRows, RepeatedKeys};
use super::listing::on_grid;
use super::rows::SourceRows;
use super::{FileError, ImportedRows, national_grid, shape};
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

pub(super) fn read(
    tables: &[SourceRows],
    map: &ImportMap,
    out: &mut ImportedRows,
) -> Result<Vec<PostcodeRecord>, FileError> {
    let mut placed = KeyedRows::new();
    let mut terminated = 0;
    for table in tables {
        let columns = MappedColumns::find(table, map, FIELDS, out)?;
        let grid = columns.use_grid(table);
        if grid {
            out.note(national_grid::NOTE.into());
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
        for row in &table.rows {
            let Some(given) = columns.get(row, "postcode") else {
                out.reject(table, row, "postcode", "", "missing");
                continue;
            };
            let postcode = match text::postcode(given) {
                Ok(postcode) => postcode,
                Err(why) => {
                    out.reject(table, row, "postcode", given, why);
                    continue;
                }
            };
            if columns.get(row, "terminated").is_some() {
                terminated += 1;
                continue;
            }
            let place = match &row.geometry {
                Some(g) => shape::site(g).map(|s| s.place).map_err(|why| ("geometry", given.to_owned(), why)),
                None if grid => {
                    let [east, north] = ["easting", "northing"]
                        .map(|f| columns.get(row, f).ok_or((f, String::new(), "missing".into())));
                    east.and_then(|e| on_grid(e, north?, |_, _| None))
                }
                None => shape::place(columns.get(row, "lon"), columns.get(row, "lat"), |_, _| None),
            };
            let place = match place {
                Ok(place) => place,
                Err((field, value, why)) => {
                    let value = if value.is_empty() { given } else { &value };
                    out.reject(table, row, field, value, why);
                    continue;
                }
            };
            let record = PostcodeRecord { postcode: postcode.clone(), lon: place.lon(), lat: place.lat() };
            placed.add(
                postcode,
                record,
                format!("{given} ({:.5}, {:.5})", place.lon(), place.lat()),
                table,
                row,
            );
        }
    }
    if terminated > 0 {
        out.passed_over += terminated;
        out.note(format!("{terminated} terminated postcodes left out: nobody lives there now"));
    }
    // Sources in several files overlap at their borders: the same postcode at the same place says nothing new.
    Ok(placed.agreed("postcode", "its place", RepeatedKeys::Pass, out))
}
