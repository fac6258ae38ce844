//! Sessions of which not all is known: in which weeks they are, or until when.

use super::{DAY, Recurrence, Session, Timetable};
use chrono::NaiveDateTime;

impl Session {
    /// Whether its weeks, months or end are not known.
    fn is_vague(&self) -> bool {
        self.to.is_none() || self.widest().on != self.on
    }

    /// The same as often and as long as it may be: in every week or month where it is not known in which, and to the end of
    /// the day where no end is known.
    fn widest(&self) -> Self {
        let on = match self.on {
            Recurrence::Weekly { day, anchor: None, .. } => {
                Recurrence::Weekly { day, every: 1, anchor: None }
            }
            Recurrence::Monthly { day, nth, anchor: None, .. } => {
                Recurrence::Monthly { day, nth, every: 1, anchor: None }
            }
            known => known,
        };
        Self { on, to: self.to.or(Some(DAY)), ..*self }
    }
}

impl Timetable {
    /// Whether of some session the weeks, the months or the end are not known.
    #[must_use]
    pub fn is_vague(&self) -> bool {
        self.sessions.iter().any(Session::is_vague)
    }

    /// Whether what is not known of its sessions leaves it open that one is on.
    #[must_use]
    pub fn may_be_on_at(&self, at: NaiveDateTime) -> bool {
        self.vague().any(|session| self.has_at(&session, at))
    }

    /// Whether what is not known of its sessions leaves it open that one starts at `from` or later and before `to`.
    #[must_use]
    pub fn may_start_between(&self, from: NaiveDateTime, to: NaiveDateTime) -> bool {
        self.vague().any(|session| self.has_start(&session, from, to))
    }

    fn vague(&self) -> impl Iterator<Item = Session> {
        self.sessions.iter().filter(|session| session.is_vague()).map(Session::widest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;

    /// Thursdays at ten, in every second week of which nobody says which, or without an end.
    #[test]
    fn what_is_not_known_of_a_session_leaves_it_open() {
        let at = |day, hour| NaiveDate::from_ymd_opt(2026, 11, day).unwrap().and_hms_opt(hour, 0, 0).unwrap();
        let timetable = |every, to| {
            let on = Recurrence::Weekly { day: 3, every, anchor: None };
            Timetable::new(vec![Session::new(on, 600, to).unwrap()], vec![at(26, 0).date()])
        };
        let (known, fortnightly, endless) =
            (timetable(1, Some(660)), timetable(2, Some(660)), timetable(1, None));
        assert!(!known.is_vague() && fortnightly.is_vague() && endless.is_vague());
        assert!(known.is_on_at(at(19, 10)) && !known.may_be_on_at(at(19, 10)));
        assert!(!fortnightly.is_on_at(at(19, 10)) && fortnightly.may_be_on_at(at(19, 10)));
        assert!(!fortnightly.may_be_on_at(at(19, 11)) && !fortnightly.may_be_on_at(at(18, 10)));
        assert!(endless.may_be_on_at(at(19, 23)) && !endless.may_be_on_at(at(19, 9)));
        assert!(fortnightly.may_start_between(at(17, 0), at(24, 0)));
        // A day that is left out is left out in whichever week.
        assert!(
            !fortnightly.may_be_on_at(at(26, 10)) && !fortnightly.may_start_between(at(20, 0), at(27, 0))
        );
    }
}
