//! The outline of what somebody reaches from a place, to be drawn.

mod contour;

use crate::edge_access::EdgeAccess;
use crate::fixed_point::{FixedPoint, LocalPlane};
use crate::network::WalkNetwork;
use crate::one_to_many::{OneToMany, SearchDirection};
use crate::snap::SnappedPoint;
use crate::walk_graph::{SnapResult, WalkGraph};
use contour::ContourRaster;
use geo::{Coord, LineString, MapCoords, MultiPolygon, Polygon};
use hereabouts_core::place::Place;
use hereabouts_core::units::Minutes;

/// Metres between the crossings of the grid on which outlines are found.
const STEP_M: f64 = 20.0;

/// How far off a street is still drawn as reached, if there are minutes left for it, in metres.
const BESIDE_M: f64 = 50.0;

/// How far off a street values are known, in metres: as far as the line between what is drawn and what is not can lie.
const PAINTED_M: f64 = BESIDE_M + 1.5 * STEP_M;

/// Corners of a circle.
const CORNERS: u32 = 72;

impl WalkGraph {
    /// What is reached from a place within each of `minutes`, as an outline around streets; the circle of the straight line
    /// with its `detour` where streets are not known, and nothing where no street leads anywhere.
    #[must_use]
    pub fn outlines(&self, from: Place, minutes: &[Minutes], detour: f64) -> Vec<MultiPolygon<f64>> {
        let mut room = None;
        let plane = LocalPlane::new(FixedPoint::from(from));
        match self.stand(from, SearchDirection::From, &mut room) {
            SnapResult::Unknown => {
                let metres =
                    |m: &Minutes| m.get() * self.persona().millimetres_per_minute() / 1000.0 / detour;
                minutes.iter().map(|m| circle(&plane, metres(m))).collect()
            }
            SnapResult::Cut => minutes.iter().map(|_| MultiPolygon(Vec::new())).collect(),
            SnapResult::At(spot) => {
                let mut search = room.unwrap_or_else(|| OneToMany::new(self.network()));
                let limits: Vec<u32> = minutes.iter().map(|m| self.persona().millimetres(m.get())).collect();
                let most = limits.iter().copied().max().unwrap_or(0);
                let field = self.field(&plane, spot, most, &mut search);
                limits.iter().map(|limit| field.outline(&plane, *limit)).collect()
            }
        }
    }

    /// Millimetres from a spot to everywhere around it.
    fn field(
        &self,
        plane: &LocalPlane,
        spot: SnappedPoint,
        most: u32,
        search: &mut OneToMany,
    ) -> MinuteField {
        let (network, persona) = (self.network(), self.persona());
        search.run(
            network,
            persona,
            SearchDirection::From,
            spot.ends(network, persona, SearchDirection::From),
            most,
        );
        let reach_m = f64::from(most) / 1000.0 + PAINTED_M;
        let mut field = MinuteField::new(reach_m);
        let against = EdgeAccess::NOT_FORWARD;
        let closed = if persona.step_free { against.and(EdgeAccess::NOT_STEP_FREE) } else { against };
        let mut near: Vec<u32> = network.near(plane.middle(), plane.steps(reach_m)).collect();
        near.sort_unstable();
        near.dedup();
        for edge in near {
            let street = network.edges()[edge as usize];
            let length = network.length(edge);
            let (on, back) = (street.passage, street.passage.reversed());
            let open = |passage: EdgeAccess| !passage.forbids(closed);
            let from = search.millimetres(street.from).filter(|_| open(on));
            let to = search.millimetres(street.to).filter(|_| open(back));
            let own = edge == spot.edge;
            if from.is_none() && to.is_none() && !own {
                continue;
            }
            field.paint(plane, network, edge, most, |along| {
                let ahead = if along >= spot.along { on } else { back };
                let straight = (own && open(ahead))
                    .then(|| spot.off.saturating_add(ahead.on_the_level(along.abs_diff(spot.along))));
                let by_from = from.map(|m| m.saturating_add(on.on_the_level(along)));
                let by_to = to.map(|m| m.saturating_add(back.on_the_level(length - along)));
                [straight, by_from, by_to].into_iter().flatten().min()
            });
        }
        field
    }
}

/// Millimetres at the crossings of a grid about a place.
struct MinuteField {
    columns: usize,
    /// Steps from the place to the first column and row.
    half: f64,
    /// On foot from the place, there being a street within [`PAINTED_M`].
    walked: Vec<u32>,
    /// In a straight line to the nearest street that is reached.
    off: Vec<u32>,
}

impl MinuteField {
    fn new(reach_m: f64) -> Self {
        let half = (reach_m / STEP_M).ceil() + 3.0;
        let columns = 2 * half as usize + 1;
        let none = vec![u32::MAX; columns * columns];
        Self { columns, half, walked: none.clone(), off: none }
    }

    /// Paints a street and what lies beside it, where `millimetres` says how far it is to so many along it.
    fn paint(
        &mut self,
        plane: &LocalPlane,
        network: &WalkNetwork,
        edge: u32,
        most: u32,
        millimetres: impl Fn(u32) -> Option<u32>,
    ) {
        for side in network.course(edge).windows(2) {
            let [a, b] = [side[0], side[1]].map(|bend| plane.metres(bend.at));
            let length = side[1].along - side[0].along;
            let steps = (f64::from(length) / 1000.0 / (STEP_M / 2.0)).ceil().max(1.0);
            for step in 0..=steps as u32 {
                let t = f64::from(step) / steps;
                let along = side[0].along + (f64::from(length) * t).round() as u32;
                if let Some(there) = millimetres(along).filter(|there| *there <= most) {
                    self.dot([a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])], there);
                }
            }
        }
    }

    fn dot(&mut self, at: [f64; 2], there: u32) {
        let range = |metres: f64| {
            let step = |metres: f64| (metres / STEP_M + self.half).max(0.0);
            step(metres - PAINTED_M).ceil() as usize
                ..(step(metres + PAINTED_M) as usize + 1).min(self.columns)
        };
        for y in range(at[1]) {
            for x in range(at[0]) {
                let metres = |n: usize| (n as f64 - self.half) * STEP_M;
                let off = ((metres(x) - at[0]).hypot(metres(y) - at[1]) * 1000.0).round() as u32;
                let crossing = y * self.columns + x;
                let (walked, nearest) = (&mut self.walked[crossing], &mut self.off[crossing]);
                *walked = (*walked).min(there.saturating_add(off));
                *nearest = (*nearest).min(off);
            }
        }
    }

    /// Around all that takes no more than `limit` and lies no further than [`BESIDE_M`] off a street.
    fn outline(&self, plane: &LocalPlane, limit: u32) -> MultiPolygon<f64> {
        let beyond = |(&walked, &off): (&u32, &u32)| {
            if walked == u32::MAX {
                return f64::INFINITY;
            }
            (f64::from(walked) - f64::from(limit)).max(f64::from(off) - BESIDE_M * 1000.0)
        };
        let values = self.walked.iter().zip(&self.off).map(beyond).collect();
        ContourRaster { columns: self.columns, values }
            .within()
            .map_coords(|c| degrees(plane, [(c.x - self.half) * STEP_M, (c.y - self.half) * STEP_M]))
    }
}

fn circle(plane: &LocalPlane, metres: f64) -> MultiPolygon<f64> {
    let corner = |n: u32| {
        let angle = std::f64::consts::TAU * f64::from(n % CORNERS) / f64::from(CORNERS);
        degrees(plane, [metres * angle.cos(), metres * angle.sin()])
    };
    let ring = LineString((0..=CORNERS).map(corner).collect());
    MultiPolygon(vec![Polygon::new(ring, Vec::new())])
}

fn degrees(plane: &LocalPlane, metres: [f64; 2]) -> Coord<f64> {
    let [x, y] = plane.degrees(metres);
    Coord { x, y }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edge_access::AccessBarrier;
    use crate::lines::StreetLines;
    use crate::persona::Persona;
    use geo::Contains;
    use std::sync::Arc;

    fn place(x: f64, y: f64) -> Place {
        Place::new(x * 8_993.0 / 1e7, y * 8_993.0 / 1e7).unwrap()
    }

    /// A town on the equator, 30 by 30 blocks of 100 m, without streets east of a river but for one bridge in the north.
    fn town() -> WalkGraph {
        let mut lines = StreetLines::default();
        let at = |x: i32, y: i32| FixedPoint::new(x * 8_993, y * 8_993).unwrap();
        let points: Vec<u32> =
            (0..31 * 31).map(|n| lines.point(at(n % 31, n / 31), AccessBarrier::Open)).collect();
        for y in 0..31 {
            let row = &points[y * 31..(y + 1) * 31];
            if y == 30 {
                lines.line(row.iter().copied(), 0, EdgeAccess::FREE);
            } else {
                lines.line(row[..16].iter().copied(), 0, EdgeAccess::FREE);
                lines.line(row[16..].iter().copied(), 0, EdgeAccess::FREE);
            }
            lines.line((0..31).map(|x| points[x * 31 + y]), 0, EdgeAccess::FREE);
        }
        WalkGraph::new(Arc::new(WalkNetwork::new(&lines)), Persona::usual())
    }

    #[test]
    fn an_outline_holds_what_is_reached_and_not_what_lies_across_the_river() {
        let minutes = [5.0, 10.0].map(|m| Minutes::new(m).unwrap());
        let outlines = town().outlines(place(14.0, 15.0), &minutes, 1.3);
        let holds = |band: usize, x: f64, y: f64| outlines[band].contains(&place(x, y).point());
        assert!(holds(0, 14.0, 15.0) && holds(0, 12.0, 16.5) && holds(1, 9.0, 16.0));
        // 250 m away in a straight line, 3 km by the bridge.
        assert!(!holds(0, 16.5, 15.0) && !holds(1, 16.5, 15.0));
        // 6 blocks are 600 m: more than 5 minutes, fewer than 10.
        assert!(!holds(0, 9.0, 16.0));
        for band in &outlines {
            assert!(band.0.iter().all(|p| p.exterior().0.len() > 3 && p.exterior().is_closed()));
        }
    }

    #[test]
    fn without_streets_it_is_a_circle() {
        let ground = WalkGraph::new(Arc::default(), Persona::usual());
        let outline = &ground.outlines(place(0.0, 0.0), &[Minutes::new(13.0).unwrap()], 1.3)[0];
        // 13 minutes are 1,040 m walked, 800 m in a straight line.
        assert!(outline.contains(&place(7.9, 0.0).point()) && !outline.contains(&place(8.1, 0.0).point()));
        assert!(outline.contains(&place(0.0, -7.9).point()));
    }
}
