//! What is left unmet on average over which providers run, each with its own chance.
//!
//! `E[max(0, 1 − A/α − land)]`, with A the sum of what those that run give. The maximum is convex: taking the mean of A first, as
//! if every provider ran a little, finds less unmet than there is. What counts of a provider is its *part* of the adequate level,
//! and of that no more than all: hence the sum saturates, and its distribution fits on a grid.

/// Up to so many providers that matter are enumerated, exactly.
pub const ENUMERATED: usize = 8;

/// Steps of the grid on which more of them are convolved.
pub const STEPS: usize = 128;

/// What the providers of one need give each origin: of those that run for certain the sum, of the others one by one.
#[derive(Debug, Clone)]
pub struct ChancedAccess {
    certain: Vec<f64>,
    /// Origin, places per unit of demand, chance.
    chanced: Vec<(u32, f64, f64)>,
}

impl ChancedAccess {
    /// Nothing given to anybody.
    #[must_use]
    pub fn none(origins: usize) -> Self {
        Self { certain: vec![0.0; origins], chanced: Vec::new() }
    }

    /// A provider that runs with a chance gives each of these origins `ratio` places per unit of demand, times its weight.
    #[inline]
    pub fn add(&mut self, chance: f64, origins: &[u32], weights: &[f64], ratio: f64) {
        let given = origins.iter().zip(weights).map(|(&origin, weight)| (origin, weight * ratio));
        if chance >= 1.0 {
            given.for_each(|(origin, places)| self.certain[origin as usize] += places);
        } else if chance > 0.0 && ratio > 0.0 {
            self.chanced.extend(given.map(|(origin, places)| (origin, places, chance)));
        }
    }

    /// The share of each origin's demand (0–1) that is unmet on average, where `adequate` places are enough for a unit of it and
    /// `land` says which part of it is met without any.
    #[must_use]
    pub fn unmet_shares(&self, adequate: f64, land: impl Fn(usize) -> f64) -> Vec<f64> {
        let (starts, by_origin) = self.by_origin();
        let mut scratch = Scratch::default();
        let left = |origin: usize| (1.0 - self.certain[origin] / adequate - land(origin)).max(0.0);
        (0..self.certain.len())
            .map(|origin| {
                let left = left(origin);
                let given = &by_origin[starts[origin]..starts[origin + 1]];
                if left <= 0.0 || given.is_empty() { left } else { scratch.mean(left, given, adequate) }
            })
            .collect()
    }

    /// What is given to each origin, in the order in which it was added, and where each begins.
    fn by_origin(&self) -> (Vec<usize>, Vec<(f64, f64)>) {
        let mut starts = vec![0; self.certain.len() + 1];
        for (origin, ..) in &self.chanced {
            starts[*origin as usize + 1] += 1;
        }
        for origin in 0..self.certain.len() {
            starts[origin + 1] += starts[origin];
        }
        let mut next = starts.clone();
        let mut by_origin = vec![(0.0, 0.0); self.chanced.len()];
        for &(origin, places, chance) in &self.chanced {
            let slot = &mut next[origin as usize];
            by_origin[*slot] = (places, chance);
            *slot += 1;
        }
        (starts, by_origin)
    }
}

/// E[max(0, `left` − Σ part · runs)], each part (above 0) with the chance that it runs.
///
/// Exact where the parts together are no more than what is left, and where no more than [`ENUMERATED`] of them are smaller than
/// it. Otherwise the sum is convolved on a grid of [`STEPS`]: never too low, and too high by at most
/// `left / (4 · STEPS) · √Σ chance`.
#[must_use]
pub fn mean_left(left: f64, parts: &[(f64, f64)]) -> f64 {
    if left <= 0.0 { 0.0 } else { Scratch::default().mean(left, parts, 1.0) }
}

/// Room that one origin after another uses.
#[derive(Default)]
struct Scratch {
    /// Parts smaller than what is left, with their chances.
    parts: Vec<(f64, f64)>,
    /// For each of them what it and those after it give together, if all run and on average.
    after: Vec<(f64, f64)>,
}

impl Scratch {
    /// See [`mean_left`]; parts are given in places, of which `adequate` are one.
    fn mean(&mut self, left: f64, given: &[(f64, f64)], adequate: f64) -> f64 {
        self.parts.clear();
        // Any of those that fill what is left by themselves leaves nothing.
        let (mut none_fills, mut all, mut mean) = (1.0, 0.0, 0.0);
        for &(places, chance) in given {
            let part = places / adequate;
            if part >= left {
                none_fills *= 1.0 - chance;
            } else if part > 0.0 {
                self.parts.push((part, chance));
                all += part;
                mean += part * chance;
            }
        }
        let rest = if all <= left {
            left - mean
        } else if self.parts.len() <= ENUMERATED {
            self.enumerated(left)
        } else {
            convolved(left, &self.parts)
        };
        none_fills * rest
    }

    /// Every way in which they may run, the largest first: most ways end early.
    fn enumerated(&mut self, left: f64) -> f64 {
        self.parts.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.total_cmp(&a.1)));
        self.after.clear();
        self.after.extend(self.parts.iter().rev().scan((0.0, 0.0), |(all, mean), (part, chance)| {
            (*all, *mean) = (*all + part, *mean + part * chance);
            Some((*all, *mean))
        }));
        self.after.reverse();
        either_way(left, &self.parts, &self.after)
    }
}

fn either_way(left: f64, parts: &[(f64, f64)], after: &[(f64, f64)]) -> f64 {
    let Some(&(all, mean)) = after.first() else { return left };
    if all <= left {
        return left - mean;
    }
    let (part, chance) = parts[0];
    let (parts, after) = (&parts[1..], &after[1..]);
    let runs = if part < left { chance * either_way(left - part, parts, after) } else { 0.0 };
    runs + (1.0 - chance) * either_way(left, parts, after)
}

/// The distribution of the sum on a grid over what is left; what fills it is left out, for it leaves nothing. A part between two
/// points goes to both, in proportion, so that its mean is kept.
fn convolved(left: f64, parts: &[(f64, f64)]) -> f64 {
    let step = left / STEPS as f64;
    let (mut now, mut next) = ([0.0; STEPS], [0.0; STEPS]);
    now[0] = 1.0;
    // Points from here on are empty.
    let mut end = 1;
    for &(part, chance) in parts {
        let at = part / step;
        let below = (at as usize).min(STEPS - 1);
        let above = at - below as f64;
        let new_end = (end + below + 1).min(STEPS);
        for (next, now) in next[..end].iter_mut().zip(&now[..end]) {
            *next = now * (1.0 - chance);
        }
        next[end..new_end].fill(0.0);
        for (by, weight) in [(below, chance * (1.0 - above)), (below + 1, chance * above)] {
            for (next, now) in next[by.min(STEPS)..].iter_mut().zip(&now[..end]) {
                *next += now * weight;
            }
        }
        (now, next) = (next, now);
        end = new_end;
    }
    now[..end].iter().enumerate().map(|(at, chance)| chance * (left - at as f64 * step)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By looking at every way in which they may run.
    fn plain(left: f64, parts: &[(f64, f64)]) -> f64 {
        let ways = 0..1_u32 << parts.len();
        ways.map(|way| {
            let (mut chance, mut rest) = (1.0, left);
            for (i, (part, runs)) in parts.iter().enumerate() {
                let is_on = way >> i & 1 == 1;
                chance *= if is_on { *runs } else { 1.0 - runs };
                rest -= if is_on { *part } else { 0.0 };
            }
            chance * rest.max(0.0)
        })
        .sum()
    }

    #[test]
    fn one_provider_has_a_closed_form() {
        for (left, part, chance) in [(1.0, 5.0, 0.125), (1.0, 0.3, 0.5), (0.6, 0.6, 0.9), (0.5, 0.55, 0.01)] {
            let closed = (1.0 - chance) * left + chance * f64::max(left - part, 0.0);
            assert!((mean_left(left, &[(part, chance)]) - closed).abs() < 1e-15);
        }
        assert_eq!(2.0 * mean_left(1.0, &[(40.0, 0.125)]), 1.75, "a sole desk with ample places");
    }

    #[test]
    fn few_are_exact_and_many_within_the_bound() {
        let mut seed = 7_u64;
        let mut share = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 11) as f64 / (1_u64 << 53) as f64
        };
        for round in 0..300 {
            let count = 1 + round % 14;
            let size = [0.05, 0.3, 1.4][round % 3];
            let left = 0.2 + 0.8 * share();
            let parts: Vec<(f64, f64)> = (0..count).map(|_| (size * share() + 1e-9, share())).collect();
            let (is, truth) = (mean_left(left, &parts), plain(left, &parts));
            let bound = left / (4 * STEPS) as f64 * parts.iter().map(|p| p.1).sum::<f64>().sqrt();
            assert!(is >= truth - 1e-12 && is <= truth + bound, "{is} for {truth} of {count}");
            if count <= ENUMERATED {
                assert!((is - truth).abs() < 1e-12, "{is} for {truth} of {count}");
            }
            // The grid by itself, whatever their number.
            let small: Vec<(f64, f64)> = parts.iter().copied().filter(|p| p.0 < left).collect();
            let (grid, truth) = (convolved(left, &small), plain(left, &small));
            assert!(grid >= truth - 1e-12 && grid <= truth + bound, "{grid} for {truth} on the grid");
        }
    }
}
