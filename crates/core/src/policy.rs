//! Choices a deployment may make about the analysis. Everything here changes figures, and is shown with them.

use crate::cell::CellResolution;
use crate::idx::GeographyIdx;
use crate::metric::land::LandReach;
use crate::need::LandFloor;
use crate::period::Period;
use crate::units::KilometresPerHour;
use chrono::NaiveDate;

/// Choices about one analysis.
#[derive(Debug, Clone, PartialEq)]
pub struct AnalysisPolicy {
    /// Size of the cells.
    pub resolution: CellResolution,
    /// What is analysed; `None` is [`crate::study::Study::latest_year`].
    pub period: Option<Period>,
    /// The neighbourhoods reported on; `None` is [`crate::study::Study::default_geography`].
    pub geography: Option<GeographyIdx>,
    /// The day against which the age of a listing is measured.
    pub as_of: NaiveDate,
    /// Walking speed.
    pub speed: KilometresPerHour,
    /// Whether people walk without steps, stiles and raised kerbs, where streets are known.
    pub step_free: bool,
    /// Metres walked for each metre of straight line where streets are not known; at least 1. Measured on Bath: 1.41 at the median.
    pub detour: f64,
    /// Age given to a listing without a date, in months.
    pub unknown_age_months: f64,
    /// What a calendar that has an asset running counts next to a confirmation of the same day, 0 to 1.
    pub calendar_weight: f64,
    /// A provider offers one referral at most this many times the adequate level: without a cap, one reached by a
    /// sliver of demand gives hundreds of places per referral and drives every map's scale.
    pub cap: f64,
    /// Whether what is offered online, by telephone or to a whole nation counts as a provider for everybody.
    pub count_remote: bool,
    /// An area that refers less than this share of what its people and deprivation predict may be silent.
    pub silent_below: f64,
    /// …and only if so few referrals had a chance below this.
    pub silent_chance: f64,
    /// Fewer referrals than this are too few to be compared: one more or less would move their share by a fifth and more.
    pub few_below: f64,
}

impl AnalysisPolicy {
    /// How far land of a standard reaches at this pace.
    #[must_use]
    pub fn land_reach<'a>(&self, floor: &'a LandFloor) -> LandReach<'a> {
        LandReach { floor, minutes_per_metre: self.detour / (self.speed.get() * 1000.0 / 60.0) }
    }

    /// The documented defaults, as of a day.
    #[must_use]
    pub fn as_of(as_of: NaiveDate) -> Self {
        Self {
            resolution: CellResolution::default(),
            period: None,
            geography: None,
            as_of,
            speed: KilometresPerHour::new(4.8).unwrap_or_default(),
            step_free: false,
            detour: 1.3,
            unknown_age_months: 36.0,
            calendar_weight: 0.8,
            cap: 10.0,
            count_remote: false,
            silent_below: 0.5,
            silent_chance: 0.001,
            few_below: 5.0,
        }
    }
}
