//! What an import did, for people and for machines.

use crate::outcome::CommandOutcome;
use crate::shown::output::{Messages, OutputWriter};
use anyhow::Result;
use hereabouts_data::ingest::{ImportedRecords, RowError};
use hereabouts_data::record::RecordKind;
use hereabouts_engine::format::{some, whole};
use hereabouts_engine::wire::safe;
use hereabouts_store::StoreChange;
use serde::Serialize;
use serde_json::json;
use std::path::Path;

/// Rejected rows that are shown without being asked for.
const SHOWN: usize = 5;

/// What became of the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "change")]
pub(crate) enum ImportOutcome {
    /// It was a dry run.
    Nothing,
    /// It held exactly this already.
    Unchanged,
    /// It has a new revision.
    Landed { revision: u64, replaced: Option<u64> },
}

impl From<StoreChange> for ImportOutcome {
    fn from(change: StoreChange) -> Self {
        match change {
            StoreChange::Unchanged => Self::Unchanged,
            StoreChange::Landed { revision, replaced } => Self::Landed { revision, replaced },
        }
    }
}

/// One import.
#[derive(Debug, Serialize)]
pub(crate) struct ImportReport<'a> {
    kind: RecordKind,
    source: &'a str,
    #[serde(flatten)]
    did: ImportOutcome,
    imported: usize,
    rejected: usize,
    left_out: u64,
    notes: &'a [String],
    /// The first few; a file holds them all.
    first_rejects: Vec<serde_json::Value>,
    /// Of events, those that are of no asset.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) not_attached: Option<Vec<serde_json::Value>>,
    #[serde(skip)]
    rejects: &'a [RowError],
}

impl<'a> ImportReport<'a> {
    pub(crate) fn new(kind: RecordKind, imported: &'a ImportedRecords, did: ImportOutcome) -> Self {
        let first = imported.rejected.iter().take(SHOWN).map(|row| {
            json!({ "file": row.file, "line": row.line, "field": row.field, "value": row.value, "reason": row.reason })
        });
        Self {
            kind,
            source: &imported.source,
            did,
            imported: imported.header.imported as usize,
            rejected: imported.rejected.len(),
            left_out: imported.left_out,
            notes: &imported.notes,
            first_rejects: first.collect(),
            not_attached: None,
            rejects: &imported.rejected,
        }
    }

    pub(crate) fn outcome(&self) -> CommandOutcome {
        if self.rejected > 0 { CommandOutcome::RowsRejected } else { CommandOutcome::Done }
    }

    /// One line on what happened, then what was decided, then the first rejected rows.
    pub(crate) fn say(&self, words: Messages) {
        let did = match self.did {
            ImportOutcome::Nothing => "dry run, nothing was changed".to_owned(),
            ImportOutcome::Unchanged => "unchanged, the store held exactly this".to_owned(),
            ImportOutcome::Landed { revision, replaced: None } => format!("new; revision {revision}"),
            ImportOutcome::Landed { revision, replaced: Some(n) } => {
                format!("in place of {}; revision {revision}", whole(n))
            }
        };
        words.say(format_args!(
            "{} {}: {} ({did})",
            self.kind,
            self.source,
            some(self.imported, "record", "records")
        ));
        for note in self.notes {
            words.say(format_args!("  {note}"));
        }
        if self.rejects.is_empty() {
            return;
        }
        words.say(format_args!("  {} rejected:", some(self.rejected, "row", "rows")));
        for row in self.rejects.iter().take(SHOWN) {
            words.say(format_args!("    {row}"));
        }
        if self.rejected > SHOWN {
            words.say(format_args!("    and {} more", whole((self.rejected - SHOWN) as u64)));
        }
    }
}

/// Writes rejected rows where that was asked for, and says where they are or could be.
pub(crate) fn list_rejects(imports: &[&ImportedRecords], to: Option<&Path>, words: Messages) -> Result<()> {
    let rejected: usize = imports.iter().map(|imported| imported.rejected.len()).sum();
    match to {
        Some(path) => {
            write_rejects(path, imports)?;
            words.say(format_args!(
                "{}: {} rejected, with reasons",
                path.display(),
                some(rejected, "row", "rows")
            ));
        }
        None if rejected > 0 => {
            words.say(format_args!("--rejects FILE.csv lists every rejected row with its reason"))
        }
        None => {}
    }
    Ok(())
}

/// Writes every rejected row, with a heading also where there are none. The file appears whole or not at all.
pub(crate) fn write_rejects(path: &Path, imports: &[&ImportedRecords]) -> Result<()> {
    let mut out = OutputWriter::new(Some(path))?;
    let mut csv = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(&mut out);
    csv.write_record(["file", "line", "field", "value", "reason"])?;
    for row in imports.iter().flat_map(|imported| &imported.rejected) {
        let line = row.line.to_string();
        csv.write_record([
            &*safe(&row.file),
            &line,
            &*safe(&row.field),
            &*safe(&row.value),
            &*safe(&row.reason),
        ])?;
    }
    csv.flush()?;
    drop(csv);
    out.finish()
}
