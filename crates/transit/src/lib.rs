//! Public transport: from timetables to minutes by bus and train.
//!
//! Bytes of a GTFS feed in, a [`TransitFeed`] out; feeds and a day in, a [`DayTimetable`] out; a timetable, the ways on foot and a
//! window of departures in, [`ArrivalProfile`]s out. Pure: no files, network, clock, environment or threads, and no street: the
//! caller says which stops one walks to and how long that takes.
//!
//! | room | what |
//! |---|---|
//! | [`gtfs`] | a feed's files → stops, trips, services, transfers, and every row that cannot be used |
//! | [`timetable`] | what runs on one day, as patterns in which no trip overtakes another |
//! | [`window`] | when one may leave |
//! | [`raptor`] | earliest arrivals for every minute of the window (range-RAPTOR) |
//! | [`profile`] | what is usual among them, at a place or at all |
//!
//! Times are whole seconds since midnight of the day asked about; a service day is 86,400 seconds long, so that on the two
//! nights of the year when clocks change what runs after midnight is an hour out.

pub mod gtfs;
pub mod leg;
mod profile;
pub mod raptor;
pub mod timetable;
pub mod window;

pub use gtfs::TransitFeed;
pub use leg::WalkLeg;
pub use profile::{ArrivalProfile, EgressWalks, JourneyTimes};
pub use raptor::RaptorRouter;
pub use timetable::{DayTimetable, StopChanges};
pub use window::DepartureWindow;
