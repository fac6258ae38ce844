//! On foot alone, or by public transport as well: how a question says so, how long it takes, and what an answer says of it.

mod rides;
mod timetable_notes;

pub use rides::{TransitTime, TransitTimes};
pub use timetable_notes::{FeedNote, P90_NOTE, TimetableNotes, by_what};

use crate::error::RequestError;
use crate::fields::{QueryParameter, ValueDomain};
use crate::snapshot::{LONGEST, NoTransit, OriginJourneys, Snapshot, TransitJourneys, WALK_TO_STOP};
use hereabouts_core::place::Place;
use hereabouts_transit::DepartureWindow;

/// On foot alone, as it is asked for.
pub const WALK: &str = "walk";

/// By public transport as well. In an address the sign stands for a blank, which is understood too.
pub const WALK_AND_TRANSIT: &str = "walk+transit";

/// Minutes from door to door, where nobody says how many and one goes by public transport: most of a shorter journey is the
/// wait.
pub const USUAL_MINUTES: f64 = 30.0;

/// What may be asked.
#[must_use]
pub fn parameters() -> [QueryParameter; 2] {
    let windows: Vec<String> = DepartureWindow::NAMED.iter().map(|window| window.0.to_owned()).collect();
    [
        QueryParameter::new(
            "mode",
            format!(
                "How they go: on foot (walk), or by public transport as well (walk+transit, the sign as %2B or a blank), where \
                 the store has a timetable. Minutes are then from door to door with the wait, the median over an hour of \
                 departures; never more than on foot, and at most {LONGEST}. One walks up to {WALK_TO_STOP} minutes to a stop \
                 and from one."
            ),
            ValueDomain::Choice {
                of: [WALK, WALK_AND_TRANSIT].map(str::to_owned).to_vec(),
                default: Some(WALK.to_owned()),
            },
        ),
        QueryParameter::new(
            "leaving",
            "With mode=walk+transit, when they leave: tuesday (9:30 to 10:30), afternoon (Tuesday, 14:00 to 15:00), evening \
             (Tuesday, 18:30 to 19:30) or saturday (9:30 to 10:30).",
            ValueDomain::Choice { default: windows.first().cloned(), of: windows },
        ),
    ]
}

/// Whether a value of `mode` says by public transport as well.
#[must_use]
pub fn is_transit(mode: Option<&str>) -> bool {
    mode.is_some_and(|mode| mode.replace(' ', "+") == WALK_AND_TRANSIT)
}

/// Position of a window of departures in [`DepartureWindow::NAMED`] by its name; the first where there is none of it.
#[must_use]
pub fn window(name: &str) -> usize {
    DepartureWindow::NAMED.iter().position(|window| window.0 == name).unwrap_or(0)
}

/// How somebody goes, as it is asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ModeRequest {
    /// By public transport as well.
    pub by_transit: bool,
    /// When they leave, by its place in [`DepartureWindow::NAMED`].
    pub leaving: usize,
}

impl ModeRequest {
    /// From the values of `mode` and `leaving`, each within its domain.
    #[must_use]
    pub fn read(mode: Option<&str>, leaving: Option<&str>) -> Self {
        Self { by_transit: is_transit(mode), leaving: leaving.map_or(0, window) }
    }
}

/// How somebody goes.
#[derive(Debug)]
pub(crate) enum TravelMode<'s> {
    /// On foot alone.
    Walk,
    /// By public transport as well, in a window by its place in [`DepartureWindow::NAMED`].
    Transit(TransitJourneys<'s>, usize),
}

impl<'s> TravelMode<'s> {
    /// As a question says, for the persona of a name.
    ///
    /// # Errors
    /// [`RequestError::Parameter`] where there is no timetable, or none of such a day.
    pub(crate) fn new(
        asked: ModeRequest,
        persona: Option<&str>,
        snapshot: &'s Snapshot,
    ) -> Result<Self, RequestError> {
        if !asked.by_transit {
            return Ok(Self::Walk);
        }
        let refused = |error: NoTransit| match error {
            NoTransit::None => RequestError::parameter("mode", error.to_string()),
            NoTransit::NoDay(_) => RequestError::parameter("leaving", error.to_string()),
            NoTransit::Damaged(_) => RequestError::Internal,
        };
        let journeys = snapshot.journeys(persona, asked.leaving).map_err(refused)?;
        Ok(Self::Transit(journeys, asked.leaving))
    }

    /// The word for it.
    pub(crate) const fn as_str(&self) -> &'static str {
        match self {
            Self::Walk => WALK,
            Self::Transit(..) => WALK_AND_TRANSIT,
        }
    }

    /// Whether by public transport as well.
    pub(crate) const fn is_transit(&self) -> bool {
        matches!(self, Self::Transit(..))
    }

    /// Rides from a place, where one goes by public transport.
    pub(crate) fn ride(&self, from: Place) -> Option<OriginJourneys<'s>> {
        match self {
            Self::Walk => None,
            Self::Transit(journeys, _) => Some(journeys.from(from)),
        }
    }

    /// What an answer says of it, where one goes by public transport.
    pub(crate) fn notes(&self, snapshot: &Snapshot, stop_near: bool) -> Option<TimetableNotes> {
        match self {
            Self::Walk => None,
            Self::Transit(journeys, window) => {
                Some(TimetableNotes::new(snapshot, journeys, *window, stop_near))
            }
        }
    }
}
