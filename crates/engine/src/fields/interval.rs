//! The `datetime` parameter of OGC API Features: a day, a moment, or an interval that may be open at one end.

use chrono::{DateTime, NaiveDate, Utc};

/// Days or moments from one to another, both included; `None` is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeInterval {
    from: Option<DateTime<Utc>>,
    to: Option<DateTime<Utc>>,
}

/// A day that every year has (29 February is read as well), and a time of it.
macro_rules! moment {
    () => {
        concat!(
            r"[0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))",
            r"(T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9]))?"
        )
    };
}

/// What [`TimeInterval::parse`] reads, as a regular expression.
pub(crate) const PATTERN: &str =
    concat!("^(", moment!(), r"(/((\.\.)?|", moment!(), r"))?|(\.\.)?/", moment!(), ")$");

impl TimeInterval {
    /// Reads `2025-12-31`, `2025-12-31T12:00:00Z`, or two of them with `/` between; `..` or nothing is an open end.
    /// `None` for anything else and for two open ends. Nothing lies between a start and an earlier end.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (from, to) = match text.split_once('/') {
            Some((from, to)) => (end(from, false)?, end(to, true)?),
            None if matches!(text, "" | "..") => return None,
            None => (end(text, false)?, end(text, true)?),
        };
        (from.is_some() || to.is_some()).then_some(Self { from, to })
    }

    /// Whether any of the days from one to the other, both included, lies in it.
    #[must_use]
    pub fn meets(&self, first: NaiveDate, last: NaiveDate) -> bool {
        let (start, finish) = (start_of(first), finish_of(last));
        self.from.zip(self.to).is_none_or(|(from, to)| from <= to)
            && self.from.is_none_or(|from| from <= finish)
            && self.to.is_none_or(|to| start <= to)
    }
}

fn start_of(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(chrono::NaiveTime::MIN).and_utc()
}

fn finish_of(day: NaiveDate) -> DateTime<Utc> {
    start_of(day) + chrono::TimeDelta::days(1) - chrono::TimeDelta::nanoseconds(1)
}

/// One end; the inner `None` is open, the outer one wrong.
fn end(text: &str, last: bool) -> Option<Option<DateTime<Utc>>> {
    if matches!(text, "" | "..") {
        return Some(None);
    }
    if let Some(day) = super::values::day(text) {
        return Some(Some(if last { finish_of(day) } else { start_of(day) }));
    }
    let has_time = text.as_bytes().get(10) == Some(&b'T');
    DateTime::parse_from_rfc3339(text).ok().filter(|_| has_time).map(|t| Some(t.to_utc()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn days_include_their_whole_day() {
        let quarter = (day("2025-10-01"), day("2025-12-31"));
        let meets = |text: &str| TimeInterval::parse(text).unwrap().meets(quarter.0, quarter.1);
        for inside in [
            "2025-10-01",
            "2025-12-31T23:00:00Z",
            "../2025-10-01",
            "2025-12-31/..",
            "2020-01-01/2030-01-01",
            "2025-11-01/",
        ] {
            assert!(meets(inside), "{inside}");
        }
        for outside in [
            "2025-09-30",
            "2026-01-01/..",
            "../2025-09-30T23:59:59Z",
            "2025-12-31/2025-10-01",
            "2026-01-01T00:00:00Z",
        ] {
            assert!(!meets(outside), "{outside}");
        }
    }

    #[test]
    fn refuses_what_is_no_time() {
        for bad in
            ["", "..", "../..", "/", "2025", "2025-02-30", "x", "2025-01-01/x/y", "2025-01-01 10:00:00Z"]
        {
            assert!(TimeInterval::parse(bad).is_none(), "{bad}");
        }
    }
}
