//! What the analysis needs to know of an asset. Names, opening times and the rest stay with its record.

use crate::place::Place;
use crate::schedule::Timetable;
use crate::units::Metres;
use chrono::NaiveDate;

/// Something the community offers: at a place, in an area or from afar.
#[derive(Debug, Clone, PartialEq)]
pub struct Asset {
    /// Unique and stable: `source/source_id`. The canonical order of assets is by it.
    pub id: String,
    /// An id of the kinds table.
    pub kind: String,
    /// Needs served when the listing says so itself, in equal shares; empty means those of its kind.
    pub needs: Vec<String>,
    /// Where people come to it. `None`: they do not, or the place is not told.
    pub place: Option<Place>,
    /// Whom it serves.
    pub serves: ServiceArea,
    /// Land, in hectares, of a footprint.
    pub hectares: Option<f64>,
    /// Place-sessions a quarter if the listing says; missing is not zero.
    pub places_per_quarter: Option<f64>,
    /// Sessions a quarter of its own timetable, where that says.
    pub sessions_per_quarter: Option<f64>,
    /// When somebody last confirmed it. Unknown is a long time ago, not today.
    pub verified_on: Option<NaiveDate>,
    /// The last day on which a list had it: when its file was fetched, else imported. From then on it ages, dated or not.
    pub listed_on: Option<NaiveDate>,
    /// What calendars say of it.
    pub calendars: Vec<AssetCalendar>,
}

impl Asset {
    /// The last day up to `as_of`, itself included, on which a calendar has it running.
    #[must_use]
    pub fn seen_running_on(&self, as_of: NaiveDate) -> Option<NaiveDate> {
        let seen =
            |c: &AssetCalendar| c.timetable.last_day(c.holds_until.map_or(as_of, |day| day.min(as_of)));
        self.calendars.iter().filter_map(seen).max()
    }
}

/// What a calendar says of when an asset is on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssetCalendar {
    /// When it is on.
    pub timetable: Timetable,
    /// Last day on which that is evidence: a calendar knows nothing of the days after it was fetched, and nobody may have
    /// looked at a series without an end for years. `None`: every day that it has.
    pub holds_until: Option<NaiveDate>,
}

/// Whom an asset serves, by where they live ("service area" in Open Referral).
#[derive(Debug, Clone, Default, PartialEq)]
pub enum ServiceArea {
    /// Whoever comes to its place.
    #[default]
    Anyone,
    /// Only people of these extents. Without a place it comes to them: no way there, no minutes.
    Within(Vec<AreaExtent>),
    /// Anybody, online or by telephone, or of a whole nation: found in a search, but it fills no neighbourhood's gap
    /// unless [`crate::AnalysisPolicy::count_remote`] says so.
    Remote,
}

/// A part of the study that an asset serves.
#[derive(Debug, Clone, PartialEq)]
pub enum AreaExtent {
    /// All of it.
    Everywhere,
    /// An area.
    Area {
        /// Its geography.
        geography: String,
        /// Its code.
        code: String,
    },
    /// Places whose postcode is this, or begins with it as a whole outward code or sector: `M9`, `M9 4`, `M9 4AB`.
    Postcode(String),
    /// Everything so near to a place, as the crow flies; inclusive.
    Circle {
        /// Its middle.
        centre: Place,
        /// Its radius.
        radius: Metres,
    },
}
