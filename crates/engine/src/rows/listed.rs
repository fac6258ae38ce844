//! Fields of an asset that are told by the table of its fields alone.

use crate::wire::{RoundedFigure, RowProperty, RowValue, ValueKind};
use hereabouts_data::record::{ASSET_FIELDS, AssetField, AssetRecord, FieldValueKind, ListedValue};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

/// Those that have a label, in the order of the table.
pub(super) const LISTED: &[RowProperty] = &properties::<{ count() }>();

const fn count() -> usize {
    let (mut count, mut at) = (0, 0);
    while at < ASSET_FIELDS.len() {
        count += ASSET_FIELDS[at].of.label.is_some() as usize;
        at += 1;
    }
    count
}

const fn properties<const COUNT: usize>() -> [RowProperty; COUNT] {
    let none = RowProperty { name: "", kind: ValueKind::Text, nullable: true, about: "" };
    let (mut all, mut filled, mut at) = ([none; COUNT], 0, 0);
    while at < ASSET_FIELDS.len() {
        let field = &ASSET_FIELDS[at];
        if field.of.label.is_some() {
            let kind = match field.kind {
                FieldValueKind::Text | FieldValueKind::Composite => ValueKind::Text,
                FieldValueKind::Number => ValueKind::Number,
                FieldValueKind::Flag => ValueKind::Flag,
                FieldValueKind::Day => ValueKind::Day,
                FieldValueKind::List => ValueKind::List,
            };
            all[filled] = RowProperty { name: field.name, kind, nullable: true, about: field.about };
            filled += 1;
        }
        at += 1;
    }
    all
}

/// What a record says in them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ListedFields<'a>(&'a AssetRecord);

impl<'a> ListedFields<'a> {
    pub(super) const fn new(of: &'a AssetRecord) -> Self {
        Self(of)
    }

    /// Each field and what is said in it.
    pub fn iter(self) -> impl Iterator<Item = (&'static AssetField, ListedValue<'a>)> {
        let labelled = ASSET_FIELDS.iter().filter(|field| field.of.label.is_some());
        labelled.map(move |field| (field, field.value(self.0)))
    }

    /// The value of the property at this position of [`LISTED`]; null beyond the last.
    pub(super) fn value(self, at: usize) -> RowValue<'a> {
        match self.iter().nth(at).map_or(ListedValue::Unknown, |listed| listed.1) {
            ListedValue::Unknown => RowValue::Null,
            ListedValue::Text(text) => RowValue::Text(text),
            ListedValue::Number(number) => RowValue::Number(RoundedFigure::new(number).get()),
            ListedValue::Flag(flag) => RowValue::Flag(flag),
            ListedValue::Day(day) => RowValue::Day(day),
            ListedValue::List(list) => RowValue::List(list.iter().map(String::as_str).collect()),
        }
    }
}

impl Serialize for ListedFields<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(None)?;
        for (field, value) in self.iter() {
            match value {
                ListedValue::Number(number) => {
                    map.serialize_entry(field.name, &RoundedFigure::new(number))?
                }
                value => map.serialize_entry(field.name, &value)?,
            }
        }
        map.end()
    }
}
