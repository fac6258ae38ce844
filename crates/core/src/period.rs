//! What is looked at: one quarter, or several that follow each other.

use crate::demand::{InvalidQuarter, Quarter, WHOLE_QUARTER};
use std::fmt;
use std::str::FromStr;

/// One to four quarters that follow each other: `2025-Q4`, or `2025-Q1/2025-Q4` with the first and the last of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    last: Quarter,
    quarters: u8,
}

/// Quarters of a year.
pub const WHOLE_YEAR: u8 = 4;

impl Period {
    /// One quarter.
    #[must_use]
    pub const fn of(quarter: Quarter) -> Self {
        Self { last: quarter, quarters: 1 }
    }

    /// So many quarters up to and including `last`, at least one and at most four.
    #[must_use]
    pub fn up_to(last: Quarter, quarters: u8) -> Self {
        Self { last, quarters: quarters.clamp(1, WHOLE_YEAR) }
    }

    /// Its last quarter.
    #[must_use]
    pub const fn last(self) -> Quarter {
        self.last
    }

    /// Its first quarter.
    #[must_use]
    pub fn first(self) -> Quarter {
        self.last.back(u16::from(self.quarters) - 1)
    }

    /// How many quarters it has.
    #[must_use]
    pub const fn len(self) -> u8 {
        self.quarters
    }

    /// Never: it has a quarter at least.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        false
    }

    /// How many months it has.
    #[must_use]
    pub const fn months(self) -> u8 {
        self.quarters * WHOLE_QUARTER
    }

    /// Its quarters, the last first.
    pub fn quarters(self) -> impl Iterator<Item = Quarter> {
        (0..u16::from(self.quarters)).map(move |n| self.last.back(n))
    }

    /// First and last day, as `YYYY-MM-DD`.
    #[must_use]
    pub fn days(self) -> (String, String) {
        (self.first().days().0, self.last.days().1)
    }
}

impl From<Quarter> for Period {
    fn from(quarter: Quarter) -> Self {
        Self::of(quarter)
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.quarters == 1 { self.last.fmt(f) } else { write!(f, "{}/{}", self.first(), self.last) }
    }
}

impl FromStr for Period {
    type Err = InvalidQuarter;
    fn from_str(text: &str) -> Result<Self, InvalidQuarter> {
        let Some((first, last)) = text.split_once('/') else { return text.parse().map(Self::of) };
        let (first, last): (Quarter, Quarter) = (first.parse()?, last.parse()?);
        let all = (1..=WHOLE_YEAR).map(|quarters| Self::up_to(last, quarters));
        all.into_iter().find(|period| period.first() == first).ok_or_else(|| InvalidQuarter(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_written_as_it_is_read() {
        for text in ["2025-Q4", "2025-Q1/2025-Q4", "2025-Q4/2026-Q1"] {
            assert_eq!(text.parse::<Period>().unwrap().to_string(), text);
        }
        for bad in ["", "2025", "2025-Q4/2025-Q1", "2024-Q4/2025-Q4", "2025-Q1/", "latest-year"] {
            assert!(bad.parse::<Period>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_year_has_four_quarters_and_one_quarter_is_itself() {
        let last: Quarter = "2026-Q2".parse().unwrap();
        let year = Period::up_to(last, WHOLE_YEAR);
        assert_eq!((year.first().to_string().as_str(), year.months()), ("2025-Q3", 12));
        assert_eq!(year.quarters().count(), 4);
        assert_eq!(year.days(), ("2025-07-01".to_owned(), "2026-06-30".to_owned()));
        assert_eq!(Period::up_to(last, 1), Period::of(last));
        assert_eq!(Period::up_to(last, 0), Period::of(last));
    }
}
