//! `hereabouts verify`: what people say of an asset, and its history.

use crate::args::place::{StoreArg, today};
use crate::outcome::{CommandOutcome, UsageError};
use crate::shown::output::{self, Messages, OutputWriter};
use crate::shown::table::{number, text, write};
use anyhow::Result;
use chrono::NaiveDate;
use clap::Args;
use clap::builder::PossibleValuesParser;
use hereabouts_data::feedback::journal::VerificationJournal;
use hereabouts_data::feedback::verification::{
    JournalEntry, SpeakerRole, Statement, Verification, statement,
};
use hereabouts_data::linkage::canonical_asset::{self, decisions};
use hereabouts_data::load;
use hereabouts_data::record::AssetRecord;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::io::Write;

#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    /// Asset, or one of its listings, as source/id
    asset: String,
    /// What is said of it; without it, its history
    #[arg(value_parser = PossibleValuesParser::new(["runs", "changed", "closed", "moved", "full", "problem", "undo"]))]
    statement: Option<String>,
    /// With changed: parts of the listing that are no longer right, such as times,cost
    #[arg(long, value_name = "PARTS", value_delimiter = ',')]
    what: Vec<String>,
    /// With full: last day on which it is
    #[arg(long, value_name = "DAY")]
    until: Option<NaiveDate>,
    /// With problem: which, such as no-answer
    #[arg(long, value_name = "WORD")]
    problem: Option<String>,
    /// With undo: number of the event that is taken back
    #[arg(long, value_name = "N")]
    event: Option<u64>,
    /// Who says it
    #[arg(long, value_name = "ROLE", default_value = "steward", value_parser = role)]
    role: SpeakerRole,
    /// The day on which it was found [default: today]
    #[arg(long, value_name = "DAY")]
    on: Option<NaiveDate>,
    #[command(flatten)]
    store: StoreArg,
    /// For machines
    #[arg(long)]
    json: bool,
}

pub(crate) fn role(word: &str) -> Result<SpeakerRole, String> {
    SpeakerRole::of(word).ok_or_else(|| {
        let all: Vec<&str> = SpeakerRole::ALL.iter().map(|role| role.as_str()).collect();
        format!("give one of {}", all.join(", "))
    })
}

pub(crate) fn run(args: &VerifyArgs, words: Messages) -> Result<CommandOutcome> {
    let store = args.store.open()?;
    let (assets, _) = canonical_asset::assets(
        load::listings(&store)?,
        &decisions(&store)?,
        &canonical_asset::pins(&store)?,
    );
    drop(store);
    let ids = |listings: &[AssetRecord]| listings.iter().map(AssetRecord::id).collect::<BTreeSet<_>>();
    let found = assets.iter().find(|asset| ids(asset.listings()).contains(&args.asset));
    let Some(asset) = found else {
        return Err(UsageError(format!("{}: no asset has this id; write it as source/id", args.asset)).into());
    };
    let listings = ids(asset.listings());
    let dir = args.store.path();
    let mut journal = VerificationJournal::read(dir)?;
    let Some(statement) = &args.statement else {
        history(args, &journal.of(&listings))?;
        return Ok(CommandOutcome::Done);
    };
    let event = Verification {
        asset: asset.record.id(),
        on: args.on.unwrap_or_else(today),
        role: args.role,
        key: None,
        statement: parse_statement(args, statement)?,
    };
    let answer = journal.append(dir, vec![(event, listings)])?.pop();
    match answer {
        Some(Ok(entry)) => {
            if args.json {
                output::json(&json_of(&entry, None))?;
            }
            words.say(format_args!("{}: {statement}, event {}", asset.record.name, entry.number));
            Ok(CommandOutcome::Done)
        }
        Some(Err(refused)) => Err(UsageError(refused.to_string()).into()),
        None => Ok(CommandOutcome::Done),
    }
}

fn parse_statement(args: &VerifyArgs, word: &str) -> Result<Statement, UsageError> {
    let mut given = Map::from_iter([("said".to_owned(), json!(word))]);
    let mut also =
        |name: &str, value: Option<Value>| given.extend(value.map(|value| (name.to_owned(), value)));
    also("what", (!args.what.is_empty()).then(|| json!(args.what)));
    also("until", args.until.map(|day| json!(day)));
    also("problem", args.problem.as_ref().map(|word| json!(word)));
    also("event", args.event.map(|number| json!(number)));
    statement(&given).map_err(|misread| UsageError(format!("--{}: {}", misread.field, misread.reason)))
}

/// An event as it is shown.
fn json_of(entry: &JournalEntry, undone_by: Option<u64>) -> Value {
    let mut shown = json!({ "number": entry.number, "on": entry.event.on, "role": entry.event.role, "undone_by": undone_by });
    if let (Some(fields), Ok(Value::Object(statement))) =
        (shown.as_object_mut(), serde_json::to_value(&entry.event.statement))
    {
        fields.extend(statement);
    }
    shown
}

fn history(args: &VerifyArgs, events: &[(&JournalEntry, Option<u64>)]) -> Result<()> {
    let shown: Vec<Value> = events.iter().map(|(entry, undone)| json_of(entry, *undone)).collect();
    if args.json {
        return output::json(&json!({ "asset": args.asset, "events": shown }));
    }
    let mut out = OutputWriter::new(None)?;
    if events.is_empty() {
        writeln!(out, "nobody has said anything of {} yet", args.asset)?;
        return out.finish();
    }
    let rows: Vec<Vec<String>> = events
        .iter()
        .map(|(entry, undone)| {
            let with = match &entry.event.statement {
                Statement::Changed { what } => {
                    what.iter().map(|part| part.as_str()).collect::<Vec<_>>().join(", ")
                }
                Statement::Full { until } => format!("until {until}"),
                Statement::Problem { problem } => problem.to_string(),
                Statement::Undo { event } => format!("event {event}"),
                Statement::Runs | Statement::Closed | Statement::Moved => String::new(),
            };
            vec![
                entry.number.to_string(),
                entry.event.on.to_string(),
                entry.event.role.to_string(),
                entry.event.statement.word().to_owned(),
                with,
                undone.map_or_else(String::new, |by| format!("taken back by {by}")),
            ]
        })
        .collect();
    let columns = [number("event"), text("day"), text("who"), text("said"), text(""), text("")];
    write(&mut out, &columns, &rows)?;
    out.finish()
}
