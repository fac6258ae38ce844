//! On foot alone, or by public transport as well: the settings that commands share.

use crate::shown::output::OutputWriter;
use anyhow::Result;
use clap::Args;
use hereabouts_engine::travel_mode::TimetableNotes;
use std::io::Write;

#[derive(Debug, Args)]
pub(crate) struct ModeArgs {
    /// On foot (walk), or by public transport as well (walk+transit), where the store has a timetable [default: walk]
    #[arg(long, value_name = "MODE")]
    pub(crate) mode: Option<String>,
    /// With walk+transit, when they leave: tuesday, afternoon, evening or saturday [default: tuesday]
    #[arg(long, value_name = "WHEN")]
    pub(crate) leaving: Option<String>,
}

/// What is said of the timetables, below a table.
pub(crate) fn print_notes(notes: Option<&TimetableNotes>, out: &mut OutputWriter) -> Result<()> {
    for sentence in notes.map(TimetableNotes::sentences).unwrap_or_default() {
        writeln!(out, "{sentence}")?;
    }
    Ok(())
}
