//! `hereabouts unmet-needs`: unmet-need records, for whoever prepares a release. On the machine only.

use crate::args::place::StoreArg;
use crate::outcome::CommandOutcome;
use crate::shown::output::{self, OutputWriter};
use crate::shown::table::{number, text, write};
use anyhow::Result;
use clap::Args;
use hereabouts_data::feedback::unmet_needs::{self, SearchOutcome as Found};
use hereabouts_engine::format::whole;
use serde_json::json;
use std::collections::BTreeMap;
use std::io::Write;

#[derive(Debug, Args)]
pub(crate) struct UnmetNeedsArgs {
    #[command(flatten)]
    store: StoreArg,
    /// Every record, for machines: unprotected, and not to be passed on
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &UnmetNeedsArgs) -> Result<CommandOutcome> {
    drop(args.store.open()?);
    let (recorded, searched) = unmet_needs::all(args.store.path())?;
    if args.json {
        let searched: Vec<_> =
            searched.iter().map(|(of, count)| json!({ "of": of, "searches": count })).collect();
        output::json(&json!({
            "basis": "unprotected",
            "unmet_needs": recorded,
            // The former name, for one release.
            "wants": recorded,
            "searches": searched,
        }))?;
        return Ok(CommandOutcome::Done);
    }
    // By month and need, and not by place: that is what may identify somebody.
    let mut rows: BTreeMap<(String, String), [u64; 5]> = BTreeMap::new();
    for record in &recorded {
        rows.entry((record.month.clone(), record.need.clone())).or_default()[0] += 1;
    }
    for (of, count) in &searched {
        let at = match of.found {
            Found::Nothing => 1,
            Found::Unsure => 2,
            Found::Little => 3,
            Found::Enough => 4,
        };
        rows.entry((of.month.clone(), of.need.clone().unwrap_or_else(|| "any".to_owned()))).or_default()
            [at] += count;
    }
    let mut out = OutputWriter::new(None)?;
    writeln!(
        out,
        "UNPROTECTED: small numbers may identify people; they are for a release that protects them"
    )?;
    let rows: Vec<Vec<String>> = rows
        .into_iter()
        .map(|((month, need), counts)| [month, need].into_iter().chain(counts.map(whole)).collect())
        .collect();
    let columns = [
        text("month"),
        text("need"),
        number("recorded"),
        number("searches that found nothing"),
        number("nothing for sure"),
        number("little"),
        number("enough"),
    ];
    write(&mut out, &columns, &rows)?;
    out.finish()?;
    Ok(CommandOutcome::Done)
}
