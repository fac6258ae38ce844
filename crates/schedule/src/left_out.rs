//! Days that a session leaves out, told by the days between: rules read and rules written need it alike.

use chrono::NaiveDate;
use hereabouts_core::schedule::{Recurrence, Session};

/// A session without some of its days: before, between and after them.
pub(super) fn leaving_out(session: Session, days: &[NaiveDate]) -> Vec<Session> {
    let mut days: Vec<NaiveDate> = days.iter().copied().filter(|day| session.is_on(*day)).collect();
    days.sort_unstable();
    days.dedup();
    let mut pieces = Vec::with_capacity(days.len() + 1);
    let mut first = session.first;
    for day in days {
        pieces.push(session.within(first, day.pred_opt()));
        first = day.succ_opt();
    }
    pieces.push(session.within(first, session.last));
    pieces.retain(|s| !matches!(s.on, Recurrence::Once(day) if !s.is_on(day)));
    pieces
}
