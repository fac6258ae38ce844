//! `cargo bench -p hereabouts-bench --bench streets`: extracts read, ways found, and what one more asset costs.

#![expect(clippy::unwrap_used, reason = "a bench whose data are wrong has nothing to measure")]

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use hereabouts_bench::streets::{SeededDice, county, places};
use hereabouts_bench::test_bed;
use hereabouts_core::units::Minutes;
use hereabouts_streets::osm::pbf;
use hereabouts_streets::{
    OneToMany, Persona, PlacesAround, SearchDirection, WalkGraph, WalkNetwork, WalkTravel,
};
use std::sync::Arc;
use std::time::Duration;

/// A city's extract to its network, and searches of 15 minutes from everywhere in it.
fn city(c: &mut Criterion) {
    let Some(bed) = test_bed() else { return };
    let bytes = std::fs::read(bed.join("porto_alegre_r5r/poa_osm_nometa.osm.pbf")).unwrap();
    let mut group = c.benchmark_group("Porto Alegre");
    group.throughput(Throughput::Bytes(bytes.len() as u64));
    group.bench_function("extract to network", |b| {
        b.iter(|| WalkNetwork::new(&pbf::read(&[&bytes]).unwrap().lines));
    });
    let network = WalkNetwork::new(&pbf::read(&[&bytes]).unwrap().lines);
    searches(&mut group, &network);
    group.finish();
}

/// One search of 15 minutes on one core, from another junction each time.
fn searches<M: criterion::measurement::Measurement>(
    group: &mut criterion::BenchmarkGroup<'_, M>,
    network: &WalkNetwork,
) {
    let persona = Persona::usual();
    let (mut search, mut dice) = (OneToMany::new(network), SeededDice::new(5));
    group.throughput(Throughput::Elements(1));
    group.bench_function("one search of 15 minutes", |b| {
        b.iter_batched(
            || (dice.share() * network.junctions().len() as f64) as u32,
            |from| search.run(network, persona, SearchDirection::To, [(from, 0)], persona.millimetres(15.0)),
            BatchSize::SmallInput,
        );
    });
}

/// A metropolitan county: 1.5 million streets, 12,000 assets, 15,000 cells.
fn metropolis(c: &mut Criterion) {
    let streets = 1_500_000;
    let network = Arc::new(WalkNetwork::new(&county(streets).unwrap()));
    let (assets, homes) = (places(streets, 12_000, 2), places(streets, 15_000, 3));
    let (persona, quarter) = (Persona::usual(), Minutes::new(15.0).unwrap());
    let mut group = c.benchmark_group("a metropolitan county");
    searches(&mut group, &network);
    let around = PlacesAround::new(Arc::new(WalkGraph::new(Arc::clone(&network), persona)), &homes, 1.3);
    let mut one_more = places(streets, 1_000, 4).into_iter().cycle();
    group.bench_function("one more asset", |b| {
        b.iter_batched(
            || one_more.next().unwrap(),
            |place| around.within(place, quarter),
            BatchSize::SmallInput,
        );
    });
    group.sample_size(10).measurement_time(Duration::from_secs(20));
    group.throughput(Throughput::Elements(assets.len() as u64));
    group.bench_function("12,000 assets", |b| {
        b.iter(|| WalkTravel::new(Arc::clone(&network), persona, &assets, &homes, quarter, 1.3));
    });
    group.finish();
}

criterion_group!(benches, city, metropolis);
criterion_main!(benches);
