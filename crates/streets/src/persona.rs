//! Who walks: how fast, and over what.

use hereabouts_core::units::KilometresPerHour;
use std::fmt;
use std::str::FromStr;

/// Somebody on foot or on wheels. Each has a reach of their own, worked out from their own ways.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Persona {
    /// How fast; above 0.
    pub speed: KilometresPerHour,
    /// Whether steps, stiles and raised kerbs are in the way.
    pub step_free: bool,
}

/// A persona that is offered.
#[derive(Debug, Clone, Copy)]
pub struct NamedPersona {
    /// Its name in the API and on the command line.
    pub name: &'static str,
    /// What a reader sees for it.
    pub label: &'static str,
    /// How it walks, in words.
    pub about: &'static str,
    /// Who it is.
    pub persona: fn() -> Persona,
}

impl Persona {
    /// The personas that are offered.
    pub const NAMED: [NamedPersona; 3] = [
        NamedPersona { name: "default", label: "Usual pace", about: "4.8 km/h", persona: Self::usual },
        NamedPersona {
            name: "slow",
            label: "Slow pace, 0.8 m/s",
            about: "2.88 km/h, which is 0.8 m/s",
            persona: Self::slow,
        },
        NamedPersona {
            name: "step-free",
            label: "Without steps",
            about: "4.8 km/h without steps, stiles and raised kerbs, where the store has streets",
            persona: Self::step_free,
        },
    ];

    /// 4.8 km/h, anywhere one may walk.
    #[must_use]
    pub fn usual() -> Self {
        Self { speed: KilometresPerHour::new(4.8).unwrap_or_default(), step_free: false }
    }

    /// 0.8 m/s (2.88 km/h), anywhere one may walk: the mean of people over 65 in England (Asher et al. 2012,
    /// doi:10.1093/ageing/afs076, found 0.8 for women, 0.9 for men).
    #[must_use]
    pub fn slow() -> Self {
        Self { speed: KilometresPerHour::new(2.88).unwrap_or_default(), step_free: false }
    }

    /// 4.8 km/h without steps, stiles, raised kerbs or what is marked as not for wheelchairs.
    #[must_use]
    pub fn step_free() -> Self {
        Self { step_free: true, ..Self::usual() }
    }

    /// Millimetres walked in a minute.
    #[must_use]
    pub fn millimetres_per_minute(self) -> f64 {
        self.speed.get() * 1e6 / 60.0
    }

    /// Minutes that so many millimetres take.
    #[must_use]
    pub fn minutes(self, millimetres: u32) -> f64 {
        f64::from(millimetres) / self.millimetres_per_minute()
    }

    /// The most millimetres that take at most so many minutes.
    #[must_use]
    pub fn millimetres(self, minutes: f64) -> u32 {
        let most = (minutes * self.millimetres_per_minute()).floor() as u32;
        // Multiplying and dividing may round apart by one.
        if most < u32::MAX && self.minutes(most + 1) <= minutes {
            most + 1
        } else if self.minutes(most) > minutes {
            most.saturating_sub(1)
        } else {
            most
        }
    }
}

impl Default for Persona {
    fn default() -> Self {
        Self::usual()
    }
}

/// A name that is none of [`Persona::NAMED`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownPersona(String);

impl fmt::Display for UnknownPersona {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is none of {}", self.0, Persona::NAMED.map(|named| named.name).join(", "))
    }
}

impl std::error::Error for UnknownPersona {}

impl FromStr for Persona {
    type Err = UnknownPersona;
    fn from_str(name: &str) -> Result<Self, UnknownPersona> {
        let named = Self::NAMED.iter().find(|named| named.name == name);
        named.map(|named| (named.persona)()).ok_or_else(|| UnknownPersona(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_somebody() {
        let all: Vec<Persona> = Persona::NAMED.iter().map(|named| named.name.parse().unwrap()).collect();
        assert_eq!(all, [Persona::usual(), Persona::slow(), Persona::step_free()]);
        assert!("brisk".parse::<Persona>().is_err());
    }

    #[test]
    fn the_limit_is_inside_to_the_millimetre() {
        for speed in [4.8, 2.88, 4.7, 3.3333] {
            let persona = Persona { speed: KilometresPerHour::new(speed).unwrap(), step_free: false };
            for minutes in [0.0, 0.1, 5.0, 10.0, 15.0, 37.77, 60.0] {
                let most = persona.millimetres(minutes);
                assert!(persona.minutes(most) <= minutes && persona.minutes(most + 1) > minutes);
            }
        }
        assert_eq!(Persona::usual().millimetres(15.0), 1_200_000);
        assert_eq!(Persona::usual().millimetres(1e12), u32::MAX);
    }
}
