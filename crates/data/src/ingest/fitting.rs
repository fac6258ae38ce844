//! Which fields a kind of record has, and how many of them a table gives: what tells one sheet from another.

use super::rows::SourceRows;
use super::{area, demand, figure, grant, listing_columns, postcode};
use crate::ingest::map::ImportMap;
use crate::record::RecordKind;
use crate::text::plain;

/// Fields of a kind with the names they go by.
fn fields(kind: RecordKind) -> Vec<(&'static str, &'static [&'static str])> {
    match kind {
        RecordKind::Neighbourhoods => area::FIELDS.to_vec(),
        RecordKind::Population => figure::POPULATION.to_vec(),
        RecordKind::Deprivation => figure::DEPRIVATION.to_vec(),
        RecordKind::Postcodes => postcode::FIELDS.to_vec(),
        RecordKind::Assets => listing_columns::fields(),
        RecordKind::Demand => demand::FIELDS.to_vec(),
        RecordKind::Grants => grant::FIELDS.to_vec(),
        RecordKind::Events | RecordKind::Streets | RecordKind::Transit | RecordKind::Releases => Vec::new(),
    }
}

/// How many fields of a kind a table gives, by the map or by the names of its columns.
pub(super) fn fields_found(table: &SourceRows, kind: RecordKind, map: &ImportMap) -> usize {
    let plains: Vec<String> = table.headers.iter().map(|header| plain(header)).collect();
    let named = |(field, names): &(&str, &[&str])| match map.fields.get(*field) {
        Some(column) => table.headers.contains(column),
        None => names.iter().any(|name| plains.iter().any(|header| header == name)),
    };
    fields(kind).iter().filter(|field| named(field)).count()
}
