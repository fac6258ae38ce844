//! Boundaries of areas.

use super::columns::MappedColumns;
use super::imported_rows::{ImportedRows, RecordsRead, RowOutcome, RowResult, read_rows};
use super::keyed::{KeyedRows, RepeatedKeys};
use super::rows::{SourceRow, SourceRows};
use super::{FileError, KnownReferences, shape, stem};
use crate::ingest::map::{AreaRole, ImportMap};
use crate::record::{AreaRecord, H3};
use crate::text::{plain, present};
use geo::{CoordsIter, LineString, Polygon};
use std::collections::BTreeSet;

pub(super) const FIELDS: &[(&str, &[&str])] = &[
    ("code", &["areacode", "code", "gsscode", "geocode", "geographycode"]),
    ("name", &["areaname", "name", "label", "geographyname"]),
];

/// West, south, east, north of the United Kingdom, whose official codes are known by their form.
const BRITAIN: [f64; 4] = [-8.7, 49.8, 1.8, 60.9];

pub(super) fn read(
    tables: &[SourceRows],
    map: &ImportMap,
    known: &KnownReferences,
    source: &str,
) -> RecordsRead<AreaRecord> {
    let mut areas = KeyedRows::new();
    let (mut told, mut repaired) = (ImportedRows::default(), Vec::new());
    for table in tables {
        let (reader, notes) = AreaReader::new(table, map, source)?;
        told.note_all(reader.columns.unread(table, |_| false));
        reader.check_order(table, map, known)?;
        told.note_all(notes);
        told.add(read_rows(
            table,
            |row| reader.read(row),
            |(record, mended): (AreaRecord, bool), row| {
                repaired.extend(mended.then(|| record.code.clone()));
                let code = record.code.clone();
                areas.add(code.clone(), record, code, table, row);
            },
        ));
    }
    repaired.sort_unstable();
    if !repaired.is_empty() {
        told.note(format!(
            "rings that crossed themselves were mended in {}: {}",
            repaired.len(),
            repaired.join(", ")
        ));
    }
    let (agreed, repeats) = areas.agreed("code", "its area", RepeatedKeys::Reject);
    told.add(repeats);
    Ok((agreed, told))
}

/// Reads the rows of one file.
struct AreaReader<'a> {
    columns: MappedColumns<'a>,
    geography: String,
    label: String,
    reporting: bool,
}

impl<'a> AreaReader<'a> {
    /// With notes of what was decided: which property is which, and which geography the codes are of.
    ///
    /// # Errors
    /// The file has no boundaries or no codes, or its geography cannot be called so.
    fn new(table: &SourceRows, map: &'a ImportMap, source: &str) -> Result<(Self, Vec<String>), FileError> {
        let wrong = |reason: String| FileError { file: table.file.clone(), reason };
        if !table.has_geometry {
            return Err(wrong("neighbourhoods need boundaries: a GeoJSON of polygons".into()));
        }
        let (mut columns, _) = MappedColumns::find(table, map, FIELDS)?;
        if !columns.has("code") {
            let at = code_column(table).ok_or_else(|| {
                wrong(format!(
                    "no property holds codes; say in the map which it is. The properties are {}",
                    table.headers.join(", ")
                ))
            })?;
            columns.set("code", at);
        }
        let code_at = columns.column("code").unwrap_or(0);
        if !columns.has("name")
            && let Some(at) = name_column(table, code_at)
        {
            columns.set("name", at);
        }
        let header = table.headers.get(code_at).cloned().unwrap_or_default();
        let geography =
            map.geography.clone().unwrap_or_else(|| geography_of(table, &header, code_at, source));
        if geography == H3 {
            return Err(wrong(format!(
                "{H3:?} is kept for cells; give the geography another name in the map"
            )));
        }
        let label = map.label.clone().unwrap_or_else(|| geography.to_uppercase());
        let mut notes = vec![format!("geography: {geography}; codes in {header:?}")];
        notes.extend(columns.column("name").map(|at| format!("names in {:?}", table.headers[at])));
        Ok((Self { columns, geography, label, reporting: map.role != Some(AreaRole::Context) }, notes))
    }

    /// # Errors
    /// The latitude comes first in the file: the other way round its boundaries are where its codes or the areas here are.
    fn check_order(
        &self,
        table: &SourceRows,
        map: &ImportMap,
        known: &KnownReferences,
    ) -> Result<(), FileError> {
        let official = self.columns.column("code").is_some_and(|at| looks_official(table, at));
        let Some([west, south, east, north]) = known.bounds.or(official.then_some(BRITAIN)) else {
            return Ok(());
        };
        let is_near = |x: f64, y: f64| {
            (west - 1.0..=east + 1.0).contains(&x) && (south - 1.0..=north + 1.0).contains(&y)
        };
        let mut corners = table
            .rows
            .iter()
            .filter_map(|row| row.geometry.as_ref())
            .flat_map(CoordsIter::coords_iter)
            .peekable();
        let swapped =
            corners.peek().is_some() && corners.all(|at| is_near(at.y, at.x) && !is_near(at.x, at.y));
        if swapped && map.crs.is_none() {
            let reason = "its coordinates have the latitude first, and GeoJSON has the longitude first: the other way round it lies where it should. Say crs = \"latitude-first\" in the map, and it is read so";
            return Err(FileError { file: table.file.clone(), reason: reason.into() });
        }
        Ok(())
    }

    /// The area of a row, and whether its rings had to be mended.
    fn read(&self, row: &SourceRow) -> RowResult<(AreaRecord, bool)> {
        let code = self.columns.required(row, "code")?;
        let wrong = |why: String| ("geometry", code.to_owned(), why);
        let geometry = row.geometry.as_ref().ok_or_else(|| wrong("missing".into()))?;
        let (boundary, mended) = shape::boundary(geometry).map_err(wrong)?;
        let ring = |r: LineString<f64>| r.0.into_iter().map(|c| [c.x, c.y]).collect();
        let rings = |p: Polygon<f64>| {
            let (outline, holes) = p.into_inner();
            std::iter::once(outline).chain(holes).map(ring).collect()
        };
        let record = AreaRecord {
            geography: self.geography.clone(),
            geography_label: self.label.clone(),
            name: self.columns.get(row, "name").unwrap_or(code).to_owned(),
            code: code.to_owned(),
            polygons: boundary.into_iter().map(rings).collect(),
            reporting: self.reporting,
        };
        Ok(RowOutcome::Record((record, mended), Vec::new()))
    }
}

/// The property of codes: one whose values look official, else one whose name says so (`LSOA21CD`), else any text that is
/// short and different everywhere.
fn code_column(table: &SourceRows) -> Option<usize> {
    let named = |h: &str| {
        let h = plain(h);
        h.ends_with("cd") || h.ends_with("code")
    };
    let unique = |at: usize| {
        let values: Vec<&str> =
            table.rows.iter().filter_map(|r| r.values.get(at)?.as_deref().and_then(present)).collect();
        let distinct: BTreeSet<&str> = values.iter().copied().collect();
        !values.is_empty()
            && distinct.len() * 10 >= values.len() * 8
            && values.len() * 10 >= table.rows.len() * 9
    };
    let short =
        |at: usize| table.rows.iter().filter_map(|r| r.values.get(at)?.as_deref()).all(|v| v.len() <= 40);
    // Counts differ from area to area as well (electors, hectares) and name none.
    let numbers = |at: usize| {
        table.rows.iter().filter_map(|r| r.values.get(at)?.as_deref()).all(|v| v.parse::<f64>().is_ok())
    };
    let all = || 0..table.headers.len();
    all()
        .find(|&at| looks_official(table, at) && unique(at))
        .or_else(|| all().find(|&at| named(&table.headers[at]) && unique(at)))
        .or_else(|| all().find(|&at| plain(&table.headers[at]) == "id" && unique(at)))
        .or_else(|| all().find(|&at| unique(at) && short(at) && !numbers(at)))
}

/// The property of names: one named like the code's (`LSOA21NM` for `LSOA21CD`), else one that ends like a name.
fn name_column(table: &SourceRows, code: usize) -> Option<usize> {
    let plains: Vec<String> = table.headers.iter().map(|h| plain(h)).collect();
    let code = &plains[code];
    let prefix = code.strip_suffix("cd").or_else(|| code.strip_suffix("code")).unwrap_or(code);
    ["nm", "name", "hclnm"]
        .iter()
        .find_map(|end| plains.iter().position(|h| *h == format!("{prefix}{end}")))
        .or_else(|| {
            let ends = |h: &str| h.ends_with("name") || h.ends_with("nm");
            (0..plains.len()).find(|&at| ends(&plains[at]) && tells_apart(table, at))
        })
}

/// Whether a column differs between most areas: the name of the district that all lie in names none of them.
fn tells_apart(table: &SourceRows, at: usize) -> bool {
    let values: Vec<&str> =
        table.rows.iter().filter_map(|r| r.values.get(at)?.as_deref().and_then(present)).collect();
    values.iter().copied().collect::<BTreeSet<&str>>().len() * 2 > values.len()
}

/// Nine characters, a letter and eight digits: the form of the Government Statistical Service.
fn looks_official(table: &SourceRows, at: usize) -> bool {
    let official = |v: &str| {
        v.len() == 9
            && v.starts_with(|c: char| c.is_ascii_uppercase())
            && v[1..].bytes().all(|b| b.is_ascii_digit())
    };
    let mut values = table.rows.iter().filter_map(|r| r.values.get(at)?.as_deref()).peekable();
    values.peek().is_some() && values.all(official)
}

/// An id for the geography: from the property's name (`LSOA21CD` → `lsoa21`), else from the form of its codes and a year in
/// the file's name, else the source's name.
fn geography_of(table: &SourceRows, header: &str, at: usize, source: &str) -> String {
    let header = plain(header);
    let body = header.strip_suffix("cd").or_else(|| header.strip_suffix("code")).unwrap_or(&header);
    let letters: String = body.chars().take_while(char::is_ascii_alphabetic).collect();
    let digits = &body[letters.len()..];
    if !letters.is_empty() && digits.len() == 2 && digits.bytes().all(|b| b.is_ascii_digit()) {
        return format!("{}{digits}", if letters == "wd" { "ward" } else { &letters });
    }
    let first = table.rows.iter().find_map(|r| r.values.get(at)?.as_deref()).unwrap_or_default();
    let form = looks_official(table, at).then(|| match &first[..3] {
        "E00" | "W00" | "S00" => Some("oa"),
        "E01" | "W01" => Some("lsoa"),
        "E02" | "W02" => Some("msoa"),
        "S01" => Some("datazone"),
        "S02" => Some("intermediatezone"),
        "E05" | "W05" | "S13" => Some("ward"),
        "E06" | "E07" | "E08" | "E09" | "W06" | "S12" => Some("district"),
        _ => None,
    });
    match form.flatten() {
        Some(form) => {
            format!("{form}{}", year_in(stem(&table.file)).map_or(String::new(), |y| y[2..].to_owned()))
        }
        None => {
            let slug: String =
                source.to_lowercase().chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
            slug.split('-').filter(|p| !p.is_empty()).collect::<Vec<_>>().join("-")
        }
    }
}

fn year_in(name: &str) -> Option<&str> {
    name.split(|c: char| !c.is_ascii_digit())
        .find(|d| d.len() == 4 && (d.starts_with("20") || d.starts_with("19")))
}
