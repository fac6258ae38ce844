//! Areas that refer implausibly little: where demand that is there may go unseen.

/// What is known of an area's referring.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReferralHistory {
    /// People; above 0.
    pub people: f64,
    /// Deprivation decile, 1 = most deprived; areas without one are compared with all.
    pub decile: Option<u8>,
    /// The least that was referred, for all needs over `quarters`: what is expected of others rests on what is certain.
    pub observed: f64,
    /// Quarters with data; at least 1.
    pub quarters: u16,
}

/// Referrals that people and deprivation predict: people × quarters × the **median** rate of areas in the same fifth of
/// deprivation (of all areas where a fifth has fewer than [`ENOUGH`]). The median, because silent areas would pull a mean
/// down to themselves.
///
/// Returned in the order given; `None` where fewer than [`ENOUGH`] areas can be compared.
#[must_use]
pub fn expected(areas: &[ReferralHistory]) -> Vec<Option<f64>> {
    let fifth = |a: &ReferralHistory| a.decile.map(|d| (d - 1) / 2);
    let rate_of = |group: &dyn Fn(&ReferralHistory) -> bool| {
        let mut rates: Vec<f64> = areas
            .iter()
            .filter(|a| group(a))
            .map(|a| a.observed / (a.people * f64::from(a.quarters)))
            .collect();
        rates.sort_by(f64::total_cmp);
        (rates.len() >= ENOUGH).then(|| (rates[(rates.len() - 1) / 2] + rates[rates.len() / 2]) / 2.0)
    };
    let all = rate_of(&|_| true);
    let by_fifth: Vec<Option<f64>> = (0..5).map(|f| rate_of(&|a| fifth(a) == Some(f))).collect();
    areas
        .iter()
        .map(|a| {
            let rate = fifth(a).and_then(|f| by_fifth[usize::from(f).min(4)]).or(all)?;
            Some(rate * a.people * f64::from(a.quarters))
        })
        .collect()
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
        ReferralHistory { people, decile: None, observed, quarters: 4 }
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
