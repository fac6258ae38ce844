//! Events of calendars, as evidence that something runs.

use chrono::{Days, NaiveDate};
use hereabouts_core::asset::AssetCalendar;
use hereabouts_core::schedule::{InvalidSession, Timetable};
use hereabouts_schedule::StoredTimetable;
use serde::{Deserialize, Serialize};

/// How long a series without an end tells of what runs after somebody last changed it, in days: many outlive their group.
const UNATTENDED: u64 = 365;

/// One event of a calendar with all its dates. Nothing of who organises or attends it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct EventRecord {
    /// Source of the record.
    pub source: String,
    /// Its id, unique in the source.
    pub uid: String,
    /// What it is called.
    pub name: String,
    /// Where it is, in words.
    pub location: Option<String>,
    /// Where it is, [longitude, latitude] in degrees.
    pub place: Option<[f64; 2]>,
    /// Address on the web.
    pub website: Option<String>,
    /// Id of the asset that it is of, where whoever imported it says so.
    pub asset: Option<String>,
    /// When it was last changed, as far as the calendar knows.
    pub changed_on: Option<NaiveDate>,
    /// When it is on.
    pub timetable: StoredTimetable,
}

impl EventRecord {
    /// What it says of its asset. A calendar knows nothing of the days after it was `retrieved`; and a series without an end
    /// tells for a year after it was last changed, or began.
    ///
    /// # Errors
    /// [`InvalidSession`], which no record of ours gives.
    pub fn calendar(&self, retrieved: Option<NaiveDate>) -> Result<AssetCalendar, InvalidSession> {
        let timetable = Timetable::try_from(&self.timetable)?;
        let attended = timetable.is_endless().then(|| {
            let began = timetable.sessions().iter().filter_map(|s| s.first).min();
            let last = self.changed_on.max(began).and_then(|day| day.checked_add_days(Days::new(UNATTENDED)));
            last.unwrap_or(NaiveDate::MIN)
        });
        Ok(AssetCalendar { holds_until: retrieved.into_iter().chain(attended).min(), timetable })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_series_that_nobody_looks_after_tells_for_a_year() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let event = |text: &str, changed: Option<&str>| EventRecord {
            timetable: (&hereabouts_schedule::read(text).unwrap()).into(),
            changed_on: changed.map(day),
            ..EventRecord::default()
        };
        let holds = |event: &EventRecord, retrieved: Option<&str>| {
            event.calendar(retrieved.map(day)).unwrap().holds_until
        };
        let weekly = event("Thursdays 10:00-12:00", Some("2024-03-01"));
        assert_eq!(holds(&weekly, None), Some(day("2025-03-01")));
        assert_eq!(holds(&weekly, Some("2024-06-01")), Some(day("2024-06-01")));
        assert_eq!(
            holds(&event("Thursdays 10:00-12:00", None), None),
            Some(NaiveDate::MIN),
            "nobody knows since when"
        );
        let mut ended = weekly.clone();
        ended.timetable.sessions[0].last = Some(day("2026-01-31"));
        assert_eq!(holds(&ended, None), None);
    }
}
