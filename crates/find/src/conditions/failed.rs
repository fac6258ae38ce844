//! Conditions that a listing fails, a bit each.

use super::SearchCondition;

/// Conditions that a listing fails.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FailedConditions(u32);

const _: () = assert!(SearchCondition::ALL.len() <= u32::BITS as usize);

impl FailedConditions {
    /// With one more, if it failed.
    #[must_use]
    pub const fn and(self, condition: SearchCondition, failed: bool) -> Self {
        if failed { Self(self.0 | 1 << condition as u32) } else { self }
    }

    /// Whether it fits.
    #[must_use]
    pub const fn none(self) -> bool {
        self.0 == 0
    }

    /// The only condition that it fails, if it is one.
    #[must_use]
    pub fn only(self) -> Option<SearchCondition> {
        if self.0.count_ones() != 1 {
            return None;
        }
        // They stand in ALL in the order of their bits.
        SearchCondition::ALL.get(self.0.trailing_zeros() as usize).copied()
    }

    /// Whether it fits but for this condition, failed or not.
    #[must_use]
    pub const fn none_but(self, condition: SearchCondition) -> bool {
        self.0 & !(1 << condition as u32) == 0
    }
}
