//! `hereabouts survival`: the listing-survival model, which is the parameters behind the chance that something still runs, and what was found makes of them.

use crate::args::place::{StoreArg, TableArgs};
use crate::outcome::{CommandOutcome, UsageError};
use crate::shown::output::{self, OutputWriter};
use crate::shown::table::{number, text, write};
use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use hereabouts_core::survival::calibrate::{ReliabilityBin, bins};
use hereabouts_data::feedback::journal::VerificationJournal;
use hereabouts_data::feedback::outcomes::{
    self, CheckedListing, FittedHalfLife, after_problem, fit, reliability,
};
use hereabouts_data::feedback::verification::ListingProblem;
use hereabouts_data::linkage::canonical_asset::{self, decisions};
use hereabouts_data::load;
use hereabouts_data::tables::Tables;
use hereabouts_engine::format::{plain_percent, whole};
use serde_json::json;
use std::fs;
use std::io::Write;
use std::path::PathBuf;

/// Fewer checks say too little of a problem.
const ENOUGH: usize = 10;

#[derive(Debug, Args)]
pub(crate) struct SurvivalArgs {
    /// What to do
    #[arg(value_enum, default_value = "show")]
    act: SurvivalAction,
    /// With calibrate: earlier checks as CSV with kind, verified_on, checked_on and runs (yes or no), and asset if one was checked more than once
    #[arg(long, value_name = "FILE")]
    outcomes: Option<PathBuf>,
    /// With calibrate: for how many closures the table counts
    #[arg(long, value_name = "CLOSURES", default_value_t = 4.0)]
    weight: f64,
    /// With calibrate: write the kinds table with the fitted half-lives to a file, for --kinds
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    store: StoreArg,
    #[command(flatten)]
    tables: TableArgs,
    /// For machines
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum SurvivalAction {
    /// Half-lives of kinds and what reported problems leave, as they are in force
    Show,
    /// Fit half-lives to what was found running or closed, and say how well chances came true
    Calibrate,
}

pub(crate) fn run(args: &SurvivalArgs) -> Result<CommandOutcome> {
    let tables = args.tables.read()?;
    match args.act {
        SurvivalAction::Show => show(args, &tables)?,
        SurvivalAction::Calibrate => calibrate(args, &tables)?,
    }
    Ok(CommandOutcome::Done)
}

fn show(args: &SurvivalArgs, tables: &Tables) -> Result<()> {
    if args.outcomes.is_some() || args.out.is_some() {
        return Err(UsageError("--outcomes and --out belong to calibrate".to_owned()).into());
    }
    if args.json {
        let kinds: Vec<_> = tables
            .kinds
            .iter()
            .map(|k| json!({ "kind": k.id, "half_life_months": k.half_life_months }))
            .collect();
        let problems: Vec<_> = ListingProblem::ALL
            .iter()
            .map(|p| json!({ "problem": p, "left": tables.problems.left(*p) }))
            .collect();
        return output::json(&json!({ "kinds": kinds, "problems": problems }));
    }
    let mut out = OutputWriter::new(None)?;
    let kinds: Vec<Vec<String>> =
        tables.kinds.iter().map(|k| vec![k.id.clone(), format!("{:.0}", k.half_life_months)]).collect();
    write(&mut out, &[text("kind"), number("half-life, months")], &kinds)?;
    writeln!(out)?;
    let problems: Vec<Vec<String>> = ListingProblem::ALL
        .iter()
        .map(|p| {
            vec![p.to_string(), tables.problems.label(*p).to_owned(), plain_percent(tables.problems.left(*p))]
        })
        .collect();
    write(&mut out, &[text("problem"), text(""), number("leaves of the chance")], &problems)?;
    out.finish()
}

fn checks(args: &SurvivalArgs, tables: &Tables) -> Result<Vec<CheckedListing>> {
    let store = args.store.open()?;
    let (assets, _) = canonical_asset::assets(
        load::listings(&store)?,
        &decisions(&store)?,
        &canonical_asset::pins(&store)?,
    );
    drop(store);
    let mut checked = outcomes::of_events(&assets, VerificationJournal::read(args.store.path())?.entries());
    if let Some(file) = &args.outcomes {
        let shown = file.display().to_string();
        let table = fs::read_to_string(file).with_context(|| shown.clone())?;
        let kinds: Vec<&str> = tables.kinds.iter().map(|kind| kind.id.as_str()).collect();
        checked.extend(outcomes::of_table(&shown, &table, &kinds).map_err(UsageError)?);
    }
    Ok(checked)
}

fn calibrate(args: &SurvivalArgs, tables: &Tables) -> Result<()> {
    if !(0.0..=1e6).contains(&args.weight) {
        return Err(UsageError("--weight: give a number from 0 to 1000000".to_owned()).into());
    }
    let checked = checks(args, tables)?;
    if checked.is_empty() {
        return Err(UsageError(
            "nobody has checked anything twice yet, and no --outcomes are given".to_owned(),
        )
        .into());
    }
    let kinds: Vec<(&str, f64)> =
        tables.kinds.iter().map(|kind| (kind.id.as_str(), kind.half_life_months)).collect();
    let fitted = fit(&kinds, &checked, args.weight);
    let held_out = reliability(&kinds, &checked, args.weight);
    let scores = held_out.scores().unwrap_or_default();
    let (by_table, by_fit) = (bins(&held_out.by_table), bins(&held_out.by_fit));
    if let Some(path) = &args.out {
        let mut out = OutputWriter::new(Some(path))?;
        write!(out, "{}", args.tables.kinds_with(&fitted)?)?;
        out.finish()?;
    }
    if args.json {
        let bin = |b: &ReliabilityBin| {
            json!({
                "outcomes": b.outcomes, "predicted": b.predicted, "observed": b.observed,
                // The former names, for one release.
                "told": b.predicted, "seen": b.observed,
            })
        };
        return output::json(&json!({
            "checks": checked.len(),
            "kinds": fitted.iter().filter(|f| f.checks > 0).map(|f| json!({
                "kind": f.kind, "checks": f.checks, "gone": f.gone, "table_months": f.table, "fitted_months": f.fitted,
            })).collect::<Vec<_>>(),
            "brier": { "table": scores[0], "fitted": scores[1], "same_for_all": scores[2] },
            "bins": {
                "table": by_table.iter().map(bin).collect::<Vec<_>>(),
                "fitted": by_fit.iter().map(bin).collect::<Vec<_>>(),
            },
        }));
    }
    let mut out = OutputWriter::new(None)?;
    tell(&mut out, args.weight, checked.len(), &fitted)?;
    writeln!(out, "\nOn outcomes that were held out, by assets in five parts (Brier score; 0 is perfect):")?;
    writeln!(
        out,
        "table {:.4}, fitted {:.4}, the same chance for all {:.4}",
        scores[0], scores[1], scores[2]
    )?;
    for (name, bins) in [("table", by_table), ("fitted", by_fit)] {
        writeln!(out, "\nChances by the {name}")?;
        let rows: Vec<Vec<String>> = bins
            .iter()
            .map(|b| vec![plain_percent(b.predicted), plain_percent(b.observed), whole(b.outcomes as u64)])
            .collect();
        write(&mut out, &[number("predicted"), number("still ran"), number("outcomes")], &rows)?;
    }
    after_problems(&mut out, tables, &fitted, &checked)?;
    out.finish()
}

/// Half-lives of the kinds that were checked.
fn tell(out: &mut impl Write, weight: f64, checks: usize, fitted: &[FittedHalfLife]) -> Result<()> {
    writeln!(out, "{} checks; the table counts like {} closures of each kind", whole(checks as u64), weight)?;
    let rows: Vec<Vec<String>> = fitted
        .iter()
        .filter(|f| f.checks > 0)
        .map(|f| {
            let (checks, gone) = (whole(f.checks as u64), whole(f.gone as u64));
            vec![f.kind.clone(), checks, gone, format!("{:.1}", f.table), format!("{:.1}", f.fitted)]
        })
        .collect();
    let columns = ["checks", "gone", "table, months", "fitted, months"].map(number);
    Ok(write(out, &[&[text("kind")], columns.as_slice()].concat(), &rows)?)
}

fn after_problems(
    out: &mut impl Write,
    tables: &Tables,
    fitted: &[FittedHalfLife],
    checked: &[CheckedListing],
) -> Result<()> {
    let rows: Vec<Vec<String>> = ListingProblem::ALL
        .iter()
        .filter_map(|&problem| {
            let (checks, left) = after_problem(problem, fitted, checked);
            let left = left.filter(|_| checks >= ENOUGH)?;
            Some(vec![
                problem.to_string(),
                whole(checks as u64),
                plain_percent(tables.problems.left(problem)),
                plain_percent(left),
            ])
        })
        .collect();
    if !rows.is_empty() {
        writeln!(out)?;
        write(
            out,
            &[text("problem"), number("checks after"), number("leaves, table"), number("left, seen")],
            &rows,
        )?;
    }
    Ok(())
}
