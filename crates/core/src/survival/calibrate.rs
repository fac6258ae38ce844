//! Half-lives from what was found: who was confirmed again, and who had closed. And how well chances that were told came
//! true.

/// What was found when somebody checked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CheckOutcome {
    /// Months since the confirmation before; above 0.
    pub months: f64,
    /// Whether it still ran.
    pub runs: bool,
}

/// Half-lives are looked for between these, in months.
const SHORTEST: f64 = 0.25;
const LONGEST: f64 = 12_000.0;

/// The half-life, in months, that makes what was found most likely, together with what the table says, which counts like
/// `weight` closures that happened as it predicts (0: it counts nothing). Without any closure and without weight it is as
/// long as is looked for.
///
/// Nobody sees a group close: it is found running or closed at one moment ("current status data"). Under a constant hazard λ
/// = ln 2 / half-life the likelihood of one outcome after t months is e^(−λt) for one that runs and 1 − e^(−λt) for one
/// that has closed; with a gamma prior whose mode is the table's hazard the slope of its logarithm falls all the way, so that
/// there is one maximum (Sun 2006, *The Statistical Analysis of Interval-censored Failure Time Data*, ch. 2).
#[must_use]
pub fn half_life(outcomes: &[CheckOutcome], table: f64, weight: f64) -> f64 {
    let slope = |hazard: f64| {
        let found: f64 = outcomes
            .iter()
            .map(|o| if o.runs { -o.months } else { o.months / (hazard * o.months).exp_m1() })
            .sum();
        found + weight * (1.0 / hazard - table / std::f64::consts::LN_2)
    };
    let hazard = |months: f64| std::f64::consts::LN_2 / months;
    let (mut short, mut long) = (SHORTEST, LONGEST);
    if slope(hazard(short)) > 0.0 {
        return short;
    }
    if slope(hazard(long)) < 0.0 {
        return long;
    }
    // On the scale of ratios; sixty halvings are beyond what a double tells apart.
    for _ in 0..60 {
        let middle = (short * long).sqrt();
        if slope(hazard(middle)) < 0.0 { short = middle } else { long = middle }
    }
    (short * long).sqrt()
}

/// A chance that was told, and whether it came true.
pub type PredictedChance = (f64, bool);

/// Mean squared difference between chances and what happened, 0 to 1; 0 is perfect, and always saying ½ gives ¼ (Brier
/// 1950). `None` without any.
#[must_use]
pub fn brier(predicted: &[PredictedChance]) -> Option<f64> {
    let error: f64 =
        predicted.iter().map(|(chance, runs)| (chance - f64::from(u8::from(*runs))).powi(2)).sum();
    (!predicted.is_empty()).then(|| error / predicted.len() as f64)
}

/// Outcomes of which about the same chance was told.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct ReliabilityBin {
    /// How many.
    pub outcomes: usize,
    /// The mean of the chances told.
    pub predicted: f64,
    /// The share that came true.
    pub observed: f64,
}

/// Ten bins by chance, from 0 to 0.1 up to 0.9 to 1; those without an outcome are left out.
#[must_use]
pub fn bins(predicted: &[PredictedChance]) -> Vec<ReliabilityBin> {
    let mut bins = [ReliabilityBin::default(); 10];
    for (chance, runs) in predicted {
        let bin = &mut bins[((chance * 10.0) as usize).min(9)];
        bin.outcomes += 1;
        bin.predicted += chance;
        bin.observed += f64::from(u8::from(*runs));
    }
    let filled = bins.into_iter().filter(|bin| bin.outcomes > 0);
    filled
        .map(|bin| {
            let n = bin.outcomes as f64;
            ReliabilityBin { predicted: bin.predicted / n, observed: bin.observed / n, ..bin }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(months: f64, running: usize, closed: usize) -> Vec<CheckOutcome> {
        let of = |runs, n| std::iter::repeat_n(CheckOutcome { months, runs }, n);
        of(true, running).chain(of(false, closed)).collect()
    }

    #[test]
    fn checked_once_after_the_same_time_the_share_says_it_all() {
        // Half still run after 12 months: the half-life is 12. A quarter: 6. In closed form, t / log2(n / running).
        assert!((half_life(&found(12.0, 50, 50), 99.0, 0.0) - 12.0).abs() < 1e-6);
        assert!((half_life(&found(12.0, 25, 75), 99.0, 0.0) - 6.0).abs() < 1e-6);
        assert!((half_life(&found(12.0, 90, 10), 99.0, 0.0) - 12.0 / (10.0_f64 / 9.0).log2()).abs() < 1e-6);
    }

    #[test]
    fn few_outcomes_move_the_table_little_and_many_move_it_all_the_way() {
        assert!((half_life(&[], 24.0, 4.0) - 24.0).abs() < 1e-6);
        let few = half_life(&found(12.0, 1, 1), 24.0, 4.0);
        let many = half_life(&found(12.0, 1_000, 1_000), 24.0, 4.0);
        assert!(few > 17.0 && few < 24.0, "{few}");
        assert!((many - 12.0).abs() < 0.1, "{many}");
        assert_eq!(half_life(&found(12.0, 9, 0), 24.0, 0.0), LONGEST);
        assert_eq!(half_life(&found(12.0, 0, 9), 24.0, 0.0), SHORTEST);
    }

    #[test]
    fn reliability_is_what_was_predicted_against_what_was_observed() {
        let predicted = [(0.9, true), (0.9, true), (0.92, false), (0.2, false), (1.0, true)];
        assert!((brier(&predicted).unwrap() - (0.01 + 0.01 + 0.8464 + 0.04 + 0.0) / 5.0).abs() < 1e-12);
        assert_eq!(brier(&[]), None);
        let bins = bins(&predicted);
        assert_eq!(bins.iter().map(|b| b.outcomes).collect::<Vec<_>>(), [1, 4]);
        assert!((bins[1].observed - 0.75).abs() < 1e-12 && (bins[1].predicted - 0.93).abs() < 1e-12);
    }
}
