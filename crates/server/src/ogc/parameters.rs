//! What may be asked of a collection. Handlers and the API definition both read it here.

use super::CRS84;
use crate::http::negotiate::{self, Form};
use hereabouts_core::cell::CellResolution;
use hereabouts_engine::collections::Collection;
use hereabouts_engine::fields::{Domain, Parameter};
use hereabouts_engine::site::Site;
use hereabouts_engine::snapshot::Snapshot;
use hereabouts_engine::view::Reading;
use std::sync::Arc;

/// Features in one answer where no limit is asked for.
pub(super) const DEFAULT_LIMIT: usize = 100;
/// Features in one answer at most.
pub(super) const MAX_LIMIT: usize = 1_000;

/// What `/items` takes: paging, place and time, what is looked at, and equality with every property.
pub(crate) fn of_items(collection: Collection, site: &Site) -> Arc<[Parameter]> {
    let name = match collection {
        Collection::Assets => "assets/items",
        Collection::Neighbourhoods => "neighbourhoods/items",
        Collection::Gaps => "gaps/items",
        Collection::Cells => "cells/items",
        Collection::Grants => "grants/items",
        Collection::Streets => "streets/items",
    };
    site.parameters(name, |snapshot| items_table(collection, snapshot))
}

/// What `/items/{id}` takes: what is looked at.
pub(crate) fn of_feature(collection: Collection, site: &Site) -> Arc<[Parameter]> {
    let name = match collection {
        Collection::Assets => "assets/item",
        Collection::Neighbourhoods => "neighbourhoods/item",
        Collection::Gaps => "gaps/item",
        Collection::Cells => "cells/item",
        Collection::Grants => "grants/item",
        Collection::Streets => "streets/item",
    };
    site.parameters(name, |snapshot| feature_table(collection, snapshot))
}

fn items_table(collection: Collection, snapshot: &Snapshot) -> Vec<Parameter> {
    let mut all = vec![
        Parameter::new(
            "limit",
            "Features in one answer; the next ones are behind the link `next`. More than the maximum is taken for \
             the maximum. CSV holds all features unless a limit is given.",
            Domain::Whole { min: 1, max: Some(MAX_LIMIT as u64), default: Some(DEFAULT_LIMIT as u64) },
        ),
        Parameter::new(
            "offset",
            "Features left out at the beginning.",
            Domain::Whole { min: 0, max: None, default: Some(0) },
        ),
        Parameter::new(
            "bbox",
            "Only features that touch this box: west, south, east, north in degrees (or with heights, which are not \
             looked at). West greater than east is a box across the antimeridian.",
            Domain::Bbox,
        ),
        Parameter::new("datetime", datetime_about(collection), Domain::Interval).like("2025-01-01/.."),
    ];
    all.extend(view_parameters(collection, snapshot));
    all.push(crs("bbox-crs", "The coordinate system of bbox."));
    all.push(crs("crs", "The coordinate system of the answer."));
    all.push(negotiate::parameter(&[Form::Json, Form::Html, Form::Csv]));
    for property in collection.properties() {
        if !all.iter().any(|p| p.name == property.name) {
            all.push(Parameter::of_property(property));
        }
    }
    all
}

fn feature_table(collection: Collection, snapshot: &Snapshot) -> Vec<Parameter> {
    let mut all = view_parameters(collection, snapshot);
    // The need and the size of a cell are part of the id.
    all.retain(|p| p.name != "need" && p.name != "resolution");
    all.push(crs("crs", "The coordinate system of the answer."));
    all.push(negotiate::parameter(&[Form::Json, Form::Html]));
    all
}

const fn datetime_about(collection: Collection) -> &'static str {
    match collection {
        Collection::Assets => "Only assets last verified on a day of this time: a day, a moment, or from/to.",
        Collection::Grants => "Only grants awarded on a day of this time: a day, a moment, or from/to.",
        Collection::Streets => "A day, a moment, or from/to; streets have no time and are all given.",
        _ => {
            "The latest quarter with a day in this time (a day, a moment, or from/to), unless period names one; \
             nothing if there is none."
        }
    }
}

/// What chooses the figures looked at.
pub(crate) fn view_parameters(collection: Collection, snapshot: &Snapshot) -> Vec<Parameter> {
    let study = snapshot.study();
    let needs = || study.needs().iter().map(|n| n.id.clone()).collect();
    let mut all = Vec::new();
    if !matches!(collection, Collection::Neighbourhoods | Collection::Grants | Collection::Streets) {
        let about = if collection == Collection::Assets {
            "Only assets that answer this need."
        } else {
            "Only this need."
        };
        all.push(Parameter::new("need", about, Domain::Choice { of: needs(), default: None }));
    }
    if collection.has_view() {
        all.push(Parameter::new(
            "period",
            "The quarter of the referrals.",
            Domain::Choice {
                of: study.quarters().iter().map(ToString::to_string).collect(),
                default: snapshot.default_quarter().map(|q| q.to_string()),
            },
        ));
        all.push(Parameter::new(
            "geography",
            "The neighbourhoods reported on.",
            Domain::Choice {
                of: study.geographies().iter().map(|g| g.id.clone()).collect(),
                default: snapshot.default_geography().map(|g| study.geographies()[g.get()].id.clone()),
            },
        ));
    }
    if matches!(collection, Collection::Gaps | Collection::Cells) {
        all.push(Parameter::new(
            "reading",
            "Which figures stand in places, access and unmet, and order the answer: every listing taken at its word, \
             or weighted by the chance that it still runs.",
            Domain::Choice {
                of: Reading::ALL.map(|r| r.as_str().to_owned()).to_vec(),
                default: Some(Reading::default().as_str().to_owned()),
            },
        ));
    }
    if collection == Collection::Cells {
        let finest = snapshot.policy().resolution.get();
        let offered = (0..=finest).filter(|r| CellResolution::new(*r).is_ok());
        all.push(Parameter::new(
            "resolution",
            "H3 resolution of the cells: that of the analysis, or coarser (counts summed, access the mean over \
             referrals).",
            Domain::Choice { of: offered.map(|r| r.to_string()).collect(), default: Some(finest.to_string()) },
        ));
    }
    // A study without areas or demand has nothing to choose from.
    all.retain(|p| !matches!(&p.domain, Domain::Choice { of, .. } if of.is_empty()));
    all
}

fn crs(name: &'static str, about: &str) -> Parameter {
    let domain = Domain::Choice { of: vec![CRS84.to_owned()], default: Some(CRS84.to_owned()) };
    Parameter::new(name, about, domain)
}
