//! `hereabouts duplicates`: listings that are or may be of one thing, and what people say of them.

use crate::args::place::StoreArg;
use crate::outcome::{CommandOutcome, UsageError};
use crate::shown::output::{self, Messages, OutputWriter};
use crate::shown::table::{number, text, write};
use anyhow::Result;
use clap::{Args, ValueEnum};
use hereabouts_data::linkage::canonical_asset::{assets, decide, decisions, pin, pinnable_fields, pins};
use hereabouts_data::linkage::matching::{LinkDecisions, LinkState, ListingLink, links};
use hereabouts_data::load::{self, ListingPairs};
use hereabouts_data::record::AssetRecord;
use serde_json::json;
use std::io::Write;

#[derive(Debug, Args)]
pub(crate) struct DuplicatesArgs {
    /// What to do
    #[arg(value_enum, default_value = "list")]
    act: DuplicatesAction,
    /// Two listings, each as source/id; with pin and unpin a listing and a field of it
    #[arg(num_args = 2, value_name = "LISTING")]
    pair: Vec<String>,
    #[command(flatten)]
    store: StoreArg,
    /// For machines
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum DuplicatesAction {
    /// List pairs, those for a person to decide first
    List,
    /// Two listings are of one thing
    Apply,
    /// Two listings are of two things, whatever the matcher says
    Reject,
    /// Take back what was decided about two listings
    Undo,
    /// A field of an asset is as this listing of it says, whichever was confirmed last
    Pin,
    /// Take that back
    Unpin,
}

pub(crate) fn run(args: &DuplicatesArgs, words: Messages) -> Result<CommandOutcome> {
    if let (DuplicatesAction::Pin | DuplicatesAction::Unpin, [listing, field]) =
        (args.act, args.pair.as_slice())
    {
        return pinned(args, listing, field, words);
    }
    let (a, b) = match (args.act, args.pair.as_slice()) {
        (DuplicatesAction::List, []) => {
            let store = args.store.open()?;
            list(args, &load::listings(&store)?, &decisions(&store)?)?;
            return Ok(CommandOutcome::Done);
        }
        (DuplicatesAction::List, _) => {
            return Err(UsageError("a list is of all listings; leave the two out".to_owned()).into());
        }
        (_, [a, b]) if a == b => return Err(UsageError("a listing and itself are one".to_owned()).into()),
        (_, [a, b]) => {
            if a < b {
                (a, b)
            } else {
                (b, a)
            }
        }
        _ => return Err(UsageError("name two listings, each as source/id".to_owned()).into()),
    };
    let mut store = args.store.open()?;
    let listings = load::listings(&store)?;
    let mut decided = decisions(&store)?;
    let key = (a.clone(), b.clone());
    let outcome = match args.act {
        DuplicatesAction::Undo | DuplicatesAction::List | DuplicatesAction::Pin | DuplicatesAction::Unpin => {
            if decided.remove(&key).is_none() {
                return Err(UsageError(format!("nothing was decided about {a} and {b}")).into());
            }
            "are again as the matcher has them"
        }
        DuplicatesAction::Apply | DuplicatesAction::Reject => {
            if let Some(id) = [a, b].into_iter().find(|id| !listings.iter().any(|l| l.id() == **id)) {
                let why = format!("{id}: no listing has this id; write it as `hereabouts duplicates` does");
                return Err(UsageError(why).into());
            }
            decided.insert(key, args.act == DuplicatesAction::Apply);
            if args.act == DuplicatesAction::Apply { "are one, as you say" } else { "are two, as you say" }
        }
    };
    decide(&mut store, &decided)?;
    words.say(format_args!("{a} and {b} {outcome}"));
    Ok(CommandOutcome::Done)
}

/// Pins a field to a listing, or takes that back.
fn pinned(args: &DuplicatesArgs, listing: &str, field: &str, words: Messages) -> Result<CommandOutcome> {
    if !pinnable_fields().any(|one| one == field) {
        let all: Vec<&str> = pinnable_fields().collect();
        return Err(UsageError(format!("{field:?} is none of {}", all.join(", "))).into());
    }
    let mut store = args.store.open()?;
    let mut all = pins(&store)?;
    let key = (listing.to_owned(), field.to_owned());
    if args.act == DuplicatesAction::Unpin {
        if !all.remove(&key) {
            return Err(UsageError(format!("{field} is not pinned to {listing}")).into());
        }
    } else {
        let (assets, _) = assets(load::listings(&store)?, &decisions(&store)?, &all);
        let of = assets.iter().find(|asset| asset.listings().iter().any(|one| one.id() == listing));
        let Some(of) = of else {
            let why = format!("{listing}: no listing has this id; write it as `hereabouts duplicates` does");
            return Err(UsageError(why).into());
        };
        // One listing has the last word.
        for other in of.listings() {
            all.remove(&(other.id(), field.to_owned()));
        }
        all.insert(key);
    }
    pin(&mut store, &all)?;
    let outcome = if args.act == DuplicatesAction::Pin {
        "is as it says, as you say"
    } else {
        "is again as confirmed last"
    };
    words.say(format_args!("{listing}: {field} {outcome}"));
    Ok(CommandOutcome::Done)
}

/// A pair with what was decided of it, if anything was.
struct PairRow<'a> {
    state: &'static str,
    weight: Option<f64>,
    pair: [&'a AssetRecord; 2],
    reasons: String,
}

fn rows<'a>(
    listings: &'a [AssetRecord],
    found: &'a [ListingLink],
    decided: &LinkDecisions,
) -> Vec<PairRow<'a>> {
    let by_id = |id: &str| listings.iter().find(|l| l.id() == id);
    let key = |l: &ListingLink| {
        let (a, b) = (listings[l.pair.0].id(), listings[l.pair.1].id());
        if a <= b { (a, b) } else { (b, a) }
    };
    let mut rows: Vec<PairRow<'_>> = found
        .iter()
        .map(|l| PairRow {
            state: match (decided.get(&key(l)), l.state) {
                (Some(true), _) => "same (decided)",
                (Some(false), _) => "different (decided)",
                (None, LinkState::HeldBack) => "held back",
                (None, LinkState::Proposed) => "proposed",
                (None, LinkState::Applied) => "applied",
            },
            weight: Some(l.weight),
            pair: [&listings[l.pair.0], &listings[l.pair.1]],
            reasons: l.reasons.join(", "),
        })
        .collect();
    let seen: Vec<(String, String)> = found.iter().map(key).collect();
    for ((a, b), same) in decided.iter().filter(|(k, _)| !seen.contains(k)) {
        if let (Some(x), Some(y)) = (by_id(a), by_id(b)) {
            let state = if *same { "same (decided)" } else { "different (decided)" };
            rows.push(PairRow { state, weight: None, pair: [x, y], reasons: String::new() });
        }
    }
    let order = |state: &str| {
        ["held back", "proposed", "same (decided)", "different (decided)", "applied"]
            .iter()
            .position(|s| *s == state)
    };
    rows.sort_by(|a, b| {
        order(a.state)
            .cmp(&order(b.state))
            .then(b.weight.unwrap_or(0.0).total_cmp(&a.weight.unwrap_or(0.0)))
            .then_with(|| a.pair[0].id().cmp(&b.pair[0].id()))
    });
    rows
}

fn list(args: &DuplicatesArgs, listings: &[AssetRecord], decided: &LinkDecisions) -> Result<()> {
    let found = links(listings);
    let rows = rows(listings, &found, decided);
    if args.json {
        let one = |l: &AssetRecord| json!({ "id": l.id(), "name": l.name, "verified_on": l.verified_on });
        let all: Vec<_> = rows
            .iter()
            .map(|r| json!({ "state": r.state, "weight": r.weight, "a": one(r.pair[0]), "b": one(r.pair[1]), "reasons": r.reasons }))
            .collect();
        return output::json(&json!({ "listings": listings.len(), "pairs": all }));
    }
    let mut out = OutputWriter::new(None)?;
    let count = |state: &str| rows.iter().filter(|r| r.state == state).count();
    writeln!(
        out,
        "{} listings: {} pairs are one, {} are for you to decide, {} were decided",
        listings.len(),
        count("applied"),
        count("proposed") + count("held back"),
        decided.len()
    )?;
    let shown: Vec<Vec<String>> = rows
        .iter()
        .map(|r| {
            let [a, b] = r.pair;
            let weight = r.weight.map_or_else(String::new, |w| format!("{w:.1}"));
            vec![
                r.state.to_owned(),
                weight,
                a.id(),
                a.name.clone(),
                b.id(),
                b.name.clone(),
                r.reasons.clone(),
            ]
        })
        .collect();
    let columns = [
        text("state"),
        number("weight"),
        text("listing"),
        text("name"),
        text("and"),
        text("name"),
        text("because"),
    ];
    write(&mut out, &columns, &shown)?;
    out.finish()
}

/// What an import of assets found, in a line.
pub(crate) fn report(ListingPairs { applied, proposed, held_back }: ListingPairs, words: Messages) {
    if held_back > 0 {
        words.say(format_args!(
            "  {held_back} listings are told to nobody until you decide: another source hides what is probably the same place; `hereabouts duplicates` lists them"
        ));
    }
    if applied + proposed > 0 {
        words.say(format_args!(
            "  {applied} pairs of listings are of one thing each and count once; {proposed} may be: `hereabouts duplicates` lists them"
        ));
    }
}
