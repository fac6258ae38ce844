//! What runs, and the ways on foot to it and from it, each worked out when first asked for: a server that nobody asks for a
//! journey reads no more of a timetable than its head.

use super::walk_times::WalkTimes;
use chrono::{NaiveDate, Weekday};
use hereabouts_core::analyse::Analysis;
use hereabouts_core::place::Place;
use hereabouts_core::study::Study;
use hereabouts_core::travel::{TravelBasis, TravelTimes};
use hereabouts_core::units::Minutes;
use hereabouts_data::record::KeptFeed;
use hereabouts_streets::{Persona, PlacesAround, WalkGraph};
use hereabouts_transit::{
    ArrivalProfile, DayTimetable, DepartureWindow, EgressWalks, RaptorRouter, StopChanges, TransitFeed,
    WalkLeg,
};
use std::sync::{Arc, OnceLock};
use thiserror::Error;

/// Nobody walks longer to the first stop, or from the last, in minutes.
pub const WALK_TO_STOP: f64 = 20.0;

/// Nobody walks longer from one vehicle to the next, in minutes.
pub const WALK_BETWEEN: f64 = 10.0;

/// No journey takes longer from door to door, in minutes.
pub const LONGEST: f64 = 120.0;

/// Why there is no journey to be had.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NoTransit {
    /// The store has no timetable.
    #[error("the store has no timetable; `hereabouts import transit FEED.zip` takes one (GTFS)")]
    None,
    /// The feeds share no such day.
    #[error("there is no {0} on which anything runs while all timetables of the store are in force")]
    NoDay(&'static str),
    /// A timetable is not what was written.
    #[error("{0}")]
    Damaged(String),
}

/// What runs on the day of a window for somebody.
#[derive(Debug)]
pub struct RunningDay {
    /// The day.
    pub day: NaiveDate,
    /// What runs on it.
    pub timetable: DayTimetable,
    /// Of each feed, whether anything of it runs on that day.
    pub runs: Vec<bool>,
}

/// The ways on foot of somebody between stops, and from them.
#[derive(Debug)]
pub struct WalkLegs {
    /// Stops around any place.
    stops: PlacesAround,
    changes: StopChanges,
    to_assets: JourneyEnds,
    to_cells: JourneyEnds,
}

/// Ways from stops to places.
#[derive(Debug, Default)]
pub(crate) struct JourneyEnds {
    pub(crate) ways: EgressWalks,
    /// How the ways to each place were found; a place near no stop has none.
    pub(crate) bases: Vec<Option<TravelBasis>>,
}

/// Everything that a journey of somebody in a window is made of.
#[derive(Debug, Clone, Copy)]
pub struct TransitJourneys<'s> {
    /// What runs.
    pub running: &'s RunningDay,
    /// When one may leave.
    pub window: DepartureWindow,
    legs: &'s WalkLegs,
    step_free: bool,
}

/// When one is at which stop, leaving from a place.
#[derive(Debug)]
pub(crate) struct OriginJourneys<'s> {
    pub(crate) journeys: TransitJourneys<'s>,
    pub(crate) profile: ArrivalProfile,
    /// How the ways to the first stops were found; `None` where none is near enough.
    pub(crate) access: Option<TravelBasis>,
}

type MadeOnce<T> = OnceLock<Result<T, NoTransit>>;

/// Timetables of the store and what follows from them.
#[derive(Debug)]
pub(super) struct TransitFeeds {
    kept: Vec<KeptFeed>,
    /// By window, and whether for who takes no steps; windows of one weekday share theirs.
    running: [[MadeOnce<Arc<RunningDay>>; 2]; DepartureWindow::NAMED.len()],
    legs: [OnceLock<WalkLegs>; Persona::NAMED.len() + 1],
}

impl TransitFeeds {
    pub(super) fn new(kept: Vec<KeptFeed>) -> Self {
        Self { kept, running: Default::default(), legs: Default::default() }
    }

    pub(super) fn kept(&self) -> &[KeptFeed] {
        &self.kept
    }

    /// Of a window by its place in [`DepartureWindow::NAMED`], for the persona in this place of the personas.
    pub(super) fn journeys<'s, T: TravelTimes>(
        &'s self,
        window: usize,
        (persona, on_foot): (usize, &'s WalkTimes),
        study: &Study,
        analysis: &Analysis<T>,
    ) -> Result<TransitJourneys<'s>, NoTransit> {
        let step_free = on_foot.walk_graph().persona().step_free;
        let running = self.running(window, step_free, analysis.policy().as_of)?;
        let make = || WalkLegs::new(&running.timetable, on_foot.walk_graph(), study, analysis);
        let legs = self.legs[persona].get_or_init(make);
        Ok(TransitJourneys { running, window: DepartureWindow::NAMED[window].1, legs, step_free })
    }

    fn running(&self, window: usize, step_free: bool, today: NaiveDate) -> Result<&RunningDay, NoTransit> {
        let weekday = |window: usize| DepartureWindow::NAMED[window].1.weekday;
        // The first window of the weekday keeps what runs on it.
        let first = (0..window).find(|other| weekday(*other) == weekday(window)).unwrap_or(window);
        let slot = &self.running[first][usize::from(step_free)];
        let made =
            slot.get_or_init(|| self.read(DepartureWindow::NAMED[first].1, step_free, today).map(Arc::new));
        made.as_deref().map_err(Clone::clone)
    }

    /// Reads the feeds, and lets go of them again: a day of them is a fraction of what they hold.
    fn read(
        &self,
        window: DepartureWindow,
        step_free: bool,
        today: NaiveDate,
    ) -> Result<RunningDay, NoTransit> {
        if self.kept.is_empty() {
            return Err(NoTransit::None);
        }
        let read = |kept: &KeptFeed| {
            kept.feed().map_err(|error| NoTransit::Damaged(format!("{}: {error}", kept.source)))
        };
        let feeds: Vec<TransitFeed> = self.kept.iter().map(read).collect::<Result<_, _>>()?;
        let feeds: Vec<&TransitFeed> = feeds.iter().collect();
        let day = window.day(&feeds, today).ok_or(NoTransit::NoDay(match window.weekday {
            Weekday::Sat => "Saturday",
            _ => "Tuesday",
        }))?;
        let make = if step_free { DayTimetable::step_free } else { DayTimetable::new };
        let runs = feeds.iter().map(|feed| feed.runs_on(day)).collect();
        Ok(RunningDay { day, timetable: make(&feeds, day), runs })
    }
}

impl WalkLegs {
    /// One look around each stop finds the other stops, the assets and the cells.
    fn new<T: TravelTimes>(
        timetable: &DayTimetable,
        walk_graph: &Arc<WalkGraph>,
        study: &Study,
        analysis: &Analysis<T>,
    ) -> Self {
        let stops: Vec<Place> = timetable.stops().iter().map(|stop| stop.place).collect();
        let located = study.assets().iter().enumerate();
        let (listings, assets): (Vec<u32>, Vec<Place>) =
            located.filter_map(|(at, asset)| Some((at as u32, asset.asset.place?))).unzip();
        let (cells, detour) = (analysis.origins(), analysis.policy().detour);
        let all: Vec<Place> = [&stops, &assets, cells].into_iter().flatten().copied().collect();
        let (first_asset, first_cell) = (stops.len(), stops.len() + assets.len());
        let farthest = minutes(WALK_TO_STOP);
        let around = PlacesAround::new(Arc::clone(walk_graph), &all, detour);
        let found = around.each(&stops, farthest, |trips| {
            let (mut between, mut to_assets, mut to_cells) = (Vec::new(), Vec::new(), Vec::new());
            for trip in trips {
                let way = |first: usize| ((trip.place - first) as u32, seconds(trip.minutes), trip.basis);
                if trip.place >= first_cell {
                    to_cells.push(way(first_cell));
                } else if trip.place >= first_asset {
                    let (at, seconds, basis) = way(first_asset);
                    to_assets.push((listings[at as usize], seconds, basis));
                } else if trip.minutes <= WALK_BETWEEN {
                    between.push(WalkLeg { stop: trip.place as u32, seconds: seconds(trip.minutes) });
                }
            }
            (between, to_assets, to_cells)
        });
        let (mut between, mut to_assets, mut to_cells) = (Vec::new(), Vec::new(), Vec::new());
        for (stops, assets, cells) in found {
            between.push(stops);
            to_assets.push(assets);
            to_cells.push(cells);
        }
        Self {
            stops: PlacesAround::new(Arc::clone(walk_graph), &stops, detour),
            changes: timetable.changes(|stop| between[stop].clone()),
            to_assets: JourneyEnds::new(to_assets, study.assets().len()),
            to_cells: JourneyEnds::new(to_cells, cells.len()),
        }
    }
}

impl JourneyEnds {
    fn new(by_stop: Vec<Vec<(u32, u32, TravelBasis)>>, places: usize) -> Self {
        let mut bases = vec![None; places];
        for &(place, _, basis) in by_stop.iter().flatten() {
            let own: &mut Option<TravelBasis> = &mut bases[place as usize];
            *own = Some(own.map_or(basis, |known| known.with(basis)));
        }
        let ways = by_stop.into_iter().map(|own| own.into_iter().map(|way| (way.0, way.1)).collect());
        Self { ways: EgressWalks::new(ways, places), bases }
    }
}

impl<'s> TransitJourneys<'s> {
    /// Whether for who takes no steps.
    pub(crate) const fn is_step_free(self) -> bool {
        self.step_free
    }

    /// Rides from a place, in every minute of the window.
    pub(crate) fn from(&self, place: Place) -> OriginJourneys<'s> {
        let to_stops = self.legs.stops.within(place, minutes(WALK_TO_STOP));
        let access = to_stops.iter().map(|trip| trip.basis).reduce(TravelBasis::with);
        let to_stops: Vec<WalkLeg> = to_stops
            .into_iter()
            .map(|trip| WalkLeg { stop: trip.place as u32, seconds: seconds(trip.minutes) })
            .collect();
        let router = RaptorRouter::new(
            &self.running.timetable,
            &self.legs.changes,
            RaptorRouter::MOST_RIDES,
            minutes(LONGEST),
        );
        OriginJourneys { journeys: *self, profile: router.from(&to_stops, self.window), access }
    }

    pub(crate) const fn to_assets(self) -> &'s JourneyEnds {
        &self.legs.to_assets
    }

    pub(crate) const fn to_cells(self) -> &'s JourneyEnds {
        &self.legs.to_cells
    }
}

/// Whole seconds, never fewer than it takes; a billionth more that division leaves is none.
pub(crate) fn seconds(minutes: f64) -> u32 {
    (minutes * 60.0 - 1e-6).ceil().max(0.0) as u32
}

fn minutes(minutes: f64) -> Minutes {
    Minutes::new(minutes).unwrap_or_default()
}
