use crate::args::place::StoreArg;
use crate::outcome::CommandOutcome;
use crate::shown::output::{self, OutputWriter};
use crate::shown::table::{number, text, write};
use anyhow::Result;
use clap::Args;
use hereabouts_data::load;
use hereabouts_engine::format::whole;
use hereabouts_store::StoredSource;
use serde_json::json;
use std::io::Write;

#[derive(Debug, Args)]
pub(crate) struct SourcesArgs {
    #[command(flatten)]
    store: StoreArg,
    /// For machines
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &SourcesArgs) -> Result<CommandOutcome> {
    let store = args.store.open()?;
    let sources = store.sources()?;
    let about = load::sources(&store)?;
    let header = |s: &StoredSource| {
        about.iter().find(|a| a.kind.as_str() == s.kind && a.name == s.name).map(|a| &a.header)
    };
    // Streets are stored many to a record.
    let records = |s: &StoredSource| header(s).map_or(s.records, |header| header.imported);
    if args.json {
        let sources: Vec<_> = sources
            .iter()
            .map(|s| {
                json!({
                    "kind": s.kind, "source": s.name, "records": records(s), "bytes": s.bytes, "revision": s.revision,
                    "about": header(s),
                })
            })
            .collect();
        output::json(&json!({ "revision": store.revision(), "sources": sources }))?;
        return Ok(CommandOutcome::Done);
    }
    let mut out = OutputWriter::new(None)?;
    writeln!(out, "Revision {}", store.revision())?;
    let rows: Vec<_> = sources
        .iter()
        .map(|s| {
            vec![s.kind.clone(), s.name.clone(), whole(records(s)), whole(s.bytes), s.revision.to_string()]
        })
        .collect();
    let columns =
        [text("kind"), text("source"), number("records"), number("bytes"), number("since revision")];
    write(&mut out, &columns, &rows)?;
    out.finish()?;
    Ok(CommandOutcome::Done)
}
