//! Where a service is, and when it is on there.

use super::json::{list, string};
use crate::record::StoredExtent;
use crate::text;
use serde_json::Value;
use std::collections::BTreeMap;

/// Where a service is: a row each, and one for a service without any.
pub(super) fn places(service: &Value) -> Vec<&Value> {
    let mut places: Vec<&Value> = list(service, &["service_at_locations"]).to_vec();
    if places.is_empty() {
        places.extend(list(service, &["locations"]));
    }
    if places.is_empty() {
        places.push(&Value::Null);
    }
    places
}

/// What holds at one place alone.
pub(super) fn at_place(
    place: &Value,
    location: &Value,
    areas: &[String],
    own: &mut BTreeMap<&'static str, String>,
) {
    let is_virtual = string(location, &["location_type"]).is_some_and(|t| t.eq_ignore_ascii_case("virtual"))
        || string(location, &["virtual"]).is_some_and(|v| v == "true");
    let mut served = areas.to_vec();
    if is_virtual && !served.contains(&StoredExtent::Online.to_string()) {
        served.push(StoredExtent::Online.to_string());
    }
    if !served.is_empty() {
        own.insert("service_area", served.join(";"));
    }
    if !is_virtual && !is_postal(location) {
        site(location, own);
    }
    if let Some(number) = phone(place).or_else(|| phone(location)) {
        own.insert("phone", number);
    }
    if let Some(access) = step_free(location) {
        own.insert("step_free", access.to_owned());
    }
}

/// Whether letters go there and people do not.
fn is_postal(location: &Value) -> bool {
    string(location, &["location_type"]).is_some_and(|t| t.eq_ignore_ascii_case("postal"))
}

/// The address that may be visited: one that says it is for letters is none.
fn address_of(location: &Value) -> &Value {
    let visited = |a: &&Value| string(a, &["address_type"]).is_none_or(|t| !t.eq_ignore_ascii_case("postal"));
    let all = list(location, &["addresses", "physical_addresses"]);
    all.into_iter().find(visited).unwrap_or(&Value::Null)
}

fn site(location: &Value, own: &mut BTreeMap<&str, String>) {
    let coordinate = |name: &str, most: f64| {
        let degrees = string(location, &[name]).filter(|d| text::number(d).is_ok_and(|d| d.abs() <= most))?;
        Some(degrees).filter(|d| text::number(d) != Ok(0.0))
    };
    if let (Some(lat), Some(lon)) = (coordinate("latitude", 90.0), coordinate("longitude", 180.0)) {
        own.insert("latitude", lat);
        own.insert("longitude", lon);
    }
    let address = address_of(location);
    let mut put = |header: &'static str, names: &[&str]| {
        if let Some(value) = string(address, names) {
            own.insert(header, value);
        }
    };
    put("address", &["address_1"]);
    put("town", &["city"]);
    if let Some(code) = string(address, &["postal_code", "postcode"]).filter(|c| text::postcode(c).is_ok()) {
        own.insert("postcode", code);
    }
    if let Some(name) = string(location, &["name"]) {
        let street = own.get("address").cloned().unwrap_or_default();
        let whole = if street.is_empty() {
            name
        } else if street.contains(&name) {
            street
        } else {
            format!("{name}, {street}")
        };
        own.insert("address", whole);
    }
}

fn step_free(location: &Value) -> Option<&'static str> {
    let all = list(location, &["accessibility", "accessibility_for_disabilities"]);
    let words = |a: &&Value| string(a, &["description", "accessibility", "details"]);
    let mut described: Vec<String> = all.iter().filter_map(words).collect();
    described.extend(string(location, &["accessibility"]));
    let described = described.join(" ").to_lowercase();
    let yes = ["wheelchair", "step-free", "step free", "level access", "ramp"]
        .iter()
        .any(|w| described.contains(w));
    let no =
        ["no wheelchair", "not wheelchair", "not accessible", "no step", "no ramp", "no level", "steps to"]
            .iter()
            .any(|w| described.contains(w));
    match (yes, no) {
        (_, true) => Some("no"),
        (true, false) => Some("yes"),
        (false, false) => None,
    }
}

/// A number of the service itself; a contact's only where no name stands beside it.
pub(super) fn phone(of: &Value) -> Option<String> {
    let numbers = |of: &Value| list(of, &["phones"]).iter().find_map(|p| string(p, &["number"]));
    let nameless = |c: &&Value| string(c, &["name"]).is_none();
    numbers(of).or_else(|| list(of, &["contacts"]).into_iter().filter(nameless).find_map(numbers))
}
