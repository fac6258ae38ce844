//! Where a map of streets ends: ways that lead out of it and back in again are not known.

use crate::fixed_point::FixedPoint;
use crate::network::WalkNetwork;
use hereabouts_core::place::Place;

/// From one place along the edge to the next there are at most so many metres.
const APART_M: f64 = 250.0;

/// Places along the edge of a network, which is taken for the line around all of it (its convex hull): extracts are cut out
/// by boxes and boundaries.
pub(crate) fn edge(network: &WalkNetwork) -> Vec<Place> {
    let corners = hull(network.junctions());
    let mut places = Vec::new();
    for (at, next) in corners.iter().zip(corners.iter().cycle().skip(1)) {
        let steps = (f64::from(at.millimetres(*next)) / 1000.0 / APART_M).ceil().max(1.0);
        let between = |from: i32, to: i32, step: f64| {
            (f64::from(from) + (f64::from(to) - f64::from(from)) * step / steps).round() as i32
        };
        places.extend((0..steps as u32).filter_map(|step| {
            let step = f64::from(step);
            let (lon, lat) = (between(at.lon(), next.lon(), step), between(at.lat(), next.lat(), step));
            Some(FixedPoint::new(lon, lat)?.place())
        }));
    }
    places
}

/// Corners of the convex hull, counter-clockwise (Andrew 1979, the monotone chain).
fn hull(all: &[FixedPoint]) -> Vec<FixedPoint> {
    let mut sorted = all.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    if sorted.len() < 3 {
        return sorted;
    }
    let mut corners = chain(sorted.iter().copied());
    corners.extend(chain(sorted.iter().rev().copied()));
    corners
}

/// One side of the hull without its last corner, with which the other side begins.
fn chain(sorted: impl Iterator<Item = FixedPoint>) -> Vec<FixedPoint> {
    let mut side: Vec<FixedPoint> = Vec::new();
    for at in sorted {
        while let [.., a, b] = side[..]
            && turn(a, b, at) <= 0
        {
            side.pop();
        }
        side.push(at);
    }
    side.pop();
    side
}

/// Above 0 where the way from `a` by `b` to `c` turns left.
fn turn(a: FixedPoint, b: FixedPoint, c: FixedPoint) -> i128 {
    let [ab, ac] = [b, c].map(|to| {
        let steps = |to: i32, from: i32| i128::from(to) - i128::from(from);
        (steps(to.lon(), a.lon()), steps(to.lat(), a.lat()))
    });
    ab.0 * ac.1 - ab.1 * ac.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn around_all_of_it() {
        let at = |x, y| FixedPoint::new(x, y).unwrap();
        let square = [(0, 0), (5, 1), (9, 0), (9, 9), (4, 4), (0, 9), (9, 4), (0, 0)].map(|(x, y)| at(x, y));
        assert_eq!(hull(&square), [at(0, 0), at(9, 0), at(9, 9), at(0, 9)]);
        assert_eq!(hull(&[at(3, 3), at(1, 1), at(2, 2)]), [at(1, 1), at(3, 3)]);
        assert_eq!(hull(&square[..1]), [at(0, 0)]);
        assert_eq!(hull(&[]), []);
        assert_eq!(edge(&WalkNetwork::default()), []);
    }
}
