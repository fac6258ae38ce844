//! A place file: everything that a place is imported from, so that one command builds its store.

use crate::map::Map;
use crate::record::Kind;
use serde::Deserialize;

/// A place and its imports, in order.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlaceFile {
    /// What the place is called.
    pub name: String,
    /// Imports, in order: areas come before what refers to them.
    pub import: Vec<Step>,
}

/// One import of a place file.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// What the files are imported as.
    pub kind: Kind,
    /// Files, relative to the folder given on the command line.
    pub files: Vec<String>,
    /// Their map, if they need one.
    #[serde(default)]
    pub map: Map,
}

impl PlaceFile {
    /// Reads a place file.
    ///
    /// # Errors
    /// The place and the cause, as the TOML reader puts it.
    pub fn parse(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }
}
