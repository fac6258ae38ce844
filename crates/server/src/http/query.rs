//! The query of an address, read against what is offered, and written again.

use crate::error::ApiError;
use actix_web::web;
use hereabouts_engine::fields::QueryParameter;
use hereabouts_engine::wire::encode;

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
        Self::checked(pairs(raw)?, offered)
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
        let kept = self.pairs().filter(|(n, _)| *n != name);
        address("", &written(kept.chain([(name, value)])))
    }

    /// The query as given, ready for an address; empty without parameters.
    #[must_use]
    pub fn same(&self) -> String {
        address("", &written(self.pairs()))
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

/// Names and values of a query or of a form, in their order. Whatever is there is read: what stands twice, or is not offered, is
/// for the reader of the page to refuse.
///
/// # Errors
/// [`ApiError::Parameter`] for what is no list of pairs.
pub fn pairs(raw: &str) -> Result<Vec<(String, String)>, ApiError> {
    let read = web::Query::<Vec<(String, String)>>::from_query(raw);
    read.map(web::Query::into_inner)
        .map_err(|_| ApiError::parameter("query", "it cannot be read as name=value pairs"))
}

/// The reverse of [`pairs`], `a=1&b=2`: what stands after the question mark of an address.
#[must_use]
pub fn written<N: AsRef<str>, V: AsRef<str>>(pairs: impl IntoIterator<Item = (N, V)>) -> String {
    let pair = |(name, value): (N, V)| format!("{}={}", encode(name.as_ref()), encode(value.as_ref()));
    pairs.into_iter().map(pair).collect::<Vec<_>>().join("&")
}

/// An address: a path, and a query unless it is empty.
#[must_use]
pub fn address(path: &str, query: &str) -> String {
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
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
