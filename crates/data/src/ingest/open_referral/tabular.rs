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
const BELONGS: [(&str, &str); 16] = [
    ("addresses", "addresses"),
    ("physical_addresses", "addresses"),
    ("phones", "phones"),
    ("schedules", "schedules"),
    ("regular_schedules", "regular_schedules"),
    ("holiday_schedules", "holiday_schedules"),
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

/// The services, and rows of any table that could not be read.
///
/// # Errors
/// A table that cannot be read.
pub(super) fn services(files: &[SourceFile<'_>]) -> Result<(Vec<Value>, Vec<RowError>), String> {
    let (tables, broken) = tables(files)?;
    let joined = JoinedTables::new(&tables);
    let locations = joined.index("locations", "location_id");
    let organisations = joined.index("organizations", "organization_id");
    let at = joined.places(&locations);
    let services = tables.get("services").ok_or("no table of services")?;
    let dress = |row| {
        let mut service = joined.dressed(row, "service_id");
        let mut places = at.get(&value(row, "id").unwrap_or_default()).cloned().unwrap_or_default();
        let location = value(row, "location_id").and_then(|l| locations.get(&l));
        if let (Some(location), true) = (location, places.is_empty()) {
            places.push(location.clone());
        }
        let owner = value(row, "organization_id")
            .or_else(|| location.and_then(|l| Some(l.get("organization_id")?.as_str()?.to_owned())));
        if let Some(organisation) = owner.and_then(|o| organisations.get(&o)) {
            service["organization"] = organisation.clone();
        }
        service["service_at_locations"] = Value::Array(places);
        service
    };
    Ok((services.iter().map(dress).collect(), broken))
}

/// Rows of each table by its name, as objects.
fn tables(files: &[SourceFile<'_>]) -> Result<(BTreeMap<String, TabularRows>, Vec<RowError>), String> {
    let (mut tables, mut broken) = (BTreeMap::new(), Vec::new());
    for file in files {
        let text = String::from_utf8_lossy(file.bytes);
        // A table without rows is an empty table.
        if text.trim().is_empty() || !file.name.to_lowercase().ends_with(".csv") {
            continue;
        }
        let mut rows = csv::rows(file.name, text.trim_start_matches('\u{feff}'), None)
            .map_err(|e| format!("{}: {e}", file.name))?;
        broken.append(&mut rows.broken);
        let objects = rows.rows.iter().map(|row| {
            let given = rows.headers.iter().zip(&row.values);
            given.filter_map(|(h, v)| Some((h.clone(), Value::String(v.clone()?)))).collect()
        });
        tables.insert(stem(file.name).to_owned(), objects.collect());
    }
    Ok((tables, broken))
}

fn value(row: &Map<String, Value>, key: &str) -> Option<String> {
    row.get(key).and_then(Value::as_str).filter(|s| !s.is_empty()).map(str::to_owned)
}

/// Tables, and the rows of them that belong to others, by the column and the id that say so.
struct JoinedTables<'a> {
    tables: &'a BTreeMap<String, TabularRows>,
    by_owner: BTreeMap<(&'static str, String), Vec<(&'static str, Value)>>,
}

impl<'a> JoinedTables<'a> {
    fn new(tables: &'a BTreeMap<String, TabularRows>) -> Self {
        const OWNERS: [&str; 5] =
            ["service_at_location_id", "location_id", "service_id", "organization_id", "link_id"];
        let mut by_owner: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (table, key) in BELONGS {
            for row in tables.get(table).into_iter().flatten() {
                if let Some(owner) = OWNERS.into_iter().find_map(|o| Some((o, value(row, o)?))) {
                    by_owner.entry(owner).or_default().push((key, Value::Object(row.clone())));
                }
            }
        }
        Self { tables, by_owner }
    }

    /// A row with all that belongs to it.
    fn dressed(&self, row: &Map<String, Value>, owner: &'static str) -> Value {
        let mut object = row.clone();
        let id = value(row, "id").unwrap_or_default();
        for part in [(owner, id.clone()), ("link_id", id)] {
            for (key, value) in self.by_owner.get(&part).into_iter().flatten() {
                match object.entry((*key).to_owned()).or_insert_with(|| Value::Array(Vec::new())) {
                    Value::Array(all) => all.push(value.clone()),
                    // A column of the same name holds words: the table says more.
                    other => *other = Value::Array(vec![value.clone()]),
                }
            }
        }
        Value::Object(object)
    }

    /// Rows of a table by id, dressed.
    fn index(&self, table: &str, owner: &'static str) -> BTreeMap<String, Value> {
        let rows = self.tables.get(table).into_iter().flatten();
        rows.filter_map(|row| Some((value(row, "id")?, self.dressed(row, owner)))).collect()
    }

    /// Places of each service, by its id.
    fn places(&self, locations: &BTreeMap<String, Value>) -> BTreeMap<String, Vec<Value>> {
        const NAMES: [&str; 4] =
            ["service_at_locations", "service_at_location", "services_at_location", "services_at_locations"];
        let mut at: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        for row in NAMES.into_iter().filter_map(|table| self.tables.get(table)).flatten() {
            if let (Some(service), Some(location)) = (value(row, "service_id"), value(row, "location_id")) {
                let mut place = self.dressed(row, "service_at_location_id");
                place["location"] = locations.get(&location).cloned().unwrap_or(Value::Null);
                at.entry(service).or_default().push(place);
            }
        }
        at
    }
}
