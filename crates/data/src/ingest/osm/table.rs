//! OpenStreetMap as a table: GDAL's layers with their `other_tags`, the GeoJSON of Overpass and openstreetmap.org, QuickOSM.
//! The same tags decide as in an extract, and a thing has the same id in each.

use super::KindTags;
use crate::ingest::rows::{SourceRow, SourceRows};
use crate::text::present;
use crate::words::TermWords;
use chrono::NaiveDate;
use geo_types::Geometry;
use hereabouts_streets::osm::hstore;
use std::collections::{BTreeMap, BTreeSet};

/// Columns that hold `node/1` or the like.
const FULL_IDS: [&str; 4] = ["@id", "full_id", "id", "osm_full_id"];

/// The rows that are assets, as an extract gives them; `None` for a table that is not of OpenStreetMap.
pub(in crate::ingest) fn assets(
    table: &SourceRows,
    kinds: &[TermWords],
    today: Option<NaiveDate>,
) -> Option<SourceRows> {
    let kind_tags = KindTags::new(kinds, today);
    if !is_one(table, &kind_tags) {
        return None;
    }
    let headers: Vec<String> = super::headers(&kind_tags).collect();
    let mut read = SourceRows { headers, rows: Vec::new(), ..table.clone() };
    let mut left_out: BTreeMap<&str, u64> = BTreeMap::new();
    for row in &table.rows {
        let tags = tags_of(table, row);
        match kind_tags.of(tags.iter().map(|(k, v)| (k.as_str(), v.as_str()))) {
            Ok(Some(kept)) => {
                let mut values: Vec<Option<String>> =
                    read.headers.iter().map(|h| kept.get(h).cloned()).collect();
                values[0] = id_of(table, row);
                read.rows.push(SourceRow { values, ..row.clone() });
            }
            Ok(None) => *left_out.entry("of no kind of asset").or_default() += 1,
            Err(why) => *left_out.entry(why).or_default() += 1,
        }
    }
    read.notes.push(format!("{}: read as OpenStreetMap, by its tags", table.file));
    for (why, count) in left_out {
        read.passed_over += count;
        read.notes.push(format!("{}: {count} left out: {why}", table.file));
    }
    Some(read)
}

/// Whether a table has tags in one text, or ids of OpenStreetMap beside keys of kinds.
fn is_one(table: &SourceRows, kind_tags: &KindTags<'_>) -> bool {
    let has = |name: &str| table.headers.iter().any(|h| h == name);
    let keys = table.headers.iter().any(|h| kind_tags.keys.contains(h.as_str()));
    let typed = || table.rows.iter().take(50).any(|row| full_id(table, row).is_some());
    has(hstore::COLUMN) || keys && (has("osm_id") || has("osm_way_id") || typed())
}

/// All tags of a row, each key once: a column's own before those in one text.
fn tags_of(table: &SourceRows, row: &SourceRow) -> Vec<(String, String)> {
    let columns = table.headers.iter().zip(&row.values);
    let given = columns.filter_map(|(key, value)| Some((key, value.as_deref().and_then(present)?)));
    let (others, own): (Vec<_>, Vec<_>) = given.partition(|(key, _)| *key == hstore::COLUMN);
    let own = own.into_iter().map(|(key, value)| (key.clone(), value.to_owned()));
    let others = others.into_iter().flat_map(|(_, text)| hstore::tags(text));
    let mut seen = BTreeSet::new();
    own.chain(others).filter(|(key, _)| seen.insert(key.clone())).collect()
}

/// As an extract names it: the first letter of its type, and its number.
fn id_of(table: &SourceRows, row: &SourceRow) -> Option<String> {
    let get = |name: &str| value(table, row, name).filter(|n| n.bytes().all(|b| b.is_ascii_digit()));
    if let Some((letter, number)) = full_id(table, row) {
        return Some(format!("{letter}{number}"));
    }
    if let Some(way) = get("osm_way_id") {
        return Some(format!("w{way}"));
    }
    let letter = match (value(table, row, "osm_type"), &row.geometry) {
        (Some(of), _) if !of.is_empty() => of.chars().next()?.to_ascii_lowercase(),
        (_, Some(Geometry::MultiPolygon(_) | Geometry::Polygon(_))) => 'r',
        (_, Some(Geometry::LineString(_) | Geometry::MultiLineString(_))) => 'w',
        _ => 'n',
    };
    Some(format!("{letter}{}", get("osm_id")?))
}

/// The type and number of `node/1`, `way/2`, `relation/3`, `n4`.
fn full_id<'t>(table: &'t SourceRows, row: &'t SourceRow) -> Option<(char, &'t str)> {
    FULL_IDS.iter().find_map(|column| {
        let given = value(table, row, column)?;
        let (of, number) = match given.split_once('/') {
            Some(parts) => parts,
            None if *column == "full_id" => given.split_at_checked(1)?,
            None => return None,
        };
        let letter = match of {
            "node" | "n" => 'n',
            "way" | "w" => 'w',
            "relation" | "r" => 'r',
            _ => return None,
        };
        let is_number = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
        is_number.then_some((letter, number))
    })
}

fn value<'t>(table: &'t SourceRows, row: &'t SourceRow, name: &str) -> Option<&'t str> {
    let at = table.headers.iter().position(|h| h == name)?;
    row.values.get(at)?.as_deref().and_then(present)
}
