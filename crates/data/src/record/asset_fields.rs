//! Every field of an asset, as one table: what it is called and means, what it holds, which columns it is read from, how one
//! record of several listings comes by it, and whether it could tell a hidden place. [`AssetRecord`] is made from it, and so
//! are reading, linking, concealing, rows, schema, exports and pages as far as [`AssetField`] says.

use super::asset_table::{FieldUse, FieldValue, RecordField, asset_fields};
use super::{LocationPrecision, StoredExtent};
use chrono::NaiveDate;
use hereabouts_schedule::StoredTimetable;
use serde::{Deserialize, Serialize};

asset_fields! {
    /// Source of the listing.
    source: String = FieldUse::BY_HAND,
    /// Its id there.
    source_id: String = FieldUse::BY_HAND,
    /// Name.
    name: String = FieldUse::column(&[
        "name", "title", "sitename", "distname", "distname1", "organisation", "organisati",
        "organisationname", "organization", "commonname", "servicename", "locationname", "venue",
        "establishmentname", "label",
    ]),
    /// Id of its kind.
    kind: String = FieldUse::by_hand(&[
        "kind", "type", "category", "assettype", "sitetype", "venuetype", "facilitytype", "servicetype",
        "featuretype", "function", "classification", "classifica", "typology", "class",
    ]).merged_each(),
    /// Ids of needs that the listing names itself.
    #[serde(default, skip_serializing_if = "FieldValue::is_unknown")]
    needs: Vec<String> = FieldUse::by_hand(&["needs", "need"]).merged_each(),
    /// Where it is met, [longitude, latitude] in degrees; `None` where there is no such place or it is hidden.
    #[serde(default, skip_serializing_if = "FieldValue::is_unknown")]
    place: Option<[f64; 2]> = FieldUse::BY_HAND,
    /// How exact the place is.
    #[serde(rename = "exactness")]
    location_precision: LocationPrecision = FieldUse::BY_HAND,
    /// Whom it serves, by where they live; empty is whoever comes to its place.
    #[serde(default, skip_serializing_if = "FieldValue::is_unknown")]
    service_area: Vec<StoredExtent> = FieldUse::by_hand(&["servicearea", "areaserved", "areasserved"]).merged_each(),
    /// Organisation that runs it.
    #[serde(default, skip_serializing_if = "FieldValue::is_unknown")]
    organisation: Option<String> = FieldUse::column(&["runby", "provider", "providername", "managedby"]),
    /// Identifier of the organisation with its register.
    #[serde(default, skip_serializing_if = "FieldValue::is_unknown")]
    organisation_id: Option<String> = FieldUse::column(&["organisationid", "orgid", "organisationidentifier"]),
    /// Land of its footprint, in hectares.
    #[serde(default, skip_serializing_if = "FieldValue::is_unknown")]
    hectares: Option<f64> = FieldUse::column(&["hectares", "areaha", "areahectares", "sizeha"]).tells_the_place(),
    /// Place-sessions a quarter, if the listing says.
    #[serde(default, skip_serializing_if = "FieldValue::is_unknown")]
    places: Option<f64> = FieldUse::column(&["places", "placesaquarter", "placesperquarter"]),
    /// When somebody last confirmed it.
    #[serde(default, skip_serializing_if = "FieldValue::is_unknown")]
    verified_on: Option<NaiveDate> = FieldUse::column(&[
        "verifiedon", "lastverified", "verified", "assureddate", "lastchecked", "checkdate",
        "lastupdated", "lastupdate", "dateupdated", "sitelastupdateddate",
    ]),
    /// What it costs, in the listing's words.
    #[serde(default, skip_serializing_if = "FieldValue::is_unknown")]
    cost: Option<String> = FieldUse::column(&["cost", "costgbp", "price", "fees", "fee", "charge"]).merged_with_others().in_open_text(),
    /// The least it can cost, in the currency of the place; 0 is free.
    #[serde(default, skip_serializing_if = "FieldValue::is_unknown")]
    cost_from: Option<f64> = FieldUse::BY_HAND,
    /// Youngest age that may come, in years.
    #[serde(default, skip_serializing_if = "FieldValue::is_unknown")]
    age_from: Option<f64> = FieldUse::column(&["agefrom", "minage", "minimumage"]),
    /// Oldest age that may come, in years.
    #[serde(default, skip_serializing_if = "FieldValue::is_unknown")]
    age_to: Option<f64> = FieldUse::column(&["ageto", "maxage", "maximumage"]),
    /// Whom it takes by age, in the listing's words.
    #[serde(default, skip_serializing_if = "FieldValue::is_unknown")]
    ages: Option<String> = FieldUse::column(&[
        "ages", "age", "agerange", "agegroup", "agegroups", "ageband", "agebands", "agelimit", "suitableages", "targetage",
    ]).labelled("Ages, as listed"),
    /// Whether it can be entered without a step; null is unknown.
    #[serde(default, skip_serializing_if = "FieldValue::is_unknown")]
    step_free: Option<bool> = FieldUse::column(&[
        "stepfree", "wheelchair", "wheelchairaccess", "wheelchairaccessible", "accessible",
    ]),
    /// Whether it is a course of fixed length (true) or ongoing; null is unknown.
    #[serde(default, skip_serializing_if = "FieldValue::is_unknown")]
    course: Option<bool> = FieldUse::column(&["course", "fixedcourse", "fixedlength"]).labelled("Course of fixed length"),
    /// Whether somebody meets newcomers the first time; null is unknown.
    #[serde(default, skip_serializing_if = "FieldValue::is_unknown")]
    welcome: Option<bool> = FieldUse::column(&["welcome", "meetsnewcomers", "meetandgreet", "buddy"]).labelled("Somebody meets newcomers"),
    /// Whether a place has to be booked beforehand; null is unknown.
    #[serde(default, skip_serializing_if = "FieldValue::is_unknown")]
    booking_required: Option<bool> =
        FieldUse::column(&["bookingrequired", "booking", "mustbook"]).labelled("Has to be booked"),
    /// When it is on, in the listing's words.
    #[serde(default, skip_serializing_if = "FieldValue::is_unknown")]
    schedule: Option<String> = FieldUse::by_hand(&[
        "schedule", "openinghours", "openingtimes", "when", "times", "availability",
    ]).merged_with_others().in_open_text(),
    /// The same as a timetable, where the words or rules are understood.
    #[serde(default, skip_serializing_if = "FieldValue::is_unknown")]
    timetable: Option<StoredTimetable> = FieldUse::BY_HAND.in_open_text(),
    /// Who may come, in the listing's words.
    #[serde(default, skip_serializing_if = "FieldValue::is_unknown")]
    eligibility: Option<String> = FieldUse::column(&["eligibility", "whofor", "audience", "referralmethod"]).in_open_text(),
    /// Languages spoken there.
    #[serde(default, skip_serializing_if = "FieldValue::is_unknown")]
    languages: Vec<String> = FieldUse::column(&["languages", "language"]),
    /// Address on the web.
    #[serde(default, skip_serializing_if = "FieldValue::is_unknown")]
    website: Option<String> = FieldUse::column(&[
        "website", "url", "web", "weburl", "websiteaddress", "websitead", "websiteurl", "contactwebsite",
        "schoolwebsite", "charitycontactweb",
    ]).in_open_text(),
    /// Telephone number.
    #[serde(default, skip_serializing_if = "FieldValue::is_unknown")]
    phone: Option<String> = FieldUse::column(&[
        "phone", "telephone", "tel", "telno", "phonenumber", "telephonenumber", "telephonenum",
        "contactphone",
    ]),
    /// Postal address of the place.
    #[serde(default, skip_serializing_if = "FieldValue::is_unknown")]
    address: Option<String> = FieldUse::by_hand(&[
        "address", "address1", "addressline1", "fulladdress", "street", "addrstreet",
    ]).tells_the_place(),
    /// What it is, in the listing's words.
    #[serde(default, skip_serializing_if = "FieldValue::is_unknown")]
    description: Option<String> = FieldUse::column(&[
        "description", "descriptio", "facilities", "activities", "charityactivities",
    ]).tells_the_place(),
    /// Licence of the listing.
    #[serde(default, skip_serializing_if = "FieldValue::is_unknown")]
    licence: Option<String> = FieldUse::column(&["licence", "license"]).of_the_first(),
    /// Whether it is open, in the listing's words.
    #[serde(default, skip_serializing_if = "FieldValue::is_unknown")]
    status: Option<String> = FieldUse::column(&[
        "status", "operationalstatus", "establishmentstatusname", "openclosed",
    ]).of_the_first().in_open_text(),
}

impl AssetRecord {
    /// Unique over all sources.
    #[must_use]
    pub fn id(&self) -> String {
        format!("{}/{}", self.source, self.source_id)
    }
}
