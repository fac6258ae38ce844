//! Whole numbers of a discrete Gaussian, exactly: no float, hence no rounding by which the noise would tell of the count
//! (Canonne, Kamath & Steinke 2020, *The Discrete Gaussian for Differential Privacy*, algorithms 1 to 3; Mironov 2012 on floats).

use crate::coins::Coins;

/// Variance parameter σ² of a discrete Gaussian, as a fraction of whole numbers; the chance of `x` is in proportion to
/// exp(−x² / 2σ²).
///
/// From σ² = 1 the variance is σ² itself to within a hundred-thousandth of it; below, it is less.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sigma2 {
    over: u64,
    under: u64,
}

/// A σ² that no noise is drawn for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a variance of {over}/{under} is not between 1/1000 and 1,000,000")]
pub struct InvalidSigma2 {
    over: u64,
    under: u64,
}

impl Sigma2 {
    /// σ² = `over` / `under`; from 1/1,000 to 1,000,000, with `under` at most 100,000,000.
    ///
    /// # Errors
    /// [`InvalidSigma2`] beyond, where the numbers of the sampler would not fit.
    pub fn new(over: u64, under: u64) -> Result<Self, InvalidSigma2> {
        let fits = (1..=100_000_000).contains(&under)
            && over.saturating_mul(1000) >= under
            && over <= under.saturating_mul(1_000_000);
        if fits { Ok(Self { over, under }) } else { Err(InvalidSigma2 { over, under }) }
    }

    /// σ² as a number.
    #[must_use]
    pub fn value(self) -> f64 {
        self.over as f64 / self.under as f64
    }

    /// One draw.
    ///
    /// A draw of a discrete Laplace of scale t = ⌊σ⌋ + 1 is kept with chance exp(−(|y| − σ²/t)² / 2σ²).
    pub fn draw(self, coins: &mut Coins) -> i64 {
        let (a, b) = (u128::from(self.over), u128::from(self.under));
        let scale = (a / b).isqrt() + 1;
        loop {
            let y = discrete_laplace(scale, coins);
            let size = u128::from(y.unsigned_abs());
            // (|y| − a/bt)² / (2a/b) = (|y|·b·t − a)² / (2·a·b·t²)
            let from_middle = (size * b * scale).abs_diff(a);
            let keeps = from_middle
                .checked_mul(from_middle)
                .is_some_and(|over| bernoulli_exp(over, 2 * a * b * scale * scale, coins));
            if keeps {
                return y;
            }
        }
    }
}

/// True with chance `over` / `under`, at most 1.
fn bernoulli(over: u128, under: u128, coins: &mut Coins) -> bool {
    coins.below(under) < over
}

/// True with chance exp(−`over` / `under`).
fn bernoulli_exp(over: u128, under: u128, coins: &mut Coins) -> bool {
    let (whole, rest) = (over / under, over % under);
    (0..whole).all(|_| bernoulli_exp_of_part(1, 1, coins)) && bernoulli_exp_of_part(rest, under, coins)
}

/// True with chance exp(−γ) for γ = `over` / `under` of at most 1: how many coins of chance γ/1, γ/2, γ/3 … fall one way before
/// the first that does not is even with just that chance.
fn bernoulli_exp_of_part(over: u128, under: u128, coins: &mut Coins) -> bool {
    let mut k = 1;
    while bernoulli(over, under * k, coins) {
        k += 1;
    }
    k % 2 == 1
}

/// A whole number with a chance in proportion to exp(−|x| / `scale`).
fn discrete_laplace(scale: u128, coins: &mut Coins) -> i64 {
    loop {
        let rest = coins.below(scale);
        if !bernoulli_exp_of_part(rest, scale, coins) {
            continue;
        }
        let mut times = 0;
        while bernoulli_exp_of_part(1, 1, coins) {
            times += 1;
        }
        let size = (rest + scale * times) as i64;
        let is_negative = coins.bits(1) == 1;
        // Zero would be drawn twice as often as it should.
        if !(is_negative && size == 0) {
            return if is_negative { -size } else { size };
        }
    }
}

/// The chance of each number from −`to` to `to`, for tests of the sampler.
#[cfg(test)]
fn chances(sigma2: f64, to: i64) -> Vec<f64> {
    let weight = |x: i64| (-(x * x) as f64 / (2.0 * sigma2)).exp();
    let all: f64 = (-1000..=1000).map(weight).sum();
    (-to..=to).map(|x| weight(x) / all).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coins::CoinKey;

    /// The 1 − 10⁻⁶ quantile of χ² with `freedom` degrees (Wilson & Hilferty 1931).
    fn most_likely(freedom: f64) -> f64 {
        let part = 2.0 / (9.0 * freedom);
        freedom * (1.0 - part + 4.753 * part.sqrt()).powi(3)
    }

    #[test]
    fn draws_come_as_often_as_they_should() {
        for (over, under) in [(1, 2), (1, 1), (25, 8), (125, 8), (400, 1)] {
            let sigma2 = Sigma2::new(over, under).unwrap();
            let to = (4.0 * sigma2.value().sqrt()).ceil() as i64;
            let chances = chances(sigma2.value(), to);
            let draws = 60_000;
            let (mut seen, mut beyond) = (vec![0.0_f64; chances.len()], 0.0_f64);
            let mut coins = Coins::of(&CoinKey::new([3; 32]), &[b"draws", &over.to_le_bytes()]);
            for _ in 0..draws {
                match usize::try_from(sigma2.draw(&mut coins) + to).ok().and_then(|at| seen.get_mut(at)) {
                    Some(seen) => *seen += 1.0,
                    None => beyond += 1.0,
                }
            }
            let mut chi_square = 0.0;
            let mut freedom = -1.0;
            let mut rare = (beyond, 1.0 - chances.iter().sum::<f64>());
            for (seen, chance) in seen.iter().zip(&chances) {
                let expected = chance * f64::from(draws);
                if expected < 5.0 {
                    rare = (rare.0 + seen, rare.1 + chance);
                } else {
                    chi_square += (seen - expected).powi(2) / expected;
                    freedom += 1.0;
                }
            }
            let expected = rare.1 * f64::from(draws);
            if expected >= 1.0 {
                chi_square += (rare.0 - expected).powi(2) / expected;
                freedom += 1.0;
            }
            assert!(chi_square < most_likely(freedom), "{over}/{under}: {chi_square} with {freedom} degrees");
        }
    }

    #[test]
    fn large_and_small_variances_are_drawn_and_others_refused() {
        let mut coins = Coins::of(&CoinKey::new([5; 32]), &[b"ends"]);
        let wide = Sigma2::new(1_000_000, 1).unwrap();
        let mean_square = (0..2000).map(|_| (wide.draw(&mut coins) as f64).powi(2)).sum::<f64>() / 2000.0;
        assert!((800_000.0..1_200_000.0).contains(&mean_square), "{mean_square}");
        let narrow = Sigma2::new(1, 1000).unwrap();
        assert!((0..200).all(|_| narrow.draw(&mut coins) == 0));
        for (over, under) in [(0, 1), (1, 0), (1, 1001), (1_000_001, 1), (1, 100_000_001)] {
            assert_eq!(Sigma2::new(over, under), Err(InvalidSigma2 { over, under }));
        }
    }
}
