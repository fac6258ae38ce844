//! What runs, and the ways on foot to it and from it, each worked out when first asked for: a server that nobody asks for a
//! journey reads no more of a timetable than its head.

use super::on_foot::OnFoot;
use chrono::{NaiveDate, Weekday};
use hereabouts_core::analyse::Analysis;
use hereabouts_core::place::Place;
use hereabouts_core::study::Study;
use hereabouts_core::travel::{Travel, TravelBasis};
use hereabouts_core::units::Minutes;
use hereabouts_data::record::KeptFeed;
use hereabouts_streets::{Around, Ground, Persona};
use hereabouts_transit::{Changes, Egress, Feed, Leg, Profile, Router, Timetable, Window};
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
pub struct Running {
    /// The day.
    pub day: NaiveDate,
    /// What runs on it.
    pub timetable: Timetable,
    /// Of each feed, whether anything of it runs on that day.
    pub runs: Vec<bool>,
}

/// The ways on foot of somebody between stops, and from them.
#[derive(Debug)]
pub struct Legs {
    /// Stops around any place.
    stops: Around,
    changes: Changes,
    to_assets: Ends,
    to_cells: Ends,
}

/// Ways from stops to places.
#[derive(Debug, Default)]
pub(crate) struct Ends {
    pub(crate) ways: Egress,
    /// How the ways to each place were found; a place near no stop has none.
    pub(crate) bases: Vec<Option<TravelBasis>>,
}

/// Everything that a journey of somebody in a window is made of.
#[derive(Debug, Clone, Copy)]
pub struct Journeys<'s> {
    /// What runs.
    pub running: &'s Running,
    /// When one may leave.
    pub window: Window,
    legs: &'s Legs,
    step_free: bool,
}

/// When one is at which stop, leaving from a place.
#[derive(Debug)]
pub(crate) struct Ridden<'s> {
    pub(crate) journeys: Journeys<'s>,
    pub(crate) profile: Profile,
    /// How the ways to the first stops were found; `None` where none is near enough.
    pub(crate) access: Option<TravelBasis>,
}

type Made<T> = OnceLock<Result<T, NoTransit>>;

/// Timetables of the store and what follows from them.
#[derive(Debug)]
pub(super) struct Transit {
    kept: Vec<KeptFeed>,
    /// By window, and whether for who takes no steps; windows of one weekday share theirs.
    running: [[Made<Arc<Running>>; 2]; Window::NAMED.len()],
    legs: [OnceLock<Legs>; Persona::NAMES.len() + 1],
}

impl Transit {
    pub(super) fn new(kept: Vec<KeptFeed>) -> Self {
        Self { kept, running: Default::default(), legs: Default::default() }
    }

    pub(super) fn kept(&self) -> &[KeptFeed] {
        &self.kept
    }

    /// Of a window by its place in [`Window::NAMED`], for the persona in this place of the personas.
    pub(super) fn journeys<'s, T: Travel>(
        &'s self,
        window: usize,
        (persona, on_foot): (usize, &'s OnFoot),
        study: &Study,
        analysis: &Analysis<T>,
    ) -> Result<Journeys<'s>, NoTransit> {
        let step_free = on_foot.ground().persona().step_free;
        let running = self.running(window, step_free, analysis.policy().as_of)?;
        let make = || Legs::new(&running.timetable, on_foot.ground(), study, analysis);
        let legs = self.legs[persona].get_or_init(make);
        Ok(Journeys { running, window: Window::NAMED[window].1, legs, step_free })
    }

    fn running(&self, window: usize, step_free: bool, today: NaiveDate) -> Result<&Running, NoTransit> {
        let weekday = |window: usize| Window::NAMED[window].1.weekday;
        // The first window of the weekday keeps what runs on it.
        let first = (0..window).find(|other| weekday(*other) == weekday(window)).unwrap_or(window);
        let slot = &self.running[first][usize::from(step_free)];
        let made = slot.get_or_init(|| self.read(Window::NAMED[first].1, step_free, today).map(Arc::new));
        made.as_deref().map_err(Clone::clone)
    }

    /// Reads the feeds, and lets go of them again: a day of them is a fraction of what they hold.
    fn read(&self, window: Window, step_free: bool, today: NaiveDate) -> Result<Running, NoTransit> {
        if self.kept.is_empty() {
            return Err(NoTransit::None);
        }
        let read = |kept: &KeptFeed| {
            kept.feed().map_err(|error| NoTransit::Damaged(format!("{}: {error}", kept.source)))
        };
        let feeds: Vec<Feed> = self.kept.iter().map(read).collect::<Result<_, _>>()?;
        let feeds: Vec<&Feed> = feeds.iter().collect();
        let day = window.day(&feeds, today).ok_or(NoTransit::NoDay(match window.weekday {
            Weekday::Sat => "Saturday",
            _ => "Tuesday",
        }))?;
        let make = if step_free { Timetable::step_free } else { Timetable::new };
        let runs = feeds.iter().map(|feed| feed.runs_on(day)).collect();
        Ok(Running { day, timetable: make(&feeds, day), runs })
    }
}

impl Legs {
    /// One look around each stop finds the other stops, the assets and the cells.
    fn new<T: Travel>(
        timetable: &Timetable,
        ground: &Arc<Ground>,
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
        let around = Around::new(Arc::clone(ground), &all, detour);
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
                    between.push(Leg { stop: trip.place as u32, seconds: seconds(trip.minutes) });
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
            stops: Around::new(Arc::clone(ground), &stops, detour),
            changes: timetable.changes(|stop| between[stop].clone()),
            to_assets: Ends::new(to_assets, study.assets().len()),
            to_cells: Ends::new(to_cells, cells.len()),
        }
    }
}

impl Ends {
    fn new(by_stop: Vec<Vec<(u32, u32, TravelBasis)>>, places: usize) -> Self {
        let mut bases = vec![None; places];
        for &(place, _, basis) in by_stop.iter().flatten() {
            let own: &mut Option<TravelBasis> = &mut bases[place as usize];
            *own = Some(own.map_or(basis, |known| known.with(basis)));
        }
        let ways = by_stop.into_iter().map(|own| own.into_iter().map(|way| (way.0, way.1)).collect());
        Self { ways: Egress::new(ways, places), bases }
    }
}

impl<'s> Journeys<'s> {
    /// Whether for who takes no steps.
    pub(crate) const fn is_step_free(self) -> bool {
        self.step_free
    }

    /// Rides from a place, in every minute of the window.
    pub(crate) fn from(&self, place: Place) -> Ridden<'s> {
        let to_stops = self.legs.stops.within(place, minutes(WALK_TO_STOP));
        let access = to_stops.iter().map(|trip| trip.basis).reduce(TravelBasis::with);
        let to_stops: Vec<Leg> = to_stops
            .into_iter()
            .map(|trip| Leg { stop: trip.place as u32, seconds: seconds(trip.minutes) })
            .collect();
        let router =
            Router::new(&self.running.timetable, &self.legs.changes, Router::MOST_RIDES, minutes(LONGEST));
        Ridden { journeys: *self, profile: router.from(&to_stops, self.window), access }
    }

    pub(crate) const fn to_assets(self) -> &'s Ends {
        &self.legs.to_assets
    }

    pub(crate) const fn to_cells(self) -> &'s Ends {
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
