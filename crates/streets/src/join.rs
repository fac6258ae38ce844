//! Several maps as one: roads and rights of way are drawn by different people and share no vertices.

use crate::edge_access::{AccessBarrier, EdgeAccess};
use crate::fixed_point::{FixedPoint, LocalPlane, nearest_on};
use crate::grid::SegmentGrid;
use crate::lines::StreetLines;
use std::collections::{BTreeMap, BTreeSet};

/// How far the end of a line may lie from a line of another map to meet it, in metres: a path is drawn to the kerb, a road
/// along its middle. On Bath 5 m leave 152 pieces of rights of way apart, 10 m 59, 15 m 37 and 25 m 31.
pub const JOIN_WITHIN_M: f64 = 15.0;

/// Nearer than this to a vertex, it is the vertex that is met, in metres.
const AT_VERTEX_M: f64 = 0.5;

/// A place on a line where another comes to it.
struct SharedPoint {
    /// The vertex after which it lies.
    after: usize,
    along: f64,
    point: u32,
}

/// All lines of all maps. Within a map lines meet as it says; from map to map the end of a line meets the nearest line
/// within [`JOIN_WITHIN_M`], on the way straight to it.
#[must_use]
pub fn join(mut maps: Vec<StreetLines>) -> StreetLines {
    if maps.len() < 2 {
        return maps.pop().unwrap_or_default();
    }
    let maps = &maps;
    let mut all = StreetLines::default();
    // Of each line, its map and its points in the joined lines.
    let mut lines: Vec<(usize, usize, u32)> = Vec::new();
    for (map, own) in maps.iter().enumerate() {
        let shift = all.points().len() as u32;
        for (at, gate) in own.points().iter().zip(own.gates()) {
            all.point(*at, *gate);
        }
        lines.extend((0..own.len()).map(|line| (map, line, shift)));
    }
    let shape = |line: usize| {
        let (map, own, _) = lines[line];
        maps[map].get(own).points.iter().map(move |&p| maps[map].points()[p as usize])
    };
    let grid = SegmentGrid::new(lines.len(), shape);
    let mut meetings: BTreeMap<usize, Vec<SharedPoint>> = BTreeMap::new();
    let mut links: Vec<[u32; 2]> = Vec::new();
    for (map, end) in ends(maps, &lines) {
        let at = all.points()[end as usize];
        let plane = LocalPlane::new(at);
        let near = grid.near(at, plane.steps(JOIN_WITHIN_M)).map(|line| line as usize);
        let others = near.filter(|line| lines[*line].0 != map);
        let shapes = others.map(|line| (line, shape(line).map(|at| plane.metres(at)).collect()));
        let Some((line, after, along)) = nearest(shapes) else { continue };
        let (to_map, own, shift) = lines[line];
        let met = maps[to_map].get(own);
        let length = f64::from(met.lengths[after + 1]) / 1000.0;
        let point = if along * length <= AT_VERTEX_M {
            met.points[after] + shift
        } else if (1.0 - along) * length <= AT_VERTEX_M {
            met.points[after + 1] + shift
        } else {
            let side = [met.points[after], met.points[after + 1]].map(|p| maps[to_map].points()[p as usize]);
            let point = all.point(between(side, along), AccessBarrier::Open);
            meetings.entry(line).or_default().push(SharedPoint { after, along, point });
            point
        };
        links.push([end, point]);
    }
    for (line, &(map, own, shift)) in lines.iter().enumerate() {
        let own = maps[map].get(own);
        let mut met = meetings.remove(&line).unwrap_or_default();
        met.sort_by(|a, b| {
            (a.after, a.along).partial_cmp(&(b.after, b.along)).unwrap_or(std::cmp::Ordering::Equal)
        });
        all.measured_line(with_meetings(own.points, own.lengths, shift, &met), own.layer, own.passage);
    }
    for [end, point] in links {
        all.line([end, point], 0, EdgeAccess::FREE);
    }
    all.compact()
}

/// Ends of lines, each with its map and its point in the joined lines.
fn ends(maps: &[StreetLines], lines: &[(usize, usize, u32)]) -> BTreeSet<(usize, u32)> {
    let ends = lines.iter().flat_map(|&(map, line, shift)| {
        let points = maps[map].get(line).points;
        [points[0], points[points.len() - 1]].map(|p| (map, p + shift))
    });
    ends.collect()
}

/// The line nearest to the middle of the plane, after which of its vertices and how far along the side, if one is near enough;
/// of lines equally near the first.
fn nearest(lines: impl Iterator<Item = (usize, Vec<[f64; 2]>)>) -> Option<(usize, usize, f64)> {
    let mut best: Option<(f64, usize, usize, f64)> = None;
    for (line, metres) in lines {
        for (after, side) in metres.windows(2).enumerate() {
            let (along, distance) = nearest_on(side[0], side[1]);
            let nearer = best.is_none_or(|b| (distance, line, after) < (b.0, b.1, b.2));
            if distance <= JOIN_WITHIN_M && nearer {
                best = Some((distance, line, after, along));
            }
        }
    }
    best.map(|(_, line, after, along)| (line, after, along))
}

fn between([a, b]: [FixedPoint; 2], along: f64) -> FixedPoint {
    let mix = |a: i32, b: i32| (f64::from(a) + along * (f64::from(b) - f64::from(a))).round() as i32;
    FixedPoint::new(mix(a.lon(), b.lon()), mix(a.lat(), b.lat())).unwrap_or(a)
}

/// The points of a line with those put in where others meet it; its length stays what it was.
fn with_meetings(points: &[u32], lengths: &[u32], shift: u32, met: &[SharedPoint]) -> Vec<(u32, u32)> {
    let mut all = Vec::with_capacity(points.len() + met.len());
    let mut met = met.iter().peekable();
    for (vertex, (&point, &length)) in points.iter().zip(lengths).enumerate() {
        let mut gone = 0;
        while let Some(m) = met.next_if(|m| m.after + 1 == vertex) {
            let at = ((f64::from(length) * m.along).round() as u32).clamp(gone, length);
            all.push((m.point, at - gone));
            gone = at;
        }
        all.push((point + shift, length - gone));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(all: &[&[(i32, i32)]]) -> StreetLines {
        let mut lines = StreetLines::default();
        for line in all {
            let points: Vec<u32> = line
                .iter()
                .map(|&(x, y)| lines.point(FixedPoint::new(x, y).unwrap(), AccessBarrier::Open))
                .collect();
            lines.line(points, 0, EdgeAccess::FREE);
        }
        lines
    }

    #[test]
    fn a_path_meets_the_road_beside_it_and_the_road_stays_as_long() {
        // One step at the equator is 1.11 cm; the path ends 6 m north of the road, another 30 m south.
        let road = lines(&[&[(0, 0), (10_000, 0), (20_000, 0)]]);
        let path = lines(&[&[(15_000, 540), (15_000, 9_000)], &[(5_000, 2_700), (5_000, 9_000)]]);
        let joined = join(vec![road.clone(), path]);
        assert_eq!(joined.len(), 4);
        let whole = |l: &StreetLines| l.get(0).lengths.iter().sum::<u32>();
        assert_eq!((whole(&joined), joined.get(0).points.len()), (whole(&road), 4));
        let link = joined.get(3);
        assert_eq!(link.lengths, [0, 6_005]);
        assert!(
            joined.get(0).points.contains(&link.points[1]) && joined.get(1).points.contains(&link.points[0])
        );
        // A map is not joined within itself.
        let both = lines(&[&[(0, 0), (10_000, 0), (20_000, 0)], &[(15_000, 540), (15_000, 9_000)]]);
        assert_eq!(join(vec![both.clone()]), both);
        assert_eq!(join(vec![]), StreetLines::default());
    }

    #[test]
    fn two_paths_meet_one_side_of_a_road_in_their_order() {
        let road = lines(&[&[(0, 0), (20_000, 0)]]);
        let path = lines(&[&[(15_000, 300), (15_000, 9_000)], &[(5_000, -300), (5_000, -9_000)]]);
        let joined = join(vec![road, path]);
        let lon: Vec<i32> = joined.get(0).points.iter().map(|&p| joined.points()[p as usize].lon()).collect();
        assert_eq!(lon, [0, 5_000, 15_000, 20_000]);
    }
}
