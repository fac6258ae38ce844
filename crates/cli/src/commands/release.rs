//! `hereabouts release`: protected tables of the store that has the counts.

mod curve;
mod written;

use crate::args::place::{StoreArg, TableArgs, today};
use crate::outcome::{CommandOutcome, UsageError};
use crate::shown::output::{self, Messages, OutputWriter};
use crate::shown::table::{number, text, write};
use anyhow::{Context, Result};
use clap::{Args, Subcommand, ValueEnum};
use hereabouts_core::demand::Quarter;
use hereabouts_data::feedback::keys::AccessKeys;
use hereabouts_data::load;
use hereabouts_data::release_ledger::{self, CloseOutcome, LedgerAct, LedgerError};
use hereabouts_engine::format::whole;
use hereabouts_release::budget::Mu;
use hereabouts_release::counted::{CountedTable, UncoveredAreas};
use hereabouts_release::document::{ReleaseDocument, ReleasedTable};
use hereabouts_release::measure::SHARES;
use hereabouts_release::presets::DisclosurePreset;
use serde_json::json;
use std::fs;
use std::io::Write;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct ReleaseArgs {
    #[command(subcommand)]
    act: ReleaseAction,
}

#[derive(Debug, Subcommand)]
enum ReleaseAction {
    /// Close a quarter with a release; two stewards do it, one after the other, each with a key
    Close(CloseArgs),
    /// Quarters that were proposed or closed, when and by whom
    List(ListArgs),
    /// The figures of a release, with how far they may be from the counts
    Show(OneArgs),
    /// Whether the ledger is whole and every release is what was closed
    Verify(ListArgs),
    /// Write a release: to be imported elsewhere, or as a table
    Export(ExportArgs),
    /// What each budget would tell of one referral, and how far its figures would be from the counts; on the machine only
    Curve(CurveArgs),
}

#[derive(Debug, Args)]
struct TableOfCounts {
    /// The quarter, such as 2026-Q3
    #[arg(long, value_name = "QUARTER")]
    period: Quarter,
    /// Geography between small areas and the whole place [default: the largest that can be compared]
    #[arg(long, value_name = "ID")]
    over: Option<String>,
    /// Codes of areas that no source covers: they have no figures
    #[arg(long, value_name = "CODES", value_delimiter = ',')]
    without: Vec<String>,
    /// Areas of which no source says anything are not covered and have no figures; only where that does not depend on the counts
    #[arg(long, conflicts_with = "without")]
    without_unlisted: bool,
    #[command(flatten)]
    store: StoreArg,
    #[command(flatten)]
    tables: TableArgs,
}

#[derive(Debug, Args)]
struct CloseArgs {
    #[command(flatten)]
    counts: TableOfCounts,
    /// Budget μ, 0.05 to 5: the most that can be learnt of one referral; `release curve` shows what each means
    #[arg(long, value_name = "N", default_value = "0.8")]
    mu: Mu,
    /// File that holds the key of a steward; - is stdin
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// For machines
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
struct ListArgs {
    #[command(flatten)]
    store: StoreArg,
    /// For machines
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
struct OneArgs {
    /// The quarter, such as 2026-Q3
    #[arg(long, value_name = "QUARTER")]
    period: Quarter,
    /// The figures of small areas, too
    #[arg(long)]
    small: bool,
    #[command(flatten)]
    store: StoreArg,
    /// For machines
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
struct ExportArgs {
    /// The quarter, such as 2026-Q3
    #[arg(long, value_name = "QUARTER")]
    period: Quarter,
    /// The document, its figures as a table, or those written by a rule of practice
    #[arg(long, value_enum, default_value_t = ExportFormat::Document)]
    format: ExportFormat,
    /// Where to [default: stdout]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    store: StoreArg,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ExportFormat {
    /// The whole release, for `hereabouts import releases` and for whoever checks it
    Document,
    /// Noisy counts, as they were drawn: with them others can make figures of their own
    Noisy,
    /// Figures with their standard errors
    Csv,
    /// 1 to 7 as *, others to the nearest 5
    Nhs,
    /// Below 10 as c, others to the nearest 5
    #[value(name = "10-5")]
    TenFive,
    /// The middle of its six: 3, 9, 15 …
    #[value(name = "midpoint-6")]
    MidpointSix,
}

#[derive(Debug, Args)]
struct CurveArgs {
    #[command(flatten)]
    counts: TableOfCounts,
    /// For machines
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &ReleaseArgs, words: Messages) -> Result<CommandOutcome> {
    match &args.act {
        ReleaseAction::Close(args) => close(args, words)?,
        ReleaseAction::List(args) => list(args)?,
        ReleaseAction::Show(args) => {
            let table = released(&args.store, args.period)?;
            written::show(&table, args.small, args.json)?;
        }
        ReleaseAction::Verify(args) => verify(args, words)?,
        ReleaseAction::Export(args) => export(args)?,
        ReleaseAction::Curve(args) => {
            let counted = counted(&args.counts, words)?;
            curve::print(&counted, &shares(&counted), args.json)?;
        }
    }
    Ok(CommandOutcome::Done)
}

/// What was counted in the quarter.
fn counted(args: &TableOfCounts, words: Messages) -> Result<CountedTable> {
    let store = args.store.open()?;
    let working = words.working("reading what was counted");
    let study = load::load(&store, &args.tables.read()?)?.study;
    drop(working);
    let uncovered = if args.without_unlisted {
        UncoveredAreas::Unlisted
    } else {
        UncoveredAreas::Named(args.without.iter().cloned().collect())
    };
    CountedTable::of(&study, args.period, args.over.as_deref(), &uncovered)
        .map_err(|e| UsageError(e.to_string()).into())
}

/// Parts of the budget for as many levels as there are.
fn shares(counted: &CountedTable) -> Vec<u8> {
    if counted.tree.levels() == SHARES.len() { SHARES.to_vec() } else { vec![SHARES[0], 100 - SHARES[0]] }
}

fn close(args: &CloseArgs, words: Messages) -> Result<()> {
    let secret = if args.key.as_os_str() == "-" {
        std::io::read_to_string(std::io::stdin()).context("the key on stdin")?
    } else {
        fs::read_to_string(&args.key).with_context(|| args.key.display().to_string())?
    };
    let keys = AccessKeys::read(args.counts.store.path())?;
    let key = keys.opened_by(&secret, today()).ok_or_else(|| {
        UsageError(format!(
            "{}: not a key that is good today; `hereabouts key add` makes one",
            args.key.display()
        ))
    })?;
    let counted = counted(&args.counts, words)?;
    let mut store = args.counts.store.open()?;
    let coins = release_ledger::coin_key(&mut store)?;
    let document = ReleaseDocument::of(&counted, args.mu, &shares(&counted), &coins)?;
    let closed = release_ledger::close(&mut store, &document, key, today()).map_err(usage)?;
    let figures = document.measured.len() * counted.tree.leaves().count();
    if args.json {
        output::json(&json!({
            "quarter": document.quarter,
            "state": if closed == CloseOutcome::Proposed { "proposed" } else { "closed" },
            "digest": document.digest(),
            "mu": args.mu.value(),
            "figures": figures,
        }))?;
    }
    words.say(format_args!(
        "{}: {} figures, digest {}",
        document.quarter,
        whole(figures as u64),
        document.digest()
    ));
    match closed {
        CloseOutcome::Proposed => words.say(format_args!(
            "proposed by key {}; the key of another steward closes it with the same command",
            key.id
        )),
        CloseOutcome::Closed(proposer) => words.say(format_args!(
            "closed by key {}, proposed by key {}; write it with `hereabouts release export`",
            key.id, proposer.key
        )),
    }
    Ok(())
}

fn usage(error: LedgerError) -> anyhow::Error {
    match error {
        LedgerError::AlreadyClosed { .. } | LedgerError::SameKey(_) | LedgerError::NotSteward(..) => {
            UsageError(error.to_string()).into()
        }
        other => other.into(),
    }
}

/// The release of a quarter that the store has.
fn released(store: &StoreArg, period: Quarter) -> Result<ReleasedTable> {
    let found = load::releases(&store.open()?)?.into_iter().find(|table| table.quarter == period);
    found.ok_or_else(|| {
        UsageError(format!("{period} has no release here; `hereabouts release list` shows those there are"))
            .into()
    })
}

fn list(args: &ListArgs) -> Result<()> {
    let store = args.store.open()?;
    let entries = release_ledger::entries(&store)?;
    let closed_here =
        |quarter: &str| entries.iter().any(|e| e.act == LedgerAct::Closed && e.quarter == quarter);
    let imported: Vec<ReleasedTable> =
        load::releases(&store)?.into_iter().filter(|t| !closed_here(&t.document().quarter)).collect();
    if args.json {
        let imported: Vec<_> = imported
            .iter()
            .map(|t| json!({ "quarter": t.document().quarter, "digest": t.document().digest() }))
            .collect();
        return output::json(&json!({ "ledger": entries, "imported": imported }));
    }
    let act = |act: LedgerAct| if act == LedgerAct::Closed { "closed" } else { "proposed" };
    let mu = |hundredths: u16| format!("{}", f64::from(hundredths) / 100.0);
    let of_ledger = entries.iter().map(|e| {
        let keys: Vec<&str> = e.signers.iter().map(|s| s.label.as_deref().unwrap_or(&s.key)).collect();
        vec![
            e.quarter.clone(),
            act(e.act).to_owned(),
            e.on.to_string(),
            keys.join(", "),
            mu(e.mu_hundredths),
            e.digest.clone(),
        ]
    });
    let of_import = imported.iter().map(|t| {
        let document = t.document();
        let [on, by] = ["", ""].map(str::to_owned);
        vec![
            document.quarter.clone(),
            "imported".to_owned(),
            on,
            by,
            mu(document.mu_hundredths),
            document.digest(),
        ]
    });
    let rows: Vec<Vec<String>> = of_ledger.chain(of_import).collect();
    let columns = [text("quarter"), text("state"), text("on"), text("by"), number("μ"), text("digest")];
    let mut out = OutputWriter::new(None)?;
    write(&mut out, &columns, &rows)?;
    out.finish()
}

/// Every closed quarter has the release that was closed.
fn verify(args: &ListArgs, words: Messages) -> Result<()> {
    let store = args.store.open()?;
    let entries = release_ledger::entries(&store)?;
    let tables = load::releases(&store)?;
    let mut wrong = Vec::new();
    for entry in entries.iter().filter(|e| e.act == LedgerAct::Closed) {
        match tables.iter().find(|t| t.document().quarter == entry.quarter) {
            None => wrong.push(format!("{}: closed, and its release is gone", entry.quarter)),
            Some(table) if table.document().digest() != entry.digest => {
                wrong.push(format!("{}: its release is not the one that was closed", entry.quarter));
            }
            Some(_) => {}
        }
    }
    if args.json {
        output::json(&json!({ "entries": entries.len(), "releases": tables.len(), "problems": wrong }))?;
    }
    words.say(format_args!("{} entries of the ledger, {} releases", entries.len(), tables.len()));
    wrong.iter().for_each(|problem| words.say(format_args!("{problem}")));
    if wrong.is_empty() { Ok(()) } else { anyhow::bail!("{} problems", wrong.len()) }
}

fn export(args: &ExportArgs) -> Result<()> {
    let table = released(&args.store, args.period)?;
    let mut out = OutputWriter::new(args.out.as_deref())?;
    let preset = match args.format {
        ExportFormat::Document => {
            out.write_all(&table.document().to_bytes())?;
            return out.finish();
        }
        ExportFormat::Noisy => None,
        ExportFormat::Csv => Some(DisclosurePreset::Released),
        ExportFormat::Nhs => Some(DisclosurePreset::Nhs),
        ExportFormat::TenFive => Some(DisclosurePreset::TenFive),
        ExportFormat::MidpointSix => Some(DisclosurePreset::MidpointSix),
    };
    match preset {
        Some(preset) => written::figures(&mut out, &table, preset)?,
        None => written::noisy(&mut out, &table)?,
    }
    out.finish()
}
