//! Which features of a collection are asked for, typed.

use super::collection::CollectionId;
use crate::fields::{TimeInterval, values};
use crate::snapshot::Snapshot;
use crate::view::{QuarterView, Scenario};
use crate::wire::{RowValue, ValueKind};
use chrono::NaiveDate;
use geo_types::Rect;
use hereabouts_core::cell::CellResolution;
use hereabouts_core::idx::{GeographyIdx, NeedIdx};
use hereabouts_core::period::Period;
use std::sync::Arc;

/// Which features, how many and from where.
#[derive(Debug, Clone, PartialEq)]
pub struct FeatureQuery {
    /// How many at most.
    pub limit: usize,
    /// How many to leave out at the front.
    pub offset: usize,
    /// One box, or two where it lies across the antimeridian.
    pub within: Option<Vec<Rect<f64>>>,
    /// Only features of this time.
    pub during: Option<TimeInterval>,
    /// Values that properties must have, by the position of the property.
    pub values: Vec<(usize, PropertyValue)>,
    /// Only this need.
    pub need: Option<NeedIdx>,
    /// Which side of every figure is shown.
    pub reading: Scenario,
    /// Size of cells.
    pub resolution: CellResolution,
    /// The period looked at; the default one, or a quarter by `during`, where not given.
    pub period: Option<Period>,
    /// The geography looked at; the default one where not given.
    pub geography: Option<GeographyIdx>,
}

/// A value that a property must have.
#[derive(Debug, Clone, PartialEq)]
pub enum PropertyValue {
    /// This text.
    Text(String),
    /// This number.
    Number(f64),
    /// True or false.
    Flag(bool),
    /// This day.
    Day(NaiveDate),
    /// A list with this text among it.
    Among(String),
}

impl FeatureQuery {
    /// From the texts of fields that were checked, by name; `limit` is how many where none is given.
    #[must_use]
    pub fn read<'t>(
        collection: CollectionId,
        snapshot: &Snapshot,
        limit: usize,
        get: impl Fn(&str) -> Option<&'t str>,
    ) -> Self {
        let study = snapshot.study();
        let whole = |name: &str| get(name).map(|n| n.parse().unwrap_or(usize::MAX));
        let resolution = get("resolution").and_then(|r| r.parse().ok());
        let resolution = resolution.and_then(|r| CellResolution::new(r).ok());
        let values = collection.properties().iter().enumerate().filter_map(|(at, property)| {
            // These choose what is looked at; they are no filter on it.
            if ["need", "period", "geography", "reading", "resolution"].contains(&property.name) {
                return None;
            }
            Some((at, PropertyValue::new(property.kind, get(property.name)?)?))
        });
        let reading = get("reading");
        Self {
            limit,
            offset: whole("offset").unwrap_or(0),
            within: get("bbox").and_then(|b| values::bbox(b).ok()).map(boxes),
            during: get("datetime").and_then(TimeInterval::parse),
            values: values.collect(),
            need: get("need").and_then(|id| study.need(id)),
            reading: Scenario::ALL.into_iter().find(|r| Some(r.as_str()) == reading).unwrap_or_default(),
            resolution: resolution.unwrap_or(snapshot.policy().resolution),
            period: get("period").and_then(|word| snapshot.period(word)),
            geography: get("geography").and_then(|id| study.geography(id)),
        }
    }
}

fn boxes([west, south, east, north]: [f64; 4]) -> Vec<Rect<f64>> {
    if west <= east {
        vec![Rect::new((west, south), (east, north))]
    } else {
        vec![Rect::new((west, south), (180.0, north)), Rect::new((-180.0, south), (east, north))]
    }
}

impl PropertyValue {
    fn new(kind: ValueKind, text: &str) -> Option<Self> {
        Some(match kind {
            ValueKind::Text => Self::Text(text.to_owned()),
            ValueKind::List => Self::Among(text.to_owned()),
            ValueKind::Number | ValueKind::Integer => Self::Number(values::number(text)?),
            ValueKind::Flag => Self::Flag(values::flag(text)?),
            ValueKind::Day => Self::Day(values::day(text)?),
        })
    }

    /// Whether a property has it. Null is nothing's equal.
    #[must_use]
    pub fn is(&self, value: &RowValue<'_>) -> bool {
        match (self, value) {
            (Self::Text(value), RowValue::Text(text)) => value == text,
            (Self::Number(value), RowValue::Number(number)) => value == number,
            (Self::Number(value), RowValue::Integer(number)) => *value == *number as f64,
            (Self::Flag(value), RowValue::Flag(flag)) => value == flag,
            (Self::Day(value), RowValue::Day(day)) => value == day,
            (Self::Among(value), RowValue::List(list)) => list.contains(&value.as_str()),
            _ => false,
        }
    }
}

/// The view that a query looks at; `None` where there are no areas, or no period in the time asked for. May take as long
/// as [`Snapshot::view`].
#[must_use]
pub fn view(snapshot: &Snapshot, query: &FeatureQuery) -> Option<Arc<QuarterView>> {
    let geography = query.geography.or_else(|| snapshot.default_geography())?;
    let meets = |period: &Period| {
        let (first, last) = period.days();
        query.during.is_none_or(|time| {
            first.parse().ok().zip(last.parse().ok()).is_some_and(|(first, last)| time.meets(first, last))
        })
    };
    let quarters = || snapshot.study().quarters().iter().rev().copied().map(Period::of);
    let period = match (query.period, query.during) {
        (Some(period), _) => Some(period).filter(meets).map(Some)?,
        (None, Some(_)) => quarters().find(meets).map(Some)?,
        (None, None) => snapshot.default_period(),
    };
    Some(snapshot.view(period, geography))
}
