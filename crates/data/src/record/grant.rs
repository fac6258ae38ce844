//! Grants, in the words of the 360Giving Data Standard.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Money given to an organisation for something it does. Of a grant to a person nothing is kept that tells who it was.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct GrantRecord {
    /// Source of the record.
    pub source: String,
    /// Its id, unique over all publishers: `360G-…`.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// Money awarded, in `currency`; not negative.
    pub amount: f64,
    /// ISO 4217 code of three letters.
    pub currency: String,
    /// When it was awarded.
    pub awarded_on: NaiveDate,
    /// When what it pays for begins.
    pub starts_on: Option<NaiveDate>,
    /// When what it pays for ends.
    pub ends_on: Option<NaiveDate>,
    /// How long that takes, in months.
    pub months: Option<f64>,
    /// Name of the organisation that receives it; `None` for a person.
    pub recipient: Option<String>,
    /// Identifiers of that organisation, each with its register (`GB-CHC-123456`), sorted.
    pub recipient_ids: Vec<String>,
    /// Name of the organisation that gives it.
    pub funder: Option<String>,
    /// Identifier of that organisation.
    pub funder_id: Option<String>,
    /// Programme that it belongs to.
    pub programme: Option<String>,
    /// Where those live or meet who gain by it.
    pub beneficiaries: Vec<Beneficiary>,
    /// Licence of the record.
    pub licence: Option<String>,
}

/// Where those live or meet who gain by a grant.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Beneficiary {
    /// Name of the place or area.
    pub name: Option<String>,
    /// Code of the area, as statistics offices give it.
    pub area: Option<String>,
    /// [longitude, latitude] in degrees.
    pub place: Option<[f64; 2]>,
}

/// How exactly it is known where those are who gain by a grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GrantPrecision {
    /// A place.
    Place,
    /// A district, ward or other area of local statistics.
    District,
    /// No more than a name, a region or a country.
    Unknown,
}

impl GrantPrecision {
    /// The word used in outputs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Place => "place",
            Self::District => "district",
            Self::Unknown => "unknown",
        }
    }
}

/// First letters of the codes of countries and regions, which say hardly more than nothing.
const WIDE: [&str; 7] = ["E92", "W92", "S92", "N92", "E12", "K0", "L93"];

impl GrantRecord {
    /// How exactly it is known where it goes: as its best known beneficiary is.
    #[must_use]
    pub fn precision(&self) -> GrantPrecision {
        let of = |b: &Beneficiary| match (&b.place, &b.area) {
            (Some(_), _) => GrantPrecision::Place,
            (None, Some(code)) if !WIDE.iter().any(|wide| code.starts_with(wide)) => GrantPrecision::District,
            _ => GrantPrecision::Unknown,
        };
        self.beneficiaries.iter().map(of).min().unwrap_or(GrantPrecision::Unknown)
    }
}
