//! The answer as JSON. It is written as it is read off the snapshot, without a tree of values between: most of the time
//! that an answer took went into that tree.

use super::{CONDITIONS, DAYS, NearAnswer, NearResult};
use crate::travel_mode::TimetableNotes;
use crate::wire::{RoundedFigure, WrittenDay, degrees};
use hereabouts_data::feedback::unmet_needs::unmet_need_cell;
use hereabouts_find::facets::ConditionCounts;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;

#[derive(Serialize)]
struct NearBody<'a> {
    from: Option<OriginBody<'a>>,
    travel: &'static str,
    mode: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    transit: Option<&'a TimetableNotes>,
    minutes: Option<RoundedFigure>,
    as_of: WrittenDay,
    total: usize,
    results: Vec<NearResult<'a>>,
    facets: FacetsBody<'a>,
    removed: Vec<RemovedCount>,
    outside: Vec<NearResult<'a>>,
    sources: Vec<String>,
}

#[derive(Serialize)]
struct OriginBody<'a> {
    label: &'a str,
    lon: f64,
    lat: f64,
    cell: Option<String>,
    exactness: &'static str,
}

#[derive(Serialize)]
struct FacetsBody<'a> {
    need: BTreeMap<&'a str, usize>,
    kind: BTreeMap<&'a str, usize>,
    language: &'a BTreeMap<String, usize>,
    day: BTreeMap<&'a str, usize>,
    #[serde(flatten)]
    conditions: ConditionFacets<'a>,
}

/// Counts of conditions that hold or do not: those by value under the name of their condition, then those with a name of
/// their own.
struct ConditionFacets<'a>(&'a ConditionCounts);

impl Serialize for ConditionFacets<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(None)?;
        for field in CONDITIONS {
            let by_value = field.page.facets.iter().filter(|facet| facet.name.is_none());
            let counts: BTreeMap<_, _> = by_value.map(|facet| (facet.value, (facet.count)(self.0))).collect();
            if !counts.is_empty() {
                map.serialize_entry(field.name, &counts)?;
            }
        }
        for facet in CONDITIONS.iter().flat_map(|field| field.page.facets) {
            if let Some(name) = facet.name {
                map.serialize_entry(name, &(facet.count)(self.0))?;
            }
        }
        map.end()
    }
}

#[derive(Serialize)]
struct RemovedCount {
    parameter: &'static str,
    listings: usize,
}

impl Serialize for NearAnswer<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let (study, found) = (self.snapshot.study(), &self.found);
        let facets = &found.facets;
        let body = NearBody {
            from: self.from.as_ref().map(|from| OriginBody {
                label: &from.label,
                lon: degrees(from.place.lon()),
                lat: degrees(from.place.lat()),
                cell: unmet_need_cell(from.place),
                exactness: from.exactness.as_str(),
            }),
            travel: self.travel.as_str(),
            mode: self.mode,
            transit: self.notes.as_ref(),
            minutes: self.ask.minutes.map(|m| RoundedFigure::new(m.get())),
            as_of: WrittenDay(self.snapshot.as_of()),
            total: found.total,
            results: found.hits.iter().map(|hit| self.result(hit)).collect(),
            facets: FacetsBody {
                need: facets.needs.iter().map(|(&at, &n)| (study.needs()[at].id.as_str(), n)).collect(),
                kind: facets.kinds.iter().map(|(&at, &n)| (study.kinds()[at].id.as_str(), n)).collect(),
                language: &facets.languages,
                day: DAYS.into_iter().zip(facets.days).collect(),
                conditions: ConditionFacets(&facets.conditions),
            },
            removed: found
                .removed
                .iter()
                .map(|&(condition, listings)| RemovedCount { parameter: condition.as_str(), listings })
                .collect(),
            outside: found.outside.iter().map(|hit| self.result(hit)).collect(),
            sources: self.snapshot.attribution(),
        };
        body.serialize(to)
    }
}
