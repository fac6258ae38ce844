//! Porto Alegre: our own network against a plain search, and pandana's network against its answers.

use super::plain::Plain;
use hereabouts_core::decay::{Decay, DecaySteps};
use hereabouts_core::metric::two_step::{PlaceSupply, two_step};
use hereabouts_core::place::Place;
use hereabouts_core::travel::{ReachedOrigins, TravelTimes};
use hereabouts_core::units::{KilometresPerHour, Minutes};
use hereabouts_streets::osm::pbf;
use hereabouts_streets::{
    AccessBarrier, EdgeAccess, FixedPoint, OneToMany, Persona, SearchDirection, SnappedPoint, StreetLines,
    WalkNetwork, WalkTravel, WalkableParts, codec,
};
use hereabouts_tests::test_bed;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

fn extract() -> StreetLines {
    let bytes = std::fs::read(test_bed().join("porto_alegre_r5r/poa_osm_nometa.osm.pbf")).unwrap();
    let start = Instant::now();
    let read = pbf::read(&[&bytes]).unwrap();
    let took = start.elapsed();
    println!(
        "{} ways, {} lines, {} rejected, {:?}; {} MB in {took:?}",
        read.streets,
        read.lines.len(),
        read.rejected.len(),
        read.notes,
        bytes.len() / 1_000_000
    );
    assert!(read.rejected.len() < 50, "{:?}", read.rejected.first());
    read.lines
}

/// A small generator with a fixed seed: the same pairs for ever.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % n as u64) as usize
    }
}

/// The same lines, each as steep as is said.
fn rising(lines: &StreetLines, mut per_cent: impl FnMut() -> f64) -> StreetLines {
    let mut all = StreetLines::new(lines.points().to_vec(), lines.gates().to_vec());
    for line in lines.iter() {
        let forbidden = [EdgeAccess::NOT_FORWARD, EdgeAccess::NOT_BACKWARD, EdgeAccess::NOT_STEP_FREE];
        let forbidden = forbidden.into_iter().filter(|what| line.passage.forbids(*what));
        let passage = forbidden.fold(EdgeAccess::rising(per_cent()), EdgeAccess::and);
        all.measured_line(line.points.iter().copied().zip(line.lengths.iter().copied()), line.layer, passage);
    }
    all
}

#[test]
#[cfg_attr(no_test_bed, ignore = "needs the test bed")]
fn twenty_thousand_ways_are_as_long_as_a_plain_search_has_them() {
    let lines = extract();
    assert_eq!(furthest_apart(&rising(&lines, || 0.0)), 0);
}

/// Each steep street is rounded to a millimetre, and a way has some hundreds of streets at most.
#[test]
#[cfg_attr(no_test_bed, ignore = "needs the test bed")]
fn ways_up_and_down_hills_are_as_long_too() {
    let lines = extract();
    let mut dice = Dice(11);
    let apart = furthest_apart(&rising(&lines, || dice.below(41) as f64 - 20.0));
    println!("ways differ by at most {apart} thousandths of a millimetre");
    assert!(apart > 0 && apart < 50_000, "{apart}");
}

/// By how many thousandths of a millimetre the ways between 20,000 pairs differ, at most.
fn furthest_apart(lines: &StreetLines) -> u64 {
    let network = WalkNetwork::new(lines);
    println!("{} junctions, {} streets", network.junctions().len(), network.edges().len());
    // A vertex of the plain network that is a junction of ours: lines end there, which layers do not part.
    let mut ends: Vec<u32> = lines.iter().flat_map(|l| [l.points[0], l.points[l.points.len() - 1]]).collect();
    ends.sort_unstable();
    ends.dedup();
    let mut of: HashMap<FixedPoint, Vec<u32>> = HashMap::new();
    for (junction, at) in (0..).zip(network.junctions()) {
        of.entry(*at).or_default().push(junction);
    }
    let layer: HashMap<u32, i8> =
        lines.iter().flat_map(|l| l.points.iter().map(move |&p| (p, l.layer))).collect();
    // Two nodes at one place would leave open which of ours is meant.
    ends.retain(|&p| {
        of[&lines.points()[p as usize]].len() == 1 && lines.gates()[p as usize] == AccessBarrier::Open
    });
    let mut search = OneToMany::new(&network);
    let mut dice = Dice(7);
    let (mut pairs, mut reached, mut apart) = (0, 0, 0);
    for step_free in [false, true] {
        let plain = Plain::new(lines, step_free);
        let persona = Persona { step_free, ..Persona::usual() };
        for _ in 0..100 {
            let from = ends[dice.below(ends.len())];
            let expected = plain.from(plain.vertex(from, layer[&from]));
            let junction = of[&lines.points()[from as usize]][0];
            search.run(&network, persona, SearchDirection::From, [(junction, 0)], u32::MAX);
            for _ in 0..100 {
                let to = ends[dice.below(ends.len())];
                let ours =
                    search.millimetres(of[&lines.points()[to as usize]][0]).map(|m| 1000 * u64::from(m));
                let theirs = expected[plain.vertex(to, layer[&to])];
                assert_eq!(ours.is_some(), theirs.is_some(), "{from} to {to}");
                apart = apart.max(ours.unwrap_or(0).abs_diff(theirs.unwrap_or(0)));
                pairs += 1;
                reached += usize::from(ours.is_some());
            }
        }
    }
    println!("{pairs} pairs, {reached} with a way");
    assert!(pairs == 20_000 && reached > 15_000);
    apart
}

#[test]
#[cfg_attr(no_test_bed, ignore = "needs the test bed")]
fn kept_as_bytes_it_is_the_same_and_steps_only_ever_take_away() {
    let lines = extract();
    let bytes = codec::encode(&lines);
    assert_eq!(codec::decode(&bytes).as_ref(), Ok(&lines));
    let network = WalkNetwork::new(&lines);
    let (all, wheels) =
        (WalkableParts::new(&network, Persona::usual()), WalkableParts::new(&network, Persona::step_free()));
    let km = |w: &WalkableParts| w.parts()[0].metres / 1000.0;
    println!(
        "{} bytes; the largest part has {:.0} km, {:.0} km without steps; {} and {} parts",
        bytes.len(),
        km(&all),
        km(&wheels),
        all.parts().len(),
        wheels.parts().len()
    );
    let total: f64 = all.parts().iter().map(|p| p.metres).sum();
    assert!(all.parts()[0].metres > 0.95 * total, "one city, one network");
    assert!(km(&wheels) <= km(&all) && km(&wheels) > 0.5 * km(&all));
}

/// A CSV as rows of texts, without its head.
fn rows(path: &Path) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let rows: Vec<Vec<String>> =
        reader.records().map(|r| r.unwrap().iter().map(str::to_owned).collect()).collect();
    assert!(!rows.is_empty());
    rows
}

fn number(text: &str) -> f64 {
    text.parse().unwrap()
}

/// pandana's network, nodes and lengths as given, each of its cells at the node where pandana puts it.
struct Pandana {
    walks: WalkTravel,
    ids: Vec<String>,
    cells: HashMap<String, Vec<f64>>,
    expected: Vec<Vec<String>>,
}

fn pandana(folder: &Path, (nodes, streets): (usize, usize)) -> Pandana {
    let mut lines = StreetLines::default();
    let mut points: HashMap<String, u32> = HashMap::new();
    for row in rows(&folder.join("nodes.csv")) {
        let at = FixedPoint::from(Place::new(number(&row[1]), number(&row[2])).unwrap());
        points.insert(row[0].clone(), lines.point(at, AccessBarrier::Open));
    }
    for row in rows(&folder.join("edges.csv")) {
        let length = (number(&row[2]) * 1000.0).round() as u32;
        lines.measured_line([(points[&row[0]], 0), (points[&row[1]], length)], 0, EdgeAccess::FREE);
    }
    let network = WalkNetwork::new(&lines);
    assert_eq!((points.len(), network.junctions().len(), network.edges().len()), (nodes, nodes, streets));
    // Where nodes share a place, their streets tell which is which.
    let street_at: HashMap<u32, (u32, u32)> = lines
        .iter()
        .zip(0_u32..)
        .flat_map(|(line, n)| [(line.points[0], (n, 0)), (line.points[1], (n, 1))])
        .collect();
    let edge_of: HashMap<(u32, u32, u32), Vec<u32>> = {
        let mut of: HashMap<_, Vec<u32>> = HashMap::new();
        for (edge, e) in (0..).zip(network.edges()) {
            of.entry((e.from, e.to, network.length(edge))).or_default().push(edge);
        }
        of
    };
    let mut junction_at: HashMap<FixedPoint, Vec<u32>> = HashMap::new();
    for (junction, at) in (0..).zip(network.junctions()) {
        junction_at.entry(*at).or_default().push(junction);
    }
    let spot = |node: &str| {
        let point = points[node];
        let (line, end) = street_at[&point];
        let line = lines.get(line as usize);
        let ends = [line.points[0], line.points[1]].map(|p| &junction_at[&lines.points()[p as usize]]);
        let both = ends[0].iter().flat_map(|&a| ends[1].iter().map(move |&b| (a, b, line.lengths[1])));
        let edges: Vec<u32> = both.filter_map(|key| edge_of.get(&key)).flatten().copied().collect();
        assert!(!edges.is_empty(), "{node}");
        SnappedPoint { edge: edges[0], along: end * line.lengths[1], off: 0 }
    };
    let cells: HashMap<String, Vec<f64>> = rows(&folder.join("hexgrid.csv"))
        .into_iter()
        // Five cells have nothing where their jobs would stand; the answers count them as none.
        .map(|row| {
            (row[0].clone(), row[1..].iter().map(|t| if t.is_empty() { 0.0 } else { number(t) }).collect())
        })
        .collect();
    let expected = rows(&folder.join("expected_by_hex.csv"));
    let ids: Vec<String> = expected.iter().map(|row| row[0].clone()).collect();
    let places: Vec<Place> = ids.iter().map(|id| Place::new(cells[id][0], cells[id][1]).unwrap()).collect();
    let spots: Vec<Option<SnappedPoint>> = expected.iter().map(|row| Some(spot(&row[1]))).collect();
    // A metre a minute, so that limits are in metres.
    let persona = Persona { speed: KilometresPerHour::new(0.06).unwrap(), step_free: false };
    let start = Instant::now();
    let walks = WalkTravel::between(
        Arc::new(network),
        persona,
        (&places, spots.clone()),
        (&places, spots),
        Minutes::new(1_600.0).unwrap(),
        1.0,
    );
    println!("{} searches of 1,600 m in {:?}", ids.len(), start.elapsed());
    Pandana { walks, ids, cells, expected }
}

/// How many nodes and streets pandana has of the city.
const CITY: (usize, usize) = (37_667, 44_538);

/// The like of it, made up: `golden/SOURCES.md`.
fn made_up() -> (PathBuf, (usize, usize)) {
    (Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/network"), (673, 1_010))
}

#[test]
#[cfg_attr(no_test_bed, ignore = "needs the test bed")]
fn sums_and_scores_are_those_of_pandana() {
    sums_and_scores(&pandana(&test_bed().join("golden/network_poa"), CITY));
}

#[test]
fn sums_and_scores_are_those_of_the_formulas() {
    let (folder, size) = made_up();
    sums_and_scores(&pandana(&folder, size));
}

fn sums_and_scores(Pandana { walks, ids, cells, expected }: &Pandana) {
    let value = |column: usize| -> Vec<f64> { ids.iter().map(|id| cells[id][column]).collect() };
    let (people, schools, jobs, care) = (value(2), value(3), value(4), value(5));
    let mut out = ReachedOrigins::default();
    for (row, cell) in expected.iter().zip(0..) {
        for (limit, columns) in [(800.0, 2..6), (1_600.0, 6..10)] {
            walks.reach(cell, Minutes::new(limit).unwrap(), &mut out);
            for (column, of) in columns.zip([&people, &schools, &jobs, &care]) {
                let sum: f64 = out.origins.iter().map(|&o| of[o as usize]).sum();
                assert_eq!(sum, number(&row[column]), "{} column {column}", row[0]);
            }
        }
    }
    let supply: Vec<PlaceSupply<1>> = care
        .iter()
        .enumerate()
        .filter(|c| *c.1 > 0.0)
        .map(|(asset, &c)| PlaceSupply { asset, places: [c] })
        .collect();
    let limit = Minutes::new(1_600.0).unwrap();
    let steps = Decay::Steps(DecaySteps::new(vec![(0.25, 1.0), (0.5, 0.68), (1.0, 0.22)]).unwrap());
    for (column, decay) in [(10, Decay::Gaussian), (11, steps), (12, Decay::Binary)] {
        let scores = two_step(walks, &supply, &people, &decay, limit, f64::INFINITY);
        for (row, ours) in expected.iter().zip(&scores.access[0]) {
            let theirs = number(&row[column]);
            assert!(
                (ours - theirs).abs() <= 1e-9 * theirs.max(1e-6),
                "{} column {column}: {ours} {theirs}",
                row[0]
            );
        }
    }
}

#[test]
#[cfg_attr(no_test_bed, ignore = "needs the test bed")]
fn distances_are_those_of_scipy() {
    distances(&test_bed().join("golden/network_poa"), CITY);
}

#[test]
fn distances_are_those_of_a_plain_search_in_another_language() {
    let (folder, size) = made_up();
    distances(&folder, size);
}

fn distances(folder: &Path, size: (usize, usize)) {
    let Pandana { walks, ids, .. } = pandana(folder, size);
    let mut reader = csv::Reader::from_path(folder.join("od_25x25_m.csv")).unwrap();
    let columns: Vec<String> = reader.headers().unwrap().iter().skip(1).map(str::to_owned).collect();
    let at: HashMap<&str, usize> = ids.iter().map(String::as_str).zip(0..).collect();
    let mut out = ReachedOrigins::default();
    let mut checked = 0;
    for row in reader.records() {
        let row = row.unwrap();
        walks.reach(at[&row[0]], Minutes::new(100_000.0).unwrap(), &mut out);
        let metres: HashMap<u32, f64> =
            out.origins.iter().copied().zip(out.minutes.iter().copied()).collect();
        for (column, expected) in columns.iter().zip(row.iter().skip(1)) {
            let ours = metres[&(at[column.as_str()] as u32)];
            assert!((ours - number(expected)).abs() < 1e-6, "{} {column}: {ours} {expected}", &row[0]);
            checked += 1;
        }
    }
    assert_eq!(checked, 625);
}
