//! How much a provider counts the farther away it is. One decay, one arm.

use crate::units::Minutes;
use thiserror::Error;

/// A step function that is not one.
#[derive(Debug, Clone, PartialEq, Error)]
#[error(
    "steps must rise from above 0 to 1 in share of the catchment and fall in weight within 1 to 0: {steps:?}"
)]
pub struct InvalidSteps {
    /// The steps given: (share of the catchment, weight).
    pub steps: Vec<(f64, f64)>,
}

/// The form of a decay: weight 1 at the door, falling to the edge of the catchment, 0 beyond it.
#[derive(Debug, Clone, PartialEq)]
pub enum Decay {
    /// 1 up to and including the catchment's edge (Luo & Wang 2003).
    Binary,
    /// Constant within bands, each closed above (Luo & Qi 2009).
    Steps(DecaySteps),
    /// 1 − t/T.
    Linear,
    /// Gaussian, shifted and scaled to be 0 at the edge (Dai 2010):
    /// (e^{−½(t/T)²} − e^{−½}) / (1 − e^{−½}).
    Gaussian,
}

/// Bands of a [`Decay::Steps`], checked.
#[derive(Debug, Clone, PartialEq)]
pub struct DecaySteps(Vec<(f64, f64)>);

impl DecaySteps {
    /// `(upper edge as a share of the catchment, weight)`, edges rising and ending at 1, weights falling in [0, 1].
    ///
    /// # Errors
    /// [`InvalidSteps`] when the edges or weights are out of order or range.
    pub fn new(steps: Vec<(f64, f64)>) -> Result<Self, InvalidSteps> {
        let edges_rise = steps.windows(2).all(|w| w[0].0 < w[1].0);
        let weights_fall = steps.windows(2).all(|w| w[0].1 >= w[1].1);
        let in_range = steps.iter().all(|&(e, w)| e > 0.0 && e <= 1.0 && (0.0..=1.0).contains(&w));
        if edges_rise && weights_fall && in_range && steps.last().is_some_and(|s| s.0 == 1.0) {
            Ok(Self(steps))
        } else {
            Err(InvalidSteps { steps })
        }
    }

    /// The bands, in order.
    #[must_use]
    pub fn bands(&self) -> &[(f64, f64)] {
        &self.0
    }
}

impl Default for DecaySteps {
    /// Thirds of the catchment weighing 1, 0.68 and 0.22: the slow-decay weights of Luo & Qi (2009).
    fn default() -> Self {
        Self(vec![(1.0 / 3.0, 1.0), (2.0 / 3.0, 0.68), (1.0, 0.22)])
    }
}

impl Decay {
    /// One of each, for laws that must hold over all of them.
    #[must_use]
    pub fn all() -> Vec<Self> {
        vec![Self::Binary, Self::Steps(DecaySteps::default()), Self::Linear, Self::Gaussian]
    }

    /// Its word in the needs table and in the API; bands are written beside it.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Binary => "binary",
            Self::Steps(_) => "step",
            Self::Linear => "linear",
            Self::Gaussian => "gaussian",
        }
    }

    /// What a reader sees for it.
    #[must_use]
    pub const fn label(&self) -> &'static str {
        match self {
            Self::Binary => "none up to the edge",
            Self::Steps(_) => "in steps",
            Self::Linear => "straight to the edge",
            Self::Gaussian => "Gaussian to the edge (Dai 2010)",
        }
    }

    /// Replaces times in minutes by weights: [`Self::weight`] of each, without asking for the form of the decay each time.
    pub fn weigh(&self, minutes: &mut [f64], limit: Minutes) {
        match self {
            Self::Binary => minutes.iter_mut().for_each(|m| *m = Self::Binary.weight(*m, limit)),
            Self::Steps(steps) => {
                let edges = steps.0.iter().map(|&(edge, weight)| (edge * limit.get(), weight));
                // From the widest band inwards, each laid over the one before.
                minutes.iter_mut().for_each(|m| {
                    *m = edges
                        .clone()
                        .rev()
                        .fold(0.0, |w, (edge, weight)| if *m <= edge { weight } else { w });
                });
            }
            Self::Linear => minutes.iter_mut().for_each(|m| *m = Self::Linear.weight(*m, limit)),
            Self::Gaussian => minutes.iter_mut().for_each(|m| *m = Self::Gaussian.weight(*m, limit)),
        }
    }

    /// The weight of a provider `minutes` away in a catchment of `limit`: in [0, 1], non-increasing.
    ///
    /// The edge is inside (`minutes <= limit`); beyond it the weight is 0. A catchment of 0 holds only what is at 0.
    #[must_use]
    #[inline]
    pub fn weight(&self, minutes: f64, limit: Minutes) -> f64 {
        let limit = limit.get();
        if minutes > limit {
            return 0.0;
        }
        match self {
            Self::Binary => 1.0,
            // Edges are compared in minutes, not as a share: t/T would move a point that stands exactly on one.
            Self::Steps(steps) => {
                steps.0.iter().find(|&&(edge, _)| minutes <= edge * limit).map_or(0.0, |&(_, weight)| weight)
            }
            Self::Linear => {
                if limit == 0.0 {
                    1.0
                } else {
                    1.0 - minutes / limit
                }
            }
            // e^{-½}·expm1(½(1−r²)) is the same as e^{−½r²} − e^{−½} without losing digits near the edge.
            Self::Gaussian => {
                if limit == 0.0 {
                    return 1.0;
                }
                let r = minutes / limit;
                // e^{-½} / (1 − e^{-½}) = 1 / (e^{½} − 1), so that the weight at the door is one exactly.
                short_exp_m1(0.5 * (1.0 - r) * (1.0 + r)) / short_exp_m1(0.5)
            }
        }
    }
}

/// 1/n! for n from 1 to 15.
const RECIPROCAL_FACTORIALS: [f64; 15] = {
    let mut reciprocals = [1.0; 15];
    let mut factorial = 1.0;
    let mut n = 1;
    while n < 15 {
        factorial *= (n + 1) as f64;
        reciprocals[n] = 1.0 / factorial;
        n += 1;
    }
    reciprocals
};

/// eˣ − 1 for x in [0, ½], to the last digit or two: its series. Unlike the library's it is a run of multiplications, and so
/// the same bits on every machine, many at a time.
#[inline(always)]
fn short_exp_m1(x: f64) -> f64 {
    x * RECIPROCAL_FACTORIALS.iter().rev().fold(0.0, |sum, reciprocal| sum * x + reciprocal)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minutes(m: f64) -> Minutes {
        Minutes::new(m).unwrap()
    }

    #[test]
    fn every_decay_is_one_at_the_door_and_never_rises() {
        for decay in Decay::all() {
            assert!((decay.weight(0.0, minutes(15.0)) - 1.0).abs() < 1e-12, "{decay:?}");
            let mut before = 1.0;
            for tenth in 0..=200 {
                let w = decay.weight(f64::from(tenth) / 10.0, minutes(15.0));
                assert!((0.0..=1.0).contains(&w) && w <= before + 1e-12, "{decay:?} at {tenth}");
                before = w;
            }
        }
    }

    #[test]
    fn weighing_many_is_weighing_each() {
        for decay in Decay::all() {
            let times: Vec<f64> = (0..=300).map(|tenth| f64::from(tenth) / 20.0).collect();
            let mut weights = times.clone();
            decay.weigh(&mut weights, minutes(15.0));
            for (time, weight) in times.iter().zip(weights) {
                assert_eq!(decay.weight(*time, minutes(15.0)), weight, "{decay:?} at {time}");
            }
        }
    }

    #[test]
    fn the_gaussian_is_as_published() {
        let floor = (-0.5_f64).exp();
        for tenth in 0..=150 {
            let r = f64::from(tenth) / 150.0;
            let published = ((-0.5 * r * r).exp() - floor) / (1.0 - floor);
            let weight = Decay::Gaussian.weight(15.0 * r, minutes(15.0));
            assert!((weight - published).abs() < 1e-15, "{weight} for {published}");
        }
    }

    #[test]
    fn the_edge_is_inside() {
        assert_eq!(Decay::Binary.weight(15.0, minutes(15.0)), 1.0);
        assert_eq!(Decay::Binary.weight(15.000_001, minutes(15.0)), 0.0);
        let steps = Decay::Steps(DecaySteps::default());
        assert_eq!(steps.weight(5.0, minutes(15.0)), 1.0);
        assert_eq!(steps.weight(10.0, minutes(15.0)), 0.68);
        assert_eq!(steps.weight(15.0, minutes(15.0)), 0.22);
        assert_eq!(Decay::Gaussian.weight(15.0, minutes(15.0)), 0.0);
    }

    #[test]
    fn steps_out_of_order_are_refused() {
        assert!(DecaySteps::new(vec![(0.5, 1.0), (0.4, 0.5), (1.0, 0.1)]).is_err());
        assert!(DecaySteps::new(vec![(0.5, 0.2), (1.0, 0.4)]).is_err());
        assert!(DecaySteps::new(vec![(0.5, 1.0)]).is_err());
        assert!(DecaySteps::new(vec![]).is_err());
    }
}
