//! `hereabouts what-if`: what every neighbourhood would have if something else were offered.

use super::plan::ReadingArg;
use crate::args::place::PlaceArgs;
use crate::outcome::{CommandOutcome, refused};
use crate::shown::output::{self, Messages, OutputWriter};
use crate::shown::table::{number, text, write};
use anyhow::{Result, bail};
use clap::Args;
use hereabouts_engine::fields::QueryParameter;
use hereabouts_engine::format::{count, some};
use hereabouts_engine::scenario::{self, ChangedGap, ScenarioAnswer, ScenarioRequest};
use std::io::Write;

/// Losers that are named.
const NAMED: usize = 10;

#[derive(Debug, Args)]
pub(crate) struct WhatIfArgs {
    /// An asset that stops, by its id (source/id); may be given several times
    #[arg(long, value_name = "ID")]
    close: Vec<String>,
    /// An asset with other place-sessions a quarter
    #[arg(long, value_name = "ID=PLACES")]
    places: Vec<String>,
    /// An asset that moves to where another is
    #[arg(long = "move", value_name = "ID=VENUE")]
    moved: Vec<String>,
    /// An offer of the costs table that is started where an asset is
    #[arg(long, value_name = "VENUE=OFFER")]
    add: Vec<String>,
    /// Work out a change by which somebody loses; else it is refused, and they are named
    #[arg(long)]
    allow_losses: bool,
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

pub(crate) fn run(args: &WhatIfArgs, words: Messages) -> Result<CommandOutcome> {
    let site = args.place.read(args.period.as_deref(), words)?;
    let fields =
        [("close", &args.close), ("places", &args.places), ("move", &args.moved), ("add", &args.add)];
    let mut given: Vec<(&str, String)> =
        fields.into_iter().filter(|f| !f.1.is_empty()).map(|(name, all)| (name, all.join(";"))).collect();
    given.push(("reading", args.reading.word().to_owned()));
    given.push(("allow_losses", args.allow_losses.to_string()));
    let told = given.iter().map(|(name, value)| (*name, value.as_str()));
    QueryParameter::check_all(&scenario::parameters(&site), told).map_err(refused)?;
    let field = |name: &str| given.iter().find(|field| field.0 == name).map(|field| field.1.as_str());
    let request = ScenarioRequest::read(&site, field).map_err(refused)?;
    let working = words.working("working it out");
    let answer = scenario::answer(&site, &request);
    drop(working);
    if args.json {
        output::json(&answer.json())?;
    } else if !answer.refused {
        table(&answer, args.reading)?;
    }
    if answer.refused {
        bail!("{}", refusal(&answer));
    }
    Ok(CommandOutcome::Done)
}

/// Who would lose, by name.
fn refusal(answer: &ScenarioAnswer) -> String {
    let changed = answer.changed();
    let losers: Vec<&ChangedGap> = changed.iter().filter(|of| of.loses()).collect();
    let name = |of: &&&ChangedGap| {
        let [name, code, need] = answer.named(of.before);
        format!("{name} ({code}, {need})")
    };
    let named: Vec<String> = losers.iter().take(NAMED).map(|of| name(&of)).collect();
    let more =
        if losers.len() > NAMED { format!(" and {} more", losers.len() - NAMED) } else { String::new() };
    format!(
        "refused: {} would lose: {}{more}; --allow-losses works it out all the same",
        some(losers.len(), "neighbourhood and need", "neighbourhoods and needs"),
        named.join(", ")
    )
}

fn table(answer: &ScenarioAnswer, reading: ReadingArg) -> Result<()> {
    let mut out = OutputWriter::new(None)?;
    let changed = answer.changed();
    let [before, after] = answer.total();
    writeln!(
        out,
        "{} change; unmet referrals among them, {}: {} before, {} after\n",
        some(changed.len(), "figure", "figures"),
        reading.word(),
        count(before),
        count(after)
    )?;
    let figure = |value: Option<f64>| value.map_or_else(|| "not known".to_owned(), count);
    let rows: Vec<Vec<String>> = changed
        .iter()
        .map(|of| {
            let [name, code, need] = answer.named(of.before);
            let unmet = |gap: &hereabouts_core::report::Gap| match reading {
                ReadingArg::Listed => gap.unmet_listed,
                ReadingArg::Likely => gap.unmet_likely,
            };
            vec![
                name.to_owned(),
                code.to_owned(),
                need.to_owned(),
                figure(of.before.referrals),
                figure(unmet(of.before)),
                figure(unmet(of.after)),
                if of.loses() { "loses".to_owned() } else { String::new() },
            ]
        })
        .collect();
    let columns = [
        text("neighbourhood"),
        text("code"),
        text("need"),
        number("referrals"),
        number("unmet"),
        number("would be"),
        text(""),
    ];
    write(&mut out, &columns, &rows)?;
    out.finish()?;
    Ok(())
}
