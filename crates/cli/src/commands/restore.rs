use crate::args::place::StoreArg;
use crate::outcome::CommandOutcome;
use crate::shown::output::{self, Messages};
use anyhow::Result;
use clap::Args;
use hereabouts_engine::format::whole;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct RestoreArgs {
    /// A file that `hereabouts backup` wrote
    file: PathBuf,
    #[command(flatten)]
    store: StoreArg,
    /// For machines
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &RestoreArgs, words: Messages) -> Result<CommandOutcome> {
    let working = words.working("restoring");
    let restored = hereabouts_store::restore(&args.file, args.store.path())?;
    drop(working);
    if args.json {
        output::json(&restored)?;
    }
    let (dir, records) = (args.store.path().display(), whole(restored.records));
    words.say(format_args!(
        "{dir}: {} sources, {records} records, revision {}",
        restored.sources, restored.revision
    ));
    Ok(CommandOutcome::Done)
}
