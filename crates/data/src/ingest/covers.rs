//! Where a list of assets looks, and which kinds it has all of: as its map says, else as far as the file shows.

use super::map::{CompleteList, CoveredPlaces, ImportMap};
use super::{FileError, KnownReferences, SourceFile, decode, shape};
use crate::record::{AssetRecord, CoveredExtent, ListRecord, RecordKind, StoredPolygons};
use crate::words::id_of;
use geo::{CoordsIter, MultiPolygon, Polygon, Simplify};
use std::collections::BTreeSet;

/// Most corners of a boundary that are kept: it stands in one value of the store.
const MAX_CORNERS: usize = 1_200;

/// Most areas of a list that names them one by one, for the same reason.
const MAX_AREAS: usize = 3_000;

/// Most areas without a listing that are named.
const MOST_TOLD: usize = 6;

/// What a list says of itself as a whole, and what to tell of it; `outlines` are of maps that are read whole.
///
/// # Errors
/// The map names what is not there, or says of other records what only a list of assets has.
pub(super) fn read(
    kind: RecordKind,
    map: &ImportMap,
    known: &KnownReferences,
    records: &[AssetRecord],
    outlines: &[Polygon<f64>],
) -> Result<(ListRecord, Vec<String>), String> {
    if kind != RecordKind::Assets {
        return match (&map.covers, &map.complete) {
            (Some(_), _) => Err(format!("the map says what it covers, which lists of assets do, not {kind}")),
            (_, Some(CompleteList::Kinds(_))) => {
                Err(format!("the map has complete = [kinds], which lists of assets have, not {kind}"))
            }
            _ => Ok((ListRecord::default(), Vec::new())),
        };
    }
    let mut notes = Vec::new();
    let covers = match &map.covers {
        Some(covers) => {
            let (extent, note) = declared(covers, known)?;
            notes.push(note);
            Some(extent)
        }
        None if !outlines.is_empty() => {
            notes.push("it looks as far as the map goes that it is from: the box of its header, and in it the outline of what it holds".to_owned());
            Some(CoveredExtent::Shape(outlines.iter().map(rings).collect()))
        }
        None => {
            notes.push(undeclared(records, known));
            None
        }
    };
    let complete = complete(map, known, records)?;
    if !complete.is_empty() {
        notes.push(format!("complete, as the map says, for {}", complete.join(", ")));
    }
    Ok((ListRecord { covers, complete }, notes))
}

/// What the map says, found among what is here.
fn declared(covers: &CoveredPlaces, known: &KnownReferences) -> Result<(CoveredExtent, String), String> {
    let is_code = |code: &str| known.areas.values().any(|codes| codes.contains(code));
    match covers {
        CoveredPlaces::Named(name) if name.trim().eq_ignore_ascii_case("nation") => {
            Ok((CoveredExtent::Nation, "covers the nation, as the map says".to_owned()))
        }
        CoveredPlaces::Named(name) if known.areas.contains_key(name.trim()) => {
            let areas = known.areas[name.trim()].len();
            let note = format!("covers the {areas} areas of {}, as the map says", name.trim());
            Ok((CoveredExtent::Geography(name.trim().to_owned()), note))
        }
        CoveredPlaces::Named(name) if is_code(name.trim()) => {
            let note = format!("covers area {}, as the map says", name.trim());
            Ok((CoveredExtent::Areas(vec![name.trim().to_owned()]), note))
        }
        CoveredPlaces::Named(name) => Err(format!(
            "the map covers {name:?}, which is neither \"nation\", a geography here ({}), the code of an area here, nor a boundary file (.geojson)",
            known.areas.keys().cloned().collect::<Vec<_>>().join(", ")
        )),
        CoveredPlaces::Codes(codes) => {
            let codes: BTreeSet<String> = codes.iter().map(|code| code.trim().to_owned()).collect();
            let here = codes.iter().filter(|code| is_code(code)).count();
            if here == 0 {
                let first: Vec<&str> = codes.iter().take(3).map(String::as_str).collect();
                return Err(format!("the map covers areas that are not here ({})", first.join(", ")));
            }
            if codes.len() > MAX_AREAS {
                return Err(format!(
                    "the map covers more than {MAX_AREAS} areas; name their geography, or a boundary file"
                ));
            }
            let note = match codes.len() - here {
                0 => format!("covers {here} areas, as the map says"),
                _ => format!("covers {} areas, as the map says, of which {here} are here", codes.len()),
            };
            Ok((CoveredExtent::Areas(codes.into_iter().collect()), note))
        }
        CoveredPlaces::Shape { file, shape } => {
            let (kept, metres) = simplified(shape)?;
            let told = if metres > 0.0 { format!(" (simplified to {metres:.0} m)") } else { String::new() };
            Ok((CoveredExtent::Shape(kept), format!("covers what lies in {file}, as the map says{told}")))
        }
    }
}

/// What counts as its extent where nobody says, with the areas that it may leave out.
fn undeclared(records: &[AssetRecord], known: &KnownReferences) -> String {
    let without = known.without(records.iter().filter_map(|record| record.place));
    let where_not = match (without.len(), known.largest.len()) {
        (0, _) | (_, 0) => String::new(),
        (none, all) => {
            let codes: Vec<&str> = without.iter().take(MOST_TOLD).copied().collect();
            let more = if none > MOST_TOLD { " …" } else { "" };
            format!("; nothing of it stands in {none} of {all} areas ({}{more})", codes.join(", "))
        }
    };
    format!(
        "nobody says where it looks: it counts as looking in the areas that it has listings in, and between them{where_not}. What no list covers is not known, and is no gap: say `covers` in its map"
    )
}

/// Kinds that it has all of, by id.
fn complete(
    map: &ImportMap,
    known: &KnownReferences,
    records: &[AssetRecord],
) -> Result<Vec<String>, String> {
    let kinds: BTreeSet<String> = match &map.complete {
        None | Some(CompleteList::All(false)) => BTreeSet::new(),
        Some(CompleteList::All(true)) => records.iter().map(|record| record.kind.clone()).collect(),
        Some(CompleteList::Kinds(kinds)) => {
            let id = |kind: &String| {
                let found = id_of(&known.kinds, kind).map(str::to_owned);
                found.ok_or_else(|| {
                    format!("the map is complete for {kind:?}, which is not in the kinds table")
                })
            };
            kinds.iter().map(id).collect::<Result<_, _>>()?
        }
    };
    Ok(kinds.into_iter().collect())
}

/// A map with the boundary file read that it covers.
///
/// # Errors
/// The file is no GeoJSON with areas.
pub fn with_boundary(map: ImportMap, file: &SourceFile<'_>) -> Result<ImportMap, FileError> {
    let shape = boundary(file)?;
    Ok(ImportMap { covers: Some(CoveredPlaces::Shape { file: file.name.to_owned(), shape }), ..map })
}

/// The areas of a boundary file as one shape.
fn boundary(file: &SourceFile<'_>) -> Result<MultiPolygon<f64>, FileError> {
    let wrong = |reason: String| FileError { file: file.name.to_owned(), reason };
    let rows = super::geojson::rows(file.name, &decode(file.bytes).0, None).map_err(wrong)?;
    let mut polygons = Vec::new();
    for row in &rows.rows {
        let Some(geometry) = &row.geometry else { continue };
        polygons.extend(shape::boundary(geometry).map_err(wrong)?.0.0);
    }
    match (polygons.is_empty(), rows.broken.first()) {
        (_, Some(broken)) => Err(wrong(broken.to_string())),
        (true, _) => Err(wrong("has no area that a list could cover".to_owned())),
        (false, None) => Ok(MultiPolygon(polygons)),
    }
}

/// A shape with few enough corners to be kept, and within how many metres of the one given its lines run.
fn simplified(shape: &MultiPolygon<f64>) -> Result<(StoredPolygons, f64), String> {
    const METRES_A_DEGREE: f64 = 111_195.0;
    for metres in [0.0, 5.0, 10.0, 25.0, 50.0, 100.0, 250.0] {
        let simple = if metres > 0.0 { shape.simplify(metres / METRES_A_DEGREE) } else { shape.clone() };
        if simple.coords_count() <= MAX_CORNERS {
            return Ok((simple.0.iter().map(rings).collect(), metres));
        }
    }
    Err(format!("the boundary that the map covers has more than {MAX_CORNERS} corners; simplify it"))
}

/// Rings of a polygon, to the nearest ten centimetres.
fn rings(polygon: &Polygon<f64>) -> Vec<Vec<[f64; 2]>> {
    let rounded = |degrees: f64| (degrees * 1e6).round() / 1e6;
    let ring = |ring: &geo::LineString<f64>| ring.0.iter().map(|c| [rounded(c.x), rounded(c.y)]).collect();
    std::iter::once(polygon.exterior()).chain(polygon.interiors()).map(ring).collect()
}
