//! Tables for people: the worst first, in few columns, with words where there is no figure.

use super::GapQuestion;
use super::heading::TableHeading;
use crate::shown::table::{TableColumn, number, text, write};
use anyhow::Result;
use hereabouts_core::report::{DemandStatus, Gap};
use hereabouts_engine::confidence_words;
use hereabouts_engine::format::{self, figure, plain_percent, whole};
use hereabouts_engine::view::{CellLayer, CellRow, GapRow, Scenario};
use hereabouts_engine::wire::RoundedFigure;
use std::io::Write;
use std::sync::Arc;

pub(crate) fn neighbourhoods(asked: &GapQuestion<'_>, to: &mut impl Write) -> Result<()> {
    TableHeading::new(asked).write(asked, "neighbourhood", to)?;
    let study = asked.snapshot.study();
    let worst = asked.view.worst(asked.need, asked.reading);
    let all = worst.len();
    let rows: Vec<Vec<String>> = asked
        .shown(worst)
        .into_iter()
        .filter_map(|gap| Some((gap, asked.view.gap_row(study, gap, asked.reading)?)))
        .map(|(gap, row)| {
            let mut cells = vec![row.area_name.to_owned(), row.area_code.to_owned()];
            if asked.need.is_none() {
                cells.push(row.need.to_owned());
            }
            cells.extend([
                row.population.map_or_else(unknown, |p| whole(p.get().round() as u64)),
                referrals(&row),
                unmet(&row, gap, Scenario::Listed),
                unmet(&row, gap, Scenario::Likely),
                share_unmet(&row, gap),
                lacks(&row),
                row.shortfall_places_likely.map_or_else(|| no_figure(row.status), shown),
                row.coverage_share.map_or_else(unknown, share),
                row.nearest_minutes.map_or_else(|| "none".to_owned(), shown),
                row.verified_share.map_or_else(unknown, share),
                row.rank.map_or_else(|| words(row.status).to_owned(), |rank| format!("{rank} of {}", row.of)),
                row.confidence.to_owned(),
            ]);
            cells
        })
        .collect();
    let mut columns = vec![text("neighbourhood"), text("code")];
    if asked.need.is_none() {
        columns.push(text("need"));
    }
    columns.extend([
        number("people"),
        number("referrals"),
        number("unmet listed"),
        number("unmet likely"),
        number("share"),
        number("none + too little"),
        number("places short"),
        number("covered"),
        number("nearest min"),
        number("confirmed"),
        text("rank"),
        text("confidence"),
    ]);
    finish(&columns, &rows, all, to)?;
    if let Some(words) = confidence_words::mostly_low(&asked.confidence(), asked.view.period()) {
        writeln!(to, "\n{words}")?;
    }
    Ok(())
}

pub(crate) fn cells(asked: &GapQuestion<'_>, layer: &Arc<CellLayer>, to: &mut impl Write) -> Result<()> {
    let resolution = layer.resolution().get();
    TableHeading::new(asked).write(
        asked,
        &format!("cell of resolution {resolution} (referrals are modelled unless given by cell)"),
        to,
    )?;
    let mut worst: Vec<_> = asked.cells(layer).collect();
    let unmet = |&(need, cell): &(_, usize)| {
        let figures = layer.figures(need, cell);
        asked.reading.of(figures.unmet_listed, figures.unmet_likely).unwrap_or(-1.0)
    };
    worst.sort_by(|a, b| unmet(b).total_cmp(&unmet(a)));
    let all = worst.len();
    let frame = asked.view.frame(asked.snapshot.study());
    let rows: Vec<Vec<String>> = asked
        .shown(worst)
        .into_iter()
        .map(|(need, cell)| {
            let row = CellRow::new(&frame, layer, need, cell, Scenario::Likely);
            vec![
                row.cell,
                row.area_code.unwrap_or("–").to_owned(),
                row.need.to_owned(),
                shown(row.population),
                row.referrals.map_or_else(no_data, shown),
                row.unmet_listed.map_or_else(|| no_figure(row.status), shown),
                row.unmet_likely.map_or_else(|| no_figure(row.status), shown),
                row.coverage_share.map_or_else(unknown, share),
                row.nearest_minutes.map_or_else(|| "none".to_owned(), shown),
                words(row.status).to_owned(),
            ]
        })
        .collect();
    let columns = [
        text("cell"),
        text("in"),
        text("need"),
        number("people"),
        number("referrals"),
        number("unmet listed"),
        number("unmet likely"),
        number("covered"),
        number("nearest min"),
        text("status"),
    ];
    finish(&columns, &rows, all, to)
}

fn finish(columns: &[TableColumn], rows: &[Vec<String>], all: usize, to: &mut impl Write) -> Result<()> {
    write(to, columns, rows)?;
    if rows.len() < all {
        writeln!(
            to,
            "\n{} of {} rows, the worst first; --top 0 shows all",
            whole(rows.len() as u64),
            whole(all as u64)
        )?;
    }
    Ok(())
}

fn shown(value: RoundedFigure) -> String {
    figure(value.get())
}

/// Referrals by their ends: `7.0`, `4.0 to 7.0`, `at least 4.0`.
fn referrals(row: &GapRow<'_>) -> String {
    ends(row.referrals_low.map(RoundedFigure::get), row.referrals_high.map(RoundedFigure::get))
}

/// What is unmet, by its ends where the referrals are told by theirs.
fn unmet(row: &GapRow<'_>, gap: &Gap, reading: Scenario) -> String {
    if gap.status == DemandStatus::NoList {
        return format::NO_LIST.to_owned();
    }
    if row.referrals.is_some() && row.referrals_low == row.referrals_high {
        return reading.of(row.unmet_listed, row.unmet_likely).map_or_else(no_data, shown);
    }
    let end = |ends: Option<[f64; 2]>| ends.map(|[listed, likely]| reading.of(listed, likely));
    ends(end(gap.unmet_low), end(gap.unmet_high))
}

/// The share that is unmet; of few what it may be, and of none that there were none.
fn share_unmet(row: &GapRow<'_>, gap: &Gap) -> String {
    match (row.status, row.referrals.map(RoundedFigure::get), format::interval(gap)) {
        (_, Some(0.0), _) => format::NO_REFERRALS.to_owned(),
        ("too-few", _, Some(interval)) => interval,
        _ => row.unmet_rate_likely.map_or_else(unknown, share),
    }
}

/// Of what is likely unmet, with nothing in reach and with too little of it, and what nobody can say of.
fn lacks(row: &GapRow<'_>) -> String {
    let (Some(nothing), Some(little)) = (row.unmet_nothing_in_reach, row.unmet_not_enough) else {
        return unknown();
    };
    let not_known = row.unmet_not_known.map(RoundedFigure::get).filter(|unmet| *unmet > 0.0);
    let rest = not_known.map_or_else(String::new, |unmet| format!(" + {}?", figure(unmet)));
    format!("{} + {}{rest}", shown(nothing), shown(little))
}

fn ends(low: Option<f64>, high: Option<f64>) -> String {
    format::between(low, high, figure)
}

fn share(value: RoundedFigure) -> String {
    plain_percent(value.get())
}

fn no_data() -> String {
    "no data".to_owned()
}

/// What stands for a figure that there is none of, for want of referrals or of lists.
fn no_figure(status: &str) -> String {
    if status == DemandStatus::NoList.as_str() { format::NO_LIST.to_owned() } else { no_data() }
}

fn unknown() -> String {
    "–".to_owned()
}

/// A status in words; nothing for one that needs none.
fn words(status: &str) -> &'static str {
    match status {
        "silent" => "silent: refers far less than its people predict",
        "no-data" => "no data",
        "no-list" => "no list that tells of it reaches here",
        "partial" => "partial: months are missing",
        "too-few" => "too few to compare",
        _ => "",
    }
}
