//! On foot alone, or by public transport as well: how a question says so, how long it takes, and what an answer says of it.

mod rides;
mod said;

pub use rides::{Ride, Rides};
pub(crate) use said::by_what;
pub use said::{FeedSaid, Said, TO_BE_SURE};

use crate::error::ApiError;
use crate::query::{Domain, Parameter, Query};
use crate::snapshot::{Journeys, LONGEST, NoTransit, Ridden, Snapshot, WALK_TO_STOP};
use hereabouts_core::place::Place;
use hereabouts_transit::Window;

/// On foot alone, as it is asked for.
pub const WALK: &str = "walk";

/// By public transport as well. In an address the sign stands for a blank, which is understood too.
pub const WALK_AND_TRANSIT: &str = "walk+transit";

/// Minutes from door to door, where nobody says how many and one goes by public transport: most of a shorter journey is the
/// wait.
pub const USUAL_MINUTES: f64 = 30.0;

/// What may be asked.
pub(crate) fn parameters() -> [Parameter; 2] {
    let windows: Vec<String> = Window::NAMED.iter().map(|window| window.0.to_owned()).collect();
    [
        Parameter::new(
            "mode",
            format!(
                "How they go: on foot (walk), or by public transport as well (walk+transit, the sign as %2B or a blank), where \
                 the store has a timetable. Minutes are then from door to door with the wait, the median over an hour of \
                 departures; never more than on foot, and at most {LONGEST}. One walks up to {WALK_TO_STOP} minutes to a stop \
                 and from one."
            ),
            Domain::Choice {
                of: [WALK, WALK_AND_TRANSIT].map(str::to_owned).to_vec(),
                default: Some(WALK.to_owned()),
            },
        ),
        Parameter::new(
            "leaving",
            "With mode=walk+transit, when they leave: tuesday (9:30 to 10:30), afternoon (Tuesday, 14:00 to 15:00), evening \
             (Tuesday, 18:30 to 19:30) or saturday (9:30 to 10:30).",
            Domain::Choice { default: windows.first().cloned(), of: windows },
        ),
    ]
}

/// Whether a value of `mode` says by public transport as well.
#[must_use]
pub fn is_transit(mode: Option<&str>) -> bool {
    mode.is_some_and(|mode| mode.replace(' ', "+") == WALK_AND_TRANSIT)
}

/// How somebody goes.
#[derive(Debug)]
pub(crate) enum Mode<'s> {
    /// On foot alone.
    Walk,
    /// By public transport as well, in a window by its place in [`Window::NAMED`].
    Transit(Journeys<'s>, usize),
}

impl<'s> Mode<'s> {
    /// As a question says.
    ///
    /// # Errors
    /// [`ApiError::Parameter`] where there is no timetable, or none of such a day.
    pub(crate) fn read(query: &Query, snapshot: &'s Snapshot) -> Result<Self, ApiError> {
        if !is_transit(query.get("mode")) {
            return Ok(Self::Walk);
        }
        let named = |name: &str| Window::NAMED.iter().position(|window| window.0 == name);
        let window = query.get("leaving").and_then(named).unwrap_or(0);
        let refused = |error: NoTransit| match error {
            NoTransit::None => ApiError::parameter("mode", error.to_string()),
            NoTransit::NoDay(_) => ApiError::parameter("leaving", error.to_string()),
            NoTransit::Damaged(_) => ApiError::Internal,
        };
        let journeys = snapshot.journeys(query.get("persona"), window).map_err(refused)?;
        Ok(Self::Transit(journeys, window))
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
    pub(crate) fn ride(&self, from: Place) -> Option<Ridden<'s>> {
        match self {
            Self::Walk => None,
            Self::Transit(journeys, _) => Some(journeys.from(from)),
        }
    }

    /// What an answer says of it, where one goes by public transport.
    pub(crate) fn said(&self, snapshot: &Snapshot, stop_near: bool) -> Option<Said> {
        match self {
            Self::Walk => None,
            Self::Transit(journeys, window) => Some(Said::new(snapshot, journeys, *window, stop_near)),
        }
    }
}
