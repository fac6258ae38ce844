//! Published and peer-computed answers. Each case names where its numbers come from; `golden/SOURCES.md` says how.

use flate2::read::GzDecoder;
use hereabouts_core::decay::{Decay, DecaySteps};
use hereabouts_core::metric::two_step::{PlaceSupply, two_step};
use hereabouts_core::metric::{coverage, nearest};
use hereabouts_core::travel::{ReachedOrigins, StraightLine, TravelBasis, TravelTable, TravelTimes};
use hereabouts_core::units::Minutes;
use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The project's own cases.
fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("golden")
}

/// A CSV as columns by name.
struct Columns {
    names: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Columns {
    fn read(path: &Path) -> Self {
        let file = File::open(path).unwrap();
        let reader: Box<dyn Read> = if path.extension().is_some_and(|e| e == "gz") {
            Box::new(GzDecoder::new(file))
        } else {
            Box::new(file)
        };
        let mut reader = csv::Reader::from_reader(reader);
        let names = reader.headers().unwrap().iter().map(str::to_owned).collect();
        let rows: Vec<Vec<String>> =
            reader.records().map(|r| r.unwrap().iter().map(str::to_owned).collect()).collect();
        assert!(!rows.is_empty(), "{}", path.display());
        Self { names, rows }
    }

    fn text(&self, name: &str) -> Vec<&str> {
        let at = self.names.iter().position(|n| n == name).unwrap_or_else(|| panic!("no column {name}"));
        self.rows.iter().map(|r| r[at].as_str()).collect()
    }

    fn numbers(&self, name: &str) -> Vec<f64> {
        self.text(name).iter().map(|t| t.parse().unwrap()).collect()
    }
}

fn minutes(m: f64) -> Minutes {
    Minutes::new(m).unwrap()
}

fn access<T: TravelTimes>(
    travel: &T,
    supply: &[(usize, f64)],
    demand: &[f64],
    decay: &Decay,
    limit: f64,
) -> Vec<f64> {
    let supply: Vec<PlaceSupply<1>> =
        supply.iter().map(|&(asset, s)| PlaceSupply { asset, places: [s] }).collect();
    let scores = two_step(travel, &supply, demand, decay, minutes(limit), f64::INFINITY);
    let given: f64 = scores.access[0].iter().zip(demand).map(|(a, d)| a * d).sum();
    let kept: f64 = supply.iter().zip(&scores.idle).map(|(s, idle)| s.places[0] - idle[0]).sum();
    assert!((given - kept).abs() <= 1e-9 * kept.max(1.0), "places are conserved: {given} of {kept}");
    let [access] = scores.access;
    access
}

fn same(ours: &[f64], theirs: &[f64], tolerance: f64, what: &str) {
    assert_eq!(ours.len(), theirs.len());
    for (i, (a, b)) in ours.iter().zip(theirs).enumerate() {
        assert!(a == b || (a - b).abs() <= tolerance * b.abs().max(1e-6), "{what}, row {i}: {a} for {b}");
    }
}

fn steps(bands: &[(f64, f64)]) -> Decay {
    Decay::Steps(DecaySteps::new(bands.to_vec()).unwrap())
}

/// PySAL `access`, its own test grid: the 10 × 10 table.
#[test]
fn a_grid_as_pysal_has_it() {
    let grid = Columns::read(&golden().join("grid/grid10_all_methods.csv"));
    let points: Vec<[f64; 2]> =
        grid.numbers("x").into_iter().zip(grid.numbers("y")).map(|(x, y)| [x, y]).collect();
    let travel = StraightLine::planar(&points, &points, 1.0);
    let supply: Vec<(usize, f64)> = grid.numbers("supply").into_iter().enumerate().collect();
    let demand = grid.numbers("demand");
    same(&access(&travel, &supply, &demand, &Decay::Binary, 3.0), &grid.numbers("2sfca"), 1e-12, "2SFCA");
    let step = steps(&[(1.0 / 3.0, 1.0), (2.0 / 3.0, 0.68), (1.0, 0.22)]);
    same(&access(&travel, &supply, &demand, &step, 3.0), &grid.numbers("e2sfca_step"), 1e-12, "E2SFCA");
}

/// R `accessibility` on 898 cells of Belo Horizonte with a travel matrix in whole minutes.
#[test]
#[cfg_attr(no_test_bed, ignore = "needs the test bed")]
fn a_city_as_r_has_it() {
    city(&hereabouts_tests::test_bed().join("golden/accessibility_bho"), "travel_matrix.csv.gz");
}

/// The like of it, made up, as the formulas have it.
#[test]
fn a_made_up_city_as_the_formulas_have_it() {
    city(&golden().join("city"), "travel_matrix.csv");
}

fn city(folder: &Path, matrix: &str) {
    let land = Columns::read(&folder.join("land_use.csv"));
    let expected = Columns::read(&folder.join("expected_by_cell.csv"));
    let at: HashMap<&str, usize> = land.text("id").into_iter().enumerate().map(|(i, id)| (id, i)).collect();
    let matrix = Columns::read(&folder.join(matrix));
    let (from, to, time) = (matrix.text("from_id"), matrix.text("to_id"), matrix.numbers("travel_time"));
    let n = at.len();
    let table = |shift: fn(f64) -> f64| {
        let rows = (0..time.len()).map(|i| (at[to[i]], at[from[i]], shift(time[i])));
        TravelTable::new(n, n, rows, TravelBasis::Network).unwrap()
    };
    let closed = table(|m| m);
    let jobs: Vec<(usize, f64)> =
        land.numbers("jobs").into_iter().enumerate().filter(|j| j.1 > 0.0).collect();
    let schools: Vec<(usize, f64)> =
        land.numbers("schools").into_iter().enumerate().filter(|s| s.1 > 0.0).collect();
    let people = land.numbers("population");
    let order: Vec<usize> = expected.text("id").iter().map(|id| at[id]).collect();
    let check = |ours: Vec<f64>, column: &str| {
        let ours: Vec<f64> = order.iter().map(|&i| ours[i]).collect();
        same(&ours, &expected.numbers(column), 1e-9, column);
    };
    check(access(&closed, &jobs, &people, &Decay::Binary, 45.0), "fca2_binary45_jobs");
    check(access(&closed, &jobs, &people, &Decay::Binary, 30.0), "fca2_binary30_jobs");
    check(access(&closed, &schools, &people, &Decay::Binary, 30.0), "fca2_binary30_schools");
    check(access(&closed, &jobs, &people, &Decay::Linear, 40.0), "e2sfca_linear40_jobs");
    // Its steps are open on the right, ours closed: a hair more than the time puts each where it puts it.
    let open = table(f64::next_up);
    let thirds = steps(&[(1.0 / 3.0, 1.0), (2.0 / 3.0, 0.68), (1.0, 0.22)]);
    check(access(&open, &jobs, &people, &thirds, 30.0), "e2sfca_stepped_10_20_30_w_0.68_0.22_0_jobs");
    let assets: Vec<usize> = schools.iter().map(|s| s.0).collect();
    let near = nearest::minutes(&closed, &assets).into_iter().map(|m| m.unwrap_or(f64::INFINITY)).collect();
    check(near, "closest_school_min");
}

/// PySAL, numpy, numba, C, DuckDB and PostGIS agree on this synthetic metropolis: 1,500 × 3,000, 12 categories.
#[test]
#[cfg_attr(no_test_bed, ignore = "needs the test bed")]
fn a_metropolis_as_seven_tools_have_it() {
    let bed = hereabouts_tests::test_bed();
    let categories: Vec<u32> = (1..=12).collect();
    metropolis(&bed.join("workload/small"), &bed.join("golden/workload_e2sfca"), "csv", &categories);
}

/// Three of its categories.
#[test]
fn a_part_of_a_metropolis_as_seven_tools_have_it() {
    let own = golden().join("metropolis");
    metropolis(&own, &own, "csv.gz", &[2, 7, 11]);
}

fn metropolis(given: &Path, answers: &Path, answers_end: &str, categories: &[u32]) {
    let demand = Columns::read(&given.join("demand.csv.gz"));
    let assets = Columns::read(&given.join("assets.csv.gz"));
    let places = |c: &Columns| -> Vec<[f64; 2]> {
        c.numbers("x").into_iter().zip(c.numbers("y")).map(|(x, y)| [x, y]).collect()
    };
    let travel = StraightLine::planar(&places(&assets), &places(&demand), 1.0);
    let (category, capacity) = (assets.numbers("category"), assets.numbers("capacity"));
    let read = |name: &str| Columns::read(&answers.join(format!("small_{name}.{answers_end}")));
    let (step, dai, binary, cumulative) = (read("step"), read("dai"), read("binary800"), read("cumulative"));
    let bands = steps(&[(0.25, 1.0), (0.5, 0.68), (1.0, 0.22)]);
    for &c in categories {
        let supply: Vec<(usize, f64)> =
            (0..capacity.len()).filter(|&j| category[j] == f64::from(c)).map(|j| (j, capacity[j])).collect();
        let need = demand.numbers(&format!("need_{c:02}"));
        let column = format!("a_{c:02}");
        same(&access(&travel, &supply, &need, &bands, 1600.0), &step.numbers(&column), 1e-12, "step");
        same(
            &access(&travel, &supply, &need, &Decay::Gaussian, 1600.0),
            &dai.numbers(&column),
            1e-9,
            "Gaussian",
        );
        same(
            &access(&travel, &supply, &need, &Decay::Binary, 800.0),
            &binary.numbers(&column),
            1e-12,
            "binary",
        );
        let ids: Vec<usize> = supply.iter().map(|s| s.0).collect();
        let near: Vec<f64> = nearest::minutes(&travel, &ids).into_iter().map(Option::unwrap).collect();
        let theirs = cumulative.numbers(&format!("nearest_m_{c:02}"));
        assert!(near.iter().zip(&theirs).all(|(a, b)| (a - b).abs() < 1e-5), "nearest");
        let covered = coverage::covered(&travel, &ids, minutes(1600.0));
        let counts = cumulative.numbers(&format!("count1600_{c:02}"));
        assert!(covered.iter().zip(&counts).all(|(c, n)| *c == (*n > 0.0)), "coverage");
        let mut reached = ReachedOrigins::default();
        let mut ours = vec![0.0; need.len()];
        for &id in &ids {
            travel.reach(id, minutes(1600.0), &mut reached);
            reached.origins.iter().for_each(|&o| ours[o as usize] += 1.0);
        }
        assert_eq!(ours, counts);
    }
}
