//! What is known of a count: it was counted, it lies between two numbers, or nobody knows. *Unknown* is a value; no sum makes a
//! zero of it.

use std::iter::Sum;
use std::ops::Add;

/// What is known of a count that is not negative.
///
/// A sum adds the lower ends and the upper ends: 3 and 1 to 4 are 4 to 7. What is known of no upper end leaves the sum
/// without one and keeps its lower end: 3 and *unknown* are at least 3.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KnownCount {
    low: f64,
    high: Option<f64>,
}

impl KnownCount {
    /// Nothing is known: at least 0, without an upper end.
    pub const UNKNOWN: Self = Self { low: 0.0, high: None };

    /// None were counted.
    pub const ZERO: Self = Self::counted(0.0);

    /// Counted.
    #[must_use]
    pub const fn counted(count: f64) -> Self {
        Self { low: count, high: Some(count) }
    }

    /// Between two numbers, both of them possible; suppressed at its source.
    #[must_use]
    pub fn between(one: f64, other: f64) -> Self {
        Self { low: one.min(other), high: Some(one.max(other)) }
    }

    /// So many at least: part of it is unknown.
    #[must_use]
    pub const fn at_least(low: f64) -> Self {
        Self { low, high: None }
    }

    /// The least it can be.
    #[must_use]
    pub const fn low(self) -> f64 {
        self.low
    }

    /// The most it can be; `None` where nobody knows.
    #[must_use]
    pub const fn high(self) -> Option<f64> {
        self.high
    }

    /// Whether it was counted.
    #[must_use]
    pub fn is_counted(self) -> bool {
        self.high == Some(self.low)
    }

    /// Whether there is an upper end.
    #[must_use]
    pub const fn is_bounded(self) -> bool {
        self.high.is_some()
    }

    /// The middle: the count itself where it was counted, `None` where there is no upper end.
    #[must_use]
    pub fn middle(self) -> Option<f64> {
        self.high.map(|high| if high == self.low { high } else { (self.low + high) / 2.0 })
    }

    /// The middle, or the lower end where there is no upper one: what is known to be there.
    #[must_use]
    pub fn known_part(self) -> f64 {
        self.middle().unwrap_or(self.low)
    }

    /// The upper end as a number: infinite where there is none.
    #[must_use]
    pub fn high_or_infinite(self) -> f64 {
        self.high.unwrap_or(f64::INFINITY)
    }

    /// A share of it.
    #[must_use]
    pub fn part(self, share: f64) -> Self {
        Self { low: self.low * share, high: self.high.map(|high| high * share) }
    }
}

impl From<f64> for KnownCount {
    fn from(count: f64) -> Self {
        Self::counted(count)
    }
}

impl Add for KnownCount {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        let high = self.high.zip(other.high).map(|(a, b)| a + b);
        Self { low: self.low + other.low, high }
    }
}

impl Sum for KnownCount {
    fn sum<I: Iterator<Item = Self>>(counts: I) -> Self {
        counts.fold(Self::ZERO, Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_carry_both_ends() {
        let three = KnownCount::counted(3.0);
        assert_eq!(three + KnownCount::between(1.0, 4.0), KnownCount::between(4.0, 7.0));
        assert_eq!(three + KnownCount::UNKNOWN, KnownCount::at_least(3.0));
        assert_eq!([three; 3].into_iter().sum::<KnownCount>(), KnownCount::counted(9.0));
        assert_eq!(std::iter::empty::<KnownCount>().sum::<KnownCount>(), KnownCount::ZERO);
    }

    #[test]
    fn unknown_is_never_zero() {
        let unknown = KnownCount::UNKNOWN;
        assert_ne!(unknown, KnownCount::ZERO);
        assert_ne!(unknown + KnownCount::ZERO, KnownCount::ZERO);
        assert_eq!((unknown.middle(), unknown.high(), unknown.part(0.0).high()), (None, None, None));
        assert!(!unknown.is_counted() && KnownCount::ZERO.is_counted());
    }

    #[test]
    fn the_middle_of_a_count_is_the_count() {
        for count in [0.0, 0.1, 3.0, 1e9] {
            assert_eq!(KnownCount::counted(count).middle(), Some(count));
        }
        assert_eq!(KnownCount::between(4.0, 1.0).middle(), Some(2.5));
        assert_eq!(KnownCount::between(1.0, 4.0).part(0.5), KnownCount::between(0.5, 2.0));
    }
}
