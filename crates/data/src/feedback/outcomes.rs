//! What was found when somebody checked: from what people said, and from a table of earlier checks.

use crate::feedback::verification::{JournalEntry, ListingProblem, Statement, undone_by};
use crate::linkage::canonical_asset::CanonicalAsset;
use crate::record::AssetRecord;
use crate::text;
use chrono::NaiveDate;
use csv::ReaderBuilder;
use hereabouts_core::survival::age_months;
use hereabouts_core::survival::calibrate::{CheckOutcome, brier, half_life};
use std::collections::{BTreeMap, BTreeSet};

/// Parts into which assets are divided: what was found of those of one part is compared with what the others foretell.
const PARTS: u64 = 5;

/// One check of one asset.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckedListing {
    /// Id of its kind.
    pub kind: String,
    /// Id of the asset: checks of one are told from each other's and never foretell each other.
    pub asset: String,
    /// What was found.
    pub outcome: CheckOutcome,
    /// Problems that had been reported since the confirmation before.
    pub problems: BTreeSet<ListingProblem>,
}

/// Checks among the events of assets: each confirmation after another, and each closure or move after a confirmation. What
/// was taken back is none, and neither is what followed a closure.
#[must_use]
pub fn of_events(assets: &[CanonicalAsset], entries: &[JournalEntry]) -> Vec<CheckedListing> {
    let undone = undone_by(entries);
    let mut by_asset: BTreeMap<&str, Vec<&JournalEntry>> = BTreeMap::new();
    for (entry, _) in entries.iter().zip(undone).filter(|(_, undone)| undone.is_none()) {
        by_asset.entry(entry.event.asset.as_str()).or_default().push(entry);
    }
    let mut checked = Vec::new();
    for asset in assets {
        let ids: Vec<String> = asset.listings().iter().map(AssetRecord::id).collect();
        let mut events: Vec<&JournalEntry> =
            ids.iter().filter_map(|id| by_asset.get(id.as_str())).flatten().copied().collect();
        events.sort_by_key(|entry| (entry.event.on, entry.number));
        // The listing as it is imported today may have been confirmed after an event; then that is no check before it.
        let mut before = asset.record.verified_on;
        let mut problems = BTreeSet::new();
        for JournalEntry { event, .. } in events {
            let runs = match &event.statement {
                Statement::Undo { .. } => continue,
                Statement::Problem { problem } => {
                    problems.insert(*problem);
                    continue;
                }
                Statement::Runs | Statement::Changed { .. } | Statement::Full { .. } => true,
                Statement::Closed | Statement::Moved => false,
            };
            let problems = std::mem::take(&mut problems);
            if let Some(day) = before.filter(|day| *day < event.on) {
                let outcome = CheckOutcome { months: age_months(Some(day), event.on, 0.0), runs };
                checked.push(CheckedListing {
                    kind: asset.record.kind.clone(),
                    asset: asset.record.id(),
                    outcome,
                    problems,
                });
            }
            before = runs.then_some(event.on);
        }
    }
    checked
}

/// Reads a table of checks: `asset` (optional), `kind`, `verified_on`, `checked_on` and `runs` (yes or no).
///
/// # Errors
/// The first row that cannot be read, with its line.
pub fn of_table(file: &str, table: &str, kinds: &[&str]) -> Result<Vec<CheckedListing>, String> {
    let mut reader = ReaderBuilder::new().comment(Some(b'#')).from_reader(table.as_bytes());
    let headers = reader.headers().map_err(|e| format!("{file}: {e}"))?.clone();
    let column = |name: &str| {
        let at = headers.iter().position(|header| header.trim() == name);
        at.ok_or_else(|| format!("{file}: there is no column {name}"))
    };
    let (kind, verified, checked) = (column("kind")?, column("verified_on")?, column("checked_on")?);
    let (runs, asset) = (column("runs")?, column("asset").ok());
    let mut all = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|e| format!("{file}: {e}"))?;
        let line = record.position().map_or(0, csv::Position::line);
        let wrong = |field: &str, why: &str| format!("{file}:{line}: {field}: {why}");
        let value = |at: usize| record.get(at).unwrap_or_default().trim();
        let day = |at: usize, field: &str| -> Result<NaiveDate, String> {
            text::day(value(at)).map_err(|why| wrong(field, &why.to_string()))
        };
        let kind = value(kind);
        if !kinds.contains(&kind) {
            return Err(wrong("kind", "not a kind of the kinds table"));
        }
        let (from, to) = (day(verified, "verified_on")?, day(checked, "checked_on")?);
        if to <= from {
            return Err(wrong("checked_on", "not after the confirmation before"));
        }
        let runs = match value(runs).to_lowercase().as_str() {
            "yes" | "true" | "1" => true,
            "no" | "false" | "0" => false,
            _ => return Err(wrong("runs", "give yes or no")),
        };
        let asset = asset
            .map(value)
            .filter(|id| !id.is_empty())
            .map_or_else(|| format!("{file}:{line}"), str::to_owned);
        let outcome = CheckOutcome { months: age_months(Some(from), to, 0.0), runs };
        all.push(CheckedListing { kind: kind.to_owned(), asset, outcome, problems: BTreeSet::new() });
    }
    Ok(all)
}

/// What a kind's half-life is, and what was found makes of it.
#[derive(Debug, Clone, PartialEq)]
pub struct FittedHalfLife {
    /// Id of the kind.
    pub kind: String,
    /// Checks of assets of this kind.
    pub checks: usize,
    /// Of those, the ones that no longer ran.
    pub gone: usize,
    /// In the table, in months.
    pub table: f64,
    /// After what was found, in months.
    pub fitted: f64,
}

/// How well chances were told, on outcomes that were kept from whoever told them.
#[derive(Debug, Clone, PartialEq)]
pub struct Reliability {
    /// Chances by the table, and what happened.
    pub by_table: Vec<(f64, bool)>,
    /// Chances by half-lives that were fitted without the asset's own part, and what happened.
    pub by_fit: Vec<(f64, bool)>,
}

impl Reliability {
    /// Brier scores of the table, of the fit, and of telling everybody the share that ran.
    #[must_use]
    pub fn scores(&self) -> Option<[f64; 3]> {
        let share = self.by_fit.iter().filter(|(_, runs)| *runs).count() as f64 / self.by_fit.len() as f64;
        let same: Vec<(f64, bool)> = self.by_fit.iter().map(|(_, runs)| (share, *runs)).collect();
        Some([brier(&self.by_table)?, brier(&self.by_fit)?, brier(&same)?])
    }
}

/// Fits the half-lives of kinds, given as id and months, to checks; what the table says counts like `weight` closures.
#[must_use]
pub fn fit(kinds: &[(&str, f64)], checked: &[CheckedListing], weight: f64) -> Vec<FittedHalfLife> {
    let one = |&(kind, table): &(&str, f64)| {
        let outcomes: Vec<CheckOutcome> =
            checked.iter().filter(|c| c.kind == kind).map(|c| c.outcome).collect();
        FittedHalfLife {
            kind: kind.to_owned(),
            checks: outcomes.len(),
            gone: outcomes.iter().filter(|o| !o.runs).count(),
            table,
            fitted: if outcomes.is_empty() { table } else { half_life(&outcomes, table, weight) },
        }
    };
    kinds.iter().map(one).collect()
}

/// Tells the chance of each check from the checks of other assets, by parts.
#[must_use]
pub fn reliability(kinds: &[(&str, f64)], checked: &[CheckedListing], weight: f64) -> Reliability {
    let mut reliability = Reliability { by_table: Vec::new(), by_fit: Vec::new() };
    for part in 0..PARTS {
        let (own, others): (Vec<CheckedListing>, Vec<CheckedListing>) =
            checked.iter().cloned().partition(|c| part_of(&c.asset) == part);
        let fitted = fit(kinds, &others, weight);
        for c in own {
            let Some(kind) = fitted.iter().find(|f| f.kind == c.kind) else { continue };
            let chance = |half_life: f64| (-c.outcome.months / half_life).exp2();
            reliability.by_table.push((chance(kind.table), c.outcome.runs));
            reliability.by_fit.push((chance(kind.fitted), c.outcome.runs));
        }
    }
    reliability
}

/// A kinds table, as CSV text, with fitted half-lives; those of kinds without a check stay as they are.
///
/// # Errors
/// The text is no CSV.
pub fn kinds_with(table: &str, fitted: &[FittedHalfLife]) -> Result<String, csv::Error> {
    let mut reader = ReaderBuilder::new().comment(Some(b'#')).from_reader(table.as_bytes());
    let headers = reader.headers()?.clone();
    let column = |name: &str| headers.iter().position(|header| header.trim() == name);
    let (id, half_life) = (column("id"), column("half_life_months"));
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&headers)?;
    for record in reader.records() {
        let record = record?;
        let kind = id.and_then(|id| record.get(id)).map(str::trim);
        let months = fitted.iter().find(|f| f.checks > 0 && Some(f.kind.as_str()) == kind).map(|f| f.fitted);
        let value = |(at, value): (usize, &str)| match months {
            Some(months) if Some(at) == half_life => format!("{months:.1}"),
            _ => value.to_owned(),
        };
        writer.write_record(record.iter().enumerate().map(value))?;
    }
    let bytes = writer.into_inner().map_err(|e| csv::Error::from(e.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The same for the same asset, on every machine and in every run.
fn part_of(asset: &str) -> u64 {
    let hash = blake3::hash(asset.as_bytes());
    u64::from(hash.as_bytes()[0]) % PARTS
}

/// For a problem, how often it was followed by a check, and the share of chance it left: what ran among them, over what age
/// alone foretold.
#[must_use]
pub fn after_problem(
    problem: ListingProblem,
    kinds: &[FittedHalfLife],
    checked: &[CheckedListing],
) -> (usize, Option<f64>) {
    let after: Vec<&CheckedListing> = checked.iter().filter(|c| c.problems.contains(&problem)).collect();
    let ran = after.iter().filter(|c| c.outcome.runs).count() as f64;
    let by_age = |c: &&CheckedListing| {
        let kind = kinds.iter().find(|f| f.kind == c.kind);
        kind.map_or(1.0, |kind| (-c.outcome.months / kind.fitted).exp2())
    };
    let predicted: f64 = after.iter().map(by_age).sum();
    (after.len(), (predicted > 0.0).then(|| (ran / predicted).min(1.0)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feedback::verification::{SpeakerRole, Verification};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn asset(verified: Option<&str>) -> CanonicalAsset {
        let record = AssetRecord {
            source: "s".into(),
            source_id: "1".into(),
            kind: "group".into(),
            verified_on: verified.map(day),
            ..AssetRecord::default()
        };
        CanonicalAsset::of_one(record)
    }

    fn entry(number: u64, on: &str, statement: Statement) -> JournalEntry {
        let event = Verification {
            asset: "s/1".into(),
            on: day(on),
            role: SpeakerRole::LinkWorker,
            key: None,
            statement,
        };
        JournalEntry { number, event }
    }

    #[test]
    fn each_check_is_predicted_from_the_one_before() {
        let events = [
            entry(1, "2025-01-01", Statement::Runs),
            entry(2, "2025-02-01", Statement::Closed),
            entry(3, "2025-02-02", Statement::Undo { event: 2 }),
            entry(4, "2025-06-01", Statement::Problem { problem: ListingProblem::NoAnswer }),
            entry(5, "2025-07-01", Statement::Closed),
            entry(6, "2025-09-01", Statement::Runs),
            entry(7, "2025-10-01", Statement::Moved),
        ];
        let found = of_events(&[asset(Some("2024-01-01"))], &events);
        let reliability: Vec<(i64, bool, usize)> = found
            .iter()
            .map(|c| (c.outcome.months.round() as i64, c.outcome.runs, c.problems.len()))
            .collect();
        assert_eq!(reliability, [(12, true, 0), (6, false, 1), (1, false, 0)]);
        assert_eq!(of_events(&[asset(None)], &events).len(), 2, "the first has nothing before it");
    }

    #[test]
    fn a_table_is_read_or_refused_with_its_line() {
        let read =
            |rows: &str| of_table("t.csv", &format!("kind,verified_on,checked_on,runs\n{rows}"), &["group"]);
        let good = read("group,2025-01-01,2026-01-01,yes\ngroup,2025-01-01,2025-07-01,no\n").unwrap();
        assert_eq!(good.iter().map(|c| c.outcome.runs).collect::<Vec<_>>(), [true, false]);
        for (rows, blamed) in [
            ("castle,2025-01-01,2026-01-01,yes", "t.csv:2: kind"),
            ("group,soon,2026-01-01,yes", "t.csv:2: verified_on"),
            ("group,2026-01-01,2026-01-01,yes", "t.csv:2: checked_on"),
            ("group,2025-01-01,2026-01-01,perhaps", "t.csv:2: runs"),
        ] {
            assert!(read(rows).unwrap_err().starts_with(blamed), "{rows}");
        }
        assert!(of_table("t.csv", "kind\n", &[]).unwrap_err().contains("verified_on"));
    }
}
