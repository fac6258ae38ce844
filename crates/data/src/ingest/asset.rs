//! Listings of what the community offers.

use super::columns::MappedColumns;
use super::kinds::KindsOf;
use super::listing::{ListingReader, ListingRow};
use super::listing_columns::{fields, hours_columns, name_column};
use super::rows::{SourceRow, SourceRows};
use super::unread::UnreadValues;
use super::{FileError, ImportedRows, KnownReferences, national_grid};
use crate::ingest::map::ImportMap;
use crate::record::{AssetRecord, LocationPrecision};
use crate::text::plain;
use hereabouts_core::place::Place;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn read(
    tables: &[SourceRows],
    map: &ImportMap,
    known: &KnownReferences,
    source: &str,
    out: &mut ImportedRows,
) -> Result<Vec<AssetRecord>, FileError> {
    let mut given: BTreeMap<String, Vec<GivenAsset<'_>>> = BTreeMap::new();
    let mut counts = AssetCounts::default();
    for table in tables {
        let mut columns = MappedColumns::find(table, map, &fields(), out)?;
        columns.guess("name", name_column(table, known), &table.headers, out);
        check_places(table, &columns)?;
        if columns.use_grid(table) {
            out.note(national_grid::NOTE.into());
        }
        let kinds = KindsOf::decide(table, &columns, known, out);
        let hours = hours_columns(table);
        let reader = ListingReader {
            columns: &columns,
            kinds: &kinds,
            hours: &hours,
            known,
            may_be_nowhere: table.may_be_nowhere,
        };
        let ids = ids_are_usable(table, &columns);
        if !ids {
            out.note("no column of ids different in every row: each listing's id is made of its name, kind and place".into());
        }
        for row in &table.rows {
            if !columns.is_mapped("closed") && !columns.is_mapped("status") && is_closed(&columns, row) {
                counts.closed += 1;
                continue;
            }
            let ListingRow { mut record, unread } = match reader.read(row) {
                Ok(Some(listing)) => listing,
                Ok(None) => {
                    out.left_out += 1;
                    continue;
                }
                Err((field, value, why)) => {
                    out.reject(table, row, field, &value, why);
                    continue;
                }
            };
            unread.into_iter().for_each(|refused| counts.unread.add(table, row, refused));
            if record.name.is_empty() {
                counts.nameless += 1;
                let label = known.kinds.iter().find(|k| k.id == record.kind).map(|k| k.label.as_str());
                record.name = format!("{} (no name)", label.unwrap_or("Listing"));
            }
            counts.nowhere += usize::from(
                record.place.is_none()
                    && record.service_area.is_empty()
                    && record.exactness != LocationPrecision::Hidden,
            );
            counts.by_postcode += usize::from(record.exactness == LocationPrecision::Area);
            counts.far +=
                usize::from(record.place.is_some_and(|[lon, lat]| known.is_near(lon, lat) == Some(false)));
            record.source = source.to_owned();
            record.source_id = match columns.get(row, "id").filter(|_| ids) {
                Some(id) => id.chars().map(|c| if c.is_control() || c == '/' { '_' } else { c }).collect(),
                None => made_id(&record),
            };
            record.licence = map.licence.clone().or(record.licence);
            let same = given.entry(record.source_id.clone()).or_insert_with(|| Vec::with_capacity(1));
            same.push(GivenAsset { record, by_id: ids, table, row });
        }
    }
    counts.tell(out);
    let mut records: Vec<AssetRecord> = given.into_values().filter_map(|same| one_of(same, out)).collect();
    if let Some(within) = map.merge_within_m {
        records = merged(records, within, out);
    }
    let places: Vec<[f64; 2]> = records.iter().filter_map(|record| record.place).collect();
    if let Some(warning) = known.uncovered(&places) {
        out.note(warning);
    }
    Ok(records)
}

/// A listing and the row that gave it.
struct GivenAsset<'a> {
    record: AssetRecord,
    by_id: bool,
    table: &'a SourceRows,
    row: &'a SourceRow,
}

/// One listing of all that have its id: the one confirmed last; of several, the first in an order that is not the rows'.
fn one_of(mut same: Vec<GivenAsset<'_>>, out: &mut ImportedRows) -> Option<AssetRecord> {
    if same.len() > 1 {
        same.sort_by_cached_key(|g| (Reverse(g.record.verified_on), format!("{:?}", g.record)));
    }
    let mut same = same.into_iter();
    let GivenAsset { record, table, row, .. } = same.next()?;
    let why = format!("{} line {} is the same", table.file, row.line);
    for again in same {
        let (field, value) =
            if again.by_id { ("id", &again.record.source_id) } else { ("name", &again.record.name) };
        out.reject(again.table, again.row, field, value, why.clone());
    }
    Some(record)
}

/// What is worth saying of a source as a whole.
#[derive(Debug, Default)]
struct AssetCounts {
    by_postcode: usize,
    closed: u64,
    far: usize,
    nameless: usize,
    nowhere: usize,
    unread: UnreadValues,
}

impl AssetCounts {
    fn tell(self, out: &mut ImportedRows) {
        let Self { by_postcode, closed, far, nameless, nowhere, unread } = self;
        for (count, what) in [
            (by_postcode, "without coordinates stand in the middle of their postcode (where: area)"),
            (closed as usize, "are closed, as their own columns say, and left out"),
            (far, "stand more than a degree from all neighbourhoods"),
            (nameless, "without a name are called by their kind"),
            (nowhere, "say neither where they are nor whom they serve: they are listed, and answer no need"),
        ] {
            if count > 0 {
                out.note(format!("{count} {what}"));
            }
        }
        unread.tell(out);
        out.passed_over += closed;
    }
}

/// # Errors
/// The file gives no place.
fn check_places(table: &SourceRows, columns: &MappedColumns<'_>) -> Result<(), FileError> {
    let has = |fields: [&str; 2]| fields.iter().all(|f| columns.has(f));
    if table.has_geometry
        || has(["lon", "lat"])
        || has(["easting", "northing"])
        || columns.has("postcode")
        || columns.has("service_area")
    {
        return Ok(());
    }
    Err(FileError {
        file: table.file.clone(),
        reason: format!(
            "needs a longitude and latitude, an easting and northing, or a postcode; say in the map where they are. The columns are {}",
            table.headers.join(", ")
        ),
    })
}

/// Whether the row's own columns say that the place is no more.
fn is_closed(columns: &MappedColumns<'_>, row: &SourceRow) -> bool {
    let status = columns.get(row, "status").map(plain).unwrap_or_default();
    let closed = columns.get(row, "closed").map(plain).unwrap_or_default();
    matches!(status.as_str(), "closed" | "permanentlyclosed" | "terminated" | "defunct" | "ceased")
        || !matches!(closed.as_str(), "" | "no" | "n" | "false" | "0" | "open")
}

/// Whether a row's id is used: the map says so, or every row has one and no two the same. Lists put together from several
/// registers repeat the small numbers of each.
fn ids_are_usable(table: &SourceRows, columns: &MappedColumns<'_>) -> bool {
    if columns.is_mapped("id") {
        return true;
    }
    let ids: BTreeSet<&str> = table.rows.iter().filter_map(|r| columns.get(r, "id")).collect();
    !ids.is_empty() && ids.len() == table.rows.len()
}

/// The same listing has the same id at every import.
fn made_id(record: &AssetRecord) -> String {
    let place = record.place.map_or_else(|| "nowhere".to_owned(), |[lon, lat]| format!("{lon:.6}|{lat:.6}"));
    let told = format!("{}|{}|{place}", plain(&record.name), record.kind);
    blake3::hash(told.as_bytes()).to_hex()[..16].to_owned()
}

/// One asset of all that share a name and kind and stand within `metres` of the first: land adds up.
fn merged(records: Vec<AssetRecord>, metres: f64, out: &mut ImportedRows) -> Vec<AssetRecord> {
    let mut by_name: BTreeMap<(String, String), Vec<AssetRecord>> = BTreeMap::new();
    let before = records.len();
    let near = |a: &AssetRecord, b: &AssetRecord| {
        let place = |r: &AssetRecord| r.place.and_then(|[lon, lat]| Place::new(lon, lat).ok());
        place(a).zip(place(b)).is_some_and(|(a, b)| a.distance(b).get() <= metres)
    };
    for record in records {
        let group = by_name.entry((record.kind.clone(), plain(&record.name))).or_default();
        match group.iter_mut().find(|first| near(first, &record)) {
            Some(first) => {
                first.hectares = first.hectares.zip(record.hectares).map(|(a, b)| a + b).or(first.hectares)
            }
            None => group.push(record),
        }
    }
    let mut merged: Vec<AssetRecord> = by_name.into_values().flatten().collect();
    merged.sort_by(|a, b| a.source_id.cmp(&b.source_id));
    if merged.len() < before {
        out.passed_over += (before - merged.len()) as u64;
        out.note(format!(
            "{} of the same name within {metres} m of another are one with it",
            before - merged.len()
        ));
    }
    merged
}
