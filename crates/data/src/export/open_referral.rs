//! Assets as services of Open Referral UK 3.0, with fields of HSDS 3.1 where the UK profile has none.
//!
//! What [`crate::ingest`] reads of it is the record again. What no version of the standard has a place for is under
//! `hereabouts`: how exact the place is, land, places a quarter, licence and where the record came from. Optional fields
//! without a value are not there: nothing is null. No person is in it, for none is in a record.

use crate::ages::StatedAges;
use crate::currency::Currency;
use crate::linkage::canonical_asset::CanonicalAsset;
use crate::record::{ASSET_FIELDS, AssetRecord, ListedValue, LocationPrecision, StoredExtent};
use crate::text;
use chrono::NaiveDate;
use hereabouts_core::schedule::Timetable;
use hereabouts_schedule::{self as schedule, ScheduleRule};
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// Name of the taxonomy of needs.
pub const NEEDS: &str = "Hereabouts needs";
/// Name of the taxonomy of kinds of asset.
pub const KINDS: &str = "Hereabouts kinds";

/// What this program's identifiers are made in (RFC 9562, version 5).
const SPACE: Uuid = Uuid::from_u128(0x6a0b_41f3_58c2_4f0e_9a77_d15e_30c4_8b21);

/// An identifier of something, the same each time.
#[must_use]
pub fn id_of(what: &str, name: &str) -> Uuid {
    Uuid::new_v5(&SPACE, format!("{what}/{name}").as_bytes())
}

/// Identifier of the service that an asset is: its own, if that is a UUID already, so that it keeps it on its way through
/// any number of directories.
#[must_use]
pub fn service_id(record: &AssetRecord) -> Uuid {
    let own = &record.source_id;
    let written_out = own.len() == 36;
    Uuid::try_parse(own).ok().filter(|_| written_out).unwrap_or_else(|| id_of("service", &record.id()))
}

/// A term of a taxonomy.
#[derive(Debug, Clone, Copy)]
pub struct TaxonomyTerm<'a> {
    /// [`NEEDS`] or [`KINDS`].
    pub taxonomy: &'static str,
    /// Id of the need or kind.
    pub code: &'a str,
    /// What a reader sees.
    pub name: &'a str,
    /// Whether it follows from the kind, and is not what the listing says itself.
    pub by_kind: bool,
}

/// What an attribute that follows from the kind is labelled.
pub const BY_KIND: &str = "by its kind";

impl TaxonomyTerm<'_> {
    /// Its identifier.
    #[must_use]
    pub fn id(&self) -> Uuid {
        id_of(self.taxonomy, self.code)
    }

    /// As the standard has it.
    #[must_use]
    pub fn json(&self) -> Value {
        json!({
            "id": self.id(), "code": self.code, "name": self.name, "description": self.name, "taxonomy": self.taxonomy,
        })
    }
}

/// How much of a service is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServiceDepth {
    /// As a list has it: what there is one of.
    Listed,
    /// With all its parts.
    Full,
}

/// An asset on its way out.
#[derive(Debug, Clone, Copy)]
pub struct ExportedAsset<'a> {
    /// What the listings say.
    pub of: &'a CanonicalAsset,
    /// [`service_id`], unless another has that.
    pub id: Uuid,
    /// When somebody last confirmed it, in a listing or since.
    pub verified_on: Option<NaiveDate>,
    /// `active`, `inactive`, `defunct` or `temporarily closed`.
    pub status: &'static str,
    /// Its kind, and the needs that it answers.
    pub terms: &'a [TaxonomyTerm<'a>],
    /// Currency of its cost.
    pub currency: &'a Currency,
}

/// A service.
#[must_use]
pub fn service(exported: &ExportedAsset<'_>, depth: ServiceDepth) -> Value {
    let ExportedAsset { of, id, verified_on, status, terms, currency } = *exported;
    let record = &of.record;
    let mut out = ServiceFields::default();
    out.put("id", Some(id));
    out.put("name", Some(&record.name));
    out.put("description", record.description.as_ref());
    out.put("url", record.website.as_deref().map(with_scheme));
    out.put("status", Some(status));
    out.put("fees_description", record.cost.as_ref());
    out.put("eligibility_description", record.eligibility.as_ref());
    let ages = StatedAges::of(record);
    out.put("minimum_age", ages.from.map(number));
    out.put("maximum_age", ages.to.map(number));
    out.put("assured_date", verified_on.map(|day| day.to_string()));
    if let Some(organisation) = organisation(record) {
        out.put("organization_id", Some(organisation["id"].clone()));
        out.put("organization", Some(organisation));
    }
    if depth == ServiceDepth::Full {
        let part = |what: &str, at: usize| id_of(what, &format!("{id}/{at}"));
        out.list("phones", record.phone.iter().map(|n| json!({ "id": part("phone", 0), "number": n })));
        out.list(
            "languages",
            record
                .languages
                .iter()
                .enumerate()
                .map(|(at, l)| json!({ "id": part("language", at), "name": l })),
        );
        out.list("cost_options", cost(record, currency, part("cost", 0)));
        out.list("schedules", schedules(record, |at| part("schedule", at)));
        let areas = record.service_area.iter().enumerate();
        out.list("service_areas", areas.map(|(at, extent)| service_area(extent, part("area", at))));
        out.list("service_at_locations", location(record, id).map(|location| {
            json!({ "id": id_of("service_at_location", &id.to_string()), "location": location })
        }));
        out.list("attributes", terms.iter().enumerate().map(|(at, term)| {
            let mut one = json!({
                    "id": part("attribute", at), "link_id": id, "link_type": "service", "taxonomy_term": term.json(),
                });
                if term.by_kind {
                    one["label"] = json!(BY_KIND);
                }
                one
        }));
    }
    out.put("hereabouts", Some(own(of)));
    out.0.into()
}

/// The place of an asset as a service at a location; `None` where it has none.
#[must_use]
pub fn service_at_location(exported: &ExportedAsset<'_>, depth: ServiceDepth) -> Option<Value> {
    let id = exported.id;
    let mut location = location(&exported.of.record, id)?;
    if depth == ServiceDepth::Listed
        && let Some(fields) = location.as_object_mut()
    {
        fields.remove("addresses");
        fields.remove("accessibility");
    }
    let mut service = service(exported, depth);
    if let Some(fields) = service.as_object_mut() {
        // It is what this is part of.
        fields.remove("service_at_locations");
    }
    Some(
        json!({ "id": id_of("service_at_location", &id.to_string()), "location": location, "service": service }),
    )
}

/// An object without nulls.
#[derive(Debug, Default)]
struct ServiceFields(Map<String, Value>);

impl ServiceFields {
    fn put(&mut self, name: &str, value: Option<impl Into<ServiceJson>>) {
        if let Some(value) = value {
            self.0.insert(name.to_owned(), value.into().0);
        }
    }

    fn list(&mut self, name: &str, values: impl IntoIterator<Item = Value>) {
        let values: Vec<Value> = values.into_iter().collect();
        if !values.is_empty() {
            self.0.insert(name.to_owned(), values.into());
        }
    }
}

struct ServiceJson(Value);

impl<T: serde::Serialize> From<T> for ServiceJson {
    fn from(value: T) -> Self {
        Self(json!(value))
    }
}

/// A whole number without its `.0`.
fn number(value: f64) -> Value {
    if value.fract() == 0.0 && value.abs() < 9e15 { json!(value as i64) } else { json!(value) }
}

fn with_scheme(website: &str) -> String {
    if website.contains("://") { website.to_owned() } else { format!("https://{website}") }
}

fn organisation(record: &AssetRecord) -> Option<Value> {
    let registered = record.organisation_id.as_deref();
    let name = record.organisation.as_deref().or(registered)?;
    let id = id_of("organization", &registered.map_or_else(|| text::plain(name), str::to_owned));
    let mut out = ServiceFields::default();
    out.put("id", Some(id));
    out.put("name", Some(name));
    // The standard wants one, and there is none.
    out.put("description", Some(name));
    let identifier = registered.and_then(|id| id.rsplit_once('-')).map(|(scheme, number)| {
        json!({
            "id": id_of("organization_identifier", &format!("{scheme}-{number}")), "identifier_scheme": scheme,
            "identifier_type": scheme, "identifier": number,
        })
    });
    out.list("organization_identifiers", identifier);
    Some(out.0.into())
}

fn cost(record: &AssetRecord, currency: &Currency, id: Uuid) -> Option<Value> {
    if record.cost.is_none() && record.cost_from.is_none() {
        return None;
    }
    let mut out = ServiceFields::default();
    out.put("id", Some(id));
    out.put("option", record.cost.as_ref());
    out.put("amount", record.cost_from.map(number));
    out.put("currency", record.cost_from.map(|_| currency.code()));
    Some(out.0.into())
}

/// Rules of the timetable, the first with the listing's words; words alone where they are not understood.
fn schedules(record: &AssetRecord, id: impl Fn(usize) -> Uuid) -> Vec<Value> {
    let timetable = record.timetable.as_ref().and_then(|stored| Timetable::try_from(stored).ok());
    let mut rules = timetable.map(|timetable| schedule::rules(&timetable)).unwrap_or_default();
    if rules.is_empty() && record.schedule.is_some() {
        rules.push(ScheduleRule::default());
    }
    let of = |(at, rule): (usize, ScheduleRule)| {
        let mut out = ServiceFields::default();
        out.put("id", Some(id(at)));
        out.put("description", record.schedule.as_ref().filter(|_| at == 0));
        let interval = rule.interval.as_deref().and_then(|n| n.parse::<u32>().ok());
        out.put("interval", interval.or(rule.freq.is_some().then_some(1)));
        for (name, value) in [
            ("freq", rule.freq),
            ("byday", rule.byday),
            ("bymonthday", rule.bymonthday),
            ("dtstart", rule.dtstart),
            ("valid_from", rule.valid_from),
            ("valid_to", rule.valid_to),
            ("opens_at", rule.opens),
            ("closes_at", rule.closes),
        ] {
            out.put(name, value);
        }
        out.0.into()
    };
    rules.into_iter().enumerate().map(of).collect()
}

fn service_area(extent: &StoredExtent, id: Uuid) -> Value {
    let mut out =
        json!({ "id": id, "name": extent.to_string(), "extent": extent.to_string(), "extent_type": "text" });
    if let StoredExtent::Area { code, .. } = extent
        && is_ons_code(code)
    {
        out["uri"] = json!(format!("http://statistics.data.gov.uk/id/statistical-geography/{code}"));
    }
    out
}

/// `None` where there is nothing to tell of a place.
fn location(record: &AssetRecord, id: Uuid) -> Option<Value> {
    if record.place.is_none() && record.address.is_none() && record.step_free.is_none() {
        return None;
    }
    let id = id_of("location", &id.to_string());
    let mut out = ServiceFields::default();
    out.put("id", Some(id));
    out.put("location_type", Some("physical"));
    if let Some([lon, lat]) = record.place {
        out.put("latitude", Some(lat));
        out.put("longitude", Some(lon));
    }
    out.list("addresses", record.address.as_deref().map(|line| address(line, id)));
    out.list(
        "accessibility",
        record.step_free.map(|free| {
            let description = if free { "Step-free" } else { "Not step-free: steps to the entrance" };
            json!({ "id": id_of("accessibility", &id.to_string()), "description": description })
        }),
    );
    Some(out.0.into())
}

/// An address of one line. The standard asks for parts that a listing may not have: those are empty.
fn address(line: &str, location: Uuid) -> Value {
    let (street, postcode) = line
        .rsplit_once(", ")
        .and_then(|(street, last)| Some((street, postal_code(last)?)))
        .map_or((line, String::new()), |(street, code)| (street, code));
    let city = street.rsplit_once(", ").map_or("", |(_, last)| last);
    let british = postcode.contains(|c: char| c.is_ascii_alphabetic());
    let country = if british { "GB" } else { "" };
    json!({
        "id": id_of("address", &location.to_string()), "address_1": street, "city": city, "state_province": "",
        "postal_code": postcode, "country": country, "address_type": "physical",
    })
}

/// A British postcode, or a code of digits: `Unit 5` is neither.
fn postal_code(text: &str) -> Option<String> {
    let code = text::postcode(text).ok()?;
    let digits = code.chars().all(|c| c.is_ascii_digit() || c == '-') && code.len() > 3;
    let british = matches!(code.as_bytes(), [.., b' ', n, a, b] if n.is_ascii_digit() && a.is_ascii_alphabetic() && b.is_ascii_alphabetic());
    (digits || british).then_some(code)
}

/// A code of the Office for National Statistics or of its sisters: `E01005678`.
fn is_ons_code(code: &str) -> bool {
    let b = code.as_bytes();
    b.len() == 9 && b"ENSW".contains(&b[0]) && b[1..].iter().all(u8::is_ascii_digit)
}

/// What the standard has no field for.
fn own(of: &CanonicalAsset) -> Value {
    let record = &of.record;
    let mut out = ServiceFields::default();
    let precision = if record.place.is_none() && record.location_precision != LocationPrecision::Hidden {
        "none"
    } else {
        record.location_precision.as_str()
    };
    // The second is the former name, for one release.
    for name in ["location_precision", "where"] {
        out.put(name, Some(precision));
    }
    out.put("hectares", record.hectares);
    out.put("places_a_quarter", record.places.map(number));
    out.put("licence", record.licence.as_ref());
    for field in ASSET_FIELDS.iter().filter(|field| field.of.label.is_some()) {
        match field.value(record) {
            ListedValue::Unknown => {}
            ListedValue::Number(value) => out.put(field.name, Some(number(value))),
            value => out.put(field.name, Some(value)),
        }
    }
    let listed: Vec<String> = of.listings().iter().map(AssetRecord::id).collect();
    out.put("listed_as", Some(listed));
    out.0.into()
}
