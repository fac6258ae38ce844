use crate::args::place::{StoreArg, TableArgs};
use crate::outcome::CommandOutcome;
use crate::shown::output::{self, Messages};
use anyhow::{Result, bail};
use clap::Args;
use hereabouts_data::load::{self, LoadError};
use hereabouts_data::record::KeptFeed;
use hereabouts_engine::format::whole;
use serde_json::json;

#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    store: StoreArg,
    #[command(flatten)]
    tables: TableArgs,
    /// For machines
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &CheckArgs, words: Messages) -> Result<CommandOutcome> {
    let store = args.store.open()?;
    let working = words.working("reading everything back");
    let mut checked = store.check();
    working.now("resolving every reference");
    match load::load(&store, &args.tables.read()?) {
        Ok(loaded) => {
            let wrong = |feed: &KeptFeed| Some(format!("transit {}: {}", feed.source, feed.feed().err()?));
            checked.problems.extend(loaded.transit.iter().filter_map(wrong));
        }
        Err(LoadError::Study(misfits)) => {
            checked.problems.extend(misfits.problems.iter().map(ToString::to_string))
        }
        // Damage that stops the loading is among the problems already.
        Err(LoadError::Store(_)) if !checked.problems.is_empty() => {}
        Err(error) => checked.problems.push(error.to_string()),
    }
    drop(working);
    if args.json {
        output::json(&json!({
            "revision": store.revision(),
            "sources": checked.sources,
            "records": checked.records,
            "bytes": checked.bytes,
            "leftovers": checked.leftovers,
            "problems": checked.problems,
        }))?;
    }
    words.say(format_args!(
        "{} sources, {} records, revision {}",
        checked.sources,
        whole(checked.records),
        store.revision()
    ));
    if checked.leftovers > 0 {
        words.say(format_args!(
            "{} parts of an unfinished import: no damage, removed with the next change",
            whole(checked.leftovers)
        ));
    }
    for problem in &checked.problems {
        words.say(format_args!("{problem}"));
    }
    match checked.problems.len() {
        0 => Ok(CommandOutcome::Done),
        1 => bail!("1 problem"),
        n => bail!("{n} problems"),
    }
}
