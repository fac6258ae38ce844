//! What is known of a listing against what is asked: which conditions it fails, and of which nobody says.

use super::SearchCondition;

/// Whether a listing meets a condition. What is not known neither lets a listing in as if it fitted nor keeps it out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConditionVerdict {
    /// It is known to.
    Met,
    /// It is known not to.
    Failed,
    /// Nobody says: somebody has to ask.
    NotKnown,
}

impl From<bool> for ConditionVerdict {
    fn from(met: bool) -> Self {
        if met { Self::Met } else { Self::Failed }
    }
}

impl From<Option<bool>> for ConditionVerdict {
    fn from(met: Option<bool>) -> Self {
        met.map_or(Self::NotKnown, Self::from)
    }
}

/// Conditions, a bit each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ConditionSet(u32);

const _: () = assert!(SearchCondition::ALL.len() <= u32::BITS as usize);

impl ConditionSet {
    const fn add(&mut self, condition: SearchCondition) {
        self.0 |= 1 << condition as u32;
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The only one, if it is one.
    #[must_use]
    pub fn only(self) -> Option<SearchCondition> {
        if self.0.count_ones() == 1 { self.iter().next() } else { None }
    }

    /// Whether there is none but this one, which may be there or not.
    #[must_use]
    pub const fn none_but(self, condition: SearchCondition) -> bool {
        self.0 & !(1 << condition as u32) == 0
    }

    /// All of them, in the order of the table.
    pub fn iter(self) -> impl Iterator<Item = SearchCondition> {
        // They stand in ALL in the order of their bits.
        let left = std::iter::successors(Some(self.0), |left| Some(left & left.wrapping_sub(1)));
        let left = left.take_while(|left| *left != 0);
        left.filter_map(|left| SearchCondition::ALL.get(left.trailing_zeros() as usize).copied())
    }
}

/// How a listing stands to a question.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ListingJudgement {
    /// Conditions that it fails.
    pub failed: ConditionSet,
    /// Conditions of which it is not known whether it meets them.
    pub not_known: ConditionSet,
}

impl ListingJudgement {
    /// With one condition more.
    #[must_use]
    pub(crate) const fn and(mut self, condition: SearchCondition, verdict: ConditionVerdict) -> Self {
        match verdict {
            ConditionVerdict::Met => {}
            ConditionVerdict::Failed => self.failed.add(condition),
            ConditionVerdict::NotKnown => self.not_known.add(condition),
        }
        self
    }

    /// Whether it fails nothing: it fits or, where something is not known, may fit.
    #[must_use]
    pub const fn may_fit(self) -> bool {
        self.failed.is_empty()
    }
}

/// How many listings fit, and how many may: of these something is not known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FitCount {
    /// Known to fit.
    pub fits: usize,
    /// Without anything that is known to keep them out.
    pub may_fit: usize,
}

impl FitCount {
    /// Both together.
    #[must_use]
    pub const fn total(self) -> usize {
        self.fits + self.may_fit
    }

    /// The sum of two.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self { fits: self.fits + other.fits, may_fit: self.may_fit + other.may_fit }
    }

    /// Counts a listing that fits but for one condition, by its verdict on that one.
    pub(crate) fn count(&mut self, verdict: ConditionVerdict, others_met: bool) {
        match verdict {
            ConditionVerdict::Failed => {}
            ConditionVerdict::Met if others_met => self.fits += 1,
            ConditionVerdict::Met | ConditionVerdict::NotKnown => self.may_fit += 1,
        }
    }
}
