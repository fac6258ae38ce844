//! Days and times in plain English: `Thursdays 10am-12pm`, `Mon-Fri 9-5`, `first Tuesday of the month, 6.30pm to 8pm`.
//!
//! A small grammar. A word that is not in it refuses the whole text: half of a schedule would be a wrong one.

use super::day_names;
use hereabouts_core::schedule::{DAY, Recurrence, Session, Timetable};

const MAX_CHARS: usize = 300;

/// # Errors
/// What is not understood.
pub(super) fn read(text: &str) -> Result<Timetable, String> {
    if text.len() > MAX_CHARS {
        return Err("too long".into());
    }
    let tokens = tokens(text)?;
    let mut sessions = Vec::new();
    let mut days: Vec<Recurrence> = Vec::new();
    let mut after_time = false;
    let mut at = 0;
    while at < tokens.len() {
        if let Some((on, taken)) = days_at(&tokens[at..]) {
            if after_time {
                days.clear();
            }
            // `every other Monday and Friday`, `first Monday and Thursday`: how often the second is, is not said.
            if on.iter().chain(&days).any(|day| often(*day) != often(on[0])) {
                return Err("days that come back in different ways before one time".into());
            }
            days.extend(on);
            (at, after_time) = (at + taken, false);
        } else if let Some(((from, to), taken)) = times_at(&tokens[at..])? {
            if days.is_empty() {
                return Err("a time without a day".into());
            }
            for &on in &days {
                sessions.push(Session::new(on, from, to).map_err(|e| e.to_string())?);
            }
            (at, after_time) = (at + taken, true);
        } else if matches!(tokens[at], ScheduleToken::Join) {
            at += 1;
        } else {
            return Err(format!("{:?} is not a day or a time", tokens[at]));
        }
    }
    if !after_time {
        return Err("a day without a time".into());
    }
    Ok(Timetable::new(sessions, Vec::new()))
}

/// Whether a day is one of the week or of the month, and how many weeks or months apart.
const fn often(on: Recurrence) -> (bool, u8) {
    match on {
        Recurrence::Weekly { every, .. } => (true, every),
        Recurrence::Monthly { every, .. } => (false, every),
        Recurrence::DayOfMonth { .. } | Recurrence::Once(_) => (false, 0),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DayHalf {
    Am,
    Pm,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ScheduleToken {
    Day(u8),
    Weekdays,
    Weekend,
    EveryDay,
    Nth(i8),
    EveryOther,
    OfTheMonth,
    To,
    /// Hour, minute, and whether before or after noon if that is said. `exact` is written with minutes or as a word.
    Time {
        hour: u8,
        minute: u8,
        half: Option<DayHalf>,
        exact: bool,
    },
    /// `,`, `and`, `;` – between things that stand side by side.
    Join,
}

fn tokens(text: &str) -> Result<Vec<ScheduleToken>, String> {
    let mut spaced = String::with_capacity(text.len() + 16);
    // `09:00+` tells a start, and that what follows is not known.
    let open_end = |at: usize| text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '.');
    if text.match_indices('+').any(|(at, _)| open_end(at)) {
        return Err("a time with an open end".into());
    }
    for c in text.to_lowercase().chars() {
        match c {
            '-' | '–' | '—' => spaced.push_str(" to "),
            ',' | ';' | '&' | '/' | '\n' | '+' | '(' | ')' => spaced.push_str(" , "),
            c => spaced.push(c),
        }
    }
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let rest = &words[at..];
        let (token, taken) = match rest {
            ["of", "the", "month", ..] | ["of", "each", "month", ..] | ["of", "every", "month", ..] => {
                (Some(ScheduleToken::OfTheMonth), 3)
            }
            ["in", "the", "month", ..] => (Some(ScheduleToken::OfTheMonth), 3),
            ["every", "other" | "second" | "2nd", "week", ..] => (Some(ScheduleToken::EveryOther), 3),
            ["every", "two" | "2", "weeks", ..] => (Some(ScheduleToken::EveryOther), 3),
            ["every", "other", ..] | ["every", "second", ..] | ["every", "2nd", ..] => {
                (Some(ScheduleToken::EveryOther), 2)
            }
            ["every", "day", ..] | ["each", "day", ..] => (Some(ScheduleToken::EveryDay), 2),
            [
                "every" | "each" | "on" | "from" | "at" | "the" | "between" | "weekly:" | "weekly" | "open"
                | "open:",
                ..,
            ] => (None, 1),
            ["fortnightly", ..] => (Some(ScheduleToken::EveryOther), 1),
            ["12", "noon" | "midday", ..] => (token("noon"), 2),
            ["12", "midnight", ..] => (token("midnight"), 2),
            [hour, "am", ..] | [hour, "a.m.", ..] if clock(hour).is_some() => {
                (with_half(hour, DayHalf::Am), 2)
            }
            [hour, "pm", ..] | [hour, "p.m.", ..] if clock(hour).is_some() => {
                (with_half(hour, DayHalf::Pm), 2)
            }
            [word, ..] => (Some(token(word).ok_or_else(|| format!("{word:?} is not a day or a time"))?), 1),
            [] => (None, 1),
        };
        tokens.extend(token);
        at += taken;
    }
    Ok(tokens)
}

fn token(word: &str) -> Option<ScheduleToken> {
    if let Some(day) = day_names::weekday(word.trim_end_matches([':', '.'])) {
        return Some(ScheduleToken::Day(day));
    }
    let exact = |hour, half| Some(ScheduleToken::Time { hour, minute: 0, half, exact: true });
    match word.trim_end_matches(':') {
        "," | "and" => Some(ScheduleToken::Join),
        "to" | "till" | "til" | "until" => Some(ScheduleToken::To),
        "weekdays" | "weekday" => Some(ScheduleToken::Weekdays),
        "weekends" | "weekend" => Some(ScheduleToken::Weekend),
        "daily" | "everyday" => Some(ScheduleToken::EveryDay),
        "first" | "1st" => Some(ScheduleToken::Nth(1)),
        "second" | "2nd" => Some(ScheduleToken::Nth(2)),
        "third" | "3rd" => Some(ScheduleToken::Nth(3)),
        "fourth" | "4th" => Some(ScheduleToken::Nth(4)),
        "last" => Some(ScheduleToken::Nth(-1)),
        "monthly" => Some(ScheduleToken::OfTheMonth),
        "noon" | "midday" => exact(12, None),
        "midnight" => exact(24, None),
        _ => {
            let (digits, half) = if let Some(digits) = word.strip_suffix("am").or(word.strip_suffix("a.m.")) {
                (digits, Some(DayHalf::Am))
            } else if let Some(digits) = word.strip_suffix("pm").or(word.strip_suffix("p.m.")) {
                (digits, Some(DayHalf::Pm))
            } else if let Some(digits) = word.strip_suffix("noon") {
                (digits, Some(DayHalf::Pm))
            } else {
                (word, None)
            };
            let (hour, minute, exact) = clock(digits)?;
            half.is_none_or(|_| (1..=12).contains(&hour)).then_some(ScheduleToken::Time {
                hour,
                minute,
                half,
                exact,
            })
        }
    }
}

fn with_half(word: &str, half: DayHalf) -> Option<ScheduleToken> {
    let (hour, minute, exact) = clock(word)?;
    (1..=12).contains(&hour).then_some(ScheduleToken::Time { hour, minute, half: Some(half), exact })
}

/// `9`, `9.30`, `09:30`, `0930`: hour, minute, and whether minutes were written.
fn clock(word: &str) -> Option<(u8, u8, bool)> {
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    let (hour, minute, exact) = match word.split_once([':', '.']) {
        Some((h, m)) if digits(h) && digits(m) && h.len() <= 2 && m.len() == 2 => {
            (h.parse().ok()?, m.parse().ok()?, true)
        }
        Some(_) => return None,
        None if digits(word) && word.len() == 4 => (word[..2].parse().ok()?, word[2..].parse().ok()?, true),
        None if digits(word) && word.len() <= 2 => (word.parse().ok()?, 0, false),
        None => return None,
    };
    (hour <= 24 && minute < 60).then_some((hour, minute, exact))
}

/// Days at the front: a list or a run of them, with an ordinal or without.
fn days_at(tokens: &[ScheduleToken]) -> Option<(Vec<Recurrence>, usize)> {
    let weekly = |day| Recurrence::Weekly { day, every: 1, anchor: None };
    let fortnightly = |day| Recurrence::Weekly { day, every: 2, anchor: None };
    match *tokens {
        [ScheduleToken::Weekdays, ..] => Some(((0..5).map(weekly).collect(), 1)),
        [ScheduleToken::Weekend, ..] => Some(((5..7).map(weekly).collect(), 1)),
        [ScheduleToken::EveryDay, ..] => Some(((0..7).map(weekly).collect(), 1)),
        [ScheduleToken::EveryOther, ScheduleToken::Join, ScheduleToken::Day(day), ..] => {
            Some((vec![fortnightly(day)], 3))
        }
        [ScheduleToken::EveryOther, ScheduleToken::Day(day), ..] => Some((vec![fortnightly(day)], 2)),
        [ScheduleToken::Day(a), ScheduleToken::To, ScheduleToken::Day(b), ..] => {
            let count = (b + 7 - a) % 7;
            Some(((0..=count).map(|d| weekly((a + d) % 7)).collect(), 3))
        }
        [ScheduleToken::Day(day), ..] => Some((vec![weekly(day)], 1)),
        [ScheduleToken::Nth(_), ..] => {
            let mut nths = Vec::new();
            let mut at = 0;
            while let Some(token) = tokens.get(at) {
                match *token {
                    ScheduleToken::Nth(nth) => nths.push(nth),
                    ScheduleToken::Join if !nths.is_empty() => {}
                    _ => break,
                }
                at += 1;
            }
            let Some(&ScheduleToken::Day(day)) = tokens.get(at) else { return None };
            at += 1 + usize::from(tokens.get(at + 1) == Some(&ScheduleToken::OfTheMonth));
            let monthly = |nth| Recurrence::Monthly { day, nth, every: 1, anchor: None };
            Some((nths.into_iter().map(monthly).collect(), at))
        }
        _ => None,
    }
}

/// Minutes of the start, and of the end if there is one.
type ClockTimes = (u16, Option<u16>);

/// A time or a span at the front.
///
/// # Errors
/// One that may be in the morning or in the evening.
fn times_at(tokens: &[ScheduleToken]) -> Result<Option<(ClockTimes, usize)>, String> {
    let Some(&from @ ScheduleToken::Time { .. }) = tokens.first() else { return Ok(None) };
    let Some((&ScheduleToken::To, Some(&to @ ScheduleToken::Time { .. }))) =
        tokens.get(1).map(|t| (t, tokens.get(2)))
    else {
        let start = minutes(from).ok_or("morning or evening?")?;
        return Ok(Some(((start, None), 1)));
    };
    let (start, end) = span(from, to).ok_or("morning or evening?")?;
    Ok(Some(((start, Some(end)), 3)))
}

/// Minutes from midnight, where that is certain: am or pm is said, or the clock has 24 hours.
fn minutes(time: ScheduleToken) -> Option<u16> {
    let ScheduleToken::Time { hour, minute, half, exact } = time else { return None };
    let (hour, minute) = (u16::from(hour), u16::from(minute));
    match half {
        Some(DayHalf::Am) => Some(hour % 12 * 60 + minute),
        Some(DayHalf::Pm) => Some((hour % 12 + 12) * 60 + minute),
        // 09:30 and 18:30 are on a clock of 24 hours; 6.30 may be on one of twelve.
        None if hour >= 12 || (exact && hour >= 8) || hour == 0 => {
            Some(hour * 60 + minute).filter(|m| *m <= DAY)
        }
        None => None,
    }
}

fn span(from: ScheduleToken, to: ScheduleToken) -> Option<(u16, u16)> {
    let plain = |time| match time {
        ScheduleToken::Time { hour, minute, half: None, .. } if (1..=12).contains(&hour) => {
            Some(u16::from(hour) % 12 * 60 + u16::from(minute))
        }
        _ => None,
    };
    let (start, end) = match (minutes(from), minutes(to)) {
        (Some(start), Some(end)) => (start, end),
        // `10-12pm`, `2-4pm`: the start is the last such time before the end, within the same half of the day or the one before.
        (None, Some(end)) => {
            let morning = plain(from)?;
            (if morning + 720 < end { morning + 720 } else { morning }, end)
        }
        // `10am-2`: the next such time after the start.
        (Some(start), None) => {
            let morning = plain(to)?;
            (start, if morning > start { morning } else { morning + 720 })
        }
        // `9-5` passes noon and `10-12` ends there; `2-4` may be at night for all that is said.
        (None, None) => {
            let (a, b) = (plain(from)?, plain(to)?);
            if a < 7 * 60 || (b > a && b < 720 && b < 7 * 60) {
                return None;
            }
            (a, if b == 0 || b < a { b + 720 } else { b })
        }
    };
    // An end before the start is after midnight.
    let end = if end <= start { end + DAY } else { end };
    (start < DAY && end <= start + DAY && end - start <= 16 * 60).then_some((start, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Result<String, String> {
        read(text).map(|t| t.in_words())
    }

    #[test]
    fn reads_what_people_write() {
        for (text, meant) in [
            ("Thursdays 10am-12pm", "Thursdays 10:00–12:00"),
            ("Thursday 10am - 12 noon", "Thursdays 10:00–12:00"),
            ("Mon-Fri 9-5", "Monday to Friday 09:00–17:00"),
            ("first Tuesday of the month, 6.30pm to 8pm", "first Tuesday of the month 18:30–20:00"),
            (
                "1st and 3rd Wednesday of each month 14:00-16:00",
                "first Wednesday of the month 14:00–16:00; third Wednesday of the month 14:00–16:00",
            ),
            ("Every Monday and Wednesday, 2-4pm", "Mondays and Wednesdays 14:00–16:00"),
            (
                "Tues & Thurs 10:00–12:30; Sat 9am-1pm",
                "Tuesdays and Thursdays 10:00–12:30; Saturdays 09:00–13:00",
            ),
            ("Every other Friday from 11am", "every other Friday 11:00"),
            ("every other week, Tuesdays 14:00–16:00", "every other Tuesday 14:00–16:00"),
            (
                "first Monday and second Thursday 2-4pm",
                "first Monday of the month 14:00–16:00; second Thursday of the month 14:00–16:00",
            ),
            ("Daily 10-4", "every day 10:00–16:00"),
            ("Mon 9am-5pm; Tue 9am-5pm", "Mondays and Tuesdays 09:00–17:00"),
            ("Friday 10pm-2am", "Fridays 22:00–02:00"),
            ("last Sunday of the month 0930-1100", "last Sunday of the month 09:30–11:00"),
        ] {
            assert_eq!(words(text).as_deref(), Ok(meant), "{text}");
        }
    }

    #[test]
    fn refuses_what_may_mean_two_things_or_is_not_all_understood() {
        for text in [
            "Thursdays 2-4",
            "Thursdays at 6",
            "Thursdays",
            "10am-12pm",
            "Thursdays 10am-12pm term time only",
            "Thursdays 10am, phone first",
            "every other Monday and Friday 10am-12pm",
            "first Monday and Thursday 10am-12pm",
            "monthly, Thursdays 10am-12pm",
            "by appointment",
            "",
            "Monday 25:00",
            "various",
        ] {
            assert!(read(text).is_err(), "{text}: {:?}", words(text));
        }
    }
}
