//! Days and times as rules write them.

use super::day_names;
use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike};
use hereabouts_core::schedule::DAY;

/// Days of a rule: `MO,1TU,-1FR` as RFC 5545 has them, or whole English words (`Monday`, `Weekdays`, `Mon-Fri`).
///
/// # Errors
/// A word that is neither: its first letters may be those of another day (`Weekends`).
pub(super) fn weekdays(text: &str) -> Result<Vec<(Option<i8>, u8)>, String> {
    let spaced = text.replace(['–', '—'], "-").replace(" - ", "-").replace(" to ", "-");
    let words = spaced.split([',', ' ', ';', '/', '&']).filter(|word| !word.is_empty() && *word != "and");
    let days: Vec<Vec<_>> = words.map(days_of).collect::<Result<_, _>>()?;
    Ok(days.concat())
}

fn days_of(word: &str) -> Result<Vec<(Option<i8>, u8)>, String> {
    let wrong = || format!("day {word:?}");
    let plain = |day| (None, day);
    if let Some(days) = day_names::several(word) {
        return Ok(days.map(plain).collect());
    }
    if let Some(day) = day_names::weekday(word) {
        return Ok(vec![plain(day)]);
    }
    if let Some((from, to)) = word.split_once('-').filter(|(from, _)| !from.is_empty()) {
        let (from, to) = day_names::weekday(from).zip(day_names::weekday(to)).ok_or_else(wrong)?;
        return Ok((0..=(7 + to - from) % 7).map(|day| plain((from + day) % 7)).collect());
    }
    let letters = word.find(|c: char| c.is_ascii_alphabetic()).ok_or_else(wrong)?;
    let (nth, code) = word.split_at(letters);
    let day = day_names::weekday(code).filter(|_| code.len() == 2).ok_or_else(wrong)?;
    let nth = nth.strip_prefix('+').unwrap_or(nth).parse::<i8>().ok();
    let nth = nth.filter(|n| (1..=5).contains(&n.unsigned_abs())).ok_or_else(wrong)?;
    Ok(vec![(Some(nth), day)])
}

/// Minutes from midnight of a time of day as feeds and people write it: `10:00`, `10:00:00`, `10:00Z`, `1000`, `8:30am`,
/// `8:30 AM`, `9.30am`, `noon`, `24:00`, `2026-01-31T10:00:00`.
///
/// # Errors
/// It is none.
pub(super) fn time(text: &str) -> Result<u16, String> {
    let wrong = || format!("time {text:?}");
    if let Ok((_, Some(minute))) = any_moment(text) {
        return Ok(minute);
    }
    let lower = text.trim().to_lowercase();
    match lower.as_str() {
        "noon" | "midday" | "12 noon" => return Ok(DAY / 2),
        "midnight" => return Ok(0),
        "24:00" | "24:00:00" => return Ok(DAY),
        _ => {}
    }
    let halves = [("am", 0), ("a.m.", 0), ("pm", DAY / 2), ("p.m.", DAY / 2)];
    if let Some((clock, half)) = halves.iter().find_map(|(end, half)| Some((lower.strip_suffix(end)?, half)))
    {
        let clock = clock.trim_end().replace('.', ":");
        let (hour, minute) = clock.split_once(':').unwrap_or((&clock, "00"));
        let hour = hour.parse::<u16>().ok().filter(|hour| (1..=12).contains(hour)).ok_or_else(wrong)?;
        let minute = minute.parse::<u16>().ok().filter(|m| *m < 60 && minute.len() == 2).ok_or_else(wrong)?;
        return Ok(hour % 12 * 60 + minute + half);
    }
    // An offset in a local time of day says nothing that the place's own clock does not.
    let local = lower.trim_end_matches('z');
    let local =
        local.split_once(['+', '-']).map_or(local, |(at, _)| if at.contains(':') { at } else { local });
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
    let local = without_offset(text);
    for format in ["%Y%m%dT%H%M%S", "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S"] {
        if let Ok(at) = NaiveDateTime::parse_from_str(local, format) {
            return Ok((at.date(), Some((at.hour() * 60 + at.minute()) as u16)));
        }
    }
    let day =
        ["%Y-%m-%d", "%Y%m%d", "%d/%m/%Y"].iter().find_map(|f| NaiveDate::parse_from_str(local, f).ok());
    day.map(|d| (d, None)).ok_or_else(|| format!("day {text:?}"))
}

/// A day and its time without what zone that is of.
fn without_offset(text: &str) -> &str {
    let text = text.trim().trim_end_matches(['Z', 'z']);
    let of_time = text.find(['T', ' ']).unwrap_or(text.len());
    text[of_time..].find(['+', '-']).map_or(text, |at| &text[..of_time + at])
}

/// Days of a list, each with or without a time.
pub(super) fn dates(list: &Option<String>) -> Result<Vec<NaiveDate>, String> {
    let all = list.as_deref().unwrap_or_default().split(',').map(str::trim).filter(|day| !day.is_empty());
    all.map(|day| moment(day).map(|m| m.0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_codes_or_whole_words() {
        let days = |text| weekdays(text).map(|days| days.iter().map(|d| d.1).collect::<Vec<_>>());
        for (text, meant) in [
            ("MO,WE", vec![0, 2]),
            ("mo, we", vec![0, 2]),
            ("Monday", vec![0]),
            ("Tuesdays and Thursdays", vec![1, 3]),
            ("Weekdays", vec![0, 1, 2, 3, 4]),
            ("Weekends", vec![5, 6]),
            ("Mon-Fri", vec![0, 1, 2, 3, 4]),
            ("Friday to Sunday", vec![4, 5, 6]),
            ("SA-MO", vec![5, 6, 0]),
            ("Tues / Thurs", vec![1, 3]),
        ] {
            assert_eq!(days(text), Ok(meant), "{text}");
        }
        assert_eq!(weekdays("1TU,-1FR,+2SA").unwrap(), [(Some(1), 1), (Some(-1), 4), (Some(2), 5)]);
        for text in ["Wee", "Week", "Money", "6MO", "0TU", "1Tuesday", "3", "Mon-", "-FR", "sometimes"] {
            assert!(weekdays(text).is_err(), "{text}: {:?}", weekdays(text));
        }
    }

    #[test]
    fn times_as_feeds_and_people_write_them() {
        for (text, minute) in [
            ("10:00", 600),
            ("10:00:00", 600),
            ("10:00Z", 600),
            ("10:00:00+01:00", 600),
            ("10:00-05:00", 600),
            ("1030", 630),
            ("8:30am", 510),
            ("8:30 AM", 510),
            ("8 pm", 1_200),
            ("9.30 a.m.", 570),
            ("12am", 0),
            ("12pm", 720),
            ("noon", 720),
            ("24:00", 1_440),
            ("2026-01-06T10:00:00Z", 600),
            ("2026-01-06T10:00:00+01:00", 600),
        ] {
            assert_eq!(time(text), Ok(minute), "{text}");
        }
        for text in ["", "25:00", "13pm", "0am", "10:7am", "mornings", "24:30", "2026-01-06"] {
            assert!(time(text).is_err(), "{text}");
        }
    }
}
