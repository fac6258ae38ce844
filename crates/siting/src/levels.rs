//! What a set of candidates comes to, kept up to date as it changes.

use crate::problem::SitingProblem;

/// How the groups' unmet demand is put together into one figure, the less the better.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Harm {
    /// Their sum.
    Sum,
    /// Σ D·e^(κ·u) over groups of demand D of which the share u is unmet: what the Kolm–Pollak equivalent is made of.
    KolmPollak(f64),
}

impl Harm {
    /// That of one group with so much asked and unmet.
    pub(crate) fn of(self, asked: f64, unmet: f64) -> f64 {
        match self {
            Self::Sum => unmet,
            Self::KolmPollak(_) if asked <= 0.0 => 0.0,
            Self::KolmPollak(aversion) => asked * (aversion * unmet / asked).exp(),
        }
    }

    /// What one unit more unmet in a group adds to it.
    pub(crate) fn slope(self, asked: f64, unmet: f64) -> f64 {
        match self {
            Self::Sum => 1.0,
            Self::KolmPollak(_) if asked <= 0.0 => 0.0,
            Self::KolmPollak(aversion) => aversion * (aversion * unmet / asked).exp(),
        }
    }
}

/// The share of demand that is unmet at a level.
pub(crate) fn short(level: f64) -> f64 {
    (1.0 - level).max(0.0)
}

/// The levels of all points and what is unmet in each group, for a set of candidates.
#[derive(Debug, Clone)]
pub struct Levels<'a> {
    problem: &'a SitingProblem,
    harm: Harm,
    pub(crate) level: Vec<f64>,
    pub(crate) unmet: Vec<f64>,
}

/// What was there before a candidate was taken out.
pub(crate) struct Before {
    level: Vec<f64>,
    unmet: Vec<(u32, f64)>,
}

impl<'a> Levels<'a> {
    /// Of a set.
    pub(crate) fn new(problem: &'a SitingProblem, harm: Harm, chosen: &[u32]) -> Self {
        let mut level: Vec<f64> = problem.points.iter().map(|p| p.met).collect();
        for added in chosen.iter().flat_map(|&c| problem.row(c as usize)) {
            level[added.point as usize] += added.share;
        }
        let mut unmet = vec![0.0; problem.groups()];
        for (point, level) in problem.points.iter().zip(&level) {
            unmet[point.group] += point.demand * short(*level);
        }
        Self { problem, harm, level, unmet }
    }

    /// What is unmet in each group once these are there.
    #[must_use]
    pub fn unmet_of(problem: &'a SitingProblem, chosen: &[u32]) -> Vec<f64> {
        Self::new(problem, Harm::Sum, chosen).unmet
    }

    /// All harm together.
    pub(crate) fn harm(&self) -> f64 {
        self.unmet.iter().zip(&self.problem.asked).map(|(u, d)| self.harm.of(*d, *u)).sum::<f64>() + 0.0
    }

    /// How much less harm there is with one more.
    pub(crate) fn gain(&self, candidate: usize) -> f64 {
        let mut gain = 0.0;
        self.relief_by_group(candidate, |_, relief| gain += relief);
        gain
    }

    /// The same by group, those where there is any.
    pub(crate) fn relief_by_group(&self, candidate: usize, mut visit: impl FnMut(usize, f64)) {
        let points = &self.problem.points;
        let (mut group, mut met) = (usize::MAX, 0.0);
        for added in self.problem.row(candidate) {
            let at = added.point as usize;
            let level = self.level[at];
            if level >= 1.0 {
                continue;
            }
            let point = &points[at];
            if point.group != group {
                if met > 0.0 {
                    visit(group, self.relief(group, met));
                }
                (group, met) = (point.group, 0.0);
            }
            met += point.demand * (short(level) - short(level + added.share));
        }
        if met > 0.0 {
            visit(group, self.relief(group, met));
        }
    }

    /// How much less harm there is in a group once so much more of its demand is met.
    fn relief(&self, group: usize, met: f64) -> f64 {
        if self.harm == Harm::Sum {
            return met;
        }
        let (asked, unmet) = (self.problem.asked[group], self.unmet[group]);
        self.harm.of(asked, unmet) - self.harm.of(asked, (unmet - met).max(0.0))
    }

    /// Adds one.
    pub(crate) fn add(&mut self, candidate: usize) {
        for added in self.problem.row(candidate) {
            let at = added.point as usize;
            let point = &self.problem.points[at];
            let after = self.level[at] + added.share;
            let met = point.demand * (short(self.level[at]) - short(after));
            self.level[at] = after;
            self.unmet[point.group] = (self.unmet[point.group] - met).max(0.0);
        }
    }

    /// Takes out one that is in: what it was before, and how much more harm there is.
    pub(crate) fn take_out(&mut self, candidate: usize) -> (Before, f64) {
        let row = self.problem.row(candidate);
        let level = row.iter().map(|added| self.level[added.point as usize]).collect();
        let mut unmet: Vec<(u32, f64)> = Vec::new();
        for added in row {
            let at = added.point as usize;
            let point = &self.problem.points[at];
            if unmet.last().is_none_or(|last| last.0 as usize != point.group) {
                unmet.push((point.group as u32, self.unmet[point.group]));
            }
            let without = (self.level[at] - added.share).max(point.met);
            self.unmet[point.group] += point.demand * (short(without) - short(self.level[at]));
            self.level[at] = without;
        }
        let harm = |group: u32, unmet: f64| self.harm.of(self.problem.asked[group as usize], unmet);
        let more = unmet.iter().map(|&(g, before)| harm(g, self.unmet[g as usize]) - harm(g, before)).sum();
        (Before { level, unmet }, more)
    }

    /// Puts back what was taken out last.
    pub(crate) fn put_back(&mut self, candidate: usize, before: Before) {
        for (added, level) in self.problem.row(candidate).iter().zip(before.level) {
            self.level[added.point as usize] = level;
        }
        for (group, unmet) in before.unmet {
            self.unmet[group as usize] = unmet;
        }
    }
}
