//! Words and rules about when something is on → a timetable, and back.
//!
//! What is not understood stays in the listing's own words and gives no timetable: nothing is guessed.

mod back;
pub mod calendar;
mod day_names;
mod fit;
mod hours;
pub mod ical_writer;
mod left_out;
mod plain;
mod rule;
mod values;

pub use back::rules;
pub use rule::{RuleReading, ScheduleRule, timetable};

use chrono::NaiveDate;
use hereabouts_core::schedule::{InvalidSession, Recurrence, Session, Timetable};
use serde::{Deserialize, Serialize};

/// A timetable from the words of a listing: OpenStreetMap's `opening_hours`, or plain English days and times.
///
/// # Errors
/// What is not understood.
pub fn read(text: &str) -> Result<Timetable, String> {
    let words =
        |as_hours: String| move |as_words| if as_hours == hours::NOT_HOURS { as_words } else { as_hours };
    hours::read(text).or_else(|why| plain::read(text).map_err(words(why)))
}

/// A timetable as stored.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredTimetable {
    /// Its sessions.
    pub sessions: Vec<StoredSession>,
    /// Days without any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub except: Vec<NaiveDate>,
}

/// A session as stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredSession {
    /// On which days.
    pub on: StoredDays,
    /// Minutes from midnight to its start.
    pub from: u16,
    /// Minutes from the same midnight to its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<u16>,
    /// First day on which it may be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<NaiveDate>,
    /// Last day on which it may be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<NaiveDate>,
}

/// [`Recurrence`] as stored; 0 is Monday.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the fields are those of Recurrence")]
pub enum StoredDays {
    /// Weekday, every so many weeks.
    Weekly { day: u8, every: u8, anchor: Option<NaiveDate> },
    /// The nth weekday, every so many months.
    Monthly { day: u8, nth: i8, every: u8, anchor: Option<NaiveDate> },
    /// A day of the month.
    DayOfMonth { day: u8 },
    /// One day.
    Once { date: NaiveDate },
}

impl From<&Timetable> for StoredTimetable {
    fn from(timetable: &Timetable) -> Self {
        let sessions = timetable.sessions().iter().map(|s| StoredSession {
            on: match s.on {
                Recurrence::Weekly { day, every, anchor } => StoredDays::Weekly { day, every, anchor },
                Recurrence::Monthly { day, nth, every, anchor } => {
                    StoredDays::Monthly { day, nth, every, anchor }
                }
                Recurrence::DayOfMonth { day } => StoredDays::DayOfMonth { day },
                Recurrence::Once(date) => StoredDays::Once { date },
            },
            from: s.from,
            to: s.to,
            first: s.first,
            last: s.last,
        });
        Self { sessions: sessions.collect(), except: timetable.except().to_vec() }
    }
}

impl TryFrom<&StoredTimetable> for Timetable {
    type Error = InvalidSession;

    fn try_from(stored: &StoredTimetable) -> Result<Self, InvalidSession> {
        let session = |s: &StoredSession| {
            let on = match s.on {
                StoredDays::Weekly { day, every, anchor } => Recurrence::Weekly { day, every, anchor },
                StoredDays::Monthly { day, nth, every, anchor } => {
                    Recurrence::Monthly { day, nth, every, anchor }
                }
                StoredDays::DayOfMonth { day } => Recurrence::DayOfMonth { day },
                StoredDays::Once { date } => Recurrence::Once(date),
            };
            Ok(Session::new(on, s.from, s.to)?.within(s.first, s.last))
        };
        let sessions = stored.sessions.iter().map(session).collect::<Result<_, _>>()?;
        Ok(Self::new(sessions, stored.except.clone()))
    }
}
