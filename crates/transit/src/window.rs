//! When one may leave.

use crate::TransitFeed;
use chrono::{Datelike, Days, NaiveDate, Weekday};

/// A minute of departures, in seconds.
const MINUTE: i32 = 60;

/// Departures at each full minute of a time of the week. One departure alone would measure luck: who leaves at 10:00 meets the
/// bus of 10:01 or has just missed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DepartureWindow {
    /// On which day of the week.
    pub weekday: Weekday,
    /// The first departure, in seconds after midnight.
    pub from: i32,
    /// Before when the last departure is, in seconds after midnight.
    pub until: i32,
}

impl DepartureWindow {
    /// When most groups meet: Tuesday, 9:30 to 10:30.
    pub const TUESDAY: Self = Self { weekday: Weekday::Tue, from: 34_200, until: 37_800 };
    /// Tuesday afternoon, 14:00 to 15:00.
    pub const AFTERNOON: Self = Self { weekday: Weekday::Tue, from: 50_400, until: 54_000 };
    /// Saturday, 9:30 to 10:30.
    pub const SATURDAY: Self = Self { weekday: Weekday::Sat, from: 34_200, until: 37_800 };
    /// Tuesday evening, 18:30 to 19:30.
    pub const EVENING: Self = Self { weekday: Weekday::Tue, from: 66_600, until: 70_200 };

    /// Those that may be asked for, by name; the first is what is usual.
    pub const NAMED: [(&'static str, Self); 4] = [
        ("tuesday", Self::TUESDAY),
        ("afternoon", Self::AFTERNOON),
        ("evening", Self::EVENING),
        ("saturday", Self::SATURDAY),
    ];

    /// Between when and when one leaves, as `HH:MM`.
    #[must_use]
    pub fn clock(self) -> [String; 2] {
        [self.from, self.until].map(|time| format!("{:02}:{:02}", time / 3600, time / 60 % 60))
    }

    /// The departures, in seconds after midnight, in order; at most those of one day.
    pub fn departures(self) -> impl DoubleEndedIterator<Item = i32> + ExactSizeIterator {
        let (from, until) = (self.from.clamp(0, 86_400), self.until.clamp(0, 86_400));
        let minutes = (until - from + MINUTE - 1).max(0) / MINUTE;
        (0..minutes).map(move |minute| from + minute * MINUTE)
    }

    /// The day to ask about: the first of this weekday from `today` on which every one of the feeds runs; where they have run
    /// out, the last before. Where some rest on this weekday, the same of days on which any runs and every one is in force,
    /// from its first day to its last. `None` where there is no such day in the year on either side: feeds of different years
    /// are no timetable.
    #[must_use]
    pub fn day(self, feeds: &[&TransitFeed], today: NaiveDate) -> Option<NaiveDate> {
        let ahead = (7 + self.weekday.num_days_from_monday() - today.weekday().num_days_from_monday()) % 7;
        let next = today.checked_add_days(Days::new(u64::from(ahead)))?;
        let all_run = |day: &NaiveDate| !feeds.is_empty() && feeds.iter().all(|feed| feed.runs_on(*day));
        let weeks = || 0..=53_u64;
        let later = weeks().filter_map(|week| next.checked_add_days(Days::new(7 * week)));
        // Feeds that ran out long ago still say what they said: back from the last day of the one that ended first.
        let ended = feeds.iter().filter_map(|feed| feed.last_day()).min().unwrap_or(next).min(next);
        let back = u64::try_from((next - ended).num_days() / 7).unwrap_or_default();
        let earlier = weeks().filter_map(|week| next.checked_sub_days(Days::new(7 * (back + week))));
        let in_force = |day: &NaiveDate| {
            let within = |feed: &&TransitFeed| {
                feed.first_day().is_none_or(|first| first <= *day)
                    && feed.last_day().is_none_or(|last| *day <= last)
            };
            feeds.iter().any(|feed| feed.runs_on(*day)) && feeds.iter().all(within)
        };
        let mut days = later.chain(earlier);
        days.clone().find(all_run).or_else(|| days.find(in_force))
    }
}
