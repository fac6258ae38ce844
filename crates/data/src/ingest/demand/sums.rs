//! Rows of demand → one figure for each area, need and quarter: parts of a breakdown and shorter periods are summed, and what a
//! source does not name is told from what it counted as none.

use super::reader::{DemandRow, TotalRow, WithheldRow};
use crate::ingest::imported_rows::ImportedRows;
use crate::ingest::map::{CompleteList, ImportMap};
use crate::ingest::period::Period;
use crate::record::{DemandRecord, EVERY_OTHER_NEED, StoredBasis};
use hereabouts_core::demand::{Quarter, WHOLE_QUARTER};
use hereabouts_core::known::KnownCount;
use std::collections::{BTreeMap, BTreeSet};

/// Everything read of a source.
pub(super) struct ReadDemand {
    /// Geography of the codes.
    pub(super) geography: String,
    /// What the figures rest on.
    pub(super) basis: StoredBasis,
    /// Its rows, each once.
    pub(super) rows: Vec<DemandRow>,
    /// Its rows of totals.
    pub(super) totals: Vec<TotalRow>,
    /// Its rows that did not land.
    pub(super) withheld: BTreeSet<WithheldRow>,
}

type Key = (String, String, Quarter);

/// One record for each area, need and quarter, by these.
pub(super) fn records(read: &ReadDemand, map: &ImportMap) -> (Vec<DemandRecord>, ImportedRows) {
    let mut out = check_totals(read);
    let zeros = read.rows.iter().any(|row| row.count == KnownCount::ZERO);
    let said = match map.complete {
        Some(CompleteList::All(complete)) => Some(complete),
        _ => None,
    };
    let sums = Sums::new(read, said.unwrap_or(zeros));
    out.note(match (said, zeros) {
        (Some(true), _) => "complete, as the map says: a need that it does not name for an area is 0 there".into(),
        (Some(false), _) => "not complete, as the map says: a need that it does not name for an area is unknown there".into(),
        (None, true) => "taken for complete, since it writes zeros and withholds nothing where one is missing: a need that it does not name for an area is 0 there (complete in the map says otherwise)".into(),
        (None, false) => "not known to be complete: a need that it does not name for an area is unknown there, not 0 (complete = true in the map, if it names all that were asked for)".to_owned(),
    });
    let mut by_key: BTreeMap<Key, Vec<&DemandRow>> = BTreeMap::new();
    for row in &read.rows {
        for quarter in row.period.quarters() {
            by_key.entry((row.code.clone(), row.need.clone(), quarter)).or_default().push(row);
        }
    }
    let mut finer = 0;
    let mut records: BTreeMap<Key, DemandRecord> = BTreeMap::new();
    for (key, rows) in by_key {
        let parts = Parts::of(&rows);
        finer += parts.finer;
        records.insert(key.clone(), sums.record(&key, &parts));
    }
    let partial = records.values().filter(|record| record.months.is_some()).count();
    if sums.complete {
        sums.say_zeros(&mut records);
    }
    out.note_all(notes(read, finer, partial));
    out.passed_over += finer;
    out.landed = Some(read.rows.len() as u64 - finer);
    (records.into_values().collect(), out)
}

/// The rows of which one figure is made: those of its quarter, else those of the longest of the shorter periods, else those of the
/// year. A quarter's own figure is not added to those of its months, nor to a year's quarter.
struct Parts<'a> {
    used: Vec<&'a DemandRow>,
    /// Their grain.
    grain: u8,
    /// Rows of shorter periods that are left out.
    finer: u64,
}

impl<'a> Parts<'a> {
    fn of(rows: &[&'a DemandRow]) -> Self {
        let grains: BTreeSet<u8> = rows.iter().map(|row| row.period.grain().0).collect();
        let grain =
            if grains.contains(&3) { 3 } else { grains.iter().rev().find(|g| **g < 3).copied().unwrap_or(4) };
        let (used, others): (Vec<&DemandRow>, Vec<&DemandRow>) =
            rows.iter().partition(|row| row.period.grain().0 == grain);
        let finer = others.iter().filter(|row| row.period.grain().0 < 4).count() as u64;
        Self { used, grain, finer }
    }

    /// What of them is of the quarter.
    const fn share(&self) -> f64 {
        if self.grain == 4 { 0.25 } else { 1.0 }
    }

    fn count(&self) -> KnownCount {
        self.used.iter().map(|row| row.count.part(self.share())).sum()
    }

    fn no_match(&self) -> Option<f64> {
        self.used.iter().filter_map(|row| row.no_match).map(|n| n * self.share()).reduce(|a, b| a + b)
    }

    /// The months of the quarter that they are of.
    fn months(&self) -> BTreeSet<u8> {
        self.used.iter().filter_map(|row| row.period.month_of_quarter()).collect()
    }

    fn systems(&self) -> Vec<String> {
        let named: BTreeSet<&String> = self.used.iter().filter_map(|row| row.system.as_ref()).collect();
        named.into_iter().cloned().collect()
    }
}

/// What holds of all figures of a source.
struct Sums<'a> {
    read: &'a ReadDemand,
    /// Whether it says everything of the areas and quarters that it lists.
    complete: bool,
    /// Months in which an area is listed at all, for a source that says everything.
    listed: BTreeMap<(&'a str, Quarter), BTreeSet<u8>>,
    /// Months of which it has any day or week.
    days: BTreeSet<(Quarter, u8)>,
}

impl<'a> Sums<'a> {
    fn new(read: &'a ReadDemand, complete: bool) -> Self {
        let mut listed: BTreeMap<(&str, Quarter), BTreeSet<u8>> = BTreeMap::new();
        let mut days: BTreeSet<(Quarter, u8)> = BTreeSet::new();
        for row in &read.rows {
            for quarter in row.period.quarters() {
                let months = listed.entry((&row.code, quarter)).or_default();
                match row.period.month_of_quarter() {
                    Some(month) => {
                        months.insert(month);
                        if row.period.grain().0 < 2 {
                            days.insert((quarter, month));
                        }
                    }
                    None => months.extend(0..WHOLE_QUARTER),
                }
            }
        }
        Self { read, complete, listed, days }
    }

    /// Rows about an area and quarter that did not land.
    fn withheld(&self, code: &str, quarter: Quarter) -> impl Iterator<Item = &WithheldRow> {
        let code = code.to_owned();
        self.read.withheld.iter().filter(move |w| {
            w.code == code && w.period.is_none_or(|period| period.quarters().contains(&quarter))
        })
    }

    /// The figure that its parts add up to.
    fn record(&self, key: &Key, parts: &Parts<'_>) -> DemandRecord {
        let months = self.months(key, parts);
        // Another part of it did not land.
        let cut = self
            .withheld(&key.0, key.2)
            .any(|w| w.need.as_ref() == Some(&key.1) && w.period.is_some_and(|p| p.grain().0 != 2));
        let mut count = parts.count();
        if months < WHOLE_QUARTER || cut {
            count = KnownCount::at_least(count.low());
        }
        DemandRecord {
            months: (months < WHOLE_QUARTER).then_some(months),
            divided: parts.grain == 4,
            no_match: parts.no_match().filter(|n| count.high().is_none_or(|most| *n <= most)),
            source_systems: parts.systems(),
            ..self.blank(&key.0, &key.1, key.2)
        }
        .with_count(count)
    }

    /// How many months of its quarter a figure covers.
    fn months(&self, (code, need, quarter): &Key, parts: &Parts<'_>) -> u8 {
        if parts.grain >= 3 {
            return WHOLE_QUARTER;
        }
        let own = parts.months();
        let there: BTreeSet<u8> = match (self.complete, parts.grain) {
            (true, _) => self.listed.get(&(code.as_str(), *quarter)).cloned().unwrap_or_default(),
            // Days and weeks on which nobody asked have no rows: a month is there if the file has any day of it.
            (false, 0 | 1) => {
                (0..WHOLE_QUARTER).filter(|month| self.days.contains(&(*quarter, *month))).collect()
            }
            (false, _) => own.clone(),
        };
        let lost = self.withheld(code, *quarter).filter(|w| match &w.need {
            Some(other) => other == need,
            None => w.period.and_then(Period::month_of_quarter).is_some_and(|m| !own.contains(&m)),
        });
        let lost: BTreeSet<u8> = lost.filter_map(|w| w.period?.month_of_quarter()).collect();
        there.difference(&lost).count() as u8
    }

    /// Adds that the source says everything of the areas and quarters that it lists wholly, but for what was withheld.
    fn say_zeros(&self, records: &mut BTreeMap<Key, DemandRecord>) {
        let whole = |months: &BTreeSet<u8>| months.len() == usize::from(WHOLE_QUARTER);
        for (&(code, quarter), _) in self.listed.iter().filter(|(_, months)| whole(months)) {
            if self.withheld(code, quarter).any(|w| w.need.is_none()) {
                continue;
            }
            let key = |need: &str| (code.to_owned(), need.to_owned(), quarter);
            records.insert(key(EVERY_OTHER_NEED), self.blank(code, EVERY_OTHER_NEED, quarter));
            for need in self.withheld(code, quarter).filter_map(|w| w.need.as_deref()) {
                let unknown = || self.blank(code, need, quarter).with_count(KnownCount::UNKNOWN);
                records.entry(key(need)).or_insert_with(unknown);
            }
        }
    }

    /// A record of none.
    fn blank(&self, code: &str, need: &str, quarter: Quarter) -> DemandRecord {
        DemandRecord {
            geography: self.read.geography.clone(),
            code: code.to_owned(),
            need: need.to_owned(),
            quarter: quarter.to_string(),
            referrals: 0.0,
            at_most: None,
            unknown: false,
            months: None,
            divided: false,
            no_match: None,
            source_systems: Vec::new(),
            basis: self.read.basis,
        }
    }
}

/// What was decided about periods and what is not known, once.
fn notes(read: &ReadDemand, finer: u64, partial: usize) -> Vec<String> {
    let mut notes = Vec::new();
    let grains: BTreeMap<u8, &str> = read.rows.iter().map(|row| row.period.grain()).collect();
    let shorter: Vec<&str> = grains.iter().filter(|g| *g.0 < 3).map(|g| *g.1).collect();
    if !shorter.is_empty() {
        notes.push(format!("by {}: added up to quarters", shorter.join(" and ")));
    }
    if grains.contains_key(&4) {
        notes
            .push("years are divided into four quarters alike, as the map asks, and are modelled".to_owned());
    }
    if partial > 0 {
        notes.push(format!(
            "{partial} figures lack months of their quarter: partial, and not compared with whole ones"
        ));
    }
    if finer > 0 {
        notes.push(format!("{finer} rows of shorter periods are left out where the quarter, or a longer one, has a row of its own"));
    }
    let uncounted = read.rows.iter().filter(|row| !row.count.is_counted());
    let (bounded, unknown): (Vec<&DemandRow>, Vec<&DemandRow>) =
        uncounted.partition(|row| row.count.is_bounded());
    if !bounded.is_empty() {
        notes.push(format!("{} counts are suppressed and lie between two numbers", bounded.len()));
    }
    if !unknown.is_empty() {
        notes.push(format!("{} counts are empty or withheld: unknown, not 0", unknown.len()));
    }
    notes
}

/// Holds rows of totals against what they are the total of.
fn check_totals(read: &ReadDemand) -> ImportedRows {
    let mut out = ImportedRows::default();
    out.passed_over = read.totals.len() as u64;
    let (mut agree, mut differ) = (0_usize, Vec::new());
    for total in &read.totals {
        let parts = read.rows.iter().filter(|row| {
            row.period == total.period
                && total.code.as_ref().is_none_or(|code| *code == row.code)
                && total.need.as_ref().is_none_or(|need| *need == row.need)
        });
        let sum: KnownCount = parts.map(|row| row.count).sum();
        let withheld = !read.withheld.is_empty();
        let fits = total.count.high().is_none_or(|most| withheld || sum.low() <= most + 1e-9)
            && (withheld || sum.high().is_none_or(|most| total.count.low() <= most + 1e-9));
        if fits {
            agree += 1;
        } else {
            let most =
                sum.high().filter(|h| *h != sum.low()).map_or(String::new(), |high| format!(" to {high}"));
            differ.push(format!(
                "line {} says {} and the rows add up to {}{most}",
                total.line,
                total.count.low(),
                sum.low()
            ));
        }
    }
    if agree > 0 {
        out.note(format!("{agree} totals are left out; they agree with the sums"));
    }
    if !differ.is_empty() {
        let shown: Vec<String> = differ.iter().take(3).cloned().collect();
        out.note(format!(
            "{} totals are left out and DIFFER from the sums: {}",
            differ.len(),
            shown.join("; ")
        ));
    }
    out
}
