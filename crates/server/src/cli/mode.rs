//! On foot alone, or by public transport as well: the settings that commands share.

use super::output::Out;
use anyhow::Result;
use clap::Args;
use hereabouts::mode::Said;
use std::io::Write;

#[derive(Debug, Args)]
pub(super) struct ModeArgs {
    /// On foot (walk), or by public transport as well (walk+transit), where the store has a timetable [default: walk]
    #[arg(long, value_name = "MODE")]
    pub(super) mode: Option<String>,
    /// With walk+transit, when they leave: tuesday, afternoon, evening or saturday [default: tuesday]
    #[arg(long, value_name = "WHEN")]
    pub(super) leaving: Option<String>,
}

/// What is said of the timetables, below a table.
pub(super) fn tell(said: Option<&Said>, out: &mut Out) -> Result<()> {
    for sentence in said.map(Said::sentences).unwrap_or_default() {
        writeln!(out, "{sentence}")?;
    }
    Ok(())
}
