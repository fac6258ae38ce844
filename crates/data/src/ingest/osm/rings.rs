//! The rings of a multipolygon, out of ways in any order and direction.

use super::OsmShape;
use geo::{Area, Contains};
use geo_types::{LineString, MultiPolygon, Polygon};
use std::collections::HashMap;

/// Joins ways end to end until each ring closes.
///
/// # Errors
/// A ring stays open.
pub(super) fn closed(ways: Vec<Vec<i64>>) -> Result<Vec<Vec<i64>>, &'static str> {
    let mut rings = Vec::new();
    let mut open: Vec<Option<Vec<i64>>> = Vec::new();
    let mut ends: HashMap<i64, Vec<usize>> = HashMap::new();
    for way in ways {
        match (way.first(), way.last()) {
            (Some(first), Some(last)) if first == last => rings.push(way),
            (Some(&first), Some(&last)) => {
                for end in [first, last] {
                    ends.entry(end).or_default().push(open.len());
                }
                open.push(Some(way));
            }
            _ => {}
        }
    }
    for start in 0..open.len() {
        let Some(mut ring) = open[start].take() else { continue };
        while ring.first() != ring.last() {
            let Some(&end) = ring.last() else { break };
            let next = ends.get(&end).and_then(|at| at.iter().copied().find(|&i| open[i].is_some()));
            let Some(mut way) = next.and_then(|i| open[i].take()) else {
                return Err("a ring of it does not close");
            };
            if way.first() != Some(&end) {
                way.reverse();
            }
            ring.extend(way.into_iter().skip(1));
        }
        rings.push(ring);
    }
    Ok(rings)
}

/// Outer rings with the holes that lie in them. A ring inside an odd number of others is a hole; what its role says is
/// often wrong, where it lies is not.
pub(super) fn nested(rings: Vec<LineString<f64>>) -> OsmShape {
    let mut polygons: Vec<Polygon<f64>> = rings
        .into_iter()
        .filter(|r| r.0.len() > 3)
        .map(|r| Polygon::new(r, vec![]))
        .filter(|p| p.unsigned_area() > 0.0)
        .collect();
    // The largest first: what holds a ring stands before it.
    polygons.sort_by(|a, b| b.unsigned_area().total_cmp(&a.unsigned_area()));
    let mut outer: Vec<Polygon<f64>> = Vec::new();
    for (at, ring) in polygons.iter().enumerate() {
        let holders =
            polygons[..at].iter().filter(|p| p.contains(&ring.exterior().0[0]) && p.contains(ring)).count();
        if holders % 2 == 0 {
            outer.push(ring.clone());
        } else if let Some(holder) =
            outer.iter_mut().rev().find(|p| Polygon::new(p.exterior().clone(), vec![]).contains(ring))
        {
            holder.interiors_push(ring.exterior().clone());
        }
    }
    MultiPolygon(outer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_in_any_order_and_direction_make_a_ring() {
        let ring = closed(vec![vec![1, 2, 3], vec![5, 4, 3], vec![5, 6, 1]]).unwrap();
        assert_eq!(ring, [[1, 2, 3, 4, 5, 6, 1]]);
        assert_eq!(closed(vec![vec![1, 2, 3, 1], vec![7, 8], vec![8, 9, 7]]).unwrap().len(), 2);
        assert!(closed(vec![vec![1, 2], vec![2, 3]]).is_err());
        assert!(closed(vec![]).unwrap().is_empty());
    }

    #[test]
    fn a_hole_in_an_island_in_a_lake() {
        let square = |s: f64| LineString::from(vec![(-s, -s), (s, -s), (s, s), (-s, s), (-s, -s)]);
        let shape = nested(vec![square(1.0), square(4.0), square(2.0), square(3.0)]);
        assert_eq!(shape.0.len(), 2);
        assert_eq!(shape.unsigned_area(), 64.0 - 36.0 + 16.0 - 4.0);
    }
}
