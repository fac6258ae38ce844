//! What was typed into the box: a neighbourhood, a need, a place, a thing somewhere, or words.

use crate::error::ApiError;
use hereabouts_engine::site::Site;
use hereabouts_find::gazetteer::PlacePrecision;
use std::collections::BTreeSet;

/// Words that stand between a thing and a place.
const BETWEEN: [&str; 5] = ["in", "near", "at", "around", "by"];
/// Names of places have no more words than this, where nothing says where they begin.
const LONGEST_NAME: usize = 4;

/// Code (or id) and name.
pub(super) type Named<'a> = (&'a str, &'a str);

/// What a text means.
#[derive(Debug, PartialEq)]
pub(super) enum Typed<'a> {
    Nothing,
    /// The neighbourhood with this code.
    Area(&'a str),
    /// The need with this id.
    Need(&'a str),
    /// A postcode, the first part of one, or a position.
    Place(String),
    /// Something, and where.
    ThingAt {
        thing: String,
        place: TypedPlace<'a>,
    },
    /// Words that stand in these names, or in none.
    Words {
        areas: Vec<Named<'a>>,
        needs: Vec<Named<'a>>,
    },
}

/// A place beside a thing.
#[derive(Debug, PartialEq)]
pub(super) enum TypedPlace<'a> {
    One(String),
    Several(Vec<Named<'a>>),
}

impl<'a> Typed<'a> {
    /// Reads a text against what there is.
    ///
    /// # Errors
    /// [`ApiError::Internal`] where no index could be made.
    pub(super) fn read(site: &'a Site, text: &str) -> Result<Self, ApiError> {
        let typed = words(text);
        if typed.is_empty() {
            return Ok(Self::Nothing);
        }
        let areas = areas(site);
        if let Some((code, _)) = areas.iter().find(|(code, _)| code.eq_ignore_ascii_case(text)) {
            return Ok(Self::Area(code));
        }
        if let [(code, _)] = areas.iter().filter(|(_, name)| words(name) == typed).collect::<Vec<_>>()[..] {
            return Ok(Self::Area(code));
        }
        let needs: Vec<Named<'_>> = needs(site).collect();
        if let Some((id, _)) = needs.iter().find(|(id, label)| *id == text || words(label) == typed) {
            return Ok(Self::Need(id));
        }
        let place = |text: &str| site.search().map(|search| search.place(text)).map_err(ApiError::from);
        // Only a postcode or a position is surely a place: a name may be that of a thing.
        let exact = |text: &str| {
            let digits = text.contains(|c: char| c.is_ascii_digit());
            Ok::<_, ApiError>(place(text)?.is_ok_and(|f| f.exactness != PlacePrecision::Area || digits))
        };
        if exact(text)? {
            return Ok(Self::Place(text.to_owned()));
        }
        let parts: Vec<&str> = text.split_whitespace().collect();
        for (thing, rest, sure) in splits(&parts) {
            let called = called(&areas, &words(&rest));
            let is_called = !called.is_empty() && (sure || !is_thing(site, &words(&rest)));
            let place = match called[..] {
                // By its name, as people say it, where that is nobody else's.
                [(code, name)] if is_called => {
                    TypedPlace::One(if place(name)?.is_ok() { name } else { code }.to_owned())
                }
                _ if is_called => TypedPlace::Several(called),
                _ if exact(&rest)? => TypedPlace::One(rest),
                _ => continue,
            };
            return Ok(Self::ThingAt { thing, place });
        }
        let (areas, needs) = beginning(site, text);
        Ok(Self::Words { areas, needs })
    }
}

/// Every way to part a text into a thing and a place, the surest first, and whether a word says so.
fn splits(parts: &[&str]) -> Vec<(String, String, bool)> {
    let between = (1..parts.len().saturating_sub(1))
        .filter(|&at| BETWEEN.contains(&parts[at].to_lowercase().as_str()))
        .map(|at| (parts[..at].join(" "), parts[at + 1..].join(" "), true));
    let longest = parts.len().saturating_sub(1).min(LONGEST_NAME);
    let apart = (1..=longest).rev().map(|count| parts.split_at(parts.len() - count));
    between.chain(apart.map(|(thing, place)| (thing.join(" "), place.join(" "), false))).collect()
}

/// Neighbourhoods of this name, else those whose names have all of these words whole.
fn called<'a>(areas: &[Named<'a>], typed: &[String]) -> Vec<Named<'a>> {
    let named: Vec<Named<'a>> = areas.iter().copied().filter(|(_, name)| words(name) == typed).collect();
    if !named.is_empty() || typed.is_empty() {
        return named;
    }
    let has = |name: &str| {
        let name = words(name);
        typed.iter().all(|word| word.len() > 2 && name.contains(word))
    };
    areas.iter().copied().filter(|(_, name)| has(name)).collect()
}

/// Whether words are said of things as well: of kinds of places, or of needs.
fn is_thing(site: &Site, typed: &[String]) -> bool {
    let kinds = site.study().kinds().iter().flat_map(|kind| words(&kind.label));
    let said: BTreeSet<String> = kinds.chain(needs(site).flat_map(|(_, label)| words(label))).collect();
    typed.iter().all(|word| said.contains(word))
}

/// Neighbourhoods and needs whose names have words that begin with all of those typed.
pub(super) fn beginning<'a>(site: &'a Site, text: &str) -> (Vec<Named<'a>>, Vec<Named<'a>>) {
    let typed = words(text);
    let has = |name: &str| {
        let name = words(name);
        !typed.is_empty() && typed.iter().all(|t| name.iter().any(|n| n.starts_with(t.as_str())))
    };
    let areas = areas(site).into_iter().filter(|(_, name)| has(name)).collect();
    (areas, needs(site).filter(|(_, label)| has(label)).collect())
}

/// Neighbourhoods reported on, those of the usual geography first.
fn areas(site: &Site) -> Vec<Named<'_>> {
    let study = site.study();
    let usual = site.default_geography();
    let others = study.geography_indices().filter(|g| Some(*g) != usual);
    let all = usual.into_iter().chain(others).flat_map(|g| study.areas_of(g)).map(|(_, area)| area);
    all.filter(|area| area.reporting).map(|area| (area.code.as_str(), area.name.as_str())).collect()
}

fn needs(site: &Site) -> impl Iterator<Item = Named<'_>> {
    site.study().needs().iter().map(|need| (need.id.as_str(), need.label.as_str()))
}

fn words(text: &str) -> Vec<String> {
    let apart = text.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|word| !word.is_empty());
    apart.map(str::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_between_parts_a_thing_from_a_place_before_a_guess_does() {
        let of = |text: &str| splits(&text.split(' ').collect::<Vec<_>>());
        assert_eq!(of("choir in Old Lamp")[0], ("choir".into(), "Old Lamp".into(), true));
        assert_eq!(of("walking group blackley")[0], ("walking".into(), "group blackley".into(), false));
        assert!(of("in Netloft").iter().all(|(_, _, sure)| !sure));
        assert!(of("choir").is_empty());
    }

    #[test]
    fn a_name_is_found_by_its_whole_words() {
        let areas = [("1", "Higher Blackley"), ("2", "Old Lamp"), ("3", "Lamp")];
        let of = |text: &str| called(&areas, &words(text)).iter().map(|(code, _)| *code).collect::<Vec<_>>();
        assert_eq!(of("blackley"), ["1"]);
        assert_eq!(of("lamp"), ["3"], "the whole name comes before a part of one");
        assert!(of("black").is_empty() && of("").is_empty());
    }
}
