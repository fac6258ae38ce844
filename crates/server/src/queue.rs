//! What to check next: who relies on it, times the chance that it is no longer so.

use crate::error::ApiError;
use crate::feature::{AssetRow, Day, Figure};
use crate::query::{Domain, Parameter, Query};
use crate::snapshot::Snapshot;
use hereabouts_core::asset::ServiceArea;
use hereabouts_core::supply;
use hereabouts_core::travel::{Reached, Travel};
use hereabouts_core::units::Minutes;
use hereabouts_data::record::Exactness;
use hereabouts_data::verification::State;
use serde::Serialize;
use serde_json::{Value, json};
use std::cmp::Ordering;

/// Most assets in one answer.
const MOST: usize = 200;
/// Assets in an answer if nobody says.
const USUAL: u64 = 20;

/// For each asset the people within the widest catchment of the needs that it answers; `None` where that is not known, and
/// for hidden places, whose reach would tell where they are.
pub(crate) fn people_in_reach(of: &Snapshot) -> Vec<Option<f64>> {
    let (study, analysis) = (of.study(), of.analysis());
    let mut reached = Reached::default();
    let assets = study.assets().iter().zip(of.assets()).enumerate();
    let people = assets.map(|(at, (asset, canonical))| {
        if canonical.record.exactness == Exactness::Hidden || asset.asset.serves == ServiceArea::Remote {
            return None;
        }
        let catchments = asset.serves.iter().map(|(need, _)| study.needs()[need.get()].catchment);
        let limit = catchments.max_by(|a, b| a.get().total_cmp(&b.get())).unwrap_or(Minutes::ZERO);
        analysis.travel().reach(at, limit, &mut reached);
        Some(reached.origins.iter().map(|&cell| analysis.people()[cell as usize]).sum())
    });
    people.collect()
}

/// An asset that somebody should check.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Due {
    /// Its position.
    pub asset: usize,
    /// People who have it within the catchment of what it answers.
    pub people: Option<f64>,
    /// How many of them are told something that is no longer so, as far as can be expected: people × (1 − chance).
    pub misled: Option<f64>,
    chance: f64,
}

/// Every asset that is not known to have closed: the most people misled first, then the least sure, then by id.
pub(crate) fn order(of: &Snapshot) -> Vec<Due> {
    let due = |(asset, people): (usize, &Option<f64>)| {
        let chance = supply::chance_it_runs(of.study(), of.policy(), asset);
        Due { asset, people: *people, misled: people.map(|people| people * (1.0 - chance)), chance }
    };
    let open = |due: &Due| of.standing(due.asset).is_none_or(|standing| standing.state != State::Closed);
    let mut all: Vec<Due> = of.people_in_reach().iter().enumerate().map(due).filter(open).collect();
    all.sort_by(more_urgent);
    all
}

fn more_urgent(a: &Due, b: &Due) -> Ordering {
    let misled = |due: &Due| due.misled.unwrap_or(-1.0);
    // Assets stand by id in a study.
    misled(b).total_cmp(&misled(a)).then(a.chance.total_cmp(&b.chance)).then(a.asset.cmp(&b.asset))
}

/// What may be asked.
pub(crate) fn parameters(snapshot: &Snapshot) -> Vec<Parameter> {
    let study = snapshot.study();
    let choice = |of: Vec<String>| Domain::Choice { of, default: None };
    vec![
        Parameter::new(
            "need",
            "Id of a need that it answers.",
            choice(study.needs().iter().map(|n| n.id.clone()).collect()),
        ),
        Parameter::new(
            "kind",
            "Id of its kind.",
            choice(study.kinds().iter().map(|k| k.id.clone()).collect()),
        ),
        Parameter::new(
            "limit",
            "How many to give at most; more than 200 is taken for 200.",
            Domain::Whole { min: 1, max: None, default: Some(USUAL) },
        ),
        Parameter::new(
            "offset",
            "How many to leave out at the front.",
            Domain::Whole { min: 0, max: None, default: Some(0) },
        ),
    ]
}

/// One line of the queue.
#[derive(Debug, Serialize)]
struct Line<'a> {
    id: &'a str,
    people: Option<Figure>,
    misled: Option<Figure>,
    #[serde(flatten)]
    row: AssetRow<'a>,
}

/// A part of the queue.
#[derive(Debug)]
pub struct Answer<'a> {
    snapshot: &'a Snapshot,
    total: usize,
    due: Vec<Due>,
}

/// Answers a question put as the query of an address. The first after new data takes about a second for a conurbation.
///
/// # Errors
/// [`ApiError::Parameter`].
pub fn answer<'a>(snapshot: &'a Snapshot, query: &str) -> Result<Answer<'a>, ApiError> {
    let query = Query::parse(query, &parameters(snapshot))?;
    let study = snapshot.study();
    let need = query.get("need").and_then(|id| study.need(id));
    let kind = query.get("kind").and_then(|id| study.kinds().iter().position(|k| k.id == id));
    let fits = |due: &&Due| {
        let asset = &study.assets()[due.asset];
        need.is_none_or(|need| asset.serves.iter().any(|(n, _)| *n == need))
            && kind.is_none_or(|kind| asset.kind == kind)
    };
    let all: Vec<Due> = snapshot.queue().iter().filter(fits).copied().collect();
    let (from, limit) = (query.whole("offset", 0), query.whole("limit", USUAL as usize).min(MOST));
    let total = all.len();
    Ok(Answer { snapshot, total, due: all.into_iter().skip(from).take(limit).collect() })
}

impl Answer<'_> {
    /// How many there are.
    #[must_use]
    pub const fn total(&self) -> usize {
        self.total
    }

    /// Those asked for, in order.
    #[must_use]
    pub fn due(&self) -> &[Due] {
        &self.due
    }

    /// As JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        let line = |due: &Due| Line {
            id: &self.snapshot.study().assets()[due.asset].asset.id,
            people: due.people.map(|people| Figure::new(people.round())),
            misled: due.misled.map(|misled| Figure::new(misled.round())),
            row: AssetRow::new(self.snapshot, due.asset),
        };
        json!({
            "as_of": Day(self.snapshot.as_of()),
            "total": self.total,
            "queue": self.due.iter().map(line).collect::<Vec<_>>(),
            "sources": self.snapshot.attribution(),
        })
    }
}
