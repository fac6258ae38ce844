//! `hereabouts losses`: what would be lost if one asset shut, and if the grants that pay for it ended.

use super::plan::ReadingArg;
use crate::args::place::PlaceArgs;
use crate::outcome::{CommandOutcome, refused};
use crate::shown::output::{self, Messages, OutputWriter};
use crate::shown::table::{number, text, write};
use anyhow::Result;
use clap::Args;
use hereabouts_engine::fields::QueryParameter;
use hereabouts_engine::format::count;
use hereabouts_engine::losses::{self, Loss, LossCause, LossesAnswer, LossesRequest};
use hereabouts_engine::site::Site;
use std::io::Write;

/// Neighbourhoods named for each loss.
const NAMED: usize = 3;

#[derive(Debug, Args)]
pub(crate) struct LossesArgs {
    /// The need, an id of the needs table such as money-debt
    #[arg(long, value_name = "ID")]
    need: String,
    /// Grants that end within so many months
    #[arg(long, value_name = "N", env = "HEREABOUTS_LOSSES_MONTHS", default_value = "12")]
    months: String,
    /// How many single assets to give at most, up to 50
    #[arg(long, value_name = "N", default_value = "10")]
    limit: String,
    /// Referrals of a quarter, such as 2025-Q4, or of the last four together, latest-year [default: latest-year]
    #[arg(long, value_name = "PERIOD")]
    period: Option<String>,
    /// Every listing at its word, or weighted by the chance that it still runs
    #[arg(long, default_value = "likely")]
    reading: ReadingArg,
    /// For machines
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: PlaceArgs,
}

pub(crate) fn run(args: &LossesArgs, words: Messages) -> Result<CommandOutcome> {
    let site = args.place.read(args.period.as_deref(), words)?;
    let given = [
        ("need", args.need.as_str()),
        ("months", args.months.as_str()),
        ("limit", args.limit.as_str()),
        ("reading", args.reading.word()),
    ];
    QueryParameter::check_all(&losses::parameters(&site), given).map_err(refused)?;
    let field = |name: &str| given.iter().find(|field| field.0 == name).map(|field| field.1);
    let request = LossesRequest::read(&site, field).map_err(refused)?;
    let working = words.working("working out what would be lost");
    let answer = losses::answer(&site, request);
    drop(working);
    if args.json {
        output::json(&answer.json())?;
        return Ok(CommandOutcome::Done);
    }
    let mut out = OutputWriter::new(None)?;
    writeln!(out, "If one of these shut")?;
    table(&site, &answer, &answer.single, &mut out)?;
    writeln!(out, "\nGrants that end")?;
    if answer.grants.is_empty() {
        writeln!(out, "none that is known to pay for what answers this need")?;
    } else {
        table(&site, &answer, &answer.grants, &mut out)?;
    }
    out.finish()?;
    Ok(CommandOutcome::Done)
}

fn table(site: &Site, answer: &LossesAnswer, all: &[Loss], out: &mut OutputWriter) -> Result<()> {
    let study = site.study();
    let rows: Vec<Vec<String>> = all
        .iter()
        .map(|loss| {
            let names: Vec<&str> =
                loss.assets.iter().map(|&at| site.assets()[at].record.name.as_str()).collect();
            let losers = answer.losers(loss);
            let mut who: Vec<&str> = losers
                .iter()
                .take(NAMED)
                .map(|of| study.areas()[of.before.area.get()].name.as_str())
                .collect();
            if losers.len() > NAMED {
                who.push("…");
            }
            let when = match loss.cause {
                LossCause::Shuts => String::new(),
                LossCause::GrantEnds { on, .. } => on.to_string(),
            };
            vec![
                when,
                names.join(", "),
                count(answer.lost(loss, answer.reading())),
                losers.len().to_string(),
                who.join(", "),
            ]
        })
        .collect();
    let columns = [
        text("on"),
        text("what"),
        number("referrals lost"),
        number("neighbourhoods"),
        text("those that lose most"),
    ];
    write(out, &columns, &rows)?;
    Ok(())
}
