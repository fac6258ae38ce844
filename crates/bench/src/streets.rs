//! Streets to measure on: a made-up county of any size, and Porto Alegre's network as pandana is given it.

use hereabouts_core::place::Place;
use hereabouts_core::travel::{ReachedOrigins, TravelTimes};
use hereabouts_core::units::{KilometresPerHour, Minutes};
use hereabouts_streets::{
    AccessBarrier, EdgeAccess, FixedPoint, Persona, SnappedPoint, StreetLines, WalkNetwork, WalkTravel,
};
use std::collections::HashMap;
use std::error::Error;
use std::path::Path;
use std::sync::Arc;

/// Metres from one junction of the made-up county to the next.
const BLOCK_M: f64 = 45.0;

/// Metres in a degree of latitude.
const PER_DEGREE_M: f64 = 111_195.0;

/// South-western corner of the county, in degrees.
const CORNER: (f64, f64) = (-2.6, 53.3);

/// The metres of pandana's task.
pub const CATCHMENT_M: f64 = 1_600.0;

/// The same numbers for ever.
#[derive(Debug, Clone)]
pub struct SeededDice(u64);

impl SeededDice {
    /// From a seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// From 0 to less than 1.
    pub fn share(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }
}

fn side(streets: usize) -> usize {
    ((streets as f64 / 2.0).sqrt() as usize).max(2)
}

fn at(x: f64, y: f64) -> Option<Place> {
    let north = BLOCK_M / PER_DEGREE_M;
    Place::new(CORNER.0 + x * north / CORNER.1.to_radians().cos(), CORNER.1 + y * north).ok()
}

/// A county of about so many streets, each with two bends: every tenth is missing, every twentieth has steps.
///
/// # Errors
/// Never: the county is on earth.
pub fn county(streets: usize) -> Result<StreetLines, Box<dyn Error>> {
    let side = side((streets as f64 / 0.9) as usize);
    let mut dice = SeededDice::new(1);
    let mut lines = StreetLines::default();
    let point = |lines: &mut StreetLines, x: f64, y: f64, dice: &mut SeededDice| {
        let (dx, dy) = (0.3 * (dice.share() - 0.5), 0.3 * (dice.share() - 0.5));
        let place = at(x + dx, y + dy).ok_or("off the earth")?;
        Ok::<u32, Box<dyn Error>>(lines.point(FixedPoint::from(place), AccessBarrier::Open))
    };
    let mut corners = Vec::with_capacity(side * side);
    for n in 0..side * side {
        corners.push(point(&mut lines, (n % side) as f64, (n / side) as f64, &mut dice)?);
    }
    for n in 0..side * side {
        let (x, y) = (n % side, n / side);
        for (dx, dy) in [(1, 0), (0, 1)] {
            if x + dx >= side || y + dy >= side || dice.share() < 0.1 {
                continue;
            }
            let passage = if dice.share() < 0.05 { EdgeAccess::NOT_STEP_FREE } else { EdgeAccess::FREE };
            let along = |t: f64| (x as f64 + dx as f64 * t, y as f64 + dy as f64 * t);
            let mut bends = [0; 2];
            for (bend, t) in bends.iter_mut().zip([1.0 / 3.0, 2.0 / 3.0]) {
                let (x, y) = along(t);
                *bend = point(&mut lines, x, y, &mut dice)?;
            }
            let to = corners[(y + dy) * side + x + dx];
            lines.line([corners[n], bends[0], bends[1], to], 0, passage);
        }
    }
    Ok(lines)
}

/// Places spread over a county of so many streets.
#[must_use]
pub fn places(streets: usize, count: usize, seed: u64) -> Vec<Place> {
    let (side, mut dice) = (side((streets as f64 / 0.9) as usize) as f64, SeededDice::new(seed));
    (0..count).filter_map(|_| at(dice.share() * side, dice.share() * side)).collect()
}

/// pandana's task: within 1,600 m of each origin, along the network, the other origins and the jobs there.
#[derive(Debug, Clone)]
pub struct RouteTask {
    nodes: Vec<[f64; 2]>,
    streets: Vec<(u32, u32, f64)>,
    origins: Vec<[f64; 2]>,
    jobs: Vec<f64>,
}

/// What comes of it.
#[derive(Debug, Clone, PartialEq)]
pub struct PathSums {
    /// Pairs of origins within the catchment.
    pub pairs: usize,
    /// Minutes at 4.8 km/h of all pairs together.
    pub minutes: f64,
    /// Jobs in reach, of all origins together.
    pub jobs: f64,
}

impl RouteTask {
    /// Reads `nodes.csv`, `edges.csv` and `hexgrid.csv` of a folder.
    ///
    /// # Errors
    /// When a file is not there or a field is no number.
    pub fn read(folder: &Path) -> Result<Self, Box<dyn Error>> {
        let rows = |name: &str| -> Result<Vec<csv::StringRecord>, Box<dyn Error>> {
            Ok(csv::Reader::from_path(folder.join(name))?.records().collect::<Result<_, _>>()?)
        };
        let number = |text: &str| -> Result<f64, Box<dyn Error>> {
            // Five cells say nothing of their jobs, which counts as none.
            Ok(if text.is_empty() { 0.0 } else { text.parse()? })
        };
        let (mut nodes, mut known) = (Vec::new(), HashMap::new());
        for row in rows("nodes.csv")? {
            known.insert(row[0].to_owned(), nodes.len() as u32);
            nodes.push([number(&row[1])?, number(&row[2])?]);
        }
        let node = |id: &str| known.get(id).copied().ok_or_else(|| format!("no node {id}"));
        let mut streets = Vec::new();
        for row in rows("edges.csv")? {
            streets.push((node(&row[0])?, node(&row[1])?, number(&row[2])?));
        }
        let (mut origins, mut jobs) = (Vec::new(), Vec::new());
        for row in rows("hexgrid.csv")? {
            origins.push([number(&row[1])?, number(&row[2])?]);
            jobs.push(number(&row[5])?);
        }
        Ok(Self { nodes, streets, origins, jobs })
    }

    /// From coordinates to sums.
    ///
    /// # Errors
    /// When a coordinate is not on earth.
    pub fn run(&self) -> Result<PathSums, Box<dyn Error>> {
        let mut sums = PathSums { pairs: 0, minutes: 0.0, jobs: 0.0 };
        self.each(|_, reached| {
            sums.pairs += reached.origins.len();
            sums.minutes += reached.minutes.iter().sum::<f64>();
            sums.jobs += reached.origins.iter().map(|&there| self.jobs[there as usize]).sum::<f64>();
        })?;
        Ok(sums)
    }

    /// Shows each origin, by its row, with the rows and minutes of those within the catchment.
    ///
    /// # Errors
    /// When a coordinate is not on earth.
    pub fn each(&self, mut show: impl FnMut(usize, &ReachedOrigins)) -> Result<(), Box<dyn Error>> {
        let mut lines = StreetLines::default();
        let mut points: HashMap<FixedPoint, Vec<u32>> = HashMap::new();
        for &[lon, lat] in &self.nodes {
            let at = FixedPoint::from(Place::new(lon, lat)?);
            points.entry(at).or_default().push(lines.point(at, AccessBarrier::Open));
        }
        for &(from, to, metres) in &self.streets {
            let length = (metres * 1000.0).round() as u32;
            lines.measured_line([(from, 0), (to, length)], 0, EdgeAccess::FREE);
        }
        let network = WalkNetwork::new(&lines);
        // Junctions at one place stand in the order of their points.
        let mut junctions: HashMap<FixedPoint, Vec<u32>> = HashMap::new();
        for (junction, at) in (0..).zip(network.junctions()) {
            junctions.entry(*at).or_default().push(junction);
        }
        let junction_of: HashMap<u32, u32> = points
            .iter()
            .filter_map(|(at, points)| Some(points.iter().copied().zip(junctions.get(at)?.iter().copied())))
            .flatten()
            .collect();
        let mut spot_at: HashMap<u32, SnappedPoint> = HashMap::new();
        for (edge, street) in (0..).zip(network.edges()) {
            for (end, along) in [(street.from, 0), (street.to, network.length(edge))] {
                spot_at.entry(end).or_insert(SnappedPoint { edge, along, off: 0 });
            }
        }
        let mut rising: Vec<u32> = (0..self.nodes.len() as u32).collect();
        rising.sort_by(|&a, &b| self.nodes[a as usize][0].total_cmp(&self.nodes[b as usize][0]));
        let spots: Vec<Option<SnappedPoint>> = self
            .origins
            .iter()
            .map(|origin| spot_at.get(junction_of.get(&self.nearest(&rising, *origin))?).copied())
            .collect();
        let places: Vec<Place> =
            self.origins.iter().map(|&[lon, lat]| Place::new(lon, lat)).collect::<Result<_, _>>()?;
        let persona = Persona { speed: KilometresPerHour::new(4.8)?, step_free: false };
        let limit = Minutes::new(CATCHMENT_M / 80.0)?;
        let walks = WalkTravel::between(
            Arc::new(network),
            persona,
            (&places, spots.clone()),
            (&places, spots),
            limit,
            1.0,
        );
        let mut reached = ReachedOrigins::default();
        for origin in 0..places.len() {
            walks.reach(origin, limit, &mut reached);
            show(origin, &reached);
        }
        Ok(())
    }

    /// The node that pandana takes: the nearest in degrees. `rising` are nodes by longitude.
    fn nearest(&self, rising: &[u32], [lon, lat]: [f64; 2]) -> u32 {
        let (mut best, mut found) = (f64::INFINITY, 0);
        let east = rising.partition_point(|&node| self.nodes[node as usize][0] < lon);
        let mut look = |node: u32| {
            let at = self.nodes[node as usize];
            let squared = (at[0] - lon).powi(2) + (at[1] - lat).powi(2);
            if (squared, node) < (best, found) {
                (best, found) = (squared, node);
            }
            (at[0] - lon).powi(2) <= best
        };
        rising[east..].iter().take_while(|&&node| look(node)).count();
        rising[..east].iter().rev().take_while(|&&node| look(node)).count();
        found
    }
}
