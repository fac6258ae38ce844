//! Where a service is, and when it is on there.

use super::json::{first_of, list, plain, string};
use crate::record::StoredExtent;
use crate::text;
use hereabouts_core::schedule::Timetable;
use hereabouts_schedule::{self as schedule, RuleReading, ScheduleRule};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

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
    if !is_virtual {
        site(location, own);
    }
    if let Some(number) = phone(place).or_else(|| phone(location)) {
        own.insert("phone", number);
    }
    if let Some(access) = step_free(location) {
        own.insert("step_free", access.to_owned());
    }
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
    let address = first_of(location, &["addresses", "physical_addresses"]);
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

/// When it is on: the schedules of the service there, else of the location, else of the service.
pub(super) fn when(place: &Value, location: &Value, service: &Value) -> (Option<Timetable>, Option<String>) {
    const NAMES: [&str; 3] = ["schedules", "regular_schedules", "regular_schedule"];
    let all = [place, location, service].into_iter().map(|of| list(of, &NAMES)).find(|all| !all.is_empty());
    let all = all.unwrap_or_default();
    let words: BTreeSet<String> =
        all.iter().filter_map(|s| string(s, &["description"])).map(|d| plain(&d)).collect();
    let rules: Vec<ScheduleRule> =
        all.iter().map(|s| rule(s)).filter(|r| *r != ScheduleRule::default()).collect();
    let timetable =
        (!rules.is_empty()).then(|| schedule::timetable(&rules, RuleReading::ByHand).ok()).flatten();
    // Words alone may be as good as a rule.
    let timetable =
        timetable.or_else(|| (words.len() == 1).then(|| schedule::read(words.iter().next()?).ok()).flatten());
    let words = if words.is_empty() {
        timetable.as_ref().map(Timetable::in_words)
    } else {
        Some(words.into_iter().collect::<Vec<_>>().join("; "))
    };
    (timetable, words)
}

fn rule(schedule: &Value) -> ScheduleRule {
    let field = |names: &[&str]| string(schedule, names);
    ScheduleRule {
        freq: field(&["freq"]),
        interval: field(&["interval"]),
        byday: field(&["byday", "weekday"]),
        bymonthday: field(&["bymonthday"]),
        dtstart: field(&["dtstart"]),
        until: field(&["until"]),
        count: field(&["count"]),
        wkst: field(&["wkst"]),
        opens: field(&["opens_at"]),
        closes: field(&["closes_at"]),
        valid_from: field(&["valid_from"]),
        valid_to: field(&["valid_to"]),
        ..ScheduleRule::default()
    }
}

/// A number of the service itself; a contact's only where no name stands beside it.
pub(super) fn phone(of: &Value) -> Option<String> {
    let numbers = |of: &Value| list(of, &["phones"]).iter().find_map(|p| string(p, &["number"]));
    let nameless = |c: &&Value| string(c, &["name"]).is_none();
    numbers(of).or_else(|| list(of, &["contacts"]).into_iter().filter(nameless).find_map(numbers))
}
