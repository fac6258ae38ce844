//! Referrals, as one released table: who asked for what, where and when.

use crate::idx::NeedIdx;
use crate::known::KnownCount;
use std::fmt;
use std::str::FromStr;
use thiserror::Error;

/// A quarter of a calendar year, `2025-Q4`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quarter {
    year: u16,
    quarter: u8,
}

/// Text that is not a quarter.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0:?} is not a quarter; write it like 2025-Q4")]
pub struct InvalidQuarter(pub String);

impl Quarter {
    /// Quarter 1 to 4 of a year from 1900 to 2999.
    ///
    /// # Errors
    /// [`InvalidQuarter`] otherwise.
    pub fn new(year: u16, quarter: u8) -> Result<Self, InvalidQuarter> {
        if (1900..3000).contains(&year) && (1..=4).contains(&quarter) {
            Ok(Self { year, quarter })
        } else {
            Err(InvalidQuarter(format!("{year}-Q{quarter}")))
        }
    }

    /// The calendar year.
    #[must_use]
    pub const fn year(self) -> u16 {
        self.year
    }

    /// 1 to 4.
    #[must_use]
    pub const fn quarter(self) -> u8 {
        self.quarter
    }

    /// The quarter `n` before this one; stays at the first of 1900.
    #[must_use]
    pub fn back(self, n: u16) -> Self {
        let index = (u32::from(self.year) * 4 + u32::from(self.quarter - 1))
            .saturating_sub(u32::from(n))
            .max(1900 * 4);
        Self { year: (index / 4) as u16, quarter: (index % 4) as u8 + 1 }
    }

    /// First and last day, as `YYYY-MM-DD`.
    #[must_use]
    pub fn days(self) -> (String, String) {
        let (first, last) = [("01-01", "03-31"), ("04-01", "06-30"), ("07-01", "09-30"), ("10-01", "12-31")]
            [usize::from(self.quarter - 1)];
        (format!("{}-{first}", self.year), format!("{}-{last}", self.year))
    }
}

impl fmt::Display for Quarter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-Q{}", self.year, self.quarter)
    }
}

impl FromStr for Quarter {
    type Err = InvalidQuarter;
    fn from_str(text: &str) -> Result<Self, InvalidQuarter> {
        let wrong = || InvalidQuarter(text.to_owned());
        let (year, quarter) = text.split_once("-Q").ok_or_else(wrong)?;
        if year.len() != 4 || quarter.len() != 1 {
            return Err(wrong());
        }
        Self::new(year.parse().map_err(|_| wrong())?, quarter.parse().map_err(|_| wrong())?)
    }
}

/// What a figure rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Basis {
    /// As counted; may identify people and must stay on this machine.
    Unprotected,
    /// Made up, and says so.
    Synthetic,
    /// Passed by a disclosure rule as it stands.
    Released,
    /// A share of a released total of several areas.
    Pooled,
    /// Spread from elsewhere by a public weight.
    Modelled,
}

impl Basis {
    /// What a figure made of two rests on: unprotected or made up if either is, else the farther from a count.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        let (low, high) = if self < other { (self, other) } else { (other, self) };
        if low <= Self::Synthetic { low } else { high }
    }

    /// The word used in outputs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unprotected => "unprotected",
            Self::Synthetic => "synthetic",
            Self::Released => "released",
            Self::Pooled => "pooled",
            Self::Modelled => "modelled",
        }
    }
}

/// One figure of the demand table: a place, a need and a quarter. As a source gives it, the place is an [`AreaCode`] or a
/// [`DemandCell`](crate::cell::DemandCell) – who knows where people set out need not have it guessed – and the need an id; in a
/// study both are resolved.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Demand<Place, Need = String> {
    /// The area or cell that the people who asked live in.
    pub place: Place,
    /// What they asked for.
    pub need: Need,
    /// The quarter in which they asked.
    pub quarter: Quarter,
    /// Referrals in the quarter: counted, between two numbers, or unknown.
    pub referrals: KnownCount,
    /// Those that found no match; `None` when the source does not say.
    pub no_match: Option<f64>,
    /// Who may see the figure, and how far it is from a count.
    pub basis: Basis,
    /// Months of the quarter that it covers: 3 is the whole of it.
    pub months: u8,
    /// Whether a longer period was divided to make it: it is modelled, and still as secret as what it was made of.
    pub divided: bool,
}

/// Months of a quarter.
pub const WHOLE_QUARTER: u8 = 3;

/// A place of which a source says everything in a quarter: needs that have no figure there were asked for by nobody.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CompleteDemand<Place> {
    /// The area or cell.
    pub place: Place,
    /// The quarter.
    pub quarter: Quarter,
    /// What it rests on.
    pub basis: Basis,
}

/// The system in which the referrals of a place were recorded in a quarter. Codes are used differently in different systems, so
/// that how much is recorded is compared within one first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RecordingSystem<Place> {
    /// The area or cell.
    pub place: Place,
    /// The quarter.
    pub quarter: Quarter,
    /// What the source calls the system.
    pub system: String,
}

/// An area as a source names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct AreaCode {
    /// Id of the geography: codes of two may be alike.
    pub geography: String,
    /// The area's code in it.
    pub code: String,
}

impl<P> Demand<P> {
    /// The same figure with its references resolved.
    pub(crate) fn resolved<Place>(&self, place: Place, need: NeedIdx) -> Demand<Place, NeedIdx> {
        let &Self { quarter, referrals, no_match, basis, months, divided, .. } = self;
        Demand { place, need, quarter, referrals, no_match, basis, months, divided }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_writes_quarters() {
        let q: Quarter = "2025-Q1".parse().unwrap();
        assert_eq!(q.to_string(), "2025-Q1");
        assert_eq!(q.back(1).to_string(), "2024-Q4");
        assert_eq!(q.back(5).to_string(), "2023-Q4");
        for bad in ["2025", "2025-Q5", "25-Q1", "2025-q1", "2025-Q12", ""] {
            assert!(bad.parse::<Quarter>().is_err(), "{bad}");
        }
    }
}
