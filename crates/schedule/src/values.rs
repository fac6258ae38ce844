//! Days and times as rules write them.

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike};

/// `MO`, `1TU`, `-1FR`, in a list; Open Referral's older forms write `Monday`.
pub(super) fn weekdays(text: &str) -> Result<Vec<(Option<i8>, u8)>, String> {
    text.split([',', ' ', ';'])
        .filter(|d| !d.is_empty())
        .map(|one| {
            let letters =
                one.find(|c: char| c.is_ascii_alphabetic()).ok_or_else(|| format!("day {one:?}"))?;
            let (nth, day) = one.split_at(letters);
            let day = match day.get(..2).map(str::to_uppercase).as_deref() {
                Some("MO") => 0,
                Some("TU") => 1,
                Some("WE") => 2,
                Some("TH") => 3,
                Some("FR") => 4,
                Some("SA") => 5,
                Some("SU") => 6,
                _ => return Err(format!("day {one:?}")),
            };
            let nth = match nth.trim_start_matches('+') {
                "" => None,
                n => Some(
                    n.parse::<i8>()
                        .ok()
                        .filter(|n| (1..=5).contains(&n.unsigned_abs()))
                        .ok_or_else(|| format!("day {one:?}"))?,
                ),
            };
            Ok((nth, day))
        })
        .collect()
}

/// Minutes from midnight of `10:00`, `10:00:00`, `10:00Z`, `1000`.
pub(super) fn time(text: &str) -> Result<u16, String> {
    let wrong = || format!("time {text:?}");
    let local = text.trim_end_matches(['Z', 'z']);
    // An offset in a local time of day says nothing that the place's own clock does not.
    let local = local.split(['+']).next().unwrap_or(local);
    let formats = ["%H:%M:%S%.f", "%H:%M", "%H%M"];
    let parsed = formats.iter().find_map(|f| NaiveTime::parse_from_str(local, f).ok()).ok_or_else(wrong)?;
    Ok((parsed.hour() * 60 + parsed.minute()) as u16)
}

/// A day, and its minute if there is one: `2026-01-31`, `20260131T100000Z`, `2026-01-31T10:00:00`.
/// Years that a clock of a group has never shown are refused.
pub(super) fn moment(text: &str) -> Result<(NaiveDate, Option<u16>), String> {
    let (day, minute) = any_moment(text)?;
    if (1900..2200).contains(&day.year()) { Ok((day, minute)) } else { Err(format!("day {text:?}")) }
}

fn any_moment(text: &str) -> Result<(NaiveDate, Option<u16>), String> {
    let local = text.trim_end_matches(['Z', 'z']);
    for format in ["%Y%m%dT%H%M%S", "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S"] {
        if let Ok(at) = NaiveDateTime::parse_from_str(local, format) {
            return Ok((at.date(), Some((at.hour() * 60 + at.minute()) as u16)));
        }
    }
    let day =
        ["%Y-%m-%d", "%Y%m%d", "%d/%m/%Y"].iter().find_map(|f| NaiveDate::parse_from_str(local, f).ok());
    day.map(|d| (d, None)).ok_or_else(|| format!("day {text:?}"))
}

/// Days of a list, each with or without a time.
pub(super) fn dates(list: &Option<String>) -> Result<Vec<NaiveDate>, String> {
    let all = list.as_deref().unwrap_or_default().split(',').map(str::trim).filter(|day| !day.is_empty());
    all.map(|day| moment(day).map(|m| m.0)).collect()
}
