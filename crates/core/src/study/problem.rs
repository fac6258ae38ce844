//! What may be wrong with a study's input: references that lead nowhere, keys given twice, figures that contradict.

use crate::area::Area;
use std::collections::BTreeMap;
use std::fmt;
use thiserror::Error;

/// A reference that leads nowhere, or a value that contradicts another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnresolvedReference {
    /// What holds the reference, e.g. `demand for E01000001 in 2025-Q4`.
    pub from: String,
    /// Its field.
    pub field: &'static str,
    /// The value that does not resolve.
    pub value: String,
    /// Why, or which geography does know it.
    pub reason: String,
}

impl fmt::Display for UnresolvedReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} {:?}: {}", self.from, self.field, self.value, self.reason)
    }
}

/// Every reference that does not resolve.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{} {} not resolve: {}", problems.len(), if problems.len() == 1 { "reference does" } else { "references do" }, first(problems))]
pub struct InvalidStudy {
    /// All of them, sorted.
    pub problems: Vec<UnresolvedReference>,
}

fn first(problems: &[UnresolvedReference]) -> String {
    let shown: Vec<String> = problems.iter().take(5).map(ToString::to_string).collect();
    let more = if problems.len() > 5 { format!("; and {} more", problems.len() - 5) } else { String::new() };
    format!("{}{more}", shown.join("; "))
}

/// Areas by code, across geographies, to say which vintage knows a code that the asked one does not.
pub(super) struct AreaCodes<'a> {
    by_code: BTreeMap<&'a str, Vec<(&'a str, usize)>>,
}

impl<'a> AreaCodes<'a> {
    pub(super) fn new(areas: &'a [Area]) -> Self {
        let mut by_code: BTreeMap<&str, Vec<(&str, usize)>> = BTreeMap::new();
        for (i, area) in areas.iter().enumerate() {
            by_code.entry(&area.code).or_default().push((&area.geography, i));
        }
        Self { by_code }
    }

    pub(super) fn find(&self, geography: &str, code: &str) -> Result<usize, String> {
        let known = self.by_code.get(code).map_or(&[][..], Vec::as_slice);
        if let Some(&(_, i)) = known.iter().find(|(g, _)| *g == geography) {
            return Ok(i);
        }
        let others: Vec<&str> = known.iter().map(|(g, _)| *g).collect();
        Err(if others.is_empty() {
            format!("not an area of {geography} nor of any other geography here")
        } else {
            format!("not an area of {geography}; {} knows it", others.join(", "))
        })
    }
}

pub(super) fn twice(
    problems: &mut Vec<UnresolvedReference>,
    from: &str,
    field: &'static str,
    keys: Vec<String>,
) {
    let mut seen = BTreeMap::new();
    for key in keys {
        *seen.entry(key).or_insert(0_u32) += 1;
    }
    for (value, n) in seen.into_iter().filter(|(_, n)| *n > 1) {
        problems.push(unresolved(from.to_owned(), field, &value, format!("given {n} times")));
    }
}

pub(super) fn unresolved(
    from: String,
    field: &'static str,
    value: &str,
    reason: String,
) -> UnresolvedReference {
    UnresolvedReference { from, field, value: value.to_owned(), reason }
}

pub(super) fn unknown(from: String, field: &'static str, value: &str, table: &str) -> UnresolvedReference {
    unresolved(from, field, value, format!("not in {table}"))
}

pub(super) fn contradicts(from: &str, geography: &str, code: &str) -> UnresolvedReference {
    unresolved(from.to_owned(), "area", code, format!("two different figures for one area of {geography}"))
}
