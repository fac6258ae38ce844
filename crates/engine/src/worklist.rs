//! What to check next: who relies on it, times the chance that it is no longer so.

use crate::fields::{QueryParameter, ValueDomain};
use crate::rows::AssetRow;
use crate::site::{Site, WorklistEntry};
use crate::snapshot::Snapshot;
use crate::wire::{RoundedFigure, WrittenDay};
use hereabouts_core::idx::NeedIdx;
use serde::Serialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// Most assets in one answer.
const MOST: usize = 200;
/// Assets in an answer if nobody says.
const USUAL: u64 = 20;

/// What may be asked.
#[must_use]
pub fn parameters(site: &Site) -> Arc<[QueryParameter]> {
    site.parameters("worklist", table)
}

fn table(snapshot: &Snapshot) -> Vec<QueryParameter> {
    let study = snapshot.study();
    let choice = |of: Vec<String>| ValueDomain::Choice { of, default: None };
    vec![
        QueryParameter::new(
            "need",
            "Id of a need that it answers.",
            choice(study.needs().iter().map(|n| n.id.clone()).collect()),
        ),
        QueryParameter::new(
            "kind",
            "Id of its kind.",
            choice(study.kinds().iter().map(|k| k.id.clone()).collect()),
        ),
        QueryParameter::new(
            "limit",
            "How many to give at most; more than 200 is taken for 200.",
            ValueDomain::Whole { min: 1, max: None, default: Some(USUAL) },
        ),
        QueryParameter::new(
            "offset",
            "How many to leave out at the front.",
            ValueDomain::Whole { min: 0, max: None, default: Some(0) },
        ),
    ]
}

/// One line of the worklist.
#[derive(Debug, Serialize)]
struct WorklistLine<'a> {
    id: &'a str,
    people: Option<RoundedFigure>,
    people_affected: Option<RoundedFigure>,
    /// The former name, for one release.
    misled: Option<RoundedFigure>,
    #[serde(flatten)]
    row: AssetRow<'a>,
}

/// Which listings to verify next: what is asked. Everything that is not given limits nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorklistRequest {
    /// A need that they answer.
    pub need: Option<NeedIdx>,
    /// Position of their kind.
    pub kind: Option<usize>,
    /// How many to give at most; more than 200 is taken for 200.
    pub limit: usize,
    /// How many to leave out at the front.
    pub offset: usize,
}

impl Default for WorklistRequest {
    fn default() -> Self {
        Self { need: None, kind: None, limit: USUAL as usize, offset: 0 }
    }
}

impl WorklistRequest {
    /// From the texts of fields that were checked against [`parameters`], by name.
    #[must_use]
    pub fn read<'t>(site: &Site, get: impl Fn(&str) -> Option<&'t str>) -> Self {
        let study = site.study();
        let whole = |name: &str| get(name).map(|n| n.parse().unwrap_or(usize::MAX));
        Self {
            need: get("need").and_then(|id| study.need(id)),
            kind: get("kind").and_then(|id| study.kinds().iter().position(|kind| kind.id == id)),
            limit: whole("limit").unwrap_or(USUAL as usize),
            offset: whole("offset").unwrap_or(0),
        }
    }
}

/// A part of the worklist.
#[derive(Debug)]
pub struct WorklistAnswer<'a> {
    snapshot: &'a Snapshot,
    total: usize,
    due: Vec<WorklistEntry>,
}

/// Answers a question. The first after new data takes about a second for a conurbation.
#[must_use]
pub fn answer<'a>(site: &'a Site, request: &WorklistRequest) -> WorklistAnswer<'a> {
    let study = site.study();
    let fits = |due: &&WorklistEntry| {
        let asset = &study.assets()[due.asset];
        request.need.is_none_or(|need| asset.serves.iter().any(|(n, _)| *n == need))
            && request.kind.is_none_or(|kind| asset.kind == kind)
    };
    let all: Vec<WorklistEntry> = site.worklist().iter().filter(fits).copied().collect();
    let total = all.len();
    let due = all.into_iter().skip(request.offset).take(request.limit.min(MOST)).collect();
    WorklistAnswer { snapshot: site, total, due }
}

impl WorklistAnswer<'_> {
    /// How many there are.
    #[must_use]
    pub const fn total(&self) -> usize {
        self.total
    }

    /// Those asked for, in order.
    #[must_use]
    pub fn due(&self) -> &[WorklistEntry] {
        &self.due
    }

    /// As JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        let whole = |people: Option<f64>| people.map(|people| RoundedFigure::new(people.round()));
        let line = |due: &WorklistEntry| WorklistLine {
            id: &self.snapshot.study().assets()[due.asset].asset.id,
            people: whole(due.people),
            people_affected: whole(due.people_affected),
            misled: whole(due.people_affected),
            row: AssetRow::new(self.snapshot, due.asset),
        };
        let lines = self.due.iter().map(line).collect::<Vec<_>>();
        json!({
            "as_of": WrittenDay(self.snapshot.as_of()),
            "total": self.total,
            "worklist": lines,
            // The former name, for one release.
            "queue": lines,
            "sources": self.snapshot.attribution(),
        })
    }
}
