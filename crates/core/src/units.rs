//! Quantities that must not be mixed up. Each is finite and not negative.

use thiserror::Error;

/// A quantity that is not a number, not finite or below zero.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
#[error("{value} is not a valid {quantity}: it must be a finite number, not below zero")]
pub struct InvalidQuantity {
    /// What the number was meant to be.
    pub quantity: &'static str,
    /// The number given.
    pub value: f64,
}

macro_rules! quantity {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default)]
        pub struct $name(f64);

        impl $name {
            /// Nothing of it.
            pub const ZERO: Self = Self(0.0);

            /// Checks that `value` is finite and not negative.
            ///
            /// # Errors
            /// [`InvalidQuantity`] with the value otherwise.
            pub fn new(value: f64) -> Result<Self, InvalidQuantity> {
                if value.is_finite() && value >= 0.0 {
                    Ok(Self(value))
                } else {
                    Err(InvalidQuantity { quantity: $what, value })
                }
            }

            /// The number itself, in the unit the type names.
            #[must_use]
            pub const fn get(self) -> f64 {
                self.0
            }
        }
    };
}

quantity!(
    /// A length in metres.
    Metres,
    "length in metres"
);
quantity!(
    /// A time on foot in minutes.
    Minutes,
    "time in minutes"
);
quantity!(
    /// A speed in kilometres an hour.
    KilometresPerHour,
    "speed in km/h"
);

impl Minutes {
    /// How far one gets in this time at `speed`, in metres.
    #[must_use]
    pub fn at(self, speed: KilometresPerHour) -> Metres {
        Metres(self.0 * speed.0 * 1000.0 / 60.0)
    }
}

/// So much of itself may a sum be off by the order of its parts.
const SAME: f64 = 1e-9;

/// Whether a figure is below another, and not the same but for the last digits of the arithmetic.
#[must_use]
pub fn is_below(figure: f64, limit: f64) -> bool {
    figure < limit - SAME * limit.abs()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_that_is_the_limit_is_not_below_it() {
        let sum: f64 = [0.1; 50].iter().sum();
        assert!(sum < 5.0 && !is_below(sum, 5.0) && !is_below(5.0, sum) && is_below(4.999, 5.0));
    }

    #[test]
    fn refuses_what_is_no_quantity() {
        for bad in [f64::NAN, f64::INFINITY, -0.1] {
            assert!(Minutes::new(bad).is_err());
        }
        assert_eq!(Minutes::new(15.0).unwrap().at(KilometresPerHour::new(4.8).unwrap()).get(), 1200.0);
    }
}
