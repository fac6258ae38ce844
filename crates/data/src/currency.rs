//! The currency in which costs of a place are told.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use thiserror::Error;

/// A currency, by its code in ISO 4217.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency(String);

/// Text that is no code of a currency.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0:?} is no currency; give its code of three letters (ISO 4217), such as GBP or EUR")]
pub struct InvalidCurrency(pub String);

impl Currency {
    /// Its code, such as `GBP`.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.0
    }

    /// Its sign, where one is everybody's.
    #[must_use]
    pub fn sign(&self) -> Option<char> {
        SIGNS.iter().find(|(_, code)| *code == self.0).map(|(sign, _)| *sign)
    }
}

/// Signs that stand before an amount, and the currency that each is taken for.
pub(crate) const SIGNS: [(char, &str); 3] = [('£', "GBP"), ('€', "EUR"), ('$', "USD")];

/// Pounds: what is taken where nobody says.
impl Default for Currency {
    fn default() -> Self {
        Self("GBP".to_owned())
    }
}

impl FromStr for Currency {
    type Err = InvalidCurrency;

    fn from_str(text: &str) -> Result<Self, InvalidCurrency> {
        let code = text.trim();
        if code.len() == 3 && code.bytes().all(|b| b.is_ascii_alphabetic()) {
            Ok(Self(code.to_ascii_uppercase()))
        } else {
            Err(InvalidCurrency(text.to_owned()))
        }
    }
}

impl TryFrom<String> for Currency {
    type Error = InvalidCurrency;

    fn try_from(text: String) -> Result<Self, InvalidCurrency> {
        text.parse()
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.0
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_currency_is_three_letters() {
        assert_eq!("eur".parse::<Currency>().unwrap().code(), "EUR");
        assert_eq!((Currency::default().code(), Currency::default().sign()), ("GBP", Some('£')));
        assert_eq!("CHF".parse::<Currency>().unwrap().sign(), None);
        for bad in ["", "£", "EURO", "E R", "12E"] {
            assert!(bad.parse::<Currency>().unwrap_err().to_string().contains("ISO 4217"), "{bad}");
        }
    }
}
