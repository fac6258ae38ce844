//! Listings of what the community offers.

use super::closed::{Standing, is_named_closed, standing};
use super::columns::MappedColumns;
use super::imported_rows::{ImportedRows, RecordsRead, RowOutcome, read_rows, rejected};
use super::kinds::KindsOf;
use super::listing::ListingReader;
use super::listing_columns::{fields, hours_columns, id_columns, name_column};
use super::rows::{SourceRow, SourceRows};
use super::{FileError, KnownReferences, RowError, national_grid};
use crate::ingest::map::ImportMap;
use crate::linkage::matching::{LinkState, ListingLink, links};
use crate::phone;
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
) -> RecordsRead<AssetRecord> {
    let mut given: BTreeMap<String, Vec<GivenAsset<'_>>> = BTreeMap::new();
    let (mut told, mut counts) = (ImportedRows::default(), AssetCounts::default());
    for table in tables {
        let (mut columns, notes) = MappedColumns::find(table, map, &fields())?;
        told.note_all(notes);
        told.note_all(column_that_hides(table, &mut columns)?);
        told.note_all(columns.guess("name", name_column(table, known), &table.headers));
        told.note_all(other_ids(table, &mut columns));
        let by_id = ids_are_usable(table, &columns);
        check_places(table, &columns)?;
        if columns.use_grid(table) {
            told.note(national_grid::NOTE.into());
        }
        let (kinds, note) = KindsOf::decide(table, &columns, known);
        told.note_all(note);
        let hours = hours_columns(table);
        let also = |at| kinds.reads(at) || hours.iter().any(|(_, of_day)| *of_day == at);
        told.note_all(columns.unread(table, also));
        let reader = ListingReader {
            columns: &columns,
            kinds: &kinds,
            hours: &hours,
            known,
            map,
            may_be_nowhere: table.may_be_nowhere,
        };
        if !by_id {
            told.note("no column of ids different in every row: each listing's id is made of its name, kind and place".into());
        }
        let may_close = !columns.is_mapped("closed") && !columns.is_mapped("status");
        let listing = |row| match may_close && is_closed(&columns, row) {
            true => Ok(RowOutcome::PassedOver),
            false => reader.read(row),
        };
        told.add(read_rows(table, listing, |mut record, row| {
            counts.add(&record, known);
            counts.zeros += usize::from(columns.get(row, "phone").is_some_and(phone::lost_its_zero));
            name_the_nameless(&mut record, known);
            record.source = source.to_owned();
            record.source_id = match columns.get(row, "id").filter(|_| by_id) {
                Some(id) => id.chars().map(|c| if c.is_control() || c == '/' { '_' } else { c }).collect(),
                None => made_id(&record),
            };
            record.licence = map.licence.clone().or(record.licence.take());
            let same = given.entry(record.source_id.clone()).or_insert_with(|| Vec::with_capacity(1));
            same.push(GivenAsset { record, by_id, table, row });
        }));
    }
    // Nothing else is passed over while rows are read.
    told.note_all(counts.notes(told.passed_over));
    told.note_unread();
    let (mut records, others) = one_each(given, map.merge_within_m);
    rename_hidden(&mut records);
    told.add(others);
    told.note_all(listed_twice(&records));
    Ok((records, told))
}

/// A note of how many pairs of a source's own listings are of one thing each.
fn listed_twice(records: &[AssetRecord]) -> Option<String> {
    let applied = |link: &ListingLink| link.state == LinkState::Applied;
    let twice: Vec<ListingLink> = links(records).into_iter().filter(applied).collect();
    let (a, b) = twice.first()?.pair;
    let (a, b, count) = (&records[a], &records[b], twice.len());
    let pairs = if count == 1 { "1 pair".to_owned() } else { format!("{count} pairs") };
    Some(format!(
        "listed twice in it: {pairs} of listings that are one and count once; the first: {} ({}) and {} ({})",
        a.name, a.source_id, b.name, b.source_id
    ))
}

/// One listing of each id and, within so many metres, of each name; the others are told.
fn one_each(
    given: BTreeMap<String, Vec<GivenAsset<'_>>>,
    within: Option<f64>,
) -> (Vec<AssetRecord>, ImportedRows) {
    let mut told = ImportedRows::default();
    let mut records = Vec::with_capacity(given.len());
    for same in given.into_values() {
        let (record, others) = one_of(same);
        records.extend(record);
        told.rejected.extend(others);
    }
    let Some(within) = within else { return (records, told) };
    let before = records.len();
    let records = merged(records, within);
    let gone = before - records.len();
    if gone > 0 {
        told.passed_over += gone as u64;
        told.note(format!("{gone} of the same name within {within} m of another are one with it"));
    }
    (records, told)
}

/// What has no name goes by its kind.
fn name_the_nameless(record: &mut AssetRecord, known: &KnownReferences) {
    if record.name.is_empty() {
        let label = known.kinds.iter().find(|k| k.id == record.kind).map(|k| k.label.as_str());
        record.name = format!("{} (no name)", label.unwrap_or("Listing"));
    }
}

/// A listing and the row that gave it.
struct GivenAsset<'a> {
    record: AssetRecord,
    by_id: bool,
    table: &'a SourceRows,
    row: &'a SourceRow,
}

/// One listing of all that have its id, and why the others are none: the one confirmed last; of several, the first in an order
/// that is not the rows'.
fn one_of(mut same: Vec<GivenAsset<'_>>) -> (Option<AssetRecord>, Vec<RowError>) {
    if same.len() > 1 {
        same.sort_by_cached_key(|g| (Reverse(g.record.verified_on), format!("{:?}", g.record)));
    }
    let mut same = same.into_iter();
    let Some(GivenAsset { record, table, row, .. }) = same.next() else { return (None, Vec::new()) };
    let why = format!("{} line {} is the same", table.file, row.line);
    let others = same.map(|again| {
        let (field, value) =
            if again.by_id { ("id", &again.record.source_id) } else { ("name", &again.record.name) };
        rejected(again.table, again.row, field, value, why.as_str())
    });
    let others = others.collect();
    (Some(record), others)
}

/// What is worth saying of a source as a whole.
#[derive(Debug, Default)]
struct AssetCounts {
    by_postcode: usize,
    far: usize,
    nameless: usize,
    nowhere: usize,
    zeros: usize,
}

impl AssetCounts {
    /// Counts a listing as its row gives it.
    fn add(&mut self, record: &AssetRecord, known: &KnownReferences) {
        self.nameless += usize::from(record.name.is_empty());
        self.nowhere += usize::from(
            record.place.is_none()
                && record.service_area.is_empty()
                && record.location_precision != LocationPrecision::Hidden,
        );
        self.by_postcode += usize::from(record.location_precision == LocationPrecision::Area);
        self.far +=
            usize::from(record.place.is_some_and(|[lon, lat]| known.is_near(lon, lat) == Some(false)));
    }

    fn notes(self, closed: u64) -> impl Iterator<Item = String> {
        let Self { by_postcode, far, nameless, nowhere, zeros } = self;
        [
            (
                by_postcode,
                "without coordinates stand in the middle of their postcode (location_precision: area)",
            ),
            (closed as usize, "are closed, as they say themselves, and left out"),
            (far, "stand more than a degree from all neighbourhoods"),
            (nameless, "without a name are called by their kind"),
            (zeros, "have a telephone number that had lost its first 0; it is put back"),
            (nowhere, "say neither where they are nor whom they serve: they are listed, and answer no need"),
        ]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
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
    let closed = columns.get(row, "closed").map(plain).unwrap_or_default();
    columns.get(row, "status").and_then(standing) == Some(Standing::Closed)
        || columns.get(row, "name").is_some_and(is_named_closed)
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

/// Takes another column of ids where the first one repeats itself: whatever is renamed would lose its history.
fn other_ids(table: &SourceRows, columns: &mut MappedColumns<'_>) -> Option<String> {
    if columns.is_mapped("id") || ids_are_usable(table, columns) {
        return None;
    }
    let first = columns.column("id")?;
    for other in id_columns(table).filter(|at| *at != first) {
        columns.set("id", other);
        if ids_are_usable(table, columns) {
            let [first, other] = [first, other].map(|at| &table.headers[at]);
            return Some(format!("id: column {other:?}, for {first:?} is not different in every row"));
        }
    }
    columns.set("id", first);
    None
}

/// The same listing has the same id at every import.
fn made_id(record: &AssetRecord) -> String {
    let place = record.place.map_or_else(|| "nowhere".to_owned(), |[lon, lat]| format!("{lon:.6}|{lat:.6}"));
    let identity = format!("{}|{}|{place}", plain(&record.name), record.kind);
    blake3::hash(identity.as_bytes()).to_hex()[..16].to_owned()
}

/// Gives hidden listings ids that lead nowhere: a register's own id is a link to the place there, and one made of the place is
/// found again by trying places. What is left is the name and kind, which everybody may see.
fn rename_hidden(records: &mut [AssetRecord]) {
    let mut taken: BTreeMap<String, usize> = BTreeMap::new();
    for record in records.iter_mut().filter(|r| r.location_precision == LocationPrecision::Hidden) {
        let identity = format!("{}|{}", plain(&record.name), record.kind);
        let base = format!("hidden-{}", &blake3::hash(identity.as_bytes()).to_hex()[..16]);
        let before = taken.entry(base.clone()).or_default();
        *before += 1;
        record.source_id = if *before == 1 { base } else { format!("{base}-{before}") };
    }
    records.sort_by(|a, b| a.source_id.cmp(&b.source_id));
}

/// The column by which a list that has no map says how exact its places may be told: heeded where it asks to hide any.
///
/// # Errors
/// It asks to hide some and says something else of others, which nobody here understands.
fn column_that_hides(
    table: &SourceRows,
    columns: &mut MappedColumns<'_>,
) -> Result<Option<String>, FileError> {
    const NAMES: [&str; 7] =
        ["where", "locationprecision", "precision", "exactness", "visibility", "privacy", "location"];
    if columns.has("location_precision") {
        return Ok(None);
    }
    for (at, header) in table.headers.iter().enumerate().filter(|(_, h)| NAMES.contains(&plain(h).as_str())) {
        let words: BTreeSet<String> =
            table.rows.iter().filter_map(|row| row.values.get(at)?.as_deref()).map(plain).collect();
        if !words.iter().any(|word| HIDES.contains(&word.as_str())) {
            continue;
        }
        let known = |word: &String| ["", "exact", "area", "hidden"].contains(&word.as_str());
        return match words.iter().find(|word| !known(word)) {
            None => {
                columns.set("location_precision", at);
                Ok(Some(format!("{}: {header} says how exact places may be told", table.file)))
            }
            Some(other) => Err(FileError {
                file: table.file.clone(),
                reason: format!(
                    "{header} asks to hide places, and {other:?} in it is not exact, area or hidden; say in the map what it \
                     means: location_precision = {header:?} under [fields] and the words under [values.location_precision]"
                ),
            }),
        };
    }
    Ok(None)
}

/// Words that ask to hide a place.
const HIDES: [&str; 6] = ["hidden", "hide", "secret", "confidential", "withheld", "notpublic"];

/// One asset of all that share a name and kind and stand within `metres` of the first: land adds up.
fn merged(records: Vec<AssetRecord>, metres: f64) -> Vec<AssetRecord> {
    let mut by_name: BTreeMap<(String, String), Vec<AssetRecord>> = BTreeMap::new();
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
    merged
}
