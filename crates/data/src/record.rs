//! What is stored: one record type for each kind of import. Nothing here is about a person.

mod asset_fields;
mod asset_table;
mod event;
mod grant;
mod list;
mod pieces;
pub(crate) mod release;
mod streets;
mod transit;

pub use asset_fields::{ASSET_FIELDS, AssetField, AssetRecord};
pub use asset_table::{FieldMerge, FieldReading, FieldUse, FieldValueKind, ListedValue, RecordField};
pub use event::EventRecord;
pub use grant::{Beneficiary, GrantPrecision, GrantRecord};
pub use list::{CoveredExtent, ListRecord, StoredPolygons};
pub use streets::StreetMap;
pub use transit::{FeedRecord, FeedSummary, InvalidTimetable, KeptFeed};

use crate::currency::Currency;
use chrono::NaiveDate;
use hereabouts_core::known::KnownCount;
use hereabouts_release::document::ReleaseDocument;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// What a file is imported as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RecordKind {
    /// Boundaries of areas.
    Neighbourhoods,
    /// People by area.
    Population,
    /// Deprivation by area.
    Deprivation,
    /// Live postcodes.
    Postcodes,
    /// What the community offers.
    Assets,
    /// Referrals by area, need and quarter.
    Demand,
    /// Money given to organisations.
    Grants,
    /// What calendars say of when something is on.
    Events,
    /// Streets that one may walk.
    Streets,
    /// Timetables of public transport.
    Transit,
    /// Protected tables of referrals.
    Releases,
}

impl RecordKind {
    /// All kinds, in the order in which they build on each other.
    pub const ALL: [Self; 11] = [
        Self::Neighbourhoods,
        Self::Population,
        Self::Deprivation,
        Self::Postcodes,
        Self::Assets,
        Self::Demand,
        Self::Grants,
        Self::Events,
        Self::Streets,
        Self::Transit,
        Self::Releases,
    ];

    /// The word for it on the command line and in the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Neighbourhoods => "neighbourhoods",
            Self::Population => "population",
            Self::Deprivation => "deprivation",
            Self::Postcodes => "postcodes",
            Self::Assets => "assets",
            Self::Demand => "demand",
            Self::Grants => "grants",
            Self::Events => "events",
            Self::Streets => "streets",
            Self::Transit => "transit",
            Self::Releases => "releases",
        }
    }
}

impl fmt::Display for RecordKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for RecordKind {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|k| k.as_str() == text).ok_or_else(|| {
            let all: Vec<&str> = Self::ALL.iter().map(|k| k.as_str()).collect();
            format!("{text:?} is none of {}", all.join(", "))
        })
    }
}

/// What is known of a source as a whole; stored with its records and part of their content.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SourceHeader {
    /// Base names of the files.
    pub files: Vec<String>,
    /// Licence of the data.
    pub licence: Option<String>,
    /// Words that any copy must carry.
    pub attribution: Option<String>,
    /// When the data were fetched.
    pub retrieved: Option<NaiveDate>,
    /// Of a list of assets whose map does not say when they were fetched, the day on which they were first imported as they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub imported_on: Option<NaiveDate>,
    /// Currency of its costs, where its map or place says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
    /// Of a list of assets, where it looks and which kinds it has all of.
    #[serde(default, skip_serializing_if = "ListRecord::is_silent")]
    pub list: ListRecord,
    /// Rows that landed.
    pub imported: u64,
    /// Rows that were rejected.
    pub rejected: u64,
    /// What the import decided.
    pub notes: Vec<String>,
}

/// A source and its header.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceRecord {
    /// What it was imported as.
    pub kind: RecordKind,
    /// Its name.
    pub name: String,
    /// What is known of it.
    pub header: SourceHeader,
}

/// One area.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AreaRecord {
    /// Id of the geography, e.g. `lsoa21`.
    pub geography: String,
    /// What a reader sees for it.
    pub geography_label: String,
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Polygons of rings of [longitude, latitude]; the first ring of each is its outline. Valid and closed.
    pub polygons: Vec<Vec<Vec<[f64; 2]>>>,
    /// Whether it is reported on, or only context.
    pub reporting: bool,
}

/// People of an area.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PopulationRecord {
    /// Geography of the area.
    pub geography: String,
    /// Code of the area.
    pub code: String,
    /// People.
    pub people: f64,
}

/// Deprivation of an area.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeprivationRecord {
    /// Geography of the area.
    pub geography: String,
    /// Code of the area.
    pub code: String,
    /// 1 = most deprived tenth of the country.
    pub decile: u8,
}

/// A live postcode.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PostcodeRecord {
    /// Upper case, with its space.
    pub postcode: String,
    /// Degrees east.
    pub lon: f64,
    /// Degrees north.
    pub lat: f64,
}

/// How exact the place of an asset is, from the most to the least.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LocationPrecision {
    /// The place itself.
    #[default]
    Exact,
    /// Somewhere about: the middle of its postcode, or of the cell of about 0.7 km² that a listing which is not to be
    /// found to the door was moved to when it was read.
    Area,
    /// Not told, as for a refuge: the place is not stored.
    Hidden,
}

impl LocationPrecision {
    /// The word used in outputs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Area => "area",
            Self::Hidden => "hidden",
        }
    }
}

/// Part of a service area, as stored. A listing without any serves whoever comes to its place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StoredExtent {
    /// An area of a geography.
    Area {
        /// Its geography; `None` where the listing gives a code alone.
        geography: Option<String>,
        /// Its code.
        code: String,
    },
    /// A postcode, or the first part of one: `M9`, `M9 4`.
    Postcode(String),
    /// So far around.
    Circle {
        /// Degrees east of the middle.
        lon: f64,
        /// Degrees north of the middle.
        lat: f64,
        /// Radius in metres.
        metres: f64,
    },
    /// The whole place that the study is about.
    CityWide,
    /// A whole nation.
    National,
    /// Wherever there is a connection.
    Online,
}

impl fmt::Display for StoredExtent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Area { code, .. } | Self::Postcode(code) => f.write_str(code),
            Self::Circle { metres, .. } => write!(f, "within {} km", metres.round() / 1000.0),
            Self::CityWide => f.write_str("city-wide"),
            Self::National => f.write_str("national"),
            Self::Online => f.write_str("online"),
        }
    }
}

/// What a demand figure rests on, as stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StoredBasis {
    /// As counted.
    Unprotected,
    /// Made up.
    Synthetic,
}

/// Geography of demand that is given by H3 cell: its codes are indices in hexadecimal.
pub const H3: &str = "h3";

/// Need of the record which says that its source says everything of its area and quarter: needs without a record of their own
/// were asked for by nobody.
pub const EVERY_OTHER_NEED: &str = "*";

/// Referrals of an area, or of a cell ([`H3`]), for a need in a quarter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DemandRecord {
    /// Geography of the area.
    pub geography: String,
    /// Code of the area.
    pub code: String,
    /// Id of the need, or [`EVERY_OTHER_NEED`].
    pub need: String,
    /// `2025-Q4`.
    pub quarter: String,
    /// Referrals: the count, or the least that it can be.
    pub referrals: f64,
    /// The most that it can be, where it was not counted and somebody knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<f64>,
    /// Nobody knows how many there were.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unknown: bool,
    /// Months of the quarter that it covers, where not all three.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub months: Option<u8>,
    /// A year was divided to make it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub divided: bool,
    /// Those without a match, if the source says.
    pub no_match: Option<f64>,
    /// Systems in which they were recorded, as far as the source says.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub source_systems: Vec<String>,
    /// What it rests on.
    pub basis: StoredBasis,
}

impl DemandRecord {
    /// What is known of the referrals.
    #[must_use]
    pub fn count(&self) -> KnownCount {
        match self.at_most {
            _ if self.unknown => KnownCount::at_least(self.referrals),
            Some(most) => KnownCount::between(self.referrals, most),
            None => KnownCount::counted(self.referrals),
        }
    }

    /// The same record with what is known of its referrals.
    #[must_use]
    pub fn with_count(self, count: KnownCount) -> Self {
        Self {
            referrals: count.low(),
            at_most: count.high().filter(|_| !count.is_counted()),
            unknown: !count.is_bounded(),
            ..self
        }
    }
}

/// Records of one kind.
#[derive(Debug, Clone, PartialEq)]
pub enum RecordList {
    /// Boundaries.
    Neighbourhoods(Vec<AreaRecord>),
    /// People.
    Population(Vec<PopulationRecord>),
    /// Deprivation.
    Deprivation(Vec<DeprivationRecord>),
    /// Postcodes.
    Postcodes(Vec<PostcodeRecord>),
    /// Assets.
    Assets(Vec<AssetRecord>),
    /// Referrals.
    Demand(Vec<DemandRecord>),
    /// Grants.
    Grants(Vec<GrantRecord>),
    /// Events.
    Events(Vec<EventRecord>),
    /// Streets.
    Streets(StreetMap),
    /// A timetable.
    Transit(FeedRecord),
    /// Releases, each of a quarter.
    Releases(Vec<ReleaseDocument>),
}

impl RecordList {
    /// How many.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Neighbourhoods(r) => r.len(),
            Self::Population(r) => r.len(),
            Self::Deprivation(r) => r.len(),
            Self::Postcodes(r) => r.len(),
            Self::Assets(r) => r.len(),
            Self::Demand(r) => r.len(),
            Self::Grants(r) => r.len(),
            Self::Events(r) => r.len(),
            Self::Streets(map) => map.streets,
            Self::Transit(record) => record.feed.trips.len(),
            Self::Releases(r) => r.len(),
        }
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Key of each in the store, unique within a source; `None` for streets, timetables and releases, which are
    /// stored as bytes of their own.
    #[must_use]
    pub fn keys(&self) -> Option<Vec<String>> {
        fn of<R>(records: &[R], key: impl Fn(&R) -> String) -> Option<Vec<String>> {
            Some(records.iter().map(key).collect())
        }
        match self {
            Self::Neighbourhoods(r) => of(r, |a| format!("{}/{}", a.geography, a.code)),
            Self::Population(r) => of(r, |p| format!("{}/{}", p.geography, p.code)),
            Self::Deprivation(r) => of(r, |d| format!("{}/{}", d.geography, d.code)),
            Self::Postcodes(r) => of(r, |p| p.postcode.clone()),
            Self::Assets(r) => of(r, |a| a.source_id.clone()),
            Self::Demand(r) => of(r, |d| format!("{}/{}/{}/{}", d.geography, d.code, d.need, d.quarter)),
            Self::Grants(r) => of(r, |g| g.id.clone()),
            Self::Events(r) => of(r, |e| e.uid.clone()),
            Self::Streets(_) | Self::Transit(_) | Self::Releases(_) => None,
        }
    }

    /// JSON of the record at this position, for the store. It names its fields, so that a later version, with fields that
    /// this one lacks, reads what this one wrote.
    ///
    /// # Errors
    /// [`serde_json::Error`], which no record of ours gives.
    pub fn value(&self, at: usize) -> Result<Vec<u8>, serde_json::Error> {
        match self {
            Self::Neighbourhoods(r) => serde_json::to_vec(&r[at]),
            Self::Population(r) => serde_json::to_vec(&r[at]),
            Self::Deprivation(r) => serde_json::to_vec(&r[at]),
            Self::Postcodes(r) => serde_json::to_vec(&r[at]),
            Self::Assets(r) => serde_json::to_vec(&r[at]),
            Self::Demand(r) => serde_json::to_vec(&r[at]),
            Self::Grants(r) => serde_json::to_vec(&r[at]),
            Self::Events(r) => serde_json::to_vec(&r[at]),
            Self::Streets(_) | Self::Transit(_) | Self::Releases(_) => Ok(Vec::new()),
        }
    }

    /// Key and bytes of each, for the store.
    ///
    /// # Errors
    /// As [`Self::value`].
    pub fn entries(&self) -> Result<Vec<(String, Vec<u8>)>, serde_json::Error> {
        match self {
            Self::Streets(map) => return Ok(map.entries()),
            Self::Transit(record) => return record.entries().map_err(serde::ser::Error::custom),
            Self::Releases(releases) => return Ok(release::entries(releases)),
            _ => {}
        }
        let keys = self.keys().unwrap_or_default();
        keys.into_iter().enumerate().map(|(at, key)| Ok((key, self.value(at)?))).collect()
    }
}
