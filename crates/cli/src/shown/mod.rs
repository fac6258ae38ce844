//! What is written for people: tables, sentences, progress.

pub(crate) mod output;
pub(crate) mod report;
pub(crate) mod table;
pub(crate) mod words;
