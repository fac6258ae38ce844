//! Timetables: laws, an oracle that counts days in its own way, and readers that meet any text.

use chrono::{Datelike, Days, Months, NaiveDate, NaiveDateTime, Weekday};
use hereabouts_core::schedule::{DAY, Recurrence, Session, Timetable};
use hereabouts_schedule::{self as schedule, RuleReading, ScheduleRule, StoredTimetable, calendar};
use proptest::prelude::*;
use std::collections::BTreeSet;

fn day(n: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2025, 1, 1).unwrap() + Days::new(n)
}

fn recurrence() -> impl Strategy<Value = Recurrence> {
    let anchor = || proptest::option::weighted(0.8, (0_u64..400).prop_map(day));
    prop_oneof![
        3 => (0_u8..7, 1_u8..4, anchor()).prop_map(|(day, every, anchor)| Recurrence::Weekly { day, every, anchor }),
        3 => (0_u8..7, prop_oneof![1_i8..=5, -5_i8..=-1], 1_u8..4, anchor())
            .prop_map(|(day, nth, every, anchor)| Recurrence::Monthly { day, nth, every, anchor }),
        1 => (1_u8..=31).prop_map(|day| Recurrence::DayOfMonth { day }),
        1 => (0_u64..800).prop_map(|n| Recurrence::Once(day(n))),
    ]
}

fn session() -> impl Strategy<Value = Session> {
    let limit = || proptest::option::weighted(0.2, (0_u64..800).prop_map(day));
    (recurrence(), 0..DAY, proptest::option::of(1..=DAY), limit(), limit()).prop_map(
        |(on, from, length, first, last)| {
            Session::new(on, from, length.map(|l| from + l)).unwrap().within(first, last)
        },
    )
}

fn timetable() -> impl Strategy<Value = Timetable> {
    let except = proptest::collection::vec((0_u64..800).prop_map(day), 0..4);
    (proptest::collection::vec(session(), 0..5), except)
        .prop_map(|(sessions, except)| Timetable::new(sessions, except))
}

/// Days of a session from 2024 to 2028, by stepping from one to the next.
fn days_of(session: &Session) -> BTreeSet<NaiveDate> {
    let (begin, end) =
        (NaiveDate::from_ymd_opt(2024, 1, 1).unwrap(), NaiveDate::from_ymd_opt(2028, 1, 1).unwrap());
    let mut days = BTreeSet::new();
    match session.on {
        Recurrence::Once(date) => drop(days.insert(date)),
        Recurrence::DayOfMonth { day } => {
            let months = (0..48).map(|m| begin + Months::new(m));
            days.extend(months.filter_map(|m| m.with_day(u32::from(day))));
        }
        Recurrence::Weekly { day, every, anchor } => {
            let Some(anchor) = anchor.or((every == 1).then_some(begin)) else { return days };
            let mut at = anchor.week(Weekday::Mon).first_day() + Days::new(u64::from(day));
            while at >= begin {
                at = at - Days::new(7 * u64::from(every));
            }
            while at < end {
                days.insert(at);
                at = at + Days::new(7 * u64::from(every));
            }
        }
        Recurrence::Monthly { day, nth, every, anchor } => {
            let Some(anchor) = anchor.or((every == 1).then_some(begin)) else { return days };
            let months = (0..48).map(|m| begin + Months::new(m));
            let whole = |d: NaiveDate| d.year() * 12 + d.month0() as i32;
            for month in months.filter(|m| (whole(*m) - whole(anchor)).rem_euclid(i32::from(every)) == 0) {
                let all: Vec<NaiveDate> = month
                    .iter_days()
                    .take_while(|d| d.month() == month.month())
                    .filter(|d| d.weekday().num_days_from_monday() == u32::from(day))
                    .collect();
                let at = if nth > 0 {
                    Some(nth as usize - 1)
                } else {
                    all.len().checked_sub(usize::from(nth.unsigned_abs()))
                };
                days.extend(at.and_then(|at| all.get(at)));
            }
        }
    }
    days.retain(|d| session.first.is_none_or(|f| *d >= f) && session.last.is_none_or(|l| *d <= l));
    days
}

fn moment(n: u64, minute: u32) -> NaiveDateTime {
    day(n).and_hms_opt(minute / 60, minute % 60, 0).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn every_day_is_as_the_oracle_has_it(session in session()) {
        let days = days_of(&session);
        for n in 0..800 {
            prop_assert_eq!(session.is_on(day(n)), days.contains(&day(n)), "{} of {:?}", day(n), session);
        }
    }

    #[test]
    fn next_is_the_first_and_stretches_add_up(table in timetable(), a in 0_u64..300, b in 0_u64..100, c in 0_u64..100, minute in 0_u32..1440) {
        let (a, b, c) = (moment(a, minute), moment(a + b, minute), moment(a + b + c, minute));
        let count = |from, to| table.between(from, to).count();
        prop_assert_eq!(count(a, c), count(a, b) + count(b, c));
        let all: Vec<_> = table.between(a, c).collect();
        prop_assert!(all.windows(2).all(|pair| pair[0] <= pair[1]));
        if let Some(first) = all.first() {
            prop_assert_eq!(table.next(a), Some(*first));
        }
        for one in all.iter().take(20) {
            prop_assert!(one.start >= a && one.start < c);
            prop_assert!(one.end.is_none() || table.is_on_at(one.start));
        }
    }

    #[test]
    fn order_and_repetition_change_nothing(sessions in proptest::collection::vec(session(), 0..6), except in proptest::collection::vec((0_u64..800).prop_map(day), 0..4)) {
        let once = Timetable::new(sessions.clone(), except.clone());
        let twice: Vec<Session> = sessions.iter().rev().chain(&sessions).copied().collect();
        prop_assert_eq!(&once, &Timetable::new(twice, except.into_iter().rev().collect()));
        let stored = StoredTimetable::from(&once);
        let json = serde_json::to_string(&stored).unwrap();
        prop_assert_eq!(once, Timetable::try_from(&serde_json::from_str::<StoredTimetable>(&json).unwrap()).unwrap());
    }

    /// What is told by rules is read from them again, days without sessions too.
    #[test]
    fn rules_give_a_timetable_back(sessions in proptest::collection::vec(session(), 1..5), except in proptest::collection::vec((0_u64..800).prop_map(day), 0..4)) {
        let told: Vec<Session> = sessions.into_iter().filter_map(|s| match s.on {
            // The weeks of a series are told by its first day. Where they are not known, a day that it holds from must not
            // pass for one of them.
            Recurrence::Weekly { every, anchor, .. } | Recurrence::Monthly { every, anchor, .. } if every > 1 => {
                anchor.map(|anchor| s.within(Some(s.first.unwrap_or(anchor)), s.last))
            }
            _ => Some(s),
        }).collect();
        let table = Timetable::new(told, except);
        let rules = schedule::rules(&table);
        prop_assume!(!rules.is_empty());
        let again = schedule::timetable(&rules, RuleReading::ByTheStandard).unwrap();
        for n in 0..800 {
            prop_assert_eq!(table.on(day(n)), again.on(day(n)), "{} {:?}", day(n), rules);
        }
    }

    #[test]
    fn the_last_day_is_the_last_of_all_days(table in timetable(), until in 0_u64..800) {
        let days = (0..=until).rev().map(day).find(|d| !table.on(*d).is_empty());
        // The oracle looks no further back than its first day.
        prop_assert_eq!(table.last_day(day(until)).filter(|d| *d >= day(0)), days);
    }

    #[test]
    fn no_text_brings_a_reader_down(text in ".{0,80}", rule in "[A-Z=;,0-9+-]{0,60}", clock in "[0-9:apm. ]{0,8}") {
        let _ = schedule::read(&text);
        let _ = schedule::timetable(&[ScheduleRule::parse(&text)], RuleReading::ByTheStandard);
        let _ = schedule::timetable(&[ScheduleRule::parse(&format!("DTSTART:20260105T100000\nRRULE:{rule}\nEXDATE:{text}"))], RuleReading::ByTheStandard);
        let _ = schedule::read(&format!("Mon {clock}-{clock}"));
        for reading in [RuleReading::ByHand, RuleReading::ByTheStandard] {
            let parsed = ScheduleRule { opens: Some(clock.clone()), dtstart: Some(text.clone()), ..ScheduleRule::parse(&rule) };
            let _ = schedule::timetable(&[parsed, ScheduleRule { opens: Some("10:00".into()), ..ScheduleRule::parse(&rule) }], reading);
        }
        let _ = calendar::read(&format!("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:{text}\nRRULE:{rule}\nEND:VEVENT"), Some(chrono_tz::UTC));
    }

    #[test]
    fn damaged_calendars_are_read_or_refused(at in 0_usize..400, bit in 0_u8..8) {
        let good = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\nDTSTART:20260108T100000Z\r\nRRULE:FREQ=WEEKLY;COUNT=9\r\nEXDATE:20260115T100000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
        let mut bytes = good.as_bytes().to_vec();
        let at = at % bytes.len();
        bytes[at] ^= 1 << bit;
        let _ = calendar::read(&String::from_utf8_lossy(&bytes), None);
    }
}
