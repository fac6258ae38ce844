//! `hereabouts near`: what is near a place and fits.

use super::mode::{self, ModeArgs};
use super::output::{self, Out, Words};
use super::place::PlaceArgs;
use super::table::{number, text, write};
use super::{Outcome, Usage};
use anyhow::Result;
use clap::{Args, ValueEnum};
use hereabouts::error::ApiError;
use hereabouts::mode::TO_BE_SURE;
use hereabouts::near;
use hereabouts::query::encode;
use hereabouts_core::travel::TravelBasis;
use std::io::Write;

#[derive(Debug, Args)]
pub(super) struct NearArgs {
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
    /// Id of a need, such as social-connection
    #[arg(long, value_name = "ID")]
    need: Option<String>,
    /// Id of a kind of asset, such as library
    #[arg(long, value_name = "ID")]
    kind: Option<String>,
    /// Words that the listing has, in its own words or others
    #[arg(long, value_name = "TEXT")]
    q: Option<String>,
    /// Day of the week on which a session starts, such as thursday
    #[arg(long, value_name = "DAY")]
    day: Option<String>,
    /// Sessions that start at this time or later
    #[arg(long, value_name = "HH:MM")]
    after: Option<String>,
    /// Sessions that start before this time
    #[arg(long, value_name = "HH:MM")]
    before: Option<String>,
    /// On now, or with a session that starts within seven days: now or week
    #[arg(long, value_name = "WHEN")]
    open: Option<String>,
    /// Only what is known to be free
    #[arg(long)]
    free: bool,
    /// Only what is known to be entered without a step
    #[arg(long)]
    step_free: bool,
    /// The most it may cost, in the currency of the place
    #[arg(long, value_name = "AMOUNT")]
    cost: Option<f64>,
    /// Age of the person in years
    #[arg(long, value_name = "YEARS")]
    age: Option<u64>,
    /// A language spoken there
    #[arg(long, value_name = "LANGUAGE")]
    language: Option<String>,
    /// Only what is online, by telephone or national (true), or only the rest (false)
    #[arg(long, value_name = "TRUE|FALSE")]
    online: Option<bool>,
    /// Only courses of fixed length (true), or only what is ongoing (false)
    #[arg(long, value_name = "TRUE|FALSE")]
    course: Option<bool>,
    /// Only where somebody is known to meet newcomers the first time
    #[arg(long)]
    welcome: bool,
    /// Confirmed within so many months
    #[arg(long, value_name = "MONTHS")]
    verified_within: Option<u64>,
    /// Most rows
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: u64,
    /// table is for people; json and geojson are what the server answers
    #[arg(long, default_value = "table")]
    format: Format,
    #[command(flatten)]
    place: PlaceArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Table,
    Json,
    Geojson,
}

pub(super) fn run(args: &NearArgs, words: Words) -> Result<Outcome> {
    let minutes = args.minutes.map(|m| m.to_string());
    let limit = args.limit.to_string();
    let written = |value: Option<u64>| value.map(|v| v.to_string());
    let (age, verified) = (written(args.age), written(args.verified_within));
    let cost = args.cost.map(|c| c.to_string());
    let [online, course] = [args.online, args.course].map(|flag| flag.map(|f| f.to_string()));
    let given = [
        ("at", args.at.as_ref()),
        ("postcode", args.postcode.as_ref()),
        ("area", args.area.as_ref()),
        ("minutes", minutes.as_ref()),
        ("mode", args.mode.mode.as_ref()),
        ("leaving", args.mode.leaving.as_ref()),
        ("need", args.need.as_ref()),
        ("kind", args.kind.as_ref()),
        ("q", args.q.as_ref()),
        ("day", args.day.as_ref()),
        ("after", args.after.as_ref()),
        ("before", args.before.as_ref()),
        ("open", args.open.as_ref()),
        ("cost", cost.as_ref()),
        ("age", age.as_ref()),
        ("language", args.language.as_ref()),
        ("online", online.as_ref()),
        ("course", course.as_ref()),
        ("verified_within", verified.as_ref()),
        ("limit", Some(&limit)),
    ];
    let mut query: Vec<String> =
        given.into_iter().filter_map(|(name, value)| Some(format!("{name}={}", encode(value?)))).collect();
    query.extend(
        [("free", args.free), ("step_free", args.step_free), ("welcome", args.welcome)]
            .iter()
            .filter(|f| f.1)
            .map(|f| format!("{}=true", f.0)),
    );
    let snapshot = args.place.read(None, words)?;
    let answer = near::answer(&snapshot, &query.join("&"), args.place.now()).map_err(refused)?;
    match args.format {
        Format::Json => output::json(&answer)?,
        Format::Geojson => output::json(&answer.geojson()?)?,
        Format::Table => {
            let mut out = Out::new(None)?;
            let by_transit = answer.said().is_some();
            let mixed = answer.travel() == TravelBasis::Mixed;
            let rows: Vec<Vec<String>> = answer
                .hits()
                .map(|hit| {
                    let record = &snapshot.assets()[hit.listing].record;
                    let about = if mixed && hit.basis == Some(TravelBasis::StraightLine) { "~" } else { "" };
                    let walk =
                        hit.minutes.map_or_else(|| "–".to_owned(), |m| format!("{about}{:.0}", m.ceil()));
                    let said = answer.reasons(hit.listing).join(", ");
                    let when = record.schedule.clone().unwrap_or_default();
                    let mut row = vec![walk];
                    if by_transit {
                        let ride = answer.ride(hit);
                        let minutes =
                            |m: Option<f64>| m.map_or_else(|| "–".to_owned(), |m| m.ceil().to_string());
                        row.extend([
                            minutes(ride.and_then(|r| r.p90)),
                            minutes(ride.and_then(|r| r.on_foot)),
                        ]);
                    }
                    row.extend([
                        record.name.clone(),
                        record.kind.clone(),
                        when,
                        record.phone.clone().unwrap_or_default(),
                        said,
                    ]);
                    row
                })
                .collect();
            let from = answer.from().map_or_else(String::new, |f| format!(" from {f}"));
            let minutes = match answer.travel() {
                _ if by_transit => "from door to door",
                TravelBasis::Network => "on foot along streets",
                TravelBasis::StraightLine => "a straight line made longer, on foot",
                TravelBasis::Mixed => {
                    "on foot along streets; ~ is a straight line made longer, where streets are not known"
                }
            };
            writeln!(out, "{} fit{from}; minutes are {minutes}", answer.total())?;
            let mut columns = vec![number("min")];
            if by_transit {
                columns.extend([number("to be sure"), number("on foot")]);
            }
            columns.extend(["name", "kind", "when", "phone", "what is known"].map(text));
            write(&mut out, &columns, &rows)?;
            mode::tell(answer.said(), &mut out)?;
            if by_transit {
                writeln!(out, "{TO_BE_SURE}")?;
            }
            if let (0, Some((condition, count))) = (answer.total(), answer.removed().first()) {
                writeln!(out, "Without {} there would be {count}", condition.as_str())?;
            }
            out.finish()?;
        }
    }
    Ok(Outcome::Done)
}

/// What the server would refuse is bad usage here.
pub(super) fn refused(error: ApiError) -> anyhow::Error {
    match error {
        ApiError::Parameter { field, reason } | ApiError::Unknown { field, reason } => {
            Usage(format!("{field}: {reason}")).into()
        }
        other => other.into(),
    }
}
