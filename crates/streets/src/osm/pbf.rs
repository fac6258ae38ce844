//! Extracts of OpenStreetMap (`.osm.pbf`), in two passes: ways, then the nodes that they need. A few blocks at a time are
//! unpacked on all threads and taken in file order; who edited what is not read.

use super::access::{self, WayTags};
use super::{OsmNodes, WalkableWays};
use crate::edge_access::AccessBarrier;
use crate::fixed_point::FixedPoint;
use crate::read::{ReadStreets, UnreadableStreets};
use osmpbf::{Blob, BlobDecode, BlobReader, Element, PrimitiveBlock};
use rayon::prelude::*;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Blocks unpacked at a time: each is up to 32 MiB, most are 1.
const AT_ONCE: usize = 16;

/// Whether bytes are an OpenStreetMap extract: its first block is called so.
#[must_use]
pub fn is_one(bytes: &[u8]) -> bool {
    bytes.get(4..).is_some_and(|rest| rest.starts_with(b"\x0a\x09OSMHeader"))
}

/// The streets of extracts, which may overlap, as one map.
///
/// # Errors
/// [`UnreadableStreets`] when any of them is damaged, or there is nothing to walk on.
pub fn read(files: &[&[u8]]) -> Result<ReadStreets, UnreadableStreets> {
    let mut ways = WalkableWays::default();
    for bytes in files {
        each_block(bytes, ways_of, |part| ways.append(part))?;
    }
    let mut nodes = ways.nodes()?;
    for bytes in files {
        let of = |block: &PrimitiveBlock, nodes: &OsmNodes| nodes_of(block, nodes);
        each_block_with(bytes, &mut nodes, of, |nodes, part| {
            part.into_iter().for_each(|(position, at, gate)| nodes.set(position, at, gate));
        })?;
    }
    let read = nodes.lines();
    if read.lines.is_empty() && read.rejected.is_empty() {
        Err(UnreadableStreets::NoStreets)
    } else {
        Ok(read)
    }
}

fn ways_of(block: &PrimitiveBlock) -> WalkableWays {
    let mut ways = WalkableWays::default();
    for way in block.groups().flat_map(|group| group.ways()) {
        let tags: Vec<(&str, &str)> = way.tags().collect();
        if let Some(walk) = access::way(WayTags(&tags)) {
            ways.push(way.id(), way.refs(), walk);
        }
    }
    ways
}

fn nodes_of(block: &PrimitiveBlock, nodes: &OsmNodes) -> Vec<(usize, FixedPoint, AccessBarrier)> {
    let mut found = Vec::new();
    let mut take = |id: i64, lon: i32, lat: i32, gate: &dyn Fn() -> AccessBarrier| {
        if let (Some(position), Some(at)) = (nodes.position(id), FixedPoint::new(lon, lat)) {
            found.push((position, at, gate()));
        }
    };
    for element in block.elements() {
        match element {
            Element::DenseNode(n) => take(n.id(), n.decimicro_lon(), n.decimicro_lat(), &|| {
                access::node(WayTags(&n.tags().collect::<Vec<_>>()))
            }),
            Element::Node(n) => take(n.id(), n.decimicro_lon(), n.decimicro_lat(), &|| {
                access::node(WayTags(&n.tags().collect::<Vec<_>>()))
            }),
            Element::Way(_) | Element::Relation(_) => {}
        }
    }
    found
}

fn each_block<T: Send>(
    bytes: &[u8],
    of: impl Fn(&PrimitiveBlock) -> T + Sync,
    mut take: impl FnMut(T),
) -> Result<(), UnreadableStreets> {
    each_block_with(bytes, &mut (), |block, ()| of(block), |(), part| take(part))
}

/// Reads a few blocks on all threads, then takes what was found in them in file order.
fn each_block_with<S: Sync, T: Send>(
    bytes: &[u8],
    state: &mut S,
    of: impl Fn(&PrimitiveBlock, &S) -> T + Sync,
    mut take: impl FnMut(&mut S, T),
) -> Result<(), UnreadableStreets> {
    let damaged = |error: osmpbf::Error| UnreadableStreets::Damaged(format!("damaged: {error}"));
    let mut blobs = BlobReader::new(bytes);
    loop {
        let some: Vec<Blob> = blobs.by_ref().take(AT_ONCE).collect::<Result<_, _>>().map_err(damaged)?;
        if some.is_empty() {
            return Ok(());
        }
        let shared = &*state;
        let parts: Vec<Result<Option<T>, UnreadableStreets>> = some
            .into_par_iter()
            .map(|blob| {
                // The reader panics on some damaged blocks; it has no state that could be left half way.
                let read = catch_unwind(AssertUnwindSafe(|| match blob.decode().map_err(damaged)? {
                    BlobDecode::OsmData(block) => Ok(Some(of(&block, shared))),
                    BlobDecode::OsmHeader(_) | BlobDecode::Unknown(_) => Ok(None),
                }));
                read.unwrap_or_else(|_| {
                    Err(UnreadableStreets::Damaged("damaged: a block does not hold what it says".to_owned()))
                })
            })
            .collect();
        for part in parts {
            if let Some(part) = part? {
                take(state, part);
            }
        }
    }
}
