//! How full providers are, and how full those are that each origin goes to, where nobody is counted twice.
//!
//! The first step of the balanced floating catchment (Páez, Higgins & Vivona 2019, "Demand and level of service inflation in
//! floating catchment area (FCA) methods", PLoS ONE 14): whoever asks goes to every provider in reach in proportion to its
//! weight, and to all of them together once. So a new provider takes load off its neighbours, which the two-step method, in
//! which everybody stands at every provider, does not let it do.

use crate::decay::Decay;
use crate::metric::two_step::PlaceSupply;
use crate::travel::TravelTimes;
use crate::units::Minutes;

/// Who goes where, and how full it is there.
#[derive(Debug, Clone, PartialEq)]
pub struct Balanced {
    /// Demand that goes to each provider, parallel to the supply.
    pub demand: Vec<f64>,
    /// Demand for each place of a provider, parallel to the supply; `None` without places, or where nobody goes.
    pub load: Vec<Option<f64>>,
    /// Demand for each place where an origin goes, mean over where it goes; `None` where nothing with places is in reach.
    pub crowding: Vec<Option<f64>>,
}

/// Demand shared among the providers in reach. Only those with places are gone to; `demand` is finite and not negative.
///
/// Demand is kept: what goes to providers is what is asked for by origins that reach any.
#[must_use]
pub fn balanced<T: TravelTimes>(
    travel: &T,
    supply: &[PlaceSupply<1>],
    demand: &[f64],
    decay: &Decay,
    limit: Minutes,
) -> Balanced {
    let open: Vec<usize> = (0..supply.len()).filter(|&j| supply[j].places[0] > 0.0).collect();
    let assets: Vec<usize> = open.iter().map(|&j| supply[j].asset).collect();
    let mut all = vec![0.0; travel.origins()];
    // Each pair is looked for once: origin, provider, weight.
    let mut pairs: Vec<(u32, u32, f64)> = Vec::new();
    travel.reach_each(&assets, limit, |at, origins, minutes| {
        decay.weigh(minutes, limit);
        for (&origin, &weight) in origins.iter().zip(minutes.iter()).filter(|(_, weight)| **weight > 0.0) {
            all[origin as usize] += weight;
            pairs.push((origin, open[at] as u32, weight));
        }
    });
    let mut goes = vec![0.0; supply.len()];
    for &(origin, provider, weight) in &pairs {
        goes[provider as usize] += demand[origin as usize] * weight / all[origin as usize];
    }
    let full = |j: usize| goes[j] / supply[j].places[0];
    let mut crowding = vec![0.0; travel.origins()];
    for &(origin, provider, weight) in &pairs {
        crowding[origin as usize] += weight / all[origin as usize] * full(provider as usize);
    }
    Balanced {
        load: (0..supply.len()).map(|j| (goes[j] > 0.0).then(|| full(j))).collect(),
        crowding: crowding.into_iter().zip(&all).map(|(mean, all)| (*all > 0.0).then_some(mean)).collect(),
        demand: goes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::travel::StraightLine;

    /// Ten at one place and thirty at another, by one hall of 20 places and perhaps a second.
    fn by_halls(halls: &[(f64, f64)]) -> Balanced {
        let at: Vec<[f64; 2]> = halls.iter().map(|(x, _)| [*x, 0.0]).collect();
        let travel = StraightLine::planar(&at, &[[0.0, 0.0], [400.0, 0.0]], 80.0);
        let supply: Vec<PlaceSupply<1>> =
            halls.iter().enumerate().map(|(asset, hall)| PlaceSupply { asset, places: [hall.1] }).collect();
        balanced(&travel, &supply, &[10.0, 30.0], &Decay::Linear, Minutes::new(10.0).unwrap())
    }

    #[test]
    fn a_second_hall_takes_load_off_the_first() {
        let one = by_halls(&[(0.0, 20.0)]);
        assert_eq!((one.demand, one.load, one.crowding), (vec![40.0], vec![Some(2.0)], vec![Some(2.0); 2]));
        // From 0 the second, at 400 m, weighs half as much as the first; from 400 m twice as much.
        let two = by_halls(&[(0.0, 20.0), (400.0, 20.0)]);
        let first = 10.0 * 2.0 / 3.0 + 30.0 / 3.0;
        assert!((two.demand[0] - first).abs() < 1e-12 && (two.demand[1] - (40.0 - first)).abs() < 1e-12);
        let crowding = (2.0 * first / 20.0 + (40.0 - first) / 20.0) / 3.0;
        assert!((two.crowding[0].unwrap() - crowding).abs() < 1e-12);
    }

    #[test]
    fn nobody_goes_where_there_are_no_places() {
        let shut = by_halls(&[(0.0, 20.0), (400.0, 0.0)]);
        assert_eq!((shut.demand, shut.load), (vec![40.0, 0.0], vec![Some(2.0), None]));
        assert_eq!(by_halls(&[(0.0, 0.0)]).crowding, [None, None]);
    }
}
