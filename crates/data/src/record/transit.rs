//! Timetables: kept as bytes, so that a server which is never asked for a journey reads no more of them than their head.
//!
//! | bytes | what |
//! |---|---|
//! | 8 | `HERETT` and the version, little-endian |
//! | | [`FeedSummary`], then the feed, as postcard has them; trips by the timing that they share with others |
//! | 32 | BLAKE3 of all before |

use super::pieces;
use chrono::NaiveDate;
use hereabouts_core::place::Place;
use hereabouts_transit::TransitFeed;
use hereabouts_transit::gtfs::{
    FeedTrip, ServiceCalendar, StopCall, StopTransfer, TransferKind, TransitRoute, TransitStop,
    TripFrequency, TripRuns,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use thiserror::Error;

const NAME: &[u8; 6] = b"HERETT";
const VERSION: u16 = 1;
const SUM_BYTES: usize = 32;

/// Bytes that are no timetable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum InvalidTimetable {
    /// Something else.
    #[error("this is not a timetable")]
    NotTimetable,
    /// Of a version that this program does not read.
    #[error("timetables of version {0} are not read, only of version {VERSION}: import them again")]
    Version(u16),
    /// Changed since they were written.
    #[error("the timetable does not match its checksum")]
    Damaged,
}

/// What is known of a feed before it is read whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedSummary {
    /// The first day on which anything runs.
    pub first_day: Option<NaiveDate>,
    /// The last day on which anything runs.
    pub last_day: Option<NaiveDate>,
    /// `route_type` of its lines, each once, rising.
    pub route_kinds: Vec<u32>,
    /// How many stops it has.
    pub stops: u64,
    /// How many trips.
    pub trips: u64,
    /// Of its stops, those of which it says whether they can be used without steps.
    pub stops_known_step_free: u64,
    /// Of its trips, those of which it says so.
    pub trips_known_step_free: u64,
}

/// The timetable of a source, as it was imported.
#[derive(Debug, Clone, PartialEq)]
pub struct FeedRecord {
    /// What runs, where and when.
    pub feed: TransitFeed,
}

/// The timetable of a source, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptFeed {
    /// Name of the source.
    pub source: String,
    /// What is known of it.
    pub about: FeedSummary,
    bytes: Vec<u8>,
}

impl FeedSummary {
    fn of(feed: &TransitFeed) -> Self {
        let mut route_kinds: Vec<u32> = feed.routes.iter().map(|route| route.kind).collect();
        route_kinds.sort_unstable();
        route_kinds.dedup();
        let known = |all: &mut dyn Iterator<Item = Option<bool>>| all.flatten().count() as u64;
        Self {
            first_day: feed.first_day(),
            last_day: feed.last_day(),
            route_kinds,
            stops: feed.stops.len() as u64,
            trips: feed.trips.len() as u64,
            stops_known_step_free: known(&mut feed.stops.iter().map(|stop| stop.step_free)),
            trips_known_step_free: known(&mut feed.trips.iter().map(|trip| trip.step_free)),
        }
    }

    /// Whether nothing runs any more on a day.
    #[must_use]
    pub fn has_run_out(&self, by: NaiveDate) -> bool {
        self.last_day.is_none_or(|last| last < by)
    }
}

impl FeedRecord {
    /// Number and bytes of each piece, for the store; the same feed gives the same.
    ///
    /// # Errors
    /// When a number does not fit its place, which no feed that was read has.
    pub fn entries(&self) -> Result<Vec<(String, Vec<u8>)>, String> {
        Ok(pieces::entries(&encode(&self.feed)?))
    }
}

impl KeptFeed {
    /// The timetable of a source, of pieces in their order.
    ///
    /// # Errors
    /// [`InvalidTimetable`] when they are not what was stored.
    pub fn new(source: String, pieces: impl IntoIterator<Item = Vec<u8>>) -> Result<Self, InvalidTimetable> {
        let bytes = pieces::joined(pieces);
        let (about, _) = postcard::take_from_bytes(body(&bytes)?).map_err(|_| InvalidTimetable::Damaged)?;
        Ok(Self { source, about, bytes })
    }

    /// What runs, where and when.
    ///
    /// # Errors
    /// [`InvalidTimetable::Damaged`] when rows refer to what is not there.
    pub fn feed(&self) -> Result<TransitFeed, InvalidTimetable> {
        let damaged = |_| InvalidTimetable::Damaged;
        let (_, rest) = postcard::take_from_bytes::<FeedSummary>(body(&self.bytes)?).map_err(damaged)?;
        let stored: StoredFeed = postcard::from_bytes(rest).map_err(damaged)?;
        // What carries a right sum was written by `encode`: anything else in it is damage all the same, not a panic.
        stored.feed().ok_or(InvalidTimetable::Damaged)
    }
}

/// What stands between the version and the sum.
fn body(bytes: &[u8]) -> Result<&[u8], InvalidTimetable> {
    let rest = bytes.strip_prefix(NAME).ok_or(InvalidTimetable::NotTimetable)?;
    let (version, _) = rest.split_first_chunk().ok_or(InvalidTimetable::NotTimetable)?;
    match u16::from_le_bytes(*version) {
        VERSION => {}
        other => return Err(InvalidTimetable::Version(other)),
    }
    let (all, sum) = bytes.split_at_checked(bytes.len().saturating_sub(SUM_BYTES)).unwrap_or_default();
    if blake3::hash(all).as_bytes() != sum {
        return Err(InvalidTimetable::Damaged);
    }
    all.get(NAME.len() + 2..).ok_or(InvalidTimetable::Damaged)
}

fn encode(feed: &TransitFeed) -> Result<Vec<u8>, String> {
    let wrong = |error: postcard::Error| error.to_string();
    let mut bytes = NAME.to_vec();
    bytes.extend_from_slice(&VERSION.to_le_bytes());
    bytes.extend(postcard::to_stdvec(&FeedSummary::of(feed)).map_err(wrong)?);
    bytes.extend(postcard::to_stdvec(&StoredFeed::of(feed)).map_err(wrong)?);
    let sum = blake3::hash(&bytes);
    bytes.extend_from_slice(sum.as_bytes());
    Ok(bytes)
}

/// A stop of a timing: which, seconds since it left the stop before, seconds that it stays, whether one gets on and off.
type StoredCall = (u64, i32, i32, bool, bool);

/// First and last second, headway, whether it is exact.
type StoredPeriod = (i32, i32, i32, bool);

/// Trip id, route, service, when it arrives at the first stop, timing, periods if it runs again and again, step-free.
type StoredTrip = (String, u64, u64, i32, u64, Option<Vec<StoredPeriod>>, Option<bool>);

/// Weekdays from Monday, the first and the last day.
type WeeklyService = ([bool; 7], NaiveDate, NaiveDate);

/// Id, weekdays, days that differ.
type StoredService = (String, Option<WeeklyService>, BTreeMap<NaiveDate, bool>);

#[derive(Serialize, Deserialize)]
struct StoredFeed {
    stops: Vec<(String, String, f64, f64, Option<bool>)>,
    routes: Vec<(String, String, u32)>,
    services: Vec<StoredService>,
    /// Each once: a bus is in the same places after the same minutes all day.
    timings: Vec<Vec<StoredCall>>,
    trips: Vec<StoredTrip>,
    /// `None` where one does not change.
    transfers: Vec<(u64, u64, Option<u32>)>,
}

impl StoredFeed {
    fn of(feed: &TransitFeed) -> Self {
        let timing = |trip: &FeedTrip| -> Vec<StoredCall> {
            let mut left = trip.calls.first().map_or(0, |call| call.arrive);
            let call = |call: &StopCall| {
                let ridden = call.arrive - left;
                left = call.depart;
                (call.stop as u64, ridden, call.depart - call.arrive, call.board, call.alight)
            };
            trip.calls.iter().map(call).collect()
        };
        let mut numbers: BTreeMap<Vec<StoredCall>, u64> = BTreeMap::new();
        let mut timings = Vec::new();
        let trips = feed.trips.iter().map(|trip| {
            let own = timing(trip);
            let number = *numbers.entry(own).or_insert_with_key(|own| {
                timings.push(own.clone());
                timings.len() as u64 - 1
            });
            let periods = |all: &Vec<TripFrequency>| {
                all.iter().map(|p| (p.from, p.until, p.headway, p.exact)).collect::<Vec<_>>()
            };
            let runs = match &trip.runs {
                TripRuns::Once => None,
                TripRuns::Every(all) => Some(periods(all)),
            };
            let from = trip.calls.first().map_or(0, |call| call.arrive);
            let (route, service) = (trip.route as u64, trip.service as u64);
            (trip.id.clone(), route, service, from, number, runs, trip.step_free)
        });
        let trips = trips.collect();
        let stop =
            |s: &TransitStop| (s.id.clone(), s.name.clone(), s.place.lon(), s.place.lat(), s.step_free);
        let transfer = |t: &StopTransfer| {
            let seconds = match t.change {
                TransferKind::Seconds(seconds) => Some(seconds),
                TransferKind::No => None,
            };
            (t.from as u64, t.to as u64, seconds)
        };
        Self {
            stops: feed.stops.iter().map(stop).collect(),
            routes: feed.routes.iter().map(|r| (r.id.clone(), r.name.clone(), r.kind)).collect(),
            services: feed.services.iter().map(|s| (s.id.clone(), s.weekly, s.exceptions.clone())).collect(),
            timings,
            trips,
            transfers: feed.transfers.iter().map(transfer).collect(),
        }
    }

    /// `None` where rows refer to what is not there, or times go back.
    fn feed(self) -> Option<TransitFeed> {
        let among = |at: u64, all: usize| usize::try_from(at).ok().filter(|at| *at < all);
        let (stops, routes, services) = (self.stops.len(), self.routes.len(), self.services.len());
        let calls = |timing: &[StoredCall], from: i32| -> Option<Vec<StopCall>> {
            let mut left = from;
            let call = |&(stop, ridden, stays, board, alight): &StoredCall| {
                let arrive = left.checked_add(ridden).filter(|_| ridden >= 0)?;
                let depart = arrive.checked_add(stays).filter(|_| stays >= 0)?;
                left = depart;
                Some(StopCall { stop: among(stop, stops)?, arrive, depart, board, alight })
            };
            timing.iter().map(call).collect()
        };
        let period = |(from, until, headway, exact): StoredPeriod| {
            (headway > 0 && from < until).then_some(TripFrequency { from, until, headway, exact })
        };
        let trip = |(id, route, service, from, timing, runs, step_free): StoredTrip| {
            let calls = calls(self.timings.get(usize::try_from(timing).ok()?)?, from)?;
            let runs = match runs {
                None => TripRuns::Once,
                Some(all) => TripRuns::Every(all.into_iter().map(period).collect::<Option<_>>()?),
            };
            let (route, service) = (among(route, routes)?, among(service, services)?);
            Some(FeedTrip { id, route, service, calls, runs, step_free })
        };
        let transfer = |(from, to, seconds): (u64, u64, Option<u32>)| {
            let change = seconds.map_or(TransferKind::No, TransferKind::Seconds);
            Some(StopTransfer { from: among(from, stops)?, to: among(to, stops)?, change })
        };
        let stop = |(id, name, lon, lat, step_free)| {
            Some(TransitStop { id, name, place: Place::new(lon, lat).ok()?, step_free })
        };
        Some(TransitFeed {
            trips: self.trips.into_iter().map(trip).collect::<Option<_>>()?,
            transfers: self.transfers.into_iter().map(transfer).collect::<Option<_>>()?,
            stops: self.stops.into_iter().map(stop).collect::<Option<_>>()?,
            routes: self.routes.into_iter().map(|(id, name, kind)| TransitRoute { id, name, kind }).collect(),
            services: self
                .services
                .into_iter()
                .map(|(id, weekly, exceptions)| ServiceCalendar { id, weekly, exceptions })
                .collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hereabouts_transit::gtfs::FeedFile;
    use proptest::prelude::*;

    const FILES: [(&str, &str); 7] = [
        (
            "stops.txt",
            "stop_id,stop_name,stop_lat,stop_lon,wheelchair_boarding\nA,Quay,53.1,-1.1,1\nB,Mill,53.2,-1.2,2\nC,Green,53.3,-1.3,\n",
        ),
        ("routes.txt", "route_id,route_short_name,route_type\n1,One,3\n2,Two,0\n"),
        (
            "calendar.txt",
            "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\nweek,1,1,1,1,1,0,0,20260105,20261231\n",
        ),
        ("calendar_dates.txt", "service_id,date,exception_type\nweek,20260106,2\nextra,20270102,1\n"),
        (
            "trips.txt",
            "route_id,service_id,trip_id,wheelchair_accessible\n1,week,t1,1\n1,week,t2,\n2,extra,t3,2\n",
        ),
        (
            "stop_times.txt",
            "trip_id,arrival_time,departure_time,stop_id,stop_sequence,pickup_type\nt1,9:00:00,9:00:00,A,1,\nt1,9:10:00,9:11:00,B,2,1\n\
             t2,10:00:00,10:00:00,A,1,\nt2,10:10:00,10:11:00,B,2,1\nt3,25:00:00,25:00:00,B,1,\nt3,25:30:00,25:30:00,C,2,\n",
        ),
        (
            "frequencies.txt",
            "trip_id,start_time,end_time,headway_secs,exact_times\nt3,09:00:00,10:00:00,600,1\nt3,11:00:00,12:00:00,900,0\n",
        ),
    ];

    fn feed() -> TransitFeed {
        let transfers =
            ("transfers.txt", "from_stop_id,to_stop_id,transfer_type,min_transfer_time\nB,C,2,90\nC,A,3,\n");
        let files: Vec<FeedFile<'_>> = FILES
            .iter()
            .chain([&transfers])
            .map(|(name, text)| FeedFile { name, bytes: text.as_bytes() })
            .collect();
        let read = TransitFeed::from_files(&files).unwrap();
        assert_eq!(read.rejected, []);
        read.feed
    }

    fn kept(bytes: Vec<u8>) -> Result<KeptFeed, InvalidTimetable> {
        KeptFeed::new("a".into(), [bytes])
    }

    #[test]
    fn there_and_back_with_what_is_known_beforehand() {
        let entries = FeedRecord { feed: feed() }.entries().unwrap();
        let kept = KeptFeed::new("buses".into(), entries.into_iter().map(|e| e.1)).unwrap();
        assert_eq!(kept.feed(), Ok(feed()));
        let day = |text: &str| text.parse().ok();
        assert_eq!(
            kept.about,
            FeedSummary {
                first_day: day("2026-01-05"),
                last_day: day("2027-01-02"),
                route_kinds: vec![0, 3],
                stops: 3,
                trips: 3,
                stops_known_step_free: 2,
                trips_known_step_free: 2,
            }
        );
        assert!(!kept.about.has_run_out(day("2027-01-02").unwrap()));
        assert!(kept.about.has_run_out(day("2027-01-03").unwrap()));
    }

    #[test]
    fn trips_of_one_timing_share_it() {
        assert_eq!(StoredFeed::of(&feed()).timings.len(), 2);
    }

    #[test]
    fn one_bit_is_noticed() {
        let bytes = encode(&feed()).unwrap();
        for bit in 0..bytes.len() * 8 {
            let mut changed = bytes.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(kept(changed).is_err(), "bit {bit}");
        }
        for end in 0..bytes.len() {
            assert!(kept(bytes[..end].to_vec()).is_err());
        }
        let mut later = bytes;
        later[6] = 2;
        assert_eq!(kept(later), Err(InvalidTimetable::Version(2)));
    }

    proptest! {
        #[test]
        fn what_refers_to_nothing_is_damage(at in 0..400_usize, to: u8) {
            let mut bytes = encode(&feed()).unwrap();
            bytes.truncate(bytes.len() - SUM_BYTES);
            let at = NAME.len() + 2 + at % (bytes.len() - NAME.len() - 2);
            bytes[at] = to;
            let sum = blake3::hash(&bytes);
            bytes.extend_from_slice(sum.as_bytes());
            if let Ok(feed) = kept(bytes).and_then(|kept| kept.feed()) {
                for trip in &feed.trips {
                    prop_assert!(trip.service < feed.services.len() && trip.route < feed.routes.len());
                    prop_assert!(trip.calls.iter().all(|call| call.stop < feed.stops.len()));
                }
            }
        }
    }
}
