//! The plainest search that is right: reads the tables anew, and in each round rides every trip of every day from end to end.

use super::town::{Files, at};
use chrono::{Datelike, Days, NaiveDate};
use std::collections::{BTreeMap, HashMap};

type Row = HashMap<String, String>;

fn rows(files: &Files, name: &str) -> Vec<Row> {
    let Some(text) = files.get(name) else { return vec![] };
    csv::Reader::from_reader(text.as_bytes()).deserialize().map(|row| row.unwrap()).collect()
}

fn value<'a>(row: &'a Row, field: &str) -> &'a str {
    row.get(field).map_or("", |v| v.trim())
}

fn runs(service: &str, date: NaiveDate, weekly: &[Row], dates: &[Row]) -> bool {
    let day = date.format("%Y%m%d").to_string();
    let name = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
        [date.weekday().num_days_from_monday() as usize];
    let exception = dates.iter().find(|r| value(r, "service_id") == service && value(r, "date") == day);
    exception.map_or_else(
        || {
            let mut of = weekly.iter().filter(|r| value(r, "service_id") == service);
            of.any(|r| {
                value(r, name) == "1"
                    && (value(r, "start_date")..=value(r, "end_date")).contains(&day.as_str())
            })
        },
        |r| value(r, "exception_type") == "1",
    )
}

/// Stop, arrival and departure in seconds after the day's midnight; and, where it runs about so often, the period in which it
/// leaves its first stop and the headway.
type Vehicle = (Vec<(String, i32, i32)>, Option<(i32, i32, i32)>);

/// What runs around a day; stops are named `feed:id`.
pub(crate) fn vehicles(feeds: &[Files], date: NaiveDate) -> Vec<Vehicle> {
    let mut all = Vec::new();
    for (feed, files) in feeds.iter().enumerate() {
        let (weekly, dates) = (rows(files, "calendar.txt"), rows(files, "calendar_dates.txt"));
        let mut calls: BTreeMap<String, Vec<Row>> = BTreeMap::new();
        for row in rows(files, "stop_times.txt") {
            calls.entry(value(&row, "trip_id").to_owned()).or_default().push(row);
        }
        let often = rows(files, "frequencies.txt");
        for trip in rows(files, "trips.txt") {
            let Some(own) = calls.get_mut(value(&trip, "trip_id")) else { continue };
            own.sort_by_key(|r| value(r, "stop_sequence").parse::<u32>().unwrap());
            let mut known: Vec<(usize, i32, i32)> = Vec::new();
            for (i, r) in own.iter().enumerate().filter(|(_, r)| !value(r, "arrival_time").is_empty()) {
                known.push((i, at(value(r, "arrival_time")), at(value(r, "departure_time"))));
            }
            let time = |i: usize| match known.iter().find(|k| k.0 == i) {
                Some(k) => (k.1, k.2),
                None => {
                    let (a, b) =
                        (known.iter().rfind(|k| k.0 < i).unwrap(), known.iter().find(|k| k.0 > i).unwrap());
                    let then = a.2 + (b.1 - a.2) * (i - a.0) as i32 / (b.0 - a.0) as i32;
                    (then, then)
                }
            };
            let stops: Vec<_> = own
                .iter()
                .enumerate()
                .map(|(i, r)| (format!("{feed}:{}", value(r, "stop_id")), time(i).0, time(i).1))
                .collect();
            let shift =
                |by: i32| stops.iter().map(|(s, a, d)| (s.clone(), a + by, d + by)).collect::<Vec<_>>();
            for day in -2..=1_i32 {
                let on = date - Days::new(2) + Days::new((day + 2) as u64);
                if !runs(value(&trip, "service_id"), on, &weekly, &dates) {
                    continue;
                }
                let midnight = day * 86_400;
                let periods: Vec<&Row> =
                    often.iter().filter(|r| value(r, "trip_id") == value(&trip, "trip_id")).collect();
                if periods.is_empty() {
                    all.push((shift(midnight), None));
                }
                for period in periods {
                    let (from, until) = (at(value(period, "start_time")), at(value(period, "end_time")));
                    let headway: i32 = value(period, "headway_secs").parse().unwrap();
                    if value(period, "exact_times") == "1" {
                        let mut leaves = from;
                        while leaves < until {
                            all.push((shift(midnight + leaves - stops[0].2), None));
                            leaves += headway;
                        }
                    } else {
                        let times = shift(-stops[0].2);
                        all.push((times, Some((midnight + from, midnight + until, headway))));
                    }
                }
            }
        }
    }
    all
}

/// Where one gets off at what time at the earliest with so many rides, leaving at a time from a stop.
pub(crate) fn arrivals(
    vehicles: &[Vehicle],
    from: &BTreeMap<String, i32>,
    rides: usize,
    walks: &dyn Fn(&str) -> Vec<(String, i32)>,
) -> BTreeMap<String, i32> {
    let mut ready = from.clone();
    let mut best: BTreeMap<String, i32> = BTreeMap::new();
    let earlier = |map: &mut BTreeMap<String, i32>, stop: &str, time: i32| {
        let known = map.entry(stop.to_owned()).or_insert(time);
        *known = time.min(*known);
    };
    for _ in 0..rides {
        let before = ready.clone();
        for (stops, often) in vehicles {
            // The vehicle's own shift of its times, once one is in it.
            let mut aboard: Option<i32> = None;
            for (stop, arrive, depart) in stops {
                if let Some(by) = aboard {
                    earlier(&mut best, stop, arrive + by);
                }
                let Some(there) = before.get(stop) else { continue };
                match often {
                    None if there <= depart => aboard = Some(0),
                    None => {}
                    Some((first, last, headway)) => {
                        let by = (there - depart).max(*first) + (headway + 1) / 2;
                        if by < *last {
                            aboard = Some(aboard.map_or(by, |old| old.min(by)));
                        }
                    }
                }
            }
        }
        for (stop, time) in best.clone() {
            earlier(&mut ready, &stop, time);
            for (to, seconds) in walks(&stop) {
                earlier(&mut ready, &to, time + seconds);
            }
        }
    }
    best
}
