//! Counts as those who count write them, also where they do not tell the number.

use crate::ingest::map::ImportMap;
use crate::text;
use hereabouts_core::known::KnownCount;

/// What stands for a small number that is not told.
const WITHHELD: [&str; 10] = ["*", "**", "c", "s", "x", "#", "suppressed", "redacted", "withheld", "small"];

/// What stands for a number that nobody has.
const NOT_KNOWN: [&str; 9] = ["..", "...", ":", "z", "u", "–", "—", "?", "not available"];

/// What a small number that is not told may be, as the map says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Suppression {
    /// Numbers below this one are not told; `None` where the map does not say.
    pub(super) below: Option<f64>,
    /// The least that is not told: 1, unless the source hides zeros too.
    pub(super) from: f64,
}

impl Suppression {
    /// As the map says.
    pub(super) fn of(map: &ImportMap) -> Self {
        Self { below: map.suppressed_below, from: map.suppressed_from.unwrap_or(1.0).max(0.0) }
    }

    fn up_to(self, most: f64) -> KnownCount {
        KnownCount::between(self.from.min(most), most)
    }

    fn below(self, limit: f64) -> KnownCount {
        self.up_to((limit.ceil() - 1.0).max(0.0))
    }
}

/// What a cell says of a count: `7`, `<5`, `5 or fewer`, `1-4`, `100+`, `*`; nothing at all is unknown.
///
/// # Errors
/// The reason, for the person whose file it is.
pub(super) fn count(given: Option<&str>, small: Suppression) -> Result<KnownCount, String> {
    let Some(given) = given else { return Ok(KnownCount::UNKNOWN) };
    let lower = given.trim().to_lowercase();
    let bare = lower.trim_start_matches(['[', '(']).trim_end_matches([']', ')']);
    if WITHHELD.contains(&bare) {
        return Ok(small.below.map_or(KnownCount::UNKNOWN, |limit| small.below(limit)));
    }
    if NOT_KNOWN.contains(&bare) {
        return Ok(KnownCount::UNKNOWN);
    }
    let after =
        |starts: &[&str]| starts.iter().find_map(|start| text::amount(bare.strip_prefix(start)?).ok());
    let before = |ends: &[&str]| ends.iter().find_map(|end| text::amount(bare.strip_suffix(end)?).ok());
    if let Some(most) = after(&["<=", "≤", "up to ", "at most "])
        .or_else(|| before(&["or fewer", "or less", "or under", "and fewer", "and under"]))
    {
        return Ok(small.up_to(most));
    }
    if let Some(limit) = after(&["<", "less than ", "fewer than ", "under ", "below "]) {
        return Ok(small.below(limit));
    }
    if let Some(least) =
        after(&[">=", "≥", "at least "]).or_else(|| before(&["+", "or more", "and over", "and more"]))
    {
        return Ok(KnownCount::at_least(least));
    }
    if let Some(limit) = after(&[">", "more than ", "over "]) {
        return Ok(KnownCount::at_least(limit.floor() + 1.0));
    }
    let ends = ["-", "–", "—", " to "].iter().find_map(|between| {
        let (low, high) = bare.split_once(between)?;
        Some((text::amount(low).ok()?, text::amount(high).ok()?))
    });
    match ends {
        Some((low, high)) if low <= high => Ok(KnownCount::between(low, high)),
        Some(_) => Err("a range whose end is below its beginning".into()),
        None => text::amount(given).map(KnownCount::counted),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, below: Option<f64>) -> KnownCount {
        count(Some(text), Suppression { below, from: 1.0 }).unwrap()
    }

    #[test]
    fn small_numbers_are_between_and_never_zero() {
        for text in
            ["<5", "< 5", "≤4", "<=4", "4 or fewer", "fewer than 5", "less than 5", "1-4", "1–4", "1 to 4"]
        {
            assert_eq!(read(text, None), KnownCount::between(1.0, 4.0), "{text}");
        }
        assert_eq!(read("5 or fewer", None), KnownCount::between(1.0, 5.0));
        for text in ["*", "c", "[c]", "s", "x", "Suppressed"] {
            assert_eq!(read(text, None), KnownCount::UNKNOWN, "{text}");
            assert_eq!(read(text, Some(5.0)), KnownCount::between(1.0, 4.0), "{text}");
        }
        for text in ["..", ":", "–", "[z]"] {
            assert_eq!(read(text, Some(5.0)), KnownCount::UNKNOWN, "{text}");
        }
        assert_eq!(count(None, Suppression { below: Some(5.0), from: 1.0 }), Ok(KnownCount::UNKNOWN));
        assert_eq!(
            count(Some("<5"), Suppression { below: None, from: 0.0 }),
            Ok(KnownCount::between(0.0, 4.0)),
            "a source that hides zeros too"
        );
    }

    #[test]
    fn numbers_are_counted_and_nonsense_is_refused() {
        assert_eq!(read("0", Some(5.0)), KnownCount::ZERO);
        assert_eq!(read("1,234", None), KnownCount::counted(1234.0));
        assert_eq!(
            (read("100+", None), read(">99", None)),
            (KnownCount::at_least(100.0), KnownCount::at_least(100.0))
        );
        for bad in ["-3", "soon", "4-1", "<", "<x", "-"] {
            assert!(count(Some(bad), Suppression { below: None, from: 1.0 }).is_err(), "{bad}");
        }
    }
}
