//! `cargo bench -p hereabouts-bench --bench siting`: maximal coverings of 1,500 × 3,000, beside what others found and how long
//! they took when that was measured.

#![expect(clippy::unwrap_used, reason = "a bench whose data are wrong has nothing to measure")]
#![expect(clippy::print_stdout, reason = "a table side by side is what it is for")]

use hereabouts_bench::test_bed;
use hereabouts_bench::workload::Workload;
use hereabouts_siting::{Candidate, DemandPoint, Effort, Limits, Objective, SitingProblem, plan};
use serde_json::Value;
use std::path::Path;
use std::time::Instant;

fn covering(workload: &Workload, radius: f64) -> SitingProblem {
    let weight = |at: usize| workload.demand.iter().map(|need| need[at]).sum::<f64>();
    let points = (0..workload.origins.len())
        .map(|at| DemandPoint { group: 0, demand: weight(at), met: 0.0 })
        .collect();
    let candidate = |site: &[f64; 2]| {
        let covers = |from: &[f64; 2]| (from[0] - site[0]).hypot(from[1] - site[1]) <= radius;
        let gains = workload.origins.iter().enumerate().filter(|(_, from)| covers(from));
        Candidate { cost: 1.0, gains: gains.map(|(at, _)| (at, 1.0)).collect() }
    };
    SitingProblem::new(1, points, workload.assets.iter().map(candidate).collect()).unwrap()
}

fn cases(bed: &Path) -> Vec<Value> {
    let file = std::fs::File::open(bed.join("golden/workload_mclp_small/expected.json")).unwrap();
    serde_json::from_reader(file).unwrap()
}

/// The best that others found, and the soonest that they did.
fn others(case: &Value) -> String {
    let all = case["found_by"].as_array().unwrap();
    let told = |found: &Value| {
        let (method, value) =
            (found["method"].as_str().unwrap_or("?"), found["value"].as_f64().unwrap_or(0.0));
        format!("{method} {value} in {:.1} s", found["seconds_wall"].as_f64().unwrap_or(0.0))
    };
    all.iter().map(told).collect::<Vec<_>>().join("; ")
}

fn main() {
    let Some(bed) = test_bed() else { return };
    let workload = Workload::read(&bed.join("workload/small")).unwrap();
    for case in cases(&bed) {
        let radius = case["radius_m"].as_f64().unwrap();
        let p = case["p"].as_u64().unwrap() as usize;
        let problem = covering(&workload, radius);
        for (name, effort) in [("quick", Effort::QUICK), ("thorough", Effort::THOROUGH)] {
            let begun = Instant::now();
            let limits = Limits { budget: None, most: Some(p) };
            let found = plan(&problem, Objective::LeastUnmet, limits, effort).unwrap();
            println!(
                "R {radius} p {p} {name}: covers {}, bound {}, gap {:.2} %{}, {:.2} s; best known {}{}",
                found.before - found.value,
                found.before - found.bound,
                100.0 * found.gap,
                if found.is_proven() { ", proven" } else { "" },
                begun.elapsed().as_secs_f64(),
                case["best_known"],
                if case["proven"] == true { " (proven)" } else { "" },
            );
        }
        println!("  others: {}", others(&case));
    }
}
