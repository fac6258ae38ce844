//! How the gaps of each need lie among areas.

use super::heading::TableHeading;
use super::{GapFormat, GapQuestion, machine};
use crate::shown::table::{number, text, write};
use anyhow::Result;
use hereabouts_engine::distribution::{DistributionRow, Sensitivity};
use hereabouts_engine::format::{figure, plain_percent, whole};
use hereabouts_engine::wire::RoundedFigure;
use std::io::Write;

pub(super) fn needs(asked: &GapQuestion<'_>, format: GapFormat, to: &mut impl Write) -> Result<()> {
    let sensitivity = Sensitivity::of(asked.snapshot, asked.view);
    let row = |need| sensitivity.row(asked.snapshot, asked.view, need, asked.reading);
    let rows: Vec<DistributionRow<'_>> = asked.needs().map(row).collect();
    if format == GapFormat::Table {
        return table(asked, &rows, to);
    }
    let rows = rows.into_iter().map(|row| (row.need.to_owned(), row, || None));
    machine::write(&TableHeading::new(asked), "needs", format, rows, to)
}

fn table(asked: &GapQuestion<'_>, rows: &[DistributionRow<'_>], to: &mut impl Write) -> Result<()> {
    writeln!(
        to,
        "How gaps lie among areas, {}, {}",
        asked.view.written_period().unwrap_or("no referrals"),
        asked.reading.as_str()
    )?;
    writeln!(
        to,
        "Areas that can be compared (status ok); of what is unmet: with nothing in reach (distance), with not enough"
    )?;
    writeln!(
        to,
        "(capacity), of which no list tells. Assumed: the share unmet if every assumed number of places were half, and double;"
    )?;
    writeln!(
        to,
        "alike: rank correlation of areas between these two, and between the last quarter and the one before\n"
    )?;
    let percent =
        |value: Option<RoundedFigure>| value.map_or_else(|| "–".to_owned(), |v| plain_percent(v.get()));
    let alike =
        |value: Option<RoundedFigure>| value.map_or_else(|| "–".to_owned(), |v| format!("{:.2}", v.get()));
    let cells: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            vec![
                row.need.to_owned(),
                whole(row.areas.into()),
                figure(row.referrals.get()),
                percent(row.unmet_share),
                percent(row.near_none_share),
                percent(row.near_all_share),
                percent(row.nothing_in_reach_share),
                percent(row.not_enough_share),
                percent(row.not_known_share),
                percent(row.unmet_share_assumed_half),
                percent(row.unmet_share_assumed_double),
                alike(row.rank_correlation_assumed),
                alike(row.rank_correlation_quarters),
            ]
        })
        .collect();
    let columns = [
        text("need"),
        number("areas"),
        number("referrals"),
        number("unmet"),
        number("≤ 5%"),
        number("≥ 95%"),
        number("distance"),
        number("capacity"),
        number("not known"),
        number("assumed half"),
        number("double"),
        number("alike"),
        number("alike by quarter"),
    ];
    Ok(write(to, &columns, &cells)?)
}
