//! Events of calendars, as evidence that something runs.

use super::columns::MappedColumns;
use super::keyed::{KeyedRows, RepeatedKeys};
use super::rows::{SourceRow, SourceRows};
use super::unread::{RefusedValue, UnreadValues};
use super::{FileError, ImportedRows, KnownReferences, shape};
use crate::ingest::map::ImportMap;
use crate::record::EventRecord;
use crate::text;
use hereabouts_schedule::StoredTimetable;

/// Fields, and the columns that [`super::calendar`] makes of a file.
const FIELDS: &[(&str, &[&str])] = &[
    ("id", &["id"]),
    ("name", &["name"]),
    ("location", &["address"]),
    ("lat", &["latitude"]),
    ("lon", &["longitude"]),
    ("postcode", &["postcode"]),
    ("website", &["website"]),
    ("changed_on", &["changedon"]),
    ("asset", &[]),
];

pub(super) fn read(
    tables: &[SourceRows],
    map: &ImportMap,
    known: &KnownReferences,
    source: &str,
    out: &mut ImportedRows,
) -> Result<Vec<EventRecord>, FileError> {
    let mut events = KeyedRows::new();
    let mut unread = UnreadValues::default();
    for table in tables {
        // Which column is which is settled in a calendar, and not worth a word.
        let columns = MappedColumns::find(table, map, FIELDS, &mut ImportedRows::default())?;
        for row in &table.rows {
            let mut left_unknown = Vec::new();
            match event(row, &columns, known, &mut left_unknown) {
                Err((field, value, why)) => out.reject(table, row, field, &value, why),
                Ok(mut event) => {
                    left_unknown.into_iter().for_each(|refused| unread.add(table, row, refused));
                    source.clone_into(&mut event.source);
                    events.add(event.uid.clone(), event.clone(), event.uid, table, row);
                }
            }
        }
    }
    unread.note(out);
    Ok(events.agreed("id", "its event", RepeatedKeys::Pass, out))
}

fn event(
    row: &SourceRow,
    columns: &MappedColumns<'_>,
    known: &KnownReferences,
    unread: &mut Vec<RefusedValue>,
) -> Result<EventRecord, RefusedValue> {
    let words = |field| columns.get(row, field).map(text::without_contacts).filter(|text| !text.is_empty());
    let missing = |field: &'static str| (field, String::new(), "missing".to_owned());
    let timetable = row.timetable.as_ref().ok_or_else(|| missing("timetable"))?;
    if timetable.sessions().is_empty() {
        return Err(("timetable", String::new(), "all of its dates are left out".into()));
    }
    let near = |lon, lat| known.is_near(lon, lat);
    let place = match (columns.get(row, "lon"), columns.get(row, "lat")) {
        (None, None) => None,
        (lon, lat) => shape::place(lon, lat, near).map_err(|refused| unread.push(refused)).ok(),
    };
    let postcode = columns.get(row, "postcode").and_then(|code| known.postcodes.get(code));
    let id = columns.get(row, "id").ok_or_else(|| missing("id"))?;
    Ok(EventRecord {
        uid: id.chars().filter(|c| !c.is_control()).collect(),
        name: words("name").ok_or_else(|| missing("name"))?,
        location: words("location"),
        place: place.map(|place| [place.lon(), place.lat()]).or(postcode.map(|&(lon, lat)| [lon, lat])),
        website: columns.get(row, "website").filter(|url| !url.contains('@')).map(str::to_owned),
        asset: columns.get(row, "asset").map(str::to_owned),
        changed_on: columns.parsed(row, "changed_on", text::day, unread),
        timetable: StoredTimetable::from(timetable),
        ..EventRecord::default()
    })
}
