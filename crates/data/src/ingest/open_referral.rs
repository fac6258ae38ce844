//! Open Referral: HSDS 3, Open Referral UK 3 and 1, as JSON in any of the shapes its APIs give, or as tables.
//!
//! What a strict validator would refuse still brings what it holds: every field is looked for in all the places where the
//! versions have it, and what is missing or of another type is unknown. A row is a service at a location.

mod json;
mod pages;
mod service;
mod service_place;
mod service_times;
mod tabular;

use super::rows::{SourceRow, SourceRows};
use super::{KnownReferences, RowError, SourceFile};
use serde::Deserialize;
use serde_json::Value;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use service::{Told, headers};

/// Most services of a file.
const MAX_SERVICES: usize = 500_000;

/// Keys that only services of Open Referral have.
const OF_A_SERVICE: [&str; 14] = [
    "service_at_locations",
    "organization",
    "organization_id",
    "service_areas",
    "cost_options",
    "regular_schedules",
    "eligibilitys",
    "attending_type",
    "service_taxonomys",
    "assured_date",
    "interpretation_services",
    "fees",
    "accreditations",
    "application_process",
];

/// Whether an object is a service at a location, by what it holds.
fn at_location(value: &Value) -> bool {
    let is = |key: &str| value.get(key).is_some_and(Value::is_object);
    is("service")
        && (is("location")
            || value.get("location_id").is_some()
            || value.get("service").is_some_and(|s| s.get("name").is_some()))
        && value.get("id").is_some()
}

/// Whether JSON is of Open Referral, by its keys.
fn is_one(root: &Value) -> bool {
    let of_a_service = |v: &Value| {
        v.as_object().is_some_and(|o| {
            (o.contains_key("name") || o.contains_key("id"))
                && OF_A_SERVICE.iter().any(|key| o.contains_key(*key))
        })
    };
    let in_list = |v: &Value| {
        v.as_array().is_some_and(|all| all.iter().any(|one| of_a_service(one) || at_location(one)))
    };
    of_a_service(root)
        || at_location(root)
        || in_list(root)
        || ["contents", "content", "services"].iter().any(|key| root.get(key).is_some_and(in_list))
        || root.get("contents").or(root.get("content")).is_some_and(Value::is_array)
            && ["total_items", "totalElements", "total_pages"].iter().any(|key| root.get(key).is_some())
}

/// Whether any of the files is of Open Referral: then all of them are read together.
pub(super) fn are_some(files: &[SourceFile<'_>]) -> bool {
    tabular::are_tables(files) || files.iter().any(|file| json(file).is_some_and(|root| is_one(&root)))
}

fn json(file: &SourceFile<'_>) -> Option<Value> {
    // An extract is no text, and a long one.
    if super::osm::is_one(file.bytes) || super::packed::is_workbook(file.bytes) {
        return None;
    }
    let text = super::decode(file.bytes).0;
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if !text.starts_with(['{', '[']) || is_geojson(text) {
        return None;
    }
    serde_json::from_str(text).ok()
}

/// Whether a text is of GeoJSON, without taking up what it holds: that may be millions of corners.
fn is_geojson(text: &str) -> bool {
    #[derive(Deserialize)]
    struct TypedObject<'a> {
        #[serde(borrow, rename = "type")]
        kind: Cow<'a, str>,
    }
    serde_json::from_str::<TypedObject<'_>>(text)
        .is_ok_and(|object| matches!(&*object.kind, "FeatureCollection" | "Feature"))
}

/// Services of all files as rows, a table for each file: the same service comes on several pages, at its locations and
/// inside its organisation, and the fullest row of it is kept.
///
/// # Errors
/// The file that cannot be read, and why.
pub(super) fn rows(
    files: &[SourceFile<'_>],
    known: &KnownReferences,
) -> Result<Vec<SourceRows>, (String, String)> {
    let mut tables = Vec::new();
    let mut told: BTreeMap<&'static str, (u64, Option<String>)> = BTreeMap::new();
    let mut add = |name: &str, services: Vec<Value>, broken: Vec<RowError>| -> Result<(), (String, String)> {
        let (table, of_services) =
            table(name, &services, broken, known).map_err(|why| (name.to_owned(), why))?;
        for (what, words) in of_services {
            told.entry(what).or_insert((0, words)).0 += 1;
        }
        tables.push(table);
        Ok(())
    };
    let roots: Vec<(&str, Option<Value>)> = files.iter().map(|file| (file.name, json(file))).collect();
    pages::check_whole(&roots)?;
    let mut others = Vec::new();
    for (file, (_, root)) in files.iter().zip(roots) {
        match root {
            Some(root) if is_one(&root) => {
                let mut services = Vec::new();
                find(&root, None, 0, &mut services);
                add(file.name, services, Vec::new())?;
            }
            Some(_) => others.push(file.name),
            None => {}
        }
    }
    if tabular::are_tables(files) {
        let (services, broken) = tabular::services(files).map_err(|why| ("services.csv".to_owned(), why))?;
        add("services.csv", services, broken)?;
    }
    let repeated = keep_fullest(&mut tables);
    // A table without rows would be asked for columns that it does not need.
    let (mut tables, empty): (Vec<SourceRows>, Vec<SourceRows>) =
        tables.into_iter().partition(|t| !t.rows.is_empty());
    let broken: Vec<RowError> = empty.into_iter().flat_map(|t| t.broken).collect();
    if tables.is_empty() {
        tables.push(empty_table("services"));
    }
    tables[0].broken.extend(broken);
    let notes = &mut tables[0].notes;
    notes.push("read as services of Open Referral".to_owned());
    if repeated > 0 {
        notes.push(format!("{repeated} listed more than once; the fullest is kept"));
    }
    notes.extend(told.into_iter().map(|(what, (count, first))| {
        let first = first.map(|words| format!("; the first: {words:?}")).unwrap_or_default();
        format!("{count} {what}{first}")
    }));
    if !others.is_empty() {
        notes.push(format!("without services: {}", others.join(", ")));
    }
    Ok(tables)
}

fn empty_table(name: &str) -> SourceRows {
    let headers = headers().map(str::to_owned).collect();
    SourceRows { file: name.to_owned(), headers, may_be_nowhere: true, ..SourceRows::default() }
}

/// Services of one file as its table, and what to tell of each.
///
/// # Errors
/// They are too many.
fn table(
    name: &str,
    services: &[Value],
    broken: Vec<RowError>,
    known: &KnownReferences,
) -> Result<(SourceRows, Vec<Told>), String> {
    if services.len() > MAX_SERVICES {
        return Err(format!("{} services; at most {MAX_SERVICES} are read", services.len()));
    }
    let mut table = SourceRows { broken, ..empty_table(name) };
    let mut told = Vec::new();
    for (at, service) in services.iter().enumerate() {
        let line = at as u64 + 1;
        match service::read(service, line, known) {
            Ok((rows, of_service)) => {
                table.rows.extend(rows);
                told.extend(of_service);
            }
            Err((field, value, reason)) => table.broken.push(RowError {
                file: name.to_owned(),
                line,
                field: field.to_owned(),
                value: value.chars().take(200).collect(),
                reason,
            }),
        }
    }
    Ok((table, told))
}

/// Leaves one row of each id, the one with most values; of alike ones the first. Says how many went.
fn keep_fullest(tables: &mut [SourceRows]) -> usize {
    let full = |row: &SourceRow| row.values.iter().flatten().count();
    let id = |row: &SourceRow| row.values.first().cloned().flatten().unwrap_or_default();
    let mut best: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut at = 0;
    for row in tables.iter().flat_map(|table| &table.rows) {
        let kept = best.entry(id(row)).or_insert((at, full(row)));
        if full(row) > kept.1 {
            *kept = (at, full(row));
        }
        at += 1;
    }
    let kept: BTreeSet<usize> = best.into_values().map(|(at, _)| at).collect();
    let mut numbers = 0..at;
    for table in tables {
        table.rows.retain(|_| numbers.next().is_some_and(|number| kept.contains(&number)));
    }
    at - kept.len()
}

/// How deep services are looked for: pages hold organisations, which hold services.
const MAX_DEPTH: usize = 4;

/// Services anywhere in a document, each with the organisation that it stands in.
fn find(value: &Value, organisation: Option<&Value>, depth: usize, found: &mut Vec<Value>) {
    if depth > MAX_DEPTH {
        return;
    }
    match value {
        Value::Array(all) => all.iter().for_each(|one| find(one, organisation, depth + 1, found)),
        Value::Object(object) => {
            if let Some(list) = ["contents", "content"].iter().find_map(|key| object.get(*key)) {
                find(list, organisation, depth, found);
            } else if let Some(service) = object.get("service").filter(|_| at_location(value)) {
                // A service at a location: turned the way that services have it.
                let mut service = service.clone();
                let mut at = value.clone();
                if let Some(at) = at.as_object_mut() {
                    at.remove("service");
                }
                service["service_at_locations"] = Value::Array(vec![at]);
                found.push(with(service, organisation));
            } else if let Some(services) = object.get("services").filter(|s| s.is_array()) {
                let mut own = value.clone();
                if let Some(own) = own.as_object_mut() {
                    own.remove("services");
                }
                let is_organisation = object.contains_key("name");
                find(services, if is_organisation { Some(&own) } else { organisation }, depth + 1, found);
            } else if OF_A_SERVICE.iter().any(|key| object.contains_key(*key)) || object.contains_key("name")
            {
                found.push(with(value.clone(), organisation));
            }
        }
        _ => {}
    }
}

fn with(mut service: Value, organisation: Option<&Value>) -> Value {
    if let (Some(organisation), true) = (organisation, service.get("organization").is_none_or(Value::is_null))
    {
        service["organization"] = organisation.clone();
    }
    service
}
