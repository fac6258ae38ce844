//! What somebody types for where they are → a place: a postcode, the first part of one, a neighbourhood, coordinates.

use crate::text::words;
use hereabouts_core::place::Place;
use std::collections::BTreeMap;
use thiserror::Error;

/// Where a search sets out.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundPlace {
    /// The place.
    pub place: Place,
    /// What it is, in words.
    pub label: String,
    /// How exact it is.
    pub exactness: PlacePrecision,
}

impl FoundPlace {
    /// A position.
    #[must_use]
    pub fn at(place: Place) -> Self {
        Self { place, label: format!("{},{}", place.lat(), place.lon()), exactness: PlacePrecision::Point }
    }
}

/// How exact a place is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlacePrecision {
    /// As given: coordinates.
    Point,
    /// The middle of a postcode.
    Postcode,
    /// The middle of the postcodes that begin so, or a point inside a neighbourhood: minutes are from there, not from a door.
    Area,
}

impl PlacePrecision {
    /// The word used in outputs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Point => "point",
            Self::Postcode => "postcode",
            Self::Area => "area",
        }
    }
}

/// Why a text is no place here.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum UnknownPlace {
    /// Nothing was typed.
    #[error("type a postcode, the first part of one, a neighbourhood or a latitude and longitude")]
    Empty,
    /// It looks like a postcode and is not among those known.
    #[error(
        "{typed} is not among the {known} postcodes known here: it may have ended, be newer than the list, or be mistyped{}",
        suggestion(suggested)
    )]
    Postcode {
        /// As typed, in the usual form.
        typed: String,
        /// How many are known.
        known: usize,
        /// Postcodes, or first parts, that are known and much like it.
        suggested: Vec<String>,
    },
    /// Several places are called so.
    #[error("several places are called so: {}", of.join(", "))]
    Several {
        /// Their names and codes.
        of: Vec<String>,
    },
    /// Nothing is called so.
    #[error("no postcode or neighbourhood here is called {typed:?}{}", suggestion(suggested))]
    Name {
        /// As typed.
        typed: String,
        /// Names much like it.
        suggested: Vec<String>,
    },
    /// Coordinates outside the earth, or exchanged.
    #[error("{0}: latitude first, then longitude, in degrees: 53.5, -2.2")]
    Coordinates(String),
}

fn suggestion(of: &[String]) -> String {
    if of.is_empty() { String::new() } else { format!("; did you mean {}?", of.join(" or ")) }
}

/// Suggestions given with an unknown place.
const SUGGESTIONS: usize = 3;

/// Places by what they are called.
#[derive(Debug, Default)]
pub struct Gazetteer {
    /// By code, rising.
    postcodes: Vec<(String, Place)>,
    areas: Vec<(String, String, Place)>,
    by_name: BTreeMap<Vec<String>, Vec<usize>>,
    by_code: BTreeMap<String, usize>,
}

impl Gazetteer {
    /// From live postcodes in their usual form (`M9 4AB`), and areas as (code, name, a point inside), the most useful
    /// first where several have one name.
    #[must_use]
    pub fn new(
        postcodes: impl IntoIterator<Item = (String, Place)>,
        areas: impl IntoIterator<Item = (String, String, Place)>,
    ) -> Self {
        let mut postcodes: Vec<(String, Place)> = postcodes.into_iter().collect();
        postcodes.sort_by(|a, b| a.0.cmp(&b.0));
        let areas: Vec<_> = areas.into_iter().collect();
        let mut by_name: BTreeMap<Vec<String>, Vec<usize>> = BTreeMap::new();
        let mut by_code = BTreeMap::new();
        for (at, (code, name, _)) in areas.iter().enumerate() {
            by_name.entry(words(name)).or_default().push(at);
            by_code.entry(code.to_uppercase()).or_insert(at);
        }
        Self { postcodes, areas, by_name, by_code }
    }

    /// The place that a text means.
    ///
    /// # Errors
    /// [`UnknownPlace`], with what may have been meant.
    pub fn find(&self, text: &str) -> Result<FoundPlace, UnknownPlace> {
        let text = text.trim();
        if text.is_empty() {
            return Err(UnknownPlace::Empty);
        }
        if let Some(point) = coordinates(text) {
            let label = text.to_owned();
            let place = point.map_err(|()| UnknownPlace::Coordinates(label.clone()))?;
            return Ok(FoundPlace { place, label, exactness: PlacePrecision::Point });
        }
        // A code is what it is, also where it looks like a postcode.
        if let Some(&at) = self.by_code.get(&text.to_uppercase()) {
            return Ok(self.from(at));
        }
        if let Some(code) = usual_form(text) {
            return self.postcode(&code).ok_or_else(|| self.unknown_postcode(code));
        }
        if let Some(from) = self.begins(&text.to_uppercase()) {
            return Ok(from);
        }
        self.area(text)
    }

    fn postcode(&self, code: &str) -> Option<FoundPlace> {
        let at = self.postcodes.binary_search_by(|p| p.0.as_str().cmp(code)).ok()?;
        let (code, place) = &self.postcodes[at];
        Some(FoundPlace { place: *place, label: code.clone(), exactness: PlacePrecision::Postcode })
    }

    /// The middle of the postcodes of an outward code or a sector.
    fn begins(&self, part: &str) -> Option<FoundPlace> {
        if !is_part(part) {
            return None;
        }
        let inside = self.of_part(part);
        let mean = |of: fn(Place) -> f64| inside.iter().map(|p| of(p.1)).sum::<f64>() / inside.len() as f64;
        if inside.is_empty() {
            return None;
        }
        let place = Place::new(mean(Place::lon), mean(Place::lat)).ok()?;
        Some(FoundPlace { place, label: format!("the middle of {part}"), exactness: PlacePrecision::Area })
    }

    fn of_part(&self, part: &str) -> &[(String, Place)] {
        // A space after the outward code, so that M9 is not M90.
        let start = if part.contains(' ') { part.to_owned() } else { format!("{part} ") };
        let first = self.postcodes.partition_point(|p| p.0.as_str() < start.as_str());
        let count = self.postcodes[first..].iter().take_while(|p| p.0.starts_with(&start)).count();
        &self.postcodes[first..first + count]
    }

    fn from(&self, area: usize) -> FoundPlace {
        let (_, name, place) = &self.areas[area];
        FoundPlace { place: *place, label: name.clone(), exactness: PlacePrecision::Area }
    }

    fn area(&self, text: &str) -> Result<FoundPlace, UnknownPlace> {
        let typed = words(text);
        if let Some(&[at]) = self.by_name.get(&typed).map(Vec::as_slice) {
            return Ok(self.from(at));
        }
        let called = self.by_name.get(&typed).cloned().unwrap_or_default();
        let alike: Vec<usize> = if called.is_empty() { self.with_words(&typed) } else { called };
        let named = |at: &usize| format!("{} ({})", self.areas[*at].1, self.areas[*at].0);
        match alike.as_slice() {
            [] => Err(UnknownPlace::Name { typed: text.to_owned(), suggested: self.alike(text) }),
            [at] => Ok(self.from(*at)),
            several => {
                Err(UnknownPlace::Several { of: several.iter().take(SUGGESTIONS * 2).map(named).collect() })
            }
        }
    }

    /// Areas whose names have all these words, or words that begin with them.
    fn with_words(&self, typed: &[String]) -> Vec<usize> {
        let has = |name: &[String]| typed.iter().all(|t| name.iter().any(|n| n.starts_with(t.as_str())));
        let mut found: Vec<usize> = self
            .by_name
            .iter()
            .filter(|(name, _)| has(name))
            .flat_map(|(_, at)| at.iter().copied())
            .collect();
        found.sort_unstable();
        found
    }

    fn alike(&self, typed: &str) -> Vec<String> {
        let typed = typed.to_lowercase();
        let mut near: Vec<(usize, &str)> = self
            .areas
            .iter()
            .map(|(_, name, _)| (edit_distance(&typed, &name.to_lowercase()), name.as_str()))
            .filter(|(edit_distance, _)| *edit_distance <= 1 + typed.chars().count() / 5)
            .collect();
        near.sort_unstable();
        near.dedup();
        near.into_iter().take(SUGGESTIONS).map(|(_, name)| name.to_owned()).collect()
    }

    fn unknown_postcode(&self, typed: String) -> UnknownPlace {
        // One letter or digit wrong, O for 0 and I for 1 among them; else its sector or outward code, if that is known.
        let mut suggested: Vec<String> = self
            .postcodes
            .iter()
            .map(|(code, _)| code)
            .filter(|code| edit_distance(code, &typed) == 1)
            .take(SUGGESTIONS)
            .cloned()
            .collect();
        let sector = typed.get(..typed.len().saturating_sub(2)).unwrap_or_default();
        let outward = typed.split(' ').next().unwrap_or_default();
        for part in [sector, outward] {
            if suggested.len() < SUGGESTIONS && !self.of_part(part).is_empty() {
                suggested.push(part.to_owned());
            }
        }
        UnknownPlace::Postcode { typed, known: self.postcodes.len(), suggested }
    }
}

/// `53.5, -2.2` or `53.5 -2.2`; an error when they are coordinates and no place.
fn coordinates(text: &str) -> Option<Result<Place, ()>> {
    let parts: Vec<&str> = text.split([',', ' ']).filter(|p| !p.is_empty()).collect();
    let [lat, lon] = parts[..] else { return None };
    let (lat, lon): (f64, f64) = (lat.parse().ok()?, lon.parse().ok()?);
    Some(Place::new(lon, lat).map_err(|_| ()))
}

/// A whole British postcode in its usual form; letters and digits that are taken for each other stay as typed.
fn usual_form(text: &str) -> Option<String> {
    let joined: String = text.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_uppercase).collect();
    let bytes = joined.as_bytes();
    if !(5..=7).contains(&bytes.len()) || !joined.is_ascii() {
        return None;
    }
    let (outward, inward) = joined.split_at(joined.len() - 3);
    let digit = |b: u8| b.is_ascii_digit() || matches!(b, b'O' | b'I' | b'L');
    let inward = inward.as_bytes();
    let letters = |b: u8| b.is_ascii_uppercase() || matches!(b, b'0' | b'1');
    let looks = is_part(outward) && digit(inward[0]) && letters(inward[1]) && letters(inward[2]);
    // An all-letter word such as ELLIOT is none.
    (looks && bytes.iter().any(u8::is_ascii_digit))
        .then(|| format!("{outward} {}", &joined[joined.len() - 3..]))
}

/// Whether a text has the form of an outward code (`M9`, `SW1A`) or a sector (`M9 4`).
fn is_part(text: &str) -> bool {
    let (outward, sector) = text.split_once(' ').map_or((text, None), |(o, s)| (o, Some(s.trim())));
    let bytes = outward.as_bytes();
    let letters = bytes.iter().take_while(|b| b.is_ascii_uppercase()).count();
    let rest = &bytes[letters.min(2)..];
    (1..=2).contains(&letters.min(2))
        && (1..=2).contains(&rest.len())
        && rest.first().is_some_and(|b| b.is_ascii_digit() || matches!(b, b'O' | b'I'))
        && rest.iter().all(u8::is_ascii_alphanumeric)
        && sector.is_none_or(|s| s.len() == 1 && s.as_bytes()[0].is_ascii_digit())
}

/// Letters to change, add or leave out to make one text of another (Levenshtein).
fn edit_distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let change = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = change.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn here() -> Gazetteer {
        let place = |n: f64| Place::new(-2.0 + n, 53.0).unwrap();
        let postcodes = [("M9 4AB", 0.0), ("M9 4AD", 0.2), ("M90 1AA", 5.0), ("M8 0AA", 1.0)];
        let areas = [
            ("W1", "Harpurhey"),
            ("W2", "Moston"),
            ("W3", "Moston East"),
            ("W4", "Old Town"),
            ("W5", "Old Town"),
        ];
        Gazetteer::new(
            postcodes.map(|(code, n)| (code.to_owned(), place(n))),
            areas.map(|(code, name)| (code.to_owned(), name.to_owned(), place(0.5))),
        )
    }

    #[test]
    fn a_postcode_however_it_is_written() {
        for typed in ["M9 4AB", "m94ab", " m9  4ab "] {
            let from = here().find(typed).unwrap();
            assert_eq!((from.label.as_str(), from.exactness), ("M9 4AB", PlacePrecision::Postcode));
        }
    }

    #[test]
    fn the_first_part_of_one_is_its_middle() {
        let from = here().find("m9").unwrap();
        assert!((from.place.lon() + 1.9).abs() < 1e-9 && from.exactness == PlacePrecision::Area, "{from:?}");
        assert_eq!(here().find("M9 4").unwrap().place, from.place);
    }

    #[test]
    fn one_that_is_not_known_says_what_may_have_been_meant() {
        let text = here().find("M9 4AC").unwrap_err().to_string();
        assert!(text.contains("M9 4AB or M9 4AD") && text.contains("4 postcodes"), "{text}");
        assert!(here().find("M8 OAA").unwrap_err().to_string().contains("M8 0AA"));
        assert!(here().find("M9 9ZZ").unwrap_err().to_string().contains("did you mean M9?"));
        assert!(!here().find("ZZ9 9ZZ").unwrap_err().to_string().contains("mean"));
    }

    #[test]
    fn neighbourhoods_by_name_part_and_code() {
        let label = |typed: &str| here().find(typed).map(|f| f.label);
        assert_eq!(label("moston").as_deref(), Ok("Moston"));
        assert_eq!(label("w1").as_deref(), Ok("Harpurhey"));
        assert_eq!(label("harp").as_deref(), Ok("Harpurhey"));
        assert!(matches!(label("old town"), Err(UnknownPlace::Several { of }) if of.len() == 2));
        assert!(label("Harperhey").unwrap_err().to_string().contains("Harpurhey"));
    }

    #[test]
    fn coordinates_are_latitude_first() {
        let from = here().find("53.5, -2.2").unwrap();
        assert_eq!((from.place.lat(), from.place.lon()), (53.5, -2.2));
        assert!(matches!(here().find("153.5, -2.2"), Err(UnknownPlace::Coordinates(_))));
        assert_eq!(here().find("  "), Err(UnknownPlace::Empty));
    }
}
