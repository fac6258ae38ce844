//! How often something may be done: token buckets, one for each who.

use crate::error::ApiError;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// Whos of one kind that are remembered at a time; those who have waited long enough are forgotten first.
const REMEMBERED: usize = 20_000;

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

/// Somebody whose tries are counted: one, or a network of many who together have more.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct CountedParty {
    pub(super) name: String,
    /// Times what one has.
    pub(super) times: f64,
}

impl CountedParty {
    pub(super) fn one(name: impl Into<String>) -> Self {
        Self { name: name.into(), times: 1.0 }
    }
}

#[derive(Debug, Clone, Copy)]
struct RateBucket {
    left: f64,
    at: Instant,
    most: f64,
    a_second: f64,
}

impl RateBucket {
    fn full(rate: RateKind, times: f64, now: Instant) -> Self {
        let (most, a_second) = rate.allows();
        Self { left: most * times, at: now, most: most * times, a_second: a_second * times }
    }

    fn filled(&self, now: Instant) -> f64 {
        let waited = now.saturating_duration_since(self.at).as_secs_f64();
        (self.left + waited * self.a_second).min(self.most)
    }
}

/// One table for each kind: a crowd that does one thing is no reason to refuse another.
#[derive(Debug, Default)]
pub(super) struct RateLimits {
    public: Mutex<HashMap<String, RateBucket>>,
    holder: Mutex<HashMap<String, RateBucket>>,
    wrong_keys: Mutex<HashMap<String, RateBucket>>,
}

impl RateLimits {
    /// Counts one for all of `whos`, or says how long to wait and counts it for none.
    pub(super) fn take(&self, rate: RateKind, whos: &[CountedParty]) -> Result<(), ApiError> {
        self.count(rate, whos, Instant::now())
    }

    fn table(&self, rate: RateKind) -> &Mutex<HashMap<String, RateBucket>> {
        match rate {
            RateKind::Public => &self.public,
            RateKind::Holder => &self.holder,
            RateKind::WrongKeys => &self.wrong_keys,
        }
    }

    fn count(&self, rate: RateKind, whos: &[CountedParty], now: Instant) -> Result<(), ApiError> {
        let mut buckets = self.table(rate).lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() + whos.len() > REMEMBERED {
            buckets.retain(|_, bucket| bucket.filled(now) < bucket.most);
        }
        // A crowd that cannot be remembered is no reason to let everybody in.
        let full = buckets.len() + whos.len() > REMEMBERED;
        let mut wait_s = 0.0_f64;
        for who in whos {
            let bucket = buckets.get(&who.name).copied();
            let bucket = bucket.unwrap_or_else(|| RateBucket::full(rate, who.times, now));
            let left = if full && !buckets.contains_key(&who.name) { 0.0 } else { bucket.filled(now) };
            if left < 1.0 {
                wait_s = wait_s.max(((1.0 - left) / bucket.a_second).ceil());
            }
        }
        if wait_s > 0.0 {
            return Err(ApiError::TooMany { wait_s: wait_s as u64 });
        }
        for who in whos {
            let bucket =
                buckets.entry(who.name.clone()).or_insert_with(|| RateBucket::full(rate, who.times, now));
            *bucket = RateBucket { left: bucket.filled(now) - 1.0, at: now, ..*bucket };
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn one(name: &str) -> Vec<CountedParty> {
        vec![CountedParty::one(name)]
    }

    #[test]
    fn so_many_at_once_and_then_one_by_one() {
        let (limits, start) = (RateLimits::default(), Instant::now());
        let take = |who: &str, after: u64| {
            limits.count(RateKind::Public, &one(who), start + Duration::from_secs(after))
        };
        assert!((0..10).all(|_| take("a", 0).is_ok()));
        assert_eq!(take("a", 0), Err(ApiError::TooMany { wait_s: 30 }));
        assert!(take("b", 0).is_ok(), "others are others");
        assert!(take("a", 29).is_err() && take("a", 31).is_ok() && take("a", 31).is_err());
    }

    #[test]
    fn many_who_are_of_one_network_share() {
        let (limits, start) = (RateLimits::default(), Instant::now());
        let take = |who: u32| {
            let network = CountedParty { name: "network".to_owned(), times: 4.0 };
            limits.count(RateKind::WrongKeys, &[CountedParty::one(who.to_string()), network], start)
        };
        assert_eq!((0..1_000).filter(|who| take(*who).is_ok()).count(), 40);
    }

    #[test]
    fn memory_is_bounded_and_one_crowd_does_not_shut_out_another() {
        let (limits, start) = (RateLimits::default(), Instant::now());
        for who in 0..REMEMBERED + 10 {
            let _ = limits.count(RateKind::WrongKeys, &one(&who.to_string()), start);
        }
        assert_eq!(limits.wrong_keys.lock().unwrap().len(), REMEMBERED);
        assert!(limits.count(RateKind::WrongKeys, &one("new"), start).is_err());
        assert!(limits.count(RateKind::Public, &one("new"), start).is_ok());
        assert!(limits.count(RateKind::Holder, &one("new"), start).is_ok());
        assert!(limits.count(RateKind::WrongKeys, &one("new"), start + Duration::from_secs(60)).is_ok());
    }
}
