//! `hereabouts near`: what is near a place and fits.

use crate::args::conditions::ConditionArgs;
use crate::args::mode::{self, ModeArgs};
use crate::args::place::PlaceArgs;
use crate::outcome::{CommandOutcome, refused};
use crate::shown::output::{self, Messages, OutputWriter};
use crate::shown::table::{number, text, write};
use anyhow::Result;
use clap::{Args, ValueEnum};
use hereabouts_core::travel::TravelBasis;
use hereabouts_engine::fields::QueryParameter;
use hereabouts_engine::format;
use hereabouts_engine::near::{self, NearAnswer, NearRequest, SearchHit, conditions};
use hereabouts_engine::site::Site;
use hereabouts_engine::travel_mode::P90_NOTE;
use std::io::Write;

#[derive(Debug, Args)]
pub(crate) struct NearArgs {
    /// Where to set out, as LAT,LON
    #[arg(long, value_name = "LAT,LON", allow_hyphen_values = true, conflicts_with_all = ["postcode", "area"])]
    at: Option<String>,
    /// A postcode, or the first part of one
    #[arg(long, value_name = "PC", conflicts_with = "area")]
    postcode: Option<String>,
    /// Name or code of a neighbourhood
    #[arg(long, value_name = "NAME")]
    area: Option<String>,
    /// Minutes at most [default: the catchment of the need, else 15; by public transport 30]
    #[arg(long, value_name = "MINUTES")]
    minutes: Option<u64>,
    #[command(flatten)]
    mode: ModeArgs,
    #[command(flatten)]
    conditions: ConditionArgs,
    /// Most rows
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: u64,
    /// table is for people; json and geojson are what the server answers
    #[arg(long, default_value = "table")]
    format: NearFormat,
    #[command(flatten)]
    place: PlaceArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum NearFormat {
    Table,
    Json,
    Geojson,
}

pub(crate) fn run(args: &NearArgs, words: Messages) -> Result<CommandOutcome> {
    let site = args.place.read(None, words)?;
    let (minutes, limit) = (args.minutes.map(|m| m.to_string()), args.limit.to_string());
    let given = [
        ("at", args.at.as_deref()),
        ("postcode", args.postcode.as_deref()),
        ("area", args.area.as_deref()),
        ("minutes", minutes.as_deref()),
        ("mode", args.mode.mode.as_deref()),
        ("leaving", args.mode.leaving.as_deref()),
        ("limit", Some(limit.as_str())),
    ];
    let given = given.into_iter().filter_map(|(name, value)| Some((name, value?)));
    let given: Vec<(&str, &str)> = given.chain(args.conditions.given()).collect();
    QueryParameter::check_all(&conditions::parameters(&site), given.iter().copied()).map_err(refused)?;
    let asked = NearRequest::read(site.study(), given);
    let answer = near::answer(&site, &asked, args.place.now()).map_err(refused)?;
    match args.format {
        NearFormat::Json => output::json(&answer)?,
        NearFormat::Geojson => output::json(&answer.geojson()?)?,
        NearFormat::Table => {
            let mut out = OutputWriter::new(None)?;
            tell(&answer, &site, &mut out)?;
            out.finish()?;
        }
    }
    Ok(CommandOutcome::Done)
}

/// The answer as a table, with how its minutes are to be read.
fn tell(answer: &NearAnswer<'_>, site: &Site, out: &mut OutputWriter) -> Result<()> {
    let by_transit = answer.timetable_notes().is_some();
    let from = answer.from().map_or_else(String::new, |f| format!(" from {f}"));
    let minutes = match answer.travel() {
        _ if by_transit => "from door to door",
        TravelBasis::Network => "on foot along streets",
        TravelBasis::StraightLine => "a straight line made longer, on foot",
        TravelBasis::Mixed => {
            "on foot along streets; ~ is a straight line made longer, where streets are not known"
        }
    };
    let count = answer.count();
    let may_fit = if count.may_fit > 0 { format!(", {} may fit", count.may_fit) } else { String::new() };
    writeln!(out, "{} fit{may_fit}{from}; minutes are {minutes}", count.fits)?;
    let mut columns = vec![number("min")];
    if by_transit {
        columns.extend([number("90th percentile"), number("on foot")]);
    }
    columns.extend(["name", "kind", "when", "phone", "what is known"].map(text));
    let (fits, may_fit) = answer.parts();
    let rows = |hits: &[SearchHit]| hits.iter().map(|hit| row(answer, site, hit)).collect::<Vec<_>>();
    write(out, &columns, &rows(fits))?;
    if !may_fit.is_empty() {
        writeln!(out, "May fit: ask first")?;
        columns.push(text("ask about"));
        let mut rows = rows(may_fit);
        for (row, hit) in rows.iter_mut().zip(may_fit) {
            row.push(conditions::ask_about(hit.not_known));
        }
        write(out, &columns, &rows)?;
    } else if count.may_fit > 0 {
        let not_known = answer.not_known().iter();
        let asked = not_known.filter_map(|(condition, n)| Some(format!("{} ({n})", condition.ask_about()?)));
        writeln!(
            out,
            "Of those that may fit it is not known: {}; more rows (--limit) show them",
            format::listed(asked)
        )?;
    }
    mode::print_notes(answer.timetable_notes(), out)?;
    if by_transit {
        writeln!(out, "{P90_NOTE}")?;
    }
    if let (0, Some((condition, count))) = (answer.count().total(), answer.removed().first()) {
        writeln!(out, "Without {} there would be {count}", condition.as_str())?;
    }
    Ok(())
}

fn row(answer: &NearAnswer<'_>, site: &Site, hit: &SearchHit) -> Vec<String> {
    let record = &site.assets()[hit.listing].record;
    let mixed = answer.travel() == TravelBasis::Mixed;
    let about = if mixed && hit.basis == Some(TravelBasis::StraightLine) { "~" } else { "" };
    let minutes = |m: Option<f64>| m.map_or_else(|| "–".to_owned(), |m| m.ceil().to_string());
    let mut row = vec![hit.minutes.map_or_else(|| "–".to_owned(), |m| format!("{about}{:.0}", m.ceil()))];
    if answer.timetable_notes().is_some() {
        let ride = answer.ride(hit);
        row.extend([minutes(ride.and_then(|r| r.p90)), minutes(ride.and_then(|r| r.on_foot))]);
    }
    row.extend([
        record.name.clone(),
        record.kind.clone(),
        record.schedule.clone().unwrap_or_default(),
        record.phone.clone().unwrap_or_default(),
        answer.reasons(hit.listing).join(", "),
    ]);
    row
}
