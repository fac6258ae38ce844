//! Importing and matching 200,000 made-up listings, and reading an OpenStreetMap extract, each thrice: seconds, speed and
//! the peak of resident memory. `imports [LISTINGS]`.

#![expect(clippy::print_stdout, reason = "this is a program that prints")]

use hereabouts_bench::test_bed;
use hereabouts_data::ingest::{File, Known, import};
use hereabouts_data::land::land;
use hereabouts_data::load;
use hereabouts_data::map::Map;
use hereabouts_data::matching::{Decisions, State, groups, links};
use hereabouts_data::record::Kind;
use hereabouts_data::store::Store;
use hereabouts_data::tables::Tables;
use std::error::Error;
use std::fmt::Write;
use std::time::Instant;

const ACTIVITIES: [&str; 20] = [
    "Walking",
    "Chair yoga",
    "Knit and natter",
    "Coffee morning",
    "Lunch club",
    "Debt advice",
    "Choir",
    "Men's shed",
    "Gardening",
    "Art class",
    "Book group",
    "Tai chi",
    "Carers café",
    "Bingo",
    "Digital help",
    "Parent and toddler",
    "Dance",
    "Craft",
    "Food pantry",
    "Befriending",
];
const DAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

/// Listings of groups at venues, five to a venue, as a table.
fn list(listings: usize) -> String {
    let mut sequence = 1_u64;
    let mut next = |below: usize| {
        sequence = sequence.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (sequence >> 33) as usize % below
    };
    let venues = (listings / 5).max(1);
    let mut text =
        "id,name,kind,need,lon,lat,rrule,opens,closes,cost,phone,website,last_verified,description\n"
            .to_owned();
    for id in 0..listings {
        let (venue, activity, day, hour) = (next(venues), ACTIVITIES[next(20)], DAYS[next(7)], 9 + next(10));
        let (lon, lat) = (-3.0 + (venue % 400) as f64 / 100.0, 51.0 + (venue / 400) as f64 / 50.0);
        let (lon, lat) = (lon + next(40) as f64 * 1e-5, lat + next(40) as f64 * 1e-5);
        let (cost, month) = (["free", "£2", "£3.50 a session", ""][next(4)], 1 + next(9));
        // A String takes what is written.
        let _ = writeln!(
            text,
            "{id},{activity} at venue {venue},group,social-connection,{lon:.5},{lat:.5},FREQ=WEEKLY;BYDAY={day},{hour:02}:00,{:02}:30,{cost},0161 4{venue:06},https://venue{venue}.example.org,2026-{month:02}-11,\"A friendly group that meets every week, number {id}\"",
            hour + 1
        );
    }
    text
}

/// Peak of resident memory in MB.
fn peak() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok());
    kib.unwrap_or(f64::NAN) / 1024.0
}

fn main() -> Result<(), Box<dyn Error>> {
    let listings = std::env::args().nth(1).map_or(Ok(200_000), |n| n.parse())?;
    let tables = Tables::built_in().map_err(|e| format!("{e:?}"))?;
    let text = list(listings);
    let file = File { name: "list.csv", bytes: text.as_bytes() };
    for _ in 0..3 {
        let dir = tempfile::tempdir()?;
        let began = Instant::now();
        let mut store = Store::create(&dir.path().join("store"))?;
        land(&mut store, &tables, Kind::Assets, &[file], &Map::default())?;
        println!(
            "import of {listings} listings into a store: {:.2} s, peak {:.0} MB",
            began.elapsed().as_secs_f64(),
            peak()
        );
        let all = load::listings(&store)?;
        let began = Instant::now();
        let found = links(&all);
        let groups = groups(&all, &found, &Decisions::new());
        let applied = found.iter().filter(|link| link.state == State::Applied).count();
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
    let known = Known { kinds: tables.kind_words, needs: tables.need_words, ..Known::default() };
    let megabytes = long.len() as f64 / 1e6;
    for _ in 0..3 {
        let began = Instant::now();
        let read =
            import(Kind::Assets, &[File { name: "long.osm.pbf", bytes: &long }], &Map::default(), &known)?;
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
