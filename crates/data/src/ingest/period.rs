//! How a file writes the quarter of a figure.

use crate::text;
use chrono::{Datelike, NaiveDate};
use hereabouts_core::demand::Quarter;
use serde::{Deserialize, Deserializer};
use std::fmt::Write as _;

/// How periods are written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum PeriodFormat {
    /// A quarter of a calendar year in any usual form, or a day or month of it.
    #[default]
    Calendar,
    /// A quarter of a British financial year: quarter 1 of 2025/26 is April to June 2025.
    Financial,
    /// A day or month in this pattern of `strftime`, such as `%m/%d/%Y`.
    Pattern(String),
}

impl<'de> Deserialize<'de> for PeriodFormat {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        match word.as_str() {
            "calendar" => Ok(Self::Calendar),
            "financial" => Ok(Self::Financial),
            pattern if is_pattern(pattern) => Ok(Self::Pattern(word)),
            _ => Err(serde::de::Error::custom(format!(
                "{word:?} is not calendar, financial, or a pattern with a year and a month such as %d/%m/%Y"
            ))),
        }
    }
}

/// Whether a pattern reads back the month it writes.
fn is_pattern(pattern: &str) -> bool {
    let Some(day) = NaiveDate::from_ymd_opt(2025, 11, 1) else { return false };
    let mut written = String::new();
    // A pattern of more than days fails to write; `to_string` would panic on it.
    write!(written, "{}", day.format(pattern)).is_ok() && day_in(pattern, &written) == Some(day)
}

impl PeriodFormat {
    /// The quarter that a row's text says, with its year where that stands in a column of its own.
    ///
    /// # Errors
    /// The reason, for the person whose file it is.
    pub fn read(&self, year: Option<&str>, text: &str) -> Result<Quarter, String> {
        let whole = match year {
            Some(year) if !text.trim().starts_with(year.trim()) => format!("{} {text}", year.trim()),
            _ => text.trim().to_owned(),
        };
        match self {
            Self::Pattern(pattern) => day_in(pattern, &whole)
                .ok_or_else(|| format!("not written like {pattern}, as the map says"))
                .and_then(of_day),
            Self::Calendar => {
                if numbered(&whole).is_some_and(|n| n.spans_two_years) {
                    return Err(
                        "a quarter of a financial year; say so in the map (period = \"financial\")".into()
                    );
                }
                calendar(&whole)
            }
            Self::Financial => numbered(&whole)
                .ok_or_else(|| "not a quarter of a financial year; write it like 2025/26 Q1".to_owned())
                .and_then(|n| {
                    let (year, quarter) =
                        if n.quarter == 4 { (n.year + 1, 1) } else { (n.year, n.quarter + 1) };
                    Quarter::new(year, quarter).map_err(|e| e.to_string())
                }),
        }
    }
}

/// A quarter of a calendar year: `2025-Q4`, `2025Q4`, `Q4 2025`, `2025 4`, or any day or month of it.
fn calendar(text: &str) -> Result<Quarter, String> {
    if let Some(n) = numbered(text) {
        return Quarter::new(n.year, n.quarter).map_err(|e| e.to_string());
    }
    let wrong = || "not a quarter; write it like 2025-Q4, Q4 2025 or 2025-10-01".to_owned();
    // A year alone is a day to somebody who says when a listing was checked, and no quarter.
    if text.trim().len() <= 4 {
        return Err(wrong());
    }
    let month = || {
        let text = text.trim().replace(['-', '/'], " ");
        ["%d %b %y", "%d %b %Y", "%d %B %Y"]
            .iter()
            .find_map(|form| NaiveDate::parse_from_str(&format!("1 {text}"), form).ok())
    };
    text::day(text).ok().or_else(month).ok_or_else(wrong).and_then(of_day)
}

fn of_day(day: NaiveDate) -> Result<Quarter, String> {
    let year = u16::try_from(day.year()).map_err(|_| "a year before 0".to_owned())?;
    Quarter::new(year, (day.month0() / 3 + 1) as u8).map_err(|e| e.to_string())
}

fn day_in(pattern: &str, text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text, pattern)
        .ok()
        .or_else(|| NaiveDate::parse_from_str(&format!("{text} 01"), &format!("{pattern} %d")).ok())
}

/// A year and the number of its quarter.
struct NumberedQuarter {
    year: u16,
    quarter: u8,
    spans_two_years: bool,
}

/// `2025-Q4`, `Q4 2025`, `2025/26 Q4`, `2025-26 Q4`, `Quarter 4 2025`, `2025 4`.
fn numbered(text: &str) -> Option<NumberedQuarter> {
    let upper = text.trim().to_uppercase().replace("QUARTER", "Q");
    let digits = |part: &str| -> Vec<String> {
        part.split(|c: char| !c.is_ascii_digit()).filter(|d| !d.is_empty()).map(str::to_owned).collect()
    };
    let mut groups = digits(&upper);
    let quarter_at = match upper.find('Q') {
        Some(at) => {
            // `2025Q4`: what follows the letter, whatever stands before it.
            let before = digits(&upper[..at]).len();
            (groups.get(before)?.len() == 1).then_some(before)?
        }
        None => (groups.len() == 2 && groups[1].len() == 1).then_some(1)?,
    };
    let quarter = groups.remove(quarter_at).parse().ok()?;
    let year: u16 = groups.first().filter(|y| y.len() == 4)?.parse().ok()?;
    let spans_two_years = match groups.get(1) {
        None => false,
        Some(next) if groups.len() == 2 => {
            let full = (year + 1).to_string();
            if *next == full || *next == full[2..] { true } else { return None }
        }
        Some(_) => return None,
    };
    let letters = upper.chars().any(|c| c.is_alphabetic() && !"QFY".contains(c));
    (!letters && (1..=4).contains(&quarter)).then_some(NumberedQuarter { year, quarter, spans_two_years })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(period: &PeriodFormat, text: &str) -> Option<String> {
        period.read(None, text).ok().map(|q| q.to_string())
    }

    #[test]
    fn quarters_as_people_write_them() {
        for text in [
            "2025-Q4",
            "2025Q4",
            "Q4 2025",
            "2025 q4",
            "Quarter 4, 2025",
            "2025-12-31",
            "01/10/2025",
            "2025-11",
            "November 2025",
            "Nov-25",
            "Nov 2025",
            "20251101",
        ] {
            assert_eq!(read(&PeriodFormat::Calendar, text).as_deref(), Some("2025-Q4"), "{text}");
        }
        for bad in
            ["2025", "Q5 2025", "Q0 2025", "25Q4", "2025-13-01", "soon", "", "Q", "2025-Q42", "2025/27 Q1"]
        {
            assert_eq!(read(&PeriodFormat::Calendar, bad), None, "{bad}");
        }
        let refused = PeriodFormat::Calendar.read(None, "2025/26 Q1").unwrap_err();
        assert!(refused.contains("financial"), "{refused}");
    }

    #[test]
    fn financial_quarters_begin_in_april() {
        for (text, quarter) in [
            ("2025/26 Q1", "2025-Q2"),
            ("Q3 2025-26", "2025-Q4"),
            ("2025/2026 Q4", "2026-Q1"),
            ("FY2025 Q4", "2026-Q1"),
        ] {
            assert_eq!(read(&PeriodFormat::Financial, text).as_deref(), Some(quarter), "{text}");
        }
        assert_eq!(read(&PeriodFormat::Financial, "2025-10-01"), None);
    }

    #[test]
    fn year_and_quarter_may_stand_apart() {
        for quarter in ["4", "Q4", "Quarter 4", "2025-Q4"] {
            assert_eq!(
                PeriodFormat::Calendar.read(Some("2025"), quarter).unwrap().to_string(),
                "2025-Q4",
                "{quarter}"
            );
        }
        assert_eq!(PeriodFormat::Financial.read(Some("2025/26"), "Q4").unwrap().to_string(), "2026-Q1");
    }

    #[test]
    fn a_pattern_says_what_cannot_be_guessed() {
        let american = PeriodFormat::Pattern("%m/%d/%Y".into());
        assert_eq!(read(&american, "10/01/2025").as_deref(), Some("2025-Q4"));
        assert_eq!(read(&american, "13/01/2025"), None);
        assert_eq!(read(&PeriodFormat::Pattern("%Y%m".into()), "202511").as_deref(), Some("2025-Q4"));
        let parse =
            |word: &str| toml::from_str::<crate::ingest::map::ImportMap>(&format!("period = {word:?}"));
        assert_eq!(parse("%b %Y").unwrap().period, PeriodFormat::Pattern("%b %Y".into()));
        for bad in ["quarterly", "%Y", "%Q", "%H:%M", ""] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
