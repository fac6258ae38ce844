//! A cell as the text that the readers of every format take.

use crate::ingest::geojson::whole_number;
use calamine::{DataRef, ExcelDateTime};

/// The text of a cell: a day as `2026-01-31`, a time as `10:30`, a whole number without a fraction. Blank cells have none.
pub(super) fn text(cell: &DataRef<'_>) -> Option<String> {
    Some(match cell {
        DataRef::Empty => return None,
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number_text(*number),
        DataRef::Bool(yes) => yes.to_string(),
        DataRef::DateTime(when) => moment(when),
        // `2026-01-31T00:00:00` is a day.
        DataRef::DateTimeIso(text) => text.strip_suffix("T00:00:00").unwrap_or(text).to_owned(),
        DataRef::DurationIso(text) => duration(text),
        DataRef::Error(error) => error.to_string(),
    })
}

/// A number as it was typed: binary fractions are kept to the fifteen digits that a sheet has.
fn number_text(number: f64) -> String {
    whole_number(number).unwrap_or_else(|| {
        let rounded: f64 = format!("{number:.14e}").parse().unwrap_or(number);
        rounded.to_string()
    })
}

fn moment(when: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, ..) = when.to_ymd_hms_milli();
    let time = format!("{hour:02}:{minute:02}");
    let value = when.as_f64();
    if when.is_duration() || (0.0..1.0).contains(&value) {
        // Hours of more than a day are no time of day.
        let minutes = (value * 1440.0).round();
        return format!("{:02}:{:02}", (minutes / 60.0).floor(), minutes % 60.0);
    }
    let date = format!("{year:04}-{month:02}-{day:02}");
    if value.fract() == 0.0 { date } else { format!("{date} {time}") }
}

/// `PT10H30M00S` as `10:30`.
fn duration(text: &str) -> String {
    let part = |unit: char| {
        let before = text.split_once(unit)?.0;
        let digits = before.rsplit(|c: char| !c.is_ascii_digit()).next()?;
        digits.parse::<u32>().ok()
    };
    match (part('H'), part('M')) {
        (Some(hours), minutes) => format!("{hours:02}:{:02}", minutes.unwrap_or(0)),
        _ => text.to_owned(),
    }
}
