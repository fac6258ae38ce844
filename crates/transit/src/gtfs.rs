//! A feed of the General Transit Feed Specification (GTFS Schedule, <https://gtfs.org/documentation/schedule/reference/>).
//!
//! Read are `stops`, `routes`, `trips`, `stop_times`, `calendar`, `calendar_dates`, `frequencies` and `transfers`; what a
//! journey on foot and by vehicle does not need (fares, shapes, texts, agencies) is not. A row that cannot be used is listed
//! and the others land.

mod archive;
mod calendar;
mod frequencies;
mod rejected;
mod stop_times;
mod stops;
mod table;
mod transfers;
mod trips;
mod values;

pub use archive::{FeedFile, MOST_BYTES};
pub use calendar::ServiceCalendar;
pub use frequencies::MOST_CALLS;
pub use rejected::{RejectedFeedRow, UnreadableFeed};
pub use stops::TransitStop;
pub use transfers::{StopTransfer, TransferKind};
pub use trips::{FeedTrip, StopCall, TransitRoute, TripFrequency, TripRuns};

use archive::FeedFiles;
use chrono::NaiveDate;
use table::FeedReport;

/// What runs, where and when: rows that refer to each other by position.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TransitFeed {
    /// Where one gets on and off, by id.
    pub stops: Vec<TransitStop>,
    /// Lines as the public knows them, by id.
    pub routes: Vec<TransitRoute>,
    /// Days on which trips run, by id.
    pub services: Vec<ServiceCalendar>,
    /// Vehicles from a first stop to a last one, by id.
    pub trips: Vec<FeedTrip>,
    /// What is said of changing between stops, by stops.
    pub transfers: Vec<StopTransfer>,
}

/// What reading a feed gives.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ReadFeed {
    /// What can be used.
    pub feed: TransitFeed,
    /// Rows that cannot be used, in the order of files and lines.
    pub rejected: Vec<RejectedFeedRow>,
    /// What was left out by rule, and how much of it.
    pub notes: Vec<String>,
}

impl TransitFeed {
    /// Reads the bytes of a `.zip`.
    ///
    /// # Errors
    /// [`UnreadableFeed`] where the archive is damaged or too large, a file that every feed has is missing, or nothing runs.
    pub fn from_zip(bytes: &[u8]) -> Result<ReadFeed, UnreadableFeed> {
        let unpacked = archive::unpack(bytes, MOST_BYTES)?;
        let files: Vec<FeedFile<'_>> =
            unpacked.iter().map(|(name, bytes)| FeedFile { name, bytes: bytes.as_slice() }).collect();
        Self::from_files(&files)
    }

    /// Reads the files that a feed's archive holds, by their names, in any order.
    ///
    /// # Errors
    /// As [`TransitFeed::from_zip`].
    pub fn from_files(files: &[FeedFile<'_>]) -> Result<ReadFeed, UnreadableFeed> {
        let files = FeedFiles::new(files)?;
        let mut out = FeedReport::default();
        let stations = stops::read(files.need("stops.txt")?, &mut out);
        let routes = trips::routes(files.need("routes.txt")?, &mut out);
        let calendar = (files.get("calendar.txt"), files.get("calendar_dates.txt"));
        if calendar.0.is_none() && calendar.1.is_none() {
            return Err(UnreadableFeed::NoFile("calendar.txt"));
        }
        let services = calendar::read(calendar.0, calendar.1, &mut out);
        let planned = trips::read(files.need("trips.txt")?, &routes, &services, &mut out);
        let mut trips = stop_times::read(files.need("stop_times.txt")?, planned, &stations.stops, &mut out);
        frequencies::read(files.get("frequencies.txt"), &mut trips, &mut out);
        let transfers = transfers::read(files.get("transfers.txt"), &stations, &mut out);
        if trips.is_empty() {
            return Err(UnreadableFeed::NothingRuns(out.rejected.first().cloned().map(Box::new)));
        }
        let feed = Self { stops: stations.stops, routes, services, trips, transfers };
        Ok(ReadFeed { feed, rejected: out.rejected, notes: out.notes })
    }

    /// Whether anything runs on this day.
    #[must_use]
    pub fn runs_on(&self, date: NaiveDate) -> bool {
        self.trips.iter().any(|trip| self.services[trip.service].runs_on(date))
    }

    /// The first day on which anything runs, if it ever does.
    #[must_use]
    pub fn first_day(&self) -> Option<NaiveDate> {
        self.services.iter().filter_map(ServiceCalendar::first_day).min()
    }

    /// The last day on which anything runs, if it ever does.
    #[must_use]
    pub fn last_day(&self) -> Option<NaiveDate> {
        self.services.iter().filter_map(ServiceCalendar::last_day).max()
    }
}
