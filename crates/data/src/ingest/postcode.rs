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
use std::borrow::Cow;

pub(super) const FIELDS: &[(&str, &[&str])] = &[
    (
        "postcode",
        &["postcode", "postcode1", "pcds", "pcd", "pcd2", "pcd7", "pcd8", "pc", "postcodes", "unit", "code"],
    ),
    ("lon", &["lon", "long", "longitude", "lng", "x"]),
    ("lat", &["lat", "latitude", "y"]),
    ("easting", &["easting", "eastings", "oseast1m", "east1m", "east"]),
    ("northing", &["northing", "northings", "osnrth1m", "north1m", "north"]),
    ("in_use", &["inuse"]),
    ("terminated", &["terminated", "doterm", "dateoftermination"]),
];

pub(super) fn read(tables: &[SourceRows], map: &ImportMap) -> RecordsRead<PostcodeRecord> {
    let tables: Vec<Cow<'_, SourceRows>> = tables
        .iter()
        .map(|table| without_header(table, map).map_or(Cow::Borrowed(table), Cow::Owned))
        .collect();
    let mut placed = KeyedRows::new();
    let mut told = ImportedRows::default();
    for table in tables.iter().map(AsRef::as_ref) {
        let (columns, notes) = MappedColumns::find(table, map, FIELDS)?;
        told.note_all(notes);
        told.note_all(columns.unread(table, |_| false));
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

/// A file without a header, as Code-Point Open is delivered: its first row is of postcodes too. Its columns are named by their
/// numbers where the map does so.
fn without_header(table: &SourceRows, map: &ImportMap) -> Option<SourceRows> {
    const CODE_POINT: [&str; 4] = ["postcode", "quality", "easting", "northing"];
    let is_number = |text: &String| text::number(text).is_ok();
    let whole = |text: &String| text::postcode_in(text).is_some_and(|code| text::postcode(text) == Ok(code));
    let [code, rest @ ..] = table.headers.as_slice() else { return None };
    if !whole(code) || !rest.iter().take(3).all(is_number) || rest.len() < 3 {
        return None;
    }
    let numbered = !map.fields.is_empty() && map.fields.values().all(is_number);
    let name = |at: usize| match CODE_POINT.get(at).filter(|_| !numbered) {
        Some(name) => (*name).to_owned(),
        None => (at + 1).to_string(),
    };
    let values = table.headers.iter().map(|value| Some(value.clone())).collect();
    let first = SourceRow { line: 1, values, ..SourceRow::default() };
    let mut whole = SourceRows { headers: (0..table.headers.len()).map(name).collect(), ..table.clone() };
    whole.rows.insert(0, first);
    Some(whole)
}

/// A row's postcode, and how it stands in messages; a terminated one is passed over.
fn postcode(row: &SourceRow, columns: &MappedColumns<'_>, grid: bool) -> RowResult<(PostcodeRecord, String)> {
    let given = columns.required(row, "postcode")?;
    let postcode = text::postcode(given).map_err(|why| ("postcode", given.to_owned(), why))?;
    let unused = columns.get(row, "in_use").is_some_and(|given| text::yes(given) == Ok(false));
    if unused || columns.get(row, "terminated").is_some() {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_a_header_is_read_from_its_first_row() {
        let table = |headers: &[&str]| SourceRows {
            headers: headers.iter().map(|h| (*h).to_owned()).collect(),
            rows: vec![SourceRow { line: 2, values: vec![None; headers.len()], ..SourceRow::default() }],
            ..SourceRows::default()
        };
        let read = without_header(
            &table(&["BA100AA", "10", "371905", "133793", "E92000001"]),
            &ImportMap::default(),
        )
        .unwrap();
        assert_eq!(read.headers, ["postcode", "quality", "easting", "northing", "5"]);
        assert_eq!((read.rows.len(), read.rows[0].values[2].as_deref()), (2, Some("371905")));
        let map =
            ImportMap::parse("fields = { postcode = \"1\", easting = \"3\", northing = \"4\" }").unwrap();
        assert_eq!(
            without_header(&table(&["BA1 0AA", "10", "374212", "164521"]), &map).unwrap().headers,
            ["1", "2", "3", "4"]
        );
        assert!(without_header(&table(&["pcds", "lat", "long", "x"]), &map).is_none());
    }
}
