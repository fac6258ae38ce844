//! What the table of an asset's fields becomes.

use super::{LocationPrecision, StoredExtent};
use crate::text;
use chrono::NaiveDate;
use hereabouts_schedule::StoredTimetable;
use serde::Serialize;

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldValueKind {
    /// Text.
    Text,
    /// A number.
    Number,
    /// Yes or no.
    Flag,
    /// A day.
    Day,
    /// A list of text.
    List,
    /// What has a form of its own: a place, a timetable, a service area.
    Composite,
}

/// What a record says in a field.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(untagged)]
pub enum ListedValue<'a> {
    /// Nothing, or what has a form of its own.
    Unknown,
    /// Text.
    Text(&'a str),
    /// A number.
    Number(f64),
    /// Yes or no.
    Flag(bool),
    /// A day.
    Day(NaiveDate),
    /// A list of text.
    List(&'a [String]),
}

/// How a field is read from a file's row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldReading {
    /// From one column, by what it holds.
    Column,
    /// From more than that, by code: its columns are only where the code begins.
    ByHand,
}

/// How one record of several listings comes by a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldMerge {
    /// From the listing whose word a person pinned, else from the one confirmed last among those that say it.
    Each,
    /// In the same way, and together with others, by code.
    WithOthers,
    /// Not by itself: it is that of the listing confirmed last, or goes with another field.
    First,
}

/// What is done with a field.
#[derive(Debug, Clone, Copy)]
pub struct FieldUse {
    /// Names of the columns that it is read from, the best first, in small letters without spaces or punctuation.
    pub columns: &'static [&'static str],
    /// How it is read.
    pub read: FieldReading,
    /// How one record of several listings comes by it.
    pub merge: FieldMerge,
    /// What pages call it. A field with a label is shown in rows, pages and exports by this table alone.
    pub label: Option<&'static str>,
    /// Whether it could tell where a place is that must not be told: then it is not kept.
    pub tells_place: bool,
    /// Whether it is in somebody's own words, or leads to some, in which anything may stand: of a hidden place it is not kept.
    pub is_open_text: bool,
}

impl FieldUse {
    /// Made by code alone.
    pub(super) const BY_HAND: Self = Self::by_hand(&[]);

    /// Read from one of these columns by what it holds, and merged by itself.
    pub(super) const fn column(columns: &'static [&'static str]) -> Self {
        Self { read: FieldReading::Column, merge: FieldMerge::Each, ..Self::by_hand(columns) }
    }

    /// Read by code that begins with one of these columns.
    pub(super) const fn by_hand(columns: &'static [&'static str]) -> Self {
        Self {
            columns,
            read: FieldReading::ByHand,
            merge: FieldMerge::First,
            label: None,
            tells_place: false,
            is_open_text: false,
        }
    }

    pub(super) const fn merged_each(self) -> Self {
        Self { merge: FieldMerge::Each, ..self }
    }

    pub(super) const fn merged_with_others(self) -> Self {
        Self { merge: FieldMerge::WithOthers, ..self }
    }

    pub(super) const fn of_the_first(self) -> Self {
        Self { merge: FieldMerge::First, ..self }
    }

    pub(super) const fn labelled(self, label: &'static str) -> Self {
        Self { label: Some(label), ..self }
    }

    pub(super) const fn in_open_text(self) -> Self {
        Self { is_open_text: true, ..self }
    }

    pub(super) const fn tells_the_place(self) -> Self {
        Self { tells_place: true, ..self }
    }
}

/// A field of a record of the type `R`.
#[derive(Debug, Clone, Copy)]
pub struct RecordField<R> {
    /// Its name in records, rows and maps of columns.
    pub name: &'static str,
    /// What it means, with its unit.
    pub about: &'static str,
    /// What it holds.
    pub kind: FieldValueKind,
    /// What is done with it.
    pub of: FieldUse,
    pub(super) read: fn(&mut R, &str) -> Result<(), String>,
    pub(super) is_unknown: fn(&R) -> bool,
    pub(super) take: fn(&mut R, &R),
    pub(super) clear: fn(&mut R),
    pub(super) value: fn(&R) -> ListedValue<'_>,
}

impl<R> RecordField<R> {
    /// Reads a value that is there into a record; one that is not understood leaves the field unknown.
    ///
    /// # Errors
    /// The reason.
    pub(crate) fn read(&self, record: &mut R, text: &str) -> Result<(), String> {
        (self.read)(record, text)
    }

    /// Whether a record says nothing of it.
    #[must_use]
    pub fn is_unknown(&self, record: &R) -> bool {
        (self.is_unknown)(record)
    }

    /// Takes what another record says.
    pub(crate) fn take(&self, record: &mut R, from: &R) {
        (self.take)(record, from);
    }

    /// Forgets what a record says.
    pub(crate) fn clear(&self, record: &mut R) {
        (self.clear)(record);
    }

    /// What a record says.
    #[must_use]
    pub fn value<'a>(&self, record: &'a R) -> ListedValue<'a> {
        (self.value)(record)
    }

    /// Whether several listings of one asset are asked for it one by one, and a person can pin one of them.
    #[must_use]
    pub const fn can_be_pinned(&self) -> bool {
        !matches!(self.of.merge, FieldMerge::First)
    }
}

/// What may stand in a field.
pub(super) trait FieldValue: Default {
    /// What kind of value it is.
    const KIND: FieldValueKind = FieldValueKind::Composite;

    /// Whether it says nothing. What every listing has is never unknown.
    fn is_unknown(&self) -> bool {
        false
    }

    /// From the value of a column.
    ///
    /// # Errors
    /// The reason; always, for what has a form of its own.
    fn read(_text: &str) -> Result<Self, String> {
        Err("not read from one column".into())
    }

    /// As it is told.
    fn value(&self) -> ListedValue<'_> {
        ListedValue::Unknown
    }
}

impl FieldValue for LocationPrecision {}

impl FieldValue for String {
    const KIND: FieldValueKind = FieldValueKind::Text;
    fn read(text: &str) -> Result<Self, String> {
        Ok(text::without_mail(text))
    }
    fn value(&self) -> ListedValue<'_> {
        ListedValue::Text(self)
    }
}

impl FieldValue for Vec<String> {
    const KIND: FieldValueKind = FieldValueKind::List;
    fn is_unknown(&self) -> bool {
        self.is_empty()
    }
    fn read(text: &str) -> Result<Self, String> {
        let text = text::without_mail(text);
        let parts = text.split([';', ',']).map(|one| one.trim().to_owned());
        Ok(parts.filter(|one| !one.is_empty()).collect())
    }
    fn value(&self) -> ListedValue<'_> {
        ListedValue::List(self)
    }
}

impl FieldValue for Vec<StoredExtent> {
    fn is_unknown(&self) -> bool {
        self.is_empty()
    }
}

/// A value that a listing may lack.
trait KnownValue: Sized {
    const KIND: FieldValueKind = FieldValueKind::Composite;
    fn read(_text: &str) -> Result<Option<Self>, String> {
        Err("not read from one column".into())
    }
    fn value(&self) -> ListedValue<'_> {
        ListedValue::Unknown
    }
}

impl<T: KnownValue> FieldValue for Option<T> {
    const KIND: FieldValueKind = T::KIND;
    fn is_unknown(&self) -> bool {
        self.is_none()
    }
    fn read(text: &str) -> Result<Self, String> {
        T::read(text)
    }
    fn value(&self) -> ListedValue<'_> {
        self.as_ref().map_or(ListedValue::Unknown, T::value)
    }
}

impl KnownValue for StoredTimetable {}

impl KnownValue for [f64; 2] {}

impl KnownValue for String {
    const KIND: FieldValueKind = FieldValueKind::Text;
    fn read(text: &str) -> Result<Option<Self>, String> {
        Ok(Some(text::without_mail(text)).filter(|text| !text.is_empty()))
    }
    fn value(&self) -> ListedValue<'_> {
        ListedValue::Text(self)
    }
}

impl KnownValue for f64 {
    const KIND: FieldValueKind = FieldValueKind::Number;
    fn read(text: &str) -> Result<Option<Self>, String> {
        text::amount(text).map(Some)
    }
    fn value(&self) -> ListedValue<'_> {
        ListedValue::Number(*self)
    }
}

impl KnownValue for bool {
    const KIND: FieldValueKind = FieldValueKind::Flag;
    fn read(text: &str) -> Result<Option<Self>, String> {
        text::yes(text).map(Some)
    }
    fn value(&self) -> ListedValue<'_> {
        ListedValue::Flag(*self)
    }
}

impl KnownValue for NaiveDate {
    const KIND: FieldValueKind = FieldValueKind::Day;
    fn read(text: &str) -> Result<Option<Self>, String> {
        text::day(text).map(Some)
    }
    fn value(&self) -> ListedValue<'_> {
        ListedValue::Day(*self)
    }
}

/// Makes the record and the list of its fields. The records that are stored name their fields: a name, once given, stays.
macro_rules! asset_fields {
    ($(
        $(#[doc = $doc:literal])+
        $(#[serde $serde:tt])?
        $field:ident: $type:ty = $of:expr,
    )+) => {
        /// A listing of something the community offers.
        #[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
        pub struct AssetRecord {
            $($(#[doc = $doc])+ $(#[serde $serde])? pub $field: $type,)+
        }

        /// A field of an asset.
        pub type AssetField = RecordField<AssetRecord>;

        /// Every field of an asset.
        pub const ASSET_FIELDS: &[AssetField] = &[$(RecordField {
            name: stringify!($field),
            about: concat!($($doc),+).trim_ascii(),
            kind: <$type as FieldValue>::KIND,
            of: $of,
            read: |record, text| {
                record.$field = <$type as FieldValue>::read(text)?;
                Ok(())
            },
            is_unknown: |record| FieldValue::is_unknown(&record.$field),
            take: |record, from| record.$field.clone_from(&from.$field),
            clear: |record| record.$field = <$type>::default(),
            value: |record| FieldValue::value(&record.$field),
        },)+];
    };
}
pub(super) use asset_fields;
