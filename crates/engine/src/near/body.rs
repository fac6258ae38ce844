//! The answer as JSON. It is written as it is read off the snapshot, without a tree of values between: most of the time
//! that an answer took went into that tree.

use super::conditions::ConditionFacet;
use super::{CONDITIONS, DAYS, NearAnswer, NearResult};
use crate::travel_mode::TimetableNotes;
use crate::wire::{RoundedFigure, WrittenDay, degrees};
use hereabouts_core::study::Study;
use hereabouts_data::feedback::unmet_needs::unmet_need_cell;
use hereabouts_find::SearchCondition;
use hereabouts_find::facets::{ConditionCounts, FacetCounts, FitCount};
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
    fits_total: usize,
    may_fit_total: usize,
    fits: &'a [NearResult<'a>],
    may_fit: &'a [NearResult<'a>],
    /// Both together, as they were before there were two.
    results: &'a [NearResult<'a>],
    facets: FacetsBody<'a>,
    facets_fits: FacetsBody<'a>,
    removed: Vec<ConditionListings>,
    not_known: Vec<ConditionListings>,
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
    language: BTreeMap<&'a str, usize>,
    day: BTreeMap<&'a str, usize>,
    #[serde(flatten)]
    conditions: ConditionFacets<'a>,
}

impl<'a> FacetsBody<'a> {
    /// Of what fits, or of all that may.
    fn new(study: &'a Study, facets: &'a FacetCounts, of: fn(FitCount) -> usize) -> Self {
        let needs = facets.needs.iter().map(|(&at, &n)| (study.needs()[at].id.as_str(), of(n)));
        let kinds = facets.kinds.iter().map(|(&at, &n)| (study.kinds()[at].id.as_str(), of(n)));
        Self {
            need: needs.collect(),
            kind: kinds.collect(),
            language: facets.languages.iter().map(|(name, &n)| (name.as_str(), of(n))).collect(),
            day: DAYS.into_iter().zip(facets.days.map(of)).collect(),
            conditions: ConditionFacets { counts: &facets.conditions, of },
        }
    }
}

/// Counts of conditions that hold or do not: those by value under the name of their condition, then those with a name of
/// their own.
struct ConditionFacets<'a> {
    counts: &'a ConditionCounts,
    of: fn(FitCount) -> usize,
}

impl Serialize for ConditionFacets<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(None)?;
        let count = |facet: &ConditionFacet| (self.of)((facet.count)(self.counts));
        for field in CONDITIONS {
            let by_value = field.page.facets.iter().filter(|facet| facet.name.is_none());
            let counts: BTreeMap<_, _> = by_value.map(|facet| (facet.value, count(facet))).collect();
            if !counts.is_empty() {
                map.serialize_entry(field.name, &counts)?;
            }
        }
        for facet in CONDITIONS.iter().flat_map(|field| field.page.facets) {
            if let Some(name) = facet.name {
                map.serialize_entry(name, &count(facet))?;
            }
        }
        map.end()
    }
}

#[derive(Serialize)]
struct ConditionListings {
    parameter: &'static str,
    listings: usize,
}

fn by_condition(counts: &[(SearchCondition, usize)]) -> Vec<ConditionListings> {
    let one =
        |&(of, listings): &(SearchCondition, usize)| ConditionListings { parameter: of.as_str(), listings };
    counts.iter().map(one).collect()
}

impl Serialize for NearAnswer<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let (study, found) = (self.snapshot.study(), &self.found);
        let results: Vec<NearResult<'_>> = found.hits.iter().map(|hit| self.result(hit)).collect();
        let (fits, may_fit) = results.split_at(self.parts().0.len());
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
            total: found.count.total(),
            fits_total: found.count.fits,
            may_fit_total: found.count.may_fit,
            fits,
            may_fit,
            results: &results,
            facets: FacetsBody::new(study, &found.facets, FitCount::total),
            facets_fits: FacetsBody::new(study, &found.facets, |count| count.fits),
            removed: by_condition(&found.removed),
            not_known: by_condition(&found.not_known),
            outside: found.outside.iter().map(|hit| self.result(hit)).collect(),
            sources: self.snapshot.attribution(),
        };
        body.serialize(to)
    }
}
