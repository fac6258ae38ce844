//! Streets in a process of its own, so that its memory can be told:
//! `streets pandana FOLDER` does the task that peers/streets.py gives to pandana, `streets county STREETS` makes a network
//! of a made-up county and `streets extract FILE.osm.pbf` one of a place, both with the time of single searches. All print
//! JSON, but `streets pairs FOLDER`, which prints the minutes of every pair of that task as CSV.

#![expect(clippy::print_stdout, reason = "this is a program that prints")]

use hereabouts_bench::streets::{RouteTask, SeededDice, county, places};
use hereabouts_core::units::Minutes;
use hereabouts_streets::osm::pbf;
use hereabouts_streets::{
    OneToMany, Persona, PlacesAround, SearchDirection, WalkGraph, WalkNetwork, WalkTravel, codec,
};
use std::error::Error;
use std::fs;
use std::hint::black_box;
use std::io::{BufWriter, Write, stdout};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["pandana", folder] => pandana(Path::new(folder)),
        ["pairs", folder] => pairs(Path::new(folder)),
        ["county", streets] => size(streets.parse()?),
        ["extract", file] => extract(Path::new(file)),
        _ => {
            Err("usage: streets pandana FOLDER | streets pairs FOLDER | streets county STREETS | streets extract FILE.osm.pbf"
                .into())
        }
    }
}

fn pandana(folder: &Path) -> Result<(), Box<dyn Error>> {
    let started = Instant::now();
    let sums = RouteTask::read(folder)?.run()?;
    println!(
        "{{\"seconds\": {}, \"pairs\": {}, \"minutes\": {}, \"jobs\": {}}}",
        started.elapsed().as_secs_f64(),
        sums.pairs,
        sums.minutes,
        sums.jobs
    );
    Ok(())
}

fn pairs(folder: &Path) -> Result<(), Box<dyn Error>> {
    let mut out = BufWriter::new(stdout().lock());
    let mut written = writeln!(out, "from,to,minutes");
    RouteTask::read(folder)?.each(|from, reached| {
        for (to, minutes) in reached.origins.iter().zip(&reached.minutes) {
            let line = writeln!(out, "{from},{to},{minutes}");
            written = std::mem::replace(&mut written, Ok(())).and(line);
        }
    })?;
    written?;
    Ok(out.flush()?)
}

fn extract(file: &Path) -> Result<(), Box<dyn Error>> {
    let bytes = fs::read(file)?;
    let mut network = WalkNetwork::default();
    let (mut read, mut made) = (Vec::new(), Vec::new());
    for _ in 0..9 {
        let started = Instant::now();
        let lines = pbf::read(&[&bytes])?.lines;
        read.push(started.elapsed().as_secs_f64());
        network = WalkNetwork::new(&lines);
        made.push(started.elapsed().as_secs_f64());
    }
    let (read, seconds) = (median(read.into_iter()), median(made.into_iter()));
    println!(
        "{{\"mb\": {:.2}, \"read_seconds\": {read:.3}, \"mb_a_second\": {:.1}, \"streets\": {}, \"search_ms\": {:.3}}}",
        bytes.len() as f64 / 1e6,
        bytes.len() as f64 / 1e6 / seconds,
        network.edges().len(),
        search_ms(&network),
    );
    Ok(())
}

/// Median milliseconds of a search of 15 minutes on one core, over junctions everywhere.
fn search_ms(network: &WalkNetwork) -> f64 {
    let (mut search, mut dice, persona) = (OneToMany::new(network), SeededDice::new(5), Persona::usual());
    median((0..2_001).map(|_| {
        let from = (dice.share() * network.junctions().len() as f64) as u32;
        let started = Instant::now();
        search.run(network, persona, SearchDirection::To, [(from, 0)], persona.millimetres(15.0));
        started.elapsed().as_secs_f64() * 1000.0
    }))
}

fn median(times: impl Iterator<Item = f64>) -> f64 {
    let mut times: Vec<f64> = times.collect();
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn size(streets: usize) -> Result<(), Box<dyn Error>> {
    let kept = codec::encode(&county(streets)?);
    let started = Instant::now();
    let network = Arc::new(WalkNetwork::new(&codec::decode(&kept)?));
    let (built, bytes) = (started.elapsed(), kept.len());
    drop(kept);
    let resident = status("VmRSS:")?;
    let (assets, homes) = (places(streets, 12_000, 2), places(streets, 15_000, 3));
    let started = Instant::now();
    let walks =
        WalkTravel::new(Arc::clone(&network), Persona::usual(), &assets, &homes, Minutes::new(15.0)?, 1.3);
    let reached = started.elapsed();
    let (resident_all, peak) = (status("VmRSS:")?, status("VmHWM:")?);
    let ground = Arc::new(WalkGraph::new(Arc::clone(&network), Persona::usual()));
    let around = PlacesAround::new(ground, &homes, 1.3);
    let quarter = Minutes::new(15.0)?;
    let one_more = median(places(streets, 501, 4).into_iter().map(|place| {
        let started = Instant::now();
        black_box(around.within(place, quarter));
        started.elapsed().as_secs_f64() * 1000.0
    }));
    println!(
        "{{\"streets\": {}, \"kept_mb\": {:.1}, \"network_seconds\": {:.2}, \"network_resident_mb\": {:.0}, \
         \"assets\": {}, \"reach_seconds\": {:.2}, \"resident_mb\": {:.0}, \"peak_mb\": {:.0}, \"search_ms\": {:.3}, \
         \"one_more_asset_ms\": {:.3}}}",
        walks.network().edges().len(),
        bytes as f64 / 1e6,
        built.as_secs_f64(),
        resident,
        assets.len(),
        reached.as_secs_f64(),
        resident_all,
        peak,
        search_ms(&network),
        one_more,
    );
    Ok(())
}

/// Megabytes that the system says of this process.
fn status(name: &str) -> Result<f64, Box<dyn Error>> {
    let text = fs::read_to_string("/proc/self/status")?;
    let line = text.lines().find(|line| line.starts_with(name)).ok_or("the system does not say")?;
    let kilobytes: f64 = line.split_whitespace().nth(1).ok_or("the system does not say")?.parse()?;
    Ok(kilobytes / 1000.0)
}
