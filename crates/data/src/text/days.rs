//! Days as people, spreadsheets and services write them.

use chrono::{DateTime, Datelike, Days, NaiveDate};

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// A part of a day.
#[derive(Debug, Clone, Copy)]
enum DayPart<'a> {
    Digits(&'a str),
    Month(u32),
}

/// A day: `2026-01-31`, `2026/01/31`, `20260131`, `31/01/2026`, `31-01-26`, `31.1.26`, `31 January 2026`, `31-Jan-26`,
/// `Saturday, 31st of January 2026`, `January 31, 2026`; any of these with a time after it; the number by which a spreadsheet
/// holds it (`46053`) or the milliseconds by which a map service does. Of a week (`2026-W05`), a month (`2026-01`,
/// `01/2026`, `January 2026`, `Jan-26`) and a year (`2026`) its first day. Day before month, as it is written here.
///
/// # Errors
/// The reason.
pub fn day(text: &str) -> Result<NaiveDate, String> {
    read(text.trim())
        .filter(|d| (1900..2200).contains(&d.year()))
        .ok_or_else(|| "not a date; write it like 2026-01-31 or 31/01/2026".into())
}

fn read(text: &str) -> Option<NaiveDate> {
    let given = without_time(text).to_lowercase();
    if let Ok(monday) = NaiveDate::parse_from_str(&format!("{given}-1"), "%G-w%V-%u") {
        return Some(monday);
    }
    let is_digit = |c: char| c.is_ascii_digit();
    if let Some((whole, part)) =
        given.split_once('.').filter(|(w, p)| w.len() == 5 && (w.to_string() + p).chars().all(is_digit))
    {
        // A moment of a day, as a spreadsheet counts it.
        return (!part.is_empty()).then(|| serial(whole)).flatten();
    }
    let words: Vec<&str> = given
        .split(['/', '-', '.', ' ', ',', '\''])
        .filter(|word| !word.is_empty() && !matches!(*word, "of" | "the"))
        .collect();
    let words = match words.as_slice() {
        [first, rest @ ..] if rest.len() > 1 && short_of(&WEEKDAYS, first).is_some() => rest,
        all => all,
    };
    let parts: Vec<DayPart<'_>> = words.iter().map(|word| part(word)).collect::<Option<_>>()?;
    let told_apart = given.contains(['-', '\'']);
    of_parts(&parts, told_apart)
}

/// `told_apart` is whether a year of two digits is marked as one where it stands beside a month alone (`Aug-26`).
fn of_parts(parts: &[DayPart<'_>], told_apart: bool) -> Option<NaiveDate> {
    use DayPart::{Digits, Month};
    let ymd = |year: i32, month: u32, day: &str| NaiveDate::from_ymd_opt(year, month, short(day)?);
    match *parts {
        [Digits(y), Digits(m), Digits(d)] if y.len() == 4 => ymd(y.parse().ok()?, short(m)?, d),
        [Digits(d), Digits(m), Digits(y)] => ymd(year(y)?, short(m)?, d),
        [Digits(y), Month(m), Digits(d)] if y.len() == 4 => ymd(y.parse().ok()?, m, d),
        [Digits(d), Month(m), Digits(y)] | [Month(m), Digits(d), Digits(y)] => ymd(year(y)?, m, d),
        [Month(m), Digits(y)] if y.len() == 4 || told_apart => ymd(year(y)?, m, "1"),
        [Digits(y), Month(m)] if y.len() == 4 => ymd(y.parse().ok()?, m, "1"),
        [Digits(y), Digits(m)] if y.len() == 4 => ymd(y.parse().ok()?, short(m)?, "1"),
        [Digits(m), Digits(y)] if y.len() == 4 => ymd(y.parse().ok()?, short(m)?, "1"),
        [Digits(number)] => match number.len() {
            4 => ymd(number.parse().ok()?, 1, "1"),
            5 => serial(number),
            6 => ymd(number[..4].parse().ok()?, number[4..].parse().ok()?, "1"),
            8 => ymd(number[..4].parse().ok()?, number[4..6].parse().ok()?, &number[6..]),
            12 | 13 => DateTime::from_timestamp_millis(number.parse().ok()?).map(|at| at.date_naive()),
            _ => None,
        },
        _ => None,
    }
}

fn part(word: &str) -> Option<DayPart<'_>> {
    if let Some(month) = short_of(&MONTHS, word) {
        return Some(DayPart::Month(month as u32 + 1));
    }
    let digits = word.trim_end_matches(|c: char| c.is_alphabetic());
    let ordinal = matches!(&word[digits.len()..], "" | "st" | "nd" | "rd" | "th");
    (ordinal && !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
        .then_some(DayPart::Digits(digits))
}

/// Which of these a word is, written out or by its first letters, three or more.
fn short_of(names: &[&str], word: &str) -> Option<usize> {
    (word.len() >= 3).then(|| names.iter().position(|name| name.starts_with(word))).flatten()
}

/// A day or a month.
fn short(digits: &str) -> Option<u32> {
    (digits.len() <= 2).then(|| digits.parse().ok()).flatten()
}

/// A year of four digits, or of two: those from 70 are of the century before.
fn year(digits: &str) -> Option<i32> {
    let number: i32 = digits.parse().ok()?;
    match digits.len() {
        4 => Some(number),
        2 => Some(if number < 70 { 2000 + number } else { 1900 + number }),
        _ => None,
    }
}

/// A day by its number in a spreadsheet, from 1954 to 2100: what is written in the cell, shown as a day there.
fn serial(number: &str) -> Option<NaiveDate> {
    let days: u64 = number.parse().ok().filter(|days| (20_000..=73_050).contains(days))?;
    NaiveDate::from_ymd_opt(1899, 12, 30)?.checked_add_days(Days::new(days))
}

/// What comes before a time: `2026-01-31T10:00:00Z`, `31/01/2026 10:00`.
fn without_time(text: &str) -> &str {
    let colon = text.find(':').unwrap_or(text.len());
    match text[..colon].rfind(['T', ' ']) {
        Some(at) if colon < text.len() => text[..at].trim_end(),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_in_every_form_that_people_write() {
        for text in [
            "2026-08-01",
            "2026/08/01",
            "2026.08.01",
            "2026-8-1",
            "20260801",
            "01/08/2026",
            "1/8/2026",
            "01-08-2026",
            "01.08.2026",
            "01/08/26",
            "1.8.26",
            "1-Aug-26",
            "01-AUG-2026",
            "1 August 2026",
            "1 Aug 26",
            "1st August 2026",
            "1st of August, 2026",
            "Sat 1 August 2026",
            "Saturday, 1 August 2026",
            "August 1, 2026",
            "Aug 1st 2026",
            "2026 Aug 1",
            "46235",
            "46235.5",
            "1785542400000",
            "2026-08-01T10:00:00+01:00",
            "2026-08-01 00:00:00",
            "01/08/2026 12:30:00 PM",
            "2026-08",
            "08/2026",
            "8/2026",
            "202608",
            "August 2026",
            "Aug-26",
            "Aug '26",
            "Aug-2026",
            "2026 August",
        ] {
            assert_eq!(day(text).map(|d| d.to_string()).as_deref(), Ok("2026-08-01"), "{text}");
        }
        let other = |text: &str| day(text).unwrap().to_string();
        assert_eq!(
            ["1 Sept 2026", "31-Dec-99", "2026", "2026-W31"].map(other),
            ["2026-09-01", "1999-12-31", "2026-01-01", "2026-07-27"]
        );
    }

    #[test]
    fn what_may_be_another_day_is_none() {
        for text in [
            "",
            "31/02/2026",
            "2026-13-01",
            "8/31/2026",
            "1-Aug",
            "Aug 26",
            "1/8/0026",
            "0202-08-01",
            "00/01/1900",
            "0",
            "12345",
            "010826",
            "Spring 2026",
            "c. 2026",
            "today",
            "########",
            "2026-08-01 to 2026-09-01",
            "1x August 2026",
            "Ma 2026",
        ] {
            assert!(day(text).is_err(), "{text}: {:?}", day(text));
        }
    }
}
