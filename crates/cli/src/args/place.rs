//! From a store to what is worked out of it: the settings that commands share.

use crate::outcome::UsageError;
use crate::shown::output::Messages;
use anyhow::{Context, Result};
use chrono::{Local, NaiveDate, NaiveDateTime};
use clap::{Args, ValueEnum};
use hereabouts_core::cell::CellResolution;
use hereabouts_core::idx::GeographyIdx;
use hereabouts_core::period::Period;
use hereabouts_core::policy::AnalysisPolicy;
use hereabouts_core::study::Study;
use hereabouts_core::units::KilometresPerHour;
use hereabouts_data::costs;
use hereabouts_data::currency::Currency;
use hereabouts_data::feedback::journal::VerificationJournal;
use hereabouts_data::feedback::outcomes::{self, FittedHalfLife};
use hereabouts_data::feedback::problems;
use hereabouts_data::load;
use hereabouts_data::record::SourceRecord;
use hereabouts_data::tables::{self, Tables};
use hereabouts_engine::near::conditions::personas_in_words;
use hereabouts_engine::site::Site;
use hereabouts_engine::snapshot::Snapshot;
use hereabouts_store::Store;
use hereabouts_streets::{Persona, StreetLines};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

#[derive(Debug, Clone, Args)]
pub(crate) struct StoreArg {
    /// Directory of the store
    #[arg(long, value_name = "DIR", env = "HEREABOUTS_STORE")]
    store: PathBuf,
}

impl StoreArg {
    pub(crate) fn path(&self) -> &Path {
        &self.store
    }

    /// One that is there.
    pub(crate) fn open(&self) -> Result<Store> {
        Ok(Store::open(&self.store)?)
    }
}

/// The moment it is on the clock here.
pub(crate) fn now() -> NaiveDateTime {
    Local::now().naive_local()
}

/// The day it is here.
pub(crate) fn today() -> NaiveDate {
    now().date()
}

/// Own tables in place of the ones that come with the program.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct TableArgs {
    /// Own table of needs, in the columns of data/needs.csv [default: the one that comes with the program]
    #[arg(long, value_name = "FILE", env = "HEREABOUTS_NEEDS")]
    needs: Option<PathBuf>,
    /// Own table of kinds of asset, in the columns of data/kinds.csv [default: the one that comes with the program]
    #[arg(long, value_name = "FILE", env = "HEREABOUTS_KINDS")]
    kinds: Option<PathBuf>,
    /// Own crosswalk from terms of other vocabularies, in the columns of data/crosswalk.csv [default: the one that comes with the program]
    #[arg(long, value_name = "FILE", env = "HEREABOUTS_CROSSWALK")]
    crosswalk: Option<PathBuf>,
    /// Own table of what reported problems say, in the columns of data/trust.csv [default: the one that comes with the program]
    #[arg(long, value_name = "FILE", env = "HEREABOUTS_TRUST")]
    trust: Option<PathBuf>,
    /// Own table of what could be started and what it costs, in the columns of data/costs.csv [default: the one that comes with the program]
    #[arg(long, value_name = "FILE", env = "HEREABOUTS_COSTS")]
    costs: Option<PathBuf>,
}

/// Choices that change figures; they are shown with every output.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Choices that change figures")]
pub(crate) struct PolicyArgs {
    /// Day against which the age of listings is measured, YYYY-MM-DD [default: today]
    #[arg(long, value_name = "DAY", env = "HEREABOUTS_AS_OF")]
    pub(crate) as_of: Option<NaiveDate>,
    /// Neighbourhoods to report on [default: the coarsest geography with two or more areas]
    #[arg(long, value_name = "ID", env = "HEREABOUTS_GEOGRAPHY")]
    geography: Option<String>,
    /// H3 resolution of the cells, 7 to 10 (5.2, 0.74, 0.11 and 0.015 km² each)
    #[arg(long, value_name = "N", env = "HEREABOUTS_RESOLUTION", default_value = "9", value_parser = resolution)]
    resolution: CellResolution,
    #[arg(long, value_name = "NAME", env = "HEREABOUTS_PERSONA", default_value = "default",
        help = format!("Who walks: {}", personas_in_words()))]
    persona: Persona,
    /// Walking speed in km/h [default: the persona's]
    #[arg(long, value_name = "KM/H", env = "HEREABOUTS_SPEED", value_parser = speed)]
    speed: Option<KilometresPerHour>,
    /// Along the store's streets, or in a straight line as if it had none
    #[arg(long, value_name = "BASIS", env = "HEREABOUTS_TRAVEL", default_value = "streets")]
    travel: TravelArg,
    /// Metres walked for each metre of straight line, 1 or more, where the store has no streets
    #[arg(long, value_name = "FACTOR", env = "HEREABOUTS_DETOUR", default_value = "1.3", value_parser = |t: &str| within(t, 1.0, 10.0))]
    detour: f64,
    /// Age given to a listing without a date, in months
    #[arg(long, value_name = "MONTHS", env = "HEREABOUTS_UNKNOWN_AGE", default_value = "36", value_parser = |t: &str| within(t, 0.0, 1200.0))]
    unknown_age: f64,
    /// What a calendar that has an asset running counts next to a confirmation of the same day, 0 to 1
    #[arg(long, value_name = "WEIGHT", env = "HEREABOUTS_CALENDAR_WEIGHT", default_value = "0.8", value_parser = |t: &str| within(t, 0.0, 1.0))]
    calendar_weight: f64,
    /// A provider offers one referral at most this many times the adequate level
    #[arg(long, value_name = "TIMES", env = "HEREABOUTS_CAP", default_value = "10", value_parser = |t: &str| within(t, 1.0, 1e6))]
    cap: f64,
    /// Count what is offered online, by telephone or to a whole nation as a provider for everybody
    #[arg(long, env = "HEREABOUTS_COUNT_REMOTE")]
    count_remote: bool,
    /// An area may be silent that refers less than this share (0 to 1) of what its people predict…
    #[arg(long, value_name = "SHARE", env = "HEREABOUTS_SILENT_BELOW", default_value = "0.5", value_parser = |t: &str| within(t, 0.0, 1.0))]
    silent_below: f64,
    /// …if so few had a chance (0 to 1) below this
    #[arg(long, value_name = "CHANCE", env = "HEREABOUTS_SILENT_CHANCE", default_value = "0.001", value_parser = |t: &str| within(t, 0.0, 1.0))]
    silent_chance: f64,
    /// Fewer referrals than this in the period are too few to compare: not ranked
    #[arg(long, value_name = "N", env = "HEREABOUTS_FEW_BELOW", default_value = "5", value_parser = |t: &str| within(t, 0.0, 1000.0))]
    few_below: f64,
}

/// What minutes are measured along.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TravelArg {
    Streets,
    StraightLine,
}

impl TableArgs {
    pub(crate) fn read(&self) -> Result<Tables> {
        let text = |path: &Option<PathBuf>, own: &'static str, name: &'static str| match path {
            Some(path) => {
                let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
                Ok::<_, anyhow::Error>((path.display().to_string(), text))
            }
            None => Ok((name.to_owned(), own.to_owned())),
        };
        let needs = text(&self.needs, tables::NEEDS, "needs.csv")?;
        let kinds = text(&self.kinds, tables::KINDS, "kinds.csv")?;
        let mut tables = Tables::parse((&needs.0, &needs.1), (&kinds.0, &kinds.1))?;
        if self.trust.is_some() {
            let trust = text(&self.trust, problems::PROBLEMS_CSV, "trust.csv")?;
            tables = tables.with_problem_table((&trust.0, &trust.1))?;
        }
        if self.costs.is_some() {
            let costs = text(&self.costs, costs::COSTS, "costs.csv")?;
            tables = tables.with_costs((&costs.0, &costs.1))?;
        }
        if self.crosswalk.is_none() {
            return Ok(tables);
        }
        let crosswalk = text(&self.crosswalk, tables::CROSSWALK, "crosswalk.csv")?;
        Ok(tables.with_crosswalk((&crosswalk.0, &crosswalk.1))?)
    }
}

impl TableArgs {
    /// The kinds table in force with other half-lives, all else as it stands in the file.
    pub(crate) fn kinds_with(&self, fitted: &[FittedHalfLife]) -> Result<String> {
        let text = match &self.kinds {
            Some(path) => fs::read_to_string(path).with_context(|| path.display().to_string())?,
            None => tables::KINDS.to_owned(),
        };
        Ok(outcomes::kinds_with(&text, fitted)?)
    }
}

fn within(text: &str, low: f64, high: f64) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(value) if (low..=high).contains(&value) => Ok(value),
        _ => Err(format!("give a number from {low} to {high}")),
    }
}

fn resolution(text: &str) -> Result<CellResolution, String> {
    let number: u8 = text.parse().map_err(|_| "give a whole number from 7 to 10".to_owned())?;
    CellResolution::new(number).map_err(|error| error.to_string())
}

fn speed(text: &str) -> Result<KilometresPerHour, String> {
    KilometresPerHour::new(within(text, 0.5, 30.0)?).map_err(|error| error.to_string())
}

impl PolicyArgs {
    /// The policy for a study; the period is left to the command.
    pub(crate) fn policy(&self, study: &Study) -> Result<AnalysisPolicy, UsageError> {
        let as_of = self.as_of.unwrap_or_else(today);
        let geography = self.geography.as_deref().map(|id| geography(study, id)).transpose()?;
        Ok(AnalysisPolicy {
            resolution: self.resolution,
            geography,
            speed: self.speed.unwrap_or(self.persona.speed),
            step_free: self.persona.step_free,
            detour: self.detour,
            unknown_age_months: self.unknown_age,
            calendar_weight: self.calendar_weight,
            cap: self.cap,
            count_remote: self.count_remote,
            silent_below: self.silent_below,
            silent_chance: self.silent_chance,
            few_below: self.few_below,
            ..AnalysisPolicy::as_of(as_of)
        })
    }
}

fn find_period(study: &Study, word: &str, as_of: NaiveDate) -> Result<Period, UsageError> {
    study.period(word, as_of).ok_or_else(|| {
        UsageError(match study.period_words(as_of).as_slice() {
            [] => format!("--period {word}: the store has no referrals"),
            known => format!("--period {word}: the store has referrals for {}", known.join(", ")),
        })
    })
}

fn geography(study: &Study, id: &str) -> Result<GeographyIdx, UsageError> {
    study.geography(id).ok_or_else(|| {
        let known: Vec<&str> = study.geographies().iter().map(|g| g.id.as_str()).collect();
        UsageError(format!("--geography {id}: the store has {}", known.join(", ")))
    })
}

/// A store, the tables and the choices: what every command that shows figures is given.
#[derive(Debug, Clone, Args)]
pub(crate) struct PlaceArgs {
    #[command(flatten)]
    store: StoreArg,
    /// Currency of costs, by its code in ISO 4217 [default: that of the place file or the sources, else GBP]
    #[arg(long, value_name = "CODE", env = "HEREABOUTS_CURRENCY")]
    currency: Option<Currency>,
    #[command(flatten)]
    tables: TableArgs,
    #[command(flatten)]
    policy: PolicyArgs,
}

impl PlaceArgs {
    /// Directory of the store.
    pub(crate) fn store(&self) -> &Path {
        self.store.path()
    }

    /// The currency that was given, else the one that sources name.
    fn currency(&self, sources: &[SourceRecord]) -> Result<Option<Currency>, UsageError> {
        let named: BTreeSet<&Currency> = sources.iter().filter_map(|s| s.header.currency.as_ref()).collect();
        match (&self.currency, named.len()) {
            (Some(given), _) => Ok(Some(given.clone())),
            (None, 0 | 1) => Ok(named.first().map(|&one| one.clone())),
            (None, _) => {
                let codes: Vec<&str> = named.iter().map(|one| one.code()).collect();
                Err(UsageError(format!(
                    "sources name {}: give the currency with --currency",
                    codes.join(" and ")
                )))
            }
        }
    }

    /// The moment it is; on another day, the same time of that day.
    pub(crate) fn now(&self) -> NaiveDateTime {
        let now = now();
        self.policy.as_of.map_or(now, |day| day.and_time(now.time()))
    }

    /// Reads the store and works out what does not depend on the period; `period` is a word for one. The store is closed again: an import may run
    /// while the answers are used.
    pub(crate) fn read(&self, period: Option<&str>, words: Messages) -> Result<Site> {
        self.read_as(self.policy.travel, period, words)
    }

    /// The same with travel as it is said here.
    pub(crate) fn read_as(&self, travel: TravelArg, period: Option<&str>, words: Messages) -> Result<Site> {
        let working = words.working("reading the store");
        let tables = self.tables.read()?;
        let mut loaded = load::load(&self.store.open()?, &tables)?;
        let journal = VerificationJournal::read(self.store.path())?;
        if travel == TravelArg::StraightLine {
            loaded.streets = StreetLines::default();
        }
        let policy = self.policy.policy(&loaded.study)?;
        let period = period.map(|word| find_period(&loaded.study, word, policy.as_of)).transpose()?;
        let policy = AnalysisPolicy { period, ..policy };
        working.now("placing people and assets");
        let currency = self.currency(&loaded.sources)?;
        let mut snapshot =
            Snapshot::build(loaded, policy).with_problems(tables.problems).with_costs(tables.costs);
        if let Some(currency) = currency {
            snapshot = snapshot.with_currency(currency);
        }
        let site = Site::from(snapshot);
        Ok(if journal.entries().is_empty() { site } else { site.with_verifications(journal.entries()) })
    }
}
