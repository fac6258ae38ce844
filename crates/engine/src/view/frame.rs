//! What stands with every row of a period and a geography, and which of two figures is shown.

use chrono::NaiveDate;
use hereabouts_core::idx::{AreaIdx, GeographyIdx};
use hereabouts_core::study::Study;

/// Which side of every figure is shown: each listing at its word, or weighted by the chance that it still runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Scenario {
    /// Every listing taken at its word.
    Listed,
    /// Each listing weighted by the chance that it still runs.
    #[default]
    Likely,
}

impl Scenario {
    /// Both, in the order shown.
    pub const ALL: [Self; 2] = [Self::Listed, Self::Likely];

    /// The word used in addresses and outputs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Listed => "listed",
            Self::Likely => "likely",
        }
    }

    /// The one of two figures that this reading shows.
    #[must_use]
    pub fn of<T>(self, listed: T, likely: T) -> T {
        match self {
            Self::Listed => listed,
            Self::Likely => likely,
        }
    }
}

/// What stands with every row of a period and a geography.
#[derive(Debug, Clone, Copy)]
pub struct RowFrame<'a> {
    /// The study that positions refer to.
    pub study: &'a Study,
    /// The geography reported on.
    pub geography: GeographyIdx,
    /// The period of the demand, written out; `None` without any demand.
    pub period: Option<&'a str>,
    /// Quarters that it has.
    pub quarters: u8,
    /// The day against which the age of listings is measured.
    pub as_of: NaiveDate,
}

impl<'a> RowFrame<'a> {
    /// Id of the geography.
    #[must_use]
    pub fn geography_id(&self) -> &'a str {
        &self.study.geographies()[self.geography.get()].id
    }

    pub(super) fn area(&self, area: AreaIdx) -> &'a hereabouts_core::area::Area {
        &self.study.areas()[area.get()]
    }
}
