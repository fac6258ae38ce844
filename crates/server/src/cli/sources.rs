use super::Outcome;
use super::output::{self, Out};
use super::place::StoreArg;
use super::table::{number, text, whole, write};
use anyhow::Result;
use clap::Args;
use hereabouts_data::load;
use serde_json::json;
use std::io::Write;

#[derive(Debug, Args)]
pub(super) struct SourcesArgs {
    #[command(flatten)]
    store: StoreArg,
    /// For machines
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &SourcesArgs) -> Result<Outcome> {
    let store = args.store.open()?;
    let sources = store.sources()?;
    if args.json {
        let about = load::sources(&store)?;
        let header = |kind: &str, name: &str| {
            about.iter().find(|a| a.kind.as_str() == kind && a.name == name).map(|a| &a.header)
        };
        let sources: Vec<_> = sources
            .iter()
            .map(|s| {
                json!({
                    "kind": s.kind, "source": s.name, "records": s.records, "bytes": s.bytes, "revision": s.revision,
                    "about": header(&s.kind, &s.name),
                })
            })
            .collect();
        output::json(&json!({ "revision": store.revision(), "sources": sources }))?;
        return Ok(Outcome::Done);
    }
    let mut out = Out::new(None)?;
    writeln!(out, "Revision {}", store.revision())?;
    let rows: Vec<_> = sources
        .iter()
        .map(|s| {
            vec![s.kind.clone(), s.name.clone(), whole(s.records), whole(s.bytes), s.revision.to_string()]
        })
        .collect();
    let columns =
        [text("kind"), text("source"), number("records"), number("bytes"), number("since revision")];
    write(&mut out, &columns, &rows)?;
    out.finish()?;
    Ok(Outcome::Done)
}
