//! `hereabouts reach`: who and what is within so many minutes of a place.

use super::mode::ModeArgs;
use super::output::{self, Out, Words};
use super::place::PlaceArgs;
use super::table::{number, text, whole, write};
use super::{Outcome, mode, near};
use anyhow::Result;
use clap::{Args, ValueEnum};
use hereabouts::query::encode;
use hereabouts::reach;
use hereabouts_core::travel::TravelBasis;
use std::io::Write;

#[derive(Debug, Args)]
pub(super) struct ReachArgs {
    /// LAT,LON, a postcode or the first part of one, or a neighbourhood
    #[arg(allow_hyphen_values = true, value_name = "PLACE")]
    from: String,
    /// Minutes, up to six numbers [default: 5,10,15; by public transport 15,30,45]
    #[arg(long, value_name = "MINUTES")]
    minutes: Option<String>,
    #[command(flatten)]
    mode: ModeArgs,
    /// table is for people; geojson is what the server answers, outlines of bands; cells is the same by cell
    #[arg(long, default_value = "table")]
    format: Format,
    #[command(flatten)]
    place: PlaceArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Table,
    Geojson,
    Cells,
}

pub(super) fn run(args: &ReachArgs, words: Words) -> Result<Outcome> {
    let shape = if args.format == Format::Geojson { "smooth" } else { "cells" };
    let mut query = format!("from={}&shape={shape}", encode(&args.from));
    let given = [("minutes", &args.minutes), ("mode", &args.mode.mode), ("leaving", &args.mode.leaving)];
    for (name, value) in given.into_iter().filter_map(|(name, value)| Some((name, value.as_ref()?))) {
        query = format!("{query}&{name}={}", encode(value));
    }
    let snapshot = args.place.read(None, words)?;
    let answer = reach::answer(&snapshot, &query).map_err(near::refused)?;
    if args.format != Format::Table {
        output::json(&answer.geojson()?)?;
        return Ok(Outcome::Done);
    }
    let mut out = Out::new(None)?;
    let along = match answer.travel() {
        TravelBasis::Network => "along streets",
        TravelBasis::StraightLine => "a straight line made longer",
        TravelBasis::Mixed => "along streets and, where they are not known, a straight line made longer",
    };
    let how = if answer.said().is_some() { "minutes, with walks" } else { "minutes on foot," };
    writeln!(out, "Within reach of {}: {how} {along}", answer.from())?;
    let needs = snapshot.study().needs();
    let rows: Vec<Vec<String>> = answer
        .bands()
        .iter()
        .map(|band| {
            let by_need: Vec<String> = needs
                .iter()
                .zip(&band.by_need)
                .filter(|(_, count)| **count > 0)
                .map(|(need, count)| format!("{} {count}", need.id))
                .collect();
            let people = whole(band.people.round() as u64);
            vec![band.minutes.to_string(), people, whole(band.assets as u64), by_need.join(", ")]
        })
        .collect();
    let columns = [number("min"), number("people"), number("assets"), text("that answer")];
    write(&mut out, &columns, &rows)?;
    mode::tell(answer.said(), &mut out)?;
    out.finish()?;
    Ok(Outcome::Done)
}
