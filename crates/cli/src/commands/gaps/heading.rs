//! What stands above a table: without it figures mean nothing.

use super::GapQuestion;
use hereabouts_core::confidence::Confidence;
use hereabouts_core::demand::Basis;
use hereabouts_core::period::Period;
use hereabouts_core::report::DemandStatus;
use hereabouts_core::travel::TravelBasis;
use hereabouts_data::record::SourceRecord;
use hereabouts_engine::format;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// What every output says of itself.
#[derive(Debug, Serialize)]
pub(crate) struct TableHeading {
    /// Period of the referrals; `None` without any demand.
    pub(crate) period: Option<String>,
    /// Quarters of the period.
    pub(crate) quarters: u8,
    /// How many figures are of high, of fair and of low confidence.
    pub(crate) confidence: ConfidenceCounts,
    /// Id of the geography reported on.
    pub(crate) geography: String,
    /// The day against which the age of listings is measured.
    pub(crate) as_of: String,
    /// How minutes were found: network, straight-line or mixed.
    pub(crate) travel: &'static str,
    /// Walking speed in km/h.
    pub(crate) speed_kmh: f64,
    /// Whether people walk without steps, where streets are known.
    pub(crate) step_free: bool,
    /// Which side of the figures `places`, `access` and `unmet` are.
    pub(crate) reading: &'static str,
    /// What the referrals rest on, each basis there is.
    pub(crate) basis: Vec<&'static str>,
    /// Whether the referrals may identify people.
    pub(crate) unprotected: bool,
    /// Whether any referrals are made up.
    pub(crate) synthetic: bool,
    /// Where the data come from.
    pub(crate) sources: Vec<String>,
    /// Revision of the store.
    pub(crate) revision: u64,
}

/// How many figures are of which confidence.
#[derive(Debug, Serialize)]
pub(crate) struct ConfidenceCounts {
    high: usize,
    fair: usize,
    low: usize,
    /// The ground that keeps most of them low, where more than half are.
    raises_most: Option<&'static str>,
}

impl ConfidenceCounts {
    fn of(asked: &GapQuestion<'_>) -> Self {
        let summary = asked.confidence();
        let most = summary.raises_most.filter(|_| summary.is_mostly_low());
        Self {
            high: summary.count(Confidence::High),
            fair: summary.count(Confidence::Fair),
            low: summary.count(Confidence::Low),
            raises_most: most.map(|(ground, _)| ground.id()),
        }
    }
}

impl TableHeading {
    pub(crate) fn new(asked: &GapQuestion<'_>) -> Self {
        let (snapshot, study) = (asked.snapshot, asked.snapshot.study());
        let basis = study.bases();
        Self {
            period: asked.view.written_period().map(str::to_owned),
            quarters: asked.view.period().map_or(1, Period::len),
            confidence: ConfidenceCounts::of(asked),
            geography: study.geographies()[asked.view.geography().get()].id.clone(),
            as_of: snapshot.as_of().to_string(),
            travel: snapshot.travel().as_str(),
            speed_kmh: snapshot.persona().speed.get(),
            step_free: snapshot.persona().step_free,
            reading: asked.reading.as_str(),
            unprotected: basis.contains(&Basis::Unprotected),
            synthetic: basis.contains(&Basis::Synthetic),
            basis: basis.into_iter().map(Basis::as_str).collect(),
            sources: snapshot.sources().iter().map(described).collect(),
            revision: snapshot.revision(),
        }
    }

    /// For people.
    pub(crate) fn write(&self, asked: &GapQuestion<'_>, what: &str, to: &mut impl Write) -> io::Result<()> {
        let study = asked.snapshot.study();
        let geography = &study.geographies()[asked.view.geography().get()];
        writeln!(to, "Gaps by {what}, {}", self.period.as_deref().unwrap_or("no referrals in the store"))?;
        let areas = asked.view.report().neighbourhoods.len();
        writeln!(to, "Geography  {} ({areas} areas); age of listings as of {}", geography.id, self.as_of)?;
        if let Some(need) = asked.need {
            let need = &study.needs()[need.get()];
            let (minutes, enough) = (need.catchment.get(), need.adequate.places_per_referral);
            writeln!(
                to,
                "Need       {} ({}): within {minutes} minutes on foot; {enough} place-sessions are enough for a referral",
                need.id, need.label
            )?;
        }
        for line in lists(asked) {
            writeln!(to, "Lists      {line}")?;
        }
        let along = match asked.snapshot.travel() {
            TravelBasis::Network => "along streets",
            TravelBasis::StraightLine => "a straight line made longer",
            TravelBasis::Mixed => "along streets and, where they are not known, a straight line made longer",
        };
        let steps = if self.step_free { ", without steps" } else { "" };
        writeln!(to, "Minutes    on foot at {} km/h{steps}: {along}", self.speed_kmh)?;
        if self.unprotected {
            writeln!(to, "Referrals  UNPROTECTED: they may identify people and must stay on this machine")?;
        }
        if self.synthetic {
            writeln!(to, "Referrals  SYNTHETIC: made up, not counted")?;
        }
        for (at, line) in wrapped(&by_licence(asked.snapshot.sources())).iter().enumerate() {
            writeln!(to, "{}{line}", if at == 0 { "Sources    " } else { "           " })?;
        }
        writeln!(
            to,
            "Units      referrals and place-sessions in the period; likely: on average over which listings still run;\n           \
             none + too little: of the unmet, with nothing in reach and with not enough in reach"
        )?;
        writeln!(to)
    }
}

/// Needs that hardly any listing answers, and what no list tells of.
fn lists(asked: &GapQuestion<'_>) -> Vec<String> {
    let (study, report) = (asked.snapshot.study(), asked.view.report());
    let mut lines = Vec::new();
    match asked.need {
        Some(need) => lines.extend(report.listings.get(need.get()).and_then(|l| format::few_listings(*l))),
        None => {
            let few = asked.needs().filter(|need| asked.view.has_few_listings(*need));
            let few: Vec<String> = few
                .map(|k| format!("{} ({})", study.needs()[k.get()].id, report.listings[k.get()].count))
                .collect();
            if !few.is_empty() {
                lines.push(format!(
                    "hardly any listings answer {}: their gaps stand last, to be read as gaps in lists first",
                    few.join(", ")
                ));
            }
        }
    }
    let untold = asked.gaps().filter(|gap| gap.status == DemandStatus::NoList).count();
    if untold > 0 {
        lines.push(format!(
            "in {} of {} rows no list that tells of the need reaches the people: not known, and not ranked",
            format::whole(untold as u64),
            format::whole(asked.gaps().count() as u64)
        ));
    }
    lines
}

/// Name, kind and licence.
fn described(source: &SourceRecord) -> String {
    let licence = source.header.licence.as_deref().unwrap_or("no licence stated");
    format!("{} ({}, {licence})", source.name, source.kind)
}

/// Names of sources under their licences, by licence.
fn by_licence(sources: &[SourceRecord]) -> String {
    let mut names: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for source in sources {
        names
            .entry(source.header.licence.as_deref().unwrap_or("no licence stated"))
            .or_default()
            .push(&source.name);
    }
    let lists: Vec<String> =
        names.iter().map(|(licence, names)| format!("{licence}: {}", names.join(", "))).collect();
    lists.join("; ")
}

/// Lines of at most 100 characters, broken between words.
fn wrapped(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = vec![String::new()];
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.chars().count() + 1 + word.chars().count() <= 100 => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
