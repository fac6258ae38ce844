//! A timetable in words.

use super::{DAY, Recurrence, Session, Timetable};
use chrono::NaiveDate;
use std::fmt::Write;

/// More single dates of one time than this are told by their number.
const DATES_TOLD: usize = 3;

impl Timetable {
    /// In words: `Mondays and Thursdays 10:00–12:00; first Tuesday of the month 18:30 until 31 March 2027`.
    #[must_use]
    pub fn in_words(&self) -> String {
        let mut groups: Vec<(Vec<&Session>, String)> = Vec::new();
        for session in &self.sessions {
            let time = times(session);
            let together = |with: &Session| {
                matches!(
                    (with.on, session.on),
                    (Recurrence::Weekly { every: 1, .. }, Recurrence::Weekly { every: 1, .. })
                        | (Recurrence::Once(_), Recurrence::Once(_))
                )
            };
            match groups.iter_mut().find(|(group, date_words)| *date_words == time && together(group[0])) {
                Some((group, _)) => group.push(session),
                None => groups.push((vec![session], time)),
            }
        }
        let words: Vec<String> =
            groups.into_iter().map(|(sessions, time)| format!("{} {time}", days(&sessions))).collect();
        words.join("; ")
    }
}

const NAMES: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// A day as it is said: 21 November 2026.
#[must_use]
pub fn day_in_words(date: NaiveDate) -> String {
    date.format("%-d %B %Y").to_string()
}

/// The time of a session, and its last day.
fn times(session: &Session) -> String {
    let clock = |minutes: u16| format!("{:02}:{:02}", minutes / 60 % 24, minutes % 60);
    let mut words = match session.to {
        Some(to) if session.from == 0 && to == DAY => "all day".to_owned(),
        Some(to) => format!("{}–{}", clock(session.from), clock(to)),
        None => clock(session.from),
    };
    // When a series began hardly matters; that it ends does.
    if let (Some(last), false) = (session.last, matches!(session.on, Recurrence::Once(_))) {
        // Writing to a String does not fail.
        let _ = write!(words, " until {}", day_in_words(last));
    }
    words
}

fn days(sessions: &[&Session]) -> String {
    if let [session] = sessions {
        return one(session.on);
    }
    let dates: Vec<NaiveDate> = sessions
        .iter()
        .filter_map(|s| if let Recurrence::Once(date) = s.on { Some(date) } else { None })
        .collect();
    match dates.as_slice() {
        [] => {}
        [first, .., last] if dates.len() > DATES_TOLD => {
            return format!("{} dates from {} to {}", dates.len(), day_in_words(*first), day_in_words(*last));
        }
        dates => return joined(&dates.iter().map(|date| day_in_words(*date)).collect::<Vec<_>>()),
    }
    let weekdays: Vec<usize> = sessions
        .iter()
        .filter_map(|s| if let Recurrence::Weekly { day, .. } = s.on { Some(usize::from(day)) } else { None })
        .collect();
    if weekdays.len() == 7 {
        return "every day".to_owned();
    }
    let run = weekdays.windows(2).all(|pair| pair[1] == pair[0] + 1);
    if let (true, [first, _, .., last]) = (run, weekdays.as_slice()) {
        return format!("{} to {}", NAMES[*first], NAMES[*last]);
    }
    joined(&weekdays.iter().map(|day| format!("{}s", NAMES[*day])).collect::<Vec<_>>())
}

/// `a, b and c`.
fn joined(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// The days of one session.
fn one(on: Recurrence) -> String {
    let name = |day: u8| NAMES[usize::from(day)];
    match on {
        Recurrence::Weekly { day, every: 1, .. } => format!("{}s", name(day)),
        Recurrence::Weekly { day, every: 2, .. } => format!("every other {}", name(day)),
        Recurrence::Weekly { day, every, .. } => format!("every {every} weeks on {}", name(day)),
        Recurrence::Monthly { day, nth, every, .. } => {
            let which = ["first", "second", "third", "fourth", "fifth"][usize::from(nth.unsigned_abs() - 1)];
            let which = match nth {
                -1 => "last".to_owned(),
                ..0 => format!("{which} last"),
                _ => which.to_owned(),
            };
            let month = if every == 1 { "the month".to_owned() } else { format!("every {every} months") };
            format!("{which} {} of {month}", name(day))
        }
        Recurrence::DayOfMonth { day } => format!("day {day} of the month"),
        Recurrence::Once(date) => day_in_words(date),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weekly(day: u8) -> Recurrence {
        Recurrence::Weekly { day, every: 1, anchor: None }
    }

    #[test]
    fn in_words() {
        let session = |on, from, to| Session::new(on, from, to).unwrap();
        let of = |sessions| Timetable::new(sessions, vec![]).in_words();
        assert_eq!(
            of(vec![session(weekly(3), 600, Some(720)), session(weekly(0), 600, Some(720))]),
            "Mondays and Thursdays 10:00–12:00"
        );
        assert_eq!(
            of((0..5).map(|d| session(weekly(d), 540, Some(1_020))).collect()),
            "Monday to Friday 09:00–17:00"
        );
        assert_eq!(of((0..7).map(|d| session(weekly(d), 0, Some(DAY))).collect()), "every day all day");
        let last = Recurrence::Monthly { day: 1, nth: -1, every: 1, anchor: None };
        assert_eq!(of(vec![session(last, 1_110, None)]), "last Tuesday of the month 18:30");
        let date = |n| NaiveDate::from_ymd_opt(2026, 7, n).unwrap();
        let until = session(weekly(0), 600, None).within(None, Some(date(31)));
        assert_eq!(
            of(vec![until, session(weekly(1), 600, None)]),
            "Mondays 10:00 until 31 July 2026; Tuesdays 10:00"
        );
        let dates = |n| of((1..=n).map(|d| session(Recurrence::Once(date(d)), 600, None)).collect());
        assert_eq!(dates(2), "1 July 2026 and 2 July 2026 10:00");
        assert_eq!(dates(9), "9 dates from 1 July 2026 to 9 July 2026 10:00");
    }
}
