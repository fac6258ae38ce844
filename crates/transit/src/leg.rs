//! Ways on foot to and from stops.

/// Seconds that stand for no arrival at all.
pub(crate) const NEVER: i32 = i32::MAX;

/// A way on foot to or from a stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WalkLeg {
    /// Position in [`DayTimetable::stops`](crate::DayTimetable::stops); a leg to a stop that is not there leads nowhere.
    pub stop: u32,
    /// Whole seconds on foot.
    pub seconds: u32,
}
