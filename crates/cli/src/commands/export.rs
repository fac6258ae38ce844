use crate::args::place::StoreArg;
use crate::outcome::{CommandOutcome, UsageError};
use crate::shown::output::{Messages, OutputWriter};
use anyhow::{Context, Result};
use clap::Args;
use hereabouts_data::record::RecordKind;
use hereabouts_engine::format::whole;
use serde::Serialize;
use serde_json::value::RawValue;
use std::io::Write;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// What the records are, as `hereabouts sources` lists it
    kind: String,
    #[command(flatten)]
    store: StoreArg,
    /// Only this source
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// Write to a file, which appears whole or not at all, and not to stdout
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Serialize)]
struct ExportLine<'a> {
    source: &'a str,
    key: &'a str,
    record: &'a RawValue,
}

pub(crate) fn run(args: &ExportArgs, words: Messages) -> Result<CommandOutcome> {
    let store = args.store.open()?;
    let mut sources = store.sources_of(&args.kind)?;
    sources.retain(|source| args.source.as_ref().is_none_or(|name| *name == source.name));
    if sources.is_empty() {
        return Err(UsageError(format!(
            "the store has no such source of kind {:?}; `hereabouts sources` lists them",
            args.kind
        ))
        .into());
    }
    let as_bytes = [
        (RecordKind::Streets, "streets are kept as bytes, not as JSON; a backup holds them"),
        (RecordKind::Transit, "timetables are kept as bytes, not as JSON; a backup holds them"),
        (RecordKind::Releases, "releases are kept whole; `hereabouts release export` writes them"),
    ];
    if let Some((_, kept)) = as_bytes.into_iter().find(|(kind, _)| args.kind == kind.as_str()) {
        return Err(UsageError(kept.to_owned()).into());
    }
    let mut out = OutputWriter::new(args.out.as_deref())?;
    let mut records = 0;
    for source in &sources {
        for record in store.records(source) {
            let record = record?;
            let value =
                serde_json::from_slice(&record.value).with_context(|| format!("record {:?}", record.key))?;
            serde_json::to_writer(
                &mut out,
                &ExportLine { source: &source.name, key: &record.key, record: value },
            )?;
            writeln!(out)?;
            records += 1;
        }
    }
    out.finish()?;
    words.say(format_args!("{} records of {} sources", whole(records), sources.len()));
    Ok(CommandOutcome::Done)
}
