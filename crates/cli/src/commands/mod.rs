//! The command line: one file a command. Results on stdout, words on stderr; exit 0 done, 1 failed, 2 bad usage, 3 done
//! but rows were rejected.

mod backup;
mod build;
mod check;
mod demo;
mod duplicates;
mod events;
mod export;
mod gaps;
mod import;
mod key;
mod losses;
mod near;
mod plan;
mod reach;
mod release;
mod remove;
mod restore;
mod serve;
mod sources;
mod streets;
mod survival;
mod unmet_needs;
mod verify;
mod what_if;
mod worklist;

use crate::as_owner;
use crate::log;
use crate::outcome::{CommandOutcome, UsageError};
use crate::shown::output::Messages;
use clap::{Parser, Subcommand};
use std::io;
use std::process::ExitCode;

#[derive(Debug, Parser)]
#[command(
    name = "hereabouts",
    version,
    about = "What is there hereabouts, and what is missing: neighbourhood assets against need",
    after_help = "Exit status: 0 done; 1 failed; 2 bad usage; 3 done, but rows were rejected.\n\
                  Results go to stdout, everything else to stderr.",
    max_term_width = 110
)]
struct Cli {
    #[command(flatten)]
    log: log::LogArgs,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// A small made-up town, from files to map, in a store of its own that is gone afterwards.
    Demo(demo::DemoArgs),
    /// Import one source (atomic import; replaces the previous version of this source).
    Import(import::ImportArgs),
    /// Import everything a place file names.
    Build(build::BuildArgs),
    /// Gaps: what people ask for against what they can reach.
    Gaps(gaps::GapsArgs),
    /// What would close a gap: what to start where within a budget, with a bound on any other plan.
    Plan(Box<plan::PlanArgs>),
    /// What every neighbourhood would have if something closed, moved, had other places, or were started.
    #[command(name = "what-if", alias = "whatif")]
    WhatIf(Box<what_if::WhatIfArgs>),
    /// What would be lost if one asset shut, and when grants end.
    Losses(losses::LossesArgs),
    /// What is near a place and fits: by need, words, day and cost, nearest first.
    Near(Box<near::NearArgs>),
    /// Say that an asset still runs, has changed, closed, moved or is full; take that back; see its history.
    Verify(verify::VerifyArgs),
    /// Who and what is within so many minutes of a place.
    Reach(reach::ReachArgs),
    /// Verification worklist: which listings to check next, those first that affect most people if they no longer run.
    Worklist(worklist::WorklistArgs),
    #[command(name = "queue", hide = true)]
    FormerWorklist(worklist::WorklistArgs),
    /// Listing-survival model: half-lives behind the probability of still running; fit them to what was found.
    Survival(survival::SurvivalArgs),
    #[command(name = "trust", hide = true)]
    FormerSurvival(survival::SurvivalArgs),
    /// Keys with which link workers and organisers enter what they know: make, list, revoke.
    Key(key::KeyArgs),
    /// Unmet-need records: needs entered because nothing fitted, for whoever prepares a release.
    UnmetNeeds(unmet_needs::UnmetNeedsArgs),
    #[command(name = "wants", hide = true)]
    FormerUnmetNeeds(unmet_needs::UnmetNeedsArgs),
    /// Protected tables: figures of a quarter that cannot be turned back into a person.
    Release(release::ReleaseArgs),
    /// Serve the map, the pages and the API.
    Serve(serve::ServeArgs),
    /// Read the whole store back: every checksum, every reference.
    Check(check::CheckArgs),
    /// What the store holds, source by source.
    Sources(sources::SourcesArgs),
    /// What streets the store has, and which neighbourhoods change most by them against straight lines.
    Streets(streets::StreetsArgs),
    /// Listings that are or may be of one thing: list them, join them, keep them apart, take that back.
    Duplicates(duplicates::DuplicatesArgs),
    /// Remove one source and its records.
    Remove(remove::RemoveArgs),
    /// Write the records of one kind as they are stored, one JSON value a line.
    Export(export::ExportArgs),
    /// Write the whole store to one file that any version reads.
    Backup(backup::BackupArgs),
    /// Make a store from a backup, in a new directory.
    Restore(restore::RestoreArgs),
}

impl Command {
    /// The former name that was typed, and the name it has now.
    const fn renamed(&self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::FormerWorklist(_) => Some(("queue", "worklist")),
            Self::FormerSurvival(_) => Some(("trust", "survival")),
            Self::FormerUnmetNeeds(_) => Some(("wants", "unmet-needs")),
            _ => None,
        }
    }
}

/// Runs what the arguments say.
pub(crate) fn main() -> ExitCode {
    let cli = Cli::parse();
    let logging = cli.log.start();
    let words = Messages;
    if let Some((former, name)) = cli.command.renamed() {
        words.say(format_args!(
            "hereabouts {former} is now called hereabouts {name}; the old name works until the next release"
        ));
    }
    let ended = match &cli.command {
        Command::Demo(args) => demo::run(args, words),
        Command::Import(args) => import::run(args, words),
        Command::Build(args) => build::run(args, words),
        Command::Gaps(args) => gaps::run(args, words),
        Command::Near(args) => near::run(args, words),
        Command::Losses(args) => losses::run(args, words),
        Command::Plan(args) => plan::run(args, words),
        Command::WhatIf(args) => what_if::run(args, words),
        Command::Verify(args) => verify::run(args, words),
        Command::Reach(args) => reach::run(args, words),
        Command::Worklist(args) | Command::FormerWorklist(args) => worklist::run(args, words),
        Command::Survival(args) | Command::FormerSurvival(args) => survival::run(args),
        Command::Key(args) => key::run(args, words),
        Command::UnmetNeeds(args) | Command::FormerUnmetNeeds(args) => unmet_needs::run(args),
        Command::Release(args) => release::run(args, words),
        Command::Serve(args) => serve::run(args, words),
        Command::Check(args) => check::run(args, words),
        Command::Sources(args) => sources::run(args),
        Command::Streets(args) => streets::run(args, words),
        Command::Duplicates(args) => duplicates::run(args, words),
        Command::Remove(args) => remove::run(args, words),
        Command::Export(args) => export::run(args, words),
        Command::Backup(args) => backup::run(args, words),
        Command::Restore(args) => restore::run(args, words),
    };
    drop(logging);
    match ended {
        Ok(CommandOutcome::Done) => ExitCode::SUCCESS,
        Ok(CommandOutcome::RowsRejected) => ExitCode::from(3),
        // Whoever read the output has seen enough, as with `| head`.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            words.say(format_args!("hereabouts: {error:#}"));
            if let Some(command) = as_owner::instead(&error) {
                words.say(format_args!("  {command}"));
            }
            ExitCode::from(if error.is::<UsageError>() { 2 } else { 1 })
        }
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let kind = |cause: &(dyn std::error::Error + 'static)| {
        let io = cause.downcast_ref::<io::Error>().map(io::Error::kind);
        io.or_else(|| cause.downcast_ref::<serde_json::Error>().and_then(serde_json::Error::io_error_kind))
    };
    error.chain().filter_map(kind).any(|kind| kind == io::ErrorKind::BrokenPipe)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;
    use hereabouts_engine::near::CONDITIONS;

    /// What belongs to one run and not to a deployment.
    const OF_ONE_RUN: &[&str] = &[
        "dry_run",
        "format",
        "json",
        "keep",
        "http",
        "leaving",
        "level",
        "map",
        "need",
        "once",
        "out",
        "period",
        "reading",
        "rejects",
        "source",
        "top",
        "without",
        "at",
        "postcode",
        "private_network",
        "area",
        "minutes",
        "mode",
        "limit",
        "what",
        "until",
        "problem",
        "event",
        "role",
        "on",
        "label",
        "asset",
        "days",
        "outcomes",
        "weight",
        "budget",
        "most",
        "objective",
        "aversion",
        "floor",
        "areas",
        "effort",
        "close",
        "places",
        "moved",
        "add",
        "allow_losses",
        "distribution",
    ];

    #[test]
    fn every_setting_has_a_variable_and_says_what_it_is() {
        for command in Cli::command().get_subcommands() {
            for arg in command.get_arguments().filter(|arg| !arg.is_positional()) {
                let name = format!("{} --{}", command.get_name(), arg.get_id());
                assert!(arg.get_help().is_some(), "{name}");
                match arg.get_env().and_then(|variable| variable.to_str()) {
                    Some(variable) => assert!(variable.starts_with("HEREABOUTS_"), "{name}"),
                    None => {
                        let id = arg.get_id().as_str();
                        let is_condition = CONDITIONS.iter().any(|field| field.name == id);
                        assert!(is_condition || OF_ONE_RUN.contains(&id), "{name}");
                    }
                }
            }
        }
    }

    #[test]
    fn the_arguments_are_consistent() {
        Cli::command().debug_assert();
    }
}
