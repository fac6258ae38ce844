//! How far a share of few can be leant on.

/// The quantile of the normal distribution that leaves 2.5 % on either side.
const Z: f64 = 1.959_963_984_540_054;

/// The 95 % score interval of a share, `part` of `of` (Wilson 1927, "Probable inference, the law of succession, and statistical
/// inference", JASA 22): it keeps to 0 and 1 and holds for few as for many. `None` of nothing.
#[must_use]
pub fn wilson(part: f64, of: f64) -> Option<(f64, f64)> {
    if of.is_nan() || of <= 0.0 {
        return None;
    }
    let share = (part / of).clamp(0.0, 1.0);
    let denominator = 1.0 + Z * Z / of;
    let middle = (share + Z * Z / (2.0 * of)) / denominator;
    let half = Z / denominator * (share * (1.0 - share) / of + Z * Z / (4.0 * of * of)).sqrt();
    // All and none of it are ends of their interval, whatever rounding says.
    let low = if share <= 0.0 { 0.0 } else { (middle - half).clamp(0.0, share) };
    let high = if share >= 1.0 { 1.0 } else { (middle + half).clamp(share, 1.0) };
    Some((low, high))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_published() {
        // Newcombe 1998, Statistics in Medicine 17, table I, method 3.
        for (part, of, low, high) in [
            (81.0, 263.0, 0.2553, 0.3662),
            (15.0, 148.0, 0.0624, 0.1605),
            (0.0, 20.0, 0.0, 0.1611),
            (1.0, 29.0, 0.0061, 0.1718),
        ] {
            let found = wilson(part, of).unwrap();
            assert!(
                (found.0 - low).abs() < 5e-5 && (found.1 - high).abs() < 5e-5,
                "{part} of {of}: {found:?}"
            );
        }
    }

    #[test]
    fn two_of_two_may_be_a_third() {
        let (low, high) = wilson(2.0, 2.0).unwrap();
        assert!((low - 0.342).abs() < 1e-3 && high == 1.0, "{low} to {high}");
        assert_eq!(wilson(0.0, 0.0), None);
        assert_eq!(wilson(0.0, 0.4).unwrap().0, 0.0);
    }
}
