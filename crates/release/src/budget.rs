//! How much may be learnt about one referral, and how much noise that takes.
//!
//! The measure is μ of Gaussian differential privacy (Dong, Roth & Su 2022): telling whether one referral is in a release is as
//! hard as telling a normal deviate of mean 0 from one of mean μ. A referral adds 1 to one count of each level, so that noise of
//! variance σ² at each of them takes μ² = Σ 1/σ².

use crate::discrete_gaussian::{InvalidSigma2, Sigma2};

/// μ in hundredths: what a release may tell of one referral.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mu(u16);

/// A number that is not a μ.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a privacy budget μ: a number from 0.05 to 5 in hundredths, such as 0.8")]
pub struct InvalidMu(pub String);

impl Mu {
    /// The default: whoever looks at the release can guess whether one referral is in it with an advantage of at most 0.31 over
    /// tossing a coin.
    pub const DEFAULT: Self = Self(80);

    /// From hundredths; 5 to 500.
    ///
    /// # Errors
    /// [`InvalidMu`] beyond.
    pub fn from_hundredths(hundredths: u16) -> Result<Self, InvalidMu> {
        if (5..=500).contains(&hundredths) {
            Ok(Self(hundredths))
        } else {
            Err(InvalidMu(format!("{}", f64::from(hundredths) / 100.0)))
        }
    }

    /// Hundredths.
    #[must_use]
    pub const fn hundredths(self) -> u16 {
        self.0
    }

    /// As a number.
    #[must_use]
    pub fn value(self) -> f64 {
        f64::from(self.0) / 100.0
    }

    /// σ² at a level that has `share` hundredths of the budget μ².
    ///
    /// # Errors
    /// [`InvalidSigma2`] for a share of nothing.
    pub fn sigma2(self, share: u8) -> Result<Sigma2, InvalidSigma2> {
        // σ² = 1 / (share/100 · (μ/100)²)
        let under = u64::from(share) * u64::from(self.0) * u64::from(self.0);
        let common = gcd(1_000_000, under.max(1));
        Sigma2::new(1_000_000 / common, under / common)
    }

    /// The most by which anybody who sees the release does better than a coin at telling whether somebody's `referrals` are in
    /// it, 0 to 1: 2Φ(m·μ/2) − 1. One person's referrals differ in need or quarter or area, and then it is √m·μ; that they are
    /// all one count is the worst there is.
    #[must_use]
    pub fn advantage(self, referrals: u32, all_in_one: bool) -> f64 {
        let m = f64::from(referrals);
        let mu = self.value() * if all_in_one { m } else { m.sqrt() };
        2.0 * normal_cdf(mu / 2.0) - 1.0
    }

    /// The least δ for which the release is (ε, δ)-differentially private: Φ(−ε/μ + μ/2) − e^ε·Φ(−ε/μ − μ/2) (Dong, Roth & Su
    /// 2022, corollary 2.13).
    #[must_use]
    pub fn delta(self, epsilon: f64) -> f64 {
        let mu = self.value();
        let near = normal_cdf(-epsilon / mu + mu / 2.0);
        let far = libm::exp(epsilon) * normal_cdf(-epsilon / mu - mu / 2.0);
        (near - far).max(0.0)
    }

    /// The least ε, to a hundredth upwards, for which the release is (ε, `delta`)-differentially private.
    #[must_use]
    pub fn epsilon(self, delta: f64) -> f64 {
        let hundredths = (0..=10_000_u32).find(|e| self.delta(f64::from(*e) / 100.0) <= delta);
        f64::from(hundredths.unwrap_or(10_000)) / 100.0
    }
}

impl std::fmt::Display for Mu {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.value())
    }
}

impl std::str::FromStr for Mu {
    type Err = InvalidMu;
    fn from_str(text: &str) -> Result<Self, InvalidMu> {
        let wrong = || InvalidMu(text.to_owned());
        let hundredths = text.trim().parse::<f64>().map_err(|_| wrong())? * 100.0;
        let whole = hundredths.round();
        // Whether the text means hundredths: 0.8 is not 80 of them to the last bit.
        if !(0.0..=500.0).contains(&whole) || (hundredths - whole).abs() > 1e-6 {
            return Err(wrong());
        }
        Self::from_hundredths(whole as u16).map_err(|_| wrong())
    }
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// Φ, to 10⁻¹⁵ of itself also where it is small.
fn normal_cdf(x: f64) -> f64 {
    0.5 * libm::erfc(-x / std::f64::consts::SQRT_2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mu(text: &str) -> Mu {
        text.parse().unwrap()
    }

    #[test]
    fn what_can_be_learnt_is_as_published() {
        let cases = [("0.25", 0.099), ("0.5", 0.197), ("0.8", 0.311), ("1", 0.383), ("1.81", 0.635)];
        for (text, gain) in cases {
            assert!(
                (mu(text).advantage(1, false) - gain).abs() < 6e-4,
                "{text}: {}",
                mu(text).advantage(1, false)
            );
        }
        assert!((mu("0.8").advantage(12, false) - 0.834).abs() < 1e-3);
        assert!(mu("0.8").advantage(12, true) > 0.999);
        // Balle & Wang 2018: δ of a Gaussian mechanism of σ = 1 at ε = 1 is 0.12693…
        assert!((mu("1").delta(1.0) - 0.126_936_737_5).abs() < 1e-9);
        assert!((mu("0.8").epsilon(1e-6) - 3.8).abs() < 0.1, "{}", mu("0.8").epsilon(1e-6));
    }

    #[test]
    fn shares_of_a_budget_add_up_to_it() {
        for text in ["0.05", "0.25", "0.8", "1.81", "5"] {
            let spent: f64 =
                [10, 40, 50].map(|share| 1.0 / mu(text).sigma2(share).unwrap().value()).iter().sum();
            assert!((spent.sqrt() - mu(text).value()).abs() < 1e-12, "{text}");
        }
        assert!(mu("0.8").sigma2(0).is_err());
    }

    #[test]
    fn a_budget_is_hundredths() {
        for text in ["0", "0.04", "5.01", "0.805", "NaN", "inf", "", "-1", "1e9"] {
            assert!(text.parse::<Mu>().is_err(), "{text}");
        }
        assert_eq!(mu("0.8"), Mu::DEFAULT);
        assert_eq!(mu("1.81").to_string(), "1.81");
    }
}
