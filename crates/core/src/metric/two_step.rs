//! The enhanced two-step floating catchment area (E2SFCA): places shared among those who can reach them.
//!
//! Luo & Qi (2009), after Luo & Wang (2003), Radke & Mu (2000). In the symbols of the method document:
//! R(j) = S(j) / Σᵢ g(t(i, j))·D(i), then A(i) = Σⱼ g(t(i, j))·R(j).
//!
//! A is a sum over assets, so each asset searches its catchment once and no table of pairs is kept.

use crate::decay::Decay;
use crate::travel::{Reached, Travel};
use crate::units::Minutes;

/// What one asset supplies, in `N` readings that share one search (the denominator is the same for all of them).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Supply<const N: usize> {
    /// Position of the asset in the travel's assets.
    pub asset: usize,
    /// Places in each reading, in any unit; not negative.
    pub places: [f64; N],
}

/// Access, and what of the supply gives none.
#[derive(Debug, Clone, PartialEq)]
pub struct TwoStep<const N: usize> {
    /// Places for each unit of demand, by reading and origin; 0 where nothing is in reach.
    pub access: [Vec<f64>; N],
    /// Places that nobody in reach can use, by supply and reading: all where nobody with demand is in reach, else those
    /// beyond the cap.
    pub idle: Vec<[f64; N]>,
}

/// Shares `supply` among the `demand` at the origins (not negative, one for each origin).
///
/// `cap` is the most that one asset may offer a unit of demand (infinite for none): R = min(S / Σ g·D, cap). An asset
/// reached only by a sliver of demand would otherwise give hundreds of places to each of them.
/// Conserves places: Σᵢ D·A = Σⱼ (S − idle), up to rounding. Sums run in the order of `supply`: sort it for the same
/// bits whatever the order of input.
#[must_use]
pub fn two_step<T: Travel, const N: usize>(
    travel: &T,
    supply: &[Supply<N>],
    demand: &[f64],
    decay: &Decay,
    limit: Minutes,
    cap: f64,
) -> TwoStep<N> {
    let mut access: [Vec<f64>; N] = std::array::from_fn(|_| vec![0.0; travel.origins()]);
    let mut idle = Vec::with_capacity(supply.len());
    let mut reached = Reached::default();
    for offer in supply {
        travel.reach(offer.asset, limit, &mut reached);
        // From here on `minutes` holds weights: the buffer is this asset's own.
        for t in &mut reached.minutes {
            *t = decay.weight(*t, limit);
        }
        let pairs = || reached.origins.iter().map(|&o| o as usize).zip(&reached.minutes);
        let weighted: f64 = pairs().map(|(origin, weight)| weight * demand[origin]).sum();
        let ratio =
            offer.places.map(|places| if weighted > 0.0 { (places / weighted).min(cap) } else { 0.0 });
        for (by_origin, r) in access.iter_mut().zip(ratio) {
            for (origin, weight) in pairs() {
                by_origin[origin] += r * weight;
            }
        }
        // An uncapped asset has no idle places; S − (S / Σ)·Σ would leave a trace of rounding.
        idle.push(std::array::from_fn(|n| {
            let capped = weighted > 0.0 && offer.places[n] / weighted > cap;
            if weighted > 0.0 && !capped { 0.0 } else { offer.places[n] - ratio[n] * weighted }
        }));
    }
    TwoStep { access, idle }
}
