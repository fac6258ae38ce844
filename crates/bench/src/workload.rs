//! Made-up demand and assets on a plane, read from `demand.csv.gz` (x, y in metres, `need_01` … `need_12`) and
//! `assets.csv.gz` (x, y, category 1 … 12, capacity).

use flate2::read::GzDecoder;
use hereabouts_core::decay::{Decay, DecaySteps, InvalidSteps};
use hereabouts_core::metric::expected::ChancedAccess;
use hereabouts_core::metric::two_step::{PlaceSupply, two_step, two_step_each};
use hereabouts_core::travel::StraightLine;
use hereabouts_core::units::Minutes;
use std::error::Error;
use std::fs::File;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// How many needs there are, each with its own assets.
pub const NEEDS: usize = 12;

/// The catchment in metres.
pub const CATCHMENT_M: f64 = 1600.0;

/// Demand and assets.
#[derive(Debug, Clone, Default)]
pub struct Workload {
    /// Where demand stands, in metres.
    pub origins: Vec<[f64; 2]>,
    /// Demand by need, each parallel to `origins`.
    pub demand: [Vec<f64>; NEEDS],
    /// Where assets stand, in metres.
    pub assets: Vec<[f64; 2]>,
    /// Positions of the assets that serve each need, with their capacity.
    pub supply: [Vec<PlaceSupply<1>>; NEEDS],
}

impl Workload {
    /// Reads the two files of a folder.
    ///
    /// # Errors
    /// When a file is not there or a field is no number.
    pub fn read(folder: &Path) -> Result<Self, Box<dyn Error>> {
        let mut workload = Self::default();
        rows(&folder.join("demand.csv.gz"), |field| {
            workload.origins.push([field("x")?, field("y")?]);
            for (need, demand) in workload.demand.iter_mut().enumerate() {
                demand.push(field(&format!("need_{:02}", need + 1))?);
            }
            Ok(())
        })?;
        rows(&folder.join("assets.csv.gz"), |field| {
            let need = field("category")? as usize - 1;
            workload.supply[need]
                .push(PlaceSupply { asset: workload.assets.len(), places: [field("capacity")?] });
            workload.assets.push([field("x")?, field("y")?]);
            Ok(())
        })?;
        Ok(workload)
    }

    /// Access by need and origin, from coordinates to scores, with needs shared out over `threads`.
    #[must_use]
    pub fn access(&self, decay: &Decay, threads: usize) -> Vec<Vec<f64>> {
        let limit = Minutes::new(CATCHMENT_M).unwrap_or_default();
        self.by_need(threads, |travel, need| {
            let (supply, demand) = (&self.supply[need], &self.demand[need]);
            let [access] = two_step(travel, supply, demand, decay, limit, f64::INFINITY).access;
            access
        })
    }

    /// The share of demand that is unmet on average, by need and origin, where nobody has confirmed any asset for a while and
    /// `adequate` places are enough for a unit of demand.
    #[must_use]
    pub fn unmet_shares(&self, decay: &Decay, threads: usize, adequate: f64) -> Vec<Vec<f64>> {
        let limit = Minutes::new(CATCHMENT_M).unwrap_or_default();
        // Between one in five and nineteen in twenty, in no order.
        let chance = |asset: usize| 0.2 + 0.75 * (asset.wrapping_mul(7919) % 1000) as f64 / 1000.0;
        self.by_need(threads, |travel, need| {
            let (supply, demand) = (&self.supply[need], &self.demand[need]);
            let mut chanced = ChancedAccess::none(self.origins.len());
            let _ = two_step_each(
                travel,
                supply,
                demand,
                decay,
                limit,
                f64::INFINITY,
                |at, origins, weights, &[ratio]| {
                    chanced.add(chance(supply[at].asset), origins, weights, ratio);
                },
            );
            chanced.unmet_shares(adequate, |_| 0.0)
        })
    }

    fn by_need(
        &self,
        threads: usize,
        of: impl Fn(&StraightLine<2>, usize) -> Vec<f64> + Sync,
    ) -> Vec<Vec<f64>> {
        let travel = StraightLine::planar(&self.assets, &self.origins, 1.0);
        let (next, done) = (AtomicUsize::new(0), Mutex::new(vec![Vec::new(); NEEDS]));
        let work = || loop {
            let need = next.fetch_add(1, Ordering::Relaxed);
            if need >= NEEDS {
                return;
            }
            let scores = of(&travel, need);
            done.lock().unwrap_or_else(PoisonError::into_inner)[need] = scores;
        };
        thread::scope(|scope| {
            for _ in 1..threads {
                scope.spawn(work);
            }
            work();
        });
        done.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The decays of the workload's known sums: `step` and `dai`.
///
/// # Errors
/// Never: the steps are in order.
pub fn decays() -> Result<[(&'static str, Decay); 2], InvalidSteps> {
    let steps = DecaySteps::new(vec![(0.25, 1.0), (0.5, 0.68), (1.0, 0.22)])?;
    Ok([("step", Decay::Steps(steps)), ("dai", Decay::Gaussian)])
}

fn rows(
    path: &Path,
    mut row: impl FnMut(&dyn Fn(&str) -> Result<f64, Box<dyn Error>>) -> Result<(), Box<dyn Error>>,
) -> Result<(), Box<dyn Error>> {
    let file = File::open(path).map_err(|e| format!("{}: {e}", path.display()))?;
    let mut reader = csv::Reader::from_reader(GzDecoder::new(file));
    let names = reader.headers()?.clone();
    for record in reader.records() {
        let record = record?;
        row(&|name| {
            let at = names.iter().position(|n| n == name).ok_or_else(|| format!("no column {name}"))?;
            Ok(record[at].parse::<f64>()?)
        })?;
    }
    Ok(())
}
