//! `hereabouts reach`: who and what is within so many minutes of a place.

use crate::args::mode::{self, ModeArgs};
use crate::args::place::PlaceArgs;
use crate::outcome::{CommandOutcome, refused};
use crate::shown::output::{self, Messages, OutputWriter};
use crate::shown::table::{number, text, write};
use anyhow::Result;
use clap::{Args, ValueEnum};
use hereabouts_core::travel::TravelBasis;
use hereabouts_engine::fields::QueryParameter;
use hereabouts_engine::format::whole;
use hereabouts_engine::reach::{self, ReachRequest};
use std::io::Write;

#[derive(Debug, Args)]
pub(crate) struct ReachArgs {
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
    format: ReachFormat,
    #[command(flatten)]
    place: PlaceArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ReachFormat {
    Table,
    Geojson,
    Cells,
}

pub(crate) fn run(args: &ReachArgs, words: Messages) -> Result<CommandOutcome> {
    let site = args.place.read(None, words)?;
    let given = [
        ("from", Some(args.from.as_str())),
        ("minutes", args.minutes.as_deref()),
        ("mode", args.mode.mode.as_deref()),
        ("leaving", args.mode.leaving.as_deref()),
        ("shape", Some(if args.format == ReachFormat::Geojson { "smooth" } else { "cells" })),
    ];
    let given: Vec<(&str, &str)> =
        given.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
    QueryParameter::check_all(&reach::parameters(&site), given.iter().copied()).map_err(refused)?;
    let field = |name: &str| given.iter().find(|field| field.0 == name).map(|field| field.1);
    let asked = ReachRequest::read(field).map_err(refused)?;
    let answer = reach::answer(&site, &asked).map_err(refused)?;
    if args.format != ReachFormat::Table {
        output::json(&answer.geojson()?)?;
        return Ok(CommandOutcome::Done);
    }
    let mut out = OutputWriter::new(None)?;
    let along = match answer.travel() {
        TravelBasis::Network => "along streets",
        TravelBasis::StraightLine => "a straight line made longer",
        TravelBasis::Mixed => "along streets and, where they are not known, a straight line made longer",
    };
    let how = if answer.timetable_notes().is_some() { "minutes, with walks" } else { "minutes on foot," };
    writeln!(out, "Within reach of {}: {how} {along}", answer.from())?;
    let needs = site.study().needs();
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
    mode::print_notes(answer.timetable_notes(), &mut out)?;
    out.finish()?;
    Ok(CommandOutcome::Done)
}
