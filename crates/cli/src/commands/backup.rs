use crate::args::place::StoreArg;
use crate::outcome::CommandOutcome;
use crate::shown::output::{self, Messages};
use anyhow::Result;
use clap::Args;
use hereabouts_engine::format::whole;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct BackupArgs {
    /// File to write; it appears whole or not at all
    file: PathBuf,
    #[command(flatten)]
    store: StoreArg,
    /// Leave records of this kind out, e.g. demand, whose counts may be kept apart from everything else
    #[arg(long, value_name = "KIND")]
    without: Vec<String>,
    /// For machines
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &BackupArgs, words: Messages) -> Result<CommandOutcome> {
    let store = args.store.open()?;
    let working = words.working("writing the backup");
    // The log of unmet-need records has its name from before they were called so.
    let log = |kind: &String| if kind == "unmet-needs" { "wants".to_owned() } else { kind.clone() };
    let without: Vec<String> = args.without.iter().map(log).collect();
    let written = hereabouts_store::backup(&store, &args.file, &without)?;
    drop(working);
    if args.json {
        output::json(&written)?;
    }
    let (file, records) = (args.file.display(), whole(written.records));
    words.say(format_args!(
        "{file}: {} sources, {records} records, revision {}",
        written.sources, written.revision
    ));
    Ok(CommandOutcome::Done)
}
