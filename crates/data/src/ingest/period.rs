//! How a file writes the quarter of a figure.

use crate::text;
use chrono::{Datelike, NaiveDate, Weekday};
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
    /// The period that a row's text says, with its year where that stands in a column of its own.
    ///
    /// # Errors
    /// The reason, for the person whose file it is.
    pub fn read(&self, year: Option<&str>, text: &str) -> Result<Period, String> {
        let whole = match year {
            Some(year) if !text.trim().starts_with(year.trim()) => format!("{} {text}", year.trim()),
            _ => text.trim().to_owned(),
        };
        match self {
            Self::Pattern(pattern) => {
                let day = day_in(pattern, &whole)
                    .ok_or_else(|| format!("not written like {pattern}, as the map says"))?;
                let has_days = ["%d", "%e", "%j", "%F", "%D", "%x", "%v"].iter().any(|d| pattern.contains(d));
                quarter_of(day)?;
                Ok(if has_days { Period::Day(day) } else { Period::month(day) })
            }
            Self::Calendar => {
                if numbered(&whole).is_some_and(|n| n.spans_two_years) {
                    return Err(
                        "a quarter of a financial year; say so in the map (period = \"financial\")".into()
                    );
                }
                calendar(&whole)
            }
            Self::Financial => {
                if let Some(year) = financial_year(&whole).or_else(|| plain_year(&whole)) {
                    return Ok(Period::FinancialYear(year));
                }
                let n = numbered(&whole).ok_or_else(|| {
                    "not a quarter of a financial year; write it like 2025/26 Q1".to_owned()
                })?;
                let (year, quarter) = if n.quarter == 4 { (n.year + 1, 1) } else { (n.year, n.quarter + 1) };
                Quarter::new(year, quarter).map(Period::Quarter).map_err(|e| e.to_string())
            }
        }
    }

    /// The quarter or month that a title or a file's name speaks of; a quarter before a month.
    #[must_use]
    pub fn read_in(&self, text: &str) -> Option<Period> {
        let words: Vec<&str> = text
            .split(|c: char| c.is_whitespace() || "_,;:()[]".contains(c))
            .filter(|w| !w.is_empty())
            .collect();
        let mut found = span_of_months(&words);
        for width in (1..=3).rev() {
            for window in words.windows(width) {
                match self.read(None, &window.join(" ")) {
                    Ok(quarter @ Period::Quarter(_)) => return Some(quarter),
                    Ok(month @ Period::Month(_)) => found = found.or(Some(month)),
                    _ => {}
                }
            }
        }
        found
    }
}

/// What a row's figure is for, as its text says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Period {
    /// One day.
    Day(NaiveDate),
    /// The week with this Thursday, which says whose it is: ISO 8601 counts weeks so.
    Week(NaiveDate),
    /// The month that begins on this day.
    Month(NaiveDate),
    /// A quarter.
    Quarter(Quarter),
    /// A calendar year.
    Year(u16),
    /// A British financial year: this one's April to the next one's March.
    FinancialYear(u16),
}

impl Period {
    pub(super) fn month(day: NaiveDate) -> Self {
        Self::Month(day.with_day(1).unwrap_or(day))
    }

    pub(super) fn week(day: NaiveDate) -> Self {
        let week = day.iso_week();
        Self::Week(NaiveDate::from_isoywd_opt(week.year(), week.week(), Weekday::Thu).unwrap_or(day))
    }

    /// How long it is, the shortest first; and what that is called.
    #[must_use]
    pub const fn grain(self) -> (u8, &'static str) {
        match self {
            Self::Day(_) => (0, "days"),
            Self::Week(_) => (1, "weeks"),
            Self::Month(_) => (2, "months"),
            Self::Quarter(_) => (3, "quarters"),
            Self::Year(_) | Self::FinancialYear(_) => (4, "years"),
        }
    }

    /// The quarters that it lies in or is made of; none before 1900.
    #[must_use]
    pub fn quarters(self) -> Vec<Quarter> {
        let four = |quarters: [(u16, u8); 4]| {
            quarters.iter().filter_map(|&(year, quarter)| Quarter::new(year, quarter).ok()).collect()
        };
        match self {
            Self::Day(day) | Self::Week(day) | Self::Month(day) => quarter_of(day).into_iter().collect(),
            Self::Quarter(quarter) => vec![quarter],
            Self::Year(year) => four([(year, 1), (year, 2), (year, 3), (year, 4)]),
            Self::FinancialYear(year) => four([(year, 2), (year, 3), (year, 4), (year + 1, 1)]),
        }
    }

    /// Which month of its quarter it lies in, from 0; `None` for quarters and years.
    #[must_use]
    pub fn month_of_quarter(self) -> Option<u8> {
        match self {
            Self::Day(day) | Self::Week(day) | Self::Month(day) => Some((day.month0() % 3) as u8),
            Self::Quarter(_) | Self::Year(_) | Self::FinancialYear(_) => None,
        }
    }
}

/// `2025-Q4`, `2025Q4`, `Q4 2025`, `2025 4`; `2026-W28`; `2026-07`, `Jul 2026`; a day; `2025`, `2025/26`.
fn calendar(text: &str) -> Result<Period, String> {
    if let Some(n) = numbered(text) {
        return Quarter::new(n.year, n.quarter).map(Period::Quarter).map_err(|e| e.to_string());
    }
    let wrong = || "not a quarter; write it like 2025-Q4, Q4 2025 or 2025-10-01".to_owned();
    let whole = text.trim();
    if let Some(year) = plain_year(whole) {
        return Ok(Period::Year(year));
    }
    if let Some(year) = financial_year(whole) {
        return Ok(Period::FinancialYear(year));
    }
    if whole.len() <= 4 {
        return Err(wrong());
    }
    if let Some(week) = iso_week(whole) {
        return Ok(week);
    }
    if let Some(month) = month_in(whole) {
        quarter_of(month)?;
        return Ok(Period::Month(month));
    }
    let day = text::day(whole).map_err(|_| wrong())?;
    quarter_of(day)?;
    Ok(Period::Day(day))
}

/// `2026-07`, `07/2026`, `Jul 2026`, `July-26`, `2026 July`.
fn month_in(text: &str) -> Option<NaiveDate> {
    let read = |text: &str, form: &str| NaiveDate::parse_from_str(text, form).ok();
    let digits = text.bytes().all(|b| b.is_ascii_digit() || b"-/.".contains(&b));
    if digits && text.len() <= 7 {
        return read(&format!("{text}-01"), "%Y-%m-%d")
            .or_else(|| read(&format!("01/{text}"), "%d/%m/%Y"))
            .filter(|day| (1900..2200).contains(&day.year()));
    }
    let words = text.replace(['-', '/'], " ");
    if words.split_whitespace().count() != 2 {
        return None;
    }
    ["%d %b %y", "%d %b %Y", "%d %B %Y", "%d %Y %b", "%d %Y %B"]
        .iter()
        .find_map(|form| read(&format!("1 {words}"), form))
        .filter(|day| (1900..2200).contains(&day.year()))
}

/// `2026-W28`, `2026W28`, `W28 2026`, `week 28 2026`.
fn iso_week(text: &str) -> Option<Period> {
    let upper = text.to_uppercase().replace("WEEK", "W");
    if upper.matches('W').count() != 1 || upper.chars().any(|c| c.is_alphabetic() && c != 'W') {
        return None;
    }
    let (before, after) = upper.split_once('W')?;
    let numbers = |part: &str| -> Vec<i32> {
        let digits = part.split(|c: char| !c.is_ascii_digit()).filter(|d| !d.is_empty());
        digits.filter_map(|d| d.parse().ok()).collect()
    };
    let (year, week) = match (numbers(before).as_slice(), numbers(after).as_slice()) {
        ([year], [week]) => (*year, *week),
        ([], [week, year]) => (*year, *week),
        _ => return None,
    };
    let thursday = NaiveDate::from_isoywd_opt(year, u32::try_from(week).ok()?, Weekday::Thu)?;
    (1900..2200).contains(&year).then_some(Period::Week(thursday))
}

/// `2025`.
fn plain_year(text: &str) -> Option<u16> {
    let year = text.trim().parse().ok().filter(|year| (1900..2200).contains(year))?;
    (text.trim().len() == 4).then_some(year)
}

/// `2025/26`, `2025-26`, `2025/2026`: the next year after a bar or dash.
fn financial_year(text: &str) -> Option<u16> {
    let upper = text.trim().to_uppercase();
    let (first, next) = upper.trim_start_matches("FY").trim().split_once(['/', '-', '–'])?;
    let year = plain_year(first)?;
    let full = (year + 1).to_string();
    let month =
        next.len() == 2 && text.contains('-') && next.parse::<u8>().is_ok_and(|m| (1..=12).contains(&m));
    (!month && (next == full || next == &full[2..])).then_some(year)
}

/// `July to September 2026`, if that is a quarter.
fn span_of_months(words: &[&str]) -> Option<Period> {
    words.windows(4).find_map(|w| {
        let ends = ["to", "-", "–"].contains(&w[1].to_lowercase().as_str());
        let (first, last) =
            (month_in(&format!("{} {}", w[0], w[3]))?, month_in(&format!("{} {}", w[2], w[3]))?);
        let whole = first.month0() % 3 == 0 && last.month0() == first.month0() + 2;
        (ends && whole).then(|| quarter_of(first).ok().map(Period::Quarter))?
    })
}

/// The quarter of a day.
pub(super) fn quarter_of(day: NaiveDate) -> Result<Quarter, String> {
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
        let period = period.read(None, text).ok()?;
        period.quarters().first().filter(|_| period.grain().0 < 4).map(ToString::to_string)
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
    fn periods_of_every_length_are_told_apart() {
        let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
        let calendar = |text: &str| PeriodFormat::Calendar.read(None, text);
        for text in ["2026-07", "07/2026", "Jul 2026", "July 2026", "Jul-26", "2026 July"] {
            assert_eq!(calendar(text), Ok(Period::Month(day(2026, 7, 1))), "{text}");
        }
        for text in ["2026-07-14", "14/07/2026", "14 July 2026", "20260714"] {
            assert_eq!(calendar(text), Ok(Period::Day(day(2026, 7, 14))), "{text}");
        }
        for text in ["2026-W28", "2026W28", "W28 2026", "Week 28, 2026"] {
            assert_eq!(calendar(text), Ok(Period::Week(day(2026, 7, 9))), "{text}");
        }
        // The week of 29 December 2025 has most of its days in 2026.
        assert_eq!(calendar("2026-W01").map(Period::quarters), Ok(vec!["2026-Q1".parse().unwrap()]));
        assert_eq!(calendar("2025"), Ok(Period::Year(2025)));
        for text in ["2025/26", "2025-26", "2025/2026", "FY2025/26"] {
            assert_eq!(calendar(text), Ok(Period::FinancialYear(2025)), "{text}");
        }
        let quarters = Period::FinancialYear(2025).quarters();
        assert_eq!(quarters[0].to_string() + " " + &quarters[3].to_string(), "2025-Q2 2026-Q1");
    }

    #[test]
    fn titles_and_names_tell_of_periods() {
        let found = |text: &str| PeriodFormat::Calendar.read_in(text);
        let quarter = Some(Period::Quarter("2026-Q3".parse().unwrap()));
        for text in [
            "referrals_2026-Q3",
            "Referrals Q3 2026 (final)",
            "Social prescribing, July to September 2026",
            "link workers 2026Q3 export 2026-11-28",
        ] {
            assert_eq!(found(text), quarter, "{text}");
        }
        assert_eq!(found("Referrals, July 2026").map(|p| p.grain().1), Some("months"));
        assert_eq!((found("export 2026-11-28"), found("referrals"), found("since 2025")), (None, None, None));
    }

    #[test]
    fn year_and_quarter_may_stand_apart() {
        for quarter in ["4", "Q4", "Quarter 4", "2025-Q4"] {
            assert_eq!(
                PeriodFormat::Calendar.read(Some("2025"), quarter),
                Ok(Period::Quarter("2025-Q4".parse().unwrap())),
                "{quarter}"
            );
        }
        let financial = PeriodFormat::Financial.read(Some("2025/26"), "Q4");
        assert_eq!(financial, Ok(Period::Quarter("2026-Q1".parse().unwrap())));
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
