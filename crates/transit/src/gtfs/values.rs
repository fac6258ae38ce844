//! Values as the specification writes them.

use super::table::{FeedRow, WrongValue, wrong};
use chrono::NaiveDate;

/// Three service days. A trip of more than that is a slip of the key.
const MOST_HOURS: u32 = 72;

/// `H:MM:SS` or `HH:MM:SS` after the midnight with which the service day begins, beyond 24:00:00 for what runs after the next;
/// `None` where it is empty.
pub(super) fn time(row: &FeedRow<'_>, field: &'static str) -> Result<Option<i32>, WrongValue> {
    let value = row.get(field);
    if value.is_empty() {
        return Ok(None);
    }
    let mut parts = value.split(':').map(|part| {
        let digits = (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        part.parse::<u32>().ok().filter(|_| digits)
    });
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(Some(h)), Some(Some(m)), Some(Some(s)), None) if h < MOST_HOURS && m < 60 && s < 60 => {
            Ok(i32::try_from(h * 3600 + m * 60 + s).ok())
        }
        _ => wrong(field, &value, "is no time as HH:MM:SS before 72:00:00"),
    }
}

/// A time that may not be empty.
pub(super) fn need_time(row: &FeedRow<'_>, field: &'static str) -> Result<i32, WrongValue> {
    time(row, field)?.map_or_else(|| wrong(field, "", "is empty"), Ok)
}

/// `YYYYMMDD`.
pub(super) fn date(row: &FeedRow<'_>, field: &'static str) -> Result<NaiveDate, WrongValue> {
    let value = row.need(field)?;
    let digits = value.len() == 8 && value.bytes().all(|b| b.is_ascii_digit());
    let date = digits.then(|| NaiveDate::parse_from_str(&value, "%Y%m%d").ok()).flatten();
    date.map_or_else(|| wrong(field, &value, "is no date as YYYYMMDD"), Ok)
}

/// A whole number that may not be empty.
pub(super) fn whole(row: &FeedRow<'_>, field: &'static str) -> Result<u32, WrongValue> {
    let value = row.need(field)?;
    value.parse().or_else(|_| wrong(field, &value, "is no whole number"))
}

/// One of a few numbers; 0 where it is empty.
pub(super) fn choice(row: &FeedRow<'_>, field: &'static str, most: u8) -> Result<u8, WrongValue> {
    let value = row.get(field);
    match value.parse() {
        _ if value.is_empty() => Ok(0),
        Ok(number) if number <= most => Ok(number),
        _ => wrong(field, &value, format!("is none of 0 to {most}")),
    }
}

/// Whether somebody who takes no steps is served: 1 yes, 2 no, 0 or nothing where that is not known.
pub(super) fn step_free(row: &FeedRow<'_>, field: &'static str) -> Result<Option<bool>, WrongValue> {
    Ok(match choice(row, field, 2)? {
        1 => Some(true),
        2 => Some(false),
        _ => None,
    })
}
