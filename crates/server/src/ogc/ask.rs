//! What was asked of a collection, understood.

use super::collection::{Collection, DEFAULT_LIMIT, MAX_LIMIT};
use crate::feature::{Kind, Reading, Value};
use crate::http::negotiate::Form;
use crate::query::{Interval, Query, parameter};
use crate::snapshot::{Snapshot, View};
use chrono::NaiveDate;
use geo_types::Rect;
use hereabouts_core::demand::Quarter;
use hereabouts_core::policy::CellResolution;
use hereabouts_core::study::NeedIdx;
use std::sync::Arc;

/// Which features, how many and from where.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Ask {
    pub(super) limit: usize,
    pub(super) offset: usize,
    /// One box, or two where it lies across the antimeridian.
    pub(super) within: Option<Vec<Rect<f64>>>,
    pub(super) during: Option<Interval>,
    pub(super) wants: Vec<(usize, Want)>,
    pub(super) need: Option<NeedIdx>,
    pub(super) reading: Reading,
    pub(super) resolution: CellResolution,
}

/// A value that a property must have.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Want {
    Text(String),
    Number(f64),
    Flag(bool),
    Day(NaiveDate),
    Among(String),
}

impl Ask {
    /// Reads a query that was checked against [`Collection::items_parameters`] (or those of one feature).
    pub(super) fn new(collection: Collection, snapshot: &Snapshot, query: &Query, form: Form) -> Self {
        let all = form == Form::Csv && query.get("limit").is_none();
        let limit = if all { usize::MAX } else { query.whole("limit", DEFAULT_LIMIT).min(MAX_LIMIT) };
        let resolution = query.get("resolution").and_then(|r| r.parse().ok());
        let resolution = resolution.and_then(|r| CellResolution::new(r).ok());
        let wants = collection.properties().iter().enumerate().filter_map(|(at, property)| {
            // These choose what is looked at; they are no filter on it.
            if ["need", "period", "geography", "reading", "resolution"].contains(&property.name) {
                return None;
            }
            Some((at, Want::new(property.kind, query.get(property.name)?)?))
        });
        Self {
            limit,
            offset: query.whole("offset", 0),
            within: query.get("bbox").and_then(|b| parameter::bbox(b).ok()).map(boxes),
            during: query.get("datetime").and_then(Interval::parse),
            wants: wants.collect(),
            need: query.get("need").and_then(|id| snapshot.study().need(id)),
            reading: reading(query),
            resolution: resolution.unwrap_or(snapshot.policy().resolution),
        }
    }
}

fn reading(query: &Query) -> Reading {
    let asked = query.get("reading");
    Reading::ALL.into_iter().find(|r| Some(r.as_str()) == asked).unwrap_or_default()
}

fn boxes([west, south, east, north]: [f64; 4]) -> Vec<Rect<f64>> {
    if west <= east {
        vec![Rect::new((west, south), (east, north))]
    } else {
        vec![Rect::new((west, south), (180.0, north)), Rect::new((-180.0, south), (east, north))]
    }
}

impl Want {
    fn new(kind: Kind, text: &str) -> Option<Self> {
        Some(match kind {
            Kind::Text => Self::Text(text.to_owned()),
            Kind::List => Self::Among(text.to_owned()),
            Kind::Number | Kind::Integer => Self::Number(parameter::number(text)?),
            Kind::Flag => Self::Flag(parameter::flag(text)?),
            Kind::Day => Self::Day(parameter::day(text)?),
        })
    }

    /// Null is nothing's equal.
    pub(super) fn is(&self, value: &Value<'_>) -> bool {
        match (self, value) {
            (Self::Text(want), Value::Text(text)) => want == text,
            (Self::Number(want), Value::Number(number)) => want == number,
            (Self::Number(want), Value::Integer(number)) => *want == *number as f64,
            (Self::Flag(want), Value::Flag(flag)) => want == flag,
            (Self::Day(want), Value::Day(day)) => want == day,
            (Self::Among(want), Value::List(list)) => list.contains(&want.as_str()),
            _ => false,
        }
    }
}

/// The view that a query looks at; `None` where there are no areas, or no quarter in the time asked for. May take as long
/// as [`Snapshot::view`].
pub(super) fn view(snapshot: &Snapshot, query: &Query) -> Option<Arc<View>> {
    let study = snapshot.study();
    let geography = match query.get("geography") {
        Some(id) => study.geography(id)?,
        None => snapshot.default_geography()?,
    };
    let during = query.get("datetime").and_then(Interval::parse);
    let meets = |quarter: &Quarter| {
        let (first, last) = quarter.days();
        during.is_none_or(|time| {
            first.parse().ok().zip(last.parse().ok()).is_some_and(|(first, last)| time.meets(first, last))
        })
    };
    let named = query.get("period").and_then(|p| p.parse::<Quarter>().ok());
    let quarter = match (named, during) {
        (Some(quarter), _) => Some(quarter).filter(meets).map(Some)?,
        (None, Some(_)) => study.quarters().iter().rev().copied().find(meets).map(Some)?,
        (None, None) => snapshot.default_quarter(),
    };
    Some(snapshot.view(quarter, geography))
}
