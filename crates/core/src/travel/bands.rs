//! Points in bands from south to north, each band sorted from west to east: what is near a point stands in one run of
//! each of three bands, and points visited in the same order slide those runs along instead of searching for them.

use std::ops::Range;

/// A point as the bands see it.
#[derive(Debug, Clone, Copy)]
pub(super) struct BandedPoints<const D: usize> {
    /// Where it is, in the space where distance is straight.
    pub(super) at: [f64; D],
    /// How far east.
    pub(super) east: f64,
    /// How far north.
    pub(super) north: f64,
}

/// Points of which each list has one entry, band by band and from west to east in each.
#[derive(Debug, Clone)]
pub(super) struct LatitudeBands<const D: usize> {
    south: f64,
    height: f64,
    starts: Vec<usize>,
    /// How far east each point is.
    pub(super) east: Vec<f64>,
    /// Where each point is, one list for each dimension.
    pub(super) at: [Vec<f64>; D],
    /// Position of each point in the list given.
    pub(super) position: Vec<u32>,
}

/// A point to visit.
#[derive(Debug, Clone, Copy)]
pub(super) struct BandVisit<const D: usize> {
    /// Where it is.
    pub(super) at: [f64; D],
    /// How far east.
    pub(super) east: f64,
    /// Its position in the list given.
    pub(super) position: usize,
}

/// Points to visit, band by band and from west to east in each.
#[derive(Debug, Clone)]
pub(super) struct BandVisits<const D: usize> {
    starts: Vec<usize>,
    visits: Vec<BandVisit<D>>,
}

impl<const D: usize> BandVisits<D> {
    /// Bands that hold any, with what they hold.
    pub(super) fn by_band(&self) -> impl Iterator<Item = (i64, &[BandVisit<D>])> {
        let bands = self.starts.windows(2).zip(-2..);
        bands.filter(|(w, _)| w[0] < w[1]).map(|(w, band)| (band, &self.visits[w[0]..w[1]]))
    }
}

impl<const D: usize> LatitudeBands<D> {
    /// Bands at least `height` high (higher if there would be more of them than points) of `points`, which `by_east`
    /// lists from west to east.
    pub(super) fn new(points: &[BandedPoints<D>], by_east: &[u32], height: f64) -> Self {
        let (south, north) = points
            .iter()
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(s, n), p| (s.min(p.north), n.max(p.north)));
        let height = height.max((north - south) / points.len().max(1) as f64).max(f64::MIN_POSITIVE);
        let count = if points.is_empty() { 0 } else { ((north - south) / height) as usize + 1 };
        let band = |p: &BandedPoints<D>| ((p.north - south) / height) as usize;
        let mut starts = vec![0; count + 1];
        for p in points {
            starts[band(p) + 1] += 1;
        }
        for b in 0..count {
            starts[b + 1] += starts[b];
        }
        let mut next = starts.clone();
        let mut position = vec![0; points.len()];
        for &i in by_east {
            let slot = &mut next[band(&points[i as usize])];
            position[*slot] = i;
            *slot += 1;
        }
        let sorted = || position.iter().map(|&i| &points[i as usize]);
        Self {
            south,
            height,
            starts,
            east: sorted().map(|p| p.east).collect(),
            at: std::array::from_fn(|d| sorted().map(|p| p.at[d]).collect()),
            position,
        }
    }

    /// The band that holds, or would hold, a point so far north; two beyond the first or the last is as far as it goes.
    pub(super) fn band(&self, north: f64) -> i64 {
        // Above zero, truncating is rounding down.
        (((north - self.south) / self.height).clamp(-2.0, self.starts.len() as f64) + 2.0) as i64 - 2
    }

    /// Points in the order that lets runs slide.
    pub(super) fn visits<'a>(&self, points: impl Iterator<Item = &'a BandedPoints<D>>) -> BandVisits<D> {
        // Points stand scattered in memory: each is fetched once.
        let given: Vec<(usize, BandVisit<D>)> = points
            .enumerate()
            .map(|(position, p)| {
                ((self.band(p.north) + 2) as usize, BandVisit { at: p.at, east: p.east, position })
            })
            .collect();
        let mut starts = vec![0; self.starts.len() + 4];
        for (slot, _) in &given {
            starts[slot + 1] += 1;
        }
        for b in 1..starts.len() {
            starts[b] += starts[b - 1];
        }
        let mut next = starts.clone();
        let mut visits = vec![BandVisit { at: [0.0; D], east: 0.0, position: 0 }; given.len()];
        for (slot, visit) in given {
            visits[next[slot]] = visit;
            next[slot] += 1;
        }
        for band in starts.windows(2) {
            visits[band[0]..band[1]]
                .sort_unstable_by(|a, b| a.east.total_cmp(&b.east).then(a.position.cmp(&b.position)));
        }
        BandVisits { starts, visits }
    }

    /// How far the band lies from the equator at most, for bands of latitude.
    pub(super) fn farthest_from_equator(&self, band: i64) -> f64 {
        let edge = self.south + band as f64 * self.height;
        edge.abs().max((edge + self.height).abs())
    }

    /// Moves a run of a band on to the points within `reach` of `east`, which may not be west of where it was before.
    #[inline(always)]
    pub(super) fn slide(&self, run: &mut Range<usize>, end: usize, east: f64, reach: f64) {
        while run.end < end && self.east[run.end] <= east + reach {
            run.end += 1;
        }
        while run.start < run.end && self.east[run.start] < east - reach {
            run.start += 1;
        }
    }

    /// The points of a band; none where there is no such band.
    pub(super) fn range(&self, band: i64) -> Range<usize> {
        match usize::try_from(band) {
            Ok(b) if b + 1 < self.starts.len() => self.starts[b]..self.starts[b + 1],
            _ => 0..0,
        }
    }
}
