//! A row of output, described once: the struct, its JSON, its CSV column, its place in the feature schema and its filter
//! all come from one [`rows!`](crate::wire::rows) table.

use super::number;
use chrono::NaiveDate;
use serde::{Serialize, Serializer};

/// What kind of value a property holds, in every row where it is not null.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueKind {
    /// Text.
    Text,
    /// A number that may have decimals, and is always written with them.
    Number,
    /// A whole number.
    Integer,
    /// True or false.
    Flag,
    /// A day, `YYYY-MM-DD`.
    Day,
    /// A list of text.
    List,
}

/// One property: its name, what it holds, and what it means.
#[derive(Debug, Clone, Copy)]
pub struct RowProperty {
    /// As it stands in the JSON.
    pub name: &'static str,
    /// What it holds.
    pub kind: ValueKind,
    /// Whether it may be null.
    pub nullable: bool,
    /// What it means, with its unit.
    pub about: &'static str,
}

impl RowProperty {
    /// Whether it is the former name of another property, which its meaning names.
    #[must_use]
    pub fn is_deprecated(&self) -> bool {
        self.about.starts_with("Deprecated:")
    }
}

/// A property's value in one row.
#[derive(Debug, Clone, PartialEq)]
pub enum RowValue<'a> {
    /// Not known, or does not apply.
    Null,
    /// Text.
    Text(&'a str),
    /// A number.
    Number(f64),
    /// A whole number.
    Integer(u64),
    /// True or false.
    Flag(bool),
    /// A day.
    Day(NaiveDate),
    /// A list of text.
    List(Vec<&'a str>),
}

/// A quantity as it is shown: rounded to three decimals at most, never −0, always written with a decimal point (a reader
/// that has seen `2` first would take the column for whole numbers and cut the rest).
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize)]
#[serde(transparent)]
pub struct RoundedFigure(f64);

impl RoundedFigure {
    /// Rounds half away from zero.
    #[must_use]
    pub fn new(value: f64) -> Self {
        Self(number::rounded(value, 1_000.0))
    }

    /// The rounded number.
    #[must_use]
    pub const fn get(self) -> f64 {
        self.0
    }
}

/// A day, written `YYYY-MM-DD`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct WrittenDay(pub NaiveDate);

impl Serialize for WrittenDay {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&self.0)
    }
}

/// What may stand in a row.
pub(crate) trait RowCell {
    /// What kind of value it is.
    const KIND: ValueKind;
    /// Whether it may be null.
    const NULLABLE: bool = false;
    /// The value.
    fn value(&self) -> RowValue<'_>;
}

macro_rules! holds {
    ($($type:ty => $kind:ident, |$it:ident| $value:expr;)*) => {
        $(impl RowCell for $type {
            const KIND: ValueKind = ValueKind::$kind;
            fn value(&self) -> RowValue<'_> {
                let $it = self;
                RowValue::$kind($value)
            }
        })*
    };
}

holds! {
    &str => Text, |it| it;
    String => Text, |it| it;
    RoundedFigure => Number, |it| it.get();
    u8 => Integer, |it| u64::from(*it);
    u16 => Integer, |it| u64::from(*it);
    u32 => Integer, |it| u64::from(*it);
    bool => Flag, |it| *it;
    WrittenDay => Day, |it| it.0;
    &[String] => List, |it| it.iter().map(String::as_str).collect();
    Vec<&str> => List, |it| it.clone();
    Vec<String> => List, |it| it.iter().map(String::as_str).collect();
}

impl<T: RowCell> RowCell for Option<T> {
    const KIND: ValueKind = T::KIND;
    const NULLABLE: bool = true;
    fn value(&self) -> RowValue<'_> {
        self.as_ref().map_or(RowValue::Null, T::value)
    }
}

/// A row of one collection: the same properties in the same order, whatever is known.
pub trait FeatureRow: Serialize {
    /// Its properties, in the order of the JSON and of the CSV columns.
    const PROPERTIES: &'static [RowProperty];

    /// The value of the property at this position; null beyond the last.
    fn value(&self, at: usize) -> RowValue<'_>;

    /// Every value, in order.
    fn values(&self) -> impl Iterator<Item = RowValue<'_>> {
        (0..Self::PROPERTIES.len()).map(|at| self.value(at))
    }
}

/// Names a property as its field is called, without the `r#` of a keyword.
pub(crate) const fn plain(name: &'static str) -> &'static str {
    match name.as_bytes() {
        [b'r', b'#', rest @ ..] => match std::str::from_utf8(rest) {
            Ok(name) => name,
            Err(_) => name,
        },
        _ => name,
    }
}

/// Properties one after the other.
pub(crate) const fn joined<const COUNT: usize>(parts: [&[RowProperty]; 3]) -> [RowProperty; COUNT] {
    let none = RowProperty { name: "", kind: ValueKind::Text, nullable: true, about: "" };
    let (mut all, mut filled, mut part) = ([none; COUNT], 0, 0);
    while part < parts.len() {
        let mut at = 0;
        while at < parts[part].len() {
            all[filled] = parts[part][at];
            (filled, at) = (filled + 1, at + 1);
        }
        part += 1;
    }
    all
}

/// Declares a row: a struct of public fields whose doc comments become the descriptions that clients read. Where fields that
/// stand in a table of their own come between, `..name: Type as PROPERTIES` says which.
macro_rules! rows {
    ($(#[doc = $about:literal])+ $name:ident<$life:lifetime> {
        $(#[doc = $doc:literal] $field:ident: $type:ty,)*
        $(..$table:ident: $table_type:ty as $listed:ident,
        $(#[doc = $rest_doc:literal] $rest:ident: $rest_type:ty,)*)?
    }) => {
        $(#[doc = $about])+
        #[derive(Debug, Clone, PartialEq, serde::Serialize)]
        pub struct $name<$life> {
            $(#[doc = $doc] pub $field: $type,)*
            $(
                /// Fields that follow from their table.
                #[serde(flatten)]
                pub $table: $table_type,
                $(#[doc = $rest_doc] pub $rest: $rest_type,)*
            )?
        }

        impl<$life> $crate::wire::FeatureRow for $name<$life> {
            const PROPERTIES: &'static [$crate::wire::RowProperty] = &$crate::wire::field::joined::<{
                const NAMES: &[&str] = &[$(stringify!($field),)* $($(stringify!($rest),)*)?];
                NAMES.len() $(+ $listed.len())?
            }>([
                &[$($crate::wire::RowProperty {
                    name: $crate::wire::field::plain(stringify!($field)),
                    kind: <$type as $crate::wire::field::RowCell>::KIND,
                    nullable: <$type as $crate::wire::field::RowCell>::NULLABLE,
                    about: $doc.trim_ascii(),
                },)*],
                rows!(@listed $($listed)?),
                &[$($($crate::wire::RowProperty {
                    name: $crate::wire::field::plain(stringify!($rest)),
                    kind: <$rest_type as $crate::wire::field::RowCell>::KIND,
                    nullable: <$rest_type as $crate::wire::field::RowCell>::NULLABLE,
                    about: $rest_doc.trim_ascii(),
                },)*)?],
            ]);

            fn value(&self, at: usize) -> $crate::wire::RowValue<'_> {
                let mut left = at;
                $(
                    if left == 0 {
                        return $crate::wire::field::RowCell::value(&self.$field);
                    }
                    left -= 1;
                )*
                $(
                    if left < $listed.len() {
                        return self.$table.value(left);
                    }
                    left -= $listed.len();
                    $(
                        if left == 0 {
                            return $crate::wire::field::RowCell::value(&self.$rest);
                        }
                        left -= 1;
                    )*
                )?
                let _ = left;
                $crate::wire::RowValue::Null
            }
        }
    };
    (@listed) => { &[] };
    (@listed $listed:ident) => { $listed };
}
pub(crate) use rows;
