//! Streets in a process of its own, so that its memory can be told:
//! `streets pandana FOLDER` does the task that peers/streets.py gives to pandana, `streets county STREETS` makes a network
//! of a made-up county. Both print JSON.

#![expect(clippy::print_stdout, reason = "this is a program that prints")]

use hereabouts_bench::streets::{Task, county, places};
use hereabouts_core::units::Minutes;
use hereabouts_streets::{Network, Persona, Walks, codec};
use std::error::Error;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["pandana", folder] => pandana(Path::new(folder)),
        ["county", streets] => size(streets.parse()?),
        _ => Err("usage: streets pandana FOLDER | streets county STREETS".into()),
    }
}

fn pandana(folder: &Path) -> Result<(), Box<dyn Error>> {
    let started = Instant::now();
    let sums = Task::read(folder)?.run()?;
    println!(
        "{{\"seconds\": {}, \"pairs\": {}, \"minutes\": {}, \"jobs\": {}}}",
        started.elapsed().as_secs_f64(),
        sums.pairs,
        sums.minutes,
        sums.jobs
    );
    Ok(())
}

fn size(streets: usize) -> Result<(), Box<dyn Error>> {
    let kept = codec::encode(&county(streets)?);
    let started = Instant::now();
    let network = Arc::new(Network::new(&codec::decode(&kept)?));
    let (built, bytes) = (started.elapsed(), kept.len());
    drop(kept);
    let resident = status("VmRSS:")?;
    let (assets, homes) = (places(streets, 12_000, 2), places(streets, 15_000, 3));
    let started = Instant::now();
    let walks = Walks::new(Arc::clone(&network), Persona::usual(), &assets, &homes, Minutes::new(15.0)?, 1.3);
    let reached = started.elapsed();
    println!(
        "{{\"streets\": {}, \"kept_mb\": {:.1}, \"network_seconds\": {:.2}, \"network_resident_mb\": {:.0}, \
         \"assets\": {}, \"reach_seconds\": {:.2}, \"resident_mb\": {:.0}, \"peak_mb\": {:.0}}}",
        walks.network().edges().len(),
        bytes as f64 / 1e6,
        built.as_secs_f64(),
        resident,
        assets.len(),
        reached.as_secs_f64(),
        status("VmRSS:")?,
        status("VmHWM:")?,
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
