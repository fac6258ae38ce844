use crate::args::place::StoreArg;
use crate::outcome::CommandOutcome;
use crate::shown::output::{self, Messages};
use anyhow::{Result, bail};
use clap::Args;
use hereabouts_store::StoreChange;
use serde_json::json;

#[derive(Debug, Args)]
pub(crate) struct RemoveArgs {
    /// What its records are, as `hereabouts sources` lists it
    kind: String,
    /// Name of the source, as `hereabouts sources` lists it
    source: String,
    #[command(flatten)]
    store: StoreArg,
    /// For machines
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &RemoveArgs, words: Messages) -> Result<CommandOutcome> {
    let mut store = args.store.open()?;
    let StoreChange::Landed { revision, replaced } = store.remove_source(&args.kind, &args.source)? else {
        bail!(
            "the store has no source {:?} of kind {:?}; `hereabouts sources` lists them",
            args.source,
            args.kind
        );
    };
    let records = replaced.unwrap_or(0);
    if args.json {
        output::json(
            &json!({ "kind": args.kind, "source": args.source, "removed": records, "revision": revision }),
        )?;
    }
    words.say(format_args!("{} {}: {records} records removed; revision {revision}", args.kind, args.source));
    Ok(CommandOutcome::Done)
}
