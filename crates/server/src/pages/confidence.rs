//! How sure a figure is, in three words, with the reasons. The rule is on the method page.

use hereabouts_core::report::{DemandStatus, Gap, Neighbourhood};
use hereabouts_engine::format::percent;

/// Places confirmed within twelve months: at least this share for *good*…
pub(crate) const VERIFIED_GOOD: f64 = 0.5;
/// …and below this share it is *low*.
pub(crate) const VERIFIED_LOW: f64 = 0.25;
/// Places that rest on a kind's default: at most this share for *good*.
pub(crate) const ASSUMED_GOOD: f64 = 0.5;
/// People near where the data end: at most this share for *good*…
pub(crate) const EDGE_GOOD: f64 = 0.1;
/// …and above this share it is *low*.
pub(crate) const EDGE_LOW: f64 = 0.5;
/// People whose demand is unknown: above this share it is *low*.
pub(crate) const UNKNOWN_LOW: f64 = 0.25;

/// How far a figure can be leant on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Confidence {
    /// Little speaks against it.
    Good,
    /// Some of it is assumed or old.
    Fair,
    /// Most of it is assumed, old or cut off.
    Low,
}

impl Confidence {
    /// The word shown.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Fair => "fair",
            Self::Low => "low",
        }
    }
}

/// What speaks for and against a figure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct ConfidenceGrounds {
    /// Share of places confirmed within twelve months; `None` without places.
    pub(crate) verified: Option<f64>,
    /// Share of places that rests on a default; `None` without places.
    pub(crate) assumed: Option<f64>,
    /// Share of people near where the data end.
    pub(crate) edge: f64,
    /// Share of people whose demand is unknown.
    pub(crate) unknown: f64,
    /// It refers implausibly little.
    pub(crate) silent: bool,
}

impl ConfidenceGrounds {
    /// Of one gap.
    pub(crate) fn of(gap: &Gap, about: &Neighbourhood) -> Self {
        Self {
            verified: gap.verified_share,
            assumed: gap.assumed_share,
            edge: gap.edge_share.unwrap_or(0.0),
            unknown: about.no_data_share,
            silent: about.status == DemandStatus::Silent,
        }
    }

    /// Of several gaps of one neighbourhood together: shares of places weighted by places, the widest edge.
    pub(crate) fn of_all(gaps: &[Gap], about: &Neighbourhood) -> Self {
        let places: f64 = gaps.iter().filter_map(|g| g.places_listed).sum();
        let share = |of: fn(&Gap) -> Option<f64>| {
            (places > 0.0).then(|| {
                gaps.iter().filter_map(|g| Some(g.places_listed? * of(g).unwrap_or(0.0))).sum::<f64>()
                    / places
            })
        };
        Self {
            verified: share(|g| g.verified_share),
            assumed: share(|g| g.assumed_share),
            edge: gaps.iter().filter_map(|g| g.edge_share).fold(0.0, f64::max),
            unknown: about.no_data_share,
            silent: about.status == DemandStatus::Silent,
        }
    }

    /// The word.
    pub(crate) fn sure(&self) -> Confidence {
        let low = self.silent
            || self.verified.is_some_and(|v| v < VERIFIED_LOW)
            || self.edge > EDGE_LOW
            || self.unknown > UNKNOWN_LOW;
        let good = self.verified.is_some_and(|v| v >= VERIFIED_GOOD)
            && self.assumed.is_some_and(|a| a <= ASSUMED_GOOD)
            && self.edge <= EDGE_GOOD
            && self.unknown == 0.0;
        match (low, good) {
            (true, _) => Confidence::Low,
            (false, true) => Confidence::Good,
            (false, false) => Confidence::Fair,
        }
    }

    /// Why, as sentences, the weightiest first.
    pub(crate) fn reasons(&self) -> Vec<String> {
        let mut out = Vec::new();
        if self.silent {
            out.push(
                "There are fewer referrals than expected of areas like it, so need may go unseen.".to_owned(),
            );
        }
        if self.unknown > 0.0 {
            out.push(format!("Referrals are unknown for {} of its people.", percent(self.unknown)));
        }
        match self.verified {
            Some(v) => out.push(format!(
                "{} of the places in reach were confirmed in the last twelve months.",
                percent(v)
            )),
            None => out.push(
                "No places are listed in reach: none on record is not the same as none there.".to_owned(),
            ),
        }
        if let Some(assumed) = self.assumed.filter(|&a| a > 0.0) {
            out.push(format!(
                "{} of the places are typical numbers for their kind, not the provider's own.",
                percent(assumed)
            ));
        }
        if self.edge > 0.0 {
            out.push(format!(
                "{} of its people live near where the data end; what lies beyond is not counted.",
                percent(self.edge)
            ));
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRM: ConfidenceGrounds =
        ConfidenceGrounds { verified: Some(0.8), assumed: Some(0.2), edge: 0.0, unknown: 0.0, silent: false };

    #[test]
    fn one_strong_doubt_is_enough_for_low() {
        assert_eq!(FIRM.sure(), Confidence::Good);
        assert_eq!(ConfidenceGrounds { silent: true, ..FIRM }.sure(), Confidence::Low);
        assert_eq!(ConfidenceGrounds { verified: Some(0.2), ..FIRM }.sure(), Confidence::Low);
        assert_eq!(ConfidenceGrounds { edge: 0.6, ..FIRM }.sure(), Confidence::Low);
        assert_eq!(ConfidenceGrounds { assumed: Some(0.9), ..FIRM }.sure(), Confidence::Fair);
    }

    #[test]
    fn no_places_is_not_firm_knowledge() {
        let none = ConfidenceGrounds { verified: None, assumed: None, ..FIRM };
        assert_eq!(none.sure(), Confidence::Fair);
        assert!(none.reasons()[0].contains("not the same as none there"));
    }
}
