//! `calendar.txt` and `calendar_dates.txt`.

use super::table::{FeedReport, each, wrong};
use super::values::{choice, date};
use chrono::{Datelike, NaiveDate};
use std::collections::BTreeMap;

const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// Days on which trips run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceCalendar {
    /// `service_id`.
    pub id: String,
    /// Weekdays from Monday, and the first and the last day; none where there are exceptions alone.
    pub weekly: Option<([bool; 7], NaiveDate, NaiveDate)>,
    /// Days that differ from it: whether it runs.
    pub exceptions: BTreeMap<NaiveDate, bool>,
}

impl ServiceCalendar {
    /// Whether it runs on this day.
    #[must_use]
    pub fn runs_on(&self, date: NaiveDate) -> bool {
        self.exceptions.get(&date).copied().unwrap_or_else(|| {
            self.weekly.is_some_and(|(days, first, last)| {
                (first..=last).contains(&date) && days[date.weekday().num_days_from_monday() as usize]
            })
        })
    }

    /// The first day on which it runs, if it ever does.
    #[must_use]
    pub fn first_day(&self) -> Option<NaiveDate> {
        let added = self.exceptions.iter().find(|(_, runs)| **runs).map(|(day, _)| *day);
        let weekly = self.weekly.and_then(|(_, first, last)| {
            let days = first.iter_days().take_while(|day| *day <= last);
            days.take(8 + 7 * self.exceptions.len()).find(|day| self.runs_on(*day))
        });
        added.into_iter().chain(weekly).min()
    }

    /// The last day on which it runs, if it ever does.
    #[must_use]
    pub fn last_day(&self) -> Option<NaiveDate> {
        let added = self.exceptions.iter().rev().find(|(_, runs)| **runs).map(|(day, _)| *day);
        let weekly = self.weekly.and_then(|(_, first, last)| {
            let back = last.iter_days().rev().take_while(|day| *day >= first);
            // A week and every exception are enough to find a day that is not excepted.
            back.take(8 + 7 * self.exceptions.len()).find(|day| self.runs_on(*day))
        });
        added.max(weekly)
    }
}

/// Services by id.
pub(super) fn read(
    weekly: Option<&[u8]>,
    dates: Option<&[u8]>,
    out: &mut FeedReport,
) -> Vec<ServiceCalendar> {
    let mut services: BTreeMap<String, ServiceCalendar> = BTreeMap::new();
    each("calendar.txt", weekly.unwrap_or_default(), out, |row, _| {
        let id = row.need("service_id")?.into_owned();
        let mut days = [false; 7];
        for (runs, day) in days.iter_mut().zip(DAYS) {
            row.need(day)?;
            *runs = choice(row, day, 1)? == 1;
        }
        let (first, last) = (date(row, "start_date")?, date(row, "end_date")?);
        if last < first {
            return wrong("end_date", &row.get("end_date"), "is before start_date");
        }
        if services.contains_key(&id) {
            return wrong("service_id", &id, "stands there twice; the first is used");
        }
        let weekly = Some((days, first, last));
        services.insert(id.clone(), ServiceCalendar { id, weekly, exceptions: BTreeMap::new() });
        Ok(())
    });
    each("calendar_dates.txt", dates.unwrap_or_default(), out, |row, _| {
        let id = row.need("service_id")?.into_owned();
        let day = date(row, "date")?;
        let kind = row.need("exception_type")?;
        let runs = match &*kind {
            "1" => true,
            "2" => false,
            _ => return wrong("exception_type", &kind, "is neither 1 (added) nor 2 (removed)"),
        };
        let new = || ServiceCalendar { id: id.clone(), weekly: None, exceptions: BTreeMap::new() };
        let service = services.entry(id.clone()).or_insert_with(new);
        if service.exceptions.contains_key(&day) {
            return wrong("date", &row.get("date"), "stands there twice for this service; the first is used");
        }
        service.exceptions.insert(day, runs);
        Ok(())
    });
    services.into_values().collect()
}
