//! Ranks of areas, and the ranks that they can have within what is known of demand.

use crate::report::{DemandStatus, Gap};

/// Figures are told to a tenth: what is told as equal is.
const TOLD_PARTS: f64 = 10.0;

/// A figure as it is ranked: to the tenth to which it is told, halves up.
fn told(figure: f64) -> f64 {
    (figure * TOLD_PARTS).round() / TOLD_PARTS
}

/// Ranks by unmet referrals (likely), the most first; only areas whose demand can be believed, figures that are told as equal
/// equal.
pub(crate) fn rank(gaps: &mut [Gap]) {
    let mut order: Vec<usize> = (0..gaps.len())
        .filter(|&i| gaps[i].status == DemandStatus::Ok && gaps[i].unmet_likely.is_some())
        .collect();
    let unmet = |i: usize| told(gaps[i].unmet_likely.unwrap_or(0.0));
    order.sort_by(|&a, &b| unmet(b).total_cmp(&unmet(a)).then(a.cmp(&b)));
    let mut ranks = vec![None; gaps.len()];
    for (place, &i) in order.iter().enumerate() {
        let tied = place.checked_sub(1).map(|p| order[p]).filter(|&p| unmet(p) == unmet(i));
        ranks[i] = tied.map_or(Some(place as u32 + 1), |p| ranks[p]);
    }
    // Those that surely have more unmet come before, those that may have more can.
    let end = |ends: Option<[f64; 2]>| ends.map_or(f64::INFINITY, |[_, likely]| told(likely));
    let low = |i: usize| gaps[i].unmet_low.map_or(0.0, |[_, likely]| told(likely));
    let high = |i: usize| end(gaps[i].unmet_high);
    let risen = |of: &dyn Fn(usize) -> f64| {
        let mut values: Vec<f64> = order.iter().map(|&i| of(i)).collect();
        values.sort_by(f64::total_cmp);
        values
    };
    let (lows, highs) = (risen(&low), risen(&high));
    let above = |values: &[f64], value: f64| {
        (values.len() - values.partition_point(|v| v.total_cmp(&value).is_le())) as u32
    };
    let ends: Vec<(u32, u32)> = (0..gaps.len())
        .map(|i| {
            let itself = u32::from(high(i) > low(i));
            (above(&lows, high(i)) + 1, (above(&highs, low(i)) + 1).saturating_sub(itself))
        })
        .collect();
    let of = order.len() as u32;
    for ((gap, rank), (first, last)) in gaps.iter_mut().zip(ranks).zip(ends) {
        gap.rank = rank;
        gap.rank_low = rank.map(|rank| first.min(rank));
        gap.rank_high = rank.map(|rank| last.max(rank));
        gap.of = of;
    }
}
