//! `hereabouts plan`: what would close it, within a budget.

use crate::args::place::PlaceArgs;
use crate::outcome::{CommandOutcome, refused};
use crate::shown::output::{self, Messages, OutputWriter};
use crate::shown::table::{number, text, write};
use anyhow::Result;
use clap::{Args, ValueEnum};
use hereabouts_engine::fields::QueryParameter;
use hereabouts_engine::format::{count, percent, round_money};
use hereabouts_engine::plan::{self, PlanAnswer, PlanRequest};
use std::io::Write;

/// Rows of a table that nobody asked the rest of.
const SHOWN: usize = 15;

#[derive(Debug, Args)]
pub(crate) struct PlanArgs {
    /// The need, an id of the needs table such as money-debt
    #[arg(long, value_name = "ID")]
    need: String,
    /// The most that all may cost in its first year, in the currency of the costs table
    #[arg(long, value_name = "MONEY")]
    budget: Option<String>,
    /// How many may be started at most, 1 to 200
    #[arg(long, value_name = "N")]
    most: Option<String>,
    /// level-up: those worst off first, without forgetting the rest; least-unmet: as many referrals as possible; worst-first:
    /// the worst off, then the next; least-cost: as little as brings every neighbourhood to the floor
    #[arg(long, value_name = "OBJECTIVE", default_value = "level-up")]
    objective: String,
    /// Aversion to inequality of level-up, above 0 and up to 30 [default: 4]
    #[arg(long, value_name = "N")]
    aversion: Option<String>,
    /// Share of its referrals that each neighbourhood is to have met, 0 to 1 [default: 0.5]
    #[arg(long, value_name = "SHARE")]
    floor: Option<String>,
    /// Codes of the neighbourhoods that the plan is for, with commas between them [default: all]
    #[arg(long, value_name = "CODES")]
    areas: Option<String>,
    /// How long is worked: moments, or longer for a smaller gap or a proof
    #[arg(long, default_value = "quick")]
    effort: EffortArg,
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

#[derive(Debug, Clone, Copy, ValueEnum)]
enum EffortArg {
    Quick,
    Thorough,
}

/// Which of the two readings of every figure.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum ReadingArg {
    Listed,
    Likely,
}

impl ReadingArg {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Listed => "listed",
            Self::Likely => "likely",
        }
    }
}

pub(crate) fn run(args: &PlanArgs, words: Messages) -> Result<CommandOutcome> {
    let site = args.place.read(args.period.as_deref(), words)?;
    let effort = match args.effort {
        EffortArg::Quick => "quick",
        EffortArg::Thorough => "thorough",
    };
    let given = [
        ("need", Some(args.need.as_str())),
        ("budget", args.budget.as_deref()),
        ("most", args.most.as_deref()),
        ("objective", Some(args.objective.as_str())),
        ("aversion", args.aversion.as_deref()),
        ("floor", args.floor.as_deref()),
        ("areas", args.areas.as_deref()),
        ("effort", Some(effort)),
        ("reading", Some(args.reading.word())),
    ];
    let given: Vec<(&str, &str)> =
        given.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
    QueryParameter::check_all(&plan::parameters(&site), given.iter().copied()).map_err(refused)?;
    let field = |name: &str| given.iter().find(|field| field.0 == name).map(|field| field.1);
    let request = PlanRequest::read(&site, field).map_err(refused)?;
    let working = words.working("looking for the best plan");
    let answer = plan::answer(&site, request).map_err(refused)?;
    drop(working);
    if args.json {
        output::json(&answer.json())?;
        return Ok(CommandOutcome::Done);
    }
    let mut out = OutputWriter::new(None)?;
    writeln!(out, "{}\n{}\n", answer.headline(), answer.bound_in_words())?;
    sites(&answer, &mut out)?;
    gains(&answer, &mut out)?;
    below(&answer, &mut out)?;
    others(&answer, &mut out)?;
    writeln!(out, "\nWhat is not sure")?;
    for sentence in answer.not_sure() {
        writeln!(out, "- {sentence}")?;
    }
    out.finish()?;
    Ok(CommandOutcome::Done)
}

fn sites(answer: &PlanAnswer, out: &mut OutputWriter) -> Result<()> {
    let site = answer.site();
    let sum = |amount: f64| round_money(amount, site.currency());
    let rows: Vec<Vec<String>> = answer
        .sites()
        .iter()
        .map(|planned| {
            let cost = planned.of.offer.first_year();
            vec![
                planned.of.offer.label.clone(),
                answer.venue_name(planned.of).to_owned(),
                sum(cost.usual),
                format!("{} to {}", sum(cost.low), sum(cost.high)),
                answer.rests_on(planned),
            ]
        })
        .collect();
    let columns =
        [text("start"), text("at"), number("first year"), text("may cost"), text("what it rests on")];
    if !rows.is_empty() {
        write(out, &columns, &rows)?;
        writeln!(out)?;
    }
    Ok(())
}

fn gains(answer: &PlanAnswer, out: &mut OutputWriter) -> Result<()> {
    let (study, reading) = (answer.site().study(), answer.request().figures.reading);
    let gains = answer.gains();
    let rows: Vec<Vec<String>> = gains
        .iter()
        .take(SHOWN)
        .filter_map(|of| {
            let [before, after] = of.unmet(reading)?;
            let area = &study.areas()[of.before.area.get()];
            Some(vec![
                area.name.clone(),
                area.code.clone(),
                of.before.referrals.map_or_else(|| "–".to_owned(), count),
                count(before),
                count(after),
                of.after.grounds.confidence().as_str().to_owned(),
            ])
        })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    let columns = [
        text("who gains"),
        text("code"),
        number("referrals"),
        number("unmet"),
        number("with the plan"),
        text("confidence"),
    ];
    write(out, &columns, &rows)?;
    if gains.len() > SHOWN {
        writeln!(out, "… and {} more (--json has all)", gains.len() - SHOWN)?;
    }
    Ok(())
}

fn below(answer: &PlanAnswer, out: &mut OutputWriter) -> Result<()> {
    let below = answer.below_floor();
    let floor = percent(answer.request().floor);
    if below.is_empty() {
        writeln!(out, "\nEvery neighbourhood has {floor} of its referrals met or more.")?;
        return Ok(());
    }
    let study = answer.site().study();
    let names: Vec<&str> =
        below.iter().take(SHOWN).map(|gap| study.areas()[gap.area.get()].name.as_str()).collect();
    let more = if below.len() > SHOWN { format!(" and {} more", below.len() - SHOWN) } else { String::new() };
    writeln!(out, "\nStill below {floor} of their referrals met: {}{more}", names.join(", "))?;
    Ok(())
}

fn others(answer: &PlanAnswer, out: &mut OutputWriter) -> Result<()> {
    for (nth, other) in answer.choices.plans.iter().enumerate().skip(1) {
        let names: Vec<&str> = other.chosen.iter().map(|&c| answer.venue_name(answer.candidate(c))).collect();
        writeln!(out, "{}Plan {} as good: {}", if nth == 1 { "\n" } else { "" }, nth + 1, names.join(", "))?;
    }
    Ok(())
}
