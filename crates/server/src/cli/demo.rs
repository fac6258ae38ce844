//! `hereabouts demo`: a made-up town from files to map.

use super::output::{Out, Words};
use super::serve::ServerArgs;
use super::{Outcome, words as sentences};
use anyhow::{Context, Result};
use clap::Args;
use hereabouts::feature::Reading;
use hereabouts::snapshot::Snapshot;
use hereabouts_core::policy::Policy;
use hereabouts_data::demo;
use hereabouts_data::ingest::File;
use hereabouts_data::land;
use hereabouts_data::load;
use hereabouts_data::map::Map;
use hereabouts_data::record::Kind;
use hereabouts_data::store::Store;
use hereabouts_data::tables::Tables;
use std::io::Write;
use std::path::Path;

/// Gaps told.
const WORST: usize = 5;

#[derive(Debug, Args)]
pub(super) struct DemoArgs {
    /// Print the worst gaps and stop; serve nothing
    #[arg(long)]
    once: bool,
    #[command(flatten)]
    server: ServerArgs,
}

pub(super) fn run(args: &DemoArgs, words: Words) -> Result<Outcome> {
    let dir = tempfile::tempdir().context("a temporary directory")?;
    let working = words.working(format!("importing {}", demo::NAME));
    let store = dir.path().join("demo.store");
    import(&store, words)?;
    working.now("working out the gaps");
    let snapshot = read(&store)?;
    tell(&snapshot)?;
    drop(working);
    if args.once {
        return Ok(Outcome::Done);
    }
    args.server.run(snapshot, move || read(&store).map_err(|error| format!("{error:#}")), words)
}

/// Through the same door as a real place's files.
fn import(path: &Path, words: Words) -> Result<()> {
    let tables = Tables::built_in()?;
    let mut store = Store::create(path)?;
    for file in demo::files(demo::SEED) {
        let kind: Kind = file.kind.parse().map_err(anyhow::Error::msg)?;
        let map = Map::parse(file.map).with_context(|| format!("the map of {}", file.name))?;
        let given = File { name: file.name, bytes: file.text.as_bytes() };
        let landed = land::land(&mut store, &tables, kind, &[given], &map)?;
        words.say(format_args!("{}: {} {}", file.name, landed.imported.records.len(), kind));
    }
    Ok(())
}

fn read(store: &Path) -> Result<Snapshot> {
    let loaded = load::load(&Store::open(store)?, &Tables::built_in()?)?;
    // Its listings are as old as they should be on this day, whenever the demo is shown.
    let as_of = demo::AS_OF.parse().context("the day of the made-up town")?;
    Ok(Snapshot::build(loaded, Policy::as_of(as_of)))
}

fn tell(snapshot: &Snapshot) -> Result<()> {
    let study = snapshot.study();
    let view = snapshot.default_view().context("the made-up town has no neighbourhoods")?;
    let mut out = Out::new(None)?;
    let period = view.period().unwrap_or("no period");
    writeln!(
        out,
        "{}: the {WORST} largest gaps, {period}. Everything about this town is made up.",
        demo::NAME
    )?;
    for (at, gap) in view.worst(None, Reading::Likely).into_iter().take(WORST).enumerate() {
        if let Some(row) = view.gap_row(study, gap, Reading::Likely) {
            writeln!(out, "\n{}. {}", at + 1, sentences::gap(&study.needs()[gap.need.get()], &row))?;
        }
    }
    out.finish()
}
