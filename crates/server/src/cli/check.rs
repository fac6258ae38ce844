use super::Outcome;
use super::output::{self, Words};
use super::place::StoreArg;
use super::table::whole;
use anyhow::{Result, bail};
use clap::Args;
use serde_json::json;

#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    #[command(flatten)]
    store: StoreArg,
    /// For machines
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &CheckArgs, words: Words) -> Result<Outcome> {
    let store = args.store.open()?;
    let working = words.working("reading everything back");
    let checked = store.check();
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
        0 => Ok(Outcome::Done),
        1 => bail!("1 problem"),
        n => bail!("{n} problems"),
    }
}
