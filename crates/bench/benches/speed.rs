//! `cargo bench -p hereabouts-bench`: the figures that the README promises, measured on this machine.

#![expect(clippy::unwrap_used, reason = "a bench whose data are wrong has nothing to measure")]

use chrono::NaiveDate;
use criterion::{Criterion, criterion_group, criterion_main};
use hereabouts_bench::test_bed;
use hereabouts_bench::workload::{Workload, decays};
use hereabouts_core::{Analysis, AnalysisPolicy, Study};
use hereabouts_data::commit_import::commit_import;
use hereabouts_data::ingest::SourceFile;
use hereabouts_data::load::load;
use hereabouts_data::place_file::PlaceFile;
use hereabouts_data::tables::Tables;
use hereabouts_store::Store;
use std::path::Path;
use std::thread::available_parallelism;
use std::time::Duration;

/// Places that are enough for a unit of demand in the workload: as many as there are.
const ADEQUATE: f64 = 0.45;

/// Twelve needs, 35,000 places with demand, 200,000 assets, 2.97 million pairs within 1,600 m: coordinates to scores.
fn twelve_needs(c: &mut Criterion) {
    let Some(bed) = test_bed() else { return };
    let workload = Workload::read(&bed.join("workload/england")).unwrap();
    let all = available_parallelism().unwrap().get();
    let mut group = c.benchmark_group("twelve needs of a country");
    group.sample_size(20).measurement_time(Duration::from_secs(5));
    for (name, decay) in decays().unwrap() {
        for threads in [1, all] {
            group.bench_function(format!("{name}, {threads} threads"), |b| {
                b.iter(|| workload.access(&decay, threads));
            });
            // About as many places as are enough, so that the mean has to look at every way in which assets may run.
            group.bench_function(format!("{name}, unmet on average, {threads} threads"), |b| {
                b.iter(|| workload.unmet_shares(&decay, threads, ADEQUATE));
            });
        }
    }
    group.finish();
}

/// Greater Manchester, all needs, both readings, resolution 9.
fn whole_analysis(c: &mut Criterion) {
    let Some(bed) = test_bed() else { return };
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("store");
    build(&bed, "greater_manchester.toml", &folder);
    let tables = Tables::built_in().unwrap();
    let mut group = c.benchmark_group("Greater Manchester");
    group.sample_size(10).measurement_time(Duration::from_secs(10));
    group.bench_function("store to report", |b| {
        b.iter(|| report(&load(&Store::open(&folder).unwrap(), &tables).unwrap().study));
    });
    let study = load(&Store::open(&folder).unwrap(), &tables).unwrap().study;
    group.bench_function("study to report", |b| b.iter(|| report(&study)));
    let policy = policy();
    let analysis = Analysis::new(&study, &policy);
    group.bench_function("one more quarter", |b| b.iter(|| analysis.quarter(&study, None)));
    group.finish();
}

fn policy() -> AnalysisPolicy {
    AnalysisPolicy::as_of(NaiveDate::from_ymd_opt(2026, 11, 1).unwrap())
}

fn report(study: &Study) -> hereabouts_core::report::GapReport {
    let analysis = Analysis::new(study, &policy());
    let quarter = analysis.quarter(study, None);
    analysis.report(study, &quarter, study.default_geography().unwrap())
}

fn build(bed: &Path, place: &str, folder: &Path) {
    let real = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/real").join(place);
    let place = PlaceFile::parse(&std::fs::read_to_string(real).unwrap()).unwrap();
    let tables = Tables::built_in().unwrap();
    let mut store = Store::create(folder).unwrap();
    for step in &place.import {
        let bytes: Vec<Vec<u8>> = step.files.iter().map(|f| std::fs::read(bed.join(f)).unwrap()).collect();
        let files: Vec<SourceFile<'_>> =
            step.files.iter().zip(&bytes).map(|(name, bytes)| SourceFile { name, bytes }).collect();
        commit_import(&mut store, &tables, step.kind, &files, &step.map).unwrap();
    }
}

criterion_group!(benches, twelve_needs, whole_analysis);
criterion_main!(benches);
