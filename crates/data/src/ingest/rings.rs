//! Whether rings cross, themselves or one another, in time that grows with n log n: a line is swept over them (Shamos and Hoey
//! 1976), and only segments that lie next to each other are compared. And whether mending what crosses is worth its work.

use geo::kernels::{Kernel, Orientation, RobustKernel};
use geo::{Area, Coord, LineString, MultiPolygon};
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// Crossings that are mended: each becomes a corner, and beyond so many nobody knows what was meant.
const MOST_CROSSINGS: usize = 10_000;

/// Pairs of segments that are looked at to count crossings.
const MOST_PAIRS: usize = 50_000_000;

/// What is found of the rings of polygons.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum RingFinding {
    /// They meet nowhere but at their own corners, and each hole is in its polygon.
    Sound,
    /// They touch there, which may be in order or not.
    Touching(Coord),
    /// They cross or overlap there, or one is where it should not be.
    Crossing(Coord),
}

/// A segment, from its lesser end to its greater, by longitude and then latitude.
#[derive(Debug, Clone, Copy)]
struct Segment {
    low: Coord,
    high: Coord,
    ring: usize,
    number: usize,
    /// Whether what lies above it is inside its ring.
    inside_above: bool,
}

/// The ring that a ring is, and what it is of.
#[derive(Debug, Clone, Copy)]
struct RingPart {
    polygon: usize,
    is_hole: bool,
    /// The ring around it; known once the line has reached it.
    around: Option<usize>,
    is_reached: bool,
}

fn order(a: Coord, b: Coord) -> Ordering {
    a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y))
}

fn side(from: Coord, to: Coord, of: Coord) -> Orientation {
    RobustKernel::orient2d(from, to, of)
}

impl Segment {
    /// Where another begins or ends as seen from this one: above is less, for this one is then below.
    fn below(&self, point: Coord) -> Ordering {
        match side(self.low, self.high, point) {
            Orientation::CounterClockwise => Ordering::Less,
            Orientation::Clockwise => Ordering::Greater,
            Orientation::Collinear => Ordering::Equal,
        }
    }

    fn ends_at(&self, point: Coord) -> bool {
        self.low == point || self.high == point
    }

    /// Whether a point on the line through it is on it.
    fn spans(&self, point: Coord) -> bool {
        order(self.low, point).is_le() && order(point, self.high).is_le()
    }
}

impl PartialEq for Segment {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}

impl Eq for Segment {}

impl PartialOrd for Segment {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// From below to above. It does not depend on where the line stands, for as long as none of them cross.
impl Ord for Segment {
    fn cmp(&self, other: &Self) -> Ordering {
        if self.number == other.number {
            return Ordering::Equal;
        }
        let by_place = if order(self.low, other.low).is_le() {
            self.below(other.low).then(self.below(other.high))
        } else {
            other.below(self.low).then(other.below(self.high)).reverse()
        };
        by_place.then(self.number.cmp(&other.number))
    }
}

/// How two segments meet, if they do.
fn meeting(a: &Segment, b: &Segment) -> Option<RingFinding> {
    let (b_low, b_high) = (a.below(b.low), a.below(b.high));
    let (a_low, a_high) = (b.below(a.low), b.below(a.high));
    if b_low.is_eq() && b_high.is_eq() {
        let from = if order(a.low, b.low).is_lt() { b.low } else { a.low };
        let to = if order(a.high, b.high).is_lt() { a.high } else { b.high };
        return match order(from, to) {
            Ordering::Less => Some(RingFinding::Crossing(from)),
            Ordering::Equal | Ordering::Greater => None,
        };
    }
    if b_low != b_high
        && b_low.is_ne()
        && b_high.is_ne()
        && a_low != a_high
        && a_low.is_ne()
        && a_high.is_ne()
    {
        return Some(RingFinding::Crossing(b.low));
    }
    let ends = [(b_low, b.low, a), (b_high, b.high, a), (a_low, a.low, b), (a_high, a.high, b)];
    ends.into_iter()
        .find(|(on, end, other)| on.is_eq() && other.spans(*end) && !other.ends_at(*end))
        .map(|(_, end, _)| RingFinding::Touching(end))
}

fn rings(polygons: &MultiPolygon<f64>) -> impl Iterator<Item = (usize, bool, &LineString<f64>)> {
    polygons.iter().enumerate().flat_map(|(number, polygon)| {
        let holes = polygon.interiors().iter().map(move |hole| (number, true, hole));
        std::iter::once((number, false, polygon.exterior())).chain(holes)
    })
}

fn segments(polygons: &MultiPolygon<f64>) -> Vec<Segment> {
    let mut all = Vec::new();
    for (ring, (_, _, line)) in rings(polygons).enumerate() {
        let turns_left = geo::Polygon::new(line.clone(), Vec::new()).signed_area() > 0.0;
        for side in line.lines().filter(|side| side.start != side.end) {
            let rightward = order(side.start, side.end).is_lt();
            let (low, high) = if rightward { (side.start, side.end) } else { (side.end, side.start) };
            all.push(Segment { low, high, ring, number: all.len(), inside_above: rightward == turns_left });
        }
    }
    all
}

/// What there is to say of the rings of polygons.
pub(super) fn look(polygons: &MultiPolygon<f64>) -> RingFinding {
    let segments = segments(polygons);
    let mut parts: Vec<RingPart> = rings(polygons)
        .map(|(polygon, is_hole, _)| RingPart { polygon, is_hole, around: None, is_reached: false })
        .collect();
    // At one point what ends goes first.
    let mut events: Vec<(Coord, bool, usize)> =
        segments.iter().flat_map(|s| [(s.low, true, s.number), (s.high, false, s.number)]).collect();
    events.sort_unstable_by(|a, b| order(a.0, b.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
    let mut touching = touching_corners(polygons);
    let mut line: BTreeSet<Segment> = BTreeSet::new();
    for (at, begins, number) in events {
        let segment = segments[number];
        let below = line.range(..segment).next_back().copied();
        let pairs = if begins {
            if !parts[segment.ring].is_reached && !is_placed(&mut parts, segment.ring, below) {
                return RingFinding::Crossing(at);
            }
            let above = line.range(segment..).next().copied();
            line.insert(segment);
            [below.map(|below| (below, segment)), above.map(|above| (segment, above))]
        } else {
            line.remove(&segment);
            let above = line.range(segment..).next().copied();
            [below.zip(above), None]
        };
        for (a, b) in pairs.into_iter().flatten() {
            match meeting(&a, &b) {
                Some(crossing @ RingFinding::Crossing(_)) => return crossing,
                Some(RingFinding::Touching(there)) => touching = touching.or(Some(there)),
                _ => {}
            }
        }
    }
    touching.map_or(RingFinding::Sound, RingFinding::Touching)
}

/// Notes which ring is around one, by the segment below its first corner; whether it may be there.
fn is_placed(parts: &mut [RingPart], ring: usize, below: Option<Segment>) -> bool {
    let around =
        below.and_then(|below| if below.inside_above { Some(below.ring) } else { parts[below.ring].around });
    let outer = around.map(|around| parts[around]);
    let part = &mut parts[ring];
    (part.around, part.is_reached) = (around, true);
    match outer {
        // A hole is in its own polygon.
        Some(outer) if part.is_hole => !outer.is_hole && outer.polygon == part.polygon,
        None => !part.is_hole,
        // A polygon may be an island in a hole.
        Some(outer) => outer.is_hole,
    }
}

/// A corner that two rings have, or one ring twice.
fn touching_corners(polygons: &MultiPolygon<f64>) -> Option<Coord> {
    let mut corners = Vec::new();
    for (_, _, line) in rings(polygons) {
        let mut ring: Vec<Coord> = line.0.clone();
        ring.dedup();
        // The last is the first.
        ring.pop();
        corners.extend(ring);
    }
    corners.sort_unstable_by(|a, b| order(*a, *b));
    corners.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| pair[0])
}

/// Whether rings cross so rarely that mending them has an answer.
///
/// # Errors
/// Why not.
pub(super) fn is_worth_mending(polygons: &MultiPolygon<f64>) -> Result<(), String> {
    let mut segments = segments(polygons);
    segments.sort_unstable_by(|a, b| order(a.low, b.low));
    let (mut pairs, mut crossings) = (0, 0);
    for (at, one) in segments.iter().enumerate() {
        let (bottom, top) = (one.low.y.min(one.high.y), one.low.y.max(one.high.y));
        for other in segments[at + 1..].iter().take_while(|other| other.low.x <= one.high.x) {
            pairs += 1;
            let apart = other.low.y.max(other.high.y) < bottom || other.low.y.min(other.high.y) > top;
            crossings += usize::from(!apart && matches!(meeting(one, other), Some(RingFinding::Crossing(_))));
            if crossings > MOST_CROSSINGS {
                return Err(format!("its rings cross more than {MOST_CROSSINGS} times, and are not mended"));
            }
        }
        if pairs > MOST_PAIRS {
            return Err("its rings cross, and finding out where would take too long".to_owned());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{Validation, polygon};
    use proptest::prelude::*;
    use std::f64::consts::TAU;

    fn of(rings: &[&[(f64, f64)]]) -> MultiPolygon<f64> {
        let line = |ring: &&[(f64, f64)]| LineString::from(ring.to_vec());
        MultiPolygon(vec![geo::Polygon::new(line(&rings[0]), rings[1..].iter().map(line).collect())])
    }

    const SQUARE: &[(f64, f64)] = &[(0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (0.0, 9.0), (0.0, 0.0)];

    #[test]
    fn finds_what_crosses_and_what_is_misplaced() {
        let hole = &[(2.0, 2.0), (2.0, 4.0), (4.0, 4.0), (4.0, 2.0), (2.0, 2.0)][..];
        let outside = &[(12.0, 2.0), (12.0, 4.0), (14.0, 4.0), (12.0, 2.0)][..];
        let nested = &[(2.5, 2.5), (2.5, 3.0), (3.0, 3.0), (2.5, 2.5)][..];
        let across = &[(5.0, 5.0), (5.0, 6.0), (12.0, 6.0), (5.0, 5.0)][..];
        assert_eq!(look(&of(&[SQUARE])), RingFinding::Sound);
        assert_eq!(look(&of(&[SQUARE, hole])), RingFinding::Sound);
        for bad in [&[SQUARE, outside][..], &[SQUARE, hole, nested], &[SQUARE, across], &[SQUARE, hole, hole]]
        {
            assert!(matches!(look(&of(bad)), RingFinding::Crossing(_)), "{bad:?}");
        }
        let bow = &[(0.0, 0.0), (2.0, 2.0), (2.0, 0.0), (0.0, 2.0), (0.0, 0.0)][..];
        let spike = &[(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (4.0, 9.0), (4.0, 4.0), (0.0, 4.0), (0.0, 0.0)][..];
        assert!(matches!(look(&of(&[bow])), RingFinding::Crossing(_)));
        assert!(matches!(look(&of(&[spike])), RingFinding::Crossing(_)));
        let touches = &[(0.0, 0.0), (2.0, 4.5), (4.0, 4.0), (0.0, 0.0)][..];
        assert!(matches!(look(&of(&[SQUARE, touches])), RingFinding::Touching(_)));
        let lake = polygon!(exterior: [(x: 0., y: 0.), (x: 9., y: 0.), (x: 9., y: 9.), (x: 0., y: 9.)],
            interiors: [[(x: 2., y: 2.), (x: 2., y: 6.), (x: 6., y: 6.), (x: 6., y: 2.)]]);
        let island = polygon![(x: 3., y: 3.), (x: 4., y: 3.), (x: 4., y: 4.)];
        assert_eq!(look(&MultiPolygon(vec![lake.clone(), island.clone()])), RingFinding::Sound);
        let covered = polygon![(x: 7., y: 7.), (x: 8., y: 7.), (x: 8., y: 8.)];
        assert!(matches!(look(&MultiPolygon(vec![lake, island, covered])), RingFinding::Crossing(_)));
    }

    #[test]
    fn valid_rings_of_any_shape_cost_n_log_n() {
        let n = 60_000;
        let around = |radius: &dyn Fn(usize) -> f64, turns: f64| {
            LineString::from_iter((0..n).map(|i| {
                let (sin, cos) = (TAU * turns * i as f64 / n as f64).sin_cos();
                (radius(i) * cos, radius(i) * sin)
            }))
        };
        let comb = LineString::from_iter(
            (0..n).map(|i| (i as f64, if i % 2 == 0 { 0.0 } else { 1e4 - i as f64 / 9.0 })),
        );
        let mut comb: Vec<(f64, f64)> = comb.into_iter().map(|c| (c.x, c.y)).collect();
        comb.extend([(n as f64, -1.0), (0.0, -1.0)]);
        let began = std::time::Instant::now();
        for ring in [
            around(&|_| 1.0, 1.0),
            around(&|i| if i % 2 == 0 { 1.0 } else { 0.01 }, 1.0),
            LineString::from(comb),
        ] {
            assert_eq!(look(&MultiPolygon(vec![geo::Polygon::new(ring, Vec::new())])), RingFinding::Sound);
        }
        // Comparing all pairs takes minutes.
        assert!(began.elapsed().as_secs() < 40, "{:?}", began.elapsed());
    }

    proptest! {
        /// On small whole coordinates, where everything touches, overlaps and degenerates.
        #[test]
        fn agrees_with_what_compares_all_pairs(corners in prop::collection::vec((0i8..7, 0i8..7), 3..9)) {
            let ring: Vec<(f64, f64)> = corners.iter().map(|&(x, y)| (x.into(), y.into())).collect();
            let polygons = MultiPolygon(vec![geo::Polygon::new(LineString::from(ring), Vec::new())]);
            let all = segments(&polygons);
            let crosses = |a: &Segment, b: &Segment| matches!(meeting(a, b), Some(RingFinding::Crossing(_)));
            let some_cross = all.iter().enumerate().any(|(at, a)| all[at + 1..].iter().any(|b| crosses(a, b)));
            match look(&polygons) {
                RingFinding::Sound => prop_assert!(!some_cross && polygons.is_valid(), "{polygons:?}"),
                RingFinding::Crossing(_) => prop_assert!(some_cross, "{polygons:?}"),
                RingFinding::Touching(_) => prop_assert!(!some_cross, "{polygons:?}"),
            }
        }
    }
}
