//! Areas that refer implausibly little: where demand that is there may go unseen.

use std::collections::BTreeMap;

/// What is known of an area's referring.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReferralHistory {
    /// People; above 0.
    pub people: f64,
    /// Deprivation decile, 1 = most deprived; areas without one are compared with all.
    pub decile: Option<u8>,
    /// Number of the system, or of the mix of systems, in which it records; `None` is not known.
    pub system: Option<usize>,
    /// The least that was referred, for all needs over `quarters`: what is expected of others rests on what is certain.
    pub observed: f64,
    /// Quarters with data; at least 1.
    pub quarters: u16,
}

/// Referrals that people and deprivation predict: people × quarters × the **median** rate of the areas like it. The median, because
/// silent areas would pull a mean down to themselves. Like it are, of those groups the first that has [`ENOUGH`] areas: what
/// records in the same system and lies in the same fifth of deprivation; the same system; the same fifth; all.
///
/// How a code is used differs from system to system more than need does from place to place, hence the system first.
///
/// Returned in the order given; `None` where fewer than [`ENOUGH`] areas can be compared.
#[must_use]
pub fn expected(areas: &[ReferralHistory]) -> Vec<Option<f64>> {
    type Group = (Option<usize>, Option<u8>);
    let fifth = |a: &ReferralHistory| a.decile.map(|d| (d - 1) / 2);
    let groups = |a: &ReferralHistory| -> [Option<Group>; 4] {
        let (system, fifth) = (a.system, fifth(a));
        [
            system.zip(fifth).map(|(s, f)| (Some(s), Some(f))),
            system.map(|s| (Some(s), None)),
            fifth.map(|f| (None, Some(f))),
            Some((None, None)),
        ]
    };
    let mut rates: BTreeMap<Group, Vec<f64>> = BTreeMap::new();
    for area in areas {
        let rate = area.observed / (area.people * f64::from(area.quarters));
        for group in groups(area).into_iter().flatten() {
            rates.entry(group).or_default().push(rate);
        }
    }
    rates.retain(|_, rates| rates.len() >= ENOUGH);
    let medians: BTreeMap<Group, f64> =
        rates.into_iter().map(|(group, rates)| (group, median(rates))).collect();
    areas
        .iter()
        .map(|a| {
            let rate = groups(a).into_iter().flatten().find_map(|group| medians.get(&group))?;
            Some(rate * a.people * f64::from(a.quarters))
        })
        .collect()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    (values[(values.len() - 1) / 2] + values[values.len() / 2]) / 2.0
}

/// Fewest areas whose median says anything.
pub const ENOUGH: usize = 5;

/// Chance of at most `observed` referrals when `expected` are, Poisson; in [0, 1].
///
/// `observed` is rounded down: spread figures need not be whole. Terms are summed as logarithms' exponentials, exact to
/// about 1e-12 up to hundreds of thousands.
#[must_use]
pub fn chance_of_so_few(observed: f64, expected: f64) -> f64 {
    if expected <= 0.0 {
        return 1.0;
    }
    let (mut log_term, mut sum) = (-expected, 0.0);
    let mut k = 0.0;
    while k <= observed.floor() {
        if k > 0.0 {
            log_term += (expected / k).ln();
        }
        sum += log_term.exp();
        k += 1.0;
    }
    f64::min(sum, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(people: f64, observed: f64) -> ReferralHistory {
        ReferralHistory { people, decile: None, system: None, observed, quarters: 4 }
    }

    #[test]
    fn areas_are_compared_within_their_recording_system_first() {
        let in_system = |system, observed| ReferralHistory { system, ..area(1000.0, observed) };
        let mut areas = vec![in_system(Some(0), 110.0); 6];
        areas.extend([in_system(Some(1), 40.0); 6]);
        areas.extend([in_system(Some(2), 40.0); 2]);
        areas.push(in_system(None, 40.0));
        let expected = expected(&areas);
        assert_eq!([expected[0], expected[6]], [Some(110.0), Some(40.0)], "each among its own");
        // Two of a system say nothing of it, and of who does not say nothing is known: all are compared.
        assert_eq!([expected[12], expected[14]], [Some(40.0); 2]);
        let mixed: Vec<_> = areas.iter().map(|a| ReferralHistory { system: None, ..*a }).collect();
        assert_eq!(super::expected(&mixed)[6], Some(40.0));
        assert!(
            chance_of_so_few(40.0, 110.0) < 1e-9,
            "among all of them the second system would look silent"
        );
    }

    #[test]
    fn poisson_tail_as_published() {
        // Tables of the Poisson distribution: P(X <= 2 | 5) = 0.1247, P(X <= 0 | 3) = 0.0498.
        assert!((chance_of_so_few(2.0, 5.0) - 0.124_652).abs() < 1e-6);
        assert!((chance_of_so_few(0.9, 3.0) - 0.049_787).abs() < 1e-6);
        assert_eq!(chance_of_so_few(3.0, 0.0), 1.0);
        assert!((chance_of_so_few(100_000.0, 100_000.0) - 0.5).abs() < 0.002);
    }

    #[test]
    fn a_silent_area_does_not_hide_itself() {
        let mut areas = vec![area(1000.0, 40.0); 9];
        areas.push(area(1000.0, 2.0));
        let expected = expected(&areas);
        assert_eq!(expected[9], Some(40.0));
        assert!(chance_of_so_few(2.0, 40.0) < 1e-9);
    }

    #[test]
    fn few_areas_predict_nothing() {
        assert_eq!(expected(&[area(1000.0, 40.0); 4]), vec![None; 4]);
    }
}
