//! `hereabouts worklist`: the verification worklist, which listings to check next.

use crate::args::place::PlaceArgs;
use crate::outcome::{CommandOutcome, refused};
use crate::shown::output::{self, Messages, OutputWriter};
use crate::shown::table::{number, text, write};
use anyhow::Result;
use clap::Args;
use hereabouts_engine::fields::QueryParameter;
use hereabouts_engine::format::{plain_percent, whole};
use hereabouts_engine::rows::AssetRow;
use hereabouts_engine::worklist::{self, WorklistRequest};
use std::io::Write;

#[derive(Debug, Args)]
pub(crate) struct WorklistArgs {
    /// Id of a need that they answer, such as food
    #[arg(long, value_name = "ID")]
    need: Option<String>,
    /// Id of their kind, such as library
    #[arg(long, value_name = "ID")]
    kind: Option<String>,
    /// Most rows
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: u64,
    /// For machines
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: PlaceArgs,
}

pub(crate) fn run(args: &WorklistArgs, words: Messages) -> Result<CommandOutcome> {
    let site = args.place.read(None, words)?;
    let limit = args.limit.to_string();
    let given =
        [("need", args.need.as_deref()), ("kind", args.kind.as_deref()), ("limit", Some(limit.as_str()))];
    let given: Vec<(&str, &str)> =
        given.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
    QueryParameter::check_all(&worklist::parameters(&site), given.iter().copied()).map_err(refused)?;
    let field = |name: &str| given.iter().find(|field| field.0 == name).map(|field| field.1);
    let answer = worklist::answer(&site, &WorklistRequest::read(&site, field));
    if args.json {
        output::json(&answer.json())?;
        return Ok(CommandOutcome::Done);
    }
    let mut out = OutputWriter::new(None)?;
    writeln!(
        out,
        "{} assets are not known to have closed; first those that affect most people, if they have",
        whole(answer.total() as u64)
    )?;
    let people = |count: Option<f64>| count.map_or_else(|| "–".to_owned(), |n| whole(n.round() as u64));
    let rows: Vec<Vec<String>> = answer
        .due()
        .iter()
        .map(|due| {
            let row = AssetRow::new(&site, due.asset);
            let verified = row.verified_on.map_or_else(|| "never".to_owned(), |day| day.0.to_string());
            let reported = row.problems.iter().chain((row.standing != "listed").then_some(&row.standing));
            vec![
                people(due.people_affected),
                people(due.people),
                plain_percent(row.chance_it_runs.get()),
                verified,
                site.study().assets()[due.asset].asset.id.clone(),
                row.name.to_owned(),
                row.phone.unwrap_or_default().to_owned(),
                reported.copied().collect::<Vec<_>>().join(", "),
            ]
        })
        .collect();
    let columns = [
        number("people affected"),
        number("in reach"),
        number("still runs"),
        text("confirmed"),
        text("asset"),
        text("name"),
        text("phone"),
        text("reported"),
    ];
    write(&mut out, &columns, &rows)?;
    out.finish()?;
    Ok(CommandOutcome::Done)
}
