//! What stops whom and what slows everybody: along a street, and at a point of it.

/// What of a street may not be walked, and how it rises; free and level by default.
///
/// One byte: three bits of what is forbidden, four of how steep it is and one of whether it falls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct EdgeAccess(u8);

/// What is forbidden.
const FORBIDS: u8 = 0b0000_0111;
/// How steep.
const STEEP: u8 = 0b0111_1000;
const STEEP_FROM: u32 = 3;
/// Whether it falls from its first point to its last.
const FALLS: u8 = 0b1000_0000;

/// Per cent of a degree of steepness.
const STEP: f64 = 2.0;

/// Steeper than this is taken for a mistake, in per cent: the steepest street there is has 35.
const STEEPEST: f64 = 40.0;

/// Metres walked on the level in the time of a thousand uphill and downhill, by degrees of steepness: Tobler's hiking function
/// (1993), `exp(3.5 |slope + 0.05|)` over its value on the level, and never less than on the level.
const UPHILL: [u32; 16] =
    [1000, 1073, 1150, 1234, 1323, 1419, 1522, 1632, 1751, 1878, 2014, 2160, 2316, 2484, 2664, 2858];
const DOWNHILL: [u32; 16] =
    [1000, 1000, 1000, 1000, 1000, 1000, 1073, 1150, 1234, 1323, 1419, 1522, 1632, 1751, 1878, 2014];

impl EdgeAccess {
    /// Both ways, for everybody.
    pub const FREE: Self = Self(0);
    /// Not from its first point to its last.
    pub const NOT_FORWARD: Self = Self(1);
    /// Not from its last point to its first.
    pub const NOT_BACKWARD: Self = Self(2);
    /// Not without steps.
    pub const NOT_STEP_FREE: Self = Self(4);

    /// Free for everybody, rising by so many metres in a hundred from its first point to its last, or falling where negative:
    /// to the nearest two per cent, at most thirty. Level where the number cannot be right.
    #[must_use]
    pub fn rising(per_cent: f64) -> Self {
        if !per_cent.is_finite() || per_cent.abs() > STEEPEST {
            return Self::FREE;
        }
        let steep = ((per_cent.abs() / STEP).round() as u8).min(STEEP >> STEEP_FROM);
        let falls = if per_cent < 0.0 && steep > 0 { FALLS } else { 0 };
        Self(steep << STEEP_FROM | falls)
    }

    /// Whether it neither rises nor falls, as far as is known.
    #[must_use]
    pub const fn is_level(self) -> bool {
        self.0 & STEEP == 0
    }

    /// What either forbids, rising as this does.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0 & FORBIDS)
    }

    /// Whether it forbids any of what `other` forbids.
    #[must_use]
    pub const fn forbids(self, other: Self) -> bool {
        self.0 & other.0 & FORBIDS != 0
    }

    /// The same as seen from the other end.
    #[must_use]
    pub const fn reversed(self) -> Self {
        let falls = if self.is_level() { 0 } else { !self.0 & FALLS };
        Self(self.0 & (STEEP | 4) | falls | (self.0 & 1) << 1 | (self.0 & 2) >> 1)
    }

    /// Millimetres on the level that take as long as so many of it, walked from its first point towards its last.
    #[must_use]
    pub fn on_the_level(self, millimetres: u32) -> u32 {
        if self.is_level() {
            return millimetres;
        }
        let steep = usize::from((self.0 & STEEP) >> STEEP_FROM);
        let thousandths = if self.0 & FALLS == 0 { UPHILL[steep] } else { DOWNHILL[steep] };
        let level = (u64::from(millimetres) * u64::from(thousandths) + 500) / 1000;
        u32::try_from(level).unwrap_or(u32::MAX)
    }

    pub(crate) const fn bits(self) -> u8 {
        self.0
    }

    pub(crate) fn from_bits(bits: u8) -> Option<Self> {
        // What is level does not fall.
        (bits & STEEP != 0 || bits & FALLS == 0).then_some(Self(bits))
    }
}

/// Who may not pass a point; everybody may by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum AccessBarrier {
    /// Everybody passes.
    #[default]
    Open,
    /// Nobody passes without steps: a stile, a raised kerb.
    NotStepFree,
    /// Nobody passes.
    Closed,
}

impl AccessBarrier {
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

    /// Metres on the level for one on a slope, after Tobler.
    fn tobler(slope: f64) -> f64 {
        (3.5 * ((slope + 0.05).abs() - 0.05)).exp().max(1.0)
    }

    #[test]
    fn it_is_as_long_as_toblers_function_says() {
        for per_cent in -30..=30 {
            let passage = EdgeAccess::rising(f64::from(per_cent));
            let nearest = (f64::from(per_cent).abs() / STEP).round() * STEP * f64::from(per_cent).signum();
            let level = f64::from(passage.on_the_level(1_000_000)) / 1e6;
            assert!((level - tobler(nearest / 100.0)).abs() < 0.0006, "{per_cent} %: {level}");
            let back = f64::from(passage.reversed().on_the_level(1_000_000)) / 1e6;
            assert!((back - tobler(-nearest / 100.0)).abs() < 0.0006, "{per_cent} % back: {back}");
            assert_eq!(passage.reversed().reversed(), passage);
            assert_eq!(EdgeAccess::from_bits(passage.bits()), Some(passage));
        }
        assert_eq!(EdgeAccess::rising(0.9), EdgeAccess::FREE);
        assert_eq!(EdgeAccess::rising(f64::NAN), EdgeAccess::FREE);
        assert_eq!(EdgeAccess::rising(400.0), EdgeAccess::FREE, "no street is so steep");
        assert_eq!(EdgeAccess::from_bits(FALLS), None);
    }

    #[test]
    fn a_slope_forbids_nothing_and_stays_what_it_is() {
        let steep = EdgeAccess::rising(10.0).and(EdgeAccess::NOT_FORWARD);
        assert!(steep.forbids(EdgeAccess::NOT_FORWARD) && !steep.forbids(EdgeAccess::NOT_BACKWARD));
        assert!(!EdgeAccess::rising(-30.0).forbids(EdgeAccess::NOT_STEP_FREE.and(EdgeAccess::NOT_BACKWARD)));
        assert_eq!(EdgeAccess::NOT_STEP_FREE.and(EdgeAccess::rising(8.0)), EdgeAccess::NOT_STEP_FREE);
        assert_eq!(steep.reversed(), EdgeAccess::rising(-10.0).and(EdgeAccess::NOT_BACKWARD));
        assert_eq!(EdgeAccess::FREE.on_the_level(u32::MAX), u32::MAX);
        assert_eq!(EdgeAccess::rising(20.0).on_the_level(u32::MAX), u32::MAX);
    }

    #[test]
    fn from_the_other_end_forward_is_backward() {
        let up = EdgeAccess::NOT_BACKWARD.and(EdgeAccess::NOT_STEP_FREE);
        assert_eq!(up.reversed(), EdgeAccess::NOT_FORWARD.and(EdgeAccess::NOT_STEP_FREE));
        assert_eq!(up.reversed().reversed(), up);
        assert!(up.forbids(EdgeAccess::NOT_STEP_FREE) && !up.forbids(EdgeAccess::NOT_FORWARD));
    }
}
