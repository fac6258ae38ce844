//! What budgets cost and buy, on the counts themselves.

use crate::shown::output::{self, OutputWriter};
use crate::shown::table::{number, write};
use anyhow::Result;
use hereabouts_release::budget::Mu;
use hereabouts_release::counted::CountedTable;
use hereabouts_release::evaluation::{LevelError, level_errors};
use serde_json::json;
use std::io::Write;

/// Budgets of the curve, in hundredths.
const BUDGETS: [u16; 6] = [25, 50, 80, 100, 180, 300];

/// Releases that are drawn for each budget.
const DRAWS: u8 = 3;

/// Referrals of somebody who is referred often.
const OFTEN: u32 = 12;

/// Prints the curve.
pub(super) fn print(counted: &CountedTable, shares: &[u8], as_json: bool) -> Result<()> {
    let mut rows = Vec::new();
    for hundredths in BUDGETS {
        let mu = Mu::from_hundredths(hundredths)?;
        rows.push((mu, level_errors(counted, mu, shares, DRAWS)?));
    }
    if as_json {
        let level = |e: &LevelError| json!({ "mean_error": e.mean_error, "bias": e.bias, "covered": e.covered, "mean_count": e.mean_count });
        let rows: Vec<_> = rows
            .iter()
            .map(|(mu, levels)| {
                json!({
                    "mu": mu.value(),
                    "advantage_one": mu.advantage(1, false),
                    "advantage_twelve": mu.advantage(OFTEN, false),
                    "epsilon_at_delta_1e-6": mu.epsilon(1e-6),
                    "levels": levels.iter().map(level).collect::<Vec<_>>(),
                })
            })
            .collect();
        return output::json(
            &json!({ "quarter": counted.quarter.to_string(), "basis": "unprotected", "curve": rows }),
        );
    }
    let mut out = OutputWriter::new(None)?;
    writeln!(
        out,
        "UNPROTECTED: worked out from the counts of {}; for whoever chooses the budget",
        counted.quarter
    )?;
    let means: Vec<String> = rows[0].1.iter().map(|level| format!("{:.1}", level.mean_count)).collect();
    writeln!(out, "Mean count for a need: {}\n", levels(&means))?;
    let columns = [
        number("μ"),
        number("gain, 1 referral"),
        number("gain, 12 referrals"),
        number("ε at δ = 10⁻⁶"),
        number("error, whole"),
        number("error, middle"),
        number("error, small area"),
    ];
    let shown: Vec<Vec<String>> = rows
        .iter()
        .map(|(mu, levels)| {
            let error =
                |at: Option<&LevelError>| at.map_or("–".to_owned(), |e| format!("{:.2}", e.mean_error));
            let middle = (levels.len() > 2).then(|| &levels[1]);
            let advantage = |referrals| format!("{:.2}", mu.advantage(referrals, false));
            vec![
                mu.to_string(),
                advantage(1),
                advantage(OFTEN),
                format!("{:.2}", mu.epsilon(1e-6)),
                error(levels.first()),
                error(middle),
                error(levels.last()),
            ]
        })
        .collect();
    write(&mut out, &columns, &shown)?;
    writeln!(
        out,
        "\nGain: the most by which whoever sees the release guesses better than a coin whether one referral, or all of \
         a person with 12 in different needs, areas or quarters, is in it: 0 is nothing, 1 is for sure. Error: mean distance of a figure for a need from its count."
    )?;
    out.finish()
}

/// Figures of levels, from the top, in words.
fn levels(figures: &[String]) -> String {
    let names: &[&str] = if figures.len() > 2 {
        &["the whole", "a middle area", "a small area"]
    } else {
        &["the whole", "a small area"]
    };
    let of: Vec<String> =
        names.iter().zip(figures).map(|(name, figure)| format!("{name} {figure}")).collect();
    of.join(", ")
}
