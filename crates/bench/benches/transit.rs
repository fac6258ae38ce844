//! `cargo bench -p hereabouts-bench --bench transit`: timetables read, and an hour of departures from everywhere in a city.

#![expect(clippy::unwrap_used, reason = "a bench whose data are wrong has nothing to measure")]

use chrono::NaiveDate;
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use hereabouts_bench::streets::places;
use hereabouts_bench::test_bed;
use hereabouts_bench::timetable::metropolis;
use hereabouts_core::index::PlaceIndex;
use hereabouts_core::place::Place;
use hereabouts_core::units::{Metres, Minutes};
use hereabouts_transit::{DayTimetable, DepartureWindow, RaptorRouter, StopChanges, TransitFeed, WalkLeg};
use std::time::Duration;

/// Stops within so many minutes of a place, in a straight line made longer by 30 % at 4.8 km/h.
fn legs(index: &PlaceIndex, from: Place, minutes: f64) -> Vec<WalkLeg> {
    let within = index.within(from, Metres::new(minutes * 80.0 / 1.3).unwrap());
    let seconds = |metres: Metres| (metres.get() * 1.3 / 80.0 * 60.0).ceil() as u32;
    within.into_iter().map(|(stop, metres)| WalkLeg { stop: stop as u32, seconds: seconds(metres) }).collect()
}

/// What a server prepares once, with straight lines for streets.
fn changes(timetable: &DayTimetable, index: &PlaceIndex) -> StopChanges {
    timetable.changes(|stop| legs(index, timetable.stops()[stop].place, 10.0))
}

/// An hour of departures from another stop each time, up to two hours from door to door.
fn profiles<M: criterion::measurement::Measurement>(
    group: &mut criterion::BenchmarkGroup<'_, M>,
    timetable: &DayTimetable,
    window: DepartureWindow,
) {
    let places: Vec<Place> = timetable.stops().iter().map(|stop| stop.place).collect();
    let index = PlaceIndex::new(&places);
    let changes = changes(timetable, &index);
    let router =
        RaptorRouter::new(timetable, &changes, RaptorRouter::MOST_RIDES, Minutes::new(120.0).unwrap());
    let mut from = places.iter().copied().step_by(97).cycle();
    group.throughput(Throughput::Elements(1));
    group.bench_function("an hour of departures", |b| {
        b.iter_batched(
            || legs(&index, from.next().unwrap(), 20.0),
            |access| router.from(&access, window),
            BatchSize::LargeInput,
        );
    });
}

fn city(c: &mut Criterion) {
    let Some(bed) = test_bed() else { return };
    let files = ["poa_eptc.zip", "poa_trensurb.zip"]
        .map(|name| std::fs::read(bed.join("porto_alegre_r5r").join(name)).unwrap());
    let mut group = c.benchmark_group("Porto Alegre");
    let read = || files.each_ref().map(|bytes| TransitFeed::from_zip(bytes).unwrap().feed);
    group.bench_function("feeds read", |b| b.iter(read));
    let feeds = read();
    let feeds: Vec<&TransitFeed> = feeds.iter().collect();
    let day = DepartureWindow::AFTERNOON.day(&feeds, NaiveDate::from_ymd_opt(2026, 11, 21).unwrap()).unwrap();
    group.bench_function("timetable of a day", |b| b.iter(|| DayTimetable::new(&feeds, day)));
    profiles(&mut group, &DayTimetable::new(&feeds, day), DepartureWindow::AFTERNOON);
    group.finish();
}

/// 12,000 stops, 5 million stops of trips a day.
fn county(c: &mut Criterion) {
    let feed = metropolis(&places(1_500_000, 12_000, 7));
    let day = DepartureWindow::TUESDAY.day(&[&feed], NaiveDate::from_ymd_opt(2026, 3, 1).unwrap()).unwrap();
    let mut group = c.benchmark_group("a metropolitan county's timetable");
    group.sample_size(10).measurement_time(Duration::from_secs(10));
    group.bench_function("timetable of a day", |b| b.iter(|| DayTimetable::new(&[&feed], day)));
    profiles(&mut group, &DayTimetable::new(&[&feed], day), DepartureWindow::TUESDAY);
    group.finish();
}

criterion_group!(benches, city, county);
criterion_main!(benches);
