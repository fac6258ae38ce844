//! `hereabouts streets`: what they change against straight lines, and why.

use super::gaps;
use crate::args::place::{PlaceArgs, TravelArg};
use crate::outcome::{CommandOutcome, UsageError};
use crate::shown::output::{self, Messages, OutputWriter};
use crate::shown::table::{number, text, write};
use anyhow::{Context, Result};
use clap::Args;
use hereabouts_core::idx::{AreaIdx, NeedIdx};
use hereabouts_core::report::Gap;
use hereabouts_core::study::Study;
use hereabouts_engine::format::{figure, plain_percent, whole};
use hereabouts_engine::snapshot::Snapshot;
use hereabouts_engine::wire::RoundedFigure;
use hereabouts_streets::WalkableParts;
use serde::Serialize;
use std::io::Write;

#[derive(Debug, Args)]
pub(crate) struct StreetsArgs {
    /// Only this need, an id of the needs table [default: all together]
    #[arg(long, value_name = "ID")]
    need: Option<String>,
    /// Referrals of a quarter, such as 2025-Q4, or of the last four together, latest-year [default: latest-year]
    #[arg(long, value_name = "PERIOD")]
    period: Option<String>,
    /// Neighbourhoods shown, the most changed first; 0 is all
    #[arg(long, value_name = "N", default_value_t = 10)]
    top: usize,
    /// For machines
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: PlaceArgs,
}

/// What streets the store has.
#[derive(Debug, Serialize)]
struct StreetCoverage {
    junctions: usize,
    streets: usize,
    kilometres: RoundedFigure,
    /// Parts that hang together for whoever walks, stubs too.
    parts: usize,
    /// Share of the people who live where streets are known.
    people_share: Option<RoundedFigure>,
}

/// A neighbourhood measured both ways; unmet referrals are the likely ones.
#[derive(Debug, Serialize)]
struct ChangedGap<'a> {
    area_code: &'a str,
    area_name: &'a str,
    unmet_straight_line: RoundedFigure,
    unmet_streets: RoundedFigure,
    change: RoundedFigure,
    /// The need that changes most.
    need: &'a str,
    coverage_straight_line: Option<RoundedFigure>,
    coverage_streets: Option<RoundedFigure>,
    nearest_straight_line: Option<RoundedFigure>,
    nearest_streets: Option<RoundedFigure>,
    streets_share: Option<RoundedFigure>,
    why: String,
}

pub(crate) fn run(args: &StreetsArgs, words: Messages) -> Result<CommandOutcome> {
    let streets = args.place.read_as(TravelArg::Streets, args.period.as_deref(), words)?;
    if streets.network().edges().is_empty() {
        return Err(
            UsageError("the store has no streets; hereabouts import streets takes some".to_owned()).into()
        );
    }
    let straight = args.place.read_as(TravelArg::StraightLine, args.period.as_deref(), words)?;
    let need = args.need.as_deref().map(|id| gaps::find_need(streets.study(), id)).transpose()?;
    let known = known(&streets);
    let mut rows = changed(&streets, &straight, need)?;
    let all = rows.len();
    if args.top > 0 {
        rows.truncate(args.top);
    }
    if args.json {
        output::json(&serde_json::json!({ "streets": known, "changed": rows }))?;
        return Ok(CommandOutcome::Done);
    }
    let of = need.map_or("all needs together", |need| &streets.study().needs()[need.get()].label);
    let mut out = OutputWriter::new(None)?;
    tell(&known, of, &rows, &mut out)?;
    if rows.len() < all {
        writeln!(
            out,
            "\n{} of {} neighbourhoods, the most changed first; --top 0 shows all",
            rows.len(),
            all
        )?;
    }
    out.finish()?;
    Ok(CommandOutcome::Done)
}

/// What is known of streets, and a table of what they change for the need that is called `of`.
fn tell(known: &StreetCoverage, of: &str, rows: &[ChangedGap<'_>], out: &mut impl Write) -> Result<()> {
    writeln!(
        out,
        "Streets  {} streets between {} junctions, {} km, in {} parts",
        whole(known.streets as u64),
        whole(known.junctions as u64),
        figure(known.kilometres.get()),
        whole(known.parts as u64),
    )?;
    let share = known.people_share.map_or_else(
        || "nobody is known to live".to_owned(),
        |share| format!("{} of the people live", plain_percent(share.get())),
    );
    writeln!(
        out,
        "         {share} where they are known; elsewhere minutes are a straight line made longer"
    )?;
    writeln!(out, "Unmet    likely referrals, {of}: straight lines against streets\n")?;
    let both = |a: Option<RoundedFigure>, b: Option<RoundedFigure>, shown: &dyn Fn(f64) -> String| {
        let shown = |f: Option<RoundedFigure>| f.map_or_else(|| "–".to_owned(), |f| shown(f.get()));
        format!("{} → {}", shown(a), shown(b))
    };
    let table: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            vec![
                row.area_name.to_owned(),
                row.area_code.to_owned(),
                both(Some(row.unmet_straight_line), Some(row.unmet_streets), &figure),
                format!("{:+.1}", row.change.get()),
                row.need.to_owned(),
                both(row.coverage_straight_line, row.coverage_streets, &plain_percent),
                both(row.nearest_straight_line, row.nearest_streets, &figure),
                row.why.clone(),
            ]
        })
        .collect();
    let columns = [
        text("neighbourhood"),
        text("code"),
        number("unmet"),
        number("change"),
        text("most in"),
        number("covered"),
        number("nearest min"),
        text("why"),
    ];
    Ok(write(out, &columns, &table)?)
}

fn known(snapshot: &Snapshot) -> StreetCoverage {
    let network = snapshot.network();
    let walkable = WalkableParts::new(network, snapshot.persona());
    let metres: f64 = walkable.parts().iter().map(|part| part.metres).sum();
    let (mut people, mut covered) = (0.0, 0.0);
    for (cell, &there) in snapshot.analysis().people().iter().enumerate() {
        people += there;
        if snapshot.knows_streets(cell) {
            covered += there;
        }
    }
    StreetCoverage {
        junctions: network.junctions().len(),
        streets: network.edges().len(),
        kilometres: RoundedFigure::new(metres / 1000.0),
        parts: walkable.parts().len(),
        people_share: (people > 0.0).then(|| RoundedFigure::new(covered / people)),
    }
}

/// Neighbourhoods with data both ways, the most changed first.
fn changed<'a>(
    streets: &'a Snapshot,
    straight: &Snapshot,
    only: Option<NeedIdx>,
) -> Result<Vec<ChangedGap<'a>>> {
    let none = "the store has no neighbourhoods to report on; import some";
    let (along, line) = (streets.default_view().context(none)?, straight.default_view().context(none)?);
    let study = streets.study();
    let mut rows = Vec::new();
    for about in &along.report().neighbourhoods {
        let pairs: Vec<(&Gap, &Gap)> = along
            .gaps_of(about.area)
            .iter()
            .zip(line.gaps_of(about.area))
            .filter(|(gap, _)| only.is_none_or(|need| gap.need == need))
            .collect();
        let change = |(along, line): &(&Gap, &Gap)| Some(along.unmet_likely? - line.unmet_likely?);
        let most = pairs.iter().filter_map(|pair| Some((change(pair)?, pair))).max_by(|a, b| {
            // The first of equals.
            a.0.abs().total_cmp(&b.0.abs()).then(b.1.0.need.cmp(&a.1.0.need))
        });
        if let Some((_, (along, line))) = most {
            rows.push(row(study, about.area, &pairs, along, line));
        }
    }
    rows.sort_by(|a, b| {
        let size = |row: &ChangedGap<'_>| row.change.get().abs();
        size(b).total_cmp(&size(a)).then(a.area_code.cmp(b.area_code))
    });
    Ok(rows)
}

fn row<'a>(
    study: &'a Study,
    area: AreaIdx,
    pairs: &[(&Gap, &Gap)],
    along: &Gap,
    line: &Gap,
) -> ChangedGap<'a> {
    let (area, need) = (&study.areas()[area.get()], &study.needs()[along.need.get()]);
    let sum = |of: &dyn Fn(&(&Gap, &Gap)) -> Option<f64>| pairs.iter().filter_map(of).sum::<f64>();
    let (unmet_streets, unmet_line) = (sum(&|p| p.0.unmet_likely), sum(&|p| p.1.unmet_likely));
    let figure = |value: Option<f64>| value.map(RoundedFigure::new);
    ChangedGap {
        area_code: &area.code,
        area_name: &area.name,
        unmet_straight_line: RoundedFigure::new(unmet_line),
        unmet_streets: RoundedFigure::new(unmet_streets),
        change: RoundedFigure::new(unmet_streets - unmet_line),
        need: &need.id,
        coverage_straight_line: figure(line.coverage_share),
        coverage_streets: figure(along.coverage_share),
        nearest_straight_line: figure(line.nearest_minutes),
        nearest_streets: figure(along.nearest_minutes),
        streets_share: figure(along.streets_share),
        why: why(along, line),
    }
}

/// What is behind a change, in the figures of the need that changes most.
fn why(along: &Gap, line: &Gap) -> String {
    let mut differences = Vec::new();
    if along.assets_in_reach != line.assets_in_reach {
        let assets = |gap: &Gap| gap.assets_in_reach.map_or("none listed".to_owned(), |n| n.to_string());
        differences.push(format!("{} providers in reach, not {}", assets(along), assets(line)));
    }
    if let (Some(there), Some(straight)) = (along.nearest_minutes, line.nearest_minutes)
        && (there - straight).abs() >= 0.5
    {
        let way = if there > straight { "way round" } else { "way more direct than assumed" };
        differences.push(format!("the nearest is {} min, not {} ({way})", figure(there), figure(straight)));
    }
    let places = |gap: &Gap| gap.places_likely.unwrap_or(0.0);
    let (access, before) = (along.access_likely.unwrap_or(0.0), line.access_likely.unwrap_or(0.0));
    if access < before && places(along) >= places(line) {
        differences.push("more people share the same places".to_owned());
    } else if access > before && places(along) <= places(line) {
        differences.push("fewer people share the places".to_owned());
    }
    if let Some(share) = along.streets_share.filter(|share| *share < 0.995) {
        differences.push(format!("streets are known to {} of its people", plain_percent(share)));
    }
    if differences.is_empty() {
        "every way is a little longer or shorter".to_owned()
    } else {
        differences.join("; ")
    }
}
