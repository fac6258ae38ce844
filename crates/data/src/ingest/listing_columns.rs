//! The columns of files of assets.

use super::KnownReferences;
use super::rows::SourceRows;
use crate::record::ASSET_FIELDS;
use crate::text::{plain, present};
use crate::words::id_of;

/// A field and the names that its columns go by, the best first.
pub(super) type ListingField = (&'static str, &'static [&'static str]);

/// What is read of a row and is no field of an asset by itself: parts of a place, of an address, of a timetable.
const PARTS: &[ListingField] = &[
    (
        "id",
        &[
            "id",
            "sourceid",
            "siteid",
            "odscode",
            "uniqueid",
            "uniqueref",
            "ref",
            "reference",
            "identifier",
            "osmid",
            "atcocode",
            "urn",
            "registeredcharitynumber",
            "uprn",
        ],
    ),
    ("lon", &["lon", "long", "longitude", "lng", "longitudewgs84", "x"]),
    ("lat", &["lat", "latitude", "latitudewgs84", "y"]),
    ("easting", &["easting", "eastings", "geoeasting", "oseasting", "gridreferenceeasting"]),
    ("northing", &["northing", "northings", "geonorthing", "osnorthing", "gridreferencenorthing"]),
    (
        "postcode",
        &["postcode", "postalcode", "pcds", "addrpostcode", "zip", "zipcode", "charitycontactpostcode"],
    ),
    ("places_per_session", &["placespersession", "placesasession", "capacity"]),
    ("rrule", &["rrule", "recurrence"]),
    ("opens", &["opens", "opensat", "starttime", "start"]),
    ("closes", &["closes", "closesat", "endtime", "end"]),
    // A column of this name holds anything: only a map or a constant says how exact a place may be told.
    ("location_precision", &[]),
    ("address_2", &["address2", "addressline2", "locality"]),
    ("address_3", &["address3", "addressline3"]),
    ("town", &["town", "city", "addrcity", "posttown"]),
    (
        "closed",
        &["yearclosed", "dateclosed", "closeddate", "closedate", "closingdate", "closuredate", "closed"],
    ),
];

/// The order in which columns are told of; fields that are not named here come after.
const ORDER: &[&str] = &[
    "id",
    "name",
    "kind",
    "licence",
    "needs",
    "lon",
    "lat",
    "easting",
    "northing",
    "postcode",
    "places",
    "places_per_session",
    "rrule",
    "opens",
    "closes",
    "schedule",
    "verified_on",
    "cost",
    "step_free",
    "course",
    "welcome",
    "eligibility",
    "languages",
    "website",
    "phone",
    "organisation",
    "organisation_id",
    "service_area",
    "where",
    "age_from",
    "age_to",
    "address",
    "address_2",
    "address_3",
    "town",
    "description",
    "hectares",
    "status",
    "closed",
];

/// Fields and the names they go by, the best first. E-mail addresses and names of contacts are not among them.
pub(super) fn fields() -> Vec<ListingField> {
    let of_assets = ASSET_FIELDS.iter().filter(|field| !field.of.columns.is_empty());
    let of_assets = of_assets.map(|field| (field.name, field.of.columns));
    let mut all: Vec<ListingField> = PARTS.iter().copied().chain(of_assets).collect();
    all.sort_by_key(|(name, _)| ORDER.iter().position(|one| one == name).unwrap_or(ORDER.len()));
    all
}

/// Columns that go by a name of ids, the best first.
pub(super) fn id_columns(table: &SourceRows) -> impl Iterator<Item = usize> + '_ {
    let names = PARTS.iter().filter(|(field, _)| *field == "id").flat_map(|(_, names)| *names);
    names.filter_map(|name| table.headers.iter().position(|header| plain(header) == *name))
}

/// A column of names: one that ends in "name" and is not the name of the area, the street or a person, else one that is
/// called like a kind (a column `community_hub` names hubs).
pub(super) fn name_column(table: &SourceRows, known: &KnownReferences) -> Option<usize> {
    const NOT: [&str; 21] = [
        "area", "ward", "lsoa", "msoa", "oa", "la", "lad", "district", "borough", "county", "region",
        "locality", "street", "road", "contact", "manager", "first", "last", "sur", "user", "file",
    ];
    let filled = |at: &usize| {
        table.rows.iter().any(|r| r.values.get(*at).is_some_and(|v| v.as_deref().and_then(present).is_some()))
    };
    let names = |at: &usize| {
        let header = plain(&table.headers[*at]);
        header
            .strip_suffix("name")
            .or_else(|| header.strip_suffix("nam"))
            .is_some_and(|of| !NOT.iter().any(|n| of.ends_with(n)))
    };
    let kind = |at: &usize| id_of(&known.kinds, &table.headers[*at]).is_some();
    let all = || (0..table.headers.len()).filter(filled);
    all().find(names).or_else(|| all().find(kind))
}

/// Columns of opening hours, one a day: `Monday opening times`, `opening_hours_monday`.
pub(super) fn hours_columns(table: &SourceRows) -> Vec<(&'static str, usize)> {
    const DAYS: [(&str, &str); 7] = [
        ("monday", "Mon"),
        ("tuesday", "Tue"),
        ("wednesday", "Wed"),
        ("thursday", "Thu"),
        ("friday", "Fri"),
        ("saturday", "Sat"),
        ("sunday", "Sun"),
    ];
    let of = |day: &str| {
        table.headers.iter().position(|h| {
            let header = plain(h);
            header == day
                || (header.contains(day) && ["open", "hours", "times"].iter().any(|w| header.contains(w)))
        })
    };
    DAYS.iter().filter_map(|(day, short)| Some((*short, of(day)?))).collect()
}
