//! Things in square buckets of the map, to find what is near a place.

use crate::fixed_point::FixedPoint;

/// Height of a bucket in steps of 1e-7 degrees: about 200 m.
const HEIGHT: i64 = 18_000;

/// Things by the buckets that they touch.
#[derive(Debug, Clone, Default)]
pub(crate) struct SegmentGrid {
    west: i64,
    south: i64,
    width: i64,
    height: i64,
    columns: usize,
    rows: usize,
    starts: Vec<u32>,
    things: Vec<u32>,
}

impl SegmentGrid {
    /// Things by position, each a polyline given by `shape`.
    pub(crate) fn new<'a, I: Iterator<Item = FixedPoint> + 'a>(
        things: usize,
        shape: impl Fn(usize) -> I,
    ) -> Self {
        let mut bounds = [i64::MAX, i64::MAX, i64::MIN, i64::MIN];
        for at in (0..things).flat_map(&shape) {
            let (x, y) = (i64::from(at.lon()), i64::from(at.lat()));
            bounds = [bounds[0].min(x), bounds[1].min(y), bounds[2].max(x), bounds[3].max(y)];
        }
        let [west, south, east, north] = bounds;
        if west > east {
            return Self::default();
        }
        let middle = ((south + north) as f64 / 2e7).to_radians();
        let (mut width, mut height) = ((HEIGHT as f64 / middle.cos().max(0.01)) as i64, HEIGHT);
        // Two towns far apart must not cost the country between them.
        let count = |width: i64, height: i64| ((east - west) / width + 1) * ((north - south) / height + 1);
        while count(width, height) > 2 * things as i64 + 1024 {
            (width, height) = (width * 2, height * 2);
        }
        let columns = ((east - west) / width + 1) as usize;
        let rows = ((north - south) / height + 1) as usize;
        let mut grid =
            Self { west, south, width, height, columns, rows, starts: Vec::new(), things: Vec::new() };
        let mut starts = vec![0_u32; columns * rows + 1];
        grid.each_bucket(things, &shape, |bucket, _| starts[bucket + 1] += 1);
        for bucket in 0..columns * rows {
            starts[bucket + 1] += starts[bucket];
        }
        let mut next = starts.clone();
        let mut all = vec![0; starts[columns * rows] as usize];
        grid.each_bucket(things, &shape, |bucket, thing| {
            all[next[bucket] as usize] = thing;
            next[bucket] += 1;
        });
        grid.starts = starts;
        grid.things = all;
        grid
    }

    /// Every bucket that each thing may touch, once for each thing.
    fn each_bucket<I: Iterator<Item = FixedPoint>>(
        &self,
        things: usize,
        shape: impl Fn(usize) -> I,
        mut act: impl FnMut(usize, u32),
    ) {
        let mut last = vec![u32::MAX; self.columns * self.rows];
        for thing in 0..things {
            let mut before: Option<FixedPoint> = None;
            for at in shape(thing) {
                let from = before.unwrap_or(at);
                let x = [from.lon().min(at.lon()), from.lon().max(at.lon())].map(i64::from);
                let y = [from.lat().min(at.lat()), from.lat().max(at.lat())].map(i64::from);
                for bucket in self.buckets(x, y) {
                    if last[bucket] != thing as u32 {
                        last[bucket] = thing as u32;
                        act(bucket, thing as u32);
                    }
                }
                before = Some(at);
            }
        }
    }

    fn buckets(&self, x: [i64; 2], y: [i64; 2]) -> impl Iterator<Item = usize> + use<> {
        let cut = |from: i64, to: i64, size: i64, start: i64, count: usize| {
            let bucket = |v: i64| (v - start).div_euclid(size.max(1));
            let (first, end) = (bucket(from).max(0), (bucket(to) + 1).min(count as i64));
            first as usize..end.max(first) as usize
        };
        let columns = cut(x[0], x[1], self.width, self.west, self.columns);
        let across = self.columns;
        cut(y[0], y[1], self.height, self.south, self.rows)
            .flat_map(move |row| columns.clone().map(move |column| row * across + column))
    }

    /// Things that may touch the box between two corners; a thing may come more than once.
    pub(crate) fn within(&self, a: FixedPoint, b: FixedPoint) -> impl Iterator<Item = u32> + '_ {
        let [x, y] =
            [[a.lon(), b.lon()], [a.lat(), b.lat()]].map(|[a, b]| [i64::from(a.min(b)), i64::from(a.max(b))]);
        self.in_buckets(x, y)
    }

    /// Things that may be within `reach` steps east or west and north or south; a thing may come more than once.
    pub(crate) fn near(&self, at: FixedPoint, [east, north]: [i64; 2]) -> impl Iterator<Item = u32> + '_ {
        let (x, y) = (i64::from(at.lon()), i64::from(at.lat()));
        self.in_buckets([x - east, x + east], [y - north, y + north])
    }

    fn in_buckets(&self, x: [i64; 2], y: [i64; 2]) -> impl Iterator<Item = u32> + '_ {
        let own = |bucket: usize| self.starts[bucket] as usize..self.starts[bucket + 1] as usize;
        self.buckets(x, y).flat_map(move |bucket| self.things[own(bucket)].iter().copied())
    }
}
