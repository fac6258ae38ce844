//! OpenStreetMap extracts (`.osm.pbf`): nodes, ways and multipolygon relations whose tags are of a kind of asset.
//!
//! Three passes (relations, ways, nodes), each a block at a time and over the blocks that hold such: what is kept is what was asked for, so that
//! memory follows the assets and not the map. Who edited what is not read.

mod rings;

use super::RowError;
use super::closed::OSM_LIFECYCLE;
use super::rows::{SourceRow, SourceRows};
use crate::words::TermWords;
use geo_types::{Coord, Geometry, LineString, MultiPolygon, Point, Polygon};
use osmpbf::{BlobDecode, BlobReader, PrimitiveBlock, RelMemberType};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Tags read beside those of kinds, and the column each becomes. The first that is there wins.
const COLUMNS: [(&str, &[&str]); 11] = [
    ("name", &["name", "official_name", "alt_name", "operator", "brand"]),
    ("opening_hours", &["opening_hours"]),
    ("wheelchair", &["wheelchair"]),
    ("website", &["website", "contact:website", "url"]),
    ("phone", &["phone", "contact:phone"]),
    ("last_checked", &["check_date", "survey:date", "check_date:opening_hours"]),
    ("provider", &["operator"]),
    ("fee", &["fee"]),
    ("description", &["description"]),
    ("addr_postcode", &["addr:postcode"]),
    ("addr_city", &["addr:city"]),
];

/// Kinds of leisure that are of no use to anybody else where nobody has named them: pools of houses.
const ONLY_NAMED: [&str; 2] = ["leisure=swimming_pool", "leisure=garden"];

/// Licence of OpenStreetMap.
pub(super) const LICENCE: &str = "ODbL-1.0";

/// What any copy of it must carry.
pub(super) const ATTRIBUTION: &str = "© OpenStreetMap contributors";

/// Most elements that are kept.
const MAX_KEPT: usize = 5_000_000;

type OsmTags = BTreeMap<String, String>;

#[derive(Debug, Default)]
struct KeptElement {
    id: i64,
    tags: OsmTags,
    refs: Vec<i64>,
}

/// What is collected in the three passes.
#[derive(Debug, Default)]
struct FoundElements {
    relations: Vec<(KeptElement, Vec<i64>)>,
    ways: Vec<KeptElement>,
    nodes: Vec<(KeptElement, Coord<f64>)>,
    /// Node positions of the ways of multipolygons, by id.
    members: HashMap<i64, Vec<i64>>,
    places: HashMap<i64, Coord<f64>>,
    /// Left out, by reason.
    left_out: BTreeMap<&'static str, usize>,
    elements: u64,
}

/// Whether bytes are an OpenStreetMap extract: its first block is called so.
pub(super) fn is_one(bytes: &[u8]) -> bool {
    bytes.get(4..).is_some_and(|rest| rest.starts_with(b"\x0a\x09OSMHeader"))
}

/// A table for nodes, one for ways and one for relations: the line of a row is the element's id.
///
/// # Errors
/// Why the file cannot be read.
pub(super) fn rows(file: &str, bytes: &[u8], kinds: &[TermWords]) -> Result<Vec<SourceRows>, String> {
    let kind_tags = KindTags::new(kinds);
    // The reader panics on some damaged blocks; it has no state that could be left half way.
    let read = catch_unwind(AssertUnwindSafe(|| collect(bytes, &kind_tags)));
    let found = read.map_err(|_| "damaged: a block does not hold what it says".to_owned())??;
    Ok(tables(file, found, &kind_tags))
}

/// The tags of kinds, and which of them must not be found on a map.
struct KindTags<'a> {
    keys: BTreeSet<&'a str>,
    kinds: HashMap<(&'a str, &'a str), &'a str>,
}

impl<'a> KindTags<'a> {
    fn new(kinds: &'a [TermWords]) -> Self {
        let all = kinds.iter().flat_map(|kind| {
            kind.osm_tags.iter().map(move |(k, v)| (k.as_str(), v.as_str(), kind.id.as_str()))
        });
        let kinds: HashMap<_, _> = all.map(|(k, v, id)| ((k, v), id)).collect();
        Self { keys: kinds.keys().map(|(k, _)| *k).collect(), kinds }
    }

    /// Which strings of a block are keys of ours: most elements have none, and need not be looked at.
    fn in_block(&self, block: &PrimitiveBlock) -> Vec<bool> {
        let is_ours = |text: &Vec<u8>| std::str::from_utf8(text).is_ok_and(|text| self.keys.contains(text));
        block.raw_stringtable().iter().map(is_ours).collect()
    }

    /// The tags of an element that is an asset; `Ok(None)` is none.
    fn of<'t>(
        &self,
        tags: impl Iterator<Item = (&'t str, &'t str)>,
    ) -> Result<Option<OsmTags>, &'static str> {
        let tags: Vec<(&str, &str)> = tags.collect();
        let mut kept = OsmTags::new();
        for (key, values) in tags.iter().filter(|(key, _)| self.keys.contains(key)) {
            // Several values of one key stand side by side: the first that is of a kind speaks.
            let mut values = values.split(';').map(str::trim);
            if let Some(value) = values.find(|value| self.kinds.contains_key(&(*key, *value))) {
                kept.insert((*key).to_owned(), value.to_owned());
            }
        }
        if kept.is_empty() {
            return Ok(None);
        }
        let tags: OsmTags = tags.into_iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
        if kept.iter().any(|(k, v)| self.kinds.get(&(k.as_str(), v.as_str())) == Some(&"refuge")) {
            return Err("refuges and shelters, whose place their number alone would tell");
        }
        if matches!(tags.get("access").map(String::as_str), Some("private" | "no")) {
            return Err("not open to the public (access=private or no)");
        }
        if OSM_LIFECYCLE.iter().any(|state| tags.get(*state).is_some_and(|v| v == "yes")) {
            return Err("no longer, or not yet, in use");
        }
        let named = tags.contains_key("name");
        if !named && kept.iter().all(|(k, v)| ONLY_NAMED.contains(&format!("{k}={v}").as_str())) {
            return Err("pools and gardens without a name");
        }
        for (column, keys) in COLUMNS {
            if let Some(value) = keys.iter().find_map(|key| tags.get(*key)) {
                kept.insert(column.to_owned(), value.clone());
            }
        }
        let street = [tags.get("addr:housenumber"), tags.get("addr:street")];
        if street[1].is_some() {
            let words: Vec<&str> = street.into_iter().flatten().map(String::as_str).collect();
            kept.insert("addr_street".to_owned(), words.join(" "));
        }
        Ok(Some(kept))
    }
}

/// What a block holds: most hold one type alone, and a pass over another need not unpack them.
#[derive(Debug, Clone, Copy, Default)]
struct TagTable {
    nodes: bool,
    ways: bool,
}

/// Unpacks the blocks that `selects` says of their number, one after the other.
fn each_block(
    bytes: &[u8],
    selects: impl Fn(usize) -> bool,
    mut act: impl FnMut(usize, &PrimitiveBlock),
) -> Result<(), String> {
    let damaged = |e: osmpbf::Error| format!("damaged: {e}");
    for (number, blob) in BlobReader::new(bytes).enumerate() {
        let blob = blob.map_err(damaged)?;
        if selects(number)
            && let BlobDecode::OsmData(block) = blob.decode().map_err(damaged)?
        {
            act(number, &block);
        }
    }
    Ok(())
}

/// Whether one of these strings is a key of ours.
fn any_of(ours: &[bool], mut keys: impl Iterator<Item = usize>) -> bool {
    keys.any(|key| ours.get(key).copied().unwrap_or(false))
}

fn collect(bytes: &[u8], kind_tags: &KindTags<'_>) -> Result<FoundElements, String> {
    let mut found = FoundElements::default();
    let mut full = false;
    let mut holds: Vec<TagTable> = Vec::new();
    each_block(
        bytes,
        |_| true,
        |number, block| {
            holds.resize(number + 1, TagTable::default());
            let of_this = &mut holds[number];
            for group in block.groups() {
                let nodes = group.nodes().len() + group.dense_nodes().len();
                let ways = group.ways().len();
                of_this.nodes |= nodes > 0;
                of_this.ways |= ways > 0;
                found.elements += (nodes + ways) as u64;
                for relation in group.relations() {
                    found.elements += 1;
                    if !relation.tags().any(|(k, v)| k == "type" && (v == "multipolygon" || v == "boundary"))
                    {
                        continue;
                    }
                    match kind_tags.of(relation.tags()) {
                        Ok(Some(tags)) => {
                            let ways = relation.members().filter(|m| m.member_type == RelMemberType::Way);
                            let ways: Vec<i64> = ways.map(|m| m.member_id).collect();
                            found.members.extend(ways.iter().map(|id| (*id, Vec::new())));
                            found
                                .relations
                                .push((KeptElement { id: relation.id(), tags, refs: Vec::new() }, ways));
                        }
                        Ok(None) => {}
                        Err(why) => *found.left_out.entry(why).or_default() += 1,
                    }
                }
            }
        },
    )?;
    let holding = |of: fn(&TagTable) -> bool| {
        let holds = &holds;
        move |number: usize| holds.get(number).is_some_and(of)
    };
    each_block(bytes, holding(|h| h.ways), |_, block| {
        let ours = kind_tags.in_block(block);
        block.groups().flat_map(|g| g.ways()).for_each(|way| {
            if let Some(nodes) = found.members.get_mut(&way.id()) {
                *nodes = way.refs().collect();
            }
            if !any_of(&ours, way.raw_tags().map(|(key, _)| key as usize)) {
                return;
            }
            match kind_tags.of(way.tags()) {
                Ok(Some(tags)) => {
                    found.ways.push(KeptElement { id: way.id(), tags, refs: way.refs().collect() })
                }
                Ok(None) => {}
                Err(why) => *found.left_out.entry(why).or_default() += 1,
            }
            full |= found.ways.len() > MAX_KEPT;
        });
    })?;
    let needed = found.ways.iter().flat_map(|w| &w.refs).chain(found.members.values().flatten());
    let no_place = Coord { x: f64::NAN, y: f64::NAN };
    found.places = needed.map(|id| (*id, no_place)).collect();
    full |= found.places.len() > 4 * MAX_KEPT;
    if full {
        return Err(format!("more than {MAX_KEPT} assets; cut out the place first"));
    }
    let mut node = |id: i64, at: Coord<f64>, tags: Option<Result<Option<OsmTags>, &'static str>>| {
        if let Some(place) = found.places.get_mut(&id) {
            *place = at;
        }
        let Some(tags) = tags else { return };
        match tags {
            Ok(Some(tags)) => found.nodes.push((KeptElement { id, tags, refs: Vec::new() }, at)),
            Ok(None) => {}
            Err(why) => *found.left_out.entry(why).or_default() += 1,
        }
    };
    each_block(bytes, holding(|h| h.nodes), |_, block| {
        let ours = kind_tags.in_block(block);
        for group in block.groups() {
            for n in group.nodes() {
                let is_ours = any_of(&ours, n.raw_tags().map(|(key, _)| key as usize));
                node(n.id(), Coord { x: n.lon(), y: n.lat() }, is_ours.then(|| kind_tags.of(n.tags())));
            }
            for n in group.dense_nodes() {
                let is_ours = any_of(&ours, n.raw_tags().map(|(key, _)| key as usize));
                node(n.id(), Coord { x: n.lon(), y: n.lat() }, is_ours.then(|| kind_tags.of(n.tags())));
            }
        }
    })?;
    Ok(found)
}

fn tables(file: &str, found: FoundElements, kind_tags: &KindTags<'_>) -> Vec<SourceRows> {
    let headers: Vec<String> = ["id", "addr_street"]
        .into_iter()
        .chain(COLUMNS.iter().map(|c| c.0))
        .chain(kind_tags.keys.iter().copied())
        .map(str::to_owned)
        .collect();
    let table = |what: &str| SourceRows {
        file: format!("{file} {what}"),
        headers: headers.clone(),
        has_geometry: true,
        ..SourceRows::default()
    };
    let (mut nodes, mut ways, mut relations) = (table("node"), table("way"), table("relation"));
    let FoundElements { places, members, left_out, elements, .. } = &found;
    let row = |kept: &KeptElement, letter: char, geometry: Geometry<f64>| SourceRow {
        line: kept.id.unsigned_abs(),
        values: std::iter::once(Some(format!("{letter}{}", kept.id)))
            .chain(headers[1..].iter().map(|h| kept.tags.get(h).cloned()))
            .collect(),
        geometry: Some(geometry),
        ..SourceRow::default()
    };
    for (kept, place) in &found.nodes {
        nodes.rows.push(row(kept, 'n', Geometry::Point(Point(*place))));
    }
    let line = |refs: &[i64]| -> Option<Vec<Coord<f64>>> {
        refs.iter().map(|id| places.get(id).copied().filter(|c| c.x.is_finite())).collect()
    };
    for kept in &found.ways {
        match line(&kept.refs) {
            Some(coords) if coords.len() > 3 && kept.refs.first() == kept.refs.last() => {
                ways.rows.push(row(kept, 'w', Geometry::Polygon(Polygon::new(LineString(coords), vec![]))));
            }
            Some(coords) if coords.len() > 1 => {
                ways.rows.push(row(kept, 'w', Geometry::LineString(LineString(coords))))
            }
            Some(_) => ways.broken.push(broken(&ways.file, kept, "fewer than two nodes")),
            None => ways.broken.push(broken(&ways.file, kept, "a node of it is not in the file")),
        }
    }
    for (kept, way_ids) in &found.relations {
        let parts: Option<Vec<(Vec<i64>, i64)>> = way_ids
            .iter()
            .map(|id| members.get(id).filter(|n| n.len() > 1).map(|n| (n.clone(), *id)))
            .collect();
        let shape = parts
            .ok_or("a way of it is not in the file")
            .and_then(|parts| rings::closed(parts.into_iter().map(|p| p.0).collect()));
        let shape = shape.and_then(|rings| {
            let rings: Option<Vec<LineString<f64>>> =
                rings.iter().map(|ring| line(ring).map(LineString)).collect();
            rings.ok_or("a node of it is not in the file")
        });
        match shape.map(rings::nested) {
            Ok(shape) if !shape.0.is_empty() => {
                relations.rows.push(row(kept, 'r', Geometry::MultiPolygon(shape)))
            }
            Ok(_) => relations.broken.push(broken(&relations.file, kept, "it has no area")),
            Err(why) => relations.broken.push(broken(&relations.file, kept, why)),
        }
    }
    nodes.notes.push(format!(
        "{file}: {elements} elements, {} of a kind of asset",
        found.nodes.len() + found.ways.len() + found.relations.len()
    ));
    for (why, count) in left_out {
        nodes.notes.push(format!("{file}: {count} left out: {why}"));
    }
    // A table without rows would be asked for columns that it does not need.
    let (mut all, empty): (Vec<SourceRows>, Vec<SourceRows>) =
        [nodes, ways, relations].into_iter().partition(|t| !t.rows.is_empty());
    if all.is_empty() {
        all.push(SourceRows {
            file: file.to_owned(),
            headers: headers.clone(),
            has_geometry: true,
            ..SourceRows::default()
        });
    }
    for mut left in empty {
        all[0].broken.append(&mut left.broken);
        all[0].notes.append(&mut left.notes);
    }
    all
}

fn broken(file: &str, kept: &KeptElement, reason: &str) -> RowError {
    RowError {
        file: file.to_owned(),
        line: kept.id.unsigned_abs(),
        field: "geometry".into(),
        value: kept.tags.get("name").cloned().unwrap_or_default(),
        reason: reason.to_owned(),
    }
}

/// A multipolygon of outer rings, each with the rings inside of it.
type OsmShape = MultiPolygon<f64>;
