//! The town's streets: one may go nearly everywhere on foot, but over the river by three bridges alone.
//!
//! Junctions are where people live, the corners of neighbourhoods and what is needed between them so that no quarter stays
//! empty. Two are joined by a street where no third lies between them: a lune-based β-skeleton (Kirkpatrick and Radke 1985),
//! which for β between 1 and 2 has the look and the detours of real street networks (Watanabe 2010).

use super::assets::GreenSpace;
use super::people::MadeUpArea;
use super::random::SeededRandom;
use super::shape::{Point, distance, inside};
use std::collections::{BTreeMap, BTreeSet};

/// Between 1, where three streets or four meet at most junctions, and 2, where many end blind.
const BETA: f64 = 1.35;
/// No street runs so far, in metres, without a junction; buckets of neighbours are as wide.
const LONGEST: f64 = 170.0;
/// Junctions that are not homes are as far from others, in metres: in the middle of town and how much more at its edge.
const APART: (f64, f64) = (68.0, 40.0);
/// Homes nearer to another than this, in metres, are on the same corner.
const SAME: f64 = 18.0;
/// Where bridges are looked for, in metres east of the middle.
const BRIDGES: [(f64, BridgeKind); 3] =
    [(-1500.0, BridgeKind::Steps), (150.0, BridgeKind::Road), (1900.0, BridgeKind::Road)];
/// Steps at both ends of a footbridge, in metres.
const FLIGHT: f64 = 12.0;
/// One short street in so many is a flight of steps.
const STEPS: f64 = 0.03;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum BridgeKind {
    /// From main road to main road.
    Road,
    /// A footbridge that one climbs.
    Steps,
}

/// One street between two junctions, or a part of a bridge.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct MadeUpStreet {
    /// As OpenStreetMap has it: `secondary`, `residential`, `footway` or `steps`.
    pub(super) highway: &'static str,
    pub(super) bridge: bool,
    pub(super) ends: [Point; 2],
}

/// Every street.
pub(super) fn streets(seed: u64, town: &[MadeUpArea], greens: &[GreenSpace]) -> Vec<MadeUpStreet> {
    let mut random = SeededRandom::part(seed, 7);
    let mut ground = StreetJunctions::default();
    let around = borders(town, &mut ground);
    let on_border = ground.at.len();
    homes(town, &mut ground, &mut random);
    let mut streets: Vec<MadeUpStreet> = around
        .iter()
        .map(|(&[a, b], &lands)| MadeUpStreet {
            highway: if lands == 2 { "secondary" } else { "footway" },
            bridge: false,
            ends: [ground.at[a], ground.at[b]],
        })
        .collect();
    let mut beside: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for &[a, b] in around.keys() {
        beside.entry(a).or_default().push(b);
    }
    for [a, b] in ground.skeleton() {
        let ends = [ground.at[a], ground.at[b]];
        let middle = between(ends, 0.5);
        // What leaves the land crosses its border, unless it leads from border to border.
        let borders = a < on_border && b < on_border;
        let crosses = || {
            let near = ends.into_iter().flat_map(|end| ground.near(end));
            let borders = near.filter_map(|c| Some((c, beside.get(&c)?)));
            borders
                .flat_map(|(c, others)| others.iter().map(move |&d| [c, d]))
                .any(|border| cross(ends, border.map(|at| ground.at[at])))
        };
        let wet = ground.north[a] != ground.north[b]
            || borders && !town.iter().any(|n| n.land.contains(middle))
            || crosses();
        if wet || around.contains_key(&[a, b]) {
            continue;
        }
        let highway = if greens.iter().any(|green| inside(&green.ring, middle)) {
            "footway"
        } else if random.chance(STEPS) && distance(ends[0], ends[1]) < 60.0 {
            "steps"
        } else {
            "residential"
        };
        streets.push(MadeUpStreet { highway, bridge: false, ends });
    }
    streets.extend(bridges(&ground, &around));
    streets
}

/// Roads between neighbourhoods and paths along the water, by how many neighbourhoods they border on.
fn borders(town: &[MadeUpArea], ground: &mut StreetJunctions) -> BTreeMap<[usize; 2], usize> {
    let mut known: BTreeMap<[u64; 2], usize> = BTreeMap::new();
    let mut around = BTreeMap::new();
    for home in town {
        let ring: Vec<usize> = home
            .land
            .ring
            .iter()
            .map(|at| *known.entry(at.map(f64::to_bits)).or_insert_with(|| ground.add(*at, home.land.north)))
            .collect();
        for pair in ring.windows(2).filter(|pair| pair[0] != pair[1]) {
            *around.entry([pair[0].min(pair[1]), pair[0].max(pair[1])]).or_default() += 1;
        }
    }
    around
}

/// Junctions where people live, then wherever there is room for one.
fn homes(town: &[MadeUpArea], ground: &mut StreetJunctions, random: &mut SeededRandom) {
    for home in town {
        for postcode in &home.postcodes {
            if !ground.any_within(postcode.at, SAME) {
                ground.add(postcode.at, home.land.north);
            }
        }
    }
    for home in town {
        let mut missed = 0;
        while missed < 150 {
            let at = home.land.somewhere(random);
            let apart = APART.0 + APART.1 * (distance(at, [0.0, 0.0]) / 3000.0).min(1.0);
            if ground.any_within(at, apart) {
                missed += 1;
            } else {
                ground.add(at, home.land.north);
                missed = 0;
            }
        }
    }
}

/// From the one bank to the other, where the river is narrow.
fn bridges(ground: &StreetJunctions, around: &BTreeMap<[usize; 2], usize>) -> Vec<MadeUpStreet> {
    let shore: BTreeSet<usize> =
        around.iter().filter(|(_, lands)| **lands == 1).flat_map(|(ends, _)| *ends).collect();
    let roads: BTreeSet<usize> =
        around.iter().filter(|(_, lands)| **lands == 2).flat_map(|(ends, _)| *ends).collect();
    let mut streets = Vec::new();
    for (east, bridge) in BRIDGES {
        let may = |at: &usize| bridge == BridgeKind::Steps || roads.contains(at);
        let (north, south): (Vec<usize>, Vec<usize>) =
            shore.iter().copied().filter(may).partition(|&at| ground.north[at]);
        let pairs = north.iter().flat_map(|&n| south.iter().map(move |&s| [ground.at[s], ground.at[n]]));
        let far =
            |ends: &[Point; 2]| distance(ends[0], ends[1]) + 0.3 * (between(*ends, 0.5)[0] - east).abs();
        let Some(ends) = pairs.min_by(|a, b| far(a).total_cmp(&far(b))) else { continue };
        let part = |highway, ends| MadeUpStreet { highway, bridge: true, ends };
        match bridge {
            BridgeKind::Road => streets.push(part("secondary", ends)),
            BridgeKind::Steps => {
                let flight = FLIGHT / distance(ends[0], ends[1]);
                let (up, down) = (between(ends, flight), between(ends, 1.0 - flight));
                streets.push(part("steps", [ends[0], up]));
                streets.push(part("footway", [up, down]));
                streets.push(part("steps", [down, ends[1]]));
            }
        }
    }
    streets
}

/// Where streets may meet, and on which bank.
#[derive(Debug, Default)]
struct StreetJunctions {
    at: Vec<Point>,
    north: Vec<bool>,
    buckets: BTreeMap<[i64; 2], Vec<usize>>,
}

impl StreetJunctions {
    fn add(&mut self, at: Point, north: bool) -> usize {
        self.at.push(at);
        self.north.push(north);
        self.buckets.entry(bucket(at)).or_default().push(self.at.len() - 1);
        self.at.len() - 1
    }

    /// Junctions at most [`LONGEST`] away, and some that are farther.
    fn near(&self, at: Point) -> impl Iterator<Item = usize> + '_ {
        let [x, y] = bucket(at);
        let around = (-1..=1).flat_map(move |east| (-1..=1).map(move |up| [x + east, y + up]));
        around.filter_map(|key| self.buckets.get(&key)).flatten().copied()
    }

    fn any_within(&self, at: Point, metres: f64) -> bool {
        self.near(at).any(|other| distance(self.at[other], at) < metres)
    }

    /// Pairs that no third junction lies between: in the lune that β spans.
    fn skeleton(&self) -> Vec<[usize; 2]> {
        let mut pairs = Vec::new();
        for a in 0..self.at.len() {
            let mut others: Vec<usize> = self.near(self.at[a]).filter(|&b| b > a).collect();
            others.sort_unstable();
            pairs.extend(others.into_iter().filter(|&b| self.joined(a, b)).map(|b| [a, b]));
        }
        pairs
    }

    fn joined(&self, a: usize, b: usize) -> bool {
        let ends = [self.at[a], self.at[b]];
        let length = distance(ends[0], ends[1]);
        let middles = [BETA / 2.0, 1.0 - BETA / 2.0].map(|share| between(ends, share));
        let in_lune =
            |c: usize| middles.iter().all(|middle| distance(self.at[c], *middle) < BETA / 2.0 * length);
        length <= LONGEST && !self.near(between(ends, 0.5)).any(|c| c != a && c != b && in_lune(c))
    }
}

fn bucket(at: Point) -> [i64; 2] {
    at.map(|metres| (metres / LONGEST).floor() as i64)
}

fn between([a, b]: [Point; 2], share: f64) -> Point {
    [a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])]
}

/// Whether two lines cross other than at an end.
fn cross([a, b]: [Point; 2], [c, d]: [Point; 2]) -> bool {
    let side = |p: Point, q: Point, r: Point| (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]);
    side(a, b, c) * side(a, b, d) < 0.0 && side(c, d, a) * side(c, d, b) < 0.0
}
