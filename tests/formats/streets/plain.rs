//! The plain way: every vertex of every line a node of its own, and Dijkstra's search as in the textbook.

use hereabouts_streets::{AccessBarrier, EdgeAccess, StreetLines};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap};

/// Vertices by point and layer, and the thousandths of millimetres, on the level, from each to those that one may walk to.
pub(crate) struct Plain {
    ways: Vec<Vec<(usize, u64)>>,
    at: HashMap<(u32, i8), usize>,
}

impl Plain {
    /// Lines meet at a point on one layer, or on any where one of them ends.
    pub(crate) fn new(lines: &StreetLines, step_free: bool) -> Self {
        let mut layers: BTreeMap<u32, Vec<i8>> = BTreeMap::new();
        let mut ends: HashMap<u32, bool> = HashMap::new();
        for line in lines.iter() {
            for (i, &p) in line.points.iter().enumerate() {
                layers.entry(p).or_default().push(line.layer);
                *ends.entry(p).or_default() |= i == 0 || i + 1 == line.points.len();
            }
        }
        let key = |p: u32, layer: i8| if ends[&p] { (p, 0) } else { (p, layer) };
        let mut at = HashMap::new();
        for (&p, on) in &layers {
            for &layer in on {
                let next = at.len();
                at.entry(key(p, layer)).or_insert(next);
            }
        }
        let mut ways = vec![Vec::new(); at.len()];
        for line in lines.iter() {
            if step_free && line.passage.forbids(EdgeAccess::NOT_STEP_FREE) {
                continue;
            }
            for i in 1..line.points.len() {
                let (a, b) = (at[&key(line.points[i - 1], line.layer)], at[&key(line.points[i], line.layer)]);
                let length = |passage: EdgeAccess| {
                    u64::from(line.lengths[i]) * u64::from(passage.on_the_level(1_000_000) / 1_000)
                };
                // Nobody passes a closed point; to end there is no way either.
                let open = |p: u32| match lines.gates()[p as usize] {
                    AccessBarrier::Open => true,
                    AccessBarrier::NotStepFree => !step_free,
                    AccessBarrier::Closed => false,
                };
                if !open(line.points[i - 1]) || !open(line.points[i]) {
                    continue;
                }
                if !line.passage.forbids(EdgeAccess::NOT_FORWARD) {
                    ways[a].push((b, length(line.passage)));
                }
                if !line.passage.forbids(EdgeAccess::NOT_BACKWARD) {
                    ways[b].push((a, length(line.passage.reversed())));
                }
            }
        }
        let at = layers
            .iter()
            .flat_map(|(&p, on)| on.iter().map(move |&l| (p, l)))
            .map(|(p, l)| ((p, l), at[&key(p, l)]));
        Self { ways, at: at.collect() }
    }

    /// The vertex of a point on a layer.
    pub(crate) fn vertex(&self, point: u32, layer: i8) -> usize {
        self.at[&(point, layer)]
    }

    /// Thousandths of millimetres from one vertex to every other.
    pub(crate) fn from(&self, start: usize) -> Vec<Option<u64>> {
        let mut best: Vec<Option<u64>> = vec![None; self.ways.len()];
        let mut open = BinaryHeap::from([Reverse((0_u64, start))]);
        while let Some(Reverse((length, vertex))) = open.pop() {
            if best[vertex].is_some() {
                continue;
            }
            best[vertex] = Some(length);
            for &(next, step) in &self.ways[vertex] {
                if best[next].is_none() {
                    open.push(Reverse((length + step, next)));
                }
            }
        }
        best
    }

    /// How many vertices there are in each part that hangs together, the most first (one-way streets count both ways).
    pub(crate) fn parts(&self) -> Vec<usize> {
        let mut both = vec![Vec::new(); self.ways.len()];
        for (a, ways) in self.ways.iter().enumerate() {
            for &(b, _) in ways {
                both[a].push(b);
                both[b].push(a);
            }
        }
        let mut seen = vec![false; both.len()];
        let mut parts = Vec::new();
        for start in 0..both.len() {
            let mut open = vec![start];
            let mut count = 0;
            while let Some(vertex) = open.pop() {
                if !std::mem::replace(&mut seen[vertex], true) {
                    count += 1;
                    open.extend(&both[vertex]);
                }
            }
            if count > 0 {
                parts.push(count);
            }
        }
        parts.sort_unstable_by(|a, b| b.cmp(a));
        parts
    }
}
