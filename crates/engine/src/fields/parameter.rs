//! One query parameter: what it is called, what it means and what it may be.

use super::TimeInterval;
use super::values::{bbox, day, flag, minute_of_day, number};
use crate::error::RequestError;
use crate::wire::{RowProperty, ValueKind};
use serde_json::{Value, json};

/// Characters of a value that are told back to whoever gave it.
const TOLD: usize = 60;

/// A parameter that a resource offers.
#[derive(Debug, Clone, PartialEq)]
pub struct QueryParameter {
    /// Its name.
    pub name: &'static str,
    /// What it means, for people.
    pub about: String,
    /// What it may be.
    pub domain: ValueDomain,
    /// A value that leads somewhere.
    pub example: Option<String>,
}

/// What a parameter may be.
#[derive(Debug, Clone, PartialEq)]
pub enum ValueDomain {
    /// Any text.
    Text,
    /// Text that may be long: a list, or an address.
    LongText,
    /// One of these.
    Choice {
        /// What is offered.
        of: Vec<String>,
        /// What is taken if none is given.
        default: Option<String>,
    },
    /// A whole number.
    Whole {
        /// At least.
        min: u64,
        /// At most; more is taken for this, as OGC API Features has it for `limit`.
        max: Option<u64>,
        /// What is taken if none is given.
        default: Option<u64>,
    },
    /// A number.
    Number,
    /// True or false, also written 1 and 0 (GDAL does).
    Flag,
    /// A day.
    Day,
    /// A time of day, `HH:MM`.
    Time,
    /// A bounding box: west, south, east, north, or the same with heights.
    Bbox,
    /// A day, a moment, or two with `/` between, `..` for an open end.
    Interval,
}

/// Characters of a text that is asked for: what is looked up costs more the longer it is.
const LONGEST_TEXT: usize = 200;

impl QueryParameter {
    /// A parameter.
    #[must_use]
    pub fn new(name: &'static str, about: impl Into<String>, domain: ValueDomain) -> Self {
        Self { name, about: about.into(), domain, example: None }
    }

    /// With a value that leads somewhere.
    #[must_use]
    pub fn like(mut self, example: impl Into<String>) -> Self {
        self.example = Some(example.into());
        self
    }

    /// Equality with a property.
    #[must_use]
    pub fn of_property(property: &RowProperty) -> Self {
        let domain = match property.kind {
            ValueKind::Text | ValueKind::List => ValueDomain::Text,
            ValueKind::Number => ValueDomain::Number,
            ValueKind::Integer => ValueDomain::Whole { min: 0, max: None, default: None },
            ValueKind::Flag => ValueDomain::Flag,
            ValueKind::Day => ValueDomain::Day,
        };
        let which = if property.kind == ValueKind::List { "with this among" } else { "with exactly this as" };
        Self::new(
            property.name,
            format!("Only features {which} {}: {}", property.name, property.about),
            domain,
        )
    }

    /// Whether a value is within the domain.
    ///
    /// # Errors
    /// [`RequestError::Parameter`] with what would do.
    pub fn check(&self, value: &str) -> Result<(), RequestError> {
        let wrong = |reason: String| {
            let told: String = value.chars().take(TOLD).collect();
            Err(RequestError::parameter(self.name, format!("{told:?} is {reason}")))
        };
        match &self.domain {
            ValueDomain::Text if value.chars().count() > LONGEST_TEXT => {
                wrong(format!("too long: up to {LONGEST_TEXT} characters are read"))
            }
            ValueDomain::Text | ValueDomain::LongText => Ok(()),
            // A plus in an address is a blank to who reads it.
            ValueDomain::Choice { of, .. } if of.iter().any(|o| o == value || o.replace('+', " ") == value) => Ok(()),
            ValueDomain::Choice { of, .. } => wrong(format!("not one of {}", of.join(", "))),
            ValueDomain::Whole { min, .. } => {
                let digits = !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit());
                let enough = value.parse::<u64>().map_or(digits, |n| n >= *min);
                if digits && enough { Ok(()) } else { wrong(format!("not a whole number of at least {min}")) }
            }
            ValueDomain::Number => match number(value) {
                Some(_) => Ok(()),
                None => wrong("not a number".to_owned()),
            },
            ValueDomain::Flag => match flag(value) {
                Some(_) => Ok(()),
                None => wrong("not true, false, 1 or 0".to_owned()),
            },
            ValueDomain::Day => match day(value) {
                Some(_) => Ok(()),
                None => wrong("not a day; write it like 2025-12-31".to_owned()),
            },
            ValueDomain::Time => match minute_of_day(value) {
                Some(_) => Ok(()),
                None => wrong("not a time of day; write it like 18:00".to_owned()),
            },
            ValueDomain::Bbox => bbox(value).map(|_| ()).or_else(|reason| wrong(reason.to_owned())),
            ValueDomain::Interval => match TimeInterval::parse(value) {
                Some(_) => Ok(()),
                None => wrong(
                    "not a day, a moment or an interval; write it like 2025-12-31, 2025-10-01/2025-12-31 or 2025-10-01/.."
                        .to_owned(),
                ),
            },
        }
    }

    /// Whether every field that is offered has a value within its domain.
    ///
    /// # Errors
    /// [`RequestError::Parameter`] for the first that has not.
    pub fn check_all<'t>(
        offered: &[Self],
        fields: impl IntoIterator<Item = (&'t str, &'t str)>,
    ) -> Result<(), RequestError> {
        fields.into_iter().try_for_each(|(name, text)| {
            offered.iter().find(|parameter| parameter.name == name).map_or(Ok(()), |p| p.check(text))
        })
    }

    /// The parameter as OpenAPI 3.0 has it.
    #[must_use]
    pub fn openapi(&self) -> Value {
        let mut written = json!({
            "name": self.name, "in": "query", "required": false, "description": self.about,
            "style": "form", "explode": false, "schema": self.domain.schema(),
        });
        if let Some(example) = &self.example {
            written["example"] = json!(example);
        }
        written
    }
}

impl ValueDomain {
    /// As a schema object of OpenAPI 3.0.
    #[must_use]
    pub fn schema(&self) -> Value {
        match self {
            Self::Text => json!({ "type": "string", "maxLength": LONGEST_TEXT }),
            Self::LongText => json!({ "type": "string" }),
            Self::Choice { of, default: None } => json!({ "type": "string", "enum": of }),
            Self::Choice { of, default: Some(default) } => {
                json!({ "type": "string", "enum": of, "default": default })
            }
            Self::Whole { min, max, default } => {
                let mut schema = json!({ "type": "integer", "minimum": min });
                if let Some(max) = max {
                    schema["maximum"] = json!(max);
                }
                if let Some(default) = default {
                    schema["default"] = json!(default);
                }
                schema
            }
            Self::Number => json!({ "type": "number" }),
            Self::Flag => json!({ "type": "boolean" }),
            Self::Day => json!({ "type": "string", "format": "date" }),
            Self::Time => json!({ "type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$" }),
            // Four or six is said twice: the conformance tests read the first, validators the second.
            Self::Bbox => json!({
                "type": "array", "items": { "type": "number" }, "minItems": 4, "maxItems": 6,
                "oneOf": [{ "minItems": 4, "maxItems": 4 }, { "minItems": 6, "maxItems": 6 }],
            }),
            Self::Interval => json!({ "type": "string", "pattern": super::interval::PATTERN }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_are_digits() {
        let limit =
            QueryParameter::new("limit", "", ValueDomain::Whole { min: 1, max: Some(10), default: None });
        for good in ["1", "10", "11", "99999999999999999999999"] {
            assert!(limit.check(good).is_ok(), "{good}");
        }
        for bad in ["0", "-1", "+1", "1.0", "", "x"] {
            assert!(limit.check(bad).is_err(), "{bad}");
        }
    }
}
