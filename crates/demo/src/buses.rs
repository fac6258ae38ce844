//! The town's buses: three lines along its main roads, by a timetable like any other (GTFS).

use super::people::MadeUpArea;
use super::shape::{Point, distance};
use super::streets::MadeUpStreet;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

/// Metres from one stop to the next, at least.
const APART: f64 = 330.0;
/// Metres a second between stops: 18 km/h.
const SPEED: f64 = 5.0;
/// Seconds at a stop.
const HALT: u32 = 15;

/// One line, there and back.
struct BusPlan {
    name: &'static str,
    /// Roughly where it ends, in metres east and north of the middle.
    ends: [Point; 2],
    /// The first and the last departure from either end, in hours, and minutes from one to the next: on weekdays and on
    /// Saturdays. On Sundays nothing runs.
    weekdays: (u32, u32, u32),
    saturdays: (u32, u32, u32),
    /// `wheelchair_accessible`: 1 yes, 2 no, 0 nobody says.
    wheelchair: u8,
}

const PLANS: [BusPlan; 3] = [
    BusPlan {
        name: "1",
        ends: [[-2700.0, 500.0], [2600.0, 700.0]],
        weekdays: (6, 22, 10),
        saturdays: (7, 20, 20),
        wheelchair: 1,
    },
    BusPlan {
        name: "2",
        ends: [[-2400.0, -900.0], [2700.0, -700.0]],
        weekdays: (7, 19, 12),
        saturdays: (8, 18, 30),
        wheelchair: 2,
    },
    BusPlan {
        name: "3",
        ends: [[1300.0, -1900.0], [1500.0, 1900.0]],
        weekdays: (7, 18, 30),
        saturdays: (9, 16, 60),
        wheelchair: 0,
    },
];

/// Tables of the feed by name, as their titles and rows.
pub(super) fn tables(
    town: &[MadeUpArea],
    streets: &[MadeUpStreet],
) -> [(&'static str, &'static str, Vec<Vec<String>>); 6] {
    let roads = BusRoads::new(streets);
    let [mut stops, mut trips, mut times, mut frequencies] = [const { Vec::new() }; 4];
    let mut known: BTreeMap<usize, String> = BTreeMap::new();
    for plan in &PLANS {
        let halts = roads.halts(roads.way(plan.ends.map(|at| roads.nearest(at))));
        for &(road, _) in &halts {
            let next = known.len() + 1;
            known.entry(road).or_insert_with(|| {
                let (id, at) = (format!("B{next:03}"), roads.at[road]);
                let [lon, lat] = super::degrees(at).map(|degrees| degrees.to_string());
                stops.push(vec![id.clone(), name(town, at), lat, lon, "1".into()]);
                id
            });
        }
        let length = halts.last().map_or(0.0, |halt| halt.1);
        let back: Vec<(usize, f64)> =
            halts.iter().rev().map(|&(road, metres)| (road, length - metres)).collect();
        for (service, hours) in [("weekdays", plan.weekdays), ("saturdays", plan.saturdays)] {
            for (direction, halts) in [("out", &halts), ("back", &back)] {
                let trip = format!("{}-{service}-{direction}", plan.name);
                trips.push(vec![plan.name.into(), service.into(), trip.clone(), plan.wheelchair.to_string()]);
                let (first, last, every) = hours;
                let period = [format!("{first:02}:00:00"), format!("{last:02}:00:00")];
                let [from, until] = period;
                frequencies.push(vec![trip.clone(), from, until, (60 * every).to_string(), "1".into()]);
                for (n, &(road, metres)) in halts.iter().enumerate() {
                    let arrive = (metres / SPEED).round() as u32 + HALT * (n as u32).saturating_sub(1);
                    let depart = if n == 0 { arrive } else { arrive + HALT };
                    let stop = known[&road].clone();
                    times.push(vec![trip.clone(), clock(arrive), clock(depart), stop, (n + 1).to_string()]);
                }
            }
        }
    }
    let routes = PLANS.iter().map(|plan| vec![plan.name.into(), plan.name.into(), "3".into()]).collect();
    let days = |days: &str| days.split(',').map(str::to_owned).collect();
    let calendar = vec![
        days("weekdays,1,1,1,1,1,0,0,20260801,20270731"),
        days("saturdays,0,0,0,0,0,1,0,20260801,20270731"),
    ];
    [
        ("stops.txt", "stop_id,stop_name,stop_lat,stop_lon,wheelchair_boarding", stops),
        ("routes.txt", "route_id,route_short_name,route_type", routes),
        ("trips.txt", "route_id,service_id,trip_id,wheelchair_accessible", trips),
        ("stop_times.txt", "trip_id,arrival_time,departure_time,stop_id,stop_sequence", times),
        ("frequencies.txt", "trip_id,start_time,end_time,headway_secs,exact_times", frequencies),
        (
            "calendar.txt",
            "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date",
            calendar,
        ),
    ]
}

/// A stop is called by the neighbourhoods on both sides of the road.
fn name(town: &[MadeUpArea], at: Point) -> String {
    let mut near: Vec<&MadeUpArea> = town.iter().collect();
    near.sort_by(|a, b| distance(a.land.site, at).total_cmp(&distance(b.land.site, at)));
    format!("{} / {}", near[0].name, near[1].name)
}

fn clock(seconds: u32) -> String {
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// Main roads, from junction to junction.
struct BusRoads {
    at: Vec<Point>,
    ways: Vec<Vec<(usize, f64)>>,
}

impl BusRoads {
    fn new(streets: &[MadeUpStreet]) -> Self {
        let mut known: BTreeMap<[u64; 2], usize> = BTreeMap::new();
        let mut roads = Self { at: Vec::new(), ways: Vec::new() };
        for street in streets.iter().filter(|street| street.highway == "secondary") {
            let [a, b] = street.ends.map(|end| {
                *known.entry(end.map(f64::to_bits)).or_insert_with(|| {
                    roads.at.push(end);
                    roads.ways.push(Vec::new());
                    roads.at.len() - 1
                })
            });
            let metres = distance(street.ends[0], street.ends[1]);
            roads.ways[a].push((b, metres));
            roads.ways[b].push((a, metres));
        }
        roads
    }

    fn nearest(&self, to: Point) -> usize {
        let far = |road: &usize| distance(self.at[*road], to);
        (0..self.at.len()).min_by(|a, b| far(a).total_cmp(&far(b))).unwrap_or_default()
    }

    /// Junctions along the shortest way, with the metres from the first; none where roads do not lead there.
    fn way(&self, [from, to]: [usize; 2]) -> Vec<(usize, f64)> {
        let mut best: BTreeMap<usize, (u64, usize)> = BTreeMap::new();
        let mut open = BinaryHeap::from([Reverse((0, from, from))]);
        while let Some(Reverse((length, at, before))) = open.pop() {
            if best.contains_key(&at) {
                continue;
            }
            best.insert(at, (length, before));
            for &(next, metres) in &self.ways[at] {
                open.push(Reverse((length + (metres * 1000.0).round() as u64, next, at)));
            }
        }
        let mut way = Vec::new();
        let mut at = to;
        while let Some(&(length, before)) = best.get(&at) {
            way.push((at, length as f64 / 1000.0));
            if at == from {
                break;
            }
            at = before;
        }
        way.reverse();
        way
    }

    /// Where a bus stops along a way: at both ends, and between them at junctions far enough apart.
    fn halts(&self, way: Vec<(usize, f64)>) -> Vec<(usize, f64)> {
        let length = way.last().map_or(0.0, |end| end.1);
        let mut halts: Vec<(usize, f64)> = Vec::new();
        for (road, metres) in way {
            let since = halts.last().map_or(f64::INFINITY, |halt| metres - halt.1);
            let last = metres >= length;
            if last || (since >= APART && length - metres >= APART / 2.0) {
                halts.push((road, metres));
            }
        }
        halts
    }
}
