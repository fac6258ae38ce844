//! What stops whom: along a street, and at a point of it.

/// What of a street may not be walked; nothing by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Passage(u8);

impl Passage {
    /// Both ways, for everybody.
    pub const FREE: Self = Self(0);
    /// Not from its first point to its last.
    pub const NOT_FORWARD: Self = Self(1);
    /// Not from its last point to its first.
    pub const NOT_BACKWARD: Self = Self(2);
    /// Not without steps.
    pub const NOT_STEP_FREE: Self = Self(4);

    /// What either forbids.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether it forbids any of what `other` forbids.
    #[must_use]
    pub const fn forbids(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The same as seen from the other end.
    #[must_use]
    pub const fn reversed(self) -> Self {
        Self(self.0 & 4 | (self.0 & 1) << 1 | (self.0 & 2) >> 1)
    }

    pub(crate) const fn bits(self) -> u8 {
        self.0
    }

    pub(crate) fn from_bits(bits: u8) -> Option<Self> {
        (bits < 8).then_some(Self(bits))
    }
}

/// Who may not pass a point; everybody may by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Gate {
    /// Everybody passes.
    #[default]
    Open,
    /// Nobody passes without steps: a stile, a raised kerb.
    NotStepFree,
    /// Nobody passes.
    Closed,
}

impl Gate {
    /// Whether somebody passes who can, or cannot, take steps.
    #[must_use]
    pub const fn lets_pass(self, step_free: bool) -> bool {
        match self {
            Self::Open => true,
            Self::NotStepFree => !step_free,
            Self::Closed => false,
        }
    }

    pub(crate) const fn bits(self) -> u8 {
        self as u8
    }

    pub(crate) fn from_bits(bits: u8) -> Option<Self> {
        [Self::Open, Self::NotStepFree, Self::Closed].into_iter().find(|gate| gate.bits() == bits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn from_the_other_end_forward_is_backward() {
        let up = Passage::NOT_BACKWARD.and(Passage::NOT_STEP_FREE);
        assert_eq!(up.reversed(), Passage::NOT_FORWARD.and(Passage::NOT_STEP_FREE));
        assert_eq!(up.reversed().reversed(), up);
        assert!(up.forbids(Passage::NOT_STEP_FREE) && !up.forbids(Passage::NOT_FORWARD));
    }
}
