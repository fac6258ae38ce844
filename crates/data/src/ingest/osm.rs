//! OpenStreetMap extracts (`.osm.pbf`): nodes, ways and multipolygon relations whose tags are of a kind of asset.
//!
//! Three passes (relations, ways, nodes), each a block at a time and over the blocks that hold such: what is kept is what was asked for, so that
//! memory follows the assets and not the map. Who edited what is not read.

mod outline;
mod rings;
pub(super) mod table;

use super::RowError;
use super::closed;
use super::rows::{SourceRow, SourceRows};
use crate::words::TermWords;
use chrono::NaiveDate;
use geo_types::{Coord, Geometry, LineString, MultiPolygon, Point, Polygon};
use osmpbf::{BlobDecode, BlobReader, PrimitiveBlock, RelMemberType};
use outline::ExtractOutline;
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
    /// How far the extract reaches.
    outline: ExtractOutline,
    elements: u64,
    /// More ways than are kept: the rest of the file need not be read.
    full: bool,
}

/// Whether bytes are an OpenStreetMap extract: its first block is called so.
pub(super) fn is_one(bytes: &[u8]) -> bool {
    bytes.get(4..).is_some_and(|rest| rest.starts_with(b"\x0a\x09OSMHeader"))
}

/// A table for nodes, one for ways and one for relations: the line of a row is the element's id.
///
/// # Errors
/// Why the file cannot be read.
pub(super) fn rows(
    file: &str,
    bytes: &[u8],
    kinds: &[TermWords],
    today: Option<NaiveDate>,
) -> Result<Vec<SourceRows>, String> {
    let kind_tags = KindTags::new(kinds, today);
    // The reader panics on some damaged blocks; it has no state that could be left half way.
    let read = catch_unwind(AssertUnwindSafe(|| collect(bytes, &kind_tags)));
    let found = read.map_err(|_| "damaged: a block does not hold what it says".to_owned())??;
    Ok(tables(file, found, &kind_tags))
}

/// The tags of kinds, and which of them must not be found on a map.
struct KindTags<'a> {
    keys: BTreeSet<&'a str>,
    kinds: HashMap<(&'a str, &'a str), &'a str>,
    /// What has ended by then is gone, and what has not begun is not there.
    today: Option<NaiveDate>,
}

impl<'a> KindTags<'a> {
    fn new(kinds: &'a [TermWords], today: Option<NaiveDate>) -> Self {
        let all = kinds.iter().flat_map(|kind| {
            kind.osm_tags.iter().map(move |(k, v)| (k.as_str(), v.as_str(), kind.id.as_str()))
        });
        let kinds: HashMap<_, _> = all.map(|(k, v, id)| ((k, v), id)).collect();
        Self { keys: kinds.keys().map(|(k, _)| *k).collect(), kinds, today }
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
        if let Some(why) = closed::why_not(|key| tags.get(key).map(String::as_str), self.today) {
            return Err(why);
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

/// West, south, east and north of an extract, where its first block says so.
fn header_box(bytes: &[u8]) -> Result<Option<[f64; 4]>, String> {
    let damaged = |e: osmpbf::Error| format!("damaged: {e}");
    let Some(first) = BlobReader::new(bytes).next() else { return Ok(None) };
    match first.map_err(damaged)?.decode().map_err(damaged)? {
        BlobDecode::OsmHeader(header) => {
            Ok(header.bbox().map(|bounds| [bounds.left, bounds.bottom, bounds.right, bounds.top]))
        }
        _ => Ok(None),
    }
}

/// Whether one of these strings is a key of ours.
fn any_of(ours: &[bool], mut keys: impl Iterator<Item = usize>) -> bool {
    keys.any(|key| ours.get(key).copied().unwrap_or(false))
}

/// Three passes: relations name their ways, ways their nodes, and nodes have places.
fn collect(bytes: &[u8], kind_tags: &KindTags<'_>) -> Result<FoundElements, String> {
    let too_many = || Err(format!("more than {MAX_KEPT} assets; cut out the place first"));
    let mut found = FoundElements::default();
    let mut holds: Vec<TagTable> = Vec::new();
    each_block(
        bytes,
        |_| true,
        |number, block| {
            holds.resize(number + 1, TagTable::default());
            holds[number] = found.take_relations(block, kind_tags);
        },
    )?;
    let holding = |of: fn(&TagTable) -> bool| {
        let holds = &holds;
        move |number: usize| holds.get(number).is_some_and(of)
    };
    each_block(bytes, holding(|h| h.ways), |_, block| found.take_ways(block, kind_tags))?;
    if found.full {
        return too_many();
    }
    let needed = found.ways.iter().flat_map(|w| &w.refs).chain(found.members.values().flatten());
    let no_place = Coord { x: f64::NAN, y: f64::NAN };
    found.places = needed.map(|id| (*id, no_place)).collect();
    if found.places.len() > 4 * MAX_KEPT {
        return too_many();
    }
    found.outline = ExtractOutline::new(header_box(bytes)?);
    each_block(bytes, holding(|h| h.nodes), |_, block| found.take_nodes(block, kind_tags))?;
    Ok(found)
}

impl FoundElements {
    /// Counts what a block has, and takes those of its relations that are areas of ours.
    fn take_relations(&mut self, block: &PrimitiveBlock, kind_tags: &KindTags<'_>) -> TagTable {
        let mut holds = TagTable::default();
        for group in block.groups() {
            let nodes = group.nodes().len() + group.dense_nodes().len();
            let ways = group.ways().len();
            holds.nodes |= nodes > 0;
            holds.ways |= ways > 0;
            self.elements += (nodes + ways) as u64;
            for relation in group.relations() {
                self.elements += 1;
                if !relation.tags().any(|(k, v)| k == "type" && (v == "multipolygon" || v == "boundary")) {
                    continue;
                }
                let Some(tags) = self.kept(kind_tags.of(relation.tags())) else { continue };
                let ways = relation.members().filter(|m| m.member_type == RelMemberType::Way);
                let ways: Vec<i64> = ways.map(|m| m.member_id).collect();
                self.members.extend(ways.iter().map(|id| (*id, Vec::new())));
                self.relations.push((KeptElement { id: relation.id(), tags, refs: Vec::new() }, ways));
            }
        }
        holds
    }

    fn take_ways(&mut self, block: &PrimitiveBlock, kind_tags: &KindTags<'_>) {
        let ours = kind_tags.in_block(block);
        for way in block.groups().flat_map(|g| g.ways()) {
            if let Some(nodes) = self.members.get_mut(&way.id()) {
                *nodes = way.refs().collect();
            }
            if any_of(&ours, way.raw_tags().map(|(key, _)| key as usize))
                && let Some(tags) = self.kept(kind_tags.of(way.tags()))
            {
                self.ways.push(KeptElement { id: way.id(), tags, refs: way.refs().collect() });
                self.full |= self.ways.len() > MAX_KEPT;
            }
        }
    }

    fn take_nodes(&mut self, block: &PrimitiveBlock, kind_tags: &KindTags<'_>) {
        let ours = kind_tags.in_block(block);
        for group in block.groups() {
            for n in group.nodes() {
                let is_ours = any_of(&ours, n.raw_tags().map(|(key, _)| key as usize));
                let tags = is_ours.then(|| kind_tags.of(n.tags()));
                self.take_node(n.id(), Coord { x: n.lon(), y: n.lat() }, tags);
            }
            for n in group.dense_nodes() {
                let is_ours = any_of(&ours, n.raw_tags().map(|(key, _)| key as usize));
                let tags = is_ours.then(|| kind_tags.of(n.tags()));
                self.take_node(n.id(), Coord { x: n.lon(), y: n.lat() }, tags);
            }
        }
    }

    /// `tags` are those of a node with a key of ours.
    fn take_node(&mut self, id: i64, at: Coord<f64>, tags: Option<Result<Option<OsmTags>, &'static str>>) {
        self.outline.add(at);
        if let Some(place) = self.places.get_mut(&id) {
            *place = at;
        }
        if let Some(tags) = tags.and_then(|tags| self.kept(tags)) {
            self.nodes.push((KeptElement { id, tags, refs: Vec::new() }, at));
        }
    }

    /// The tags of what is kept; what is left out for a reason is counted.
    fn kept(&mut self, tags: Result<Option<OsmTags>, &'static str>) -> Option<OsmTags> {
        tags.unwrap_or_else(|why| {
            *self.left_out.entry(why).or_default() += 1;
            None
        })
    }

    fn line(&self, refs: &[i64]) -> Option<Vec<Coord<f64>>> {
        refs.iter().map(|id| self.places.get(id).copied().filter(|c| c.x.is_finite())).collect()
    }

    /// # Errors
    /// Why the nodes of a way make no shape.
    fn way_shape(&self, refs: &[i64]) -> Result<Geometry<f64>, &'static str> {
        match self.line(refs).ok_or("a node of it is not in the file")? {
            coords if coords.len() > 3 && refs.first() == refs.last() => {
                Ok(Geometry::Polygon(Polygon::new(LineString(coords), vec![])))
            }
            coords if coords.len() > 1 => Ok(Geometry::LineString(LineString(coords))),
            _ => Err("fewer than two nodes"),
        }
    }

    /// # Errors
    /// Why the ways of a relation make no area.
    fn area(&self, way_ids: &[i64]) -> Result<Geometry<f64>, &'static str> {
        let parts: Option<Vec<Vec<i64>>> =
            way_ids.iter().map(|id| self.members.get(id).filter(|n| n.len() > 1).cloned()).collect();
        let rings = rings::closed(parts.ok_or("a way of it is not in the file")?)?;
        let rings: Option<Vec<LineString<f64>>> =
            rings.iter().map(|ring| self.line(ring).map(LineString)).collect();
        match rings::nested(rings.ok_or("a node of it is not in the file")?) {
            shape if shape.0.is_empty() => Err("it has no area"),
            shape => Ok(Geometry::MultiPolygon(shape)),
        }
    }
}

fn tables(file: &str, mut found: FoundElements, kind_tags: &KindTags<'_>) -> Vec<SourceRows> {
    let outline = std::mem::take(&mut found.outline).polygon();
    let headers: Vec<String> = headers(kind_tags).collect();
    let table = |file: String| SourceRows {
        file,
        headers: headers.clone(),
        has_geometry: true,
        ..SourceRows::default()
    };
    let [mut nodes, mut ways, mut relations] =
        ["node", "way", "relation"].map(|what| table(format!("{file} {what}")));
    for (kept, place) in &found.nodes {
        add(&mut nodes, 'n', kept, Ok(Geometry::Point(Point(*place))));
    }
    for kept in &found.ways {
        add(&mut ways, 'w', kept, found.way_shape(&kept.refs));
    }
    for (kept, way_ids) in &found.relations {
        add(&mut relations, 'r', kept, found.area(way_ids));
    }
    nodes.notes.push(format!(
        "{file}: {} elements, {} of a kind of asset",
        found.elements,
        found.nodes.len() + found.ways.len() + found.relations.len()
    ));
    for (why, count) in &found.left_out {
        nodes.notes.push(format!("{file}: {count} left out: {why}"));
    }
    // A table without rows would be asked for columns that it does not need.
    let (mut all, empty): (Vec<SourceRows>, Vec<SourceRows>) =
        [nodes, ways, relations].into_iter().partition(|t| !t.rows.is_empty());
    if all.is_empty() {
        all.push(table(file.to_owned()));
    }
    for mut left in empty {
        all[0].broken.append(&mut left.broken);
        all[0].notes.append(&mut left.notes);
    }
    all[0].outline = outline;
    all
}

/// Columns of the rows: the id comes first.
fn headers<'a>(kind_tags: &'a KindTags<'_>) -> impl Iterator<Item = String> + 'a {
    let own = ["id", "addr_street"].into_iter().chain(COLUMNS.iter().map(|c| c.0));
    own.chain(kind_tags.keys.iter().copied()).map(str::to_owned)
}

/// An element as a row of its table, or why it is none; its type is the first letter of its id.
fn add(to: &mut SourceRows, letter: char, kept: &KeptElement, shape: Result<Geometry<f64>, &'static str>) {
    match shape {
        Ok(geometry) => to.rows.push(SourceRow {
            line: kept.id.unsigned_abs(),
            values: std::iter::once(Some(format!("{letter}{}", kept.id)))
                .chain(to.headers[1..].iter().map(|h| kept.tags.get(h).cloned()))
                .collect(),
            geometry: Some(geometry),
            ..SourceRow::default()
        }),
        Err(why) => to.broken.push(broken(&to.file, kept, why)),
    }
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
