//! Places per referral after everybody in reach has had their share: the enhanced two-step floating catchment area method
//! (Luo & Qi 2009, "An enhanced two-step floating catchment area (E2SFCA) method for measuring spatial accessibility to
//! primary care physicians", Health & Place 15). With the binary decay it is the original method (Luo & Wang 2003).

use crate::decay::Decay;
use crate::travel::TravelTimes;
use crate::units::Minutes;

/// What a provider offers, in `N` readings that differ in nothing but the places: they share one search.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PlaceSupply<const N: usize> {
    /// Position of the asset in the travel's assets.
    pub asset: usize,
    /// Places of each reading; finite, not negative.
    pub places: [f64; N],
}

/// Access, and where it comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct TwoStep<const N: usize> {
    /// Places per unit of demand, A(i) = Σ_j g(t_ij)·R(j), one for each origin; 0 where nothing is in reach.
    pub access: [Vec<f64>; N],
    /// Places per weighted unit of demand that each provider can offer, R(j), parallel to the supply.
    pub ratio: Vec<[f64; N]>,
    /// Places of each provider that its demand leaves unused, parallel to the supply: all of them when nobody with
    /// demand is in reach, those beyond the cap otherwise.
    pub idle: Vec<[f64; N]>,
}

/// The two steps: R(j) = min(S(j) / Σ_i g(t_ij)·D(i), `cap`), then A(i) = Σ_j g(t_ij)·R(j).
///
/// `demand` has a figure for each origin, finite and not negative. The threshold is inclusive. `cap` is the most places
/// that a provider offers one unit of demand ([`f64::INFINITY`] for none): without one, a provider that a sliver of demand
/// reaches offers hundreds. A provider that no weighted demand reaches has R = 0.
///
/// What is given is kept: Σ_i D(i)·A(i) = Σ_j S(j) − idle(j).
#[must_use]
pub fn two_step<T: TravelTimes, const N: usize>(
    travel: &T,
    supply: &[PlaceSupply<N>],
    demand: &[f64],
    decay: &Decay,
    limit: Minutes,
    cap: f64,
) -> TwoStep<N> {
    two_step_each(travel, supply, demand, decay, limit, cap, |_, _, _, _| {})
}

/// The same, telling `given` of each provider its position in the supply, the origins that it reaches, the
/// weight of each and what it offers each weighted unit of demand.
#[must_use]
pub fn two_step_each<T: TravelTimes, const N: usize>(
    travel: &T,
    supply: &[PlaceSupply<N>],
    demand: &[f64],
    decay: &Decay,
    limit: Minutes,
    cap: f64,
    mut given: impl FnMut(usize, &[u32], &[f64], &[f64; N]),
) -> TwoStep<N> {
    let mut access: [Vec<f64>; N] = std::array::from_fn(|_| vec![0.0; travel.origins()]);
    let mut ratio = vec![[0.0; N]; supply.len()];
    let mut idle = vec![[0.0; N]; supply.len()];
    let assets: Vec<usize> = supply.iter().map(|s| s.asset).collect();
    // The score is a sum over providers, so that one search serves both steps.
    travel.reach_each(&assets, limit, |j, origins, minutes| {
        decay.weigh(minutes, limit);
        let reached = || origins.iter().map(|&i| i as usize).zip(minutes.iter());
        let weighted: f64 = reached().map(|(i, weight)| weight * demand[i]).sum();
        for n in 0..N {
            let places = supply[j].places[n];
            if let Some(offered) = offered(places, weighted, cap) {
                ratio[j][n] = offered;
                idle[j][n] = if offered < cap { 0.0 } else { (places - offered * weighted).max(0.0) };
                for (i, weight) in reached() {
                    access[n][i] += weight * offered;
                }
            } else {
                idle[j][n] = places;
            }
        }
        given(j, origins, minutes, &ratio[j]);
    });
    TwoStep { access, ratio, idle }
}

/// R(j), what a provider with so many places offers each unit of demand, where so much weighted demand reaches it; `None` where
/// that is none.
#[must_use]
pub fn offered(places: f64, weighted: f64, cap: f64) -> Option<f64> {
    let ratio = (places / weighted).min(cap);
    // So little demand that the ratio is no number is none.
    (weighted > 0.0 && ratio.is_finite()).then_some(ratio)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::travel::StraightLine;

    /// Two origins by one provider, and a provider out in the fields.
    fn two_step_of(demand: [f64; 2], cap: f64) -> TwoStep<2> {
        let travel =
            StraightLine::planar(&[[0.0, 0.0], [90_000.0, 0.0]], &[[0.0, 400.0], [800.0, 0.0]], 80.0);
        let supply =
            [(0, [60.0, 30.0]), (1, [7.0, 0.0])].map(|(asset, places)| PlaceSupply { asset, places });
        two_step(&travel, &supply, &demand, &Decay::Linear, Minutes::new(20.0).unwrap(), cap)
    }

    #[test]
    fn shares_places_among_those_in_reach() {
        // Weights ¾ and ½; 8·¾ + 12·½ = 12 weighted referrals.
        let scores = two_step_of([8.0, 12.0], f64::INFINITY);
        assert_eq!(scores.ratio, [[5.0, 2.5], [0.0, 0.0]]);
        assert_eq!(scores.access, [vec![3.75, 2.5], vec![1.875, 1.25]]);
        assert_eq!(scores.idle, [[0.0, 0.0], [7.0, 0.0]]);
    }

    #[test]
    fn a_sliver_of_demand_gets_no_more_than_the_cap() {
        let scores = two_step_of([0.04, 0.0], 100.0);
        assert_eq!(scores.ratio[0], [100.0, 100.0]);
        assert!((scores.idle[0][0] - 57.0).abs() < 1e-12 && (scores.idle[0][1] - 27.0).abs() < 1e-12);
    }

    #[test]
    fn no_demand_is_not_a_division_by_nothing() {
        for demand in [[0.0, 0.0], [f64::MIN_POSITIVE / 4.0, 0.0]] {
            let scores = two_step_of(demand, f64::INFINITY);
            assert_eq!(scores.access, [vec![0.0, 0.0], vec![0.0, 0.0]]);
            assert_eq!(scores.idle, [[60.0, 30.0], [7.0, 0.0]]);
        }
    }
}
