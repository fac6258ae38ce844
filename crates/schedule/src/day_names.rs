//! Names of the days of the week, as people and standards write them.

/// Each day's code of two letters, its name, and what people shorten that to; in the order of the week from Monday.
const DAYS: [(&str, &str, &[&str]); 7] = [
    ("mo", "monday", &["mon"]),
    ("tu", "tuesday", &["tue", "tues"]),
    ("we", "wednesday", &["wed", "weds"]),
    ("th", "thursday", &["thu", "thur", "thurs"]),
    ("fr", "friday", &["fri"]),
    ("sa", "saturday", &["sat"]),
    ("su", "sunday", &["sun"]),
];

/// The day of a name, a short name or a code in any case, 0 is Monday: `Tuesday`, `Tuesdays`, `tues`, `TU`.
pub(crate) fn weekday(name: &str) -> Option<u8> {
    let name = name.to_lowercase();
    let of = |(code, day, short): &(&str, &str, &[&str])| {
        name == *code
            || name == *day
            || name.strip_suffix('s') == Some(*day)
            || short.contains(&name.as_str())
    };
    DAYS.iter().position(of).map(|day| day as u8)
}

/// The days of a word for several of them.
pub(crate) fn several(word: &str) -> Option<std::ops::Range<u8>> {
    match word.to_lowercase().as_str() {
        "weekday" | "weekdays" => Some(0..5),
        "weekend" | "weekends" => Some(5..7),
        "daily" | "everyday" => Some(0..7),
        _ => None,
    }
}

/// The code of a day: `Mo`.
pub(crate) fn code(day: u8) -> &'static str {
    ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"][usize::from(day % 7)]
}
