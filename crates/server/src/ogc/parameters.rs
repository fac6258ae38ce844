//! What may be asked of a collection. Handlers and the API definition both read it here.

use super::CRS84;
use crate::http::negotiate::{self, ResponseForm};
use hereabouts_core::cell::CellResolution;
use hereabouts_engine::collections::CollectionId;
use hereabouts_engine::fields::{QueryParameter, ValueDomain};
use hereabouts_engine::scenario::period_and_geography;
use hereabouts_engine::site::Site;
use hereabouts_engine::snapshot::Snapshot;
use hereabouts_engine::view::Scenario;
use std::sync::Arc;

/// Features in one answer where no limit is asked for.
pub(super) const DEFAULT_LIMIT: usize = 100;
/// Features in one answer at most.
pub(super) const MAX_LIMIT: usize = 1_000;

/// What `/items` takes: paging, place and time, what is looked at, and equality with every property.
pub(crate) fn of_items(collection: CollectionId, site: &Site) -> Arc<[QueryParameter]> {
    site.parameters(&format!("{}/items", collection.id()), |snapshot| items_table(collection, snapshot))
}

/// What `/items/{id}` takes: what is looked at.
pub(crate) fn of_feature(collection: CollectionId, site: &Site) -> Arc<[QueryParameter]> {
    site.parameters(&format!("{}/item", collection.id()), |snapshot| feature_table(collection, snapshot))
}

fn items_table(collection: CollectionId, snapshot: &Snapshot) -> Vec<QueryParameter> {
    let mut all = vec![
        QueryParameter::new(
            "limit",
            "Features in one answer; the next ones are behind the link `next`. More than the maximum is taken for \
             the maximum. CSV holds all features unless a limit is given.",
            ValueDomain::Whole { min: 1, max: Some(MAX_LIMIT as u64), default: Some(DEFAULT_LIMIT as u64) },
        ),
        QueryParameter::new(
            "offset",
            "Features left out at the beginning.",
            ValueDomain::Whole { min: 0, max: None, default: Some(0) },
        ),
        QueryParameter::new(
            "bbox",
            "Only features that touch this box: west, south, east, north in degrees (or with heights, which are not \
             looked at). West greater than east is a box across the antimeridian.",
            ValueDomain::Bbox,
        ),
        QueryParameter::new("datetime", collection.time_about(), ValueDomain::Interval).like("2025-01-01/.."),
    ];
    all.extend(view_parameters(collection, snapshot));
    all.push(crs("bbox-crs", "The coordinate system of bbox."));
    all.push(crs("crs", "The coordinate system of the answer."));
    all.push(negotiate::parameter(&[ResponseForm::Json, ResponseForm::Html, ResponseForm::Csv]));
    for property in collection.properties() {
        if !all.iter().any(|p| p.name == property.name) {
            all.push(QueryParameter::of_property(property));
        }
    }
    all
}

fn feature_table(collection: CollectionId, snapshot: &Snapshot) -> Vec<QueryParameter> {
    let mut all = view_parameters(collection, snapshot);
    // The need and the size of a cell are part of the id.
    all.retain(|p| p.name != "need" && p.name != "resolution");
    all.push(crs("crs", "The coordinate system of the answer."));
    all.push(negotiate::parameter(&[ResponseForm::Json, ResponseForm::Html]));
    all
}

/// What chooses the figures looked at.
pub(crate) fn view_parameters(collection: CollectionId, snapshot: &Snapshot) -> Vec<QueryParameter> {
    let study = snapshot.study();
    let needs = || study.needs().iter().map(|n| n.id.clone()).collect();
    let mut all = Vec::new();
    if let Some(about) = collection.need_about() {
        all.push(QueryParameter::new("need", about, ValueDomain::Choice { of: needs(), default: None }));
    }
    if collection.has_view() {
        all.extend(period_and_geography(snapshot));
    }
    if matches!(collection, CollectionId::Gaps | CollectionId::Cells) {
        all.push(QueryParameter::new(
            "reading",
            "Which figures stand in places, access and unmet, and order the answer: every listing taken at its word, \
             or weighted by the chance that it still runs.",
            ValueDomain::Choice {
                of: Scenario::ALL.map(|r| r.as_str().to_owned()).to_vec(),
                default: Some(Scenario::default().as_str().to_owned()),
            },
        ));
    }
    if collection == CollectionId::Cells {
        let finest = snapshot.policy().resolution.get();
        let offered = (0..=finest).filter(|r| CellResolution::new(*r).is_ok());
        all.push(QueryParameter::new(
            "resolution",
            "H3 resolution of the cells: that of the analysis, or coarser (counts summed, access the mean over \
             referrals).",
            ValueDomain::Choice { of: offered.map(|r| r.to_string()).collect(), default: Some(finest.to_string()) },
        ));
    }
    // A study without areas or demand has nothing to choose from.
    all.retain(|p| !matches!(&p.domain, ValueDomain::Choice { of, .. } if of.is_empty()));
    all
}

fn crs(name: &'static str, about: &str) -> QueryParameter {
    let domain = ValueDomain::Choice { of: vec![CRS84.to_owned()], default: Some(CRS84.to_owned()) };
    QueryParameter::new(name, about, domain)
}
