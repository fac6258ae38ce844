//! `MAP.toml`: what a file does not say of itself.

use crate::currency::Currency;
use crate::ingest::period::PeriodFormat;
use chrono::{Days, NaiveDate};
use geo::MultiPolygon;
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;

/// A mapping file. Everything is optional: what is not said is detected, and the import says what it decided.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportMap {
    /// Name of the source; without it, the first file's name.
    pub source: Option<String>,
    /// Id of the geography that the areas are of, e.g. `lsoa21`.
    pub geography: Option<String>,
    /// What a reader sees for the geography.
    pub label: Option<String>,
    /// Whether the areas are reported on, or only context.
    pub role: Option<AreaRole>,
    /// Licence of the data.
    pub licence: Option<String>,
    /// Words that any copy must carry.
    pub attribution: Option<String>,
    /// When the data were fetched.
    pub retrieved: Option<NaiveDate>,
    /// The day on which the files are read: what they say of later days is told and not believed.
    pub as_of: Option<NaiveDate>,
    /// Currency of costs, by its code in ISO 4217.
    pub currency: Option<Currency>,
    /// Zone on whose clock the events of a calendar are told, by its IANA name; without it, the calendar's own, else London's.
    pub time_zone: Option<String>,
    /// Sheet of a workbook; without it, the one that fits.
    pub sheet: Option<String>,
    /// Names of the columns of a table without a header.
    pub header: Option<Vec<String>>,
    /// What the coordinates of geometries are in, where the file does not say.
    pub crs: Option<CoordinateSystem>,
    /// Column (or GeoJSON property) of each field.
    #[serde(default, deserialize_with = "by_field")]
    pub fields: BTreeMap<String, String>,
    /// Value of a field for every row; where `fields` names a column too, for rows that give none.
    #[serde(default, deserialize_with = "by_field")]
    pub constants: BTreeMap<String, String>,
    /// For a field, what its values mean; `*` is any other. An empty meaning leaves the row out.
    #[serde(default, deserialize_with = "by_field")]
    pub values: BTreeMap<String, BTreeMap<String, String>>,
    /// Rows that count: all of these must hold.
    #[serde(default)]
    pub keep: Vec<RowCondition>,
    /// Rows that do not: none of these may hold.
    #[serde(default)]
    pub drop: Vec<RowCondition>,
    /// Assets of one name within so many metres are one (a hospital of many buildings).
    pub merge_within_m: Option<f64>,
    /// How many areas the country ranks, to make deciles of ranks.
    pub areas_ranked: Option<f64>,
    /// How the quarters of demand are written.
    #[serde(default)]
    pub period: PeriodFormat,
    /// What demand rests on.
    pub basis: Option<DemandBasis>,
    /// Whether demand says everything of the areas and quarters that it lists, so that what it leaves out is zero; of a list
    /// of assets, the kinds that it has all of.
    pub complete: Option<CompleteList>,
    /// Where a list of assets looks.
    pub covers: Option<CoveredPlaces>,
    /// Counts of demand below this one are not told; so that `*` and `c` have bounds.
    pub suppressed_below: Option<f64>,
    /// The least count that is not told; without it 1, for a source that writes its zeros.
    pub suppressed_from: Option<f64>,
    /// Whether a year's demand is divided among its quarters.
    #[serde(default)]
    pub divide_years: bool,
    /// What has a column each in a table of demand.
    pub wide: Option<WideColumns>,
}

/// What coordinates are in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum CoordinateSystem {
    /// Longitude and latitude in WGS84.
    #[serde(rename = "EPSG:4326")]
    Wgs84,
    /// Eastings and northings of the British National Grid.
    #[serde(rename = "EPSG:27700")]
    NationalGrid,
    /// Metres of Web Mercator.
    #[serde(rename = "EPSG:3857")]
    WebMercator,
    /// Latitude and longitude in WGS84.
    #[serde(rename = "latitude-first")]
    LatitudeFirst,
}

/// What a source has all of.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum CompleteList {
    /// Everything that it is about, or not.
    All(bool),
    /// These kinds of asset.
    Kinds(Vec<String>),
}

/// Where a list of assets looks.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum CoveredPlaces {
    /// `nation`, the id of a geography, the code of an area, or the name of a boundary file.
    Named(String),
    /// Codes of areas.
    Codes(Vec<String>),
    /// What a boundary file holds.
    #[serde(skip)]
    Shape {
        /// Its base name.
        file: String,
        /// Its areas.
        shape: MultiPolygon<f64>,
    },
}

/// What has a column each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WideColumns {
    /// Each need.
    Need,
    /// Each quarter, month or week.
    Quarter,
}

/// Whether areas are reported on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AreaRole {
    /// Reported on.
    Reporting,
    /// Only the context that the reporting areas' figures need.
    Context,
}

/// What demand rests on, as a map may state it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DemandBasis {
    /// As counted.
    Unprotected,
    /// Made up.
    Synthetic,
}

/// A condition on one column.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RowCondition {
    /// The column or property.
    pub column: String,
    /// Holds if the value is one of these (case and outer space aside).
    pub is: Option<Vec<String>>,
    /// Holds if the value contains any of these (case aside).
    pub contains: Option<Vec<String>>,
    /// Holds if there is a value (`true`) or none (`false`).
    pub present: Option<bool>,
}

/// Fields that were called otherwise, with what they are called now: maps of former releases are read.
const FORMER_FIELDS: [(&str, &str); 1] = [("where", "location_precision")];

/// A table by field, with former names of fields as they are now.
fn by_field<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    from: D,
) -> Result<BTreeMap<String, T>, D::Error> {
    let mut table = BTreeMap::<String, T>::deserialize(from)?;
    for (former, name) in FORMER_FIELDS {
        if let Some(value) = table.remove(former) {
            table.entry(name.to_owned()).or_insert(value);
        }
    }
    Ok(table)
}

impl ImportMap {
    /// Reads a mapping file.
    ///
    /// # Errors
    /// The place and the cause, as the TOML reader puts it.
    pub fn parse(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }

    /// A day on which something was, if it can have been: one after the day of the import is not believed. A day of grace is
    /// for clocks and zones.
    ///
    /// # Errors
    /// The reason.
    pub(super) fn past(&self, day: NaiveDate) -> Result<NaiveDate, String> {
        match self.as_of {
            Some(as_of) if day > as_of + Days::new(1) => {
                Err(format!("after {as_of}, the day of this import: not believed"))
            }
            _ => Ok(day),
        }
    }

    /// The boundary file that it names, to be read by whoever has files.
    #[must_use]
    pub fn boundary_file(&self) -> Option<&str> {
        match &self.covers {
            Some(CoveredPlaces::Named(name)) if is_boundary(name) => Some(name),
            _ => None,
        }
    }

    /// Whether it says where the data are from and nothing of what is in them.
    #[must_use]
    pub fn says_only_where_from(&self) -> bool {
        *self
            == Self {
                source: self.source.clone(),
                licence: self.licence.clone(),
                attribution: self.attribution.clone(),
                retrieved: self.retrieved,
                as_of: self.as_of,
                ..Self::default()
            }
    }
}

/// Whether a name is that of a boundary file.
fn is_boundary(name: &str) -> bool {
    let lower = name.trim().to_lowercase();
    lower.ends_with(".geojson") || lower.ends_with(".json")
}

impl RowCondition {
    /// Whether it holds for a value; every part given must.
    #[must_use]
    pub fn holds(&self, value: Option<&str>) -> bool {
        let value = value.map(|v| v.trim().to_lowercase());
        let any = |list: &Option<Vec<String>>, test: &dyn Fn(&str, &str) -> bool| {
            list.as_ref().is_none_or(|l| {
                value.as_deref().is_some_and(|v| l.iter().any(|x| test(v, &x.trim().to_lowercase())))
            })
        };
        any(&self.is, &|v, x| v == x)
            && any(&self.contains, &|v, x| v.contains(x))
            && self.present.is_none_or(|p| p == value.is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_keys_are_refused() {
        assert!(ImportMap::parse("feilds = {}").is_err());
        assert!(ImportMap::parse("[[drop]]\ncolumn = \"a\"\nequals = \"b\"").is_err());
    }

    #[test]
    fn a_former_name_of_a_field_is_read_as_the_one_it_has_now() {
        let both = ["where", "location_precision"]
            .map(|name| ImportMap::parse(&format!("[constants]\n{name} = \"area\"")).unwrap());
        assert_eq!(both[0], both[1]);
        assert_eq!(both[0].constants["location_precision"], "area");
    }

    #[test]
    fn conditions_hold_together() {
        let map = ImportMap::parse(
            "[[drop]]\ncolumn = \"Type\"\nis = [\"Mobile\"]\n[[drop]]\ncolumn = \"Closed\"\npresent = true",
        )
        .unwrap();
        assert!(
            map.drop[0].holds(Some(" mobile "))
                && !map.drop[0].holds(Some("Static"))
                && !map.drop[0].holds(None)
        );
        assert!(map.drop[1].holds(Some("2019")) && !map.drop[1].holds(None));
    }
}
