use super::Outcome;
use super::output::{self, Words};
use super::place::StoreArg;
use super::table::whole;
use anyhow::Result;
use clap::Args;
use hereabouts_data::store;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct RestoreArgs {
    /// A file that `hereabouts backup` wrote
    file: PathBuf,
    #[command(flatten)]
    store: StoreArg,
    /// For machines
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &RestoreArgs, words: Words) -> Result<Outcome> {
    let working = words.working("restoring");
    let restored = store::restore(&args.file, args.store.path())?;
    drop(working);
    if args.json {
        output::json(&restored)?;
    }
    let (dir, records) = (args.store.path().display(), whole(restored.records));
    words.say(format_args!(
        "{dir}: {} sources, {records} records, revision {}",
        restored.sources, restored.revision
    ));
    Ok(Outcome::Done)
}
