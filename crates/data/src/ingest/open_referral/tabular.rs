//! The tables of HSDS (`services.csv`, `locations.csv` …) put together as the JSON has them.

use crate::ingest::{RowError, SourceFile, csv, stem};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Whether files are tables of Open Referral: one is of services and one of another of its tables.
pub(super) fn are_tables(files: &[SourceFile<'_>]) -> bool {
    let named = |names: &[&str]| {
        files.iter().any(|f| names.contains(&stem(f.name)) && f.name.to_lowercase().ends_with(".csv"))
    };
    named(&["services"])
        && named(&["locations", "organizations", "service_at_locations", "services_at_location"])
}

/// Tables and the key under which their rows stand in what they belong to.
const BELONGS: [(&str, &str); 15] = [
    ("addresses", "addresses"),
    ("physical_addresses", "addresses"),
    ("phones", "phones"),
    ("schedules", "schedules"),
    ("regular_schedules", "regular_schedules"),
    ("languages", "languages"),
    ("cost_options", "cost_options"),
    ("service_areas", "service_areas"),
    ("accessibility", "accessibility"),
    ("accessibility_for_disabilities", "accessibility"),
    ("eligibility", "eligibilitys"),
    ("attributes", "attributes"),
    ("service_taxonomies", "service_taxonomys"),
    ("organization_identifiers", "organization_identifiers"),
    ("contacts", "contacts"),
];

type TabularRows = Vec<Map<String, Value>>;

/// # Errors
/// A table that cannot be read.
pub(super) fn services(files: &[SourceFile<'_>], broken: &mut Vec<RowError>) -> Result<Vec<Value>, String> {
    let mut tables: BTreeMap<String, TabularRows> = BTreeMap::new();
    for file in files {
        let text = String::from_utf8_lossy(file.bytes);
        // A table without rows is an empty table.
        if text.trim().is_empty() || !file.name.to_lowercase().ends_with(".csv") {
            continue;
        }
        let mut rows = csv::rows(file.name, text.trim_start_matches('\u{feff}'))
            .map_err(|e| format!("{}: {e}", file.name))?;
        broken.append(&mut rows.broken);
        let objects = rows.rows.iter().map(|row| {
            let given = rows.headers.iter().zip(&row.values);
            given.filter_map(|(h, v)| Some((h.clone(), Value::String(v.clone()?)))).collect()
        });
        tables.insert(stem(file.name).to_owned(), objects.collect());
    }
    let mut by_owner: BTreeMap<(&str, String), Vec<(&str, Value)>> = BTreeMap::new();
    let of = |row: &Map<String, Value>, key: &str| {
        row.get(key).and_then(Value::as_str).filter(|s| !s.is_empty()).map(str::to_owned)
    };
    for (table, key) in BELONGS {
        for row in tables.get(table).into_iter().flatten() {
            let owners = ["service_at_location_id", "location_id", "service_id", "organization_id"];
            let owner = owners
                .iter()
                .find_map(|o| Some((*o, of(row, o)?)))
                .or_else(|| Some(("link_id", of(row, "link_id")?)));
            if let Some(owner) = owner {
                by_owner.entry(owner).or_default().push((key, Value::Object(row.clone())));
            }
        }
    }
    let dressed = |row: &Map<String, Value>, owner: &'static str| {
        let mut object = row.clone();
        let id = of(row, "id").unwrap_or_default();
        for part in [(owner, id.clone()), ("link_id", id)] {
            for (key, value) in by_owner.get(&part).into_iter().flatten() {
                match object.entry((*key).to_owned()).or_insert_with(|| Value::Array(Vec::new())) {
                    Value::Array(all) => all.push(value.clone()),
                    // A column of the same name holds words: the table says more.
                    other => *other = Value::Array(vec![value.clone()]),
                }
            }
        }
        Value::Object(object)
    };
    let index = |table: &str, owner: &'static str| -> BTreeMap<String, Value> {
        tables
            .get(table)
            .into_iter()
            .flatten()
            .filter_map(|row| Some((of(row, "id")?, dressed(row, owner))))
            .collect()
    };
    let (locations, organisations) =
        (index("locations", "location_id"), index("organizations", "organization_id"));
    let mut at: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for table in
        ["service_at_locations", "service_at_location", "services_at_location", "services_at_locations"]
    {
        for row in tables.get(table).into_iter().flatten() {
            let (Some(service), Some(location)) = (of(row, "service_id"), of(row, "location_id")) else {
                continue;
            };
            let mut place = dressed(row, "service_at_location_id");
            place["location"] = locations.get(&location).cloned().unwrap_or(Value::Null);
            at.entry(service).or_default().push(place);
        }
    }
    let services = tables.get("services").ok_or("no table of services")?;
    Ok(services
        .iter()
        .map(|row| {
            let mut service = dressed(row, "service_id");
            let id = of(row, "id").unwrap_or_default();
            let mut places = at.get(&id).cloned().unwrap_or_default();
            let location = of(row, "location_id").and_then(|l| locations.get(&l));
            if let (Some(location), true) = (location, places.is_empty()) {
                places.push(location.clone());
            }
            let owner = of(row, "organization_id")
                .or_else(|| location.and_then(|l| Some(l.get("organization_id")?.as_str()?.to_owned())));
            if let Some(organisation) = owner.and_then(|o| organisations.get(&o)) {
                service["organization"] = organisation.clone();
            }
            service["service_at_locations"] = Value::Array(places);
            service
        })
        .collect())
}
