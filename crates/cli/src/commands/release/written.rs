//! Releases as tables.

use crate::shown::output::{self, OutputWriter};
use crate::shown::table::{number, text, write};
use anyhow::Result;
use hereabouts_core::noise::WITHIN_90;
use hereabouts_engine::format::whole;
use hereabouts_release::document::ReleasedTable;
use hereabouts_release::presets::DisclosurePreset;
use serde_json::json;
use std::io::Write;

/// Figures below this are not told one by one where people read them.
const FEW: u64 = 10;

/// Prints the figures of the whole place and of the areas in it, and those of small areas if asked.
pub(super) fn show(table: &ReleasedTable, small: bool, as_json: bool) -> Result<()> {
    let errors = table.standard_errors();
    let nodes = table.tree.nodes();
    let is_shown = |node: usize| small || node == 0 || !table.tree.children(node).is_empty();
    let mut rows = Vec::new();
    for need in table.needs() {
        let figures = table.figures(need).unwrap_or_default();
        for node in (0..nodes.len()).filter(|node| is_shown(*node)) {
            rows.push((need, node, figures[node]));
        }
    }
    if as_json {
        let rows: Vec<_> = rows
            .iter()
            .map(|(need, node, figure)| {
                json!({ "need": need, "place": nodes[*node].id, "referrals": figure, "standard_error": errors[*node] })
            })
            .collect();
        let document = table.document();
        return output::json(&json!({
            "quarter": document.quarter,
            "basis": if document.synthetic { "synthetic" } else { "released" },
            "mu": table.budget.mu.value(),
            "digest": document.digest(),
            "figures": rows,
        }));
    }
    let mut out = OutputWriter::new(None)?;
    let made_up = if table.document().synthetic { ", of made-up counts" } else { "" };
    writeln!(
        out,
        "Released figures of {}{made_up}: μ = {}, so nobody can tell whether one referral is in them with a gain above {:.2}",
        table.quarter,
        table.budget.mu,
        table.budget.mu.advantage(1, false)
    )?;
    let cell = |figure: u64| if figure < FEW { format!("fewer than {FEW}") } else { whole(figure) };
    let shown: Vec<Vec<String>> = rows
        .iter()
        .map(|(need, node, figure)| {
            let place = if *node == 0 { "all" } else { &nodes[*node].id };
            let within = format!("±{:.1}", WITHIN_90 * errors[*node]);
            vec![(*need).to_owned(), place.to_owned(), cell(*figure), within]
        })
        .collect();
    write(&mut out, &[text("need"), text("place"), number("referrals"), number("9 in 10 within")], &shown)?;
    out.finish()
}

/// Writes figures of all places as CSV, each as a rule of practice writes it.
pub(super) fn figures(out: &mut impl Write, table: &ReleasedTable, preset: DisclosurePreset) -> Result<()> {
    let errors = table.standard_errors();
    let exact = preset == DisclosurePreset::Released;
    let mut csv = csv::Writer::from_writer(out);
    let mut header = vec!["geography", "code", "need", "quarter", "referrals"];
    if exact {
        header.extend(["standard_error", "basis"]);
    }
    csv.write_record(&header)?;
    let basis = if table.document().synthetic { "synthetic" } else { "released" };
    for need in table.needs() {
        let figures = table.figures(need).unwrap_or_default();
        for (node, figure) in figures.into_iter().enumerate() {
            let (geography, code) = place(table, node);
            let mut row = [geography, code, need, &table.document().quarter].map(str::to_owned).to_vec();
            row.push(preset.written(figure));
            if exact {
                row.extend([format!("{:.3}", errors[node]), basis.to_owned()]);
            }
            csv.write_record(&row)?;
        }
    }
    csv.flush()?;
    Ok(())
}

/// Writes noisy counts of all places as CSV, with the variance of their noise.
pub(super) fn noisy(out: &mut impl Write, table: &ReleasedTable) -> Result<()> {
    let variances = table.budget.variances();
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(["geography", "code", "need", "quarter", "noisy_count", "variance"])?;
    for (need, measured) in &table.document().measured {
        for (node, count) in measured.iter().enumerate() {
            let (geography, code) = place(table, node);
            let variance = variances[table.tree.level(node)].to_string();
            csv.write_record([
                geography,
                code,
                need,
                &table.document().quarter,
                &count.to_string(),
                &variance,
            ])?;
        }
    }
    csv.flush()?;
    Ok(())
}

/// Geography and code of a place; the whole has neither.
fn place(table: &ReleasedTable, node: usize) -> (&str, &str) {
    table.tree.nodes()[node].id.split_once('/').unwrap_or(("", "all"))
}
