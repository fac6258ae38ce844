//! One run of the workload in a process of its own: `workload FOLDER step|dai [THREADS]` prints the seconds from
//! coordinates to scores, the sum of the scores of each need and the peak of resident memory, as JSON.

#![expect(clippy::print_stdout, reason = "this is a program that prints")]

use hereabouts_bench::workload::{Workload, decays};
use std::error::Error;
use std::path::Path;
use std::time::Instant;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, decay, rest @ ..] = &arguments[..] else {
        return Err("usage: workload FOLDER step|dai [THREADS]".into());
    };
    let threads = match rest {
        [] => std::thread::available_parallelism()?.get(),
        [threads, ..] => threads.parse()?,
    };
    let workload = Workload::read(Path::new(folder))?;
    let decays = decays()?;
    let (_, decay) = decays.iter().find(|d| d.0 == decay).ok_or("the decay is step or dai")?;
    let started = Instant::now();
    let access = workload.access(decay, threads);
    let seconds = started.elapsed().as_secs_f64();
    let sums: Vec<String> = access.iter().map(|a| a.iter().sum::<f64>().to_string()).collect();
    println!("{{\"seconds\": {seconds}, \"sums\": [{}]}}", sums.join(", "));
    Ok(())
}
