//! The query of an address, read against what is offered, and written again.

use crate::error::ApiError;
use actix_web::web;
use hereabouts_engine::fields::QueryParameter;
use std::borrow::Cow;
use std::fmt::Write;

/// A query whose every parameter is offered, given once and within its domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestQuery {
    pairs: Vec<(String, String)>,
}

impl RequestQuery {
    /// Reads a raw query string.
    ///
    /// # Errors
    /// [`ApiError::Parameter`] for the first parameter that is not offered, is given twice or has a value outside its
    /// domain.
    pub fn parse(raw: &str, offered: &[QueryParameter]) -> Result<Self, ApiError> {
        let pairs = web::Query::<Vec<(String, String)>>::from_query(raw)
            .map_err(|_| ApiError::parameter("query", "not a query string"))?
            .into_inner();
        Self::checked(pairs, offered)
    }

    /// Names and values that were read already.
    ///
    /// # Errors
    /// As for [`Self::parse`].
    pub fn checked(pairs: Vec<(String, String)>, offered: &[QueryParameter]) -> Result<Self, ApiError> {
        for (at, (name, value)) in pairs.iter().enumerate() {
            let Some(parameter) = offered.iter().find(|p| p.name == name) else {
                return Err(ApiError::parameter(name, unknown(offered)));
            };
            if pairs[..at].iter().any(|(n, _)| n == name) {
                return Err(ApiError::parameter(name, "given more than once"));
            }
            parameter.check(value)?;
        }
        Ok(Self { pairs })
    }

    /// Names and values, in the order given.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The value of a parameter, if it was given.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// The whole number given, else `default`; one beyond what the machine counts is as large as it counts.
    #[must_use]
    pub fn whole(&self, name: &str, default: usize) -> usize {
        self.get(name).map_or(default, |v| v.parse().unwrap_or(usize::MAX))
    }

    /// The same query with one parameter set, ready for an address: `?a=1&b=2`.
    #[must_use]
    pub fn with(&self, name: &str, value: &str) -> String {
        let kept = self.pairs.iter().filter(|(n, _)| n != name).map(|(n, v)| (n.as_str(), v.as_str()));
        let mut out = String::new();
        for (name, value) in kept.chain([(name, value)]) {
            let mark = if out.is_empty() { '?' } else { '&' };
            // Writing to a String does not fail.
            let _ = write!(out, "{mark}{}={}", encode(name), encode(value));
        }
        out
    }

    /// The query as given, ready for an address; empty without parameters.
    #[must_use]
    pub fn same(&self) -> String {
        self.pairs
            .split_last()
            .map_or_else(String::new, |((name, value), rest)| Self { pairs: rest.to_vec() }.with(name, value))
    }
}

fn unknown(offered: &[QueryParameter]) -> String {
    let names: Vec<&str> = offered.iter().map(|p| p.name).collect();
    if names.is_empty() {
        "no parameters are offered here".to_owned()
    } else {
        format!("not offered here; offered are {}", names.join(", "))
    }
}

/// Text as one part of an address (RFC 3986: all but unreserved characters as `%XX`).
#[must_use]
pub fn encode(text: &str) -> Cow<'_, str> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~,:".contains(&b);
    if text.bytes().all(plain) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for byte in text.bytes() {
        if plain(byte) {
            out.push(byte as char);
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use hereabouts_engine::fields::ValueDomain;

    fn offered() -> Vec<QueryParameter> {
        vec![
            QueryParameter::new(
                "limit",
                "",
                ValueDomain::Whole { min: 1, max: Some(1000), default: Some(100) },
            ),
            QueryParameter::new("q", "", ValueDomain::Text),
        ]
    }

    #[test]
    fn names_the_field_at_fault() {
        let field = |raw: &str| match RequestQuery::parse(raw, &offered()) {
            Err(ApiError::Parameter { field, .. }) => field,
            other => panic!("{raw}: {other:?}"),
        };
        assert_eq!(field("limt=3"), "limt");
        assert_eq!(field("limit=0"), "limit");
        assert_eq!(field("limit=ten"), "limit");
        assert_eq!(field("limit=1&limit=2"), "limit");
    }

    #[test]
    fn repeats_itself_in_an_address() {
        let query = RequestQuery::parse("q=a%26b+c&limit=5", &offered()).unwrap();
        assert_eq!(query.get("q"), Some("a&b c"));
        assert_eq!(query.with("offset", "5"), "?q=a%26b%20c&limit=5&offset=5");
        assert_eq!(query.same(), "?q=a%26b%20c&limit=5");
        assert_eq!(query.whole("limit", 1), 5);
    }
}
