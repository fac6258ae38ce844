//! `hereabouts demo`: a made-up town from files to map.

use super::serve::ServerArgs;
use crate::args::place::now;
use crate::outcome::CommandOutcome;
use crate::shown::output::{Messages, OutputWriter};
use crate::shown::words as sentences;
use anyhow::{Context, Result};
use clap::Args;
use hereabouts_core::policy::AnalysisPolicy;
use hereabouts_data::commit_import::commit_import;
use hereabouts_data::ingest::SourceFile;
use hereabouts_data::load;
use hereabouts_data::place_file::PlaceFile;
use hereabouts_data::tables::Tables;
use hereabouts_demo::DemoFile;
use hereabouts_engine::site::Site;
use hereabouts_engine::snapshot::Snapshot;
use hereabouts_engine::view::Scenario;
use hereabouts_server::entry_writer::EntryConfig;
use hereabouts_store::Store;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Gaps told.
const WORST: usize = 5;

#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// Print the worst gaps and stop; serve nothing
    #[arg(long)]
    once: bool,
    /// Leave the town's files here too: examples of what a place brings, with the place file that `build` takes
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
    #[command(flatten)]
    server: ServerArgs,
}

pub(crate) fn run(args: &DemoArgs, words: Messages) -> Result<CommandOutcome> {
    let dir = tempfile::tempdir().context("a temporary directory")?;
    let working = words.working(format!("importing {}", hereabouts_demo::NAME));
    let store = dir.path().join("demo.store");
    let files = hereabouts_demo::files(hereabouts_demo::SEED);
    if let Some(keep) = &args.keep {
        write(keep, &files)?;
    }
    import(&store, &files, words)?;
    working.now("working out the gaps");
    let snapshot = read(&store)?;
    print_worst(&snapshot)?;
    drop(working);
    if args.once {
        return Ok(CommandOutcome::Done);
    }
    let entries = EntryConfig { dir: store.clone(), now };
    let reload = move || read(&store).map_err(|error| format!("{error:#}"));
    args.server.clone().titled(hereabouts_demo::NAME).run(snapshot, reload, Some(entries), words)
}

fn write(keep: &Path, files: &[DemoFile]) -> Result<()> {
    fs::create_dir_all(keep).with_context(|| keep.display().to_string())?;
    for file in files {
        let path = keep.join(file.name);
        fs::write(&path, &file.text).with_context(|| path.display().to_string())?;
    }
    Ok(())
}

/// Through the same door as a real place's files.
fn import(path: &Path, files: &[DemoFile], words: Messages) -> Result<()> {
    let tables = Tables::built_in()?;
    let mut store = Store::create(path)?;
    for step in PlaceFile::parse(hereabouts_demo::PLACE)?.import {
        let given: Vec<SourceFile<'_>> = files
            .iter()
            .filter(|file| step.files.iter().any(|name| name == file.name))
            .map(|file| SourceFile { name: file.name, bytes: file.text.as_bytes() })
            .collect();
        let landed = commit_import(&mut store, &tables, step.kind, &given, &step.map)?;
        words.say(format_args!("{}: {} from {}", step.kind, landed.imported.landed, step.files.join(", ")));
    }
    Ok(())
}

fn read(store: &Path) -> Result<Site> {
    let loaded = load::load(&Store::open(store)?, &Tables::built_in()?)?;
    // Its listings are as old as they should be on this day, whenever the demo is shown.
    let as_of = hereabouts_demo::AS_OF.parse().context("the day of the made-up town")?;
    Ok(Snapshot::build(loaded, AnalysisPolicy::as_of(as_of)).into())
}

fn print_worst(snapshot: &Snapshot) -> Result<()> {
    let study = snapshot.study();
    let view = snapshot.default_view().context("the made-up town has no neighbourhoods")?;
    let mut out = OutputWriter::new(None)?;
    let period = view.written_period().unwrap_or("no period");
    writeln!(
        out,
        "{}: the {WORST} largest gaps, {period}. Everything about this town is made up.",
        hereabouts_demo::NAME
    )?;
    for (at, gap) in view.worst(None, Scenario::Likely).into_iter().take(WORST).enumerate() {
        if let Some(row) = view.gap_row(study, gap, Scenario::Likely) {
            writeln!(
                out,
                "\n{}. {}",
                at + 1,
                sentences::gap(&study.needs()[gap.need.get()], gap, &row, snapshot.policy())
            )?;
        }
    }
    out.finish()
}
