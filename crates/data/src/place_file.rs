//! A place file: everything that a place is imported from, so that one command builds its store.

use crate::currency::Currency;
use crate::ingest::map::ImportMap;
use crate::ingest::stem;
use crate::record::RecordKind;
use serde::Deserialize;
use serde::de::Error as _;
use std::collections::BTreeSet;

/// A place and its imports, in order.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlaceFile {
    /// What the place is called.
    pub name: String,
    /// Currency of its costs, for lists of assets whose map names none.
    pub currency: Option<Currency>,
    /// Imports, in order: areas come before what refers to them.
    pub import: Vec<ImportStep>,
}

/// One import of a place file.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportStep {
    /// What the files are imported as.
    pub kind: RecordKind,
    /// Files, relative to the folder given on the command line.
    pub files: Vec<String>,
    /// Their map, if they need one.
    #[serde(default)]
    pub map: ImportMap,
}

impl PlaceFile {
    /// Reads a place file.
    ///
    /// # Errors
    /// The place and the cause, as the TOML reader puts it; an import without files; two imports of a kind under one source
    /// name, of which the second would replace the first.
    pub fn parse(text: &str) -> Result<Self, toml::de::Error> {
        let mut place: Self = toml::from_str(text)?;
        for step in place.import.iter_mut().filter(|step| step.kind == RecordKind::Assets) {
            step.map.currency = step.map.currency.take().or_else(|| place.currency.clone());
        }
        let mut seen = BTreeSet::new();
        for step in &place.import {
            let Some(first) = step.files.first() else {
                return Err(toml::de::Error::custom(format!("an import of {} has no files", step.kind)));
            };
            let source = step.map.source.as_deref().unwrap_or_else(|| stem(base(first)));
            if !seen.insert((step.kind, source)) {
                return Err(toml::de::Error::custom(format!(
                    "two imports of {} have the source {source:?}: the second would replace the first; name one (map.source)",
                    step.kind
                )));
            }
        }
        Ok(place)
    }
}

fn base(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_are_named() {
        let one = "name = \"T\"\n[[import]]\nkind = \"assets\"\nfiles = [\"a/halls.csv\"]\n";
        assert_eq!(PlaceFile::parse(one).unwrap().import.len(), 1);
        for (text, reason) in [
            (one.replace("assets", "asets"), "asets"),
            (one.replace("\"a/halls.csv\"", ""), "no files"),
            (format!("{one}maps = 1\n"), "maps"),
            (format!("{one}map = {{ feilds = {{}} }}\n"), "feilds"),
            (format!("{one}[[import]]\nkind = \"assets\"\nfiles = [\"b/halls.csv\"]\n"), "\"halls\""),
        ] {
            let error = PlaceFile::parse(&text).unwrap_err().to_string();
            assert!(error.contains(reason), "{error}");
        }
    }
}
