//! `frequencies.txt`.

use super::table::{FeedReport, each, wrong};
use super::trips::{FeedTrip, TripFrequency, TripRuns};
use super::values::{choice, need_time, whole};
use std::collections::BTreeMap;

/// The most stops of trips that frequencies at exact times may come to in a day of a feed: a headway of a second would write
/// a timetable that no machine holds.
pub const MOST_CALLS: usize = 20_000_000;

pub(super) fn read(bytes: Option<&[u8]>, trips: &mut [FeedTrip], out: &mut FeedReport) {
    let mut periods: BTreeMap<usize, Vec<TripFrequency>> = BTreeMap::new();
    let mut all = 0;
    each("frequencies.txt", bytes.unwrap_or_default(), out, |row, _| {
        let id = row.need("trip_id")?;
        let Ok(trip) = trips.binary_search_by(|t| t.id.as_str().cmp(&id)) else {
            return wrong("trip_id", &id, "is not among the trips that can be used");
        };
        // From here on the trip does not run once, whatever is wrong with this row.
        let own = periods.entry(trip).or_default();
        let (from, until) = (need_time(row, "start_time")?, need_time(row, "end_time")?);
        if until <= from {
            return wrong("end_time", &row.get("end_time"), "is not after start_time");
        }
        let headway = i32::try_from(whole(row, "headway_secs")?).unwrap_or(i32::MAX);
        if headway == 0 {
            return wrong("headway_secs", "0", "is no time between two vehicles");
        }
        let exact = choice(row, "exact_times", 1)? == 1;
        if own.iter().any(|other| from < other.until && other.from < until) {
            return wrong("start_time", &row.get("start_time"), "overlaps another period of the trip");
        }
        if exact {
            let runs = usize::try_from((until - from - 1) / headway + 1).unwrap_or_default();
            let calls = runs.saturating_mul(trips[trip].calls.len());
            if calls > MOST_CALLS - all {
                let reason = format!("with it the feed has more than {MOST_CALLS} stops of trips in a day");
                return wrong("headway_secs", &row.get("headway_secs"), reason);
            }
            all += calls;
        }
        own.push(TripFrequency { from, until, headway, exact });
        Ok(())
    });
    for (trip, mut own) in periods {
        own.sort_unstable_by_key(|period| period.from);
        trips[trip].runs = TripRuns::Every(own);
    }
}
