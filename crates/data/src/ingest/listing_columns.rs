//! The columns of files of assets.

use super::KnownReferences;
use super::rows::SourceRows;
use crate::text::{plain, present};
use crate::words::id_of;

type ListingField = (&'static str, &'static [&'static str]);

/// Fields and the names they go by, the best first. E-mail addresses and names of contacts are not among them.
pub(super) const FIELDS: &[ListingField] = &[
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
    (
        "name",
        &[
            "name",
            "title",
            "sitename",
            "distname",
            "distname1",
            "organisation",
            "organisati",
            "organisationname",
            "organization",
            "commonname",
            "servicename",
            "locationname",
            "venue",
            "establishmentname",
            "label",
        ],
    ),
    (
        "kind",
        &[
            "kind",
            "type",
            "category",
            "assettype",
            "sitetype",
            "venuetype",
            "facilitytype",
            "servicetype",
            "featuretype",
            "function",
            "classification",
            "classifica",
            "typology",
            "class",
        ],
    ),
    ("licence", &["licence", "license"]),
    ("needs", &["needs", "need"]),
    ("lon", &["lon", "long", "longitude", "lng", "longitudewgs84", "x"]),
    ("lat", &["lat", "latitude", "latitudewgs84", "y"]),
    ("easting", &["easting", "eastings", "geoeasting", "oseasting", "gridreferenceeasting"]),
    ("northing", &["northing", "northings", "geonorthing", "osnorthing", "gridreferencenorthing"]),
    (
        "postcode",
        &["postcode", "postalcode", "pcds", "addrpostcode", "zip", "zipcode", "charitycontactpostcode"],
    ),
    ("places", &["places", "placesaquarter", "placesperquarter"]),
    ("places_per_session", &["placespersession", "placesasession", "capacity"]),
    ("rrule", &["rrule", "recurrence"]),
    ("opens", &["opens", "opensat", "starttime", "start"]),
    ("closes", &["closes", "closesat", "endtime", "end"]),
    ("schedule", &["schedule", "openinghours", "openingtimes", "when", "times", "availability"]),
    (
        "verified_on",
        &[
            "verifiedon",
            "lastverified",
            "verified",
            "assureddate",
            "lastchecked",
            "checkdate",
            "lastupdated",
            "lastupdate",
            "dateupdated",
            "sitelastupdateddate",
        ],
    ),
    ("cost", &["cost", "costgbp", "price", "fees", "fee", "charge"]),
    ("step_free", &["stepfree", "wheelchair", "wheelchairaccess", "wheelchairaccessible", "accessible"]),
    ("course", &["course", "fixedcourse", "fixedlength"]),
    ("welcome", &["welcome", "meetsnewcomers", "meetandgreet", "buddy"]),
    ("eligibility", &["eligibility", "whofor", "audience", "referralmethod"]),
    ("languages", &["languages", "language"]),
    (
        "website",
        &[
            "website",
            "url",
            "web",
            "weburl",
            "websiteaddress",
            "websitead",
            "websiteurl",
            "contactwebsite",
            "schoolwebsite",
            "charitycontactweb",
        ],
    ),
    (
        "phone",
        &[
            "phone",
            "telephone",
            "tel",
            "telno",
            "phonenumber",
            "telephonenumber",
            "telephonenum",
            "contactphone",
        ],
    ),
    ("organisation", &["runby", "provider", "providername", "managedby"]),
    ("organisation_id", &["organisationid", "orgid", "organisationidentifier"]),
    ("service_area", &["servicearea", "areaserved", "areasserved"]),
    // A column of this name holds anything: only a map or a constant says how exact a place may be told.
    ("location_precision", &[]),
    ("age_from", &["agefrom", "minage", "minimumage"]),
    ("age_to", &["ageto", "maxage", "maximumage"]),
    ("address", &["address", "address1", "addressline1", "fulladdress", "street", "addrstreet"]),
    ("address_2", &["address2", "addressline2", "locality"]),
    ("address_3", &["address3", "addressline3"]),
    ("town", &["town", "city", "addrcity", "posttown"]),
    ("description", &["description", "descriptio", "facilities", "activities", "charityactivities"]),
    ("hectares", &["hectares", "areaha", "areahectares", "sizeha"]),
    ("status", &["status", "operationalstatus", "establishmentstatusname", "openclosed"]),
    (
        "closed",
        &["yearclosed", "dateclosed", "closeddate", "closedate", "closingdate", "closuredate", "closed"],
    ),
];

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
