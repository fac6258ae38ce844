//! `hereabouts gaps`.

mod distribution;
mod heading;
mod machine;
mod people;

use crate::args::place::PlaceArgs;
use crate::outcome::{CommandOutcome, UsageError};
use crate::shown::output::{Messages, OutputWriter};
use anyhow::Result;
use clap::{Args, ValueEnum};
use hereabouts_core::confidence::ConfidenceSummary;
use hereabouts_core::idx::NeedIdx;
use hereabouts_core::report::Gap;
use hereabouts_core::study::Study;
use hereabouts_engine::snapshot::Snapshot;
use hereabouts_engine::view::{CellLayer, QuarterView, Scenario};
use std::path::PathBuf;
use std::sync::Arc;

#[derive(Debug, Args)]
pub(crate) struct GapsArgs {
    /// Only this need, an id of the needs table such as social-connection [default: all]
    #[arg(long, value_name = "ID")]
    need: Option<String>,
    /// Referrals of a quarter, such as 2025-Q4, or of the last four together, latest-year [default: latest-year]
    #[arg(long, value_name = "PERIOD")]
    period: Option<String>,
    /// Neighbourhoods, or the cells of the analysis (whose referrals are modelled unless given by cell)
    #[arg(long, default_value = "neighbourhood")]
    level: GapLevel,
    /// Every listing at its word, or weighted by the chance that it still runs
    #[arg(long, default_value = "likely")]
    reading: ReadingArg,
    /// table is for people and shows the worst first; the others hold every row and every property
    #[arg(long, default_value = "table")]
    format: GapFormat,
    /// The same as --format json
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// How the gaps of each need lie among areas, near nothing or near everything, for want of distance or of capacity, and how
    /// much rests on what is assumed and on the quarter, instead of the gaps
    #[arg(long, conflicts_with = "level")]
    distribution: bool,
    /// Rows of a table; 0 is all
    #[arg(long, value_name = "N", default_value_t = 25)]
    top: usize,
    /// Write to a file, which appears whole or not at all, and not to stdout
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    place: PlaceArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum GapLevel {
    Neighbourhood,
    Cell,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ReadingArg {
    Listed,
    Likely,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum GapFormat {
    Table,
    Csv,
    Json,
    Geojson,
}

/// What was asked for, found in the study.
struct GapQuestion<'a> {
    snapshot: &'a Snapshot,
    view: &'a QuarterView,
    need: Option<NeedIdx>,
    reading: Scenario,
    top: usize,
}

pub(crate) fn run(args: &GapsArgs, words: Messages) -> Result<CommandOutcome> {
    let snapshot = args.place.read(args.period.as_deref(), words)?;
    let study = snapshot.study();
    let need = args.need.as_deref().map(|id| find_need(study, id)).transpose()?;
    let working = words.working("working out the gaps");
    let Some(view) = snapshot.default_view() else {
        return Err(UsageError("the store has no neighbourhoods to report on; import some".to_owned()).into());
    };
    let layer = match args.level {
        GapLevel::Neighbourhood => None,
        GapLevel::Cell => Some(snapshot.layer(&view, snapshot.policy().resolution)?),
    };
    drop(working);

    let reading = match args.reading {
        ReadingArg::Listed => Scenario::Listed,
        ReadingArg::Likely => Scenario::Likely,
    };
    let asked = GapQuestion { snapshot: &snapshot, view: &view, need, reading, top: args.top };
    let format = if args.json { GapFormat::Json } else { args.format };
    let mut out = OutputWriter::new(args.out.as_deref())?;
    match (format, &layer) {
        _ if args.distribution => {
            let _working = words.working("working it out with other choices");
            distribution::needs(&asked, format, &mut out)?;
        }
        (GapFormat::Table, None) => people::neighbourhoods(&asked, &mut out)?,
        (GapFormat::Table, Some(layer)) => people::cells(&asked, layer, &mut out)?,
        (_, None) => machine::neighbourhoods(&asked, format, &mut out)?,
        (_, Some(layer)) => machine::cells(&asked, layer, format, &mut out)?,
    }
    out.finish()?;
    let quarter = view.cells_of_quarter();
    if quarter.placed.outside > 0.0 {
        let outside = quarter.placed.outside;
        words.say(format_args!(
            "{outside} referrals are given for cells outside all neighbourhoods and count nowhere."
        ));
    }
    if quarter.placed.overlapping > 0 {
        let left_out = quarter.placed.overlapping;
        words.say(format_args!(
            "{left_out} figures are left out because a smaller area or a cell of the same place has its own."
        ));
    }
    if study.is_unprotected() {
        words.say(format_args!(
            "These are unprotected referral counts: they may identify people and must stay on this machine."
        ));
    }
    Ok(CommandOutcome::Done)
}

pub(crate) fn find_need(study: &Study, id: &str) -> Result<NeedIdx, UsageError> {
    study.need(id).ok_or_else(|| {
        let known: Vec<&str> = study.needs().iter().map(|need| need.id.as_str()).collect();
        UsageError(format!("--need {id}: the needs table has {}", known.join(", ")))
    })
}

impl GapQuestion<'_> {
    fn needs(&self) -> impl Iterator<Item = NeedIdx> + use<'_> {
        self.snapshot.study().need_indices().filter(|need| self.need.is_none_or(|only| only == *need))
    }

    /// Gaps of the report, by area code and then in the order of the needs table.
    fn gaps(&self) -> impl Iterator<Item = &Gap> {
        self.view.report().gaps.iter().filter(|gap| self.need.is_none_or(|only| only == gap.need))
    }

    /// How far its gaps can be leant on.
    fn confidence(&self) -> ConfidenceSummary {
        ConfidenceSummary::of(self.gaps().map(|gap| gap.grounds))
    }

    /// Needs and positions of cells, by need and cell.
    fn cells<'b>(&'b self, layer: &'b Arc<CellLayer>) -> impl Iterator<Item = (NeedIdx, usize)> + 'b {
        self.needs().flat_map(|need| (0..layer.cells().len()).map(move |cell| (need, cell)))
    }

    fn shown<T>(&self, rows: Vec<T>) -> Vec<T> {
        let keep = if self.top == 0 { rows.len() } else { self.top };
        rows.into_iter().take(keep).collect()
    }
}
