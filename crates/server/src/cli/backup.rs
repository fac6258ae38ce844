use super::Outcome;
use super::output::{self, Words};
use super::place::StoreArg;
use super::table::whole;
use anyhow::Result;
use clap::Args;
use hereabouts_data::store;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct BackupArgs {
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

pub(super) fn run(args: &BackupArgs, words: Words) -> Result<Outcome> {
    let store = args.store.open()?;
    let working = words.working("writing the backup");
    let written = store::backup(&store, &args.file, &args.without)?;
    drop(working);
    if args.json {
        output::json(&written)?;
    }
    let (file, records) = (args.file.display(), whole(written.records));
    words.say(format_args!(
        "{file}: {} sources, {records} records, revision {}",
        written.sources, written.revision
    ));
    Ok(Outcome::Done)
}
