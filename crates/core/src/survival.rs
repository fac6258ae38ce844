//! The chance that a listing still runs, from how long ago somebody confirmed it.

pub mod calibrate;

use chrono::{Datelike, Days, NaiveDate};

/// Days in a mean Gregorian month.
const DAYS_A_MONTH: f64 = 365.2425 / 12.0;

/// Months from the last confirmation to `as_of`; no date counts as `unknown_months`, and so does one that is yet to come.
#[must_use]
pub fn age_months(verified_on: Option<NaiveDate>, as_of: NaiveDate, unknown_months: f64) -> f64 {
    let happened = verified_on.filter(|day| has_been(*day, as_of));
    happened.map_or(unknown_months, |day| ((as_of - day).num_days().max(0) as f64) / DAYS_A_MONTH)
}

/// Months from a day to `as_of`; none from one that is not known or yet to come.
#[must_use]
pub fn months_since(day: Option<NaiveDate>, as_of: NaiveDate) -> f64 {
    age_months(day, as_of, 0.0)
}

/// Whether a day has been: a day of grace is for clocks and zones.
fn has_been(day: NaiveDate, as_of: NaiveDate) -> bool {
    day <= as_of + Days::new(1)
}

/// Chance in (0, 1] that a listing still runs: halved with every `half_life_months` since it was confirmed.
///
/// `seen_on` is the last day on which a calendar has it running, and `calendar_weight` (0 to 1) what that counts next to a
/// confirmation of the same day; the better of the two holds. A calendar says what was planned: nobody went to see.
///
/// The exponential survival curve is the one-parameter model of closure at a constant hazard; half-lives by kind stand
/// in `kinds.csv`, each with its reason.
#[must_use]
pub fn chance_it_runs(
    verified_on: Option<NaiveDate>,
    (seen_on, calendar_weight): (Option<NaiveDate>, f64),
    as_of: NaiveDate,
    half_life_months: f64,
    unknown_months: f64,
) -> f64 {
    let after = |months: f64| (-months / half_life_months).exp2();
    let seen_on = seen_on.filter(|day| has_been(*day, as_of));
    let seen = seen_on.map_or(0.0, |_| calendar_weight * after(age_months(seen_on, as_of, unknown_months)));
    after(age_months(verified_on, as_of, unknown_months)).max(seen)
}

/// What people said of an asset since its listing was last confirmed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VerifiedState {
    /// It has closed, or left the place that its listing gives: it is no provider there.
    pub gone: bool,
    /// What the problems reported leave of the chance that it runs, above 0 to 1; 1 without any.
    pub left: f64,
}

impl Default for VerifiedState {
    fn default() -> Self {
        Self { gone: false, left: 1.0 }
    }
}

/// Whether a listing was confirmed within the twelve months up to and including `as_of`.
#[must_use]
pub fn verified_within_year(verified_on: Option<NaiveDate>, as_of: NaiveDate) -> bool {
    let year_before = as_of
        .with_year(as_of.year() - 1)
        // 29 February has no day a year before.
        .unwrap_or(as_of - Days::new(366));
    verified_on.is_some_and(|day| day >= year_before && has_been(day, as_of))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(y: i32, m: u32, d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(y, m, d).unwrap()
    }

    /// No calendar has it.
    const NEVER: (Option<NaiveDate>, f64) = (None, 0.8);

    #[test]
    fn a_calendar_counts_less_than_a_confirmation_and_never_takes_one_away() {
        let today = day(2026, 6, 1);
        let chance = |verified, seen| chance_it_runs(verified, (seen, 0.8), today, 18.0, 36.0);
        assert_eq!(chance(None, Some(today)), 0.8);
        assert_eq!(chance(Some(today), Some(today)), 1.0);
        let old = day(2024, 12, 1);
        assert_eq!(chance(None, Some(old)), 0.8 * chance(Some(old), None));
        assert_eq!(chance(Some(today), Some(old)), 1.0);
        assert_eq!(chance_it_runs(None, (Some(today), 0.0), today, 18.0, 36.0), chance(None, None));
    }

    #[test]
    fn halves_with_each_half_life_and_never_trusts_a_missing_date() {
        let today = day(2026, 6, 1);
        assert_eq!(chance_it_runs(Some(today), NEVER, today, 18.0, 36.0), 1.0);
        let old = chance_it_runs(Some(day(2024, 12, 1)), NEVER, today, 18.0, 36.0);
        assert!((old - 0.5).abs() < 0.005, "{old}");
        assert_eq!(chance_it_runs(None, NEVER, today, 18.0, 36.0), 0.25);
        let later = |y, m, d| chance_it_runs(Some(day(y, m, d)), NEVER, today, 18.0, 36.0);
        assert_eq!(
            (later(2026, 6, 2), later(2026, 6, 3), later(2062, 6, 1)),
            (1.0, 0.25, 0.25),
            "it has not been"
        );
        assert!(
            verified_within_year(Some(today), today) && !verified_within_year(Some(day(2062, 6, 1)), today)
        );
    }

    #[test]
    fn a_year_ago_to_the_day_is_within_the_year() {
        assert!(verified_within_year(Some(day(2025, 6, 1)), day(2026, 6, 1)));
        assert!(!verified_within_year(Some(day(2025, 5, 31)), day(2026, 6, 1)));
        assert!(verified_within_year(Some(day(2023, 3, 1)), day(2024, 2, 29)));
        assert!(!verified_within_year(None, day(2026, 6, 1)));
    }
}
