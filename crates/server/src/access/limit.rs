//! How often something may be done: token buckets, one for each who.

use crate::error::ApiError;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// Whos remembered at a time; those who have waited long enough are forgotten first.
const REMEMBERED: usize = 20_000;

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum RateKind {
    /// Entries of the public, by address.
    Public,
    /// Entries of a key's holder, by key.
    Holder,
    /// Keys that open nothing, by address.
    WrongKeys,
}

impl RateKind {
    /// How many at once, and how many a second after that.
    const fn allows(self) -> (f64, f64) {
        match self {
            Self::Public => (10.0, 1.0 / 30.0),
            Self::Holder => (120.0, 2.0),
            Self::WrongKeys => (10.0, 1.0 / 30.0),
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct RateBucket {
    left: f64,
    at: Instant,
}

#[derive(Debug, Default)]
pub(super) struct RateLimits(Mutex<HashMap<(RateKind, String), RateBucket>>);

impl RateLimits {
    /// Counts one, or says how long to wait.
    pub(super) fn take(&self, rate: RateKind, who: &str) -> Result<(), ApiError> {
        self.count(rate, who, 1.0, Instant::now())
    }

    /// Whether one more would be allowed, without counting it.
    pub(super) fn look(&self, rate: RateKind, who: &str) -> Result<(), ApiError> {
        self.count(rate, who, 0.0, Instant::now())
    }

    fn count(&self, rate: RateKind, who: &str, cost: f64, now: Instant) -> Result<(), ApiError> {
        let (most, a_second) = rate.allows();
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= REMEMBERED {
            buckets.retain(|(rate, _), bucket| filled(*bucket, *rate, now) < rate.allows().0);
        }
        let key = (rate, who.to_owned());
        let known = buckets.get(&key).copied();
        // A crowd that cannot be remembered is no reason to let everybody in.
        let full = buckets.len() >= REMEMBERED && known.is_none();
        let left = if full { 0.0 } else { known.map_or(most, |bucket| filled(bucket, rate, now)) };
        if left < 1.0 {
            return Err(ApiError::TooMany { wait_s: ((1.0 - left) / a_second).ceil() as u64 });
        }
        if cost > 0.0 {
            buckets.insert(key, RateBucket { left: left - cost, at: now });
        }
        Ok(())
    }
}

fn filled(bucket: RateBucket, rate: RateKind, now: Instant) -> f64 {
    let (most, a_second) = rate.allows();
    (bucket.left + now.saturating_duration_since(bucket.at).as_secs_f64() * a_second).min(most)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn so_many_at_once_and_then_one_by_one() {
        let (limits, start) = (RateLimits::default(), Instant::now());
        let take = |who: &str, after: u64| {
            limits.count(RateKind::Public, who, 1.0, start + Duration::from_secs(after))
        };
        assert!((0..10).all(|_| take("a", 0).is_ok()));
        assert_eq!(take("a", 0), Err(ApiError::TooMany { wait_s: 30 }));
        assert!(take("b", 0).is_ok(), "others are others");
        assert!(take("a", 29).is_err() && take("a", 31).is_ok() && take("a", 31).is_err());
        assert!(limits.count(RateKind::Public, "a", 0.0, start).is_err());
    }

    #[test]
    fn memory_is_bounded() {
        let (limits, start) = (RateLimits::default(), Instant::now());
        for who in 0..REMEMBERED + 10 {
            let _ = limits.count(RateKind::Public, &who.to_string(), 1.0, start);
        }
        assert_eq!(limits.0.lock().unwrap().len(), REMEMBERED);
        assert!(limits.count(RateKind::Public, "new", 1.0, start).is_err());
        assert!(limits.count(RateKind::Public, "new", 1.0, start + Duration::from_secs(60)).is_ok());
    }
}
