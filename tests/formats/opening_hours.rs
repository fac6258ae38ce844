//! Opening hours as the library reads them that OpenStreetMap's editors show them with.
//!
//! The table holds a value, when it is open here, when it is open there (`opening_hours.js`, England, February 2027) and why
//! the two differ. `web/test/hours.test.mjs` holds the library against it.

use chrono::{Days, NaiveDate, NaiveTime, TimeDelta};

const TABLE: &str = include_str!("opening_hours.tsv");

/// Open minutes of four weeks, a line a week, one line if all are alike; `-` is never.
fn open(value: &str) -> String {
    let Ok(timetable) = hereabouts_schedule::read(value) else { return "-".into() };
    let monday = NaiveDate::from_ymd_opt(2027, 2, 1).unwrap().and_time(NaiveTime::MIN);
    let mut minutes = vec![false; 28 * 1_440];
    for on in timetable.between(monday - Days::new(7), monday + Days::new(28)) {
        let Some(end) = on.end else { continue };
        let minute = |at: chrono::NaiveDateTime| {
            ((at - monday).max(TimeDelta::zero()).num_minutes() as usize).min(28 * 1_440)
        };
        minutes[minute(on.start)..minute(end)].fill(true);
    }
    let weeks: Vec<String> = minutes.chunks(7 * 1_440).map(week).collect();
    match weeks.iter().all(|week| *week == weeks[0]) {
        true if weeks[0].is_empty() => "-".into(),
        true => weeks[0].clone(),
        false => weeks.join(" / "),
    }
}

fn week(minutes: &[bool]) -> String {
    let clock = |minute: usize| format!("{:02}:{:02}", minute / 60, minute % 60);
    let days = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"].iter().zip(minutes.chunks(1_440));
    let open = days.filter_map(|(day, minutes)| {
        let mut spans = Vec::new();
        let mut at = 0;
        for run in minutes.chunk_by(|a, b| a == b) {
            if run[0] {
                spans.push(format!("{}-{}", clock(at), clock(at + run.len())));
            }
            at += run.len();
        }
        (!spans.is_empty()).then(|| format!("{day} {}", spans.join(",")))
    });
    open.collect::<Vec<_>>().join("; ")
}

#[test]
fn nothing_is_open_that_the_reference_reader_has_closed_or_unknown() {
    let mut wrong = Vec::new();
    for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
        let columns: Vec<&str> = line.split('\t').collect();
        let [value, here, there, why] = columns[..] else { panic!("four columns: {line:?}") };
        let read = open(value);
        if read != here {
            wrong.push(format!("{value}\n  read  {read}\n  table {here}\n  there {there}"));
        }
        assert_eq!(
            here == there,
            why.is_empty(),
            "a difference is explained, and only a difference: {value}"
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
