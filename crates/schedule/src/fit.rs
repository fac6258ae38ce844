//! Days on which something was on → the rule behind them.

use chrono::{Days, NaiveDate};
use hereabouts_core::schedule::{Recurrence, Session, Timetable, ordinal, ordinal_from_end, weekday};
use std::collections::BTreeMap;

/// A timetable that gives exactly these spans (day, minute of start, minute of end) in the `weeks` from a Monday.
///
/// # Errors
/// They come back neither by the week nor by the month.
pub(super) fn timetable(
    spans: &[(NaiveDate, u16, u16)],
    monday: NaiveDate,
    weeks: u64,
) -> Result<Timetable, String> {
    let mut by_time: BTreeMap<(u8, u16, u16), Vec<NaiveDate>> = BTreeMap::new();
    for &(day, from, to) in spans {
        by_time.entry((weekday(day), from, to)).or_default().push(day);
    }
    let mut sessions = Vec::new();
    for ((day, from, to), dates) in by_time {
        let all: Vec<NaiveDate> = (0..weeks).map(|w| monday + Days::new(7 * w + u64::from(day))).collect();
        let session = |on| Session::new(on, from, Some(to)).map_err(|e| e.to_string());
        if dates == all {
            sessions.push(session(Recurrence::Weekly { day, every: 1, anchor: None })?);
            continue;
        }
        // Which of its weekdays in the month: a set of ordinals that explains every day and no other.
        let explains = |of: fn(NaiveDate) -> i8| {
            let mut nths: Vec<i8> = dates.iter().map(|d| of(*d)).collect();
            nths.sort_unstable();
            nths.dedup();
            let given: Vec<NaiveDate> = all.iter().copied().filter(|d| nths.contains(&of(*d))).collect();
            (given == dates).then_some(nths)
        };
        let nths =
            explains(ordinal).or_else(|| explains(ordinal_from_end)).ok_or("it changes over the year")?;
        for nth in nths {
            sessions.push(session(Recurrence::Monthly { day, nth, every: 1, anchor: None })?);
        }
    }
    if sessions.is_empty() {
        return Err("it is never open".into());
    }
    Ok(Timetable::new(sessions, Vec::new()))
}
