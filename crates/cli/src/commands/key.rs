//! `hereabouts key`: who may enter what.

use super::verify::role;
use crate::args::place::{StoreArg, today};
use crate::outcome::{CommandOutcome, UsageError};
use crate::shown::output::{self, Messages, OutputWriter};
use crate::shown::table::{text, write};
use anyhow::Result;
use clap::{Args, ValueEnum};
use hereabouts_data::feedback::keys::{self, AccessKey, AccessKeys, KeyError, KeyRequest};
use hereabouts_data::feedback::verification::SpeakerRole;
use serde_json::{Value, json};
use std::io::Write;

#[derive(Debug, Args)]
pub(crate) struct KeyArgs {
    /// What to do
    #[arg(value_enum)]
    act: KeyAction,
    /// With revoke: id of the key, as the list has it
    id: Option<String>,
    /// With add: what its holder is, link-worker, organiser or steward
    #[arg(long, value_name = "ROLE", value_parser = role)]
    role: Option<SpeakerRole>,
    /// With add: what it is called here, a team or a desk, never a person
    #[arg(long, value_name = "NAME")]
    label: Option<String>,
    /// With add: the only asset about which its holder may speak, as source/id; may be given several times
    #[arg(long, value_name = "ASSET")]
    asset: Vec<String>,
    /// With add: for how many days it holds
    #[arg(long, value_name = "DAYS", default_value_t = 365)]
    days: u32,
    #[command(flatten)]
    store: StoreArg,
    /// For machines
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum KeyAction {
    /// Make a key and print it: once, for it is kept nowhere
    Add,
    /// List all keys; none of them can be read back
    List,
    /// A server that runs takes no more from its holder within a second
    Revoke,
}

pub(crate) fn run(args: &KeyArgs, words: Messages) -> Result<CommandOutcome> {
    let dir = args.store.path();
    match (args.act, &args.id) {
        (KeyAction::Add, None) => add(args, words)?,
        (KeyAction::List, None) => list(&AccessKeys::read(dir)?, args.json)?,
        (KeyAction::Revoke, Some(id)) => {
            keys::revoke(dir, id, today()).map_err(usage)?;
            words.say(format_args!("key {id} opens nothing any more"));
        }
        (KeyAction::Revoke, None) => return Err(UsageError("name the key that is revoked".to_owned()).into()),
        (KeyAction::Add | KeyAction::List, Some(_)) => {
            return Err(UsageError("only revoke takes the id of a key".to_owned()).into());
        }
    }
    Ok(CommandOutcome::Done)
}

fn add(args: &KeyArgs, words: Messages) -> Result<()> {
    let role = args.role.ok_or_else(|| UsageError("say with --role what its holder is".to_owned()))?;
    let request = KeyRequest {
        role,
        label: args.label.clone(),
        assets: args.asset.clone(),
        issued_on: today(),
        days: args.days,
    };
    // One that is there: a key of a place that is not would open nothing.
    drop(args.store.open()?);
    let (secret, key) = keys::add(args.store.path(), request).map_err(usage)?;
    if args.json {
        let mut shown = json_of(&key);
        shown["key"] = json!(secret);
        output::json(&shown)?;
    } else {
        let mut out = OutputWriter::new(None)?;
        writeln!(out, "{secret}")?;
        out.finish()?;
    }
    words
        .say(format_args!("key {} for {} until {}; it is shown this once", key.id, key.role, key.expires_on));
    Ok(())
}

fn usage(error: KeyError) -> anyhow::Error {
    match error {
        KeyError::Store(error) => error.into(),
        KeyError::NoRandomness(_) => error.into(),
        _ => UsageError(error.to_string()).into(),
    }
}

fn state(key: &AccessKey) -> &'static str {
    match (key.revoked_on, key.is_good(today())) {
        (Some(_), _) => "revoked",
        (None, true) => "good",
        (None, false) => "expired",
    }
}

fn json_of(key: &AccessKey) -> Value {
    json!({
        "id": key.id, "role": key.role, "label": key.label, "assets": key.assets, "issued_on": key.issued_on,
        "expires_on": key.expires_on, "revoked_on": key.revoked_on, "state": state(key),
    })
}

fn list(keys: &AccessKeys, json: bool) -> Result<()> {
    if json {
        return output::json(&json!({ "keys": keys.iter().map(json_of).collect::<Vec<_>>() }));
    }
    let mut out = OutputWriter::new(None)?;
    let rows: Vec<Vec<String>> = keys
        .iter()
        .map(|key| {
            let label = key.label.clone().unwrap_or_default();
            let (from, to) = (key.issued_on.to_string(), key.expires_on.to_string());
            vec![
                key.id.clone(),
                key.role.to_string(),
                label,
                state(key).to_owned(),
                from,
                to,
                key.assets.join(", "),
            ]
        })
        .collect();
    let columns = ["key", "role", "label", "state", "from", "until", "only of"].map(text);
    write(&mut out, &columns, &rows)?;
    out.finish()
}
