//! What the store knows already: an import is checked against it.

use super::FileError;
use super::columns::MappedColumns;
use super::rows::{SourceRow, SourceRows};
use crate::ingest::map::ImportMap;
use crate::record::LocationPrecision;
use crate::text::{plain, present};
use crate::words::TermWords;
use geo::{BoundingRect, Contains, Coord, MultiPolygon};
use std::collections::{BTreeMap, BTreeSet};

/// A kind and needs by term.
pub type Crosswalk = BTreeMap<String, (Option<String>, Vec<String>)>;

/// Areas, postcodes, needs and kinds that rows may refer to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct KnownReferences {
    /// Codes by geography.
    pub areas: BTreeMap<String, BTreeSet<String>>,
    /// Codes by geography and name, as [`plain`] puts it.
    pub names: BTreeMap<String, BTreeMap<String, BTreeSet<String>>>,
    /// Places (longitude, latitude) of postcodes.
    pub postcodes: BTreeMap<String, (f64, f64)>,
    /// Needs, by what they are called.
    pub needs: Vec<TermWords>,
    /// Kinds of asset, by what they are called.
    pub kinds: Vec<TermWords>,
    /// How exact the places of a kind may be told, where not exactly.
    pub least_precision: BTreeMap<String, LocationPrecision>,
    /// What terms of other vocabularies stand for, by [`canonical`](crate::words::canonical) term: a kind, and needs.
    pub crosswalk: Crosswalk,
    /// West, south, east, north of all areas.
    pub bounds: Option<[f64; 4]>,
    /// Areas that a list of assets may cover or not: those reported on, of the geography with the fewest but two.
    pub largest: Vec<(String, MultiPolygon<f64>)>,
    /// Which source has the release of a quarter.
    pub released: BTreeMap<String, String>,
}

impl KnownReferences {
    /// Whether a place is near the areas of the study: within a degree of them.
    pub(super) fn is_near(&self, lon: f64, lat: f64) -> Option<bool> {
        let [w, s, e, n] = self.bounds?;
        Some((w - 1.0..=e + 1.0).contains(&lon) && (s - 1.0..=n + 1.0).contains(&lat))
    }

    /// Codes of the largest areas in which no place of a list stands.
    pub(super) fn without(&self, places: impl Iterator<Item = [f64; 2]>) -> Vec<&str> {
        let boxes: Vec<_> = self.largest.iter().map(|(_, boundary)| boundary.bounding_rect()).collect();
        let mut without: Vec<bool> = vec![true; self.largest.len()];
        for place in places.map(|[x, y]| Coord { x, y }) {
            for (at, (_, boundary)) in self.largest.iter().enumerate() {
                let near = without[at] && boxes[at].is_some_and(|bounds| bounds.contains(&place));
                without[at] &= !(near && boundary.contains(&place));
            }
        }
        self.largest
            .iter()
            .zip(without)
            .filter(|(_, none)| *none)
            .map(|((code, _), _)| code.as_str())
            .collect()
    }

    /// The code of the only area of any geography that has a name.
    pub(super) fn only_area_named(&self, name: &str) -> Option<&str> {
        let name = plain(name);
        let codes: BTreeSet<&String> = self.names.values().filter_map(|of| of.get(&name)).flatten().collect();
        let mut codes = codes.into_iter();
        codes.next().filter(|_| codes.next().is_none() && !name.is_empty()).map(String::as_str)
    }

    /// Finds the column of area codes and the geography they are of, with what is worth saying of them.
    ///
    /// # Errors
    /// There are no areas yet, or no column holds codes of any.
    pub(super) fn areas_of(
        &self,
        tables: &[SourceRows],
        columns: &mut [MappedColumns<'_>],
        map: &ImportMap,
    ) -> Result<(String, Vec<String>), FileError> {
        let file = tables.first().map_or("", |t| &t.file).to_owned();
        let wrong = |reason: String| FileError { file: file.clone(), reason };
        if self.areas.is_empty() {
            return Err(wrong(
                "there are no neighbourhoods yet to match its codes with; import them first".into(),
            ));
        }
        if let Some(g) = &map.geography
            && !self.areas.contains_key(g)
        {
            return Err(wrong(format!("the map names geography {g:?}; there are {}", self.geographies())));
        }
        let first = tables.first().zip(columns.first());
        let Some(CodeColumn { hits, geography, at, .. }) =
            first.and_then(|(table, found)| self.code_column(table, found, map))
        else {
            if let (Some(g), true) = (&map.geography, columns.first().is_some_and(|c| c.has("code"))) {
                return Ok((g.clone(), Vec::new()));
            }
            return Err(wrong(format!("no column holds codes of {}", self.geographies())));
        };
        let header = &tables[0].headers[at];
        let mut notes =
            vec![format!("areas: {geography} by column {header:?} ({hits} of its codes are known)")];
        if let Some(other) = vintage_in(header).filter(|v| plain(geography) != *v) {
            notes.push(format!(
                "column {header:?} speaks of {other}; only codes that {geography} knows too are taken"
            ));
        }
        for (table, found) in tables.iter().zip(columns.iter_mut()) {
            if let Some(same) = table.headers.iter().position(|h| h == header) {
                found.set("code", same);
            }
        }
        Ok((geography.to_owned(), notes))
    }

    /// Where the map does not say, the column and geography that know most of the file's values; between geographies that know
    /// the same, one that the column names, else the first by id.
    fn code_column<'a>(
        &'a self,
        table: &SourceRows,
        columns: &MappedColumns<'_>,
        map: &ImportMap,
    ) -> Option<CodeColumn<'a>> {
        let mut best: Option<CodeColumn<'a>> = None;
        for (at, header) in table.headers.iter().enumerate() {
            if columns.is_mapped("code") && columns.column("code") != Some(at) {
                continue;
            }
            let values = distinct(&table.rows, at);
            for (geography, codes) in &self.areas {
                if map.geography.as_ref().is_some_and(|g| g != geography) {
                    continue;
                }
                let hits = values.iter().filter(|v| codes.contains(**v)).count();
                let named = plain(header).contains(&plain(geography));
                let candidate = CodeColumn { hits, named, geography, at };
                if hits > 0 && best.as_ref().is_none_or(|b| candidate.rank() > b.rank()) {
                    best = Some(candidate);
                }
            }
        }
        best
    }

    /// Finds the column of area names and the geography they are of, where no column holds codes: the pair that knows most of
    /// the file's values.
    pub(super) fn areas_by_name(
        &self,
        tables: &[SourceRows],
        columns: &mut [MappedColumns<'_>],
        map: &ImportMap,
    ) -> Option<(String, Vec<String>)> {
        let (table, found) = (tables.first()?, columns.first()?);
        let mut best: Option<(usize, std::cmp::Reverse<&str>, usize)> = None;
        for at in 0..table.headers.len() {
            if found.is_mapped("code") && found.column("code") != Some(at) {
                continue;
            }
            for (geography, names) in &self.names {
                if map.geography.as_ref().is_some_and(|g| g != geography) {
                    continue;
                }
                let values = distinct(&table.rows, at);
                let hits = values.into_iter().filter(|v| names.contains_key(&plain(v))).count();
                let candidate = (hits, std::cmp::Reverse(geography.as_str()), at);
                if hits > 0 && best.as_ref().is_none_or(|b| (candidate.0, candidate.1) > (b.0, b.1)) {
                    best = Some(candidate);
                }
            }
        }
        let (hits, geography, at) = best?;
        let header = &table.headers[at];
        let note =
            format!("areas: {} by name in column {header:?} ({hits} of its names are known)", geography.0);
        for (table, found) in tables.iter().zip(columns.iter_mut()) {
            if let Some(same) = table.headers.iter().position(|h| h == header) {
                found.set("code", same);
            }
        }
        Some((geography.0.to_owned(), vec![note]))
    }

    /// The code of an area that is given by its code or its name.
    ///
    /// # Errors
    /// Why there is none, or no single one.
    pub(super) fn code_of(&self, geography: &str, given: &str) -> Result<String, String> {
        if self.areas.get(geography).is_some_and(|codes| codes.contains(given)) {
            return Ok(given.to_owned());
        }
        let called = self.names.get(geography).and_then(|names| names.get(&plain(given)));
        match called.map(|codes| codes.iter().collect::<Vec<_>>()).as_deref() {
            Some([code]) => Ok((*code).clone()),
            Some(several) => {
                let codes: Vec<&str> = several.iter().map(|code| code.as_str()).collect();
                Err(format!("the name of several areas: {}", codes.join(", ")))
            }
            None => self.check(geography, given).map(|()| given.to_owned()),
        }
    }

    /// Checks that a geography has a code.
    ///
    /// # Errors
    /// Why not, and which geography knows it.
    pub(super) fn check(&self, geography: &str, code: &str) -> Result<(), String> {
        if self.areas.get(geography).is_some_and(|codes| codes.contains(code)) {
            return Ok(());
        }
        let others: Vec<&str> =
            self.areas.iter().filter(|(_, codes)| codes.contains(code)).map(|(g, _)| g.as_str()).collect();
        Err(if others.is_empty() {
            format!("not an area of {geography} nor of any other geography here")
        } else {
            format!("not an area of {geography}; {} knows it", others.join(", "))
        })
    }

    /// Whether a code is of an area elsewhere: no geography here has it, and it is written as the codes of this one are. A code
    /// that is written otherwise is a slip of somebody's.
    pub(super) fn is_outside(&self, geography: &str, code: &str) -> bool {
        let is_known = self.areas.values().any(|codes| codes.contains(code));
        let written = self.areas.get(geography).into_iter().flatten().next();
        let is_alike = |known: &String| shape(known).eq(shape(code));
        !is_known && written.is_some_and(is_alike)
    }

    /// How many of the areas here a file tells of, and which it leaves out.
    pub(super) fn told_of<'a>(&self, geography: &str, codes: impl Iterator<Item = &'a str>) -> String {
        const MOST: usize = 10;
        let told: BTreeSet<&str> = codes.collect();
        let here = self.areas.get(geography);
        let left: Vec<&str> =
            here.into_iter().flatten().map(String::as_str).filter(|code| !told.contains(code)).collect();
        let all = here.map_or(0, BTreeSet::len);
        let first = left.iter().take(MOST).copied().collect::<Vec<_>>().join(", ");
        let tells = format!("tells of {} of {all} areas of {geography}", all - left.len());
        match left.len() {
            0 => tells,
            count if count > MOST => format!("{tells}; it leaves out {count}, the first: {first}"),
            _ => format!("{tells}; it leaves out {first}"),
        }
    }

    fn geographies(&self) -> String {
        self.areas.keys().cloned().collect::<Vec<_>>().join(", ")
    }
}

/// How a code is written: letters, digits and the rest, one by one.
fn shape(code: &str) -> impl Iterator<Item = char> {
    code.chars().map(|c| match c {
        _ if c.is_ascii_digit() => '0',
        _ if c.is_alphabetic() => 'a',
        other => other,
    })
}

/// A column that may hold area codes, and a geography that knows some of them.
struct CodeColumn<'a> {
    hits: usize,
    /// Whether the column is named for the geography.
    named: bool,
    geography: &'a str,
    at: usize,
}

impl CodeColumn<'_> {
    fn rank(&self) -> (usize, bool, std::cmp::Reverse<&str>) {
        (self.hits, self.named, std::cmp::Reverse(self.geography))
    }
}

/// The geography that a column's name gives with its year: `lsoa11_code`, `LSOA21CD`.
fn vintage_in(header: &str) -> Option<String> {
    let header = plain(header);
    let year = header.find(|c: char| c.is_ascii_digit())?;
    let known = ["oa", "lsoa", "msoa", "ward", "wd", "lad"].contains(&&header[..year]);
    let digits: String = header[year..].chars().take_while(char::is_ascii_digit).collect();
    (known && digits.len() == 2)
        .then(|| format!("{}{digits}", if &header[..year] == "wd" { "ward" } else { &header[..year] }))
}

fn distinct(rows: &[SourceRow], at: usize) -> BTreeSet<&str> {
    rows.iter().filter_map(|r| r.values.get(at)?.as_deref().and_then(present)).collect()
}
