//! The address as the only state of pages that ask [`hereabouts_engine::near`]: its terms, in their order.

use crate::error::ApiError;
use crate::http::query::{self, RequestQuery};
use hereabouts_engine::fields::QueryParameter;
use hereabouts_engine::near::{self, NearRequest};
use hereabouts_engine::site::Site;
use hereabouts_engine::wire::encode;

/// Terms of an address; those left blank in a form are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct AddressTerms(Vec<(String, String)>);

impl AddressTerms {
    /// Reads the query of an address.
    ///
    /// # Errors
    /// [`ApiError::Parameter`] for what is no query.
    pub(super) fn read(query: &str) -> Result<Self, ApiError> {
        let said = |(name, value): (String, String)| (name, value.trim().to_owned());
        Ok(Self(query::pairs(query)?.into_iter().map(said).filter(|(_, value)| !value.is_empty()).collect()))
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The same with one term set, where it was or at the end.
    pub(super) fn with(&self, name: &str, value: &str) -> Self {
        let mut terms = self.0.clone();
        match terms.iter_mut().find(|(n, _)| n == name) {
            Some((_, old)) => value.clone_into(old),
            None => terms.push((name.to_owned(), value.to_owned())),
        }
        Self(terms)
    }

    pub(super) fn without(&self, names: &[&str]) -> Self {
        Self(self.0.iter().filter(|(name, _)| !names.contains(&name.as_str())).cloned().collect())
    }

    pub(super) fn only(&self, names: &[&str]) -> Self {
        Self(self.0.iter().filter(|(name, _)| names.contains(&name.as_str())).cloned().collect())
    }

    /// As a question about what is near: what is not offered, or stands twice, is refused.
    ///
    /// # Errors
    /// [`ApiError::Parameter`].
    pub(super) fn near(&self, site: &Site) -> Result<NearRequest, ApiError> {
        let query = self.checked(&near::conditions::parameters(site))?;
        Ok(NearRequest::read(site.study(), query.pairs()))
    }

    /// As a query of which every term is offered.
    ///
    /// # Errors
    /// [`ApiError::Parameter`].
    pub(super) fn checked(&self, offered: &[QueryParameter]) -> Result<RequestQuery, ApiError> {
        RequestQuery::checked(self.0.clone(), offered)
    }

    /// As the query of an address.
    pub(super) fn query(&self) -> String {
        query::written(self.0.iter().map(|(name, value)| (name, value)))
    }

    /// As the address of a page.
    pub(super) fn at(&self, path: &str) -> String {
        query::address(path, &self.query())
    }
}

/// Ids in one term, with commas between. A comma in an id is written `%2C` there, and a per cent sign `%25`.
pub(super) fn ids(term: Option<&str>) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for id in term.unwrap_or_default().split(',').map(str::trim).filter(|id| !id.is_empty()) {
        let id = id.replace("%2C", ",").replace("%25", "%");
        if !all.contains(&id) {
            all.push(id);
        }
    }
    all
}

/// The reverse of [`ids`].
pub(super) fn joined<'a>(ids: impl IntoIterator<Item = &'a str>) -> String {
    let all: Vec<String> = ids.into_iter().map(|id| id.replace('%', "%25").replace(',', "%2C")).collect();
    all.join(",")
}

/// The page of an asset.
pub(super) fn asset(id: &str) -> String {
    let parts: Vec<_> = id.split('/').map(encode).collect();
    format!("/assets/{}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_blank_is_not_asked() {
        let terms = AddressTerms::read("place=M9+4AB&need=&q=%20&free=true").unwrap();
        assert_eq!(terms.query(), "place=M9%204AB&free=true");
        assert_eq!(
            terms.with("free", "false").with("day", "monday").query(),
            "place=M9%204AB&free=false&day=monday"
        );
        assert_eq!(terms.without(&["free", "place"]).at("/find"), "/find");
    }

    #[test]
    fn ids_come_back_whatever_is_in_them() {
        let odd = ["a/1", "b/2,3", "c/100%", "d/%2C"];
        assert_eq!(ids(Some(&joined(odd))), odd);
        assert_eq!(joined(["a/1", "b/2"]), "a/1,b/2");
        assert_eq!(ids(Some("a/1,,a/1, b/2")), ["a/1", "b/2"]);
        assert_eq!(asset("a b/node/1"), "/assets/a%20b/node/1");
    }
}
