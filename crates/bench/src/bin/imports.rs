//! Importing and matching 200,000 made-up listings, and reading an OpenStreetMap extract, each thrice: seconds, speed and
//! the peak of resident memory. `imports [LISTINGS]`.

#![expect(clippy::print_stdout, reason = "this is a program that prints")]

use hereabouts_bench::listings::list;
use hereabouts_bench::{peak, test_bed};
use hereabouts_data::commit_import::commit_import;
use hereabouts_data::ingest::map::ImportMap;
use hereabouts_data::ingest::{KnownReferences, SourceFile, import};
use hereabouts_data::linkage::matching::{LinkDecisions, LinkState, groups, links};
use hereabouts_data::load;
use hereabouts_data::record::RecordKind;
use hereabouts_data::tables::Tables;
use hereabouts_store::Store;
use std::error::Error;
use std::time::Instant;

fn main() -> Result<(), Box<dyn Error>> {
    let listings = std::env::args().nth(1).map_or(Ok(200_000), |n| n.parse())?;
    let tables = Tables::built_in().map_err(|e| format!("{e:?}"))?;
    let text = list(listings);
    let file = SourceFile { name: "list.csv", bytes: text.as_bytes() };
    for _ in 0..3 {
        let dir = tempfile::tempdir()?;
        let began = Instant::now();
        let mut store = Store::create(&dir.path().join("store"))?;
        commit_import(&mut store, &tables, RecordKind::Assets, &[file], &ImportMap::default())?;
        println!(
            "import of {listings} listings into a store: {:.2} s, peak {:.0} MB",
            began.elapsed().as_secs_f64(),
            peak()
        );
        let all = load::listings(&store)?;
        let began = Instant::now();
        let found = links(&all);
        let groups = groups(&all, &found, &LinkDecisions::new());
        let applied = found.iter().filter(|link| link.state == LinkState::Applied).count();
        println!(
            "matching: {:.2} s, {applied} links applied, {} proposed, {} assets, peak {:.0} MB",
            began.elapsed().as_secs_f64(),
            found.len() - applied,
            groups.len(),
            peak()
        );
    }
    let Some(bed) = test_bed() else { return Ok(()) };
    // As long as a county's: the blocks of a small extract many times over. Elements that come again are read again.
    let extract = std::fs::read(bed.join("porto_alegre_r5r/poa_osm_nometa.osm.pbf"))?;
    let head = 4 + u32::from_be_bytes(extract[..4].try_into()?) as usize;
    let header = head + data_size(&extract[4..head]).ok_or("no size of the first block")?;
    let mut long = extract[..header].to_vec();
    (0..60).for_each(|_| long.extend_from_slice(&extract[header..]));
    let known =
        KnownReferences { kinds: tables.kind_words, needs: tables.need_words, ..KnownReferences::default() };
    let megabytes = long.len() as f64 / 1e6;
    for _ in 0..3 {
        let began = Instant::now();
        let read = import(
            RecordKind::Assets,
            &[SourceFile { name: "long.osm.pbf", bytes: &long }],
            &ImportMap::default(),
            &known,
        )?;
        let seconds = began.elapsed().as_secs_f64();
        println!(
            "extract of {megabytes:.1} MB: {seconds:.2} s, {:.1} MB/s on one core, {} rows, peak {:.0} MB",
            megabytes / seconds,
            read.rows,
            peak()
        );
    }
    Ok(())
}

/// `datasize` of a block's header: field 3, a varint.
fn data_size(mut header: &[u8]) -> Option<usize> {
    let varint = |bytes: &mut &[u8]| -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let (byte, rest) = bytes.split_first()?;
            *bytes = rest;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    };
    loop {
        let key = varint(&mut header)?;
        let value = varint(&mut header)? as usize;
        match key {
            0x18 => return Some(value),
            _ if key & 7 == 2 => header = header.get(value..)?,
            _ => {}
        }
    }
}
