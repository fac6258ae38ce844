//! One service as rows: one for each of its locations, or one for all where it has none.

use super::json::{first_of, list, number, plain, string};
use super::service_place::{at_place, phone, places};
use super::service_times::when;
use crate::currency::Currency;
use crate::export::open_referral::{BY_KIND, KINDS, NEEDS};
use crate::ingest::rows::SourceRow;
use crate::ingest::{KnownReferences, service_area};
use crate::record::{ASSET_FIELDS, LocationPrecision};
use crate::text;
use crate::words::{TermWords, canonical, id_of};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Columns that are made of the standard's own fields, by names that the reader of listings knows.
const OF_THE_STANDARD: [&str; 28] = [
    "id",
    "name",
    "kind",
    "needs",
    "latitude",
    "longitude",
    "postcode",
    "address",
    "town",
    "schedule",
    "cost",
    "provider",
    "org_id",
    "service_area",
    "website",
    "phone",
    "description",
    "eligibility",
    "min_age",
    "max_age",
    "languages",
    "step_free",
    "last_verified",
    "status",
    "hectares",
    "places",
    "location_precision",
    "licence",
];

/// Fields that stand under the program's own name alone, by the table.
fn own_fields() -> impl Iterator<Item = &'static str> {
    ASSET_FIELDS.iter().filter(|field| field.of.label.is_some()).map(|field| field.name)
}

/// Columns of the rows.
pub(super) fn headers() -> impl Iterator<Item = &'static str> {
    OF_THE_STANDARD.into_iter().chain(own_fields())
}

/// Field, value and reason of a service that brings nothing.
type RefusedField = (&'static str, String, String);

/// What to tell of a service, and its words.
pub(super) type Told = (&'static str, Option<String>);

/// The kind of a service whose terms name none.
const USUAL_KIND: &str = "group";

/// The rows of a service, and what to tell of it: each is counted over all services.
///
/// # Errors
/// Why it brings no row at all.
pub(super) fn read(
    service: &Value,
    line: u64,
    known: &KnownReferences,
) -> Result<(Vec<SourceRow>, Vec<Told>), RefusedField> {
    let Some(name) = string(service, &["name"]) else {
        return Err(("name", string(service, &["id"]).unwrap_or_default(), "missing".into()));
    };
    let Some(id) = string(service, &["id"]) else { return Err(("id", name, "missing".into())) };
    let mut told = Vec::new();
    let values = everywhere(service, name, known);
    let places = places(service);
    let has_place = places.iter().any(|place| {
        let location = place.get("location").unwrap_or(place);
        string(location, &["latitude"]).is_some()
    });
    let (areas, understood) = areas_served(service, has_place, known);
    if !understood {
        told.push(("with a service area in words, taken as open to whoever comes", None));
    }
    let about =
        own_precision(service).filter(|precision| precision == "area").map(|_| LocationPrecision::Area);
    let several = places.len() > 1;
    let mut rows = Vec::new();
    for (at, place) in places.into_iter().enumerate() {
        let location = place.get("location").filter(|l| l.is_object()).unwrap_or(place);
        let mut own = values.clone();
        let part =
            string(location, &["id"]).or_else(|| string(place, &["id"])).unwrap_or_else(|| at.to_string());
        own.insert("id", if several { format!("{id}@{part}") } else { id.clone() });
        at_place(place, location, &areas, &mut own);
        let times = when(place, location, service);
        if let Some(first) = times.not_read.first() {
            told.push((
                "with a schedule, or a part of it, that is kept in its own words",
                Some(first.clone()),
            ));
        }
        if let Some(words) = times.words {
            own.insert("schedule", words);
        }
        rows.push(SourceRow {
            line,
            values: headers().map(|header| own.get(header).cloned()).collect(),
            location_precision: about,
            timetable: times.timetable,
            ..SourceRow::default()
        });
    }
    Ok((rows, told))
}

/// What this program adds to a service when it writes one.
fn own_field(service: &Value, field: &str) -> Option<String> {
    string(service.get("hereabouts").unwrap_or(&Value::Null), &[field])
}

/// How exactly it says that its place may be told, under today's name for it or the former one.
fn own_precision(service: &Value) -> Option<String> {
    own_field(service, "location_precision").or_else(|| own_field(service, "where"))
}

/// What holds of a service at each of its places.
fn everywhere(service: &Value, name: String, known: &KnownReferences) -> BTreeMap<&'static str, String> {
    let organisation = service.get("organization").unwrap_or(&Value::Null);
    let (kind, needs) = terms(service, known);
    let ages = first_of(service, &["eligibilitys", "eligibility"]);
    let website = string(service, &["url", "website"]);
    [
        ("name", Some(name)),
        ("kind", Some(kind.unwrap_or(USUAL_KIND).to_owned())),
        ("needs", (!needs.is_empty()).then(|| needs.into_iter().collect::<Vec<_>>().join(";"))),
        ("provider", string(organisation, &["name"]).or_else(|| string(service, &["organization_name"]))),
        ("org_id", registered(organisation)),
        ("website", website.or_else(|| string(organisation, &["website", "url", "uri"]))),
        ("description", string(service, &["description"]).map(|d| plain(&d))),
        ("status", status(service)),
        ("eligibility", eligibility(service)),
        ("min_age", number(service, &["minimum_age"]).or_else(|| number(ages, &["minimum_age"]))),
        ("max_age", number(service, &["maximum_age"]).or_else(|| number(ages, &["maximum_age"]))),
        ("cost", cost(service)),
        ("languages", languages(service)),
        // When somebody vouched for it. When a field was last changed says nothing of that.
        ("last_verified", string(service, &["assured_date"]).map(|day| day.chars().take(10).collect())),
        ("phone", phone(service).or_else(|| phone(organisation))),
        ("hectares", own_field(service, "hectares")),
        ("places", own_field(service, "places_a_quarter")),
        ("licence", own_field(service, "licence")),
        ("location_precision", own_precision(service).filter(|precision| precision == "hidden")),
    ]
    .into_iter()
    .chain(own_fields().map(|field| (field, own_field(service, field))))
    .filter_map(|(header, value)| Some((header, value?)))
    .collect()
}

/// That it is active says nothing of a listing; anything else is passed on.
fn status(service: &Value) -> Option<String> {
    string(service, &["status"]).filter(|status| !status.eq_ignore_ascii_case("active"))
}

fn registered(organisation: &Value) -> Option<String> {
    let one = first_of(organisation, &["organization_identifiers", "identifiers"]);
    let number = string(one, &["identifier"])?;
    let scheme = string(one, &["identifier_scheme", "identifier_type"])?;
    if number.to_uppercase().starts_with("GB-") {
        return Some(number.to_uppercase());
    }
    match canonical(&scheme).as_str() {
        "gbchc" | "charitynumber" | "registeredcharity" | "charity" | "charitycommission" => {
            Some(format!("GB-CHC-{number}"))
        }
        "gbcoh" | "companynumber" | "companyhouse" | "company" => Some(format!("GB-COH-{number}")),
        _ if scheme.to_uppercase().starts_with("GB-") => Some(format!("{}-{number}", scheme.to_uppercase())),
        _ => None,
    }
}

fn eligibility(service: &Value) -> Option<String> {
    string(service, &["eligibility_description", "eligibility"]).map(|e| plain(&e)).or_else(|| {
        let all = list(service, &["eligibilitys", "eligibility"]);
        let words: Vec<String> =
            all.iter().filter_map(|e| string(e, &["eligibility", "description"])).collect();
        (!words.is_empty()).then(|| words.join("; "))
    })
}

/// What it costs: amounts first, for they can be compared, then the words.
fn cost(service: &Value) -> Option<String> {
    let options = list(service, &["cost_options"]).into_iter().filter_map(|option| {
        let amount = string(option, &["amount"]).and_then(|a| text::number(&a).ok());
        let words =
            [string(option, &["option"]), string(option, &["amount_description"])].into_iter().flatten();
        let words = words.collect::<Vec<_>>().join(", ");
        match amount {
            Some(0.0) if words.is_empty() || canonical(&words) == "free" => Some("free".to_owned()),
            // The words name the amount themselves.
            Some(amount) if text::least_cost(&words) == Some(amount) => Some(words),
            Some(amount) => {
                let currency = string(option, &["currency"]).and_then(|code| code.parse::<Currency>().ok());
                let currency = currency.unwrap_or_default();
                let currency =
                    currency.sign().map_or_else(|| format!("{currency} "), |sign| sign.to_string());
                Some(format!("{currency}{amount:.2} {words}").trim_end().to_owned())
            }
            None => Some(words).filter(|w| !w.is_empty()),
        }
    });
    let mut parts: Vec<String> = options.collect();
    if parts.is_empty() {
        parts.extend(string(service, &["fees_description", "fees"]).map(|f| plain(&f)));
    }
    (!parts.is_empty()).then(|| parts.join("; "))
}

fn languages(service: &Value) -> Option<String> {
    let named = list(service, &["languages"]);
    let mut all: Vec<String> = Vec::new();
    for language in named.iter().filter_map(|l| string(l, &["name", "language", "code"])) {
        if !all.contains(&language) {
            all.push(language);
        }
    }
    let one = string(service, &["languages"]);
    (!all.is_empty()).then(|| all.join(";")).or(one)
}

/// Parts of service areas that are understood, and whether all are.
fn areas_served(service: &Value, has_place: bool, known: &KnownReferences) -> (Vec<String>, bool) {
    let mut parts = Vec::new();
    // A distance is around a place: which, is known when each location is read.
    let around = has_place.then_some([0.0, 0.0]);
    for area in list(service, &["service_areas"]) {
        let given = string(area, &["extent"])
            .filter(|_| string(area, &["extent_type"]).is_none_or(|t| t != "geojson"));
        let code = string(area, &["uri"]).and_then(|uri| uri.rsplit('/').next().map(str::to_owned));
        let name = string(area, &["name", "service_area"]);
        let candidates = [code, given, name];
        let read = candidates
            .iter()
            .flatten()
            .find_map(|text| service_area::read(text, around, known).ok().filter(|e| !e.is_empty()));
        match read {
            Some(extents) => parts.extend(extents.iter().map(ToString::to_string)),
            // A part in words would make the rest too small: then all of it is left open.
            None => return (Vec::new(), false),
        }
    }
    parts.dedup();
    (parts, true)
}

/// Kind and needs by the terms that a service is filed under.
fn terms<'k>(service: &Value, known: &'k KnownReferences) -> (Option<&'k str>, BTreeSet<String>) {
    let mut names: Vec<String> = Vec::new();
    let (mut kind, mut needs) = (None, BTreeSet::new());
    for one in list(service, &["attributes", "service_taxonomys", "taxonomy_terms"]) {
        if string(one, &["label"]).as_deref() == Some(BY_KIND) {
            continue;
        }
        let term = one.get("taxonomy_term").or(one.get("taxonomy")).unwrap_or(one);
        if let (Some(taxonomy), Some(code)) = (string(term, &["taxonomy"]), string(term, &["code"])) {
            let of = |table: &'k [TermWords]| table.iter().find(|w| w.id == code).map(|w| w.id.as_str());
            match taxonomy.as_str() {
                NEEDS => needs.extend(of(&known.needs).map(str::to_owned)),
                KINDS => kind = kind.or_else(|| of(&known.kinds)),
                _ => {}
            }
            if taxonomy == NEEDS || taxonomy == KINDS {
                continue;
            }
        }
        names.extend(
            [string(one, &["label", "value"]), string(term, &["name", "term"]), string(term, &["code"])]
                .into_iter()
                .flatten(),
        );
    }
    names.extend(string(service, &["type", "category"]));
    for name in &names {
        if let Some((to_kind, to_needs)) = known.crosswalk.get(&canonical(name)) {
            kind = kind.or_else(|| {
                known.kinds.iter().find(|k| Some(&k.id) == to_kind.as_ref()).map(|k| k.id.as_str())
            });
            needs.extend(to_needs.iter().cloned());
            continue;
        }
        kind = kind.or_else(|| id_of(&known.kinds, name));
        needs.extend(id_of(&known.needs, name).map(str::to_owned));
    }
    (kind, needs)
}
