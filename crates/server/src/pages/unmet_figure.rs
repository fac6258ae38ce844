//! What is unmet as pages show it: a figure with its range, of how many, and in words.

use super::chart::DotRow;
use hereabouts_core::confidence::Confidence;
use hereabouts_core::interval::wilson;
use hereabouts_core::report::{DemandStatus, Gap};
use hereabouts_engine::format;
use hereabouts_engine::view::Scenario;

/// Unmet referrals with what they may be: the 95 % interval of the share (Wilson), and what is open where referrals are known
/// only between two numbers, whichever reaches farther.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct UnmetFigure {
    pub(super) unmet: f64,
    pub(super) referrals: f64,
    pub(super) range: (f64, f64),
    pub(super) sure: bool,
}

impl UnmetFigure {
    /// Of one gap; `None` where nothing can be said: no data, no list, nobody referred.
    pub(super) fn of(gap: &Gap, reading: Scenario) -> Option<Self> {
        let known =
            !matches!(gap.status, DemandStatus::NoData | DemandStatus::NoList | DemandStatus::Partial);
        let unmet = reading.of(gap.unmet_listed, gap.unmet_likely).filter(|_| known)?;
        let referrals = gap.referrals.filter(|referrals| *referrals > 0.0)?;
        let end = |ends: Option<[f64; 2]>| ends.map(|[listed, likely]| reading.of(listed, likely));
        let ends = (end(gap.unmet_low).unwrap_or(unmet), end(gap.unmet_high).unwrap_or(unmet));
        let sure = gap.status == DemandStatus::Ok && gap.grounds.confidence() == Confidence::High;
        Some(Self { sure, ..Self::within(unmet, referrals, ends) })
    }

    /// A sum of figures.
    pub(super) fn total(of: impl IntoIterator<Item = Self>) -> Option<Self> {
        let sum = of.into_iter().fold((0.0, 0.0), |(u, r), one| (u + one.unmet, r + one.referrals));
        (sum.1 > 0.0).then(|| Self::within(sum.0, sum.1, (sum.0, sum.0)))
    }

    fn within(unmet: f64, referrals: f64, ends: (f64, f64)) -> Self {
        let (low, high) = wilson(unmet, referrals).map_or(ends, |(l, h)| (l * referrals, h * referrals));
        Self { unmet, referrals, range: (low.min(ends.0), high.max(ends.1)), sure: false }
    }

    /// The share that is unmet, from 0 to 1.
    pub(super) fn share(&self) -> f64 {
        (self.unmet / self.referrals).min(1.0)
    }

    /// What the share may be.
    pub(super) fn share_range(&self) -> (f64, f64) {
        ((self.range.0 / self.referrals).min(1.0), (self.range.1 / self.referrals).min(1.0))
    }

    /// On a line of referrals.
    pub(super) fn dot(&self) -> DotRow {
        DotRow { value: self.unmet, range: self.range, sure: self.sure }
    }

    /// On a line of shares.
    pub(super) fn share_dot(&self) -> DotRow {
        DotRow { value: self.share(), range: self.share_range(), sure: self.sure }
    }

    /// `21 of 23`.
    pub(super) fn of_referrals(&self) -> String {
        format!("{} of {}", format::count(self.unmet), format::count(self.referrals))
    }

    /// `18 to 23`.
    pub(super) fn range_in_words(&self) -> String {
        format::between(Some(self.range.0), Some(self.range.1), format::about)
    }

    /// Whether one is more than the other, whatever chance did: their ranges do not meet.
    pub(super) fn differs_from(&self, other: &Self) -> bool {
        let ((a_low, a_high), (b_low, b_high)) = (self.share_range(), other.share_range());
        a_low > b_high || b_low > a_high
    }
}

/// Figures sorted from the most, parted where a range no longer meets that of the first of its part: within one, nobody can say
/// which comes first.
pub(super) fn parted(figures: &[UnmetFigure]) -> Vec<usize> {
    let mut parts: Vec<usize> = Vec::new();
    let mut lowest = f64::NEG_INFINITY;
    for figure in figures {
        match parts.last_mut() {
            Some(count) if figure.range.1 >= lowest => *count += 1,
            _ => {
                parts.push(1);
                lowest = figure.range.0;
            }
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(unmet: f64, referrals: f64) -> UnmetFigure {
        UnmetFigure::total([UnmetFigure { unmet, referrals, range: (unmet, unmet), sure: true }]).unwrap()
    }

    #[test]
    fn a_range_holds_its_figure_and_is_wide_for_few() {
        for (unmet, referrals) in [(0.0, 3.0), (3.0, 3.0), (21.0, 23.0), (300.0, 400.0)] {
            let of = figure(unmet, referrals);
            assert!(of.range.0 <= unmet && unmet <= of.range.1 && of.range.1 <= referrals + 1e-9, "{of:?}");
        }
        let width = |of: UnmetFigure| of.share_range().1 - of.share_range().0;
        assert!(width(figure(2.0, 4.0)) > 3.0 * width(figure(100.0, 200.0)));
        assert!(UnmetFigure::total([]).is_none(), "nothing is no figure");
    }

    #[test]
    fn only_what_cannot_be_chance_is_a_difference() {
        assert!(!figure(3.0, 4.0).differs_from(&figure(1.0, 4.0)));
        assert!(figure(180.0, 200.0).differs_from(&figure(40.0, 200.0)));
    }

    #[test]
    fn a_ranking_is_parted_where_ranges_no_longer_meet() {
        let of = |unmet: f64| UnmetFigure {
            unmet,
            referrals: 40.0,
            range: (unmet - 2.0, unmet + 2.0),
            sure: true,
        };
        assert_eq!(parted(&[30.0, 20.0, 18.0, 17.0, 5.0].map(of)), [1, 3, 1]);
        assert_eq!(parted(&[]), [0; 0]);
    }
}
